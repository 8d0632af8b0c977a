"""Five years of a made-up council's post as real rows, made by PostgreSQL itself.

Indexes and foreign keys are taken off before and put back after (foreign keys without looking at every row again: each
is right by the way it is made). Draws come from a hash of the row's number, so that every run makes the same rows.
"""

from __future__ import annotations

import datetime as dt
import json
import time
from collections.abc import Mapping

from django.apps import apps
from django.db import connection, models

from mailroom.values.working_days import is_working_day

SERVICES = (
    "council_tax", "benefits", "rents", "housing_repairs", "parking", "planning", "housing_needs", "waste", "elections",
    "licensing", "business_rates", "environmental_health", "information_governance", "building_control", "asb", "legal",
    "accounts_payable", "leisure", "customer_feedback", "hr",
)  # fmt: skip
SHARES = (22, 14, 8, 8, 7, 6, 5, 5, 4, 4, 3, 3, 2, 2, 2, 1, 1, 1, 1, 1)
"""Of the post, in per cent."""

A_BATCH = 50
"""Items of one scan run."""

PEOPLE = 200_000
FILLED = ("batch", "item", "event", "handling", "delivery", "printrun", "mailpiece", "mailing", "letter", "replycode")
SEASON = {1: 1.0, 2: 1.1, 3: 1.3, 4: 1.15, 8: 0.9, 12: 0.8}


def fill(rows: int, last: dt.date, years: float = 5) -> None:
    """So many items over so many years up to `last`, and half as many letters."""
    if connection.vendor != "postgresql":
        raise SystemExit("Only PostgreSQL can make millions of rows by itself; SQLite is filled with --blocks.")
    put_back = _take_off()
    _days(rows, last, years)
    for name, how in (
        ("batch", _batches), ("item", _items), ("event", _events), ("handling", _promises), ("delivery", _deliveries),
        ("mailing", _mailings), ("printrun", _runs), ("letter", _letters), ("mailpiece", _pieces),
        ("replycode", _prompts),
    ):  # fmt: skip
        _timed(f"rows of {name}", how)
    for sql in put_back:
        _timed(sql.split(" USING ")[0][:110], sql)
    for name in FILLED:
        table = _table(name)
        _run(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))", name)
    _run("DROP TABLE bench_day")
    _timed("statistics", "VACUUM ANALYZE")


def _timed(what: str, sql: str) -> None:
    start = time.monotonic()
    _run(sql)
    if time.monotonic() - start > 1:
        print(f"  {what}: {time.monotonic() - start:.0f} s", flush=True)


def _run(sql: str, name: str = "") -> None:
    if name == "replycode":
        return  # its key is no number
    with connection.cursor() as cursor:
        cursor.execute(sql)


def _table(name: str) -> str:
    return apps.get_model("records", name)._meta.db_table


def _take_off() -> list[str]:
    """Drop what slows filling; returns the statements that put it back."""
    tables = ", ".join(f"'{_table(name)}'" for name in FILLED)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid), contype FROM pg_constraint"
            f" WHERE (contype = 'u' AND conrelid::regclass::text IN ({tables})) OR (contype = 'f'"
            f" AND (conrelid::regclass::text IN ({tables}) OR confrelid::regclass::text IN ({tables})))"
        )
        constraints = cursor.fetchall()
        for table, name, _, _ in constraints:
            cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
        cursor.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'"
            f" AND tablename IN ({tables}) AND indexname NOT LIKE '%\\_pkey'"
        )
        indexes = cursor.fetchall()
        for name, _ in indexes:
            cursor.execute(f'DROP INDEX "{name}"')
        for name in FILLED:
            cursor.execute(f"TRUNCATE {_table(name)}")
    unique = [f'ALTER TABLE {t} ADD CONSTRAINT "{n}" {made}' for t, n, made, kind in constraints if kind == "u"]
    keys = [f'ALTER TABLE {t} ADD CONSTRAINT "{n}" {made} NOT VALID' for t, n, made, kind in constraints if kind == "f"]
    return [*(made for _, made in indexes), *unique, *keys]


