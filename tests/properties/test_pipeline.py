"""What must hold of every estimate: means, sums, subsets, order, workers, scale."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace
from itertools import pairwise
from multiprocessing import get_context

import numpy as np
import pytest

from gecam.datasets import load_edition
from gecam.estimation import estimate
from gecam.model import Assumptions, OddsRatioPrior, Population, ProtectedPopulation, Stock
from gecam.results import SELECTIONS

NEIGHBOURS = OddsRatioPrior.exactly(1.0)


@pytest.mark.parametrize(
    "grade", ["A", "E", *(pytest.param(grade, marks=pytest.mark.slow) for grade in "BCD")]
)
def test_means_equal_the_deterministic_product_at_every_grade(case_factory, grade):
    case = case_factory(assumptions=Assumptions(odds_ratio=NEIGHBOURS))
    case = replace(case, footprints=tuple(replace(f, grade=grade) for f in case.footprints))
    est = estimate(case, draws=40_000, seed=11)
    for breakdown in (est.by("crisis", "destination", "group"), est.by("destination"), est.total()):
        rows = breakdown.summary()
        rows = rows[rows["status"].isin(["estimated", "superseded"])]
        # 3 Monte Carlo errors each; the union of two crises is not linear, which adds 1e-3 at most
        error = (rows["mean"] - rows["odds_ratio_1"]).abs()
        assert (error <= 3 * rows["mcse"] + 1e-3 * rows["odds_ratio_1"]).all(), rows


def test_without_noise_every_draw_is_the_deterministic_product(case_factory):
    quiet = replace(
        Assumptions().without_noise(),
        inside_stock={"added": (8e9, 2e9), "unknown": (4e9, 4e9)},
        protection_logit_sd=0.0, unknown_scope_weight=1.0, overlap="independent",
    )  # fmt: skip
    case = case_factory(assumptions=quiet)
    case = replace(case, population=Population(case.population.people, 0.0, case.population.source))
    est = estimate(case, draws=50, seed=1)
    rows = est.summary().dropna(subset="mean")
    assert np.allclose(rows["lower"], rows["odds_ratio_1"], rtol=1e-4)  # Beta(8e9, 2e9) has sd 4e-6
    assert np.allclose(rows["upper"], rows["odds_ratio_1"], rtol=1e-4)


def test_a_subset_has_the_same_draws(small_case, small_estimates):
    part = estimate(small_case.restrict(["KEN"]), draws=20_000, seed=7)
    for cell in part.cells:
        i = [x.id for x in small_estimates.cells].index(cell.id)
        j = [x.id for x in part.cells].index(cell.id)
        assert np.array_equal(part.draws[j], small_estimates.draws[i], equal_nan=True)


def test_order_of_inputs_does_not_matter(case_factory, small_case):
    shuffled = case_factory(
        crises=small_case.crises[::-1],
        footprints=small_case.footprints[::-1],
        stock=Stock(
            small_case.stock.people.sample(frac=1, random_state=1), small_case.stock.basis,
            small_case.stock.source,
        ),
    )  # fmt: skip
    a, b = (estimate(c, draws=300, seed=5) for c in (small_case, shuffled))
    assert np.array_equal(a.draws, b.draws, equal_nan=True)
    assert a.by("origin").summary().equals(b.by("origin").summary())


def test_workers_do_not_change_a_bit(small_case, processes):
    alone = estimate(small_case, draws=500, seed=5)
    seen = []
    with ThreadPoolExecutor(3) as threads:
        threaded = estimate(
            small_case, draws=500, seed=5, executor=threads,
            progress=lambda done, total: seen.append((done, total)),
        )  # fmt: skip
    spawned = estimate(small_case, draws=500, seed=5, executor=processes)
    for other in (threaded, spawned):
        assert np.array_equal(alone.draws, other.draws, equal_nan=True)
        assert alone.provenance == other.provenance
    assert seen == [(1, 3), (2, 3), (3, 3)]


def test_rows_of_places_add_to_the_total_draw_by_draw(small_estimates):
    total = small_estimates.total().row(total=SELECTIONS[1]).draws[0]
    for dimensions in (("destination",), ("region",), ("group",), ("destination", "group"),
                       ("origin",), ("sex",), ("destination", "origin")):  # fmt: skip
        assert np.allclose(small_estimates.by(*dimensions).sum(), total, rtol=1e-12)


def test_ten_times_the_people_are_ten_times_the_affected(case_factory, small_case):
    def scaled(table, columns):
        return table.assign(**{c: table[c] * 10 for c in columns})

    big = case_factory(
        stock=Stock(
            scaled(small_case.stock.people, ["people"]), small_case.stock.basis,
            small_case.stock.source,
        ),
        population=Population(
            scaled(small_case.population.people, ["people"]), source=small_case.population.source
        ),
        protected=ProtectedPopulation(
            scaled(small_case.protected.people, ["refugees", "asylum_seekers"]),
            small_case.protected.source,
        ),
        footprints=tuple(replace(f, people=10 * f.people) for f in small_case.footprints),
    )  # fmt: skip
    a, b = (estimate(c, draws=200, seed=5) for c in (small_case, big))
    assert np.allclose(10 * a.draws, b.draws, rtol=1e-9, equal_nan=True)


def test_a_higher_odds_ratio_never_means_fewer_people(case_factory):
    results = [
        estimate(case_factory(assumptions=Assumptions(odds_ratio=OddsRatioPrior.from_logs(m, 0.5))),
                 draws=300, seed=5).draws
        for m in (-1.0, 0.0, 1.0)
    ]  # fmt: skip
    for low, high in pairwise(results):
        assert (np.nan_to_num(high) >= np.nan_to_num(low) - 1e-9).all()


def test_draws_stay_within_the_group(small_case, small_estimates):
    for i, cell in enumerate(small_estimates.cells):
        if cell.status == "estimated":
            assert (small_estimates.draws[i] >= 0).all()
    est = estimate(small_case, draws=2_000, seed=5)
    union = est.unions[SELECTIONS[1]]
    for i, cell in enumerate(est.cells):
        if cell.destination == "KEN":  # two crises: at least each, at most both
            place = est.places.index((cell.destination, cell.group))
            assert (union.draws[place] >= est.draws[i] - 1e-6).all()


def test_scopes_order_as_their_definitions_do(small_case):
    totals = {
        scope: estimate(small_case, draws=400, seed=5, scope=scope).total().row(total=SELECTIONS[1])
        for scope in ("excluding_refugees", "all", "union")
    }
    means = [t.draws.mean() for t in totals.values()]
    assert means[0] < means[1] < means[2]
    micic = estimate(small_case, draws=400, seed=5, scope="micic")
    estimated = {cell.destination for cell in micic.cells if cell.status == "estimated"}
    assert estimated == {"KEN"}  # the only stock by citizenship
    assert all("citizens" in cell.reason for cell in micic.cells
               if cell.group == "other" and cell.destination != "KEN")  # fmt: skip


@pytest.mark.slow
def test_eight_workers_give_the_bits_of_one_on_a_whole_edition():
    edition = load_edition("2022")
    alone = estimate(edition, draws=400, seed=5)
    with ProcessPoolExecutor(8, mp_context=get_context("spawn")) as processes:
        spawned = estimate(edition, draws=400, seed=5, executor=processes)
        sampled = spawned.by("destination", "origin", draws="sampled", executor=processes).summary()
    assert np.array_equal(alone.draws, spawned.draws, equal_nan=True)
    assert alone.by("destination").summary().equals(spawned.by("destination").summary())
    assert alone.by("destination", "origin", draws="sampled").summary().equals(sampled)
