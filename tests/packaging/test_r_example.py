"""The R script repeats the table of countries from the CSV export."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from gecam.database import Database
from gecam.datasets import load_edition
from gecam.estimation import estimate

SCRIPT = Path(__file__).resolve().parents[2] / "examples" / "table_in_r.R"
RSCRIPT = shutil.which("Rscript")


@pytest.mark.skipif(RSCRIPT is None, reason="needs Rscript (Debian: r-base-core)")
def test_r_reads_the_export_and_finds_the_same_table(tmp_path):
    est = estimate(load_edition("2022"), draws=400, seed=1)
    db = Database(tmp_path / "e.gecam")
    db.release(est, name="r1", reason="first")
    db.export("r1", tmp_path / "out")
    done = subprocess.run(
        [RSCRIPT, "--vanilla", str(SCRIPT), str(tmp_path / "out" / "estimates.csv")],
        capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    means = est.by("destination").summary()["mean"].nlargest(10)
    table = done.stdout.splitlines()[2:12]
    in_r = [int(re.findall(r"\d[\d,]*", line)[0].replace(",", "")) for line in table]
    assert in_r == [int(float(f"{mean:.1e}")) for mean in means]
    assert re.search(r"\d+ countries: groups add up", done.stdout)
