"""The Spark engine: mapInPandas over the tasks, a model a Python worker; the work is that of any engine."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from jiping.analyze import Analyzer
from jiping.batch.plan import Task
from jiping.batch.work import Outcome, work
from jiping.errors import MissingExtra
from jiping.model.labeller import labeller_of
from jiping.report import Report

_ANALYZERS: dict[tuple[str, bool], Analyzer] = {}  # a Python worker of Spark serves many partitions


def run_spark(
    tasks: Sequence[Task], *, labeller: str, any_text: bool, workers: int, address: str | None
) -> Iterator[Outcome]:
    """Yield the outcome of each task. `address` is a master URL; None runs on this machine."""
    try:
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise MissingExtra("pyspark", "spark") from error
    if not tasks:
        return
    # Spark starts its workers with the first python3 of the path unless told.
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    spark = (
        SparkSession.builder.master(address or f"local[{workers}]")
        .appName("jiping")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.execution.arrow.maxRecordsPerBatch", "8")
        .getOrCreate()
    )
    parts = max(1, min(len(tasks), max(workers * 4, len(tasks) // 32)))
    rows = [(msgspec.json.encode(task).decode(),) for task in tasks]
    frame = spark.createDataFrame(rows, "task string").repartition(parts)

    def label(batches: Iterator[Any]) -> Iterator[Any]:
        return _label(batches, labeller, any_text)

    done = frame.mapInPandas(label, "task string, report string, seconds double")
    for row in done.toLocalIterator(prefetchPartitions=True):
        yield Outcome(
            task=msgspec.json.decode(row["task"], type=Task),
            report=Report.from_json(row["report"]),
            labelling=row["seconds"],
        )


def _label(batches: Iterator[Any], labeller: str, any_text: bool) -> Iterator[Any]:
    import pandas as pd

    analyzer = _ANALYZERS.get((labeller, any_text))
    if analyzer is None:
        analyzer = Analyzer(labeller_of(labeller, threads=1), any_text=any_text)
        _ANALYZERS[labeller, any_text] = analyzer
    for batch in batches:
        tasks = [msgspec.json.decode(text, type=Task) for text in batch["task"]]
        found = [work(task, analyzer) for task in tasks]
        yield pd.DataFrame(
            {
                "task": [msgspec.json.encode(o.task).decode() for o in found],
                "report": [o.report.to_json().decode() for o in found],
                "seconds": [o.labelling for o in found],
            }
        )
