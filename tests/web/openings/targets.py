"""The managers' desk, and checking the random sample."""

from __future__ import annotations

MANAGERS = {"manager", "team_leader", "administrator"}

OPEN_TO = {
    "figures": MANAGERS,
    "figures_rows": MANAGERS,
    "figures_part": MANAGERS,
    "figures_download": MANAGERS,
    "audit_sample": {"team_member", "team_leader"},
}
SAMPLES = {"figures_part": "levels", "report_format": "csv"}
