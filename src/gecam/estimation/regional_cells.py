"""People of regional plans by host country: which figure each has, and its draws."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import cast

import numpy as np
import pandas as pd

from gecam._signature import checked
from gecam._typing import FloatArray
from gecam.errors import InputError
from gecam.estimation.added_inputs import hash_of
from gecam.model import FIXED, Assumptions, Grade, RegionalPlans, group_of_chapter
from gecam.results import (
    SECOND_READING,
    SELECTIONS,
    CellBasis,
    CellTotal,
    CompleteEstimates,
    Estimates,
    PresentCount,
    RegionalCell,
)
from gecam.uncertainty import Fixed, LogitNormal, LogNormal, Streams, addresses

WITH_REFUGEES = ("all", "union", "excluding_border_changes")


@checked
def complete_estimates(
    est: Estimates,
    plans: RegionalPlans,
    *,
    present: PresentCount = "register",
    streams: Streams | None = None,
) -> CompleteEstimates:
    """Add the people whom country plans leave to regional plans; nobody stands in two cells.

    Parameters
    ----------
    est
        The answer of country-level plans, people in need, of a scope with refugees: ``all``, ``union``,
        ``excluding_border_changes``.
    plans
        The regional plans of the same year (`gecam.load_regional_plans`).
    present
        Whose count of the people present is multiplied by a plan's share: ``register`` (UNHCR's), or
        ``second reading`` (what R4V, a government or the plan itself counts, where its chapter tells
        it; the register elsewhere).
    streams
        Random numbers of the regional plans; None (the default) are those of the seed of `est`.

    Returns
    -------
    CompleteEstimates
        Cells by host, origin and group. A cell takes its figure from one plan, the first that applies:
        a country plan whose scope includes the group; people in need that the country's chapter
        states of that group alone; people present by UNHCR's register times the plan's share. People
        are present at the end of the year before the plan, or of its own year where the crisis began
        later. Where a chapter tells the people present, those in need are a share of these in every
        draw (``Assumptions.chapter_in_need``).

    Raises
    ------
    InputError
        If the measure is not people in need, the scope leaves refugees out, or a chapter has more
        people in need than are present.

    Examples
    --------
    >>> est = gc.estimate(gc.load_edition("2022"), draws=400, seed=1)
    >>> cells = gc.complete_estimates(est, gc.load_regional_plans("2022")).table()
    >>> cells = cells.set_index(["destination", "origin"])
    >>> cells.loc[("LBN", "SYR"), ["total", "basis"]].tolist()
    ['country in crisis', 'published']
    """
    if est.measure != "in_need" or est.scope not in WITH_REFUGEES:
        raise InputError(
            "people of regional plans are added to people in need of a scope with refugees, such as "
            "'all': got "
            f"{est.measure!r} of the scope {est.scope!r}."
        )
    published = _published_by_plan(est, plans)
    second = plans.second_reading() if present == "second reading" else pd.Series(dtype=float)
    cells = tuple(_once(_cells(plans, est.assumptions, second), _Standing.of(est)))
    cells = tuple(_limited(cells, published))
    return CompleteEstimates(
        est, cells, _draws(cells, est, plans, streams), _plans(plans, published, cells), plans,
        hash_of(est.provenance.config_sha256, (plans, present)), present,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Standing:
    """Which groups of which countries have a figure of a country-level plan."""

    estimated: frozenset[tuple[str, str]]
    left: frozenset[tuple[str, str]]

    @classmethod
    def of(cls, est: Estimates) -> _Standing:
        """Return the groups with and without draws in the total of country-level plans."""
        draws = est.unions[SELECTIONS[1]].draws
        with_figure = {p for p, row in zip(est.places, draws, strict=True) if not np.isnan(row[0])}
        return cls(frozenset(with_figure), frozenset(set(est.places) - with_figure))

    def total(self, place: str, group: str) -> CellTotal:
        """Return where a group of a country stands: a group that no plan tells is in its others."""
        if place not in {country for country, _ in self.estimated | self.left}:
            return "host country"
        return "country in crisis" if (place, group) in self.left else "country plan"


def _once(cells: Iterator[RegionalCell], standing: _Standing) -> Iterator[RegionalCell]:
    """Yield each group of an origin in a host once, with where it stands."""
    seen: set[tuple[str, str, str]] = set()
    for cell in cells:
        people = cell.destination, cell.origin, cell.group
        if people in seen and cell.basis != "published":  # chapters name groups that are apart
            continue
        seen.add(people)
        total = standing.total(cell.destination, cell.group)
        if total == "country plan":
            yield replace(cell, total=total, basis="country plan", people=np.nan, flags=())
        elif cell.basis == "none":
            yield cell
        else:
            yield replace(cell, total=total)


def _cells(
    plans: RegionalPlans, a: Assumptions, second: pd.Series[float]
) -> Iterator[RegionalCell]:
    """Yield cells with their figures: those that are published, then plans by their number of hosts.

    A refugee plan of one country comes before the regional plan that names the same people.
    """
    usable = plans.chapters[plans.chapters["use"] == "in_need"]
    for row in usable.to_dict("records"):
        yield _published(row, plans)
    order = plans.plans["hosts"].str.count(r"\|").sort_values(kind="stable").index
    for plan in plans.plans.loc[order].to_dict("records"):
        share = _share(str(plan["crisis"]), plans, a)
        for host in str(plan["hosts"]).split("|"):
            for origin in str(plan["origins"]).split("|"):
                if origin != host:  # those who returned are at home
                    cell = _registered(plan, host, origin, plans)
                    yield _with_share(_read_again(cell, second), share)


def _published(row: Mapping[str, object], plans: RegionalPlans) -> RegionalCell:
    """Return the cell of a published number in need of one group alone."""
    host, origin = str(row["host"]), str(row["origin"])
    return RegionalCell(
        str(row["crisis"]), str(row["plan"]), host, origin, group_of_chapter(row), str(row["group"]),
        "none", "published", cast("float", row["in_need"]), cast("float", row["present"]),
        plans.registered(plans.year).get((host, origin), np.nan), plans.year - 1, np.nan,
        cast("Grade", FIXED.chapter_grades[str(row["confidence"])]),
        ("UNRWA",) if origin == "PSE" else (),
    )  # fmt: skip


def _registered(
    plan: Mapping[str, object], host: str, origin: str, plans: RegionalPlans
) -> RegionalCell:
    """Return the cell of people present by the register, without a share."""
    onset = cast("pd.Timestamp", plan["onset"]).year  # NaN without one
    year = plans.year - 1
    before, present, after = _year_ends(plans, host, origin)
    flags: tuple[str, ...] = ()
    most = FIXED.register_growth
    if onset > year and after > most * np.nan_to_num(present):  # arrivals
        year, present, after, flags = year + 1, after, np.nan, ("REGISTER_AFTER_ONSET",)
    elif after > FIXED.register_growth * present or (
        present > FIXED.register_growth * before and onset != year
    ):
        flags = ("REGISTER_CHANGED",)
    basis: CellBasis = "none" if np.isnan(present) or present == 0 else "register"
    return RegionalCell(
        str(plan["crisis"]), str(plan["plan"]), host, origin, "protection", "",
        "none", basis, np.nan, present, after, year, np.nan, "D", flags,
    )  # fmt: skip


def _read_again(cell: RegionalCell, second: pd.Series[float]) -> RegionalCell:
    """Return a cell with people present by another count than the register, where there is one."""
    present = float(second.get((cell.destination, cell.origin), np.nan))
    if np.isnan(present):
        return cell
    return replace(cell, basis="register", present=present, flags=(SECOND_READING,))


def _year_ends(plans: RegionalPlans, host: str, origin: str) -> tuple[float, float, float]:
    """Return people present at the last three year-ends, up to that of the plan's own year."""
    two_before, before, own = (
        float(plans.registered(year).get((host, origin), np.nan))
        for year in range(plans.year - 2, plans.year + 1)
    )
    return two_before, before, own


