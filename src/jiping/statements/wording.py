"""What the wording of a heading says: the table of phrases, headings.csv."""

from __future__ import annotations

import csv
import functools
import re
from importlib import resources
from typing import NamedTuple

from jiping.statements.numbering import bare

# Beyond this a line with a known phrase in it is a sentence, not a title.
LONGEST_TITLE = 34


class Phrase(NamedTuple):
    """One row of headings.csv."""

    sections: tuple[str, ...]
    how: str
    phrase: str


@functools.cache
def phrases() -> tuple[Phrase, ...]:
    """Return the rows of headings.csv, longest phrase first."""
    text = resources.files(__package__).joinpath("headings.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
    table = [Phrase(tuple(r["sections"].split("|")), r["how"], r["phrase"]) for r in rows]
    return tuple(sorted(table, key=lambda row: -len(row.phrase)))


@functools.lru_cache(maxsize=4096)
def sections_of(title: str) -> tuple[str, ...]:
    """Return the sections that a title's wording opens, () where no phrase is known.

    A title that asks for problems and for measures opens both, problems first (codebook §1, joined
    headings).
    """
    words = bare(title)
    if not words or len(words) > LONGEST_TITLE:
        return ()
    hits = _apart(_hits(words), words)
    joined = tuple(dict.fromkeys(s for row in hits for s in row.sections if s in _JOINABLE))
    if len(joined) > 1:
        return joined
    return (
        max(hits, key=lambda row: (len(row.phrase), words.rfind(row.phrase))).sections
        if hits
        else ()
    )


def exact(title: str, *, odd: int = 4) -> bool:
    """Return whether a title is nothing but a known phrase, give or take its number and marks.

    `odd` is how many characters more it may have.
    """
    words = bare(title)
    rest = words
    hits = _apart(_hits(words), words)
    for row in hits:
        rest = rest.replace(row.phrase, "", 1)
    return bool(hits) and len(_FILLER.sub("", rest)) <= odd


# What any title may carry beside its phrase.
_FILLER = re.compile(
    r"情况|分析|说明|总体|整体|年度|项目|部门|单位|工作|主要|有关|绩效|\d{4}年?|[本及和与的、，]"
)


def leading_phrase(text: str, start: int) -> int:
    """Return the end of the longest known phrase that `text` has at `start`, or `start`."""
    match = _leading().match(text, start)
    return match.end() if match else start


@functools.cache
def _leading() -> re.Pattern[str]:
    return re.compile("|".join(re.escape(p.phrase) for p in phrases() if len(p.phrase) > 3))


@functools.cache
def _anywhere() -> tuple[re.Pattern[str], dict[str, Phrase]]:
    """Return what finds the longest `has` phrase at each place of a title, and their rows."""
    rows = {row.phrase: row for row in phrases() if row.how == "has"}
    return re.compile("(?=(" + "|".join(map(re.escape, rows)) + "))"), rows


@functools.cache
def _bound() -> tuple[dict[str, Phrase], tuple[Phrase, ...]]:
    """Return the `is` rows by phrase, and the `ends` rows."""
    whole = {row.phrase: row for row in phrases() if row.how == "is"}
    return whole, tuple(row for row in phrases() if row.how == "ends")


@functools.cache
def _order() -> dict[Phrase, int]:
    return {row: i for i, row in enumerate(phrases())}


def _hits(words: str) -> list[Phrase]:
    """Return the rows that fit a title, longest first."""
    pattern, rows = _anywhere()
    whole, ends = _bound()
    found = {rows[match[1]] for match in pattern.finditer(words)}
    found |= {row for row in ends if words.endswith(row.phrase)}
    if words in whole:
        found.add(whole[words])
    return sorted(found, key=_order().__getitem__)


# Functions that headings join: 经验、问题和建议; 偏离绩效目标的原因和下一步改进措施.
_JOINABLE = ("self_rating", "achievements", "problems", "measures")


def _apart(rows: list[Phrase], words: str) -> list[Phrase]:
    """Return the longest of rows that overlap in the title, in the order of the title."""
    whole = [row for row in rows if row.how == "is"]
    taken: list[tuple[int, int, Phrase]] = []
    for row in whole or rows:
        start = words.rfind(row.phrase)
        end = start + len(row.phrase)
        if all(end <= a or start >= b for a, b, _ in taken):
            taken.append((start, end, row))
    return [row for _, _, row in sorted(taken, key=lambda hit: hit[0])]
