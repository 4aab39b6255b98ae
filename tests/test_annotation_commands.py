"""The commands that need no server: compile, doccano, agree, next, stats, evaluate; and gold folders."""

import json
from dataclasses import replace

import pytest
from click.testing import CliRunner

from jiping.annotation.corpus import read_reports, write_reports
from jiping.annotation.gold import judged, read_gold
from jiping.annotation.labelstudio import merged
from jiping.annotation.marked import read_marked
from jiping.annotation.score import evaluate
from jiping.cli import cli
from jiping.errors import BadAnnotation
from jiping.report import ModelInfo

DRAFT = """#! id=C-1 | family=hunan | outline=试 | unit=青石县档案馆 | year=2023
## front_matter
H | 青石县档案馆2023年度部门整体支出绩效自评报告
## performance_targets
H | 一、绩效目标
T vague | 不断提升服务水平，做好各项工作。
## problems
H | 二、存在的问题
P fund_use | 资金拨付不及时，工程款拖了三个月。
"""


def run(*arguments):
    return CliRunner().invoke(cli, [str(a) for a in arguments])


@pytest.fixture
def report():
    return next(read_marked(DRAFT, "甲"))


@pytest.fixture
def file(tmp_path, report):
    write_reports([report], tmp_path / "甲.jsonl")
    return tmp_path / "甲.jsonl"


def test_compile_makes_reports_of_marked_text(tmp_path, report):
    draft = tmp_path / "甲.txt"
    draft.write_text(DRAFT, encoding="utf-8")
    assert run("annotate", "compile", draft, "--out", tmp_path / "o.jsonl").exit_code == 0
    assert list(read_reports(tmp_path / "o.jsonl")) == [report]


def test_a_draft_with_an_unknown_label_is_told(tmp_path):
    draft = tmp_path / "甲.txt"
    draft.write_text(DRAFT.replace("P fund_use", "P money"), encoding="utf-8")
    done = run("annotate", "compile", draft)
    assert done.exit_code == 1
    assert "no label 'money' in the codebook" in done.output


def test_doccano_there_and_back(tmp_path, file):
    assert run("annotate", "doccano", file, "--out", tmp_path / "d").exit_code == 0
    assert (
        run("annotate", "doccano", "--import", tmp_path / "d", "--out", tmp_path / "b").exit_code
        == 0
    )
    assert (tmp_path / "b").read_bytes() == file.read_bytes()


def test_agree_names_annotators_and_layers(tmp_path, file, report):
    write_reports([replace(report, model=ModelInfo(name="乙", version="1"))], tmp_path / "乙.jsonl")
    lines = run("annotate", "agree", file, tmp_path / "乙.jsonl").output.splitlines()
    assert lines[:3] == ["乙 与 甲：共同 1 份", "  章节\t1.000", "  类型\t1.000"]
    alone = run("annotate", "agree", file)
    assert alone.exit_code == 1
    assert "没有两人标过同一文本" in alone.output


def test_next_lists_what_is_not_labelled(tmp_path, file):
    (tmp_path / "new.txt").write_text(DRAFT.replace("档案馆", "水务局"), encoding="utf-8")
    done = run(
        "annotate", "next", tmp_path / "new.txt", file, "--labelled", file, "--model", "rules"
    )
    assert [line.rsplit("\t")[-1].endswith("new.txt") for line in done.output.splitlines()] == [
        False,
        True,
    ]


def test_a_file_that_cannot_be_read_is_named_and_the_status_tells(file, tmp_path):
    (tmp_path / "坏.docx").write_bytes(b"no report")
    done = run("evaluate", file, file, tmp_path / "坏.docx", "--model", "rules")
    assert done.exit_code == 1
    assert "坏.docx：" in done.output
    assert "section_char_accuracy: 1.0" in done.output


def test_evaluate_reads_lines_and_says_the_figures(file):
    done = run("evaluate", file, file, "--json")
    assert json.loads(done.output)["end_to_end_f1"] == 1
    assert "section_char_accuracy: " in run("evaluate", file, "--model", "rules").output
    tables = json.loads(run("evaluate", file, file, "--json", "--tables").output)
    assert set(tables["kinds"]["heading"]) == {"heading"}
    assert "\nsections\n" in run("evaluate", file, file, "--tables").output


def test_serve_asks_what_to_serve():
    done = run("serve")
    assert done.exit_code == 2
    assert "--label-studio" in done.output


@pytest.mark.parametrize(
    "command",
    ["setup", "push", "pull", "agree", "next", "stats", "compile", "doccano"],
)
def test_every_help_ends_with_an_example(command):
    assert "Example:\n      jiping annotate " in run("annotate", command, "--help").output


GOLD = {
    "doc": "C-1.txt",
    "n_chars": 74,
    "sections": [
        {"label": "front_matter", "start": 0, "end": 24},
        {"label": "performance_targets", "start": 25, "end": 49},
        {"label": "problems", "start": 50, "end": 76},
    ],
    "problems": [{"start": 58, "end": 76, "areas": ["fund_use"]}],
    "measures": [],
    "targets": [],
    "ignore_targets": [[30, 40]],
    "optional_arithmetic": [[0, 5]],
    "arithmetic": [],
}


def test_a_gold_folder_is_judged_without_what_it_leaves_open(tmp_path, report):
    (tmp_path / "C-1.json").write_text(json.dumps(GOLD), encoding="utf-8")
    gold, told = judged(read_gold(tmp_path), [report])
    assert [s.kind for s in told[0].statements if s.kind == "target"] == []
    figures = evaluate(gold, told)
    assert figures["target_precision"] == figures["target_n"] + 1 == 1
    assert figures["problem_n"] == 1


def test_what_lies_half_in_an_ignored_span_counts_on_neither_side(tmp_path, report):
    told = json.dumps(GOLD | {"ignore": [[58, 70]]})
    (tmp_path / "C-1.json").write_text(told, encoding="utf-8")
    gold, found = judged(read_gold(tmp_path), [report])
    assert evaluate(gold, found)["problem_n"] == 0
    assert not found[0].items("problem")


@pytest.mark.parametrize(("content", "message"), [("{}", "不是金标格式"), ("[", "不是金标格式")])
def test_a_bad_gold_file_is_told(tmp_path, content, message):
    (tmp_path / "x.json").write_text(content, encoding="utf-8")
    with pytest.raises(BadAnnotation, match=message):
        read_gold(tmp_path)


def test_an_empty_gold_folder_is_told(tmp_path):
    with pytest.raises(BadAnnotation, match="没有金标文件"):
        read_gold(tmp_path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "x.jsonl：打不开"),
        ('{"schema": "jiping/1"}', "x.jsonl 第 1 行：不是 jiping/1 格式的报告"),
        ("\n[]", "x.jsonl 第 2 行：不是 jiping/1 格式的报告"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(tmp_path, content, message):
    file = tmp_path / "x.jsonl"
    if content is not None:
        file.write_text(content, encoding="utf-8")
    result = CliRunner().invoke(cli, ["annotate", "agree", str(file)])
    assert result.exit_code == 1
    assert message in result.stderr


def test_what_was_pulled_before_is_kept(report):
    by_b = replace(report, model=ModelInfo(name="乙", version="1"))
    newer = replace(report, statements=report.statements[:1])
    assert merged([report, by_b], [newer]) == [by_b, newer]
