"""People of an answer who were born in another part of a former state, whose border moved."""

from __future__ import annotations

import numpy as np
import pandas as pd

from gecam._signature import checked
from gecam.aggregation import composition_draws
from gecam.codes import moved_border
from gecam.results.breakdown import Breakdown
from gecam.results.estimates import SELECTIONS, Estimates
from gecam.results.facts import place_facts
from gecam.results.messages import message
from gecam.results.shown.rounded_tables import published_table
from gecam.uncertainty import addresses

BEYOND_BORDERS = "born beyond a border that moved"


@checked
def beyond_borders(est: Estimates) -> Breakdown:
    """Return the part of the second world total that was born beyond a border that moved.

    These are migrants other than refugees whose country of birth and of residence were parts of one
    state since 1990 (`gecam.codes.moved_border`), and who may never have moved. Without them:
    ``estimate(..., scope="excluding_border_changes")``.

    Parameters
    ----------
    est
        The answer, people by place with their origins.

    Returns
    -------
    Breakdown
        One row, ``part``; no row where there are none.

    Examples
    --------
    >>> from gecam.results import beyond_borders
    >>> est = gc.estimate(gc.load_edition("2022").restrict(["UKR", "YEM"]), draws=400, seed=1)
    >>> part = beyond_borders(est).summary().loc[0, "odds_ratio_1"]
    >>> bool(part > 0.8 * est.by("destination").summary().loc[0, "odds_ratio_1"])
    True
    """
    union, streams = est.unions[SELECTIONS[1]], est.provenance.streams
    n = est.draws.shape[1]
    draws, at_one, members = np.zeros(n), 0.0, set[int]()
    for i, (place, group) in enumerate(est.places):
        composition = est.compositions.get((place, group))
        if group != "other" or composition is None or np.isnan(union.draws[i, 0]):
            continue
        beyond = moved_border(composition.origin, place)
        if any(beyond):
            of = addresses.composition(place, group)
            shares = composition_draws(composition, streams, of, 0, n)
            draws += union.draws[i] * shares[beyond].sum(axis=0)
            at_one += float(union.odds_ratio_1[i] * composition.share[beyond].sum())
            members.update(union.cells[i])
    facts = [place_facts([est.cells[j] for j in sorted(members)], with_bounds=False)]
    rows = Breakdown.of(
        est, pd.DataFrame({"part": [BEYOND_BORDERS]}), draws[None],
        [{**x, "odds_ratio_1": at_one} for x in facts], is_additive=False,
    )  # fmt: skip
    return rows.head(1 if members else 0)


def border_note(est: Estimates) -> str:
    """Return how many people of the total were born beyond a border that moved; empty without any."""
    part = beyond_borders(est)
    if not len(part):
        return ""
    row = published_table(part).iloc[0]
    said = {"people": row["estimate"], "lower": row["lower"], "upper": row["upper"]}
    return str(message("PART_BEYOND_BORDERS", **said))
