"""What another processor changes: the last digits, and nothing that is promised everywhere.

The same program runs again as if the processor had no wide vector instructions: numpy and its linear
algebra then add in another order and round exponentials otherwise. `docs/explanation/database.md` has
the table of promises.
"""

from __future__ import annotations

import math
import os
import platform
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

CONFTEST = Path(__file__).resolve().parents[2] / "conftest.py"
PROGRAM = """
import importlib.util, sys
import numpy as np
from gecam.estimation import estimate
from gecam.evaluation import explain
from gecam.uncertainty import Streams
spec = importlib.util.spec_from_file_location("all_tests", sys.argv[1])
conftest = importlib.util.module_from_spec(spec)
spec.loader.exec_module(conftest)
answer = estimate(conftest.make_small_case(), draws=256, seed=1)
rows = answer.by("destination", "origin").summary().select_dtypes("float64")
chain = explain(answer, "KEN", points=0)
np.savez(
    sys.argv[2],
    uniform=Streams(1).uniform("stock:SDN", "total", 0, 1000),
    normal=Streams(1).normal("stock:SDN", "total", 0, 1000),
    draws=answer.draws, rows=rows.to_numpy(),
    chain=[step.change for step in chain.decomposition], mean=chain.mean,
)
"""


def vector_instructions() -> list[str]:
    """What numpy chose for this processor beyond what it needs."""
    from numpy._core import _multiarray_umath as umath

    there = umath.__cpu_features__
    return [name for name in umath.__cpu_dispatch__ if there.get(name)]


def answers(folder: Path, **environment: str) -> dict[str, np.ndarray]:
    """What the program finds on this processor, or in a process that is told of another."""
    arguments = ["-c", str(CONFTEST), str(folder / "answers.npz")]
    if environment:
        subprocess.run(
            [sys.executable, "-c", PROGRAM, *arguments[1:]],
            env=os.environ | environment,
            check=True,
        )
    else:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sys, "argv", arguments)
            exec(PROGRAM, {})
    with np.load(arguments[-1]) as answered:
        return dict(answered)


@pytest.mark.skipif(platform.machine() not in {"x86_64", "AMD64"}, reason="names of another family")
def test_another_processor_changes_the_last_digits_only(tmp_path):
    features = vector_instructions()
    if not features:
        pytest.skip("numpy chose nothing that could be left out")
    here = answers(tmp_path)
    there = answers(
        tmp_path,
        NPY_DISABLE_CPU_FEATURES=" ".join(features), OPENBLAS_CORETYPE="Nehalem",
    )  # fmt: skip
    np.testing.assert_array_equal(here["uniform"], there["uniform"])
    for name in ("normal", "draws", "rows"):
        np.testing.assert_allclose(there[name], here[name], rtol=1e-12, atol=0, err_msg=name)
    for found in (here, there):  # by construction on each, though the numbers differ
        assert math.fsum(found["chain"]) == found["mean"]
