"""Signing in with the council's own staff accounts by OpenID Connect (Entra ID and others).

The provider proves who somebody is and which groups they are in; config/roles.toml says what a group may do. An
account is tied to the provider's subject, never to an email address, which could be given to somebody else.
"""

from __future__ import annotations

import logging
from typing import Any

import jwt
import requests
from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET
from mozilla_django_oidc.auth import OIDCAuthenticationBackend
from mozilla_django_oidc.views import OIDCAuthenticationCallbackView, OIDCAuthenticationRequestView

from mailroom.config.roles import SingleSignOn
from mailroom.records.accounts import account_of_subject
from mailroom.records.models import Event
from mailroom.web.permission import SIGNED_IN_BY_PROVIDER

log = logging.getLogger(__name__)
CLOCKS_DIFFER_BY = 60
"""Seconds the provider's clock and ours may differ by."""
SIGNED_OUT = "signed_out_here_only"
"""In the session of a browser after a sign-out: the provider would sign the last person in again without a word."""


class _Refused(Exception):
    """The provider vouches for somebody who may not come in. code: of the words on the sign-in page."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def single_sign_on() -> SingleSignOn | None:
    """How it is set up; None when the council does not use it."""
    found: SingleSignOn | None = settings.ROLES.single_sign_on
    return found


def sign_out_there(request: HttpRequest) -> str:
    """Where somebody who signed out here signs out at the provider too; '' where that is not to be offered."""
    sso = single_sign_on()
    if sso is None or not sso.sign_out or not request.session.get(SIGNED_OUT):
        return ""
    back = request.build_absolute_uri(reverse("sign_in"))
    return f"{sso.sign_out}?{urlencode({'client_id': sso.client_id, 'post_logout_redirect_uri': back})}"


def _set_up() -> SingleSignOn:
    sso = single_sign_on()
    if sso is None:
        raise SuspiciousOperation("Single sign-on is not set up in config/roles.toml.")
    return sso


class StaffAccounts(OIDCAuthenticationBackend):  # type: ignore[misc]
    """Checks the token beyond its signature, and gives the account the role of its groups at every sign-in."""

    def verify_token(self, token: str, **kwargs: Any) -> dict[str, Any] | None:
        """What the token says; None, which refuses the sign-in, when it is not the provider's word to this application.

        Its key is found by its number among those the provider publishes at that moment, so that keys can be rotated.
        """
        try:
            payload: dict[str, Any] = super().verify_token(token, **kwargs)
        except KeyError:
            log.warning("single sign-on refused: the token does not say which key signed it")
            return None
        except (jwt.PyJWTError, SuspiciousOperation) as why:
            log.warning("single sign-on refused: the token is not good (%s)", type(why).__name__)
            return None
        return payload

    def _verify_jws(self, payload: str | bytes, key: jwt.PyJWK) -> dict[str, Any]:
        """The claims, when signature, issuer, audience and times are right."""
        sso = _set_up()
        claims: dict[str, Any] = jwt.decode(
            payload,
            key,
            algorithms=[self.OIDC_RP_SIGN_ALGO],
            audience=sso.client_id,
            issuer=sso.issuer,
            leeway=CLOCKS_DIFFER_BY,
            options={"require": ["exp", "iat", "iss", "aud", "sub"]},
        )
        return claims

    def get_user(self, user_id: int) -> User | None:
        """Whose session it is, at each request: nobody's once the account is closed."""
        user: User | None = super().get_user(user_id)
        return user if user is not None and user.is_active else None

    def get_or_create_user(self, access_token: str, id_token: str, payload: dict[str, Any]) -> User:
        sso = _set_up()
        claims = {**self.get_userinfo(access_token, id_token, payload), **payload}
        granted = sso.granted(claims.get(sso.groups_claim) or ())
        name = str(claims.get(sso.account_claim, ""))[:150]
        if granted is None or not name:
            log.warning("single sign-on refused: no group of config/roles.toml, or no claim %s", sso.account_claim)
            raise _Refused("group")
        user = account_of_subject(f"{payload['iss']}#{payload['sub']}", name, granted.role, granted.services)
        if user is None:
            log.warning("single sign-on refused: the name is another account's")
            raise _Refused("name")
        if not user.is_active:
            log.warning("single sign-on refused: account %s is closed", user.pk)
            raise _Refused("closed")
        return user


class _Go(OIDCAuthenticationRequestView):  # type: ignore[misc]
    """To the provider, who asks again who it is after somebody has signed out in this browser."""

    def get_extra_params(self, request: HttpRequest) -> dict[str, str]:
        return {"prompt": "login"} if request.session.get(SIGNED_OUT) else {}


class _Back(OIDCAuthenticationCallbackView):  # type: ignore[misc]
    """Where the provider sends people back to."""

    failure_url = "/sign-in/?refused=1"

    def get(self, request: HttpRequest) -> HttpResponse:
        if request.GET.get("error"):
            log.warning("single sign-on refused by the provider: %s", request.GET["error"][:40])
            super().get(request)
            return _refused("stopped")
        try:
            answer: HttpResponse = super().get(request)
        except requests.RequestException:
            log.exception("the sign-in provider did not answer")
            return _refused("away")
        except _Refused as why:
            return _refused(why.code)
        except SuspiciousOperation:  # an answer used before, as by the browser's back button, or asked for elsewhere
            return redirect("home") if request.user.is_authenticated else _refused("stopped")
        return answer

    def login_success(self) -> HttpResponse:
        answer: HttpResponse = super().login_success()
        self.request.session[SIGNED_IN_BY_PROVIDER] = True
        self.request.session.pop(SIGNED_OUT, None)
        Event.record("account.signed_in", self.user, actor=str(self.user.pk), way="single_sign_on")
        return answer


def _refused(code: str) -> HttpResponse:
    return redirect(f"{reverse('sign_in')}?refused={code}")


@require_GET
def go(request: HttpRequest) -> HttpResponse:
    """To the provider's sign-in page."""
    if single_sign_on() is None:
        raise Http404
    answer: HttpResponse = _Go.as_view()(request)
    return answer


@require_GET
def back(request: HttpRequest) -> HttpResponse:
    """Back from it."""
    if single_sign_on() is None:
        raise Http404
    answer: HttpResponse = _Back.as_view()(request)
    return answer
