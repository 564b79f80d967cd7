"""What the totals of an answer stand on: counts, rules, estimates from pairs, or judgement."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from gecam._signature import checked
from gecam.results import SELECTIONS, Estimates, EstimationCell, message

FOUNDATIONS = (
    "BY_COUNT", "BY_RULE", "BY_REGISTER", "BY_SURVEYS_OF_REFUGEES", "BY_PLACES_OF_REFUGEES",
    "BY_OWN_PAIRS", "BY_PAIRS", "BY_FEW_PAIRS", "BY_JUDGEMENT",
)  # fmt: skip
OF_REFUGEES = {
    "PROTECTION_PRIOR": "BY_REGISTER",
    "REFUGEES_PLANNED": "BY_REGISTER",
    "REFUGEES_MEASURED": "BY_SURVEYS_OF_REFUGEES",
}
SUPERSEDED_IN: Mapping[str, set[str]] = {
    SELECTIONS[0]: {"estimated", "superseded"},
    SELECTIONS[1]: {"estimated"},
}


@checked
def foundations(est: Estimates) -> pd.DataFrame:
    """Return how much of each total stands on which kind of evidence.

    Parameters
    ----------
    est
        The answer.

    Returns
    -------
    pandas.DataFrame
        Per total and foundation: ``people`` (sum of the rows' means, persons; people in two crises of
        a country count in both) and ``share`` of that sum, 0 to 1.

    Examples
    --------
    >>> from gecam.evaluation import foundations
    >>> table = foundations(gc.estimate(gc.load_edition("2024"), draws=100))
    >>> bool(table.groupby("total")["share"].sum().round(9).eq(1).all())
    True
    """
    kinds = {crisis.id: crisis.plan_type for crisis in est.crises}
    totals: dict[str, set[str]] = dict(
        zip(SELECTIONS, ({"country_plan"}, set(kinds.values())), strict=True)
    )
    rows = []
    for total, plans in totals.items():
        status = SUPERSEDED_IN[total]
        cells = [
            x for x in est.cells
            if x.status in status and kinds[x.crisis] in plans and x.steps
        ]  # fmt: skip
        people = np.array([x.steps[-1].value for x in cells])
        stands_on = np.array([_foundation(x) for x in cells])
        for foundation in FOUNDATIONS:
            part = float(people[stands_on == foundation].sum())
            share = part / people.sum() if people.sum() else np.nan
            rows.append((total, str(message(foundation)), part, share))
    return pd.DataFrame(rows, columns=["total", "stands_on", "people", "share"])


def _foundation(cell: EstimationCell) -> str:
    """Return what the number of one row stands on, one of `FOUNDATIONS`."""
    if "PLAN_SHARE_BY_RULE" in cell.flags:
        return "BY_RULE"
    if cell.group == "protection":
        if cell.evidence_level == 1:
            return "BY_COUNT"
        codes = (code for flag, code in OF_REFUGEES.items() if flag in cell.flags)
        return next(codes, "BY_PLACES_OF_REFUGEES")
    values = next(
        (dict(x.message.values) for x in cell.steps if x.name == "odds_ratio_median"), None
    )
    if values is None:
        return "BY_COUNT"
    if "ODDS_RATIO_OWN_PAIR" in cell.flags:
        return "BY_OWN_PAIRS"
    k = int(str(values.get("k", 0)))
    return "BY_PAIRS" if k >= 3 else "BY_FEW_PAIRS" if k > 0 else "BY_JUDGEMENT"
