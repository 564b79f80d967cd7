"""What of a release may leave the house."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from gecam._typing import BoolArray, FloatArray
from gecam.codes import BORDER_CHANGE, region, subregion
from gecam.publish.protection import Relations, hide
from gecam.uncertainty import round_together

BELOW_THRESHOLD, SUPPRESSED = "below_threshold", "suppressed"
# Numbers that stay, rounded, in rows that depend on an input that is not public, in a table with
# hidden cells. The others add up themselves, and would need a protection of their own. And every
# exact number is a fingerprint: with the public inputs and a guess of the seed, anyone could try
# values of the input until it fits.
SHOWN_NUMBERS = ("mean", "lower", "upper", "level")
SAME = 1e-9  # relative: relations that hold so closely hold for a reader too
# Names of the parts of a total that are a group of people.
PARTS = {"refugees and others in need of protection": "protection", "other migrants": "other"}

Sum = tuple[int, list[int]]


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Below how many people a figure is not shown.

    Parameters
    ----------
    national
        For countries and wider, persons. Releases hold no row of an area within a country.
    """

    national: float = 100.0


@dataclass(frozen=True, eq=False)
class Disclosed:
    """Rows that may be published.

    Parameters
    ----------
    rows
        As given; what is not shown has no numbers and the status ``below_threshold`` or
        ``suppressed``.
    below_threshold
        Rows from public inputs under the threshold. Anyone can compute them from the same inputs: a
        rule of publication, no protection.
    suppressed
        Rows that depend on an input that is not public and are under the threshold, and those hidden
        with them.
    notes
        What was done, in plain words.
    """

    rows: pd.DataFrame
    below_threshold: int
    suppressed: int
    notes: tuple[str, ...]

    @property
    def has_secrets(self) -> bool:
        """Whether anything is suppressed: then no draws, seed, hash or input may leave either."""
        return self.suppressed > 0


def disclose(rows: pd.DataFrame, thresholds: Thresholds = Thresholds()) -> Disclosed:
    """Leave out of the rows of one release what may not be published.

    Parameters
    ----------
    rows
        Rows of one release, as `gecam.Database.estimates` returns them.
    thresholds
        Below which a figure is not shown.

    Returns
    -------
    Disclosed
        Rows from public inputs below the threshold lose their numbers. Where a row depends on an
        input that is not public and is below, it is suppressed together with as many others as it
        takes: no reader can find a suppressed mean more narrowly than the threshold from what is
        shown (see `hide`). Then other rows that depend on such an input show rounded numbers only,
        and seed, configuration hash, and hashes of their inputs are left out.
    """
    rows = rows.reset_index(drop=True)
    mean = rows["mean"].to_numpy(dtype=np.float64)
    small = (mean > 0) & (mean < thresholds.national)
    private = ~rows["is_public"].to_numpy(dtype=bool)
    hidden = np.zeros(len(rows), dtype=bool)
    if (small & private).any():
        hidden = _hidden(rows, small & private, thresholds.national)
    below = small & ~hidden & ~private
    notes = []
    out = rows.copy()
    numbers = [c for c in rows.columns if rows[c].dtype == np.float64]
    if below.any():
        _clear(out, below, numbers, BELOW_THRESHOLD)
        notes.append(
            f"{below.sum()} figures below {thresholds.national:,.0f} people are not shown. They rest "
            "on public inputs, from which anyone can compute them: a rule of publication."
        )
    if hidden.any():
        _clear(out, hidden, numbers, SUPPRESSED)
        unsafe = [name for name in numbers if name not in SHOWN_NUMBERS]
        out.loc[private, ["mean", "lower", "upper"]] = _rounded(rows)[private]
        out.loc[hidden, ["mean", "lower", "upper"]] = np.nan
        out.loc[private, unsafe] = np.nan
        out.loc[private, "reason"] = ""
        out["seed"] = out["config_sha256"] = ""
        out["inputs"] = [
            _public_inputs(text, p) for text, p in zip(out["inputs"], private, strict=True)
        ]
        notes.append(
            f"{hidden.sum()} figures are suppressed: {(small & private).sum()} of fewer than "
            f"{thresholds.national:,.0f} people that rest on inputs that are not public, and others "
            "from which these could be found. Seed, draws and inputs are left out."
        )
    return Disclosed(out, int(below.sum()), int(hidden.sum()), tuple(notes))


def _clear(out: pd.DataFrame, mask: BoolArray, numbers: list[str], status: str) -> None:
    out.loc[mask, numbers] = np.nan
    out.loc[mask, ["status", "grade", "reason"]] = [status, "", ""]


