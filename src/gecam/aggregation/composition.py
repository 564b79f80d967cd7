"""Composition of a stock: uncertain shares of origins, and of classes such as sexes within each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice, pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import logit

from gecam._signature import check_fields, checked
from gecam._typing import BoolArray, FloatArray, NonNegative
from gecam.errors import InputError
from gecam.uncertainty import logit_normal_location

if TYPE_CHECKING:
    from gecam.aggregation.centring import CentredShares
    from gecam.aggregation.share_noise import ShareNoise

NOT_PUBLISHED = "total"  # the class of everybody, where an attribute is not published


@dataclass(frozen=True, eq=False)
class ClassShares:
    r"""Published shares of the classes of one attribute, such as sex, by origin, with their noise.

    Parameters
    ----------
    share
        By class, in order: its share of the people of each origin, in [0, 1], shape ``(origin,)``; NaN
        in all classes where an origin's are not published. They sum to 1. Two classes or more.
    logit_sd
        Noise on the logit scale, >= 0, of each class among itself and those after it.

    Raises
    ------
    InputError
        If there are fewer than two classes, one has a reserved name, or shares do not sum to 1.

    Notes
    -----
    Classes are divided one after another (continuation ratios): :math:`F_1 = S_1`,
    :math:`F_2 = (1 - S_1) S_2` and so on, the rest for the last. Each :math:`S` is logit-normal with
    the mean that the published shares give it, independent of the others, so that every class has
    its published mean exactly, and the draws of an origin sum to 1.

    References
    ----------
    .. [1] Agresti, A. (2010). *Analysis of Ordinal Categorical Data*, 2nd ed. Wiley, section 4.2
       (continuation-ratio logits).
    """

    share: Mapping[str, FloatArray]
    logit_sd: NonNegative = 0.0

    def __post_init__(self) -> None:
        check_fields(self)
        if len(self.share) < 2 or NOT_PUBLISHED in self.share:
            raise InputError(
                f"an attribute has two classes or more, none of them {NOT_PUBLISHED!r}: "
                f"got {', '.join(map(repr, self.share)) or 'none'}"
            )
        total = sum(self.share.values())
        if not (np.isnan(total) | (np.abs(total - 1) < 1e-9)).all():
            raise InputError(f"shares of {', '.join(self.share)} must sum to 1 for every origin")

    @property
    def is_published(self) -> BoolArray:
        """Of which origins the classes are published, shape ``(origin,)``."""
        return ~np.isnan(next(iter(self.share.values())))

    @cached_property
    def step_means(self) -> tuple[FloatArray, ...]:
        """Mean share of each class but the last among itself and those after it."""
        shares, means = list(self.share.values()), []
        for k, share in enumerate(shares[:-1]):
            here = sum(reversed(shares[k:]))  # itself and those after it
            means.append(np.divide(share, here, out=np.zeros(share.shape), where=here != 0))
        return tuple(means)

    @cached_property
    def steps(self) -> tuple[ShareNoise, ...]:
        """Distribution of these shares; NaN where they are not published."""
        return _steps([self])[0]

    def means(self, i: int) -> list[tuple[str, float]]:
        """Return the classes of one origin, by its position, with their mean shares."""
        if not self.is_published[i]:
            return [(NOT_PUBLISHED, 1.0)]
        return [(name, float(share[i])) for name, share in self.share.items()]


@dataclass(frozen=True, eq=False)
class Composition:
    """Published shares of origins among one group of one destination, with their noise.

    Parameters
    ----------
    origin
        Codes, sorted, each once; shape ``(origin,)``.
    share
        Published share of each origin, > 0; they sum to 1. Shape ``(origin,)``.
    log_sd
        Noise of each origin's weight on the log scale, >= 0. Shape ``(origin,)``.
    attributes
        By attribute, such as ``sex``: shares of its classes by origin. Attributes are independent of
        each other within an origin.

    Raises
    ------
    InputError
        If shares are not positive or do not sum to 1, or codes repeat.
    """

    origin: tuple[str, ...]
    share: FloatArray
    log_sd: FloatArray
    attributes: Mapping[str, ClassShares] = field(default_factory=dict)

    def __post_init__(self) -> None:
        check_fields(self)
        if len(set(self.origin)) < len(self.origin) or not self.origin:
            raise InputError("origins of a composition must be at least one, each once")
        if not (self.share > 0).all() or abs(self.share.sum() - 1) > 1e-9:
            raise InputError(
                f"shares of a composition must be > 0 and sum to 1: got a sum of {self.share.sum()}"
            )

    @cached_property
    def centred(self) -> CentredShares:
        """Centred log weights and the distribution of each share, computed once for all runs."""
        return _centred([self])[0]

    def classes(self, attribute: str) -> ClassShares:
        """Return the shares of the classes of an attribute.

        Raises
        ------
        InputError
            If this composition does not have the attribute.
        """
        if attribute not in self.attributes:
            raise InputError(
                f"no shares by {attribute}: the stock of this answer has "
                f"{', '.join(self.attributes) or 'no attribute of people'}."
            )
        return self.attributes[attribute]


@checked
def find_laws(compositions: Sequence[Composition], attributes: Sequence[str] = ()) -> None:
    """Find the distributions of many compositions at once, several times as fast as one by one.

    Each composition keeps its own, `Composition.centred` and `ClassShares.steps`, with the same bits
    as if it had been asked alone.

    Parameters
    ----------
    compositions
        One of each group of a destination, at least one in all.
    attributes
        The attributes, such as ``sex``, whose classes are asked about; none by default.

    Raises
    ------
    InputError
        If a composition does not have an attribute.

    Examples
    --------
    >>> from gecam.aggregation import ClassShares, Composition, find_laws
    >>> half = np.array([0.5, 0.5])
    >>> sex = ClassShares({"female": 0.45 + 0 * half, "male": 0.55 + 0 * half}, 0.3)
    >>> one = Composition(("ERI", "SSD"), half, 0.4 * half, {"sex": sex})
    >>> find_laws([one], ["sex"])
    >>> one.centred.location.round(6).tolist(), sex.steps[0].location.round(3).tolist()
    ([-0.713147, -0.713147], [-0.205, -0.205])
    """
    _find_once(compositions, "centred", _centred)
    for attribute in attributes:
        _find_once([c.classes(attribute) for c in compositions], "steps", _steps)


def _find_once(objects: Sequence[Any], name: str, find: Callable[[Sequence[Any]], Any]) -> None:
    """Give each object that lacks it what is derived from it, all at once."""
    new = [x for x in objects if name not in x.__dict__]
    for x, derived in zip(new, find(new) if new else (), strict=True):
        x.__dict__[name] = derived


def _centred(compositions: Sequence[Composition]) -> list[CentredShares]:
    from gecam.aggregation.centring import CentredShares, centred_shares  # if origins are asked for

    solved = centred_shares(
        np.concatenate([c.share for c in compositions]),
        np.concatenate([c.log_sd for c in compositions]),
        np.repeat(np.arange(len(compositions)), [c.share.size for c in compositions]),
    )
    parts = _parts([c.share.size for c in compositions])
    return [CentredShares(solved.location[r], solved.noise[r]) for r in parts]


def _steps(classes: Sequence[ClassShares]) -> list[tuple[ShareNoise, ...]]:
    """Return the steps of several attributes; all steps of all of them are solved at once."""
    from gecam.aggregation.share_noise import ShareNoise

    steps = [mean for c in classes for mean in c.step_means]
    mean = np.concatenate(steps)
    sd = np.concatenate([np.full(m.shape, c.logit_sd) for c in classes for m in c.step_means])
    is_inner = (mean > 0) & (mean < 1) & (sd > 0)
    with np.errstate(divide="ignore"):
        location = np.asarray(logit(mean))
    location[is_inner] = logit_normal_location(mean[is_inner], sd[is_inner])
    distribution = ShareNoise(location, np.where(is_inner, sd, 0.0), np.zeros(mean.shape))
    distributions = iter([distribution[rows] for rows in _parts([m.size for m in steps])])
    return [tuple(islice(distributions, len(c.step_means))) for c in classes]


def _parts(sizes: Sequence[int]) -> list[slice]:
    ends = np.cumsum([0, *sizes]).tolist()
    return [slice(a, b) for a, b in pairwise(ends)]
