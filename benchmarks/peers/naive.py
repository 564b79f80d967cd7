"""What a competent statistician writes with numpy and pandas.

This file is FROZEN: it is the yardstick, and is not edited together with the engine. It was written
once, from the description of the two models, to be clear and reasonably quick: whole arrays, one
random generator, `numpy.quantile`, `pandas` for groups. A change here must be a commit of its own
with its reason, and moves every ratio in the table of results.
"""

from __future__ import annotations

import numpy as np
import pandas as pd


def summary(draws, level):
    tails = [(1 - level) / 2, (1 + level) / 2]
    lower, upper = np.quantile(draws, tails, axis=1)
    return draws.mean(axis=1), lower, upper


def product(p, n, seed, level):
    """X_i = S_i A_k R_g with everything drawn."""
    rng = np.random.default_rng(seed)
    sd = np.sqrt(np.log1p(p.cv**2))
    people = rng.lognormal((np.log(p.mean) - sd**2 / 2)[:, None], sd[:, None], (p.mean.size, n))
    share = rng.beta(p.a[:, None], p.b[:, None], (p.a.size, n))
    factor = np.exp(rng.multivariate_normal(np.zeros(len(p.covariance)), p.covariance, n).T)
    affected = people * share[p.crisis] * factor[p.group]
    frame = pd.DataFrame(affected)
    return {
        "corridor": summary(affected, level),
        "crisis": summary(frame.groupby(p.crisis).sum().to_numpy(), level),
        "country": summary(frame.groupby(p.country).sum().to_numpy(), level),
        "world": summary(affected.sum(axis=0, keepdims=True), level),
    }


def default_cells(q, n, rng):
    """Draws of other migrants and of refugees affected, each (destination, draw)."""
    D = q["stock"].size
    column = {k: v[:, None] for k, v in q.items() if v.shape == (D,)}
    w_stock, w_pin = q["correlation"]
    z = np.sqrt(w_stock) * rng.standard_normal(n) + np.sqrt(1 - w_stock) * rng.standard_normal(
        (D, n)
    )
    sd = column["stock_sd"]
    stock = column["stock"] * np.exp(sd * z - sd**2 / 2)
    inside_share = rng.beta(q["inside"][:, :1], q["inside"][:, 1:], (D, n))
    inside = inside_share * np.minimum(column["registered"], stock)
    protection = column["registered_now"] * inside / column["registered"]
    sd = column["change_sd"]
    change = column["carried"] * np.exp(sd * rng.standard_normal((D, n)) - sd**2 / 2)
    other = (stock - inside) * change

    mean, spread, *weights = q["theta"]
    shared, types = rng.standard_normal(n), rng.standard_normal((q["type"].max() + 1, n))
    theta = mean + spread * (
        np.sqrt(weights[0]) * shared
        + np.sqrt(weights[1]) * types[q["type"]]
        + np.sqrt(weights[2]) * rng.standard_normal((D, n))
    )
    psi = np.exp(theta)
    z = np.sqrt(w_pin) * rng.standard_normal(n) + np.sqrt(1 - w_pin) * rng.standard_normal((D, n))
    share = 1 / (1 + np.exp(-(column["share_location"] + column["share_sd"] * z)))
    residents = column["residents"] - column["other_mean"] + other
    in_need = share * residents
    s = residents + (other + in_need) * (psi - 1)
    other_affected = (
        2 * psi * other * in_need / (s + np.sqrt(s**2 - 4 * psi * (psi - 1) * other * in_need))
    )

    own = column["own_location"] + column["own_sd"] * rng.standard_normal((D, n))
    return other_affected, protection / (1 + np.exp(-own))


def default(q, n, seed, level, with_corridors=True):
    """Affected by destination, crisis and world, and by corridor and origin where wanted."""
    rng = np.random.default_rng(seed)
    cells = default_cells(q, n, rng)
    total = cells[0] + cells[1]
    out = {
        "destination": summary(total, level),
        "world": summary(total.sum(axis=0, keepdims=True), level),
    }
    out["crisis"] = summary(total.copy(), level)  # one crisis per destination
    if not with_corridors:  # the composition is drawn all the same: totals are sums of corridors
        return out
    weight = np.exp(
        q["location"][:, None] + q["log_sd"][:, None] * rng.standard_normal((q["location"].size, n))
    )
    place = q["destination"] * 2 + q["group"]
    sums = pd.DataFrame(weight).groupby(place).sum()
    weight /= sums.to_numpy()[sums.index.searchsorted(place)]
    for group in (0, 1):
        rows = q["group"] == group
        weight[rows] *= cells[group][q["destination"][rows]]
    frame = pd.DataFrame(weight)
    corridor = q["destination"] * 1_000 + q["origin"]
    out["corridor"] = summary(frame.groupby(corridor).sum().to_numpy(), level)
    out["origin"] = summary(frame.groupby(q["origin"]).sum().to_numpy(), level)
    return out


def default_by_sex(q, n, seed, level):
    """The same by corridor and sex, one destination after the other: whole arrays would not fit."""
    rng = np.random.default_rng(seed)
    cells = default_cells(q, n, rng)
    found = []
    for d in range(q["stock"].size):
        rows = np.flatnonzero(q["destination"] == d)
        weight = np.exp(
            q["location"][rows, None]
            + q["log_sd"][rows, None] * rng.standard_normal((rows.size, n))
        )
        for group in (0, 1):
            here = q["group"][rows] == group
            if here.any():
                weight[here] *= cells[group][d] / weight[here].sum(axis=0)
        odds = np.log(q["female"][rows] / (1 - q["female"][rows]))[:, None]
        female = 1 / (1 + np.exp(-(odds + q["sex_sd"] * rng.standard_normal((rows.size, n)))))
        for part in (weight * female, weight * (1 - female)):
            by_origin = pd.DataFrame(part).groupby(q["origin"][rows]).sum().to_numpy()
            found.append(summary(by_origin, level))
    return {"corridor": tuple(np.concatenate(x) for x in zip(*found, strict=True))}
