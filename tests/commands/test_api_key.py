from __future__ import annotations

import pytest

from mailroom.__main__ import main
from mailroom.api.keys import NameTaken
from mailroom.config.environment import read_environment
from mailroom.records.models import ApiCallback, ApiKey, ApiService, Event
from mailroom.wiring.api import api_seal

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def database_is_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mailroom.wiring.data.prepare_database", lambda: None)


def _run(*words: str) -> int:
    return main(["api-key", *words])


def test_a_key_is_shown_once_in_notifys_form_and_kept_sealed(capsys: pytest.CaptureFixture[str]) -> None:
    assert _run("make", "live", "--system", "repairs", "--service", "rents") == 0
    shown = capsys.readouterr().out.strip()
    key = ApiKey.objects.get()
    assert shown[:-37] == f"live-{ApiService.objects.get().key}"
    assert api_seal(read_environment().secret_key).unseal(key.secret) == shown[-36:]
    _run("list")
    listed = capsys.readouterr().out
    assert "repairs" in listed and "in use" in listed and shown[-36:] not in listed


def test_a_new_system_may_send_every_class_of_its_service_or_those_named() -> None:
    _run("make", "live", "--system", "revenues", "--service", "council_tax")
    assert "council_tax_bill" in ApiService.objects.get().document_classes
    _run("make", "live", "--system", "letters", "--service", "council_tax", "--class", "general_letter")
    assert ApiService.objects.get(name="letters").document_classes == ["general_letter"]


def test_a_second_key_of_a_system_leaves_it_as_it_is_but_needs_a_name_of_its_own() -> None:
    _run("make", "live", "--system", "repairs", "--service", "rents")
    assert _run("make", "second", "--system", "repairs", "--type", "test") == 0
    assert ApiService.objects.get().service == "rents"
    with pytest.raises(NameTaken):
        from mailroom.api.keys import make_key, service_named
        from mailroom.records.models import KeyKind

        make_key(service_named("repairs"), "live", KeyKind.NORMAL, str, "test")
    assert _run("make", "live", "--system", "repairs") == 2


@pytest.mark.parametrize(
    "words",
    [
        ("make", "live", "--system", "unknown"),
        ("make", "live", "--system", "x", "--service", "rents", "--class", "no_such_class"),
        ("make", "live", "--system", "x", "--service", "no_such_service"),
        ("revoke", "99"),
        ("reply-to", "no address", "--system", "repairs"),
        ("callback", "http://system.example", "--system", "repairs"),
    ],
)
def test_what_is_not_there_is_said_and_nothing_is_made(words: tuple[str, ...]) -> None:
    assert _run(*words) == 2
    assert not ApiKey.objects.exists()


def test_revoking_answers_and_callbacks_are_recorded(capsys: pytest.CaptureFixture[str]) -> None:
    _run("make", "live", "--system", "repairs", "--service", "rents")
    assert _run("reply-to", "rents@wexmere.example", "--system", "repairs") == 0
    assert _run("callback", "https://system.example/told", "--system", "repairs", "--about", "returned") == 0
    assert ApiCallback.objects.get().about == "returned"
    assert _run("revoke", str(ApiKey.objects.get().pk)) == 0
    assert ApiKey.objects.get().revoked_at is not None
    kinds = set(Event.objects.values_list("kind", flat=True))
    assert {"api.key_made", "api.reply_to_added", "api.callback_set", "api.key_revoked"} <= kinds
