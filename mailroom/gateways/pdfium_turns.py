"""pdfium is not made for threads: two of them in it at once kill the process, whatever files they are at.

Every gateway that draws or reads with pdfium in a process of many threads (the web server, the worker) takes its turn,
page by page, so that a long file does not keep the others waiting.
"""

from __future__ import annotations

from threading import RLock

PDFIUM = RLock()
