"""A room imports only from rooms above its own line; each heavy package has one home."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

SRC = Path(__file__).parent.parent / "src" / "jiping"
ROOMS = [
    {"errors", "labels", "text"},
    {"report"},
    {"reading"},
    {"statements"},
    {"model"},
    {"judging"},
    {"analyze"},
    {"output"},
    {"batch"},
    {"annotation"},
    {"learning"},
    {"research"},
    {"web"},
    {"cli"},
]
LEVEL = {room: level for level, rooms in enumerate(ROOMS) for room in rooms}
HOMES = {
    "torch": {"learning"},
    "transformers": {"learning"},
    "nncf": {"learning"},
    "openvino": {"model", "learning"},
    "ray": {"batch"},
    "pyspark": {"batch"},
    "fastapi": {"web"},
    "label_studio_sdk": {"annotation"},
    "docx": {"reading", "output"},
    "pypdfium2": {"reading"},
}


def imports(path):
    """Yield the names a file imports, wherever in the file it does so."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


@pytest.mark.parametrize(
    "path", sorted(SRC.rglob("[!_]*.py")), ids=lambda p: str(p.relative_to(SRC))
)
def test_rooms_import_only_from_above(path):
    here = path.relative_to(SRC).parts[0].removesuffix(".py")
    for name in imports(path):
        package, _, there = name.partition(".")
        there = there.partition(".")[0]
        if package == "jiping" and there and there != here:
            assert LEVEL.get(there, 99) < LEVEL[here], f"{here} must not import {name}"
        assert here in HOMES.get(package, {here}), f"{package} has its home in {HOMES[package]}"


def test_importing_jiping_loads_nothing_heavy():
    code = "import jiping, sys; print([m for m in ('torch', 'numpy', 'openvino', 'lxml') if m in sys.modules])"
    env = os.environ | {"PYTHONPATH": str(SRC.parent)}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=env
    )
    assert done.stdout.strip() == "[]"