@dataclass(frozen=True, slots=True)
class _PlanShare:
    """Share of people present who are in need, of one plan."""

    quantity: LogitNormal
    grade: Grade
    flags: tuple[str, ...] = ()


def _share(crisis: str, plans: RegionalPlans, a: Assumptions) -> _PlanShare:
    """Return the published share of a plan, else the rule's."""
    rows = plans.shares[[crisis.endswith(f"-{plan}") for plan in plans.shares["plan"]]]
    if rows.empty:
        rule = LogitNormal.from_mean(a.protection_share_mean, a.protection_logit_sd)
        return _PlanShare(rule, "D", ("PLAN_SHARE_BY_RULE",))
    row = rows.iloc[0]
    return _PlanShare(LogitNormal.from_mean(row["mean"], row["logit_sd"]), row["grade"])


def _with_share(cell: RegionalCell, share: _PlanShare) -> RegionalCell:
    """Return a cell of the register with its people in need."""
    if cell.basis != "register":
        return cell
    mean = float(share.quantity.mean)
    return replace(
        cell, people=cell.present * mean, share=mean, grade=share.grade,
        flags=(*cell.flags, *share.flags),
    )  # fmt: skip


def _limited(
    cells: tuple[RegionalCell, ...], published: Mapping[str, float]
) -> Iterator[RegionalCell]:
    """Yield cells whose sum by plan, at their means, is at most what the plan publishes."""
    parts = {crisis: _part(cells, crisis, whole) for crisis, whole in published.items()}
    for cell in cells:
        part = parts[cell.crisis]
        if cell.basis == "register" and part < 1:
            yield replace(
                cell, people=cell.people * part, share=cell.share * part,
                flags=(*cell.flags, "REGISTER_LIMITED"),
            )  # fmt: skip
        else:
            yield cell


