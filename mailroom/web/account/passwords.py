"""Choosing a password: by the link an administrator hands over, or one's own while signed in."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.contrib.auth.tokens import default_token_generator
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlsafe_base64_decode
from django.views.decorators.http import require_http_methods

from mailroom.records import sign_in as attempts
from mailroom.records.accounts import set_password
from mailroom.web.account.refusals import locked_words
from mailroom.web.client_address import client_address
from mailroom.web.form_problems import FieldProblem
from mailroom.web.permission import allowed, signed_in


@require_http_methods(["GET", "POST"])
def choose(request: HttpRequest, key: str, token: str) -> HttpResponse:
    """The link works once: choosing a password makes its token stale, and so does signing in."""
    user = _owner(key, token)
    if user is None:
        return render(request, "password_link_stale.html", status=404)
    wrong: tuple[FieldProblem, ...] = ()
    if request.method == "POST":
        wrong = _wrong(request, user)
        if not wrong:
            set_password(user, request.POST["password"], by=user)
            attempts.forget_failures(user.username)
            messages.success(request, "Your password is set. Sign in with it.")
            return redirect("sign_in")
    return _page(request, user, wrong, "choose")


@allowed()
@require_http_methods(["GET", "POST"])
def change(request: HttpRequest) -> HttpResponse:
    """One's own, with the present one said first; wrong tries count for the lock-out as at signing in."""
    user = signed_in(request)
    wrong: tuple[FieldProblem, ...] = ()
    if not user.has_usable_password():
        return render(request, "password.html", {"by_provider": True})
    if request.method == "POST":
        wrong = _wrong_present(request, user) + _wrong(request, user)
        if not wrong:
            set_password(user, request.POST["password"], by=user)
            update_session_auth_hash(request, user)
            messages.success(request, "Your password is changed. Everywhere else you are signed out.")
            return redirect("home")
    return _page(request, user, wrong, "change")


def _page(request: HttpRequest, user: User, wrong: tuple[FieldProblem, ...], why: str) -> HttpResponse:
    context = {"field_problems": wrong, "rules": password_validators_help_texts(), "why": why, "name": user.username}
    return render(request, "password.html", context, status=422 if wrong else 200)


def _owner(key: str, token: str) -> User | None:
    try:
        user = User.objects.filter(pk=int(urlsafe_base64_decode(key)), is_active=True).first()
    except (ValueError, OverflowError):
        return None
    return user if user is not None and default_token_generator.check_token(user, token) else None


def _wrong_present(request: HttpRequest, user: User) -> tuple[FieldProblem, ...]:
    limits, address = settings.ROLES.sign_in, client_address(request)
    if attempts.is_locked_out(user.username, address, limits.failures, limits.locked_minutes):
        return (FieldProblem("present", locked_words()),)
    if user.check_password(request.POST.get("present", "")):
        return ()
    attempts.note_failure(user.username, address)
    return (FieldProblem("present", "Enter the password you sign in with now"),)


def _wrong(request: HttpRequest, user: User) -> tuple[FieldProblem, ...]:
    password = request.POST.get("password", "")
    try:
        validate_password(password, user)
    except ValidationError as why:
        return (FieldProblem("password", " ".join(why.messages)),)
    if password != request.POST.get("again", ""):
        return (FieldProblem("again", "Type the same password twice"),)
    return ()
