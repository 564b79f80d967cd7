"""People of regional plans: each in one cell, in three totals, and no more than plans publish."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.special import logit

import gecam as gc
from gecam.database.storage.codec import decode, encode
from gecam.datasets import EDITIONS
from gecam.errors import InputError
from gecam.estimation.regional_cells import people_present
from gecam.uncertainty import Streams

DRAWS = 2_000
COUNTRY_LEVEL = "all country-level plans"


@pytest.fixture(scope="module")
def answers():
    """Every edition with its regional plans."""
    return {
        year: gc.complete_estimates(
            gc.estimate(gc.load_edition(year), draws=DRAWS, seed=1), gc.load_regional_plans(year)
        )
        for year in EDITIONS
    }


def present_at(answer, cell):
    """Return draws of the people present of a cell."""
    est = answer.estimates
    return people_present(cell, est.assumptions, est.provenance.streams, est.draws.shape[1])


def cell(answer, host, origin):
    """Return the cells of an origin in a host country."""
    return [c for c in answer.cells if (c.destination, c.origin) == (host, origin)]


@pytest.mark.parametrize("year", EDITIONS)
def test_nobody_stands_in_two_rows_of_the_widest_total(answers, year):
    """Matrix plan x host x group: one plan per people, and none where a country plan has them."""
    table = answers[year].table()
    added = table[table["total"].isin(["country in crisis", "host country"])]
    people = added[["destination", "origin", "group", "name"]]
    assert not people.duplicated().any()
    # A group of one origin that a chapter names is not counted by the register as well.
    plans = added.groupby(["destination", "origin", "group"])["crisis"].nunique()
    assert (plans == 1).all()
    est = answers[year].estimates
    union = est.unions[COUNTRY_LEVEL].draws
    estimated = {p for p, row in zip(est.places, union, strict=True) if not np.isnan(row[0])}
    assert not estimated & set(zip(added["destination"], added["group"], strict=True))
    countries = {place for place, _ in est.places}
    assert set(added.loc[added["total"] == "country in crisis", "destination"]) <= countries
    assert not set(added.loc[added["total"] == "host country", "destination"]) & countries


def test_refugees_in_sudan_and_chad_stand_in_their_country_plans_alone(answers):
    """They are named by a country plan whose people in need count them, and by regional plans."""
    for year, host, origin in [
        ("2022", "SDN", "SSD"),
        ("2023", "SSD", "SDN"),
        ("2025", "TCD", "SDN"),
    ]:
        (only,) = cell(answers[year], host, origin)
        assert (only.total, only.basis) == ("country plan", "country plan")
        assert np.isnan(only.people)
        assert np.isnan(answers[year].draws[answers[year].cells.index(only)]).all()


@pytest.mark.parametrize("year", EDITIONS)
def test_the_three_totals_add_draw_by_draw(answers, year):
    answer = answers[year]
    complete, country_level, widest = answer.totals().draws
    assert (country_level == answer.estimates.total().row(total=COUNTRY_LEVEL).draws[0]).all()
    kinds = np.array([c.total for c in answer.cells])
    in_crisis = answer.draws[kinds == "country in crisis"].sum(axis=0)
    hosts = answer.draws[kinds == "host country"].sum(axis=0)
    np.testing.assert_allclose(complete, country_level + in_crisis, rtol=1e-12)
    np.testing.assert_allclose(widest, complete + hosts, rtol=1e-12)


@pytest.mark.parametrize("year", EDITIONS)
def test_cells_add_to_no_more_than_their_plan_publishes(answers, year):
    plans = answers[year].plans
    stated = plans[plans["published"].notna()]
    assert (stated["by_country"] <= stated["published"] * (1 + 1e-12)).all()


def test_what_the_plans_of_2022_publish_of_refugees_and_migrants(answers):
    """3RP Regional Needs Overview 2022; Devex on the RMRP (8.4 less 2 million); UNHCR's summary."""
    published = answers["2022"].plans.set_index("crisis")["published"]
    assert published["2022-SYR-3RP"] == 7_100_000
    assert published["2022-VEN-RMRP"] == 6_400_000
    assert published["2022-AFG-RRP"] == 2_526_110 + 1_399_588


