from __future__ import annotations

import socket
import urllib.request

from mailroom.web.server import serving


def test_the_server_answers_while_its_context_lasts_and_serves_the_style_sheet() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with serving("127.0.0.1", port):
        for path in ("healthz", "static/mailroom.css", "static/vendor/govuk-frontend.min.css"):
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/{path}", timeout=10) as answer:
                assert answer.status == 200
