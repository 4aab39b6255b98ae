"""Which files a run reads, and that one bad file is its own affair."""

import io
import sys
import zipfile
from types import SimpleNamespace

import pytest

from jiping.errors import UnreadableInput
from jiping.reading.inputs import inputs


def archive(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        for name, data in members.items():
            package.writestr(name, data)
    return buffer.getvalue()


def test_folders_are_walked_sorted_without_lock_and_hidden_files(tmp_path):
    for name in ("b.txt", "a/2.txt", "a/1.md", ".git/x.txt", "~$b.docx", "c.exe", ".hidden.txt"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("正文。", encoding="utf-8")
    found = [
        item.name.removeprefix(str(tmp_path)).replace("\\", "/") for item in inputs([tmp_path])
    ]
    assert found == ["/a/1.md", "/a/2.txt", "/b.txt"]


def test_archives_open_with_gbk_names_and_nest(tmp_path):
    inner = archive(**{"内.txt": "里层。".encode()})
    raw = archive(aaaa=b"", **{"b.zip": inner, "c.exe": b"x"})
    # Windows writes the name in GBK and does not say so: patch it in, of the same length.
    data = archive(**{"xxxx.txt": "外层。".encode()}).replace(b"xxxx", "外层".encode("gbk"))
    (tmp_path / "1.zip").write_bytes(data)
    (tmp_path / "2.zip").write_bytes(raw)
    found = {item.name.rpartition(".zip/")[2]: item.load().text for item in inputs([tmp_path])}
    assert found == {"外层.txt": "外层。", "内.txt": "里层。"}


def test_a_bad_file_stops_only_itself(tmp_path):
    (tmp_path / "1.zip").write_bytes(b"PK\x03\x04 broken")
    (tmp_path / "2.txt").write_bytes(b"")
    (tmp_path / "3.txt").write_text("正文。", encoding="utf-8")
    (tmp_path / "4.zip").write_bytes(archive(**{"a.zip": b"PK\x03\x04", "b.txt": "好。".encode()}))
    results = []
    for item in inputs([tmp_path]):
        try:
            results.append(item.load().text)
        except UnreadableInput as error:
            results.append(error.code)
    assert results == ["unreadable", "unreadable", "正文。", "unreadable", "好。"]


def test_endless_nesting_ends(tmp_path):
    data = archive(**{"a.txt": "底。".encode()})
    for _ in range(5):
        data = archive(**{"a.zip": data})
    (tmp_path / "a.zip").write_bytes(data)
    [item] = inputs([tmp_path])
    with pytest.raises(UnreadableInput, match="嵌套过深"):
        item.load()


def test_an_archive_without_reports(tmp_path):
    (tmp_path / "a.zip").write_bytes(archive(**{"a.exe": b"x"}))
    [item] = inputs([tmp_path / "a.zip"])
    with pytest.raises(UnreadableInput, match="没有可读的报告"):
        item.load()


def test_stdin(monkeypatch):
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO("正文。".encode())))
    [item] = inputs(["-"])
    assert (item.name, item.load().text) == ("-", "正文。")
