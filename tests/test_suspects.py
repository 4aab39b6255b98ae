"""What cleanlab doubts."""

from dataclasses import replace

import pytest

from jiping.annotation.lines import Line, report_of

pytestmark = pytest.mark.train


def reports():
    """Sixteen small reports in which every problem speaks of buying and every measure of training."""
    out = []
    for i in range(16):
        lines = [
            Line(
                kind="problem",
                section="problems",
                text=f"第{i}次采购没有比价，合同备案迟。",
                areas=("procurement",),
            ),
            Line(
                kind="measure",
                section="measures",
                text=f"每季度培训业务人员{i}次，讲绩效指标。",
                areas=("performance_capacity",),
            ),
            Line(kind="result", section="task_completion", text=f"修渠{i}公里，完成率100%。"),
        ]
        out.append(report_of(lines, {"id": f"r{i}", "author": "甲"}))
    return out


@pytest.mark.filterwarnings("ignore")
def test_a_wrong_area_is_doubted():
    pytest.importorskip("cleanlab")
    from jiping.annotation.suspects import suspects

    made = reports()
    first = made[0]
    wrong = tuple(replace(a, area="performance_capacity") for a in first.statements[0].areas)
    made[0] = replace(
        first, statements=(replace(first.statements[0], areas=wrong), *first.statements[1:])
    )

    found = [s for s in suspects(made) if s.layer == "areas"]

    assert ("r0", 0) in {(s.report, s.statement) for s in found}
