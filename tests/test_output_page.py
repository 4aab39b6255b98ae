"""Pages: everything escaped, everything shown, nothing loaded from anywhere."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from jiping.labels import SECTIONS
from jiping.output.folder import names, write_pages
from jiping.output.index import index
from jiping.output.markup import data, esc
from jiping.output.page import page
from jiping.output.place import place
from jiping.output.ranking import Entry
from jiping.report import Failure, Report, SourceInfo, Triage
from output_samples import HOSTILE, hostile_labels, report


@pytest.fixture(scope="module")
def found():
    return hostile_labels(report())


@pytest.fixture(scope="module")
def tree(found):
    return html.fromstring(page(found, copies=["<i>雷同</i>"], back="../index.html"))


def test_the_text_stands_on_the_page_whole_and_in_order(tree):
    for tag in tree.xpath("//main//b[@class='tag'] | //main//div | //main//footer | //main//i"):
        tag.drop_tree()
    shown = re.sub(r"\s", "", tree.xpath("//main")[0].text_content())
    assert shown == re.sub(r"\s", "", HOSTILE)


def test_report_text_makes_no_element(tree):
    assert [s.get("type") for s in tree.xpath("//script")] == ["application/json", None]
    assert not tree.xpath("//img | //main//*[@onerror] | //i[text()='雷同'] | //b[text()='执行率']")


def test_only_the_pages_own_script_may_run(tree):
    policy = tree.xpath("//meta[@http-equiv]/@content")[0]
    assert policy.startswith("default-src 'none'; script-src 'sha256-")


def test_nothing_is_loaded_from_anywhere(found):
    text = page(found)
    assert not re.search(r"(?:src|href)=\"(?!#|\.\./)", text)
    assert "@import" not in text
    assert "url(" not in text


def test_problems_point_to_their_measures_and_back(tree):
    def answers(panel):
        entries = tree.xpath(f"//div[@data-panel='{panel}']//li")
        return [e.xpath(".//div[contains(@class,'see')]")[0].text_content() for e in entries]

    assert answers("问题")[:2] == ["对应措施：措1", "没有找到对应的措施"]
    assert answers("措施")[0] == "针对问题：问1"


def test_each_section_can_be_reached_from_the_outline(tree, found):
    targets = [a.get("href")[1:] for a in tree.xpath("//nav//a")]
    assert targets == [s.get("id") for s in tree.xpath("//main/section")]
    assert [b.text for b in tree.xpath("//nav//b")] == [SECTIONS[s.section] for s in found.sections]


def test_the_data_of_the_script_covers_every_statement(tree, found):
    facts = json.loads(tree.xpath("//script[@type]")[0].text)
    assert len(facts["s"]) == len(found.statements)
    assert facts["links"] == [[x.problem, m] for x in found.links for m in x.measures]


@given(st.text())
def test_escaped_words_and_data_come_back_and_close_nothing(words):
    assert "<" not in esc(words)
    assert "</" not in data({"x": words})
    assert json.loads(data({"x": words})) == {"x": words}


def test_page_furniture_inside_a_sentence_is_set_apart():
    source = HOSTILE.replace("资金拨付慢", "资金\n- 3 -\n拨付慢")
    text = page(report(source))
    assert '<span class="lost">- 3 -</span>' in text


@pytest.mark.parametrize(
    ("pages", "text", "offset", "expected"),
    [
        ((0, 10, 20), None, 9, "第1页"),
        ((0, 10, 20), None, 10, "第2页"),
        ((), "一\n\n二\n三", 3, "第2段"),
        ((), None, 3, ""),
    ],
)
def test_place(pages, text, offset, expected):
    source = SourceInfo(path="a", sha256="", media_type="", n_chars=9, pages=pages, text=text)
    assert place(source, offset) == expected


def of(path, score=None):
    source = SourceInfo(path=path, sha256="", media_type="", n_chars=0, text="")
    triage = Triage(score=score, level="watch") if score is not None else None
    return Report(source=source, triage=triage)


def test_the_index_puts_the_highest_score_first():
    text = index(
        [Entry(of("b.txt", 20), "b"), Entry(of("a.txt", 70), "a"), Entry(of("c.txt", 20), "c")]
    )
    links = html.fromstring(text).xpath("//tbody//a/@href")
    assert links == ["a", "b", "c"]


def test_the_index_lists_what_failed_without_a_score():
    bad = Report(
        source=of("<坏>.docx").source, error=Failure(code="unreadable", message="文件<损坏>")
    )
    tree = html.fromstring(index([Entry(bad, None)]))
    assert not tree.xpath("//tbody/tr")
    assert tree.xpath("//section//li")[0].text_content() == "<坏>.docx文件<损坏>"


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        (["a/报告.docx", "b/报告.docx"], ["报告.x", "报告-2.x"]),
        (["A.txt", "a.txt"], ["A.x", "a-2.x"]),
        (["con.txt", "-"], ["_con.x", "stdin.x"]),
        (['x/<a>:"b"?.pdf', "包.zip/内\\c.txt"], ["a_b.x", "c.x"]),
        (["长" * 300 + ".txt"], ["长" * 60 + ".x"]),
    ],
)
def test_file_names_are_unique_and_travel(paths, expected):
    assert names([of(path) for path in paths], ".x") == expected


def test_links_of_the_index_open_the_pages(tmp_path, found):
    entries = write_pages([found, of("other.txt")], tmp_path)
    for link in html.parse(tmp_path / "index.html").xpath("//tbody//a/@href"):
        from urllib.parse import unquote

        assert (tmp_path / unquote(link)).is_file()
    assert [e.link for e in entries] == ["pages/柳坪镇.html", "pages/other.html"]
