"""kill -9 at random moments: the tables of a job that was killed twenty times equal those of one that was not."""

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from test_batch import files, write_reports

pytestmark = pytest.mark.server


def start(reports, job):
    code = "from jiping.cli import cli; cli()"
    command = [
        sys.executable,
        "-c",
        code,
        "batch",
        str(reports),
        "--out",
        str(job),
        "--model",
        "rules",
    ]
    env = os.environ | {"PYTHONPATH": str(Path(__file__).parent.parent / "src")}
    quiet = subprocess.DEVNULL
    return subprocess.Popen(command, stdout=quiet, stderr=quiet, env=env)


def test_a_killed_job_goes_on_as_if_nothing_had_been(tmp_path):
    reports = write_reports(tmp_path / "reports", 400)
    begin = time.perf_counter()
    assert start(reports, tmp_path / "whole").wait() == 0
    seconds = time.perf_counter() - begin

    rng = random.Random(7)
    kills = 0
    for _ in range(20):
        process = start(reports, tmp_path / "killed")
        try:
            process.wait(timeout=rng.uniform(0.2, seconds))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            kills += 1
    assert start(reports, tmp_path / "killed").wait() == 0

    assert kills > 0
    assert files(tmp_path / "killed") == files(tmp_path / "whole")
