"""Event sets: people affected by each event, and its yearly rate."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd
from scipy.special import betainc, gammaincc

from gecam._signature import check_fields, checked
from gecam._typing import ArrayLike, FloatArray, IntArray, NonNegative, WholeNumber
from gecam.codes import country_code
from gecam.errors import InputError, NotEstimatedError
from gecam.model import DisplacementTable
from gecam.results import Message, message

Unit = Literal["people", "movements", "migrants"]
MIN_EVENTS = 10  # [judgement] of a record: with fewer the yearly number is known to a factor of two
SIGNIFICANT = 0.05
MOVEMENTS = message("MOVEMENTS_NOT_PEOPLE")


@dataclass(frozen=True, eq=False)
class EventSet:
    """Events with the people affected and the yearly rate of each.

    Parameters
    ----------
    people
        Shape ``(event,)``, or ``(event, draw)`` where it is uncertain; >= 0, none missing.
    rate
        How often the event comes, per year; shape ``(event,)``, >= 0. Of a record of n years, 1/n.
    unit
        What `people` counts: ``people``, ``movements`` (a person who fled twice counts twice) or
        ``migrants``.
    year
        Year of each event of a record; None for the event set of a model.
    period
        First and last year of the record, both within; None for a model.
    at_least
        Smallest event of the set, in `unit`.
    notes_messages
        What was left out, and what the record cannot say; `notes` are their texts.

    Raises
    ------
    InputError
        If numbers are missing or negative, or shapes differ.
    """

    people: FloatArray
    rate: FloatArray
    unit: Unit = "people"
    year: IntArray | None = None
    period: tuple[int, int] | None = None
    at_least: NonNegative = 0.0
    notes_messages: tuple[Message, ...] = ()

    @property
    def notes(self) -> tuple[str, ...]:
        """What was left out, and what the record cannot say, as text."""
        return tuple(map(str, self.notes_messages))

    def __post_init__(self) -> None:
        check_fields(self)
        people, rate = (np.asarray(x, dtype=np.float64) for x in (self.people, self.rate))
        if people.ndim not in {1, 2} or rate.shape != people.shape[:1]:
            raise InputError(
                f"events need people of shape (event,) or (event, draw) and as many rates: got "
                f"{people.shape} and {rate.shape}"
            )
        for name, values in (("people", people), ("rates", rate)):
            if not (np.isfinite(values).all() and (values >= 0).all()):
                raise InputError(f"{name} of events must be 0 or more, none missing")
        object.__setattr__(self, "people", people)
        object.__setattr__(self, "rate", rate)

    def __len__(self) -> int:
        """Return the number of events."""
        return len(self.rate)

    @property
    def years(self) -> int:
        """Length of the record in years; 0 for the event set of a model."""
        return self.period[1] - self.period[0] + 1 if self.period is not None else 0

    @property
    def average_annual(self) -> FloatArray:
        r"""Average annual number, :math:`\sum_e r_e L_e`, exactly; one value, or one per draw."""
        return np.asarray(self.rate @ self.people)

    @property
    def counts(self) -> IntArray:
        """Number of recorded events in each year of the period; shape ``(year,)``."""
        if self.period is None or self.year is None:
            raise InputError("the event set of a model has no years")
        return np.bincount(self.year - self.period[0], minlength=self.years).astype(np.int64)

    @property
    def dispersion(self) -> tuple[float, float]:
        """Index of dispersion of the yearly counts (variance over mean) and its p-value, as Poisson.

        The p-value is that of the chi-squared test of Fisher, Thornton & Mackenzie (1922). Well above 1
        with a small p-value: bad years come in runs, and the chance of a bad year is larger than
        independent events say.
        """
        counts = self.counts
        if counts.sum() == 0 or self.years < 2:
            return float("nan"), float("nan")
        index = float(counts.var(ddof=1) / counts.mean())
        df = self.years - 1
        return index, float(gammaincc(df / 2, index * df / 2))

    @property
    def growth(self) -> tuple[float, float]:
        """Events per year in the later half of the record over the earlier, and a p-value.

        Given all events, those of the later half are binomial if nothing changed (two-sided exact
        test). A small p-value says that reporting, exposure or climate changed, not which.
        """
        counts, half = self.counts, self.years // 2
        early, late = int(counts[:half].sum()), int(counts[-half:].sum()) if half else 0
        n = early + late
        if n == 0:
            return float("nan"), float("nan")
        smaller = min(early, late)
        # P(X <= k) of Binomial(n, 1/2) is the regularised incomplete beta I_{1/2}(n - k, k + 1).
        tail = 1.0 if smaller == n else float(betainc(n - smaller, smaller + 1, 0.5))
        return (late / early if early else float("inf")), min(1.0, 2 * tail)

    @checked
    def as_people(self, people_per_movement: float, *, basis: str) -> EventSet:
        """Turn movements into people by a stated factor.

        Parameters
        ----------
        people_per_movement
            In (0, 1]: people displaced per movement. There is no default, since nobody measured a
            general one.
        basis
            Where the factor comes from, such as the name of a survey; it stands in the notes.

        Raises
        ------
        InputError
            If the events are not movements, the factor is out of range, or no basis is stated.
        """
        if self.unit != "movements":
            raise InputError(f"only movements are turned into people: these count {self.unit}")
        if not 0 < people_per_movement <= 1:
            raise InputError(
                f"people_per_movement must lie in (0, 1]: got {people_per_movement}. A movement is of "
                "one person, who may move again."
            )
        if not basis.strip():
            raise InputError("state the basis of people_per_movement, such as a survey")
        notes = (note for note in self.notes_messages if note != MOVEMENTS)
        note = message("PEOPLE_PER_MOVEMENT", factor=people_per_movement, basis=basis)
        return replace(
            self, people=self.people * people_per_movement, unit="people",
            notes_messages=(*notes, note),
            at_least=self.at_least * people_per_movement,
        )  # fmt: skip


@checked
def recorded_events(
    table: DisplacementTable | pd.DataFrame,
    iso3: str,
    *,
    first: WholeNumber,
    last: WholeNumber | None = None,
    at_least: NonNegative = 0.0,
    unit: Unit | None = None,
    covers: tuple[int, int] | None = None,
) -> EventSet:
    """Return the recorded events of one country, each with the rate 1 / years.

    Parameters
    ----------
    table
        IDMC's disaster events (`gecam.io.read_gidd`), whose unit is movements; or your own table,
        such as an extract of EM-DAT, with the columns ``iso3``, ``year``, ``people`` (and
        ``event``).
    iso3
        Country, by ISO3 code or name.
    first, last
        Years of the record, both within; `last` is the last year of the table by default. There is no
        default for `first`, as it decides how much of reporting's growth is in the rates: IDMC's
        events begin in 2008, and lists of disasters are fairly complete from 2000 on.
    at_least
        Leave out smaller events, in the table's unit, >= 0: reports of small ones grew most.
    unit
        Of a table of your own; ``people`` by default.
    covers
        First and last year that the table would have events of, if there were any; by default those
        of its first and last event, of any country. State it for an extract of one country.

    Returns
    -------
    EventSet
        With notes on blanks, repeated rows, and whether the number of reported events grew.

    Raises
    ------
    InputError
        If columns are missing, or the years are not within the table.
    NotEstimatedError
        If the record has no event of the country that could be used.

    Examples
    --------
    >>> from gecam.preparedness import recorded_events
    >>> table = pd.DataFrame({"iso3": ["MOZ", "MOZ", "MOZ", "KEN"],
    ...                       "year": [2019, 2019, 2021, 2018], "people": [9e4, None, 3e4, 1e3]})
    >>> events = recorded_events(table, "MOZ", first=2018)
    >>> events.average_annual.item(), events.notes[0]
    (30000.0, '1 event without a number of people: left out, so that the average is too low')
    """
    iso3 = country_code(iso3)
    rows = _rows(table)
    kind: Unit = "movements" if isinstance(table, DisplacementTable) else (unit or "people")
    start, end = covers or (int(rows["year"].min()), int(rows["year"].max()))
    stop = end if last is None else last
    if not start <= first <= stop <= end:
        raise InputError(
            f"the record must lie within {start} to {end}, the years of the table: got "
            f"{first} to {stop}. If the table covers more years than it has "
            "events of, state them by covers=."
        )
    here = rows[rows["iso3"].eq(iso3) & rows["year"].between(first, stop)]
    used = here[here["people"].gt(0) & here["people"].ge(at_least)]
    if used.empty:
        raise NotEstimatedError(
            f"no event of {iso3} with a number of people in {first} to {stop}: this is not zero risk"
        )
    events = EventSet(
        used["people"].to_numpy(dtype=np.float64),
        np.full(len(used), 1 / (stop - first + 1)),
        kind,
        used["year"].to_numpy(dtype=np.int64),
        (first, stop),
        at_least,
    )
    notes = (*_omissions(here, used), *([MOVEMENTS] if kind == "movements" else []))
    return replace(events, notes_messages=(*notes, *_changes(events)))


def _omissions(here: pd.DataFrame, used: pd.DataFrame) -> Iterator[Message]:
    """Yield what rows without people, and rows that repeat, do to the figures of a record."""
    if blank := int(here["people"].isna().sum()):
        yield message(
            "EVENTS_WITHOUT_PEOPLE" if blank > 1 else "EVENT_WITHOUT_PEOPLE", number=blank
        )
    repeated = int(used.duplicated(["year", "event"]).sum()) if "event" in used else 0
    if repeated:
        yield message("EVENTS_REPEATED", number=repeated)


@checked
def by_first_year(
    table: DisplacementTable | pd.DataFrame,
    iso3: str,
    first_years: ArrayLike,
    *,
    at_least: NonNegative = 0.0,
) -> pd.DataFrame:
    """Return what the choice of the first year does to the record's figures.

    Parameters
    ----------
    table, iso3, at_least
        Table of events, country by ISO3 code or name, and smallest event, as in `recorded_events`.
    first_years
        Years to compare, such as ``[2000, 2005, 2010]``.

    Returns
    -------
    pandas.DataFrame
        One row per first year: ``first``, ``years``, ``events``, ``average_annual`` (in the table's
        unit), ``events_growth`` (later half over earlier) and ``p_value``.

    Notes
    -----
    The table shows the choice and does not make it. A later first year follows the growth of reporting
    and has fewer bad years: an average that rises with the first year may come from either. Take
    the year from how the record was collected, never from the result.
    """
    rows = []
    for first in np.asarray(first_years, dtype=np.int64):
        events = recorded_events(table, iso3, first=int(first), at_least=at_least)
        growth, p = events.growth
        rows.append(
            (int(first), events.years, len(events), float(events.average_annual), growth, p)
        )
    names = ["first", "years", "events", "average_annual", "events_growth", "p_value"]
    return pd.DataFrame(rows, columns=names)


def _rows(table: DisplacementTable | pd.DataFrame) -> pd.DataFrame:
    if isinstance(table, DisplacementTable):
        rows = table.rows
        is_disaster = rows["measure"].eq("movements") & rows["cause"].eq("disaster")
        if not is_disaster.any():
            raise InputError(
                "the table has no disaster events: conflict displacement is published by year, and a "
                "year is not an event"
            )
        return rows[is_disaster].rename(columns={"value": "people"})
    missing = [name for name in ("iso3", "year", "people") if name not in table]
    if missing:
        raise InputError(f"the table of events lacks the columns {', '.join(missing)}")
    numbers = table[["year", "people"]].apply(pd.to_numeric, errors="coerce")
    if numbers["year"].isna().any() or numbers["people"].lt(0).any() or table.empty:
        raise InputError("every event needs a year, and people of 0 or more or blank")
    return table.assign(year=numbers["year"].astype("int64"), people=numbers["people"])


def _changes(events: EventSet) -> Iterator[Message]:
    ratio, p = events.growth
    if p < SIGNIFICANT:
        yield message("MORE_EVENTS_LATER" if ratio > 1 else "FEWER_EVENTS_LATER", times=ratio)
    index, p = events.dispersion
    if p < SIGNIFICANT and index > 1:
        yield message("YEARS_VARY", times=index)