def _rounded(rows: pd.DataFrame) -> FloatArray:
    """Return mean, lower and upper rounded together; shape (row, 3)."""
    values = [rows[name].to_numpy(dtype=np.float64) for name in ("mean", "lower", "upper")]
    sd, mcse = values[0] * rows["cv"].to_numpy(), rows["mcse"].to_numpy()
    rounded = round_together(*values, sd=np.nan_to_num(sd), mcse=np.nan_to_num(mcse))
    return np.column_stack([rounded.value, rounded.lower, rounded.upper])


def _public_inputs(text: str, is_private: bool) -> str:
    """Return the inputs of a row; of a row that rests on others too, without their hashes."""
    return " ".join(name.partition("@")[0] for name in text.split()) if is_private else text


def _hidden(rows: pd.DataFrame, secret: BoolArray, threshold: float) -> BoolArray:
    """Return the rows to hide, given those that must be."""
    known = rows["mean"].notna().to_numpy()
    position = np.cumsum(known) - 1
    values = rows["mean"].to_numpy(dtype=np.float64)[known]
    sums, at_most = row_relations(rows)
    relations = Relations(
        [(int(position[t]), position[p].tolist()) for t, p in sums],
        len(values),
        [(int(position[t]), position[p].tolist()) for t, p in at_most],
    )
    # Figures from public inputs alone cannot be hidden: anyone can compute them.
    fixed = rows["is_public"].to_numpy(dtype=bool)[known]
    hidden = np.zeros(len(rows), dtype=bool)
    hidden[known] = hide(values, secret[known], relations, threshold=threshold, fixed=fixed)
    # The total of country plans is a part of the other total that no row describes: it goes too.
    partial = rows["id"].eq("total/country plans").to_numpy()
    if not any(partial[t] or partial[p].any() for t, p in sums):
        hidden |= partial & known & ~rows["is_public"].to_numpy(dtype=bool)
    return hidden


def row_relations(rows: pd.DataFrame) -> tuple[list[Sum], list[Sum]]:
    """Return which rows add up to which, and which are at most the sum of others, by position.

    They follow from what the rows are. A sum that the figures do not bear out, such as of origins
    where the origins of some people are not known, is none for a reader either.
    """
    mean = rows["mean"].to_numpy(dtype=np.float64)
    known = rows[rows["mean"].notna()]
    sums: list[Sum] = []
    at_most: list[Sum] = []
    for is_bound, (total, parts) in [(False, s) for s in _sums(known)] + [
        (True, b) for b in _bounds(known)
    ]:
        whole, part = mean[total], mean[parts].sum()
        if abs(whole - part) <= SAME * max(whole, part):
            sums.append((total, parts))
        elif is_bound:
            at_most.append((total, parts))
    return sums, at_most


def _sums(rows: pd.DataFrame) -> Iterator[Sum]:
    """Yield rows with those that add up to them."""
    of = _by_breakdown(rows)
    groups = of("destination_group")
    for total in _positions(of("total")):
        for breakdown in ("region", "origin"):
            yield total, _positions(of(breakdown))
    for part, key in zip(_positions(of("part")), of("part")["id"], strict=True):
        name = key.partition("/")[2]
        if name in PARTS:
            yield part, _positions(groups[groups["group"].eq(PARTS[name])])
        else:
            yield part, _positions(groups[groups["iso3"].isin(BORDER_CHANGE)])
    places = of("destination")
    for name, region_of in (("region", region), ("subregion", subregion)):
        where = places["iso3"].map(region_of)
        for total, key in zip(_positions(of(name)), of(name)["region"], strict=True):
            yield total, _positions(places[where.eq(key)])
    for total, key in zip(_positions(places), places["iso3"], strict=True):
        yield total, _positions(groups[groups["iso3"].eq(key)])
    leaves = of("leaf")
    for total, key in zip(_positions(of("crisis")), of("crisis")["crisis"], strict=True):
        yield total, _positions(leaves[leaves["crisis"].eq(key)])


def _bounds(rows: pd.DataFrame) -> Iterator[Sum]:
    """Yield rows with those whose sum they cannot exceed."""
    of = _by_breakdown(rows)
    for total in _positions(of("total")):  # the total of some plans: at most that of all
        yield total, _positions(of("destination"))
    leaves, groups = of("leaf"), of("destination_group")
    counted = leaves[leaves["status"].eq("estimated")]
    for place, iso3, group in zip(_positions(groups), groups["iso3"], groups["group"], strict=True):
        own = _positions(counted[counted["iso3"].eq(iso3) & counted["group"].eq(group)])
        if own:
            yield place, own  # people in at least one crisis: at most the sum over crises,
        for leaf in own:
            yield leaf, [place]  # and at least those in each


def _by_breakdown(rows: pd.DataFrame) -> Callable[[str], pd.DataFrame]:
    return lambda breakdown: rows[rows["breakdown"].eq(breakdown)]


def _positions(rows: pd.DataFrame) -> list[int]:
    return [int(i) for i in rows.index]
