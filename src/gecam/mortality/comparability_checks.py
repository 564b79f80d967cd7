"""The questions of the comparability checklist, each answered from the records."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from gecam.model import Incidents
from gecam.mortality.sources import named_sources
from gecam.results import Message, message

Answer = Literal["yes", "partly", "no", "unknown"]

# Thresholds [judgement]: shares from which a property is called present or absent.
MOST, SOME = 0.8, 0.5
DOMINANT = 0.4  # one source behind so many incidents: its coming and going looks like a trend
JUMP = 0.25  # change of a source's share of incidents from one year to the next
CONCENTRATED = 0.1  # share of deaths in the largest incident
PROVISIONAL_MONTHS = 12  # late reports keep arriving for about so long


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the checklist: a question, its answer, the evidence, and what follows.

    Parameters
    ----------
    code
        Code of the question, such as `COVERAGE`.
    answer
        ``yes``, ``partly``, ``no`` or ``unknown``.
    evidence_message
        The evidence.
    consequence_code
        Code of what follows; empty for nothing.
    """

    code: str
    answer: Answer
    evidence_message: Message
    consequence_code: str = ""

    @property
    def question(self) -> str:
        """The question."""
        return str(message(self.code))

    @property
    def evidence(self) -> str:
        """What the answer rests on."""
        return str(self.evidence_message)

    @property
    def consequence(self) -> str:
        """What follows; empty for nothing."""
        return str(message(self.consequence_code)) if self.consequence_code else ""


COVERAGE = "QUESTION_COVERAGE"
LATEST = "QUESTION_LATEST"
SOURCES = "QUESTION_SOURCES"
EFFORT = "QUESTION_EFFORT"
QUALITY = "QUESTION_QUALITY"
PARTS = "QUESTION_PARTS"
CUMULATIVE = "QUESTION_CUMULATIVE"
SEX = "QUESTION_SEX"
AGE = "QUESTION_AGE"
ORIGIN = "QUESTION_ORIGIN"
SPREAD = "QUESTION_SPREAD"
DETECTION = "QUESTION_DETECTION"


CheckFunction = Callable[[pd.DataFrame, pd.Series, Incidents], Check]


def _graded(share: float) -> Answer:
    return "yes" if share >= MOST else "partly" if share >= SOME else "no"


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def _coverage(frame: pd.DataFrame, _row: pd.Series, _incidents: Incidents) -> Check:
    months = frame["month"].dropna().dt.to_period("M")
    if months.empty:
        return Check(COVERAGE, "unknown", message("NO_MONTH"))
    span = pd.period_range(months.min(), months.max(), freq="M")
    covered = months.nunique()
    ends = {"first": str(span[0]), "last": str(span[-1])}
    told = message("MONTHS_WITH_RECORD", covered=covered, months=len(span), **ends)
    return Check(COVERAGE, _graded(covered / len(span)), told, "MONTH_WITHOUT_RECORD")


def _latest(frame: pd.DataFrame, _row: pd.Series, incidents: Incidents) -> Check:
    last = incidents.last_date
    recent = frame["month"].ge(last - pd.DateOffset(months=PROVISIONAL_MONTHS))
    people = frame["dead_and_missing"]
    share = _share(people[recent].sum(), people.sum())
    told = message("LAST_RECORD", on=last.date(), share=share, months=PROVISIONAL_MONTHS)
    return Check(LATEST, "partly", told, "LATE_REPORTS")


