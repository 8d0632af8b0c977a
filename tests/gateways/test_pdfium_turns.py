"""Many threads at PDFs at once, as in the web server; in a process of its own, because a fault kills it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

AT_ONCE = """
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from mailroom.gateways.letter_pdf import count_pages, cut_out, lines_on, read_letters
from mailroom.gateways.preflight_pdf import measure_letter
from mailroom.gateways.print_check import ClearSpace
from mailroom.outbound.address_block import WHERE
from mailroom.outbound.preflight import LATER_PAGES, first_page_areas
from tests.gateways.letters import PRINTING
from tests.outbound.old_system import old_letters

paths = [old_letters(Path(sys.argv[1]) / f"{n}.pdf", down=n) for n in range(6)]

def work(path):
    seen = set()
    for _ in range(8):
        pages = tuple(measure_letter(path, PRINTING.window, first_page_areas(PRINTING.window), LATER_PAGES))
        with ClearSpace() as space:
            clear = space.is_clear(path, 1, PRINTING.window)
        seen.add(repr((pages, clear, count_pages(path), len(cut_out(path, 1, 2)), tuple(lines_on(path, WHERE)))))
    return len(seen)

with ThreadPoolExecutor(6) as pool:
    print(list(pool.map(work, paths)))
"""


def test_threads_take_turns_in_pdfium_and_all_read_what_is_there(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", AT_ONCE, str(tmp_path)], capture_output=True, text=True, timeout=240, cwd=Path.cwd()
    )
    assert (done.returncode, done.stdout.strip()) == (0, "[1, 1, 1, 1, 1, 1]"), done.stderr
