"""Tables of a publisher's rows: what the types of such tables have in common."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import pandas as pd

from gecam._signature import check_fields
from gecam.model.frames import Column, check_frame
from gecam.model.source import UNKNOWN_SOURCE, Note, Source


@dataclass(frozen=True, eq=False)
class PublishedRows:
    """The rows of one published table, checked against the columns of its kind.

    Parameters
    ----------
    rows, source, notes
        Rows as the kind says; where they come from, and what their reader changed, as in `Stock`.
    """

    rows: pd.DataFrame
    source: Source = UNKNOWN_SOURCE
    notes: tuple[Note, ...] = ()

    def __init_subclass__(cls, *, columns: Mapping[str, Column], table: str) -> None:
        cls._kind = columns, table

    _kind: ClassVar[tuple[Mapping[str, Column], str]]

    def __post_init__(self) -> None:
        check_fields(self)
        columns, table = self._kind
        object.__setattr__(self, "rows", check_frame(self.rows, columns, table=table))
