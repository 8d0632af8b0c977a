"""`mailroom scan-device add|list|renew|revoke`: devices that hand scans in over the web, and their keys."""

from __future__ import annotations

import argparse
import getpass
import re
import sys

import django

NAME = "scan-device"
HELP = "Add, list or revoke kiosks, branch scanners and multi-function printers that hand scans in over the web."

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """add NAME [--kiosk] [--service CODE]; list; renew NAME; revoke NAME."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    adding = actions.add_parser("add", help="add a device; its key is shown once")
    adding.add_argument("name", help="as the print unit will see it, e.g. harnsea-office")
    adding.add_argument("--kiosk", action="store_true", help="customers scan there themselves, so it is not post")
    adding.add_argument("--service", default="", help="code of the service, if all its scans are for one")
    adding.add_argument(
        "--policy", default="auto", choices=("auto", "sheets", "one_item", "signs"), help="how it is cut"
    )
    adding.add_argument("--duplex", action="store_true", help="it scans both sides")
    actions.add_parser("list", help="every device, without its key")
    for name, what in (("renew", "give it another key"), ("revoke", "take nothing from it any more")):
        changing = actions.add_parser(name, help=what)
        changing.add_argument("name", help="of the device")


def run(args: argparse.Namespace) -> int:
    """0; 2 when something named will not do."""
    django.setup()
    from mailroom.wiring.data import prepare_database

    prepare_database()
    actions = {"add": _add, "list": _list, "renew": _renew, "revoke": _revoke}
    return actions[args.action](args)


def _add(args: argparse.Namespace) -> int:
    from mailroom.api.scan_devices import add_device
    from mailroom.config.site import load_site
    from mailroom.records.models import DeviceKind

    site = load_site()
    kind = DeviceKind.KIOSK if args.kiosk else DeviceKind.OFFICE
    wrong = ""
    if not _NAME.fullmatch(args.name):
        wrong = "A name has small letters, digits, - and _, at most 60."
    elif kind is DeviceKind.OFFICE and site.targets.sources.channel(args.name) != "post":
        wrong = "That name counts as email or web in config/targets.toml. Begin it otherwise, or say --kiosk."
    elif args.service and args.service not in site.services.codes:
        wrong = f"There is no service '{args.service}'. classifiers/services/ has them."
    if wrong:
        print(wrong, file=sys.stderr)
        return 2
    said = {"service": args.service, "policy": args.policy, "duplex": args.duplex}
    print(add_device(args.name, kind, _actor(), **said))
    return 0


def _list(args: argparse.Namespace) -> int:
    from mailroom.api.scan_devices import devices

    for device in devices():
        state = f"revoked {device.revoked_at:%d/%m/%Y}" if device.revoked_at else "in use"
        used = f"last scan {device.last_used_at:%d/%m/%Y %H:%M}" if device.last_used_at else "no scan yet"
        print(f"{device.name:30} {device.kind:7} {device.service:20} {state:20} {used}")
    return 0


def _renew(args: argparse.Namespace) -> int:
    from mailroom.api.scan_devices import renew_key

    print(renew_key(args.name, _actor()))
    return 0


def _revoke(args: argparse.Namespace) -> int:
    from mailroom.api.scan_devices import revoke_device

    revoke_device(args.name, _actor())
    print(f"Nothing more is taken from '{args.name}'.")
    return 0


def _actor() -> str:
    return f"command:{getpass.getuser()}"
