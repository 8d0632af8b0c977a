from __future__ import annotations

from django.conf import settings
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
from mailroom.records.models import Event
from mailroom.web.account.qr import qr_picture
from mailroom.web.account.single_sign_on import single_sign_on
from mailroom.web.client_address import client_address
from mailroom.web.permission import allowed, rights_of, signed_in

LOCKED = "Too many failed attempts. Wait a quarter of an hour, or ask your administrator."
REFUSED = "Your staff account could not be used. Try again, or ask your administrator which group it should be in."
WRONG = "Enter the user name and password of your account"


@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    if request.method == "GET":
        problem = REFUSED if "refused" in request.GET else ""
        return render(
            request, "sign_in.html", {"next": _asked_for(request), "sso": single_sign_on(), "problem": problem}
        )
    name, address = request.POST.get("name", "").strip(), client_address(request)
    limits = settings.ROLES.sign_in
    if attempts.is_locked_out(name, address, limits.failures, limits.locked_minutes):
        return _refused(request, LOCKED, 429)
    user = authenticate(request, username=name, password=request.POST.get("password", ""))
    if user is None:
        attempts.note_failure(name, address)
        return _refused(request, WRONG, 422)
    attempts.forget_failures(name)
    login(request, user)
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
            return _refused(request, LOCKED, 429)
        device = match_token(user, request.POST.get("code", "").strip())
        if device:
            otp_login(request, device)
            return redirect(_next_page(request))
        attempts.note_failure(user.username, address)
        problem = "Enter the six digits your app shows now"
    status = 422 if problem else 200
    return render(request, "code.html", {"problem": problem, "next": _asked_for(request)}, status=status)


@allowed()
@require_http_methods(["GET", "POST"])
def second_factor(request: HttpRequest) -> HttpResponse:
    """Set up an authenticator app: the device counts only once its first code was given."""
    user = signed_in(request)
    if user_has_device(user):
        return render(request, "second_factor.html", {"done": True})
    device, _ = TOTPDevice.objects.get_or_create(user=user, confirmed=False, defaults={"name": "Authenticator app"})
    problem = ""
    if request.method == "POST":
        if device.verify_token(request.POST.get("code", "").strip()):
            device.confirmed = True
            device.save()
            otp_login(request, device)
            Event.record("account.second_factor_set", user, actor=str(user.pk))
            return render(request, "second_factor.html", {"done": True})
        problem = "Enter the six digits your app shows now"
    context = {"picture": qr_picture(device.config_url), "problem": problem}
    return render(request, "second_factor.html", context, status=422 if problem else 200)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
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


def _refused(request: HttpRequest, problem: str, status: int) -> HttpResponse:
    context = {
        "problem": problem,
        "next": _asked_for(request),
        "name": request.POST.get("name", ""),
        "sso": single_sign_on(),
    }
    return render(request, "sign_in.html", context, status=status)


def _asked_for(request: HttpRequest) -> str:
    return request.POST.get("next") or request.GET.get("next", "")


def _next_page(request: HttpRequest) -> str:
    """Where they wanted to go, if that is on this site."""
    wanted = _asked_for(request)
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if wanted and safe else "/"
