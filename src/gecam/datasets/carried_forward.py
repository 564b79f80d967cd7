"""Published figures carried forward to a month: what was public by then, and a case made of it."""

from __future__ import annotations

import calendar
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from itertools import pairwise
from math import log
from typing import NamedTuple

import pandas as pd

from gecam._signature import checked
from gecam.datasets.edition_names import EDITIONS, packaged_rows
from gecam.datasets.editions import load_edition
from gecam.errors import InputError
from gecam.model import (
    AFTER_ONSET,
    NEXT_FIGURE,
    Case,
    Crisis,
    FigureDistribution,
    Footprint,
    checked_month,
)

FIRST_MONTH, LAST_MONTH = f"{int(EDITIONS[0]) - 1}-12", f"{EDITIONS[-1]}-11"
"""Months between the launch of the first packaged plans and the month before the next launch."""
_COLUMNS = (
    "crisis", "destination", "people", "published", "age", "dating", "source", "onset", "inform",
    "alarm",
)  # fmt: skip
_SAME, _MOVED, _ALARM_MONTHS = log(1.03), log(1.05), 3


class Dated(NamedTuple):
    """A published figure of a plan: persons, the month, how the month is known, and the source."""

    published: str
    people: float
    dating: str
    source: str


@dataclass(frozen=True)
class Carried:
    """The latest figure of a plan that was public in a month, and what INFORM said then.

    Parameters
    ----------
    footprint
        The edition's footprint of the plan; of the year before, where the plan had no figure yet.
    figure
        As it was published.
    onset
        Month of a listed sudden onset since, without a revision; empty without one.
    inform
        INFORM's people in need of the country, persons; None where it has none.
    alarm
        Month, of the last three, in which INFORM moved to a number that no plan has; empty without.
    distribution
        Of the next published figure; None where no next one is to be expected.
    """

    footprint: Footprint
    figure: Dated
    onset: str
    inform: float | None
    alarm: str
    distribution: FigureDistribution | None

    @property
    def people(self) -> float:
        """Persons: after an unrevised onset the larger of the figure and INFORM's."""
        seen = self.inform if self.onset and self.inform is not None else 0.0
        return max(self.figure.people, seen)


@checked
def figures_at(month: str) -> pd.DataFrame:
    """Return the figures of people in need that were public in a month; no network.

    Parameters
    ----------
    month
        ``YYYY-MM``, from 2021-12 to the month before the next launch of plans (2026-11).

    Returns
    -------
    pandas.DataFrame
        One row per plan with a figure: ``crisis``; ``destination`` (ISO3, empty for a plan that spans
        countries); ``people`` (persons); ``published`` (month) and ``age`` (months since);
        ``dating``, how the month is known: ``launch`` (all plans of a year come out in the December
        before), ``stated`` (by the source), ``recalled`` (by the compiler, not checked) or
        ``assumed``; ``source`` (its id, or words); ``onset`` (month of a listed sudden onset since,
        without a revision); ``inform`` (INFORM Severity's people in need then, persons; it moves no
        number but after such an onset); ``alarm`` (month, of the last three, in which INFORM moved
        to a number that no plan has: look for an onset or a revision).

    Raises
    ------
    InputError
        If the month is none, or outside that range.

    Examples
    --------
    >>> from gecam.datasets import figures_at
    >>> sudan = figures_at("2023-04").set_index("crisis").loc["2023-SDN"]
    >>> sudan["people"], sudan["published"], sudan["onset"]
    (np.float64(15800000.0), '2022-12', '2023-04')
    >>> figures_at("2023-06").set_index("crisis").loc["2023-SDN", ["people", "age"]].tolist()
    [24681639.0, 1.0]
    """
    month = _checked(month)
    rows = [
        (
            c.footprint.crisis, c.footprint.destination, c.people, c.figure.published,
            _months(c.figure.published, month), c.figure.dating, c.figure.source, c.onset,
            c.inform, c.alarm,
        )
        for c in _carried(month)
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=list(_COLUMNS)).astype({"people": float, "inform": float})


