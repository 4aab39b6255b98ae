"""Web pages, PDF, workbooks, OFD, and which reader a file goes to."""

import importlib.util
import io
import shutil
import zipfile

import openpyxl
import pytest
from docx import Document
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from jiping.errors import UnreadableInput
from jiping.reading.clean import clean
from jiping.reading.inputs import inputs
from jiping.reading.kinds import MEDIA_TYPES
from jiping.reading.read import read, read_bytes

HAS_OCR = importlib.util.find_spec("rapidocr_onnxruntime") is not None


pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))


def page(body: str, head: str = "") -> bytes:
    return f"<!DOCTYPE html><html><head>{head}</head><body>{body}</body></html>".encode()


HTML = {
    "blocks are paragraphs, line breaks too": ("<p>一<span>二</span></p><div>三<br>四</div>", "一二\n三\n四\n"),
    "entities": ("<p>A&amp;B&lt;5&ldquo;引&rdquo;</p>", "A&B<5“引”\n"),
    "machinery is dropped": ("<script>x</script><style>y</style><nav>栏目</nav><p>正文</p>", "正文\n"),
    "a list of links is a menu": ("<ul>" + "<li><a>栏目</a></li>" * 5 + "</ul><p>正文</p>", "正文\n"),
    "a link in a sentence stays": ("<p>见<a href='x'>附件</a>。</p>", "见附件。\n"),
    "hidden text is dropped": ("<div style='display: none'>广告</div><p>正文</p>", "正文\n"),
    "comments": ("<!-- 注 --><p>正文<!--x-->二</p>", "正文二\n"),
    "tables have cells": ("<table><tr><td>甲<td>乙<tr><td>1<td>2</table>", "甲\t乙\n1\t2\n"),
    "a table that frames text": ("<table><tr><td><p>一</p><p>二</p></td></tr></table>", "一\n二\n"),
    "pre keeps its lines": ("<pre>一\n二</pre>", "一\n二\n"),
}  # fmt: skip


@pytest.mark.parametrize(("body", "text"), HTML.values(), ids=HTML.keys())
def test_html(body, text):
    assert read_bytes(page(body), "a.html").text == text


def test_html_headings_and_bold_lines_are_marks():
    source = read_bytes(
        page("<h2>报告</h2><p><b>一、问题</b></p><p>预算<b>不细</b>。</p><p>正文。</p>"), "a.html"
    )
    marked = [(source.text[m.start : m.end], m.level) for m in source.marks]
    assert marked == [("报告", 2), ("一、问题", 0)]


def test_html_may_lie_about_its_encoding():
    said = '<meta charset="gb2312">'
    body = "<p>一、存在的问题和改进措施，预算执行管理情况。</p>"
    assert "预算执行" in read_bytes(page(body, said), "a.html").text
    gbk = page(body, said).decode().encode("gbk")
    assert "预算执行" in read_bytes(gbk, "a.html").text


def test_a_page_saved_with_its_parts():
    part = "<html><body><p>预算执行率偏低。</p></body></html>".encode()
    head = b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=b\r\n\r\n--b\r\n"
    data = head + b"Content-Type: text/html; charset=utf-8\r\n\r\n" + part + b"\r\n--b--\r\n"
    assert read_bytes(data, "报告.doc").text == "预算执行率偏低。\n"


def make_pdf(pages: list[list[str]], **settings: object) -> bytes:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, **settings)
    for rows in pages:
        canvas.setFont("STSong-Light", 12)
        for i, row in enumerate(rows):
            canvas.drawString(72, 760 - 20 * i, row)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def test_pdf_keeps_pages_and_lines():
    source = read_bytes(make_pdf([["一、概况", "正文。"], ["二、问题"]]), "a.pdf")
    assert source.text == "一、概况\n正文。\n二、问题\n"
    assert [source.text[at:][:2] for at in source.pages] == ["一、", "二、"]


def test_pdf_shows_indents():
    buffer = io.BytesIO()
    canvas = Canvas(buffer)
    canvas.setFont("STSong-Light", 12)
    for i, (left, row) in enumerate(
        [(200, "居中的标题"), (96, "一段开始"), (72, "一段继续"), (96, "又一段")]
    ):
        canvas.drawString(left, 760 - 20 * i, row)
    canvas.save()
    assert (
        read_bytes(buffer.getvalue(), "a.pdf").text
        == "居中的标题\n　　一段开始\n一段继续\n　　又一段\n"
    )


