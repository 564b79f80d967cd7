"""The projection that maps of the world are drawn in."""

from __future__ import annotations

import numpy as np

from gecam._typing import ArrayLike, FloatArray

# Equal Earth: the coefficients of its polynomial.
A1, A2, A3, A4 = 1.340264, -0.081106, 0.000893, 0.003796


def equal_earth(lon: ArrayLike, lat: ArrayLike) -> tuple[FloatArray, FloatArray]:
    r"""Project degrees so that areas keep their proportions.

    Parameters
    ----------
    lon, lat
        Degrees, in [-180, 180] and [-90, 90]; any shape.

    Returns
    -------
    x, y : FloatArray
        Same shape; radii of the Earth.

    Notes
    -----
    With :math:`\sin\theta = \frac{\sqrt3}{2}\sin\varphi`, y is an odd polynomial of
    :math:`\theta` and x is :math:`2\sqrt3\,\lambda\cos\theta / (3\,y'(\theta))` [1]_.

    References
    ----------
    .. [1] Šavrič, Patterson & Jenny (2019). The Equal Earth map projection. *International Journal
       of Geographical Information Science* 33: 454-465.

    Examples
    --------
    >>> from gecam.report.equal_earth import equal_earth
    >>> x, y = equal_earth([0, 180], [0, 0])
    >>> x.round(3).tolist(), y.tolist()
    ([0.0, 2.707], [0.0, 0.0])
    """
    theta = np.arcsin(np.sqrt(3) / 2 * np.sin(np.radians(lat)))
    square = theta**2
    slope = A1 + square * (3 * A2 + square**2 * (7 * A3 + 9 * A4 * square))
    x = 2 * np.sqrt(3) * np.radians(lon) * np.cos(theta) / (3 * slope)
    y = theta * (A1 + square * (A2 + square**2 * (A3 + A4 * square)))
    return np.asarray(x), np.asarray(y)
