"""Figures of back-tests, and of revisions from one release to the next."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

import numpy as np
import pandas as pd

from gecam._signature import checked
from gecam._typing import PositiveInt
from gecam.codes import is_iso3
from gecam.errors import InputError, NotEstimatedError
from gecam.report.figures import cut
from gecam.report.style import (
    BLUE,
    GREY,
    ORANGE,
    AxisScale,
    Drawn,
    new_axes,
    people_axis,
    short_name,
    tidy,
)
from gecam.report.style import note as write_note
from gecam.report.style import title as write_title
from gecam.results import message

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from gecam.evaluation import BackTest

BAND = 0.9  # probability of the band of counts under chance
MOST_ROWS = 25


class Compared(Protocol):
    """Two releases side by side: what `Database.diff` returns."""

    old_name: str
    new_name: str
    rows: pd.DataFrame


def calibration(test: BackTest, *, bins: int = 10, ax: Axes | None = None) -> Drawn:
    """Draw the histogram of the probability integral transform: flat bars mean calibrated intervals.

    Parameters
    ----------
    test
        What `gc.backtest` returned.
    bins
        Number of bars, >= 2.
    ax
        Where to draw; a new figure by default.

    Returns
    -------
    Drawn
        The axes, and artists ``counts`` (one bar per bin, cases), ``expected`` (line) and ``band``
        (of counts that chance gives).

    Raises
    ------
    InputError
        If there are fewer than 2 bins.
    NotEstimatedError
        If no case counts.

    Notes
    -----
    The probability integral transform is uniform for a calibrated forecast. Bars high at both ends:
    intervals too narrow; high in the middle: too wide. The band holds 90 % of the counts of one bin
    if cases were independent; one bar in ten outside is no finding.

    Examples
    --------
    >>> test = gc.backtest(gc.load_calibration("stock_totals"), gc.load_calibration("stock_basis"),
    ...                    earlier="undesa-ims-2020", later="undesa-ims-2024")
    >>> int(sum(bar.get_height() for bar in gc.plot.calibration(test).artists["counts"]))
    54
    """
    from matplotlib.ticker import MaxNLocator
    from scipy.stats import binom

    if bins < 2:
        raise InputError(f"bins must be at least 2: got {bins}")
    if not test.n:
        raise NotEstimatedError(f"{test.name}: no case counts")
    ax = ax if ax is not None else new_axes(7.5, 3.8)
    edges = np.linspace(0, 1, bins + 1)
    counts, _ = np.histogram(test.scored["pit"], edges)
    low, high = binom.interval(BAND, test.n, 1 / bins)
    band = ax.axhspan(
        low, high, color=GREY, alpha=0.16, lw=0, label=f"{BAND:.0%} of counts by chance"
    )
    expected = ax.axhline(test.n / bins, color=GREY, lw=1.2, ls="--", label="if calibrated")
    bars = ax.bar(
        edges[:-1], counts, 1 / bins, align="edge", color=BLUE, alpha=0.8, edgecolor="white"
    )
    ax.set_xlim(0, 1)
    ax.set_ylim(0, 1.3 * max(high, counts.max()))
    ax.set_xlabel("where the outcome fell in its forecast (0: below all of it, 1: above)")
    ax.set_ylabel("cases")
    ax.yaxis.set_major_locator(MaxNLocator(integer=True))
    covered = test.coverage
    ax.set_title(
        f"{test.name}\n{covered.hits} of {covered.n} outcomes inside the {test.level:.0%} interval",
        loc="left", fontsize=11, parse_math=False,
    )  # fmt: skip
    tidy(ax, "y")
    ax.legend(loc="upper right", ncols=2, frameon=False, fontsize=8.5)
    return Drawn(ax, {"counts": bars, "expected": expected, "band": band})


def plot_coverage(tests: Sequence[BackTest], *, ax: Axes | None = None) -> Drawn:
    """Draw the coverage of the intervals of back-tests against their nominal level.

    Parameters
    ----------
    tests
        Back-tests of one level.
    ax
        Where to draw; a new figure by default.

    Returns
    -------
    Drawn
        The axes, and artists ``shares`` (of outcomes inside), ``in_sample`` (open points above those
        of tests whose cases the method was fitted to), ``intervals`` (95 %, Clopper-Pearson) and
        ``promised`` (the level).

    Raises
    ------
    InputError
        If the tests have different levels.
    NotEstimatedError
        If there is none with a case that counts.

    Examples
    --------
    >>> test = gc.backtest(gc.load_calibration("stock_totals"), gc.load_calibration("stock_basis"),
    ...                    earlier="undesa-ims-2020", later="undesa-ims-2024")
    >>> gc.plot.coverage([test]).artists["shares"].get_xdata().round(2).tolist()
    [0.98]
    """
    from matplotlib.ticker import PercentFormatter

    tests = _with_cases(tests)
    coverage = [test.coverage for test in tests]
    ax = ax if ax is not None else new_axes(7.5, 1.8 + 0.5 * len(tests))
    y = range(len(tests))
    ends = [c.lower for c in coverage], [c.upper for c in coverage]
    intervals = ax.hlines(y, *ends, color=BLUE, lw=2.5, alpha=0.55)
    (shares,) = ax.plot([c.share for c in coverage], y, "o", color=BLUE, ms=6,
                        label="out of sample")  # fmt: skip
    fitted = [place for place, test in zip(y, tests, strict=True) if _is_in_sample(test)]
    (inside,) = ax.plot([coverage[place].share for place in fitted], fitted, "o", mfc="white",
                        color=BLUE, ms=6, label="in sample: fitted to these cases")  # fmt: skip
    promised = ax.axvline(tests[0].level, color=ORANGE, lw=1.5, ls="--", label="promised")
    edge = ax.get_yaxis_transform()  # names at the left edge, above their lines
    for place, test in zip(y, tests, strict=True):
        ax.annotate(f"{test.name}: {test.n} cases", (0, place - 0.2), xycoords=edge, va="bottom",
                    fontsize=8.5, parse_math=False)  # fmt: skip
    ax.set_yticks([])
    ax.set_ylim(len(tests) - 0.6, -0.8)
    ax.set_xlim(right=1.005)
    ax.xaxis.set_major_formatter(PercentFormatter(xmax=1, decimals=0))
    ax.set_xlabel("share of outcomes inside the interval, with its 95 % confidence interval")
    write_title(ax, "Did the intervals of back-tests keep their promise?")
    tidy(ax, "x")
    ax.legend(loc="upper left", bbox_to_anchor=(0, -0.7 / (0.5 * len(tests) + 0.4)), ncols=3,
              frameon=False, fontsize=8.5)  # fmt: skip
    return Drawn(
        ax, {"shares": shares, "in_sample": inside, "intervals": intervals, "promised": promised}
    )


def _is_in_sample(test: BackTest) -> bool:
    """Return whether the method was fitted to the cases of a test, as a note says."""
    return message("IN_SAMPLE") in test.notes


def _with_cases(tests: Sequence[BackTest]) -> list[BackTest]:
    """Return the back-tests that have a case that counts; they must be of one level."""
    counted = [test for test in tests if test.n]
    if not counted:
        raise NotEstimatedError("no back-test has a case that counts")
    if len({test.level for test in counted}) > 1:
        raise InputError("tests must have one level: their intervals promise different things")
    return counted


@checked
def plot_revisions(
    diff: Compared,
    *,
    breakdown: str = "destination",
    ax: Axes | None = None,
    rows: PositiveInt = MOST_ROWS,
    scale: AxisScale = "log",
) -> Drawn:
    """Draw what changed from one release to another, beside the earlier intervals.

    Parameters
    ----------
    diff
        What `Database.diff` returned.
    breakdown
        Which rows: ``destination``, ``crisis``, ``origin`` ...
    ax
        Where to draw; a new figure by default.
    rows
        How many at most, at least 1, the largest changes first.
    scale
        Of the axis of people: ``"log"``, where small rows can be read, or ``"linear"``.

    Returns
    -------
    Drawn
        The axes, and artists ``old``, ``new`` (means, persons) and ``old_interval``.

    Raises
    ------
    NotEstimatedError
        If no row of the breakdown is estimated in both releases.

    Notes
    -----
    Rows of only one of the releases are not drawn; how many there are is said below. New means that
    lie outside the earlier interval are orange squares.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> folder = tempfile.TemporaryDirectory()
    >>> db = gc.Database(pathlib.Path(folder.name) / "estimates.gecam")
    >>> case = gc.load_edition("2022").restrict(["SDN", "YEM"])
    >>> for seed in (1, 2):
    ...     _ = db.release(gc.estimate(case, draws=100, seed=seed), name=f"r{seed}", reason="test")
    >>> drawn = gc.plot.revisions(db.diff("r1", "r2", by_cause=False))
    >>> len(drawn.artists["new"].get_offsets())
    2
    >>> folder.cleanup()
    """
    if diff.rows["breakdown"].eq("panel").any():
        raise NotEstimatedError(
            "the releases are of two years, and a change of the world is no revision: draw a series "
            "(gecam.plot.series_lines)"
        )
    chosen = diff.rows[diff.rows["breakdown"].eq(breakdown)]
    both = chosen.dropna(subset=["old", "new"])
    if both.empty:
        raise NotEstimatedError(f"no row of {breakdown!r} is estimated in both releases")
    largest = both["change"].abs().sort_values(ascending=False, kind="stable").index[:rows]
    shown = both.loc[largest].sort_values("new", ascending=False, kind="stable")
    ax = ax if ax is not None else new_axes(8.5, 1.7 + 0.32 * len(shown))
    y = np.arange(len(shown))
    interval = ax.hlines(y, shown["old_lower"], shown["old_upper"], color=GREY, lw=2.5, alpha=0.4,
                         label=f"{diff.old_name}: interval")  # fmt: skip
    (old,) = ax.plot(shown["old"], y, "o", mfc="white", color=GREY, ms=6, ls="",
                     label=f"{diff.old_name}: mean")  # fmt: skip
    outside = ~shown["is_inside"].astype(bool).to_numpy()
    new = ax.scatter(shown["new"], y, s=30, c=np.where(outside, ORANGE, BLUE), zorder=3,
                     label=f"{diff.new_name}: mean")  # fmt: skip
    if outside.any():
        ax.scatter(shown["new"][outside], y[outside], s=60, marker="s", color=ORANGE, zorder=4,
                   label=f"{diff.new_name}: mean, outside the earlier interval")  # fmt: skip
    ax.set_yticks(y, [_row_name(str(key)) for key in shown.index])
    ax.invert_yaxis()
    people_axis(ax, "x", "migrants affected, persons", scale)
    if scale == "log":
        cut(ax, shown["old_lower"], shown[["old", "new"]].min(axis=1), GREY)
    rest = {
        "smaller changes": len(both) - len(shown),
        "rows of one release only": int((chosen["old"].notna() ^ chosen["new"].notna()).sum()),
    }
    notes = "; ".join(f"{n} {words} not drawn" for words, n in rest.items() if n)
    if notes:
        write_note(ax, f"{notes}.")
    write_title(
        ax, f"Migrants affected by crises, by {breakdown}: from {diff.old_name} to {diff.new_name}"
    )
    tidy(ax, "x")
    ax.legend(loc="best", frameon=False, fontsize=8.5)
    return Drawn(ax, {"old": old, "new": new, "old_interval": interval})


def _row_name(key: str) -> str:
    """Return the labels of a row, countries by name."""
    words = key.split("/")[1:]
    return ", ".join(short_name(word) if is_iso3(word) else word for word in words)
