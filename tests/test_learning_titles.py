"""A run-in title and what explains it are one item, with the labels of what was numbered."""

import numpy as np
import pytest

pytest.importorskip("torch")

from jiping.annotation.marked import read_marked
from jiping.labels import AREAS
from jiping.learning.data import UNKNOWN, example
from jiping.learning.titles import titled

pytestmark = pytest.mark.train
MARKED = """\
#! id=T-1 | family=guangdong | outline=常规
## problems
H | 三、存在的问题
P procurement | （一）合同漏签14份。
P staffing,external_factors | （二）缺编三年，招不到人。
P other | （三）舆情应对经验不足。
## measures
H | 四、改进措施
M procurement >1 | 每月核对一次合同台账。
"""


def outcome(chance):
    (report,) = read_marked(MARKED, "T")
    found = example(report)
    return found, titled(found, chance, np.random.default_rng(1))


def test_without_chance_nothing_changes():
    found, out = outcome(0.0)
    assert out is found


def test_only_numbered_items_of_one_nameable_area_get_titles():
    found, out = outcome(1.0)
    assert len(out.units) == len(found.units) + 1  # two areas, other, unnumbered: none
    at = next(i for i, u in enumerate(out.units) if u.text == "合同漏签14份。")
    title, told = out.units[at - 1], out.units[at]
    assert title.text.startswith("（一）")
    assert title.point == told.point
    assert out.labels.begins[[at - 1, at]].tolist() == [1, 0]
    area = list(AREAS).index("procurement")
    assert (out.labels.areas[[at - 1, at], area] == 1).all()


def test_links_stay_with_the_title():
    found, out = outcome(1.0)
    at = next(i for i, u in enumerate(out.units) if u.text == "合同漏签14份。")
    assert out.labels.problem[at] == UNKNOWN
    assert out.labels.problem[at - 1] in {p for p, _ in out.labels.answers}
    assert sorted(set(out.labels.problem)) == sorted(set(found.labels.problem))
    assert len(out.features) == len(out.units)
