"""Edits of a case: the changes that scenarios, specifications and tipping points make to the inputs."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import pandas as pd

from gecam._signature import check_fields, checked
from gecam._typing import Positive
from gecam.codes import country_code, country_codes
from gecam.errors import InputError
from gecam.estimation.edited_inputs import CaseEdit, EditedInputs, new_crisis
from gecam.model import Assumptions, Case, Footprint, OddsRatioPrior, Population, Stock

ASSUMPTIONS = tuple(field.name for field in fields(Assumptions))
OF_DRAWS = frozenset({"odds_ratio", "overlap"})  # on which draws depend, and plans do not
REGISTERED = ("refugees", "asylum_seekers", "oip")


@checked
def apply_edits(
    case: Case, edits: Sequence[CaseEdit | Footprint], *, is_part: bool = False
) -> Case:
    """Return a case with edits made, one after another.

    Parameters
    ----------
    case
        The case before, with all its rows; it is not changed.
    edits
        What is changed, one after another. A footprint stands for `ReplaceFootprint`.
    is_part
        True for a case that is a part of the one that the edits are of: crises and countries that it
        does not have are then passed over.

    Returns
    -------
    Case
        Checked as a whole; `case` itself without edits.

    Raises
    ------
    InputError
        If an edit names what the case does not have, or the edited case breaks a rule.

    Examples
    --------
    >>> from gecam.estimation import ScaleStock, apply_edits
    >>> case = gc.load_edition("2022").restrict(["TCD"])
    >>> more = apply_edits(case, [ScaleStock(1.1, ("Chad",))])
    >>> before, after = (x.stock.restrict("TCD").totals().iloc[-1] for x in (case, more))
    >>> float(round(after / before, 6))
    1.1
    """
    return _edited(case, edits, is_part=is_part).case() if edits else case


@checked
def nobody_touched(case: Case, edits: Sequence[CaseEdit | Footprint]) -> tuple[TouchNobody, ...]:
    """Return the crises and countries in which edits of a case touch nobody, with the reasons.

    Parameters
    ----------
    case
        The case before, with all its rows.
    edits
        As in `apply_edits`. A crisis that is copied at the scale 0 touches nobody.

    Examples
    --------
    >>> from gecam.estimation import CopyCrisis, nobody_touched
    >>> case = gc.load_edition("2022").restrict(["TCD"])
    >>> nobody_touched(case, [CopyCrisis("2022-TCD", "Chad", scale=0)])[0].destination
    'TCD'
    """
    untouched = _edited(case, edits).untouched
    return tuple(TouchNobody(*key, reason) for key, reason in untouched.items())


def _edited(
    case: Case, edits: Iterable[CaseEdit | Footprint], *, is_part: bool = False
) -> EditedInputs:
    inputs = EditedInputs(case, is_part=is_part)
    for edit in map(as_edit, edits):
        edit.make(inputs)
    return inputs


def as_edit(edit: CaseEdit | Footprint) -> CaseEdit:
    """Return an edit as it is; a footprint stands for its replacement."""
    return ReplaceFootprint(edit) if isinstance(edit, Footprint) else edit


# -- stocks, registers, populations -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Scaled(CaseEdit):
    """Multiply published people by `factor` in some countries, or in all."""

    factor: Positive
    destinations: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        check_fields(self)
        object.__setattr__(self, "destinations", country_codes(self.destinations))

    def rows(self, rows: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
        """Return rows whose columns are multiplied in the countries of the edit."""
        others = ~rows["destination"].isin(self.destinations or rows["destination"])
        return rows.assign(**{c: rows[c].where(others, rows[c] * self.factor) for c in columns})


@dataclass(frozen=True, slots=True)
class ScaleStock(_Scaled):
    """Multiply the published migrant stock.

    Parameters
    ----------
    factor
        Times as many migrants of each origin, > 0.
    destinations
        In which countries, by code or name; empty for all.
    """

    def make(self, inputs: EditedInputs) -> None:
        """Change the inputs of a case."""
        inputs.refuse_absent("stock of", self.destinations, inputs.stock.destinations)
        rows = self.rows(inputs.stock.people, ["people"])
        inputs.stock = replace(inputs.stock, people=rows)


@dataclass(frozen=True, slots=True)
class ScaleRegistered(_Scaled):
    """Multiply UNHCR's figures: refugees, asylum-seekers, others in need of protection.

    Parameters
    ----------
    factor
        Times as many people, > 0.
    destinations
        In which countries of asylum, by code or name; empty for all.
    """

    def make(self, inputs: EditedInputs) -> None:
        """Change the inputs of a case."""
        if inputs.protected is None:
            raise InputError(f"case {inputs.before.name!r} has no figures of UNHCR to multiply")
        rows = self.rows(inputs.protected.people, REGISTERED)
        inputs.protected = replace(inputs.protected, people=rows)


@dataclass(frozen=True, slots=True)
class ReplaceStock(CaseEdit):
    """Take another table of stocks, such as another revision.

    Parameters
    ----------
    stock
        Migrants by destination and origin; holds every destination of the case.
    """

    stock: Stock

    def make(self, inputs: EditedInputs) -> None:
        """Change the inputs of a case."""
        inputs.stock = self.stock


@dataclass(frozen=True, slots=True)
class UsePopulation(CaseEdit):
    """Divide national figures by one table of residents, not by the denominator of each plan.

    Parameters
    ----------
    population
        The residents; None for those of the case.
    """

    population: Population | None = None

    def make(self, inputs: EditedInputs) -> None:
        """Change the inputs of a case."""
        inputs.population = self.population or inputs.population
        inputs.map_footprints(lambda f: replace(f, denominator=None) if f.is_national else f)


# -- people in need -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ChangeNeeds(CaseEdit):
    """Take other numbers of people in need.

    Parameters
    ----------
    people
        Persons, > 0, by the id of the crisis; or by ``crisis/destination`` for one country of a
        crisis that has several. Plans that span countries stay as they are.
    """

    people: Mapping[str, Positive]

    def __hash__(self) -> int:
        """Return the hash of the figures."""
        return hash(frozenset(self.people.items()))

    def make(self, inputs: EditedInputs) -> None:
        """Change the inputs of a case."""
        figures = {key: f for f in inputs.footprints.values() if f.destination for key in _keys(f)}
        inputs.refuse_absent("people in need of", self.people, figures)
        inputs.map_footprints(self._changed)

    def _changed(self, footprint: Footprint) -> Footprint:
        keys = [key for key in _keys(footprint) if key in self.people and footprint.destination]
        return replace(footprint, people=self.people[keys[0]]) if keys else footprint


def _keys(footprint: Footprint) -> tuple[str, str]:
    return f"{footprint.crisis}/{footprint.destination}", footprint.crisis


@dataclass(frozen=True, slots=True)
class ScaleCounts(CaseEdit):
    """Multiply the published counts of migrants in need that the estimate rests on.

    Parameters
    ----------
    factor
        Times as many people, > 0. Published shares in need stay.
    crises
        Ids of the crises.
    """

    factor: Positive
    crises: tuple[str, ...]

    def make(self, inputs: EditedInputs) -> None:
        """Change the inputs of a case."""
        inputs.refuse_absent("crisis", self.crises, inputs.crises)
        inputs.map_footprints(self._changed)

    def _changed(self, footprint: Footprint) -> Footprint:
        if footprint.crisis not in self.crises:
            return footprint
        counts = (
            replace(c, in_need=c.in_need * self.factor) if c.use == "count" else c
            for c in footprint.counts
        )
        return replace(footprint, counts=tuple(counts))


# -- crises -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ReplaceFootprint(CaseEdit):
    """Replace the footprint of a crisis in a country, or add one.

    Parameters
    ----------
    footprint
        Of one country. With the crisis id and country of one of today's it replaces that; others come
        on top, and people in both count once.
    """

    footprint: Footprint

    def __post_init__(self) -> None:
        check_fields(self)
        if not self.footprint.destination:
            raise InputError(
                f"the footprint of {self.footprint.crisis!r} names no country: a scenario needs one "
                "footprint per country"
            )

    def make(self, inputs: EditedInputs) -> None:
        """Change the inputs of a case."""
        f = self.footprint
        today = {c.id: c for c in inputs.before.crises}
        if not inputs.passes_over(f.destination):
            inputs.put(today.get(f.crisis) or new_crisis(f.crisis, f.as_of), f)


@dataclass(frozen=True, slots=True)
class TouchNobody(CaseEdit):
    """A crisis touches nobody in a country: zero people, with the reason.

    Parameters
    ----------
    crisis, destination
        Id of the crisis, and the country by code or name.
    reason
        Why it touches nobody, as a sentence.
    """

    crisis: str
    destination: str
    reason: str

    def __post_init__(self) -> None:
        check_fields(self)
        object.__setattr__(self, "destination", country_code(self.destination))

    def make(self, inputs: EditedInputs) -> None:
        """Change the inputs of a case."""
        if not inputs.passes_over(self.destination):
            inputs.remove(self.crisis, self.destination, self.reason)


@dataclass(frozen=True, slots=True)
class WithoutCrises(CaseEdit):
    """Leave out all crises of the case, so that those of later edits stand alone."""

    def make(self, inputs: EditedInputs) -> None:
        """Change the inputs of a case."""
        inputs.is_alone = inputs.are_crises_changed = True
        inputs.crises, inputs.footprints = {}, {}


# -- assumptions, and edits of one's own --------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ChangeAssumptions(CaseEdit):
    """Take other assumptions.

    Parameters
    ----------
    values
        New values by the name of the field of `gecam.Assumptions`; ``gc.defaults()`` lists them with
        unit and range. ``odds_ratio`` also takes a number > 0: an odds ratio without spread.

    Raises
    ------
    InputError
        If there is no such assumption, or the odds ratio is not above 0.
    """

    values: Mapping[str, Any]

    def __post_init__(self) -> None:
        check_fields(self)
        values = dict(self.values)
        if unknown := sorted(set(values) - set(ASSUMPTIONS)):
            raise InputError(
                f"there is no assumption {unknown[0]!r}. There are: {', '.join(ASSUMPTIONS)}. For a "
                "change of the data give an edit of the case."
            )
        if isinstance(ratio := values.get("odds_ratio"), int | float):
            if not 0 < ratio < math.inf:
                raise InputError(
                    f"odds_ratio must be a number > 0 or an OddsRatioPrior: got {ratio}"
                )
            values["odds_ratio"] = OddsRatioPrior.exactly(ratio)
        object.__setattr__(self, "values", values)

    def __hash__(self) -> int:
        """Return the hash of the names; values may be mappings."""
        return hash(frozenset(self.values))

    @property
    def is_of_draws(self) -> bool:
        """Whether it changes how numbers are drawn, and nothing that is derived before."""
        return set(self.values) <= OF_DRAWS

    def make(self, inputs: EditedInputs) -> None:
        """Change the inputs of a case."""
        inputs.assumptions = replace(inputs.assumptions, **self.values)


@dataclass(frozen=True, slots=True)
class CustomEdit(CaseEdit):
    """An edit of one's own: a function of the case, with words for what it changes.

    Parameters
    ----------
    function
        Takes a `gecam.Case` and returns the changed one.
    description
        What it changes, in words.
    """

    function: Callable[[Case], Case]
    description: str

    def make(self, inputs: EditedInputs) -> None:
        """Change the inputs of a case."""
        made = self.function(inputs.case())
        if not isinstance(made, Case):
            raise InputError(
                f"the function of a CustomEdit returns the changed case: got {type(made).__name__}, "
                f"for {self.description!r}"
            )
        inputs.take(made)
        inputs.are_crises_changed = False  # done
