"""Back-tests: what counts, what is known when, and what is said of few cases."""

from __future__ import annotations

import json
from datetime import date

import numpy as np
import pandas as pd
import pytest

from gecam.datasets import load_edition, load_risk
from gecam.errors import InputError
from gecam.evaluation import BackTest, backtest, backtest_imputation, calibrated_until
from gecam.model import Assumptions

D15, D20, D24 = (date(year, 7, 1) for year in (2015, 2020, 2024))
RELEASED = {"r1": date(2021, 1, 15), "r2": date(2025, 1, 27)}


def table(series: dict[str, tuple[dict[date, float], dict[date, float]]]) -> pd.DataFrame:
    """Return totals of two revisions from destination -> (earlier, later)."""
    rows = [
        (source, place, day, people)
        for place, pair in series.items()
        for source, figures in zip(("r1", "r2"), pair, strict=True)
        for day, people in figures.items()
    ]
    frame = pd.DataFrame(rows, columns=["source", "destination", "as_of", "people"])
    return frame.assign(as_of=pd.to_datetime(frame["as_of"]))


def basis(places) -> pd.DataFrame:
    return pd.DataFrame(
        {"source": "r1", "destination": list(places), "basis": "birth", "is_imputed": False}
    )


OLD = {D15: 100_000.0, D20: 110_000.0}
GROWTH = float(np.log(1.1) * 1461 / 1827)  # carried from mid-2020 to mid-2024
SERIES = {
    "AAA": (OLD, {D15: 100_000.0, D20: 120_000.0, D24: 130_000.0}),  # counts
    "BBB": (OLD, {D15: 100_000.0, D20: 110_000.0, D24: 150_000.0}),  # not measured again
    "CCC": (OLD, {D15: 1e5, D20: 1.2e5, D24: 1.2e5 * 1.2 ** (1461 / 1827)}),  # extrapolated
    "DDD": ({}, {D24: 5_000.0}),  # not in the earlier revision
}


def run(series=SERIES, **options) -> BackTest:
    return backtest(table(series), basis(series), earlier="r1", later="r2", **options)


def test_only_what_was_measured_again_counts():
    cases = run().cases.set_index("case")
    assert cases["counts"].to_dict() == {"AAA": True, "BBB": False, "CCC": False, "DDD": False}
    assert cases.at["BBB", "reason"] == "the figure of the last common date was not changed"
    assert cases.at["CCC", "reason"] == "the later figure is its publisher's extrapolation"
    assert cases.at["DDD", "reason"] == "no figures in the earlier revision"


def test_updated_counts_new_figures_on_unchanged_series_too():
    cases = run(counting="updated").cases.set_index("case")
    assert cases["counts"].to_dict() == {"AAA": True, "BBB": True, "CCC": False, "DDD": False}


def test_the_forecast_carries_growth_and_is_scored_on_the_log_scale():
    row = run(assumptions=Assumptions()).scored.iloc[0]
    assert row["central"] == pytest.approx(110_000 * np.exp(GROWTH), rel=1e-4)
    assert row["observed"] == 130_000
    assert row["error"] == pytest.approx(np.log(130_000) - np.log(row["central"]))
    assert row["error_last_value"] == pytest.approx(np.log(130_000 / 110_000))
    assert row["error_log_linear"] == pytest.approx(row["error"], abs=1e-9)
    assert row["lower"] < row["central"] < row["upper"]
    assert 0 < row["pit"] < 1


def test_growth_is_capped_in_the_forecast_and_not_in_the_naive_rule():
    fast = {"AAA": ({D15: 1e4, D20: 1e5}, {D15: 1e4, D20: 2e5, D24: 2.5e5})}
    row = run(fast).scored.iloc[0]
    assert row["central"] == pytest.approx(1e5 * np.exp(0.15 * 4), rel=1e-3)
    assert row["error_log_linear"] > row["error"]


def test_noise_drift_and_level_change_the_interval():
    plain = run().scored.iloc[0]
    wide = run(assumptions=Assumptions(drift_log_sd=0.6)).scored.iloc[0]
    calm = run(drift_elsewhere=0.01).scored.iloc[0]
    crisis = run(drift_elsewhere=0.01, crisis=["AAA"]).scored.iloc[0]
    narrow = run(level=0.5).scored.iloc[0]
    width = {
        name: row["upper"] / row["lower"]
        for name, row in (("plain", plain), ("wide", wide), ("calm", calm), ("narrow", narrow))
    }
    assert width["wide"] > width["plain"] > width["calm"]
    assert width["narrow"] < width["plain"]
    assert crisis["upper"] == plain["upper"]
    assert crisis["is_crisis"]


