"""`mailroom <command>`: finds the command's module and runs it."""

from __future__ import annotations

import argparse
import importlib
import os
import pkgutil
import sys
from pathlib import Path
from types import ModuleType

from django.db.utils import DatabaseError

from mailroom import __version__, commands
from mailroom.errors import MailroomError
from mailroom.gateways.unusable_database import why_unusable

_EXIT_CODES = (
    "Exit codes: 0 all is well; 1 something needs a person, and it was printed; 2 called wrongly, or the site or the "
    "machine is not as it must be, and the message says what to do."
)
_LOOK_AT_THE_DATABASE = (
    "Look at MAILROOM_DATABASE_URL or, for SQLite, at the data folder (MAILROOM_DATA), and run the command again; "
    "a damaged one comes back with `mailroom restore`."
)


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns its exit code. 2 means it was called wrongly or the site is misconfigured."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mailroom.settings")
    parser = argparse.ArgumentParser(prog="mailroom", description="A digital mailroom for councils.")
    parser.add_argument("--version", action="version", version=__version__)
    chosen = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    modules = _modules()
    for module in modules.values():
        own = chosen.add_parser(module.NAME, help=module.HELP, description=module.HELP, epilog=_EXIT_CODES)
        module.add_arguments(own)
    args = parser.parse_args(arguments)
    try:
        code: int = modules[args.command].run(args)
    except MailroomError as problem:
        print(problem, file=sys.stderr)
        return 2
    except OSError as problem:
        lost = problem.filename2 or problem.filename
        if not isinstance(lost, (str, os.PathLike)) or not _is_of_a_path_given(Path(lost), args):
            raise
        print(f"{lost}: {problem.strerror}. Check the path, and who may use it.", file=sys.stderr)
        return 2
    except DatabaseError as problem:
        reason = why_unusable(problem)
        if not reason:
            raise
        print(f"The database cannot be used: {reason}. {_LOOK_AT_THE_DATABASE}", file=sys.stderr)
        return 2
    return code


def _is_of_a_path_given(lost: Path, args: argparse.Namespace) -> bool:
    """Whether the file that could not be used was named on the command line, or lies above, in or beside one that was:
    what must not be seen half-written is written beside its place first.
    """
    values = (value if isinstance(value, list | tuple) else (value,) for value in vars(args).values())
    given = [value for several in values for value in several if isinstance(value, (str, Path))]
    if str(lost) in map(str, given):
        return True
    paths = [value for value in given if isinstance(value, Path)]
    return any(lost.is_relative_to(path) or path.is_relative_to(lost) or lost.parent == path.parent for path in paths)


def _modules() -> dict[str, ModuleType]:
    """Every module of commands/, by the name people type."""
    found = [importlib.import_module(f"{commands.__name__}.{m.name}") for m in pkgutil.iter_modules(commands.__path__)]
    return {m.NAME: m for m in found if hasattr(m, "NAME")}


if __name__ == "__main__":
    sys.exit(main())
