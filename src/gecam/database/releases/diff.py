"""Two releases compared: row by row, by cause, and as a revision."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

import numpy as np
import pandas as pd

from gecam._signature import checked
from gecam.codes import country_code
from gecam.database.releases.causes import Causes
from gecam.errors import CodeError, InputError
from gecam.results import ROW_LABELS, Message, message


@dataclass(frozen=True, slots=True)
class RevisionStatistics:
    r"""How far later figures are from earlier ones, over the rows of one breakdown.

    Parameters
    ----------
    breakdown
        Which rows.
    n
        Rows that are estimated in both releases.
    mean, mean_absolute, root_mean_square
        Of the revision :math:`R = L - E`, later less earlier, persons.
    relative
        :math:`\sum |R| / \sum |L|`.
    share_outside
        Share of later figures outside the earlier interval. Near one less its level if the interval
        covered revisions; an interval is not made to cover a change of the world.
    """

    breakdown: str
    n: int
    mean: float
    mean_absolute: float
    root_mean_square: float
    relative: float
    share_outside: float


@dataclass(frozen=True, eq=False)
class Diff:
    """What changed from one release to another.

    Parameters
    ----------
    old_name, new_name
        The releases.
    rows
        One row per id of either release: labels, ``what`` (``same``, ``changed``, ``added``,
        ``removed``, ``now estimated``, ``no longer estimated``, ``not estimated``), ``old`` and
        ``new`` mean, ``change``, the old interval, ``is_inside`` (the new mean lies in it; missing
        where there is none).
    causes
        The change of each row by cause; None where it was not asked for.
    why_no_causes
        Why not, in words.
    years
        The years of releases of two years; None of one. Rows are then those of a series: ``what`` is
        ``in both`` for the fixed panel, whose changes have an interval (columns ``lower``,
        ``upper``), and else why there is a figure in one year only; rows of the breakdown ``panel``
        are their sums. No old interval is given: a change of the world is no revision.
    note
        What else is to be said, in words.
    """

    old_name: str
    new_name: str
    rows: pd.DataFrame
    causes: Causes | None = None
    why_no_causes: str = ""
    years: tuple[int, int] | None = None
    note: str = ""

    @checked
    def revision(self, breakdown: str = "destination") -> RevisionStatistics:
        """Return statistics of the revision of some rows.

        Parameters
        ----------
        breakdown
            Which rows, by the column ``breakdown`` of estimates.

        Returns
        -------
        RevisionStatistics
            Over rows that are estimated in both releases.

        Raises
        ------
        InputError
            If no row of the breakdown is estimated in both releases, or these are of two years.
        """
        if self.years is not None:
            raise InputError(
                f"{self.old_name!r} and {self.new_name!r} are of two years: a change of the world is "
                "no revision."
            )
        rows = self.rows[self.rows["breakdown"].eq(breakdown)].dropna(subset=["old", "new"])
        if rows.empty:
            raise InputError(f"no row of breakdown {breakdown!r} is estimated in both releases")
        change = rows["change"].to_numpy(dtype=np.float64)
        return RevisionStatistics(
            breakdown,
            len(rows),
            float(change.mean()),
            float(np.abs(change).mean()),
            float(np.sqrt((change**2).mean())),
            float(np.abs(change).sum() / np.abs(rows["new"]).sum()),
            float(1 - rows["is_inside"].astype(bool).mean()),
        )

    def explain(self, row: str) -> str:
        """Return one row's change in words, by cause where known.

        Parameters
        ----------
        row
            Its id, such as ``"destination/SDN"``, or a country by code or name.

        Raises
        ------
        InputError
            If there is no such row.
        """
        key = row
        if row not in self.rows.index:
            with suppress(CodeError):
                key = f"destination/{country_code(row)}"
        if key not in self.rows.index:
            raise InputError(f"no row {row!r} in {self.old_name} or {self.new_name}")
        facts = self.rows.loc[key]
        name = key.partition("/")[2]
        names = {"old": self.old_name, "new": self.new_name}
        if facts["what"] in {"same", "added", "removed", "not estimated"} or pd.isna(
            facts["change"]
        ):
            return str(message("ROW_WAS", row=name, what=facts["what"], **names))
        change = self._change(facts)
        two = {"before": facts["old"], "after": facts["new"]}
        said = message("ROW_CHANGED", row=name, change=change, **two, **names)
        parts = {} if self.causes is None else self.causes.of(key)
        if not parts:
            return str(said)
        shown = ", ".join(f"{cause} {people:+,.0f}" for cause, people in parts.items())
        return str(message("ROW_CHANGED_BY", said=said, causes=shown))

    def _change(self, facts: pd.Series) -> Message:
        """Return a change with its interval between years, or how it lies to the earlier interval."""
        change = message("CHANGE", people=facts["change"])
        if self.years is None:
            code = "CHANGE_INSIDE" if facts["is_inside"] else "CHANGE_OUTSIDE"
            ends = {"lower": facts["old_lower"], "upper": facts["old_upper"]}
            return message(code, change=change, **ends)
        if pd.isna(facts["lower"]):
            return change
        ends = {"lower": facts["lower"], "upper": facts["upper"]}
        return message("CHANGE_BETWEEN", change=change, **ends)


def compared_rows(old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    """Return the table `Diff.rows` of two releases' rows."""
    old, new = old.set_index("id"), new.set_index("id")
    ids = new.index.append(old.index.difference(new.index, sort=False))
    labels = new.reindex(ids).combine_first(old.reindex(ids)).loc[ids, list(ROW_LABELS)]
    before, after = old.reindex(ids), new.reindex(ids)
    change = after["mean"] - before["mean"]
    inside = after["mean"].between(before["lower"], before["upper"]).astype(object)
    what = np.select(
        [
            ~ids.isin(old.index),
            ~ids.isin(new.index),
            before["mean"].isna() & after["mean"].isna(),
            before["mean"].isna(),
            after["mean"].isna(),
            change.eq(0),
        ],
        ["added", "removed", "not estimated", "now estimated", "no longer estimated", "same"],
        "changed",
    )
    return labels.assign(
        what=what,
        old=before["mean"],
        new=after["mean"],
        change=change,
        old_lower=before["lower"],
        old_upper=before["upper"],
        is_inside=inside.where(change.notna(), None),
    )
