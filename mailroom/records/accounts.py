"""Making accounts."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib.auth.models import User
from django.db import transaction

from mailroom.records.models import Event, Person


def make_account(name: str, password: str, role: str, services: Sequence[str]) -> User:
    """The account of that name, made if need be, with this password, role and services."""
    with transaction.atomic():
        user, _ = User.objects.get_or_create(username=name)
        user.set_password(password)
        user.save()
        Person.objects.update_or_create(account=user, defaults={"role": role, "services": list(services)})
        Event.record("account.made", user, actor="command", role=role)
    return user
