"""The folder that is handed over: a page a report and an index, with names that travel."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path, PurePath

from jiping.output.index import index
from jiping.output.page import page
from jiping.output.ranking import Entry
from jiping.report import Report

PAGES = "pages"
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?$", re.IGNORECASE)
_LONGEST = 60  # characters; Windows allows 260 for the whole path


def names(reports: Iterable[Report], suffix: str) -> list[str]:
    """Return a file name for each report, unique in any letter case, valid on Windows and USB."""
    taken: set[str] = set()
    found = []
    for report in reports:
        stem = _stem(report.source.path)
        name, number = stem, 2
        while name.lower() in taken:
            name, number = f"{stem}-{number}", number + 1
        taken.add(name.lower())
        found.append(name + suffix)
    return found


def write_pages(
    reports: Sequence[Report],
    out: Path,
    *,
    copies: Sequence[Sequence[str]] = (),
    settings: str = "",
) -> list[Entry]:
    """Write a page per report and index.html, most pressing first; return where each page is.

    The reports must carry their source text; one with `error` is listed with its message.
    `copies` has, for each report, sentences on what recurs elsewhere; none at all leaves them out.
    """
    (out / PAGES).mkdir(parents=True, exist_ok=True)
    entries = []
    told = copies or [()] * len(reports)
    for report, name, said in zip(reports, names(reports, ".html"), told, strict=True):
        if report.error is None:
            write(out / PAGES / name, page(report, copies=said, back="../index.html"))
            entries.append(Entry(report, f"{PAGES}/{name}"))
        else:
            entries.append(Entry(report, None))
    write(out / "index.html", index(entries, settings=settings))
    return entries


def write(path: Path, text: str) -> None:
    """Write text as UTF-8 with plain newlines; what UTF-8 cannot hold becomes a question mark."""
    path.write_bytes(text.encode("utf-8", "replace"))


def _stem(path: str) -> str:
    """Return the name of an input without folder and ending, in safe characters."""
    stem = PurePath(path.replace("\\", "/")).stem if path != "-" else "stdin"
    safe = re.sub(r"[^\w.()（）-]+", "_", stem)[:_LONGEST].strip("._ ") or "report"
    return f"_{safe}" if _RESERVED.match(safe) else safe
