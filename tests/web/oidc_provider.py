"""An OpenID Connect provider on this machine: a library's, with numbered keys that are rotated, and able to lie.

The library has one key without a number. What it answers is passed on, but its tokens are signed anew here.
"""

from __future__ import annotations

import json
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.test import Client
from jwt.algorithms import RSAAlgorithm
from pytest_django import Settings
from werkzeug.serving import make_server
from werkzeug.wrappers import Response

from mailroom.config.roles import SingleSignOn

KEYS, TOKEN = "/jwks", "/oauth2/token"
IT_IS_OLD = [
    pytest.mark.filterwarnings(f"ignore::DeprecationWarning:{name}") for name in ("authlib", "oidc_provider_mock")
]
"""The library is written for an older release of the one below it, which says so at every step."""
SECRET = "the secret that Mailroom and the provider share"


class Provider:
    """address: where it is. published: the numbers of the keys it lets everybody see. signs_with: the one it uses.

    said: claims of the next tokens that differ from the right ones; None leaves a claim out.
    signed: makes the next tokens instead of the right signature, from their claims. given: tokens given so far.
    """

    def __init__(self) -> None:
        self.address, self.given = "", 0
        self._keys: dict[str, rsa.RSAPrivateKey] = {}
        self.be_honest()

    def be_honest(self) -> None:
        """One published key, true claims, right signatures."""
        self.published: list[str] = []
        self.said: dict[str, object] = {}
        self.signed: Callable[[dict[str, Any]], str] | None = None
        self.signs_with = ""
        self.rotate()

    def rotate(self) -> None:
        """Sign with a new key; those before stay published until they are withdrawn."""
        self.signs_with = f"key-{len(self._keys) + 1}"
        self._keys[self.signs_with] = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.published.append(self.signs_with)

    def withdraw(self, number: str) -> None:
        """Publish the key no more."""
        self.published.remove(number)

    def sign(self, claims: Mapping[str, Any], key: str, number: str | None, algorithm: str = "RS256") -> str:
        """A token signed with that key that says it is the one of that number."""
        return jwt.encode(dict(claims), self._keys[key], algorithm, {"kid": number} if number else {})

    def public_pem(self, number: str) -> bytes:
        """What everybody may know of a key."""
        return (
            self._keys[number]
            .public_key()
            .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        )

    def key_set(self) -> dict[str, Any]:
        """The published keys as JWKS."""
        keys = ((n, RSAAlgorithm.to_jwk(self._keys[n].public_key(), as_dict=True)) for n in self.published)
        return {"keys": [{**key, "kid": number, "alg": "RS256", "use": "sig"} for number, key in keys]}

    def token(self, claims: Mapping[str, Any]) -> str:
        """The token the next sign-in gets."""
        self.given += 1
        changed = {k: v for k, v in {**claims, **self.said}.items() if v is not None}
        return self.signed(changed) if self.signed else self.sign(changed, self.signs_with, self.signs_with)

    def over(self, library: Callable[..., Iterable[bytes]]) -> Callable[..., Iterable[bytes]]:
        """The library's application with our keys and tokens."""

        def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
            if environ["PATH_INFO"] == KEYS:
                return _json(self.key_set())(environ, start_response)
            answered = Response.from_app(library, environ)
            if environ["PATH_INFO"] == TOKEN and answered.status_code == 200:
                said = json.loads(answered.get_data())
                claims = jwt.decode(said["id_token"], options={"verify_signature": False})
                answered = _json({**said, "id_token": self.token(claims)})
            return answered(environ, start_response)

        return answer


def _json(content: object) -> Response:
    return Response(json.dumps(content), content_type="application/json")


@contextmanager
def a_provider(people: Sequence[Mapping[str, Any]]) -> Iterator[Provider]:
    """One that knows these people by their claims."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        import oidc_provider_mock

    known = [
        oidc_provider_mock.User(sub=str(p["sub"]), claims={k: v for k, v in p.items() if k != "sub"}) for p in people
    ]
    library = oidc_provider_mock.app(user_claims=known)
    provider = Provider()
    server = make_server("127.0.0.1", 0, provider.over(library), threaded=True)
    provider.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield provider
    server.shutdown()
    server.server_close()
    thread.join(timeout=10)


def set_up(provider: Provider, settings: Settings) -> SingleSignOn:
    """Mailroom takes sign-ins from this provider, as roles.toml would say it."""
    with urllib.request.urlopen(f"{provider.address}/.well-known/openid-configuration", timeout=10) as answer:
        found = json.load(answer)
    sso = SingleSignOn.model_validate(
        {
            "name": "staff account",
            "issuer": found["issuer"],
            "authorize": found["authorization_endpoint"],
            "token": found["token_endpoint"],
            "userinfo": found["userinfo_endpoint"],
            "keys": found["jwks_uri"],
            "client_id": "mailroom",
            "group": [
                {"group": "Tax leaders", "role": "team_leader", "services": ["council_tax"]},
                {"group": "Scanning", "role": "print_unit"},
            ],
        }
    )
    settings.ROLES = settings.ROLES.model_copy(update={"single_sign_on": sso})
    settings.AUTHENTICATION_BACKENDS = ["mailroom.web.account.single_sign_on.StaffAccounts"]
    settings.OIDC_RP_CLIENT_ID, settings.OIDC_RP_CLIENT_SECRET = sso.client_id, SECRET
    settings.OIDC_OP_AUTHORIZATION_ENDPOINT, settings.OIDC_OP_TOKEN_ENDPOINT = sso.authorize, sso.token
    settings.OIDC_OP_USER_ENDPOINT, settings.OIDC_OP_JWKS_ENDPOINT = sso.userinfo, sso.keys
    settings.OIDC_RP_SCOPES = sso.scopes
    return sso


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: object) -> None:
        return None


def at_the_provider(address: str, subject: str) -> str:
    """Sign in there as that person; the address the provider sends them back to."""
    form = urllib.parse.urlencode({"sub": subject, "action": "authorize"}).encode()
    try:
        urllib.request.build_opener(_Stay).open(address, form, timeout=10)
    except urllib.error.HTTPError as sent_back:
        with sent_back:
            return str(sent_back.headers["Location"])
    raise AssertionError("the provider did not send anybody back")


def sign_in(client: Client, subject: str, wanted: str = "") -> str:
    """The whole way there and back; where it ends."""
    start = client.get("/sign-in/staff/", {"next": wanted} if wanted else {})
    back = at_the_provider(start["Location"], subject)
    return str(client.get(back.removeprefix("http://testserver"))["Location"])


def ago(seconds: int) -> int:
    """A moment as tokens write it; negative for one to come."""
    return int(time.time()) - seconds
