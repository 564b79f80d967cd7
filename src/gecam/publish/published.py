"""The publishable part of one answer: rows, sources, specification and checklist."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from gecam.publish.disclosure import Disclosed


@dataclass(frozen=True, eq=False)
class Published:
    """An answer as others may see it.

    Parameters
    ----------
    name
        Name of the release, or of the case where there is none.
    standing
        ``current``, ``superseded by ...`` or ``retracted: ...``.
    shown
        Rows in the columns of the table ``estimates``, persons, after `disclose`.
    sources
        One row per source; of one that is not public only publisher and title.
    specification
        What was chosen, by name; without seed and hash where figures are suppressed.
    checklist
        GATHER, as `gather_checklist` gives it.
    """

    name: str
    standing: str
    shown: Disclosed
    sources: pd.DataFrame
    specification: pd.Series
    checklist: pd.DataFrame

    @property
    def rows(self) -> pd.DataFrame:
        """The rows that may be shown."""
        return self.shown.rows
