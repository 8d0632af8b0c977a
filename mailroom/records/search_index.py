"""The full-text index over items: FTS5 on SQLite, a generated tsvector with a GIN index on PostgreSQL.

Beside the words, every item carries tokens for what a search is narrowed by (service, team, flags, month, private), so
that the index itself leaves out what a person may not see instead of fetching it first. Both are kept in step by the
database: triggers on SQLite, a generated column on PostgreSQL.

PostgreSQL's index knows which words stand in a letter, but not where: for a phrase of common words it would look into
every letter that has them all. A second index holds each pair of words that stand side by side, so that a phrase is
looked for by its pairs; SQLite's index knows the places itself.
"""

from __future__ import annotations

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

LONGEST_TEXT = 200_000
"""Characters of an item that are indexed, about a hundred pages; PostgreSQL takes a megabyte of lexemes at most."""

_SQLITE_SCOPE = (
    "'svc' || replace({row}.service, '_', '') || ' team' || replace({row}.team, '_', '') || "
    "replace(replace({row}.flags, '_', ''), '\"', ' flag') || ' m' || substr(replace({row}.received, '-', ''), 1, 6)"
    " || CASE WHEN {row}.private THEN ' isprivate' ELSE ' isopen' END"
)
_SQLITE_ADD = (
    "INSERT INTO records_item_search(rowid, text, scope) "
    "VALUES ({row}.id, substr({row}.text, 1, " + str(LONGEST_TEXT) + "), " + _SQLITE_SCOPE + ");"
)
_SQLITE_DROP = _SQLITE_ADD.replace(
    "(rowid, text, scope) VALUES (", "(records_item_search, rowid, text, scope) VALUES ('delete', "
)
_SQLITE_TABLE = (
    "CREATE VIRTUAL TABLE IF NOT EXISTS records_item_search USING fts5("
    "text, scope, content='', tokenize='porter unicode61 remove_diacritics 2')"
)
_SQLITE_FILL = (
    "INSERT INTO records_item_search(rowid, text, scope) SELECT i.id, substr(i.text, 1, "
    + str(LONGEST_TEXT)
    + "), "
    + _SQLITE_SCOPE.format(row="i")
    + " FROM records_item i"
)
_INDEXED = "text, service, team, flags, private, received"

# English word stems, but no stop words ("after" is a word people look for), and accents as if they were not there. What
# needs the `unaccent` of PostgreSQL's contrib package is left out where that is not installed.
_POSTGRES_WORDS = """
DO $$ BEGIN
    IF EXISTS (SELECT 1 FROM pg_ts_config WHERE cfgname = 'mailroom_words') THEN RETURN; END IF;
    CREATE TEXT SEARCH DICTIONARY mailroom_stem (TEMPLATE = snowball, LANGUAGE = english);
    CREATE TEXT SEARCH CONFIGURATION mailroom_words (COPY = simple);
    ALTER TEXT SEARCH CONFIGURATION mailroom_words
        ALTER MAPPING FOR asciiword, asciihword, hword_asciipart, word, hword, hword_part WITH mailroom_stem;
    IF EXISTS (SELECT 1 FROM pg_available_extensions WHERE name = 'unaccent') THEN
        CREATE EXTENSION IF NOT EXISTS unaccent;
        ALTER TEXT SEARCH CONFIGURATION mailroom_words
            ALTER MAPPING FOR word, hword, hword_part WITH unaccent, mailroom_stem;
    END IF;
END $$"""
_POSTGRES_COLUMN = f"""
ALTER TABLE records_item ADD COLUMN IF NOT EXISTS search tsvector GENERATED ALWAYS AS (
    to_tsvector('mailroom_words'::regconfig, left(text, {LONGEST_TEXT})) ||
    to_tsvector('simple'::regconfig,
        'svc' || replace(service, '_', '') || ' team' || replace(team, '_', '') ||
        replace(replace(flags::text, '_', ''), '"', ' flag') ||
        ' m' || (extract(year FROM received)::int * 100 + extract(month FROM received)::int)::text ||
        CASE WHEN private THEN ' isprivate' ELSE ' isopen' END)
) STORED"""
_POSTGRES_INDEX = "CREATE INDEX IF NOT EXISTS records_item_search ON records_item USING gin (search)"

