"""Template filters for the print unit and for letters: codes and numbers in a clerk's words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django import template
from django.contrib.auth.models import User

from mailroom.web.words import who

register = template.Library()


@register.filter
def pounds(pence: int) -> str:
    """2450 as £24.50."""
    return f"£{pence / 100:,.2f}"


@register.filter
def left_words(how: str) -> str:
    """How a valuable left us."""
    return {
        "tracked_post": "Tracked post",
        "collected": "Collected:",
        "banked": "Banked:",
        "with_team": "Handed to the team:",
    }.get(how, how)


@register.filter
def run_words(status: str) -> str:
    return {
        "asked": "Waiting to be built",
        "empty": "No letter was ready",
        "building": "Being built",
        "built": "Built, not released",
        "released": "Released",
        "printing": "Printing",
        "printed": "Printed",
        "posted": "Posted",
        "abandoned": "Taken apart",
    }.get(status, status)


@register.filter
def stage_words(stage: str) -> str:
    """What building a run is at, before "3 of 8"."""
    return {
        "claiming": "Finding the letters that are ready",
        "composing": "Letters set",
        "writing": "Print files written and read back",
    }.get(stage, "Waiting for a worker")


@register.filter
def thousands(count: int) -> str:
    """45,738"""
    return f"{count:,}"


@register.filter
def check_words(stage: str) -> str:
    """What the check of a large file is at, before "3 of about 8"."""
    return {
        "reading": "Rows read",
        "rows": "Rows checked",
        "pages": "Pages looked at",
        "files": "Attachments looked at",
    }.get(stage, "Waiting for a worker")


@register.filter
def run_colour(status: str) -> str:
    """The GOV.UK tag colour that goes with run_words."""
    return {"posted": "green", "abandoned": "grey", "empty": "grey", "built": "yellow", "building": "yellow"}.get(
        status, "blue"
    )


@register.filter
def job_words(status: str) -> str:
    return {
        "waiting": "Waiting",
        "held": "Refused by the printer",
        "sending": "Being handed over",
        "sent": "At the printer",
        "done": "Printed",
        "stopped": "Stopped",
        "resumed": "Carried on",
    }.get(status, status)


@register.filter
def plain_words(code: str) -> str:
    """'second_class' as 'Second class'."""
    return code.replace("_", " ").replace("-", " ").capitalize()


@register.filter
def account(actor: str) -> str:
    """The colleague an event or a run names by number; anything else as it stands."""
    found = User.objects.filter(pk=int(actor)).first() if actor.isdecimal() else None
    return who(found) if found else actor


def names_of(actors: Iterable[str]) -> dict[str, str]:
    """What `called` needs for a list: the colleagues' names by number, in one question to the database."""
    numbers = {int(actor) for actor in actors if actor.isdecimal()}
    return {str(user.pk): who(user) for user in User.objects.filter(pk__in=numbers)}


@register.filter
def called(actor: str, names: Mapping[str, str]) -> str:
    """As `account`, in a list whose view looked the names up."""
    return names.get(actor, actor)


@register.filter
def mailing_words(status: str) -> str:
    return {
        "checking": "Being checked",
        "refused": "Refused: correct the file",
        "awaiting_approval": "Waiting for approval",
        "ready": "On its way",
        "paused": "Paused",
        "done": "Done",
        "cancelled": "Cancelled",
    }.get(status, status)


@register.filter
def mailing_colour(status: str) -> str:
    """The GOV.UK tag colour that goes with mailing_words."""
    colours = {
        "refused": "red",
        "awaiting_approval": "yellow",
        "paused": "yellow",
        "done": "green",
        "cancelled": "grey",
    }
    return colours.get(status, "blue")


@register.filter
def letter_words(status: str) -> str:
    return {
        "queued": "Not decided yet",
        "paused": "Paused",
        "to_email": "To be emailed",
        "sending": "Being emailed",
        "emailed": "Emailed",
        "delivered": "Emailed",
        "bounced": "Email bounced, to be posted",
        "to_print": "To be printed",
        "in_run": "At the print unit",
        "posted": "Posted",
        "returned": "Returned",
        "hand_off": "To be made in another format",
        "at_supplier": "At the supplier",
        "handed_over": "Delivered in their format",
        "withheld": "Not sent",
        "failed": "Could not be made",
        "cancelled": "Cancelled",
    }.get(status, status)


@register.filter
def letter_colour(status: str) -> str:
    """The GOV.UK tag colour that goes with letter_words."""
    green, red = ("emailed", "delivered", "posted", "handed_over"), ("bounced", "returned", "failed")
    quiet = ("cancelled", "withheld")
    return "green" if status in green else "red" if status in red else "grey" if status in quiet else "blue"


@register.filter
def channel_words(channel: str) -> str:
    return {
        "email": "By email",
        "print": "By post",
        "hand_off": "Made elsewhere",
        "withheld": "Not sent",
    }.get(channel, channel)


@register.filter
def channel_in_sentence(channel: str) -> str:
    """'by email' as the end of 'Why it goes ...'."""
    return {"email": "by email", "print": "by post", "hand_off": "to be made elsewhere", "withheld": "nowhere"}.get(
        channel, channel
    )


@register.filter
def channel_rule_words(rule: str) -> str:
    """The rule that settled a letter's channel, in a clerk's words."""
    return {
        "deceased": "The person has died",
        "stopped": "They asked for no such letters",
        "law": "The law or the council's policy keeps it on paper",
        "proof": "Proof of posting is needed",
        "gone_away": "They no longer live there",
        "no_fixed_abode": "They have no fixed address",
        "format": "They need another format",
        "doubtful_match": "We are not sure whose record it is",
        "no_consent": "They did not ask for email",
        "unverified_address": "Their email address was never confirmed",
        "bounces": "Emails to them came back",
        "household": "Somebody else uses the same email address",
        "vulnerable": "They are marked as vulnerable",
        "consent": "They asked for email",
        "asked": "They gave the address for this",
    }.get(rule, rule.replace("_", " "))
