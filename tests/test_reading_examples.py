"""The shipped samples read as their texts say, whatever the format."""

import re
from pathlib import Path

import pytest

from jiping.errors import UnreadableInput
from jiping.reading.clean import clean
from jiping.reading.metadata import refuse
from jiping.reading.read import read

EXAMPLES = Path(__file__).parent.parent / "examples"
SAME = (
    "01-hunan-whole.txt",
    "03-zhejiang-project.docx",
    "04-gansu-transfer.pdf",
    "05-jiangsu-street.html",
    "07-yunnan-school.ofd",
)


@pytest.mark.parametrize("name", SAME)
def test_every_paragraph_comes_back(name):
    written = (EXAMPLES / "texts" / Path(name).with_suffix(".text")).read_text(encoding="utf-8")
    written = re.sub(r"\[/?表\]\n", "", written).replace("|", "\t")
    found = clean(read(EXAMPLES / name)).chars
    assert found.split("\n") == [re.sub(r"(?<=\d\.) ", "", line) for line in written.splitlines()]


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("0[1-7]-*.*")), ids=lambda path: path.name)
def test_samples_are_reports(path):
    source = read(path)
    assert refuse(source, clean(source)) is None


def test_the_broken_sample_says_so():
    with pytest.raises(UnreadableInput, match="已损坏"):
        read(EXAMPLES / "09-broken.docx")


def test_the_scan_has_no_text_layer():
    with pytest.raises(UnreadableInput, match="扫描件"):
        read(EXAMPLES / "08-guizhou-scan.pdf", ocr=False)
