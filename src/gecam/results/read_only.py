"""Arrays of an answer that nobody can overwrite in place."""

from __future__ import annotations

import numpy as np


def make_read_only(result: object, *names: str) -> None:
    """Replace arrays of a frozen result by views that cannot be written to.

    Whoever changed the draws of an answer would change every figure that is asked of it later, and
    what is released, without a trace in its provenance.
    """
    for name in names:
        view = np.asarray(getattr(result, name)).view()
        view.flags.writeable = False
        object.__setattr__(result, name, view)
