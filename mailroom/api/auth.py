"""Who asks: a JSON Web Token signed with one of the service's keys, not older than half a minute."""

from __future__ import annotations

import uuid

import jwt
from django.http import HttpRequest
from jwt.types import Options

from mailroom.api.machines import ApiMachines
from mailroom.api.refusals import AuthError
from mailroom.records.models import ApiKey, ApiService

CLOCK_SLACK = 30
"""Seconds by which a client's clock may differ (Notify's figure)."""

_ONLY_THE_SIGNATURE: Options = {"verify_iat": False, "verify_exp": False, "verify_nbf": False, "verify_aud": False}
_MALFORMED = "Invalid token: make sure your API token matches the example in the documentation"


def key_of(request: HttpRequest, machines: ApiMachines) -> ApiKey:
    """The key the request is signed with.

    Raises:
        AuthError: 401 without a bearer token, 403 for one that will not do.
    """
    token = _token(request)
    service = _service(_issuer(token))
    now = int(machines.now().timestamp())
    for key in service.keys.select_related("service"):
        issued = _issued_at(token, machines.unseal(key.secret))
        if issued is None:
            continue
        if abs(now - issued) > CLOCK_SLACK:
            raise AuthError(f"Error: Your system clock must be accurate to within {CLOCK_SLACK} seconds", 403)
        if key.revoked_at is not None:
            raise AuthError("Invalid token: API key revoked", 403)
        return key
    raise AuthError("Invalid token: API key not found", 403)


def _token(request: HttpRequest) -> str:
    header = request.headers.get("Authorization", "")
    if not header:
        raise AuthError("Unauthorized: authentication token must be provided", 401)
    if header[:7].lower() != "bearer ":
        raise AuthError("Unauthorized: authentication bearer scheme must be used", 401)
    return header[7:]


def _issuer(token: str) -> uuid.UUID:
    """The service the token says it is from; nothing is believed yet."""
    try:
        claims = jwt.decode(token, options={"verify_signature": False})
    except jwt.InvalidTokenError:
        raise AuthError(_MALFORMED, 403) from None
    if "iss" not in claims:
        raise AuthError("Invalid token: iss field not provided", 403)
    try:
        return uuid.UUID(str(claims["iss"]))
    except ValueError:
        raise AuthError("Invalid token: service id is not the right data type", 403) from None


def _service(key: uuid.UUID) -> ApiService:
    service = ApiService.objects.filter(key=key).first()
    if service is None:
        raise AuthError("Invalid token: service not found", 403)
    if not service.keys.exists():
        raise AuthError("Invalid token: service has no API keys", 403)
    if service.archived_at is not None:
        raise AuthError("Invalid token: service is archived", 403)
    return service


def _issued_at(token: str, secret: str) -> int | None:
    """When a token signed with this secret was made; None if it was signed with another."""
    try:
        claims = jwt.decode(
            token,
            secret,
            algorithms=["HS256"],
            options=_ONLY_THE_SIGNATURE,
        )
        return int(claims["iat"])
    except jwt.InvalidAlgorithmError:
        raise AuthError("Invalid token: algorithm used is not HS256", 403) from None
    except (jwt.InvalidTokenError, KeyError, TypeError, ValueError, OverflowError):
        return None
