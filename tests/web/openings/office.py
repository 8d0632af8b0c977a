"""Signing in, review, a team's post, customers, operations."""

from __future__ import annotations

REVIEWERS = {"team_member", "team_leader"}
READERS = {*REVIEWERS, "information_governance"}
CUSTOMERS = {*READERS, "customer_service"}

OPEN_TO = {
    "review_queue": REVIEWERS,
    "review_next": REVIEWERS,
    "review_undo": REVIEWERS,
    "review_item": REVIEWERS,
    "review_decide": REVIEWERS,
    "review_find": REVIEWERS,
    "review_returned": REVIEWERS,
    "review_leave": REVIEWERS,
    "review_give_back": REVIEWERS,
    "learning": {"team_leader"},
    "post": READERS,
    "bulk": READERS,
    "private_items": {"team_leader", "information_governance"},
    "item": READERS,
    "accept": READERS,
    "not_ours": READERS,
    "act": READERS,
    "filed_pdf": READERS,
    "page_picture": READERS,
    "search": READERS,
    "customers": CUSTOMERS,
    "customer": CUSTOMERS,
    "customer_change": CUSTOMERS,
    "tell_services": CUSTOMERS,
    "merge_records": {"team_leader", "information_governance"},
    "unmerge": {"team_leader", "information_governance"},
}
TO_ANYBODY = {
    "home",
    "sign_in",
    "oidc_authentication_init",
    "oidc_authentication_callback",
    "code",
    "sign_out",
    "second_factor",
    "healthz",
    "readyz",
    "metrics",
    "reply",
    "choose",
    "confirm_email",
    "take_back",
    "public_letter",
}
SAMPLES = {"correction": "1", "key": "100200", "other": "100300", "merge": "1", "code": "AB34K79X2Q", "token": "x"}
