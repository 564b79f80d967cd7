"""Panels: one case after another, and of each only its table is kept."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import Executor
from typing import Any

import pandas as pd

from gecam.estimation.pipeline import estimate
from gecam.model import Case
from gecam.results import Dimension


def estimate_panel(
    cases: Iterable[Case],
    *dimensions: Dimension,
    draws: int = 10_000,
    seed: int = 2022,
    level: float = 0.9,
    executor: Executor | None = None,
    **options: Any,
) -> pd.DataFrame:
    """Estimate a row of cases, such as years, in the memory of one.

    Parameters
    ----------
    cases
        Cases with different names; a generator is read one case at a time.
    *dimensions
        As in `gecam.results.Estimates.by`; rows by origin and sex have no draws unless they are few.
    draws, seed, level, executor
        As in `estimate`. One seed for all cases: a factor of the same name, such as the odds ratio, has
        the same draws in every year, so that differences between years are not noise.
    **options
        Further options of `estimate`.

    Returns
    -------
    pandas.DataFrame
        The rows of `Breakdown.summary` of each case below the other, after a column ``case``.

    Examples
    --------
    >>> from gecam.datasets import load_edition
    >>> from gecam.estimation import estimate_panel
    >>> cases = (load_edition(name).restrict(["SDN"]) for name in ("2022", "2024"))
    >>> estimate_panel(cases, "destination", draws=100)[["case", "destination"]].to_numpy().tolist()
    [['2022', 'SDN'], ['2024', 'SDN']]
    """
    tables = []
    for case in cases:
        est = estimate(case, draws=draws, seed=seed, level=level, executor=executor, **options)
        table = est.by(*dimensions).summary()
        table.insert(0, "case", case.name)
        tables.append(table)
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()