def test_means_of_the_draws_are_the_figures_of_the_cells(answers):
    """Published: a lognormal with that mean. Register: present times share, errors of mean 1."""
    answer = answers["2022"]
    for host, origin, people in [
        ("LBN", "SYR", 1_500_000), ("BGD", "MMR", 902_947), ("COL", "VEN", 0.70 * 1_872_472),
        ("TUR", "SYR", 0.96 * 3_737_369), ("PAK", "AFG", 0.63 * 1_503_822),
    ]:  # fmt: skip
        (only,) = cell(answer, host, origin)
        assert only.people == pytest.approx(people, rel=1e-9)
        draws = answer.draws[answer.cells.index(only)]
        error = 4 * draws.std() / np.sqrt(DRAWS)
        assert draws.mean() == pytest.approx(people, abs=error)


def test_hosts_of_one_plan_share_its_share_and_hosts_of_a_year_the_register(answers):
    """Correlation of logs: the shared part. Share 0.63, logit sd 0.35; register 0.10 twice."""
    answer = answers["2022"]
    logs = {
        host: np.log(answer.draws[answer.cells.index(cell(answer, host, "AFG")[0])])
        for host in ("IRN", "PAK")
    }
    of_share = (0.35 * (1 - 0.63)) ** 2  # delta method
    expected = (of_share + 0.01) / (of_share + 0.02)
    assert np.corrcoef(logs["IRN"], logs["PAK"])[0, 1] == pytest.approx(expected, abs=0.06)


def test_people_present_are_dated_and_a_doubled_register_is_flagged(answers):
    """Iran counted 0.78 million Afghans at the end of 2021 and 3.41 million a year later (UNHCR)."""
    (iran,) = cell(answers["2022"], "IRN", "AFG")
    assert (iran.year_end, iran.flags) == (2021, ("REGISTER_CHANGED",))
    assert (iran.present, iran.next_present) == pytest.approx((0.78e6, 3.41e6), rel=0.01)
    (poland,) = cell(answers["2022"], "POL", "UKR")  # the war began in the plan's own year
    assert poland.year_end == 2022
    assert set(poland.flags) == {"REGISTER_AFTER_ONSET", "PLAN_SHARE_BY_RULE"}
    assert poland.present == 958_519  # UNHCR, end of 2022


def test_a_number_targeted_is_no_need(answers):
    """Peru 2022: some 900,000 targeted; the cell is the register times the plan's share."""
    (peru,) = cell(answers["2022"], "PER", "VEN")
    assert peru.basis == "register"
    assert peru.people == pytest.approx(0.70 * peru.present)


def test_a_share_that_would_exceed_the_plan_is_limited(answers):
    """RMRP 2024: 4.2 million in need; 0.70 of UNHCR's Venezuelans would be more."""
    answer = answers["2024"]
    limited = [c for c in answer.cells if c.crisis == "2024-VEN-RMRP"]
    assert all("REGISTER_LIMITED" in c.flags for c in limited)
    assert sum(c.people for c in limited) == pytest.approx(4_200_000)
    assert max(c.share for c in limited) < 0.70


def test_country_level_answers_do_not_change_a_bit(answers):
    est = gc.estimate(gc.load_edition("2022"), draws=DRAWS, seed=1)
    assert np.array_equal(answers["2022"].estimates.draws, est.draws, equal_nan=True)
    assert (answers["2022"].estimates.total().draws == est.total().draws).all()


def test_a_subset_of_the_plans_has_the_same_draws(answers):
    plans = gc.load_regional_plans("2022")
    rows = plans.plans["crisis"].isin(["2022-AFG-RRP"])
    fewer = gc.complete_estimates(
        answers["2022"].estimates, replace(plans, plans=plans.plans[rows].reset_index(drop=True))
    )
    whole = answers["2022"]
    for host in ("IRN", "PAK"):
        a, b = cell(fewer, host, "AFG")[0], cell(whole, host, "AFG")[0]
        assert (fewer.draws[fewer.cells.index(a)] == whole.draws[whole.cells.index(b)]).all()


def test_every_host_and_origin_of_a_plan_has_a_row(answers):
    for year, answer in answers.items():
        told = {(c.destination, c.origin) for c in answer.cells}
        for plan in gc.load_regional_plans(year).plans.to_dict("records"):
            for host in plan["hosts"].split("|"):
                for origin in plan["origins"].split("|"):
                    assert host == origin or (host, origin) in told


