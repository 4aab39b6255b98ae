"""A room imports only from rooms above its own line; each heavy package has one home."""

import ast
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

SRC = Path(__file__).parent.parent / "src" / "jiping"
ROOMS = [
    {"errors", "labels", "options", "text"},
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
    "onnxruntime": {"learning"},
    "datasets": {"learning"},
    "openvino": {"model", "learning"},
    "ray": {"batch"},
    "pyspark": {"batch"},
    "fastapi": {"web"},
    "label_studio_sdk": {"annotation"},
    "docx": {"reading", "output"},
    "pdfplumber": {"reading"},
    "pypdfium2": {"reading"},
}


# A package's name where it is not that of its module.
PACKAGES = {"PIL": "pillow", "docx": "python-docx", "opencc": "opencc-python-reimplemented"} | {
    "sklearn": "scikit-learn"
}
# torch asks for it when it writes logs.
ASKED_FOR = {"tensorboard"}


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


def test_what_is_imported_is_what_is_declared():
    project = tomllib.loads((SRC.parents[1] / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    named = [*project["dependencies"], *(d for e in extras if e != "dev" for d in extras[e])]
    declared = {re.match(r"[\w-]+", d)[0] for d in named} - ASKED_FOR - {"jiping"}

    used = {name.partition(".")[0] for path in SRC.rglob("*.py") for name in imports(path)}
    used -= sys.stdlib_module_names | {"jiping"}

    assert {PACKAGES.get(name, name).replace("_", "-") for name in used} == declared


def test_importing_jiping_loads_nothing_heavy():
    code = "import jiping, sys; print([m for m in ('torch', 'numpy', 'openvino', 'lxml') if m in sys.modules])"
    env = os.environ | {"PYTHONPATH": str(SRC.parent)}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=env
    )
    assert done.stdout.strip() == "[]"
