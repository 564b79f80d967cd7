"""Severe need: a share of people in need in every draw, and the published phases it rests on."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from gecam import by_severity, load_severity
from gecam.datasets import load_edition, load_regional_plans
from gecam.errors import InputError
from gecam.estimation import SEVERE_ODDS_RATIO, complete_estimates, estimate
from gecam.io import read_ipc, read_severity
from gecam.model import (
    EFFECTIVE_OBSERVATIONS,
    CountryPhases,
    OddsRatioPrior,
    phases_of_case,
)

EQUAL = OddsRatioPrior.exactly(1.0)
CHAD = (0.0, 16_627_000.0, 2_734_000.0, 1_896_000.0, 0.0)  # INFORM Severity, March 2026, TCD001
COLOMBIA = (0.0, 46_098_000.0, 4_355_000.0, 2_657_000.0, 0.0)  # COL001


@pytest.fixture(scope="module")
def est():
    """Chad, Colombia (left to a regional plan), and Pakistan (no phases), of the latest edition."""
    return estimate(load_edition("2026").restrict(["TCD", "COL", "PAK"]), draws=4_000, seed=3)


@pytest.fixture(scope="module")
def complete(est):
    return complete_estimates(est, load_regional_plans("2026"))


def test_packaged_phases_are_the_published_levels():
    by_country = {x.destination: x for x in load_severity("2026")}
    assert by_country["TCD"].people == CHAD
    assert by_country["COL"].people == COLOMBIA
    assert len(by_country) == 18
    with pytest.raises(InputError, match="no edition '1999'"):
        load_severity("1999")


def test_chad_is_severe_as_published_when_migrants_are_like_others_in_need(est):
    severe = by_severity(est, load_severity("2026"), odds_ratio=EQUAL).severe
    share = severe.draws / est.draws
    chad = [cell.destination == "TCD" for cell in est.cells]
    published = 1_896 / (2_734 + 1_896)
    spread = np.sqrt(published * (1 - published) / (EFFECTIVE_OBSERVATIONS + 1))  # of a beta
    for row in share[chad]:
        assert row.mean() == pytest.approx(published, abs=4 * spread / np.sqrt(4_000))
        assert row.std() == pytest.approx(spread, rel=0.05)
    assert severe.by("destination").row(destination="TCD").summary()["mean"][0] == pytest.approx(
        (est.by("destination").row(destination="TCD").draws[0] * share[chad][0]).mean()
    )


def test_migrants_and_others_in_need_make_up_the_published_severe_need(est):
    phases = load_severity("2026")
    plain = by_severity(est, phases, odds_ratio=EQUAL).severe
    twice = by_severity(est, phases, odds_ratio=OddsRatioPrior.exactly(2.0)).severe
    in_need = est.by("destination").row(destination="TCD").draws[0]
    of_all = plain.by("destination").row(destination="TCD").draws[0] / in_need  # the same draws
    severe = twice.by("destination").row(destination="TCD").draws[0]
    everybody = np.maximum(sum(CHAD[2:]), in_need)
    others, others_severe = everybody - in_need, of_all * everybody - severe
    inside = (others > 1) & (of_all > 0.01) & (of_all < 0.99)
    odds = (severe / (in_need - severe))[inside]
    odds_of_others = (others_severe / (others - others_severe))[inside]
    np.testing.assert_allclose(odds / odds_of_others, 2.0, rtol=1e-6)


@pytest.mark.parametrize("ratio", [0.01, 1.0, 50.0])
def test_nobody_is_severe_who_is_not_in_need_whatever_the_odds_ratio(est, ratio):
    severe = by_severity(
        est, load_severity("2026"), odds_ratio=OddsRatioPrior.exactly(ratio)
    ).severe
    drawn = ~np.isnan(severe.draws)
    assert (severe.draws[drawn] <= est.draws[drawn]).all()
    for selection, union in severe.unions.items():
        here = ~np.isnan(union.draws)
        assert (union.draws[here] <= est.unions[selection].draws[here]).all()


@pytest.mark.parametrize("dimensions", [("destination",), ("group",), ("crisis",), ("origin",),
                                        ("destination", "sex")])  # fmt: skip
def test_phases_add_to_people_in_need_in_every_draw(est, dimensions):
    phased = by_severity(est, load_severity("2026"))
    rows = phased.by(*dimensions)
    whole = est.by(*dimensions)
    sums = pd.DataFrame(rows.draws).groupby(
        [rows.labels[d] for d in dimensions], sort=False).sum(min_count=1)  # fmt: skip
    sums = sums.loc[pd.MultiIndex.from_frame(whole.labels) if len(dimensions) > 1
                    else whole.labels[dimensions[0]]]  # fmt: skip
    np.testing.assert_allclose(sums.to_numpy(), whole.draws, rtol=1e-12)
    assert set(rows.labels["phase"]) <= {"3", "4", "5", "3 or worse"}


def test_phase_5_is_the_published_part_of_phases_4_and_5(est):
    three, four, five = 400_000.0, 200_000.0, 100_000.0
    phases = CountryPhases("TCD", date(2026, 3, 31), (0, 0, three, four, five))
    rows = by_severity(est, [phases], odds_ratio=EQUAL).by("destination").row(destination="TCD")
    means = dict(zip(rows.labels["phase"], rows.summary()["mean"], strict=True))
    worse = means["4"] + means["5"]
    assert means["5"] / worse == pytest.approx(five / (four + five), abs=0.02)  # 4 errors
    assert worse / sum(means.values()) == pytest.approx((four + five) / 700_000, abs=0.02)


def test_colombia_has_severe_need_of_those_whom_a_regional_plan_follows(est, complete):
    severe = by_severity(est, load_severity("2026"), complete=complete, odds_ratio=EQUAL).complete
    cell = severe.table().set_index("destination").loc["COL"]
    people = complete.table().set_index("destination").loc["COL", "people"]
    assert cell["people"] == pytest.approx(people * 2_657 / (4_355 + 2_657), rel=0.03)
    assert "SEVERITY_JUDGED" in cell["flags"]
    drawn = ~np.isnan(severe.draws)
    assert (severe.draws[drawn] <= complete.draws[drawn]).all()
    added = severe.totals().draws[0] - severe.totals().draws[1]
    place = [cell.destination for cell in severe.cells].index("COL")
    np.testing.assert_allclose(added, severe.draws[place], rtol=1e-9)
    assert {cell.total for cell in severe.cells if cell.destination != "COL"} <= {
        "none", "country plan",
    }  # fmt: skip


def test_a_country_without_phases_says_so_and_is_not_in_the_total(est):
    severe = by_severity(est, load_severity("2026")).severe
    rows = severe.by("destination").summary().set_index("destination")
    assert rows.loc["PAK", "status"] == "not_estimated"
    assert "No published phases" in rows.loc["PAK", "reason"]
    total = severe.total().summary()
    assert "PAK" in total["reason"][1]
    assert total["mean"][1] == pytest.approx(rows["mean"].sum())
    unnamed = replace(est, plans=())
    assert by_severity(unnamed, load_severity("2026")).severe.provenance.config_sha256 != (
        est.provenance.config_sha256
    )


def test_what_cannot_be_divided_is_refused(est):
    phases = load_severity("2026")
    with pytest.raises(InputError, match="one analysis of each country"):
        by_severity(est, [*phases, *phases])
    with pytest.raises(InputError, match="got the measure 'severe'"):
        by_severity(by_severity(est, phases).severe, phases)
    with pytest.raises(InputError, match="were not told apart"):
        CountryPhases("COL", date(2024, 6, 30), (0, 0, 13_500_000, 0, 0))
    with pytest.raises(InputError, match="Missing is not zero"):
        CountryPhases("MMR", date(2026, 3, 31), (0, 0, 16e6, float("nan"), float("nan")))
    with pytest.raises(InputError, match="five numbers >= 0"):
        CountryPhases("TCD", date(2026, 3, 31), (0, 0, -1, 5, 5))


def test_the_prior_is_about_the_published_pairs_of_two_thresholds():
    """Shares in percent: migrants and others, at the lower and at the severe threshold."""

    def ratio(low, low_others, severe, severe_others):
        part, others = severe / low, severe_others / low_others
        return part / (1 - part) / (others / (1 - others))

    chile = ratio(23.4, 16.7, 12.0, 5.6)  # income poverty and severe poverty, CASEN 2024
    costa_rica = ratio(32.3, 21.0, 9.5, 5.8), ratio(28.0, 19.86, 9.5, 5.5)  # poverty, extreme
    assert (chile, *costa_rica) == pytest.approx((2.09, 1.09, 1.34), abs=0.01)
    mean = np.exp((np.log(chile) + np.log(costa_rica).mean()) / 2)
    assert mean == pytest.approx(1.6, abs=0.02)
    assert SEVERE_ODDS_RATIO.quantile(0.05) < min(costa_rica) < SEVERE_ODDS_RATIO.median < mean


# -- which published phases belong to a case --------------------------------------------------------

LEVELS = (
    "CRISIS ID,ISO3,affected,pin_level_1,pin_level_2,pin_level_3,pin_level_4,pin_level_5,year,month"
)


def levels(*rows: str):
    return read_severity("\n".join([LEVELS, *rows]).encode())


def test_levels_of_other_people_in_need_are_not_used(small_case):
    """Peru's plan counts 6 million people in need on 1 July 2022."""
    of_other_crisis = "PER002,PER,9e6,0,0,900000,100000,0,2022,6"
    of_the_plan = "PER001,PER,9e6,0,0,4000000,1900000,0,2022,3"
    later = "PER001,PER,9e6,0,0,5000000,900000,0,2022,11"
    another_year = "PER001,PER,9e6,0,0,5000000,1000000,0,2021,6"
    not_apart = "PER003,PER,9e6,0,0,6000000,0,0,2022,6"
    (peru,) = phases_of_case(
        small_case, levels(of_other_crisis, of_the_plan, later, another_year, not_apart)
    )
    assert (peru.destination, peru.as_of.month, peru.people[2:]) == ("PER", 3, (4e6, 1.9e6, 0))
    assert phases_of_case(small_case, levels(of_other_crisis, another_year, not_apart)) == ()


