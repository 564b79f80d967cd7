"""Shares of people by severity phase, and shares from plain counts, with their sampling error."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gecam._signature import checked
from gecam._typing import ArrayLike, FloatArray, NonNegative, Positive, PositiveInt
from gecam.errors import InputError
from gecam.estimation.draw.dirichlet import dirichlet_draws
from gecam.uncertainty import Beta, Streams

DESIGN_EFFECT = 2.0  # of a cluster survey that states none; judged
PRIOR = 0.2  # added to each of five phases: one observation in all


@dataclass(frozen=True, slots=True, eq=False)
class PhaseShares:
    """Shares of people in ordered phases: a Dirichlet distribution.

    Parameters
    ----------
    alpha
        Parameters by phase, mildest first: effective observations plus the prior. Shape
        ``(phase,)``.
    """

    alpha: FloatArray

    @property
    def mean(self) -> FloatArray:
        """Expected shares by phase; shape ``(phase,)``."""
        return np.asarray(self.alpha / self.alpha.sum())

    @checked
    def at_or_above(self, phase: PositiveInt = 3) -> Beta:
        """Return the share of people in a phase or a worse one; phases count from 1.

        The sum of some shares of a Dirichlet is beta: no approximation.

        Parameters
        ----------
        phase
            Number of the mildest phase that counts, from 2 to the number of phases.

        Returns
        -------
        Beta
            Distribution of the share.

        Raises
        ------
        InputError
            If there is no such phase.
        """
        if not 2 <= phase <= len(self.alpha):
            raise InputError(f"phase must lie between 2 and {len(self.alpha)}: got {phase}")
        return Beta(float(self.alpha[phase - 1 :].sum()), float(self.alpha[: phase - 1].sum()))

    def draws(self, streams: Streams, input_id: str, start: int, stop: int) -> FloatArray:
        """Draw the share of people in each phase.

        Parameters
        ----------
        streams
            Keyed streams of the run, which give the same draws by any worker and in any order.
        input_id
            Name of the uncertain input: ``"phases/AFG"``.
        start, stop
            Draw numbers, ``0 <= start <= stop``.

        Returns
        -------
        FloatArray
            Shape ``(phase, stop - start)``; each draw sums to 1.
        """
        names = [f"phase {k + 1}" for k in range(len(self.alpha))]
        return dirichlet_draws(
            self.alpha, float(self.alpha.sum()), streams, input_id, names, start=start, stop=stop
        )


@checked
def phase_shares(
    people: ArrayLike,
    *,
    n: float | None = None,
    deff: Positive = DESIGN_EFFECT,
    prior: NonNegative = PRIOR,
) -> PhaseShares:
    r"""Return shares of people by severity phase, with the sampling error of a survey.

    Parameters
    ----------
    people
        People by phase, mildest first, >= 0. Shape ``(phase,)``. Either people interviewed, or the
        figures for the population, which give the shares only; then `n` is needed.
    n
        People interviewed, > 0. Figures for a population are not a sample of that size: with 14 million
        people in phase 3 the error would vanish.
    deff
        Design effect [1]_, > 0: how many interviews of a cluster survey are worth one of a simple
        random sample. The default is expert judgement.
    prior
        Number of observations added to each phase, >= 0; one fifth by default.

    Returns
    -------
    PhaseShares
        Dirichlet distribution of the shares.

    Raises
    ------
    InputError
        If people are negative, missing or all zero, or n, deff or prior are out of range.

    Notes
    -----
    With shares :math:`s_k` and :math:`n_{eff} = n/d`,
    :math:`(p_1, \dots, p_5) \sim \mathrm{Dir}(n_{eff} s_k + 1/5)`, and the share in phase 3 and
    above is :math:`\mathrm{Beta}(\sum_{k \ge 3} \alpha_k,\ \sum_{k < 3} \alpha_k)`. Shares of
    different measures (exposed, affected, in need, severe) are never mixed.

    References
    ----------
    .. [1] Kish, L. (1965). Survey Sampling. Wiley.

    Examples
    --------
    >>> from gecam.estimation.methods.phases import phase_shares
    >>> shares = phase_shares([300, 250, 280, 150, 20])
    >>> shares.mean.round(3)
    array([0.3 , 0.25, 0.28, 0.15, 0.02])
    >>> need = shares.at_or_above(3)
    >>> round(need.mean, 3), round(need.sd, 4)
    (0.45, 0.0222)
    """
    counts = np.asarray(people, dtype=np.float64)
    if counts.ndim != 1 or counts.size < 2:
        raise InputError(f"people must be one row of at least two phases: got {counts.shape}")
    if not (np.all(counts >= 0) and np.all(counts < np.inf) and counts.sum() > 0):
        raise InputError("people by phase must be finite, >= 0 and not all zero")
    size = effective_sample_size(counts.sum() if n is None else n, deff=deff)
    alpha = float(size) * counts / counts.sum() + prior
    if not np.all(alpha > 0):
        raise InputError("a phase without people needs a prior above zero")
    return PhaseShares(alpha)


@checked
def effective_sample_size(n: ArrayLike, *, deff: Positive = DESIGN_EFFECT) -> FloatArray:
    """Return n / deff: the simple random sample that tells as much.

    Parameters
    ----------
    n
        People interviewed, > 0.
    deff
        Design effect, > 0; the default is expert judgement.

    Examples
    --------
    >>> from gecam.estimation.methods.phases import effective_sample_size
    >>> effective_sample_size(1200, deff=1.5)
    array(800.)
    """
    size = np.asarray(n, dtype=np.float64)
    if not (np.all(size > 0) and np.all(size < np.inf)):
        raise InputError(f"n must be finite and > 0: got {size}")
    return np.asarray(size / deff)
