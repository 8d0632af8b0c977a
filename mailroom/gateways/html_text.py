"""The words of a web page or of an email written as one, with the addresses its links lead to."""

from __future__ import annotations

import re
from html.parser import HTMLParser

_BLOCKS = {"p", "div", "tr", "li", "br", "h1", "h2", "h3", "h4", "h5", "h6", "table", "blockquote", "hr", "ul", "ol"}
_UNSEEN = {"script", "style", "head", "title", "template", "noscript"}
_VOID = {"br", "hr", "img", "meta", "link", "input", "col"}
_LONGEST_LINK = 300
"""Longer ones count who opened the email; nobody types them from paper."""


def html_to_text(html: str, shows_links: bool = True) -> str:
    """The words a reader of a web page would see, a line for each block.

    shows_links: behind the words of a link the address it leads to, where they do not say it themselves.
    """
    reader = _Words(shows_links)
    reader.feed(html.replace("<![", "<?["))  # html.parser stops at an unknown "<![", which Outlook and rogues write
    reader.close()
    lines = (" ".join(line.split()) for line in "".join(reader.pieces).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


class _Words(HTMLParser):
    def __init__(self, shows_links: bool) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._shows_links = shows_links
        self._unseen = 0
        self._link, self._link_from = "", 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _UNSEEN and tag not in _VOID:
            self._unseen += 1
        elif tag in _BLOCKS:
            self.pieces.append("\n")
        elif tag in ("td", "th"):
            self.pieces.append("  ")
        elif tag == "a":
            self._link, self._link_from = (dict(attrs).get("href") or "").strip(), len(self.pieces)

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSEEN:
            self._unseen = max(self._unseen - 1, 0)
        elif tag in _BLOCKS:
            self.pieces.append("\n")
        elif tag == "a":
            self._show_link()

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.pieces.append(data.replace("\n", " "))

    def _show_link(self) -> None:
        """Not behind pictures, which have no words, nor where the words are the address."""
        link, self._link = self._link, ""
        words = "".join(self.pieces[self._link_from :])
        address = re.sub(r"(?i)^(?:https?://|mailto:)", "", link).rstrip("/")
        is_said = not words.strip() or address.casefold() in words.casefold()
        if self._shows_links and address != link.rstrip("/") and len(link) <= _LONGEST_LINK and not is_said:
            self.pieces.append(f" ({address if link.casefold().startswith('mailto:') else link})")
