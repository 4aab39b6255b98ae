"""The command `jiping annotate`."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from jiping.annotation.options import (
    on_server,
    plainly,
    reports_of,
    server_of,
)
from jiping.options import model_option
from jiping.report import Report

_FILE = click.Path(dir_okay=False, path_type=Path)
_ROOT = click.Path(exists=True, file_okay=False, path_type=Path)


@click.group()
def annotate() -> None:
    """Label reports by hand: Label Studio, doccano, marked text; agreement and corpus figures.

    \b
    Example:
        jiping annotate setup --title 绩效自评标注
        jiping annotate push 1 reports/
        jiping annotate pull 1 --out pulled.jsonl
    """


@annotate.command()
@click.option(
    "--title", default="绩效自评标注", show_default=True, help="At least three characters."
)
@on_server
@plainly
def setup(title: str, url: str, token: str) -> None:
    """Make the project with its interface, or find it; print its number.

    \b
    Example:
        jiping annotate setup --title 绩效自评标注 --url http://127.0.0.1:8080
    """
    with server_of(url, token) as server:
        click.echo(server.setup(title))


@annotate.command()
@click.argument("project", type=int)
@click.argument("paths", nargs=-1, required=True)
@model_option
@on_server
@plainly
def push(project: int, paths: tuple[str, ...], model: str | None, url: str, token: str) -> None:
    """Push reports with their labels as pre-annotations; what is there already is not pushed again.

    PATHS are Reports as JSON Lines (with their text), or files and folders to label first.

    \b
    Example:
        jiping annotate push 1 reports/ annotations/reports/dev.jsonl
    """
    reports = reports_of(paths, model)
    with server_of(url, token) as server:
        done = server.push(project, reports)
    click.echo(f"新建 {done.made} 个任务，补充预标注 {done.predicted} 个，已有未动 {done.kept} 个")


@annotate.command()
@click.argument("project", type=int)
@click.option("--out", type=_FILE, required=True, help="JSON Lines file, added to where it exists.")
@on_server
@plainly
def pull(project: int, out: Path, url: str, token: str) -> None:
    """Pull finished work as Reports, one for each text and annotator.

    Exit status 1 if a task was refused; the others are still written.

    \b
    Example:
        jiping annotate pull 1 --out annotations/pulled.jsonl
    """
    from jiping.annotation.corpus import read_reports, write_reports
    from jiping.annotation.labelstudio import merged

    with server_of(url, token) as server:
        found = server.pull(project)
    before = list(read_reports(out)) if out.exists() else []
    kept = out.with_name(out.name + ".part")
    n = write_reports(merged(before, found.reports), kept)
    os.replace(kept, out)
    click.echo(f"取回 {len(found.reports)} 份，未完成 {found.open} 个任务；{out} 现有 {n} 份")
    for reason in found.refused:
        click.echo(f"jiping: 拒收：{reason}", err=True)
    if found.refused:
        raise SystemExit(1)


@annotate.command()
@click.argument("files", nargs=-1, required=True, type=_FILE)
@plainly
def agree(files: tuple[Path, ...]) -> None:
    """Print Krippendorff's alpha by layer for each two annotators who labelled the same texts.

    \b
    Example:
        jiping annotate agree annotations/pulled.jsonl
    """
    from jiping.annotation.agree import LAYERS, agreement, pairs_of
    from jiping.annotation.corpus import read_reports

    pairs = list(pairs_of(r for f in files for r in read_reports(f)))
    if not pairs:
        raise click.ClickException("没有两人标过同一文本；请先取回两人的标注")
    for a, b, first, second in pairs:
        click.echo(f"{a} 与 {b}：共同 {len(first)} 份")
        for layer, value in agreement(first, second).items():
            click.echo(f"  {LAYERS[layer]}\t{'—' if value is None else f'{value:.3f}'}")


@annotate.command("next")
@click.argument("paths", nargs=-1, required=True)
@click.option("--labelled", multiple=True, type=_FILE, help="JSON Lines of what is labelled.")
@click.option("-n", default=10, show_default=True, help="How many.")
@model_option
@plainly
def next_(paths: tuple[str, ...], labelled: tuple[Path, ...], n: int, model: str | None) -> None:
    """Say what to label next: least certain first, and most unlike what is labelled.

    \b
    Example:
        jiping annotate next reports/ --labelled annotations/pulled.jsonl -n 20
    """
    from jiping.annotation.corpus import read_reports
    from jiping.annotation.next import choose

    done = [r for f in labelled for r in read_reports(f)]
    click.echo("存疑\t相异\t文件")
    for choice in choose(reports_of(paths, model), done, n):
        click.echo(f"{choice.doubt:.3f}\t{choice.distance:.3f}\t{choice.report.source.path}")


@annotate.command()
@click.argument("root", type=_ROOT, default="annotations")
@plainly
def stats(root: Path) -> None:
    """Print the corpus table (labels × splits), agreement, duplicates, variety, give-away words.

    \b
    Example:
        jiping annotate stats annotations
    """
    from jiping.annotation.table import corpus_table

    for line in corpus_table(root):
        click.echo(line)


@annotate.command()
@click.argument("root", type=_ROOT, default="annotations")
@click.option("-n", "many", default=100, show_default=True, help="How many to print.")
@plainly
def suspects(root: Path, many: int) -> None:
    """Print the labels that cleanlab doubts most, for a person to look at.

    \b
    Example:
        jiping annotate suspects annotations -n 50
    """
    from jiping.annotation.stats import load_all
    from jiping.annotation.suspects import suspects as found

    reports = [report for split in load_all(root).values() for report in split]
    for one in found(reports)[:many]:
        given, likely = ",".join(one.given), ",".join(one.likely)
        click.echo(
            f"{one.doubt}\t{one.report}\t{one.statement}\t{one.layer}\t{given}\t{likely}\t{one.text}"
        )


@annotate.command("compile")
@click.argument("drafts", nargs=-1, required=True, type=_FILE)
@click.option("--out", type=_FILE, help="JSON Lines file; standard output if not given.")
@plainly
def compile_(drafts: tuple[Path, ...], out: Path | None) -> None:
    """Turn marked text into Reports; the file's name is the author's.

    \b
    Example:
        jiping annotate compile drafts/A.txt --out annotations/bank/train.jsonl
    """
    from jiping.annotation.marked import read_marked

    reports = [r for d in drafts for r in read_marked(d.read_text(encoding="utf-8"), d.stem)]
    _write([r.to_json() for r in reports], out)


@annotate.command()
@click.argument("files", nargs=-1, required=True, type=_FILE)
@click.option("--out", type=_FILE, help="File to write; standard output if not given.")
@click.option("--import", "into", is_flag=True, help="Read what doccano exported, write Reports.")
@plainly
def doccano(files: tuple[Path, ...], out: Path | None, into: bool) -> None:
    """Turn Reports into doccano JSON Lines, or back.

    \b
    Example:
        jiping annotate doccano reports.jsonl --out doccano.jsonl
        jiping annotate doccano --import exported.jsonl --out reports.jsonl
    """
    from jiping.annotation.doccano import from_doccano, to_doccano

    lines = [x for f in files for x in f.read_bytes().splitlines() if x.strip()]
    if into:
        _write([from_doccano(line).to_json() for line in lines], out)
    else:
        _write([to_doccano(Report.from_json(line)) for line in lines], out)


def _write(lines: Sequence[bytes], out: Path | None) -> None:
    data = b"".join(line + b"\n" for line in lines)
    if out is None:
        sys.stdout.buffer.write(data)
    else:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_bytes(data)
