"""Addresses of inputs: what there is under a path, a glob, a list or a store, and its bytes.

An address is a path, a path inside an archive (reports.zip/局/自评.docx) or a URL that fsspec knows (s3://…, hdfs://…).
"""

from __future__ import annotations

import csv
import functools
import glob
from collections.abc import Iterable, Iterator
from pathlib import Path

import fsspec

from jiping.errors import BadSettings, UnreadableInput
from jiping.reading.inputs import inputs
from jiping.reading.package import files, member, open_package
from jiping.reading.read import MAX_BYTES, check_size

# Columns of a list of inputs; all but the first override what is read from the text.
OVERRIDES = ("unit", "year", "region", "template")
Override = dict[str, str]


def addresses(paths: Iterable[str]) -> Iterator[tuple[str, Override]]:
    """Yield every input under `paths` once, in a stable order, with what a list says of it.

    Raises:
        BadSettings: a list has no column `path`, or a path leads nowhere.
    """
    seen: set[str] = set()
    for path in paths:
        for address, override in _under(path):
            if address not in seen:
                seen.add(address)
                yield address, override


def _under(path: str) -> Iterator[tuple[str, Override]]:
    if "://" in path:
        yield from ((address, {}) for address in _stored(path))
    elif path.lower().endswith((".csv", ".parquet")):
        yield from _listed(Path(path))
    elif Path(path).exists():
        yield from ((item.name, {}) for item in inputs([path]))
    else:
        found = sorted(glob.glob(path, recursive=True))
        if not found:
            raise BadSettings(f"{path}：没有这个文件或文件夹，请检查路径")
        yield from ((item.name, {}) for item in inputs(found))


def _stored(url: str) -> Iterator[str]:
    try:
        store, root = fsspec.core.url_to_fs(url)
        paths = store.find(root) if store.isdir(root) else store.glob(root)
    except (ImportError, ValueError, OSError) as error:  # no such protocol, its package, its server
        raise BadSettings(f"{url}：打不开（{error}）；请检查地址，或安装它需要的包") from error
    if not paths:
        raise BadSettings(f"{url}：没有这个文件或文件夹，请检查地址")
    yield from (store.unstrip_protocol(path) for path in sorted(paths))


def _listed(path: Path) -> Iterator[tuple[str, Override]]:
    """Yield the rows of a list; its paths are taken from the list's own folder."""
    for row in _rows(path):
        if not row.get("path"):
            raise BadSettings(f"{path}：清单缺少 path 列，或某一行的 path 为空")
        place = row["path"]
        address = place if "://" in place else str(path.parent / place)
        yield address, {key: row[key] for key in OVERRIDES if row.get(key)}


def _rows(path: Path) -> list[dict[str, str]]:
    if path.suffix.lower() == ".parquet":
        from pyarrow import parquet

        rows = parquet.read_table(path).to_pylist()
        return [{k: "" if v is None else str(v) for k, v in row.items()} for row in rows]
    for encoding in ("utf-8-sig", "gb18030"):  # Excel saves either
        try:
            with path.open(encoding=encoding, newline="") as file:
                return list(csv.DictReader(file))
        except UnicodeDecodeError:
            continue
    raise BadSettings(f"{path}：清单的编码无法识别，请另存为 UTF-8 的 CSV")


def sidecar(path: Path) -> dict[str, Override]:
    """Return a sidecar list as address -> what overrides the text."""
    return dict(_listed(path))


def fetch(address: str) -> bytes:
    """Return the bytes of an input.

    Raises:
        UnreadableInput: it is not there, or too big.
    """
    try:
        if "://" in address:
            with fsspec.open(address, "rb") as file:
                data: bytes = file.read(MAX_BYTES + 1)  # the reader refuses what is longer
                return data
        archive = _archive_of(address)
        if archive is not None:
            return _inside(archive, address)
        path = Path(address)
        check_size(path.stat().st_size, path.name)
        return path.read_bytes()
    except OSError as error:
        raise UnreadableInput(f"{address}：打不开文件（{error.strerror or error}）") from error


def _archive_of(address: str) -> Path | None:
    above = (parent for parent in Path(address).parents if parent.suffix.lower() == ".zip")
    return next((parent for parent in above if parent.is_file()), None)


def _inside(archive: Path, address: str) -> bytes:
    """Return a member's bytes; each archive further in is opened in turn."""
    name, rest = str(archive), Path(address).relative_to(archive).as_posix()
    data = _archive_bytes(str(archive), archive.stat().st_mtime_ns)
    while rest:
        package = open_package(data, name)
        inner, info = next(
            (pair for pair in files(package) if rest == pair[0] or rest.startswith(pair[0] + "/")),
            (None, None),
        )
        if inner is None or info is None:
            raise UnreadableInput(f"{address}：压缩包里没有这个文件")
        data = member(package, info.filename, address)
        name, rest = f"{name}/{inner}", rest[len(inner) + 1 :]
    return data


@functools.lru_cache(maxsize=2)  # inputs come in order, so an archive's members come together
def _archive_bytes(path: str, changed: int) -> bytes:
    check_size(Path(path).stat().st_size, path)
    return Path(path).read_bytes()
