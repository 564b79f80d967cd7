"""Hidden cells of random tables and of pairs of releases, audited by a formulation of its own."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.optimize import linprog
from world import World

from gecam.codes import region
from gecam.errors import InputError
from gecam.publish import Exported, Relations, disclose, hide
from gecam.publish.relations import row_relations

THRESHOLDS = (100.0, 500.0)
THRESHOLD = 100.0  # of releases
PLACES = ("SDN", "TCD", "KEN", "PER", "COL", "YEM", "LBN", "UKR")
ORIGINS = ("ERI", "SSD", "VEN", "SYR", "AFG", "ETH", "SOM", "CAF")


def random_table(rng: np.random.Generator) -> tuple[np.ndarray, Relations]:
    """A table of two or three dimensions with all margins: many small cells, some zeros."""
    shape = tuple(
        int(n) for n in rng.integers(2, 7 if rng.random() < 0.7 else 4, rng.choice([2, 2, 3]))
    )
    counts = np.floor(np.exp(rng.normal(4.5, 2.0, shape)))
    counts[rng.random(shape) < 0.15] = 0
    # A margin is a table with one dimension summed away; index -1 stands for the sum.
    extended = counts
    for axis in range(len(shape)):
        extended = np.concatenate([extended, extended.sum(axis=axis, keepdims=True)], axis=axis)
    position = np.arange(extended.size).reshape(extended.shape)
    sums = []
    for axis in range(len(shape)):
        lines = np.moveaxis(position, axis, -1).reshape(-1, extended.shape[axis])
        sums += [(int(line[-1]), line[:-1].tolist()) for line in lines]
    return extended.ravel(), Relations(sums, extended.size)


def widths(
    hidden: np.ndarray, bounds: list[tuple[float, float | None]], equations: list[dict[int, float]]
) -> np.ndarray:
    """Return the width of the interval that a reader can put around each hidden cell.

    Over all cells, dense, and with another algorithm of the solver than the package's.
    """
    n = len(bounds)
    matrix = np.zeros((len(equations), n))
    for row, equation in enumerate(equations):
        for cell, weight in equation.items():
            matrix[row, cell] += weight
    found = []
    for cell in np.flatnonzero(hidden):
        ends = []
        for sign in (1.0, -1.0):
            cost = np.zeros(n)
            cost[cell] = sign
            answer = linprog(
                cost, None, None, matrix, np.zeros(len(matrix)), bounds, method="highs-ds"
            )
            ends.append(sign * (answer.fun if answer.status == 0 else -np.inf))
        found.append(ends[1] - ends[0])
    return np.array(found)


def narrowest(values: np.ndarray, hidden: np.ndarray, relations: Relations) -> float:
    """Return the least width of a hidden cell of a table."""
    bounds = [(0.0, None) if h else (v, v) for v, h in zip(values, hidden, strict=True)]
    equations = [{t: 1.0} | dict.fromkeys(parts, -1.0) for t, parts in relations.sums]
    return float(widths(hidden, bounds, equations).min(initial=np.inf))


@dataclass(frozen=True)
class Survey:
    """A survey that is not public: people in need by place and group, and where the public ones are."""

    people: dict[tuple[str, str], float]
    public: frozenset[str]
    shares: pd.DataFrame


def random_survey(rng: np.random.Generator) -> Survey:
    """Some places, half of them from the survey; origins of whom some live in one place only."""
    places = rng.choice(PLACES, rng.integers(3, 7), replace=False).tolist()
    public = frozenset(places[: len(places) // 2])
    people = {
        (place, group): float(np.exp(rng.normal(5.0, 1.8)))
        for place in places
        for group in ("other", "protection")
    }
    shares = []
    for place, group in people:
        origins = rng.choice(ORIGINS, rng.integers(1, 5), replace=False).tolist()
        parts = rng.dirichlet(np.ones(len(origins)))
        shares += [(place, group, *pair) for pair in zip(origins, parts.tolist(), strict=True)]
    table = pd.DataFrame(shares, columns=["destination", "group", "origin", "share"])
    return Survey(people, public, table)


def release_of(survey: Survey, places: list[str]) -> pd.DataFrame:
    """The rows of a release of some of the places."""
    cells = {key: n for key, n in survey.people.items() if key[0] in places}
    rows = []

    def add(breakdown: str, key: str, people: float, is_public: bool, **labels: str) -> None:
        rows.append({"breakdown": breakdown, "id": f"{breakdown}/{key}", "mean": people,
                     "is_public": is_public, **labels})  # fmt: skip

    whole = sum(cells.values())
    add("total", "all country-level plans", whole, set(places) <= survey.public)
    for name in sorted({region(place) for place in places}):
        own = [place for place in places if region(place) == name]
        add("region", name, sum(n for (p, _), n in cells.items() if p in own),
            set(own) <= survey.public, region=name)  # fmt: skip
    for place in places:
        add("destination", place, sum(cells[place, g] for g in ("other", "protection")),
            place in survey.public, iso3=place)  # fmt: skip
    for (place, group), people in cells.items():
        labels = {"iso3": place, "group": group, "crisis": f"c-{place}"}
        add("destination_group", f"{place}/{group}", people, place in survey.public,
            iso3=place, group=group)  # fmt: skip
        add("cell", f"c-{place}/{place}/{group}", people, place in survey.public, **labels)
    here = survey.shares[survey.shares["destination"].isin(places)]
    for origin, own in here.groupby("origin"):
        people = sum(cells[p, g] * share for p, g, _, share in own.itertuples(index=False))
        add("origin", origin, people, False, origin=origin)  # as releases have it
    table = pd.DataFrame(rows).fillna("")
    mean = table["mean"].to_numpy()
    return table.assign(lower=mean * 0.96, upper=mean * 1.04, cv=0.02, mcse=0.0, status="estimated",
                        level=0.9, grade="C", reason="", seed="1", config_sha256="",
                        inputs="survey")  # fmt: skip


Table = tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]  # rows, shares, and what was shown


def found_in(tables: list[Table]) -> np.ndarray:
    """Return the widths of the suppressed rows of places and sums, given all tables together."""
    bounds: list[tuple[float, float | None]] = []
    equations: list[dict[int, float]] = []
    asked: list[bool] = []
    first: dict[str, tuple[int, float]] = {}
    for rows, shares, shown in tables:
        at = {key: len(bounds) + i for i, key in enumerate(rows["id"])}
        units = 10.0 ** (np.floor(np.log10(rows["mean"])) - 2)
        hidden = shown["status"].eq("suppressed")
        is_origin = rows["breakdown"].eq("origin")
        for value, unit, is_hidden, is_rounded in zip(
            rows["mean"], units, hidden, is_origin, strict=True
        ):
            near = unit / 2 if is_rounded else 1e-7 * max(value, 1.0)
            bounds.append((0.0, None) if is_hidden else (max(0.0, value - near), value + near))
        asked += (hidden & ~is_origin).tolist()
        for total, parts in row_relations(rows)[0]:
            ids = rows["id"]
            equations.append({at[ids[total]]: 1.0} | {at[ids[part]]: -1.0 for part in parts})
        for key in rows["id"][is_origin]:
            own = shares[shares["origin"].eq(key.partition("/")[2])]
            places = {
                at[f"destination_group/{p}/{g}"]: -share
                for p, g, _, share in own.itertuples(index=False)
                if f"destination_group/{p}/{g}" in at
            }
            equations.append({at[key]: 1.0} | places)
        for key, value in zip(rows["id"], rows["mean"], strict=True):
            if key.startswith(("cell/", "destination_group/")):
                if key in first:
                    cell, before = first[key]
                    equations.append({at[key]: 1.0, cell: -value / before})
                first[key] = at[key], value
    return widths(np.array(asked), bounds, equations)


def shown_of(rows: pd.DataFrame, shares: pd.DataFrame, earlier: list[Exported]) -> pd.DataFrame:
    return disclose(rows, shares=shares, earlier=earlier).rows


def run_releases(rng: np.random.Generator, n: int) -> tuple[dict, list[str]]:
    """Export two releases that share a survey, one after the other, and read both together."""
    least, refused, problems = np.inf, 0, []
    open_by_origins = open_together = hidden = 0
    for i in range(n):
        survey = random_survey(rng)
        places = sorted({place for place, _ in survey.people})
        tables: list[Table] = []
        apart: list[Table] = []
        earlier: list[Exported] = []
        for name in ("first", "second"):
            some = sorted(rng.choice(places, rng.integers(2, len(places) + 1), replace=False))
            rows, shares = release_of(survey, some), survey.shares
            plain = disclose(rows[rows["breakdown"].ne("origin")]).rows
            origins = rows[rows["breakdown"].eq("origin")]
            without = pd.concat([plain, origins]).set_index("id").loc[rows["id"]].reset_index()
            open_by_origins += found_in([(rows, shares, without)]).min(initial=np.inf) < THRESHOLD
            try:
                apart.append((rows, shares, shown_of(rows, shares, [])))
                shown = shown_of(rows, shares, earlier)
            except InputError:  # nothing is exported: there is nothing to find out
                refused += 1
                continue
            tables.append((rows, shares, shown))
            suppressed = frozenset(shown["id"][shown["status"].eq("suppressed")])
            hidden += len(suppressed)
            private = rows[
                ~rows["is_public"] & rows["breakdown"].isin(["cell", "destination_group"])
            ]
            # the same people in both, whatever release they are in
            ratios = dict.fromkeys(private["id"], 1.0)
            earlier.append(Exported(name, rows, shares, suppressed, THRESHOLD, ratios))
        width = found_in(tables).min(initial=np.inf) / THRESHOLD if tables else np.inf
        least = min(least, width)
        if width < 1 - 1e-6:
            problems.append(f"releases {i}: {width}")
        open_together += found_in(apart).min(initial=np.inf) < THRESHOLD if apart else 0
    figures = {
        "pairs": n,
        "pairs_hidden": hidden,
        "pairs_refused": refused,
        "pairs_narrowest_over_threshold": round(float(least), 6),
        "releases_open_by_origins": int(open_by_origins),
        "pairs_open_without_earlier": int(open_together),
    }
    return figures, problems


def run(template: Path, folder: Path, world: World, *, tables: int, pairs: int, seed: int) -> dict:
    """Protect random tables and audit them; the margins rest on the same inputs and may be hidden."""
    rng = np.random.default_rng(seed)
    narrow, cells, primary, hidden_cells = [], 0, 0, 0
    least, naive = np.inf, 0
    for i in range(tables):
        values, relations = random_table(rng)
        threshold = float(rng.choice(THRESHOLDS))
        sensitive = (values > 0) & (values < threshold)
        hidden = hide(values, sensitive, relations, threshold=threshold)
        width = narrowest(values, hidden, relations) / threshold
        least = min(least, width)
        if width < 1 or (sensitive & ~hidden).any():
            narrow.append(f"table {i}: {width}")
        naive += narrowest(values, sensitive, relations) < threshold
        cells += len(values)
        primary += int(sensitive.sum())
        hidden_cells += int(hidden.sum())
    of_pairs, pair_problems = run_releases(rng, pairs)
    return {
        "tables": tables,
        "cells": cells,
        "below_threshold": primary,
        "hidden": hidden_cells,
        "narrowest_over_threshold": round(float(least), 6),
        "tables_open_without_complementary_cells": int(naive),
        **of_pairs,
        "problems": [*narrow, *pair_problems],
    }
