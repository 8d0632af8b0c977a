"""Scans handed in by kiosks, branch offices and printers: each taken once, whole, and never served back."""

from __future__ import annotations

import base64
import datetime as dt
import errno
import hashlib
import json
import logging
import os
import socket
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import get_resolver
from django.utils import timezone
from pytest_django.live_server_helper import LiveServer

from mailroom.api import scan_machines
from mailroom.api.scan_devices import add_device, device_of_key, renew_key, revoke_device
from mailroom.config.site import load_site
from mailroom.errors import Retry
from mailroom.gateways.store import DiskStore
from mailroom.inbound.steps.read import open_batch
from mailroom.records.models import Batch, DeviceKind, Event, ScanDevice
from mailroom.wiring.scan_intake import ScanIntakeOfLine
from tests.gateways.letters import letter, set_all
from tests.inbound.line_machines import line_machines
from tests.lines.test_mailbox import Opener

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def line(tmp_path: Path) -> Any:
    """The incoming line with a real store, and the address for scans in front of it."""
    site = load_site()
    made = line_machines(
        store=DiskStore(tmp_path / "store"), reader=Opener(), clock=timezone.now, data=tmp_path,
        config=site.mailroom, services=site.services.codes,
    )  # fmt: skip
    scan_machines.use(ScanIntakeOfLine(made, site.api.model_copy(update={"scan_megabytes": 1})))
    return made


@pytest.fixture
def key(line: Any) -> str:
    return add_device("harnsea-office", DeviceKind.OFFICE, "test")


@pytest.fixture
def scan(tmp_path: Path) -> bytes:
    set_all(tmp_path / "scan.pdf", letter(0))
    return (tmp_path / "scan.pdf").read_bytes()


def hand_in(key: str, content: bytes, headers: dict[str, str] | None = None, **said: str) -> Any:
    sent = {"Authorization": f"Bearer {key}", **(headers or {})}
    client = Client(enforce_csrf_checks=True)
    return client.post(f"/scans?{urlencode(said)}", content, "application/pdf", headers=sent)


def standing(key: str, address: str) -> Any:
    return Client().get(urlsplit(address).path, headers={"Authorization": f"Bearer {key}"})


def test_a_scan_is_taken_in_with_what_is_said_of_it_and_its_standing_can_be_asked(
    line: Any, key: str, scan: bytes
) -> None:
    answer = hand_in(key, scan, received="2026-11-20", scanner="flatbed 2", service="parking", duplex="true",
                     policy="one_item", filename="../../letters/a.pdf")  # fmt: skip
    assert answer.status_code == 201
    batch = Batch.objects.get()
    told = answer.json()
    assert (told["batch"], told["status"], told["sha256"]) == (
        batch.number,
        "received",
        hashlib.sha256(scan).hexdigest(),
    )
    assert answer["Location"] == told["status_address"]
    assert (batch.source, batch.scanner, batch.service, batch.policy) == (
        "harnsea-office", "flatbed 2", "parking", "one_item",
    )  # fmt: skip
    assert (batch.received, batch.received_from, batch.duplex) == (dt.date(2026, 11, 20), "told", True)
    assert batch.filename == "a.pdf"
    assert line.store.get(batch.original) == scan
    assert line.queues.put == [f"batch-{batch.pk}-1"]
    assert standing(key, told["status_address"]).json() == told
    assert not list((line.data / "spool" / "scans").iterdir())


def test_without_a_word_it_counts_as_received_today_by_the_device(line: Any, key: str, scan: bytes) -> None:
    hand_in(key, scan)
    batch = Batch.objects.get()
    assert (batch.received, batch.received_from, batch.scanner) == (timezone.localdate(), "scan_day", "harnsea-office")
    assert ScanDevice.objects.get().last_used_at is not None
    assert Event.objects.get(kind="batch.taken_in").actor == f"device:{ScanDevice.objects.get().pk}"


@pytest.mark.parametrize("kind", ["png", "heic", "webp", "gif", "bmp"])
def test_a_picture_without_a_name_is_named_by_what_the_device_says_it_is(line: Any, key: str, kind: str) -> None:
    headers = {"Authorization": f"Bearer {key}"}
    Client(enforce_csrf_checks=True).post("/scans", b"a picture", f"image/{kind}", headers=headers)
    assert Batch.objects.get().filename == f"scan.{kind}"


