"""The product in libraries that somebody might take instead."""
# ruff: noqa: ARG001, PLC0415

from __future__ import annotations

import numpy as np


def _parts(p, n, seed):
    rng = np.random.default_rng(seed)
    sd = np.sqrt(np.log1p(p.cv**2))
    people = rng.lognormal((np.log(p.mean) - sd**2 / 2)[:, None], sd[:, None], (p.mean.size, n))
    share = rng.beta(p.a[:, None], p.b[:, None], (p.a.size, n))
    factor = np.exp(rng.multivariate_normal(np.zeros(len(p.covariance)), p.covariance, n).T)
    return people, share, factor


def xarray(p, n, seed, level):
    import xarray as xr

    people, share, factor = _parts(p, n, seed)
    labels = {"crisis": p.crisis, "country": p.country}
    x = xr.DataArray(people, dims=("corridor", "draw"),
                     coords={k: ("corridor", v) for k, v in labels.items()})  # fmt: skip
    x = x * xr.DataArray(share[p.crisis], dims=("corridor", "draw"))
    x = x * xr.DataArray(factor[p.group], dims=("corridor", "draw"))

    def summary(a):
        q = a.quantile([(1 - level) / 2, (1 + level) / 2], "draw").values
        return a.mean("draw").values, q[0], q[1]

    out = {"corridor": summary(x)} | {k: summary(x.groupby(k).sum()) for k in labels}
    return out | {"world": summary(x.sum("corridor").expand_dims("w"))}


def duckdb(p, n, seed, level):
    import duckdb
    import pandas as pd

    people, share, factor = _parts(p, n, seed)
    corridor = np.repeat(np.arange(p.mean.size, dtype=np.int32), n)
    table = pd.DataFrame({
        "corridor": corridor, "draw": np.tile(np.arange(n, dtype=np.int32), p.mean.size),
        "crisis": p.crisis.astype(np.int32)[corridor], "country": p.country.astype(np.int32)[corridor],
        "x": (people * share[p.crisis] * factor[p.group]).ravel(),
    })  # fmt: skip
    db = duckdb.connect()
    db.execute("set threads to 1")
    db.register("t", table)
    out = {}
    for name in ("corridor", "crisis", "country", "world"):
        key = "draw - draw" if name == "world" else name
        sums = (
            "select corridor k, x s from t"
            if name == "corridor"
            else (f"select {key} k, sum(x) s from t group by k, draw")
        )
        found = db.execute(
            f"select k, avg(s), quantile_cont(s, {(1 - level) / 2}), "
            f"quantile_cont(s, {(1 + level) / 2}) from ({sums}) group by k order by k"
        ).fetchnumpy()
        out[name] = tuple(list(found.values())[1:])
    return out


def openturns(p, n, seed, level):
    import openturns as ot

    ot.TBB.Disable()
    ot.RandomGenerator.SetSeed(seed)
    sd = np.sqrt(np.log1p(p.cv**2))
    marginals = [ot.LogNormal(m, s) for m, s in zip(np.log(p.mean) - sd**2 / 2, sd, strict=True)]
    marginals += [ot.Beta(a, b, 0.0, 1.0) for a, b in zip(p.a, p.b, strict=True)]
    drawn = np.array(ot.JointDistribution(marginals).getSample(n)).T
    z = ot.Normal(ot.Point(len(p.covariance)), ot.CovarianceMatrix(p.covariance.tolist()))
    factor = np.exp(np.array(z.getSample(n)).T)
    x = drawn[: p.mean.size] * drawn[p.mean.size :][p.crisis] * factor[p.group]

    def summary(a):
        sample = ot.Sample(np.ascontiguousarray(a.T))
        tails = [sample.computeQuantilePerComponent(q) for q in ((1 - level) / 2, (1 + level) / 2)]
        return a.mean(axis=1), np.array(tails[0]), np.array(tails[1])

    out = {"corridor": summary(x), "world": summary(x.sum(axis=0, keepdims=True))}
    for name, key in (("crisis", p.crisis), ("country", p.country)):
        sums = np.zeros((key.max() + 1, n))
        np.add.at(sums, key, x)
        out[name] = summary(sums)
    return out


def uncertainties(p, n, seed, level):
    """First order: symmetric intervals."""
    from scipy.special import ndtri
    from uncertainties import correlated_values, ufloat

    share = [ufloat(a / (a + b), np.sqrt(a * b / (a + b) ** 2 / (a + b + 1)))
             for a, b in zip(p.a, p.b, strict=True)]  # fmt: skip
    mean = np.exp(np.diag(p.covariance) / 2)
    covariance = np.outer(mean, mean) * np.expm1(p.covariance)
    factor = correlated_values(mean, covariance)
    x = [ufloat(m, m * c) * share[k] * factor[g]
         for m, c, k, g in zip(p.mean, p.cv, p.crisis, p.group, strict=True)]  # fmt: skip
    z = float(ndtri((1 + level) / 2))

    def summary(values):
        nominal = np.array([v.nominal_value for v in values])
        sd = np.array([v.std_dev for v in values])
        return nominal, nominal - z * sd, nominal + z * sd

    out = {"corridor": summary(x), "world": summary([sum(x)])}
    for name, key in (("crisis", p.crisis), ("country", p.country)):
        groups = [[] for _ in range(key.max() + 1)]
        for k, v in zip(key, x, strict=True):
            groups[k].append(v)
        out[name] = summary([sum(g) for g in groups])
    return out
