"""What is generated is fresh."""

import runpy
from pathlib import Path

DOCS = Path(__file__).parent.parent / "docs"


def test_the_command_line_page_is_what_the_commands_say():
    page = runpy.run_path(str(DOCS / "cli.py"))["page"]()
    assert page == (DOCS / "cli.md").read_text(encoding="utf-8"), "run: python docs/cli.py"
