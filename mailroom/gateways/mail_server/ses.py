"""Mail by Amazon SES through boto3; optional."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from mailroom.gateways.mail_server.guard import Guard, MailAway, MailRefused
from mailroom.gateways.mail_server.message import as_mime
from mailroom.values.email_address import in_ascii
from mailroom.values.outgoing_email import OutgoingEmail

_FINAL = {"MessageRejected", "MailFromDomainNotVerified", "MailFromDomainNotVerifiedException", "InvalidParameterValue"}


class SesMail:
    """Credentials come from the machine's AWS settings."""

    def __init__(self, region: str, allowed: Guard, client: Any = None) -> None:
        self._region, self._allowed, self._given = region, allowed, client

    @cached_property
    def _client(self) -> Any:
        return self._given or boto3.client("ses", region_name=self._region)

    def send(self, email: OutgoingEmail) -> None:
        """Raises OutsideAddress, MailAway or MailRefused."""
        self._allowed.check(email.recipient)
        try:
            self._client.send_raw_email(
                Source=email.sender,
                Destinations=[in_ascii(email.recipient)],
                RawMessage={"Data": as_mime(email).as_bytes()},
            )
        except ClientError as answer:
            code = answer.response["Error"]["Code"]
            if code in _FINAL:
                raise MailRefused(f"Amazon SES refused it for good ({code}). Check the inbox, then retry.") from answer
            raise MailAway(f"Amazon SES asks to try later ({code}).") from answer
        except BotoCoreError as away:
            raise MailAway("Amazon SES did not answer. The email waits and is sent again.") from away
