"""Imported last by the process that children are forked from: what it has loaded stays in memory they share.

A garbage collection in a child would otherwise write on every object it looks at, and so copy the page it lies on.
"""

from __future__ import annotations

import gc

gc.collect()
gc.freeze()
