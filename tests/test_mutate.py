"""The mutator changes one figure of a relation that held, and the checks find it."""

import pytest

from jiping.annotation.mutate import changed, related
from jiping.judging.checks import checks
from jiping.reading.clean import clean
from jiping.reading.source import Source

TEXT = (
    "全年预算数1,200.00万元，执行数1,100.00万元，预算执行率91.67%。\n"
    "核定编制50名（行政20名、事业30名）。\n"
    "党员由120名增加到150名，增长25%。\n"
)


def found(text):
    source = Source(path="", sha256="", media_type="text/plain", text=text)
    return checks(source, clean(source))


def test_relations_are_found_by_the_numbers():
    assert [r.check for r in related(TEXT)] == ["ratio", "growth"]
    assert [r.check for r in related("甲事业编制20名，乙30名，合计50名。")] == ["component_sum"]


@pytest.mark.parametrize("seed", range(12))
def test_a_changed_figure_is_found(seed):
    assert found(TEXT) == ()
    for relation in related(TEXT):
        new, figure = changed(TEXT, relation, seed)
        assert new != TEXT
        assert figure in relation.figures
        assert len(found(new)) >= 1


def test_the_same_seed_makes_the_same_change():
    (relation, *_) = related(TEXT)
    assert changed(TEXT, relation, 7) == changed(TEXT, relation, 7)
