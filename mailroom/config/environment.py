"""The few settings that come from environment variables: where the data and the site are, and which databases.

| variable | meaning | default |
|---|---|---|
| MAILROOM_DATA | folder of all state: databases, store, spool, model, emails of the demo | ./var |
| MAILROOM_SITE | folder holding classifiers/ templates/ config/ | the shipped example, Wexmere District Council |
| MAILROOM_DATABASE_URL | the records' database, e.g. postgres://user@host/mailroom | SQLite in the data folder |
| MAILROOM_ENGINE_URL | the engine's database, e.g. postgresql://user@host/mailroom_engine | SQLite in the data folder |
| MAILROOM_SECRET_KEY | signs sessions and links; keep it the same on every machine | made once, in the data folder |
| MAILROOM_HOSTS | host names the web pages answer to, comma-separated | localhost,127.0.0.1 |
| MAILROOM_PUBLIC_URL | how people reach the web pages; used in emails | http://127.0.0.1:8000 |
| MAILROOM_OIDC_SECRET | the client secret of single sign-on (config/roles.toml) | none |
| MAILROOM_LOGS | json writes one JSON object a line, with request and item; plain for people | plain |
| MAILROOM_DEBUG | 1 shows tracebacks in the browser; never on a live machine | 0 |
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from mailroom.errors import Misconfigured

PACKAGE = Path(__file__).resolve().parent.parent
_DATABASES = ("sqlite", "postgres", "postgresql")
"""What the tests run on."""


@dataclass(frozen=True)
class Environment:
    """Everything read from environment variables; all folders are absolute."""

    data: Path
    site: Path
    database_url: str
    engine_url: str
    secret_key: str
    hosts: tuple[str, ...]
    public_url: str
    debug: bool
    oidc_secret: str = ""
    json_logs: bool = False

    @property
    def model(self) -> Path:
        """Where `mailroom train` puts the text model."""
        return self.data / "model"


def example_site() -> Path:
    """The shipped example council: beside the package in a checkout, inside it in a wheel."""
    packed = PACKAGE / "site"
    return packed if packed.is_dir() else PACKAGE.parent


def read_environment(variables: Mapping[str, str] = os.environ) -> Environment:
    """Read the variables; makes the data folder and its secret key if they are not there yet.

    Raises:
        Misconfigured: a folder cannot be used, or a database is of a kind Mailroom does not work on.
    """
    data = Path(variables.get("MAILROOM_DATA", "var")).resolve()
    site = variables.get("MAILROOM_SITE")
    if site and not Path(site).is_dir():
        raise Misconfigured(f"MAILROOM_SITE: {site} is no folder. Name the folder that `mailroom init` made.")
    return Environment(
        data=data,
        site=Path(site).resolve() if site else example_site(),
        database_url=_database(variables, "MAILROOM_DATABASE_URL", f"sqlite:///{data}/records.sqlite3"),
        engine_url=_database(variables, "MAILROOM_ENGINE_URL", f"sqlite:///{data}/engine.sqlite3"),
        secret_key=variables.get("MAILROOM_SECRET_KEY") or _kept_secret(data),
        hosts=tuple(h.strip() for h in variables.get("MAILROOM_HOSTS", "localhost,127.0.0.1").split(",")),
        public_url=variables.get("MAILROOM_PUBLIC_URL", "http://127.0.0.1:8000").rstrip("/"),
        debug=variables.get("MAILROOM_DEBUG", "0") == "1",
        json_logs=variables.get("MAILROOM_LOGS", "plain") == "json",
        oidc_secret=variables.get("MAILROOM_OIDC_SECRET", ""),
    )


def _database(variables: Mapping[str, str], name: str, ours: str) -> str:
    """The address as it was given, which may hold a password and is shown to nobody."""
    url = variables.get(name, ours)
    if url.partition("://")[0] not in _DATABASES:
        raise Misconfigured(
            f"{name} is no address of a database that Mailroom works on. "
            "Write postgresql://user@host/name, or leave it out for SQLite in the data folder."
        )
    return url


def _kept_secret(data: Path) -> str:
    """The data folder's secret key, made on first use and readable by its owner only."""
    path = data / "secret_key"
    try:
        data.mkdir(parents=True, exist_ok=True)
        return _secret_at(path)
    except OSError as problem:
        raise Misconfigured(
            f"MAILROOM_DATA: {data} cannot be the data folder ({problem.strerror}). Name a folder that can be written."
        ) from problem


def _secret_at(path: Path) -> str:
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii")
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(50))
    return path.read_text(encoding="ascii")
