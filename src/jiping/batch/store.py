"""A job's folder: plans, tables, and a commit for each shard that is whole.

plans/001.jsonl            what a run set out to do
statements/001-000000.parquet  and so on for each table (or reports/001-000000.jsonl)
shards/001-000000.json     the commit: written last, so that a shard without one does not exist
progress.json  run.json    written every two seconds for --status; the report of a run that ended
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from jiping.batch.files import write_whole
from jiping.batch.plan import Task, read_plan, write_plan
from jiping.batch.tables import TABLES, tables
from jiping.batch.work import Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """One input of a committed shard; `code` and `message` are set where it failed."""

    key: str
    address: str
    sha256: str
    model: str
    code: str | None = None
    message: str | None = None


@dataclass(frozen=True, slots=True)
class Store:
    """A job's folder. `format` is parquet or jsonl."""

    root: Path
    format: str = "parquet"

    def plans(self) -> list[list[Task]]:
        """Return the plans written so far, oldest first."""
        return [read_plan(path) for path in sorted((self.root / "plans").glob("*.jsonl"))]

    def add_plan(self, tasks: Sequence[Task], number: int) -> None:
        """Write a new plan."""
        write_plan(tasks, self.root / "plans" / f"{number:03d}.jsonl")

    def commits(self) -> dict[str, list[Done]]:
        """Return the committed shards and the inputs in each, oldest first."""
        decode = msgspec.json.Decoder(list[Done]).decode
        paths = sorted((self.root / "shards").glob("[0-9]*.json"))
        return {path.stem: decode(path.read_bytes()) for path in paths}

    def commit(self, shard: str, outcomes: Sequence[Outcome], model: str) -> None:
        """Write a shard's tables, then its commit. Raises OSError when the disk is full."""
        for name, data in self._files(shard, outcomes):
            write_whole(self.root / name, data)
        self._write_commit(shard, [_done(outcome, model) for outcome in outcomes])

    def tidy(self) -> None:
        """Drop rows that a later shard replaces, and files of shards that were never committed."""
        commits = self.commits()
        newest = {done.address: shard for shard, found in commits.items() for done in found}
        for shard, found in commits.items():
            kept = [done for done in found if newest[done.address] == shard]
            if len(kept) < len(found):
                self._keep(shard, kept)
        for folder in self._folders():
            for path in folder.iterdir():
                if path.name.endswith(".tmp") or path.name.partition(".")[0] not in commits:
                    path.unlink()

    def _folders(self) -> Iterable[Path]:
        names = TABLES if self.format == "parquet" else ("reports",)
        return [self.root / name for name in names if (self.root / name).is_dir()]

    def _files(self, shard: str, outcomes: Sequence[Outcome]) -> Iterable[tuple[str, bytes]]:
        if self.format == "jsonl":
            lines = (outcome.report.to_json() + b"\n" for outcome in outcomes)
            yield f"reports/{shard}.jsonl", b"".join(lines)
            return
        for name, table in tables((o.task.key, o.report) for o in outcomes).items():
            yield f"{name}/{shard}.parquet", _parquet(table)

    def _keep(self, shard: str, kept: Sequence[Done]) -> None:
        """Rewrite a shard to the inputs that still count; the commit last, as when it was made."""
        keys = {done.key for done in kept}
        for folder in self._folders():
            for path in folder.glob(f"{shard}.*"):
                if self.format == "parquet":
                    table = pq.read_table(path)
                    kept_rows = [key in keys for key in table.column("report").to_pylist()]
                    mask = pa.array(kept_rows, pa.bool_())
                    write_whole(path, _parquet(table.filter(mask)))
                else:
                    addresses = {done.address for done in kept}
                    lines = path.read_bytes().splitlines(keepends=True)
                    write_whole(path, b"".join(x for x in lines if _address(x) in addresses))
        self._write_commit(shard, kept)

    def _write_commit(self, shard: str, done: Sequence[Done]) -> None:
        write_whole(self.root / "shards" / f"{shard}.json", msgspec.json.encode(list(done)))


def _parquet(table: object) -> bytes:
    sink = io.BytesIO()
    pq.write_table(table, sink, compression="zstd")
    return sink.getvalue()


def _address(line: bytes) -> str:
    return str(msgspec.json.decode(line)["source"]["path"])


def _done(outcome: Outcome, model: str) -> Done:
    error = outcome.report.error
    return Done(
        key=outcome.task.key,
        address=outcome.task.address,
        sha256=outcome.task.sha256,
        model=model,
        code=error.code if error else None,
        message=error.message if error else None,
    )
