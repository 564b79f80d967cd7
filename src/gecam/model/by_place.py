"""Tables by place: the figures of each country, cut from the sorted rows of an input table once."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
import pandas as pd

from gecam._typing import Array, FloatArray, IntArray
from gecam.model.fixed import FIXED


@dataclass(frozen=True)
class Origins:
    """Who lives in one destination at one date, by origin.

    Parameters
    ----------
    code, people
        Origins, sorted; persons.
    shares
        By attribute, such as ``sex``, and class: share of the people of each origin, shape
        ``(origin,)``; NaN where it is not published. The last class is what the others leave.
    """

    code: Array
    people: FloatArray
    shares: Mapping[str, Mapping[str, FloatArray]]

    @cached_property
    def position(self) -> Mapping[str, int]:
        """Where each origin stands."""
        return {code: i for i, code in enumerate(self.code)}


@dataclass(frozen=True, slots=True)
class PlaceStock:
    """The stock of one destination.

    Parameters
    ----------
    figures, origins
        Persons by date, in the order of dates, summed over origins and sexes; and who they are.
    basis, refugees_added, is_imputed
        As in `Stock.basis`.
    """

    figures: Mapping[date, float]
    origins: Mapping[date, Origins]
    basis: str = "unknown"
    refugees_added: bool = False
    is_imputed: bool = False


def stocks(
    people: pd.DataFrame,
    totals: pd.Series,
    basis: pd.DataFrame,
    attributes: Mapping[str, Sequence[str]],
) -> dict[str, PlaceStock]:
    """Cut a stock by destination; its rows are sorted, and its totals are by destination and date."""
    (d, destinations), (o, origins) = (_coded(people[x]) for x in ("destination", "origin"))
    t, days = pd.factorize(_days(people), sort=True)
    cell, row_cell = np.unique((d * len(days) + t) * len(origins) + o, return_inverse=True)
    persons = people["people"].to_numpy()
    number = np.asarray(np.bincount(row_cell, persons), dtype=np.float64)
    shares = {
        name: _class_shares(people[name].to_numpy(dtype=object), classes, persons, row_cell)
        for name, classes in attributes.items()
    }
    place_day, origin = np.divmod(cell, len(origins) or 1)
    parts: dict[str, dict[date, Origins]] = {}
    for rows in _runs(place_day):
        place, day = divmod(int(place_day[rows.start]), len(days))
        here = Origins(
            origins[origin[rows]],
            number[rows],
            {a: {c: share[rows] for c, share in of.items()} for a, of in shares.items()},
        )
        parts.setdefault(destinations[place], {})[days[day]] = here
    figures: dict[str, dict[date, float]] = {}
    for (destination, as_of), total in totals.items():
        figures.setdefault(destination, {})[as_of.date()] = total
    counted = basis.set_index("destination").to_dict("index")
    return {
        place: PlaceStock(of_place, parts[place], **counted.get(place, {}))
        for place, of_place in figures.items()
    }


def _class_shares(
    labels: Array, classes: Sequence[str], persons: FloatArray, cell: IntArray
) -> dict[str, FloatArray]:
    """Return the share of each class in each cell; NaN where it is not published, or of nobody."""
    number = np.asarray(np.bincount(cell, persons), dtype=np.float64)
    number[np.bincount(cell, labels == "total") > 0] = np.nan
    shares: dict[str, FloatArray] = {}
    for name in classes[:-1]:
        people = np.bincount(cell, persons * (labels == name))
        shares[name] = np.divide(people, number, out=np.full(number.size, np.nan), where=number > 0)
    return shares | {classes[-1]: 1 - np.sum([*shares.values()], axis=0)}


@dataclass(frozen=True, slots=True)
class YearEnds:
    """People in need of protection by country of asylum, origin and year-end.

    Parameters
    ----------
    days
        All year-ends of the table, sorted.
    places
        Of each country of asylum: origins, sorted, and persons by origin (rows) and year-end
        (columns), 0 where none are reported.
    """

    days: Sequence[date]
    places: Mapping[str, tuple[Array, FloatArray]]

    def is_near(self, when: date) -> bool:
        """Whether year-ends lie on both sides of a day, or one within a year of it."""
        return self._around(when) is not None

    def at(self, place: str, when: date) -> tuple[Array, FloatArray]:
        """Return origins with anybody, and persons, interpolated to a day; none if none is near."""
        around = self._around(when)
        if around is None or place not in self.places:
            return np.empty(0, dtype=object), np.empty(0)
        (before, after), (origins, people) = around, self.places[place]
        persons = people[:, before]
        if before < after:
            start, end = self.days[before], self.days[after]
            weight = (when - start) / (end - start)
            persons = persons * (1 - weight) + people[:, after] * weight
        is_there = persons > 0
        return origins[is_there], persons[is_there]

    def _around(self, when: date) -> tuple[int, int] | None:
        """Return positions of the year-ends before and after a day, or twice that of the nearest."""
        after = bisect_left(self.days, when)
        if 0 < after < len(self.days) and self.days[after] != when:
            return after - 1, after
        nearest = _nearest(self.days, when)
        return None if nearest is None else (nearest, nearest)


def year_ends(people: pd.DataFrame) -> YearEnds:
    """Cut UNHCR's table by country of asylum; people who are in their own country are left out."""
    t, days = pd.factorize(_days(people), sort=True)
    abroad = people["origin"].to_numpy() != people["destination"].to_numpy()
    (d, destinations), (o, origins) = (_coded(people[x][abroad]) for x in ("destination", "origin"))
    pair, row_pair = np.unique(d * len(origins) + o, return_inverse=True)
    table = np.zeros((len(pair), len(days)))
    columns = people.loc[abroad, ["refugees", "asylum_seekers", "oip"]].fillna(0.0)
    table[row_pair, t[abroad]] = columns.to_numpy().sum(axis=1)
    place, origin = np.divmod(pair, len(origins) or 1)
    places = {
        destinations[place[rows.start]]: (origins[origin[rows]], table[rows])
        for rows in _runs(place)
    }
    return YearEnds(list(days), places)


