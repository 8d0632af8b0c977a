"""The store in an S3 bucket, encrypted by the server, checksums verified on the way in and out."""

from __future__ import annotations

import base64
import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from mailroom.config.store import StoreConfig
from mailroom.gateways.store.faults import Damaged, Missing, StoreAway, checked, damaged, missing

_NOT_THERE = {"404", "NoSuchKey", "NotFound"}
_PIECE = 1 << 20
_LIST = "(list)"
"""Stands for a key where S3 is asked for all of them."""


class S3Store:
    """One object a document. Credentials come from the machine's AWS settings."""

    def __init__(self, config: StoreConfig, client: Any = None) -> None:
        self._config, self._given = config, client

    @cached_property
    def _client(self) -> Any:
        return self._given or boto3.client(
            "s3", region_name=self._config.region, endpoint_url=self._config.endpoint or None
        )

    def put(self, content: bytes | Path) -> str:
        """Keep the bytes and return their SHA-256. Raises StoreAway; S3 refuses a body that misses its checksum.

        An object that somebody wrote other bytes over is put right by the same bytes arriving once more.
        """
        with BytesIO(content) if isinstance(content, bytes) else content.open("rb") as body:
            key = hashlib.file_digest(body, "sha256").hexdigest()
            if not self._has_whole(key):
                body.seek(0)
                self._upload(key, body)
        return key

    def get(self, key: str) -> bytes:
        """The bytes, compared with their key. Raises Missing, Damaged or StoreAway."""
        with BytesIO() as file:
            self._download(key, file)
            return file.getvalue()

    def exists(self, key: str) -> bool:
        """Whether a document of that key is kept. Raises StoreAway, or Missing for what is no key."""
        return self._facts(key) is not None

    @contextmanager
    def path_for_reading(self, key: str) -> Iterator[Path]:
        """A local copy, verified, gone afterwards. Raises Missing, Damaged or StoreAway."""
        with tempfile.TemporaryDirectory(prefix="mailroom-s3-") as folder:
            path = Path(folder) / checked(key)
            with path.open("wb") as file:
                self._download(key, file)
            yield path

    def verify(self) -> Iterator[tuple[str, bool]]:
        """Every key kept, and whether its bytes are still right. Raises StoreAway."""
        pages = iter(
            self._client.get_paginator("list_objects_v2").paginate(
                Bucket=self._config.bucket, Prefix=self._config.prefix
            )
        )
        while page := self._next(pages):
            for entry in page.get("Contents", ()):
                yield (key := entry["Key"].rpartition("/")[2]), self._is_whole(key)

    @staticmethod
    def _next(pages: Iterator[Any]) -> Any:
        with _explained(_LIST):
            return next(pages, None)

    def _facts(self, key: str) -> Any:
        """What S3 says of the object, its checksum with it; None if there is none."""
        name = self._name(key)
        try:
            with _explained(key):
                return self._client.head_object(Bucket=self._config.bucket, Key=name, ChecksumMode="ENABLED")
        except Missing:
            return None

    def _has_whole(self, key: str) -> bool:
        """By the checksum that S3 keeps; an object that has none of ours, as one written over, is read."""
        facts = self._facts(key)
        if facts is None:
            return False
        return facts.get("ChecksumSHA256") == _checksum(key) or self._is_whole(key)

    def _is_whole(self, key: str) -> bool:
        try:
            with tempfile.TemporaryFile() as nowhere:
                self._download(key, nowhere)
        except Damaged:
            return False
        return True

    def _upload(self, key: str, body: BinaryIO) -> None:
        settings: dict[str, str] = {"ServerSideEncryption": self._config.encryption}
        if self._config.kms_key:
            settings["SSEKMSKeyId"] = self._config.kms_key
        with _explained(key):
            self._client.put_object(
                Bucket=self._config.bucket,
                Key=self._name(key),
                Body=body,
                ChecksumAlgorithm="SHA256",
                ChecksumSHA256=_checksum(key),
                **settings,
            )

    def _download(self, key: str, file: Any) -> None:
        found = hashlib.sha256()
        name = self._name(key)
        with _explained(key):
            body = self._client.get_object(Bucket=self._config.bucket, Key=name)["Body"]
            for piece in body.iter_chunks(_PIECE):
                found.update(piece)
                file.write(piece)
        if found.hexdigest() != key:
            raise damaged(key)

    def _name(self, key: str) -> str:
        return f"{self._config.prefix}{checked(key)[:2]}/{key}"


def _checksum(key: str) -> str:
    """The key as S3 writes checksums."""
    return base64.b64encode(bytes.fromhex(key)).decode()


@contextmanager
def _explained(key: str) -> Iterator[None]:
    """Amazon's errors as the store's."""
    try:
        yield
    except ClientError as answer:
        code = answer.response["Error"]["Code"]
        if code in _NOT_THERE:
            raise missing(key) from answer
        raise StoreAway(f"The S3 store is refusing ({code}). It is tried again; check the bucket's rights.") from answer
    except BotoCoreError as away:
        raise StoreAway("The S3 store cannot be reached. It is tried again.") from away