def _part(cells: tuple[RegionalCell, ...], crisis: str, published: float) -> float:
    """Return which part of a plan's register cells its published number leaves room for, at most 1."""
    same = [cell for cell in cells if cell.crisis == crisis and not np.isnan(cell.people)]
    stated = sum(cell.people for cell in same if cell.basis == "published")
    counted = sum(cell.people for cell in same if cell.basis == "register")
    if not stated + counted > published:
        return 1.0
    return max(published - stated, 0.0) / counted if counted else 0.0


def _draws(
    cells: tuple[RegionalCell, ...], est: Estimates, plans: RegionalPlans, given: Streams | None
) -> FloatArray:
    """Return draws of each cell that is added to a total; NaN for the others."""
    n = est.draws.shape[1]
    streams = given or est.provenance.streams

    @cache
    def of_plan(crisis: str) -> tuple[float, FloatArray]:
        share = _share(crisis, plans, est.assumptions).quantity
        scores = streams.normal(*addresses.regional_share(crisis), 0, n)
        return float(share.mean), share.at_score(scores)

    of_year = cache(lambda year_end: _year_error(year_end, streams, n))  # of many cells
    out = np.full((len(cells), n), np.nan)
    for i, cell in enumerate(cells):
        if cell.total not in ("country in crisis", "host country"):
            continue
        if cell.basis == "published":
            out[i] = _published_draws(cell, est.assumptions, streams, n)
            continue
        mean, share = of_plan(cell.crisis)
        out[i] = (
            _registered_draws(cell, cell.people / mean, of_year(cell.year_end), streams) * share
        )
    return out


