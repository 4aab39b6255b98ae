"""Word documents: what a reader of the printed page sees, numbers included."""

import io
import re
import zipfile

import pytest
from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn

from jiping.reading.docx import paragraph_spans
from jiping.reading.numbering import format_number
from jiping.reading.read import read, read_bytes

W = nsdecls("w")


def make(*body: str, numbering: str = "", styles: str = "", **parts: str) -> bytes:
    """A docx with this XML in it."""
    buffer = io.BytesIO()
    wrap = {"numbering": numbering, "styles": styles, **parts}
    with zipfile.ZipFile(buffer, "w") as package:
        package.writestr(
            "word/document.xml", f"<w:document {W}><w:body>{''.join(body)}</w:body></w:document>"
        )
        for name, inner in wrap.items():
            if inner:
                package.writestr(f"word/{name}.xml", f"<w:{name} {W}>{inner}</w:{name}>")
    return buffer.getvalue()


def p(text: str, ppr: str = "") -> str:
    return f"<w:p><w:pPr>{ppr}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def num(ilvl: int, id_: int = 1) -> str:
    return f'<w:numPr><w:ilvl w:val="{ilvl}"/><w:numId w:val="{id_}"/></w:numPr>'


def levels(*formats: tuple[str, str], extra: str = "") -> str:
    return "".join(
        f'<w:lvl w:ilvl="{i}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>{extra}<w:lvlText w:val="{text}"/></w:lvl>'
        for i, (form, text) in enumerate(formats)
    )


def lists(inner: str, nums: str = '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>') -> str:
    return f'<w:abstractNum w:abstractNumId="0">{inner}</w:abstractNum>{nums}'


def text(data: bytes) -> str:
    return read_bytes(data, "a.docx").text


OFFICIAL = lists(
    levels(("chineseCounting", "%1、"), ("chineseCounting", "（%2）"), ("decimal", "%3."))
)


def test_automatic_numbers_are_text():
    data = make(
        p("基本情况", num(0)), p("部门职能", num(1)), p("收支", num(1)), p("正文。"),
        p("存在问题", num(0)), p("采购", num(1)), p("合同", num(2)), numbering=OFFICIAL,
    )  # fmt: skip
    assert text(data).splitlines() == [
        "一、基本情况", "（一）部门职能", "（二）收支", "正文。", "二、存在问题", "（一）采购", "1.合同",
    ]  # fmt: skip


def test_a_number_may_show_its_parents():
    data = make(
        p("甲", num(0)), p("乙", num(1)), p("丙", num(1)),
        numbering=lists(levels(("chineseCounting", "第%1章"), ("decimal", "%1.%2"), extra="")),
    )  # fmt: skip
    assert text(data).splitlines() == ["第一章 甲", "一.1 乙", "一.2 丙"]
    legal = lists(levels(("chineseCounting", "第%1章"), ("decimal", "%1.%2"), extra="<w:isLgl/>"))
    assert text(make(p("甲", num(0)), p("乙", num(1)), numbering=legal)).splitlines()[1] == "1.1 乙"


def test_a_start_override_restarts_the_list():
    second = (
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="0"/>'
        '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num>'
    )
    numbering = lists(levels(("decimal", "%1.")), second)
    data = make(
        p("a", num(0)), p("b", num(0)), p("c", num(0, 2)), p("d", num(0, 2)), numbering=numbering
    )
    assert text(data).splitlines() == ["1.a", "2.b", "1.c", "2.d"]


def test_numbers_come_through_styles_and_their_bases():
    styles = (
        f'<w:style w:type="paragraph" w:styleId="h"><w:name w:val="heading 1"/><w:pPr>{num(0)}</w:pPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="mine"><w:name w:val="我的标题"/><w:basedOn w:val="h"/></w:style>'
    )
    style = '<w:pStyle w:val="mine"/>'
    off = '<w:pStyle w:val="mine"/><w:numPr><w:numId w:val="0"/></w:numPr>'
    source = read_bytes(
        make(p("概况", style), p("无号", off), p("问题", style), numbering=OFFICIAL, styles=styles),
        "a.docx",
    )
    assert source.text.splitlines() == ["一、概况", "无号", "二、问题"]
    assert [(source.text[m.start : m.end], m.level) for m in source.marks] == [
        ("一、概况", 1), ("无号", 1), ("二、问题", 1),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("form", "value", "shown"),
    [
        ("chineseCountingThousand", 10, "十"), ("chineseCounting", 21, "二十一"),
        ("japaneseCounting", 103, "一百零三"), ("ideographTraditional", 3, "丙"),
        ("decimalEnclosedCircle", 4, "④"), ("upperLetter", 27, "AA"), ("lowerLetter", 2, "b"),
        ("lowerRoman", 14, "xiv"), ("upperRoman", 9, "IX"), ("decimalZero", 7, "07"),
        ("chineseLegalSimplified", 12, "壹拾贰"), ("somethingNew", 5, "5"),
    ],
)  # fmt: skip
def test_number_formats(form, value, shown):
    assert format_number(value, form) == shown


