"""The Ray Data engine: one actor a core, each with its own model; the work is that of any engine."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from jiping.analyze import Analyzer
from jiping.batch.plan import Task
from jiping.batch.work import Outcome, work
from jiping.errors import MissingExtra
from jiping.model.labeller import labeller_of
from jiping.report import Report


class _Worker:
    """What Ray keeps in a process of its own."""

    def __init__(self, labeller: str, any_text: bool) -> None:
        self._analyzer = Analyzer(labeller_of(labeller, threads=1), any_text=any_text)

    def __call__(self, rows: dict[str, Any]) -> dict[str, list[bytes]]:
        tasks = [msgspec.json.decode(row, type=Task) for row in rows["task"]]
        outcomes = [work(task, self._analyzer) for task in tasks]
        return {
            "task": [msgspec.json.encode(o.task) for o in outcomes],
            "report": [o.report.to_json() for o in outcomes],
            "seconds": [str(o.labelling).encode() for o in outcomes],
        }


def run_ray(
    tasks: Sequence[Task], *, labeller: str, any_text: bool, workers: int, address: str | None
) -> Iterator[Outcome]:
    """Yield the outcome of each task. `address` names a cluster; None starts a local one."""
    try:
        import ray
    except ImportError as error:
        raise MissingExtra("ray", "ray") from error
    if not tasks:
        return
    ray.init(
        address=address,
        num_cpus=None if address else workers,
        ignore_reinit_error=True,
        log_to_driver=False,
    )
    rows = [{"task": msgspec.json.encode(task)} for task in tasks]
    blocks = max(workers * 4, len(rows) // 32)
    done = ray.data.from_items(rows, override_num_blocks=min(blocks, len(rows))).map_batches(
        _Worker,
        fn_constructor_args=(labeller, any_text),
        compute=ray.data.ActorPoolStrategy(size=workers),
        num_cpus=1,
        batch_size=8,
    )
    for row in done.iter_rows():
        yield Outcome(
            task=msgspec.json.decode(row["task"], type=Task),
            report=Report.from_json(row["report"]),
            labelling=float(row["seconds"]),
        )
