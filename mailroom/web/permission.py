"""Who may open which address. Every view of a desk is wrapped in `allowed`."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.http import urlencode
from django_otp import user_has_device

from mailroom.config.roles import Right, Role
from mailroom.records.visible_items import Viewer

SIGNED_IN_BY_PROVIDER = "by_single_sign_on"
"""Mark of a session begun at the council's own sign-in provider."""

View = Callable[..., HttpResponseBase]


def role_of(user: User) -> Role | None:
    person = getattr(user, "person", None)
    return settings.ROLES.roles.get(person.role) if person else None


def rights_of(user: Any) -> frozenset[Right]:
    role = role_of(user) if user.is_authenticated else None
    return role.may if role else frozenset()


def viewer(request: HttpRequest) -> Viewer:
    user = signed_in(request)
    role = role_of(user)
    person = getattr(user, "person", None)
    return Viewer(user.pk, role.sees if role else "none", tuple(person.services) if person else ())


def signed_in(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def actor(request: HttpRequest) -> str:
    """The account as events name it: its number, never a name."""
    return str(signed_in(request).pk)


def allowed(*rights: Right) -> Callable[[View], View]:
    """Open to people whose role has any of these rights, once their second factor, if they have one, is given."""

    def wrap(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect(f"/sign-in/?{way_back(request)}")
            if _owes_second_factor(request):
                return redirect(f"/sign-in/code/?{way_back(request)}")
            if rights and not rights_of(request.user) & set(rights):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        guarded.rights = rights  # type: ignore[attr-defined]
        return guarded

    return wrap


def way_back(request: HttpRequest) -> str:
    """For the address of the sign-in page: where to go afterwards. A form was not kept: the page it was on."""
    if request.method != "POST":
        return urlencode({"next": request.get_full_path()})
    page = urlsplit(request.headers.get("Referer", ""))
    is_ours = page.netloc == request.get_host()
    return urlencode({"next": page._replace(scheme="", netloc="").geturl() if is_ours else "/", "unsaved": "1"})


def _owes_second_factor(request: HttpRequest) -> bool:
    """Whether the account has a second factor and it was given neither here nor at the council's sign-in provider."""
    user: Any = request.user
    return not is_asked_by_provider(request) and bool(user_has_device(user)) and not user.is_verified()


def is_asked_by_provider(request: HttpRequest) -> bool:
    """Whether the second factor of this session is the affair of the council's sign-in provider."""
    sso = settings.ROLES.single_sign_on
    return bool(sso and sso.asks_second_factor and request.session.get(SIGNED_IN_BY_PROVIDER))
