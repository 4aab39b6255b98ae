"""Options that commands of several rooms have."""

from __future__ import annotations

import click

model_option = click.option(
    "--model", help="Model directory or name, or `rules`; the shipped model if not given."
)
