"""Old formats (.doc, .wps, .xls, .rtf) by LibreOffice, where it is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from jiping.errors import UnreadableInput

_TIMEOUT = 90  # seconds; a first start of LibreOffice takes some 15
_WINDOWS = ("ProgramFiles", "ProgramFiles(x86)")


def convert(data: bytes, name: str, *, suffix: str, target: str) -> bytes:
    """Return a file converted by LibreOffice, from `.doc` say to `docx`.

    Raises UnreadableInput without LibreOffice, after 90 seconds, or if nothing comes out.
    """
    program = soffice()
    if program is None:
        raise UnreadableInput(
            f"{name}：这是旧版格式（{suffix}），需要 LibreOffice 才能读取；"
            f"请安装 LibreOffice，或用 Word/WPS 另存为 .{target} 后重试"
        )
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        source = Path(folder, f"input{suffix}")
        source.write_bytes(data)
        _run(program, source, target, name)
        made = Path(folder, "out", f"input.{target}")
        if not made.exists():
            raise UnreadableInput(
                f"{name}：LibreOffice 打不开，文件可能已损坏或设有密码；"
                f"请用 Word/WPS 打开并另存为 .{target} 后重试"
            )
        return made.read_bytes()


def _run(program: str, source: Path, target: str, name: str) -> None:
    profile = (source.parent / "profile").as_uri()
    command = [program, f"-env:UserInstallation={profile}", "--headless", "--norestore"]
    command += ["--convert-to", target, "--outdir", str(source.parent / "out"), str(source)]
    try:
        subprocess.run(command, capture_output=True, timeout=_TIMEOUT, check=False)
    except (subprocess.TimeoutExpired, OSError) as error:
        raise UnreadableInput(
            f"{name}：LibreOffice 转换失败或超时；请用 Word/WPS 另存为 .{target} 后重试"
        ) from error


def soffice() -> str | None:
    """Return where LibreOffice is: on the path or in the default folders; None if nowhere."""
    for program in ("soffice", "libreoffice"):
        if found := shutil.which(program):
            return found
    places = [
        Path(os.environ[variable], "LibreOffice", "program", "soffice.exe")
        for variable in _WINDOWS
        if variable in os.environ
    ]
    places.append(Path("/Applications/LibreOffice.app/Contents/MacOS/soffice"))
    return next((str(place) for place in places if place.exists()), None)
