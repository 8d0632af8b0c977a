"""The shape of each request as JSON Schema (draft 7), and the formats in it, with Notify's own messages."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from jsonschema import Draft7Validator, FormatChecker
from jsonschema.exceptions import ValidationError as SchemaError

from mailroom.api.refusals import ValidationError
from mailroom.api.statuses import ALL_STATUSES
from mailroom.values.email_address import is_email_address

Shape = Mapping[str, Any]
CHECKER = FormatChecker(formats=())

_UUID = {"type": "string", "format": "uuid", "validationMessage": "is not a valid UUID"}
_REFERENCE = {"type": "string", "maxLength": 1000}
_PERSONALISATION = {"type": "object"}
_SCHEDULED = {"type": ["string", "null"], "format": "instant"}


def _shape(needed: tuple[str, ...] = (), **properties: object) -> Shape:
    return {"type": "object", "properties": properties, "required": [*needed], "additionalProperties": False}


EMAIL = _shape(
    ("email_address", "template_id"),
    reference=_REFERENCE,
    email_address={"type": "string", "format": "email_address"},
    template_id=_UUID,
    personalisation=_PERSONALISATION,
    scheduled_for=_SCHEDULED,
    email_reply_to_id=_UUID,
    one_click_unsubscribe_url={
        "type": "string",
        "maxLength": 2000,
        "pattern": r"^https\S*\Z",
        "validationMessage": "is not a valid https url",
    },
    sanitise_content_for={"type": ["array", "null"]},
)
SMS = _shape(
    ("phone_number", "template_id"),
    reference=_REFERENCE,
    phone_number={"type": "string", "format": "phone_number"},
    template_id=_UUID,
    personalisation=_PERSONALISATION,
    scheduled_for=_SCHEDULED,
    sms_sender_id=_UUID,
)
LETTER = _shape(
    ("template_id", "personalisation"), reference=_REFERENCE, template_id=_UUID, personalisation=_PERSONALISATION
)
PRECOMPILED = _shape(
    ("reference", "content"),
    reference=_REFERENCE,
    content={"type": "string"},
    postage={"type": "string", "format": "postage"},
)
FILE = _shape(
    (),
    file={"type": "string"},
    is_csv={"format": "csv_flag"},
    confirm_email_before_download={"format": "confirm_flag"},
    retention_period={"format": "retention_period"},
    filename={"format": "filename"},
)
NOTIFICATION = _shape(("notification_id",), notification_id=_UUID)
LISTING = _shape(
    reference={"type": "string"},
    status={"type": "array", "items": {"enum": [*ALL_STATUSES]}},
    template_type={"type": "array", "items": {"enum": ["sms", "email", "letter"]}},
    include_jobs={"enum": ["true", "True"]},
    older_than=_UUID,
)
TEMPLATE = _shape(("id",), id=_UUID, version={"type": ["integer", "null"], "minimum": 1})
TEMPLATES = _shape(type={"enum": ["sms", "email", "letter"]})
PREVIEW: Shape = {
    "type": "object",
    "properties": {"id": _UUID, "personalisation": _PERSONALISATION},
    "required": ["id"],
}
RECEIVED_TEXTS = _shape(older_than=_UUID)


def validated(body: object, shape: Shape) -> dict[str, Any]:
    """The request's body if it has the shape.

    Raises:
        ValidationError: with every message, each once, in Notify's words.
    """
    errors = Draft7Validator(shape, format_checker=CHECKER).iter_errors(body)
    messages = list(dict.fromkeys(_message(e) for e in errors))
    if messages:
        raise ValidationError(messages)
    return dict(body) if isinstance(body, dict) else {}


def _message(error: SchemaError) -> str:
    path = str(error.path[0]) if error.path else ""
    own = error.schema.get("validationMessage") if isinstance(error.schema, dict) else None
    text = own or (str(error.cause) if error.cause else error.message).replace("'", "")
    return f"{path} {text}".strip()


@CHECKER.checks("uuid", raises=ValueError)
def _uuid(value: object) -> bool:
    return not isinstance(value, str) or bool(UUID(value))


@CHECKER.checks("email_address", raises=ValueError)
def _email(value: object) -> bool:
    if isinstance(value, str) and not is_email_address(value.strip()):
        raise ValueError("Not a valid email address")
    return True


@CHECKER.checks("phone_number", raises=ValueError)
def _phone(value: object) -> bool:
    """As far as an answer needs it: no text leaves from here."""
    if not isinstance(value, str):
        return True
    digits = re.sub(r"[\s()+.-]", "", value)
    if not digits.isdigit():
        raise ValueError("Must not contain letters or symbols")
    if len(digits) < 10:
        raise ValueError("Not enough digits")
    if len(digits) > 15:
        raise ValueError("Too many digits")
    return True


NOTIFY_POSTAGE = ("first", "second", "economy")
"""What Notify's clients know of; the site's own classes of post may be more."""


@CHECKER.checks("postage", raises=ValueError)
def _postage(value: object) -> bool:
    if isinstance(value, str) and value not in NOTIFY_POSTAGE:
        raise ValueError("invalid. It must be either first, second or economy.")
    return True


@CHECKER.checks("instant", raises=ValueError)
def _instant(value: object) -> bool:
    try:
        return not isinstance(value, str) or bool(instant(value))
    except ValueError:
        raise ValueError(
            "datetime format is invalid. It must be a valid ISO8601 date time format, "
            "https://en.wikipedia.org/wiki/ISO_8601"
        ) from None


def instant(text: str) -> dt.datetime:
    """A time in ISO 8601; without a zone it is in UTC. Raises ValueError."""
    at = dt.datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=dt.UTC)


@CHECKER.checks("retention_period", raises=ValueError)
def _retention(value: object) -> bool:
    if value is None or (isinstance(value, str) and weeks_in(value)):
        return True
    raise ValueError(f"Unsupported value for retention_period: {value}. Supported periods are from 1 to 78 weeks.")


def weeks_in(period: str) -> int:
    """The number in '4 weeks'; 0 if it is none from 1 to 78."""
    found = re.fullmatch(r"(\d{1,2}) weeks?", period.strip().lower())
    weeks = int(found[1]) if found else 0
    return weeks if 1 <= weeks <= 78 else 0


@CHECKER.checks("filename", raises=ValueError)
def _filename(value: object) -> bool:
    if value is None or (isinstance(value, str) and "." in value):
        return True
    raise ValueError("`filename` must end with a file extension. For example, filename.csv")


@CHECKER.checks("csv_flag", raises=ValueError)
def _csv_flag(value: object) -> bool:
    if value is None or isinstance(value, bool):
        return True
    raise ValueError(f"Unsupported value for is_csv: {value}. Use a boolean true or false value.")


@CHECKER.checks("confirm_flag", raises=ValueError)
def _confirm_flag(value: object) -> bool:
    if value is None or isinstance(value, bool):
        return True
    raise ValueError(
        f"Unsupported value for confirm_email_before_download: {value}. Use a boolean true or false value."
    )
