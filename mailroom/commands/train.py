"""`mailroom train`: learn to sort the post from the site's examples."""

from __future__ import annotations

import argparse
from pathlib import Path

import django

from mailroom.config.environment import read_environment

NAME = "train"
HELP = "Train the text model from classifiers/examples/ and write it with its model card. Takes a minute or two."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """--site, --output."""
    parser.add_argument("--site", type=Path, help="default: MAILROOM_SITE")
    parser.add_argument("--output", type=Path, help="default: model/ in the data folder")


def run(args: argparse.Namespace) -> int:
    """Train, and say how good it is on what it had not seen."""
    django.setup()
    from mailroom.commands.progress import counting
    from mailroom.wiring.accepted_examples import accepted_examples
    from mailroom.wiring.training import train_site

    environment = read_environment()
    output = args.output or environment.data / "model"
    site = args.site or environment.site
    output.mkdir(parents=True, exist_ok=True)  # a place that cannot be written is said before a minute of training
    taught = accepted_examples(site)
    with counting("Learning"):
        report = train_site(site, output, taught)
    print(f"{len(taught)} examples come from decisions at the review desk that a leader accepted.")
    print(f"{report.examples} examples; first choice right on {report.top1:.1%} of {report.calibrated_on} unseen.")
    for share, precision, threshold in report.coverage[4:]:
        print(f"  surest {share:.0%}: {precision:.1%} right (from probability {threshold:.2f})")
    print(f"Model and model card: {output}")
    return 0
