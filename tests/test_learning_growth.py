"""Chapters grow by deeds of official prose that take the chapter's section, and nothing else."""

import json

import numpy as np
import pytest

pytest.importorskip("torch")

from jiping.annotation.marked import read_marked
from jiping.labels import KINDS, SECTIONS
from jiping.learning.data import UNKNOWN, example
from jiping.learning.growth import deeds, grown

pytestmark = pytest.mark.train
PROSE = [[f"第{i}批道路养护按期完工。" for i in range(60)]]
MARKED = """\
#! id=T-1 | family=guangdong | outline=常规
## task_completion
H | 一、履职完成情况
R | 完成清淤12公里。
## achievements
H | 二、主要工作成效
R | 群众出行更方便了。
## problems
H | 三、存在的问题
P procurement | 采购计划性差。
"""


def grown_report(chance):
    (report,) = read_marked(MARKED, "T")
    found = example(report)
    return found, grown(found, PROSE, chance, np.random.default_rng(2))


def test_without_chance_nothing_grows():
    found, out = grown_report(0.0)
    assert out is found


def test_what_is_put_in_takes_the_section_of_its_chapter_and_is_a_result():
    found, out = grown_report(1.0)
    new = [i for i, u in enumerate(out.units) if "道路养护" in u.text]
    names = [tuple(SECTIONS)[out.labels.section[i]] for i in new]
    assert set(names) == {"task_completion", "achievements"}
    assert {out.units[i].sections for i in new} == {("task_completion",), ("achievements",)}
    assert {tuple(KINDS)[out.labels.kind[i]] for i in new} == {"result"}
    assert (out.labels.begins[new] == UNKNOWN).all()
    assert (out.labels.areas[new] == UNKNOWN).all()
    assert not any(out.units[i].opens or out.units[i].level for i in new)


def test_what_was_there_keeps_its_labels_in_order():
    found, out = grown_report(1.0)
    old = [i for i, u in enumerate(out.units) if "道路养护" not in u.text]
    assert [out.units[i].text for i in old] == [u.text for u in found.units]
    for name in ("section", "kind", "areas", "clarity", "begins", "problem", "measure"):
        np.testing.assert_array_equal(getattr(out.labels, name)[old], getattr(found.labels, name))
    assert len(out.features) == len(out.units)


def test_deeds_come_from_what_a_text_looks_back_on(tmp_path):
    back = "".join(f"建成农村公路{i}公里，受益群众增加。" for i in range(90))
    ahead = "".join(f"下一年新开工水库{i}座，总投资增长。" for i in range(120))
    fault = "一些地方财政困难突出，压力仍然较大。"
    file = tmp_path / "prose.jsonl"
    rows = [{"text": fault + back + ahead}, {"text": "太短，不成一篇。"}]
    file.write_text("\n".join(json.dumps(r, ensure_ascii=False) for r in rows), "utf-8")
    (found,) = deeds([file])
    assert found[0].startswith("建成农村公路0公里")
    assert not any("水库" in told or "困难" in told for told in found)
