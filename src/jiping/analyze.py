"""The one place that orders the stages: read, clean, split, score, decode, judge."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Protocol, TypeVar

from jiping.errors import JipingError
from jiping.judging.judge import judge
from jiping.model.decode import Thresholds, decode
from jiping.model.scores import Scores
from jiping.reading.clean import clean
from jiping.reading.inputs import Input, inputs
from jiping.reading.metadata import metadata, refuse
from jiping.reading.read import read
from jiping.reading.source import Source
from jiping.report import Failure, ModelInfo, Report, SourceInfo
from jiping.statements.unit import Unit
from jiping.statements.units import units
from jiping.text import Text

log = logging.getLogger(__name__)
T = TypeVar("T")
_UNEXPECTED = "{}：读取时发生意外错误；请检查文件是否损坏，或另存后重试"


class Labeller(Protocol):
    """What gives scores to units: a model, or the rules."""

    @property
    def info(self) -> ModelInfo:
        """Name and version, for the report."""

    @property
    def thresholds(self) -> Thresholds:
        """Where decisions fall."""

    def score(self, units: Sequence[Unit]) -> Scores:
        """Return one row of scores a unit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A source before it is labelled: all that needs no model."""

    source: Source
    text: Text
    info: SourceInfo
    units: tuple[Unit, ...]


def prepare(source: Source, *, any_text: bool = False) -> Prepared:
    """Return a source cleaned, told apart from what is no report, and cut into units.

    Raises:
        NotAReport: the text is none, unless `any_text` is set.
        UnreadableInput: the text is too damaged to judge.
    """
    text = clean(source)
    refusal = refuse(source, text)
    if refusal is not None and not (any_text and refusal.code == "not_a_report"):
        raise refusal
    info = metadata(source, text)
    return Prepared(source=source, text=text, info=info, units=tuple(units(source, text)))


@dataclass(frozen=True)
class Analyzer:
    """Reads and labels reports with one labeller.

    `labeller` None takes the shipped model. `any_text` labels also what is no such report. `with_text` puts the source
    text into the report.
    """

    labeller: Labeller | None = None
    any_text: bool = False
    with_text: bool = False

    @cached_property
    def _labeller(self) -> Labeller:
        if self.labeller is not None:
            return self.labeller
        from jiping.model.model import Model

        return Model.load()

    @property
    def info(self) -> ModelInfo:
        """Name and version of what labels."""
        return self._labeller.info

    def analyze(self, source: Source) -> Report:
        """Return the report of a source.

        Raises:
            NotAReport: the text is none, unless `any_text` is set.
            UnreadableInput: the text is too damaged to judge.
        """
        return self.label(prepare(source, any_text=self.any_text))

    def label(self, prepared: Prepared) -> Report:
        """Return the report of a prepared source: score, decode, judge."""
        labeller, source = self._labeller, prepared.source
        scores = labeller.score(prepared.units)
        sections, statements = decode(prepared.units, scores, labeller.thresholds)
        report = Report(
            source=self._with_text(source, prepared.info),
            sections=sections,
            statements=statements,
            model=labeller.info,
        )
        return judge(report, source, prepared.text)

    def run(self, paths: Iterable[Path | str]) -> Iterator[Report]:
        """Yield a report for each input found under `paths`; one that fails has `error` set."""
        for item in inputs(paths):
            yield self.one(item)

    def one(self, item: Input) -> Report:
        """Return the report of one input, with `error` set where it cannot be had."""
        found = prepared(item, any_text=self.any_text)
        return found if isinstance(found, Report) else self.guarded_label(item.name, found)

    def guarded_label(self, name: str, found: Prepared) -> Report:
        """Return the report of a prepared input, with `error` set where labelling it failed."""
        return guarded(name, lambda: self.label(found), source=found.source)

    def _with_text(self, source: Source, info: SourceInfo) -> SourceInfo:
        return replace(info, text=source.text) if self.with_text else info


def prepared(item: Input, *, any_text: bool) -> Prepared | Report:
    """Return an input prepared, or its report with `error` set where that cannot be done."""
    source = guarded(item.name, item.load)
    if isinstance(source, Report):
        return source
    return guarded(item.name, lambda: prepare(source, any_text=any_text), source=source)


def guarded(name: str, make: Callable[[], T], *, source: Source | None = None) -> T | Report:
    """Return what `make` returns, or the report of an input that failed: one must not stop a run."""
    try:
        return make()
    except JipingError as error:
        return failed(name, error.code, str(error), source=source)
    except Exception:
        log.exception("%s: unexpected failure", name)
        return failed(name, "unreadable", _UNEXPECTED.format(name), source=source)


def failed(path: str, code: str, message: str, *, source: Source | None = None) -> Report:
    """Return the report of an input that could not be read or is none; `source` where it was."""
    info = SourceInfo(
        path=path,
        sha256=source.sha256 if source else "",
        media_type=source.media_type if source else "",
        n_chars=len(source.text) if source else 0,
    )
    return Report(source=info, error=Failure(code=code, message=message))


def analyze(
    path: Path | str, *, labeller: Labeller | None = None, any_text: bool = False
) -> Report:
    """Read a file and return its labelled report, with the source text in `source.text`.

    Example:
        >>> report = analyze("report.docx")  # doctest: +SKIP
        >>> [s.text for s in report.statements if s.kind == "problem"]  # doctest: +SKIP

    Raises:
        UnreadableInput: the file cannot be turned into text.
        NotAReport: the text is no performance report, unless `any_text` is set.
    """
    return Analyzer(labeller=labeller, any_text=any_text, with_text=True).analyze(read(path))
