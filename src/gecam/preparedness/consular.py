"""People of one country of origin affected by crises abroad, ranked by country."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from gecam._signature import checked
from gecam._typing import FloatArray
from gecam.codes import country_code, name
from gecam.results import SHOWN, Breakdown, CompleteEstimates, Estimates

UNKNOWN_ORIGINS = frozenset({"OOO", "UNK"})


@dataclass(frozen=True, eq=False)
class NationalsAbroad:
    """Affected people of one origin by country of residence, the largest number first.

    Parameters
    ----------
    origin
        ISO3.
    destinations
        Countries, by mean number of people.
    people
        Draws, shape ``(destination, draw)``; one person in two crises of a country counts once.
    crises
        Names of each country's crises.
    is_citizens
        Per country: the stock counts citizens of the origin; else people born there, of whom some are
        citizens of where they live now.
    unknown_origin
        Per country: mean affected migrants whose origin was not told apart; some may be of `origin`.
    grades
        Per country.
    not_estimated
        Countries whose affected migrants could not be estimated, with the reason.
    regional_plans
        Plans that span countries and name the origin, as published; not added.
    level
        Of the intervals.
    """

    origin: str
    destinations: tuple[str, ...]
    people: FloatArray
    crises: tuple[tuple[str, ...], ...]
    is_citizens: tuple[bool, ...]
    unknown_origin: tuple[float, ...]
    grades: tuple[str, ...]
    not_estimated: dict[str, str]
    regional_plans: tuple[tuple[str, float], ...]
    level: float

    @property
    def total(self) -> FloatArray:
        """People in all countries together, draw by draw; shape ``(draw,)``."""
        return np.asarray(self.people.sum(axis=0))

    def complete_total(self, complete: CompleteEstimates) -> FloatArray:
        """Return people in the countries in crisis, complete: with those of regional plans there.

        Parameters
        ----------
        complete
            The same estimates with people of regional plans, people.

        Returns
        -------
        ndarray
            Persons, draw by draw; shape ``(draw,)``.
        """
        added = [
            i
            for i, cell in enumerate(complete.cells)
            if (cell.origin, cell.total) == (self.origin, "country in crisis")
        ]
        return np.asarray(self.total + complete.draws[added].sum(axis=0))

    def to_frame(self) -> pd.DataFrame:
        """Return one row per country, ranked.

        Columns: ``rank``, ``destination``, ``country``, ``crises``, ``mean``, ``lower``, ``upper``
        (persons), ``rank_lower`` and ``rank_upper`` (interval of the rank), ``probability_first``,
        ``grade``, ``counted_as`` (``citizens`` or ``born there``), ``unknown_origin``.
        """
        tails = [(1 - self.level) / 2, (1 + self.level) / 2]
        size = len(self.destinations)
        names = [
            "rank", "destination", "country", "crises", "mean", "lower", "upper", "rank_lower",
            "rank_upper", "probability_first", "grade", "counted_as", "unknown_origin",
        ]  # fmt: skip
        if not size:
            return pd.DataFrame(columns=names)
        lower, upper = np.quantile(self.people, tails, axis=1)
        ranks = np.argsort(np.argsort(-self.people, axis=0, kind="stable"), axis=0) + 1
        rank_lower, rank_upper = np.quantile(ranks, tails, axis=1, method="inverted_cdf")
        return pd.DataFrame(
            {
                "rank": np.arange(1, size + 1),
                "destination": self.destinations,
                "country": [name(d) for d in self.destinations],
                "crises": ["; ".join(c) for c in self.crises],
                "mean": self.people.mean(axis=1),
                "lower": lower,
                "upper": upper,
                "rank_lower": rank_lower,
                "rank_upper": rank_upper,
                "probability_first": (ranks == 1).mean(axis=1),
                "grade": self.grades,
                "counted_as": ["citizens" if c else "born there" for c in self.is_citizens],
                "unknown_origin": self.unknown_origin,
            }
        )


@checked
def nationals_abroad(est: Estimates, origin: str) -> NationalsAbroad:
    """Return the people of one origin who are affected by crises abroad.

    Parameters
    ----------
    est
        Estimates, whose draws of people by destination and origin are used.
    origin
        Country of origin, by ISO3 code or name.

    Returns
    -------
    NationalsAbroad
        Ranked by country. A country with several crises is one row, since one person may be in
        several. Origins differ through where their people live and how many are refugees: the rows are
        not risks of an origin.

    Raises
    ------
    InputError
        If the text is no country.

    Examples
    --------
    >>> from gecam.preparedness import nationals_abroad
    >>> est = gc.estimate(gc.load_edition("2022").restrict(["LBY", "SDN", "YEM"]), draws=500, seed=1)
    >>> abroad = nationals_abroad(est, "ETH")
    >>> abroad.to_frame()[["rank", "country", "counted_as"]].to_numpy().tolist()
    [[1, 'Sudan', 'born there'], [2, 'Yemen', 'citizens'], [3, 'Libya', 'citizens']]
    """
    origin = country_code(origin)
    cells = est.by("destination", "origin", draws="corridor")
    rows = np.flatnonzero(cells.labels["origin"].eq(origin) & cells.is_estimated)
    order = rows[np.argsort(-cells.draws[rows].mean(axis=1), kind="stable")]
    facts = cells.take(order).summary()
    places = tuple(facts["destination"].map(str))
    unknown = _means(cells, cells.labels["origin"].isin(UNKNOWN_ORIGINS))
    crises = _crises(est)
    whole = est.by("destination").summary().set_index("destination")
    missing = whole.index[whole["status"].eq("not_estimated")]
    return NationalsAbroad(
        origin,
        places,
        cells.draws[order],
        tuple(crises[place] for place in places),
        tuple("BASIS_CITIZENSHIP" in flags.split() for flags in facts["flags"]),
        tuple(unknown.get(place, 0.0) for place in places),
        tuple(facts["grade"]),
        {str(d): _reasons(est, str(d)) for d in missing if d != origin},
        tuple((p.crisis.name, p.in_need) for p in est.plans if origin in p.crisis.people_from),
        est.level,
    )


def _means(cells: Breakdown, is_asked: pd.Series) -> dict[str, float]:
    """Return the sum of the means of some rows, by destination."""
    rows = np.flatnonzero(is_asked & cells.is_estimated)
    means = pd.Series(cells.draws[rows].mean(axis=1))
    return means.groupby(cells.labels["destination"].to_numpy()[rows]).sum().to_dict()  # type: ignore[no-any-return]


def _crises(est: Estimates) -> dict[str, tuple[str, ...]]:
    """Return the names of the crises that are shown in each country, each once."""
    names = {c.id: c.name for c in est.crises}
    shown: dict[str, dict[str, None]] = {}
    for cell in est.cells:
        if cell.status in SHOWN:
            shown.setdefault(cell.destination, {})[names[cell.crisis]] = None
    return {place: tuple(crises) for place, crises in shown.items()}


def _reasons(est: Estimates, destination: str) -> str:
    """Return why a country is not estimated or not added: the reasons of its cells, each once."""
    reasons = (cell.reason for cell in est.cells if cell.destination == destination)
    return " ".join(dict.fromkeys(reason for reason in reasons if reason))
