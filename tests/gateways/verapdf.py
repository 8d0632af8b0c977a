"""The independent validator, where it is on PATH."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

needs_verapdf = pytest.mark.skipif(
    not shutil.which("verapdf"), reason="veraPDF is not on PATH: the independent validator has no say here"
)


def verdict(path: Path, flavour: str) -> str:
    """What it says of a file; flavour: '2b' or 'ua1'. It begins with PASS or FAIL."""
    told = subprocess.run(
        ["verapdf", "--flavour", flavour, "--format", "text", str(path)], capture_output=True, text=True, timeout=120
    )
    return told.stdout
