"""The example site's files that several tests need."""

from __future__ import annotations

from mailroom.config.site import load_site

EXAMPLE = load_site()
EXAMPLE_TYPEFACE = EXAMPLE.letter_typeface
