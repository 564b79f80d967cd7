r"""Estimation as a function of its random inputs, each with a name, for sensitivity analysis.

Every random number of a run has an address (input, component). The addresses are listed once; then the
pipeline is a function of uniform numbers by address, and sensitivity methods can vary any group of them
while the others stay.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np
from scipy.special import ndtri

from gecam._typing import Address, FloatArray
from gecam.estimation import (
    DestinationDraws,
    DestinationPlan,
    destination_plan,
    draw_destination,
    odds_ratio_draws,
)
from gecam.evaluation.explanation.targets import Target, people_of
from gecam.evaluation.sensitivity.sampling import sobol_points
from gecam.model import Case
from gecam.results import Message, Scope, message
from gecam.uncertainty import Streams, addresses

# The order is that of tables, and of the points' dimensions.
INPUT_GROUPS = (
    "odds_ratio_shared", "odds_ratio_type", "odds_ratio_own", "scope", "people_in_need",
    "people_in_need_shared", "protection_share", "refugees_inside", "stock", "stock_edition",
    "projection", "population", "overlap", "areas", "undercount", "composition", "modelled_own",
    "modelled_shared",
)  # fmt: skip
POPULATION = "population"
LEAST_ROWS, MOST_ROWS = 256, 8_192  # of runs that go side by side


def words_of_input(group: str) -> Message:
    """Return what a group of random inputs is, one of `INPUT_GROUPS`."""
    return message(f"INPUT_{group.upper()}")


def group_of(address: Address) -> str:
    """Return the group of a random input.

    Examples
    --------
    >>> from gecam.evaluation.sensitivity.random_inputs import group_of
    >>> group_of(("stock/undesa-ims-2020/YEM", "total")), group_of(("odds_ratio", "country:YEM"))
    ('stock', 'odds_ratio_own')
    """
    input_id, component = address
    parts = input_id.split("/")
    for part in (component, component.partition(":")[0], parts[-1], ""):
        if group := _GROUPS.get((parts[0], part)):
            return group
    raise AssertionError(f"the random input {address} belongs to no group")


# By the first part of an input's id, and its component, its kind, or the last part of the id; "" for
# all others.
_GROUPS: Mapping[tuple[str, str], str] = {
    ("odds_ratio", "shared"): "odds_ratio_shared",
    ("odds_ratio", "type"): "odds_ratio_type",
    ("odds_ratio", ""): "odds_ratio_own",
    ("stock", "edition"): "stock_edition",
    ("stock", "change"): "projection",
    ("stock", "missed"): "undercount",
    ("stock", ""): "stock",
    ("protection", ""): "refugees_inside",
    ("needs", "shared"): "people_in_need_shared",
    ("needs", "width"): "people_in_need_shared",
    ("needs", "share:protection"): "protection_share",
    ("needs", "areas"): "areas",
    ("needs", ""): "people_in_need",
    ("small_area", "own"): "modelled_own",
    ("small_area", ""): "modelled_shared",
    ("scope", ""): "scope",
    ("overlap", ""): "overlap",
    ("population", ""): "population",
    ("composition", ""): "composition",
}


@dataclass(frozen=True)
class _Listed(Streams):
    """Streams that list the addresses they are asked for."""

    addresses: dict[Address, None] = field(default_factory=dict)

    def uniform(self, input_id: str, component: str, start: int, stop: int) -> FloatArray:
        """Return uniform draws, and note their address."""
        self.addresses[input_id, component] = None
        return super().uniform(input_id, component, start, stop)

    def normal(self, input_id: str, component: str, start: int, stop: int) -> FloatArray:
        """Return normal draws, made anew each time, and note their address."""
        return self._scores(input_id, component, start, stop)


@dataclass(frozen=True)
class _Given(Streams):
    """Streams that hand out given numbers; addresses that are not given stay in the middle."""

    values: Mapping[str, FloatArray] = field(default_factory=dict)
    population_parts: Mapping[str, float] = field(default_factory=dict)

    def uniform(self, input_id: str, component: str, start: int, stop: int) -> FloatArray:
        """Return the given numbers of an address."""
        given = self.values.get(_name((input_id, component)))
        return np.full(stop - start, 0.5) if given is None else given[start:stop].copy()

    def normal(self, input_id: str, component: str, start: int, stop: int) -> FloatArray:
        """Return the given numbers as scores; a share's noise holds that of the population."""
        score = np.asarray(ndtri(self.uniform(input_id, component, start, stop)))
        part = self.population_parts.get(input_id, 0.0) if component == "share" else 0.0
        if part > 0:
            people = ndtri(self.uniform(POPULATION, input_id, start, stop))
            return np.asarray(np.sqrt(1 - part) * score + np.sqrt(part) * people)
        return score


class Sample(NamedTuple):
    """Uniform numbers of each random input, by name, and people affected there; shape ``(point,)``."""

    values: Mapping[str, FloatArray]
    people: FloatArray


