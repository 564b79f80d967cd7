"""The questions of the comparability checklist, each answered from the records."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from gecam.model import Incidents
from gecam.mortality.sources import named_sources

Answer = Literal["yes", "partly", "no", "unknown"]

# Thresholds [judgement]: shares from which a property is called present or absent.
MOST, SOME = 0.8, 0.5
DOMINANT = 0.4  # one source behind so many incidents: its coming and going looks like a trend
JUMP = 0.25  # change of a source's share of incidents from one year to the next
CONCENTRATED = 0.1  # share of deaths in the largest incident
PROVISIONAL_MONTHS = 12  # late reports keep arriving for about so long


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the checklist: a question, its answer, the evidence, and what follows."""

    question: str
    answer: Answer
    evidence: str
    consequence: str = ""


COVERAGE = "Is every month of the period covered?"
LATEST = "Are the latest months complete?"
SOURCES = "Do the records come from many sources?"
EFFORT = "Did the sources stay the same?"
QUALITY = "Is most of the count well sourced?"
PARTS = "Are dead and missing recorded apart?"
CUMULATIVE = "Are all records single incidents?"
SEX = "Is the sex of most of the dead recorded?"
AGE = "Is it recorded which of the dead were children?"
ORIGIN = "Is the country of origin of most known?"
SPREAD = "Are the deaths spread over many incidents?"
DETECTION = "Is it known what share of deaths is recorded?"


CheckFunction = Callable[[pd.DataFrame, pd.Series, Incidents], Check]


def _graded(share: float) -> Answer:
    return "yes" if share >= MOST else "partly" if share >= SOME else "no"


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def _coverage(frame: pd.DataFrame, _row: pd.Series, _incidents: Incidents) -> Check:
    months = frame["month"].dropna().dt.to_period("M")
    if months.empty:
        return Check(COVERAGE, "unknown", "no record states its month")
    span = pd.period_range(months.min(), months.max(), freq="M")
    covered = months.nunique()
    return Check(
        COVERAGE,
        _graded(covered / len(span)),
        f"{covered} of {len(span)} months from {span[0]} to {span[-1]} have a record",
        "A month without a record may be a month without deaths or without anyone who looked.",
    )


def _latest(frame: pd.DataFrame, _row: pd.Series, incidents: Incidents) -> Check:
    last = incidents.last_date
    recent = frame["month"].ge(last - pd.DateOffset(months=PROVISIONAL_MONTHS))
    people = frame["dead_and_missing"]
    return Check(
        LATEST,
        "partly",
        f"the last record is of {last.date()}; {_share(people[recent].sum(), people.sum()):.0%} of "
        f"the dead and missing fall in the {PROVISIONAL_MONTHS} months before",
        "Late reports raise recent months: leave out the last year, or compare files of one date.",
    )


