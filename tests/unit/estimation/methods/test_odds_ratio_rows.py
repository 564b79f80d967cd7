"""The priors of rows: those of the fit, a country's own pair, and what they are judged near."""

from __future__ import annotations

import numpy as np
import pytest

from gecam.database.storage.codec import decode, encode
from gecam.datasets import load_calibration
from gecam.errors import InputError
from gecam.estimation import fit_odds_ratio, odds_ratio_priors
from gecam.model import PRIOR_ROWS, OddsRatioPrior, OddsRatioPriors, OddsRatioUse

AT = OddsRatioUse("YEM", 2022, "citizenship")


@pytest.fixture(scope="module")
def pairs():
    return load_calibration("group_pairs")


@pytest.fixture(scope="module")
def fitted(pairs):
    return odds_ratio_priors(pairs)


def test_the_packaged_priors_are_those_of_the_packaged_pairs(fitted):
    """`python tools/build_odds_ratios.py` writes them, with four digits (three of the degrees)."""
    packaged = OddsRatioPriors.estimated()
    assert list(packaged.rows) == list(PRIOR_ROWS)
    for held, new in (
        *((packaged.rows[k], fitted.rows[k]) for k in PRIOR_ROWS),
        *((packaged.countries[k], fitted.countries[k]) for k in fitted.countries),
    ):
        assert (held.status, held.k, held.basis) == (new.status, new.k, new.basis)
        assert (held.year, held.stock) == (new.year, new.stock)
        assert held.prior.median == pytest.approx(new.prior.median, rel=1e-3)
        assert held.prior.interval() == pytest.approx(new.prior.interval(), rel=1e-3)
        assert held.prior.interval(0.99) == pytest.approx(new.prior.interval(0.99), rel=1e-2)
        assert held.prior.weights == pytest.approx(new.prior.weights, abs=1e-3)
    assert packaged.factors == pytest.approx(fitted.factors, rel=1e-3)


def test_a_prior_has_the_quantiles_of_its_distribution(pairs):
    distribution = fit_odds_ratio(pairs).predict()
    prior = distribution.prior((0.3, 0.2, 0.5))
    for q in (0.05, 0.5, 0.95):
        assert prior.quantile(q) == pytest.approx(distribution.quantile(q), rel=1e-6)
    for q in (0.005, 0.025, 0.25, 0.75, 0.975, 0.995):
        assert prior.quantile(q) == pytest.approx(distribution.quantile(q), rel=0.06)


def test_status_follows_the_number_of_countries(fitted):
    told = {name: (held.status, held.k) for name, held in fitted.rows.items()}
    assert told == {
        "need": ("estimated", 10), "exposed": ("estimated", 7), "same_places": ("judged", 1),
        "sudden_onset": ("judged", 0), "border_change": ("judged", 0),
    }  # fmt: skip


def test_no_pair_of_exposure_enters_a_figure_in_need(pairs, fitted):
    needs = pairs[~pairs["outcome"].isin(["displacement_exposure", "death"])]
    without = fit_odds_ratio(needs).predict()
    assert without.median == pytest.approx(fitted.rows["need"].prior.median, rel=1e-9)


def test_the_published_pool_of_sudden_onset(pairs):
    # PROVENANCE of the table, set B: k = 7, 1.05; without Japan k = 6, 1.3
    from gecam.estimation import calibration_pairs, combine_sources

    used = calibration_pairs(pairs, quantity="exposure")
    used = used[used["left_out"].eq("")]
    for rows, k, ratio in ((used, 7, 1.05), (used[used["country"].ne("JPN")], 6, 1.3)):
        y = np.log(rows["odds_ratio"]).groupby(rows["country"]).median()
        fit = combine_sources(y.to_numpy(), np.full(len(y), 0.3), scale="identity", method="REML")
        assert (len(y), float(np.exp(fit.estimate))) == (k, pytest.approx(ratio, abs=0.05))


