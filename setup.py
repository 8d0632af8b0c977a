"""Packs the example site (classifiers/ templates/ config/) into the wheel as mailroom/site/."""

from __future__ import annotations

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

SITE = ("classifiers", "templates", "config")


class PackSite(build_py):
    """The ordinary build, and then the site copied beside the code."""

    def run(self) -> None:
        """Build, then copy the site unless the install points back at the checkout."""
        super().run()
        if self.editable_mode:
            return
        target = Path(self.build_lib) / "mailroom" / "site"
        for name in SITE:
            shutil.rmtree(target / name, ignore_errors=True)
            shutil.copytree(name, target / name, ignore=shutil.ignore_patterns("model", "__pycache__"))


setup(cmdclass={"build_py": PackSite})
