"""What a form lacks, field by field: the summary on top links to each field, and its message stands there.

    raise NotSaid(FieldProblem("text", "Write the note"))

The page is given `field_problems`; base.html makes the summary of them, field_problem.html the message at a field.
"""

from __future__ import annotations

from dataclasses import dataclass

from django import template

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


@register.filter
def problem_at(problems: object, field: str) -> FieldProblem | None:
    """The problem that stands at this field. None where there is none, and on a page that was given none."""
    found = problems if isinstance(problems, tuple) else ()
    return next((p for p in found if p.field == field), None)
