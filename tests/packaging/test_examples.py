"""Every example runs as it stands, with fewer draws; one that starts processes, in one of its own."""

from __future__ import annotations

import importlib.util
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

import gecam

EXAMPLES = sorted((Path(__file__).resolve().parents[2] / "examples").glob("*.py"))
NEEDS = {"dask_cluster": "distributed"}


# A cluster takes seconds to start; other processes give the same bits in test_pipeline.py.
@pytest.mark.parametrize(
    "path",
    [pytest.param(p, marks=[pytest.mark.slow] * (p.stem in NEEDS), id=p.stem) for p in EXAMPLES],
)
def test_example_runs(path, tmp_path, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)
    if needed := NEEDS.get(path.stem):
        if importlib.util.find_spec(needed) is None:
            pytest.skip(f"needs {needed}")
        subprocess.run([sys.executable, str(path)], check=True, timeout=600)
    else:
        monkeypatch.setattr(sys, "argv", [str(path)])
        estimate = gecam.estimate
        fewer = {"draws": 200}
        monkeypatch.setattr(
            gecam, "estimate", lambda case, **given: estimate(case, **given | fewer)
        )
        runpy.run_path(str(path), run_name="__main__")
    assert capfd.readouterr().out
