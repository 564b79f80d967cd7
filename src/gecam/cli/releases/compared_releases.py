"""Two releases compared: the rows that are shown, their causes, and the revision in words."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from gecam.cli.answers import records
from gecam.cli.releases.release_tables import in_words

if TYPE_CHECKING:
    import pandas as pd

    from gecam.database import Diff, RevisionStatistics

# Columns of a comparison on a terminal, and of one between years; then come the causes, where told.
CHANGES = ("what", "old", "new", "change", "is_inside")
YEAR_CHANGES = ("what", "old", "new", "change", "lower", "upper")


@dataclass(frozen=True)
class ComparedReleases:
    """The differences of two releases, of all countries or one, and which rows are asked for.

    Parameters
    ----------
    changes
        The differences.
    country
        ISO3 code of the only country; empty for all.
    by
        The breakdown whose rows are shown; empty for the usual ones.
    """

    changes: Diff
    country: str
    by: str

    @property
    def _of_all(self) -> bool:
        """Whether two answers to the same question are compared, of all countries."""
        return not self.country and self.changes.years is None

    @property
    def _breakdown(self) -> str:
        return self.by or ("destination" if self._of_all else "")

    @cached_property
    def rows(self) -> pd.DataFrame:
        """Rows of the breakdown with their causes; of all breakdowns where none is named."""
        changes, breakdown = self.changes, self._breakdown
        rows = changes.rows
        if changes.causes is not None:
            rows = rows.join(changes.causes.parts)
        if not breakdown and changes.years is not None:
            return rows[rows["breakdown"].ne("destination")]  # their groups tell it
        return rows[rows["breakdown"].eq(breakdown)] if breakdown else rows

    @property
    def revision(self) -> RevisionStatistics | None:
        """How far later figures lie from earlier ones; None of one country, of years and of no row."""
        has_one = self._of_all and len(self.rows) > 0
        return self.changes.revision(self._breakdown) if has_one else None

    def record(self) -> dict[str, Any]:
        """Return the comparison for programs."""
        return {
            "rows": records(self.rows.reset_index(names="id")),
            "revision": asdict(self.revision) if self.revision else None,
            "why_no_causes": self.changes.why_no_causes,
            "years": self.changes.years,
            "note": self.changes.note,
        }

    def shown(self) -> pd.DataFrame:
        """Return the columns that a terminal shows: the causes that any row has."""
        changes, rows = self.changes, self.rows
        columns = CHANGES if changes.years is None else YEAR_CHANGES
        of_causes = [] if changes.causes is None else changes.causes.parts.columns
        causes = [
            c for c in of_causes if not c.startswith("data: ") and rows[c].fillna(0).ne(0).any()
        ]
        shown = rows[[*columns, *causes]].replace({True: "yes", False: "no"})
        if changes.years is not None:
            order = rows["change"].abs().where(rows["breakdown"].ne("panel"), math.inf)
            shown = shown.loc[order.sort_values(ascending=False, kind="stable").index]
        return in_words(shown)

    def remarks(self, *, with_causes: bool) -> Iterator[str]:
        """Yield what is to be known of the comparison, and why it has no causes if these were asked."""
        if self.changes.note:
            yield self.changes.note
        if self.changes.why_no_causes and with_causes:
            yield f"No causes: {self.changes.why_no_causes}."

    def conclusion(self) -> Iterator[str]:
        """Yield the change of the country, or the revision, in words."""
        if self.country:
            yield self.changes.explain(self.country)
        elif (revision := self.revision) is not None:
            yield (
                f"{revision.n} rows in both: mean revision {revision.mean:+,.0f}, mean absolute "
                f"{revision.mean_absolute:,.0f} ({revision.relative:.1%} of the later figures), "
                f"{revision.share_outside:.0%} outside the earlier interval."
            )
