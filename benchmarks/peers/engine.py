"""The same two pieces of work through the package."""
# ruff: noqa: SLF001

from __future__ import annotations

import numpy as np

from gecam.aggregation import ShareNoise, mix_rows
from gecam.estimation.draw.beta_quantiles import beta_at_scores
from gecam.estimation.draw.destination_draws import draw_destination
from gecam.estimation.gathering import Run, gather
from gecam.results import Provenance
from gecam.uncertainty import streams_of, summarize

UNIT = 1e-9  # a share this small has lognormal noise


def cells(prepared, made, n, seed, sampler="mc"):
    """Draws of all cells, and totals that add draw by draw."""
    plans, compositions = prepared
    provenance = Provenance(made.name, seed, n, "", {}, sampler)
    results = [draw_destination(plan, provenance.streams, n) for plan in plans]
    return gather(Run(made, plans, compositions, "all", 0.9, provenance), results)


def default(prepared, made, n, seed, level, sampler="mc", with_corridors=True):
    est = cells(prepared, made, n, seed, sampler)
    levels = {"destination": ("destination",), "crisis": ("crisis",)}
    if with_corridors:
        levels |= {"corridor": ("destination", "origin"), "origin": ("origin",)}
    out = {}
    for name, dimensions in levels.items():
        found = est.by(*dimensions)
        summary = found._statistics(level, "eti", with_median=False)
        out[name] = summary.mean, summary.lower, summary.upper
    total = summarize(est.total().draws[1:], level=level)
    return out | {"world": (total.mean, total.lower, total.upper)}


def default_by_sex(prepared, made, n, seed, level, sampler="mc"):
    est = cells(prepared, made, n, seed, sampler)
    summary = est.by("destination", "origin", "sex")._statistics(level, "eti", with_median=False)
    return {"corridor": (summary.mean, summary.lower, summary.upper)}


def product(p, n, seed, level, sampler="mc"):
    """Share of the crisis x factor of the group are the people, their number is the share."""
    streams = streams_of(sampler, seed)
    share = [
        beta_at_scores(a, b, streams.normal("share", str(k), 0, n))
        for k, (a, b) in enumerate(zip(p.a, p.b, strict=True))
    ]
    z = np.stack([streams.normal("factor", str(g), 0, n) for g in range(len(p.covariance))])
    factor = np.exp(np.einsum("gh,hn->gn", np.linalg.cholesky(p.covariance), z))
    groups = len(factor)
    people = np.concatenate([factor * a for a in share])
    place = p.crisis * groups + p.group
    mean, variance = p.mean * UNIT, (p.mean * UNIT * p.cv) ** 2
    scale = p.mean.max() * 10 * UNIT
    noise = ShareNoise.from_mean(mean / scale * UNIT, np.sqrt(np.log1p(p.cv**2)))
    out = {}
    for name, row in (("corridor", np.arange(mean.size)), ("crisis", p.crisis), ("country", p.country),
                      ("world", np.zeros(mean.size, dtype=np.int64))):  # fmt: skip
        key, term = np.unique(row * people.shape[0] + place, return_inverse=True)
        m, v = np.bincount(term, mean), np.bincount(term, variance)
        rows = mix_rows(
            people, key // people.shape[0], key % people.shape[0], m / scale * UNIT,
            v / (scale / UNIT) ** 2, noise if name == "corridor" else None,
        )  # fmt: skip
        s = rows.summary(level=level, kind="eti", with_median=False)
        out[name] = tuple(x * scale / UNIT / UNIT for x in (s.mean, s.lower, s.upper))
    return out
