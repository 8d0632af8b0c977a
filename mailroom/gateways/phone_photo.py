"""Photos in a phone's own format, HEIC: told by their first bytes, looked at for their end, and opened by Pillow.

pi-heif decodes and cannot encode; libheif and libde265 (LGPL) lie beside it as libraries of their own. They are loaded
when the first such photo is met: most reading processes never meet one.
"""

from __future__ import annotations

import struct
from functools import cache
from pathlib import Path

_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1"}
_PIXELS = b"mdat"


def is_phone_photo(head: bytes) -> bool:
    """Whether a file that starts so is a HEIC or HEIF."""
    return head[4:8] == b"ftyp" and head[8:12] in _BRANDS


@cache
def teach_pillow() -> None:
    """Pillow opens them from then on, turned the way up the phone was held. One thread: pages are read side by side."""
    import pi_heif

    pi_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False, decode_threads=1)


def check_whole(path: Path) -> None:
    """Every box of the file is all there, and one has the pixels.

    libheif draws the part of a photo that is missing in one colour and says nothing.

    Raises:
        EOFError: it is cut off.
    """
    size, start, kinds = path.stat().st_size, 0, set[bytes]()
    with path.open("rb") as file:
        while size - start >= 8:
            file.seek(start)
            length, kind = struct.unpack(">I4s", file.read(8))
            if length == 1:  # written behind it in 64 bits
                (length,) = struct.unpack(">Q", file.read(8))
            kinds.add(kind)
            start += length or size - start  # 0 for one that goes on to the end
            if start > size or 0 < length < 8:
                raise EOFError("a box beyond the end of the file")
    if _PIXELS not in kinds:
        raise EOFError("no pixels in the file")
