"""The same two pieces of work through the package."""
# ruff: noqa: SLF001

from __future__ import annotations

import numpy as np
from gecam.estimation.draw.factors import shared_of_all

from gecam.aggregation import ShareNoise, mix_rows
from gecam.estimation.draw.beta_quantiles import beta_at_scores
from gecam.estimation.draw.destination_draws import draw_destination
from gecam.estimation.gathering import Run, gather
from gecam.results import Provenance
from gecam.uncertainty import SobolStreams, Streams, summarize

REPLICATES = 4  # of quasi-random draws
UNIT = 1e-9  # a share this small has lognormal noise


def cells(prepared, made, n, seed, sampler="mc"):
    """Draws of all cells, and totals that add draw by draw."""
    plans, compositions = prepared
    streams = Streams(seed)
    if sampler == "sobol":
        streams = SobolStreams(seed, n, REPLICATES, shared_of_all(plans))
    results = [draw_destination(plan, streams, n) for plan in plans]
    provenance = Provenance(made.name, seed, n, "", {})
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
    factors = tuple(("factor", str(g)) for g in range(len(p.covariance)))
    streams = Streams(seed) if sampler == "mc" else SobolStreams(seed, n, REPLICATES, factors)
    share = []
    for k, (a, b) in enumerate(zip(p.a, p.b, strict=True)):
        own = ("share", str(k))
        place = streams if sampler == "mc" else streams.of_place(str(k), factors, (own,))
        share.append(beta_at_scores(a, b, place.normal(*own, 0, n)))
    z = np.stack([streams.normal(*factor, 0, n) for factor in factors])
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
