"""Attributes of migrants, such as sex: the classes of each, their column in tables, and their error."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from gecam.model.frames import Column

Status = Literal["judged", "calibrated", "estimated", "rule"]


@dataclass(frozen=True, slots=True)
class Attribute:
    """What divides the people of one origin, beside places and groups.

    The standard deviation of its error is a field of `Assumptions`, named ``<attribute>_log_sd``.

    Parameters
    ----------
    classes
        Words of its column, in order; people of unknown class are one of them. Beside these stands
        ``total``, for people who are not divided by it.
    log_sd
        Default standard deviation of the error of the log odds of a class within an origin, >= 0.
    meaning, status, basis
        What that error is and rests on, as in `Default`.
    unset
        What a table without the column holds in every row; None: the column is needed.
    """

    classes: tuple[str, ...]
    log_sd: float
    meaning: str
    status: Status
    basis: str
    unset: str | None = "total"

    @property
    def column(self) -> Column:
        """The column of a stock that holds its classes."""
        return Column("text", values=frozenset({*self.classes, "total"}), unset=self.unset)


ATTRIBUTES: Mapping[str, Attribute] = {
    "sex": Attribute(
        ("female", "male"),
        0.28,
        "error of the female to male ratio within an origin",
        "calibrated",
        "log ratios of women to men of corridors that UN DESA's 2024 revision changed, shares of "
        "0.1 % and more (90th centile over 1.645; n = 1,779 in 57 destinations); a usual one moves "
        "by 0.08",
        unset=None,
    ),
}
