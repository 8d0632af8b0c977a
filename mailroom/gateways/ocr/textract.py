"""Amazon Textract through boto3: a third reader, off unless reading.toml turns it on (post leaves the building)."""

from __future__ import annotations

import io
from functools import cached_property
from typing import Any

import boto3
import numpy as np
from botocore.exceptions import BotoCoreError, ClientError
from PIL import Image

from mailroom.errors import Retry
from mailroom.values.confidence import Confidence
from mailroom.values.geometry import Box
from mailroom.values.page import TextSource, Word


class TextractAway(Retry):
    """Textract did not answer, or refused for now."""


class Textract:
    """Credentials come from the machine's AWS settings."""

    source = TextSource.TEXTRACT

    def __init__(self, region: str = "eu-west-2", client: Any = None) -> None:
        self._region, self._given = region, client

    @cached_property
    def _client(self) -> Any:
        return self._given or boto3.client("textract", region_name=self._region)

    def recognise(self, page: np.ndarray[Any, np.dtype[np.uint8]], dpi: int) -> tuple[Word, ...]:
        """Raises TextractAway when the service cannot be reached."""
        picture = io.BytesIO()
        Image.fromarray(page).save(picture, "PNG")
        try:
            answer = self._client.detect_document_text(Document={"Bytes": picture.getvalue()})
        except (BotoCoreError, ClientError) as trouble:
            raise TextractAway("Amazon Textract did not answer; the page keeps its first reading.") from trouble
        blocks = {b["Id"]: b for b in answer["Blocks"]}
        words: list[Word] = []
        for number, line in enumerate(b for b in answer["Blocks"] if b["BlockType"] == "LINE"):
            for key in (i for r in line.get("Relationships", ()) if r["Type"] == "CHILD" for i in r["Ids"]):
                words.append(_word(blocks[key], number))
        return tuple(words)


def _word(block: dict[str, Any], line: int) -> Word:
    box = block["Geometry"]["BoundingBox"]
    place = Box(box["Left"], box["Top"], box["Left"] + box["Width"], box["Top"] + box["Height"])
    return Word(block["Text"], place, Confidence(min(block["Confidence"] / 100, 1.0)), line)