def draw_table(canvas: Canvas, top: int, rows: list[list[str]], *, ruled: bool = True) -> None:
    """Draw rows of cells, 120 points wide; a cell's lines are parted by newlines."""
    for row in rows:
        height = 16 * max(cell.count("\n") + 1 for cell in row)
        for k, cell in enumerate(row):
            for n, line in enumerate(cell.split("\n")):
                canvas.drawString(74 + 120 * k, top - 12 - 16 * n, line)
            if ruled:
                canvas.rect(72 + 120 * k, top - height, 120, height)
        top -= height


def pdf_of(*draw) -> bytes:
    """Return a PDF of a page for each function that draws one."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer)
    for each in draw:
        canvas.setFont("STSong-Light", 12)
        each(canvas)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def test_a_ruled_table_of_a_pdf_is_rows_of_cells():
    def page(canvas):
        canvas.drawString(72, 780, "一、指标完成情况")
        draw_table(
            canvas, 760, [["三级指标", "偏差原因"], ["按期\n完工率", "报关延误，\n推迟到货。"]]
        )
        canvas.drawString(72, 600, "二、存在的问题")

    source = read_bytes(pdf_of(page), "a.pdf")
    assert source.text == (
        "一、指标完成情况\n三级指标\t偏差原因\n按期完工率\t报关延误，推迟到货。\n二、存在的问题\n"
    )
    cells = [[source.text[a:b] for a, b in row] for row in source.tables[0]]
    assert cells == [["三级指标", "偏差原因"], ["按期完工率", "报关延误，推迟到货。"]]


def test_a_row_that_a_page_cuts_is_one_row():
    first = [["三级指标", "完成值", "偏差原因"], ["完工率", "83%", "报关延误，"]]
    rest = [["", "", "推迟到货。"], ["合格率", "100%", "无"]]
    source = read_bytes(
        pdf_of(lambda c: draw_table(c, 200, first), lambda c: draw_table(c, 780, rest)), "a.pdf"
    )
    assert source.text.splitlines()[1:] == ["完工率\t83%\t报关延误，推迟到货。", "合格率\t100%\t无"]
    assert [source.text[at:][:3] for at in source.pages] == ["三级指", "合格率"]


def test_a_table_over_pages_repeats_no_head_and_loses_no_row():
    head = ["三级指标", "完成值", "偏差原因"]
    rows = [[f"第{i}号泵站改造率", "100%", "无"] for i in range(1, 10)]
    cut = [["", "", "推迟到货。"]]
    parts = [
        [head, *rows[:3], ["安装率", "83%", "报关延误，"]],
        [head, *cut, *rows[3:6]],
        [head, *rows[6:]],
    ]

    def page(i):
        def draw(canvas):
            draw_table(canvas, 780, parts[i])
            canvas.drawString(300, 40, f"- {i + 1} -")

        return draw

    source = read_bytes(pdf_of(*map(page, range(3))), "a.pdf")
    told = [
        "\t".join(row)
        for row in [head, *rows[:3], ["安装率", "83%", "报关延误，推迟到货。"], *rows[3:]]
    ]
    assert clean(source).chars.splitlines() == told


def test_a_wide_table_does_not_widen_the_lines_of_prose():
    lines = [
        "（一）部分乡镇专职委员对辅助器具品种了解不多，入户调",
        "查流于形式，造成多件器具规格与使用人的实际需求不符，",
        "需要重新更换，增加了配送的成本，发放的时间也推后了；",
        "（二）市级配套的资金于九月才下达，采购合同签订推迟，",
        "首批器具发放晚了45 天，距离最远的两个村往返路程超过",
        "80 公里，群众对此反映较为强烈。",
    ]
    row = "产出指标\t数量指标\t辅助器具适配人数完成情况\t≥2800人\t2865人\t5\t5\t需求调查不够\n"
    text = clean(read_bytes(("\n".join(lines) + "\n" + row * 4).encode(), "a.txt")).chars
    assert text.splitlines()[0].endswith("也推后了；")
    assert text.splitlines()[1].endswith("往返路程超过80公里，群众对此反映较为强烈。")


def test_a_frame_round_a_text_is_no_table():
    rows = [["一、存在的问题\n预算编制不够细。\n台账登记不全。"]]
    source = read_bytes(pdf_of(lambda c: draw_table(c, 780, rows * 3)), "a.pdf")
    assert source.text == "一、存在的问题\n预算编制不够细。\n台账登记不全。\n" * 3
    assert not source.tables


def test_running_heads_and_page_numbers_leave_a_sentence_whole():
    head = "沙柳县住房保障中心"
    words = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳"
    lines = [f"本年度{word}项资金安排五百二十万元用于保障性住房维修改造" for word in words]
    pages = [[head, *lines[4 * i : 4 * i + 4], f"- {i + 1} -"] for i in range(4)]
    assert clean(read_bytes(make_pdf(pages), "a.pdf")).chars == "".join(lines)


def test_workbook_rows_are_lines():
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["指标", "目标值", "完成值"])
    sheet.append(["满意度", 0.9, 0.935])
    sheet.append(["支出（万元）", 1200.5, None])
    sheet["B2"].number_format = sheet["C2"].number_format = "0.0%"
    sheet["B3"].number_format = "#,##0.00"
    book.create_sheet("说明").append(["无"])
    hidden = book.create_sheet("参数")
    hidden.append(["不该出现"])
    hidden.sheet_state = "hidden"
    buffer = io.BytesIO()
    book.save(buffer)
    source = read_bytes(buffer.getvalue(), "a.xlsx")
    assert source.text == "指标\t目标值\t完成值\n满意度\t90%\t93.5%\n支出（万元）\t1,200.50\n无\n"
    assert len(source.tables) == 2


def make_ofd(*texts: tuple[float, float, str]) -> bytes:
    space = 'xmlns:ofd="http://www.ofdspec.org/2016"'
    objects = "".join(
        f'<ofd:TextObject ID="{i}" Boundary="{x} {y} 100 5" Size="4"><ofd:TextCode X="0" Y="4">{text}</ofd:TextCode>'
        "</ofd:TextObject>"
        for i, (x, y, text) in enumerate(texts)
    )
    parts = {
        "OFD.xml": f"<ofd:OFD {space}><ofd:DocBody><ofd:DocRoot>/Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
        "Doc_0/Document.xml": f'<ofd:Document {space}><ofd:Pages><ofd:Page ID="1" BaseLoc="Pages/Page_0/Content.xml"/>'
        "</ofd:Pages></ofd:Document>",
        "Doc_0/Pages/Page_0/Content.xml": f"<ofd:Page {space}><ofd:Content><ofd:Layer>{objects}</ofd:Layer>"
        "</ofd:Content></ofd:Page>",
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return buffer.getvalue()


def test_ofd_is_read_by_position():
    data = make_ofd((20, 40, "第二行"), (20, 20, "第一"), (28, 20.5, "行"), (80, 40, "右格"))
    source = read_bytes(data, "a.ofd")
    assert source.text == "第一行\n第二行\t右格\n"
    assert source.pages == (0,)


def test_ofd_of_images_only():
    with pytest.raises(UnreadableInput, match="OFD 里没有文字"):
        read_bytes(make_ofd(), "a.ofd")


def test_content_decides_before_the_name(tmp_path):
    document = Document()
    document.add_paragraph("预算执行率偏低。")
    document.save(tmp_path / "report.txt")
    files = {"a.docx": make_pdf([["预算执行率偏低。"]]), "b.doc": page("<p>预算执行率偏低。</p>")}
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    found = {item.name[-3:]: item.load() for item in inputs([tmp_path])}
    assert {source.text for source in found.values()} == {"预算执行率偏低。\n"}
    assert [found[end].media_type for end in ("ocx", "doc", "txt")] == [
        MEDIA_TYPES["pdf"], MEDIA_TYPES["html"], MEDIA_TYPES["docx"],
    ]  # fmt: skip


@pytest.mark.skipif(not HAS_OCR, reason="needs jiping[ocr]")
def test_pictures_are_read(tmp_path):
    from PIL import Image, ImageDraw

    picture = Image.new("RGB", (420, 80), "white")
    ImageDraw.Draw(picture).text((10, 20), "2023 budget 95.5", fill="black", font_size=36)
    picture.save(tmp_path / "a.png")
    source = read(tmp_path / "a.png")
    assert source.ocr
    assert "95.5" in source.text


@pytest.mark.server
@pytest.mark.skipif(not shutil.which("soffice"), reason="needs LibreOffice")
def test_old_word_files_by_libreoffice(tmp_path):
    (tmp_path / "a.rtf").write_text(r"{\rtf1 budget 95.5}", encoding="ascii")
    assert "95.5" in read(tmp_path / "a.rtf").text
