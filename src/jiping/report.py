"""What a report says: the types of the output contract, schema jiping/1.

One type serves for gold and for predicted: a `Report` read from annotations differs from one
made by a model only in its `model`. Training, evaluation, Label Studio and the exports all
read and write `Report`. Offsets are half-open Unicode code points into the source text.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields

import msgspec

from jiping.errors import BadAnnotation

SCHEMA = "jiping/1"
_OF_FAILURES = ("error",)
_OF_REPORTS = ("sections", "statements", "links", "checks", "triage", "model", "meta")


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceInfo:
    """Where a report came from. None means: not found, not guessed.

    `kind` is whole_department, project, transfer, evaluation or final_account. `text` is filled on
    request only. `pages` holds the offset at which each page begins, empty without pages.
    """

    path: str
    sha256: str
    media_type: str
    n_chars: int
    title: str | None = None
    unit: str | None = None
    year: int | None = None
    template: str | None = None
    kind: str | None = None
    region: str | None = None
    pages: tuple[int, ...] = ()
    text: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A run of statements of one section. `title` is the heading that opens it, None without."""

    id: int
    section: str
    title: str | None
    start: int
    end: int
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """An area of a problem or measure. `confidence` is a probability, rounded to 4 digits."""

    area: str
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """What a reader can check about a statement; None where nothing in the text shows it."""

    flag: str
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A sentence or list item, and what it says.

    `text` is the span made readable. `areas` is empty unless `kind` is problem or measure,
    strongest first; `clarity` is None unless `kind` is target. `item` ties the statements of one
    problem, measure or target together. `review` asks for a person.
    """

    id: int
    item: int | None = None
    start: int
    end: int
    text: str
    section: str
    kind: str
    confidence: float = 1.0
    review: bool = False
    areas: tuple[Area, ...] = ()
    clarity: str | None = None
    clarity_confidence: float | None = None
    flags: tuple[Flag, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A problem and the measures that answer it, all by statement id (an item's first)."""

    problem: int
    measures: tuple[int, ...]
    confidence: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """Figures that do not agree: what the text states, and what follows from the other figures."""

    check: str
    start: int
    end: int
    stated: str
    computed: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One named share of the triage score, and the statements that show it."""

    code: str
    points: float
    message: str
    statements: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Triage:
    """How weak a report is: `score` 0-100, higher = weaker, the capped sum of the points."""

    score: float
    level: str
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelInfo:
    """What made the labels; `name` is "rules" for the rule labeller, a person's for gold."""

    name: str
    version: str
    sha256: str = ""
    runtime: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Why an input has no report; `message` tells a person what to do."""

    code: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All that is known about one report; with `error` set, nothing else but its source is."""

    schema: str = SCHEMA
    source: SourceInfo
    sections: tuple[Section, ...] = ()
    statements: tuple[Statement, ...] = ()
    links: tuple[Link, ...] = ()
    checks: tuple[Check, ...] = ()
    triage: Triage | None = None
    model: ModelInfo | None = None
    error: Failure | None = None
    meta: dict[str, str] = field(default_factory=dict)

    @classmethod
    def from_json(cls, line: str | bytes) -> Report:
        """Read one line of output or gold; wrong types raise with the path of the field."""
        try:
            return msgspec.json.decode(line, type=cls)
        except msgspec.DecodeError as error:
            raise BadAnnotation(f"不是 {SCHEMA} 格式的报告（{error}）；请检查文件") from error

    def to_json(self) -> bytes:
        """Return the report as one line of JSON, the same bytes for the same report.

        `error` is there only where it is set, and then nothing else but the source.
        """
        left_out = _OF_REPORTS if self.error is not None else _OF_FAILURES
        return msgspec.json.encode(
            {f.name: getattr(self, f.name) for f in fields(self) if f.name not in left_out}
        )

    def items(self, kind: str) -> list[list[Statement]]:
        """Return the items of a kind, each the list of its adjacent statements."""
        found: list[list[Statement]] = []
        last: int | None = None
        for statement in self.statements:
            if statement.kind != kind:
                last = None
                continue
            if statement.item is not None and statement.item == last:
                found[-1].append(statement)
            else:
                found.append([statement])
            last = statement.item
        return found
