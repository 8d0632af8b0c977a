"""An OutgoingEmail as MIME."""

from __future__ import annotations

from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from mailroom.gateways.mail_server.guard import MailRefused
from mailroom.values.bounces import OUR_HEADER
from mailroom.values.email_address import in_ascii
from mailroom.values.outgoing_email import OutgoingEmail


def as_mime(email: OutgoingEmail) -> EmailMessage:
    """Plain text, HTML alternative, attachments; ready for any server.

    Raises:
        MailRefused: a head cannot hold what it should say, whoever is asked to send it.
    """
    try:
        return _put_together(email)
    except (ValueError, IndexError, MessageError) as wrong:
        raise MailRefused("This email cannot be put together: an address or its subject is malformed.") from wrong


def _put_together(email: OutgoingEmail) -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(email.sender_name, addr_spec=email.sender)
    message["To"] = Address(addr_spec=in_ascii(email.recipient))
    message["Subject"] = email.subject
    message["Date"] = format_datetime(email.date)
    message["Message-ID"] = email.message_id
    message[OUR_HEADER] = email.message_id
    for name, value in email.headers:
        message[name] = value
    message.set_content(email.plain)
    message.add_alternative(email.html, subtype="html")
    for file in email.attachments:
        main, _, sub = file.content_type.partition("/")
        message.add_attachment(file.content, maintype=main, subtype=sub, filename=file.filename)
    return message
