"""Maximum likelihood by Newton steps that are halved while the likelihood falls."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from gecam._typing import FloatArray
from gecam.errors import NotEstimatedError

MAX_STEPS = 200
TOLERANCE = 1e-10  # largest step of a coefficient on the log scale


def maximise(
    log_likelihood: Callable[[FloatArray], float],
    derivatives: Callable[[FloatArray], tuple[FloatArray, FloatArray]],
    start: FloatArray,
    *,
    what: str,
) -> tuple[FloatArray, FloatArray]:
    """Return coefficients and covariance where a log-likelihood is highest.

    Parameters
    ----------
    log_likelihood
        Of the coefficients; concave.
    derivatives
        Score and information at the coefficients. Shapes ``(c,)`` and ``(c, c)``.
    start
        First coefficients. Shape ``(c,)``.
    what
        Name of the model, for the message.

    Raises
    ------
    NotEstimatedError
        If the steps do not settle.
    """
    beta: FloatArray = start
    current = log_likelihood(beta)
    for _ in range(MAX_STEPS):
        step, is_solved = _step(*derivatives(beta))
        if not is_solved:
            break
        new = log_likelihood(beta + step)
        while not new >= current - 1e-12 * abs(current) and np.abs(step).max() > 1e-12:
            step = step / 2
            new = log_likelihood(beta + step)
        beta, current = beta + step, new
        if np.abs(step).max() < TOLERANCE:
            covariance = np.linalg.inv(derivatives(beta)[1])
            return beta, np.asarray(covariance, dtype=np.float64)
    raise NotEstimatedError(
        f"the {what} has no finite estimate: look for a group in which every count is the same, or "
        "for empty cells."
    )


def _step(score: FloatArray, information: FloatArray) -> tuple[FloatArray, bool]:
    """Return a Newton step and whether there is one."""
    try:
        step = np.asarray(np.linalg.solve(information, score), dtype=np.float64)
    except np.linalg.LinAlgError:
        return np.zeros_like(score), False
    return step, bool(np.isfinite(step).all())
