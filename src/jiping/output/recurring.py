"""Copies between the reports of a run, as the pages, the workbook and triage take them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from jiping.judging.copies import Copy, Place, copies, repeated
from jiping.output.sheet import Cell
from jiping.output.text import title
from jiping.report import Report

_SCOPES = {"within": "本报告内", "last_year": "与往年报告", "between": "与其他单位"}
_SHOWN = 4


@dataclass(frozen=True, slots=True)
class Recurring:
    """The copies of substance in a run; places index `reports`."""

    reports: Sequence[Report]
    copies: Sequence[Copy]

    @classmethod
    def find(cls, reports: Sequence[Report]) -> Recurring:
        """Compare all reports; template sentences and one report given twice are no copies."""
        found = [c for c in copies(reports) if c.kind == "substance"]
        return cls(reports, [c for c in found if not _same_report(c, reports)])

    def ids(self, at: int) -> tuple[int, ...]:
        """Return the ids of a report's statements that recur, in it or elsewhere."""
        if self.reports[at].error is not None:
            return ()
        known = {s.id for s in self.reports[at].statements}
        elsewhere = {
            i
            for copy in self.copies
            if copy.scope != "within"
            for place in copy.places
            if place.report == at
            for i in range(place.first, place.last + 1)
        }
        return tuple(sorted(elsewhere & known | set(repeated(self.reports[at]))))

    def sentences(self, at: int) -> list[str]:
        """Return what to say of a report's copies on its page."""
        return [
            f"{_SCOPES[copy.scope]}雷同（相似度 {copy.similarity:.2f}）："
            f"“{copy.text}”{self._others(copy, at)}"
            for copy in self.copies
            if any(place.report == at for place in copy.places)
        ]

    def rows(self) -> list[list[Cell]]:
        """Return the rows of the workbook's sheet: first place, then each further one."""
        return [row for copy in self.copies for row in self._rows(copy)]

    def _rows(self, copy: Copy) -> Iterator[list[Cell]]:
        first, *others = copy.places
        for place in others:
            yield [
                self._name(first), self._text(first), self._name(place), self._text(place),
                _SCOPES[copy.scope], copy.similarity, f"≥{copy.threshold:.2f}",
            ]  # fmt: skip

    def _others(self, copy: Copy, at: int) -> str:
        names = dict.fromkeys(self._name(p) for p in copy.places if p.report != at)
        shown = "、".join(list(names)[:_SHOWN]) + ("等" if len(names) > _SHOWN else "")
        return f"　另见：{shown}" if names else ""

    def _name(self, place: Place) -> str:
        source = self.reports[place.report].source
        year = f"（{source.year}年）" if source.year else ""
        return f"{source.unit or title(self.reports[place.report])}{year}"

    def _text(self, place: Place) -> str:
        statements = self.reports[place.report].statements
        return "".join(s.text for s in statements if place.first <= s.id <= place.last)


def _same_report(copy: Copy, reports: Sequence[Report]) -> bool:
    """Tell whether all places are of one unit and year: a report given twice, as docx and pdf."""
    named = {(reports[p.report].source.unit, reports[p.report].source.year) for p in copy.places}
    return copy.scope != "within" and len(named) == 1
