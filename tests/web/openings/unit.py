"""The print unit's desk."""

from __future__ import annotations

UNIT = {"print_unit", "administrator"}
SENDERS = {"team_member", "team_leader"}

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
    "returns": UNIT,
    "return_undo": UNIT,
    "mailings": SENDERS,
    "mailing_new": SENDERS,
    "mailing_check": SENDERS,
    "mailing_columns": SENDERS,
    "mailing_hand_in": SENDERS,
    "mailing_preview": SENDERS,
    "mailing_preview_pdf": SENDERS,
    "mailing_preview_png": SENDERS,
    "mailing_file_png": SENDERS,
    "mailing_attachment_png": SENDERS,
    "mailing": SENDERS,
    "letter_templates": SENDERS,
    "letter_write": SENDERS,
    "mailing_act": SENDERS,
    "letter": SENDERS,
    "letter_cancel": SENDERS,
    "letter_pdf": SENDERS,
    "letter_png": SENDERS,
}
SAMPLES = {
    "template": "general_letter",
    "mailing": "M000001",
    "letter": "L00000001",
    "place": "1",
    "run": "R000001",
    "name": "x.pdf",
    "entry": "1",
    "number": "1",
    "width": "240",
}
