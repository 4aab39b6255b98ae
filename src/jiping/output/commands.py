"""The commands that read reports and hand something over: analyze, triage, compare."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import click
import msgspec

from jiping.analyze import Analyzer, Labeller
from jiping.errors import BadModel, JipingError
from jiping.judging.compare import compare as changes
from jiping.judging.settings import load_settings
from jiping.labels import LEVELS
from jiping.options import model_option
from jiping.output import jsonl
from jiping.output.changes import comparison
from jiping.output.folder import write_pages
from jiping.output.handover import hand_over, write_notes
from jiping.output.ranking import ranked, score
from jiping.output.text import outline, title
from jiping.report import Report

_FOLDER = click.Path(file_okay=False, path_type=Path)
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_FORMATS = click.Choice(["text", "json", "jsonl", "html"])


def labeller(name: str | None) -> Labeller:
    """Return the model of a directory or name, or the rules where asked for or without any model.

    Raises:
        BadModel: there is no model of that name, or it is damaged.
    """
    from jiping.model.labeller import labeller_of
    from jiping.model.model import directory

    if not name:
        try:
            directory(None)
        except BadModel:
            click.echo("jiping: 没有找到模型，改用规则标注（准确率较低）", err=True)
            name = "rules"
    return labeller_of(name)


@click.command()
@click.argument("paths", nargs=-1, required=True)
@click.option("--format", "format_", type=_FORMATS, default="text", show_default=True)
@click.option("--out", type=_FOLDER, help="Folder to write to, instead of standard output.")
@click.option("--with-text", is_flag=True, help="Put the source text into the JSON.")
@click.option("--any", "any_text", is_flag=True, help="Label also what is no such report.")
@model_option
def analyze(
    paths: tuple[str, ...], format_: str, out: Path | None, model: str | None, **flags: bool
) -> None:
    """Label each report: its sections, problems, measures, targets.

    PATHS are files, folders (walked whole) and archives; `-` reads standard input. One that cannot
    be read gives an error in its place and exit status 1; the others are still done. `html` writes
    a page per report and an index, and needs --out.

    \b
    Example:
        jiping analyze report.docx
        jiping analyze reports/ --format jsonl > reports.jsonl
        jiping analyze reports/ --format html --out pages
    """
    if format_ == "html" and out is None:
        raise click.UsageError("--format html writes files; say where with --out DIR")
    reports = _Watched(_reports(paths, model, any_text=flags["any_text"]))
    shown: Iterable[Report] = reports
    if not flags["with_text"] and format_ != "html":
        shown = map(jsonl.without_text, reports)
    if out is None:
        _print(shown, format_)
    else:
        with _writing(out):
            click.echo(_write(shown, format_, out))
    sys.exit(reports.status())


@click.command()
@click.argument("paths", nargs=-1, required=True)
@click.option("--out", required=True, type=_FOLDER, help="Folder to write to.")
@click.option("--settings", type=_FILE, help="Points and cut-offs: an edited copy of triage.toml.")
@click.option("--comments", is_flag=True, help="Also Word comments, or a memo for other formats.")
@click.option("--any", "any_text", is_flag=True, help="Judge also what is no such report.")
@model_option
def triage(
    paths: tuple[str, ...], out: Path, settings: Path | None, model: str | None, **flags: bool
) -> None:
    """Put the weakest reports first, and say why.

    PATHS are files, folders (walked whole) and archives; `-` reads standard input. Writes to --out:
    index.html with a page per report, triage.xlsx, reports.jsonl and, with --comments, a folder of
    commented Word copies and review memos. Prints the ranking. One that cannot be read is listed
    with its error, without a score, and gives exit status 1.

    \b
    Example:
        jiping triage reports/ --out result
        jiping triage reports.zip --out result --settings our-triage.toml --comments
    """
    with _usage_errors():
        rules = load_settings(settings)
    click.echo(f"jiping: 分诊规则：{rules.name}（{rules.path}）", err=True)
    reports = _Watched(_reports(paths, model, any_text=flags["any_text"]))
    found = list(reports)
    with _writing(out):
        entries = hand_over(found, out, rules)
        if flags["comments"]:
            write_notes([entry.report for entry in entries], out)
    for entry in ranked([e for e in entries if e.link]):
        click.echo(_rank(entry.report))
    click.echo(out / "index.html")
    sys.exit(reports.status())


@click.command()
@click.argument("new")
@click.argument("old")
@click.option(
    "--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True
)
@model_option
def compare(new: str, old: str, format_: str, model: str | None) -> None:
    """Show what a report keeps of last year's: problems, measures and targets.

    NEW and OLD are one report each, of the same unit. `json` gives statement ids.

    \b
    Example:
        jiping compare report-2024.docx report-2023.pdf
    """
    reports = _Watched(_reports((new, old), model, any_text=True))
    found = list(reports)
    if reports.failed:
        sys.exit(1)
    if len(found) != 2:
        raise click.UsageError("compare takes two reports; name a file for each, no folder")
    if format_ == "json":
        data = msgspec.json.format(msgspec.json.encode(changes(found[0], found[1])), indent=2)
        sys.stdout.buffer.write(data + b"\n")
        return
    click.echo(comparison(found[0], found[1]), nl=False)


def _rank(report: Report) -> str:
    level = LEVELS[report.triage.level] if report.triage else ""
    unit = report.source.unit or title(report)
    return "\t".join([f"{score(report):5.1f}", level, unit, report.source.path])


def _reports(paths: tuple[str, ...], model: str | None, *, any_text: bool) -> Iterator[Report]:
    with _usage_errors():
        analyzer = Analyzer(labeller(model), any_text=any_text, with_text=True)
    return analyzer.run(paths)


@contextmanager
def _usage_errors() -> Iterator[None]:
    """Turn an error that concerns the whole run into exit status 2, in one line."""
    try:
        yield
    except JipingError as error:
        raise click.UsageError(str(error)) from error


@contextmanager
def _writing(out: Path) -> Iterator[None]:
    """Say in one line what cannot be written; on Windows a workbook left open is locked."""
    try:
        yield
    except OSError as error:
        where = error.filename or out
        raise click.ClickException(
            f"{where}：写不进去（{error.strerror or error}）；请关闭正打开它的程序，或换一个 --out 目录"
        ) from error


class _Watched:
    """Passes reports on, says on standard error what fails and, on a terminal, what is done."""

    def __init__(self, reports: Iterator[Report]) -> None:
        self.failed = self.count = 0
        self._reports = reports
        self._clear = "\r\x1b[K" if sys.stderr.isatty() else ""

    def __iter__(self) -> Iterator[Report]:
        for report in self._reports:
            self.count += 1
            if report.error is not None:
                self.failed += 1
                click.echo(f"{self._clear}jiping: {report.error.message}", err=True)
            if self._clear:
                name = Path(report.source.path).name[:60]
                click.echo(f"{self._clear}{self.count}  {name}", nl=False, err=True)
            yield report
        click.echo(self._clear, nl=False, err=True)
        if not self.count:
            click.echo("jiping: 没有找到可读的文件；请检查路径", err=True)

    def status(self) -> int:
        """Return the exit status: 1 if a report failed or there was none."""
        return int(self.failed > 0 or not self.count)


def _print(reports: Iterable[Report], format_: str) -> None:
    if format_ != "text":
        _WRITERS[format_](reports, sys.stdout.buffer)
        return
    for number, report in enumerate(reports):
        click.echo(("\n" if number else "") + outline(report), nl=False)


def _write(reports: Iterable[Report], format_: str, out: Path) -> Path:
    out.mkdir(parents=True, exist_ok=True)
    if format_ == "html":
        write_pages(list(reports), out)
        return out / "index.html"
    target = out / ("reports.txt" if format_ == "text" else f"reports.{format_}")
    with target.open("wb") as file:
        _WRITERS[format_](reports, file)
    return target


def _write_outlines(reports: Iterable[Report], file: BinaryIO) -> None:
    for report in reports:
        file.write((click.unstyle(outline(report)) + "\n").encode("utf-8", "replace"))


_WRITERS: dict[str, Callable[[Iterable[Report], BinaryIO], None]] = {
    "text": _write_outlines,
    "json": jsonl.write_array,
    "jsonl": jsonl.write_lines,
}
