"""The chain of an explanation: from published stocks to a result, in means that add up."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from gecam.codes import name
from gecam.estimation import DestinationPlan, LeafPlan
from gecam.evaluation.exact_parts import exact_parts
from gecam.evaluation.explanation.account import ChainStep
from gecam.evaluation.explanation.targets import GROUP_WORDS, Target
from gecam.model import Group
from gecam.results import SELECTIONS, SHOWN, Estimates, Leaf

WORDS: Mapping[str, str] = {
    "stock": "migrants, as last measured",
    "dating": "brought to the reference date",
    "group": "less groups that are not estimated",
    "undercount": "migrants whom the stock misses",
    "published_count": "published counts of migrants in need",
    "share": "those in need, at odds ratio 1",
    "odds_ratio_median": "odds ratio of other migrants at its median",
    "spread": "spread of the odds ratio and of the figures",
    "overlap": "people in more than one crisis count once",
    "composition": "draws of who lives where",
}
ONLY_IF_USED = ("undercount", "published_count", "overlap", "composition")


@dataclass(frozen=True, eq=False)
class TargetCountry:
    """A country of a target: its plan, the crises that count, and how much of it is asked about.

    Parameters
    ----------
    plan
        Of the country.
    base
        The crisis whose date the people are counted at.
    leaves
        The leaves that make its figure.
    weights
        By group: the part of its people that the target holds; 1 but for origins.
    stock
        Published people of the target in its stock.
    result
        By group: the mean of people in at least one crisis.
    """

    plan: DestinationPlan
    base: LeafPlan
    leaves: tuple[Leaf, ...]
    weights: Mapping[Group, float]
    stock: float
    result: Mapping[Group, float]


def places_of(
    est: Estimates, target: Target, plans: Sequence[DestinationPlan]
) -> tuple[TargetCountry, ...]:
    """Return the countries of a target with the leaves that count in them."""
    union = est.unions[SELECTIONS[1]]
    places = []
    for plan in plans:
        wanted: dict[Group, float] = {"other": 1.0, "protection": 1.0}
        if target.kind in {"crisis", "leaf"}:
            crisis, _, rest = target.id.partition("/")
            base = next(c for c in plan.crises if c.crisis.id == crisis)
            leaves = tuple(
                leaf
                for leaf in est.leaves
                if leaf.crisis == crisis
                and leaf.destination == plan.destination
                and leaf.status in SHOWN
                and (not rest or leaf.id == target.id)
            )
            result = {leaf.group: leaf.steps[-1].value for leaf in leaves}
            places.append(TargetCountry(plan, base, leaves, wanted, base.split.stock, result))
            continue
        rows = [i for i, (place, _) in enumerate(est.places) if place == plan.destination]
        kept = [est.leaves[j] for i in rows for j in union.leaves[i]]
        kept = [leaf for leaf in kept if leaf.status in SHOWN]
        result = {
            est.places[i][1]: float(union.draws[i].mean())
            for i in rows
            if not np.isnan(union.draws[i, 0])
        }
        dated = [c for c in plan.crises if any(leaf.crisis == c.crisis.id for leaf in kept)]
        base = max(dated or plan.crises, key=lambda c: (c.crisis.reference_date, c.crisis.id))
        stock = base.split.stock
        if target.kind == "origin":
            wanted = {group: _weight(est, target.id, plan.destination, group) for group in wanted}
            stock = _published(est, target.id, plan.destination, base)
        places.append(TargetCountry(plan, base, tuple(kept), wanted, stock, result))
    return tuple(places)


def chain_of(places: Sequence[TargetCountry], result: float) -> tuple[ChainStep, ...]:
    """Return the steps from the stock to the result; none where nothing was estimated.

    The stock and the changes after it add up to the result as `exact_parts` promises.
    """
    if math.isnan(result):
        return ()
    used = _used(places)
    shown = [step for step in WORDS if step not in ONLY_IF_USED or step in used]
    values = [math.fsum(_values(places, step)) for step in shown[:-1]] + [result]
    changes = exact_parts([values[0], *(b - a for a, b in pairwise(values))], result)
    return tuple(
        ChainStep(step, WORDS[step], change, value, tuple(_how(places, step)))
        for step, change, value in zip(shown, changes, values, strict=True)
    )


def _used(places: Sequence[TargetCountry]) -> set[str]:
    """Return the steps that are not in every chain and are in this one."""
    used = set()
    if any(place.base.split.undercount is not None for place in places):
        used.add("undercount")
    if any(_has_count(leaf) for place in places for leaf in place.leaves):
        used.add("published_count")
    if any(len({leaf.crisis for leaf in place.leaves}) > 1 for place in places):
        used.add("overlap")
    if any(w not in {0.0, 1.0} for place in places for w in place.weights.values()):
        used.add("composition")
    return used


def _values(places: Iterable[TargetCountry], step: str) -> Iterable[float]:
    """Yield the people of every place, or leaf, after a step."""
    for place in places:
        split = place.base.split
        if step == "stock":
            yield place.stock
        elif step == "dating":
            yield place.weights["other"] * split.counted
            yield place.weights["protection"] * split.protection
        elif step in {"group", "undercount"}:
            for group in sorted({leaf.group for leaf in place.leaves}):
                other = split.counted if step == "group" else split.other
                yield place.weights[group] * (other if group == "other" else split.protection)
        elif step == "overlap":
            for group in place.result:
                yield place.weights[group] * place.result[group]
        else:
            for leaf in place.leaves:
                yield place.weights[leaf.group] * _after(leaf, step, place)


def _after(leaf: Leaf, step: str, place: TargetCountry) -> float:
    """Return the people of a leaf after the step of a count, share, median or spread."""
    reached = {s.name: s.value for s in leaf.steps}
    if step == "published_count":
        if step in reached:
            return reached[step]
        # Until its share is taken, a group in several crises counts once: evenly among them.
        split = place.base.split
        people = split.other if leaf.group == "other" else split.protection
        return people / sum(other.group == leaf.group for other in place.leaves)
    if step == "share":
        return reached.get("published_count", reached.get("share", math.nan))
    if step == "odds_ratio_median":
        return reached.get("odds_ratio_median", _after(leaf, "share", place))
    return leaf.steps[-1].value


def _has_count(leaf: Leaf) -> bool:
    return any(step.name == "published_count" for step in leaf.steps)


def _weight(est: Estimates, origin: str, destination: str, group: Group) -> float:
    composition = est.compositions.get((destination, group))
    if composition is None or origin not in composition.origin:
        return 0.0
    return float(composition.share[composition.origin.index(origin)])


def _published(est: Estimates, origin: str, destination: str, base: LeafPlan) -> float:
    """Return people of an origin in the stock's last table up to the measured date."""
    if est.case is None:
        raise AssertionError("the inputs are at hand where a chain is made")
    rows = est.case.stock.people
    rows = rows[rows["destination"].eq(destination)]
    last = rows["as_of"][rows["as_of"].dt.date.le(base.split.stock_on)].max()
    return float(rows["people"][rows["as_of"].eq(last) & rows["origin"].eq(origin)].sum())


