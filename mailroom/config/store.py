"""config/store.toml: where documents are kept."""

from __future__ import annotations

from enum import StrEnum
from pathlib import PurePosixPath

from pydantic import model_validator

from mailroom.config.section import Section


class Kept(StrEnum):
    """On this machine's disk, or in an S3 bucket."""

    DISK = "disk"
    S3 = "s3"


class StoreConfig(Section):
    """The whole of store.toml. encryption: AES256, or aws:kms with a key."""

    kept: Kept = Kept.DISK
    folder: PurePosixPath = PurePosixPath("store")
    bucket: str = ""
    prefix: str = "mailroom/"
    region: str = "eu-west-2"
    endpoint: str = ""
    encryption: str = "AES256"
    kms_key: str = ""

    @model_validator(mode="after")
    def _bucket_named(self) -> StoreConfig:
        if self.kept is Kept.S3 and not self.bucket:
            raise ValueError("kept = 's3' needs a bucket; name it")
        return self
