"""The two pieces of work: the default model of the package, and a simpler product.

Everything here is invented; sizes are those of a world year (11,000 corridors, 100 crises) and of 30
years and both sexes (660,000 corridors).
"""
# ruff: noqa: PLC0415

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from gecam.estimation.pipeline import compositions_of
from gecam.estimation.plan.destination import DestinationPlan, destination_plan
from gecam.model import (
    Assumptions,
    Case,
    Crisis,
    Footprint,
    OddsRatioPrior,
    Population,
    ProtectedPopulation,
    Source,
    Stock,
)

LEVEL = 0.95


@dataclass(frozen=True)
class Product:
    """People x share of the crisis x factor of the group: X_i = S_i A_k R_g."""

    crisis: np.ndarray
    country: np.ndarray
    group: np.ndarray
    mean: np.ndarray
    cv: np.ndarray
    a: np.ndarray
    b: np.ndarray
    covariance: np.ndarray


def product(corridors: int = 11_000, crises: int = 100, seed: int = 5) -> Product:
    """Corridors spread evenly over crises, 60 countries of origin, 5 groups of countries."""
    r = np.random.default_rng(seed)
    crisis = np.repeat(np.arange(crises), corridors // crises)
    country = np.arange(corridors) % (corridors // crises) % 60
    group = r.integers(0, 5, 60)[country]
    share, size = r.uniform(0.03, 0.6, crises), r.uniform(20, 200, crises)
    return Product(
        crisis, country, group, np.exp(r.normal(6, 2, corridors)), r.uniform(0.05, 0.3, corridors),
        share * size, (1 - share) * size, 0.04 * (0.5 + 0.5 * np.eye(5)),
    )  # fmt: skip


def case(
    destinations: int = 100, origins: int = 110, year: int = 2022, seed: int = 3, even: bool = False
) -> Case:
    """One crisis per destination, everybody's origins, refugees from a tenth of them."""
    r = np.random.default_rng(seed)
    codes = _codes(max(destinations, origins + 1))
    when = date(year, 7, 1)
    stocks, registered, footprints, crises, people = [], [], [], [], []
    source = Source("needs", "invented", "needs")
    for d in codes[:destinations]:
        from_ = [o for o in codes if o != d][:origins]
        share = np.full(origins, 1 / origins) if even else r.dirichlet(np.full(origins, 0.4)) + 1e-5
        total = float(np.exp(r.normal(12.5, 1.2)))
        count = np.maximum(total * share / share.sum(), 1.0)
        for back, growth in ((7, 0.9), (2, 1.0)):
            for sex, part in (("female", 0.45), ("male", 0.55)):
                stocks += [
                    (d, o, f"{year - back}-07-01", sex, n * growth * part)
                    for o, n in zip(from_, count, strict=True)
                ]
        some = np.argsort(-count)[: origins // 10]
        registered += [
            (d, from_[i], f"{year + y}-12-31", 0.4 * count[i], 0.01 * count[i], None)
            for i in some for y in (-8, -7, -3, -2, -1, 0)
        ]  # fmt: skip
        residents = 40 * total
        people.append((d, str(when), residents))
        crises.append(Crisis(f"plan-{d}", f"Plan {d}", "complex", when, "country_plan",
                             onset=date(year - 9, 1, 1)))  # fmt: skip
        footprints.append(Footprint(f"plan-{d}", d, residents * r.uniform(0.05, 0.6), when,
                                    pin_scope="all", grade="B", source=source))  # fmt: skip
    stock = Stock(
        pd.DataFrame(stocks, columns=["destination", "origin", "as_of", "sex", "people"]),
        pd.DataFrame([(d, "birth", True, False) for d in codes[:destinations]],
                     columns=["destination", "basis", "refugees_added", "is_imputed"]),
        Source("stock", "invented", "stock"),
    )  # fmt: skip
    population = Population(
        pd.DataFrame(people, columns=["place", "as_of", "people"]),
        source=Source("population", "invented", "population"),
    )
    columns = ["destination", "origin", "as_of", "refugees", "asylum_seekers", "oip"]
    protected = ProtectedPopulation(
        pd.DataFrame(registered, columns=columns), Source("protected", "invented", "protected")
    )
    return Case(
        stock, population, tuple(crises), tuple(footprints), protected, name=f"bench {year}",
        assumptions=Assumptions(
            odds_ratio=OddsRatioPrior.from_logs(0.2027, 0.5446),  # of all rows
            change_correlation=0.0,  # these two as in the frozen script that it is compared with
            protection_in_need="published",
        ),
    )  # fmt: skip


def _codes(n: int) -> list[str]:
    from gecam.codes import is_iso3

    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    found = [a + b + c for a in letters for b in letters for c in letters if is_iso3(a + b + c)]
    return found[:n]


def prepared(made: Case):
    """What is deterministic: plans and compositions."""
    plans = [destination_plan(made, d, "all") for d in made.destinations]
    return plans, compositions_of(made, made.destinations, "all")


def parameters(plans: list[DestinationPlan], compositions) -> dict[str, np.ndarray]:
    """The numbers of the model as plain arrays, for whoever does not use the package."""
    from gecam.aggregation import centred_shares
    from gecam.uncertainty import LogitNormal, logit_normal_location

    cells = [p.crises[0] for p in plans]
    splits, shares = [c.split for c in cells], [c.shares.residents for c in cells]
    own = [c.shares.protection.own for c in cells]
    assert all(isinstance(x, LogitNormal) for x in own)
    carried = [s.dated.people / s.dated.measured for s in splits]
    a = plans[0].assumptions
    prior = a.odds_ratio
    rows = []
    for i, plan in enumerate(plans):
        for group, name in enumerate(("other", "protection")):
            c = compositions.get((plan.destination, name))
            if c is not None:
                location = centred_shares(c.share, c.log_sd).location
                rows += [(i, group, o, m, s, f) for o, m, s, f in
                         zip(c.origin, location, c.log_sd,
                             c.attributes["sex"].share["female"], strict=True)]  # fmt: skip
    origins = sorted({r[2] for r in rows})
    table = np.array([s.table for s in shares])
    sd = np.array([s.logit_sd for s in shares])
    return {
        "stock": np.array([s.stock for s in splits]),
        "stock_sd": np.array([s.log_sd for s in splits]),
        "registered": np.array([s.registered for s in splits]),
        "registered_now": np.array([s.registered_now for s in splits]),
        "inside": np.array([s.inside for s in splits]),
        "carried": np.array(carried),
        "change_sd": np.sqrt([max(s.dated.log_sd**2 - s.log_sd**2, 0) for s in splits]),
        "other_mean": np.array([s.other for s in splits]),
        "residents": np.array([s.table_residents for s in shares]),
        "share_location": np.array(logit_normal_location(table, sd)),
        "share_sd": sd,
        "own_location": np.array([x.location for x in own]),
        "own_sd": np.array([x.logit_sd for x in own]),
        "type": np.unique([p.country_type for p in plans], return_inverse=True)[1],
        "theta": np.array([prior.log_median, prior.log_scale, *prior.weights]),
        "correlation": np.array([a.stock_correlation, a.pin_correlation]),
        "destination": np.array([r[0] for r in rows]),
        "group": np.array([r[1] for r in rows]),
        "origin": np.array([origins.index(r[2]) for r in rows]),
        "location": np.array([r[3] for r in rows]),
        "log_sd": np.array([r[4] for r in rows]),
        "female": np.array([r[5] for r in rows]),
        "sex_sd": np.array([next(iter(compositions.values())).attributes["sex"].logit_sd]),
    }
