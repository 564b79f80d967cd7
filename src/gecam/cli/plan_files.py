"""Files of a plan and of past events: what `gecam prepare --country` reads."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gecam.cli.answers import misuse, records

if TYPE_CHECKING:
    from gecam.model import Case
    from gecam.preparedness import EventSet, Plan
    from gecam.report import Section

OF_BUDGET = ("cost_under", "cost_over", "reach")  # keys of a plan file that say how to weigh
MOST_DRAWS = 2000  # of each event in migrants


def read_plan(path: Path | None, country: str, year: int) -> tuple[Plan | None, dict[str, float]]:
    """Read what a plan says of itself, and how to weigh: our own TOML, or requirements from FTS.

    Raises
    ------
    InputError
        If a key is unknown, or the table of FTS does not have one plan of the country and year.
    """
    from gecam.cli.toml_files import check_keys, read_toml
    from gecam.preparedness import Plan

    if path is None:
        return None, {}
    if path.suffix != ".toml":
        return _plan_of_fts(path, country, year), {}
    table = read_toml(path)
    check_keys(table, (*Plan.__slots__, *OF_BUDGET), path.name)
    costs: dict[str, float] = {k: table.pop(k) for k in OF_BUDGET if k in table}
    return Plan(**{"destination": country, "source": path.name} | table), costs


def _plan_of_fts(path: Path, country: str, year: int) -> Plan:
    from gecam.errors import InputError
    from gecam.io import read_fts
    from gecam.preparedness import Plan

    history = read_fts(path)
    wanted = {
        "iso3": country, "year": year, "plan_type": "country_plan", "metric": "funding_required",
    }  # fmt: skip
    rows = history.rows
    rows = rows[(rows[list(wanted)] == list(wanted.values())).all(axis=1)]
    if len(rows) != 1:
        names = ", ".join(rows["plan"]) or "none"
        raise InputError(
            f"{path.name} has {len(rows)} country plans of {country} in {year} ({names}): one is "
            "needed. State it in a TOML file."
        )
    row = rows.iloc[0]
    return Plan(
        country, str(row["plan"]), requirements=float(row["value"]), source=history.source.title
    )


OF_AVERAGE = ("recorded", "lower", "upper", "is_estimated", "reason")  # in a record


@dataclass(frozen=True)
class PastEvents:
    """A file of past events, and what the user says of it.

    Parameters
    ----------
    path
        The file; None for none.
    first
        First year that counts; 0 if it was not stated.
    people_per_movement, factor_basis
        People per movement of displaced people, and where that comes from; 0 to leave movements.
    """

    path: Path | None
    first: int
    people_per_movement: float
    factor_basis: str

    def sections(
        self, case: Case, country: str, *, draws: int, seed: int
    ) -> tuple[list[Section], list[dict[str, Any]] | None]:
        """Return what the events carry, for a brief and as a record; None without a file."""
        from gecam.codes import name
        from gecam.errors import NotEstimatedError
        from gecam.preparedness import average_annual, exceedance
        from gecam.report import events_section

        if self.path is None:
            return [], None
        sections, past = [], []
        for events in self._sets(self.path, case, country, draws=draws, seed=seed):
            average = average_annual(events)
            try:
                curve = exceedance(events)
            except NotEstimatedError:
                curve = None
            sections.append(events_section(name(country), events, average, curve))
            past.append({
                "events": len(events), "period": events.period, "unit": events.unit,
                "notes": events.notes,
                "average": {name: getattr(average, name) for name in OF_AVERAGE},
                "curve": None if curve is None else records(curve.to_frame()),
            })  # fmt: skip
        return sections, past

    def _sets(
        self, path: Path, case: Case, country: str, *, draws: int, seed: int
    ) -> list[EventSet]:
        """Return the events as recorded, and in migrants where they are people."""
        from gecam.preparedness import migrant_events, migrants_of, recorded_events

        if not self.first:
            raise misuse(
                "--first",
                "state the first year that counts: reporting grew, and the choice moves the rates",
            )
        recorded = recorded_events(_catalogue(path), country, first=self.first)
        if self.people_per_movement:
            recorded = recorded.as_people(self.people_per_movement, basis=self.factor_basis)
        if recorded.unit != "people":
            return [recorded]
        stock, residents = migrants_of(case, country)
        migrants = migrant_events(
            recorded, stock, residents, odds_ratio=case.assumptions.odds_ratio, destination=country,
            country_type=case.country_types.get(country, "settled"), draws=min(draws, MOST_DRAWS),
            seed=seed,
        )  # fmt: skip
        return [recorded, migrants]


def _catalogue(path: Path) -> Any:
    """Return IDMC's table, or EM-DAT's as rows of country, year and people."""
    from gecam.errors import LayoutError
    from gecam.io import read_emdat, read_gidd

    try:
        return read_gidd(path)
    except LayoutError:
        rows = read_emdat(path).events
    years = rows["started_on"].dt.year
    return rows.assign(year=years, event=rows["id"])[["iso3", "year", "people", "event"]]
