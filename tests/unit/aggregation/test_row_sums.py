"""Rows that are sums over places: the same as their draws, each by itself."""

from __future__ import annotations

import numpy as np
import pytest

from gecam.aggregation import ClassShares, Composition, find_laws, mix_rows, row_sums
from gecam.aggregation.row_sums import Terms, sum_quantiles
from gecam.aggregation.share_noise import ShareNoise

N = 20_000
PLACES = 7
R = np.random.default_rng(5)
PEOPLE = 1e5 * np.exp(0.5 * R.standard_normal(N) + 0.5 * R.standard_normal((PLACES, N)))
POWER = np.square(PEOPLE).mean(axis=1)
COUNT = np.array([2, 2, 5, 2, 7, 3, 2])
FIRST = np.cumsum(COUNT) - COUNT
PLACE = np.concatenate([[0, 1], [0, 1], [0, 1, 2, 4, 6], [2, 5], np.arange(7), [1, 3, 4], [0, 1]])
SHARE = R.uniform(0.02, 0.6, PLACE.size)
NOISE = ShareNoise.from_mean(SHARE, R.uniform(0.2, 0.5, PLACE.size))
TERMS = Terms(PLACE, SHARE, NOISE.variance(), NOISE)
TAILS = [0.05, 0.5, 0.95]
ETI = {"level": 0.9, "kind": "eti"}


def drawn(row, n=60):
    """Draws of a row with `n` draws of its shares for each draw of people."""
    terms = range(FIRST[row], FIRST[row] + COUNT[row])
    r = np.random.default_rng(row)
    total = np.zeros((n, N))
    for t in terms:
        total += NOISE[[t]].shares(r.standard_normal(n * N)).reshape(n, N) * PEOPLE[PLACE[t]]
    return total.reshape(-1)


def test_quantiles_are_those_of_draws_with_the_same_people():
    found, _ = sum_quantiles(PEOPLE, POWER, TERMS, FIRST, COUNT, TAILS, 1)
    # one share for each of 20,000 draws of people: plain draws of both err by 1 % of a bound
    for row in range(COUNT.size):
        assert found[:, row] == pytest.approx(np.quantile(drawn(row), TAILS), rel=0.007)


def test_moments_are_those_of_sums():
    row = np.repeat(np.arange(COUNT.size), COUNT)
    rows = mix_rows(PEOPLE, row, PLACE, SHARE, NOISE.variance(), NOISE).summary(**ETI)
    for r in range(COUNT.size):
        draws = drawn(r)
        assert rows.mean[r] == pytest.approx(draws.mean(), rel=2e-3)
        assert rows.sd[r] == pytest.approx(draws.std(), rel=1e-2)
        core = sum(SHARE[t] * PEOPLE[PLACE[t]] for t in range(FIRST[r], FIRST[r] + COUNT[r]))
        assert rows.mean[r] == pytest.approx(core.mean(), rel=1e-12)
        assert rows.mcse[r] == pytest.approx(core.std(ddof=1) / np.sqrt(N), rel=1e-9)


def test_laws_that_are_not_given_match_mean_and_variance():
    terms = TERMS._replace(noise=None)
    distribution = terms.distributions(np.arange(PLACE.size))
    assert distribution.mean() == pytest.approx(SHARE, rel=1e-6)
    assert distribution.variance() == pytest.approx(TERMS.variance, rel=1e-4)
    found, squares = sum_quantiles(PEOPLE, POWER, terms, FIRST, COUNT, TAILS, 1)
    given, same = sum_quantiles(PEOPLE, POWER, TERMS, FIRST, COUNT, TAILS, 1)
    assert found == pytest.approx(given, rel=1e-3)
    assert np.array_equal(squares, same)


def test_blocks_batches_and_other_rows_change_no_bit(monkeypatch):
    whole = np.vstack(sum_quantiles(PEOPLE, POWER, TERMS, FIRST, COUNT, TAILS, 1))
    for row in range(COUNT.size):
        alone = np.vstack(sum_quantiles(PEOPLE, POWER, TERMS, FIRST[[row]], COUNT[[row]], TAILS, 1))
        assert np.array_equal(alone[:, 0], whole[:, row])
    monkeypatch.setattr(row_sums, "BLOCK", 2)
    monkeypatch.setattr(row_sums, "BATCH", 1)
    again = np.vstack(sum_quantiles(PEOPLE, POWER, TERMS, FIRST, COUNT, TAILS, 1))
    assert np.array_equal(again, whole)
    shuffled = np.array([4, 1, 6, 0, 3, 2, 5])
    other = np.vstack(
        sum_quantiles(PEOPLE, POWER, TERMS, FIRST[shuffled], COUNT[shuffled], TAILS, 1)
    )
    assert np.array_equal(other, whole[:, shuffled])


def test_laws_found_together_have_the_bits_of_laws_found_alone():
    def made():
        r = np.random.default_rng(2)
        for size in (1, 2, 5, 40):
            share = r.dirichlet(np.full(size, 0.5)) + 1e-4
            female = r.uniform(0.2, 0.8, size)
            if size > 2:
                female[:3] = np.nan, 0.0, 1.0
            yield Composition(
                tuple(f"{i:03}" for i in range(size)), share / share.sum(), np.full(size, 0.4),
                {"sex": ClassShares({"female": female, "male": 1 - female}, 0.3)},
            )  # fmt: skip

    together, alone = list(made()), list(made())
    find_laws(together, ["sex"])
    for a, b in zip(together, alone, strict=True):
        assert np.array_equal(a.centred.location, b.centred.location)
        women = (c.attributes["sex"].steps[0] for c in (a, b))
        for x, y in ((a.centred.noise, b.centred.noise), tuple(women)):
            for name in ("location", "logit_sd", "skew"):
                assert np.array_equal(getattr(x, name), getattr(y, name), equal_nan=True)
