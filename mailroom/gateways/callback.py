"""Telling another system over HTTP that something happened."""

from __future__ import annotations

from collections.abc import Mapping

import requests

TIMEOUT = 5.0
"""Seconds (GOV.UK Notify's figure): a system that takes longer is told again later."""

AWAY = 0
"""What is returned in place of a status when no answer came."""


def post_callback(url: str, token: str, body: Mapping[str, object]) -> int:
    """POST it as JSON. Returns the answer's status, AWAY when there was none. Redirects are not followed."""
    headers = {"Authorization": f"Bearer {token}"}
    try:
        with requests.post(url, json=body, headers=headers, timeout=TIMEOUT, allow_redirects=False) as answer:
            return answer.status_code
    except requests.RequestException:
        return AWAY
