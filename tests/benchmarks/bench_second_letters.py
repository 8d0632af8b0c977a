"""Linking second letters over many items at once: `python -m tests.benchmarks.bench_second_letters 50000 100000`.

Each number of items is linked in a temporary data folder of its own; all items are synthetic. Printed: processor
seconds, and how many links were made. Three customers write for each ten items, over two years.
"""

from __future__ import annotations

import datetime as dt
import os
import random
import subprocess
import sys
import tempfile
import time

SERVICES = ("council_tax", "waste", "rents", "benefits", "parking", "planning")
FIRST = dt.date(2024, 11, 1)


def main() -> None:
    """One process and folder a size, so that sizes do not help one another."""
    if len(sys.argv) == 3 and sys.argv[1] == "--one":
        _measure(int(sys.argv[2]))
        return
    for size in sys.argv[1:] or ("25000", "50000", "100000"):
        with tempfile.TemporaryDirectory() as folder:
            environment = {**os.environ, "MAILROOM_DATA": folder, "DJANGO_SETTINGS_MODULE": "mailroom.settings"}
            command = [sys.executable, "-m", "tests.benchmarks.bench_second_letters", "--one", size]
            subprocess.run(command, env=environment, check=True)


def _measure(size: int) -> None:
    import django

    django.setup()
    from django.core.management import call_command

    from mailroom.records.second_letters import link_decided_since

    call_command("migrate", verbosity=0)
    _write_post(size)
    start = time.process_time()
    links = link_decided_since(None, 42)
    took = time.process_time() - start
    print(f"{size} items: {links} links in {took:.1f} s of processor, {1000 * took / size:.2f} ms an item", flush=True)


def _write_post(size: int) -> None:
    from mailroom.records.models import Batch, Customer, Event, Item, ItemReference

    dice = random.Random(size)
    people = [Customer(pk=f"C{n}", last_name="Synthetic") for n in range(max(1, size * 3 // 10))]
    Customer.objects.bulk_create(people, batch_size=5000)
    batch = Batch.objects.create(original="0" * 64, filename="x.pdf", source="scanner-1", received=FIRST, page_count=1)
    items = [
        Item(
            batch=batch,
            position=n,
            first_page=n,
            last_page=n,
            received=FIRST + dt.timedelta(days=730 * n // size),
            service=dice.choice(SERVICES),
            customer=dice.choice(people),
            status="sent",
        )
        for n in range(size)
    ]
    Item.objects.bulk_create(items, batch_size=2000)
    ItemReference.objects.bulk_create(
        (ItemReference(item=i, type="case", value=f"{dice.randrange(size)}", printed="", page=1) for i in items),
        batch_size=2000,
    )
    Event.objects.bulk_create(
        (Event(kind="item.routed", subject="item", subject_key=str(i.pk)) for i in items), batch_size=2000
    )


if __name__ == "__main__":
    main()
