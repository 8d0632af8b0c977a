"""`mailroom api-key make|list|revoke|reply-to|callback`: which systems may hand letters in, and with which keys."""

from __future__ import annotations

import argparse
import getpass
import sys

import django

NAME = "api-key"
HELP = "Make, list or revoke the API keys of systems that hand letters in."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """make NAME --system SYSTEM ...; list; revoke ID; reply-to ADDRESS; callback URL."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    making = actions.add_parser("make", help="make a key; it is shown once")
    making.add_argument("name", help="what the key is for, e.g. live-2026")
    making.add_argument("--system", required=True, help="the system that will use it; made if it is not there yet")
    making.add_argument("--service", help="the council service a new system works for, a code of classifiers/services")
    making.add_argument("--class", dest="classes", action="append", default=[], metavar="CODE",
                        help="a document class it may send; without, every class of its service")  # fmt: skip
    making.add_argument("--precompiled", default="", metavar="CODE", help="the class of the finished PDFs it sends")
    making.add_argument("--type", default="normal", choices=("normal", "team", "test"), help="what may be sent")
    actions.add_parser("list", help="every key, without its secret")
    revoking = actions.add_parser("revoke", help="stop answering a key")
    revoking.add_argument("id", type=int, help="the key's number")
    replying = actions.add_parser("reply-to", help="add an address that answers to emails may go to; prints its id")
    replying.add_argument("address", help="where answers go")
    replying.add_argument("--system", required=True, help="whose letters")
    calling = actions.add_parser("callback", help="tell a system what became of its post; prints the bearer token")
    calling.add_argument("url", help="what is told of each letter")
    calling.add_argument("--system", required=True, help="whose letters")
    calling.add_argument("--about", default="status", choices=("status", "returned"), help="of what")


def run(args: argparse.Namespace) -> int:
    """0; 2 when something named is not there."""
    django.setup()
    from mailroom.wiring.data import prepare_database

    prepare_database()
    actions = {"make": _make, "list": _list, "revoke": _revoke, "reply-to": _reply_to, "callback": _callback}
    return actions[args.action](args)


def _make(args: argparse.Namespace) -> int:
    from mailroom.api.keys import make_key, make_service, service_named
    from mailroom.config.environment import read_environment
    from mailroom.config.site import load_site
    from mailroom.records.models import KeyKind
    from mailroom.wiring.api import api_seal

    actor = _actor()
    if args.service:
        kinds = load_site().document_classes.document_class
        classes = args.classes or [k.code for k in kinds if k.service == args.service]
        strange = {*args.classes, args.precompiled} - {k.code for k in kinds} - {""}
        if strange or not classes:
            wrong = f"no such document class: {', '.join(sorted(strange))}" if strange else "no class of that service"
            print(f"{wrong}. config/document_classes.toml has them; name them with --class.", file=sys.stderr)
            return 2
        service = make_service(args.system, args.service, classes, args.precompiled, actor)
    else:
        service = service_named(args.system)
    print(make_key(service, args.name, KeyKind(args.type), api_seal(read_environment().secret_key).seal, actor))
    return 0


def _list(args: argparse.Namespace) -> int:
    from mailroom.api.keys import keys

    for key in keys():
        state = f"revoked {key.revoked_at:%d/%m/%Y}" if key.revoked_at else "in use"
        print(f"{key.pk:>4}  {key.service.name:24} {key.name:24} {key.kind:7} {key.service.service:20} {state}")
    return 0


def _revoke(args: argparse.Namespace) -> int:
    from mailroom.api.keys import revoke

    key = revoke(args.id, _actor())
    print(f"The key '{key.name}' of {key.service.name} is revoked.")
    return 0


def _reply_to(args: argparse.Namespace) -> int:
    from mailroom.api.keys import add_reply_to, service_named
    from mailroom.values.email_address import is_email_address

    if not is_email_address(args.address):
        print("This is not an email address.", file=sys.stderr)
        return 2
    print(add_reply_to(service_named(args.system), args.address, _actor()))
    return 0


def _callback(args: argparse.Namespace) -> int:
    from mailroom.api.callbacks import set_callback
    from mailroom.api.keys import service_named
    from mailroom.config.environment import read_environment
    from mailroom.wiring.api import api_seal

    seal = api_seal(read_environment().secret_key).seal
    print(set_callback(seal, service_named(args.system), args.about, args.url, _actor()))
    return 0


def _actor() -> str:
    return f"command:{getpass.getuser()}"