def test_a_printers_form_is_taken_like_a_body(line: Any, key: str, scan: bytes) -> None:
    fields = {"file": SimpleUploadedFile("MFP_0042.pdf", scan, "application/pdf"), "service": "parking",
              "sha256": hashlib.sha256(scan).hexdigest()}  # fmt: skip
    answer = Client(enforce_csrf_checks=True).post("/scans", fields, headers={"Authorization": f"Bearer {key}"})
    assert answer.status_code == 201, answer.content
    batch = Batch.objects.get()
    assert (batch.filename, batch.service) == ("MFP_0042.pdf", "parking")
    assert line.store.get(batch.original) == scan


@pytest.mark.parametrize("names", [(), ("other",), ("file", "file"), ("file", "other")])
def test_a_form_with_anything_but_one_file_is_refused(line: Any, key: str, names: tuple[str, ...]) -> None:
    parts = "".join(
        f'--b\r\nContent-Disposition: form-data; name="{name}"; filename="x"\r\n\r\nbytes\r\n' for name in names
    )
    headers = {"Authorization": f"Bearer {key}"}
    for body in (f"{parts}--b--\r\n", "rubbish"):
        answer = Client().post("/scans", body.encode(), "multipart/form-data; boundary=b", headers=headers)
        assert answer.status_code == 400
    assert not Batch.objects.exists()


def test_sent_again_under_its_own_key_it_is_the_same_batch_and_another_file_is_refused(
    line: Any, key: str, scan: bytes
) -> None:
    mine = {"Idempotency-Key": "scan 7 of Monday"}
    first, again = hand_in(key, scan, mine), hand_in(key, scan, mine)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["batch"] == again.json()["batch"]
    assert hand_in(key, scan + b"\n", mine).status_code == 422
    assert Batch.objects.count() == len(line.queues.put) == 1
    other = add_device("quay-office", DeviceKind.OFFICE, "test")
    assert hand_in(other, scan + b"\n\n", mine).status_code == 201
    assert hand_in(key, scan, {"Idempotency-Key": "x" * 201}).status_code == 400


def test_the_same_paper_without_a_key_is_on_record_as_a_duplicate(line: Any, key: str, scan: bytes) -> None:
    hand_in(key, scan)
    told = hand_in(key, scan).json()
    assert (told["status"], told["duplicate_of"]) == ("duplicate", Batch.objects.order_by("pk")[0].number)
    assert len(line.queues.put) == 1


def test_a_checksum_that_does_not_fit_takes_nothing_in(line: Any, key: str, scan: bytes) -> None:
    good = hashlib.sha256(scan)
    header = f"sha-256=:{base64.b64encode(good.digest()).decode()}:"
    assert hand_in(key, scan + b"x", {"Content-Digest": header}).status_code == 422
    assert hand_in(key, scan + b"x", sha256=good.hexdigest()).status_code == 422
    assert hand_in(key, scan, sha256="short").status_code == 400
    assert not Batch.objects.exists()
    assert hand_in(key, scan, {"Content-Digest": header}).status_code == 201


def test_what_is_empty_or_too_large_is_refused(line: Any, key: str, scan: bytes) -> None:
    assert hand_in(key, b"").status_code == 400
    answer = hand_in(key, b"x" * 1_000_001)
    assert answer.status_code == 413 and "1 MB" in answer.json()["problem"]
    assert hand_in(key, b"x" * 3_000_000).status_code == 413
    form = {"file": SimpleUploadedFile("a.pdf", b"x" * 1_000_001)}
    assert Client().post("/scans", form, headers={"Authorization": f"Bearer {key}"}).status_code == 413
    assert not Batch.objects.exists()
    assert not list((line.data / "spool" / "scans").iterdir())


def test_a_scan_that_is_cut_off_on_the_way_is_not_taken(
    line: Any, key: str, scan: bytes, live_server: LiveServer
) -> None:
    at = urlsplit(live_server.url)
    with socket.create_connection((at.hostname, at.port), 10) as line_to:
        head = f"POST /scans HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {key}\r\n"
        head += f"Content-Type: application/pdf\r\nContent-Length: {len(scan)}\r\nConnection: close\r\n\r\n"
        line_to.sendall(head.encode() + scan[:-1])
        line_to.shutdown(socket.SHUT_WR)
        answer = b"".join(iter(lambda: line_to.recv(4096), b""))
    assert b" 400 " in answer.splitlines()[0] and b"broke off" in answer
    assert not Batch.objects.exists()


