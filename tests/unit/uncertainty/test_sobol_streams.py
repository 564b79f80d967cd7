"""Quasi-random streams: even within a place, independent between places, and always the same."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import ndtri
from scipy.stats import qmc

from gecam.uncertainty import SobolStreams, Streams, even_scores
from gecam.uncertainty.sobol_streams import BITS, MOST_FACTORS, PLACE_BLOCK, _directions

SHARED = (("odds_ratio", "shared"), ("stock", "edition"))
OWN = tuple((f"needs/{i}", "share") for i in range(5))
DRAWS, REPLICATES = 2_048, 4
SIZE = DRAWS // REPLICATES
RUN = SobolStreams(7, DRAWS, REPLICATES, SHARED)
PLACE = RUN.of_place("SDN", SHARED, OWN)


def uniform(streams, factor):
    return streams.uniform(*factor, 0, DRAWS).reshape(REPLICATES, SIZE)


def test_directions_are_those_of_scipy():
    theirs = qmc.Sobol(MOST_FACTORS, scramble=False, bits=BITS).random(256)
    for dimension in range(MOST_FACTORS):
        points = np.zeros(1, dtype=np.uint64)
        for direction in _directions(dimension)[:8]:
            points = np.concatenate([points, points ^ np.uint64(direction)])
        # scipy visits the same points in the order of a Gray code
        gray = np.arange(256) ^ (np.arange(256) >> 1)
        assert np.array_equal((points * 2.0**-BITS)[gray], theirs[:, dimension])


@pytest.mark.parametrize("factor", [*SHARED, *OWN])
def test_every_factor_has_one_point_in_each_cell(factor):
    cells = np.sort((uniform(PLACE, factor) * SIZE).astype(int), axis=1)
    assert np.array_equal(cells, np.tile(np.arange(SIZE), (REPLICATES, 1)))
    z = PLACE.normal(*factor, 0, DRAWS)
    assert np.allclose(z, ndtri(PLACE.uniform(*factor, 0, DRAWS)), rtol=0, atol=1e-9)


def test_own_factors_go_evenly_with_the_rank_of_the_shared_ones():
    rank = sum(RUN.normal(*f, 0, DRAWS) for f in SHARED).reshape(REPLICATES, SIZE).argsort(axis=1)
    for factor in OWN:
        ordered = np.take_along_axis(uniform(PLACE, factor), rank, axis=1)
        cells = (ordered * PLACE_BLOCK).astype(int).reshape(-1, PLACE_BLOCK)
        assert (np.sort(cells, axis=1) == np.arange(PLACE_BLOCK)).all()


def test_own_factors_of_places_are_independent():
    factor = ("share", "own")
    z = np.stack([
        RUN.of_place(f"place {i}", SHARED, (factor,)).normal(*factor, 0, DRAWS) for i in range(200)
    ])  # fmt: skip
    # 2,048 draws of a sum of 200: its variance has a relative error of sqrt(2/2,048) = 3 %
    assert z.sum(axis=0).var() / 200 == pytest.approx(1.0, abs=0.1)
    correlation = np.corrcoef(z)[np.triu_indices(200, 1)]
    assert abs(correlation.mean()) < 3e-3
    assert correlation.std() == pytest.approx(DRAWS**-0.5, rel=0.1)
    shared = RUN.normal(*SHARED[0], 0, DRAWS)
    assert np.abs([np.corrcoef(row, shared)[0, 1] for row in z]).max() < 0.1


def test_parts_of_a_stream_and_other_places_change_no_bit():
    whole = PLACE.normal(*OWN[0], 0, DRAWS)
    assert np.array_equal(PLACE.normal(*OWN[0], 700, 1_500), whole[700:1_500])
    assert np.array_equal(RUN.of_place("SDN", SHARED, OWN).normal(*OWN[0], 0, DRAWS), whole)
    assert not np.array_equal(RUN.of_place("KEN", SHARED, OWN).normal(*OWN[0], 0, DRAWS), whole)


def test_what_is_not_listed_is_random_as_ever():
    for streams in (RUN, PLACE):
        assert np.array_equal(streams.normal("a", "b", 3, 9), Streams(7).normal("a", "b", 3, 9))
        assert np.array_equal(streams.uniform("a", "b", 3, 9), Streams(7).uniform("a", "b", 3, 9))
    many = tuple(("own", str(i)) for i in range(MOST_FACTORS + 1))
    place = RUN.of_place("SDN", SHARED, many)
    assert np.array_equal(place.normal(*many[-1], 0, 9), Streams(7).normal(*many[-1], 0, 9))


def test_means_of_a_smooth_function_err_ten_times_less():
    def mean(streams):
        z = [streams.normal(*f, 0, DRAWS) for f in (*SHARED, *OWN)]
        return np.exp(sum(z) / len(z)).mean()

    exact = np.exp(1 / 2 / 7)  # of a lognormal variable with variance 7 / 7^2
    runs = [SobolStreams(seed, DRAWS, REPLICATES, SHARED) for seed in range(20)]
    quasi = np.array([mean(run.of_place("SDN", SHARED, OWN)) for run in runs]) / exact - 1
    random = np.array([mean(Streams(seed)) for seed in range(20)]) / exact - 1
    assert np.sqrt((quasi**2).mean()) < np.sqrt((random**2).mean()) / 10


@pytest.mark.parametrize("n", [100, 1_024, 10_000])
def test_even_scores_are_even_in_every_stretch(n):
    z = even_scores(3, "rows", n, 3)
    assert z.shape == (3, n)
    half = z[:, : n // 2]
    assert np.abs(half.mean(axis=1)).max() < 4 / n**0.75
    assert np.abs(z.std(axis=1) - 1).max() < 0.05
    assert np.abs(np.corrcoef(z)[np.triu_indices(3, 1)]).max() < 0.1
