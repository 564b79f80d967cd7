"""Published numbers do not change unless the changelog says so."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import golden

ROOT = Path(__file__).resolve().parents[2]
HINT = (
    "Published numbers changed. If that is meant, run `python tools/golden.py` and say before, after "
    "and why under *Changed results* in CHANGELOG.md."
)


@pytest.mark.parametrize("name", ["2022", "2024"])
def test_the_table_of_an_edition_is_the_golden_one(name):
    now = golden.golden(name)
    then = pd.read_csv(
        ROOT / "tests" / "reference" / "golden" / f"{name}.csv", keep_default_na=False,
        dtype={"row": str, "status": str, "grade": str},
    )  # fmt: skip
    for column in ("row", "status", "grade"):
        assert now[column].tolist() == then[column].tolist(), HINT
    for column in ("rung", "odds_ratio_1", "mean", "lower", "upper", "published"):
        numbers = pd.to_numeric(then[column]).to_numpy(dtype=float)
        # 1e-9: other versions of numpy and scipy differ by 1e-12, the file keeps 12 digits
        assert np.allclose(now[column], numbers, rtol=1e-9, equal_nan=True), HINT
