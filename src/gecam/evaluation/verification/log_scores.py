r"""Logarithmic scores of normal, lognormal and mixed forecasts, in closed form.

A kernel density estimate of draws scores its own bandwidth as much as the forecast, and its tail
decides where the truth fell far outside. A forecast held as draws is scored by `crps_ensemble`, or
by `log_score_mixture` where each draw carries a normal distribution (Krüger et al. 2021). A change
of scale, such as the logarithm, moves all log
scores of a case by one constant: comparisons stay as they are.
"""

from __future__ import annotations

import math

import numpy as np
from scipy import special

from gecam._typing import ArrayLike, FloatArray
from gecam.errors import InputError
from gecam.evaluation._checks import finite

LOG_ROOT_2PI = 0.5 * math.log(2 * math.pi)


def log_score_normal(observed: ArrayLike, mean: ArrayLike, sd: ArrayLike) -> FloatArray:
    r"""Return minus the log density of a normal forecast at what came true.

    Parameters
    ----------
    observed
        What came true; broadcasts with `mean` and `sd`.
    mean, sd
        Of the forecast; ``sd > 0``.

    Returns
    -------
    ndarray
        :math:`\log\sigma + \frac12\log 2\pi + \frac12 z^2` by case [1]_; smaller is better.

    Raises
    ------
    InputError
        If a value is not finite or `sd` is not positive.

    References
    ----------
    .. [1] Good (1952). Rational decisions. *JRSS B* 14: 107-114.

    Examples
    --------
    >>> from gecam.evaluation import log_score_normal
    >>> log_score_normal(0.0, 0.0, 1.0).round(4)
    np.float64(0.9189)
    """
    s = finite(sd, "sd", above=0)
    z = (finite(observed, "observed") - finite(mean, "mean")) / s
    return np.asarray(np.log(s) + LOG_ROOT_2PI + 0.5 * z**2)


def log_score_lognormal(observed: ArrayLike, log_mean: ArrayLike, log_sd: ArrayLike) -> FloatArray:
    r"""Return minus the log density of a lognormal forecast at what came true.

    Parameters
    ----------
    observed
        What came true, > 0.
    log_mean, log_sd
        Mean and standard deviation of the logarithm; ``log_sd > 0``.

    Returns
    -------
    ndarray
        The score of :math:`\log y` under the normal, plus :math:`\log y`; by case.

    Raises
    ------
    InputError
        If a value is not finite, or `observed` or `log_sd` is not positive.

    Examples
    --------
    >>> from gecam.evaluation import log_score_lognormal
    >>> log_score_lognormal(np.e, 0.0, 1.0).round(4)
    np.float64(2.4189)
    """
    log_y = np.log(finite(observed, "observed", above=0))
    return log_y + log_score_normal(log_y, log_mean, log_sd)


def log_score_mixture(observed: ArrayLike, means: ArrayLike, sds: ArrayLike) -> FloatArray:
    r"""Return the log score of an equal mixture of normals: one per draw of the parameters.

    Parameters
    ----------
    observed
        What came true. Shape ``(...)``.
    means, sds
        Of the components, first axis the draw; ``sds > 0``. Shape ``(draw, ...)``.

    Returns
    -------
    ndarray
        :math:`-\log\frac1n\sum_i\varphi(y;\mu_i,\sigma_i)` by case [1]_. Shape ``(...)``.

    Raises
    ------
    InputError
        If a value is not finite or a standard deviation is not positive.

    References
    ----------
    .. [1] Krüger, Lerch, Thorarinsdottir & Gneiting (2021). Predictive inference based on Markov
       chain Monte Carlo output. *Int. Stat. Rev.* 89: 274-301 (the "mixture of parameters").

    Examples
    --------
    >>> from gecam.evaluation import log_score_mixture
    >>> log_score_mixture(0.0, [0.0, 0.0], [1.0, 1.0]).round(4)
    np.float64(0.9189)
    """
    scores = log_score_normal(observed, means, sds)
    if scores.ndim == 0:
        raise InputError("means and sds must have the draw as first axis: got single numbers")
    return np.asarray(math.log(scores.shape[0]) - special.logsumexp(-scores, axis=0))