@pytest.mark.parametrize(
    ("said", "word"),
    [
        ({"received": "tomorrow"}, "received"),
        ({"received": "2999-01-01"}, "received"),
        ({"received": "1066-10-14"}, "received"),
        ({"service": "dragons"}, "service"),
        ({"policy": "guess"}, "policy"),
        ({"duplex": "perhaps"}, "duplex"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_what_is_said_wrongly_is_named_and_nothing_taken(
    line: Any, key: str, scan: bytes, said: dict[str, str], word: str
) -> None:
    answer = hand_in(key, scan, **said)
    assert answer.status_code == 400 and word in answer.json()["problem"]
    assert not Batch.objects.exists()


def test_only_a_devices_own_key_opens_the_door_and_shows_only_its_own_scans(line: Any, key: str, scan: bytes) -> None:
    other = add_device("town-hall-kiosk", DeviceKind.KIOSK, "test")
    address = hand_in(key, scan).json()["status_address"]
    assert standing(other, address).status_code == 404
    assert standing(key, address + "9").status_code == standing(key, "/scans/x").status_code == 404
    for wrong in ("", "mrscan_x", key[:-1], f"{key}x"):
        assert hand_in(wrong, scan).status_code == standing(wrong, address).status_code == 401
    assert Client().post("/scans", scan, "application/pdf").status_code == 401
    renewed = renew_key("harnsea-office", "test")
    assert hand_in(key, scan).status_code == 401
    assert standing(renewed, address).status_code == 200
    revoke_device("harnsea-office", "test")
    assert standing(renewed, address).status_code == 401
    assert device_of_key(renewed) is None


def test_a_key_is_kept_nowhere(line: Any, key: str, scan: bytes, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    hand_in(key, scan, filename="Thornbury.pdf")
    rows = str(list(ScanDevice.objects.values())) + str(list(Event.objects.values())) + caplog.text
    assert key not in rows and key[7:] not in rows and "Thornbury" not in rows


def test_what_cannot_be_read_is_quarantined_like_any_scan_and_the_device_hears_why(line: Any, key: str) -> None:
    told = hand_in(key, b"PK\x03\x04 a Word file").json()
    open_batch(line, Batch.objects.get().pk)
    now = standing(key, told["status_address"]).json()
    assert now["status"] == "quarantined" and "zip archive" in now["reason"]


def test_a_scan_is_never_served_back(line: Any, key: str, scan: bytes) -> None:
    told = hand_in(key, scan).json()
    assert json.dumps(told).find("stored") == -1
    for path in (told["status_address"] + "/file", told["status_address"] + ".pdf", f"/scans/{told['sha256']}"):
        assert standing(key, path).status_code == 404
    assert Client().get("/scans", headers={"Authorization": f"Bearer {key}"}).status_code == 405
    names = [p.name for p in get_resolver().url_patterns if "scan" in str(getattr(p, "pattern", ""))]
    assert {"scans", "scan_standing"} <= set(names)


def test_a_kiosk_does_not_count_as_post_and_brings_its_own_settings(line: Any, scan: bytes) -> None:
    kiosk = add_device("reception", DeviceKind.KIOSK, "test", service="parking", policy="one_item", duplex=True)
    hand_in(kiosk, scan)
    batch = Batch.objects.get()
    assert (batch.source, batch.service, batch.policy, batch.duplex) == ("kiosk-reception", "parking", "one_item", True)
    assert load_site().targets.sources.channel(batch.source) == "web"


def test_a_full_store_or_disk_asks_to_keep_the_scan_and_send_it_again(
    line: Any, key: str, scan: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(content: bytes | Path) -> str:
        raise Retry("The store cannot be written.")

    def no_space(*args: object, **kwargs: object) -> object:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(line.store, "put", full)
        answer = hand_in(key, scan)
        assert (answer.status_code, answer["Retry-After"]) == (503, "60")
    with monkeypatch.context() as patch:
        patch.setattr(tempfile, "TemporaryDirectory", no_space)
        assert hand_in(key, scan).status_code == 503
    assert not Batch.objects.exists()
    assert hand_in(key, scan).status_code == 201


def test_a_device_that_asks_without_end_is_slowed_down(line: Any, key: str, scan: bytes) -> None:
    scan_machines.use(ScanIntakeOfLine(line, load_site().api.model_copy(update={"scans_a_minute": 3})))
    answers = [hand_in(key, scan + bytes([n])).status_code for n in range(4)]
    assert answers == [201, 201, 429, 429]


def test_what_a_crash_left_half_arrived_is_swept_away_after_a_day(line: Any, key: str, scan: bytes) -> None:
    spool = line.data / "spool" / "scans"
    for name, age in (("arriving-old", 90_000), ("arriving-fresh", 60)):
        (spool / name).mkdir(parents=True)
        then = timezone.now().timestamp() - age
        os.utime(spool / name, (then, then))
    hand_in(key, scan)
    assert [p.name for p in spool.iterdir()] == ["arriving-fresh"]
