"""How many migrants the events of a record would touch today."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from gecam._arguments import refuse_large, whole_number
from gecam._signature import checked
from gecam._typing import PositiveInt, WholeNumber
from gecam.codes import country_code
from gecam.errors import InputError
from gecam.estimation import destination_plan, migrants_affected, prior_draws
from gecam.model import Case, CountryType, OddsRatioAssumption, OddsRatioUse, prior_at, residents_at
from gecam.preparedness.events import EventSet
from gecam.results import message
from gecam.uncertainty import LogNormal, Streams, addresses


@checked
def migrants_of(case: Case, destination: str) -> tuple[LogNormal, float]:
    """Return the migrants and all residents of a destination of a case, at its latest reference date.

    Parameters
    ----------
    case
        The inputs, with a crisis in the destination; its stock and its population are used by date.
    destination
        Country, by ISO3 code or name.

    Returns
    -------
    stock : LogNormal
        Persons, refugees included; its spread is that of the other migrants' stock at that date.
    residents : float
        Persons.

    Raises
    ------
    InputError
        If the case has no crisis there, or no population.
    """
    destination = country_code(destination)
    if destination not in case.destinations:
        raise InputError(f"case {case.name!r} has no crisis in {destination}")
    plan = destination_plan(case, destination, "all")
    last = max(plan.crises, key=lambda c: (c.crisis.reference_date, c.crisis.id))
    residents = residents_at(case.population, destination, last.crisis.reference_date)
    if residents is None:
        raise InputError(f"no population of {destination} at {last.crisis.reference_date}")
    split = last.split
    return LogNormal(split.people, split.dated.log_sd), residents


@checked
def migrant_events(
    events: EventSet,
    stock: LogNormal,
    residents: float,
    *,
    odds_ratio: OddsRatioAssumption,
    destination: str,
    country_type: CountryType = "settled",
    draws: PositiveInt = 2000,
    seed: WholeNumber = 2022,
) -> EventSet:
    r"""Return how many migrants events of the recorded sizes would touch today.

    Parameters
    ----------
    events
        Events in people (`EventSet.as_people` turns movements into people).
    stock
        Migrants of the country today, persons.
    residents
        All residents of the country, persons, > 0.
    odds_ratio, destination, country_type
        Prior of migrants' odds of being touched against non-migrants'. The draws are those of an
        estimate with the same seed.
    draws, seed
        Number of draws, at least 2, and the seed.

    Returns
    -------
    EventSet
        Unit ``migrants``, people of shape ``(event, draw)``.

    Notes
    -----
    Each event fills the 2x2 table of the core formula (`gecam.migrants_affected`) with its people
    as a margin. Where in the country the event was, and whether migrants live there, is not in it;
    nor is the growth of the population since: an event of the past keeps its size.
    """
    if events.unit != "people":
        raise InputError(
            f"migrants follow from events in people: these count {events.unit}. Movements are turned "
            "into people by a stated factor: events.as_people(0.8, basis='...')."
        )
    if events.people.ndim != 1 or not residents > 0:
        raise InputError("needs one number of people per event, and residents > 0")
    draws = whole_number(draws, "draws", least=2, example=2000)
    refuse_large(draws, 8 * max(len(events), 1))
    streams, destination = Streams(seed), country_code(destination)
    people = stock.at_score(streams.normal(*addresses.stock_of_events(destination), 0, draws))
    people = np.minimum(people, residents)
    prior = prior_at(odds_ratio, OddsRatioUse(destination, 0, is_need=False)).prior
    psi = np.exp(prior_draws(prior, country_type, destination, streams, draws))
    touched = np.minimum(events.people, residents)
    affected = migrants_affected(people, residents, touched[:, None], psi)
    cut = int((events.people > residents).sum())
    notes = (message("EVENTS_LIMITED", number=cut),) if cut else ()
    held = (*events.notes_messages, *notes)
    return replace(events, people=affected, unit="migrants", notes_messages=held)
