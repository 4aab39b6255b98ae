"""The command `jiping evaluate`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import click

from jiping.annotation.gold import judged, read_gold, source_of
from jiping.annotation.options import analyzer_of, plainly, reports_of
from jiping.annotation.score import tally
from jiping.annotation.tallies import figures
from jiping.report import Report


@click.command()
@click.argument("gold", type=click.Path(exists=True, path_type=Path))
@click.argument("predicted", nargs=-1)
@click.option(
    "--model", help="Label gold's own texts with this model (name, directory or `rules`)."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@plainly
def evaluate(gold: Path, predicted: tuple[str, ...], model: str | None, as_json: bool) -> None:
    """Print how well predicted reports agree with gold.

    GOLD is a JSON Lines file of Reports or a folder of gold JSON files; PREDICTED are JSON Lines of Reports, or files to
    label with --model. Reports are paired by file name.

    \b
    Example:
        jiping evaluate annotations/reports/test.jsonl --model jiping-small
        jiping evaluate gold/ predicted.jsonl
    """
    told = read_gold(gold)
    found = (
        reports_of(predicted, model) if predicted else _relabelled([g.report for g in told], model)
    )
    out = figures(tally(*judged(told, found)))
    if as_json:
        click.echo(json.dumps(out, indent=1))
        return
    for name, value in out.items():
        click.echo(f"{name}: {value:.4f}" if isinstance(value, float) else f"{name}: {value}")


def _relabelled(gold: Sequence[Report], model: str | None) -> list[Report]:
    analyzer = analyzer_of(model)
    return [analyzer.analyze(source_of(report)) for report in gold]
