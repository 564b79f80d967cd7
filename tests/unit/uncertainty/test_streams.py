"""Keyed streams: a draw depends on its address alone."""

from __future__ import annotations

import pickle
from concurrent.futures import ThreadPoolExecutor
from hashlib import blake2b

import numpy as np
import pytest
from scipy import stats
from scipy.special import ndtri

from gecam.errors import InputError
from gecam.uncertainty import LatinStreams, Streams

MASK = 2**64 - 1


def philox(counter: int, key: int) -> list[int]:
    """Philox 4x64-10, written from the paper (Salmon et al. 2011, table 2 and section 3.3)."""
    x = [(counter >> 64 * i) & MASK for i in range(4)]
    k = [key & MASK, key >> 64]
    for _ in range(10):
        low, high = x[0] * 0xD2E7470EE14C6C93, x[2] * 0xCA5A826395121157
        x = [(high >> 64) ^ x[1] ^ k[0], high & MASK, (low >> 64) ^ x[3] ^ k[1], low & MASK]
        k = [(k[0] + 0x9E3779B97F4A7C15) & MASK, (k[1] + 0xBB67AE8584CAA73B) & MASK]
    return x


def test_uniforms_are_those_of_philox_written_out_by_hand():
    digest = blake2b(digest_size=16, person=b"gecam.streams.1")
    for part in ("7", "stock:CÔT", "total"):
        digest.update(len(part.encode()).to_bytes(8, "little") + part.encode())
    key = int.from_bytes(digest.digest(), "little")
    words = [word for counter in (1, 2, 3) for word in philox(counter, key)]
    expected = [((word >> 12) + 0.5) / 2**52 for word in words]
    assert Streams(7).uniform("stock:CÔT", "total", 0, 12).tolist() == expected


def test_first_draws_are_the_same_bits_for_ever():
    # Recorded when the scheme was fixed; another value here changes every published number.
    uniform = Streams(2022).uniform("stock:SDN", "total", 0, 3)
    assert [u.hex() for u in uniform.tolist()] == [
        "0x1.b63dd7bca854cp-3",
        "0x1.5a82bb21cac96p-2",
        "0x1.38637fc3e55b6p-2",
    ]


def test_any_slice_has_the_bits_of_the_whole():
    whole = Streams(3).uniform("a", "b", 0, 50)
    for start in range(0, 50, 7):
        for stop in (start, start + 1, 50):
            assert np.array_equal(Streams(3).uniform("a", "b", start, stop), whole[start:stop])


def test_long_streams_and_those_of_threads_are_of_one_generator():
    def plainly(component):
        words = np.random.Philox(key=Streams(3)._key("a", component), counter=0).random_raw(40_000)
        return ((words >> np.uint64(12)) + 0.5) * 2.0**-52

    names = [f"part {i}" for i in range(24)]
    with ThreadPoolExecutor(8) as threads:
        drawn = list(threads.map(lambda name: Streams(3).uniform("a", name, 0, 40_000), names))
    for name, uniform in zip(names, drawn, strict=True):
        assert np.array_equal(uniform, plainly(name))


def test_far_draws_need_no_near_ones():
    far = 10**15 + 3
    pair = Streams(3).uniform("a", "b", far, far + 2)
    assert np.array_equal(pair[1:], Streams(3).uniform("a", "b", far + 1, far + 2))


@pytest.mark.parametrize(
    "other",
    [
        (4, "ab", "c"),
        (3, "a", "bc"),
        (3, "abc", ""),
        (3, "ab", "C"),
        (3, "c", "ab"),
        (33, "ab", "c"),
    ],
)
def test_another_seed_input_or_component_is_another_stream(other):
    seed, input_id, component = other
    first = Streams(3).uniform("ab", "c", 0, 8)
    assert not np.any(first == Streams(seed).uniform(input_id, component, 0, 8))


def test_uniforms_look_uniform_and_streams_unrelated():
    streams = Streams(1)
    draws = np.array([streams.uniform(f"stock:{i}", "total", 0, 20_000) for i in range(6)])
    # one fixed seed: the p-value is a fixed number, far from the limit
    assert stats.kstest(draws.ravel(), "uniform").pvalue > 0.01
    between = np.corrcoef(draws)[np.triu_indices(6, 1)]
    assert np.abs(between).max() < 4 / np.sqrt(20_000)  # 4 standard errors for 15 pairs


def test_normals_are_uniforms_through_the_normal_quantile():
    uniform = Streams(1).uniform("a", "b", 5, 105)
    assert np.allclose(
        Streams(1).normal("a", "b", 5, 105), stats.norm.ppf(uniform), rtol=1e-12, atol=1e-14
    )


def test_the_outermost_uniforms_stay_inside_the_open_interval():
    smallest, largest = (0 + 0.5) * 2.0**-52, (2**52 - 1 + 0.5) * 2.0**-52
    assert 0 < smallest == 1 - largest


def test_streams_survive_a_process_pool():
    assert pickle.loads(pickle.dumps(Streams(5))) == Streams(5)


@pytest.mark.parametrize("seed", [-1, 1.5, "2022", True, None])
def test_a_seed_that_is_no_whole_number_is_refused(seed):
    with pytest.raises(InputError, match="seed must be a whole number"):
        Streams(seed)


@pytest.mark.parametrize(("start", "stop"), [(-1, 3), (4, 3)])
def test_draw_numbers_out_of_order_are_refused(start, stop):
    with pytest.raises(InputError, match=r"0 <= start <= stop: got .* for 'a'"):
        Streams(1).uniform("a", "b", start, stop)


def test_numpy_integers_are_seeds_too():
    assert Streams(np.int64(5)) == Streams(5)


@pytest.mark.parametrize("n", [1_000, 3_000, 30_000])
@pytest.mark.parametrize("kind", [Streams, LatinStreams])
def test_normals_that_stay_cannot_be_changed_and_belong_to_one_kind(kind, n):
    first = kind(7).normal("x", "0", 0, n)
    again = kind(7).normal("x", "0", 0, n)
    again[:] = 0.0
    assert np.array_equal(kind(7).normal("x", "0", 0, n), first)
    assert np.allclose(ndtri(kind(7).uniform("x", "0", 0, n)), first, rtol=1e-12, atol=1e-12)
