"""What triage looks at: a report's items, results and score."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from jiping.judging.settings import Settings
from jiping.judging.words import has_value
from jiping.report import Report, Statement

_RESULT_SECTIONS: Final = ("task_completion", "achievements", "work_plan", "management_efficiency")
_SELF_SCORE: Final = re.compile(
    r"(?:(?:自评|自我评价|综合|评价|总)[^，。；\d]{0,14}?(?:得分|总分|分数|评分|为|得)[^，。；\d]{0,8}|自评|绩效得分|^得分)"
    r"(\d{2,3}(?:\.\d+)?)\s*分(?!值|以|及|[（(]含|[、，]?满分|制)"
)
# 总分为100分, 满分100分: the scale, not the score.
_SCALE: Final = re.compile(r"满分|总分[值为是共]{0,2}\s*100\D|标准|分值")
# A class that is less likely than all others together accuses nobody.
_SURE: Final = 0.5


# The column of 自评表 that holds problems and measures, beside the values (shared/outlines.md §1, forms).
_REASON_COLUMN = re.compile(
    r"(?:分值|得分|完成值)\s*(?:偏差|未完成)[^，。]{0,8}原因|^(?:偏差|未完成)原因分析及改进措施$"
)


@dataclass(frozen=True)
class Facts:
    """A report, its items and what is known beside it, for the reasons.

    `copied` holds ids of statements that recur.
    """

    report: Report
    settings: Settings
    copied: Collection[int] = ()

    @cached_property
    def reason_column(self) -> int | None:
        """The statement that heads a form's reason cells; None where the report is no form."""
        heads = (s.id for s in self.report.statements if _REASON_COLUMN.search(s.text))
        return next(heads, None)

    @property
    def is_form(self) -> bool:
        """Tell whether the report is a form, whose rows give the reasons for what was not reached."""
        return self.reason_column is not None

    @property
    def answers_in_cells(self) -> bool:
        """Tell whether a measure stands below the head of the reason cells."""
        head = self.reason_column
        return head is not None and any(m[0].id > head for m in self.measures)

    @cached_property
    def problems(self) -> list[list[Statement]]:
        """Items that state a problem."""
        return self.report.items("problem")

    @cached_property
    def measures(self) -> list[list[Statement]]:
        """Items that state a measure."""
        return self.report.items("measure")

    @cached_property
    def targets(self) -> list[list[Statement]]:
        """Items that state a target."""
        return self.report.items("target")

    @cached_property
    def vague(self) -> list[list[Statement]]:
        """Targets that hold no value, and whose every statement is vague beyond doubt."""
        return [t for t in self.targets if all(map(_vague, t)) and not has_value(whole(t))]

    @cached_property
    def results(self) -> list[Statement]:
        """Results told as such; not those of management and scores."""
        kept = (s for s in self.report.statements if s.kind == "result")
        return [s for s in kept if s.section in _RESULT_SECTIONS and len(s.text) > 8]

    @cached_property
    def bare(self) -> list[Statement]:
        """Results without any value."""
        return [s for s in self.results if not has_value(s.text)]

    @cached_property
    def score(self) -> float | None:
        """The self-evaluation's score of 100, None where none is stated."""
        for section in ("self_rating", "front_matter", "management_efficiency"):
            told = (s.text for s in self.report.statements if s.section == section)
            for hit in (m for text in told for m in _SELF_SCORE.finditer(text)):
                if 50 <= float(hit[1]) <= 100 and not _SCALE.search(hit[0]):
                    return float(hit[1])
        return None


def _vague(statement: Statement) -> bool:
    sure = statement.clarity_confidence
    return statement.clarity == "vague" and (sure is None or sure >= _SURE)


def whole(item: Iterable[Statement]) -> str:
    """Return the text of an item."""
    return "".join(s.text for s in item)