def _days(rows: int, last: dt.date, years: float) -> None:
    """bench_day: each working day, its number, how many items came, and how many had come before it."""
    first = last - dt.timedelta(days=round(365.25 * years) - 1)
    days = [first + dt.timedelta(days=n) for n in range((last - first).days + 1)]
    days = [day for day in days if is_working_day(day)]
    weights = [SEASON.get(day.month, 1.0) * (1.2 if day.weekday() == 0 else 1.0) for day in days]
    values, before, batches = [], 0, 0
    for n, (day, weight) in enumerate(zip(days, weights, strict=True), start=1):
        items = round(rows * weight / sum(weights)) if n < len(days) else max(1, rows - before)
        gone = min(0.3, max(0, n - 0.6 * len(days)) / len(days))
        values.append(f"({n}, '{day}', {items}, {before}, {batches}, {gone:.4f})")
        before, batches = before + items, batches + -(-items // A_BATCH)
    _run("DROP TABLE IF EXISTS bench_day")
    _run(
        "CREATE TABLE bench_day (n int PRIMARY KEY, day date, items int, before bigint, batches bigint, gone float);"
        f" INSERT INTO bench_day VALUES {', '.join(values)}; ANALYZE bench_day"
    )


def _insert(name: str, given: Mapping[str, str], source: str) -> str:
    """INSERT … SELECT: columns not given get the model's own defaults, nullable ones nothing."""
    model: type[models.Model] = apps.get_model("records", name)
    blank, columns = model(), dict(given)
    for field in model._meta.concrete_fields:
        if field.column in columns or field.null or (field.primary_key and isinstance(field, models.AutoField)):
            continue
        columns[field.column] = _default(field, getattr(blank, field.attname))
    names = ", ".join(f'"{column}"' for column in columns)
    return f"INSERT INTO {model._meta.db_table} ({names}) SELECT {', '.join(columns.values())} FROM {source}"


def _default(field: models.Field[object, object], value: object) -> str:
    if isinstance(field, models.JSONField):
        return f"'{json.dumps(value)}'::jsonb"
    if isinstance(value, bool | int | float):
        return str(value)
    return "'" + str(value or "").replace("'", "''") + "'"


def _draw(key: str, which: int) -> str:
    """A number from 0 to 1 that depends on the row's number only."""
    return f"((hashint8extended({key}, {which}) & 1048575) / 1048576.0)"


def _at(day: str, hour: int) -> str:
    return f"({day} + interval '{hour} hours')::timestamp AT TIME ZONE 'Europe/London'"


DAYS = "(SELECT array_agg(day ORDER BY n) FROM bench_day)"
_NAMES = ", ".join(f"'{name}'" for name, share in zip(SERVICES, SHARES, strict=True) for _ in range(share))
HUNDRED = f"(ARRAY[{_NAMES}])"


def _service(draw: str) -> str:
    return f"{HUNDRED}[1 + floor(100 * {draw})::int]"


def _after(n: str, count: str) -> str:
    """The working day so many after the n-th; nothing when that lies beyond the last."""
    return f"({DAYS})[{n} + {count}]"


_batches = _insert(
    "batch",
    {
        "id": "d.batches + b", "original": "lpad((d.batches + b)::text, 64, '0')", "filename": "'scan.pdf'",
        "source": "CASE WHEN b % 4 = 0 THEN 'mailbox' ELSE 'scanner-' || (1 + b % 3) END", "received": "d.day",
        "status": "'cut'", "duplex": "b % 4 <> 0", "taken_at": _at("d.day", 8), "cut_at": _at("d.day", 9),
        "page_count": str(2 * A_BATCH), "policy": "'auto'", "received_from": "'scan_day'",
    },
    f"bench_day d, LATERAL generate_series(1, (d.items + {A_BATCH} - 1) / {A_BATCH}) b",
)  # fmt: skip

_LIMIT = (
    "CASE WHEN s.service = 'information_governance' THEN 20 WHEN s.complaint THEN 10 WHEN s.emailed THEN 5 ELSE 10 END"
)
_DRAWN = f"""bench_day d, LATERAL generate_series(1, d.items) p,
 LATERAL (SELECT d.before + p AS id, {_draw("(d.before + p)", 1)} AS a, {_draw("(d.before + p)", 2)} AS b,
  {_draw("(d.before + p)", 3)} AS c, {_draw("(d.before + p)", 4)} AS e, {_draw("(d.before + p)", 5)} AS f OFFSET 0) r,
 LATERAL (SELECT {_service("r.a")} AS service, r.b < 0.05 AS complaint, ((p - 1) / {A_BATCH} + 1) % 4 = 0 AS emailed,
  r.c < 0.24 AS asked OFFSET 0) s,
 LATERAL (SELECT {_LIMIT} AS days OFFSET 0) lim,
 LATERAL (SELECT greatest(CASE WHEN s.asked THEN 2 ELSE 1 END,
  least(60, floor(lim.days * (0.15 + 1.1 * r.e * r.e + 0.25 * r.f)
   * CASE WHEN s.service IN ('planning', 'housing_repairs') THEN 1.3 ELSE 1 END)))::int AS days OFFSET 0) took"""
_DONE = _after("d.n", "took.days")

_items = _insert(
    "item",
    {
        "id": "r.id", "batch_id": f"d.batches + (p - 1) / {A_BATCH} + 1", "position": f"(p - 1) % {A_BATCH} + 1",
        "status": f"CASE WHEN {_DONE} IS NULL THEN 'seen' ELSE 'answered' END", "first_page": "1",
        "last_page": "1 + floor(4 * r.f * r.f)::int", "received": "d.day", "cut_at": _at("d.day", 9),
        "routed_at": _at(_after("d.n", "CASE WHEN s.asked THEN 1 ELSE 0 END"), 14),
        "seen_at": _at(_after("d.n", "(CASE WHEN s.asked THEN 2 ELSE 1 END)"), 10),
        "answered_at": _at(_DONE, 15), "service": "s.service", "team": "s.service", "probability": "0.9",
        "doc_type": "CASE WHEN r.b > 0.88 THEN 'evidence' WHEN r.b > 0.6 THEN 'form' ELSE 'letter' END",
        "due": f"coalesce({_after('d.n', 'lim.days')}, d.day + lim.days * 7 / 5)",
        "flags": "CASE WHEN s.service = 'information_governance' THEN '[\"foi_request\"]'::jsonb"
        " WHEN s.complaint THEN '[\"complaint\"]'::jsonb ELSE '[]'::jsonb END",
        "decision": "jsonb_build_object('classification', jsonb_build_object('service',"
        " CASE WHEN NOT s.asked AND r.f < 0.025 THEN 'rents' ELSE s.service END))",
        "decided_by": "'line'",
        "chases_id": "CASE WHEN r.e > 0.96 AND d.n > 20 THEN r.id - 8 * d.items - floor(d.items * r.f)::bigint END",
    },
    _DRAWN,
)  # fmt: skip

_events = f"""INSERT INTO records_event (at, kind, subject, subject_key, actor, details)
SELECT {_at("i.received", 10)}, 'item.to_review', 'item', i.id::text, 'line', '{{}}'::jsonb
 FROM records_item i WHERE {_draw("i.id", 3)} < 0.24
UNION ALL
SELECT {_at("i.due", 12)}, 'item.holding_reply', 'item', i.id::text, 'sample',
 jsonb_build_object('promised', (i.due + 11)::text)
 FROM records_item i WHERE i.answered_at > {_at("i.due", 24)} AND {_draw("i.id", 6)} < 0.4"""

_promises = _insert(
    "handling",
    {"item_id": "e.subject_key::bigint", "promised": "(e.details->>'promised')::date"},
    "records_event e WHERE e.kind = 'item.holding_reply'",
)

_deliveries = _insert(
    "delivery",
    {
        "item_id": "i.id", "sequence": "t", "inbox": "'team@council.example'", "status": "'sent'",
        "team": "CASE WHEN t = 1 THEN 'contact_centre' ELSE i.team END", "message_id": "i.id || '.' || t",
        "created_at": _at("i.received", 14), "sent_at": _at("i.received", 14),
    },
    f"records_item i, generate_series(1, 2) t WHERE {_draw('i.id', 7)} < 0.03",
)  # fmt: skip

_CLASS = "CASE WHEN k % 4 = 0 THEN 'reminder' WHEN k % 4 = 1 THEN 'bill' ELSE 'general_letter' END"
_mailings = _insert(
    "mailing",
    {
        "id": "(d.n - 1) * 40 + k", "key": "gen_random_uuid()", "status": "'done'", "document_class": _CLASS,
        "service": f"(ARRAY[{', '.join(repr(name) for name in SERVICES)}])[1 + (k - 1) / 2]", "title": "'sample'",
        "source": "'spreadsheet'", "submitted_by": "'sample'", "submitted_at": _at("d.day", 9),
    },
    "bench_day d, LATERAL generate_series(1, 40) k",
)  # fmt: skip

_runs = _insert(
    "printrun",
    {"id": "d.n", "cut_off": _at("d.day", 15), "status": "'posted'", "built_by": "'sample'"},
    "bench_day d",
)

_WHY = "least(9, floor(10 * r.c))::int"
_letters = _insert(
    "letter",
    {
        "id": "r.id", "key": "gen_random_uuid()", "mailing_id": "(d.n - 1) * 40 + s.k", "position": "p",
        "customer_id": f"'S' || lpad((floor({PEOPLE} * r.f))::int::text, 6, '0')",
        "postcode": "'WX' || 1 + floor(9 * r.f)::int || ' ' || 1 + floor(90 * r.f)::int % 9 || 'AB'",
        "status": "CASE s.how WHEN 'email' THEN 'delivered' WHEN 'withheld' THEN 'withheld' WHEN 'cancelled' THEN"
        " 'cancelled' ELSE 'posted' END",
        "channel": "CASE s.how WHEN 'email' THEN 'email' WHEN 'print' THEN 'print' ELSE 'withheld' END",
        "rule": "CASE s.how WHEN 'email' THEN 'consent' WHEN 'withheld' THEN 'gone_away' WHEN 'cancelled' THEN '' ELSE"
        " (ARRAY['no_consent','no_consent','no_consent','no_consent','no_consent','no_consent','law',"
        f"'unverified_address','vulnerable','format'])[1 + {_WHY}] END",
        "facts": "CASE WHEN r.c < 0.2 THEN '{\"consents\": [{\"choice\": \"post\"}], \"mailboxes\": []}'::jsonb"
        " WHEN r.c < 0.4 THEN '{\"consents\": [], \"mailboxes\": [{\"verified\": false}]}'::jsonb"
        " ELSE '{\"consents\": [], \"mailboxes\": []}'::jsonb END",
        "page_count": "1 + floor(3 * r.b)::int", "decided_at": _at("d.day", 10), "created_at": _at("d.day", 9),
        "sent_at": f"CASE WHEN s.how IN ('email', 'print') THEN {_at('d.day', 17)} END",
        "print_run_id": "CASE WHEN s.how = 'print' THEN d.n END",
        "mailpiece_id": "CASE WHEN s.how = 'print' THEN r.bearer END",
    },
    f"""bench_day d, LATERAL generate_series(1, d.items / 2) p,
 LATERAL (SELECT d.before + p AS id, d.before + p - (p % 25 = 0)::int AS bearer OFFSET 0) x,
 LATERAL (SELECT x.id, x.bearer, {_draw('x.bearer', 11)} AS a, {_draw('x.id', 12)} AS b, {_draw('x.id', 13)} AS c,
  {_draw('x.id', 14)} AS f OFFSET 0) r,
 LATERAL (SELECT 2 * (array_position(ARRAY[{', '.join(repr(name) for name in SERVICES)}],
   {_service(_draw('x.id', 15))}) - 1) + 1 + (r.b < 0.5)::int AS k,
  CASE WHEN r.a < d.gone THEN 'email' WHEN r.a < d.gone + 0.012 THEN 'withheld' WHEN r.a > 0.994 THEN 'cancelled'
   ELSE 'print' END AS how OFFSET 0) s""",
)  # fmt: skip

_pieces = _insert(
    "mailpiece",
    {
        "id": "l.mailpiece_id", "run_id": "l.print_run_id", "number": "l.id - d.before", "file": "'dl.pdf'",
        "first_sheet": "1", "sheets": "(l.page_count + 1) / 2", "pages": "l.page_count", "envelope": "'DL'",
        "stock": "'white-90'", "weight_grams": "10",
        "postage": f"CASE WHEN {_draw('l.id', 16)} < 0.1 THEN 'economy' ELSE 'second' END",
        "cost_pence": f"CASE WHEN {_draw('l.id', 16)} < 0.1 THEN 64 ELSE 73 END",
    },
    "records_letter l JOIN bench_day d ON d.n = l.print_run_id WHERE l.mailpiece_id = l.id",
)  # fmt: skip

_prompts = _insert(
    "replycode",
    {
        "code": "lpad(l.id::text, 10, '0')", "letter_id": "l.id", "created_at": "l.created_at",
        "opened_at": f"CASE WHEN {_draw('l.id', 17)} < 0.11 THEN l.sent_at + interval '3 days' END",
        "used_at": f"CASE WHEN {_draw('l.id', 17)} < 0.06 THEN l.sent_at + interval '3 days' END",
    },
    f"records_letter l WHERE l.status = 'posted' AND {_draw('l.id', 18)} < 0.02",
)  # fmt: skip
