"""Text files: nothing changed, whatever the encoding."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiping.errors import UnreadableInput
from jiping.reading.read import read, read_bytes

TEXT = "一、存在问题\r\n预算执行率为95.5%，部分项目支出进度较慢。\r\n二、改进措施\n按月通报资金支付情况。\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
def test_every_encoding_gives_the_same_characters(tmp_path, encoding):
    path = tmp_path / "report.txt"
    path.write_bytes(TEXT.encode(encoding))
    assert read(path).text.removeprefix("\ufeff") == TEXT


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_without_a_mark(encoding):
    assert read_bytes(TEXT.encode(encoding), "a.txt").text == TEXT


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_offsets_are_those_of_open(tmp_path, encoding):
    path = tmp_path / "report.txt"
    path.write_bytes(TEXT.encode(encoding))
    with path.open(encoding="utf-8", newline="") as file:
        assert read(path).text == file.read()


@given(st.text(alphabet="绩效预算，。a1 \r\n\t\u3000", min_size=1).filter(str.strip))
def test_utf8_is_never_changed(text):
    assert read_bytes(text.encode(), "a.txt").text == text


def test_a_file_cut_inside_a_character_loses_only_that():
    assert read_bytes(TEXT.encode()[:-2], "a.txt").text == TEXT[:-2]
    assert read_bytes(TEXT.rstrip().encode("gb18030")[:-1], "a.txt").text == TEXT.rstrip()[:-1]


def test_some_damaged_bytes_do_not_hide_the_rest():
    data = (TEXT * 5).encode().replace("较慢".encode(), b"\xff\xfe", 1)
    assert "部分项目支出进度\ufffd\ufffd" in read_bytes(data, "a.txt").text


def test_bytes_of_no_encoding_are_refused():
    noise = bytes((i * 37 + i // 7) % 256 for i in range(3000))
    with pytest.raises(UnreadableInput, match="认不出文字编码"):
        read_bytes(noise, "a.txt")


def test_markdown_headings_are_marks():
    source = read_bytes("# 报告\n## 一、基本情况\n正文。\n**二、问题**\n正文。\n".encode(), "a.md")
    marked = [(source.text[m.start : m.end], m.level) for m in source.marks]
    assert marked == [("报告", 1), ("一、基本情况", 2), ("二、问题", 0)]


def test_masks_are_no_bold_lines():
    assert read_bytes("**县**局\n**\n支出**万元，预算**万元。\n".encode(), "a.txt").marks == ()


def test_form_feeds_begin_pages():
    assert read_bytes("第一页。\n\f第二页。\n".encode(), "a.txt").pages == (0, 6)
