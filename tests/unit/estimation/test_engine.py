"""The engine: rows without draws equal rows with draws, whatever works on them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import betaincinv

from gecam.errors import InputError
from gecam.estimation import estimate, estimate_panel, panel_draws
from gecam.estimation.draw.beta_quantiles import beta_quantiles

DIMENSIONS = [
    ("origin",), ("destination", "origin"), ("destination", "origin", "group"),
    ("destination", "origin", "sex"), ("origin", "region"),
]  # fmt: skip


@pytest.mark.parametrize("dimensions", DIMENSIONS)
def test_intervals_without_draws_equal_those_of_draws(small_estimates, dimensions):
    plain = small_estimates.by(*dimensions, draws="corridor").summary()
    engine = small_estimates.by(*dimensions, draws="interval").summary()
    assert plain[list(dimensions)].equals(engine[list(dimensions)])
    for column in ("flags", "reason", "evidence_level", "status"):
        assert plain[column].equals(engine[column])
    assert np.allclose(plain["odds_ratio_1"], engine["odds_ratio_1"], rtol=1e-12)
    # 20,000 draws: a bound has an error near 1 % of itself in the plain path
    for column, tolerance in (("mean", 0.015), ("lower", 0.05), ("median", 0.03), ("upper", 0.04)):
        assert np.allclose(plain[column], engine[column], rtol=tolerance), column


def test_sums_over_origins_are_first_order(small_estimates):
    plain = small_estimates.by("destination", "sex", draws="corridor").summary()
    engine = small_estimates.by("destination", "sex", draws="interval").summary()
    for column in ("mean", "lower", "median", "upper"):  # a ratio's variance to first order: 3 %
        assert np.allclose(plain[column], engine[column], rtol=0.03), column


def test_means_of_rows_without_draws_add_to_the_total_exactly(small_estimates):
    total = small_estimates.total().row(total="all country-level plans").draws.mean()
    for dimensions in DIMENSIONS:
        rows = small_estimates.by(*dimensions, draws="interval").summary()
        assert rows["mean"].sum() == pytest.approx(total, rel=1e-12)


def test_small_answers_keep_draws_and_large_ones_do_not(small_estimates, monkeypatch):
    assert small_estimates.by("origin").drawless is None
    monkeypatch.setattr("gecam.results.origin_rows.PLAIN_CORRIDORS", 2)
    rows = small_estimates.by("origin")
    assert "intervals without draws" in repr(rows)
    for call in (rows.sum, rows.draws_frame, rows.to_xarray):
        with pytest.raises(InputError, match="draws='corridor'"):
            call()
    with pytest.raises(InputError, match="kind='eti'"):
        rows.summary(kind="hdi")
    one = rows.row(origin="SSD")
    assert one.summary().equals(rows.summary().query("origin == 'SSD'").reset_index(drop=True))
    assert (rows.conf_int(0.99)["lower"] < rows.conf_int(0.5)["lower"]).all()


def test_sampled_rows_are_the_statistics_of_the_plain_draws_for_any_executor(
    small_estimates, processes
):
    plain = small_estimates.by("destination", "origin", draws="corridor").summary(kind="hdi")
    alone = small_estimates.by("destination", "origin", draws="sampled")
    assert plain.equals(alone.summary(kind="hdi"))
    one = alone.row(destination="SDN", origin="SSD").summary(kind="hdi")
    assert one.equals(
        plain.query("destination == 'SDN' and origin == 'SSD'").reset_index(drop=True)
    )
    pooled = small_estimates.by("destination", "origin", draws="sampled", executor=processes)
    assert plain.equals(pooled.summary(kind="hdi"))


def test_draws_that_do_not_fit_are_refused_with_their_size(small_estimates):
    with pytest.raises(InputError, match=r"rows of 20,000 draws need 0\.00 GB .* memory_budget"):
        small_estimates.by("origin", draws="corridor", memory_budget=1e5)
    with pytest.raises(InputError, match="memory_budget"):
        small_estimates.by("destination", "origin", draws="sampled", memory_budget=1e5)
    with pytest.raises(InputError, match="by destination and origin"):
        small_estimates.by("origin", draws="sampled")
    with pytest.raises(InputError, match="draws must be one of"):
        small_estimates.by("origin", draws="many")


def test_an_estimate_of_nothing_is_a_table_of_rows_with_their_reasons(small_case):
    sudan = replace(
        small_case.restrict("SDN"), protected=None
    )  # counted by birth: not in the scope
    est = estimate(sudan, draws=2_000, scope="micic")
    table = est.summary()
    assert table["mean"].isna().all()
    assert table["reason"].ne("").all()


def test_a_sampler_of_earlier_versions_is_read_as_the_default_with_a_warning(small_case):
    with pytest.warns(FutureWarning, match=r"quasi-random draws, which version 0\.3"):
        former = estimate(small_case, draws=64, sampler="sobol", replicates=8)
    assert former.sampling["sampler"] == "latin"
    assert np.array_equal(former.draws, estimate(small_case, draws=64).draws, equal_nan=True)
    with pytest.warns(FutureWarning, match="replicates"):
        assert estimate(small_case, draws=9, sampler="mc", replicates=3).sampling["sampler"] == "mc"
    with pytest.raises(InputError, match="sampler must be one of 'latin', 'mc'"):
        estimate(small_case, sampler="halton")


def test_fewer_draws_are_the_first_of_more_and_a_country_alone_has_those_of_the_world(small_case):
    est = estimate(small_case, draws=1_000, seed=3)
    few = estimate(small_case, draws=333, seed=3)
    assert np.array_equal(few.draws, est.draws[:, :333], equal_nan=True)
    alone = estimate(small_case.restrict("SDN"), draws=1_000, seed=3).by("destination")
    among = est.by("destination").draws[est.by("destination").labels["destination"].eq("SDN")]
    assert np.array_equal(alone.draws, among)


def test_latin_draws_are_the_same_in_a_pool_and_err_less(small_case, small_estimates, processes):
    options = {"draws": 2_000}
    runs = [estimate(small_case, seed=seed, **options) for seed in range(8)]
    pooled = estimate(small_case, seed=0, executor=processes, **options)
    assert np.array_equal(pooled.draws, runs[0].draws, equal_nan=True)
    exact = small_estimates.by("destination").summary()
    rows = [run.by("destination").summary() for run in runs]
    for column, tolerance in (("mean", 0.01), ("lower", 0.05), ("upper", 0.05)):
        values = np.mean([row[column] for row in rows], axis=0)
        assert values == pytest.approx(exact[column], rel=tolerance)
    spread = np.std([row["mean"] for row in rows], axis=0, ddof=1)
    random = exact["cv"] * exact["mean"] / np.sqrt(2_000)
    assert (spread < random / 2).all()
    assert all((spread < row["mcse"]).all() for row in rows)  # an upper bound


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (8.0, 2.0),
        (4.0, 4.0),
        (1.0, 9.0),
        (0.6, 20.0),
        (8e9, 2e9),
        (0.31, 0.31),
        (0.04, 3.0),
        (2e5, 3),
    ],
)
def test_beta_quantiles_are_scipys(a, b):
    ends = [1e-15, 1e-9, 1e-4, 1 - 1e-4, 1 - 1e-9]
    u = np.concatenate([(np.arange(20_000) + 0.5) / 20_000, ends])
    # 1e-12: what elsewhere is promised for the same draws on another machine
    assert np.allclose(beta_quantiles(a, b, u), betaincinv(a, b, u), rtol=1e-12, atol=0)


def test_a_panel_is_its_cases_one_below_the_other(small_case):
    cases = [replace(small_case, name=name) for name in ("2021", "2022")]
    table = estimate_panel(iter(cases), "destination", "origin", draws=300, seed=4)
    alone = estimate(small_case, draws=300, seed=4).by("destination", "origin").summary()
    assert table["case"].unique().tolist() == ["2021", "2022"]
    for _, part in table.groupby("case"):
        assert part.drop(columns="case").reset_index(drop=True).equals(alone)
    assert estimate_panel([], "origin").empty


@pytest.mark.parametrize(
    "dimensions", [("destination", "origin", "sex"), ("destination",), ("origin",)]
)
def test_a_lazy_panel_has_the_bits_of_its_cases(small_case, dimensions):
    dask = pytest.importorskip("dask", reason='needs the extra "dask"')
    cases = [replace(small_case, name=name) for name in ("2021", "2022")]
    panel = panel_draws(cases, *dimensions, draws=300, seed=4)
    alone = estimate(small_case, draws=300, seed=4).by(*dimensions, draws="corridor")
    chunks = len(cases) * (len(small_case.destinations) if "destination" in dimensions else 1)
    assert panel.data.numblocks == (chunks, 1)
    with dask.config.set(scheduler="synchronous"):
        for _, year in panel.groupby("case"):
            order = np.lexsort([year[d].to_numpy() for d in reversed(dimensions)])
            assert np.array_equal(year.to_numpy()[order], alone.draws, equal_nan=True)
            for name in dimensions:
                assert list(year[name].to_numpy()[order]) == list(alone.labels[name])


def test_a_lazy_panel_refuses_cases_of_one_name(small_case):
    pytest.importorskip("dask", reason='needs the extra "dask"')
    with pytest.raises(InputError, match="different names"):
        panel_draws([small_case, small_case], "origin")
    with pytest.raises(InputError, match="at least one"):
        panel_draws([], "origin")
