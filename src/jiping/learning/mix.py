"""What a training run reads: written reports, the statement bank, composed and unlabelled text."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Final

import datasets
import msgspec
import numpy as np

from jiping.annotation.compose import compose
from jiping.errors import BadAnnotation
from jiping.learning.settings import TrainConfig
from jiping.learning.train import Mix
from jiping.report import Report, SourceInfo

# Seeds of epochs are this far apart, so that runs of near seeds do not share composed reports.
_APART: Final = 100_003
# Unlabelled text comes in pieces of about this many characters, so many an epoch.
_PIECE: Final = 1500
_PIECES: Final = 60


def fed(annotations: Path, part: str, split: str) -> list[Report]:
    """Return the labelled reports of one part of a split, by way of `datasets`; [] without a file.

    Raises:
        BadAnnotation: the file holds something else.
    """
    path = annotations / part / f"{split}.jsonl"
    if not path.exists():
        return []
    datasets.disable_progress_bars()
    try:
        rows = datasets.Dataset.from_json(str(path), keep_in_memory=True)
        return [_report(row) for row in rows]
    except (msgspec.ValidationError, datasets.exceptions.DatasetGenerationError) as error:
        raise BadAnnotation(f"{path}：{error}；请检查文件") from error


def _report(row: dict[str, object]) -> Report:
    """Return a row as a report; a table has every column in every row, a report's meta has not."""
    meta = row["meta"]
    if isinstance(meta, dict):
        row["meta"] = {name: value for name, value in meta.items() if value is not None}
    return msgspec.convert(row, Report)


def mixed(reports: Sequence[Report], bank: Sequence[Report], config: TrainConfig) -> Mix:
    """Return what gives the reports of an epoch: all written ones, new composed ones, and text."""
    texts = list(unlabelled(config.unlabelled))

    def epoch(number: int) -> Iterable[Report]:
        seed = config.seed * _APART + number
        made = compose(reports, bank, seed) if config.composed else iter(())
        at = np.random.default_rng(seed).permutation(len(texts))[:_PIECES]
        return [*reports, *bank, *islice(made, config.composed), *(texts[i] for i in at)]

    return epoch


def unlabelled(files: Sequence[Path]) -> Iterator[Report]:
    """Yield pieces of the texts of JSON Lines as reports without statements."""
    for text in texts_of(files):
        for piece in _pieces(text):
            yield Report(source=_source("", piece))


def texts_of(files: Sequence[Path]) -> Iterator[str]:
    """Yield the texts of JSON Lines."""
    for file in files:
        for line in file.read_text(encoding="utf-8").splitlines():
            yield json.loads(line)["text"]


def _pieces(text: str) -> Iterator[str]:
    held: list[str] = []
    for line in text.splitlines(keepends=True):
        held.append(line)
        if sum(map(len, held)) >= _PIECE:
            yield "".join(held)
            held = []


def _source(path: str, text: str) -> SourceInfo:
    digest = hashlib.sha256(text.encode()).hexdigest()
    return SourceInfo(
        path=path, sha256=digest, media_type="text/plain", n_chars=len(text), text=text
    )
