"""Screening: means, spreads and intervals to first order, from a handful of evaluations."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import ndtr, ndtri

from gecam._signature import checked
from gecam._typing import FloatArray, Probability
from gecam.estimation.draw.destination_draws import draw_destination
from gecam.estimation.plan.destination import destination_plan
from gecam.model import Case
from gecam.results import SELECTIONS, Scope
from gecam.uncertainty import Streams

Factor = tuple[str, str]


@dataclass(frozen=True, slots=True)
class _Design(Streams):
    """Scores instead of random numbers: column 0 at the centre, then each factor up and down."""

    factors: dict[Factor, int] = field(default_factory=dict, compare=False)

    def normal(self, input_id: str, component: str, start: int, stop: int) -> FloatArray:
        """Return the scores of one factor, shape ``(stop - start,)``."""
        at = self.factors.setdefault((input_id, component), len(self.factors))
        scores = np.zeros(stop)
        if 2 * at + 2 < stop:
            scores[2 * at + 1], scores[2 * at + 2] = 1.0, -1.0
        return scores[start:stop]

    def uniform(self, input_id: str, component: str, start: int, stop: int) -> FloatArray:
        """Return the probabilities of the scores."""
        return np.asarray(ndtr(self.normal(input_id, component, start, stop)))


@checked
def screen(case: Case, *, scope: Scope = "all", level: Probability = 0.9) -> pd.DataFrame:
    r"""Estimate destinations and the world to first order, without draws.

    For a first look at many cases: which countries matter, and how wide they are. It is no substitute
    for `estimate`: readings that are either one or the other, and limits, are treated as if they
    were smooth.

    Parameters
    ----------
    case
        All inputs.
    scope
        As in `estimate`.
    level
        Level of the interval, in (0, 1).

    Returns
    -------
    pandas.DataFrame
        One row per destination and ``"world"``: ``destination``, ``mean``, ``sd``, ``cv``,
        ``lower``, ``upper``; persons.

    Raises
    ------
    InputError
        If the level lies outside (0, 1).

    Notes
    -----
    Each independent factor :math:`k` is moved by one standard deviation of its normal score, up and
    down (Rosenblueth's point estimates [1]_): :math:`E Y \approx f_0 + \sum_k (f_k^+ + f_k^- - 2
    f_0) / 2` and :math:`\operatorname{Var} Y \approx \sum_k ((f_k^+ - f_k^-) / 2)^2`. A factor
    that destinations share is one factor of the world. Intervals are lognormal with these moments.

    References
    ----------
    .. [1] Rosenblueth (1975). Point estimates for probability moments. *PNAS* 72, 3812-3814.

    Examples
    --------
    >>> from gecam.datasets import load_edition
    >>> from gecam.estimation import screen
    >>> table = screen(load_edition("2022").restrict(["SDN", "YEM"]))
    >>> table["destination"].tolist()
    ['SDN', 'YEM', 'world']
    """
    rows: list[dict[str, Any]] = []
    slopes: dict[Factor, float] = {}
    world = 0.0
    for destination in case.destinations:
        plan = destination_plan(case, destination, scope)
        design = _Design(0)
        draw_destination(plan, design, 1)  # lists the factors
        result = draw_destination(plan, design, 2 * len(design.factors) + 1)
        unions = [u.draws for (chosen, _), u in result.unions.items() if chosen == SELECTIONS[1]]
        people = np.sum(unions, axis=0) if unions else np.full(3, np.nan)
        up, down = people[1::2], people[2::2]
        mean = float(people[0] + (up + down - 2 * people[0]).sum() / 2)
        slope = (up - down) / 2
        rows.append(_row(destination, mean, float(np.sqrt((slope**2).sum())), level))
        if unions:
            world += mean
            for factor, at in design.factors.items():
                slopes[factor] = slopes.get(factor, 0.0) + float(slope[at])
    rows.append(_row("world", world, float(np.sqrt(sum(s**2 for s in slopes.values()))), level))
    return pd.DataFrame(rows)


def _row(destination: str, mean: float, sd: float, level: float) -> dict[str, Any]:
    cv = sd / mean if mean > 0 else np.nan
    log_sd = np.sqrt(np.log1p(cv**2))
    reach = float(ndtri((1 + level) / 2)) * log_sd
    centre = mean * np.exp(-(log_sd**2) / 2)
    return {
        "destination": destination, "mean": mean, "sd": sd, "cv": cv,
        "lower": centre * np.exp(-reach), "upper": centre * np.exp(reach),
    }  # fmt: skip
