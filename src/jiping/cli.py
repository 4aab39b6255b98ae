"""The command line. Results go to standard output, everything else to standard error.

Commands live beside what they call, in the rooms, and are imported when used.
"""

from __future__ import annotations

import sys
from importlib import import_module
from io import TextIOWrapper
from typing import TextIO

import click

_COMMANDS = {
    "analyze": "jiping.output.commands:analyze",
    "triage": "jiping.output.commands:triage",
    "compare": "jiping.output.commands:compare",
    "batch": "jiping.batch.commands:batch",
    "annotate": "jiping.annotation.commands:annotate",
    "evaluate": "jiping.annotation.evaluate:evaluate",
    "serve": "jiping.annotation.serve:serve",
    "train": "jiping.learning.commands:train",
    "export": "jiping.learning.commands:export",
    "model": "jiping.learning.commands:model",
}


class _Commands(click.Group):
    """A group whose commands are imported by name."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module, _, name = _COMMANDS[cmd_name].partition(":")
        command = getattr(import_module(module), name)
        assert isinstance(command, click.Command)
        return command


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="jiping")
def cli() -> None:
    """Read performance reports: sections, problems, measures, vague targets, weak reports first."""
    for stream in (sys.stdout, sys.stderr):
        _utf8(stream)


def _utf8(stream: TextIO) -> None:
    """Make a pipe or file UTF-8 whatever the system's code page; a terminal keeps its own."""
    if isinstance(stream, TextIOWrapper) and not stream.isatty():
        stream.reconfigure(encoding="utf-8", errors="replace")
