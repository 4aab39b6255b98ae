"""Writes docs/cli.md: the help of every command. `python docs/cli.py` after a command changes."""

from __future__ import annotations

from pathlib import Path

import click
from click.testing import CliRunner

from jiping.cli import cli

PAGE = Path(__file__).parent / "cli.md"


def page() -> str:
    """Return the help of all commands as one page."""
    return "# Command line\n\n" + "\n".join(_helps(cli, ())) + "\n"


def _helps(command: click.Command, path: tuple[str, ...]) -> list[str]:
    out = [_help(path)]
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            if below is not None:
                out += _helps(below, (*path, name))
    return out


def _help(path: tuple[str, ...]) -> str:
    name = " ".join(("jiping", *path))
    shown = CliRunner().invoke(cli, [*path, "--help"], prog_name="jiping", terminal_width=90)
    return f"## {name}\n\n```\n{shown.output.rstrip()}\n```\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
