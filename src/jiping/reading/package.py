"""Zip packages (docx, xlsx, ofd, archives): opened with limits, XML without entities."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import PurePosixPath

from lxml import etree

from jiping.errors import UnreadableInput

# Limits against zip bombs. The largest report seen unpacks to some 40 MB, at 30 to 1.
MAX_MEMBERS = 5_000
MAX_TOTAL = 500_000_000
MAX_RATIO = 300
# Small packages may compress better: a sheet of empty rows does.
_RATIO_FROM = 20_000_000

_DAMAGE = (
    KeyError,
    ValueError,
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    NotImplementedError,
)
_BROKEN = "压缩包或文档已损坏、不完整；请重新下载或重新导出后重试"


def open_package(data: bytes, name: str) -> zipfile.ZipFile:
    """Open a package. Raises UnreadableInput if it is broken or would unpack to too much.

    The declared sizes can be trusted: reading stops at them.
    """
    try:
        package = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise UnreadableInput(f"{name}：{_BROKEN}") from error
    members = package.infolist()
    total = sum(member.file_size for member in members)
    is_bomb = total > _RATIO_FROM and total > MAX_RATIO * len(data)
    if len(members) > MAX_MEMBERS or total > MAX_TOTAL or is_bomb:
        size = f"{len(members)} 个文件，{total / 1e6:.0f} MB"
        raise UnreadableInput(
            f"{name}：解压后过大（{size}），疑似压缩炸弹，未处理；请解压后只提交报告文件"
        )
    return package


def member(package: zipfile.ZipFile, path: str, name: str) -> bytes:
    """Return one member's bytes. Raises UnreadableInput if it is missing, broken or locked."""
    try:
        return package.read(path)
    except RuntimeError as error:  # zipfile's way to say: encrypted
        raise UnreadableInput(f"{name}：压缩包设有密码；请去除密码后重试") from error
    except _DAMAGE as error:
        raise UnreadableInput(f"{name}：{_BROKEN}") from error


def xml(package: zipfile.ZipFile, path: str, name: str) -> etree._Element:
    """Parse one member; entities stay unresolved, nothing is fetched.

    Raises UnreadableInput if it is missing or no XML.
    """
    data = member(package, path, name)
    # Strict OOXML differs by its namespaces only.
    data = data.replace(
        b"http://purl.oclc.org/ooxml/wordprocessingml/main",
        b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    )
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        reason = f"文档内部（{path}）已损坏；请用原软件另存一份后重试"
        raise UnreadableInput(f"{name}：{reason}") from error


def has(package: zipfile.ZipFile, path: str) -> bool:
    """Tell whether the package has a member of this path."""
    return path in package.NameToInfo


def files(package: zipfile.ZipFile) -> Iterator[tuple[str, zipfile.ZipInfo]]:
    """Yield readable name and member of every file worth reading, sorted by name."""
    found = [(_name(info), info) for info in package.infolist() if not info.is_dir()]
    for name, info in sorted(found, key=lambda pair: pair[0]):
        parts = PurePosixPath(name).parts
        if parts and not any(part.startswith((".", "~$", "__MACOSX")) for part in parts):
            yield name, info


def _name(info: zipfile.ZipInfo) -> str:
    """Return a member's name; Windows writes Chinese ones in GBK and does not say so."""
    if info.flag_bits & 0x800:
        return info.filename
    raw = info.filename.encode("cp437", errors="replace")
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding).replace("\\", "/")
        except UnicodeDecodeError:
            continue
    return info.filename
