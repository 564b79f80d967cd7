"""Counts of people whose spread is wider than draws can carry: warned of, or refused."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from gecam.errors import InputError, PrecisionWarning, Problem
from gecam.estimation.plan.destination import CellPlan, DestinationPlan
from gecam.uncertainty import (
    COCHRAN,
    LogNormal,
    LogSdLimits,
    largest_log_sd,
    lognormal_skewness,
    part_beyond,
)

SHOWN = 3


class _Wide(NamedTuple):
    """A lognormal that is drawn: where, what it counts, and the sd of its logarithm."""

    place: str
    what: str
    log_sd: float


def check_widths(plans: Sequence[DestinationPlan], draws: int) -> None:
    """Refuse or warn of counts that are wider than the draws of a run can carry.

    Parameters
    ----------
    plans
        What is to be drawn.
    draws
        Number of draws.

    Raises
    ------
    InputError
        If more than a tenth of the mean of a count lies beyond the largest draw to be expected: the
        mean of the draws would be too low, and nothing in them would say so.

    Warns
    -----
    PrecisionWarning
        If the Monte Carlo error of a count's mean is understated.

    Notes
    -----
    See `gecam.uncertainty.largest_log_sd`. Shares are bounded and need no check, and neither do
    refugees, whom UNHCR's register bounds. A stock that is divided by a drawn coverage
    (`gecam.estimation.Undercount`) has no variance for b <= 2.
    """
    limits = largest_log_sd(draws)
    wide = [count for plan in plans for crisis in plan.crises for count in _counts(plan, crisis)]
    _refuse([count for count in wide if count.log_sd > limits.mean], limits, draws)
    notes = [_note(count, limits) for count in wide if count.log_sd > limits.error]
    if any(map(_is_without_variance, plans)):
        notes.append(
            "with an undercount Beta(a, b) of b <= 2 the people present have no variance, and their "
            "mean has no Monte Carlo error"
        )
    if notes:
        more = f"; and {len(notes) - SHOWN} more" if len(notes) > SHOWN else ""
        warnings.warn(
            f"mcse understates the error of means of {draws:,} draws: "
            f"{'; '.join(notes[:SHOWN])}{more}",
            PrecisionWarning,
            stacklevel=4,  # beyond `estimate` and the check of its arguments
        )


def _refuse(wide: Sequence[_Wide], limits: LogSdLimits, draws: int) -> None:
    """Raise the error of counts whose mean the draws cannot carry, if there are any."""
    if wide:
        raise InputError(
            f"{len(wide)} count(s) are wider than {draws:,} draws can carry (log sd up to "
            f"{limits.mean:.2f})",
            [_problem(count, draws) for count in wide],
        )


def _counts(plan: DestinationPlan, crisis: CellPlan) -> Iterator[_Wide]:
    """Yield the lognormals without bound that the cells of one crisis draw."""
    place = f"{crisis.crisis.id} x {plan.destination}"
    if all(cell.status == "not_estimated" for cell in crisis.cells if cell.group == "other"):
        return
    if crisis.shares.count is not None:
        count = crisis.shares.count
        yield _Wide(place, "the published count of other migrants", count.log_sd)
    elif crisis.split.other > 0:
        spread = max(crisis.split.log_sd, crisis.split.dated.log_sd)
        if isinstance(crisis.split.undercount, LogNormal):
            spread = math.hypot(spread, crisis.split.undercount.log_sd)
        yield _Wide(place, "the stock of other migrants at the reference date", spread)


def _is_without_variance(plan: DestinationPlan) -> bool:
    undercount = plan.assumptions.undercount
    return isinstance(undercount, tuple | list) and undercount[1] <= 2


def _problem(count: _Wide, draws: int) -> Problem:
    beyond = part_beyond(count.log_sd, draws)
    return Problem(
        f"{count.what} has a log sd of {count.log_sd:.2f}: {beyond:.0%} of its mean lies beyond the "
        f"largest of {draws:,} draws to be expected.",
        "A factor of so much is no estimate: use a later figure, or lower stock_log_sd, drift_log_sd, "
        "frozen_log_sd or grade_logit_sd.",
        sheet="estimate",
        row=count.place,
        code="TOO_WIDE",
    )


def _note(count: _Wide, limits: LogSdLimits) -> str:
    needed = COCHRAN * lognormal_skewness(count.log_sd) ** 2
    return (
        f"{count.what} ({count.place}) has a log sd of {count.log_sd:.2f}, above "
        f"{limits.error:.2f}, and needs {needed:,.0f} draws"
    )