def test_the_table_has_an_interval_where_there_is_a_figure(answers):
    table = answers["2022"].table()
    drawn = table["total"].isin(["country in crisis", "host country"])
    assert isinstance(table, pd.DataFrame)
    assert (table.loc[drawn, "lower"] < table.loc[drawn, "people"]).all()
    assert (table.loc[drawn, "people"] < table.loc[drawn, "upper"]).all()
    assert table.loc[~drawn, ["people", "lower", "upper"]].isna().all().all()


def test_a_scope_without_refugees_is_refused():
    case = gc.load_edition("2022").restrict(["TCD"])
    est = gc.estimate(case, draws=50, seed=1, scope="excluding_refugees")
    with pytest.raises(InputError, match="a scope with refugees"):
        gc.complete_estimates(est, gc.load_regional_plans("2022"))


def test_another_count_of_people_present_takes_the_place_of_the_register_where_a_chapter_has_one(
    answers,
):
    """R4V, 2022: 1,840,000 Venezuelans in Colombia, 1,290,000 in Peru; Mexico has no such count."""
    plans = gc.load_regional_plans("2022")
    other = gc.complete_estimates(answers["2022"].estimates, plans, present="second reading")
    for host, present in (("COL", 1_840_000), ("PER", 1_290_000)):
        (counted,) = cell(other, host, "VEN")
        assert (counted.present, counted.flags) == (present, ("PRESENT_SECOND_READING",))
        assert counted.people == pytest.approx(0.70 * present)
    (mexico,) = cell(other, "MEX", "VEN")
    (registered,) = cell(answers["2022"], "MEX", "VEN")
    assert (mexico.present, mexico.flags) == (registered.present, ())
    (lebanon,) = cell(other, "LBN", "SYR")  # the number in need that is published comes first
    assert (lebanon.basis, lebanon.people) == ("published", 1_500_000)
    # The same scores: draws are in the proportion of the counts.
    where = [a.cells.index(cell(a, "COL", "VEN")[0]) for a in (other, answers["2022"])]
    ratio = other.draws[where[0]] / answers["2022"].draws[where[1]]
    np.testing.assert_allclose(ratio, 1_840_000 / 1_872_472, rtol=1e-12)
    assert other.config_sha256 != answers["2022"].config_sha256
    rows = other.by_cell(in_crisis=True).summary().set_index(["destination", "origin"])
    assert (
        "1,840,000 people present about the end of 2021, as R4V"
        in rows.loc[("COL", "VEN"), "reason"]
    )


def test_no_group_is_not_estimated_for_which_a_figure_stands_in_the_packaged_tables(answers):
    """Edition 2022: a chapter's number in need, or people of a regional plan in UNHCR's register."""
    answer = answers["2022"]
    plans = gc.load_regional_plans("2022")
    chapters = plans.chapters[plans.chapters["use"].eq("in_need")]
    people = plans.registered(2021)
    named = {
        (host, origin)
        for plan in plans.plans.to_dict("records")
        for host in plan["hosts"].split("|")
        for origin in plan["origins"].split("|")
        if people.get((host, origin), 0) > 0
    } | set(zip(chapters["host"], chapters["origin"], strict=True))
    assert len(named) == 50
    rows = answer.by("destination", "group").summary().set_index(["destination", "group"])
    for host, origin in named:
        (first, *_) = cell(answer, host, origin)
        if first.total == "host country":
            assert first.people > 0
        else:  # in a row of its country that is estimated: that of its plan, or its own
            assert rows.loc[(host, first.group), "status"] == "estimated"
    # The rows that are left: nobody of theirs is in these tables.
    left = rows.index[rows["status"].ne("estimated")]
    assert not set(left) & {(host, cell(answer, host, o)[0].group) for host, o in named}
    # Counts of groups that are packaged with the plans, and may be used, are in an estimate.
    unused = [cell for cell in answer.estimates.cells if cell.status == "not_estimated"]
    assert not [cell.id for cell in unused for c in cell.counts if c.use in ("share", "count")]


def with_groups(answers, *groups, year="2022"):
    plans = gc.load_regional_plans(year).with_groups(*groups)
    return gc.complete_estimates(answers[year].estimates, plans)


