"""Workbook, memo and Word comments: written, opened again, and as they were meant."""

import zipfile
from dataclasses import replace

import docx
import pytest
from docx.oxml.ns import qn
from docx.shared import Pt
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from jiping.analyze import Analyzer
from jiping.errors import UnreadableInput
from jiping.judging.settings import load_settings
from jiping.model.rules import Rules
from jiping.output.comments import AUTHOR, write_comments
from jiping.output.handover import hand_over, write_notes
from jiping.output.memo import write_memo
from jiping.output.notes import TOPICS, notes
from jiping.output.ranking import Entry
from jiping.output.sheet import clean
from jiping.output.workbook import write_workbook
from jiping.report import Failure, Report
from output_samples import HOSTILE, hostile_labels, report


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    path = tmp_path_factory.mktemp("book") / "triage.xlsx"
    bad = replace(report(), error=Failure(code="unreadable", message="-坏了"))
    write_workbook([Entry(hostile_labels(report()), "pages/柳坪镇 1.html"), Entry(bad, None)], path)
    return load_workbook(path)


def rows(sheet):
    head, *body = sheet.values
    return [dict(zip(head, row, strict=True)) for row in body]


def test_the_sheets_and_their_heads(book):
    assert book.sheetnames == ["报告", "问题", "改进措施", "空泛目标", "核对", "雷同", "未读取"]
    for sheet in book:
        assert sheet.freeze_panes.endswith("2")
        assert sheet.auto_filter.ref.startswith("A1:")
        assert sheet.print_title_rows == "$1:$1"


def test_no_cell_is_a_formula(book):
    fields = [field for sheet in book for row in sheet.iter_rows() for field in row]
    assert "f" not in {field.data_type for field in fields}
    hostile = [f for f in fields if isinstance(f.value, str) and f.value[:1] in "=+-@"]
    assert [f.value[:10] for f in hostile] == ["=HYPERLINK", "-坏了"]
    assert all(f.quotePrefix for f in hostile)


def test_a_problem_names_its_measure_and_links_to_its_sentence(book):
    first = rows(book["问题"])[0]
    assert (first["单位"], first["年度"], first["编号"]) == ("柳坪镇人民政府", 2023, "问1")
    assert (first["对应措施"], first["领域"], first["待复核"]) == ("措1", "资金使用与监管", "是")
    link = book["问题"].cell(2, book["问题"].max_column).hyperlink
    assert link.target.startswith("pages/%E6%9F%B3%E5%9D%AA%E9%95%87%201.html")


def test_only_vague_targets_and_what_they_lack(book):
    assert [row["空泛目标"][:6] for row in rows(book["空泛目标"])] == ["2.不断提升"]


def test_rows_are_as_high_as_their_text(book):
    sheet = book["问题"]
    assert sheet.row_dimensions[2].height >= sheet.row_dimensions[3].height > 15


@given(st.text())
def test_every_text_can_be_written_to_a_cell(words):
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    assert not ILLEGAL_CHARACTERS_RE.search(clean(words))
    clean(words).encode("utf-8")


def test_notes_quote_the_source():
    found = report()
    for note in notes(found):
        assert note.topic in TOPICS
        assert note.quote[:4] in HOSTILE[note.start : note.end]
    assert {n.topic for n in notes(found)} >= {"数据核对", "空泛目标", "没有措施的问题"}


def test_the_memo_quotes_every_note_with_its_place(tmp_path):
    found = report()
    write_memo(found, tmp_path / "memo.docx")
    document = docx.Document(str(tmp_path / "memo.docx"))
    text = "\n".join(p.text for p in document.paragraphs)
    assert text.startswith("复核意见\n柳坪镇人民政府2023年度")
    for note in notes(found):
        assert f"“{note.quote}”（第" in text
    assert document.tables[0].cell(0, 1).text == "柳坪镇人民政府"


# --- Word comments ---


