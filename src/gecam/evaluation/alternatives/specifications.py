"""Defensible choices of method, and the specifications that combine their levels."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from gecam._signature import check_fields, checked
from gecam.errors import InputError
from gecam.estimation import (
    CaseEdit,
    ChangeAssumptions,
    ChangeNeeds,
    ReplaceStock,
    ScaleStock,
    UsePopulation,
)
from gecam.model import Assumptions, Case, OddsRatioPrior, Population, RegionalPlans, Stock
from gecam.results import Message, PresentCount, Scope, message


def anywhere(_: Case) -> bool:
    """Say that a level can differ from the default in any country."""
    return True


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a choice of method: assumptions, a scope, or an edit of the case.

    Parameters
    ----------
    name
        Short and plain: ``"all of them"``.
    assumptions
        Fields of `gecam.Assumptions` with their values; those not named stay.
    scope
        The scope that it needs; None for none in particular.
    change
        Edit of the figures of a case; None for none. Of a country that it does not name it changes
        nothing.
    differs
        Whether it can give another answer than the first level in a case of one country; where it
        cannot, that country is run once for both.
    """

    name: str
    assumptions: Mapping[str, Any] = field(default_factory=dict)
    scope: Scope | None = None
    change: CaseEdit | None = None
    differs: Callable[[Case], bool] = anywhere

    def __post_init__(self) -> None:
        check_fields(self)

    @property
    def is_of_draws(self) -> bool:
        """Whether it changes how numbers are drawn, and nothing that is derived before."""
        is_of_assumptions = self.change is None and self.scope is None
        return is_of_assumptions and ChangeAssumptions(self.assumptions).is_of_draws


@dataclass(frozen=True, slots=True)
class Choice:
    """A choice of method with its defensible levels.

    Parameters
    ----------
    name
        Short and plain: ``"refugees in need"``.
    levels
        At least two; the first is the default of `estimate`.
    why
        Why more than one of them can be defended: a text, or a message.
    """

    name: str
    levels: tuple[Level, ...]
    why: Message | str

    def __post_init__(self) -> None:
        check_fields(self)


@dataclass(frozen=True, slots=True)
class Alternatives:
    """Other published figures that a case could be made from.

    Parameters
    ----------
    stocks
        Other editions of the stocks, by name; they hold every destination of the case.
    needs
        Other tables of people in need, by name: figures by crisis id; others stay.
    populations
        Other sources of residents, by name.
    modelled
        A case of countries without a plan, with modelled shares (`gecam.modelled_case`).
    regional
        The regional plans of the year (`gecam.load_regional_plans`), for the people whom country plans
        leave to them; None to leave these out.
    coverage
        Other readings of how many migrants the stocks miss, or count too many, by name: an edit each.
    """

    stocks: Mapping[str, Stock] = field(default_factory=dict)
    needs: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    populations: Mapping[str, Population] = field(default_factory=dict)
    modelled: Case | None = None
    regional: RegionalPlans | None = None
    coverage: Mapping[str, CaseEdit] = field(default_factory=dict)

    def __post_init__(self) -> None:
        check_fields(self)


@checked
def default_choices(case: Case, alternatives: Alternatives | None = None) -> tuple[Choice, ...]:
    """Return the choices of method that can be made for a case.

    Parameters
    ----------
    case
        The inputs; its own figures and assumptions are the first level of each choice by default.
    alternatives
        Other published figures; by default none, and no choice among figures.

    Examples
    --------
    >>> from gecam.evaluation import default_choices
    >>> import math
    >>> choices = default_choices(gc.load_edition("2022"))
    >>> [choice.name for choice in choices][:2], math.prod(len(c.levels) for c in choices)
    (['refugees in need', 'refugees outside the stock'], 1800)
    """
    of_method = (_as_assumed(choice, case.assumptions) for choice in _of_method())
    return (*of_method, *_of_figures(case, alternatives or Alternatives()))


def _as_assumed(choice: Choice, assumptions: Assumptions) -> Choice:
    """Return a choice whose first level describes the default; of other assumptions it says so."""
    usual, (first, *others) = Assumptions(), choice.levels
    names = {name for level in others for name in level.assumptions}
    if all(getattr(assumptions, name) == getattr(usual, name) for name in names):
        return choice
    return replace(choice, levels=(replace(first, name="as the case assumes"), *others))


@checked
def coverage_choices(case: Case, alternatives: Alternatives) -> tuple[Choice, ...]:
    """Return the choice of whether to add countries without a plan, and the two that matter most.

    With some 200 countries more, every combination of all choices takes an hour.

    Parameters
    ----------
    case
        The inputs, of the countries with a plan, as by default.
    alternatives
        With ``modelled``: a case of the countries without a plan.

    Returns
    -------
    tuple of Choice
        At most three: ``refugees in need``, ``odds ratio``, ``countries without a plan``.

    Raises
    ------
    InputError
        If there are no modelled countries.

    Examples
    --------
    >>> from gecam.evaluation import Alternatives, coverage_choices
    >>> case = gc.load_edition("2022")
    >>> [c.name for c in coverage_choices(case, Alternatives(modelled=case.restrict(["TCD"])))]
    ['refugees in need', 'odds ratio', 'countries without a plan']
    """
    if alternatives.modelled is None:
        raise InputError("alternatives hold no countries without a plan: give them as `modelled`")
    names = {"refugees in need", "odds ratio", MODELLED}
    return tuple(c for c in default_choices(case, alternatives) if c.name in names)


