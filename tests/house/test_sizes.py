"""The house rules that a tool can hold: sizes and floors."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CODE = [p for p in (ROOT / "mailroom").rglob("*.py") if "migrations" not in p.parts]
LONGEST_FILE, LONGEST_FUNCTION = 400, 60
FORBIDDEN_NAMES = {"utils", "helpers", "common", "manager", "handlers"}


def test_no_file_is_longer_than_four_hundred_lines() -> None:
    lengths = {str(p.relative_to(ROOT)): len(p.read_text(encoding="utf-8").splitlines()) for p in CODE}
    assert {name: length for name, length in lengths.items() if length > LONGEST_FILE} == {}


def test_no_function_is_longer_than_sixty_lines() -> None:
    long = {}
    for path in CODE:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno:
                length = node.end_lineno - node.lineno + 1
                if length > LONGEST_FUNCTION:
                    long[f"{path.relative_to(ROOT)}:{node.name}"] = length
    assert long == {}


def test_no_module_is_named_for_nothing() -> None:
    assert [str(p.relative_to(ROOT)) for p in CODE if p.stem in FORBIDDEN_NAMES] == []


def test_imports_keep_to_the_floors() -> None:
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_no_download_is_left_lying_at_the_top_of_the_tree() -> None:
    """Four wheels of 25 MB once were committed from there."""
    kinds = {".md", ".toml", ".lock", ".py", ".sh", ".in", ""}
    strays = [p.name for p in ROOT.iterdir() if p.is_file() and p.suffix not in kinds and not p.name.startswith(".")]
    assert strays == []
