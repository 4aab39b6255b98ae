"""Ray and Spark give the same tables as the local engine, byte for byte."""

import pytest

from test_batch import batch, files, write_reports

pytestmark = pytest.mark.server


@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("engine", ["ray", "spark"])
def test_engines_agree(engine, tmp_path):
    pytest.importorskip("ray" if engine == "ray" else "pyspark")
    reports = write_reports(tmp_path / "reports", 70)
    (reports / "0003.txt").write_bytes(b"")
    assert batch(reports, "--out", tmp_path / "local").exit_code == 1

    assert batch(reports, "--out", tmp_path / engine, "--engine", engine).exit_code == 1

    assert files(tmp_path / engine) == files(tmp_path / "local")
