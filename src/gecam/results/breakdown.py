"""Breakdowns: rows of an answer along some dimensions, with their draws and statistics."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, Self

import numpy as np
import pandas as pd

from gecam._signature import check_fields, checked
from gecam._typing import BoolArray, FloatArray, IntArray, Probability, WholeNumber
from gecam.errors import AdditivityWarning, InputError, NotEstimatedError, caller_level
from gecam.results.about import AboutAnswer
from gecam.results.columns import FACTS, SUMMARY
from gecam.results.read_only import make_read_only
from gecam.results.shown.parts import ShownAnswer
from gecam.uncertainty import DEFAULT_LEVEL, IntervalKind, Summary, summarize

if TYPE_CHECKING:
    import xarray
    from matplotlib.axes import Axes


class DrawlessRows(Protocol):
    """Rows that have statistics and no draws: a mixture, or draws that were summarized and dropped."""

    def summary(self, *, level: float, kind: IntervalKind, with_median: bool = True) -> Summary:
        """Return one value of each statistic per row; the median may be left out."""

    def rows(self, chosen: BoolArray | IntArray) -> Self:
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
    about
        Of the answer: names of crises, sources, provenance; None where it is not at hand.
    """

    labels: pd.DataFrame
    draws: FloatArray
    facts: pd.DataFrame
    is_additive: bool = True
    level: Probability = DEFAULT_LEVEL
    drawless: DrawlessRows | None = None
    about: AboutAnswer | None = None

    def __post_init__(self) -> None:
        """Make the draws read-only."""
        check_fields(self)
        make_read_only(self, "draws")

    @classmethod
    @checked
    def of(
        cls,
        answer: ShownAnswer,
        labels: pd.DataFrame,
        draws: FloatArray,
        facts: Iterable[Mapping[str, Any]],
        *,
        is_additive: bool = True,
    ) -> Self:
        """Return rows of an answer, with its level and sources.

        Parameters
        ----------
        answer
            Whose people the rows hold.
        labels, draws, is_additive
            As in `Breakdown`; no draws are of the shape ``(0, draw)``.
        facts
            Of each row, by names of columns.
        """
        return cls(
            labels, draws if len(draws) else np.empty((0, answer.provenance.draws)),
            pd.DataFrame(list(facts), columns=list(FACTS)), is_additive, answer.level,
            about=answer.about,
        )  # fmt: skip

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
            standard error of the mean of as many independent draws; that of Latin hypercube draws is
            smaller), ``grade``, ``evidence_level``, ``flags``, ``status``, ``reason``, ``published`` (a
            published figure shown beside), ``lower_bound`` and ``upper_bound`` (at central figures),
            ``double_count`` (sum of crises over people in at least one), ``level``. Persons at full
            precision; what does not apply is NaN or empty.
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
        made = columns | {"grade": grades(columns["cv"], evidence_level, cap), "level": level}
        shown = {name: made[name] if name in made else self.facts[name] for name in SUMMARY}
        return pd.concat([self.labels, pd.DataFrame(shown, index=self.facts.index)], axis=1)

    @checked
    def conf_int(
        self,
        level: Probability | None = None,
        *,
        kind: IntervalKind = "eti",
        alpha: Probability | None = None,
    ) -> pd.DataFrame:
        """Return the interval of each row: the dimensions, ``lower`` and ``upper``, persons.

        Parameters
        ----------
        level
            Level of the interval, in (0, 1); that of the estimates by default.
        kind
            ``eti`` (equal tails) or ``hdi`` (highest density).
        alpha
            Not used, between 0 and 1: intervals are named by what they hold; the error says the level.

        Raises
        ------
        InputError
            If `alpha` is given.
        """
        if alpha is not None:
            raise InputError(
                f"an interval is named by what it holds: write conf_int(level={1 - alpha:g}) for "
                f"alpha={alpha:g}."
            )
        level = self.level if level is None else level
        statistics = self._statistics(level, kind, with_median=False)
        return self.labels.assign(
            lower=self._spread(statistics.lower), upper=self._spread(statistics.upper)
        )

    @cached_property
    def is_estimated(self) -> BoolArray:
        """Which rows were estimated; shape ``(row,)``."""
        is_there: BoolArray = (
            ~np.isnan(self.draws[:, 0])
            if self.drawless is None  # which describes the rows that are estimated
            else np.array(self.facts["status"].ne("not_estimated"), dtype=bool)
        )
        is_there.flags.writeable = False
        return is_there

    def _statistics(self, level: float, kind: IntervalKind, *, with_median: bool = True) -> Summary:
        if self.drawless is not None:
            return self.drawless.summary(level=level, kind=kind, with_median=with_median)
        rows = self.is_estimated
        return summarize(self.draws, level=level, kind=kind, rows=None if rows.all() else rows)

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

    @checked
    def quantile(self, q: float | Sequence[float] = 0.5) -> pd.DataFrame:
        """Return numbers of people below which some shares of the draws lie.

        Parameters
        ----------
        q
            One share or several, in (0, 1); 0.5 is the median.

        Returns
        -------
        pandas.DataFrame
            The dimensions, and one column for each share, named by it; persons, NaN where a row is not
            estimated. Quantiles do not add.

        Examples
        --------
        >>> est = gc.estimate(gc.load_edition("2022").restrict("Yemen"), draws=400, seed=1)
        >>> est.by("destination").quantile([0.05, 0.5, 0.95]).columns.tolist()
        ['destination', 0.05, 0.5, 0.95]
        """
        shares = [q] if isinstance(q, float | int) else list(q)
        if not all(0 < share < 1 for share in shares):
            raise InputError(f"q must be shares between 0 and 1: got {q}.")
        columns = {share: self._spread(self._quantile(share)) for share in shares}
        return pd.concat([self.labels, pd.DataFrame(columns, index=self.labels.index)], axis=1)

    @checked
    def prob_above(self, people: float) -> pd.DataFrame:
        """Return the probability that each row is above a number of people.

        Parameters
        ----------
        people
            The number, persons.

        Returns
        -------
        pandas.DataFrame
            The dimensions and ``probability``, 0 to 1: the share of the draws above; NaN where a row is
            not estimated.

        Examples
        --------
        >>> est = gc.estimate(gc.load_edition("2022").restrict("Yemen"), draws=400, seed=1)
        >>> est.by("destination").prob_above(0)["probability"].item()
        1.0
        """
        above = (self._kept_draws() > people).mean(axis=1)
        return self.labels.assign(probability=np.where(self.is_estimated, above, np.nan))

    def to_frame(self) -> pd.DataFrame:
        """Return the summary with names beside codes; see `summary` for the other columns.

        Examples
        --------
        >>> est = gc.estimate(gc.load_edition("2022").restrict("Yemen"), draws=400, seed=1)
        >>> est.by("destination").to_frame().columns[:3].tolist()
        ['destination', 'country', 'mean']
        """
        from gecam.results.shown.files import with_names

        return with_names(self, self.summary())

    def draws_frame(self) -> pd.DataFrame:
        """Return all draws as a long table: dimensions, ``draw``, ``people``."""
        draws = self._kept_draws()
        n = draws.shape[1]
        repeated = self.labels.loc[self.labels.index.repeat(n)].reset_index(drop=True)
        return repeated.assign(draw=np.tile(np.arange(n), len(self)), people=draws.reshape(-1))

    @checked
    def to_csv(self, path: str | Path | None = None) -> str:
        """Write the rows as CSV: rounded text, and numbers at full precision.

        Parameters
        ----------
        path
            File to write; None to return the text alone. What the columns hold, their units and the
            sources go into a file beside it, ``<name>-metadata.json`` (CSV on the Web, W3C).

        Returns
        -------
        str
            The text. Codes (ISO3) and names, ``people`` and ``interval`` as rounded text, then the
            columns of `summary`; cells are empty where nothing applies.
        """
        from gecam.results.shown.files import write_csv

        return write_csv(self, path)

    @checked
    def to_parquet(self, path: str | Path) -> None:
        """Write the rows as Parquet (extra ``export``), with the columns of `to_csv`.

        Parameters
        ----------
        path
            File to write. Its metadata holds ``columns`` (units and meanings) and ``sources``, as JSON.

        Raises
        ------
        MissingExtraError
            If pyarrow is not installed.
        """
        from gecam.results.shown.files import write_parquet

        write_parquet(self, Path(path))

    @checked
    def to_excel(self, path: str | Path) -> None:
        """Write a workbook (extra ``export``): rows, what the columns hold, sources.

        Parameters
        ----------
        path
            File to write, ``.xlsx``.

        Raises
        ------
        MissingExtraError
            If XlsxWriter is not installed.
        """
        from gecam.results.shown.files import write_excel

        write_excel(self, Path(path))

    @checked
    def plot(self, *, ax: Axes | None = None, rows: WholeNumber = 20) -> Axes:
        """Draw means, intervals and the figures at odds ratio 1 of the largest rows.

        Parameters
        ----------
        ax
            Where to draw; a new figure by default.
        rows
            How many rows at most.

        Returns
        -------
        matplotlib.axes.Axes
            In persons; logarithmic where the rows span more than a factor of 30.
        """
        from gecam.results.shown.interval_plot import draw_rows

        return draw_rows(self, ax, rows)

    @checked
    def to_xarray(self, *, is_stacked: bool = False) -> xarray.DataArray:
        """Return the draws as an array whose dimensions are those of the rows, and ``draw``.

        Parameters
        ----------
        is_stacked
            True for one dimension ``row`` with the labels along it, where most combinations of labels
            have no row; else combinations without a row are NaN.

        Returns
        -------
        xarray.DataArray
            Named ``people``; attributes follow the CF conventions, whose *realization* the draw is.

        Examples
        --------
        >>> est = gc.estimate(gc.load_edition("2022").restrict("Yemen"), draws=400, seed=1)
        >>> array = est.by("destination", "group").to_xarray()
        >>> array.dims, array.attrs["units"], array["draw"].attrs["standard_name"]
        (('destination', 'group', 'draw'), '1', 'realization')
        """
        from gecam.results.interchange import labelled_draws, on_a_grid

        if is_stacked:
            return labelled_draws(self.labels, self._kept_draws(), is_additive=self.is_additive)
        return on_a_grid(self.labels, self._kept_draws(), is_additive=self.is_additive)

    def to_arviz(self) -> Any:
        """Return the draws of `to_xarray` for ArviZ, one variable ``people`` (extra ``arviz``)."""
        from gecam.results.interchange import to_arviz

        return to_arviz(self.to_xarray())

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
    def sums(self, *dimensions: str) -> Breakdown:
        """Return the sums of rows that share some labels, draw by draw.

        Parameters
        ----------
        *dimensions
            Names of columns of the labels, at least one.

        Returns
        -------
        Breakdown
            Rows in the order in which their labels first stand. What is not estimated adds nothing; a
            row of nothing else is not estimated.
        """
        from gecam.results.facts import positions_of, sum_facts

        draws, is_estimated = self._kept_draws(), self.is_estimated
        rows = positions_of(self.labels[[*dimensions]].itertuples(index=False, name=None))
        counted = [[i for i in index if is_estimated[i]] for index in rows.values()]
        pairs = list(zip(rows.values(), counted, strict=True))
        facts = [sum_facts(self.facts.iloc[index], self.facts.iloc[of]) for index, of in pairs]
        return replace(
            self, labels=pd.DataFrame(list(rows), columns=[*dimensions], dtype=object),
            draws=np.stack([draws[of or index[:1]].sum(axis=0) for index, of in pairs]),
            facts=pd.DataFrame(facts, columns=list(FACTS)),
        )  # fmt: skip

    @checked
    def sel(self, **labels: str | Sequence[str]) -> Breakdown:
        """Return the rows with some labels, in their order.

        Parameters
        ----------
        **labels
            By dimension: one label or several; countries, origins and crises by code or name.

        Raises
        ------
        InputError
            If there is no such dimension or no such row; the message lists what there is.

        Examples
        --------
        >>> est = gc.estimate(gc.load_edition("2022"), draws=400, seed=1)
        >>> est.by("destination", "group").sel(destination=["Yemen", "SDN"], group="other").labels
          destination  group
        0         SDN  other
        1         YEM  other
        """
        from gecam.results.shown.selecting import selected

        return self.take(np.flatnonzero(selected(self, labels)))

    def row(self, **labels: str) -> Breakdown:
        """Return the rows with the given labels, as `sel`."""
        return self.sel(**labels)

    def __getitem__(self, label: str | tuple[str, ...]) -> Breakdown:
        """Return the rows with a label of the first dimension, or with labels of several in order."""
        labels = label if isinstance(label, tuple) else (label,)
        columns = [str(column) for column in self.labels.columns]
        if len(labels) > len(columns) or not all(isinstance(text, str) for text in labels):
            raise InputError(
                f"rows are asked for by labels of {', '.join(columns)}: got {label!r}. For the first "
                "rows write head(n)."
            )
        return self.sel(**dict(zip(columns, labels, strict=False)))

    def __contains__(self, label: object) -> bool:
        """Return whether there is a row with a label of the first dimension, by code or name."""
        try:
            return bool(len(self[label]))  # type: ignore[index]  # `InputError` for what is no text
        except InputError:
            return False

    def __iter__(self) -> Iterator[Any]:
        """Yield the rows of `to_frame` as named tuples: labels, names, statistics."""
        return iter(self.to_frame().itertuples(index=False, name="Row"))

    @checked
    def head(self, n: WholeNumber = 5) -> Breakdown:
        """Return the first rows.

        Parameters
        ----------
        n
            How many rows at most.
        """
        return self.take(np.arange(len(self))[:n])

    @checked
    def largest(self, n: WholeNumber = 5) -> Breakdown:
        """Return the rows with the largest means, largest first; rows without an estimate are last.

        Rows without draws are ordered by their figures at odds ratio 1.

        Parameters
        ----------
        n
            How many rows at most.
        """
        means = self.draws.mean(axis=1) if self.drawless is None else self.facts["odds_ratio_1"]
        order = np.argsort(
            -np.nan_to_num(np.asarray(means, dtype=np.float64), nan=-1.0), kind="stable"
        )
        return self.take(order[:n])

    @checked
    def take(self, positions: IntArray) -> Breakdown:
        """Return rows by their positions.

        Parameters
        ----------
        positions
            From 0, in the order in which the rows are wanted; shape ``(row,)``.
        """
        estimated = np.cumsum(self.is_estimated) - 1
        drawn = positions[self.is_estimated[positions]]
        return replace(
            self,
            labels=self.labels.iloc[positions].reset_index(drop=True),
            draws=self.draws[positions],
            facts=self.facts.iloc[positions].reset_index(drop=True),
            drawless=None if self.drawless is None else self.drawless.rows(estimated[drawn]),
        )

    def _quantile(self, share: float) -> FloatArray:
        """Return one quantile of the estimated rows."""
        if self.drawless is None:
            return np.asarray(np.quantile(self.draws[self.is_estimated], share, axis=1))
        if share == 0.5:
            return self._statistics(self.level, "eti").median
        statistics = self._statistics(abs(1 - 2 * share), "eti", with_median=False)
        return statistics.lower if share < 0.5 else statistics.upper

    def __repr__(self) -> str:
        """Return the rows as a table of at most 80 columns: the largest, if there are many."""
        from gecam.results.shown.printing import breakdown_text

        return breakdown_text(self)

    def _repr_html_(self) -> str:
        from gecam.results.shown.notebook_view import breakdown_html

        return breakdown_html(self)