def test_a_group_of_one_origin_is_an_input(answers):
    """Venezuelans in Colombia, 1,000,000 in need: in place of the register's 0.70 of 1,872,472."""
    before = answers["2022"]
    after = with_groups(answers, gc.OriginGroup("Colombia", "Venezuela", 1e6, present=1_840_000))
    (counted,) = cell(after, "COL", "VEN")
    assert (counted.basis, counted.people, counted.grade) == ("published", 1e6, "C")
    draws = after.draws[after.cells.index(counted)]
    # A share of mean 1,000,000 / 1,840,000, logit sd 0.35 of grade C, of those present.
    spread = before.estimates.assumptions.grade_logit_sd["C"]
    share = draws / present_at(after, counted)
    assert share.mean() == pytest.approx(1e6 / 1_840_000, abs=1e-3)
    assert logit(share).std() == pytest.approx(spread, rel=0.05)
    registered = before.draws[before.cells.index(cell(before, "COL", "VEN")[0])]
    totals = [answer.totals().draws for answer in (before, after)]
    more = draws - registered
    np.testing.assert_allclose(totals[1] - totals[0], [more, 0 * more, more], atol=1e-6)
    row = after.by("origin", "destination").row(origin="VEN", destination="COL")
    np.testing.assert_allclose(row.draws[0], draws)
    # What is stored and hashed holds it; without a group both are what they were.
    assert after.config_sha256 != before.config_sha256
    assert with_groups(answers).config_sha256 == before.config_sha256
    assert decode(encode(after.regional)).chapters.equals(after.regional.chapters)
    assert not after.regional.sources[-1].is_public


def test_a_named_group_stands_beside_others_of_its_origin_and_one_without_a_name_for_all(answers):
    """Lebanon 2024: two chapters of people from Palestine, those who came from Syria by themselves."""
    fled, named = (
        "Palestinian refugees from Syria",
        gc.OriginGroup("LBN", "PSE", 30_000, "since 2023"),
    )
    names = {"Palestine refugees in Lebanon", fled}
    assert {c.name for c in cell(answers["2024"], "LBN", "PSE")} == names
    beside = with_groups(answers, named, year="2024")
    assert {c.name for c in cell(beside, "LBN", "PSE")} == names | {"since 2023"}
    instead = with_groups(answers, replace(named, name=fled), year="2024")
    assert {c.name: c.people for c in cell(instead, "LBN", "PSE")}[fled] == 30_000
    (only,) = cell(with_groups(answers, replace(named, name=""), year="2024"), "LBN", "PSE")
    assert only.people == 30_000


def test_a_group_of_other_migrants_leaves_the_refugees_of_its_origin(answers):
    """Peru 2022 has no country plan: 100,000 others beside the Venezuelans of the register."""
    after = with_groups(answers, gc.OriginGroup("PER", "VEN", 1e5, "students", "other"))
    of_group = {c.group: c.total for c in cell(after, "PER", "VEN")}
    assert of_group == {"other": "host country", "protection": "host country"}
    # Others in Lebanon are in the figure of its country plan, and in no second one; the chapter of
    # refugees from Syria stays.
    lebanon = cell(
        with_groups(answers, gc.OriginGroup("LBN", "SYR", 1e5, group="other")), "LBN", "SYR"
    )
    assert {c.group: (c.total, c.people) for c in lebanon} == {
        "other": ("country plan", pytest.approx(np.nan, nan_ok=True)),
        "protection": ("country in crisis", 1_500_000),
    }


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"host": "VEN"}, "are at home"),
        ({"in_need": 0}, "in_need"),
        ({"present": 5e5}, "1,000,000 in need of 500,000 present"),
        ({"host": "Colombya"}, "Colombya"),
        ({"plan": "2022-XXX"}, "no plan '2022-XXX'. There are: 2022-AFG-RRP"),
    ],
)
def test_a_group_that_breaks_a_rule_is_refused(changes, words):
    stated = {"host": "COL", "origin": "VEN", "in_need": 1e6}
    with pytest.raises(InputError, match=words):
        gc.load_regional_plans("2022").with_groups(gc.OriginGroup(**stated | changes))


def test_two_groups_of_the_same_people_are_refused():
    of_all, part = (
        gc.OriginGroup("COL", "VEN", 1e6),
        gc.OriginGroup("COL", "VEN", 1e5, "in transit"),
    )
    with pytest.raises(InputError, match="two groups hold people of VEN in COL"):
        gc.load_regional_plans("2022").with_groups(of_all, part)


CHAPTERS = [
    ("2022", "LBN", "SYR", 1_500_000, 1_500_000, 0.0),
    ("2022", "BGD", "MMR", 902_947, 918_000, 0.20),  # grade B
    ("2024", "LBN", "SYR", 1_360_000, 1_500_000, 0.50),  # grade D
    ("2025", "COL", "VEN", 1_960_000, 2_800_000, 0.35),  # grade C
]