@pytest.mark.parametrize(
    ("use", "row", "factor"),
    [
        ({}, "need", "citizenship"),
        ({"basis": "birth"}, "need", "birth"),
        ({"basis": "unknown"}, "need", "unknown"),
        ({"is_by_area": True}, "same_places", "citizenship"),
        ({"is_sudden": True}, "sudden_onset", "citizenship"),
        ({"is_sudden": True, "basis": "birth"}, "sudden_onset", "birth"),
        ({"is_border_change": True, "basis": "birth"}, "border_change", None),
        ({"is_need": False, "basis": "birth"}, "exposed", None),
        ({"is_need": False, "destination": "COL"}, "exposed", None),
    ],
)
def test_each_row_takes_its_prior(fitted, use, row, factor):
    from dataclasses import replace

    held = fitted.of(replace(AT, **use))
    expected = fitted.rows[row].prior.median * (fitted.factors[factor] if factor else 1.0)
    assert held.prior.median == pytest.approx(expected, rel=1e-12)
    assert held.basis == fitted.rows[row].basis


def test_high_income_raises_the_median_and_a_country_with_pairs_holds_its_own(fitted):
    from dataclasses import replace

    rich = replace(AT, is_high_income=True)
    assert fitted.of(rich).prior.median / fitted.of(AT).prior.median == pytest.approx(
        fitted.factors["high_income"]
    )
    own = OddsRatioUse("ESP", 2021, "citizenship", is_high_income=True)
    assert fitted.of(own).prior.median == pytest.approx(fitted.countries["ESP"].prior.median)


def test_a_country_with_own_pairs_lies_between_them_and_the_others(fitted):
    for country, published in (("COL", 2.53), ("LBY", 3.21), ("LBN", 1.32)):
        median = fitted.countries[country].prior.median
        low, high = sorted((published, fitted.rows["need"].prior.median))
        assert low < median < high
        width = np.log(np.divide(*fitted.countries[country].prior.interval()[::-1]))
        assert width < np.log(np.divide(*fitted.rows["need"].prior.interval()[::-1]))


def test_years_and_another_stock_are_noise_of_the_country_alone(fitted):
    at = OddsRatioUse("LBY", 2022, "citizenship", people=610_128)
    same = fitted.of(at).prior
    assert same == fitted.countries["LBY"].prior.at(same.median)
    later = fitted.of(OddsRatioUse("LBY", 2026, "citizenship", people=610_128)).prior
    other = fitted.of(OddsRatioUse("LBY", 2022, "citizenship", people=2 * 610_128)).prior
    spread = np.hypot(same.log_scale, same.log_scale_above) / 2**0.5
    for wide, noise in ((later, 0.12 * 2), (other, np.log(2))):
        now = np.hypot(wide.log_scale, wide.log_scale_above) / 2**0.5
        assert now**2 == pytest.approx(spread**2 + noise**2, rel=1e-9)
        # what it shares with others stays as large as it was
        assert wide.weights[0] * now**2 == pytest.approx(same.weights[0] * spread**2, rel=1e-9)


def test_a_pair_pulls_others_through_the_shared_part_alone(pairs, fitted):
    without = odds_ratio_priors(pairs[pairs["country"].ne("LBY")])
    assert "LBY" not in without.countries
    moved = np.log(fitted.rows["need"].prior.median / without.rows["need"].prior.median)
    own = np.log(3.21 / without.rows["need"].prior.median)
    assert 0 < moved < fitted.rows["need"].prior.weights[0] * own


def test_priors_are_stored_and_changed_as_one(fitted):
    assert decode(encode(fitted)) == fitted
    assert fitted.scaled(0).rows["need"].prior.is_certain
    assert fitted.times(2).rows["need"].prior.median == pytest.approx(
        2 * fitted.rows["need"].prior.median
    )
    assert fitted.shared((1.0, 0.0, 0.0)).countries["COL"].prior.weights == (1.0, 0.0, 0.0)
    with pytest.raises(InputError, match="need the rows"):
        OddsRatioPriors({}, {})


def test_an_own_error_of_a_certain_prior_is_all_its_spread():
    prior = OddsRatioPrior.exactly(2.0).noisier(0.3)
    assert (prior.log_scale, prior.median) == (0.3, pytest.approx(2.0))
