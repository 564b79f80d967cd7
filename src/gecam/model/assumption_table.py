"""The table of defaults: every assumption with its value and what it rests on."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, replace
from importlib.resources import files
from typing import Any

import pandas as pd

from gecam._signature import checked
from gecam.model.assumptions import Assumptions
from gecam.model.fixed import FIXED
from gecam.model.odds_ratio_prior import OddsRatioPrior
from gecam.model.odds_ratio_priors import PRIOR_ROWS, OddsRatioPriors
from gecam.model.stock import ATTRIBUTES, DefaultStatus


@dataclass(frozen=True, slots=True)
class Default:
    """What one field of `Assumptions` means and rests on.

    Parameters
    ----------
    name
        Field of `Assumptions`.
    unit, meaning
        In plain words.
    status
        ``judged`` (no calibration), ``calibrated`` or ``estimated`` (from published figures; `basis`
        says n and source), ``rule`` (a choice of method, not a number), or ``given`` (another value
        than the default).
    basis
        What it rests on.
    """

    name: str
    unit: str
    meaning: str
    status: DefaultStatus
    basis: str


DEFAULTS: tuple[Default, ...] = (
    Default(
        "odds_ratio",
        "odds ratio",
        "odds ratio of migrants other than refugees against non-migrants: median, interval, and how "
        "its variance is shared between countries",
        "estimated",
        "published pairs of migrants and residents, by kind of row; with each stands how many "
        "countries it rests on, or what it is judged near",
    ),
    Default(
        "odds_ratio_acts_on",
        "",
        "'country': the odds ratio acts once, on the united needs of a country's crises, which "
        "share the result by their parts; 'crisis': on each crisis by itself, so that a plan "
        "that is split in two gives another answer",
        "rule",
        "a person in need in one place is in need once",
    ),
    Default(
        "protection_in_need",
        "",
        "share in need of refugees, asylum-seekers and others in need of protection: a published "
        "count where there is one, else by the kind of source of the row's figure ('by_source'): "
        "'planned' (a factor on UNHCR's register before the plan) for needs plans, 'measured' (an odds "
        "ratio against residents) for analyses, surveys and hazards; each of these two can be asked "
        "for all rows; 'published': the count, else the prior below; 'national' gives them the share "
        "of residents, 'one' counts all of them",
        "rule",
        "plans count refugees by rule, surveys measure them; of 9 later counts of plans 8 lie in the "
        "90 % intervals of 'planned' and 2 in those of 'published'",
    ),
    Default(
        "protection_share_mean",
        "share",
        "mean share of refugees in need where the "
        "plan covers it and publishes no count (where refugees are 'published')",
        "calibrated",
        "mean of 16 comparable published counts of recognised refugees 2021-2024 (0.82 to 1.04, "
        "clipped at 1); a planning rule more than a measurement",
    ),
    Default(
        "protection_logit_sd",
        "logit",
        "noise of that share between plans (where refugees are 'published')",
        "calibrated",
        "the same 16 counts have a standard deviation of 0.056, which needs a wider spread than the "
        "largest that keeps one peak (1.4, giving 0.052)",
    ),
    Default(
        "planned_factor",
        "mean, log sd",
        "refugees whom a plan counts in need, over UNHCR's register at the end of the year before; may "
        "exceed 1 (needs plans)",
        "estimated",
        "10 counts of country plans until 2024; 8 of 9 counts of 2025 and 2026, held out, lie in their "
        "intervals of 90 %; a rule of planning, not a measurement",
    ),
    Default(
        "planned_earlier_weight",
        "probability",
        "that a plan counts by the register of one year earlier (needs plans)",
        "estimated",
        "the same 10 counts: Afghanistan's are those of the older register",
    ),
    Default(
        "refugee_odds_ratio",
        "odds ratio",
        "of refugees against residents, of need and of exposure (analyses, surveys and hazards)",
        "judged",
        "need: near hunger after aid in Uganda, Lebanon and Bangladesh (k = 3; 1.6 to 2.3; poverty, 4 "
        "to 14, is not mixed in); exposure: between 1 and 2.7, Türkiye 2023 (k = 1)",
    ),
    Default(
        "chapter_in_need",
        "",
        "how a number in need errs that a country's chapter of a regional plan publishes beside the "
        "people present: 'share_of_present': people present, with the error of a register, times a "
        "share with the spread of the grade; 'count': the number itself has that spread, and may "
        "exceed the people present, as until version 0.2.0",
        "rule",
        "nobody is in need who is not present",
    ),
    Default(
        "inside_stock",
        "Beta(a, b)",
        "share of UNHCR's refugees that is already inside the stock, "
        "where the publisher added them and where it does not say",
        "judged",
        "Beta(8, 2) and Beta(4, 4)",
    ),
    Default(
        "stock_log_sd",
        "log",
        "error of a published stock by how it was made",
        "calibrated",
        "root mean square of log ratios among figures of UN DESA's 2019 and 2020 revisions that the "
        "next revision changed: measured 0.23 (n = 71), citizenship 0.34 (n = 21); extrapolated as "
        "measured, at least; imputed judged (n = 2)",
    ),
    Default(
        "stock_after_onset",
        "",
        "other migrants after an onset that lies behind the last figure: 'with_residents': their "
        "share of the residents is that of the onset, so that they leave and return as everybody does; "
        "'both_held': migrants and residents are those of the onset, wherever they are now; 'held': "
        "the migrants of the onset among the residents of the reference date, as until version 0.2.0",
        "rule",
        "numerator and denominator of a share are of one date",
    ),
    Default(
        "relative_presence",
        "ratio",
        "how present other migrants still are after an onset, relative to the residents: people born "
        "beyond a border that moved, others in countries of settled migrants, and others elsewhere "
        "('with_residents')",
        "judged",
        "1 for all; a level of the multiverse has 0.6 for others elsewhere, as third-country workers "
        "and students left sooner (0.4 to 0.9; k = 3: Ukraine 2022 0.55, Libya 2011 0.57, Sudan 2023 "
        "0.74, none of them derived again from packaged figures)",
    ),
    Default(
        "border_changes",
        "",
        "which rows are flagged BORDER_CHANGE and take its odds ratio: 'by_corridor': those of other "
        "migrants of whom a twentieth (flag) or half (odds ratio) were born beyond a border that "
        "moved; 'by_country': all rows of countries whose borders changed, refugees too, as until "
        "version 0.2.0",
        "rule",
        "a border moved past people from some origins, not past all who live in a country",
    ),
    Default(
        "frozen_log_sd",
        "log",
        "error of a stock after an onset that lies behind the last figure: how many migrants are still "
        "present, relative to the residents",
        "judged",
        "nobody counted after the onset; revisions say nothing about such stocks",
    ),
    Default(
        "drift_log_sd",
        "log per root year",
        "unpredictable change of a stock in a country with an active crisis",
        "judged",
        "revisions give 0.30 (90 % 0.13 to 0.40; 11 cases in 9 crisis countries, too few) and 0.09 "
        "in other countries (n = 85)",
    ),
    Default(
        "end_correlation",
        "",
        "correlation of the errors of two dates of one series",
        "calibrated",
        "correlation of the changes of two dates five years apart, where UN DESA's next revision "
        "changed a series (n = 104; 0.84 and 0.75 in the two pairs of revisions)",
    ),
    Default(
        "growth_cap",
        "per year",
        "largest growth carried beyond the last figure",
        "judged",
        "the uncapped figure is shown beside; capping lowers the error of growth among revised "
        "stocks in crisis countries from 0.39 to 0.30 per root year (n = 11)",
    ),
    Default(
        "stock_correlation",
        "",
        "correlation of the errors of stock totals of one edition",
        "judged",
        "one publisher, one method; two pairs of revisions are two draws of what is shared",
    ),
    Default(
        "change_correlation",
        "",
        "correlation of the errors of change since the stocks' date, of stocks of one edition",
        "judged",
        "one publisher extrapolates most series, and what it misses (a pandemic, a boom) it misses "
        "everywhere: at least as much as of the stocks themselves",
    ),
    Default(
        "grade_logit_sd",
        "logit",
        "noise of a share at fixed population by grade",
        "judged",
        "B lies between a lower reading (0.07: INFORM repeats the plan's figure in 22 of 24) and an "
        "upper one (0.27: the 4 of 27 country plans that differ between OCHA's two tables of 2022); "
        "C below an upper one (0.48: 4 of 6 appeals)",
    ),
    Default(
        "subnational_logit_sd",
        "logit",
        "added where the footprint covers some areas and migrants by area are not known (without "
        "local_place)",
        "judged",
        "ecological error: 0.28 if nothing is known of where migrants live (15 countries, itself "
        "judged), 0.87 where refugees live (4 countries)",
    ),
    Default(
        "local_place",
        "",
        "where groups live when an event is confined to places and nobody counted them there: Beta "
        "with the mean of the residents' part, at least least_share, and this concentration (1: few of "
        "them or most); in_need: share in need there, where the residents of the places are not "
        "stated. None: spread over the country like residents, with subnational_logit_sd",
        "judged",
        "refugees live in few places: TURKIYE; Nigeria's plan of 2024 has half of those in its three "
        "states in need",
    ),
    Default(
        "pin_correlation",
        "",
        "correlation of people-in-need errors of one publisher and year",
        "judged",
        "one method, one season",
    ),
    Default(
        "unknown_scope_weight",
        "probability",
        "that a plan of unknown scope counts everybody "
        "present (else nationals only), independently by country; 1 where it has more people in need "
        "than there are nationals",
        "judged",
        "no information",
    ),
    Default(
        "overlap",
        "",
        "dependence of overlapping crises: copula correlation uniform between "
        "independence and complete overlap",
        "judged",
        "crises share vulnerable areas",
    ),
    Default(
        "area_kappa",
        "concentration",
        "of the Dirichlet distribution of migrants over areas where they were counted (200 for a "
        "census, 50 for displacement tracking); 10 for areas where nobody counted, and in maps of an "
        "event the concentration of local_place",
        "judged",
        "no country of the editions publishes its migrants by area",
    ),
    Default(
        "undercount",
        "Beta(a, b), or factor and log sd",
        "share of other migrants whom the stock misses; or, by type of country, the mean of a factor "
        "from the stock to people present, and its log sd; none by default, as it must come from a "
        "coverage study or an expert",
        "rule",
        "",
    ),
    Default(
        "redistribute_unknown_origins",
        "",
        "divide people of unknown origin among the listed origins in proportion",
        "rule",
        "small origins are what statisticians lump together, so the default shows them apart",
    ),
    Default(
        "composition_log_sd",
        "log",
        "error of an origin's weight in a destination's stock, at every size",
        "calibrated",
        "log ratios of shares of revised corridors between UN DESA's revisions: about 0.4 at all "
        "sizes (90th centile over 1.645; n = 3,689 in 75 destinations); a usual one moves by 0.1, "
        "the root mean square is 0.4 to 0.7",
    ),
    *(
        Default(f"{name}_log_sd", "log", x.meaning, x.status, x.basis)
        for name, x in ATTRIBUTES.items()
    ),
    Default(
        "apply_onset_rule",
        "",
        "carry the growth of a stock to the onset of a crisis after the last figure, not across it",
        "rule",
        "growth is not carried across an onset",
    ),
    Default("apply_growth", "", "carry the last growth rate to the reference date", "rule", ""),
    Default(
        "apply_relations",
        "",
        "apply supersedes, disjoint, within and overlaps in country totals; "
        "without them shares of all crises overlap",
        "rule",
        "",
    ),
)


@checked
def defaults(assumptions: Assumptions | None = None) -> pd.DataFrame:
    """Return every assumption with its value, its meaning, and what it rests on.

    Parameters
    ----------
    assumptions
        Those to show; the defaults of the package by default.

    Returns
    -------
    pandas.DataFrame
        One row per assumption, one per kind of row of the odds ratio, and one for each number that
        the method fixes (`gecam.model.FIXED`): ``name``, ``value`` (as text), ``unit``, ``meaning``,
        ``status``
        (``calibrated`` or ``estimated``: from published figures; ``judged``: no calibration;
        ``rule``: a choice of method; ``given``: another value than the default, whose basis it does
        not have), ``basis``. Of the odds ratio the status says k, the number of
        countries with pairs.

    Examples
    --------
    >>> table = gc.defaults().set_index("name")
    >>> table.at["odds_ratio/need", "status"]
    'estimated, k = 10'
    >>> table.at["growth_cap", "value"], table.at["growth_cap", "status"]
    ('0.15', 'judged')
    """
    values = assumptions or Assumptions()
    rows = [
        row for d in DEFAULTS for row in _rows(default_or_given(d, values), getattr(values, d.name))
    ]
    rows += [row for d in fixed_defaults() for row in _rows(d, getattr(FIXED, d.name, d.unit))]
    return pd.DataFrame(rows, columns=["name", "value", "unit", "meaning", "status", "basis"])


@checked
def default_or_given(default: Default, assumptions: Assumptions) -> Default:
    """Return what the value of an assumption rests on: that of the default, if it is the default.

    Parameters
    ----------
    default
        One of `DEFAULTS`.
    assumptions
        Those of a run. An odds ratio tells by itself what it rests on, for each kind of row.
    """
    value, usual = (getattr(a, default.name) for a in (assumptions, Assumptions()))
    if default.name == "odds_ratio" or value == usual:
        return default
    basis = f"the default is {usual}; what this value rests on is not stated"
    return replace(default, status="given", basis=basis)


def status_text(status: str) -> str:
    """Return what a number rests on, a status of `defaults`, as a reader sees it."""
    return status.replace("judged", "expert judgement")


def fixed_defaults() -> tuple[Default, ...]:
    """Return what each number of `FIXED` means, and what is no number: its unit is then its value."""
    text = (files("gecam.model") / "fixed.csv").read_text(encoding="utf-8")
    rows: list[dict[str, Any]] = [*csv.DictReader(text.splitlines())]
    return tuple(Default(**row) for row in rows)


def _rows(default: Default, value: object) -> Iterator[tuple[str, ...]]:
    """Yield the rows of one assumption: one, or one for each kind of row of an estimate."""
    if not isinstance(value, OddsRatioPriors):
        status, basis = str(default.status), default.basis
        if isinstance(value, OddsRatioPrior):
            status, basis = "judged", "one prior for all rows"
        yield default.name, str(value), default.unit, default.meaning, status, basis
        return
    kinds = ((PRIOR_ROWS[name], name, held) for name, held in value.rows.items())
    countries = ((f"{name}, people in need", name, held) for name, held in value.countries.items())
    for meaning, name, held in (*kinds, *countries):
        key = f"odds_ratio/{name}"
        yield key, str(held.prior), default.unit, meaning, held.text, held.basis
    for name, factor in value.factors.items():
        meaning, status, basis = _FACTORS[name]
        yield f"odds_ratio/{name}", f"{factor:.4g}", "factor", meaning, status, basis
    yield (
        "odds_ratio/drift", f"{value.log_sd_per_root_year:g}", "log per root year",
        "change of a country's odds ratio between its pair and the figure", "estimated, n = 12",
        "national surveys of one series",
    )  # fmt: skip


_OF_THE_MEDIAN = "multiplies the medians of need, of the same places and of sudden onsets"
_FACTORS = {
    "citizenship": (f"{_OF_THE_MEDIAN}, stock by citizenship", "rule", "what the others refer to"),
    "birth": (
        f"{_OF_THE_MEDIAN}, stock of people born abroad", "judged, k = 2",
        "near 1/1.3: surveys of Spain and of the European Union that ask both",
    ),
    "unknown": (f"{_OF_THE_MEDIAN}, basis not stated", "judged, k = 0", "half way between the two"),
    "high_income": (
        f"{_OF_THE_MEDIAN}, countries of high income", "estimated, k = 10",
        "five countries of high income against five others, shrunk to 1",
    ),
}  # fmt: skip