@pytest.fixture
def word(tmp_path):
    """The hostile report as a docx: numbered list, bold words in mid-sentence, a table."""
    document = docx.Document()
    for line in HOSTILE.splitlines():
        listed = line.startswith("2.")
        paragraph = document.add_paragraph(style="List Number" if listed else None)
        line = line.removeprefix("2.")
        for i, part in enumerate(line.partition("报账")):
            run = paragraph.add_run(part)
            run.bold, run.font.size = i == 1, Pt(14)
    table = document.add_table(rows=1, cols=2)
    table.cell(0, 0).text, table.cell(0, 1).text = "产出指标", "不断提升"
    path = tmp_path / "柳坪镇.docx"
    document.save(str(path))
    return path


def commented(document):
    """Return the words between each comment's anchors, by the comment's text."""
    found = {}
    for comment in document.comments:
        words, inside = [], False
        for node in document.element.body.iter():
            if node.get(qn("w:id")) == str(comment.comment_id):
                inside = node.tag == qn("w:commentRangeStart")
            elif inside and node.tag == qn("w:t"):
                words.append(node.text)
        found[comment.text] = "".join(words)
    return found


def letters(document):
    """Return every character with its weight and size, however the runs are cut."""
    return [
        [(letter, run.bold, run.font.size) for run in p.runs for letter in run.text]
        for p in document.paragraphs
    ]


def test_comments_stand_on_the_very_sentences(word, tmp_path):
    found = _read(word)
    assert "\n1." in found.source.text  # Word's own number, which stands in no run
    count = write_comments(found, tmp_path / "out.docx")
    document = docx.Document(str(tmp_path / "out.docx"))
    assert count == len(notes(found)) == len(list(document.comments)) > 2
    assert {c.author for c in document.comments} == {AUTHOR}
    shown = commented(document)
    assert any(found.source.text[n.start :].startswith("1.") for n in notes(found))
    for note in notes(found):
        said = found.source.text[note.start : note.end].replace("\t", "")  # between cells
        assert said.removeprefix("1.").lstrip() == shown[clean(note.message)]


def _read(path) -> Report:
    found = next(Analyzer(Rules(), with_text=True).run([path]))
    assert found.error is None
    first = found.items("problem")[0]
    flags = report().checks[0]
    return replace(found, checks=(replace(flags, start=first[0].start + 4, end=first[0].end - 3),))


def test_nothing_else_of_the_document_changes(word, tmp_path):
    write_comments(_read(word), tmp_path / "out.docx")
    before, after = docx.Document(str(word)), docx.Document(str(tmp_path / "out.docx"))
    assert letters(after) == letters(before)
    with zipfile.ZipFile(word) as a, zipfile.ZipFile(tmp_path / "out.docx") as b:
        assert set(a.namelist()) <= set(b.namelist())
        for name in set(a.namelist()) - {"word/document.xml", "[Content_Types].xml"}:
            if not name.endswith(".rels"):
                assert a.read(name) == b.read(name), name


def test_a_file_that_is_gone_takes_no_comments(word, tmp_path):
    found = _read(word)
    word.unlink()
    with pytest.raises(UnreadableInput, match=r"柳坪镇\.docx：不能加批注"):
        write_comments(found, tmp_path / "out.docx")


def test_a_file_that_has_changed_takes_no_comments(word, tmp_path):
    found = _read(word)
    docx.Document().save(str(word))
    with pytest.raises(UnreadableInput, match="文件有改动"):
        write_comments(found, tmp_path / "out.docx")


def test_what_is_handed_over(word, tmp_path):
    bad = replace(report(path="坏.pdf"), error=Failure(code="unreadable", message="坏了"))
    reports = [_read(word), report(), bad]
    entries = hand_over(reports, tmp_path / "out", load_settings())
    files = write_notes([e.report for e in entries], tmp_path / "out")
    assert [f.name for f in files] == ["柳坪镇-批注.docx", "柳坪镇-2-复核意见.docx"]
    assert {p.name for p in (tmp_path / "out").iterdir()} == {
        "index.html", "pages", "triage.xlsx", "reports.jsonl", "comments",
    }  # fmt: skip
    lines = (tmp_path / "out" / "reports.jsonl").read_bytes().splitlines()
    again = [Report.from_json(line) for line in lines]
    assert [r.triage for r in again] == [e.report.triage for e in entries]
    assert all(r.source.text is None for r in again)
    assert again[2].error == bad.error
