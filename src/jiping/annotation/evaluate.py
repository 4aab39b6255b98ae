"""The command `jiping evaluate`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from jiping.annotation.gold import judged, read_gold, source_of
from jiping.annotation.options import analyzer_of, plainly, reports_of
from jiping.annotation.score import by_family, tally
from jiping.annotation.tallies import Tallies, figures
from jiping.report import Report


@click.command()
@click.argument("gold", type=click.Path(exists=True, path_type=Path))
@click.argument("predicted", nargs=-1)
@click.option(
    "--model", help="Label gold's own texts with this model (name, directory or `rules`)."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--tables", is_flag=True, help="Also by family and area, and what is taken for what.")
@plainly
def evaluate(
    gold: Path, predicted: tuple[str, ...], model: str | None, as_json: bool, tables: bool
) -> None:
    """Print how well predicted reports agree with gold.

    GOLD is a JSON Lines file of Reports or a folder of gold JSON files; PREDICTED are JSON Lines of Reports, or files to
    label with --model. Reports are paired by file name.

    \b
    Example:
        jiping evaluate annotations/reports/test.jsonl --model jiping-small
        jiping evaluate gold/ predicted.jsonl --tables
    """
    told = read_gold(gold)
    found = (
        reports_of(predicted, model) if predicted else _relabelled([g.report for g in told], model)
    )
    pair = judged(told, found)
    counts = tally(*pair)
    out = figures(counts)
    more = _tables(counts, by_family(*pair)) if tables else {}
    if as_json:
        click.echo(json.dumps(out | more, ensure_ascii=False, indent=1))
        return
    for name, value in out.items():
        click.echo(f"{name}: {value:.4f}" if isinstance(value, float) else f"{name}: {value}")
    for name, rows in more.items():
        click.echo(f"\n{name}")
        for row, cells in rows.items():
            click.echo("\t".join([row or "—", *(f"{k} {v:g}" for k, v in cells.items())]))


# What is told of each family.
_FAMILY = ("reports", "section_char_accuracy", "problem_f1", "measure_f1", "end_to_end_f1")


def _tables(
    counts: Tallies, families: dict[str, dict[str, float]]
) -> dict[str, dict[str, dict[str, float]]]:
    """Return tables by name: a row a label or family, its cells by name.

    Confusions count characters for sections and kinds, targets for clarity; "missed" is what the
    prediction has no label for.
    """
    return {
        "families": {
            name: {key: round(row[key], 4) for key in _FAMILY} for name, row in families.items()
        },
        "areas": {
            name: {"precision": round(t.precision, 4), "recall": round(t.recall, 4), "n": t.gold}
            for name, t in sorted(counts.areas.items())
        },
        "sections": _confusion(counts.sections),
        "kinds": _confusion(counts.kinds),
        "clarity": _confusion(counts.clarity),
    }


def _confusion(pairs: Mapping[tuple[str, str | None], int]) -> dict[str, dict[str, float]]:
    """Return for each gold label what it was taken for, the most frequent first."""
    out: dict[str, dict[str, float]] = {}
    for (gold, told), n in sorted(pairs.items(), key=lambda pair: -pair[1]):
        out.setdefault(gold, {})[told or "missed"] = n
    return dict(sorted(out.items()))


def _relabelled(gold: Sequence[Report], model: str | None) -> list[Report]:
    analyzer = analyzer_of(model)
    return [analyzer.analyze(source_of(report)) for report in gold]
