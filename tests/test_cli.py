"""The command line: what goes where, and how it ends."""

import json
import os
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from jiping.cli import cli
from output_samples import HOSTILE, LAST_YEAR

SRC = Path(__file__).parents[1] / "src"
SUMMARY = "柳坪镇2023年政府工作报告\n各位代表：\n现在，我代表镇人民政府作工作报告，请予审议。全镇生产总值增长百分之五。\n"


@pytest.fixture
def folder(tmp_path):
    """A good report, a text that is none, and a broken file."""
    home = tmp_path / "报告"
    home.mkdir()
    (home / "好.txt").write_text(HOSTILE, encoding="utf-8")
    (home / "工作报告.txt").write_text(SUMMARY, encoding="utf-8")
    (home / "坏.docx").write_bytes(b"PK\x03\x04 broken")
    return home


def run(*args, **kwargs):
    return CliRunner().invoke(cli, [str(a) for a in args], **kwargs)


def lines(result):
    return [json.loads(line) for line in result.stdout_bytes.decode().splitlines()]


def test_a_bad_file_gives_an_error_in_its_place_and_the_rest_is_done(folder):
    result = run("analyze", folder, "--format", "jsonl", "--model", "rules")
    assert result.exit_code == 1
    by_name = {r["source"]["path"].rpartition("/")[2].rpartition("\\")[2]: r for r in lines(result)}
    assert by_name["坏.docx"]["error"]["code"] == "unreadable"
    assert by_name["工作报告.txt"]["error"]["code"] == "not_a_report"
    assert by_name["好.txt"]["source"]["unit"] == "柳坪镇人民政府"
    assert list(by_name["坏.docx"]) == ["schema", "source", "error"]
    assert "error" not in by_name["好.txt"]
    assert result.stderr.count("jiping: ") == 2


def test_any_labels_also_what_is_no_report(folder):
    result = run(
        "analyze", folder / "工作报告.txt", "--format", "jsonl", "--model", "rules", "--any"
    )
    assert result.exit_code == 0
    assert lines(result)[0]["statements"]


def test_offsets_index_the_text_that_with_text_adds(folder):
    result = run(
        "analyze", folder / "好.txt", "--format", "jsonl", "--model", "rules", "--with-text"
    )
    (found,) = lines(result)
    assert found["source"]["text"] == HOSTILE
    for s in found["statements"]:
        assert HOSTILE[s["start"] : s["end"]].split()
    plain = run("analyze", folder / "好.txt", "--format", "jsonl", "--model", "rules")
    assert lines(plain)[0]["source"]["text"] is None


def test_json_is_an_array_of_the_same(folder):
    array = json.loads(run("analyze", folder, "--format", "json", "--model", "rules").stdout_bytes)
    assert array == lines(run("analyze", folder, "--format", "jsonl", "--model", "rules"))


def test_no_input_found_is_an_empty_array(tmp_path):
    assert run("analyze", tmp_path, "--format", "json", "--model", "rules").stdout == "[]\n"


def test_the_same_bytes_again(folder):
    first, second = (
        run("analyze", folder, "--format", "jsonl", "--model", "rules") for _ in range(2)
    )
    assert first.stdout_bytes == second.stdout_bytes


@pytest.mark.parametrize(
    "command", [["annotate", "stats"], ["compare", "--model", "rules", "a.txt", "a.txt"]]
)
def test_a_pipe_gets_utf8_whatever_the_code_page(command, tmp_path):
    (tmp_path / "annotations").mkdir()
    (tmp_path / "a.txt").write_text(LAST_YEAR, encoding="utf-8")
    env = os.environ | {"PYTHONPATH": str(SRC), "PYTHONUTF8": "0", "PYTHONIOENCODING": "cp1252"}
    code = "from jiping.cli import cli; cli()"
    done = subprocess.run(
        [sys.executable, "-c", code, *command], env=env, cwd=tmp_path, capture_output=True
    )
    assert "问题" in done.stdout.decode("utf-8"), done.stderr.decode("utf-8", "replace")


