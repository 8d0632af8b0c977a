from __future__ import annotations

import base64
import errno
import hashlib
import os
import stat
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from moto import mock_aws
from moto.core.botocore_stubber import BotocoreStubber

from mailroom.config.store import Kept, StoreConfig
from mailroom.gateways.store import Damaged, DiskStore, Missing, Store, StoreAway, open_store
from mailroom.gateways.store.s3 import S3Store

LETTER = b"%PDF-1.7 a letter" * 1000
KEY = hashlib.sha256(LETTER).hexdigest()
ABSENT = hashlib.sha256(b"never stored").hexdigest()
BUCKET = StoreConfig(kept=Kept.S3, bucket="wexmere-post")


@dataclass
class Kind:
    """A store, and a way to spoil what it keeps behind its back."""

    store: Store
    spoil: Callable[[str], None]
    count: Callable[[], int]


@pytest.fixture(autouse=True)
def aws_of_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def one_request_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """S3 answers each request whole; moto frees an overwritten object while another thread's answer still reads it.

    Requests of several threads still come in any order: all may see the object missing, and all may put it.
    """
    answer, turn = BotocoreStubber.process_request, threading.Lock()

    def answer_alone(self: BotocoreStubber, request: Any) -> Any:
        with turn:
            return answer(self, request)

    monkeypatch.setattr(BotocoreStubber, "process_request", answer_alone)