@pytest.mark.parametrize(("year", "host", "origin", "people", "present", "logit_sd"), CHAPTERS)
def test_people_in_need_of_a_chapter_are_a_share_of_those_present(
    answers, year, host, origin, people, present, logit_sd
):
    """Present: log-normal, log sd 0.10 twice (a host's own, a year-end's); share: logit-normal."""
    answer = answers[year]
    (only,) = cell(answer, host, origin)
    assert (only.basis, only.people, only.present) == ("published", people, present)
    draws = answer.draws[answer.cells.index(only)]
    there = present_at(answer, only)
    assert there.mean() == pytest.approx(present, abs=4 * there.std() / np.sqrt(DRAWS))
    assert np.log(there).std() == pytest.approx(np.hypot(0.10, 0.10), rel=0.05)
    share = draws / there
    assert share.max() <= 1
    assert draws.mean() == pytest.approx(people, abs=4 * draws.std() / np.sqrt(DRAWS))
    assert share.mean() == pytest.approx(people / present, abs=1e-3)
    if logit_sd:  # a share of 1 has no log odds, and stays 1
        assert logit(share).std() == pytest.approx(logit_sd, rel=0.05)
    else:
        assert (share == 1).all()
    # Of others with the register of the same year-end: the shared part of the errors of both.
    other = next(c for c in answer.cells if c.basis == "register" and c.year_end == only.year_end)
    registered = present_at(answer, other)
    correlation = np.corrcoef(np.log(there), np.log(registered))[0, 1]
    assert correlation == pytest.approx(0.5, abs=0.06)


def test_a_chapter_that_tells_no_people_present_errs_as_a_count(answers):
    """Palestinian refugees in Lebanon, 207,000 of grade B: log-normal, log sd 0.20."""
    answer = answers["2022"]
    (only,) = cell(answer, "LBN", "PSE")
    assert np.isnan(only.present)
    assert np.log(answer.draws[answer.cells.index(only)]).std() == pytest.approx(0.20, rel=0.02)


def test_inputs_of_earlier_versions_draw_a_chapter_as_a_count():
    """Log-normal at the cell's address, log sd 0.35 of grade C; 12 % of draws above all present."""
    case = gc.load_edition("2025").restrict(["COL"])
    stored = encode(case.assumptions)
    del stored["chapter_in_need"]
    before = replace(case, assumptions=decode(stored))
    assert before.assumptions.chapter_in_need == "count"
    plans = gc.load_regional_plans("2025")
    earlier, now = (
        gc.complete_estimates(gc.estimate(c, draws=DRAWS, seed=1), plans) for c in (before, case)
    )
    (only,) = cell(earlier, "COL", "VEN")
    scores = Streams(1).normal("regional/2025-VEN-RMRP/COL", only.who, 0, DRAWS)
    independent = gc.complete_estimates(
        gc.estimate(before, draws=DRAWS, seed=1, sampler="mc"), plans
    )
    draws = independent.draws[independent.cells.index(only)]
    np.testing.assert_allclose(draws, 1_960_000 * np.exp(0.35 * scores - 0.35**2 / 2), rtol=1e-12)
    assert (earlier.draws[earlier.cells.index(only)] > 2_800_000).mean() == pytest.approx(
        0.12, abs=0.02
    )
    # No draw of another cell changes.
    same = [i for i, c in enumerate(earlier.cells) if c != only]
    np.testing.assert_array_equal(earlier.draws[same], now.draws[same])
    assert earlier.config_sha256 != now.config_sha256


def test_more_in_need_than_are_present_is_refused(answers):
    """No packaged chapter has them; a table of one's own might, with people of the host community."""
    for year in EDITIONS:
        rows = gc.load_regional_plans(year).chapters
        rows = rows[rows["use"].eq("in_need") & rows["present"].notna()]
        assert (rows["in_need"] <= rows["present"]).all()
    plans = gc.load_regional_plans("2025")
    is_colombia = plans.chapters["use"].eq("in_need") & plans.chapters["host"].eq("COL")
    chapters = plans.chapters.assign(present=plans.chapters["present"].mask(is_colombia, 1.5e6))
    with pytest.raises(
        InputError, match=r"COL in 2025-VEN-RMRP has 1,960,000 in need of 1,500,000"
    ):
        gc.complete_estimates(answers["2025"].estimates, replace(plans, chapters=chapters))