def _how(places: Sequence[TargetCountry], step: str) -> Iterable[str]:
    """Yield what was done, with its numbers; for several countries only what was left out."""
    if len(places) > 1:
        if step == "group":
            yield from _left_out(places)
        return
    (place,) = places
    split = place.base.split
    if step == "stock":
        yield f"{split.stock:,.0f} migrants on {split.stock_on}"
    elif step == "dating":
        yield f"other migrants: {split.dated.text}: {split.counted:,.0f}"
        if split.registered > 0 or split.registered_now > 0:
            outside = ", those outside added" if split.adds_outside else ""
            yield (
                f"refugees: {split.registered:,.0f} counted by UNHCR at the stock's date, "
                f"{split.registered_now:,.0f} at the reference date, of whom "
                f"{split.held_text}{outside}: {split.protection:,.0f}"
            )
    elif step == "group":
        for group, people in (("other", split.counted), ("protection", split.protection)):
            if group not in {leaf.group for leaf in place.leaves} and people > 0:
                yield f"without {people:,.0f} {GROUP_WORDS[group]}"
    elif len(place.leaves) > 1:
        for leaf in place.leaves:
            if step in {taken.name for taken in leaf.steps}:
                yield f"{_label(place, leaf)}: {_after(leaf, step, place):,.0f}"


def _label(place: TargetCountry, leaf: Leaf) -> str:
    crises = {x.crisis for x in place.leaves}
    group = "refugees" if leaf.group == "protection" else "other migrants"
    if len(crises) == 1:
        return group
    titles = {c.crisis.id: c.crisis.name for c in place.plan.crises}
    return f"{titles[leaf.crisis]}, {group}"


def _left_out(places: Sequence[TargetCountry]) -> Iterable[str]:
    for group in ("other", "protection"):
        missing = [
            (
                place.weights[group] * (split.counted if group == "other" else split.protection),
                place,
            )
            for place in places
            for split in [place.base.split]
            if group not in {leaf.group for leaf in place.leaves}
        ]
        missing = [(people, place) for people, place in missing if people > 0]
        if missing:
            names = ", ".join(name(place.plan.destination) for _, place in missing)
            total = math.fsum(people for people, _ in missing)
            yield f"without {total:,.0f} {GROUP_WORDS[group]} in {names}"
