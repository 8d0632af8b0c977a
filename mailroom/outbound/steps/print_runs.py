"""A print run from claim to close, in the order in which the print unit meets it. Each step has a module of its own."""

from mailroom.outbound.steps.ask_run import ask_again, ask_for_run, build_asked, sweep_runs
from mailroom.outbound.steps.build_run import build_at_cut_off, build_run, unfinished_runs
from mailroom.outbound.steps.close_run import close_run
from mailroom.outbound.steps.keep_run import abandon_run
from mailroom.outbound.steps.print_jobs import files_of, hand_over, look_at_printers, patrol_printers
from mailroom.outbound.steps.reconcile_run import (
    balance_of,
    describe,
    enter_counts,
    find_piece,
    scan_mark,
    scan_tray,
    spoil,
    take_back_scan,
)
from mailroom.outbound.steps.release_run import release_run, resume_run
from mailroom.outbound.steps.reprint import agree_reprint, ask_reprint, reprint, withdraw_reprint

__all__ = [
    "abandon_run",
    "agree_reprint",
    "ask_again",
    "ask_for_run",
    "ask_reprint",
    "balance_of",
    "build_asked",
    "build_at_cut_off",
    "build_run",
    "close_run",
    "describe",
    "enter_counts",
    "files_of",
    "find_piece",
    "hand_over",
    "look_at_printers",
    "patrol_printers",
    "release_run",
    "reprint",
    "resume_run",
    "scan_mark",
    "scan_tray",
    "spoil",
    "sweep_runs",
    "take_back_scan",
    "unfinished_runs",
    "withdraw_reprint",
]
