"""Who works in a team, for giving items out."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.http import HttpRequest

from mailroom.config.roles import Right
from mailroom.web.permission import rights_of


def colleagues(*services: str) -> list[User]:
    """Those whose services include one of these, and whose role has a team's post."""
    people = User.objects.filter(is_active=True, person__isnull=False).select_related("person").order_by("username")
    return [p for p in people if set(services) & set(p.person.services) and Right.POST in rights_of(p)]


def can_assign(request: HttpRequest) -> bool:
    return Right.ASSIGN in rights_of(request.user)
