"""Who may sign in: accounts made, given a role, closed, and helped when a phone or a password is lost."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import User
from django.contrib.auth.tokens import default_token_generator
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.views.decorators.http import require_GET, require_http_methods

from mailroom.config.roles import Right
from mailroom.errors import MailroomError
from mailroom.records import accounts
from mailroom.records.accounts import CannotChange
from mailroom.records.models import Event
from mailroom.records.sign_in import is_locked_out
from mailroom.web.form_problems import FieldProblem, NotSaid, problems_of
from mailroom.web.permission import allowed, signed_in
from mailroom.web.site import services

A_PAGE = 100
_NAME = re.compile(r"^[\w.@+-]{2,150}$")


@allowed(Right.ACCOUNTS)
@require_GET
def everybody(request: HttpRequest) -> HttpResponse:
    wanted = request.GET.get("q", "").strip()
    found = accounts.everybody()
    if wanted:
        found = found.filter(username__icontains=wanted)
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    rows = [(user, _role_name(user)) for user in page]
    return render(request, "accounts.html", {"page": page, "rows": rows, "q": wanted})


@allowed(Right.ACCOUNTS)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """The owner chooses the password, by a link that works once; nobody else ever knows it."""
    name = request.POST.get("name", "").strip()
    wrong: tuple[FieldProblem, ...] = ()
    if request.method == "POST":
        try:
            if not _NAME.match(name):
                raise NotSaid(
                    FieldProblem("name", "Enter a user name of letters, digits and . - + _ @, without spaces")
                )
            made = accounts.open_account(name, *_asked(request), signed_in(request))
            messages.success(request, f"The account {made.username} is made.")
            return _with_link(request, made)
        except MailroomError as why:
            wrong = problems_of(why, "name")
    context = {"field_problems": wrong, "name": name, **_choices(request.POST.get("role", ""), _services(request))}
    return render(request, "account_new.html", context, status=422 if wrong else 200)


@allowed(Right.ACCOUNTS)
@require_http_methods(["GET", "POST"])
def one(request: HttpRequest, account: int) -> HttpResponse:
    user = get_object_or_404(accounts.everybody(), pk=account)
    wrong: tuple[FieldProblem, ...] = ()
    if request.method == "POST":
        what = request.POST.get("do", "")
        try:
            if what == "link":
                return _with_link(request, user)
            messages.success(request, _DEEDS.get(what, _nothing)(request, user))
            return redirect("account", user.pk)
        except MailroomError as why:
            wrong = problems_of(why, "role" if what == "role" else "deeds")
    return render(request, "account.html", _page(request, user, wrong), status=422 if wrong else 200)


def _page(request: HttpRequest, user: User, wrong: tuple[FieldProblem, ...] = (), link: str = "") -> dict[str, Any]:
    person, limits = getattr(user, "person", None), settings.ROLES.sign_in
    role, mine = (person.role, person.services) if person else ("", [])
    if wrong and request.POST.get("do") == "role":
        role, mine = request.POST.get("role", ""), _services(request)
    return {
        "account": user,
        "role": _role_name(user),
        "by_provider": bool(person and person.subject),
        "is_own": user.pk == signed_in(request).pk,
        "locked": is_locked_out(user.username, "", limits.failures, limits.locked_minutes),
        "link": link,
        "days": settings.PASSWORD_RESET_TIMEOUT // 86_400,
        "field_problems": wrong,
        "events": _history(user),
        **_choices(role, mine),
    }


def _history(user: User) -> list[dict[str, Any]]:
    """What was done with the account, the newest first; whoever did it by the name they have today."""
    events = list(Event.objects.filter(subject="user", subject_key=str(user.pk)).order_by("-pk")[:30])
    names = {str(a.pk): a.username for a in User.objects.filter(pk__in={e.actor for e in events if e.actor.isdigit()})}
    return [
        {"kind": e.kind, "at": e.at, "details": e.details, "by": names.get(e.actor, e.actor.replace("_", " "))}
        for e in events
    ]


def _with_link(request: HttpRequest, user: User) -> HttpResponse:
    """The page with a link by which the owner chooses a password. It is shown once and kept nowhere."""
    if getattr(user, "person", None) and user.person.subject:
        raise CannotChange("This account signs in with the council's staff account; it has no password here.")
    if not user.is_active:
        raise CannotChange("The account is closed. Open it first.")
    Event.record("account.link_made", user, actor=str(signed_in(request).pk))
    key, token = urlsafe_base64_encode(force_bytes(user.pk)), default_token_generator.make_token(user)
    link = f"{settings.ENVIRONMENT.public_url}/sign-in/choose/{key}/{token}/"
    shown = get_object_or_404(accounts.everybody(), pk=user.pk)
    return render(request, "account.html", _page(request, shown, link=link))


def _give_role(request: HttpRequest, user: User) -> str:
    changed = accounts.give_role(user, *_asked(request), signed_in(request))
    return f"{user.username} has the new role." if changed else "Nothing was different, so nothing is changed."


def _close(request: HttpRequest, user: User) -> str:
    accounts.close(user, signed_in(request))
    return f"{user.username} is closed. Whoever was signed in with it is signed out."


def _open(request: HttpRequest, user: User) -> str:
    accounts.open_again(user, signed_in(request))
    return f"{user.username} can sign in again."


def _reset(request: HttpRequest, user: User) -> str:
    accounts.reset_second_factor(user, signed_in(request))
    return f"{user.username} signs in without a second factor until a new one is set up."


def _unlock(request: HttpRequest, user: User) -> str:
    accounts.unlock(user, signed_in(request))
    return f"{user.username} may try to sign in again."


def _nothing(request: HttpRequest, user: User) -> str:
    raise CannotChange("Choose what to do with the account.")


_DEEDS: dict[str, Callable[[HttpRequest, User], str]] = {
    "role": _give_role,
    "close": _close,
    "open": _open,
    "reset": _reset,
    "unlock": _unlock,
}


def _asked(request: HttpRequest) -> tuple[str, list[str]]:
    """The role and the services of the form. Raises NotSaid."""
    role = request.POST.get("role", "")
    if role not in settings.ROLES.roles:
        raise NotSaid(FieldProblem("role", "Choose a role"))
    return role, _services(request)


def _services(request: HttpRequest) -> list[str]:
    chosen = set(request.POST.getlist("service"))
    return [code for code in services().codes if code in chosen]


def _choices(role: str, mine: list[str]) -> dict[str, Any]:
    return {
        "roles": [(code, r.name, code == role) for code, r in settings.ROLES.roles.items()],
        "services": [(code, services().name(code), code in mine) for code in services().codes],
    }


def _role_name(user: User) -> str:
    person = getattr(user, "person", None)
    role = settings.ROLES.roles.get(person.role) if person else None
    return role.name if role else "No role"
