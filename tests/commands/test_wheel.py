"""What a council does first: install a built wheel, make its own site, and check it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PARTS = ("mailroom", "classifiers", "templates", "config")
FILES = ("pyproject.toml", "setup.py", "MANIFEST.in", "LICENSE", "README.md")


def run(*command: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("MAILROOM_", "PYTHON", "DJANGO"))}
    return subprocess.run(
        [str(part) for part in command], env=kept | environment, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from a copy, so that no build folder is left in the checkout, and without a network."""
    source = tmp_path_factory.mktemp("source")
    for part in PARTS:
        shutil.copytree(ROOT / part, source / part, ignore=shutil.ignore_patterns("__pycache__", "node_modules"))
    for name in FILES:
        if (ROOT / name).exists():
            shutil.copy(ROOT / name, source / name)
    (source / "README.md").touch()
    out = tmp_path_factory.mktemp("wheel")
    options = ("--no-deps", "--no-build-isolation", "--no-index", "--quiet", "--wheel-dir", out)
    built = run(sys.executable, "-m", "pip", "wheel", source, *options)
    assert built.returncode == 0, built.stderr
    (found,) = out.glob("mailroom-*.whl")
    return found


@pytest.fixture(scope="module")
def mailroom(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command, in a fresh environment that borrows this one's libraries."""
    home = tmp_path_factory.mktemp("environment")
    venv.create(home, with_pip=False)
    into = sysconfig.get_path("purelib", vars={"base": str(home), "platbase": str(home)})
    installed = run(
        sys.executable, "-m", "pip", "--python", home, "install", "--no-deps", "--no-index", "--quiet", wheel
    )
    assert installed.returncode == 0, installed.stderr
    borrowed = [p for p in sys.path if p.endswith("site-packages")]
    (Path(into) / "borrowed.pth").write_text("\n".join(borrowed) + "\n")
    return home / "bin" / "mailroom"


@pytest.mark.slow
def test_a_built_wheel_gives_a_council_its_own_site_which_is_then_checked(mailroom: Path, tmp_path: Path) -> None:
    site, data = tmp_path / "our site", tmp_path / "data"
    made = run(mailroom, "init", site, MAILROOM_DATA=str(data))
    assert made.returncode == 0, made.stderr
    assert f"export MAILROOM_SITE={site}" in made.stdout
    assert sorted(p.name for p in site.iterdir()) == ["classifiers", "config", "templates"]
    assert "not empty" in run(mailroom, "init", site, MAILROOM_DATA=str(data)).stderr
    checked = run(mailroom, "check", MAILROOM_SITE=str(site), MAILROOM_DATA=str(data), COLUMNS="200")
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert str(site) in checked.stdout
    toml = site / "config" / "mailroom.toml"
    toml.write_text(toml.read_text().replace("keep_done_days", "keep_done_day"))
    wrong = run(mailroom, "check", MAILROOM_SITE=str(site), MAILROOM_DATA=str(data), COLUMNS="200")
    assert wrong.returncode == 1
    assert "unknown key 'intake.keep_done_day'" in wrong.stdout


@pytest.mark.slow
def test_without_a_site_of_its_own_the_wheel_brings_the_example(mailroom: Path, tmp_path: Path) -> None:
    checked = run(mailroom, "check", MAILROOM_DATA=str(tmp_path), COLUMNS="200")
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert "Wexmere District Council" in checked.stdout
    assert "mailroom/site" in checked.stdout
