"""The bodies of answers, key for key as GOV.UK Notify gives them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from mailroom.api.machines import ApiMachines, Filled, Words
from mailroom.api.shapes import NOTIFY_POSTAGE
from mailroom.api.statuses import leaves_by_email, shown_status
from mailroom.api.templates import PRECOMPILED, ServiceTemplate, template_id
from mailroom.records.models import ApiNotification, ApiTemplateVersion, Asked, LetterStatus

Answer = dict[str, object]
DEFAULT_POSTAGE = "second"
_SHOWN_LINES = {**{f"line_{n}": f"addressline{n}" for n in range(1, 7)}, "postcode": "postcode"}


def moment(at: dt.datetime | None) -> str | None:
    """A time as answers give it: UTC, with microseconds."""
    return at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ") if at else None


@dataclass
class Answers:
    """Makes answers. root: the address of the server, with a slash at the end."""

    machines: ApiMachines
    root: str
    _read: dict[int, Words] = field(default_factory=dict)

    def accepted(self, n: ApiNotification) -> Answer:
        """What a request to send is answered with; a finished PDF's answer is short."""
        if n.template is None:
            return {"id": str(n.key), "reference": n.reference, "postage": n.postage or DEFAULT_POSTAGE}
        filled = self._filled(n)
        content: Answer = {"body": filled.body, "subject": filled.subject}
        answer: Answer = {
            "id": str(n.key),
            "reference": n.reference,
            "uri": f"{self.root}v2/notifications/{n.key}",
            "template": {
                "id": self._template_id(n),
                "version": n.template.number,
                "uri": f"{self.root}services/{n.service.key}/templates/{self._template_id(n)}",
            },
            "scheduled_for": moment(n.scheduled_for),
            "content": content,
        }
        if n.asked == Asked.EMAIL:
            content |= {"from_email": self.machines.sender, "one_click_unsubscribe_url": n.unsubscribe_url or None}
            answer["sanitised_content"] = n.sanitised
        return answer

    def notification(self, n: ApiNotification) -> Answer:
        """One notification with where it stands."""
        now, filled, by_email = self.machines.now(), self._filled(n), leaves_by_email(n)
        letter = n.letter
        answer: Answer = {
            "id": str(n.key),
            "reference": n.reference,
            "email_address": n.email_address if n.asked == Asked.EMAIL else None,
            "phone_number": None,
            **{shown: n.address.get(kept) for shown, kept in _SHOWN_LINES.items()},
            "type": "email" if by_email else "letter",
            "status": shown_status(n, now),
            "template": self._template_link(n),
            "body": filled.body,
            "subject": filled.subject,
            "created_at": moment(n.created_at),
            "created_by_name": None,
            "sent_at": moment(letter.sent_at if letter else n.created_at),
            "completed_at": moment(completed_at(n)),
            "scheduled_for": moment(n.scheduled_for),
            "postage": None if by_email else self._postage(n),
            "one_click_unsubscribe_url": n.unsubscribe_url or None,
        }
        if not by_email:
            answer["estimated_delivery"] = moment(self.machines.latest_arrival(n.created_at, self._posted_by(n)))
        return answer | self._cost(n, by_email) | _our_own(n, by_email)

    def template(self, known: ServiceTemplate, version: ApiTemplateVersion) -> Answer:
        """A template's version."""
        first = ApiTemplateVersion.objects.get(code=version.code, number=1)
        words = self.words(version)
        return {
            "id": str(known.id),
            "type": str(known.asked),
            "created_at": moment(first.created_at),
            "updated_at": moment(version.created_at) if version.number > 1 else None,
            "created_by": self.machines.sender,
            "version": version.number,
            "body": version.words,
            "subject": version.subject,
            "name": version.name,
            "personalisation": {name: {"required": needed} for name, needed in sorted(words.fields.items())},
            "postage": DEFAULT_POSTAGE if known.asked is Asked.LETTER else None,
            "letter_contact_block": known.template.contact_block or None if known.asked is Asked.LETTER else None,
        }

    def preview(self, known: ServiceTemplate, version: ApiTemplateVersion, values: Mapping[str, str]) -> Answer:
        """A template filled in."""
        is_letter, words = known.asked is Asked.LETTER, self.words(version)
        filled = words.fill(values)
        return {
            "id": str(known.id),
            "type": str(known.asked),
            "version": version.number,
            "body": filled.body,
            "html": None if is_letter else words.as_email(values),
            "subject": filled.subject,
            "postage": DEFAULT_POSTAGE if is_letter else None,
        }

    def words(self, version: ApiTemplateVersion) -> Words:
        """The words of a version, read once."""
        if version.pk not in self._read:
            self._read[version.pk] = self.machines.read(version.code, version.subject, version.words)
        return self._read[version.pk]

    def _filled(self, n: ApiNotification) -> Filled:
        if n.template is None:
            return Filled("Pre-compiled PDF", "")
        return self.words(n.template).fill(n.values)

    def _template_id(self, n: ApiNotification) -> str:
        return str(template_id(self.machines, n.template.code, n.asked) if n.template else PRECOMPILED)

    def _template_link(self, n: ApiNotification) -> Answer:
        number, key = n.template.number if n.template else 1, self._template_id(n)
        return {"id": key, "version": number, "uri": f"{self.root}v2/template/{key}/version/{number}"}

    def _postage(self, n: ApiNotification) -> str:
        """In Notify's words: a class of the site's own, such as one that gives proof, is told as what was asked for."""
        posted_by = self._posted_by(n)
        return posted_by if posted_by in NOTIFY_POSTAGE else n.postage or DEFAULT_POSTAGE

    def _posted_by(self, n: ApiNotification) -> str:
        return (n.letter.postage if n.letter else "") or n.postage or DEFAULT_POSTAGE

    def _cost(self, n: ApiNotification, by_email: bool) -> Answer:
        """Emails cost nothing here; a letter's cost is known once it is in a print run."""
        if by_email or n.letter is None:
            return {"cost_in_pounds": 0.0, "is_cost_data_ready": True, "cost_details": {}}
        if not n.letter.cost_pence:
            return {"cost_in_pounds": None, "is_cost_data_ready": False, "cost_details": {}}
        sheets = n.letter.mailpiece.sheets if n.letter.mailpiece else -(-n.letter.page_count // 2)
        details = {"billable_sheets_of_paper": sheets, "postage": self._postage(n)}
        return {"cost_in_pounds": n.letter.cost_pence / 100, "is_cost_data_ready": True, "cost_details": details}


def completed_at(n: ApiNotification) -> dt.datetime | None:
    """When it came to its end; None for one that has not."""
    letter = n.letter
    if letter is None:
        return n.created_at
    if letter.status in (LetterStatus.POSTED, LetterStatus.RETURNED, LetterStatus.DELIVERED):
        return letter.returned_at or letter.delivered_at or letter.sent_at
    return None


def _our_own(n: ApiNotification, by_email: bool) -> Answer:
    """What only Mailroom knows: how a letter goes, and why. Beside Notify's keys, so no client trips."""
    letter = n.letter
    channel = (letter.channel if letter else "") or ("email" if by_email else "undecided")
    reason = letter.reasons[-1] if letter and letter.reasons else None
    return {"mailroom": {"asked": n.asked, "channel": channel, "reason": reason, "letter": letter and letter.number}}
