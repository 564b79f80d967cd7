"""Published figures carried forward to a month."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from scipy import stats

import gecam as gc
from gecam.datasets import EDITIONS, load_edition
from gecam.datasets.carried_forward import _figures
from gecam.errors import InputError
from gecam.model import AFTER_ONSET, NEXT_FIGURE, FigureDistribution


def figure(month, crisis):
    return gc.figures_at(month).set_index("crisis").loc[crisis]


@pytest.mark.parametrize(
    ("month", "crisis", "people", "published", "age"),
    [
        # OCHA: 15.8 million at the launch of 2023, before the war; 24,681,639 in the revised plan
        ("2023-04", "2023-SDN", 15_800_000, "2022-12", 4),
        ("2023-05", "2023-SDN", 24_681_639, "2023-05", 0),
        # the flash appeal of March 2022, revised in April and August
        ("2022-03", "2022-UKR-flash", 12_000_000, "2022-03", 0),
        ("2022-07", "2022-UKR-flash", 15_700_000, "2022-04", 3),
        ("2022-11", "2022-UKR-flash", 17_700_000, "2022-08", 3),
        # the overview of 2026: 1,628,468 at the launch, 2,356,162 in the final file
        ("2026-03", "2026-MOZ", 1_628_468, "2025-12", 3),
        ("2026-04", "2026-MOZ", 2_356_162, "2026-04", 0),
    ],
)
def test_the_latest_figure_published_by_a_month_is_carried(month, crisis, people, published, age):
    row = figure(month, crisis)
    assert (row["people"], row["published"], row["age"]) == (people, published, age)


def test_an_appeal_that_was_not_public_is_no_row():
    assert "2022-UKR-flash" not in {c.id for c in gc.case_at("2022-02").crises}
    assert "2023-AFG-herat" not in {f.crisis for f in gc.case_at("2023-10").footprints}


def test_after_an_onset_the_larger_of_the_figure_and_informs_until_a_revision():
    # 1.8 million by the plan of 2022; INFORM Severity, February 2022: 2.9 million
    row = figure("2022-02", "2022-UKR")
    assert (row["onset"], row["people"], row["inform"]) == ("2022-02", 2_900_000, 2_900_000)
    case = gc.case_at("2022-02")
    (footprint,) = case.by_place["UKR"]
    assert (footprint.next_figure, footprint.grade) == (AFTER_ONSET, "E")
    assert figure("2022-03", "2022-UKR")["onset"] == ""  # the appeal came out
    assert figure("2023-04", "2023-TCD")["people"] == 6_900_000  # INFORM has less


def test_a_plan_without_a_figure_yet_has_that_of_the_year_before():
    # Syria's priorities of 2025 came out after December 2024: 16,661,471 of the overview of 2024
    row = figure("2024-12", "2025-SYR")
    assert (row["published"], row["age"]) == ("2024-03", 9)
    assert row["onset"] == "2024-12"
    assert figure("2025-01", "2025-SYR")["people"] == 16_500_000


def test_informs_moves_are_alarms_and_move_no_number():
    # 2,688,000 in October 2023, which no plan had; the plan says 2,087,420
    row = figure("2023-10", "2023-PSE")
    assert row["alarm"] == "2023-10"
    assert figure("2026-02", "2026-MOZ")[["alarm", "people"]].tolist() == ["2026-02", 1_628_468]


def test_every_figure_of_the_editions_is_among_the_dated_ones():
    for name in EDITIONS:
        for f in load_edition(name).footprints:
            dated = _figures()[f.crisis]
            assert f.people in {d.people for d in dated}, f.crisis
            assert [d.published for d in dated] == sorted({d.published for d in dated})


def test_crises_have_the_last_day_of_the_month_and_country_plans_the_law():
    case = gc.case_at("2023-02")
    assert {c.reference_date for c in case.crises} == {date(2023, 2, 28)}
    assert case.name == "2023-02"
    with_distribution = {f.crisis for f in case.footprints if f.next_figure is NEXT_FIGURE}
    assert "2023-AFG" in with_distribution
    assert not {"2023-KEN-flash", "2023-VEN-RMRP"} & with_distribution
    assert load_edition("2023").by_place["AFG"][0].next_figure is None


@pytest.mark.parametrize("month", ["2021-11", "2026-12", "2026", "2026-13"])
def test_a_month_outside_the_record_is_refused(month):
    with pytest.raises(InputError, match="month must"):
        gc.case_at(month)


def test_the_law_is_the_t_that_its_name_says():
    rng = np.random.default_rng(1)
    common, own = rng.standard_normal((2, 200_000))
    drawn = NEXT_FIGURE.draws(common, own, rng.uniform(size=200_000))
    for level in (0.5, 0.9):
        end = np.exp(0.155 * stats.t.ppf((1 + level) / 2, 4))
        assert NEXT_FIGURE.factor(level) == pytest.approx(end)
        share = np.mean((drawn >= 1 / end) & (drawn <= end))
        assert share == pytest.approx(level, abs=0.004)
    assert np.median(drawn) == pytest.approx(1, abs=2e-3)


def test_errors_of_two_countries_share_a_part_and_their_width():
    # Of a multivariate t the ranks have the correlation (6/pi) asin(rho/2) at large degrees; with the
    # part of the scale in common rho = (0.12 / 0.16)^2
    distribution, rng = FigureDistribution(1e6, 0.16, 0.12), np.random.default_rng(2)
    common, first, second = rng.standard_normal((3, 100_000))
    width = rng.uniform(size=100_000)
    logs = [np.log(distribution.draws(common, own, width)) for own in (first, second)]
    assert np.corrcoef(logs)[0, 1] == pytest.approx(0.5625, abs=0.01)
    with pytest.raises(InputError, match="at most the scale"):
        FigureDistribution(4.0, 0.1, 0.2)


def test_a_row_has_the_interval_of_the_law_and_not_that_of_the_grade():
    # with certain odds ratios and stocks what is left is the distribution: in Ukraine there are few
    # refugees, and a share in need of a quarter hardly meets its end at everybody
    case = gc.case_at("2026-03").restrict(["UKR"])
    case = replace(
        case, assumptions=case.assumptions.without_noise(),
        population=replace(case.population, log_sd=0.0),
    )  # fmt: skip
    exact = gc.estimate(case, draws=20_000)
    place = [cell.group for cell in exact.cells].index("other")
    cell, people = exact.cells[place], exact.draws[place]
    low, middle, high = np.quantile(people / people.mean(), [0.05, 0.5, 0.95])
    assert "CARRIED_FORWARD" in cell.flags
    assert np.sqrt(high / low) == pytest.approx(NEXT_FIGURE.factor(0.9), rel=0.03)
    assert middle * people.mean() == pytest.approx(cell.odds_ratio_1, rel=0.02)


def test_an_edition_is_what_it_was_and_a_month_can_be_stored(tmp_path):
    case = gc.case_at("2023-04").restrict(["SDN"])
    database = gc.Database(tmp_path / "months.db")
    database.release(gc.estimate(case, draws=50), name="april", reason="a month", case=case)
    assert database["april"].case().footprints == case.footprints
