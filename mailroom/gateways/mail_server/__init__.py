"""Sending emails: SMTP, a folder of .eml files, or Amazon SES. All refuse a recipient outside the allowed domains."""

from mailroom.gateways.mail_server.folder import FolderMail
from mailroom.gateways.mail_server.guard import (
    AllowList,
    MailAway,
    MailRefused,
    OutsideAddress,
)
from mailroom.gateways.mail_server.ses import SesMail
from mailroom.gateways.mail_server.smtp import SmtpMail

__all__ = ["AllowList", "FolderMail", "MailAway", "MailRefused", "OutsideAddress", "SesMail", "SmtpMail"]
