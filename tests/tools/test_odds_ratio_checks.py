"""Leaving one country out: what was computed before stands, and a country never scores itself."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm

import odds_ratio_checks as checks
import odds_ratio_page
from gecam.datasets import load_calibration
from gecam.estimation import fit_odds_ratio
from page_texts import lines


@pytest.fixture(scope="module")
def pairs():
    return load_calibration("group_pairs")


def test_the_former_prior_scores_as_it_did(pairs):
    # computed apart from this package by the compiler of the table: -0.86 on five, -1.28 on all ten
    table = checks.summary(pairs).set_index(["scope", "method"])["log_score"]
    five, ten = (table[scope, "prior of 2024"] for scope in list(checks.SCOPES)[:2][::-1])
    assert (five, ten) == (pytest.approx(-0.86, abs=0.005), pytest.approx(-1.28, abs=0.005))
    y = fit_odds_ratio(pairs).countries["log_odds_ratio"]
    by_scipy = norm(0.2027, np.hypot(0.5446, 0.3)).logpdf(y).mean()
    assert ten == pytest.approx(by_scipy, rel=1e-9)


def test_a_country_never_scores_itself(pairs):
    """Its own figures may be anything: what the others say of it stays the same."""
    other = pairs.assign(odds_ratio=pairs["odds_ratio"].where(pairs["country"].ne("LBY"), 50.0))
    held = fit_odds_ratio(pairs).countries.loc["LBY"].to_dict()
    distributions = [
        fit_odds_ratio(table[table["country"].ne("LBY")]).published(held)
        for table in (pairs, other)
    ]
    assert distributions[0].interval() == distributions[1].interval()
    p = {
        s.country: s.p
        for s in checks.scores(other, "need, all countries")
        if s.method == "the model"
    }
    assert p["LBY"] < 0.01


def test_each_pair_in_use_has_its_p(pairs):
    p = dict(checks.p_of_pairs(pairs))
    assert len(p) == 24
    assert all(0 < value <= 1 for value in p.values())


def test_one_prior_for_all_has_no_offsets(pairs):
    plain = checks.without_offsets(fit_odds_ratio(pairs))
    assert not plain.countries.drop(columns=["log_odds_ratio", "rows"]).to_numpy().any()


@pytest.mark.slow
def test_the_page_says_which_surveys_narrow_an_edition_now():
    page = odds_ratio_page.PAGE.read_text(encoding="utf-8")
    assert lines(odds_ratio_page.surveys("2022")) in page