def test_reads_standard_input():
    result = run("analyze", "-", "--format", "jsonl", "--model", "rules", input=HOSTILE.encode())
    assert result.exit_code == 0
    assert lines(result)[0]["source"]["path"] == "-"


def test_the_outline_has_no_colours_where_none_can_be_shown(folder):
    result = run("analyze", folder / "好.txt", "--model", "rules")
    assert "\x1b" not in result.stdout
    assert result.stdout.startswith("柳坪镇人民政府2023年度部门整体支出绩效自评报告\n")
    assert "  问1  =HYPERLINK" in result.stdout


def test_the_outline_is_coloured_on_a_terminal(folder):
    result = run("analyze", folder / "好.txt", "--model", "rules", color=True)
    assert click.style("问1 ", fg="red") in result.stdout


def test_out_writes_files_and_prints_where(folder, tmp_path):
    for format_, name in [
        ("text", "reports.txt"),
        ("jsonl", "reports.jsonl"),
        ("html", "index.html"),
    ]:
        result = run(
            "analyze", folder, "--format", format_, "--out", tmp_path / "o", "--model", "rules"
        )
        assert result.stdout.strip() == str(tmp_path / "o" / name)
        assert (tmp_path / "o" / name).stat().st_size > 0


def test_html_without_out_is_wrong_usage(folder):
    result = run("analyze", folder, "--format", "html")
    assert result.exit_code == 2
    assert "say where with --out DIR" in result.stderr


def test_triage_ranks_and_says_which_settings(folder, tmp_path):
    result = run("triage", folder, "--out", tmp_path / "o", "--model", "rules", "--comments")
    assert result.exit_code == 1  # two inputs are no reports
    assert "分诊规则：默认分诊规则（triage.toml）" in result.stderr
    ranking, index = result.stdout.splitlines()
    assert "柳坪镇人民政府" in ranking
    assert index == str(tmp_path / "o" / "index.html")
    assert (tmp_path / "o" / "comments" / "好-复核意见.docx").is_file()


def test_what_cannot_be_written_is_said_in_one_line(folder, tmp_path):
    (tmp_path / "o" / "triage.xlsx").mkdir(parents=True)  # as if Excel had it open
    result = run("triage", folder, "--out", tmp_path / "o", "--model", "rules")
    assert result.exit_code == 1
    assert "triage.xlsx：写不进去" in result.stderr


def test_settings_that_cannot_be_used_are_wrong_usage(folder, tmp_path):
    (tmp_path / "mine.toml").write_text("name = ", encoding="utf-8")
    result = run("triage", folder, "--out", tmp_path / "o", "--settings", tmp_path / "mine.toml")
    assert result.exit_code == 2
    assert "mine.toml：分诊规则读不出来" in result.stderr


def test_compare_tells_what_is_new_kept_and_dropped(tmp_path):
    new, old = tmp_path / "2023.txt", tmp_path / "2022.txt"
    new.write_text(HOSTILE, encoding="utf-8")
    old.write_text(LAST_YEAR, encoding="utf-8")
    result = run("compare", new, old, "--model", "rules")
    assert result.exit_code == 0
    assert "■ 改进措施：新增 0，沿用 2，不再提 0" in result.stdout
    assert "一字不差" in result.stdout
    data = json.loads(run("compare", new, old, "--model", "rules", "--format", "json").stdout_bytes)
    assert len(data["measures"]["kept"]) == 2


def test_compare_with_a_folder_is_wrong_usage(folder, tmp_path):
    (tmp_path / "a").mkdir()
    assert run("compare", folder / "好.txt", tmp_path / "a", "--model", "rules").exit_code == 2


@pytest.mark.parametrize("command", ["analyze", "triage", "compare"])
def test_the_commands_show_an_example_on_lines_of_its_own(command):
    assert f"\n  Example:\n      jiping {command} " in run(command, "--help").stdout