def _published_draws(cell: RegionalCell, a: Assumptions, streams: Streams, n: int) -> FloatArray:
    """Draw people in need whom a chapter publishes: a share of those present, where it tells them."""
    spread = a.grade_logit_sd[cell.grade]
    if _errs_as_count(cell, a):
        return LogNormal(cell.people, spread).at_score(_own_scores(cell, streams, n))
    if cell.people > cell.present:
        raise InputError(
            f"the chapter of {cell.destination} in {cell.crisis} has {cell.people:,.0f} in need of "
            f"{cell.present:,.0f} present ({cell.who}). Hosts or expected arrivals are likely in the "
            "first: give those in need of the people present, or leave people present empty."
        )
    mean = cell.people / cell.present
    share = LogitNormal.from_mean(mean, spread) if 0 < mean < 1 else Fixed(mean)
    scores = streams.normal(
        *addresses.regional_chapter(cell.crisis, cell.destination, cell.who), 0, n
    )
    return people_present(cell, a, streams, n) * share.at_score(scores)


def people_present(cell: RegionalCell, a: Assumptions, streams: Streams, n: int) -> FloatArray:
    """Draw the people present of a cell, of whom its people in need are a share.

    Parameters
    ----------
    cell
        Of `complete_estimates`.
    a
        Assumptions of the answer: where a chapter's number in need errs as a count
        (``chapter_in_need="count"``), people present are as its chapter tells them.
    streams, n
        Random numbers of the regional plans, and how many draws.

    Returns
    -------
    numpy.ndarray
        Persons, shape (n,); NaN where they are not told.
    """
    if not cell.present > 0 or (cell.basis == "published" and _errs_as_count(cell, a)):
        return np.full(n, cell.present)
    return _registered_draws(cell, cell.present, _year_error(cell.year_end, streams, n), streams)


def _errs_as_count(cell: RegionalCell, a: Assumptions) -> bool:
    """Return whether a chapter's number in need has its spread by itself, not as a share."""
    return a.chapter_in_need == "count" or not cell.present > 0


def _registered_draws(
    cell: RegionalCell, people: float, of_year: FloatArray, streams: Streams
) -> FloatArray:
    """Draw people present of this mean: a host's own error, times that which a year-end shares."""
    scores = _own_scores(cell, streams, of_year.size)
    return LogNormal(people, FIXED.register_log_sd).at_score(scores) * of_year


def _year_error(year_end: int, streams: Streams, n: int) -> FloatArray:
    """Draw the error of the register that all hosts of a year-end share, as a factor of mean 1."""
    scores = streams.normal(*addresses.register_shared(year_end), 0, n)
    return LogNormal(1.0, FIXED.register_log_sd).at_score(scores)


def _own_scores(cell: RegionalCell, streams: Streams, n: int) -> FloatArray:
    own = addresses.regional_cell(cell.crisis, cell.destination, cell.who)
    return streams.normal(*own, 0, n)


def _published_by_plan(est: Estimates, plans: RegionalPlans) -> dict[str, float]:
    """Return refugees and migrants in need of each plan, as published; NaN where they are not."""
    listed = {plan.crisis.id: plan.published_migrants for plan in est.plans}
    chapters = plans.chapters
    whole = chapters[(chapters["use"] == "by_plan") & (chapters["contents"] == "people")]
    summed = whole.groupby("crisis")["in_need"].sum(min_count=1)
    named = {*plans.plans["crisis"], *chapters["crisis"]}
    return {
        crisis: summed.get(crisis, np.nan)
        if np.isnan(listed.get(crisis, np.nan))
        else listed[crisis]
        for crisis in sorted(named)
    }


def _plans(
    plans: RegionalPlans, published: Mapping[str, float], cells: tuple[RegionalCell, ...]
) -> pd.DataFrame:
    """Return what each plan published of refugees and migrants in need, and how much has a country."""
    rows = plans.plans[["crisis", "plan"]].copy()
    rows["published"] = [published[crisis] for crisis in rows["crisis"]]
    rows["by_country"] = [
        float(np.nansum([cell.people for cell in cells if cell.crisis == crisis]))
        for crisis in rows["crisis"]
    ]
    rows["not_by_country"] = rows["published"] - rows["by_country"]
    return rows
