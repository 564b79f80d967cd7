"""Deaths in, or of people from, countries with a humanitarian response plan."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from gecam.codes import country_codes
from gecam.errors import InputError

UNKNOWN_ORIGIN = frozenset({"", "UNK", "OOO", "XXA"})


@dataclass(frozen=True, slots=True)
class CrisisCountryDeaths:
    """Recorded dead and missing in or from a set of countries. All are people, at least.

    Parameters
    ----------
    recorded
        In the whole file.
    within
        In incidents in these countries.
    people_from
        In incidents all of whose stated origins are these countries.
    people_from_at_most
        In incidents one of whose stated origins is: the incident's people are not told apart.
    within_or_from
        `within`, or `people_from_at_most` elsewhere: each incident once.
    origin_unknown, country_unknown
        In incidents without a stated origin, or without a stated country.
    """

    recorded: int
    within: int
    people_from: int
    people_from_at_most: int
    within_or_from: int
    origin_unknown: int
    country_unknown: int

    @property
    def share_within(self) -> float:
        """Of recorded deaths, the share in these countries."""
        return self.within / self.recorded

    @property
    def share_within_or_from(self) -> float:
        """Of recorded deaths, the share in or from these countries."""
        return self.within_or_from / self.recorded


def crisis_country_deaths(
    places: pd.DataFrame, countries: str | Iterable[str]
) -> CrisisCountryDeaths:
    """Count recorded deaths in or from countries with a response plan.

    Parameters
    ----------
    places
        ``country`` (ISO3 of the incident), ``country_of_origin`` (ISO3 codes apart by ``;``) and
        ``dead_and_missing``: `Incidents.records`, or a table of totals with these columns.
    countries
        Countries with a plan, by ISO3 code or name.

    Returns
    -------
    CrisisCountryDeaths

    Raises
    ------
    InputError
        If a column is missing, a text is no country, or there are no deaths.

    Notes
    -----
    Having a plan changes from year to year; a list of one year applied to all years asks "in or
    from countries in crisis in that year". Incidents off a coast are given the nearest country.

    Examples
    --------
    >>> from gecam.mortality import crisis_country_deaths
    >>> places = pd.DataFrame({"country": ["LBY", "ITA", "ITA"], "dead_and_missing": [10, 5, 1],
    ...     "country_of_origin": ["UNK", "SDN;TUN", "TUN"]})
    >>> answer = crisis_country_deaths(places, ["LBY", "SDN"])
    >>> answer.within, answer.people_from, answer.people_from_at_most, answer.within_or_from
    (10, 0, 5, 15)
    """
    frame = _checked(places)
    chosen = frozenset(country_codes(countries))
    people = frame["dead_and_missing"].fillna(0)
    if people.sum() == 0:
        raise InputError("places hold no deaths, so there is no share to take.")
    origins = _origins(frame)
    within = frame["country"].isin(chosen)
    wholly = origins.map(lambda codes: bool(codes) and codes <= chosen)
    partly = origins.map(lambda codes: bool(codes & chosen))

    def count(where: pd.Series) -> int:
        return int(people[where].sum())

    return CrisisCountryDeaths(
        int(people.sum()),
        count(within),
        count(wholly),
        count(partly),
        count(within | partly),
        count(origins.map(lambda codes: codes <= UNKNOWN_ORIGIN)),
        count(frame["country"].eq("")),
    )


def deaths_by_country(places: pd.DataFrame) -> pd.DataFrame:
    """Return recorded deaths in each country, and of people from it.

    Parameters
    ----------
    places
        As in `crisis_country_deaths`.

    Returns
    -------
    DataFrame
        Index ``country`` (ISO3, sorted): ``died_in``; ``died_from`` (incidents with that origin
        alone); ``died_from_at_most`` (incidents that state it among others). People, at least; 0
        where none is recorded.
    """
    frame = _checked(places)
    people = frame["dead_and_missing"].fillna(0)
    origins = _origins(frame)
    each = pd.DataFrame({"origin": origins.map(sorted), "people": people})
    each["is_alone"] = origins.map(len).eq(1)
    each = each.explode("origin")
    each = each[~each["origin"].isin(UNKNOWN_ORIGIN) & each["origin"].notna()]
    table = pd.DataFrame(
        {
            "died_in": people[frame["country"].ne("")].groupby(frame["country"]).sum(),
            "died_from": each[each["is_alone"]].groupby("origin")["people"].sum(),
            "died_from_at_most": each.groupby("origin")["people"].sum(),
        }
    )
    return table.fillna(0).astype(int).rename_axis("country").sort_index()


def _checked(places: pd.DataFrame) -> pd.DataFrame:
    needed = ("country", "country_of_origin", "dead_and_missing")
    lacking = [name for name in needed if name not in places.columns]
    if lacking:
        raise InputError(f"places need the columns {', '.join(needed)}: {lacking[0]} is missing.")
    return places.assign(
        country=places["country"].fillna(""),
        country_of_origin=places["country_of_origin"].fillna(""),
    )


def _origins(frame: pd.DataFrame) -> pd.Series:
    once = {
        text: frozenset(text.split(";")) if text else frozenset()
        for text in frame["country_of_origin"].unique()
    }
    return frame["country_of_origin"].map(once)
