"""The commands that read reports and hand something over: analyze, triage, compare."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import click

from jiping.analyze import Analyzer, Labeller
from jiping.errors import BadModel, JipingError
from jiping.output import jsonl
from jiping.output.folder import write_pages
from jiping.output.text import outline
from jiping.report import Report


def labeller(*, rules: bool) -> Labeller:
    """Return the shipped model, or the rules where asked for or where no model is installed.

    Raises:
        BadModel: a model is installed but damaged.
    """
    from jiping.model.model import Model, directory
    from jiping.model.rules import Rules

    if rules:
        return Rules()
    try:
        directory(None)
    except BadModel:
        click.echo("jiping: 没有找到模型，改用规则标注（准确率较低）", err=True)
        return Rules()
    return Model.load()


_FORMATS = click.Choice(["text", "json", "jsonl", "html"])


@click.command()
@click.argument("paths", nargs=-1, required=True)
@click.option("--format", "format_", type=_FORMATS, default="text", show_default=True)
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="Folder to write to.")
@click.option("--with-text", is_flag=True, help="Put the source text into the JSON.")
@click.option("--any", "any_text", is_flag=True, help="Label also what is no such report.")
@click.option("--rules", is_flag=True, help="Label by rules instead of the model.")
def analyze(paths: tuple[str, ...], format_: str, out: Path | None, **flags: bool) -> None:
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
    reports = _Watched(_reports(paths, any_text=flags["any_text"], rules=flags["rules"]))
    shown: Iterable[Report] = reports
    if not flags["with_text"] and format_ != "html":
        shown = map(jsonl.without_text, reports)
    if out is None:
        _print(shown, format_)
    else:
        _write(shown, format_, out)
    sys.exit(1 if reports.failed else 0)


def _reports(paths: tuple[str, ...], *, any_text: bool, rules: bool) -> Iterator[Report]:
    try:
        analyzer = Analyzer(labeller(rules=rules), any_text=any_text, with_text=True)
    except JipingError as error:
        raise click.ClickException(str(error)) from error
    return analyzer.run(paths)


class _Watched:
    """Passes reports on, says on standard error what fails and, on a terminal, what is done."""

    def __init__(self, reports: Iterator[Report]) -> None:
        self.failed = 0
        self._reports = reports

    def __iter__(self) -> Iterator[Report]:
        for number, report in enumerate(self._reports, 1):
            if sys.stderr.isatty():
                click.echo(f"\r\x1b[K{number}  {Path(report.source.path).name[:60]}", nl=False, err=True)
            if report.error is not None:
                self.failed += 1
                clear = "\r\x1b[K" if sys.stderr.isatty() else ""
                click.echo(f"{clear}jiping: {report.error.message}", err=True)
            yield report
        if sys.stderr.isatty():
            click.echo("\r\x1b[K", nl=False, err=True)


def _print(reports: Iterable[Report], format_: str) -> None:
    if format_ == "text":
        _utf8(sys.stdout)
        for number, report in enumerate(reports):
            click.echo(("\n" if number else "") + outline(report), nl=False)
        return
    write = jsonl.write_lines if format_ == "jsonl" else jsonl.write_array
    write(reports, click.get_binary_stream("stdout"))


def _utf8(stream: Any) -> None:
    """Make a pipe or file UTF-8 whatever the system's code page; a terminal keeps its own."""
    if not stream.isatty() and hasattr(stream, "reconfigure"):
        stream.reconfigure(encoding="utf-8")


def _write(reports: Iterable[Report], format_: str, out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    if format_ == "html":
        click.echo(str(write_pages(list(reports), out)))
        return
    target = out / {"text": "reports.txt", "json": "reports.json", "jsonl": "reports.jsonl"}[format_]
    with target.open("wb") as file:
        if format_ == "text":
            for report in reports:
                file.write((click.unstyle(outline(report)) + "\n").encode())
        else:
            (jsonl.write_lines if format_ == "jsonl" else jsonl.write_array)(reports, file)
    click.echo(str(target))
