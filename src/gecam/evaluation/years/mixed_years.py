"""One country's inputs of two years mixed: some as of the earlier year, the rest as of the later."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import pandas as pd

from gecam.model import Case, Crisis, Footprint, Population, ProtectedPopulation, Relation

YEAR_CAUSES = ("crises", "people in need", "migrants", "scope", "other data")
"""What can differ between two years: other crises of the country; the number in need of its main
plan; the stock and the register at the plan's date; whom and which area the plan counts; residents,
grades, published counts of groups, the onset and the revision of the stock."""


@dataclass(frozen=True, slots=True)
class CountryYear:
    """The inputs of one country in one year.

    Parameters
    ----------
    case
        The case of the year, restricted to the country.
    crisis, footprint
        The main plan: one that no other replaces, the country plan first, then the largest figure.
    others
        Other crises of the country with their footprints.
    """

    case: Case
    crisis: Crisis
    footprint: Footprint
    others: tuple[tuple[Crisis, Footprint], ...]

    @classmethod
    def of(cls, case: Case, destination: str) -> CountryYear:
        """Take the inputs of one country, by ISO3, from a case."""
        case = case.restrict([destination])
        case = replace(
            case,
            stock=case.stock.restrict([destination]),
            population=case.population.restrict([destination]),
            protected=_registered(case.protected, destination),
            country_types={k: v for k, v in case.country_types.items() if k == destination},
        )
        plans = [(case.crisis(f.crisis), f) for f in case.by_place[destination]]
        replaced = {r.other for c, _ in plans for r in c.relations if r.kind == "supersedes"}
        plans.sort(
            key=lambda p: (p[0].id in replaced, p[0].plan_type != "country_plan", -p[1].people)
        )
        (crisis, footprint), *others = plans
        return cls(case, crisis, footprint, tuple(others))

    @property
    def year(self) -> int:
        """Year of the main plan's date."""
        return self.crisis.reference_date.year


def _registered(
    protected: ProtectedPopulation | None, destination: str
) -> ProtectedPopulation | None:
    """Return the register of one country; a year-end at which nobody is registered stays one."""
    if protected is None:
        return None
    here = protected.restrict([destination]).people
    days = sorted(set(protected.people["as_of"]) - set(here["as_of"]))
    nobody = pd.DataFrame({"as_of": days, "destination": destination, "origin": destination})
    nobody = nobody.assign(refugees=0.0, asylum_seekers=0.0, oip=0.0)[list(here.columns)]
    return replace(protected, people=pd.concat([here, nobody]) if days else here)


def mixed(old: CountryYear, new: CountryYear, on: frozenset[str]) -> Case:
    """Return the case of a country with the causes in `on` as of the later year.

    Raises
    ------
    InputError
        If the mixture is impossible, as more people in need than residents.
    """
    crises, needs, dates, scope, data = (new if cause in on else old for cause in YEAR_CAUSES)
    renamed = {crises.crisis.id: needs.crisis.id}
    ids = {needs.crisis.id, *(crisis.id for crisis, _ in crises.others)}

    def relations(of: Crisis) -> tuple[Relation, ...]:
        others = (replace(r, other=renamed.get(r.other, r.other)) for r in of.relations)
        return tuple(r for r in others if r.other in ids)

    when = dates.crisis.reference_date
    main = replace(
        needs.crisis, reference_date=when, onset=data.crisis.onset,
        onset_precision=data.crisis.onset_precision, relations=relations(crises.crisis),
    )  # fmt: skip
    footprint = replace(
        needs.footprint, as_of=when,
        pin_scope=scope.footprint.pin_scope, pin_scope_year=scope.footprint.pin_scope_year,
        area=scope.footprint.area, grade=data.footprint.grade, areas=data.footprint.areas,
        counts=data.footprint.counts, denominator=data.footprint.denominator,
    )  # fmt: skip
    others = [
        (
            replace(
                crisis, reference_date=crisis.reference_date.replace(year=dates.year),
                relations=relations(crisis),
            ),
            replace(figure, as_of=crisis.reference_date.replace(year=dates.year)),
        )
        for crisis, figure in crises.others
    ]  # fmt: skip
    left_out = crises.case.left_out_of_totals
    return replace(
        needs.case,
        stock=data.case.stock,
        population=moved(data.case.population, dates.year - data.year, data.crisis.onset),
        protected=dates.case.protected,
        crises=(main, *(crisis for crisis, _ in others)),
        footprints=(footprint, *(figure for _, figure in others)),
        left_out_of_totals={renamed.get(k, k): v for k, v in left_out.items()},
        country_types=new.case.country_types,
        assumptions=new.case.assumptions,
        name="a mixture",
    )


def moved(population: Population, years: int, onset: date | None) -> Population:
    """Return residents with their dates moved by some years, so that they speak for another year.

    Those of before the onset of a crisis stay, as stocks since then are compared with them.
    """
    if not years:
        return population
    people, since = population.people, pd.Timestamp(onset or date.min.replace(year=1900))
    is_before = people["as_of"] < since
    later = people[~is_before].assign(as_of=people["as_of"] + pd.DateOffset(years=years))
    rows = [people[is_before], later[later["as_of"] >= since]]
    return replace(population, people=pd.concat(rows, ignore_index=True))
