"""The print unit's desk."""

from __future__ import annotations

UNIT = {"print_unit", "administrator"}

OPEN_TO = {
    "today": UNIT,
    "quarantine": UNIT,
    "batch": UNIT,
    "batch_page": UNIT,
    "batch_edit": UNIT,
    "batch_preview": UNIT,
    "sheets": UNIT,
    "upload": UNIT,
    "valuables": UNIT,
    "valuables_csv": UNIT,
    "valuables_log": UNIT,
    "valuables_find": UNIT,
    "valuable": UNIT,
    "print_runs": UNIT,
    "run_build": UNIT,
    "print_run": UNIT,
    "run_act": UNIT,
    "run_output": UNIT,
    "run_scan": UNIT,
}
SAMPLES = {"run": "R000001", "name": "x.pdf", "entry": "1", "number": "1", "width": "240"}
