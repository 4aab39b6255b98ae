"""How weak a report is, and why: the sum of named reasons, by a file that a bureau can edit."""

from __future__ import annotations

from collections.abc import Collection

from jiping.judging.facts import Facts
from jiping.judging.reasons import Finding, findings
from jiping.judging.settings import Settings
from jiping.report import Reason, Report, Triage


def triage(report: Report, settings: Settings, *, copied: Collection[int] = ()) -> Triage | None:
    """Return the report's score, 0-100, higher = weaker, with every reason, most points first.

    None for a report with `error` set: what could not be read is not weak. `copied` holds ids of statements
    that recur; points are rounded to one decimal before they are added.
    """
    if report.error is not None:
        return None
    reasons = [_reason(f, settings) for f in findings(Facts(report, settings, copied))]
    given = sorted((r for r in reasons if r.points > 0), key=lambda r: -r.points)
    score = min(100.0, round(sum((r.points for r in given), 0.0), 1))
    return Triage(score=score, level=level(score, settings), reasons=tuple(given))


def level(score: float, settings: Settings) -> str:
    """Return the level of a score, a key of labels.LEVELS."""
    if score >= settings.levels.weak:
        return "weak"
    return "watch" if score >= settings.levels.watch else "sound"


def _reason(finding: Finding, settings: Settings) -> Reason:
    rule = settings.reasons.get(finding.code)
    if rule is None:
        return Reason(code=finding.code, points=0, message="")
    return Reason(
        code=finding.code,
        points=round(rule.points * finding.share, 1),
        message=rule.message.format_map(finding.values),
        statements=finding.statements,
    )