def test_a_missing_level_holds_nobody_only_where_the_others_are_all_in_need(small_case):
    (peru,) = phases_of_case(small_case, levels("PER001,PER,9e6,0,0,4000000,2000000,,2022,6"))
    assert peru.people[4] == 0
    assert "the others add up" in peru.note
    assert phases_of_case(small_case, levels("PER001,PER,9e6,0,0,4000000,1700000,,2022,6")) == ()


def ipc(start: str, end: str, *phases: int, month: str = "Jun 2022"):
    head = "Date of analysis,Country,Total country population,Validity period,From,To,Phase,Number"
    numbers = {str(k): x for k, x in enumerate(phases, 1)}
    numbers |= {"3+": sum(phases[2:]), "all": sum(phases)}
    rows = [f"{month},PER,30000000,current,{start},{end},{k},{x}" for k, x in numbers.items()]
    return read_ipc("\n".join([head, *rows]).encode())


def test_of_ipc_the_analysis_that_holds_at_the_reference_date_is_used(small_case):
    phases = 20_000_000, 4_000_000, 4_000_000, 1_500_000, 500_000
    (peru,) = phases_of_case(small_case, ipc("2022-05-01", "2022-08-31", *phases))
    assert peru.scale == "IPC"
    assert peru.severe_share == pytest.approx(1 / 3)
    assert phases_of_case(small_case, ipc("2019-05-01", "2019-08-31", *phases)) == ()