@dataclass(frozen=True, slots=True)
class Residents:
    """Residents of one place: dates, sorted, and persons."""

    days: Sequence[date]
    people: Sequence[float]

    def at(self, when: date, onsets: Iterable[date] = ()) -> float | None:
        """Return persons at a day: exact, interpolated, or the nearest within a year.

        Figures before and after one of the onsets of crises do not stand for each other, unless there
        is no other within a year.
        """
        if onsets := tuple(onsets):
            same_side = self._same_side(when, onsets).at(when)
            if same_side is not None:
                return same_side
            nearest = _nearest(self.days, when)
            return None if nearest is None else self.people[nearest]
        after = bisect_left(self.days, when)
        if 0 < after < len(self.days) and self.days[after] != when:
            points = self._points(after - 1, after)
            if _is_line(points):
                return _on_line(points, when)
        nearest = _nearest(self.days, when)
        return None if nearest is None else self.people[nearest]

    def before(self, onset: date) -> float | None:
        """Return persons on the day before a crisis began, from figures of before alone.

        The growth between the last two is carried on from the last one; None if that is over a year
        earlier.
        """
        last = bisect_left(self.days, onset) - 1
        if last < 0 or (onset - self.days[last]).days > FIXED.near_days:
            return None
        points = self._points(last - 1, last) if last > 0 else ()
        return _on_line(points, onset) if points and _is_line(points) else self.people[last]

    def _same_side(self, when: date, onsets: Sequence[date]) -> Residents:
        """Return the figures between the onsets around a day."""
        start = max((onset for onset in onsets if onset <= when), default=date.min)
        end = min((onset for onset in onsets if onset > when), default=date.max)
        here = slice(bisect_left(self.days, start), bisect_left(self.days, end))
        return Residents(self.days[here], self.people[here])

    def _points(self, *positions: int) -> tuple[tuple[date, float], ...]:
        return tuple((self.days[i], self.people[i]) for i in positions)


def _is_line(points: Sequence[tuple[date, float]]) -> bool:
    """Whether growth between two figures means something: both positive, at most ten years apart."""
    (start, n0), (end, n1) = points
    return (end - start).days <= 10 * FIXED.near_days and n0 > 0 and n1 > 0


def _on_line(points: Sequence[tuple[date, float]], when: date) -> float:
    """Return persons at a day, on the line of the logarithm through two figures."""
    (start, n0), (end, n1) = points
    weight = (when - start) / (end - start)
    return float(n0 ** (1 - weight) * n1**weight)


def residents(people: pd.DataFrame) -> dict[str, Residents]:
    """Cut a table of residents by place; its rows are sorted."""
    code, places = _coded(people["place"])
    days, persons = _days(people).tolist(), people["people"].tolist()
    return {places[code[rows.start]]: Residents(days[rows], persons[rows]) for rows in _runs(code)}


def _nearest(days: Sequence[date], when: date) -> int | None:
    """Return the position of the nearest day, the first of two; None if it is over a year away."""
    after = bisect_left(days, when)
    around = [i for i in (after - 1, after) if 0 <= i < len(days)]
    near = [i for i in around if abs((days[i] - when).days) <= FIXED.near_days]
    return min(near, key=lambda i: abs(days[i] - when), default=None)


def _coded(column: pd.Series) -> tuple[IntArray, Array]:
    """Return positions in the sorted list of different texts, and that list."""
    position, texts = pd.factorize(column.to_numpy(dtype=object), sort=True)
    return position, texts


def _days(people: pd.DataFrame) -> Array:
    return np.asarray(people["as_of"].to_numpy("datetime64[D]"), dtype=object)


def _runs(key: IntArray) -> Iterator[slice]:
    """Yield the runs of equal neighbours of a sorted column."""
    ends = np.flatnonzero(np.diff(key, prepend=-1, append=-1))
    return map(slice, ends[:-1].tolist(), ends[1:].tolist())
