"""People in need by area of their country: rows add to the national ones in every draw."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

import numpy as np
import pandas as pd

from gecam._signature import check_fields, checked
from gecam._typing import FloatArray
from gecam.errors import InputError
from gecam.model import Source
from gecam.results.breakdown import Breakdown
from gecam.results.facts import positions_of
from gecam.results.read_only import make_read_only
from gecam.uncertainty import equal_tailed

AreaDimension = Literal["destination", "area", "group", "plan"]
AREA_DIMENSIONS: tuple[AreaDimension, ...] = get_args(AreaDimension)
NOT_BY_AREA = ""  # area of people whose place in the country is not told
COUNTRY_PLANS, REGIONAL_PLANS = "country-level plans", "regional plans"
AREA_RATES = (
    "per_100", "per_100_lower", "per_100_upper", "residents_per_100", "residents_per_100_lower",
    "residents_per_100_upper",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class AreaEstimates:
    """People in need by area, group and plan, with what they were divided by.

    Parameters
    ----------
    rows
        ``destination``, ``area`` (p-code or name; empty for people whose area is not told),
        ``area_name``, ``group`` and ``plan`` (`COUNTRY_PLANS`, or `REGIONAL_PLANS` for people whom a
        country plan leaves to these). They add to the national rows in every draw.
    migrants
        Draws of all migrants of the group in the area, persons, shape ``(row, draw)``; NaN where the
        area is not told.
    residents
        Of each area: ``destination``, ``area``, and the residents in need per 100 as
        ``residents_per_100`` with ``_lower`` and ``_upper``: refugees apart, as `gecam.rates` has them.
    place
        Effect of place, one row for each ``destination``, ``group`` and ``plan`` whose national row
        rests on the share of residents: ``before_raking``, the sum of areas before they are raked
        to the national row, and ``national``, that row (means, persons); ``effect``, the second
        over the first, with ``lower`` and ``upper``; ``part_not_by_area``, in [0, 1].
    tables
        By country (ISO3): the source of its areas, and the day for which they speak.
    """

    rows: Breakdown
    migrants: FloatArray
    residents: pd.DataFrame
    place: pd.DataFrame
    tables: Mapping[str, tuple[Source, date]]

    def __post_init__(self) -> None:
        """Make the draws read-only."""
        check_fields(self)
        make_read_only(self, "migrants")

    @checked
    def by(self, *dimensions: AreaDimension) -> Breakdown:
        """Return people in need along some dimensions.

        Parameters
        ----------
        *dimensions
            ``destination``, ``area`` (with its country and name beside), ``group``, ``plan``, in any
            combination; at least one.

        Returns
        -------
        Breakdown
            Sums of the rows, draw by draw. Rows that are not estimated add nothing; a row of none but
            these is not estimated.

        Raises
        ------
        InputError
            If no dimension is given.
        """
        if not dimensions:
            raise InputError(f"give dimensions of rows by area: {', '.join(AREA_DIMENSIONS)}")
        return self.rows.sums(*_columns(dimensions))

    def rates(self) -> pd.DataFrame:
        """Return migrants in need per 100 by area, beside the residents of the same area.

        Returns
        -------
        pandas.DataFrame
            ``destination``, ``area``, ``area_name``, ``mean`` (people in need, persons), ``migrants``
            (mean, persons), ``per_100`` and ``residents_per_100``, each with ``_lower`` and ``_upper``;
            ``level`` of the intervals. Areas that are not estimated are left out. The ratio of the two
            is that of the prior (`gecam.OddsRatioPriors`), and no result.
        """
        columns = _columns(("destination", "area"))
        level, rows = self.rows.level, []
        labels = self.rows.labels[columns].itertuples(index=False, name=None)
        for key, index in positions_of(labels).items():
            shown = [i for i in index if not np.isnan(self.migrants[i, 0])]
            if not shown:
                continue
            people, migrants = (x[shown].sum(axis=0) for x in (self.rows.draws, self.migrants))
            rate = np.divide(people, migrants, out=np.zeros_like(people), where=migrants > 0)
            lower, upper = map(float, equal_tailed(100 * rate, level=level))
            mean = 100 * people.mean() / migrants.mean() if migrants.mean() > 0 else np.nan
            rows.append((*key, people.mean(), migrants.mean(), mean, lower, upper))
        names = [*columns, "mean", "migrants", *AREA_RATES[:3]]
        table = pd.DataFrame(rows, columns=names).merge(
            self.residents, how="left", on=["destination", "area"]
        )
        return table.assign(level=level)

    def __repr__(self) -> str:
        """Return one line that is the same on every run."""
        labels = self.rows.labels[self.rows.labels["area"].ne(NOT_BY_AREA)]
        places = labels.drop_duplicates(["destination", "area"])
        return f"AreaEstimates({len(places)} areas of {places['destination'].nunique()} countries)"


def _columns(dimensions: tuple[AreaDimension, ...]) -> list[str]:
    """Return the columns of labels: an area stands with its country and name."""
    columns = list(dict.fromkeys(dimensions))
    if "area" not in columns:
        return [*columns]
    rest = [name for name in columns if name not in {"destination", "area"}]
    return ["destination", "area", "area_name", *rest]
