"""What every page shows: the council, the desks this person may open, where they are."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from mailroom.config.roles import Right
from mailroom.web.permission import rights_of
from mailroom.web.site import council

ELSEWHERE = {"/print-unit/": "/batches/", "/mailings/": "/letters/"}
"""Pages of a desk whose addresses begin otherwise."""
DESKS = (
    (Right.TODAY, "Today", "/print-unit/"),
    (Right.UPLOAD, "Upload", "/upload/"),
    (Right.PRINT_RUNS, "Print runs", "/print-runs/"),
    (Right.PRINT_RUNS, "Returns", "/returns/"),
    (Right.PRINT_RUNS, "Hand-offs", "/hand-offs/"),
    (Right.VALUABLES, "Valuables", "/valuables/"),
    (Right.REVIEW, "Review", "/review/"),
    (Right.POST, "My team’s post", "/items/"),
    (Right.POST, "Search", "/search/"),
    (Right.MAILINGS, "Mailings", "/mailings/"),
    (Right.MAILINGS, "Hand-offs", "/hand-offs/"),
    (Right.CUSTOMERS, "Customers", "/customers/"),
    (Right.FIGURES, "Targets", "/targets/"),
    (Right.CONFIGURE, "Configuration", "/configuration/"),
    (Right.ACCOUNTS, "Accounts", "/accounts/"),
)


def desks(request: HttpRequest) -> list[dict[str, Any]]:
    """Each once: the print unit's list of hand-offs is the services' too."""
    rights = rights_of(request.user)
    open_to_them = dict.fromkeys((name, address) for right, name, address in DESKS if right in rights)
    return [
        {
            "name": name,
            "address": address,
            "current": request.path.startswith((address, ELSEWHERE.get(address, address))),
        }
        for name, address in open_to_them
    ]


def every_page(request: HttpRequest) -> dict[str, Any]:
    user = getattr(request, "user", None)
    return {"council": council(), "desks": desks(request) if user is not None else []}
