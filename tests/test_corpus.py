"""The committed corpus: how much there is, how varied, and that nothing of test is in train."""

import hashlib
from collections import Counter
from itertools import islice
from pathlib import Path

import pytest

from jiping.annotation import stats
from jiping.annotation.compose import compose
from jiping.annotation.corpus import SPLITS, families, load, without
from jiping.annotation.wordings import GOAL_LABELS, TASK_NAMES, VOW_LEADS, VOWS
from jiping.errors import BadSettings
from jiping.labels import AREAS, CLARITY, KINDS, SECTIONS

ROOT = Path(__file__).parent.parent / "annotations"
# The families of outlines that published reports show; each is written at least three times.
FAMILIES = [
    "guangdong",
    "hunan",
    "sichuan",
    "conclusion_first",
    "yunnan",
    "jiangxi",
    "transfer",
    "project",
    "project_short",
    "points",
    "evaluator",
    "final_account",
    "decimals",
    "letter",
    "form",
    "no_headings",
]
# Sentences of real work reports under the same figures, n = 1,000.
REAL_REPEATED, REAL_OPENINGS = 0.082, 0.91


@pytest.fixture(scope="module")
def splits():
    return stats.load_all(ROOT)


@pytest.fixture(scope="module")
def every(splits):
    return [r for reports in splits.values() for r in reports]


@pytest.fixture(scope="module")
def wholes():
    return [r for split in SPLITS for r in load(ROOT, "reports", split)]


@pytest.fixture(scope="module")
def counts(every):
    return stats.counts(every)


def test_there_are_enough_statements_of_every_label(counts):
    assert counts["kind", "problem"] >= 1500
    assert counts["kind", "measure"] >= 1500
    assert counts["kind", "target"] >= 1200
    assert sum(counts["kind", k] for k in ("heading", "result", "finance", "other")) >= 2500
    few = {(k, a) for k in ("problem", "measure") for a in AREAS if counts[k, a] < 50}
    assert not few
    assert not {c for c in CLARITY if counts["clarity", c] < 350}


def test_there_are_enough_hard_cases(every):
    found = stats.hard_cases(every)
    assert found.total() >= 600
    assert min(found.values()) >= 15


def test_composed_reports_close_by_vows_and_pair_goals_with_outcomes():
    """Vows are no measures; a task's own goal is a target in the chapter of tasks (codebook §1, §2)."""
    bank, train = (load(ROOT, part, "train") for part in ("bank", "reports"))
    made = list(islice(compose(train, bank, 3), 60))
    heads = tuple(lead + who + how for lead in VOW_LEADS for who in VOWS[0] for how in VOWS[1])
    vows = [s for r in made for s in r.statements if s.text.startswith(heads)]
    assert len(vows) > 5
    assert {s.kind for s in vows} == {"other"}
    labels = tuple(label.format(name) for label in GOAL_LABELS for name in TASK_NAMES)
    goals = [
        s
        for r in made
        for s in r.statements
        if s.section == "task_completion" and s.kind != "heading" and s.text.startswith(labels)
    ]
    assert len(goals) > 5
    assert Counter(s.kind for s in goals).most_common(1)[0][0] == "target"


def test_composed_forms_tell_reasons_in_cells():
    """A reason is a problem, what follows it a measure, wherever the cell stands (codebook §1)."""
    bank, train = (load(ROOT, part, "train") for part in ("bank", "reports"))
    made = list(islice(compose(train, bank, 3), 60))
    forms = [r for r in made if "\t" in (r.source.text or "")]
    cells = [s for r in forms for s in r.statements if r.source.text[s.start] == "\t"]
    assert 2 <= len(forms) <= 20
    assert {(s.kind, s.section) for s in cells if s.kind == "problem"} == {("problem", "problems")}
    assert {s.kind for r in forms for s in r.statements if s.section == "measures"} == {"measure"}


def test_there_are_enough_whole_reports_of_every_outline(wholes):
    sized = [r for r in wholes if 500 <= r.source.n_chars <= 6000]
    assert len(sized) >= 100
    assert len({r.meta["outline"] for r in wholes}) >= 30
    families = Counter(r.meta["family"] for r in wholes)
    assert not {f for f in FAMILIES if families[f] < 3}


def test_most_reports_state_few_problems_and_some_none(wholes):
    stated = [len(r.items("problem")) for r in wholes]
    assert sum(n <= 2 for n in stated) >= len(stated) / 4
    assert stated.count(0) >= 5
    assert sum(n >= 8 for n in stated) <= len(stated) / 5


def test_near_duplicates_are_rare(every):
    assert stats.duplicate_share(stats.texts(every)) < 0.03


@pytest.mark.parametrize("kind", ["problem", "measure", "target"])
def test_the_prose_is_as_varied_as_real_prose(every, kind):
    found = stats.variety(stats.texts(every, kind))
    assert found.repeated <= 1.5 * REAL_REPEATED
    assert found.openings >= 0.85 * REAL_OPENINGS


def test_no_area_hangs_on_one_word(every):
    pytest.importorskip("sklearn")
    assert stats.one_token_f1(every)[0] < 0.5


def test_nothing_of_test_is_in_train(splits):
    assert not {name: found for name, found in stats.leaks(splits).items() if found}


def test_no_text_is_there_twice(every):
    told = Counter(r.source.sha256 for r in every)
    assert not [sha for sha, n in told.items() if n > 1]


def test_every_split_has_reports_and_says_so(splits):
    for split, reports in splits.items():
        assert reports
        assert {r.meta["split"] for r in reports} == {split}


def test_labels_and_offsets_hold(every):
    for report in every:
        text = report.source.text
        assert hashlib.sha256(text.encode()).hexdigest() == report.source.sha256
        end = 0
        for s in report.statements:
            assert end <= s.start < s.end <= len(text), report.source.path
            assert text[s.start : s.end].strip() == s.text
            assert s.kind in KINDS
            assert s.section in SECTIONS
            assert (s.clarity in CLARITY) == (s.kind == "target")
            assert (1 <= len(s.areas) <= 4) == (s.kind in ("problem", "measure"))
            assert (s.item is None) == (s.kind not in ("problem", "measure", "target"))
            end = s.end


def test_sections_tile_the_statements_of_whole_reports(wholes):
    for report in wholes:
        told = [
            x.section
            for x in report.sections
            for s in report.statements
            if x.start <= s.start < x.end
        ]
        assert told == [s.section for s in report.statements], report.source.path


def test_links_join_the_first_statements_of_problems_and_measures(every):
    for report in every:
        firsts = {kind: {i[0].id for i in report.items(kind)} for kind in ("problem", "measure")}
        for link in report.links:
            assert link.problem in firsts["problem"]
            assert set(link.measures) <= firsts["measure"]


def test_each_family_is_a_fold():
    reports = load(ROOT, "reports", "train")
    for family in families(reports):
        kept, held = without(reports, family)
        assert len(held) >= 2
        assert len(kept) + len(held) == len(reports)
        assert family not in families(kept)


def test_a_family_that_is_not_there_is_named():
    with pytest.raises(BadSettings, match="no report of family 'nowhere'"):
        without(load(ROOT, "reports", "train"), "nowhere")
