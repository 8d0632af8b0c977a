from __future__ import annotations

import uuid
from dataclasses import replace
from pathlib import Path

import pytest

from mailroom.api import machines
from mailroom.api.templates import current, template_id
from mailroom.config.api import ApiConfig, TemplateId
from mailroom.records.models import ApiTemplateVersion, Letter
from mailroom.wiring.api import ApiDoor
from tests.api.door import Caller, make_door, make_system

pytestmark = pytest.mark.django_db


def test_a_template_keeps_its_id_on_every_machine_and_gets_a_version_with_every_change(
    caller: Caller, door: ApiDoor
) -> None:
    key = template_id(door, "general_letter", "letter")
    template = door.templates()["general_letter"]
    first = current(template)
    assert current(template) == first
    second = current(replace(template, digest="changed", words="Dear ((name)),\n\n((message)) ((colour))"))
    assert (first.number, second.number) == (1, 2)
    assert template_id(door, "general_letter", "letter") == key
    old = caller.get(f"/v2/template/{key}/version/1").json()
    assert "((subject))" in old["body"] and old["updated_at"] is None
    assert caller.get(f"/v2/template/{key}/version/2").json()["body"].endswith("((colour))")
    assert caller.get(f"/v2/template/{key}/version/9").status_code == 404


def test_a_system_may_keep_the_ids_it_knows_from_notify(tmp_path: Path) -> None:
    brought = uuid.uuid4()
    table = TemplateId(id=brought, code="general_letter", type="letter")
    door = make_door(tmp_path, template=(table,))
    machines.use(door)
    caller = Caller(make_system(door))
    assert caller.get(f"/v2/template/{brought}").json()["name"] == "General letter"


def test_two_tables_for_one_template_are_refused() -> None:
    table = {"id": str(uuid.uuid4()), "code": "a", "type": "letter"}
    with pytest.raises(ValueError, match="same template and type"):
        ApiConfig.model_validate({"template": [table, {**table, "id": str(uuid.uuid4())}]})


def test_a_service_sees_the_templates_of_its_document_classes_only(caller: Caller, door: ApiDoor) -> None:
    names = {t["name"] for t in caller.get("/v2/templates").json()["templates"]}
    assert "General letter" in names and "Housing Benefit decision" not in names
    benefit = template_id(door, "benefit_decision", "letter")
    assert caller.get(f"/v2/template/{benefit}").status_code == 404


def test_fields_that_only_some_letters_need_are_told_apart(caller: Caller, door: ApiDoor) -> None:
    key = template_id(door, "council_tax_reminder", "letter")
    fields = caller.get(f"/v2/template/{key}").json()["personalisation"]
    assert fields["amount"] == {"required": True} and fields["instalments"] == {"required": False}


def test_a_preview_of_an_email_has_its_page_and_none_of_a_letter(caller: Caller, door: ApiDoor) -> None:
    words = {"personalisation": {"name": "<b>Ada", "subject": "Bins", "message": "Tuesday."}}
    email = caller.post(f"/v2/template/{template_id(door, 'general_letter', 'email')}/preview", words).json()
    assert "&lt;b&gt;Ada" in email["html"] and "<b>Ada" not in email["html"]
    letter = caller.post(f"/v2/template/{template_id(door, 'general_letter', 'letter')}/preview", words).json()
    assert letter["html"] is None and letter["postage"] == "second"


def test_an_answer_keeps_the_words_of_the_version_that_was_sent(caller: Caller, door: ApiDoor) -> None:
    place = {"address_line_1": "A B", "address_line_2": "1 Mill Lane", "postcode": "WX10 9WU"}
    words = {"name": "Ada", "subject": "Bins", "message": "Tuesday."}
    key = str(template_id(door, "general_letter", "letter"))
    body = {"template_id": key, "personalisation": {**words, **place}}
    sent = caller.post("/v2/notifications/letter", body).json()
    current(replace(door.templates()["general_letter"], digest="changed", words="Other words."))
    found = caller.get(f"/v2/notifications/{sent['id']}").json()
    assert found["body"] == sent["content"]["body"] and found["template"]["version"] == 1
    assert ApiTemplateVersion.objects.filter(code="general_letter").count() == 2
    assert Letter.objects.count() == 1