def test_an_onset_freezes_a_stock_only_if_it_was_known_at_the_release():
    free = run().scored.iloc[0]["central"]
    known = run(onsets={"AAA": date(2020, 11, 1)}, released=RELEASED).scored.iloc[0]["central"]
    unknown = run(onsets={"AAA": date(2022, 2, 24)}, released=RELEASED).scored.iloc[0]["central"]
    assert known < free
    assert unknown == free


def test_a_forecast_cannot_know_a_revision_released_later():
    with pytest.raises(InputError, match=r"r1 \(2021-01-15\) must be released after r2"):
        backtest(table(SERIES), basis(SERIES), earlier="r2", later="r1", released=RELEASED)
    with pytest.raises(InputError, match="no release date of r2"):
        run(released={"r1": RELEASED["r1"]})


def many(n: int, error: float) -> dict[str, tuple[dict[date, float], dict[date, float]]]:
    """Return n revised destinations whose figures of 2024 miss the forecast by a factor."""
    rng = np.random.default_rng(1)
    series = {}
    for i in range(n):
        miss = float(np.exp(error * rng.normal()))
        later = {D15: 1e5, D20: 1.05e5 * (1 + 0.1 * (i % 3 + 1)), D24: 1.18e5 * miss}
        series[f"P{i:02d}"] = (OLD, later)
    return series


def test_few_cases_are_reported_and_coverage_in_crisis_is_unknown():
    test = run(many(12, 0.2), crisis=[f"P{i:02d}" for i in range(9)])
    assert (test.n, test.n_crisis) == (12, 9)
    assert test.pit is None
    assert test.coverage_in_crisis is None
    text = test.summary()
    assert "fewer than 30 cases: a report, no ground for recalibration" in text
    assert "9 cases in crisis countries: coverage there is unknown" in text


def test_ten_cases_in_crisis_countries_have_a_coverage_of_their_own():
    test = run(many(40, 0.2), crisis=[f"P{i:02d}" for i in range(10)])
    assert test.coverage_in_crisis is not None
    assert test.coverage_in_crisis.n == 10
    assert test.pit is not None
    assert "in crisis countries: " in test.summary()


def test_a_shortfall_is_stated_with_its_direction():
    narrow = run(many(40, 2.0))
    assert narrow.shortfall.endswith("too narrow, beyond chance")
    assert "SHORTFALL" in narrow.summary()
    wide = run(many(60, 0.0))
    assert wide.shortfall.endswith("too wide, beyond chance")


def test_one_case_says_nothing():
    assert run().summary().endswith("Too few to say anything.")
    assert json.dumps(run().to_dict(), allow_nan=False)


def test_skill_is_asked_against_a_rule_that_exists():
    test = run(many(40, 0.1))
    assert test.skill("log_linear", of="centre").n == 40
    whole, centre = test.skill("last_value"), test.skill("last_value", of="centre")
    assert whole.value != centre.value
    with pytest.raises(InputError, match="no rule 'tomorrow'"):
        test.skill("tomorrow")


def test_json_has_no_missing_numbers_as_nan():
    document = run(many(12, 0.2)).to_dict()
    text = json.dumps(document, allow_nan=False)
    assert json.loads(text)["coverage_in_crisis"] == "unknown"
    assert len(document["cases"]) == 12


def test_calibration_knows_what_was_public_on_the_day():
    rows = table(many(40, 0.2))
    places = basis(many(40, 0.2))
    until, drift = calibrated_until(
        rows, places, released=RELEASED, until=RELEASED["r2"], base=Assumptions()
    )
    assert until.stock_log_sd["measured"] != Assumptions().stock_log_sd["measured"]
    # No citizenship figures: they have the noise of all; never below the measured.
    assert until.stock_log_sd["citizenship"] == until.stock_log_sd["measured"]
    assert until.stock_log_sd["imputed"] >= Assumptions().stock_log_sd["imputed"]
    assert drift == until.drift_log_sd > 0
    with pytest.raises(InputError, match="two revisions released by 2021-01-15"):
        calibrated_until(rows, places, released=RELEASED, until=RELEASED["r1"])


def test_imputation_leaves_each_country_out_once():
    test = backtest_imputation(load_edition("2024"), load_risk())
    assert test.n == test.n_crisis == 23  # 24 overviews, of which Nigeria's covers three states
    assert test.scored["case"].is_unique
    assert test.scored["observed"].between(0, 1).all()
    assert "remain untested" in test.summary()
    assert test.skill("same_share").n == 23


def test_fewer_covariates_give_another_imputation():
    case, risk = load_edition("2024"), load_risk()
    full = backtest_imputation(case, risk)
    one = backtest_imputation(case, risk, covariates=list(risk.columns)[:1], level=0.5)
    assert not np.allclose(full.scored["central"], one.scored["central"])
    assert one.coverage.level == 0.5
