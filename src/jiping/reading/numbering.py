"""Word's automatic numbering as text: 一、（一）1. are not in the runs, only in numbering.xml."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"

_DIGITS = "零一二三四五六七八九"
_LEGAL = "零壹贰叁肆伍陆柒捌玖"
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES = "子丑寅卯辰巳午未申酉戌亥"
_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"),
    (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_CHINESE = re.compile(
    "(?:chinese|japanese|taiwanese)Counting(?:Thousand)?|ideographDigital|japaneseDigitalTenThousand"
)
# Level texts that are glyphs of symbol fonts.
_BULLETS = {"\uf06c": "●", "\uf06e": "■", "\uf0d8": "➢", "\uf0fc": "✓", "\uf075": "◆"}


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a list: `text` is the pattern (第%1章), `restart` None follows the parent."""

    format: str = "decimal"
    text: str = "%1."
    start: int = 1
    style: str | None = None
    restart: int | None = None
    legal: bool = False


@dataclass(slots=True)
class Numbering:
    """The lists of a document and how far each has counted."""

    levels: dict[str, dict[int, Level]] = field(default_factory=dict)  # by num, overrides applied
    lists: dict[str, str] = field(default_factory=dict)  # num -> the list that it counts in
    starts: dict[str, dict[int, int]] = field(default_factory=dict)  # num -> restarts on first use
    counts: dict[str, dict[int, int]] = field(default_factory=dict)

    def level_of_style(self, num: str, style: str) -> int:
        """Return the level that a list links to a paragraph style, 0 if none is."""
        levels = self.levels.get(num, {})
        return next((i for i, level in levels.items() if level.style == style), 0)

    def label(self, num: str, ilvl: int) -> str:
        """Count one paragraph and return its number as Word shows it, "" without one."""
        levels = self.levels.get(num)
        if levels is None or ilvl not in levels:
            return ""
        counts = self.counts.setdefault(self.lists[num], {})
        self._restart(num, counts)
        counts[ilvl] = counts.get(ilvl, levels[ilvl].start - 1) + 1
        for deeper in [i for i in counts if i > ilvl]:
            if levels.get(deeper, Level()).restart != 0:
                del counts[deeper]
        return _render(levels, counts, ilvl)

    def _restart(self, num: str, counts: dict[int, int]) -> None:
        for ilvl, start in self.starts.pop(num, {}).items():
            counts[ilvl] = start - 1


def _render(levels: dict[int, Level], counts: dict[int, int], ilvl: int) -> str:
    level = levels[ilvl]
    if level.format == "none":
        return ""
    if level.format == "bullet":
        return _BULLETS.get(level.text, "●" if level.text[:1] >= "\ue000" else level.text)

    def number(match: re.Match[str]) -> str:
        i = int(match[1]) - 1
        shown = levels.get(i, Level())
        value = counts.get(i, shown.start)
        return format_number(value, "decimal" if level.legal else shown.format)

    return re.sub(r"%([1-9])", number, level.text)


def format_number(value: int, form: str) -> str:
    """Return a count as Word writes it in a number format; decimal for unknown formats."""
    if _CHINESE.fullmatch(form):
        return _chinese(value, _DIGITS)
    if form in ("chineseLegalSimplified", "ideographLegalTraditional"):
        return _chinese(value, _LEGAL)
    if form == "ideographTraditional":
        return _STEMS[(value - 1) % 10]
    if form == "ideographZodiac":
        return _BRANCHES[(value - 1) % 12]
    if form in ("lowerLetter", "upperLetter"):
        letter = chr(ord("a") + (value - 1) % 26) * ((value - 1) // 26 + 1)
        return letter.upper() if form == "upperLetter" else letter
    if form in ("lowerRoman", "upperRoman"):
        return _roman(value).upper() if form == "upperRoman" else _roman(value)
    if form in _ENCLOSED and 0 < value <= 20:
        return chr(ord(_ENCLOSED[form]) + value - 1)
    return f"{value:02d}" if form == "decimalZero" else str(value)


_ENCLOSED = {
    "decimalEnclosedCircle": "①",
    "decimalEnclosedCircleChinese": "①",
    "decimalEnclosedParen": "⑴",
    "decimalEnclosedFullstop": "⒈",
}


def _chinese(value: int, digits: str) -> str:
    """Return 1 to 9999 in Chinese counting: 十, 二十一, 一百零三; other values as digits."""
    if not 0 < value < 10_000:
        return str(value)
    units = ("", "十", "百", "千") if digits == _DIGITS else ("", "拾", "佰", "仟")
    text = ""
    for place, digit in enumerate(reversed(str(value))):
        text = digits[int(digit)] + (units[place] if digit != "0" else "") + text
    text = re.sub(f"{digits[0]}+", digits[0], text).rstrip(digits[0])
    return text[1:] if text.startswith("一十") else text


def _roman(value: int) -> str:
    text = ""
    for worth, letters in _ROMAN:
        text += letters * (value // worth)
        value %= worth
    return text


def numbering(root: etree._Element | None, links: dict[str, str] | None = None) -> Numbering:
    """Return the lists of numbering.xml; `links` maps a numbering style to its num."""
    found = Numbering()
    if root is None:
        return found
    abstracts = {a.get(f"{W}abstractNumId", ""): a for a in root.iter(f"{W}abstractNum")}
    nums = {num.get(f"{W}numId", ""): num for num in root.iter(f"{W}num")}
    for num_id, num in nums.items():
        abstract_id = _value(num, "abstractNumId") or ""
        style = _value(abstracts.get(abstract_id), "numStyleLink")
        linked = nums.get((links or {}).get(style or "", ""))
        if linked is not None:
            abstract_id = _value(linked, "abstractNumId") or ""
        levels = _levels(abstracts.get(abstract_id))
        starts = {}
        for override in num.iter(f"{W}lvlOverride"):
            ilvl = _int(override.get(f"{W}ilvl"), 0)
            levels |= _levels(override)
            if start := _value(override, "startOverride"):
                starts[ilvl] = _int(start, 1)
        found.levels[num_id] = levels
        found.lists[num_id] = abstract_id
        found.starts[num_id] = starts
    return found


def _levels(parent: etree._Element | None) -> dict[int, Level]:
    if parent is None:
        return {}
    return {_int(lvl.get(f"{W}ilvl"), 0): _level(lvl) for lvl in parent.findall(f"{W}lvl")}


def _level(lvl: etree._Element) -> Level:
    restart = _value(lvl, "lvlRestart")
    legal = lvl.find(f"{W}isLgl")
    return Level(
        format=_value(lvl, "numFmt") or _alternate_format(lvl) or "decimal",
        text=_value(lvl, "lvlText") or "",
        start=_int(_value(lvl, "start"), 1),
        style=_value(lvl, "pStyle"),
        restart=_int(restart, 1) if restart else None,
        legal=legal is not None and legal.get(f"{W}val", "1") not in ("0", "false"),
    )


def _alternate_format(lvl: etree._Element) -> str | None:
    found = next(lvl.iter(f"{W}numFmt"), None)  # inside mc:AlternateContent
    return None if found is None else found.get(f"{W}val")


def _value(parent: etree._Element | None, child: str) -> str | None:
    found = None if parent is None else parent.find(f"{W}{child}")
    return None if found is None else found.get(f"{W}val")


def _int(text: str | None, default: int) -> int:
    """Return the number that an attribute holds, `default` without one or for nonsense."""
    return int(text) if text is not None and text.isdecimal() and len(text) < 6 else default