def _source_shares(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the share of each year's incidents that names each source."""
    named = frame["information_source"].map(named_sources)
    each = pd.DataFrame({"year": frame["year"], "source": named}).explode("source").dropna()
    return pd.crosstab(each["year"], each["source"]).div(frame.groupby("year").size(), axis=0)


def _sources(frame: pd.DataFrame, _row: pd.Series, _incidents: Incidents) -> Check:
    named = frame["information_source"].map(named_sources)
    if not named.map(bool).any():
        return Check(SOURCES, "unknown", "the file names no sources")
    counts = named.explode().value_counts()
    top, share = counts.index[0], counts.iloc[0] / len(frame)
    alone = named.map(len).eq(1).mean()
    return Check(
        SOURCES,
        "no" if share >= DOMINANT else "partly" if share >= DOMINANT / 2 else "yes",
        f"{counts.size} named sources; '{top}' is named in {share:.0%} of incidents; {alone:.0%} "
        "of incidents name one source only",
        "Where one source carries the count, the count follows its presence.",
    )


def _effort(frame: pd.DataFrame, _row: pd.Series, _incidents: Incidents) -> Check:
    shares = _source_shares(frame)
    if shares.shape[0] < 2:
        return Check(EFFORT, "unknown", "sources of at least two years are needed")
    change = shares.diff().iloc[1:].reset_index().melt("year", value_name="step")
    jumps = change[change["step"].abs() >= JUMP].sort_values("step", key=abs, ascending=False)
    if jumps.empty:
        return Check(EFFORT, "yes", f"no source's share moved by {JUMP:.0%} within a year")
    listed = "; ".join(
        f"'{row.source}' {shares.loc[row.year, row.source] - row.step:.0%} -> "
        f"{shares.loc[row.year, row.source]:.0%} in {row.year:.0f}"
        for row in jumps.head(3).itertuples()
    )
    return Check(
        EFFORT,
        "no",
        f"{len(jumps)} jump(s) of a source's share of incidents: {listed}",
        "Give these dates to trend() as breaks; a change at them is not a change in deaths.",
    )


def _quality(_frame: pd.DataFrame, row: pd.Series, _incidents: Incidents) -> Check:
    stated = row["at_least"] - row["quality_unstated"]
    if not stated:
        return Check(QUALITY, "unknown", "the file has no source quality")
    good = row["quality_3"] + row["quality_4"] + row["quality_5"]
    return Check(
        QUALITY,
        _graded(good / row["at_least"]),
        f"{good / row['at_least']:.0%} of dead and missing have source quality 3 to 5",
        "Low quality means one uncorroborated source, not that the deaths did not happen.",
    )


def _parts(_frame: pd.DataFrame, row: pd.Series, _incidents: Incidents) -> Check:
    if pd.isna(row["dead"]):
        return Check(PARTS, "no", "the file gives dead and missing as one number")
    return Check(
        PARTS,
        "yes",
        f"{row['dead']:,.0f} dead and {row['missing']:,.0f} missing at least; in "
        f"{_share(row['incidents_with_missing_component'], row['incidents']):.0%} of incidents one "
        "of the two is not recorded",
        "Unrecorded is taken as none: the total is a minimum.",
    )


def _cumulative(frame: pd.DataFrame, row: pd.Series, _incidents: Incidents) -> Check:
    if frame["kind"].eq("unstated").mean() > SOME:
        return Check(
            CUMULATIVE,
            "unknown",
            "the file does not tell cumulative records from incidents",
            "Counts of incidents and sizes may be off; sums of people are not.",
        )
    people = frame.loc[frame["kind"].eq("cumulative"), "dead_and_missing"].sum()
    return Check(
        CUMULATIVE,
        "yes" if not people else "partly",
        f"{row['cumulative_records']:.0f} cumulative records hold {people:,.0f} people",
        "Cumulative records are left out of counts of incidents, rates and models of incidents.",
    )


def _sex(_frame: pd.DataFrame, row: pd.Series, _incidents: Incidents) -> Check:
    share = 1 - _share(row["sex_unstated"], row["at_least"])
    return Check(SEX, _graded(share), f"recorded for {share:.0%} of dead and missing")


def _age(frame: pd.DataFrame, row: pd.Series, _incidents: Incidents) -> Check:
    is_stated = frame["children"].le(frame["dead_and_missing"].fillna(0))
    share = _share(frame.loc[is_stated, "dead_and_missing"].sum(), row["at_least"])
    return Check(
        AGE,
        _graded(share),
        f"{row['children'] if is_stated.any() else 0:,.0f} children recorded; their number is stated "
        f"for incidents with {share:.0%} of dead and missing",
        "Not recorded is not none: a share of children needs incidents where age was looked at.",
    )


def _origin(frame: pd.DataFrame, row: pd.Series, _incidents: Incidents) -> Check:
    is_stated = ~frame["country_of_origin"].isin({"", "UNK"})
    share = _share(frame.loc[is_stated, "dead_and_missing"].sum(), row["at_least"])
    return Check(ORIGIN, _graded(share), f"stated for {share:.0%} of dead and missing")


def _spread(frame: pd.DataFrame, row: pd.Series, _incidents: Incidents) -> Check:
    single = frame.loc[frame["kind"].ne("cumulative"), "dead_and_missing"]
    share = _share(single.fillna(0).max(), row["at_least"]) if len(single) else 0.0
    return Check(
        SPREAD,
        "yes" if share < CONCENTRATED else "partly",
        f"the largest of {row['incidents']:,.0f} incidents holds {share:.0%} of dead and missing",
        "Use intervals that know about wrecks (compound_interval), not a Poisson interval.",
    )


def _detection(_frame: pd.DataFrame, _row: pd.Series, _incidents: Incidents) -> Check:
    return Check(
        DETECTION,
        "unknown",
        "records cannot tell what was not recorded; several independent lists can tell part of it",
        "Two minima cannot be ranked: the one that is better recorded looks worse.",
    )


CHECKS: tuple[CheckFunction, ...] = (
    _coverage, _latest, _sources, _effort, _quality, _parts, _cumulative, _sex, _age, _origin,
    _spread, _detection,
)  # fmt: skip
