"""Incidents made up for tests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from gecam.model.incidents import INCIDENT_COLUMNS, Incidents

Make = Callable[..., Incidents]


@pytest.fixture
def make_incidents() -> Make:
    """Return a function that builds incidents from the columns that a test cares about."""

    def make(rows: list[dict[str, Any]], **options: Any) -> Incidents:
        filled = []
        for number, row in enumerate(rows):
            base: dict[str, Any] = {
                name: np.nan if column.kind in {"count", "number"} else ""
                for name, column in INCIDENT_COLUMNS.items()
            }
            base |= {
                "incident": f"2024.MMP{number:04d}",
                "record": f"2024.MMP{number:04d}",
                "kind": "incident",
                "year": 2024,
                "date": pd.NaT,
                "month": pd.Timestamp("2024-01-01"),
                "is_presumed_origin": False,
            }
            filled.append(base | row)
        return Incidents(pd.DataFrame(filled), **{"id_scheme": "main", **options})

    return make
