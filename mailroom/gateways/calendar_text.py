"""What an invitation to a meeting (iCalendar, RFC 5545) says, in words for a reader. Any text gives a result."""

from __future__ import annotations

import datetime as dt
import re

_METHODS = {"REQUEST": "Invitation", "CANCEL": "Cancelled", "REPLY": "Answer to an invitation", "COUNTER": "Other time"}
_LABELS = {
    **{"SUMMARY": "What", "DTSTART": "From", "DTEND": "Until", "RRULE": "Repeats", "LOCATION": "Where"},
    **{"ORGANIZER": "Who asks", "STATUS": "Status", "DESCRIPTION": "Says"},
}
_LINE = re.compile(r"([A-Za-z-]+)((?:;(?:\"[^\"]*\"|[^\":;])*)*):(.*)")
_NAME = re.compile(r";CN=(?:\"([^\"]*)\"|([^;:]*))", re.I)
_ZONE = re.compile(r";TZID=\"?([^;:\"]*)", re.I)


def calendar_text(ics: str, said: str = "") -> str:
    """A line for each thing a reader wants to know of each event; the text as it came where it holds no event.

    said: the email's own words; a description that only repeats them is left out.
    """
    lines: list[str] = []
    inside = False
    for line in re.sub(r"\r?\n[ \t]", "", ics).splitlines():
        found = _LINE.match(line)
        name, parameters, value = (found[1].upper(), found[2], found[3]) if found else ("", "", "")
        if name in ("BEGIN", "END"):
            inside = name == "BEGIN" and value.strip().upper() in ("VEVENT", "VTODO")
            lines.append("")
        elif name == "METHOD":
            lines.insert(0, _METHODS.get(value.strip().upper(), value.strip()))
        elif inside and name in _LABELS:
            shown = _shown(name, parameters, value)
            if shown and not (name == "DESCRIPTION" and _squeezed(shown) in _squeezed(said)):
                lines.append(f"{_LABELS[name]}: {shown}")
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip() if any(": " in line for line in lines) else ics


def _shown(name: str, parameters: str, value: str) -> str:
    if name in ("DTSTART", "DTEND"):
        zone = _ZONE.search(parameters)
        return _when(value.strip(), zone[1] if zone else "")
    if name == "ORGANIZER":
        called = _NAME.search(parameters)
        address = re.sub(r"(?i)^mailto:", "", value.strip())
        return f"{called[1] or called[2]} <{address}>" if called else address
    return re.sub(r"\\([nN,;\\])", lambda sign: "\n" if sign[1] in "nN" else sign[1], value).strip()


def _when(value: str, zone: str) -> str:
    for form, words in (("%Y%m%dT%H%M%SZ", "%H:%M UTC"), ("%Y%m%dT%H%M%S", "%H:%M"), ("%Y%m%d", "")):
        try:
            at = dt.datetime.strptime(value, form)  # noqa: DTZ007 - shown as written, with the zone's name
        except ValueError:
            continue
        return " ".join(filter(None, (f"{at.day} {at:%B %Y}", at.strftime(words), zone)))
    return value


def _squeezed(text: str) -> str:
    return " ".join(text.split())
