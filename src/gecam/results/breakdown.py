"""Breakdowns: rows of an answer along some dimensions, with their draws and statistics."""

from __future__ import annotations

import html
import warnings
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol, Self

import numpy as np
import pandas as pd

from gecam._signature import check_fields, checked
from gecam._typing import BoolArray, FloatArray, PositiveInt, Probability
from gecam.codes import origin_code
from gecam.errors import AdditivityWarning, CodeError, InputError, NotEstimatedError, caller_level
from gecam.results.columns import SUMMARY
from gecam.results.read_only import make_read_only
from gecam.uncertainty import IntervalKind, Summary, summarize

if TYPE_CHECKING:
    import xarray


class DrawlessRows(Protocol):
    """Rows that have statistics and no draws: a mixture, or draws that were summarized and dropped."""

    def summary(self, *, level: float, kind: IntervalKind, with_median: bool = True) -> Summary:
        """Return one value of each statistic per row; the median may be left out."""

    def rows(self, kept: BoolArray) -> Self:
        """Return some rows."""


@dataclass(frozen=True, eq=False)
class Breakdown:
    """Rows of an answer: labels, facts, and draws of people.

    Parameters
    ----------
    labels
        One row per answer; its columns are the dimensions.
    draws
        Persons, shape ``(row, draw)``; a row of NaN was not estimated. The same draw of two rows
        belongs together: sums run draw by draw. Shape ``(row, 0)`` where `drawless` is given.
    facts
        Same rows; columns as in `gecam.results.columns.FACTS`.
    is_additive
        False where rows share people (crises that overlap, a total and its part).
    level
        Default level of intervals.
    drawless
        What answers for statistics of rows without draws; None where `draws` does.
    replicates
        Independent parts of the draws; above 1 the Monte Carlo error of the mean is estimated from
        the spread of their means.
    """

    labels: pd.DataFrame
    draws: FloatArray
    facts: pd.DataFrame
    is_additive: bool = True
    level: Probability = 0.9
    drawless: DrawlessRows | None = None
    replicates: PositiveInt = 1

    def __post_init__(self) -> None:
        """Make the draws read-only."""
        check_fields(self)
        make_read_only(self, "draws")

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.labels)

    @checked
    def summary(
        self, *, level: Probability | None = None, kind: IntervalKind = "eti"
    ) -> pd.DataFrame:
        """Return one row per answer with the same columns in the same order for every breakdown.

        Parameters
        ----------
        level
            Level of the interval, in (0, 1); 0.9 unless `estimate` was told otherwise.
        kind
            ``eti`` (equal tails) or ``hdi`` (highest density).

        Returns
        -------
        pandas.DataFrame
            The dimensions, then: ``mean`` (the central value; it adds), ``lower``, ``upper``,
            ``odds_ratio_1`` (the deterministic product), ``median``, ``cv``, ``mcse`` (Monte Carlo
            standard error of the mean), ``grade``, ``evidence_level``, ``flags``, ``status``,
            ``reason``, ``published`` (a published figure shown beside), ``lower_bound`` and
            ``upper_bound`` (at central figures), ``double_count`` (sum of crises over people in at
            least one), ``level``. Persons at full precision; what does not apply is NaN or empty.
        """
        from gecam.results.grading import grades

        level = self.level if level is None else level
        statistics = self._statistics(level, kind)
        columns = {
            name: self._spread(getattr(statistics, name))
            for name in ("mean", "lower", "upper", "median", "cv", "mcse")
        }
        evidence_level, cap = (
            self.facts["evidence_level"].to_numpy(np.int64),
            self.facts["cap"].to_numpy(object),
        )
        rows = self.facts.assign(
            **columns, grade=grades(columns["cv"], evidence_level, cap), level=level
        )
        return pd.concat([self.labels, rows[list(SUMMARY)]], axis=1)

    @checked
    def conf_int(
        self, level: Probability | None = None, *, kind: IntervalKind = "eti"
    ) -> pd.DataFrame:
        """Return the interval of each row: the dimensions, ``lower`` and ``upper``, persons.

        Parameters
        ----------
        level
            Level of the interval, in (0, 1); that of the estimates by default.
        kind
            ``eti`` (equal tails) or ``hdi`` (highest density).
        """
        level = self.level if level is None else level
        statistics = self._statistics(level, kind, with_median=False)
        return self.labels.assign(
            lower=self._spread(statistics.lower), upper=self._spread(statistics.upper)
        )

    @property
    def is_estimated(self) -> BoolArray:
        """Which rows were estimated; shape ``(row,)``."""
        if self.drawless is not None:  # which describes the rows that are estimated
            return np.array(self.facts["status"].ne("not_estimated"), dtype=bool)
        return np.asarray(~np.isnan(self.draws[:, 0]))

    def _statistics(self, level: float, kind: IntervalKind, *, with_median: bool = True) -> Summary:
        if self.drawless is not None:
            return self.drawless.summary(level=level, kind=kind, with_median=with_median)
        rows = self.is_estimated
        draws = self.draws if rows.all() else self.draws[rows]
        summary = summarize(draws, level=level, kind=kind)
        if self.replicates == 1:
            return summary
        parts = np.reshape(draws, (len(draws), self.replicates, draws.shape[1] // self.replicates))
        means = parts.mean(axis=2)
        return replace(summary, mcse=means.std(axis=1, ddof=1) / np.sqrt(self.replicates))

    def _kept_draws(self) -> FloatArray:
        if self.drawless is not None:
            raise InputError(
                f"these {len(self):,} rows have statistics but no draws: ask for them with by(..., "
                "draws='corridor')."
            )
        return self.draws

    def _spread(self, values: FloatArray) -> FloatArray:
        """Return values of the estimated rows in the place of all rows; NaN for the others."""
        out = np.full(len(self), np.nan)
        out[self.is_estimated] = values
        return out

    def to_frame(self) -> pd.DataFrame:
        """Return all draws as a long table: dimensions, ``draw``, ``people``."""
        draws = self._kept_draws()
        n = draws.shape[1]
        repeated = self.labels.loc[self.labels.index.repeat(n)].reset_index(drop=True)
        return repeated.assign(draw=np.tile(np.arange(n), len(self)), people=draws.reshape(-1))

    def to_xarray(self) -> xarray.DataArray:
        """Return the draws as an array with dimensions ``row`` and ``draw``, labelled.

        Attributes follow the CF conventions; the draw is their *realization*.

        Examples
        --------
        >>> est = gc.estimate(gc.load_edition("2022").restrict(["YEM"]), draws=400, seed=1)
        >>> array = est.by("destination").to_xarray()
        >>> array.dims, array.attrs["units"], array["draw"].attrs["standard_name"]
        (('row', 'draw'), '1', 'realization')
        """
        from gecam.results.interchange import labelled_draws

        return labelled_draws(self.labels, self._kept_draws(), is_additive=self.is_additive)

    def to_arviz(self) -> Any:
        """Return the draws for ArviZ, one variable ``people`` (needs the extra ``arviz``)."""
        from gecam.results.interchange import to_arviz

        return to_arviz(self.labels, self.to_xarray())

    def sum(self) -> FloatArray:
        """Return the sum of the estimated rows, draw by draw; shape ``(draw,)``, persons.

        Warns
        -----
        AdditivityWarning
            If the rows share people: the sum counts those more than once.
        """
        if not self.is_additive:
            warnings.warn(
                "rows of this breakdown share people: their sum counts some of them more than once. "
                "Use total() or by('destination') for numbers that add.",
                AdditivityWarning,
                stacklevel=caller_level(),
            )
        if not self.is_estimated.any():
            raise NotEstimatedError("none of the rows could be estimated; see .summary()['reason']")
        return np.asarray(self._kept_draws()[self.is_estimated].sum(axis=0))

    @checked
    def row(self, **labels: str) -> Breakdown:
        """Return the rows with the given labels; raise `InputError` if there are none.

        Destinations and origins are given by code or name.
        """
        kept = np.ones(len(self), dtype=bool)
        for column, value in labels.items():
            if column not in self.labels.columns:
                raise InputError(
                    f"no dimension {column!r} here. There are: {', '.join(self.labels.columns)}."
                )
            label = value
            if column in {"destination", "origin"}:
                with suppress(CodeError):
                    label = origin_code(value)
            kept &= self.labels[column].eq(label).to_numpy()
        if not kept.any():
            raise InputError(f"no row with {labels}")
        return replace(
            self,
            labels=self.labels[kept].reset_index(drop=True),
            draws=self.draws[kept],
            facts=self.facts[kept].reset_index(drop=True),
            drawless=None if self.drawless is None else self.drawless.rows(kept[self.is_estimated]),
        )

    def __repr__(self) -> str:
        """Return one line: dimensions and number of rows."""
        dimensions = " x ".join(map(str, self.labels.columns)) or "total"
        draws = (
            f"{self.draws.shape[1]} draws" if self.drawless is None else "intervals without draws"
        )
        return f"Breakdown({dimensions}: {len(self)} rows, {draws})"

    def _repr_html_(self) -> str:
        table = self.summary().drop(columns=["lower_bound", "upper_bound", "level"])
        return f"<p>{html.escape(repr(self))}</p>{table.to_html(escape=True, index=False)}"
