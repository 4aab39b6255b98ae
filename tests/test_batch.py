import json
import os
import re
import time
from pathlib import Path

import msgspec
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from jiping.analyze import Analyzer
from jiping.batch.fetch import addresses, fetch
from jiping.batch.local import run_local
from jiping.batch.plan import SHARD, Task, find, make_plan
from jiping.batch.progress import Progress, beating, status
from jiping.batch.tables import TABLES, schema
from jiping.batch.work import work
from jiping.cli import cli
from jiping.errors import BadSettings
from jiping.model.rules import Rules

REPORT = """某县{}局2022年部门整体支出绩效自评报告
一、部门概况
负责全县{}工作。
二、绩效自评结论
自评得分9{}分。
三、存在的问题
（一）预算编制偏粗。
（二）采购备案迟。
四、改进措施
1.细化预算编制。
2.合同七日内备案。
"""


def write_reports(folder, many=5):
    folder.mkdir(parents=True, exist_ok=True)
    for i in range(many):
        text = REPORT.format("水利农业林业"[i % 3 * 2 : i % 3 * 2 + 2], i, i % 10)
        (folder / f"{i:04d}.txt").write_text(text, encoding="utf-8")
    return folder


def batch(*args):
    return CliRunner().invoke(cli, ["batch", *map(str, args), "--model", "rules", "--workers", "2"])


def read(job, table):
    return pq.read_table(job / table).to_pylist()


def files(job):
    return {
        str(path.relative_to(job)): path.read_bytes()
        for table in (*TABLES, "shards")
        for path in sorted((job / table).iterdir())
    }


@pytest.fixture
def reports(tmp_path):
    return write_reports(tmp_path / "reports")


def test_tables_hold_what_the_reports_say(reports, tmp_path):
    job = tmp_path / "job"

    assert batch(reports, "--out", job).exit_code == 0

    assert [row["path"] for row in read(job, "reports")] == [
        str(p) for p in sorted(reports.iterdir())
    ]
    problems = [row for row in read(job, "statements") if row["kind"] == "problem"]
    assert len(problems) == 10
    assert problems[0]["areas"] == ["budget_preparation"]
    assert {row["report"] for row in problems} == {row["report"] for row in read(job, "reports")}


@pytest.mark.parametrize("table", TABLES)
def test_columns_have_chinese_names(table):
    assert all("名称".encode() in field.metadata for field in schema(table))


def test_a_second_run_does_nothing_and_changes_nothing(reports, tmp_path):
    batch(reports, "--out", tmp_path / "job")
    before = files(tmp_path / "job")

    result = batch(reports, "--out", tmp_path / "job")

    assert "0/0" in result.stderr
    assert files(tmp_path / "job") == before


def test_a_changed_and_a_new_file_are_done_and_replace_the_old(reports, tmp_path):
    job = tmp_path / "job"
    batch(reports, "--out", job)
    changed = reports / "0001.txt"
    changed.write_text(changed.read_text("utf-8").replace("采购备案迟", "人手紧"), encoding="utf-8")
    (reports / "9999.txt").write_text(REPORT.format("交通", 9, 9), encoding="utf-8")

    result = batch(reports, "--out", job)

    assert "2/2" in result.stderr
    rows = read(job, "reports")
    assert sorted(row["path"] for row in rows) == [str(p) for p in sorted(reports.iterdir())]
    texts = [row["text"] for row in read(job, "statements")]
    assert sum("人手紧" in text for text in texts) == 1
    assert sum("采购备案迟" in text for text in texts) == 5


def test_a_file_that_fails_is_listed_and_retried(reports, tmp_path):
    job = tmp_path / "job"
    bad = reports / "0002.txt"
    good = bad.read_bytes()
    bad.write_bytes(b"")

    result = batch(reports, "--out", job)
    assert result.exit_code == 1
    assert f"unreadable\t{bad}" in result.stderr
    assert len(read(job, "reports")) == 5

    bad.write_bytes(good)
    result = batch(reports, "--out", job, "--retry-failed")
    assert result.exit_code == 0
    assert "1/1" in result.stderr
    assert [row["error_code"] for row in read(job, "reports")] == [None] * 5


def test_what_fails_in_a_job_reads_as_it_does_alone(tmp_path):
    """A text that is no report, and a file that is not there, through either way to work."""
    text = "柳坪镇2023年政府工作报告\n各位代表：\n现在，我代表镇人民政府作工作报告，请予审议。全镇生产总值增长百分之五。\n"
    (tmp_path / "讲话.txt").write_bytes(text.encode())
    tasks = [
        Task(address=str(tmp_path / name), sha256="", shard="001-000000")
        for name in ("讲话.txt", "没有.txt")
    ]
    analyzer = Analyzer(Rules())

    found = [o.report for o in run_local(tasks, analyzer, workers=1, limit=60)]

    assert found == [work(task, analyzer).report for task in tasks]
    assert [r.error.code for r in found] == ["not_a_report", "unreadable"]
    assert [r.source.n_chars for r in found] == [len(text), 0]


def test_a_shard_without_its_commit_does_not_exist(reports, tmp_path):
    job = tmp_path / "job"
    batch(reports, "--out", job)
    before = files(job)
    (job / "shards" / "001-000000.json").unlink()

    batch(reports, "--out", job)

    assert files(job) == before


