"""A job from its paths to its tables: find, plan, run what is left, commit shard by shard."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from jiping.batch.fetch import sidecar
from jiping.batch.files import write_whole
from jiping.batch.plan import SHARD, Found, Task, find, make_plan
from jiping.batch.progress import Progress, beating
from jiping.batch.store import Done, Store
from jiping.batch.work import Outcome
from jiping.errors import BadSettings
from jiping.report import ModelInfo

log = logging.getLogger(__name__)
Engine = Callable[[Sequence[Task]], Iterator[Outcome]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What to do. `only_failed` redoes failures alone; `since` leaves out files older (epoch s)."""

    paths: tuple[str, ...]
    out: Path
    model: ModelInfo
    format: str = "parquet"
    shard: int = SHARD
    only_failed: bool = False
    since: float | None = None
    metadata: Path | None = None


def run(job: Job, engine: Engine, watch: Callable[[Progress], None]) -> Progress:
    """Do what is left of a job and return how it went; `watch` is called after each report.

    Raises:
        BadSettings: a path leads nowhere, or the folder holds a job of another format.
        OSError: the disk is full; what was committed stays, and a rerun goes on.
    """
    store = Store(job.out, job.format)
    _claim(job)
    progress = Progress(model=_model_key(job.model))
    with beating(progress, job.out / "progress.json"):
        store.tidy()
        tasks = _unfinished(store) + _new(job, store)
        progress.total, progress.state = len(tasks), "running"
        begin = time.perf_counter()
        for outcome in _committed(tasks, engine(tasks), store, progress.model):
            _count(progress, outcome, time.perf_counter() - begin)
            watch(progress)
        store.tidy()
        progress.seconds = round(time.perf_counter() - begin, 3)
        progress.failures = [d for found in store.commits().values() for d in found if d.code]
        progress.state = "finished"
    write_whole(job.out / "run.json", msgspec.json.format(msgspec.json.encode(progress)))
    return progress


def _model_key(model: ModelInfo) -> str:
    return f"{model.name} {model.version} {model.sha256[:12]}".strip()


def _claim(job: Job) -> None:
    path = job.out / "job.json"
    said = {"format": job.format, "schema": "jiping/1"}
    if path.exists():
        before = msgspec.json.decode(path.read_bytes())
        if before["format"] != job.format:
            raise BadSettings(
                f"{job.out}：已有 {before['format']} 格式的结果，请换一个文件夹或格式"
            )
    write_whole(path, msgspec.json.encode(said))


def _unfinished(store: Store) -> list[Task]:
    """Return the tasks of shards that were planned and not committed."""
    committed = store.commits()
    dropped = {task.shard for task in (t for plan in store.plans() for t in plan)} - set(committed)
    return [task for plan in store.plans() for task in plan if task.shard in dropped]


def _new(job: Job, store: Store) -> list[Task]:
    """Plan and return what no plan holds yet: new, changed, failed, or made by another model."""
    planned = {task.address: task for plan in store.plans() for task in plan}
    done = {d.address: d for found in store.commits().values() for d in found}
    extra = sidecar(job.metadata) if job.metadata else {}
    found = [f for f in find(job.paths, extra) if _is_due(f, planned, done, job)]
    if not found:
        return []
    number = len(store.plans()) + 1
    tasks = make_plan(found, number, job.shard)
    store.add_plan(tasks, number)
    return tasks


def _is_due(found: Found, planned: dict[str, Task], done: dict[str, Done], job: Job) -> bool:
    before = done.get(found.address)
    if job.only_failed:
        return before is not None and before.code is not None
    if job.since is not None and "://" not in found.address:
        path = Path(found.address)
        if path.is_file() and path.stat().st_mtime < job.since:
            return False
    task = planned.get(found.address)
    if task is None or task.sha256 != found.sha256 or task.override != found.override:
        return True
    if before is None:
        return False  # planned, and taken up again as unfinished
    return before.code is not None or before.model != _model_key(job.model)


def _committed(
    tasks: Sequence[Task], outcomes: Iterable[Outcome], store: Store, model: str
) -> Iterator[Outcome]:
    """Pass outcomes on, and commit each shard when all of its tasks are done."""
    order = {id_(task): i for i, task in enumerate(tasks)}
    left: dict[str, int] = {}
    for task in tasks:
        left[task.shard] = left.get(task.shard, 0) + 1
    held: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        shard = outcome.task.shard
        held.setdefault(shard, []).append(outcome)
        if len(held[shard]) == left[shard]:
            whole = sorted(held.pop(shard), key=lambda o: order[id_(o.task)])
            store.commit(shard, whole, model)
        yield outcome


def id_(task: Task) -> tuple[str, str]:
    """Return what tells a task from all others of a run."""
    return task.shard, task.address


def _count(progress: Progress, outcome: Outcome, seconds: float) -> None:
    progress.done += 1
    progress.failed += outcome.report.error is not None
    progress.characters += outcome.report.source.n_chars
    progress.seconds = round(seconds, 3)
    progress.reading_seconds = round(progress.reading_seconds + outcome.reading, 3)
    progress.labelling_seconds = round(progress.labelling_seconds + outcome.labelling, 3)
