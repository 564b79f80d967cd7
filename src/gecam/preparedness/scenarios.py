"""What would a crisis do: scenarios through the same pipeline, compared draw by draw with today."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np

from gecam._signature import checked
from gecam._typing import PositiveInt, Probability, WholeNumber
from gecam.errors import InputError
from gecam.estimation import estimate
from gecam.model import Case, Footprint, Measure
from gecam.preparedness.changes import (
    CrisisCopy,
    Nobody,
    ScenarioChange,
    copied,
    new_crisis,
    usual_date,
)
from gecam.results import SELECTIONS, Estimates, Leaf, PeopleInAnyCrisis, Scope, Step

COUNTED_AS_RESIDENTS: frozenset[Measure] = frozenset({"exposed", "affected"})


@checked
def estimate_scenario(
    changes: ScenarioChange | Sequence[ScenarioChange],
    today: Case,
    *,
    alone: bool = False,
    draws: PositiveInt = 10_000,
    seed: WholeNumber = 2022,
    scope: Scope = "all",
    level: Probability = 0.9,
) -> Estimates:
    """Estimate the migrants whom a scenario touches, as `gecam.estimate` would.

    Parameters
    ----------
    changes
        Footprints (`hazard_footprint`, `gecam.geo.footprint`, or your own) and copies of past crises.
        A change with the crisis id and country of one of today's replaces it, and so does a copy of
        one of today's crises that is not moved; others come on top, and people in both count once.
    today
        Stock, population, refugees, assumptions, and today's crises.
    alone
        Without today's crises: whom the scenario itself touches.
    draws, seed, scope, level
        As in `gecam.estimate`. With the seed of today's estimates the draws are common, and
        `paired_difference` compares them one by one.

    Returns
    -------
    Estimates
        A scenario that touches nobody gives leaves of zero people with the reason.

    Raises
    ------
    InputError
        If a copied crisis is unknown, a count exceeds the residents, or measures are mixed.

    Notes
    -----
    People exposed to a hazard are whoever lives there: refugees are exposed like residents, not like
    the people of a needs plan, so that ``protection_in_need`` is ``national`` in a scenario whose
    measure is ``exposed`` or ``affected``.

    Examples
    --------
    >>> from gecam.preparedness import CrisisCopy, paired_difference, estimate_scenario
    >>> case = gc.load_edition("2022").restrict(["SDN", "YEM"])
    >>> today = gc.estimate(case, draws=500, seed=1)
    >>> worse = estimate_scenario(CrisisCopy("2022-YEM", "YEM", scale=1.2), case, draws=500, seed=1)
    >>> rows = paired_difference(worse, today).to_frame()
    >>> rows["destination"].tolist(), bool(rows["difference"][1] > 0)
    (['SDN', 'YEM'], True)
    """
    case, nobody = scenario_case(changes, today, alone=alone)
    return _with_zeros(
        estimate(case, draws=draws, seed=seed, scope=scope, level=level), nobody, case
    )


@checked
def scenario_case(
    changes: ScenarioChange | Sequence[ScenarioChange], today: Case, *, alone: bool = False
) -> tuple[Case, tuple[Nobody, ...]]:
    """Return the case of a scenario, and the changes that touch nobody."""
    listed: list[ScenarioChange] = (
        [changes] if isinstance(changes, (Footprint, CrisisCopy, Nobody)) else list(changes)
    )
    nobody: list[Nobody] = []
    if not listed:
        places = today.destinations or today.stock.destinations
        listed = [Nobody("scenario", d, "The scenario has no footprint.") for d in places]
    base = usual_date(today)
    crises = {} if alone else {c.id: c for c in today.crises}
    footprints = {} if alone else {(f.crisis, f.destination): f for f in today.footprints}
    for change in listed:
        if isinstance(change, CrisisCopy):
            crisis, made = copied(change, today)
        elif isinstance(change, Footprint):
            if not change.destination:
                raise InputError(
                    f"the footprint of {change.crisis!r} names no country: a scenario needs one "
                    "footprint per country"
                )
            known = {c.id: c for c in today.crises}
            crisis = known.get(change.crisis) or new_crisis(change.crisis, change.as_of)
            made = change
        else:
            crisis, made = new_crisis(change.crisis, base or date(2000, 1, 1)), change
        if not alone and base is not None:
            crisis = replace(crisis, reference_date=base if made.crisis not in crises else
                             crises[made.crisis].reference_date)  # fmt: skip
        if isinstance(made, Nobody):
            nobody.append(made)
            footprints.pop((made.crisis, made.destination), None)
            continue
        crises[crisis.id] = crisis
        footprints[made.crisis, made.destination] = made
    used = {key[0] for key in footprints}
    kept = tuple(
        replace(c, relations=tuple(r for r in c.relations if r.other in used))
        for c in crises.values()
        if c.id in used
    )
    assumptions = today.assumptions
    if any(f.measure in COUNTED_AS_RESIDENTS for f in footprints.values()):
        assumptions = replace(assumptions, protection_in_need="national")
    left_out = {k: v for k, v in today.left_out_of_totals.items() if k in used}
    case = replace(
        today, crises=kept, footprints=tuple(footprints.values()), assumptions=assumptions,
        left_out_of_totals=left_out, name=f"{today.name} scenario",
    )  # fmt: skip
    return case, tuple(nobody)


def _with_zeros(est: Estimates, nobody: Sequence[Nobody], case: Case) -> Estimates:
    """Add leaves of zero people, each with its reason."""
    if not nobody:
        return est
    n = est.provenance.draws
    zeros = [
        Leaf(
            f"{x.crisis}/{x.destination}/{group}", x.crisis, x.destination, group, "estimated",
            x.reason, rung=3, odds_ratio_1=0.0, lower_bound=0.0, upper_bound=0.0,
            steps=(Step("footprint", 0.0, x.reason),),
        )
        for x in nobody for group in ("other", "protection")
    ]  # fmt: skip
    order = sorted([*est.leaves, *zeros], key=lambda leaf: leaf.id)
    position = {leaf.id: i for i, leaf in enumerate(order)}
    draws = np.zeros((len(order), n))
    draws[[position[leaf.id] for leaf in est.leaves]] = est.draws
    places = tuple(sorted({*est.places, *((z.destination, z.group) for z in zeros)}))
    unions = {s: _union_with(est, est.unions[s], places, zeros, position, n) for s in SELECTIONS}
    usual = usual_date(case) or date(2000, 1, 1)
    known = {c.id for c in est.crises}
    added = {x.crisis: new_crisis(x.crisis, usual) for x in nobody if x.crisis not in known}
    return replace(
        est, leaves=tuple(order), draws=draws, places=places, unions=unions,
        crises=(*est.crises, *added.values()),
    )  # fmt: skip


def _union_with(
    est: Estimates, union: PeopleInAnyCrisis, places: Sequence[tuple[str, str]], zeros: Sequence[Leaf],
    position: dict[str, int], n: int,
) -> PeopleInAnyCrisis:  # fmt: skip
    """Return a union over more places, whose new leaves add nobody."""
    old = {place: i for i, place in enumerate(est.places)}
    draws = np.zeros((len(places), n))
    numbers = np.zeros((2, len(places)))
    members = []
    for i, place in enumerate(places):
        ids = [z.id for z in zeros if (z.destination, z.group) == place]
        if place in old:
            j = old[place]
            ids = [*(est.leaves[m].id for m in union.leaves[j]), *ids]
            if not (np.isnan(union.draws[j, 0]) and len(ids) > len(union.leaves[j])):
                draws[i] = union.draws[j]
                numbers[:, i] = union.odds_ratio_1[j], union.sum_of_crises[j]
        members.append(tuple(position[leaf_id] for leaf_id in ids))
    return PeopleInAnyCrisis(draws, numbers[0], numbers[1], tuple(members))
