"""The command `jiping batch`."""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

import click

from jiping.analyze import Analyzer
from jiping.batch.plan import Task
from jiping.batch.progress import Progress, status
from jiping.batch.run import Engine, Job, run
from jiping.batch.work import Outcome
from jiping.errors import JipingError
from jiping.model.labeller import labeller_of
from jiping.options import model_option

_STATES = {"planning": "准备中", "running": "进行中", "finished": "已完成", "stopped": "已中断"}


@click.command()
@click.argument("paths", nargs=-1)
@click.option(
    "--out",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="The job's folder.",
)
@click.option(
    "--engine", type=click.Choice(["local", "ray", "spark"]), default="local", show_default=True
)
@click.option("--address", help="Ray cluster or Spark master; without it the engine runs here.")
@click.option(
    "--workers", type=click.IntRange(min=1), default=os.cpu_count() or 1, show_default="cores"
)
@click.option(
    "--format",
    "format_",
    type=click.Choice(["parquet", "jsonl"]),
    default="parquet",
    show_default=True,
)
@click.option(
    "--time-limit",
    type=float,
    default=120,
    show_default=True,
    help="Seconds a file may take to read.",
)
@click.option(
    "--metadata",
    type=click.Path(exists=True, path_type=Path),
    help="CSV of path, unit, year, region, template.",
)
@click.option("--since", type=click.DateTime(), help="Leave out files older than this.")
@click.option("--retry-failed", is_flag=True, help="Do what failed before, and nothing else.")
@click.option("--any", "any_text", is_flag=True, help="Label also what is no such report.")
@model_option
@click.option("--status", "only_status", is_flag=True, help="Say how far the job in --out is.")
def batch(paths: tuple[str, ...], out: Path, only_status: bool, **options: object) -> None:
    """Label many reports unattended; run it again to go on where it stopped.

    PATHS are files, folders, archives, globs, a CSV or Parquet list with a column `path`, and
    addresses such as s3://bucket/folder. Results are tables in --out; one input that fails is
    listed at the end and gives exit status 1.

    \b
    Example:
        jiping batch reports/ --out job
        jiping batch --out job --status
    """
    try:
        if only_status:
            click.echo(_told(status(out)))
            return
        if not paths:
            raise click.UsageError("say what to label: PATHS are missing")
        progress = _run(paths, out, options)
    except JipingError as error:
        raise click.ClickException(str(error)) from error
    except OSError as error:
        reason = error.strerror or error
        raise click.ClickException(
            f"{out}：写入失败（{reason}）；已完成的部分不受影响，处理后重新运行即可继续"
        ) from error
    _report(progress)
    sys.exit(1 if progress.failures else 0)


def _run(paths: tuple[str, ...], out: Path, options: dict[str, object]) -> Progress:
    since, workers = options["since"], int(str(options["workers"]))
    name = str(options["model"] or "")
    labeller = labeller_of(name, threads=workers, streams=workers)
    job = Job(
        paths=paths,
        out=out,
        model=labeller.info,
        format=str(options["format_"]),
        only_failed=bool(options["retry_failed"]),
        since=since.timestamp() if isinstance(since, datetime) else None,
        metadata=options["metadata"] if isinstance(options["metadata"], Path) else None,
    )
    analyzer = Analyzer(labeller, any_text=bool(options["any_text"]))
    return run(job, _engine(analyzer, name, workers, options), _watcher())


def _engine(analyzer: Analyzer, name: str, workers: int, options: dict[str, object]) -> Engine:
    if options["engine"] == "local":
        from jiping.batch.local import run_local

        limit = float(str(options["time_limit"]))
        return functools.partial(run_local, analyzer=analyzer, workers=workers, limit=limit)
    address = str(options["address"]) if options["address"] else None
    start: Callable[..., Iterator[Outcome]]
    if options["engine"] == "ray":
        from jiping.batch.ray_engine import run_ray as start
    else:
        from jiping.batch.spark_engine import run_spark as start

    def run_tasks(tasks: Sequence[Task]) -> Iterator[Outcome]:
        return start(
            tasks, labeller=name, any_text=analyzer.any_text, workers=workers, address=address
        )

    return run_tasks


def _watcher() -> Callable[[Progress], None]:
    """Return what shows progress: a line that moves on a terminal, a plain line now and then in a log."""
    terminal = sys.stderr.isatty()
    shown = [0.0]

    def watch(progress: Progress) -> None:
        if progress.seconds - shown[0] < (0.2 if terminal else 30):
            return
        shown[0] = progress.seconds
        click.echo(("\r\x1b[K" if terminal else "") + _line(progress), nl=not terminal, err=True)

    return watch


def _line(progress: Progress) -> str:
    eta = (
        ""
        if progress.eta is None or progress.state != "running"
        else f"，约剩 {progress.eta:.0f} 秒"
    )
    state = _STATES[progress.state]
    return f"{state} {progress.done}/{progress.total}，{progress.rate:.1f} 份/秒{eta}，失败 {progress.failed}"


def _told(progress: Progress) -> str:
    """Return the line of a job seen from outside."""
    if progress.state == "finished":
        return _line(progress)
    if progress.state == "stopped":
        return f"{_line(progress)}；再次运行同一命令即可继续"
    return f"{_line(progress)}（{progress.quiet:.0f} 秒前更新）"


def _report(progress: Progress) -> None:
    click.echo(_line(progress), err=True)
    for done in progress.failures:
        click.echo(f"{done.code}\t{done.address}\t{done.message}", err=True)