def _source_shares(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the share of each year's incidents that names each source."""
    named = frame["information_source"].map(named_sources)
    each = pd.DataFrame({"year": frame["year"], "source": named}).explode("source").dropna()
    return pd.crosstab(each["year"], each["source"]).div(frame.groupby("year").size(), axis=0)


def _sources(frame: pd.DataFrame, _row: pd.Series, _incidents: Incidents) -> Check:
    named = frame["information_source"].map(named_sources)
    if not named.map(bool).any():
        return Check(SOURCES, "unknown", message("NO_SOURCES"))
    counts = named.explode().value_counts()
    top, share = counts.index[0], counts.iloc[0] / len(frame)
    alone = named.map(len).eq(1).mean()
    answer: Answer = "no" if share >= DOMINANT else "partly" if share >= DOMINANT / 2 else "yes"
    told = message("NAMED_SOURCES", number=counts.size, top=str(top), share=share, alone=alone)
    return Check(SOURCES, answer, told, "ONE_SOURCE")


def _effort(frame: pd.DataFrame, _row: pd.Series, _incidents: Incidents) -> Check:
    shares = _source_shares(frame)
    if shares.shape[0] < 2:
        return Check(EFFORT, "unknown", message("FEW_YEARS"))
    change = shares.diff().iloc[1:].reset_index().melt("year", value_name="step")
    jumps = change[change["step"].abs() >= JUMP].sort_values("step", key=abs, ascending=False)
    if jumps.empty:
        return Check(EFFORT, "yes", message("NO_JUMP", jump=JUMP))
    moved = ((shares.loc[row.year, row.source], row) for row in jumps.head(3).itertuples())
    listed = "; ".join(
        str(message("JUMP", source=row.source, before=now - row.step, after=now, year=row.year))
        for now, row in moved
    )
    told = message("JUMPS", number=len(jumps), jumps=listed)
    return Check(EFFORT, "no", told, "JUMPS_ARE_BREAKS")


def _quality(_frame: pd.DataFrame, row: pd.Series, _incidents: Incidents) -> Check:
    stated = row["at_least"] - row["quality_unstated"]
    if not stated:
        return Check(QUALITY, "unknown", message("NO_QUALITY"))
    good = (row["quality_3"] + row["quality_4"] + row["quality_5"]) / row["at_least"]
    return Check(QUALITY, _graded(good), message("GOOD_QUALITY", share=good), "LOW_QUALITY")


def _parts(_frame: pd.DataFrame, row: pd.Series, _incidents: Incidents) -> Check:
    if pd.isna(row["dead"]):
        return Check(PARTS, "no", message("ONE_NUMBER"))
    share = _share(row["incidents_with_missing_component"], row["incidents"])
    told = message("DEAD_AND_MISSING", dead=row["dead"], missing=row["missing"], share=share)
    return Check(PARTS, "yes", told, "TOTAL_IS_MINIMUM")


def _cumulative(frame: pd.DataFrame, row: pd.Series, _incidents: Incidents) -> Check:
    if frame["kind"].eq("unstated").mean() > SOME:
        told = message("CUMULATIVE_NOT_TOLD")
        return Check(CUMULATIVE, "unknown", told, "COUNTS_MAY_BE_OFF")
    people = frame.loc[frame["kind"].eq("cumulative"), "dead_and_missing"].sum()
    told = message("CUMULATIVE_RECORDS", number=row["cumulative_records"], people=people)
    return Check(CUMULATIVE, "partly" if people else "yes", told, "CUMULATIVE_LEFT_OUT")


def _sex(_frame: pd.DataFrame, row: pd.Series, _incidents: Incidents) -> Check:
    share = 1 - _share(row["sex_unstated"], row["at_least"])
    return Check(SEX, _graded(share), message("RECORDED_FOR", share=share))


def _age(frame: pd.DataFrame, row: pd.Series, _incidents: Incidents) -> Check:
    is_stated = frame["children"].le(frame["dead_and_missing"].fillna(0))
    share = _share(frame.loc[is_stated, "dead_and_missing"].sum(), row["at_least"])
    told = message("CHILDREN", number=row["children"] if is_stated.any() else 0, share=share)
    return Check(AGE, _graded(share), told, "CHILDREN_NOT_RECORDED")


def _origin(frame: pd.DataFrame, row: pd.Series, _incidents: Incidents) -> Check:
    is_stated = ~frame["country_of_origin"].isin({"", "UNK"})
    share = _share(frame.loc[is_stated, "dead_and_missing"].sum(), row["at_least"])
    return Check(ORIGIN, _graded(share), message("STATED_FOR", share=share))


def _spread(frame: pd.DataFrame, row: pd.Series, _incidents: Incidents) -> Check:
    single = frame.loc[frame["kind"].ne("cumulative"), "dead_and_missing"]
    share = _share(single.fillna(0).max(), row["at_least"]) if len(single) else 0.0
    told = message("LARGEST_INCIDENT", incidents=row["incidents"], share=share)
    return Check(SPREAD, "yes" if share < CONCENTRATED else "partly", told, "WRECKS")


def _detection(_frame: pd.DataFrame, _row: pd.Series, _incidents: Incidents) -> Check:
    return Check(DETECTION, "unknown", message("NOT_TOLD_BY_RECORDS"), "TWO_MINIMA")


CHECKS: tuple[CheckFunction, ...] = (
    _coverage, _latest, _sources, _effort, _quality, _parts, _cumulative, _sex, _age, _origin,
    _spread, _detection,
)  # fmt: skip
