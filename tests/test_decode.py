"""Decoding: what the model says is made into statements that the codebook allows."""

import numpy as np
import pytest

from jiping.labels import AREAS, CLARITY, KINDS, SECTIONS
from jiping.model.decode import Thresholds, decode
from jiping.model.scores import Scores
from jiping.statements.unit import Unit

WIDTHS = {"section": SECTIONS, "kind": KINDS, "areas": AREAS, "clarity": CLARITY}


def scores(kinds):
    """Return scores of units that look like these kinds, half sure; the rest is even."""
    parts = {
        name: np.full((len(kinds), len(keys)), 0.01, np.float32) for name, keys in WIDTHS.items()
    }
    for i, kind in enumerate(kinds):
        parts["kind"][i, list(KINDS).index(kind)] = 0.5
    none = np.zeros((len(kinds), 0), np.float32)
    begins = np.ones(len(kinds), np.float32)
    return Scores(**parts, begins=begins, link_problem=none, link_measure=none)


@pytest.mark.parametrize(("odds", "unsure"), [(0.4, True), (0.9, False)])
def test_an_area_that_is_doubtful_is_handed_to_a_person(odds, unsure):
    found = scores(["problem"])
    found.kind[0] = np.eye(len(KINDS), dtype=np.float32)[list(KINDS).index("problem")]
    found.areas[0, 3] = odds
    _, (told,) = decode([Unit(start=0, end=1, text="经费没有着落。")], found, Thresholds(area=0.7))
    assert [a.area for a in told.areas] == [list(AREAS)[3]]
    assert told.review is unsure


def kinds_of(*units):
    found = scores([kind for _, _, kind in units])
    _, statements = decode(
        [
            Unit(start=i, end=i + 1, text=text, opens=opens)
            for i, (text, opens, _) in enumerate(units)
        ],
        found,
        Thresholds(),
    )
    return [s.kind for s in statements]


@pytest.mark.parametrize("label", ["改进措施", "存在问题：", "三、存在的问题："])
def test_a_label_alone_is_no_item(label):
    assert kinds_of((label, True, "measure"))[0] not in ("problem", "measure", "target")


def test_a_label_with_what_it_announces_is_an_item():
    assert kinds_of(
        ("改进措施：按月调度资金。", True, "measure"), ("加强管理。", False, "measure")
    ) == ["measure", "measure"]


@pytest.mark.parametrize(
    "goal", ["《任务二》预期目标：组织委员开展调研活动。", "年初目标：培训电工300人次。"]
)
def test_the_goal_of_a_task_is_a_target(goal):
    assert kinds_of((goal, False, "result")) == ["target"]


def test_an_outcome_that_names_goals_is_none():
    assert kinds_of(("预期目标全部完成，培训312人次。", False, "result")) == ["result"]
