"""What a form lacks, field by field: the summary on top links to each field, and its message stands there.

    raise NotSaid(FieldProblem("text", "Write the note"))

The page is given `field_problems`; base.html makes the summary of them, field_problem.html the message at a field. A
button that does one thing by itself is a field too, of the name `do-` and what it does:

    {% include "field_problem.html" with field="do-cancel" %}<button {% button "do-cancel" %} name="do" value="cancel">
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import template
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.html import format_html
from django.utils.safestring import SafeString

from mailroom.errors import MailroomError, Review

register = template.Library()


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """One thing that is wrong.

    field: the id of the field on the page, or of a group of them.
    inputs: of a group, the ids of those that are wrong; the first is where the summary leads.
    """

    field: str
    words: str
    inputs: tuple[str, ...] = ()

    @property
    def leads_to(self) -> str:
        return self.inputs[0] if self.inputs else self.field


class NotSaid(Review):
    """The form lacks something; each problem says what, and where."""

    def __init__(self, *problems: FieldProblem) -> None:
        super().__init__(" ".join(p.words for p in problems))
        self.problems = problems


def problems_of(why: MailroomError, otherwise: str) -> tuple[FieldProblem, ...]:
    """The problems of an error. One that speaks of no field stands at `otherwise`."""
    return why.problems if isinstance(why, NotSaid) else (FieldProblem(otherwise, str(why)),)


def told(
    request: HttpRequest, page: str, context: dict[str, Any], problems: Iterable[FieldProblem], there: str
) -> HttpResponse:
    """The page again with each problem at its field or button. there: its address.

    A button that is not on the page any more, because a colleague did the thing meanwhile, leaves nothing there to
    mend: then the page as it is now says in a banner why nothing was done.
    """
    found = tuple(problems)
    answer = render(request, page, {**context, "field_problems": found}, status=422)
    if all(f'id="{p.leads_to}"'.encode() in answer.content for p in found):
        return answer
    for problem in found:
        messages.error(request, problem.words)
    return redirect(there)


@register.simple_tag(takes_context=True)
def button(context: template.Context, field: str) -> SafeString:
    """The attributes of a button that errors can stand at."""
    is_wrong = problem_at(context.get("field_problems"), field) is not None
    described = format_html(' aria-describedby="{}-error"', field) if is_wrong else ""
    return format_html('id="{}"{}', field, described)


@register.filter
def problem_at(problems: object, field: str) -> FieldProblem | None:
    """The problem that stands at this field. None where there is none, and on a page that was given none."""
    found = problems if isinstance(problems, tuple) else ()
    return next((p for p in found if p.field == field), None)
