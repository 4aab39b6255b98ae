"""Paragraph styles of a Word document: what a paragraph inherits."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from jiping.reading.numbering import W

_DEPTH = 20  # longer chains of basedOn are loops


@dataclass(frozen=True, slots=True)
class Style:
    """What a style says itself; None where it leaves the matter to the style it is based on.

    `outline` is 0 for the outermost heading, 9 for body text. `num` is "0" for: no number.
    """

    base: str | None = None
    outline: int | None = None
    bold: bool | None = None
    num: str | None = None
    ilvl: int | None = None
    is_title: bool = False


def properties(ppr: etree._Element | None, rpr: etree._Element | None) -> Style:
    """Return what paragraph properties and run properties say."""
    numbers = None if ppr is None else ppr.find(f"{W}numPr")
    outline = _int(ppr, "outlineLvl")
    return Style(
        outline=outline,
        bold=bold(rpr),
        num=_text(numbers, "numId"),
        ilvl=_int(numbers, "ilvl"),
    )


def bold(rpr: etree._Element | None) -> bool | None:
    """Return whether run properties make bold, None if they do not say."""
    found = None if rpr is None else rpr.find(f"{W}b")
    return None if found is None else found.get(f"{W}val", "1") not in ("0", "false", "none")


def styles(root: etree._Element | None) -> tuple[dict[str, Style], dict[str, str]]:
    """Return the paragraph styles with all that they inherit, and numbering styles -> num."""
    own: dict[str, Style] = {}
    links: dict[str, str] = {}
    for style in root.iter(f"{W}style") if root is not None else ():
        key, kind = style.get(f"{W}styleId", ""), style.get(f"{W}type")
        found = _style(style)
        if kind == "paragraph":
            own[key] = found
            if style.get(f"{W}default") in ("1", "true"):
                own[""] = found
        elif kind == "numbering" and found.num:
            links[key] = found.num
    return {key: _inherit(own, key) for key in own}, links


def _style(style: etree._Element) -> Style:
    said = properties(style.find(f"{W}pPr"), style.find(f"{W}rPr"))
    name = (_text(style, "name") or "").lower()
    outline = said.outline
    if outline is None and name.startswith("heading ") and name[8:].isdigit():
        outline = int(name[8:]) - 1
    return Style(
        base=_text(style, "basedOn"),
        outline=outline,
        bold=said.bold,
        num=said.num,
        ilvl=said.ilvl,
        is_title=name in ("title", "标题"),
    )


def _inherit(own: dict[str, Style], key: str) -> Style:
    found = own[key]
    base = found.base
    for _ in range(_DEPTH):
        if base not in own or base is None:
            break
        found, base = over(found, own[base]), own[base].base
    return found


def over(said: Style, base: Style) -> Style:
    """Return `said`, filled up from `base` where it is silent."""
    return Style(
        outline=base.outline if said.outline is None else said.outline,
        bold=base.bold if said.bold is None else said.bold,
        num=base.num if said.num is None else said.num,
        ilvl=base.ilvl if said.ilvl is None else said.ilvl,
        is_title=said.is_title or base.is_title,
    )


def _text(parent: etree._Element | None, child: str) -> str | None:
    found = None if parent is None else parent.find(f"{W}{child}")
    return None if found is None else found.get(f"{W}val")


def _int(parent: etree._Element | None, child: str) -> int | None:
    text = _text(parent, child)
    return int(text) if text is not None and text.lstrip("-").isdigit() else None
