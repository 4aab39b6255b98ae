"""The word lists of flags, words.toml, and the hints that go with flags, hints.csv."""

from __future__ import annotations

import csv
import functools
import re
import tomllib
from importlib import resources
from typing import Final

from jiping.statements.figures import figures
from jiping.statements.numbering import number

# Names with digits and years say nothing about how much is to be reached (codebook §4).
_NAMES: Final = re.compile(r"《[^》]*》|“[^”]*”|[（(]?20\d\d\s*年度?[)）]?|〔\d+〕\d*号?")


@functools.cache
def words(name: str) -> re.Pattern[str]:
    """Return the alternatives of one list of words.toml as a pattern."""
    lists = tomllib.loads(_read("words.toml"))
    return re.compile("|".join(lists[name]))


@functools.cache
def hints() -> dict[tuple[str, str], str]:
    """Return the Chinese hint for (flag, kind of statement)."""
    lines = (line for line in _read("hints.csv").splitlines() if not line.startswith("#"))
    return {(row["flag"], row["kind"]): row["hint"] for row in csv.DictReader(lines)}


def has_value(text: str) -> bool:
    """Return whether a text holds a value that can be checked: a number, rate, rank or date.

    Years, ordinals, slogans with figures and list numbers are none (codebook §4).
    """
    head = number(text)
    plain = text[head.end :] if head else text
    if words("value").search(_NAMES.sub("", plain)):
        return True
    return any(f.kind != "none" for f in figures(plain))


def _read(name: str) -> str:
    return resources.files(__package__).joinpath(name).read_text(encoding="utf-8")