@pytest.fixture(params=["disk", "s3"])
def kind(request: pytest.FixtureRequest, tmp_path: Path, one_request_at_a_time: None) -> Iterator[Kind]:
    if request.param == "disk":
        yield on_disk(tmp_path / "store")
        return
    with mock_aws():
        client = boto3.client("s3", region_name="eu-west-2")
        client.create_bucket(Bucket=BUCKET.bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-2"})
        yield in_s3(client)


def on_disk(folder: Path) -> Kind:
    def spoil(key: str) -> None:
        path = folder / key[:2] / key
        path.chmod(0o600)
        path.write_bytes(b"rotten")

    return Kind(DiskStore(folder), spoil, lambda: sum(p.is_file() for p in folder.rglob("*")))


def in_s3(client: Any) -> Kind:
    def spoil(key: str) -> None:
        client.put_object(Bucket=BUCKET.bucket, Key=f"mailroom/{key[:2]}/{key}", Body=b"rotten")

    return Kind(
        S3Store(BUCKET, client), spoil, lambda: len(client.list_objects_v2(Bucket=BUCKET.bucket).get("Contents", []))
    )


def test_bytes_come_back_under_their_hash(kind: Kind) -> None:
    assert kind.store.put(LETTER) == KEY
    assert kind.store.exists(KEY)
    assert kind.store.get(KEY) == LETTER


def test_a_file_is_kept_as_its_bytes_are_and_stays_where_it_was(kind: Kind, tmp_path: Path) -> None:
    scan = tmp_path / "scan.pdf"
    scan.write_bytes(LETTER)
    assert kind.store.put(scan) == KEY
    assert scan.read_bytes() == LETTER
    with kind.store.path_for_reading(KEY) as path:
        assert path.read_bytes() == LETTER


def test_nothing_at_all_is_also_kept(kind: Kind) -> None:
    assert kind.store.get(kind.store.put(b"")) == b""


def test_the_same_bytes_twice_are_kept_once(kind: Kind) -> None:
    assert kind.store.put(LETTER) == kind.store.put(LETTER)
    assert kind.count() == 1


def test_what_is_not_there_is_said_to_be_missing(kind: Kind) -> None:
    assert not kind.store.exists(ABSENT)
    with pytest.raises(Missing, match=r"is not in the store\. Restore it"):
        kind.store.get(ABSENT)
    with pytest.raises(Missing), kind.store.path_for_reading(ABSENT):
        pass


@pytest.mark.parametrize("key", ["", "../../etc/passwd", KEY.upper(), KEY[:-1], KEY + "\n"])
def test_what_is_no_key_never_leads_out_of_the_store(kind: Kind, key: str) -> None:
    with pytest.raises(Missing):
        kind.store.get(key)


def test_spoilt_bytes_are_never_handed_out_and_verify_names_them(kind: Kind) -> None:
    sound = kind.store.put(b"sound")
    kind.store.put(LETTER)
    kind.spoil(KEY)
    with pytest.raises(Damaged):
        kind.store.get(KEY)
    assert dict(kind.store.verify()) == {sound: True, KEY: False}


def test_many_at_once_put_the_same_letter_and_none_trips_over_another(kind: Kind) -> None:
    keys: list[str] = []
    threads = [threading.Thread(target=lambda: keys.append(kind.store.put(LETTER))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert keys == [KEY] * 8
    assert kind.count() == 1


def test_a_full_disk_asks_to_try_again_and_leaves_no_half_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    disk = on_disk(tmp_path / "store")
    with monkeypatch.context() as broken:
        broken.setattr(os, "fsync", full)
        with pytest.raises(StoreAway, match=r"No space left on device.*tried again"):
            disk.store.put(LETTER)
    assert disk.count() == 0
    assert disk.store.put(LETTER) == KEY


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a real filesystem limit")
def test_a_real_write_beyond_the_limit_leaves_no_half_file(tmp_path: Path) -> None:
    import resource
    import signal

    disk = on_disk(tmp_path / "store")
    before, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
        with pytest.raises(StoreAway):
            disk.store.put(LETTER)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (before, hard))
        signal.signal(signal.SIGXFSZ, ignored)
    assert disk.count() == 0


def test_a_disk_that_gives_back_other_bytes_is_found_out_before_the_letter_counts_as_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def flipping(content: bytes | Path, target: Path) -> None:
        target.write_bytes(b"X" + LETTER[1:])

    disk = on_disk(tmp_path / "store")
    monkeypatch.setattr(DiskStore, "_write", staticmethod(flipping))
    with pytest.raises(StoreAway, match="other bytes than were written"):
        disk.store.put(LETTER)
    assert disk.count() == 0


def test_a_rotten_letter_heals_when_it_comes_again(kind: Kind) -> None:
    kind.store.put(LETTER)
    kind.spoil(KEY)
    kind.store.put(LETTER)
    assert kind.store.get(KEY) == LETTER
    assert kind.count() == 1


def test_kept_files_cannot_be_written_to(tmp_path: Path) -> None:
    on_disk(tmp_path).store.put(LETTER)
    assert stat.S_IMODE((tmp_path / KEY[:2] / KEY).stat().st_mode) == 0o440


def test_a_letter_that_is_whole_in_s3_is_neither_fetched_nor_sent_again() -> None:
    with mock_aws():
        client = boto3.client("s3", region_name="eu-west-2")
        client.create_bucket(Bucket=BUCKET.bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-2"})
        store = in_s3(client).store
        store.put(LETTER)
        asked: list[str] = []
        for call in ("PutObject", "GetObject"):
            client.meta.events.register(f"before-call.s3.{call}", lambda model, **_: asked.append(model.name))
        store.put(LETTER)
    assert asked == []


def test_what_goes_to_s3_is_encrypted_and_checked_by_the_server() -> None:
    with mock_aws():
        client = boto3.client("s3", region_name="eu-west-2")
        client.create_bucket(Bucket=BUCKET.bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-2"})
        asked: dict[str, str] = {}
        client.meta.events.register("before-call.s3.PutObject", lambda params, **_: asked.update(params["headers"]))
        in_s3(client).store.put(LETTER)
        kept = client.head_object(Bucket=BUCKET.bucket, Key=f"mailroom/{KEY[:2]}/{KEY}")
    assert kept["ServerSideEncryption"] == asked["x-amz-server-side-encryption"] == "AES256"
    assert base64.b64decode(asked["x-amz-checksum-sha256"]).hex() == KEY


class Troubled:
    """An S3 client whose every call fails in one way."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def fail(**settings: object) -> Any:
            raise self._error

        return fail


@pytest.mark.parametrize(
    "error",
    [
        ClientError({"Error": {"Code": "SlowDown", "Message": "later"}}, "PutObject"),
        ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "PutObject"),
        EndpointConnectionError(endpoint_url="https://s3"),
    ],
)
def test_s3_that_refuses_or_is_away_asks_to_try_again(error: Exception) -> None:
    store = S3Store(BUCKET, Troubled(error))
    with pytest.raises(StoreAway, match="tried again"):
        store.put(LETTER)
    with pytest.raises(StoreAway, match="tried again"):
        store.get(KEY)


def test_the_site_says_which_store(tmp_path: Path) -> None:
    assert isinstance(open_store(BUCKET, tmp_path), S3Store)
    here = open_store(StoreConfig(), tmp_path)
    here.put(LETTER)
    assert (tmp_path / "store" / KEY[:2] / KEY).exists()


def test_bytes_that_are_there_already_outlast_a_power_cut_before_the_store_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first putting may have been killed between the name and the disk."""
    store = DiskStore(tmp_path)
    key = store.put(b"a letter")
    synced: list[str] = []
    monkeypatch.setattr(os, "fsync", lambda handle: synced.append(Path(f"/proc/self/fd/{handle}").readlink().name))
    assert store.put(b"a letter") == key
    assert synced == [key[:2]]
