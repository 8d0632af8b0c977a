"""Sealing secrets that have to be read again, with a key derived from the site's own (Fernet: AES and HMAC)."""

from __future__ import annotations

import base64

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from mailroom.errors import Misconfigured


class Seal:
    """Seals and unseals for one purpose; what is sealed for another cannot be read."""

    def __init__(self, site_key: str, purpose: str) -> None:
        derived = HKDF(SHA256(), 32, salt=None, info=purpose.encode()).derive(site_key.encode())
        self._fernet = Fernet(base64.urlsafe_b64encode(derived))

    def seal(self, secret: str) -> str:
        """The secret as letters that only this site can read."""
        return self._fernet.encrypt(secret.encode()).decode("ascii")

    def unseal(self, sealed: str) -> str:
        """The secret again. Raises Misconfigured if the site's key has changed since."""
        try:
            return self._fernet.decrypt(sealed.encode()).decode()
        except InvalidToken:
            raise Misconfigured(
                "A secret was sealed with another MAILROOM_SECRET_KEY. Put the old key back, or make the API keys anew "
                "with `mailroom api-key make`."
            ) from None
