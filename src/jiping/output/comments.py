"""A copy of a Word report with comments on the very sentences; nothing else in it changes."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any

import docx
from docx.opc.exceptions import OpcError
from docx.oxml.ns import qn
from docx.text.run import Run

from jiping.errors import UnreadableInput
from jiping.output.notes import Note, notes
from jiping.output.sheet import clean
from jiping.reading.docx import paragraph_spans, text_nodes
from jiping.report import Report

AUTHOR, INITIALS = "绩评", "绩"
_RUN, _TEXT = qn("w:r"), qn("w:t")


def write_comments(report: Report, path: Path) -> int:
    """Write a copy of the report's file with a comment for each note; return how many there are.

    Raises:
        UnreadableInput: the file is gone, no longer the one that was read, or no plain docx.
    """
    original = Path(report.source.path)
    document, spans = _open(original, report.source.sha256)
    paragraphs = list(document.element.body.iter(qn("w:p")))
    placed = [_Placed(start, end, paragraphs[index]) for start, end, index in spans if index >= 0]
    count = 0
    for note in notes(report):
        if runs := _runs(note, placed, document):
            document.add_comment(runs, text=clean(note.message), author=AUTHOR, initials=INITIALS)
            count += 1
    document.save(str(path))
    return count


def _open(path: Path, sha256: str) -> tuple[Any, list[tuple[int, int, int]]]:
    """Return the document and its paragraphs' spans, once it is known to be the one that was read."""
    try:
        data = path.read_bytes()
        if hashlib.sha256(data).hexdigest() != sha256:
            raise UnreadableInput(f"{path}：读取之后文件有改动，不能加批注；请重新运行")
        return docx.Document(io.BytesIO(data)), paragraph_spans(path)
    except (OSError, OpcError, ValueError, KeyError) as error:
        raise UnreadableInput(f"{path}：不能加批注（{error}）；请另存为 docx 后重试") from error


class _Placed:
    """A paragraph and where its text stands in the source."""

    def __init__(self, start: int, end: int, element: Any) -> None:
        self.start, self.end, self.element = start, end, element

    def cut(self, start: int, end: int) -> list[Any]:
        """Return the runs that hold source offsets start to end, split at its borders.

        The span may begin with the automatic number, which is in no run, and leaves out blanks
        at the ends of the paragraph.
        """
        text = "".join(words for _, words in text_nodes(self.element))
        lead = len(text) - len(text.lstrip())
        number = (self.end - self.start) - len(text.strip())
        shift = lead - self.start - number
        first, last = max(lead, start + shift), min(end + shift, lead + len(text.strip()))
        if first >= last:
            return []
        _split(self.element, first)
        _split(self.element, last)
        at, found = 0, []
        for node, words in text_nodes(self.element):
            run = _run_of(node)
            inside = bool(words) and first <= at and at + len(words) <= last
            if inside and run is not None and run not in found:
                found.append(run)
            at += len(words)
        return found


def _runs(note: Note, placed: Sequence[_Placed], document: Any) -> list[Run]:
    """Return the first and last run of the note's span, over however many paragraphs."""
    found = [
        run
        for p in placed
        if p.start < note.end and note.start < p.end
        for run in p.cut(max(note.start, p.start), min(note.end, p.end))
    ]
    return [Run(found[0], document), Run(found[-1], document)] if found else []


def _split(paragraph: Any, at: int) -> None:
    """Make a run begin at a character of the paragraph's text; formatting stays on both parts."""
    passed = 0
    for node, words in list(text_nodes(paragraph)):
        if passed < at < passed + len(words) and node.tag == _TEXT:
            tail = deepcopy(node)
            node.text, tail.text = words[: at - passed], words[at - passed :]
            for part in (node, tail):
                part.set(qn("xml:space"), "preserve")
            node.addnext(tail)
            _break_before(tail)
            return
        if passed == at and words:
            _break_before(node)
            return
        passed += len(words)


def _break_before(node: Any) -> None:
    """Put a node and what follows it in its run into a run of its own."""
    run = _run_of(node)
    if run is None or node.getparent() is not run:
        return
    moved = [node, *node.itersiblings()]
    before = [child for child in run if child not in moved and child.tag != qn("w:rPr")]
    if not before:
        return
    copy = run.makeelement(run.tag, dict(run.attrib), run.nsmap)
    properties = run.find(qn("w:rPr"))
    if properties is not None:
        copy.append(deepcopy(properties))
    for child in moved:
        copy.append(child)
    run.addnext(copy)


def _run_of(node: Any) -> Any | None:
    return next(node.iterancestors(_RUN), None)
