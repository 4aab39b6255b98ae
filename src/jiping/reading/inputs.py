"""The inputs of a run: files, folders, archives and stdin, each read only when asked for."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from jiping.errors import UnreadableInput
from jiping.reading.kinds import kind
from jiping.reading.package import files, member, open_package
from jiping.reading.read import MAX_BYTES, check_size, read, read_bytes
from jiping.reading.source import Source

# Archives in archives in archives are no longer somebody's reports.
_MAX_DEPTH = 3
# What in a folder or archive may be a report; a file named by itself is always tried.
_SUFFIX = re.compile(
    r"\.(?:txt|md|markdown|s?html?|mht|mhtml|docx|docm|doc|wps|wpt|rtf|odt|pdf|ofd|xlsx|xlsm|xls|et"
    r"|png|jpe?g|tiff?|bmp|zip)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Input:
    """One report to be read: `load()` reads it or raises what is wrong with it alone."""

    name: str
    load: Callable[[], Source]


def inputs(paths: Iterable[Path | str], *, ocr: bool = True) -> Iterator[Input]:
    """Yield every input of a run in a stable order; "-" is stdin.

    Folders are walked whole, sorted, without hidden and lock files; archives are opened, and a
    broken one is an Input whose `load` raises.
    """
    for path in paths:
        if str(path) == "-":
            yield Input("-", partial(_read_stdin, ocr=ocr))
        elif Path(path).is_dir():
            for file in _walk(Path(path)):
                yield from _file(file, ocr=ocr)
        else:
            yield from _file(Path(path), ocr=ocr)


def _walk(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.name.startswith((".", "~$")):
            continue
        if path.is_dir() and not path.is_symlink():
            yield from _walk(path)
        elif path.is_file() and _SUFFIX.fullmatch(path.suffix):
            yield path


def _file(path: Path, *, ocr: bool) -> Iterator[Input]:
    if path.suffix.lower() == ".zip" and path.is_file():
        yield from _archive_file(path, ocr=ocr)
    else:
        yield Input(str(path), partial(read, path, ocr=ocr))


def _archive_file(path: Path, *, ocr: bool) -> Iterator[Input]:
    try:
        check_size(path.stat().st_size, path.name)
        yield from _archive(path.read_bytes(), str(path), depth=1, ocr=ocr)
    except UnreadableInput as error:
        yield Input(str(path), partial(_fail, error))
    except OSError as error:
        reason = f"{path}：打不开文件（{error.strerror}）；请检查路径和权限"
        yield Input(str(path), partial(_fail, UnreadableInput(reason)))


def _archive(data: bytes, name: str, *, depth: int, ocr: bool) -> Iterator[Input]:
    """Yield the inputs inside an archive, named `archive/member`."""
    if kind(data, name) != "zip":
        yield Input(name, partial(read_bytes, data, name, ocr=ocr))
        return
    package = open_package(data, name)
    found = [pair for pair in files(package) if _SUFFIX.fullmatch(Path(pair[0]).suffix)]
    if not found:
        raise UnreadableInput(f"{name}：压缩包里没有可读的报告；请检查压缩包内容")
    for inner, info in found:
        path = f"{name}/{inner}"
        if Path(inner).suffix.lower() != ".zip":
            yield Input(path, partial(_read_member, data, info.filename, path, ocr=ocr))
        elif depth < _MAX_DEPTH:
            yield from _nested(data, info.filename, path, depth=depth + 1, ocr=ocr)
        else:
            yield Input(path, partial(_fail, UnreadableInput(f"{path}：压缩包嵌套过深；请先解压")))


def _nested(data: bytes, member_: str, path: str, *, depth: int, ocr: bool) -> Iterator[Input]:
    try:
        inner = _unpack(data, member_, path)
        yield from _archive(inner, path, depth=depth, ocr=ocr)
    except UnreadableInput as error:
        yield Input(path, partial(_fail, error))


def _unpack(data: bytes, member_: str, path: str) -> bytes:
    package = open_package(data, path)
    check_size(package.getinfo(member_).file_size, path)
    return member(package, member_, path)


def _read_member(data: bytes, member_: str, path: str, *, ocr: bool) -> Source:
    return read_bytes(_unpack(data, member_, path), path, ocr=ocr)


def _read_stdin(*, ocr: bool) -> Source:
    data = sys.stdin.buffer.read(MAX_BYTES + 1)
    return read_bytes(data, "-", ocr=ocr)


def _fail(error: UnreadableInput) -> Source:
    raise error
