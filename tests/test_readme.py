"""The blocks of the READMEs are run; `UPDATE_README=1 pytest tests/test_readme.py` writes them anew.

A `console` block holds commands after `$ ` and what they print; a table of labels stands between
marks `<!-- labels -->`. `sh` blocks set up a machine and are what CI does anyway.
"""

import os
import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from mktestdocs import check_md_file

from jiping.cli import cli
from jiping.labels import AREAS, CHECKS, CLARITY, FLAGS, KINDS, SECTIONS

ROOT = Path(__file__).parents[1]
READMES = ("README.md", "README.zh-CN.md")
CONSOLE = re.compile(r"(?<=```console\n).*?(?=```)", re.DOTALL)
LABELS = re.compile(r"(?<=<!-- labels -->\n).*?(?=<!-- /labels -->)", re.DOTALL)
LAYERS = {
    "section": SECTIONS,
    "kind": KINDS,
    "areas": AREAS,
    "clarity": CLARITY,
    "flags": FLAGS,
    "check": CHECKS,
}


@pytest.fixture(autouse=True)
def _checkout(tmp_path, monkeypatch):
    """Run in a folder that has only the examples, so that nothing is left in the checkout."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "examples").mkdir()
    for path in (ROOT / "examples").glob("0*"):
        (tmp_path / "examples" / path.name).write_bytes(path.read_bytes())


def run(block):
    """Return a console block as it is when its commands are run now."""
    out = []
    for command in re.findall(r"^\$ jiping (.*)$", block, re.MULTILINE):
        result = CliRunner().invoke(cli, command.split())
        assert result.exception is None or isinstance(result.exception, SystemExit), result.output
        shown = re.sub(r"[ \t]+$", "", result.stdout.replace("\\", "/"), flags=re.MULTILINE)
        out.append(f"$ jiping {command}\n{shown}")
    return "\n".join(out)


def labels():
    rows = [
        f"| `{layer}` | {'、'.join(f'{name} `{key}`' for key, name in names.items())} |\n"
        for layer, names in LAYERS.items()
    ]
    return "| | |\n| - | - |\n" + "".join(rows)


@pytest.mark.parametrize("name", READMES)
def test_every_block_prints_what_the_readme_says(name):
    path = ROOT / name
    text = path.read_text(encoding="utf-8")
    now = CONSOLE.sub(lambda m: run(m[0]), text)
    now = LABELS.sub(lambda m: labels(), now)
    if os.environ.get("UPDATE_README"):
        path.write_text(now, encoding="utf-8", newline="\n")
    assert len(CONSOLE.findall(text)) >= 2
    assert path.read_text(encoding="utf-8") == now


@pytest.mark.parametrize("name", READMES)
def test_python_blocks_run(name):
    check_md_file(fpath=ROOT / name, lang="python")


@pytest.mark.parametrize("name", READMES)
def test_what_the_readme_points_to_is_there(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", text):
        assert (ROOT / target).exists(), target
