"""The store in an S3 bucket, encrypted by the server, checksums verified on the way in and out."""

from __future__ import annotations

import base64
import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from mailroom.config.store import StoreConfig
from mailroom.gateways.store.faults import Damaged, Missing, StoreAway


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
        """Keep the bytes and return their SHA-256. Raises StoreAway; S3 refuses a body that misses its checksum."""
        body = content if isinstance(content, bytes) else content.read_bytes()
        digest = hashlib.sha256(body)
        key = digest.hexdigest()
        if self.exists(key):
            return key
        settings: dict[str, str] = {"ServerSideEncryption": self._config.encryption}
        if self._config.kms_key:
            settings["SSEKMSKeyId"] = self._config.kms_key
        try:
            self._client.put_object(
                Bucket=self._config.bucket,
                Key=self._name(key),
                Body=body,
                ChecksumSHA256=base64.b64encode(digest.digest()).decode(),
                **settings,
            )
        except (BotoCoreError, ClientError) as away:
            raise StoreAway("The S3 store cannot be reached or is refusing. It is tried again.") from away
        return key

    def get(self, key: str) -> bytes:
        """The bytes, compared with their key. Raises Missing, Damaged or StoreAway."""
        try:
            body: bytes = self._client.get_object(Bucket=self._config.bucket, Key=self._name(key))["Body"].read()
        except ClientError as answer:
            if answer.response["Error"]["Code"] in ("NoSuchKey", "404"):
                raise Missing(f"Document {key[:12]} is not in the store. Restore it from the backup.") from answer
            raise StoreAway("The S3 store is refusing. It is tried again.") from answer
        except BotoCoreError as away:
            raise StoreAway("The S3 store cannot be reached. It is tried again.") from away
        if hashlib.sha256(body).hexdigest() != key:
            raise Damaged(f"Document {key[:12]} is damaged in the store. Restore it from the backup.")
        return body

    def exists(self, key: str) -> bool:
        """Whether a document of that key is kept. Raises StoreAway."""
        try:
            self._client.head_object(Bucket=self._config.bucket, Key=self._name(key))
        except ClientError as answer:
            if answer.response["Error"]["Code"] in ("404", "NoSuchKey", "NotFound"):
                return False
            raise StoreAway("The S3 store is refusing. It is tried again.") from answer
        except BotoCoreError as away:
            raise StoreAway("The S3 store cannot be reached. It is tried again.") from away
        return True

    @contextmanager
    def path_for_reading(self, key: str) -> Iterator[Path]:
        """A local copy, verified, gone afterwards."""
        with tempfile.TemporaryDirectory(prefix="mailroom-s3-") as folder:
            path = Path(folder) / key
            path.write_bytes(self.get(key))
            yield path

    def verify(self) -> Iterator[tuple[str, bool]]:
        """Every key kept, and whether its bytes are still right."""
        pages = self._client.get_paginator("list_objects_v2").paginate(
            Bucket=self._config.bucket, Prefix=self._config.prefix
        )
        for page in pages:
            for entry in page.get("Contents", ()):
                key = entry["Key"].rpartition("/")[2]
                try:
                    yield key, bool(self.get(key))
                except Damaged:
                    yield key, False

    def _name(self, key: str) -> str:
        return f"{self._config.prefix}{key[:2]}/{key}"
