"""Latin hypercube draws: one in each stratum, addressed as independent draws are."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import ndtri
from scipy.stats import kstest

from gecam.errors import InputError
from gecam.uncertainty import LatinStreams, RenamedStreams, Streams, streams_of
from gecam.uncertainty.streams import STRATA

LATIN = LatinStreams(7)
NAMES = [("needs/SDN", str(i)) for i in range(40)]


def test_every_two_hundred_draws_have_one_in_each_stratum():
    for address in NAMES:
        u = LATIN.uniform(*address, 0, 30 * STRATA).reshape(30, STRATA)
        assert (np.sort((u * STRATA).astype(int), axis=1) == np.arange(STRATA)).all()
        assert u.min() > 0
        assert u.max() < 1


def test_normal_draws_are_the_scores_of_the_uniform_ones_and_their_mean_is_zero():
    u, z = LATIN.uniform(*NAMES[0], 0, 2_000), LATIN.normal(*NAMES[0], 0, 2_000)
    assert np.allclose(z, ndtri(u), rtol=1e-12, atol=1e-12)
    assert np.abs(z.reshape(-1, STRATA).sum(axis=1)).max() < 1e-12


@pytest.mark.parametrize(
    ("start", "stop"), [(0, 1), (199, 201), (200, 400), (350, 350), (13, 16_500)]
)
def test_a_part_of_a_stream_has_the_bits_of_the_whole(start, stop):
    for draw in (LATIN.uniform, LATIN.normal):
        whole = draw("stock/SDN", "total", 0, 17_000)
        assert np.array_equal(draw("stock/SDN", "total", start, stop), whole[start:stop])


def test_what_is_returned_can_be_written_over():
    first = LATIN.normal(*NAMES[0], 0, 400)
    copy = first.copy()
    first[:] = 0
    assert np.array_equal(LATIN.normal(*NAMES[0], 0, 400), copy)


def test_inputs_and_seeds_are_independent_and_uniform():
    n = 2_000
    z = np.stack([LATIN.normal(*address, 0, n) for address in NAMES])
    correlation = np.corrcoef(z)[np.triu_indices(len(NAMES), 1)]
    # 780 correlations of 2,000 draws, each with a standard deviation of 2,000^-1/2
    assert correlation.std() == pytest.approx(n**-0.5, rel=0.1)
    assert abs(correlation.mean()) < 4 * (n * len(correlation)) ** -0.5
    other = LatinStreams(8).normal(*NAMES[0], 0, n)
    assert abs(np.corrcoef(z[0], other)[0, 1]) < 0.1
    # the first draw of 500 inputs, and of 500 seeds: no order is preferred
    first = [LATIN.uniform("first", str(i), 0, 1)[0] for i in range(500)]
    seeds = [LatinStreams(i).uniform("first", "", 0, 1)[0] for i in range(500)]
    assert kstest(first, "uniform").pvalue > 1e-3
    assert kstest(seeds, "uniform").pvalue > 1e-3


def test_neighbours_and_hundreds_go_no_way_together():
    u = LATIN.uniform(*NAMES[0], 0, 40_000).reshape(-1, STRATA)
    # strata are taken without replacement: two draws of 200 have a correlation of -1/199
    pairs = np.corrcoef(u[:, :-1].ravel(), u[:, 1:].ravel())[0, 1]
    assert pairs == pytest.approx(-1 / 199, abs=4 / 40_000**0.5)
    between = np.corrcoef(u[:-1].ravel(), u[1:].ravel())[0, 1]
    assert abs(between) < 4 / 40_000**0.5


def test_a_mean_errs_less_and_its_parts_tell_by_how_much():
    """Of a lognormal variable with mean exp(1 / 2 / 7), the sum of seven inputs."""

    def draws(streams, n=2_000):
        z = sum(streams.normal(*address, 0, n) for address in NAMES[:7])
        return np.exp(z / 7)

    exact = np.exp(1 / 14)
    latin = np.array([draws(LatinStreams(seed)) for seed in range(60)])
    random = np.array([draws(Streams(seed)).mean() for seed in range(60)])
    error = np.sqrt(((latin.mean(axis=1) - exact) ** 2).mean())
    # a Latin hypercube sample leaves the part of the variance that is no sum of one input each;
    # by the moments of lognormals: (exp(v) - 1 - 7 (exp(v / 7) - 1)) / (exp(v) - 1) with v = 1 / 7
    v = 1 / 7
    left = 1 - 7 * np.expm1(v / 7) / np.expm1(v)
    assert error / np.sqrt(((random - exact) ** 2).mean()) == pytest.approx(left**0.5, rel=0.3)
    assert error < latin.std(axis=1).mean() / np.sqrt(2_000)  # what a summary calls its error


def test_streams_have_a_name_and_can_be_renamed():
    assert streams_of("latin", 3) == LatinStreams(3)
    assert streams_of("mc", 3) == Streams(3)
    renamed = RenamedStreams(LATIN, {NAMES[0]: NAMES[1]})
    assert np.array_equal(renamed.normal(*NAMES[0], 5, 300), LATIN.normal(*NAMES[1], 5, 300))
    assert np.array_equal(renamed.uniform(*NAMES[2], 5, 300), LATIN.uniform(*NAMES[2], 5, 300))
    assert renamed.seed == 7


def test_wrong_numbers_of_draws_are_refused():
    with pytest.raises(InputError, match="0 <= start <= stop: got 5 and 3"):
        LATIN.uniform("a", "b", 5, 3)
    with pytest.raises(InputError, match="seed must be a whole number"):
        LatinStreams(-1)