# A number for each pair of neighbours; that two pairs share a number is rare and does no harm, since what is found by
# pairs is looked at whole. It is costly to work out, which PostgreSQL must know, or it would do so for every letter.
_POSTGRES_PAIRS = """
CREATE OR REPLACE FUNCTION mailroom_pairs(words tsvector) RETURNS int[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 10000 AS $$
    WITH placed AS (SELECT lexeme, place FROM unnest(words) AS one(lexeme, places, weights), unnest(places) AS place)
    SELECT coalesce(array_agg(DISTINCT hashtext(before.lexeme || ' ' || after.lexeme)), '{}')
    FROM placed AS before JOIN placed AS after ON after.place = before.place + 1
$$"""
_POSTGRES_PAIRS_INDEX = (
    "CREATE INDEX IF NOT EXISTS records_item_pairs ON records_item USING gin (mailroom_pairs(search))"
)


def create(connection: BaseDatabaseWrapper) -> None:
    """Make the index and fill it with what is on record."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_POSTGRES_WORDS)
            cursor.execute(_POSTGRES_COLUMN)
            cursor.execute(_POSTGRES_INDEX)
            cursor.execute(_POSTGRES_PAIRS)
            cursor.execute(_POSTGRES_PAIRS_INDEX)
        else:
            cursor.execute(_SQLITE_TABLE)
            cursor.execute(_SQLITE_FILL)
            _keep_in_step(cursor)


def add_pairs(connection: BaseDatabaseWrapper) -> None:
    """The index of neighbouring words, on PostgreSQL, where an older release had none."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(_POSTGRES_PAIRS)
            cursor.execute(_POSTGRES_PAIRS_INDEX)
            # Until it is known how common each pair is, the index would be passed over.
            cursor.execute("ANALYZE records_item")


def drop_pairs(connection: BaseDatabaseWrapper) -> None:
    """Take that index away."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("DROP INDEX IF EXISTS records_item_pairs")
            cursor.execute("DROP FUNCTION IF EXISTS mailroom_pairs(tsvector)")


def make_again(connection: BaseDatabaseWrapper) -> None:
    """Index every item anew on PostgreSQL, where an older release looked at words otherwise."""
    if connection.vendor == "postgresql":
        drop(connection)
        create(connection)


def keep_in_step(connection: BaseDatabaseWrapper) -> None:
    """Make sure of the triggers: a later migration that copies the table on SQLite drops them silently."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM sqlite_master WHERE name = 'records_item_search'")
            if cursor.fetchone()[0]:
                _keep_in_step(cursor)


def drop(connection: BaseDatabaseWrapper) -> None:
    """Take the index away."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("ALTER TABLE records_item DROP COLUMN IF EXISTS search")
            cursor.execute("DROP FUNCTION IF EXISTS mailroom_pairs(tsvector)")
            return
        for when in ("insert", "update", "delete"):
            cursor.execute(f"DROP TRIGGER IF EXISTS records_item_search_{when}")
        cursor.execute("DROP TABLE IF EXISTS records_item_search")


def _keep_in_step(cursor: Any) -> None:
    added, dropped = _SQLITE_ADD.format(row="new"), _SQLITE_DROP.format(row="old")
    for when, event, work in (
        ("insert", "INSERT", added),
        ("update", f"UPDATE OF {_INDEXED}", dropped + added),
        ("delete", "DELETE", dropped),
    ):
        cursor.execute(
            f"CREATE TRIGGER IF NOT EXISTS records_item_search_{when} AFTER {event} ON records_item BEGIN {work} END"
        )
