"""The prior of an odds ratio: its one type, which every part of the package reads."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import exp, hypot, inf, isfinite, log
from typing import Any

import numpy as np
from scipy.special import ndtr, ndtri, stdtr

from gecam._signature import checked
from gecam._typing import ArrayLike, FloatArray, Positive, Probability
from gecam.errors import InputError
from gecam.model.frames import is_number
from gecam.uncertainty import DEFAULT_LEVEL, student_scores

Weights = tuple[float, float, float]
JUDGED_WEIGHTS: Weights = (0.25, 0.25, 0.5)
LARGEST_LOG = 20.0  # of an odds ratio and of its spread


@dataclass(frozen=True, slots=True, init=False, repr=False)
class OddsRatioPrior:
    r"""Prior of the odds ratio of migrants other than refugees against non-migrants.

    The log odds ratio of country :math:`c` of type :math:`k` is :math:`\theta_c = \log m + q(z_c)` with
    :math:`z_c = \sqrt{w_0} z_0 + \sqrt{w_1} z_k + \sqrt{w_2} z_{kc}` of standard normal :math:`z`: two
    countries of one type correlate by :math:`w_0 + w_1`, others by :math:`w_0`. The function :math:`q`
    is a straight line on each side of the median, so that the median and both ends of the interval
    are the given ones; with `degrees` it has the tails of Student's t.

    Parameters
    ----------
    median
        Median odds ratio, > 0; the geometric mean of `lower` and `upper` unless it is given.
    lower, upper
        Central interval of probability `level` of the odds ratio, 0 < lower <= median <= upper. All
        three equal: the odds ratio is certain, see `exactly`.
    level
        Probability of the interval, in (0, 1).
    degrees
        Degrees of freedom of the tails, >= 1; infinite (the default): log-normal tails.
    weights
        Shares of the variance of :math:`z`: shared by all countries, shared within a type, own. They
        sum to 1.

    Raises
    ------
    InputError
        If a number is outside its range.

    Examples
    --------
    An expert says: as likely below as above 1.5; 5 % below 0.8; 5 % above 4.

    >>> prior = gc.OddsRatioPrior(median=1.5, lower=0.8, upper=4.0)
    >>> prior
    OddsRatioPrior(median=1.5, lower=0.8, upper=4, level=0.9)
    >>> round(prior.quantile(0.95), 6)
    4.0
    >>> gc.OddsRatioPrior.judged_2024()
    OddsRatioPrior(median=1.225, lower=0.5, upper=3, level=0.9)
    """

    log_median: float = field(metadata={"hashed_as": "mean"})
    log_scale: float = field(metadata={"hashed_as": "sd"})
    log_scale_above: float | None = field(metadata={"unset": None})
    degrees: float = field(metadata={"unset": inf})
    weights: Weights

    def __init__(
        self,
        *,
        lower: float,
        upper: float,
        median: float | None = None,
        level: float = 0.9,
        degrees: float = inf,
        weights: Weights = JUDGED_WEIGHTS,
    ) -> None:
        middle = lower if median is None else median
        for name, value in (
            ("lower", lower),
            ("median", middle),
            ("upper", upper),
            ("level", level),
        ):
            if not (is_number(value) and value > 0):
                raise InputError(
                    f"odds-ratio prior: {name} must be a number above 0 (an odds ratio, not its "
                    f"logarithm): got {value!r}"
                )
        _require(level < 1, "level must lie in (0, 1)", level)
        middle = (log(lower) + log(upper)) / 2 if median is None else log(median)
        _require(
            log(lower) <= middle <= log(upper) or lower == upper == median,
            "lower <= median <= upper must hold",
            f"{lower:g}, {'no median' if median is None else f'{median:g}'}, {upper:g}",
        )
        _check_tails(degrees)
        score = float(student_scores(np.asarray(ndtri((1 + level) / 2)), degrees))
        below, above = ((x - y) / score for x, y in ((middle, log(lower)), (log(upper), middle)))
        _fill(self, middle, below, above if abs(above - below) > 1e-12 else None, degrees, weights)

    @classmethod
    def from_logs(
        cls,
        log_median: float,
        log_scale: float,
        log_scale_above: float | None = None,
        degrees: float = inf,
        weights: Weights = JUDGED_WEIGHTS,
    ) -> OddsRatioPrior:
        """Return a prior from its log odds ratio.

        Parameters
        ----------
        log_median
            Median of the log odds ratio, between -20 and 20.
        log_scale, log_scale_above
            Scale of the log odds ratio, in [0, 20): its standard deviation where the tails are normal.
            Another scale above the median, where it differs.
        degrees, weights
            As of the type: degrees of freedom, at least 1 (infinite by default), and three shares of
            the variance.

        Returns
        -------
        OddsRatioPrior

        Raises
        ------
        InputError
            If a number is outside its range.
        """
        _check_tails(degrees)
        prior = cls.__new__(cls)
        _fill(prior, log_median, log_scale, log_scale_above, degrees, weights)
        return prior

    @classmethod
    def exactly(cls, odds_ratio: float) -> OddsRatioPrior:
        """Return the certain odds ratio `odds_ratio`, > 0; 1: migrants fare like their neighbours."""
        return cls(median=odds_ratio, lower=odds_ratio, upper=odds_ratio)

    @classmethod
    def judged_2024(cls) -> OddsRatioPrior:
        """Return the prior by expert judgement of version 0.1: median 1.22, 90 % 0.5 to 3.0."""
        return cls.from_logs(0.2027, 0.5446)

    def at(self, median: float) -> OddsRatioPrior:
        """Return the prior with the same relative spread around another median odds ratio, > 0."""
        if not (is_number(median) and median > 0):
            raise InputError(f"odds-ratio prior: median must be a number above 0: got {median!r}")
        return self._changed(log_median=log(median))

    def scaled(self, factor: float) -> OddsRatioPrior:
        """Return the prior with its spread on the log scale multiplied by `factor`, >= 0."""
        above = None if self.log_scale_above is None else self.log_scale_above * factor
        return self._changed(log_scale=self.log_scale * factor, log_scale_above=above)

    def noisier(self, log_sd: float) -> OddsRatioPrior:
        """Return the prior with an error of the country's own added to the log odds ratio."""
        spread = hypot(self.log_scale, self.log_scale_above or self.log_scale) / 2**0.5
        if log_sd == 0 or spread == 0:
            return self if log_sd == 0 else self._changed(log_scale=log_sd, log_scale_above=None)
        factor = hypot(spread, log_sd) / spread
        shared, of_type = (weight / factor**2 for weight in self.weights[:2])
        return self.scaled(factor).shared((shared, of_type, 1 - shared - of_type))

    def shared(self, weights: Weights) -> OddsRatioPrior:
        """Return the prior with other shares of variance: of all countries, of a type, own."""
        return self._changed(weights=weights)

    def _changed(self, **fields: Any) -> OddsRatioPrior:
        held = {name: getattr(self, name) for name in self.__slots__}
        return OddsRatioPrior.from_logs(**held | fields)

    @property
    def median(self) -> float:
        """The median odds ratio."""
        return exp(self.log_median)

    @property
    def is_certain(self) -> bool:
        """Whether the odds ratio has no spread."""
        return not self.log_scale and not self.log_scale_above

    @property
    def is_one(self) -> bool:
        """Whether migrants certainly fare like their neighbours."""
        return self.is_certain and self.log_median == 0

    @checked
    def interval(self, level: Probability = DEFAULT_LEVEL) -> tuple[float, float]:
        """Return the central interval of the odds ratio of probability `level`, in (0, 1)."""
        return self.quantile((1 - level) / 2), self.quantile((1 + level) / 2)

    @checked
    def quantile(self, q: Probability) -> float:
        """Return the odds ratio below which the prior has probability `q`, in (0, 1)."""
        return float(np.exp(self._at_score(ndtri(q))))

    @checked
    def cdf(self, odds_ratio: Positive) -> float:
        """Return the probability of an odds ratio of at most `odds_ratio`, > 0."""
        gap = log(odds_ratio) - self.log_median
        scale = self._scale_of(gap)
        if scale == 0:
            return float(gap >= 0)
        return float(ndtr(gap / scale) if self.degrees == inf else stdtr(self.degrees, gap / scale))

    def log_odds(self, shared: ArrayLike, of_type: ArrayLike, own: ArrayLike) -> FloatArray:
        """Return log odds ratios of countries.

        Parameters
        ----------
        shared, of_type, own
            Standard normal scores that all countries share, those of one type share, and of the
            country alone; of one shape.

        Returns
        -------
        ndarray
            Log odds ratios, of the same shape.
        """
        z: FloatArray = np.zeros(np.shape(shared))
        for weight, part in zip(self.weights, (shared, of_type, own), strict=True):
            z += np.sqrt(weight) * np.asarray(part, dtype=np.float64)
        return self._at_score(z)

    def _at_score(self, z: ArrayLike) -> FloatArray:
        """Return log odds ratios at standard normal scores: the one place that knows the family."""
        z = np.asarray(z, dtype=np.float64)
        return np.asarray(self.log_median + self._scale_of(z) * student_scores(z, self.degrees))

    def _scale_of(self, gap: ArrayLike) -> Any:
        if self.log_scale_above is None:
            return self.log_scale
        return np.where(np.asarray(gap) > 0, self.log_scale_above, self.log_scale)

    def __repr__(self) -> str:
        """Return the prior as it would be written."""
        ends = zip(("lower", "upper"), self.interval(), strict=True)
        parts = [f"median={self.median:.4g}", *(f"{name}={end:.4g}" for name, end in ends)]
        parts.append("level=0.9")
        if self.degrees != inf:
            parts.append(f"degrees={self.degrees:.4g}")
        if self.weights != JUDGED_WEIGHTS:
            parts.append(f"weights=({', '.join(f'{w:.3g}' for w in self.weights)})")
        return f"OddsRatioPrior({', '.join(parts)})"


