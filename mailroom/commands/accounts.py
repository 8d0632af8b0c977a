"""`mailroom accounts add NAME --role ROLE` makes an account; `mailroom accounts demo` makes one of each role."""

from __future__ import annotations

import argparse
import getpass
import secrets
import sys

import django

NAME = "accounts"
HELP = "Make an account for the web pages, or one of each role for a demo."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """add NAME --role ROLE [--service CODE ...]; demo."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    adding = actions.add_parser("add", help="make one account; asks for its password")
    adding.add_argument("name", help="what the person signs in with")
    adding.add_argument("--role", default="administrator", help="a role of config/roles.toml")
    adding.add_argument("--service", action="append", default=[], metavar="CODE", help="a service it works for")
    actions.add_parser("demo", help="one account of each role, all services, one password made anew and printed")


def run(args: argparse.Namespace) -> int:
    """0; 2 when the role, a service or the password will not do."""
    django.setup()
    from mailroom.wiring.data import prepare_database

    prepare_database()
    return _demo() if args.action == "demo" else _add(args)


def _add(args: argparse.Namespace) -> int:
    from django.contrib.auth.password_validation import validate_password
    from django.core.exceptions import ValidationError

    from mailroom.records.accounts import make_account

    password = getpass.getpass("Password: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    try:
        validate_password(password)
    except ValidationError as why:
        print(" ".join(why.messages), file=sys.stderr)
        return 2
    wrong = _unknown(args.role, args.service)
    if wrong:
        print(wrong, file=sys.stderr)
        return 2
    make_account(args.name, password, args.role, args.service)
    print(f"{args.name} can sign in.")
    return 0


def _demo() -> int:
    from django.conf import settings

    from mailroom.config.services import load_services
    from mailroom.records.accounts import make_account

    password = secrets.token_urlsafe(12)
    codes = load_services(settings.ENVIRONMENT.site / "classifiers").codes
    for role in settings.ROLES.roles:
        make_account(role, password, role, codes)
        print(f"{role:24} {password}")
    return 0


def _unknown(role: str, services: list[str]) -> str:
    from django.conf import settings

    from mailroom.config.services import load_services

    if role not in settings.ROLES.roles:
        return f"{role}: no such role. There are: {', '.join(settings.ROLES.roles)}."
    codes = load_services(settings.ENVIRONMENT.site / "classifiers").codes
    strange = [s for s in services if s not in codes]
    return f"{', '.join(strange)}: no such service. There are: {', '.join(codes)}." if strange else ""
