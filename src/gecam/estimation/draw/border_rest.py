"""Origins of the other migrants, without people who are migrants because a border moved."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from gecam.aggregation import Composition
from gecam.estimation.draw.compositions import BorderChanges


def without_border_changes(moved: BorderChanges) -> Composition | None:
    """Return the composition of other migrants from other origins; None without any."""
    if moved.beyond.all():
        return None
    rest, c = ~moved.beyond, moved.composition
    return Composition(
        tuple(np.array(c.origin, dtype=object)[rest]),
        c.share[rest] / c.share[rest].sum(),
        c.log_sd[rest],
        {
            attribute: replace(classes, share={name: x[rest] for name, x in classes.share.items()})
            for attribute, classes in c.attributes.items()
        },
    )
