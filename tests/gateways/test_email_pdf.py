from __future__ import annotations

import io
from email.message import EmailMessage
from pathlib import Path

import pikepdf
import pypdfium2 as pdfium
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from mailroom.config.reading import Limits, ReadingConfig
from mailroom.config.section import load_section
from mailroom.gateways.calendar_text import calendar_text
from mailroom.gateways.email_pdf import EmailAsScan, lay_out
from mailroom.gateways.email_text import take_apart
from mailroom.gateways.html_text import html_to_text
from mailroom.gateways.scan_file import open_scan

# open_scan asks pikepdf for a page's pictures by a name that pikepdf 10.9 gives a warning for
pytestmark = pytest.mark.filterwarnings("ignore:Page.images is deprecated:DeprecationWarning")

SITE = Path(__file__).parents[2]
TYPEFACE = SITE / "templates" / "letters" / "fonts" / "LiberationSans-Regular.ttf"
LIMITS: Limits = load_section(SITE / "config" / "reading.toml", ReadingConfig).limits
SCANS = SITE / "tests" / "samples" / "scans"
PDF = (SCANS / "0004_20261026.pdf").read_bytes()
TIFF = (SCANS / "0031_20261102.tif").read_bytes()


def letter(
    body: str = "Dear council,\nmy bins were missed.\nTŷ Gŵyr, £12.50", subject: str = "My bins"
) -> EmailMessage:
    message = EmailMessage()
    message["From"] = "Mary Example <mary@example.org>"
    message["To"] = "post@wexmere.example"
    message["Subject"] = subject
    message["Message-ID"] = "<1@example.org>"
    message.set_content(body)
    return message


def laid_out(message: EmailMessage | bytes) -> EmailAsScan:
    raw = message if isinstance(message, bytes) else message.as_bytes()
    return lay_out(raw, TYPEFACE, LIMITS)


def texts(pdf: bytes) -> list[str]:
    document = pdfium.PdfDocument(pdf)
    try:
        return [page.get_textpage().get_text_bounded().replace("\r\n", "\n") for page in document]
    finally:
        document.close()


def page_count(pdf: bytes) -> int:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return len(document.pages)


def attach(message: EmailMessage, content: bytes, kind: str, name: str) -> None:
    main, _, sub = kind.partition("/")
    message.add_attachment(content, maintype=main, subtype=sub, filename=name)


def locked(pdf: bytes) -> bytes:
    made = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        document.save(made, encryption=pikepdf.Encryption(user="secret", owner="secret"))
    return made.getvalue()


def test_an_email_without_attachments_is_a_letter_to_read_with_its_sender_and_subject() -> None:
    item = laid_out(letter())
    (page,) = texts(item.pdf)
    for words in (
        "From: Mary Example <mary@example.org>",
        "Subject: My bins",
        "my bins were missed.",
        "Tŷ Gŵyr, £12.50",
    ):
        assert words in page
    assert item.apart == ()


def test_scans_and_pictures_follow_the_words_in_one_item() -> None:
    message = letter()
    attach(message, PDF, "application/pdf", "form.pdf")
    attach(message, TIFF, "image/tiff", "fax.tif")
    item = laid_out(message)
    with Image.open(io.BytesIO(TIFF)) as fax:
        frames = getattr(fax, "n_frames", 1)
    assert page_count(item.pdf) == 1 + page_count(PDF) + frames
    assert "Attached: form.pdf" in texts(item.pdf)[0]
    assert item.apart == ()


