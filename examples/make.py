"""Write the sample reports of this folder from texts/, each in another format.

Run `python examples/make.py` with the packages reportlab, pillow and python-docx, and the font
fonts-wqy-zenhei (for the scan). All units, places and figures are invented. The figures agree
but for two in 04: the sum of the funds (769.50) and the pass rate (97.9%). 09 is cut off on purpose.
"""

from __future__ import annotations

import datetime as dt
import html
import io
import re
import zipfile
from pathlib import Path

import openpyxl
from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from PIL import Image, ImageDraw, ImageFont
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

HERE = Path(__file__).parent
FONT = Path("/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc")
CHAPTER, SECTION = (
    re.compile(r"^[一二三四五六七八九十]+、"),
    re.compile(r"^（[一二三四五六七八九十]+）"),
)
LINE, PAGE_LINES = 34, 32


def text(name: str) -> str:
    return (HERE / "texts" / name).with_suffix(".text").read_text(encoding="utf-8")


def wrapped(lines: list[str]) -> list[str]:
    """Indent paragraphs by two characters and break them at LINE; an ASCII character is half."""
    rows = []
    for line in lines:
        row, width = "　　", 2.0
        for char in line:
            width += 0.5 if char.isascii() else 1
            if width > LINE and char not in "，。；：、）”":
                rows.append(row)
                row, width = "", 0.5 if char.isascii() else 1
            row += char
        rows.append(row)
    return rows


def docx(body: str) -> bytes:
    """A report whose chapter numbers Word makes itself, with a table."""
    document = Document()
    numbering(document)
    title, *lines = body.splitlines()
    document.add_paragraph(title, style="Title")
    rows: list[list[str]] | None = None
    for line in lines:
        if line == "[表]":
            rows = []
        elif line == "[/表]" and rows:
            table = document.add_table(len(rows), len(rows[0]), style="Table Grid")
            for cells, values in zip(table.rows, rows, strict=True):
                for cell, value in zip(cells.cells, values, strict=True):
                    cell.text = value
            rows = None
        elif rows is not None:
            rows.append(line.split("|"))
        else:
            level = 0 if CHAPTER.match(line) else 1 if SECTION.match(line) else None
            paragraph = document.add_paragraph(
                line if level is None else re.sub("^.*?[、）]", "", line)
            )
            if level is not None:
                number(paragraph, level)
    document.core_properties.created = dt.datetime(2024, 5, 6, tzinfo=dt.UTC)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def numbering(document) -> None:
    levels = "".join(
        f'<w:lvl w:ilvl="{i}"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/>'
        f'<w:suff w:val="nothing"/><w:lvlText w:val="{pattern}"/></w:lvl>'
        for i, pattern in enumerate(("%1、", "（%2）"))
    )
    root = document.part.numbering_part.element
    abstract = f'<w:abstractNum {nsdecls("w")} w:abstractNumId="90">{levels}</w:abstractNum>'
    root.insert(0, parse_xml(abstract))
    root.append(
        parse_xml(f'<w:num {nsdecls("w")} w:numId="90"><w:abstractNumId w:val="90"/></w:num>')
    )


def number(paragraph, level: int) -> None:
    properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()
    properties.get_or_add_ilvl().set(qn("w:val"), str(level))
    properties.get_or_add_numId().set(qn("w:val"), "90")


def pdf(body: str) -> bytes:
    """A report with a text layer, broken lines, a running head and page numbers."""
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(595, 842), invariant=1)
    title, *lines = body.splitlines()
    rows = wrapped(lines)
    for page, start in enumerate(range(0, len(rows), PAGE_LINES), start=1):
        canvas.setFont("STSong-Light", 13)
        if page == 1:
            canvas.drawCentredString(297, 780, title)
        for i, row in enumerate(rows[start : start + PAGE_LINES]):
            # Blanks at the start are an indent, no characters: Word writes them so.
            canvas.drawString(76 + 26 * row.startswith("　"), 740 - 20 * i, row.strip("　"))
        canvas.drawCentredString(297, 50, f"— {page} —")
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def scan(body: str) -> bytes:
    """A report as pictures of its pages."""
    font = ImageFont.truetype(str(FONT), 34)
    title, *lines = body.splitlines()
    pages = []
    rows = wrapped(lines)
    for start in range(0, len(rows), 24):
        page = Image.new("L", (1400, 1980), 252)
        draw = ImageDraw.Draw(page)
        if not start:
            draw.text((220, 130), title, font=font, fill=20)
        for i, row in enumerate(rows[start : start + 24]):
            draw.text((110, 230 + 66 * i), row, font=font, fill=30)
        pages.append(page.rotate(0.3, fillcolor=252))
    buffer = io.BytesIO()
    stamp = dt.datetime(2024, 5, 6, tzinfo=dt.UTC).timetuple()
    pages[0].save(
        buffer, "PDF", save_all=True, append_images=pages[1:], resolution=170,
        creationDate=stamp, modDate=stamp,
    )  # fmt: skip
    return buffer.getvalue()


