"""Countries without a plan: modelled shares, apart from what plans cover."""

from __future__ import annotations

import numpy as np
import pytest

from gecam.datasets import load_edition, load_risk, load_world
from gecam.errors import InputError
from gecam.estimation import estimate, modelled_case
from gecam.estimation.draw.destination_draws import modelled_scores
from gecam.estimation.methods.small_area import NO_SHIFT
from gecam.results import SELECTIONS
from gecam.uncertainty import Streams


@pytest.fixture(scope="module")
def modelled():
    return modelled_case(load_edition("2022"), load_world("2022"), load_risk())


def test_no_country_is_both_covered_and_modelled_and_none_is_lost(modelled):
    covered, world = load_edition("2022"), load_world("2022")
    places = {f.destination for f in modelled.case.footprints}
    assert not places & set(covered.destinations)
    assert places | set(modelled.left_out) | set(covered.destinations) >= set(
        world.stock.destinations
    )
    assert set(modelled.left_out.values()) <= {"no covariates", "no population"}


def test_the_model_is_fitted_on_national_plans_only(modelled):
    # Ukraine's and Nigeria's plans of 2022 cover two oblasts and three states
    assert not {"UKR", "NGA", "MOZ"} & set(modelled.fitted)
    assert {"SDN", "YEM", "AFG"} <= set(modelled.fitted)


def test_rows_are_rung_4_grade_e_and_say_so(modelled):
    some = estimate(modelled.case.restrict(["KEN", "TUR"]), draws=2_000, seed=1)
    rows = some.by("destination").summary()
    assert set(rows["evidence_level"]) == {4}
    assert set(rows["grade"]) == {"E"}
    assert rows["flags"].str.contains("MODELLED_SHARE").all()
    total = some.total().summary().set_index("total")["status"]
    assert total[SELECTIONS[0]] == "not_estimated"  # no country plan among them


def test_means_equal_the_deterministic_product(modelled):
    from dataclasses import replace

    from gecam.model import Assumptions, OddsRatioPrior

    case = replace(
        modelled.case.restrict(["KEN", "TUR", "BGD"]),
        assumptions=Assumptions(odds_ratio=OddsRatioPrior.exactly(1.0)),
    )
    rows = estimate(case, draws=40_000, seed=2).summary().dropna(subset="mean")
    error = (rows["mean"] - rows["odds_ratio_1"]).abs()
    assert (error <= 3.5 * rows["mcse"]).all()


def test_the_shift_lowers_every_share_and_its_absence_is_reported_beside(modelled):
    covered, world, risk = load_edition("2022"), load_world("2022"), load_risk()
    without = modelled_case(covered, world, risk, shift=NO_SHIFT)
    for low, high in zip(modelled.case.footprints, without.case.footprints, strict=True):
        assert low.modelled.mean < high.modelled.mean


def test_errors_of_the_coefficients_are_shared(modelled):
    shares = {f.destination: f.modelled for f in modelled.case.footprints}
    n, streams = 20_000, Streams(5)
    a, b = (modelled_scores(shares[p], p, streams, n) for p in ("KEN", "TUR"))
    assert a.std() == pytest.approx(1, abs=0.02)  # 4 standard errors at 20,000 draws
    x, y = shares["KEN"], shares["TUR"]
    expected = (np.dot(x.loadings, y.loadings) + x.shift_sd * y.shift_sd) / (
        x.logit_sd * y.logit_sd
    )
    assert np.corrcoef(a, b)[0, 1] == pytest.approx(expected, abs=0.03)
    assert expected > 0.1


def test_predictions_are_those_of_the_area_model(modelled):
    # re-derived from the fit: x'beta - 1, and A + x'Qx + 0.25
    covered, risk = load_edition("2022"), load_risk()
    centre = risk.loc[list(modelled.fitted)].mean()
    x = np.array([1.0, *(risk.loc["KEN"] - centre)])
    share = {f.destination: f.modelled for f in modelled.case.footprints}["KEN"]
    assert share.location == pytest.approx(x @ modelled.model.beta - 1)
    variance = modelled.model.A + x @ modelled.model.beta_cov @ x + 0.25
    assert share.logit_sd == pytest.approx(np.sqrt(variance))
    assert len(covered.crises) == 42


def test_too_few_plans_and_missing_covariates_are_refused():
    covered, world, risk = load_edition("2022"), load_world("2022"), load_risk()
    with pytest.raises(InputError, match="lacks the columns"):
        modelled_case(covered, world, risk.iloc[:, :2])
    with pytest.raises(InputError, match="too few"):
        modelled_case(covered.restrict(["SDN", "YEM"]), world, risk)
