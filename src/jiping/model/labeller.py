"""The labeller of a name, as the commands take it."""

from __future__ import annotations

from jiping.model.model import Model
from jiping.model.rules import Rules


def labeller_of(name: str | None, *, threads: int = 0, streams: int = 1) -> Model | Rules:
    """Return the rules for "rules", else the model of a directory or name; none or "" is the shipped one.

    `threads` is the caller's share of the cores, 0 leaves it to the runtime; `streams` is how many
    reports are scored at a time.

    Raises:
        BadModel: there is no such model, or it is damaged.
    """
    if name == "rules":
        return Rules()
    return Model.load(name or None, threads=threads, streams=streams)
