"""Picture files: opened, looked at for their end without being decoded, and laid on white paper."""

from __future__ import annotations

import io
import os
import struct
from pathlib import Path
from typing import BinaryIO

from PIL import ExifTags, Image, TiffImagePlugin

from mailroom.gateways.phone_photo import check_whole as check_phone_photo
from mailroom.gateways.phone_photo import is_phone_photo, teach_pillow

Image.MAX_IMAGE_PIXELS = None  # our own limits are checked from the header, with a clerk's message


def open_picture(path: Path) -> Image.Image:
    """A picture of any kind that is read, not yet decoded."""
    with path.open("rb") as file:
        if is_phone_photo(file.read(12)):
            teach_pillow()
    return Image.open(path)


def on_paper(image: Image.Image) -> Image.Image:
    """White paper shows where the picture is transparent; what lies under it there, mostly black, does not."""
    if not image.has_transparency_data or image.mode.startswith("I"):
        return image
    seen = image.convert("RGBA")
    paper = Image.new("RGB", image.size, "white")
    paper.paste(seen, mask=seen.getchannel("A"))
    return paper


def is_black_and_white(frame: Image.Image) -> bool:
    """Without greys and nothing seen through, kept the way up that it is. frame: of a file not yet decoded."""
    if frame.mode != "1" or frame.has_transparency_data:
        return False
    return frame.format == "PNG" or (frame.format == "TIFF" and frame.getexif().get(ExifTags.Base.Orientation, 1) == 1)


def size_before_opening(path: Path, kind: str) -> tuple[int, int]:
    """Pixels across and down that a WebP says it has: Pillow makes room for all of them as it opens one.

    Nothing, (0, 0), for the other kinds: of those Pillow reads the size first.
    """
    if kind != "webp":
        return 0, 0
    with path.open("rb") as file:
        head = file.read(30)
    if head[12:16] == b"VP8X":
        return 1 + int.from_bytes(head[24:27], "little"), 1 + int.from_bytes(head[27:30], "little")
    if head[12:16] == b"VP8L":
        both = int.from_bytes(head[21:25], "little")
        return 1 + (both & 0x3FFF), 1 + (both >> 14 & 0x3FFF)
    return int.from_bytes(head[26:28], "little") & 0x3FFF, int.from_bytes(head[28:30], "little") & 0x3FFF


def check_whole(image: Image.Image, path: Path, kind: str) -> None:
    """The pixels of the frame that `image` is at are all in the file.

    Raises:
        EOFError: some are not.
    """
    if kind == "tiff":
        _check_tiff(image, path.stat().st_size)
    elif kind == "heic":
        check_phone_photo(path)
    elif kind == "webp":
        _check_webp(path)
    elif kind == "gif":
        gif_frames(path)
    elif kind == "bmp":
        _check_bmp(image.size, path)
    elif {"png": b"IEND", "jpeg": b"\xff\xd9"}[kind] not in _tail(path):
        raise EOFError("no end of the picture")


def _check_tiff(image: Image.Image, size: int) -> None:
    tags = image.tag_v2 if isinstance(image, TiffImagePlugin.TiffImageFile) else {}
    starts = tags.get(TiffImagePlugin.STRIPOFFSETS) or tags.get(TiffImagePlugin.TILEOFFSETS) or ()
    lengths = tags.get(TiffImagePlugin.STRIPBYTECOUNTS) or tags.get(TiffImagePlugin.TILEBYTECOUNTS) or ()
    if not starts or any(s + n > size for s, n in zip(starts, lengths, strict=False)):
        raise EOFError("pixels beyond the end of the file")


def _check_webp(path: Path) -> None:
    with path.open("rb") as file:
        (length,) = struct.unpack("<4xI", file.read(8))
    if length + 8 > path.stat().st_size:
        raise EOFError("a WebP longer than the file")


def _check_bmp(size: tuple[int, int], path: Path) -> None:
    """Packed ones end with a mark of their own; of others the length is known. Rows fill whole groups of four bytes."""
    with path.open("rb") as file:
        head = file.read(34)
    is_old = head[14] == _BMPS_OLD_HEAD
    (start,) = struct.unpack("<10xI", head[:14])
    (bits,) = struct.unpack("<24xH", head[:26]) if is_old else struct.unpack("<28xH", head[:30])
    if not is_old and int.from_bytes(head[30:34], "little") in _BMPS_PACKED:
        if b"\0\1" not in _tail(path, 16):
            raise EOFError("no end of the BMP")
    elif start + (size[0] * bits + 31) // 32 * 4 * size[1] > path.stat().st_size:
        raise EOFError("pixels beyond the end of the file")


_BMPS_OLD_HEAD = 12
_BMPS_PACKED = (1, 2)


def gif_frames(path: Path) -> int:
    """How many pictures a GIF holds, counted block by block to its end.

    Pillow counts as many as are there and does not say that the file is cut off.

    Raises:
        EOFError: it is cut off.
    """
    with path.open("rb") as file:
        file.seek(10)
        _pass_palette(file, _byte(file), 2)
        frames = 0
        while (block := _byte(file)) != _GIFS_END:
            if block == _GIFS_PICTURE:
                frames += 1
                file.seek(8, io.SEEK_CUR)
                _pass_palette(file, _byte(file), 0)
            elif block not in (_GIFS_EXTENSION, 0):
                raise EOFError("no block of a GIF")
            if block:
                _byte(file)  # of a picture the size of its codes, of an extension its kind
                while length := _byte(file):
                    file.seek(length, io.SEEK_CUR)
        return frames


_GIFS_PICTURE, _GIFS_EXTENSION, _GIFS_END = 0x2C, 0x21, 0x3B


def _pass_palette(file: BinaryIO, flags: int, between: int) -> None:
    """Three bytes a colour, if the flags say that there is one; behind so many other bytes."""
    file.seek(between + (3 * 2 ** (1 + (flags & 7)) if flags & 0x80 else 0), io.SEEK_CUR)


def _byte(file: BinaryIO) -> int:
    read = file.read(1)
    if not read:
        raise EOFError("the file ends early")
    return read[0]


def _tail(path: Path, count: int = 65536) -> bytes:
    with path.open("rb") as handle:
        handle.seek(0, os.SEEK_END)
        handle.seek(max(handle.tell() - count, 0))
        return handle.read()