@dataclass(frozen=True, eq=False)
class RandomInputs:
    """The pipeline as a function of its random inputs, for one target.

    Parameters
    ----------
    target
        What the function returns.
    plans
        What is deterministic, of the target's countries.
    groups
        Names of the random inputs by group; their order is that of `INPUT_GROUPS`.
    population_parts
        By figure of people in need: which part of the variance of its own noise is the population's.
    """

    target: Target
    plans: tuple[DestinationPlan, ...]
    groups: Mapping[str, tuple[str, ...]]
    population_parts: Mapping[str, float]

    @classmethod
    def of(cls, case: Case, target: Target, scope: Scope) -> RandomInputs:
        """List the random inputs of a target."""
        plans = tuple(destination_plan(case, d, scope) for d in target.destinations)
        parts = _population_parts(case, plans, scope)
        listed = _Listed(0)
        for plan in plans:
            draw_destination(plan, listed, 2)
        addresses = [*listed.addresses, *((POPULATION, input_id) for input_id in parts)]
        groups: dict[str, list[str]] = {group: [] for group in INPUT_GROUPS}
        for address in addresses:
            groups[group_of(address)].append(_name(address))
        return cls(target, plans, {g: tuple(n) for g, n in groups.items() if n}, parts)

    @property
    def names(self) -> list[str]:
        """All random inputs, group by group."""
        return [name for names in self.groups.values() for name in names]

    def points(self, n: int, *, seed: int) -> dict[str, FloatArray]:
        """Return n scrambled Sobol' points of all random inputs, by name; n is a power of 2."""
        names = self.names
        points = sobol_points(n, len(names), seed=seed)
        return {name: points[:, i] for i, name in enumerate(names)}

    @staticmethod
    def runs_at_once(n: int) -> int:
        """Return how many runs of n rows go side by side: each row is computed by itself.

        Fewer than `LEAST_ROWS` are computed without the tables that serve many.
        """
        return max(1, MOST_ROWS // n) if n >= LEAST_ROWS else 1

    def sample(self, n: int, *, seed: int) -> Sample:
        """Return n points of all random inputs, and the people affected at each."""
        values = self.points(n, seed=seed)
        return Sample(values, self(values))

    def __call__(self, values: Mapping[str, FloatArray]) -> FloatArray:
        """Return people affected for given uniform numbers; those that are not given stay at 1/2."""
        return people_of(self.target, self.results(values))

    def results(self, values: Mapping[str, FloatArray]) -> list[DestinationDraws]:
        """Run the pipeline on given uniform numbers."""
        streams, n = _Given(0, values, self.population_parts), _size(values)
        return [draw_destination(plan, streams, n) for plan in self.plans]

    def only(self, groups: Sequence[str]) -> RandomInputs:
        """Return the same function with all other groups of inputs held in the middle."""
        return replace(self, groups={g: names for g, names in self.groups.items() if g in groups})

    def uniforms(
        self, values: Mapping[str, FloatArray], input_id: str, component: str
    ) -> FloatArray:
        """Return one input as uniform numbers, shape ``(draw,)``."""
        return _Given(0, values).uniform(input_id, component, 0, _size(values))

    def scores(self, values: Mapping[str, FloatArray], input_id: str, component: str) -> FloatArray:
        """Return one input as standard normal scores, shape ``(draw,)``."""
        given = _Given(0, values, self.population_parts)
        return given.normal(input_id, component, 0, _size(values))

    def log_odds(
        self, values: Mapping[str, FloatArray], plan: DestinationPlan, row: int = 0
    ) -> FloatArray:
        """Return the log odds ratio of a destination's row, by default the first, shape ``(draw,)``.

        Its other rows have the same scores.
        """
        return odds_ratio_draws(plan, plan.crises[row].use, _Given(0, values), _size(values))


def as_given(u: FloatArray) -> FloatArray:
    """Return uniform numbers as they are: the quantile function of every random input here."""
    return u


def _population_parts(
    case: Case, plans: Sequence[DestinationPlan], scope: Scope
) -> dict[str, float]:
    """Return by figure which part of its own noise's variance is the population's error.

    The pipeline adds the population's error to the noise of a share (squared logit sds add). What is
    left without it tells how large its part is.
    """
    certain = replace(case, population=replace(case.population, log_sd=0.0))
    parts = {}
    for plan in plans:
        exact = destination_plan(certain, plan.destination, scope)
        for crisis, without in zip(plan.crises, exact.crises, strict=True):
            share, bare = crisis.shares.residents, without.shares.residents
            if share is None or bare is None or share.logit_sd == 0:
                continue
            part = 1 - (bare.logit_sd / share.logit_sd) ** 2
            if part > 0:
                own = 1 - crisis.pin_correlation
                input_id, _ = addresses.share_in_need(crisis.crisis.id, plan.destination)
                parts[input_id] = min(part / own, 1.0) if own > 0 else 0.0
    return {input_id: part for input_id, part in parts.items() if part > 0}


def _size(values: Mapping[str, FloatArray]) -> int:
    """Return the number of draws of given numbers."""
    return next(iter(values.values())).size


def _name(address: Address) -> str:
    return "|".join(address)
