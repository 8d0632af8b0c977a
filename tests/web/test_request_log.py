from __future__ import annotations

import json
import logging

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from mailroom.web.request_log import JsonLine, RequestNumber, WithRequest


def logged(path: str, **headers: str) -> tuple[dict[str, str], HttpResponse]:
    lines = []

    def answer(request: HttpRequest) -> HttpResponse:
        record = logging.LogRecord("mailroom", logging.INFO, "", 1, "done %s", (3,), None)
        WithRequest().filter(record)
        lines.append(json.loads(JsonLine().format(record)))
        return HttpResponse()

    response = RequestNumber(answer)(RequestFactory().get(path, headers=headers))
    return lines[0], response


def test_a_line_names_its_request_and_its_item_and_no_person() -> None:
    line, response = logged("/items/B000042-03/")
    assert (line["record"], line["message"]) == ("B000042-03", "done 3")
    assert line["request"] == response["X-Request-ID"] and len(line["request"]) == 16


@pytest.mark.parametrize(("given", "is_kept"), [("proxy-12345678", True), ("a b\nc", False), ("", False)])
def test_the_proxys_number_is_kept_if_it_is_one(given: str, is_kept: bool) -> None:
    line, _ = logged("/customers/100200/", **{"X-Request-ID": given})
    assert (line["request"] == given) is is_kept and line["record"] == ""


@pytest.mark.django_db
def test_every_answer_carries_its_number() -> None:
    assert Client().get("/healthz")["X-Request-ID"] != Client().get("/healthz")["X-Request-ID"]


def test_a_library_that_tells_of_its_own_start_is_not_heard_among_the_mailrooms_messages() -> None:
    for name in ("dbos", "pikepdf._core"):
        assert not logging.getLogger(name).isEnabledFor(logging.INFO)
    assert logging.getLogger("mailroom").isEnabledFor(logging.INFO)
