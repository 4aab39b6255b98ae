"""Figures of a report that do not agree with each other (codebook §5).

A wrong alarm costs an evaluator more than a missed one: a check compares only what the text relates, all readings of a
relation are tried, and a finding is made only where none of them holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from jiping.judging.checks_balance import balances
from jiping.judging.checks_digits import malformed
from jiping.judging.checks_growth import growths
from jiping.judging.checks_heads import heads
from jiping.judging.checks_parts import parts
from jiping.judging.checks_ratio import ratios
from jiping.judging.checks_score import scores
from jiping.judging.checks_sum import sums
from jiping.judging.checks_table import tables
from jiping.judging.passages import Finding, Passage, masked, passages
from jiping.reading.source import Source
from jiping.report import Check
from jiping.text import Text

_RELATIONS: tuple[Callable[[Passage], Iterable[Finding]], ...] = (
    sums,
    ratios,
    growths,
    parts,
    balances,
    scores,
)


def checks(source: Source, text: Text) -> tuple[Check, ...]:
    """Return the findings in a source, in the order of the text.

    `text` is the source cleaned; the offsets of the findings are those of the source. A text read from images has no
    findings: a figure may be the reader's mistake.
    """
    if source.ocr:
        return ()
    found = [*malformed(source, text), *tables(source, text), *heads(text), *_related(source, text)]
    return tuple(sorted(_distinct(found), key=lambda c: (c.start, c.end, c.check)))


def _related(source: Source, text: Text) -> Iterator[Check]:
    for passage in passages(text.chars):
        for relation in _RELATIONS:
            for finding in relation(passage):
                if not _damaged(source, text, passage, finding):
                    yield finding.placed(passage, text)


def _damaged(source: Source, text: Text, passage: Passage, finding: Finding) -> bool:
    """Tell whether a number among those of the finding is masked (cleaning takes ** away) or unread."""
    start, _ = passage.sentence(min(m.at for m in finding.marks))
    if "ｕ" in passage.pattern[start : max(m.at for m in finding.marks)]:
        return True
    figures = [mark.figure for mark in finding.marks]
    spans = [text.span(passage.start + f.start, passage.start + f.end) for f in figures]
    return any(masked(source.text, *span) for span in spans)


def _distinct(found: list[Check]) -> list[Check]:
    """Leave one finding of a kind a place, the first."""
    kept: list[Check] = []
    for check in found:
        if not any(
            k.check == check.check
            and k.stated == check.stated
            and k.start < check.end
            and check.start < k.end
            for k in kept
        ):
            kept.append(check)
    return kept
