"""Pairs from a user's own survey, and what is refused."""

from __future__ import annotations

import pandas as pd
import pytest
from statsmodels.stats.contingency_tables import Table2x2

from gecam.datasets import load_calibration
from gecam.errors import InputError
from gecam.estimation import calibration_pairs, fit_odds_ratio
from gecam.io import check_file, read_pairs, template

ROW = {
    "country": "Colombia", "as_of": "2023-07-01", "group": "migrants_noncitizen",
    "comparison": "nation", "outcome": "food_insecurity",
    "migrants_instrument": "survey A", "residents_instrument": "survey A",
    "migrants_threshold": "severe", "residents_threshold": "severe",
    "migrants_in_need": 60, "migrants": 100, "residents_in_need": 300, "residents": 900,
}  # fmt: skip
LAYOUT_SAMPLES = {
    "own pairs": (read_pairs, "\n".join(",".join(map(str, part)) for part in (ROW, ROW.values())))
}


def table(**changes):
    return pd.DataFrame([ROW | changes])


def test_odds_ratio_and_error_are_those_of_statsmodels():
    pair = read_pairs(table(), design_effect=1.0).pairs.iloc[0]
    oracle = Table2x2([[60, 40], [300, 600]])
    assert pair["odds_ratio"] == pytest.approx(oracle.oddsratio, rel=1e-12)
    assert pair["log_or_sd"] == pytest.approx(oracle.log_oddsratio_se, rel=1e-12)
    wide = read_pairs(table(), design_effect=4.0).pairs.iloc[0]
    assert wide["log_or_sd"] == pytest.approx(2 * pair["log_or_sd"], rel=1e-12)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            {"residents_threshold": "moderate"},
            "two thresholds, 'severe' for migrants and 'moderate'",
        ),
        ({"residents_instrument": "survey B"}, "two instruments, 'survey A' for migrants"),
        ({"residents_outcome": "poverty_income"}, "two outcomes, 'food_insecurity' for migrants"),
        ({"migrants_in_need": 100}, "migrants_in_need must lie between 0 and migrants"),
        ({"residents_in_need": 0}, "residents_in_need must lie between 0 and residents"),
    ],
)
def test_what_compares_two_things_is_refused_with_the_reason(change, words, tmp_path):
    with pytest.raises(InputError, match=words):
        read_pairs(table(**change))
    file = tmp_path / "pairs.csv"
    table(**change).to_csv(file, index=False)
    report = check_file(file)
    assert (report.reader, report.status) == ("read_pairs", "problems")
    assert report.problems[0].row == 2


def test_all_faults_are_told_at_once():
    both = pd.concat([
        table(residents_threshold="moderate"), table(residents_instrument="survey B"),
    ])  # fmt: skip
    with pytest.raises(InputError) as error:
        read_pairs(both)
    assert len(error.value.problems) == 2


def test_a_pair_of_ones_own_enters_the_fit():
    own = read_pairs(table(country="Kenya")).pairs
    assert own["income_group"].tolist() == ["LMIC"]
    packaged = load_calibration("group_pairs")
    assert set(own.columns) == set(packaged.columns)
    model = fit_odds_ratio(pd.concat([packaged, own], ignore_index=True))
    assert "KEN" in model.countries.index
    assert len(model.countries) == 11


def test_a_pair_of_exposure_is_read_and_left_out_of_need():
    own = read_pairs(table(outcome="displacement_exposure", crisis_class="sudden_onset")).pairs
    assert calibration_pairs(own)["left_out"].tolist() == ["another class of crisis"]


def test_the_template_reads_its_own_examples():
    columns = template("pairs").columns
    example = pd.DataFrame([dict(zip(columns["column"], columns["example"], strict=True))])
    assert read_pairs(example).pairs.loc[0, "odds_ratio"] == pytest.approx(1.44, abs=0.005)