def _are_weights(weights: Any) -> bool:
    is_three = isinstance(weights, tuple | list) and len(weights) == 3
    is_numbers = is_three and all(map(is_number, weights)) and min(weights) >= 0
    return is_numbers and abs(sum(weights) - 1) <= 1e-9


def _fill(
    prior: OddsRatioPrior,
    log_median: float,
    log_scale: float,
    log_scale_above: float | None,
    degrees: float,
    weights: Weights,
) -> None:
    """Check the fields and set them."""
    _require(
        is_number(log_median) and abs(log_median) < LARGEST_LOG,
        "the logarithm of the median must be a number below 20 in absolute value",
        log_median,
    )
    for name, scale in (("log_scale", log_scale), ("log_scale_above", log_scale_above)):
        is_none = scale is None and name == "log_scale_above"
        _require(
            is_none or (is_number(scale) and 0 <= (scale or 0.0) < LARGEST_LOG),
            f"{name} of the log odds ratio must be a number in [0, 20)",
            scale,
        )
    _require(_are_weights(weights), "weights must be three numbers >= 0 that sum to 1", weights)
    above = None if log_scale_above is None else float(log_scale_above)
    held = (float(log_median), float(log_scale), above, float(degrees), tuple(map(float, weights)))
    for name, value in zip(prior.__slots__, held, strict=True):
        object.__setattr__(prior, name, value)


def _check_tails(degrees: Any) -> None:
    _require(
        degrees == inf or (is_number(degrees) and isfinite(degrees) and degrees >= 1),
        "degrees must be a number >= 1, or infinite",
        degrees,
    )


def _require(holds: bool, rule: str, value: object) -> None:
    if not holds:
        raise InputError(f"odds-ratio prior: {rule}: got {value!r}")