def test_a_list_overrides_what_the_text_says(reports, tmp_path):
    table = tmp_path / "list.csv"
    table.write_text("path,unit,year\nreports/0000.txt,甲县水利局,2019\n", encoding="utf-8")

    assert batch(table, "--out", tmp_path / "job").exit_code == 0

    (row,) = read(tmp_path / "job", "reports")
    assert (row["unit"], row["year"]) == ("甲县水利局", 2019)


def test_a_path_that_leads_nowhere_is_said_at_once(tmp_path):
    result = batch(tmp_path / "没有", "--out", tmp_path / "job")
    assert result.exit_code == 1
    assert "没有这个文件或文件夹" in result.stderr


@pytest.mark.parametrize(
    ("address", "message"), [("memory://nothing", "没有这个文件或文件夹"), ("nope://x", "打不开")]
)
def test_a_store_that_cannot_be_read_is_said_at_once(address, message):
    with pytest.raises(BadSettings, match=message):
        list(addresses([address]))


def test_a_list_without_paths_is_refused(tmp_path):
    (tmp_path / "list.csv").write_text("unit\n甲\n", encoding="utf-8")
    with pytest.raises(BadSettings, match="缺少 path 列"):
        list(addresses([str(tmp_path / "list.csv")]))


def test_stores_are_read_through_fsspec(reports):
    import fsspec

    memory = fsspec.filesystem("memory")
    memory.pipe("/box/a.txt", (reports / "0000.txt").read_bytes())

    (address,) = [a for a, _ in addresses(["memory://box"])]

    assert fetch(address) == (reports / "0000.txt").read_bytes()


def test_a_member_of_an_archive_is_fetched_by_its_address(reports, tmp_path):
    import zipfile

    archive = tmp_path / "a.zip"
    with zipfile.ZipFile(archive, "w") as package:
        package.write(reports / "0000.txt", "局/自评.txt")

    (address,) = [a for a, _ in addresses([str(archive)])]

    assert fetch(address) == (reports / "0000.txt").read_bytes()


def test_jsonl_holds_whole_reports(reports, tmp_path):
    job = tmp_path / "job"
    batch(reports, "--out", job, "--format", "jsonl")
    lines = [
        line
        for p in sorted((job / "reports").iterdir())
        for line in p.read_text("utf-8").splitlines()
    ]
    assert [json.loads(line)["schema"] for line in lines] == ["jiping/1"] * 5


def test_plans_cut_shards_in_order(reports):
    found = list(find([str(reports)], {})) * SHARD
    shards = [task.shard for task in make_plan(found, 1)]
    assert shards == sorted(shards)
    assert shards.count("001-000000") == SHARD


def test_status_tells_how_far_a_job_is(reports, tmp_path):
    batch(reports, "--out", tmp_path / "job")
    result = CliRunner().invoke(cli, ["batch", "--out", str(tmp_path / "job"), "--status"])
    assert "已完成 5/5" in result.stdout


@pytest.mark.parametrize(
    ("state", "quiet", "said"),
    [
        ("planning", 1, r"准备中 2/5.*（1 秒前更新）"),
        ("running", 10, r"进行中 2/5.*（10 秒前更新）"),
        ("running", 40, r"已中断 2/5.*再次运行同一命令即可继续"),
        ("planning", 4000, r"已中断"),
        ("stopped", 1, r"已中断"),
        ("finished", 4000, r"已完成 2/5[^；]*失败 0$"),
    ],
)
def test_status_tells_a_dead_job_from_a_living_one(state, quiet, said, tmp_path):
    progress = Progress(total=5, done=2, seconds=1.0, model="m", state=state)
    path = tmp_path / "progress.json"
    path.write_bytes(msgspec.json.encode(progress))
    os.utime(path, (time.time() - quiet - 0.4,) * 2)

    result = CliRunner().invoke(cli, ["batch", "--out", str(tmp_path), "--status"])

    assert re.search(said, result.stdout.strip())


def test_progress_is_written_before_the_first_report_and_after_the_last_breath(tmp_path):
    progress = Progress(total=5, model="m", state="running")
    states = []

    def breathe():
        with beating(progress, tmp_path / "progress.json"):
            states.append(status(tmp_path).state)
            raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        breathe()
    assert [*states, status(tmp_path).state] == ["running", "stopped"]


def test_a_file_that_takes_too_long_is_given_up(tmp_path):
    """A named pipe that nobody writes to hangs its reader as a broken library would."""
    if not hasattr(os, "mkfifo"):
        pytest.skip("this system has no named pipes")
    reports = write_reports(tmp_path / "reports", 2)
    hanging = tmp_path / "hang.txt"
    os.mkfifo(hanging)
    paths = [reports / "0000.txt", hanging, reports / "0001.txt"]
    tasks = [Task(address=str(p), sha256="", shard="001-000000") for p in paths]
    begin = time.perf_counter()

    found = list(run_local(tasks, Analyzer(Rules()), workers=1, limit=1))

    errors = {Path(o.task.address).name: o.report.error and o.report.error.code for o in found}
    assert errors == {"0000.txt": None, "hang.txt": "timeout", "0001.txt": None}
    assert time.perf_counter() - begin < 60
