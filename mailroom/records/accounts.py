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


def account_of_subject(subject: str, name: str, role: str, services: Sequence[str]) -> User | None:
    """The account of somebody the council's sign-in provider vouches for, made at their first sign-in.

    Role and services are the provider's word each time. None when the account was closed here, or when the name is
    another person's account already: an administrator must say whether they are one.
    """
    with transaction.atomic():
        person = Person.objects.select_related("account").filter(subject=subject).first()
        if person is None:
            if User.objects.filter(username=name).exists():
                return None
            user = User.objects.create_user(name)
            person = Person.objects.create(account=user, role=role, services=list(services), subject=subject)
            Event.record("account.made", user, actor="single_sign_on", role=role)
        elif (person.role, person.services) != (role, list(services)):
            person.role, person.services = role, list(services)
            person.save(update_fields=["role", "services"])
            Event.record("account.role_changed", person.account, actor="single_sign_on", role=role)
    return person.account if person.account.is_active else None
