"""The square code an authenticator app reads."""

from __future__ import annotations

import segno


def qr_picture(address: str) -> str:
    """As a data URI of a PNG."""
    uri: str = segno.make(address, error="m").png_data_uri(scale=5, border=3)
    return uri
