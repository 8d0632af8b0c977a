from __future__ import annotations

import base64

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate, login, logout
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST
from django_otp import devices_for_user, match_token, user_has_device
from django_otp import login as otp_login
from django_otp.plugins.otp_totp.models import TOTPDevice

from mailroom.config.roles import Right
from mailroom.records import sign_in as attempts
from mailroom.records.item_leases import give_back_all
from mailroom.records.models import Event
from mailroom.web.account import refusals
from mailroom.web.account.qr import qr_picture
from mailroom.web.account.single_sign_on import SIGNED_OUT, sign_out_there, single_sign_on
from mailroom.web.client_address import client_address
from mailroom.web.form_problems import FieldProblem
from mailroom.web.permission import SIGNED_IN_BY_PROVIDER, allowed, is_asked_by_provider, rights_of, signed_in


@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    if request.method == "GET":
        return _page(request, "")
    name, address = request.POST.get("name", "").strip(), client_address(request)
    limits = settings.ROLES.sign_in
    if attempts.is_locked_out(name, address, limits.failures, limits.locked_minutes):
        return _page(request, refusals.locked_words(), 429)
    user = authenticate(request, username=name, password=request.POST.get("password", ""))
    if user is None:
        attempts.note_failure(name, address)
        return _page(request, refusals.WRONG, 422)
    attempts.forget_failures(name)
    login(request, user)
    request.session.pop(SIGNED_OUT, None)
    Event.record("account.signed_in", user, actor=str(user.pk))
    return redirect(_next_page(request))


@require_http_methods(["GET", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """The second factor. Wrong codes are throttled by the device itself and counted for the lock-out."""
    if not request.user.is_authenticated:
        return redirect("sign_in")
    user = signed_in(request)
    problem = ""
    if request.method == "POST":
        limits, address = settings.ROLES.sign_in, client_address(request)
        if attempts.is_locked_out(user.username, address, limits.failures, limits.locked_minutes):
            logout(request)
            return _page(request, refusals.locked_words(), 429)
        device = match_token(user, request.POST.get("code", "").strip())
        if device:
            otp_login(request, device)
            return redirect(_next_page(request))
        attempts.note_failure(user.username, address)
        problem = refusals.code_problem(user)
    status = 422 if problem else 200
    return render(request, "code.html", {"problem": problem, "next": _asked_for(request)}, status=status)


@allowed()
@require_http_methods(["GET", "POST"])
def second_factor(request: HttpRequest) -> HttpResponse:
    """Set up an authenticator app: the device counts only once its first code was given."""
    user = signed_in(request)
    if user_has_device(user):
        return render(request, "second_factor.html", {"done": True})
    if is_asked_by_provider(request):
        return render(request, "second_factor.html", {"by_provider": True})
    device, _ = TOTPDevice.objects.get_or_create(user=user, confirmed=False, defaults={"name": "Authenticator app"})
    problem = ""
    if request.method == "POST":
        if device.verify_token(request.POST.get("code", "").strip()):
            device.confirmed = True
            device.save()
            otp_login(request, device)
            Event.record("account.second_factor_set", user, actor=str(user.pk))
            return render(request, "second_factor.html", {"done": True})
        problem = refusals.code_problem(user)
    context = {"picture": qr_picture(device.config_url), "key": _in_fours(device), "problem": problem}
    return render(request, "second_factor.html", context, status=422 if problem else 200)


def _in_fours(device: TOTPDevice) -> str:
    """Its key as apps take it typed: for people without a camera, or who do not see the square."""
    key = base64.b32encode(device.bin_key).decode().rstrip("=")
    return " ".join(key[n : n + 4] for n in range(0, len(key), 4))


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Out of Mailroom. The provider still knows them in this browser, so whoever is next here is asked who it is."""
    if request.user.is_authenticated:
        give_back_all(signed_in(request).pk)
    by_provider = bool(request.session.get(SIGNED_IN_BY_PROVIDER))
    logout(request)
    if by_provider:
        request.session[SIGNED_OUT] = True
    messages.success(request, "You are signed out.")
    return redirect("sign_in")


@allowed()
def home(request: HttpRequest) -> HttpResponseBase:
    """To the first desk this person may open."""
    for right, address in HOMES:
        if right in rights_of(request.user):
            return redirect(address)
    return render(request, "no_desk.html", {"devices": list(devices_for_user(request.user))})


HOMES = (
    (Right.TODAY, "/print-unit/"),
    (Right.POST, "/items/"),
    (Right.REVIEW, "/review/"),
    (Right.CUSTOMERS, "/customers/"),
)


def _page(request: HttpRequest, problem: str, status: int = 200) -> HttpResponse:
    context = {
        "problem": problem,
        "field_problems": _refused_by_provider(request) if request.method == "GET" else (),
        "next": _asked_for(request),
        "unsaved": "unsaved" in request.GET,
        "ended": "ended" in request.GET,
        "name": request.POST.get("name", ""),
        "sso": single_sign_on(),
        "sign_out_there": sign_out_there(request),
    }
    return render(request, "sign_in.html", context, status=status)


def _refused_by_provider(request: HttpRequest) -> tuple[FieldProblem, ...]:
    """What stands at the button of the staff account."""
    if "refused" not in request.GET:
        return ()
    words = refusals.BY_PROVIDER.get(request.GET["refused"], refusals.OTHERWISE)
    return (FieldProblem("do-staff" if single_sign_on() else "field", words),)


def _asked_for(request: HttpRequest) -> str:
    return request.POST.get("next") or request.GET.get("next", "")


def _next_page(request: HttpRequest) -> str:
    """Where they wanted to go, if that is on this site."""
    wanted = _asked_for(request)
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if wanted and safe else "/"
