"""The source text as HTML, every statement marked with what it says."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from jiping.labels import SECTIONS
from jiping.output.markup import esc
from jiping.report import Report, Section, Statement

_WRAP = re.compile(r"\s*\n\s*")
_MARKDOWN = re.compile(r"\*\*+|__+|(?:^|(?<=\n))#{1,6}[ \t]+")
_LATIN_WRAP = re.compile(r"(?<=[!-~])\s*\n\s*(?=[!-~])")


@dataclass(frozen=True, slots=True)
class Body:
    """Renders one report. `tags` gives the numbered tag (问1) of each item's first statement."""

    report: Report
    text: str
    tags: Mapping[int, str]

    def html(self) -> str:
        """Return the sections, each with its paragraphs; nothing of the source is left out."""
        return "".join(self._section(section) for section in self.report.sections)

    def _section(self, section: Section) -> str:
        inside = [s for s in self.report.statements if section.start <= s.start < section.end]
        name = esc(SECTIONS[section.section])
        return (
            f'<section class="part" id="part{section.id}" aria-label="{name}">'
            f'<div class="part-name">{name}</div>{"".join(self._paragraphs(inside))}</section>'
        )

    def _paragraphs(self, statements: list[Statement]) -> Iterator[str]:
        paragraph: list[Statement] = []
        for statement in statements:
            if paragraph and "\n" in self.text[paragraph[-1].end : statement.start]:
                yield self._paragraph(paragraph)
                paragraph = []
            paragraph.append(statement)
        if paragraph:
            yield self._paragraph(paragraph)

    def _paragraph(self, statements: list[Statement]) -> str:
        heading = all(s.kind == "heading" for s in statements)
        inner = "".join(self._statement(s) for s in statements)
        return f'<p class="{"head" if heading else "para"}">{inner}</p>'

    def _statement(self, statement: Statement) -> str:
        tag = self.tags.get(statement.id)
        mark = f'<b class="tag" aria-hidden="true">{esc(tag)}</b>' if tag else ""
        classes = f"s {statement.kind}" + (" vague" if statement.clarity == "vague" else "")
        classes += " review" if statement.review else ""
        focus = ' tabindex="-1"' if tag else ""
        return (
            f'<span class="{classes}" id="s{statement.id}" data-id="{statement.id}"{focus}>'
            f"{mark}{''.join(self._pieces(statement))}</span>"
        )

    def _pieces(self, statement: Statement) -> Iterator[str]:
        """Cut a statement where a flag, check, page or dropped line begins or ends."""
        checks = [
            c for c in self.report.checks if c.start < statement.end and statement.start < c.end
        ]
        flags = [
            (f.start, f.end) for f in statement.flags if f.start is not None and f.end is not None
        ]
        lost = list(_lost(self.text, statement))
        pages = self.report.source.pages
        inner = pages[bisect_left(pages, statement.start) : bisect_right(pages, statement.end - 1)]
        borders = {statement.start, statement.end, *inner}
        for start, end in [*flags, *lost, *((c.start, c.end) for c in checks)]:
            borders |= {start, end}
        cuts = sorted(b for b in borders if statement.start <= b <= statement.end)
        for start, end in zip(cuts, cuts[1:], strict=False):
            if start in inner:
                yield f'<i class="sheet">第{bisect_right(pages, start)}页</i>'
            classes = [
                name
                for name, spans in (("flag", flags), ("lost", lost))
                if any(a <= start and end <= b for a, b in spans)
            ]
            if any(c.start <= start and end <= c.end for c in checks):
                classes.append("check")
            shown = esc(_WRAP.sub("", _LATIN_WRAP.sub(" ", self.text[start:end])))
            yield f'<span class="{" ".join(classes)}">{shown}</span>' if classes else shown


def _lost(text: str, statement: Statement) -> Iterator[tuple[int, int]]:
    """Yield what cleaning dropped inside a statement: page numbers, running heads, markdown."""
    inside = text[statement.start : statement.end]
    kept = re.sub(r"\s", "", statement.text)
    for line in re.finditer(r"(?<=\n)[^\n]*\S[^\n]*", inside):
        if re.sub(r"\s", "", line[0]) not in kept and len(line[0].strip()) < 60:
            yield statement.start + line.start(), statement.start + line.end()
    if not _MARKDOWN.search(statement.text):
        for mark in _MARKDOWN.finditer(inside):
            yield statement.start + mark.start(), statement.start + mark.end()
