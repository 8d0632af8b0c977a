"""Files no mailroom wants, made for the test: broken ones, locked ones, and ones that want to do harm."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pikepdf
from PIL import Image


def pdf(pages: int = 1) -> pikepdf.Pdf:
    made = pikepdf.new()
    for _ in range(pages):
        made.add_blank_page(page_size=(595, 842))
    return made


def saved(made: pikepdf.Pdf, **settings: object) -> bytes:
    out = BytesIO()
    made.save(out, **settings)
    return out.getvalue()


def locked() -> bytes:
    return saved(pdf(), encryption=pikepdf.Encryption(user="secret", owner="secret"))


def truncated() -> bytes:
    whole = saved(pdf(3))
    return whole[: len(whole) * 2 // 3]


def many_pages() -> bytes:
    made = pdf()
    made.pages.extend([made.pages[0]] * 0)
    page = made.pages[0].obj
    made.Root.Pages = made.make_indirect(
        pikepdf.Dictionary(Type=pikepdf.Name.Pages, Count=10_000, Kids=pikepdf.Array())
    )
    for _ in range(10_000):
        made.Root.Pages.Kids.append(
            made.make_indirect(
                pikepdf.Dictionary(Type=pikepdf.Name.Page, Parent=made.Root.Pages, MediaBox=page.MediaBox)
            )
        )
    return saved(made)


def huge_picture() -> bytes:
    out = BytesIO()
    Image.new("1", (50_000, 5_000)).save(out, "TIFF", compression="group4")
    return out.getvalue()


def huge_picture_in_a_pdf() -> bytes:
    made = pdf()
    pixels = pikepdf.Stream(made, zlib.compress(b"\0" * 1000))
    pixels.stream_dict = pikepdf.Dictionary(
        Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=50_000, Height=50_000, BitsPerComponent=1,
        ColorSpace=pikepdf.Name.DeviceGray, Filter=pikepdf.Name.FlateDecode,
    )  # fmt: skip
    made.pages[0].Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=made.make_indirect(pixels)))
    return saved(made)


def with_script() -> bytes:
    made = pdf()
    made.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)"))
    return saved(made)


def with_launch() -> bytes:
    made = pdf()
    made.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.Launch, F=pikepdf.String("cmd.exe"))
    return saved(made)


def with_file_inside() -> bytes:
    made = pdf()
    made.attachments["virus.exe"] = b"MZ"
    return saved(made)


def zip_named_pdf() -> bytes:
    return b"PK\x03\x04" + b"a zip archive" * 50


def png_named_pdf() -> bytes:
    out = BytesIO()
    Image.new("L", (100, 100), 255).save(out, "PNG")
    return out.getvalue()


def nested_page_tree() -> bytes:
    """Pages within pages, 3,000 deep."""
    made = pdf()
    inner = made.pages[0].obj
    for _ in range(3_000):
        outer = made.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.Pages, Count=1, Kids=pikepdf.Array([inner])))
        inner.Parent = outer
        inner = outer
    made.Root.Pages = inner
    return saved(made)


def bomb(megabytes: int = 600) -> bytes:
    """A page whose content unpacks to so much, packed twice."""
    packer = zlib.compressobj(9)
    once = b"".join([*(packer.compress(b" " * 1_000_000) for _ in range(megabytes)), packer.flush()])
    made = pdf()
    content = pikepdf.Stream(made, zlib.compress(once, 9))
    content.stream_dict = pikepdf.Dictionary(Filter=pikepdf.Array([pikepdf.Name.FlateDecode] * 2))
    made.pages[0].Contents = made.make_indirect(content)
    return saved(made)


def film() -> bytes:
    return b"\0\0\0\x18ftypisom\0\0\0\0isomavc1" + bytes(2000)


def phone_photo_cut_off() -> bytes:
    return (Path(__file__).parents[1] / "gateways" / "photos" / "letter.heic").read_bytes()[:9000]


def outlooks_package() -> bytes:
    """With a PDF in it, near enough to the start to be taken for one."""
    return b"\x78\x9f\x3e\x22tnef" + bytes(50) + saved(pdf())


def moving_picture(kind: str = "GIF") -> bytes:
    out = BytesIO()
    moments = [Image.new("L", (100, 100), grey) for grey in (0, 120, 240)]
    moments[0].save(out, kind, save_all=True, append_images=moments[1:], duration=200)
    return out.getvalue()


QUARANTINED: dict[str, tuple[Callable[[], bytes], str, str]] = {
    "password-protected": (locked, "a.pdf", "password-protected. Ask the sender"),
    "cut off": (truncated, "a.pdf", "cut off or damaged"),
    "empty": (lambda: b"", "a.pdf", "empty (0 bytes). Scan the post again"),
    "of ten thousand pages": (many_pages, "a.pdf", "10,000 pages; the limit is 2,000"),
    "of a picture 50,000 pixels wide": (huge_picture, "a.tif", "too large to open. Scan it again"),
    "of a PDF with such a picture": (huge_picture_in_a_pdf, "a.pdf", "too large to open. Scan it again"),
    "with a script": (with_script, "a.pdf", "carries a script"),
    "that starts a program": (with_launch, "a.pdf", "starts a program"),
    "with a file inside": (with_file_inside, "a.pdf", "carries other files inside it"),
    "a film": (film, "a.mp4", "This is a film, of which no page can be made. Play it"),
    "a phone's photo that is cut off": (phone_photo_cut_off, "a.heic", "cut off or damaged"),
    "a package of Outlook's": (
        outlooks_package,
        "winmail.dat",
        "(winmail.dat), which only Outlook opens. Ask the sender",
    ),
    "a zip named .pdf": (zip_named_pdf, "a.pdf", "a zip archive, which is not opened. Ask the sender to attach the"),
    "a picture that moves": (moving_picture, "a.gif", "a moving picture of 3 moments"),
}


def written(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path
