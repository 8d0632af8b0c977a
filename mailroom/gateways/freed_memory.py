"""Memory that was freed, given back to the machine: the C library keeps it, 30 to 200 MB after a page."""

from __future__ import annotations

import ctypes

_C_LIBRARY = ctypes.CDLL(None)


def give_back() -> None:
    """Takes a few milliseconds; does nothing where the C library is not GNU's."""
    if hasattr(_C_LIBRARY, "malloc_trim"):
        _C_LIBRARY.malloc_trim(0)
