"""Who else gets a copy: what the line proposes, and what the person who decides says of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import HttpRequest

from mailroom.records.models import Item
from mailroom.values.decisions import NONE_OF_OURS
from mailroom.web.form_problems import FieldProblem, NotSaid
from mailroom.web.site import routing, services


@dataclass(frozen=True, slots=True)
class CopyChoice:
    """A service that may get a copy. proposed: by the line."""

    code: str
    proposed: bool
    chosen: bool


def copy_choices(request: HttpRequest, item: Item, likely: Iterable[str]) -> list[CopyChoice]:
    """The services the line would copy to, then those it thinks likely."""
    chosen = request.POST.getlist("copy") if "copies" in request.POST else item.also
    codes = dict.fromkeys([*item.also, *chosen, *likely])
    known = [code for code in codes if code in routing().services and code != NONE_OF_OURS]
    return [CopyChoice(code, code in item.also, code in chosen) for code in known]


def copies_said(request: HttpRequest, item: Item, service: str) -> tuple[str, ...]:
    """The further services of the form; as the line has them when the form did not ask.

    Raises:
        NotSaid: one is no service.
    """
    if "copies" not in request.POST:
        return tuple(item.also)
    said = [code for code in (*request.POST.getlist("copy"), request.POST.get("copy_other", "")) if code]
    if any(code not in routing().services for code in said):
        raise NotSaid(FieldProblem("copy", "Choose a service from the list"))
    return tuple(code for code in dict.fromkeys(said) if code not in (service, NONE_OF_OURS))


def held_back(also: Iterable[str], copied_to: Iterable[str], team: str) -> str:
    """What to say of copies that were asked for and may not go; '' for none."""
    teams = {*copied_to, team}
    kept = [services().name(code) for code in also if routing().services[code].team not in teams]
    if not kept:
        return ""
    return f"No copy goes to {', '.join(kept)}: its flags or its service keep it to those who answer it."