def test_tracked_and_hidden_text():
    body = (
        "<w:p><w:r><w:t>留下</w:t></w:r><w:del><w:r><w:delText>删去</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>插入</w:t></w:r></w:ins>"
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>隐藏</w:t></w:r><w:r><w:instrText>PAGE</w:instrText></w:r></w:p>"
    )
    assert text(make(body)) == "留下插入\n"


def test_text_boxes_come_once_and_notes_at_the_end():
    box = "<w:txbxContent><w:p><w:r><w:t>框中文字</w:t></w:r></w:p></w:txbxContent>"
    mc = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    body = (
        f"<w:p><w:r><w:t>正文</w:t></w:r><w:r><mc:AlternateContent {mc}><mc:Choice>{box}</mc:Choice>"
        f"<mc:Fallback>{box}</mc:Fallback></mc:AlternateContent></w:r></w:p>"
    )
    notes = f'<w:footnote w:type="separator">{p("线")}</w:footnote><w:footnote>{p("脚注。")}</w:footnote>'
    assert text(make(body, p("尾段"), footnotes=notes)) == "正文\n框中文字\n尾段\n脚注。\n"


def test_tables_keep_cells_apart_and_merged_ones_once(tmp_path):
    document = Document()
    table = document.add_table(3, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "产出指标", "培训300人次"
    table.cell(1, 0).merge(table.cell(0, 0))
    table.cell(1, 1).text = "印发手册2本"
    table.cell(2, 0).text = "社会\n效益"
    document.save(tmp_path / "a.docx")
    source = read(tmp_path / "a.docx")
    assert source.text == "产出指标\t培训300人次\n印发手册2本\n社会效益\n"
    cells = [[source.text[a:b] for a, b in row] for row in source.tables[0]]
    assert cells == [["产出指标", "培训300人次"], ["印发手册2本"], ["社会效益"]]


def test_a_frame_of_one_cell_is_no_table(tmp_path):
    document = Document()
    document.add_table(1, 1).cell(0, 0).text = "整页都在框里。"
    document.save(tmp_path / "a.docx")
    assert read(tmp_path / "a.docx").tables == ()


def test_short_bold_lines_are_level_zero_unless_all_are(tmp_path):
    document = Document()
    document.add_paragraph().add_run("存在问题").bold = True
    for _ in range(3):
        document.add_paragraph("预算编制不细。")
    document.save(tmp_path / "a.docx")
    assert [m.level for m in read(tmp_path / "a.docx").marks] == [0]


def test_spans_name_the_paragraphs_that_word_has(tmp_path):
    path = tmp_path / "a.docx"
    document = Document()
    root = document.part.numbering_part.element
    root.insert(
        0,
        parse_xml(
            f'<w:abstractNum {W} w:abstractNumId="90">{levels(("decimal", "%1、"))}</w:abstractNum>'
        ),
    )
    root.append(parse_xml(f'<w:num {W} w:numId="90"><w:abstractNumId w:val="90"/></w:num>'))
    document.add_paragraph("标题")
    numbered = document.add_paragraph("问题")._p.get_or_add_pPr().get_or_add_numPr()
    numbered.get_or_add_ilvl().set(qn("w:val"), "0")
    numbered.get_or_add_numId().set(qn("w:val"), "90")
    document.add_paragraph("")
    table = document.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "一", "二"
    document.add_paragraph("尾段")
    document.save(path)
    source, paragraphs = read(path), list(Document(path).element.body.iter(qn("w:p")))
    spans = paragraph_spans(path)
    assert [source.text[a:b] for a, b, _ in spans] == ["标题", "1、问题", "一", "二", "尾段"]
    for start, end, index in spans:
        own = "".join(t.text for t in paragraphs[index].iter(qn("w:t")))
        assert re.sub("^1、", "", source.text[start:end]) == own