@checked
def case_at(month: str) -> Case:
    """Load the figures that were public in a month as a case, carried forward; no network.

    Parameters
    ----------
    month
        ``YYYY-MM``, from 2021-12 to the month before the next launch of plans (2026-11).

    Returns
    -------
    Case
        Plans of the edition in force (plans of a year come out in the December before), those whose
        figure was public by the end of the month (`figures_at`). Stock and registered people are
        brought to its last day, from the figures packaged today. A country plan, or an appeal that
        replaces one, has the distribution of its *next published figure*
        (`gecam.model.FigureDistribution`) in place of the noise of its grade: intervals are of what
        will be published next, and the figure is its median. Other plans keep their noise. Rows are
        flagged ``CARRIED_FORWARD`` and, after a listed onset without a revision,
        ``UNREVISED_AFTER_ONSET``, with the grade E.

    Raises
    ------
    InputError
        If the month is none, or outside that range.

    Notes
    -----
    No nowcast: what changes between publications is not seen. In a back-test nothing foresaw the next
    figure better than the last, INFORM's monthly figures included (docs, *Figures carried forward*).
    Whom a figure covers is known from documents of the whole year.

    Examples
    --------
    >>> case = gc.case_at("2026-03")
    >>> est = gc.estimate(case.restrict(["SDN"]), draws=400)
    >>> "CARRIED_FORWARD" in est.by("destination").summary()["flags"].item()
    True
    """
    month = _checked(month)
    edition, carried = _edition(month), {c.footprint.crisis: c for c in _carried(month)}
    when = _last_day(month)
    silent = {
        c.id for c in edition.crises
        if not any(f.crisis == c.id for f in edition.footprints)
        and (c.onset is None or c.onset <= when)
    }  # fmt: skip
    ids = {*carried, *silent}
    crises = tuple(
        replace(
            c, reference_date=when, relations=tuple(r for r in c.relations if r.other in ids)
        )
        for c in edition.crises
        if c.id in ids
    )  # fmt: skip
    left_out = {k: v for k, v in edition.left_out_of_totals.items() if k in ids}
    return replace(
        edition, crises=crises, footprints=tuple(_footprint(c, month) for c in carried.values()),
        left_out_of_totals=left_out, name=month,
    )  # fmt: skip


def _footprint(carried: Carried, month: str) -> Footprint:
    """Return the footprint of a figure that is carried forward."""
    figure, is_judged = carried.figure, carried.distribution is AFTER_ONSET
    age = _months(figure.published, month)
    note = (
        f"Published {figure.published} ({figure.dating}), {age} months before the end of {month}."
    )
    return replace(
        carried.footprint, people=carried.people, next_figure=carried.distribution,
        grade="E" if is_judged else carried.footprint.grade,
        note=" ".join(filter(None, (carried.footprint.note, note))),
    )  # fmt: skip


def _carried(month: str) -> Iterator[Carried]:
    """Yield the latest figure of each plan of the edition in force."""
    edition = _edition(month)
    latest = {f.crisis: _latest(f.crisis, month) for f in edition.footprints}
    newest: dict[str, str] = {}
    for f in edition.footprints:
        if (figure := latest[f.crisis]) is not None:
            newest[f.destination] = max(newest.get(f.destination, ""), figure.published)
    for f in edition.footprints:
        footprint, figure = f, latest[f.crisis]
        crisis = edition.crisis(f.crisis)
        if figure is None and crisis.plan_type == "country_plan":
            footprint, figure = _of_year_before(f, month)
        if figure is not None:
            since = newest.get(f.destination, figure.published)
            onset = _onset_since(f.destination, since, month)
            yield Carried(
                footprint, figure, onset if _is_of_country(crisis, edition) else "",
                _inform(f.destination).get(_at_most(_inform(f.destination), month)),
                _alarm(f.destination, month), _distribution(crisis, edition, onset),
            )  # fmt: skip


def _is_of_country(crisis: Crisis, case: Case) -> bool:
    """Whether a plan is a country's own, which is published anew each year, or replaces one."""
    plans = [crisis, *(case.crisis(r.other) for r in crisis.relations if r.kind == "supersedes")]
    return any(plan.plan_type == "country_plan" for plan in plans)


