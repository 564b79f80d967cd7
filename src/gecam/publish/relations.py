"""Which rows of a release add up to which, and which are at most the sum of others."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from gecam.codes import BORDER_CHANGE, region, subregion
from gecam.results import CELL_ROWS, COMPLETE_TOTALS, GROUP_WORDS

SAME = 1e-9  # relative: relations that hold so closely hold for a reader too
# Names of the parts of a total that are a group of people.
PARTS = {words: group for group, words in GROUP_WORDS.items()}

Sum = tuple[int, list[int]]
WeightedSum = tuple[int, Mapping[int, float]]


def row_relations(rows: pd.DataFrame) -> tuple[list[Sum], list[Sum]]:
    """Return which rows add up to which, and which are at most the sum of others, by position.

    They follow from what the rows are. A sum that the figures do not bear out, such as of origins
    where the origins of some people are not known, is none for a reader either; nor is a bound, such as
    of one group whose two crises are of two dates.
    """
    mean = rows["mean"].to_numpy(dtype=np.float64)
    with_mean = rows[rows["mean"].notna()]
    sums: list[Sum] = []
    at_most: list[Sum] = []
    for is_bound, (total, parts) in [(False, s) for s in _sums(with_mean)] + [
        (True, b) for b in _bounds(with_mean)
    ]:
        whole, part = mean[total], mean[parts].sum()
        if abs(whole - part) <= SAME * max(whole, part):
            sums.append((total, parts))
        elif is_bound and whole <= part:
            at_most.append((total, parts))
    return sums, at_most


def _sums(rows: pd.DataFrame) -> Iterator[Sum]:
    """Yield rows with those that add up to them."""
    of = _by_breakdown(rows)
    groups = of("destination_group")
    for total in _positions(of("total")):
        for breakdown in ("region", "origin"):
            yield total, _positions(of(breakdown))
    yield from _regional_sums(rows)
    for part, key in zip(_positions(of("part")), of("part")["id"], strict=True):
        name = key.partition("/")[2]
        if name in PARTS:
            yield part, _positions(groups[groups["group"].eq(PARTS[name])])
        else:
            yield part, _positions(groups[groups["iso3"].isin(BORDER_CHANGE)])
    places = of("destination")
    for name, region_of in (("region", region), ("subregion", subregion)):
        of_region = _positions_by(places, places["iso3"].map(region_of))
        for total, key in zip(_positions(of(name)), of(name)["region"], strict=True):
            yield total, of_region.get(key, [])
    of_place, of_crisis = _positions_by(groups, "iso3"), _positions_by(of("cell"), "crisis")
    for total, key in zip(_positions(places), places["iso3"], strict=True):
        yield total, of_place.get(key, [])
    for total, key in zip(_positions(of("crisis")), of("crisis")["crisis"], strict=True):
        yield total, of_crisis.get(key, [])


def _regional_sums(rows: pd.DataFrame) -> Iterator[Sum]:
    """Yield totals with people of regional plans, and the total and cells that add up to each."""
    of = _by_breakdown(rows)
    totals = {key.partition("/")[2]: at for at, key in of("total")["id"].items()}
    complete, country_level, widest = (totals.get(name) for name in COMPLETE_TOTALS)
    in_crisis, hosts = (_positions(of(breakdown)) for breakdown in CELL_ROWS)
    for whole, part, cells in ((complete, country_level, in_crisis), (widest, complete, hosts)):
        if whole is not None and part is not None:
            yield int(whole), [int(part), *cells]


def _bounds(rows: pd.DataFrame) -> Iterator[Sum]:
    """Yield rows with those whose sum they cannot exceed."""
    of = _by_breakdown(rows)
    for total in _positions(of("total")):  # the total of some plans: at most that of all
        yield total, _positions(of("destination"))
    cells, groups = of("cell"), of("destination_group")
    counted = _positions_by(cells[cells["status"].eq("estimated")], ["iso3", "group"])
    for place, *key in zip(_positions(groups), groups["iso3"], groups["group"], strict=True):
        own = counted.get(tuple(key), [])
        if own:
            yield place, own  # people in at least one crisis: at most the sum over crises,
        for cell in own:
            yield cell, [place]  # and at least those in each


def _by_breakdown(rows: pd.DataFrame) -> Callable[[str], pd.DataFrame]:
    tables = {str(key): table for key, table in rows.groupby("breakdown", sort=False)}
    return lambda breakdown: tables.get(breakdown, rows[:0])


def _positions(rows: pd.DataFrame) -> list[int]:
    return [int(i) for i in rows.index]


def _positions_by(rows: pd.DataFrame, by: Any) -> dict[Any, list[int]]:
    return {key: [int(i) for i in at] for key, at in rows.groupby(by, sort=False).groups.items()}


def origin_relations(rows: pd.DataFrame, shares: pd.DataFrame) -> list[WeightedSum]:
    """Return each row of an origin as the sum of its shares of the people of places, by position.

    Parameters
    ----------
    rows
        Rows of one release.
    shares
        Columns ``destination``, ``group``, ``origin`` and ``share``: the published composition of
        each place. Where the stock is public, every reader has it.
    """
    with_mean = rows[rows["mean"].notna()]
    places = with_mean[with_mean["breakdown"].eq("destination_group")]
    at = dict(zip(zip(places["iso3"], places["group"], strict=True), places.index, strict=True))
    origins = with_mean[with_mean["breakdown"].eq("origin")]
    weights: dict[str, dict[int, float]] = {origin: {} for origin in origins["origin"]}
    for destination, group, origin, share in shares.itertuples(index=False, name=None):
        if origin in weights and (destination, group) in at:
            weights[origin][int(at[destination, group])] = float(share)
    return [
        (int(i), weights[origin])
        for i, origin in zip(origins.index, origins["origin"], strict=True)
    ]
