"""Bad input: each is refused in Chinese, saying what to do, and nothing else suffers."""

import io
import zipfile

import pytest
from docx import Document
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from jiping.errors import MissingExtra, UnreadableInput
from jiping.reading import ocr, office
from jiping.reading.inputs import inputs
from jiping.reading.read import read, read_bytes

OLE = bytes.fromhex("D0CF11E0A1B11AE1") + bytes(504)


def docx(text: str = "预算执行率偏低。") -> bytes:
    buffer = io.BytesIO()
    document = Document()
    document.add_paragraph(text)
    document.save(buffer)
    return buffer.getvalue()


def zipped(*members: tuple[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in members:
            package.writestr(name, data)
    return buffer.getvalue()


def pdf(**settings: object) -> bytes:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, **settings)
    canvas.rect(100, 100, 200, 200)
    canvas.showPage()
    canvas.save()
    return buffer.getvalue()


LOCKED = pdf(encrypt=StandardEncryption("secret", strength=128))
BAD = {
    "empty": ("a.txt", b"", "文件是空的"),
    "blank": ("a.txt", b" \r\n\t", "文件是空的"),
    "only zeros": ("a.docx", bytes(4096), "文件是空的"),
    "truncated docx": ("a.docx", docx()[:20000], "已损坏、不完整"),
    "truncated pdf": ("a.pdf", pdf()[:200], "PDF 已损坏或不完整"),
    "encrypted pdf": ("a.pdf", LOCKED, "另存为不加密的 PDF"),
    "docx with a password": ("a.docx", OLE + "EncryptedPackage".encode("utf-16-le"), "去除密码"),
    "slides": ("a.ppt", OLE + "PowerPoint Document".encode("utf-16-le"), "不是文字文档"),
    "rar": ("a.rar", b"Rar!\x1a\x07\x00" + bytes(100), "改为 .zip 或解压"),
    "broken xlsx": ("a.xlsx", zipped(("xl/workbook.xml", b"<x/>")), "表格文件已损坏"),
    "broken picture": ("a.png", b"\x89PNG\r\n\x1a\n" + bytes(50), "图片已损坏|需要 pillow"),
    "page without content": ("a.html", b"<html></html>", "没有"),
    "docx with broken xml": ("a.docx", zipped(("word/document.xml", b"<w:p>")), "另存一份"),
}


@pytest.mark.parametrize(("name", "data", "message"), BAD.values(), ids=BAD.keys())
def test_refused(tmp_path, name, data, message):
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises((UnreadableInput, MissingExtra), match=message):
        read(path)


def test_a_huge_file_is_refused_unread(tmp_path):
    path = tmp_path / "a.txt"
    with path.open("wb") as file:
        file.truncate(500_000_000)
    with pytest.raises(UnreadableInput, match="文件过大（500 MB"):
        read(path)


@pytest.mark.parametrize("name", ["word/document.xml", "报告.txt"])
def test_a_zip_bomb_is_refused(tmp_path, name):
    path = tmp_path / "a.zip"
    path.write_bytes(zipped((name, bytes(60_000_000))))
    [item] = inputs([path])
    with pytest.raises(UnreadableInput, match="疑似压缩炸弹"):
        item.load()


def test_a_zip_of_too_many_files_is_refused():
    with pytest.raises(UnreadableInput, match="5001 个文件"):
        read_bytes(zipped(*((f"{i}.txt", b"") for i in range(5001))), "a.zip")


def test_external_entities_are_not_resolved(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("不该读到", encoding="utf-8")
    xml = (
        f'<!DOCTYPE x [<!ENTITY e SYSTEM "{secret.as_uri()}"><!ENTITY a "啊啊"><!ENTITY b "&a;&a;">]>'
        '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r>'
        "<w:t>正文</w:t></w:r><w:r><w:t>&e;&b;</w:t></w:r></w:p></w:body></w:document>"
    )
    source = read_bytes(zipped(("word/document.xml", xml.encode())), "a.docx")
    assert source.text == "正文\n"


def test_an_image_only_pdf_without_the_extra(monkeypatch):
    def absent():
        raise MissingExtra("rapidocr-onnxruntime", "ocr")

    monkeypatch.setattr(ocr, "_engine", absent)
    with pytest.raises(UnreadableInput, match=r"pip install 'jiping\[ocr\]'"):
        read_bytes(pdf(), "a.pdf")


def test_an_image_only_pdf_with_recognition_off():
    with pytest.raises(UnreadableInput, match="文字识别未启用"):
        read_bytes(pdf(), "a.pdf", ocr=False)


def test_a_page_that_could_not_be_read_is_told(caplog):
    buffer = io.BytesIO()
    canvas = Canvas(buffer)
    canvas.drawString(72, 700, "budget 95.5")
    canvas.showPage()
    canvas.rect(100, 100, 200, 200)
    canvas.save()
    assert read_bytes(buffer.getvalue(), "a.pdf", ocr=False).text == "budget 95.5\n"
    assert "第 2 页没有文字层" in caplog.text


def test_doc_without_libreoffice(monkeypatch):
    monkeypatch.setattr(office, "soffice", lambda: None)
    data = OLE + "WordDocument".encode("utf-16-le")
    with pytest.raises(UnreadableInput, match="安装 LibreOffice，或用 Word/WPS 另存为 .docx"):
        read_bytes(data, "a.doc")


def test_a_missing_file(tmp_path):
    with pytest.raises(UnreadableInput, match="打不开文件"):
        read(tmp_path / "no.txt")


def test_a_locked_archive():
    data = bytearray(zipped(("报告.txt", "预算".encode())))
    for at in (data.index(b"PK\x03\x04") + 6, data.index(b"PK\x01\x02") + 8):
        data[at] |= 1
    with pytest.raises(UnreadableInput, match="压缩包设有密码"):
        next(load_all(bytes(data)))


def load_all(data: bytes):
    from jiping.reading.inputs import _archive

    for item in _archive(data, "a.zip", depth=1, ocr=False):
        yield item.load()