def _distribution(crisis: Crisis, case: Case, onset: str) -> FigureDistribution | None:
    if not _is_of_country(crisis, case):
        return None
    return AFTER_ONSET if onset else NEXT_FIGURE


def _of_year_before(footprint: Footprint, month: str) -> tuple[Footprint, Dated | None]:
    """Return the country plan of the year before, under the id of this one, and its latest figure."""
    year = int(footprint.crisis[:4]) - 1
    if str(year) not in EDITIONS:
        return footprint, None
    before = load_edition(year)
    for f in before.by_place.get(footprint.destination, ()):
        if before.crisis(f.crisis).plan_type == "country_plan":
            return replace(f, crisis=footprint.crisis), _latest(f.crisis, month)
    return footprint, None


def _latest(crisis: str, month: str) -> Dated | None:
    """Return the latest figure of a plan that was public in a month; None where none was."""
    public = [figure for figure in _figures()[crisis] if figure.published <= month]
    return public[-1] if public else None


def _onset_since(place: str, published: str, month: str) -> str:
    """Return the month of the last listed onset after a publication; empty without one."""
    return max((m for m in _onsets().get(place, ()) if published < m <= month), default="")


def _alarm(place: str, month: str) -> str:
    """Return the last month, of three, in which INFORM moved to a number that no plan has."""
    values = [*_inform(place).items()]
    alarms = [
        now
        for (_, before), (now, people) in pairwise(values)
        if now <= month
        and _months(now, month) < _ALARM_MONTHS
        and abs(log(people / before)) > _MOVED
        and not any(abs(log(people / x)) <= _SAME for x in _public(place, now))
    ]
    return alarms[-1] if alarms else ""


def _public(place: str, month: str) -> list[float]:
    """Return all figures of a country's plans that were public in a month, and their sums by year."""
    figures: list[float] = []
    sums: dict[str, float] = {}
    for crisis, dated in _figures().items():
        of_plan = [f.people for f in dated if crisis[5:8] == place and f.published <= month]
        figures += of_plan
        sums[crisis[:4]] = sums.get(crisis[:4], 0.0) + sum(of_plan[-1:])
    return [*figures, *filter(None, sums.values())]


@cache
def _figures() -> Mapping[str, Sequence[Dated]]:
    """Return the dated figures of every plan, in the order of publication."""
    figures: dict[str, list[Dated]] = {}
    for row in _rows("figures"):
        dated = Dated(row["published"], float(row["people"]), row["dating"], row["source"])
        figures.setdefault(row["crisis"], []).append(dated)
    return figures


@cache
def _onsets() -> Mapping[str, Sequence[str]]:
    """Return the months of listed sudden onsets by country."""
    onsets: dict[str, list[str]] = {}
    for row in _rows("onsets"):
        onsets.setdefault(row["iso3"], []).append(row["month"])
    return onsets


@cache
def _inform(place: str) -> Mapping[str, float]:
    """Return INFORM's people in need of a country by the month from which it said so."""
    return {r["month"]: float(r["people"]) for r in _rows("inform") if r["iso3"] == place}


def _at_most(values: Mapping[str, float], month: str) -> str:
    return max((m for m in values if m <= month), default="")


def _rows(name: str) -> list[dict[str, str]]:
    return packaged_rows("months", f"{name}.csv")


def _checked(month: str) -> str:
    """Return a month of the range that the packaged figures speak for."""
    month = str(checked_month(month, "month"))
    if not FIRST_MONTH <= month <= LAST_MONTH:
        raise InputError(
            f"month must lie between {FIRST_MONTH}, when the first packaged plans came out, and "
            f"{LAST_MONTH}, before the next ones: got {month}."
        )
    return month


def _edition(month: str) -> Case:
    """Return the edition of the plans in force: those of a year come out in the December before."""
    return load_edition(int(month[:4]) + (month[5:] == "12"))


def _last_day(month: str) -> date:
    year, number = int(month[:4]), int(month[5:])
    return date(year, number, calendar.monthrange(year, number)[1])


def _months(first: str, last: str) -> int:
    """Return the months from one to another."""
    return 12 * (int(last[:4]) - int(first[:4])) + int(last[5:]) - int(first[5:])
