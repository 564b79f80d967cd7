"""The difference between two releases divided among its causes, which add up to it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from itertools import combinations

import numpy as np
import pandas as pd

from gecam._typing import BoolArray, FloatArray
from gecam.codes import country_code
from gecam.database.releases.release import Release
from gecam.database.releases.release_rows import BREAKDOWNS, breakdowns
from gecam.database.storage.archive import OTHERS
from gecam.errors import InputError
from gecam.estimation import canonical, complete_estimates, estimate
from gecam.evaluation import ShapleyDifference, exact_parts, shapley_difference
from gecam.model import Case, ProtectedPopulation, RegionalPlans
from gecam.results import Breakdown, Estimates, PresentCount

# Parts of the data that can be exchanged one by one. Needs go with the population that they are
# divided by, with what was decided about the plans, and with their date: the growth of a stock and
# of the number of refugees up to that date is a part of needs, and so are regional plans; stock and
# refugees are revisions of the figures themselves.
DATA: Mapping[str, tuple[str, ...]] = {
    "stock": ("stock",),
    "refugees": ("protected",),
    "needs": ("population", *OTHERS),
}
CAUSES = ("data", "method", "seed", "code")
# Rows that a case of one country alone reproduces to the bit.
OF_ONE_COUNTRY = ("destination", "destination_group", "cell")


@dataclass(frozen=True, eq=False)
class Causes:
    """The change of each row by cause, persons.

    Parameters
    ----------
    parts
        One row per id that is estimated in both releases. ``data``, ``method``, ``seed`` and ``code``
        add up to the change (`math.fsum`): to the last bit, but where the causes cancel so far that
        each is larger than the change; see `gecam.evaluation.exact_parts`. ``data: stock``,
        ``data: refugees`` and ``data: needs`` divide ``data`` the same way; missing where a mixture
        of the two releases' data is no valid case.
        Between two years the columns are those of a series, `gecam.evaluation.YEAR_CAUSES`.
    runs
        How many times the estimation ran; 0 where that was not counted.
    """

    parts: pd.DataFrame
    runs: int

    def of(self, key: str) -> dict[str, float]:
        """Return the causes of one row that are not zero, data divided if possible; {} if unknown."""
        if key not in self.parts.index:
            return {}
        row = self.parts.loc[key]
        chosen = list(self.parts.columns)
        if "data" in chosen:
            names = [f"data: {name}" for name in DATA]
            chosen = [*(["data"] if row[names].isna().any() else names), *CAUSES[1:]]
        return {name: float(row[name]) for name in chosen if row[name] != 0}


def causes(old: Release, new: Release, means: pd.DataFrame, *, country: str = "") -> Causes:
    r"""Divide the change of each row among data, method, seed and code.

    Parameters
    ----------
    old, new
        Releases that hold their inputs.
    means
        Stored means by id: columns ``old`` and ``new``; both known.
    country
        Divide the rows of one country only, with a case of that country only: the same numbers,
        much sooner.

    Raises
    ------
    InputError
        If a release holds no inputs.

    Notes
    -----
    With :math:`v(S)` the mean when the things in :math:`S` are the new release's and the rest the old
    one's, all run by the installed version, data, method (assumptions, scope) and seed (and number
    of draws) have their Shapley values. The parts of the data have Owen values [1]_, which add up to
    the Shapley value of the data. Code has the rest: what the installed version makes of the old
    inputs less what was released then, and the same at the new end.

    References
    ----------
    .. [1] Owen (1977). Values of games with a priori unions. *Mathematical Economics and Game
       Theory*: 76-88.
    """
    runs = _Runs(old, new, list(means.index), country)
    top = ("data", "method", "seed")

    def whole(on: frozenset[str]) -> FloatArray:
        """Value of a set of causes, all data together."""
        return runs.value((on - {"data"}) | (set(DATA) if "data" in on else set()))

    is_known = _finite([whole(frozenset(s)) for s in _subsets(top)])
    comparable = means[is_known]
    parts = pd.DataFrame(
        0.0, index=comparable.index, columns=[*CAUSES, *(f"data: {d}" for d in DATA)]
    )
    if len(comparable):
        split = shapley_difference(lambda on: whole(on)[is_known], top)
        parts[list(CAUSES)] = _with_code(comparable, split)
        parts[[f"data: {d}" for d in DATA]] = divided_data(
            runs.value, is_known, parts["data"].to_numpy()
        )
    return Causes(parts, runs.count)


def _with_code(means: pd.DataFrame, split: ShapleyDifference) -> list[list[float]]:
    """Return data, method, seed and code of each row; code is 0 where it makes the same numbers."""
    rows = []
    for old, new, before, after, parts in zip(
        means["old"], means["new"], split.before, split.after, split.parts.T.tolist(), strict=True
    ):
        code = math.fsum([before, -old, new, -after])
        rows.append(exact_parts([*parts, code], new - old))
    return rows


class _Runs:
    """The means of rows under any mixture of two releases; each mixture is run once.

    Parts of the data are mixed in a case of the countries that both releases have: a country's rows
    are the same in it to the bit, other rows are missing.
    """

    def __init__(self, old: Release, new: Release, ids: list[str], country: str) -> None:
        self.ids = ids
        self.answers = {False: old.load(), True: new.load()}
        cases = {False: old.case(), True: new.case()}
        both = set(cases[False].destinations) & set(cases[True].destinations)
        common = both & {country_code(country)} if country else both
        self.common = {k: c.restrict(common) for k, c in cases.items()} if common else None
        self.cases = self.common if country and self.common else cases
        self.country = country
        self.plans = _regional_plans(old, new)
        same = _same(cases, self.answers)
        same["needs"] &= _are_equal(self.plans)
        self.value = cache(self._means)
        self.count = 0
        self.differing = {name for name, is_same in same.items() if not is_same}

    def _means(self, on: frozenset[str]) -> FloatArray:
        if not on <= self.differing:
            return self.value(on & self.differing)
        self.count += 1
        data = self.differing & set(DATA)
        is_whole = not data & on or data <= on
        estimates = self._estimated(on, is_whole=is_whole)
        means: dict[str, float] = {}
        if estimates is None:
            return np.full(len(self.ids), np.nan)
        for breakdown, answer in self._asked(estimates, on, is_whole=is_whole):
            keys = ["/".join([breakdown, *map(str, row)]) for row in answer.labels.to_numpy()]
            means |= zip(keys, answer.summary()["mean"], strict=True)
        return np.array([means.get(key, np.nan) for key in self.ids])

    def _asked(
        self, estimates: Estimates, on: frozenset[str], *, is_whole: bool
    ) -> Iterator[tuple[str, Breakdown]]:
        """Yield the breakdowns that a mixture has; people of regional plans go with the needs."""
        if self.country or not is_whole:
            yield from ((name, BREAKDOWNS[name](estimates)) for name in OF_ONE_COUNTRY)
        elif self.plans is None:
            yield from breakdowns(estimates)
        else:
            plans, present = self.plans["needs" in on]
            yield from breakdowns(complete_estimates(estimates, plans, present=present))

    def _estimated(self, on: frozenset[str], *, is_whole: bool) -> Estimates | None:
        """Estimate with some things of the new release; None where the mixture is no valid case."""
        cases = self.cases if is_whole else self.common
        if cases is None:
            return None
        protected = cases["refugees" in on].protected
        if not is_whole:
            protected = _completed(protected, cases["refugees" not in on].protected)
        method, seed = self.answers["method" in on], self.answers["seed" in on]
        try:
            mixed = replace(
                cases["needs" in on],
                assumptions=method.assumptions,
                stock=cases["stock" in on].stock,
                protected=protected,
            )
        except InputError:
            return None
        return estimate(mixed, scope=method.scope, level=method.level, **seed.sampling)


def _completed(
    own: ProtectedPopulation | None, other: ProtectedPopulation | None
) -> ProtectedPopulation | None:
    """Return UNHCR's figures of one release, with those of the other for dates it does not have.

    Needs of another year ask for counts at that year: a table that ends before would say nobody.
    """
    if own is None or other is None:
        return own
    later = other.people[~other.people["as_of"].isin(own.people["as_of"])]
    return replace(own, people=pd.concat([own.people, later], ignore_index=True))


def _regional_plans(
    old: Release, new: Release
) -> dict[bool, tuple[RegionalPlans, PresentCount]] | None:
    """Return the regional plans of two releases, and whose count; None unless both hold them."""
    plans = {is_new: (r.regional_plans(), r.present()) for is_new, r in ((False, old), (True, new))}
    held = {k: (p, present) for k, (p, present) in plans.items() if p is not None}
    return held if len(held) == len(plans) else None


def _are_equal(plans: Mapping[bool, object] | None) -> bool:
    """Return whether the regional plans of two releases are equal, or there are none."""
    return plans is None or canonical(plans[False]) == canonical(plans[True])


def _same(cases: Mapping[bool, Case], answers: Mapping[bool, Estimates]) -> dict[str, bool]:
    """Return which things do not differ between the releases: they need no runs of their own."""
    methods = [(canonical(a.assumptions), a.scope, a.level) for a in answers.values()]
    seeds = [answer.sampling for answer in answers.values()]
    same = {"method": methods[0] == methods[1], "seed": seeds[0] == seeds[1]}
    for part, fields in DATA.items():
        old, new = ([canonical(getattr(c, field)) for field in fields] for c in cases.values())
        same[part] = old == new
    return same


def divided_data(
    value: Callable[[frozenset[str]], FloatArray], is_known: BoolArray, total: FloatArray
) -> FloatArray:
    """Return the Owen values of the parts of the data, shape (row, part); NaN where not possible."""
    result = np.zeros((is_known.sum(), len(DATA)))
    others = ("method", "seed")
    for on in map(frozenset, _subsets(others)):
        before, after = math.factorial(len(on)), math.factorial(len(others) - len(on))
        weight = before * after / math.factorial(len(others) + 1)
        values = {s: value(s | on)[is_known] for s in map(frozenset, _subsets(tuple(DATA)))}
        possible = _finite(list(values.values()))
        filled = {s: np.where(possible, v, 0.0) for s, v in values.items()}
        result += weight * shapley_difference(filled.__getitem__, tuple(DATA)).parts.T
        result[~possible] = np.nan
    for row, whole in zip(result, total, strict=True):
        if not np.isnan(row).any():
            row[:] = exact_parts(row.tolist(), float(whole))
    return result


def _finite(values: list[FloatArray]) -> BoolArray:
    """Return the rows that have a number in every mixture."""
    return np.asarray(np.isfinite(np.stack(values)).all(axis=0))


def _subsets(names: tuple[str, ...]) -> list[tuple[str, ...]]:
    return [s for size in range(len(names) + 1) for s in combinations(names, size)]
