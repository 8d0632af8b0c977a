from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mailroom.outbound.reconciliation import PieceState, Scan, reconcile

RUN = {1: 1, 2: 3}
ALL = [Scan(1, 1), Scan(2, 1), Scan(2, 2), Scan(2, 3)]


def test_a_run_balances_when_every_sheet_was_seen_once() -> None:
    assert reconcile(RUN, {}, ALL).balances


def test_missing_doubled_and_spoiled_pieces_are_named() -> None:
    balance = reconcile(RUN, {}, [Scan(1, 1), Scan(1, 1), Scan(2, 1), Scan(2, 3), Scan(2, 0, spoiled=True)])
    assert balance.wrong == (PieceState(1, doubled=(1,)), PieceState(2, missing=(2,), spoiled=True))
    assert balance.to_reprint == (2,)
    assert not balance.balances


def test_after_a_reprint_only_the_new_sheets_count() -> None:
    scans = [*ALL, Scan(2, 0, spoiled=True)]
    assert reconcile(RUN, {2: 1}, scans).wrong == (PieceState(2, missing=(1, 2, 3)),)
    assert reconcile(RUN, {2: 1}, [*scans, *(Scan(2, n, printing=1) for n in (1, 2, 3))]).balances


def test_sheets_of_another_run_or_beyond_the_last_are_strangers() -> None:
    balance = reconcile(RUN, {}, [*ALL, Scan(9, 1), Scan(2, 4)])
    assert balance.strangers == ((9, 1), (2, 4))
    assert not balance.balances


@given(st.dictionaries(st.integers(1, 30), st.integers(1, 5), min_size=1), st.data())
def test_taking_away_any_one_scan_unbalances_a_run(run: dict[int, int], data: st.DataObject) -> None:
    scans = [Scan(piece, sheet) for piece, sheets in run.items() for sheet in range(1, sheets + 1)]
    assert reconcile(run, {}, scans).balances
    lost = data.draw(st.integers(0, len(scans) - 1))
    assert not reconcile(run, {}, scans[:lost] + scans[lost + 1 :]).balances
    assert not reconcile(run, {}, [*scans, scans[lost]]).balances
