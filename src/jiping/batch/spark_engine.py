"""The Spark engine: mapInPandas over the tasks, a model a Python worker; the work is that of any engine.

A job a shard, many at a time: one job over all would hand out its partitions in order and compute one ahead.
"""

from __future__ import annotations

import functools
import os
import sys
import warnings
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, as_completed, wait
from typing import Any

import msgspec

from jiping.analyze import Analyzer
from jiping.batch.plan import SHARD, Task
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
    # Spark would say it again for each job.
    warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas", FutureWarning)
    # Spark starts its workers with the first python3 of the path unless told.
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    spark = (
        SparkSession.builder.master(address or f"local[{workers}]")
        .appName("jiping")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.sql.execution.arrow.pyspark.enabled", "true")
        .config("spark.sql.execution.arrow.maxRecordsPerBatch", "8")
        .getOrCreate()
    )
    cores = max(workers, spark.sparkContext.defaultParallelism)
    with ThreadPoolExecutor(2 * cores) as pool:  # each core has a job that waits for it
        do = functools.partial(_job, spark, labeller=labeller, any_text=any_text)
        jobs: set[Future[list[Outcome]]] = set()
        for i in range(0, len(tasks), SHARD):
            if len(jobs) >= 2 * cores:
                done, jobs = wait(jobs, return_when=FIRST_COMPLETED)
                yield from (outcome for job in done for outcome in job.result())
            jobs.add(pool.submit(do, tasks[i : i + SHARD]))
        yield from (outcome for job in as_completed(jobs) for outcome in job.result())


def _job(spark: Any, tasks: Sequence[Task], *, labeller: str, any_text: bool) -> list[Outcome]:
    """Do some tasks as one Spark job of one partition: its results are here when it ends."""
    import pandas as pd

    def label(batches: Iterator[Any]) -> Iterator[Any]:
        return _label(batches, labeller, any_text)

    rows = pd.DataFrame({"task": [msgspec.json.encode(task).decode() for task in tasks]})
    frame = spark.createDataFrame(rows, "task string").coalesce(1)
    done = frame.mapInPandas(label, "task string, report string, seconds double").toPandas()
    return [
        Outcome(
            task=msgspec.json.decode(task, type=Task),
            report=Report.from_json(report),
            labelling=seconds,
        )
        for task, report, seconds in done.itertuples(index=False)
    ]


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
