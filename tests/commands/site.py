"""A site of the test's own to break, and commands run in it as a person would."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from mailroom.config.environment import example_site


@dataclass(frozen=True)
class OwnSite:
    folder: Path
    data: Path

    def change(self, file: str, old: str, new: str) -> None:
        path = self.folder / file
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{old!r} is not in {file}"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    def add(self, file: str, more: str) -> None:
        path = self.folder / file
        path.write_text(path.read_text(encoding="utf-8") + more, encoding="utf-8")

    @property
    def environment(self) -> dict[str, str]:
        """What a process of this site finds set."""
        return {
            **os.environ,
            "MAILROOM_SITE": str(self.folder),
            "MAILROOM_DATA": str(self.data),
            "DJANGO_SETTINGS_MODULE": "mailroom.settings",
            "COLUMNS": "200",
            "PYTHONPATH": str(Path(__file__).resolve().parents[2]),
        }

    def run(self, *arguments: str, typed: str = "", seconds: float = 120) -> subprocess.CompletedProcess[str]:
        """The command's end; typed is what stands on its input. seconds: how long it may take on a busy machine."""
        command = [sys.executable, "-m", "mailroom", *arguments]
        return subprocess.run(
            command, env=self.environment, input=typed, capture_output=True, text=True, timeout=seconds
        )


def own_site(folder: Path) -> OwnSite:
    """A copy of the example's config and templates; what is large is only linked."""
    site = folder / "site"
    site.mkdir()
    shutil.copytree(example_site() / "config", site / "config")
    shutil.copytree(example_site() / "classifiers", site / "classifiers", ignore=shutil.ignore_patterns("examples"))
    (site / "classifiers" / "examples").symlink_to(example_site() / "classifiers" / "examples")
    (site / "templates").symlink_to(example_site() / "templates")
    return OwnSite(site, folder / "data")
