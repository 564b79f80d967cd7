import pandas as pd
import pytest

from gecam.errors import InputError
from gecam.mortality import comparability_checks as questions
from gecam.mortality import comparability_report, compare_reports


def rows(source, *, years=(2021, 2022), **more):
    """Return a record a month, whose source may depend on the year."""
    return [
        {
            "incident": f"{year}.MMP{m}", "record": f"{year}.MMP{m}", "year": year,
            "month": pd.Timestamp(year, m, 1), "date": pd.Timestamp(year, m, 3), "dead": 2,
            "missing": 1, "source_quality": 5, "females": 1, "males": 2, "children": 0,
            "country_of_origin": "SDN", "route": "sea",
            "information_source": source(year, m) if callable(source) else source, **more,
        }
        for year in years
        for m in range(1, 13)
    ]  # fmt: skip


def many_sources(year, m):
    return f"paper {m}, radio {(m + year) % 7}"


def test_good_records_are_called_good(make_incidents):
    report = comparability_report(make_incidents(rows(many_sources)))
    expected = {
        questions.COVERAGE: "yes", questions.LATEST: "partly", questions.SOURCES: "yes",
        questions.EFFORT: "yes", questions.QUALITY: "yes", questions.PARTS: "yes",
        questions.CUMULATIVE: "yes", questions.SEX: "yes", questions.AGE: "yes",
        questions.ORIGIN: "yes", questions.SPREAD: "yes", questions.DETECTION: "unknown",
    }  # fmt: skip
    assert {check.code: check.answer for check in report.checks} == expected
    assert report.period == ("2021-01", "2022-12")
    assert (report.incidents, report.at_least) == (24, 72)


@pytest.mark.parametrize(
    ("change", "question", "answer"),
    [
        ({"source_quality": 1}, questions.QUALITY, "no"),
        ({"source_quality": float("nan")}, questions.QUALITY, "unknown"),
        ({"females": float("nan"), "males": float("nan")}, questions.SEX, "no"),
        ({"children": float("nan")}, questions.AGE, "no"),
        ({"country_of_origin": "UNK"}, questions.ORIGIN, "no"),
        ({"kind": "unstated"}, questions.CUMULATIVE, "unknown"),
        ({"information_source": "survey"}, questions.SOURCES, "no"),
        ({"information_source": ""}, questions.SOURCES, "unknown"),
        ({"dead": float("nan"), "missing": float("nan"), "dead_and_missing": 3}, questions.PARTS, "no"),
    ],
)  # fmt: skip
def test_each_weakness_is_found(make_incidents, change, question, answer):
    report = comparability_report(make_incidents(rows(many_sources, **change)))
    assert report.answer(question) == answer


def test_a_survey_that_begins_is_found_with_its_year(make_incidents):
    report = comparability_report(
        make_incidents(rows(lambda year, m: "survey" if year == 2022 else f"paper {m}"))
    )
    assert report.answer(questions.EFFORT) == "no"
    (check,) = [check for check in report.checks if check.code == questions.EFFORT]
    assert "'survey' 0% -> 100% in 2022" in check.evidence


def test_one_wreck_that_holds_the_deaths_is_found(make_incidents):
    records = rows(many_sources)
    records[3] |= {"dead": 500}
    assert comparability_report(make_incidents(records)).answer(questions.SPREAD) == "partly"


def test_months_without_a_record_are_counted(make_incidents):
    records = [row for row in rows(many_sources) if row["month"].month in {1, 12}]
    report = comparability_report(make_incidents(records))
    assert report.answer(questions.COVERAGE) == "no"
    assert "4 of 24 months" in report.checks[0].evidence


def test_a_report_can_be_about_one_route(make_incidents):
    records = rows(many_sources) + [
        row | {"incident": "x" + row["incident"], "record": "x" + row["record"], "route": "desert"}
        for row in rows("survey")
    ]
    incidents = make_incidents(records)
    sea = comparability_report(incidents, by="route", value="sea")
    desert = comparability_report(incidents, by="route", value="desert")
    assert (sea.subject, sea.at_least) == ("sea", 72)
    verdicts = compare_reports(sea, desert).set_index("statistic")
    assert verdicts.loc["recorded totals, as minima", "verdict"] == "with care"
    assert verdicts.loc["totals as levels of mortality", "verdict"] == "no"
    assert verdicts.loc["countries of origin", "verdict"] == "yes"
    assert verdicts.loc["countries of origin", "because"] == ""
    assert "sea: yes, desert: no" in verdicts.loc["totals as levels of mortality", "because"]


def test_levels_of_mortality_are_never_called_comparable_from_records_alone(make_incidents):
    good = comparability_report(make_incidents(rows(many_sources)))
    verdicts = compare_reports(good, good).set_index("statistic")["verdict"]
    assert verdicts["totals as levels of mortality"] == "no"
    assert verdicts["deaths per attempted crossing"] == "no"
    assert verdicts["share of women and children"] == "yes"


def test_the_table_has_a_row_for_each_question(make_incidents):
    frame = comparability_report(make_incidents(rows(many_sources))).to_frame()
    assert frame.columns.tolist() == ["question", "answer", "evidence", "consequence"]
    assert len(frame) == 12


def test_unknown_subjects_are_errors(make_incidents):
    incidents = make_incidents(rows(many_sources))
    with pytest.raises(InputError, match=r"no record has route 'air'; there are \['sea'\]"):
        comparability_report(incidents, by="route", value="air")
    with pytest.raises(InputError, match="by must be among"):
        comparability_report(incidents, by="ship", value="x")
    with pytest.raises(InputError, match="by and value go together"):
        comparability_report(incidents, by="route")
    with pytest.raises(InputError, match="no question"):
        comparability_report(incidents).answer("Why?")


def test_a_cumulative_record_is_not_the_largest_incident(make_incidents):
    remains = {"incident": "r", "record": "r", "kind": "cumulative", "dead": 500, "year": 2022}
    report = comparability_report(make_incidents([*rows(many_sources), remains]))
    (spread,) = [check for check in report.checks if check.code == questions.SPREAD]
    assert spread.evidence == "the largest of 24 incidents holds 1% of dead and missing"  # 3 of 572
