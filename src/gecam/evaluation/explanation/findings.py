"""Flags of estimates in plain words, with the rows that carry each."""

from __future__ import annotations

from dataclasses import dataclass
from math import isnan

from gecam._signature import checked
from gecam.results import FLAGS, SHOWN, Estimates, flag_text, message

DOCS_PAGE = "explanation/flags.html"


@dataclass(frozen=True, slots=True)
class Finding:
    """One flag and what it concerns.

    Parameters
    ----------
    code
        Stable code, such as ``"SCOPE_UNKNOWN"``.
    text
        The same in plain words.
    anchor
        Where the documentation explains it.
    cells
        Ids of the cells that carry it.
    people
        Sum of their figures at odds ratio 1, persons; cells that are not estimated add nothing.
    """

    code: str
    text: str
    anchor: str
    cells: tuple[str, ...]
    people: float

    def __str__(self) -> str:
        """Return the code, the words and the number of rows in one line."""
        rows, people = len(self.cells), self.people
        return str(message("FINDING", flag=self.code, text=self.text, rows=rows, people=people))


@checked
def check(est: Estimates) -> tuple[Finding, ...]:
    """List every flag of an answer: what a reader must know, largest first.

    Parameters
    ----------
    est
        The answer.

    Returns
    -------
    tuple of Finding
        One per flag that occurs, by the number of people its rows hold at odds ratio 1.

    Examples
    --------
    >>> from gecam.evaluation import check
    >>> findings = check(gc.estimate(gc.load_edition("2022"), draws=100))
    >>> findings[0].code
    'SCOPE_UNKNOWN'
    """
    findings = [_finding(code, est) for code in FLAGS if any(code in x.flags for x in est.cells)]
    if stated := [plan.crisis.id for plan in est.plans if not isnan(plan.in_need)]:
        findings.append(_of("NOT_ADDED", stated, 0.0))
    return tuple(sorted(findings, key=lambda finding: (-finding.people, finding.code)))


def _finding(code: str, est: Estimates) -> Finding:
    cells = [cell for cell in est.cells if code in cell.flags]
    people = sum(cell.odds_ratio_1 for cell in cells if cell.status in SHOWN)
    return _of(code, [cell.id for cell in cells], people)


def _of(code: str, ids: list[str], people: float) -> Finding:
    return Finding(code, flag_text(code), f"{DOCS_PAGE}#{anchor(code)}", tuple(ids), people)


def anchor(code: str) -> str:
    """Return the anchor of a flag in the documentation."""
    return code.lower().replace("_", "-")
