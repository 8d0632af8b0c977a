"""The shapes of answers (JSON Schema, draft 4), written from what GOV.UK Notify documents for its API.

Sources: https://docs.notifications.service.gov.uk/rest-api.html, and the schemas that
github.com/alphagov/notifications-python-client validates with in integration_test/schemas/v2.
"""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]

UUID: Schema = {"type": "string", "pattern": "^[a-fA-F0-9]{8}(-[a-fA-F0-9]{4}){3}-[a-fA-F0-9]{12}$"}
TEXT: Schema = {"type": "string"}
MAYBE_TEXT: Schema = {"type": ["string", "null"]}
INSTANT: Schema = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$"}
MAYBE_INSTANT: Schema = {"anyOf": [INSTANT, {"type": "null"}]}
POSTAGE: Schema = {"enum": ["first", "second", "economy", None]}


def _object(needed: dict[str, Schema], maybe: dict[str, Schema] | None = None, *, closed: bool = False) -> Schema:
    return {
        "$schema": "http://json-schema.org/draft-04/schema#",
        "type": "object",
        "properties": {**needed, **(maybe or {})},
        "required": sorted(needed),
        "additionalProperties": not closed,
    }


_TEMPLATE = _object({"id": UUID, "version": {"type": "integer"}, "uri": TEXT})
_ACCEPTED = {
    "id": UUID,
    "reference": MAYBE_TEXT,
    "uri": TEXT,
    "template": _TEMPLATE,
    "scheduled_for": MAYBE_INSTANT,
}

POST_EMAIL = _object(
    {
        **_ACCEPTED,
        "content": _object(
            {"from_email": TEXT, "body": TEXT, "subject": TEXT, "one_click_unsubscribe_url": MAYBE_TEXT}, closed=True
        ),
        "sanitised_content": {"type": "object"},
    },
    closed=True,
)
POST_LETTER = _object({**_ACCEPTED, "content": _object({"body": TEXT, "subject": TEXT}, closed=True)}, closed=True)
POST_PRECOMPILED = _object({"id": UUID, "reference": TEXT, "postage": POSTAGE}, closed=True)

NOTIFICATION = _object(
    {
        "id": UUID,
        "reference": MAYBE_TEXT,
        "email_address": MAYBE_TEXT,
        "phone_number": MAYBE_TEXT,
        **{f"line_{n}": MAYBE_TEXT for n in range(1, 7)},
        "postcode": MAYBE_TEXT,
        "postage": POSTAGE,
        "type": {"enum": ["sms", "letter", "email"]},
        "status": TEXT,
        "template": _TEMPLATE,
        "body": TEXT,
        "subject": MAYBE_TEXT,
        "created_at": INSTANT,
        "sent_at": MAYBE_INSTANT,
        "completed_at": MAYBE_INSTANT,
        "scheduled_for": MAYBE_INSTANT,
        "created_by_name": MAYBE_TEXT,
        "one_click_unsubscribe_url": MAYBE_TEXT,
        "cost_in_pounds": {"type": ["number", "null"]},
        "is_cost_data_ready": {"type": "boolean"},
        "cost_details": {"type": "object"},
    },
    {"estimated_delivery": INSTANT},
)
_LINKS = _object({"current": TEXT}, {"next": TEXT}, closed=True)
NOTIFICATIONS = _object({"notifications": {"type": "array", "items": NOTIFICATION}, "links": _LINKS}, closed=True)
RECEIVED_TEXTS = _object({"received_text_messages": {"type": "array"}, "links": _LINKS}, closed=True)

TEMPLATE = _object(
    {
        "id": UUID,
        "name": TEXT,
        "type": {"enum": ["sms", "email", "letter"]},
        "created_at": INSTANT,
        "updated_at": MAYBE_INSTANT,
        "created_by": TEXT,
        "version": {"type": "integer"},
        "body": TEXT,
        "subject": MAYBE_TEXT,
        "letter_contact_block": MAYBE_TEXT,
        "postage": POSTAGE,
        "personalisation": {
            "type": "object",
            "additionalProperties": _object({"required": {"type": "boolean"}}, closed=True),
        },
    },
    closed=True,
)
TEMPLATES = _object({"templates": {"type": "array", "items": TEMPLATE}}, closed=True)
PREVIEW = _object(
    {
        "id": UUID,
        "type": {"enum": ["sms", "email", "letter"]},
        "version": {"type": "integer"},
        "body": TEXT,
        "subject": MAYBE_TEXT,
        "postage": POSTAGE,
        "html": MAYBE_TEXT,
    },
    closed=True,
)
ERRORS = _object(
    {
        "status_code": {"type": "integer"},
        "errors": {"type": "array", "minItems": 1, "items": _object({"error": TEXT, "message": TEXT})},
    },
    closed=True,
)
