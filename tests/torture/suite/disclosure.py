"""Hidden cells of random tables, audited by a formulation of its own."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from scipy.optimize import linprog
from world import World

from gecam.publish import Relations, hide

THRESHOLDS = (100.0, 500.0)


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


def narrowest(values: np.ndarray, hidden: np.ndarray, relations: Relations) -> float:
    """Return the width of the narrowest interval that a reader can put around a hidden cell.

    Over all cells with the shown ones fixed, dense, and with another algorithm of the solver.
    """
    n = len(values)
    equations = np.zeros((len(relations.sums), n))
    for row, (total, parts) in enumerate(relations.sums):
        equations[row, total] = 1
        equations[row, parts] = -1
    bounds = [(0, None) if h else (v, v) for v, h in zip(values, hidden, strict=True)]
    width = np.inf
    for cell in np.flatnonzero(hidden):
        ends = []
        for sign in (1.0, -1.0):
            cost = np.zeros(n)
            cost[cell] = sign
            found = linprog(
                cost, None, None, equations, np.zeros(len(equations)), bounds, method="highs-ds"
            )
            ends.append(sign * found.fun if found.status == 0 else sign * -np.inf)
        width = min(width, ends[1] - ends[0])
    return float(width)


def run(template: Path, folder: Path, world: World, *, tables: int, seed: int) -> dict:
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
    return {
        "tables": tables,
        "cells": cells,
        "below_threshold": primary,
        "hidden": hidden_cells,
        "narrowest_over_threshold": round(float(least), 6),
        "tables_open_without_complementary_cells": int(naive),
        "problems": narrow,
    }
