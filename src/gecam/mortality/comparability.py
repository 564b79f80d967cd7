"""Comparability of recorded deaths between countries, routes and periods."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from gecam._signature import checked
from gecam.errors import InputError
from gecam.model import Incidents
from gecam.mortality.comparability_checks import (
    AGE,
    CHECKS,
    COVERAGE,
    CUMULATIVE,
    DETECTION,
    EFFORT,
    LATEST,
    ORIGIN,
    PARTS,
    QUALITY,
    SEX,
    SOURCES,
    SPREAD,
    Answer,
    Check,
)
from gecam.mortality.merged_incidents import main_incidents
from gecam.mortality.recorded import BY, totals
from gecam.results import message


@dataclass(frozen=True, slots=True, eq=False)
class ComparabilityReport:
    """What can be said from the records of one country or route.

    Parameters
    ----------
    subject
        Value of `by` that the report is about, or ``"all records"``.
    period
        First and last month with a record.
    incidents, at_least
        Incidents, and recorded dead and missing.
    checks
        The checklist, in a fixed order.
    """

    subject: str
    period: tuple[str, str]
    incidents: int
    at_least: int
    checks: tuple[Check, ...]

    def to_frame(self) -> pd.DataFrame:
        """Return the checklist as a table: question, answer, evidence, consequence."""
        return pd.DataFrame(
            [(c.question, c.answer, c.evidence, c.consequence) for c in self.checks],
            columns=["question", "answer", "evidence", "consequence"],
        )

    def answer(self, question: str) -> Answer:
        """Return the answer to a question of the checklist."""
        for check in self.checks:
            if question in {check.code, check.question}:
                return check.answer
        raise InputError(f"there is no question {question!r} in the checklist.")


@checked
def comparability_report(
    incidents: Incidents, *, by: str | None = None, value: str | None = None
) -> ComparabilityReport:
    """Report what the records of a country or route can bear.

    Parameters
    ----------
    incidents
        Records of incidents, one row for each.
    by, value
        The subject, a column and its value, such as ``by="route", value="Central Mediterranean"`` or
        ``by="country", value="TUN"``; neither for all records.

    Returns
    -------
    ComparabilityReport

    Raises
    ------
    InputError
        If `by` is unknown, or no record has `value`.

    Notes
    -----
    The thresholds are judgements, named in the module, and are there to be discussed. The last
    question can never be answered from the records themselves.
    """
    frame = main_incidents(incidents)
    if (by is None) != (value is None):
        raise InputError("by and value go together: by='country', value='TUN'.")
    if by is not None:
        if by not in BY:
            raise InputError(f"by must be among {', '.join(BY)}: got {by!r}.")
        chosen = frame[frame[by].eq(value)]
        if chosen.empty:
            near = sorted(set(frame[by].astype(str)))[:8]
            raise InputError(f"no record has {by} {value!r}; there are {near}, and others.")
        incidents = incidents.restrict(incidents.main_ids().isin(set(chosen.index)))
        frame = chosen
    row = totals(incidents).iloc[0]
    months = frame["month"].dropna().dt.to_period("M")
    checks = [check(frame, row, incidents) for check in CHECKS]
    return ComparabilityReport(
        value or "all records",
        (str(months.min()), str(months.max())) if len(months) else ("", ""),
        int(row["incidents"]),
        int(row["at_least"]),
        tuple(checks),
    )


COMPARISONS = {
    "recorded totals, as minima": (COVERAGE, LATEST, CUMULATIVE),
    "totals as levels of mortality": (COVERAGE, LATEST, QUALITY, SOURCES, DETECTION),
    "change over time": (COVERAGE, LATEST, EFFORT, SPREAD),
    "deaths per attempted crossing": (COVERAGE, LATEST, QUALITY, SPREAD, DETECTION),
    "bodies found against people missing": (PARTS, CUMULATIVE),
    "share of women and children": (SEX, AGE),
    "countries of origin": (ORIGIN,),
}


def compare_reports(first: ComparabilityReport, second: ComparabilityReport) -> pd.DataFrame:
    """Return what can be compared between two reports, and what stands in the way.

    Parameters
    ----------
    first, second
        Reports that `comparability_report` gives, such as of two countries.

    Returns
    -------
    DataFrame
        One row per statistic: ``verdict`` (``yes``, ``with care``, ``no``) and ``because``: the
        questions that either report does not answer with yes. A statistic is as comparable as
        the poorer of the two; a ``no`` in coverage, effort or detection rules it out.
    """
    rows = []
    for statistic, questions in COMPARISONS.items():
        reasons, worst = [], "yes"
        for question in questions:
            answers = {report.subject: report.answer(question) for report in (first, second)}
            if set(answers.values()) == {"yes"}:
                continue
            rules_out = "no" in answers.values() or question == DETECTION
            worst = "no" if rules_out or worst == "no" else "with care"
            stated = ", ".join(f"{subject}: {answer}" for subject, answer in answers.items())
            reasons.append(f"{message(question)} {stated}")
        rows.append((statistic, worst, "; ".join(reasons)))
    return pd.DataFrame(rows, columns=["statistic", "verdict", "because"])
