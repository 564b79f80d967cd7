"""Division of refugees among disjoint plans, each of which would count nearly all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gecam.estimation.plan.scope_shares import counts_refugees_apart
from gecam.model import Assumptions, Crisis, Footprint, disjoint_groups


def refugee_parts(
    crises: Sequence[Crisis],
    footprints: Mapping[str, Footprint],
    registered: Mapping[str, float],
    assumptions: Assumptions,
) -> dict[str, float]:
    r"""Return the part of a country's refugees whom each plan can count.

    Parameters
    ----------
    crises
        Of one country, with their relations.
    footprints, registered
        By id of the crisis: its figure, and people whom UNHCR counts at its date.
    assumptions
        Whether relations apply, and what is assumed of refugees in need.

    Returns
    -------
    dict
        Part by id of the crisis, in [0, 1]; 1 for a plan that is disjoint with no other that covers
        refugees.

    Notes
    -----
    A plan that covers refugees counts nearly all of them by rule. Of two disjoint plans at most one
    counts each refugee, so that the rule speaks of both together. In a group of mutually disjoint
    plans, plan i has the part

    .. math::

        f_i = \frac{n_i}{\max(R, \sum_j n_j)} \quad\text{or}\quad
        f_i = \Bigl(1 - \frac{\sum_j n_j}{\max(R, \sum_j n_j)}\Bigr) \frac{P_i}{\sum_k P_k}

    with :math:`n_i` the refugees present that it publishes beside its count, :math:`R` those whom
    UNHCR counts, and :math:`P_i` its people in need where it publishes no such number (judged: nothing
    else is known of where refugees are). Where all publish it, the parts are :math:`n_i/\sum_j n_j`. A
    plan in several groups has its smallest part, so that the parts of no group exceed 1.
    """
    parts = dict.fromkeys(footprints, 1.0)
    if not assumptions.apply_relations:
        return parts
    apart = {i for i, f in footprints.items() if counts_refugees_apart(f, assumptions)}
    for group in disjoint_groups([c for c in crises if c.id in apart]):
        for crisis, part in _divided(group, footprints, registered).items():
            parts[crisis] = min(parts[crisis], part)
    return parts


def _divided(
    group: Sequence[str], footprints: Mapping[str, Footprint], registered: Mapping[str, float]
) -> dict[str, float]:
    """Return the parts within one group of mutually disjoint plans."""
    counts = {i: footprints[i].count("protection", "share") for i in group}
    present = {i: count.present or 0.0 for i, count in counts.items() if count is not None}
    in_need = {i: footprints[i].people for i in group if i not in present}
    counted = sum(present.values())
    everybody = max(counted, *(registered[i] for i in group)) if in_need else counted
    parts = {i: people / everybody for i, people in present.items()}
    left = 1 - sum(parts.values())
    return parts | {
        i: max(left, 0.0) * people / sum(in_need.values()) for i, people in in_need.items()
    }