def site(body: str) -> str:
    """A page of a government site, with its menu, metadata block and foot."""
    title, *lines = body.splitlines()
    paragraphs = "\n".join(
        f"<p>{'<strong>' * bool(CHAPTER.match(ln))}{html.escape(ln)}{'</strong>' * bool(CHAPTER.match(ln))}</p>"
        for ln in lines
    )
    menu = "".join(
        f"<li><a href='#'>{name}</a></li>"
        for name in ("首页", "政务公开", "办事服务", "互动交流", "走进澄湖")
    )
    return f"""<!DOCTYPE html>
<html lang="zh"><head><meta charset="utf-8"><title>{title}_澄湖区人民政府</title>
<style>p {{ text-indent: 2em; }}</style><script>var visits = 312;</script></head>
<body><ul>{menu}</ul>
<div>当前位置：首页 &gt; 政务公开 &gt; 财政预决算</div>
<div>索引号：cheng-hu/2024-00127</div><div>发布机构：望渔街道办事处</div>
<div>发布日期：2024-05-20</div><div>浏览次数：312</div><div>字号：大 中 小</div><div>打印</div>
<h1>{title}</h1>
{paragraphs}
<div>上一篇：关于开展义诊活动的公告</div><div>主办：澄湖区人民政府办公室</div>
</body></html>
"""


ROWS = (
    ("项目支出绩效自评表",),
    ("（2022年度）",),
    ("项目名称", "基层卫生院设备更新项目"),
    ("主管部门", "淇原市卫生健康委员会", "实施单位", "淇原市乔家镇卫生院"),
    ("资金情况（万元）", "全年预算数", "全年执行数", "执行率"),
    ("年度资金总额", 180, 171, "95%"),
    ("年度总体目标", "更新数字化X光机等设备6台，提升基层诊疗能力。"),
    ("年度总体目标完成情况", "6台设备全部到货安装，其中5台投入使用，彩超因医师未取得资质暂未启用。"),
    ("一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分", "偏差原因分析及改进措施"),
    ("产出指标", "数量指标", "购置设备台数", "6台", "6台", 20, 20, "无"),
    ("产出指标", "质量指标", "验收合格率", "100%", "100%", 15, 15, "无"),
    ("产出指标", "时效指标", "9月底前安装完成", "100%", "83%", 15, 12, "彩超进口报关延误，安装推迟到11月。今后进口设备提前半年启动采购。"),
    ("效益指标", "社会效益指标", "设备使用率", "≥90%", "83%", 30, 25, "彩超医师未持证上岗。已选派2名医师到市人民医院进修，2023年3月取得资质。"),
    ("满意度指标", "服务对象满意度", "患者满意度", "≥90%", "93%", 10, 10, "无"),
    ("预算执行率", "", "", "100%", "95%", 10, 9.5, "尾款9万元按合同于质保期满后支付。"),
    ("总分", "", "", "", "", 100, 91.5, ""),
)  # fmt: skip


def workbook() -> bytes:
    """A self-evaluation form, a row for each indicator."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "自评表"
    for row in ROWS:
        sheet.append(row)
    for area in ("A1:H1", "A2:H2", "A10:A12", "B7:H7", "B8:H8"):
        sheet.merge_cells(area)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def ofd(body: str) -> bytes:
    """A report in the national fixed-layout format, a text object for each line."""
    rows = wrapped(body.splitlines())
    pages = [rows[i : i + PAGE_LINES] for i in range(0, len(rows), PAGE_LINES)]
    space = 'xmlns:ofd="http://www.ofdspec.org/2016"'
    refs = "".join(f'<ofd:Page ID="{i + 1}" BaseLoc="Pages/{i}.xml"/>' for i in range(len(pages)))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:

        def put(name: str, content: str) -> None:
            package.writestr(zipfile.ZipInfo(name, (2024, 5, 6, 9, 0, 0)), content)

        put(
            "OFD.xml",
            f"<ofd:OFD {space}><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
        )
        put(
            "Doc_0/Document.xml",
            f"<ofd:Document {space}><ofd:Pages>{refs}</ofd:Pages></ofd:Document>",
        )
        for i, page in enumerate(pages):
            put(f"Doc_0/Pages/{i}.xml", f"<ofd:Page {space}><ofd:Content><ofd:Layer>{objects(page)}</ofd:Layer></ofd:Content></ofd:Page>")  # fmt: skip
    return buffer.getvalue()


def objects(rows: list[str]) -> str:
    return "".join(
        f'<ofd:TextObject ID="{100 + i}" Boundary="{25 + 10 * row.startswith("　")} {25 + 8 * i} 160 6" Size="5">'
        f'<ofd:TextCode X="0" Y="5" DeltaX="g {len(row) - 1} 5">{html.escape(row.strip("　"))}</ofd:TextCode></ofd:TextObject>'
        for i, row in enumerate(rows)
    )


def main() -> None:
    """Write all samples."""
    project = docx(text("03-zhejiang-project.txt"))
    samples = {
        "01-hunan-whole.txt": text("01-hunan-whole.txt").encode("gb18030"),
        "02-sichuan-whole.md": text("02-sichuan-whole.txt").encode(),
        "03-zhejiang-project.docx": project,
        "04-gansu-transfer.pdf": pdf(text("04-gansu-transfer.txt")),
        "05-jiangsu-street.html": site(text("05-jiangsu-street.txt")).encode(),
        "06-henan-form.xlsx": workbook(),
        "07-yunnan-school.ofd": ofd(text("07-yunnan-school.txt")),
        "08-guizhou-scan.pdf": scan(text("08-guizhou-scan.txt")),
        "09-broken.docx": project[: len(project) * 2 // 3],
    }
    for name, data in samples.items():
        (HERE / name).write_bytes(data)


if __name__ == "__main__":
    main()