@pytest.mark.raw
def test_effective_observations_are_those_of_revisions_of_one_figure(raw_dir):
    """Half the squared change of the share of levels 4 and 5, over its binomial variance."""
    rows = read_severity(raw_dir / "crisis" / "inform_severity_indicators_long.csv").rows
    severe = rows["level_4"].add(rows["level_5"], fill_value=0)
    rows = rows.assign(year=rows["as_of"].dt.year, severe=severe, share=severe / rows["in_need"])
    rows = rows[rows["share"].between(0, 1, inclusive="neither") & rows["in_need"].ge(1e5)]
    rows = rows.sort_values("as_of", kind="stable")
    rows = rows.drop_duplicates(["crisis", "year", "in_need", "severe"])
    before = rows.groupby(["crisis", "year"])[["share", "in_need"]].shift()
    change = rows["share"] - before["share"]
    pairs = np.log(rows["in_need"] / before["in_need"]).abs().lt(0.1) & change.abs().gt(0.001)
    middle = (rows["share"] + before["share"]) / 2
    relative = (change**2 / 2 / (middle * (1 - middle)))[pairs]
    assert len(relative) == pytest.approx(277, abs=10)
    assert 1 / relative.mean() == pytest.approx(EFFECTIVE_OBSERVATIONS, rel=0.05)


@pytest.mark.raw
def test_packaged_levels_are_those_of_the_file(raw_dir):
    table = read_severity(raw_dir / "crisis" / "inform_severity_indicators_long.csv")
    for name in ("2024", "2026"):
        made = phases_of_case(load_edition(name), table)
        assert [(x.destination, x.as_of, x.note) for x in made] == [
            (x.destination, x.as_of, x.note) for x in load_severity(name)
        ]
        np.testing.assert_array_equal(
            [x.people for x in made], [x.people for x in load_severity(name)]
        )
