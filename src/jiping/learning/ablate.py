"""Many configurations, each with several seeds, one after another; the table of what they gave.

A run that is done is not done again: its figures stand in `out/<name>-<seed>/figures.jsonl`.
"""

from __future__ import annotations

import json
import statistics
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import msgspec

from jiping.errors import BadSettings
from jiping.learning.card import table
from jiping.learning.settings import TrainConfig, read_settings
from jiping.learning.train import Mix, train
from jiping.report import Report

COLUMNS = (
    "section_accuracy",
    "section_macro_f1",
    "kind_macro_f1",
    "problem_f1",
    "measure_f1",
    "areas_micro_f1",
    "areas_macro_f1",
    "clarity_macro_f1",
    "begins_f1",
    "link_f1",
)


def configurations(path: Path) -> dict[str, TrainConfig]:
    """Return the named configurations of a TOML file.

    `base` names a settings file beside it, `[all]` what all runs change of it, `[runs.<name>]` what
    each changes.

    Raises:
        BadSettings: no such file, or a setting that is unknown or of the wrong type.
    """
    try:
        plan = tomllib.loads(path.read_text(encoding="utf-8"))
        base, runs, shared = path.parent / plan["base"], plan["runs"], plan.get("all", {})
    except (OSError, KeyError, tomllib.TOMLDecodeError) as error:
        raise BadSettings(f"{path}：{error}") from error
    return {
        name: read_settings(base, {"out": name} | shared | changes)
        for name, changes in runs.items()
    }


def ablate(
    plan: Mapping[str, TrainConfig],
    seeds: Sequence[int],
    data: Callable[[TrainConfig], tuple[Mix, Sequence[Report]]],
    out: Path,
) -> dict[str, list[dict[str, float]]]:
    """Run what is not done yet, write `out/table.json` and `out/table.md` after each run."""
    found: dict[str, list[dict[str, float]]] = {name: [] for name in plan}
    for seed in seeds:
        for name, config in plan.items():
            run = replace(config, seed=seed, out=out / f"{name}-{seed}")
            figures = last_figures(run)
            if figures is None:
                mix, dev = data(run)
                train(run, mix, dev)
                figures = last_figures(run)
            found[name].append(figures or {})
            write_table(found, out)
    return found


def last_figures(config: TrainConfig) -> dict[str, float] | None:
    """Return the figures at the last step of a run, None if it has not come to that."""
    path = config.out / "figures.jsonl"
    if not path.exists():
        return None
    row: dict[str, float] = json.loads(path.read_text(encoding="utf-8").splitlines()[-1])
    return row if row["step"] == config.steps else None


def write_table(found: Mapping[str, Sequence[Mapping[str, float]]], out: Path) -> None:
    """Write the figures so far: mean and, from two seeds on, the standard deviation."""
    out.mkdir(parents=True, exist_ok=True)
    (out / "table.json").write_bytes(msgspec.json.format(msgspec.json.encode(found), indent=1))
    rows = [
        [name, str(len(runs)), *(_cell([run[c] for run in runs if c in run]) for c in COLUMNS)]
        for name, runs in found.items()
        if runs
    ]
    text = table(["run", "seeds", *COLUMNS], rows)
    (out / "table.md").write_text(text, encoding="utf-8")


def _cell(values: Sequence[float]) -> str:
    if not values:
        return "—"
    mean = f"{statistics.mean(values):.3f}"
    return mean if len(values) == 1 else f"{mean} ± {statistics.stdev(values):.3f}"