@pytest.mark.parametrize(
    ("name", "kind", "content"),
    [
        ("winmail.dat", "application/ms-tnef", b"\x78\x9f\x3e\x22" + b"tnef" * 50),
        ("letter.docx", "application/octet-stream", b"PK\x03\x04word"),
        ("locked.pdf", "application/pdf", locked(PDF)),
        ("cut.pdf", "application/pdf", PDF[: len(PDF) // 2]),
        ("empty.pdf", "application/pdf", b""),
    ],
)
def test_what_cannot_become_pages_is_handed_back_never_dropped(name: str, kind: str, content: bytes) -> None:
    message = letter()
    attach(message, content, kind, name)
    item = laid_out(message)
    (apart,) = item.apart
    assert (apart.name, apart.content) == (name, content)
    assert page_count(item.pdf) == 1
    assert f"Attached: {name}" in texts(item.pdf)[0]


def test_an_email_forwarded_as_an_attachment_is_read_with_what_it_carried() -> None:
    inner = letter("The original words of the resident.", "Original")
    attach(inner, PDF, "application/pdf", "form.pdf")
    outer = letter("Please see below.")
    outer.add_attachment(inner)
    item = laid_out(outer)
    first = texts(item.pdf)[0]
    assert first.index("Please see below.") < first.index("An email was attached") < first.index("The original words")
    assert page_count(item.pdf) == 1 + page_count(PDF)


def test_emails_nested_without_end_are_read_to_the_third_and_the_rest_kept() -> None:
    message = letter("words 0")
    for level in range(1, 8):
        wrapper = letter(f"words {level}")
        wrapper.add_attachment(message)
        message = wrapper
    item = laid_out(message)
    text = " ".join(texts(item.pdf))
    assert [n for n in range(8) if f"words {n}" in text] == [5, 6, 7]
    (rest,) = item.apart
    assert b"words 0" in rest.content


def test_a_message_in_html_only_is_read_as_its_reader_saw_it() -> None:
    message = letter()
    message.set_content(
        "<html><head><title>no</title><style>p{}</style></head><body><p>Dear council</p>"
        "<div>line one<br>line&nbsp;two</div><script>bad()</script><table><tr><td>Ref</td><td>123</td></tr></table>",
        subtype="html",
    )
    body = take_apart(message.as_bytes()).body
    assert body.split("\n\n")[0] == "Dear council"
    assert "line one\nline two" in body
    assert "Ref 123" in body
    assert not {"no", "bad()", "p{}"} & set(body.split())


def test_the_plain_words_are_preferred_to_the_same_words_in_html() -> None:
    message = letter("plain words")
    message.add_alternative("<p>html words</p>", subtype="html")
    assert take_apart(message.as_bytes()).body == "plain words"


def test_an_html_letter_whose_plain_words_only_point_to_it_is_read() -> None:
    message = letter("Please view this email as HTML.")
    message.add_alternative("<p>" + "my bins were missed again " * 9, subtype="html")
    assert take_apart(message.as_bytes()).body.startswith("my bins were missed")


def test_a_text_file_attached_is_a_file_not_the_letters_words() -> None:
    message = letter("words")
    message.add_attachment("a text file", filename="notes.txt")
    email = take_apart(message.as_bytes())
    assert email.body == "words"
    assert [f.name for f in email.files] == ["notes.txt"]


def test_a_signatures_logo_is_no_page_but_a_photograph_in_the_text_is() -> None:
    def shown_within(side: int) -> int:
        message = letter()
        message.add_alternative('<p><img src="cid:a@b">', subtype="html")
        html = message.get_payload()[1]  # type: ignore[index]
        html.add_related(noise(side), "image", "png", cid="<a@b>", disposition="inline", filename="image001.png")  # type: ignore[union-attr]
        return page_count(laid_out(message).pdf)

    assert shown_within(40) == 1
    assert shown_within(400) == 2


def noise(side: int) -> bytes:
    made = io.BytesIO()
    Image.effect_noise((side, side), 90).save(made, "PNG")
    return made.getvalue()


def test_a_long_body_goes_over_pages_and_a_word_without_end_is_broken() -> None:
    item = laid_out(letter("\n".join(f"line {n}" for n in range(120)) + "\n" + "x" * 5000))
    pages = texts(item.pdf)
    assert len(pages) >= 4
    assert "line 119" in "".join(pages)
    assert "".join(pages).count("x") >= 5000


def test_a_body_of_a_whole_book_is_cut_and_says_so() -> None:
    pages = texts(laid_out(letter("a\n" * 25_000)).pdf)
    assert len(pages) < 450
    assert "The email goes on." in pages[-1]


INVITATION = "\r\n".join(
    (
        *("BEGIN:VCALENDAR", "METHOD:REQUEST", "BEGIN:VTIMEZONE", "TZID:GMT", "DTSTART:16010101T020000"),
        *("END:VTIMEZONE", "BEGIN:VEVENT", 'ORGANIZER;CN="Pemberton, Jean":mailto:jean@example.org'),
        *("DTSTART;TZID=GMT:20261203T100000", "DTEND:20261203T103000Z", "SUMMARY:Visit about my", "  damp flat"),
        *("LOCATION:14 Mill Lane\\, Wexmere", "DESCRIPTION:Please look at\\nthe mould.", "UID:0400000082"),
        *("BEGIN:VALARM", "END:VALARM", "END:VEVENT", "END:VCALENDAR"),
    )
)
IN_WORDS = (
    "Invitation",
    "Who asks: Pemberton, Jean <jean@example.org>",
    "From: 3 December 2026 10:00 GMT",
    "Until: 3 December 2026 10:30 UTC",
    "What: Visit about my damp flat",
    "Where: 14 Mill Lane, Wexmere",
)


def with_calendar(message: EmailMessage, disposition: str, **named: str) -> EmailMessage:
    message.make_mixed()
    message.add_attachment(INVITATION.encode(), "text", "calendar", disposition=disposition, **named)
    return message


@pytest.mark.parametrize("named", [{"filename": "invite.ics"}, {}])
def test_an_invitation_is_read_in_words_and_not_in_its_programs_own_language(named: dict[str, str]) -> None:
    item = laid_out(with_calendar(letter(), "attachment" if named else "inline", **named))
    (page,) = texts(item.pdf)
    assert all(words in page for words in (*IN_WORDS, "my bins were missed", "the mould."))
    assert not any(program in page for program in ("VEVENT", "0400000082", "1601"))
    assert item.apart == ()


def test_an_invitations_description_that_repeats_the_email_is_not_set_twice() -> None:
    (page,) = texts(laid_out(with_calendar(letter("Please look at\nthe mould."), "inline")).pdf)
    assert page.count("the mould.") == 1 and "What: Visit about my damp flat" in page


def test_a_calendar_nobody_can_read_is_shown_as_it_came() -> None:
    for odd in ("", "BEGIN:VCALENDAR", "no calendar at all"):
        assert calendar_text(odd) == odd
    assert calendar_text("BEGIN:VEVENT\nDTSTART:soon\nSUMMARY:a") == "From: soon\nWhat: a"


@pytest.mark.parametrize(("kind", "name"), [("plain", "notes.txt"), ("csv", "dates.csv"), ("html", "notes.htm")])
def test_a_text_that_is_attached_is_read_with_the_email_and_names_itself(kind: str, name: str) -> None:
    message = letter()
    message.add_attachment("my bins were missed on 1 May", kind, filename=name)
    item = laid_out(message)
    (page,) = texts(item.pdf)
    assert f"{name} says:" in page and "on 1 May" in page
    assert item.apart == ()


def test_bytes_that_call_themselves_a_text_are_handed_back() -> None:
    message = letter()
    attach(message, b"PK" + bytes(9), "application/octet-stream", "notes.txt")
    assert [file.name for file in laid_out(message).apart] == ["notes.txt"]


def test_an_email_attached_as_any_other_file_is_read_as_one() -> None:
    inner = letter("The original words of the resident.", "Original")
    attach(inner, PDF, "application/pdf", "form.pdf")
    outer = letter("Please see below.")
    attach(outer, inner.as_bytes(), "application/octet-stream", "FW bins.eml")
    item = laid_out(outer)
    assert "The original words of the resident." in texts(item.pdf)[0]
    assert (page_count(item.pdf), item.apart) == (1 + page_count(PDF), ())


def test_what_only_calls_itself_an_email_is_handed_back() -> None:
    outer = letter()
    attach(outer, bytes(3) + b" no email", "application/octet-stream", "FW bins.eml")
    assert [file.name for file in laid_out(outer).apart] == ["FW bins.eml"]


def test_the_signature_that_programs_check_is_no_post() -> None:
    message = letter()
    attach(message, b"0" + bytes(900), "application/pkcs7-signature", "smime.p7s")
    item = laid_out(message)
    assert item.apart == () and "smime" not in texts(item.pdf)[0]


def test_a_large_logo_is_set_small_behind_the_words_where_nobody_tries_to_read_it(tmp_path: Path) -> None:
    message = letter()
    message.add_alternative('<p><img src="cid:a@b">', subtype="html")
    html = message.get_payload()[1]  # type: ignore[index]
    for number, size in enumerate([(600, 180), (280, 280)]):
        picture = io.BytesIO()
        Image.effect_noise(size, 90).save(picture, "PNG")
        html.add_related(picture.getvalue(), "image", "png", cid=f"<{number}@b>", disposition="inline")  # type: ignore[union-attr]
    item = laid_out(message)
    words, logos = texts(item.pdf)
    assert "my bins were missed" in words and logos.startswith("Small pictures that the email shows")
    path = tmp_path / "item.pdf"
    path.write_bytes(item.pdf)
    assert open_scan(path, LIMITS).page(2, 72).own_words


@pytest.mark.parametrize("name", ["../../etc/passwd", "C:\\temp\\..\\passwd", "=?utf-8?q?..=2Fpasswd?="])
def test_a_file_name_never_leads_anywhere(name: str) -> None:
    raw = f'Content-Type: application/pdf\r\nContent-Disposition: attachment; filename="{name}"\r\n\r\nx'.encode()
    (file,) = take_apart(raw).files
    assert file.name == "passwd"


def test_encoded_subjects_and_odd_character_sets_are_read() -> None:
    raw = (
        b"Subject: =?utf-8?q?T=C5=B7_G=C5=B5yr?=\r\nFrom: =?no-such?q?x?= <a@b>\r\n"
        b'Content-Type: text/plain; charset="no-such"\r\n\r\n\xa312.50'
    )
    email = take_apart(raw)
    assert dict(email.headers)["Subject"] == "Tŷ Gŵyr"
    assert email.body == "£12.50"


def test_an_empty_email_still_makes_a_page() -> None:
    assert "The email has no text." in texts(laid_out(b"").pdf)[0]


def test_the_same_email_gives_the_same_bytes_so_that_taking_it_in_again_is_known() -> None:
    message = letter()
    attach(message, PDF, "application/pdf", "form.pdf")
    raw = message.as_bytes()
    assert laid_out(raw).pdf == laid_out(raw).pdf


HEADS = st.sampled_from(
    [
        b'Content-Type: multipart/mixed; boundary="b"\n\n--b\n',
        b"Content-Type: message/rfc822\n\n",
        b"Content-Type: text/html\n\n",
        b"Content-Transfer-Encoding: base64\n\n",
        b"Content-Disposition: attachment; filename*=utf-8''%ff%zz\n\n",
        b"Subject: =?utf-8?b?!!?=\nFrom: <<>>,;:\n\n",
    ]
)


@settings(max_examples=200, deadline=None)
@given(st.lists(HEADS | st.binary(max_size=60), max_size=6))
def test_no_bytes_whatever_stop_an_email_from_being_read(pieces: list[bytes]) -> None:
    take_apart(b"".join(pieces))


@given(st.text(max_size=200))
def test_no_markup_whatever_stops_the_words_from_being_found(markup: str) -> None:
    html_to_text("<p><![" + markup + "<style" + markup)


def test_the_page_names_what_could_not_be_made_into_pages() -> None:
    message = letter()
    attach(message, PDF, "application/pdf", "form.pdf")
    attach(message, b"PK\x03\x04word", "application/octet-stream", "letter.docx")
    first = texts(laid_out(message).pdf)[0]
    assert "Attached: form.pdf\n" in first
    assert "Attached: letter.docx (not shown here)" in first


def shown_in_text(*pictures: Image.Image) -> EmailMessage:
    message = letter()
    message.add_alternative('<p><img src="cid:0@b"><img src="cid:1@b">', subtype="html")
    html = message.get_payload()[1]  # type: ignore[index]
    for number, picture in enumerate(pictures):
        made = io.BytesIO()
        picture.save(made, "PNG")
        html.add_related(made.getvalue(), "image", "png", cid=f"<{number}@b>", disposition="inline")  # type: ignore[union-attr]
    return message


def test_a_banner_made_for_fine_screens_is_no_page_and_a_wide_photo_is_one() -> None:
    banner, photo = Image.effect_noise((2400, 600), 90), Image.effect_noise((1600, 600), 90)
    item = laid_out(shown_in_text(banner, photo))
    words, small, page = texts(item.pdf)
    assert "my bins were missed" in words and small.startswith("Small pictures that the email shows")
    assert page == ""


def test_a_transparent_logo_is_set_on_white_paper(tmp_path: Path) -> None:
    logo = Image.new("RGBA", (280, 280), (0, 0, 0, 0))
    logo.paste(Image.effect_noise((280, 140), 90).point(lambda grey: 155 + grey * 100 // 255).convert("RGBA"))
    path = tmp_path / "item.pdf"
    path.write_bytes(laid_out(shown_in_text(logo)).pdf)
    rows = open_scan(path, LIMITS).page(2, 72).pixels[120:]
    assert rows.min() > 150


def test_letters_that_the_page_cannot_show_are_said_to_be_missing_and_a_smile_is_named() -> None:
    (page,) = texts(laid_out(letter("Dear council 👍🏽\n请帮助我 مساعدة\nM. Example", "خطاب")).pdf)
    assert page.startswith("(Letters that this page cannot show stand as □: Arabic, Chinese. Read them in the email")
    assert "Dear council [thumbs up sign]\n□□□□ □□□□□□\nM. Example" in page
    assert "cannot show" not in texts(laid_out(letter("Tŷ Gŵyr – “£5” 🙂 Łódź Δ")).pdf)[0]


@pytest.mark.parametrize(
    ("charset", "content", "words"),
    [
        ("gb2312", "停车罚单 🙂 朱镕基".encode("gb18030"), "停车罚单 🙂 朱镕基"),
        ("gb2312", "停车罚单停车罚单".encode("gb18030")[:-1], "停车罚单停车罚\ufffd"),
        ("iso-8859-1", "“£5” €3".encode("cp1252"), "“£5” €3"),
        ("utf-8", "£12.50 for the café".encode("cp1252"), "£12.50 for the café"),
        ("us-ascii", "Tŷ Gŵyr £5".encode(), "Tŷ Gŵyr £5"),
        ("us-ascii", "£5 please".encode("cp1252"), "£5 please"),
        ("shift_jis", "①髙橋".encode("cp932"), "①髙橋"),
        ("iso-8859-2", "Proszę o pomoc".encode("iso-8859-2"), "Proszę o pomoc"),
    ],
)
def test_words_are_read_in_the_characters_that_programs_mean(charset: str, content: bytes, words: str) -> None:
    raw = f"Content-Type: text/plain; charset={charset}\r\nContent-Transfer-Encoding: 8bit\r\n\r\n".encode() + content
    assert take_apart(raw).body == words


def test_the_address_behind_a_link_is_shown_unless_its_words_are_the_address() -> None:
    links = (
        '<p>See <a href="https://photos.example/a?b=1">my photos</a>, <a href="https://www.example.org/">'
        'www.example.org</a>, <a href="mailto:mary@example.org">Mary</a>, <a href="mailto:m@b.example">m@b.example</a>,'
        ' <a href="#top">up</a>, <a href="tel:0163">0163</a>, <a href="https://a.example"><img src="x"></a> and '
        f'<a href="https://news.example/{"x" * 300}">news</a>.'
    )
    assert html_to_text(links) == (
        "See my photos (https://photos.example/a?b=1), www.example.org, Mary (mary@example.org), m@b.example, up, 0163,"
        " and news."
    )
    assert html_to_text(links, shows_links=False).startswith("See my photos, www")


def test_links_do_not_make_the_same_words_in_html_preferred() -> None:
    message = letter("See my photos.")
    message.add_alternative('<p>See <a href="https://photos.example/album/4711/shared">my photos</a>.', subtype="html")
    assert take_apart(message.as_bytes()).body == "See my photos."


def test_a_mail_servers_report_is_read_and_is_no_email_without_words() -> None:
    from tests.values.test_bounces import about, report

    (page,) = texts(laid_out(report(about("jean@post.example", "failed", "5.1.1"))).pdf)
    assert "Final-Recipient: rfc822; jean@post.example" in page and "Status: 5.1.1" in page
    assert "The email has no text." not in page
