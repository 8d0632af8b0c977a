"""Amazon Textract as a third reader, on its own answers: off until turned on, and no loss when it is away."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import boto3
import numpy as np
import pytest
from botocore.stub import ANY, Stubber
from PIL import Image

from mailroom.config.reading import Reading
from mailroom.config.site import load_site
from mailroom.gateways.ocr.textract import Textract, TextractAway
from mailroom.inbound.recognition import recognise
from mailroom.values.page import TextSource
from mailroom.wiring import reading

PAGE = np.full((400, 300), 255, np.uint8)


def block(name: str, kind: str, text: str, left: float, top: float, sure: float, *words: str) -> dict[str, Any]:
    box = {"Left": left, "Top": top, "Width": 0.2, "Height": 0.05}
    said = {"Id": name, "BlockType": kind, "Text": text, "Confidence": sure, "Geometry": {"BoundingBox": box}}
    return {**said, "Relationships": [{"Type": "CHILD", "Ids": list(words)}]} if words else said


ANSWER = {
    "Blocks": [
        {"Id": "p", "BlockType": "PAGE"},
        block("l1", "LINE", "Dear Sir", 0.1, 0.1, 99.0, "w1", "w2"),
        block("l2", "LINE", "Bins", 0.1, 0.2, 80.0, "w3"),
        block("w1", "WORD", "Dear", 0.1, 0.1, 99.5),
        block("w2", "WORD", "Sir", 0.35, 0.1, 98.0),
        block("w3", "WORD", "Bins", 0.1, 0.2, 80.0),
    ]
}


@pytest.fixture
def amazon() -> Iterator[Stubber]:
    client = boto3.client(
        "textract", region_name="eu-west-2", aws_access_key_id="testing", aws_secret_access_key="testing"
    )
    with Stubber(client) as answers:
        yield answers


def test_its_words_come_with_place_line_and_confidence(amazon: Stubber) -> None:
    amazon.add_response("detect_document_text", ANSWER, {"Document": {"Bytes": ANY}})
    read = recognise(Textract(client=amazon.client), PAGE, 200)
    assert read.source is TextSource.TEXTRACT
    assert [(w.text, w.line, round(float(w.confidence), 3)) for w in read.words] == [
        ("Dear", 0, 0.995), ("Sir", 0, 0.98), ("Bins", 1, 0.8),
    ]  # fmt: skip
    assert (read.words[1].box.x0, read.words[1].box.x1) == pytest.approx((0.35, 0.55))
    amazon.assert_no_pending_responses()


def test_it_is_sent_the_page_as_a_png_of_its_own_size() -> None:
    class Amazon:
        def detect_document_text(self, Document: dict[str, bytes]) -> dict[str, Any]:
            self.sent = Document["Bytes"]
            return {"Blocks": []}

    amazon = Amazon()
    assert Textract(client=amazon).recognise(PAGE, 200) == ()
    assert Image.open(io.BytesIO(amazon.sent)).size == (300, 400)


def test_when_amazon_does_not_answer_the_page_keeps_its_first_reading(amazon: Stubber) -> None:
    amazon.add_client_error("detect_document_text", "ThrottlingException", http_status_code=400)
    with pytest.raises(TextractAway, match="keeps its first reading"):
        Textract(client=amazon.client).recognise(PAGE, 200)


def test_no_page_leaves_the_building_unless_the_site_turns_it_on() -> None:
    assert not load_site().reading.reading.textract
    assert reading._textract(Reading()) == ()
    (third,) = reading._textract(Reading(textract=True))
    assert third.source is TextSource.TEXTRACT