def _of_method() -> Iterator[Choice]:
    yield Choice(
        "refugees in need",
        (
            Level("published count, else by kind of source"),
            Level(
                "the residents' share", {"protection_in_need": "national"}, differs=_has_refugees
            ),
            Level("all of them", {"protection_in_need": "one"}, differs=_has_refugees),
            Level(
                "published count or prior near 1",
                {"protection_in_need": "published"},
                differs=_has_refugees,
            ),
            Level("as measured", {"protection_in_need": "measured"}, differs=_has_refugees),
        ),
        message("WHY_REFUGEES_IN_NEED"),
    )  # fmt: skip
    yield Choice(
        "refugees outside the stock",
        (Level("left out", scope="all"), Level("added", scope="union", differs=_has_refugees)),
        message("WHY_REFUGEES_OUTSIDE"),
    )
    yield Choice(
        "projection",
        (
            Level("growth carried to an onset, then with the residents"),
            Level(
                "migrants and residents of the onset",
                {"stock_after_onset": "both_held"},
                differs=_has_late_onset,
            ),
            Level(
                "as the first, six in ten workers and students still there",
                {"relative_presence": {"settled": 1.0, "border_change": 1.0, "other": 0.6}},
                differs=_has_late_onset,
            ),
            Level(
                "growth carried on, across an onset",
                {"apply_onset_rule": False},
                differs=_has_late_onset,
            ),
            Level("last figure as it is", {"apply_growth": False}),
        ),
        message("WHY_PROJECTION"),
    )
    yield Choice(
        "odds ratio",
        (
            Level("prior"),
            Level("1", {"odds_ratio": OddsRatioPrior.exactly(1.0)}),
            Level("2", {"odds_ratio": OddsRatioPrior.exactly(2.0)}),
        ),
        message("WHY_ODDS_RATIO"),
    )
    yield Choice(
        "unknown scopes",
        (
            Level("everybody or nationals, half and half"),
            Level("everybody", {"unknown_scope_weight": 1.0}, differs=_has_unknown_scope),
            Level("nationals only", {"unknown_scope_weight": 0.0}, differs=_has_unknown_scope),
        ),
        message("WHY_SCOPES"),
    )
    yield Choice(
        "crises of one country",
        (
            Level("relations applied, overlap between none and full"),
            Level("relations applied, overlaps independent", {"overlap": "independent"},
                  differs=_has_several),
            Level("relations applied, one inside the other", {"overlap": "comonotone"},
                  differs=_has_several),
            Level("relations ignored", {"apply_relations": False}, differs=_has_several),
        ),
        message("WHY_CRISES"),
    )  # fmt: skip


def _of_figures(case: Case, other: Alternatives) -> Iterator[Choice]:
    """Yield choices among published figures, where there are several."""
    stock, residents = case.stock.source, case.population.source
    own = Level(f"{residents.publisher}'s", change=UsePopulation(), differs=_has_own_denominator)
    choices = (
        Choice(
            "stock edition",
            (Level(stock.edition or stock.id),
             *(Level(name, change=ReplaceStock(table)) for name, table in other.stocks.items())),
            message("WHY_EDITION"),
        ),
        Choice(
            "migrants whom the stock misses",
            (Level("none"),
             *(Level(name, change=edit, differs=_is_in_place_of(edit))
               for name, edit in other.coverage.items())),
            message("WHY_COVERAGE"),
        ),
        Choice(
            "people in need",
            (Level("the case's table"),
             *(Level(name, change=ChangeNeeds(table), differs=_names_a_crisis(table))
               for name, table in other.needs.items())),
            message("WHY_NEEDS"),
        ),
        Choice(
            "population",
            (Level("the plans' own, else the case's"),
             *([own] if _has_own_denominator(case) else []),
             *(Level(name, change=UsePopulation(table)) for name, table in other.populations.items())),
            message("WHY_POPULATION"),
        ),
        Choice(
            MODELLED,
            (Level("left out"), *([Level("modelled shares, added")] if other.modelled else [])),
            message("WHY_MODELLED"),
        ),
        Choice(
            REGIONAL,
            (Level("left out"), *map(Level, PRESENT if other.regional else ())),
            message("WHY_REGIONAL"),
        ),
    )  # fmt: skip
    yield from (choice for choice in choices if len(choice.levels) > 1)


MODELLED = "countries without a plan"
REGIONAL = "people left to regional plans"
# Level of that choice -> whose count of the people present it takes.
PRESENT: Mapping[str, PresentCount] = {
    "added, present by UNHCR's register": "register",
    "added, present by R4V, governments and plans": "second reading",
}
# Choices that add people to those of a country's own plans, and change nothing of these.
ADDING = (MODELLED, REGIONAL)


def _has_refugees(case: Case) -> bool:
    if case.protected is None:
        return False
    return bool(case.protected.people["destination"].isin(case.destinations).any())


def _has_late_onset(case: Case) -> bool:
    """Whether a crisis began after the last stock figure but one, which the last may continue."""
    dates = sorted(case.stock.people["as_of"].unique())[-2:]
    return any(c.onset is not None and pd.Timestamp(c.onset) > dates[0] for c in case.crises)


def _has_unknown_scope(case: Case) -> bool:
    return any(f.pin_scope == "unknown" for f in case.footprints)


def _has_several(case: Case) -> bool:
    return len(case.footprints) > 1


def _has_own_denominator(case: Case) -> bool:
    return any(f.denominator is not None for f in case.footprints)


def _is_in_place_of(edit: CaseEdit) -> Callable[[Case], bool]:
    if not isinstance(edit, ScaleStock) or not edit.destinations:
        return anywhere
    return lambda case: not set(edit.destinations).isdisjoint(case.destinations)


def _names_a_crisis(table: Mapping[str, float]) -> Callable[[Case], bool]:
    return lambda case: any(f.crisis in table for f in case.footprints)
