"""What is to be done: inputs by content hash, cut into shards of a fixed size and order.

A plan is written once and never changed; a run that finds it unfinished goes on with it. So the shards of a job are the
same whether it ran in one go or was killed twenty times.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from jiping.batch.fetch import Override, addresses, fetch
from jiping.batch.files import write_whole
from jiping.errors import UnreadableInput

SHARD = 32  # reports a shard: some seconds of work, a file of some 100 kB


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One input. `sha256` is that of its bytes, "" where they cannot be had."""

    address: str
    sha256: str
    shard: str
    override: Override = field(default_factory=dict)

    @property
    def key(self) -> str:
        """The report's key in the tables: the same for the same place and content."""
        return hashlib.sha256(f"{self.address}\n{self.sha256}".encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """An input before it is planned."""

    address: str
    sha256: str
    override: Override


def find(paths: Iterable[str], overrides: dict[str, Override]) -> Iterator[Found]:
    """Yield the inputs under `paths` with their hashes; `overrides` go before what lists say."""
    for address, said in addresses(paths):
        try:
            sha = hashlib.sha256(fetch(address)).hexdigest()
        except UnreadableInput:
            sha = ""
        yield Found(address=address, sha256=sha, override=said | overrides.get(address, {}))


def make_plan(found: Sequence[Found], number: int, size: int = SHARD) -> list[Task]:
    """Return the tasks of a plan: shards of `size` inputs, in the order found."""
    return [
        Task(
            address=f.address,
            sha256=f.sha256,
            shard=f"{number:03d}-{i // size:06d}",
            override=f.override,
        )
        for i, f in enumerate(found)
    ]


def write_plan(tasks: Sequence[Task], path: Path) -> None:
    """Write a plan as JSON Lines, whole or not at all."""
    write_whole(path, b"".join(msgspec.json.encode(task) + b"\n" for task in tasks))


def read_plan(path: Path) -> list[Task]:
    """Return the tasks of a written plan."""
    decode = msgspec.json.Decoder(Task).decode
    return [decode(line) for line in path.read_bytes().splitlines()]
