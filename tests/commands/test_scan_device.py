from __future__ import annotations

import pytest

from mailroom.__main__ import main
from mailroom.api.scan_devices import device_of_key
from mailroom.records.models import ScanDevice

pytestmark = pytest.mark.django_db


def test_a_device_is_added_listed_given_another_key_and_revoked(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["scan-device", "add", "harnsea-office", "--service", "parking", "--duplex"]) == 0
    key = capsys.readouterr().out.strip()
    device = device_of_key(key)
    assert device is not None and (device.service, device.duplex, device.kind) == ("parking", True, "office")
    assert main(["scan-device", "list"]) == 0
    said = capsys.readouterr().out
    assert "harnsea-office" in said and "in use" in said and key not in said
    assert main(["scan-device", "renew", "harnsea-office"]) == 0
    renewed = capsys.readouterr().out.strip()
    assert device_of_key(key) is None and device_of_key(renewed) is not None
    assert main(["scan-device", "revoke", "harnsea-office"]) == 0
    assert device_of_key(renewed) is None
    main(["scan-device", "list"])
    assert "revoked" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("Harnsea Office",), "small letters"),
        (("upload-desk",), "targets.toml"),
        (("desk-1", "--service", "dragons"), "no service"),
    ],
)
def test_a_name_that_would_mislead_and_an_unknown_service_are_refused(
    arguments: tuple[str, ...], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["scan-device", "add", *arguments]) == 2
    assert words in capsys.readouterr().err
    assert not ScanDevice.objects.exists()


def test_a_kiosk_may_have_any_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["scan-device", "add", "web-corner", "--kiosk"]) == 0
    assert ScanDevice.objects.get().source == "kiosk-web-corner"
