"""Small-area estimation: shares of countries without a usable figure (Fay-Herriot model)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.special import expit

from gecam._signature import check_fields, checked
from gecam._typing import ArrayLike, FloatArray, NonNegative
from gecam.errors import InputError
from gecam.estimation.methods.between_variance import (
    VarianceMethod,
    estimate_between_variance,
    weighted_fit,
)
from gecam.uncertainty import LogitNormal, Streams, addresses

AreaMethod = Literal["REML", "ML", "FH", "AMRL"]

FEW_AREAS = 30  # below it REML is too often zero: AMRL is the default


@dataclass(frozen=True, slots=True)
class SelectionShift:
    r"""How much lower the log odds are where there is no plan.

    A plan exists because a crisis is bad enough: countries without one are not a random part of all
    countries, and must not be predicted at the level of countries with a plan.

    Parameters
    ----------
    mean, sd
        Of :math:`\delta`, on the logit scale. Judged, not calibrated: no country without a plan
        publishes people in need. One unknown for all such countries, so draws share it. Report
        results without it (``mean=0, sd=0``) beside.
    """

    mean: float = -1.0
    sd: NonNegative = 0.5

    def __post_init__(self) -> None:
        check_fields(self)


NO_SHIFT = SelectionShift(0.0, 0.0)


@dataclass(frozen=True, slots=True, eq=False)
class AreaPrediction:
    """Predictions for areas without a figure, on the scale of y.

    Parameters
    ----------
    mean, variance
        x'beta, and A + x'Qx (with the shift's where there is one). Shape ``(area,)``.
    X
        Design of the areas. Shape ``(area, p)``.
    beta_cov
        Q, the covariance of beta. Shape ``(p, p)``.
    between
        A, the variance between areas.
    shift
        The shift that is in mean and variance.
    """

    mean: FloatArray
    variance: FloatArray
    X: FloatArray
    beta_cov: FloatArray
    between: float
    shift: SelectionShift = NO_SHIFT

    def shares(self) -> tuple[LogitNormal, ...]:
        """Return each area's share, where y is a logit; their means are not expit(mean)."""
        return _shares(self.mean, self.variance)

    def share_draws(
        self, streams: Streams, areas: Sequence[str], start: int, stop: int
    ) -> FloatArray:
        r"""Draw shares jointly, where y is a logit.

        Parameters
        ----------
        streams
            Named random numbers: beta and the shift are shared by all areas, the area's own effect
            is drawn from the stream of its id.
        areas
            Ids of the areas, one for each row of X.
        start, stop
            Draw numbers.

        Returns
        -------
        FloatArray
            Shape ``(area, stop - start)``, in (0, 1).

        Notes
        -----
        :math:`\operatorname{expit}(\mu_i + x_i'Lz + \sqrt A z_i + \sigma_\delta z_\delta)` with
        :math:`LL' = Q`. Areas depend on each other through :math:`z` and :math:`z_\delta`: drawing
        them one by one would make totals too narrow.
        """
        if len(areas) != len(self.mean):
            raise InputError(f"one id for each of {len(self.mean)} areas: got {len(areas)}")
        root = np.linalg.cholesky(self.beta_cov)
        shared = np.array(
            [
                streams.normal(*addresses.modelled_coefficient(j), start, stop)
                for j in range(len(root))
            ]
        )
        delta = streams.normal(*addresses.SELECTION_SHIFT, start, stop)
        own = np.array([streams.normal(area, "small_area", start, stop) for area in areas])
        noise = self.X @ root @ shared + np.sqrt(self.between) * own + self.shift.sd * delta
        return np.asarray(expit(self.mean[:, None] + noise))


@dataclass(frozen=True, slots=True, eq=False)
class AreaModel:
    """A fitted Fay-Herriot model.

    Parameters
    ----------
    A
        Variance between areas beyond the design and the known errors.
    beta, beta_cov
        Coefficients and their covariance Q. Shapes ``(p,)`` and ``(p, p)``.
    eblup, mse
        Empirical best linear unbiased predictors of the areas, and their mean squared errors.
        Shape ``(m,)``.
    gamma
        Weight of the area's own figure in its predictor, A / (A + D). Shape ``(m,)``.
    method
        How A was estimated.
    notes
        Sentences on what was done otherwise than asked; none where nothing was.
    """

    A: float
    beta: FloatArray
    beta_cov: FloatArray
    eblup: FloatArray
    mse: FloatArray
    gamma: FloatArray
    method: AreaMethod
    notes: tuple[str, ...] = ()

    @checked
    def predict(self, X: ArrayLike, *, shift: SelectionShift = NO_SHIFT) -> AreaPrediction:
        """Predict areas without a figure from their covariates.

        Parameters
        ----------
        X
            Their covariates, with the columns of the fit. Shape ``(area, p)``.
        shift
            Mean and sd that are added on the scale of y, by default 0; `SelectionShift()` for areas
            that have no figure because their crisis is milder.

        Returns
        -------
        AreaPrediction
            Mean and variance of each area, in the order of the rows of `X`.

        Raises
        ------
        InputError
            If columns differ from the fit, or a value is missing.
        """
        design = _matrix(X, "X")
        if design.shape[1] != len(self.beta):
            raise InputError(
                f"X must have the {len(self.beta)} columns of the fit: got {design.shape[1]}"
            )
        variance = self.A + np.einsum("ij,jk,ik->i", design, self.beta_cov, design)
        return AreaPrediction(
            mean=design @ self.beta + shift.mean,
            variance=variance + shift.sd**2,
            X=design,
            beta_cov=self.beta_cov,
            between=self.A,
            shift=shift,
        )

    def shares(self) -> tuple[LogitNormal, ...]:
        """Return the share of each fitted area, where y is a logit."""
        return _shares(self.eblup, self.mse)

    def __repr__(self) -> str:
        """Return one line."""
        return f"AreaModel({len(self.eblup)} areas, A = {self.A:.4g} by {self.method})"


@checked
def fay_herriot(
    y: ArrayLike,
    X: ArrayLike,
    D: ArrayLike,
    *,
    method: AreaMethod | None = None,
    fallback: Literal["AMRL"] | None = "AMRL",
) -> AreaModel:
    r"""Fit an area-level model and predict every area from its own figure and from the others.

    Parameters
    ----------
    y
        Figures of the areas, such as logits of shares. Shape ``(m,)``.
    X
        Covariates, with a column of ones for the intercept. Shape ``(m, p)``, m > p. Nothing that
        is computed from people in need may stand here: it would predict itself.
    D
        Known error variances of y, such as the squared logit sds of grades, > 0. Shape ``(m,)``.
    method
        How the variance A between areas is estimated: ``REML``, ``ML``, ``FH`` (Fay and Herriot's
        moment equation) or ``AMRL`` (Li and Lahiri: always positive). Default: ``AMRL`` below 30
        areas, else ``REML``.
    fallback
        What to use where the method gives A = 0, which would set every area to its regression
        value and claim no variance between areas; None keeps the zero.

    Returns
    -------
    AreaModel

    Raises
    ------
    InputError
        If shapes differ, a value is missing, an error variance is not positive, columns of X depend
        on each other, or there are too few areas.

    Notes
    -----
    :math:`y_i = x_i'\beta + u_i + e_i`, :math:`u_i \sim N(0, A)`, :math:`e_i \sim N(0, D_i)`. With
    :math:`\gamma_i = A/(A + D_i)`, :math:`Q = (X'V^{-1}X)^{-1}` and :math:`w_i = 1/(A + D_i)`

    .. math::

       \hat\theta_i = x_i'\hat\beta + \gamma_i (y_i - x_i'\hat\beta), \qquad
       mse_i = \gamma_i D_i + (1-\gamma_i)^2 x_i'Qx_i
               + 2 (1-\gamma_i)^2 w_i V(\hat A) - (1-\gamma_i)^2 b(\hat A)

    where, with sums over areas,

    ======  ============================  ==================================================
    method  :math:`V(\hat A)`             bias :math:`b(\hat A)`
    ======  ============================  ==================================================
    REML    :math:`2/\sum w^2`            0
    ML      :math:`2/\sum w^2`            :math:`-\mathrm{tr}(Q X'V^{-2}X)/\sum w^2`
    FH      :math:`2m/(\sum w)^2`         :math:`2 (m\sum w^2 - (\sum w)^2)/(\sum w)^3`
    AMRL    :math:`2/\sum w^2`            :math:`2/(A \sum w^2)`
    ======  ============================  ==================================================

    The correction for AMRL is kept from taking the mse below its second term.

    References
    ----------
    .. [1] Fay, R., Herriot, R. (1979). Estimates of income for small places. JASA 74, 269-277.
    .. [2] Datta, G., Lahiri, P. (2000). A unified measure of uncertainty of estimated best linear
       unbiased predictors. Statistica Sinica 10, 613-627.
    .. [3] Datta, G., Rao, J., Smith, D. (2005). On measuring the variability of small area
       estimators under a basic area level model. Biometrika 92, 183-196.
    .. [4] Li, H., Lahiri, P. (2010). An adjusted maximum likelihood method for solving small area
       estimation problems. Journal of Multivariate Analysis 101, 882-892.

    Examples
    --------
    Logits of the shares in need of six countries, on the logarithm of income per head:

    >>> from gecam.estimation.methods.small_area import SelectionShift, fay_herriot
    >>> income = np.log([500, 600, 900, 1500, 2500, 4000])
    >>> X = np.column_stack([np.ones(6), income - income.mean()])
    >>> model = fay_herriot([0.9, 0.2, -0.1, -0.9, -0.6, -1.4], X, [0.04] * 6)
    >>> model
    AreaModel(6 areas, A = 0.2414 by AMRL)
    >>> poor = model.predict([[1, -0.5]])
    >>> poor.mean.round(2), round(poor.shares()[0].mean, 3)
    (array([0.15]), 0.535)
    >>> shifted = model.predict([[1, -0.5]], shift=SelectionShift())
    >>> round(shifted.shares()[0].mean, 3)
    0.319
    """
    values, design, errors = _checked(y, X, D)
    m = len(values)
    notes: list[str] = []
    chosen: AreaMethod = method or ("AMRL" if m < FEW_AREAS else "REML")
    A = _between(values, design, errors, chosen)
    if A == 0 and fallback is not None:
        notes.append(f"{chosen} gives a variance of zero between {m} areas: {fallback} is used")
        chosen = fallback
        A = _between(values, design, errors, chosen)
    fit = weighted_fit(np.array([A]), values, design, errors)
    beta, Q, w = fit.beta[0], fit.beta_cov[0], fit.weights[0]
    gamma = A * w
    synthetic = design @ beta
    return AreaModel(
        A=A,
        beta=beta,
        beta_cov=Q,
        eblup=synthetic + gamma * (values - synthetic),
        mse=_mean_squared_error(A, design, errors, w, Q, method=chosen),
        gamma=gamma,
        method=chosen,
        notes=tuple(notes),
    )


def _between(y: FloatArray, X: FloatArray, D: FloatArray, method: AreaMethod) -> float:
    names: dict[AreaMethod, VarianceMethod] = {
        "REML": "REML",
        "ML": "ML",
        "FH": "PM",
        "AMRL": "AMRL",
    }
    return estimate_between_variance(y, X, D, method=names[method]).value


def _mean_squared_error(
    A: float, X: FloatArray, D: FloatArray, w: FloatArray, Q: FloatArray, *, method: AreaMethod
) -> FloatArray:
    m, sum_w, sum_w2 = len(w), float(w.sum()), float(np.sum(w**2))
    squeeze = (D * w) ** 2  # (1 - gamma)^2
    g2 = squeeze * np.einsum("ij,jk,ik->i", X, Q, X)
    variance, bias = 2 / sum_w2, 0.0
    if method == "ML":
        bias = -float(np.trace(Q @ (X.T * w**2) @ X)) / sum_w2
    elif method == "FH":
        variance = 2 * m / sum_w**2
        bias = 2 * (m * sum_w2 - sum_w**2) / sum_w**3
    elif method == "AMRL":
        bias = 2 / (A * sum_w2)
    mse = A * w * D + g2 + 2 * squeeze * w * variance - squeeze * bias
    return np.asarray(np.maximum(mse, g2))


def _shares(location: FloatArray, variance: FloatArray) -> tuple[LogitNormal, ...]:
    return tuple(
        LogitNormal(float(mu), float(sd))
        for mu, sd in zip(location, np.sqrt(variance), strict=True)
    )


def _checked(y: ArrayLike, X: ArrayLike, D: ArrayLike) -> tuple[FloatArray, FloatArray, FloatArray]:
    values, errors = (np.asarray(part, dtype=np.float64) for part in (y, D))
    design = _matrix(X, "X")
    m, p = design.shape
    if values.shape != (m,) or errors.shape != (m,):
        raise InputError(
            f"y and D must have one value for each of the {m} rows of X: got shapes "
            f"{values.shape} and {errors.shape}"
        )
    if m <= p:
        raise InputError(f"{m} areas cannot carry {p} columns: drop covariates")
    if np.linalg.matrix_rank(design) < p:
        raise InputError("columns of X depend on each other: drop one")
    if not np.all(np.isfinite(values)):
        raise InputError(
            f"y is missing in {int(np.sum(~np.isfinite(values)))} of {m} areas. Fit the others and "
            "predict these from their covariates."
        )
    if not (np.all(errors > 0) and np.all(errors < np.inf)):
        raise InputError(f"error variances D must be finite and > 0: got {errors.min()}")
    return values, design, errors


def _matrix(X: ArrayLike, name: str) -> FloatArray:
    design = np.asarray(X, dtype=np.float64)
    if design.ndim != 2:
        raise InputError(f"{name} must have two axes (area, column): got shape {design.shape}")
    if not np.all(np.isfinite(design)):
        raise InputError(f"{name} has missing values: impute them first, by name")
    return design
