"""Settings in the browser: the files stay the truth, nothing wrong is ever written, each change leaves its trace."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import Settings

from mailroom.commands.demo import set_stage
from mailroom.config.environment import example_site, read_environment
from mailroom.config.site import load_site
from mailroom.records.models import Event, Mailing, SiteChange
from mailroom.web.configuration import machines
from mailroom.web.configuration.parts import PARTS
from mailroom.wiring.site_trial import WouldBeWrong
from mailroom.wiring.web_configuration import SiteEditor
from tests.web.pictures import pdf_picture

pytestmark = pytest.mark.django_db


def copy_site(to: Path) -> Path:
    for part in ("classifiers", "config", "templates"):
        shutil.copytree(example_site() / part, to / part, ignore=shutil.ignore_patterns("examples", "model"))
    return to


@pytest.fixture
def site(tmp_path: Path, settings: Settings) -> Iterator[Path]:
    folder = copy_site(tmp_path / "site")
    settings_on(folder, settings)
    yield folder


def settings_on(folder: Path, settings: Settings) -> None:
    """The configuration pages show and change this site."""
    settings.ENVIRONMENT = replace(django_settings.ENVIRONMENT, site=folder)
    machines.use(SiteEditor(folder, pdf_picture))


@pytest.fixture
def client(site: Path, signed_in: Callable[..., Client]) -> Client:
    return signed_in("administrator")


def version_on(client: Client, address: str) -> str:
    found = re.search(r'name="version" value="(\w+)"', client.get(address).content.decode())
    assert found
    return found[1]


def save(client: Client, address: str, **said: str) -> tuple[int, str]:
    answer = client.post(address, {"version": version_on(client, address), **said}, follow=True)
    return answer.status_code, answer.content.decode()


TEAM = "/configuration/teams/waste/"
SERVICE = "/configuration/services/waste/"
LETTER = "/configuration/letters/general_letter/"


@pytest.mark.parametrize("part", [p.code for p in PARTS])
def test_every_part_of_the_configuration_is_shown_with_its_files(part: str, client: Client) -> None:
    page = client.get(f"/configuration/{part}/").content.decode()
    assert "There is a problem" not in page and "</table>" in page
    shown = next(p for p in PARTS if p.code == part)
    assert all(file in page for file in shown.files)
    assert len(page) < 100_000


def test_a_team_gets_another_name_and_inbox_and_the_history_says_who_and_what(client: Client, site: Path) -> None:
    status, page = save(client, TEAM, name="Bins and streets", inbox="bins@wexmere.example")
    assert status == 200 and "It counts from now on" in page and "bins@wexmere.example" in page
    team = load_site(site).routing.teams["waste"]
    assert (team.name, team.inbox) == ("Bins and streets", "bins@wexmere.example")
    change = SiteChange.objects.get()
    assert change.account == User.objects.get(username="administrator")
    assert change.changes == [
        ["teams.waste.name", "Waste and Street Scene", "Bins and streets"],
        ["teams.waste.inbox", "waste@wexmere.example", "bins@wexmere.example"],
    ]
    assert 'inbox = "waste@wexmere.example"' in change.previous
    assert 'inbox = "waste@wexmere.example"' in (site / "config" / "routing.toml.previous").read_text()
    event = Event.objects.get(kind="site.changed")
    assert event.details["keys"] == ["teams.waste.name", "teams.waste.inbox"] and "bins@" not in str(event.details)
    shown = client.get("/configuration/history/?file=config/routing.toml").content.decode()
    assert "teams.waste.inbox" in shown and "bins@wexmere.example" in shown and "administrator" in shown


@pytest.mark.parametrize(
    ("said", "says", "field"),
    [
        ({"name": "Waste", "inbox": "bins@gmail.example"}, "must end in @wexmere.example", "inbox"),
        ({"name": "Waste", "inbox": "bins"}, "Enter an email address", "inbox"),
        ({"name": " ", "inbox": "waste@wexmere.example"}, "Enter a name", "name"),
        ({"name": "A\x07B", "inbox": "waste@wexmere.example"}, "one line", "name"),
    ],
)
def test_a_team_that_would_be_wrong_is_not_written_and_the_fault_stands_at_its_field(
    said: dict[str, str], says: str, field: str, client: Client, site: Path
) -> None:
    before = (site / "config" / "routing.toml").read_bytes()
    status, page = save(client, TEAM, **said)
    assert status == 422 and says in page and f'href="#{field}"' in page and str(site) not in page
    assert (site / "config" / "routing.toml").read_bytes() == before
    assert not SiteChange.objects.exists()


def test_a_service_level_and_a_threshold_are_set_and_taken_away_again(client: Client, site: Path) -> None:
    save(client, SERVICE, days="5", sure="97.5")
    route = load_site(site).routing.services["waste"]
    assert (route.days, route.threshold) == (5, 0.975)
    assert 'value="97.5"' in client.get(SERVICE).content.decode()
    save(client, SERVICE, days="", sure="")
    assert (site / "config" / "routing.toml").read_text() == (example_site() / "config" / "routing.toml").read_text()
    assert [c.changes[0][1:] for c in SiteChange.objects.order_by("pk")] == [["", "5"], ["5", ""]]


@pytest.mark.parametrize("sure", ["30", "101", "nan", "1e2", "-90", "ninety"])
def test_a_threshold_nobody_should_set_is_refused(sure: str, client: Client) -> None:
    status, page = save(client, SERVICE, days="5", sure=sure)
    assert status == 422 and "percentage from 50 to 100" in page and f'value="{sure}"' in page


def test_the_working_days_of_all_services_may_not_be_left_out(client: Client, site: Path) -> None:
    assert save(client, "/configuration/services/all/", days="", email_days="")[0] == 422
    assert save(client, "/configuration/services/all/", days="12", email_days="")[0] == 200
    routing = load_site(site).routing
    assert (routing.default_days, routing.email_days) == (12, None)


def test_a_change_counts_for_the_next_decision_without_a_new_start(
    client: Client, site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mailroom.config import fresh
    from mailroom.config.routing import fresh_routing

    monkeypatch.setattr(fresh, "LOOK_EVERY", 0.0)
    routing = fresh_routing(site)
    save(client, SERVICE, days="3", sure="")
    assert routing().days_to_answer("waste", by_email=False) == 3


def test_a_file_that_changed_underneath_is_not_written_over_and_the_page_shows_what_it_says_now(
    client: Client, site: Path
) -> None:
    version, path = version_on(client, TEAM), site / "config" / "routing.toml"
    path.write_text(path.read_text().replace("waste@wexmere", "refuse@wexmere"))
    answer = client.post(TEAM, {"version": version, "name": "Waste", "inbox": "bins@wexmere.example"})
    page = answer.content.decode()
    assert answer.status_code == 422 and "changed by somebody" in page
    assert "refuse@wexmere.example" in page and 'value="bins@wexmere.example"' in page
    assert "bins@" not in path.read_text() and not SiteChange.objects.exists()


def test_a_change_made_on_the_disk_shows_in_the_history_once_the_next_one_is_made_here(
    client: Client, site: Path
) -> None:
    save(client, SERVICE, days="5", sure="")
    path = site / "config" / "routing.toml"
    path.write_text(path.read_text() + "\n# by hand\n")
    save(client, SERVICE, days="6", sure="")
    assert [c.account_id is None for c in SiteChange.objects.order_by("pk")] == [False, True, False]
    assert "outside these pages" in client.get("/configuration/history/").content.decode()


def test_a_site_wrong_elsewhere_is_said_and_not_written_to(client: Client, site: Path) -> None:
    path = site / "config" / "costs.toml"
    path.write_text(path.read_text().replace("cashable", "cashabel"))
    status, page = save(client, SERVICE, days="5", sure="")
    assert status == 422 and "config/costs.toml: unknown key" in page and "cashabel" in page
    assert "There is a problem" in client.get("/configuration/costs/").content.decode()


def test_nothing_is_changed_where_nothing_is_different(client: Client) -> None:
    assert (
        "Nothing was different" in save(client, TEAM, name="Waste and Street Scene", inbox="waste@wexmere.example")[1]
    )
    assert not SiteChange.objects.exists()


def test_the_shipped_example_is_shown_and_never_written_to(signed_in: Callable[..., Client]) -> None:
    machines.use(SiteEditor(example_site(), pdf_picture))
    client, path = signed_in("administrator"), example_site() / "config" / "routing.toml"
    before = path.read_bytes()
    page = client.get(TEAM).content.decode()
    assert "mailroom init FOLDER" in page and ">Save<" not in page
    assert save(client, TEAM, name="Bins", inbox="bins@wexmere.example")[0] == 422
    assert path.read_bytes() == before


def test_a_folder_that_may_not_be_written_to_says_so(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.access", lambda *_: False)
    assert "Change its files where they are kept" in client.get(TEAM).content.decode()


@pytest.mark.parametrize("address", ["teams/nobody/", "services/nothing/", "costs/all/", "no-such-part/", "letters/x/"])
def test_what_is_not_there_to_change_is_not_found(address: str, client: Client) -> None:
    assert client.get(f"/configuration/{address}").status_code == 404


def words_of(site: Path) -> str:
    return (site / "templates" / "letters" / "general_letter.md").read_text()


def test_the_words_of_a_letter_are_looked_at_before_they_are_saved(client: Client, site: Path) -> None:
    hard = " ".join(["notwithstanding"] * 40)
    said = {"version": version_on(client, LETTER), "text": words_of(site).replace("((message))", hard), "do": "look"}
    page = client.post(LETTER, said).content.decode()
    assert "above the limit of" in page and "Split this sentence" in page and "data:image/png;base64," in page
    assert hard not in words_of(site)
    answer = client.post(LETTER, {**said, "do": "save"}, follow=True)
    assert "The words are changed" in answer.content.decode() and hard in words_of(site)
    assert SiteChange.objects.get().changes[0][0] == "words"


def test_windows_line_ends_of_a_browser_are_no_change(client: Client, site: Path) -> None:
    said = {"version": version_on(client, LETTER), "text": words_of(site).replace("\n", "\r\n"), "do": "save"}
    assert "Nothing was different" in client.post(LETTER, said, follow=True).content.decode()


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("+++", "", "has no head"),
        ('document_class = "general_letter"', 'document_class = "no_such"', "not in config/document_classes.toml"),
        ("((message))", "[[if message]]", "if"),
    ],
)
def test_a_template_that_could_not_be_used_is_not_saved(
    old: str, new: str, says: str, client: Client, site: Path
) -> None:
    before = words_of(site)
    said = {"version": version_on(client, LETTER), "text": before.replace(old, new), "do": "save"}
    answer = client.post(LETTER, said)
    assert answer.status_code == 422 and says in answer.content.decode()
    assert words_of(site) == before


def test_words_that_letters_on_their_way_were_promised_cannot_be_changed(client: Client, site: Path) -> None:
    mailing = Mailing.objects.create(
        service="council_tax", document_class="general_letter", title="T", source="web", template="general_letter",
        status="awaiting_approval", submitted_by="7", submitted_at="2026-11-25T09:00Z",
    )  # fmt: skip
    assert mailing.number in client.get(LETTER).content.decode()
    said = {"version": version_on(client, LETTER), "text": words_of(site) + "\nMore.\n", "do": "save"}
    assert "Change the words when they have left" in client.post(LETTER, said).content.decode()
    Mailing.objects.update(status="done")
    assert client.post(LETTER, said).status_code == 302


def test_the_preview_of_the_saved_words_is_a_picture(client: Client) -> None:
    answer = client.get(f"{LETTER}page.png")
    assert answer["Content-Type"] == "image/png" and answer.content.startswith(b"\x89PNG")


def test_what_nobody_may_write_into_a_template_stays_words(client: Client, site: Path) -> None:
    nasty = "<script>alert(1)</script>"
    said = {"version": version_on(client, LETTER), "text": words_of(site).replace("((message))", nasty), "do": "look"}
    assert nasty not in client.post(LETTER, said).content.decode()


def test_the_rules_of_mailroom_check_stand_behind_those_of_the_page(client: Client, site: Path) -> None:
    editor, file = machines.site_files(), "config/routing.toml"
    values: dict[machines.Key, machines.Value] = {("teams", "waste", "inbox"): "bins@elsewhere.example"}
    with pytest.raises(WouldBeWrong, match="not in allowed_domains"):
        editor.set_values(file, values, editor.read(file).version, User.objects.get())
    assert "elsewhere" not in (site / file).read_text()


def test_the_demo_runs_on_a_copy_of_the_site_whose_settings_can_be_changed_and_the_original_stays_as_it_was(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch, signed_in: Callable[..., Client]
) -> None:
    monkeypatch.setenv("MAILROOM_DATA", str(tmp_path))
    monkeypatch.setenv("MAILROOM_SITE", str(example_site()))
    routing = example_site() / "config" / "routing.toml"
    before = routing.read_bytes()
    data = set_stage()
    environment = read_environment()
    assert (environment.data, environment.site) == (tmp_path / "demo", tmp_path / "demo" / "site")
    settings_on(environment.site, settings)
    client = signed_in("administrator")
    assert "is never written to" not in client.get(TEAM).content.decode()
    status, _ = save(client, TEAM, name="Bins and streets", inbox="bins@wexmere.example")
    assert status == 200 and load_site(data / "site").routing.teams["waste"].name == "Bins and streets"
    assert routing.read_bytes() == before


def test_a_demo_started_again_starts_from_the_site_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(2):
        monkeypatch.setenv("MAILROOM_DATA", str(tmp_path))
        monkeypatch.setenv("MAILROOM_SITE", str(example_site()))
        data = set_stage()
        assert not (data / "left-over").exists()
        (data / "left-over").touch()
        copied = data / "site" / "config" / "routing.toml"
        assert copied.read_bytes() == (example_site() / "config" / "routing.toml").read_bytes()
        copied.write_text("changed")
