"""Accounts: made, given a role and services, closed and opened again; each change is an event."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django_otp import devices_for_user
from django_otp.plugins.otp_totp.models import TOTPDevice

from mailroom.errors import Review
from mailroom.records.models import Event, Person
from mailroom.records.sign_in import forget_failures


class CannotChange(Review):
    """The account may not be changed so; the message says why."""


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

    Role and services are the provider's word each time. It may be closed. None when the name is another person's
    account already: an administrator must say whether they are one.
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
    return person.account


def everybody() -> QuerySet[User]:
    """Every account with its role, and whether it has a second factor; open ones first, by name."""
    has_device = Exists(TOTPDevice.objects.filter(user=OuterRef("pk"), confirmed=True))
    found = User.objects.select_related("person").annotate(has_second_factor=has_device)
    return found.order_by("-is_active", "username")


def open_account(name: str, role: str, services: Sequence[str], by: User) -> User:
    """A new account that nobody can sign in with until its owner has chosen a password. Raises CannotChange."""
    with transaction.atomic():
        if User.objects.filter(username__iexact=name).exists():
            raise CannotChange(f"There is an account {name} already. Choose another name.")
        user = User.objects.create_user(name)
        Person.objects.create(account=user, role=role, services=list(services))
        Event.record("account.made", user, actor=str(by.pk), role=role, services=list(services))
    return user


def give_role(user: User, role: str, services: Sequence[str], by: User) -> bool:
    """Another role or other services; False when they are the same.

    Raises:
        CannotChange: it is one's own account, or the council's sign-in provider says what its role is.
    """
    _not_ones_own(user, by)
    with transaction.atomic():
        person, _ = Person.objects.select_for_update().get_or_create(account=user)
        if person.subject:
            raise CannotChange(
                "The council's sign-in provider says what this account's role is. Change its group there."
            )
        before = {"role": person.role, "services": person.services}
        after = {"role": role, "services": list(services)}
        if before == after:
            return False
        person.role, person.services = role, list(services)
        person.save(update_fields=["role", "services"])
        Event.record("account.role_changed", user, actor=str(by.pk), before=before, after=after)
    return True


def close(user: User, by: User) -> None:
    """Nobody signs in with it any more, and who is signed in is signed out. Raises CannotChange."""
    _not_ones_own(user, by)
    _set_active(user, False, by)


def open_again(user: User, by: User) -> None:
    """It can be signed in with again. Raises CannotChange."""
    _not_ones_own(user, by)
    _set_active(user, True, by)


def reset_second_factor(user: User, by: User) -> None:
    """Forget the authenticator app, so that a new one can be set up. Raises CannotChange."""
    _not_ones_own(user, by)
    with transaction.atomic():
        for device in devices_for_user(user, confirmed=None):
            device.delete()
        Event.record("account.second_factor_reset", user, actor=str(by.pk))


def unlock(user: User, by: User) -> None:
    """Forget failed attempts to sign in."""
    with transaction.atomic():
        forget_failures(user.username)
        Event.record("account.unlocked", user, actor=str(by.pk))


def set_password(user: User, password: str, by: User) -> None:
    """A password its owner chose. Whoever is signed in with the old one is signed out."""
    with transaction.atomic():
        user.set_password(password)
        user.save(update_fields=["password"])
        Event.record("account.password_set", user, actor=str(by.pk))


def _set_active(user: User, is_active: bool, by: User) -> None:
    with transaction.atomic():
        if User.objects.filter(pk=user.pk).exclude(is_active=is_active).update(is_active=is_active):
            Event.record("account.opened_again" if is_active else "account.closed", user, actor=str(by.pk))


def _not_ones_own(user: User, by: User) -> None:
    if user.pk == by.pk:
        raise CannotChange("This is your own account. Ask another administrator.")
