"""Which count an answer is, and rates as texts."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import gecam as gc
from gecam.database import Database, published_answer
from gecam.datasets import load_edition
from gecam.estimation import estimate, rates
from gecam.model import Measure
from gecam.preparedness import inclusion
from gecam.report import count_note, country_brief, page, rates_table, series_document, write
from gecam.results import Estimates


@pytest.fixture(scope="module")
def chad() -> Estimates:
    return estimate(load_edition("2026").restrict(["TCD"]), draws=1_000, seed=5)


@pytest.mark.parametrize(
    ("measure", "name", "is_not"),
    [
        ("exposed", "all people there", "not people affected, in need, targeted or reached"),
        ("affected", "people affected", "not people in need, targeted or reached"),
        (
            "in_need",
            "people in need",
            "not all people affected, and not people targeted or reached",
        ),
        ("severe", "phases 4 and 5 of severity", "not people targeted or reached"),
    ],
)
def test_a_count_has_its_name_its_date_and_what_it_is_not(
    chad: Estimates, measure: Measure, name: str, is_not: str
) -> None:
    text = count_note(replace(chad, measure=measure))
    (crisis,) = chad.crises
    assert name in text
    assert str(crisis.reference_date) in text
    assert text.endswith(f": {is_not}.")


def test_counts_of_several_dates_have_the_first_and_the_last() -> None:
    """Yemen's plan, and the appeal for Malawi of March 2022."""
    est = estimate(load_edition("2022").restrict(["MWI", "YEM"]), draws=50, seed=5)
    dates = sorted({x.reference_date.isoformat() for x in est.crises})
    assert len(dates) > 1
    assert f", {dates[0]} to {dates[-1]}: not" in count_note(est)


def test_a_ratio_is_a_result_only_where_need_was_counted(chad: Estimates) -> None:
    """Refugees in need are published for Chad; the ratio of other migrants is the prior's."""
    other, refugees = rates_table(rates(chad, "group")).rows
    assert other[0] == "other migrants"
    assert other[3].startswith("assumed: ")
    assert "(" not in other[3]
    ratio, interval = refugees[3].split(" (")
    assert float(ratio) > 1
    assert " to " in interval


def test_texts_of_chad_are_people_over_migrants_by_draw(chad: Estimates) -> None:
    """Without `rates`: means of people and of the stock that the cells tell."""
    rows = rates_table(rates(chad, "destination", "group")).rows
    for (place, group, people, *_), cell in zip(rows, chad.cells, strict=True):
        assert (place, group.split(" ")[0]) == (
            "Chad", {"other": "other", "protection": "refugees"}[cell.group],
        )  # fmt: skip
        mean = chad.by("group").row(group=cell.group).draws[0].mean()
        assert float(people.split(" ")[0]) == pytest.approx(100 * mean / cell.stock, rel=0.03)


def test_small_rows_have_no_rates(chad: Estimates) -> None:
    table = rates(chad, "group")
    assert len(rates_table(table.assign(mean=[99.0, 1e5])).rows) == 1
    nothing: pd.DataFrame = table.assign(mean=np.nan)
    assert rates_table(nothing).rows == ()


@pytest.mark.usefixtures("without_figures")
def test_brief_and_report_have_the_count_and_the_rates(chad: Estimates) -> None:
    brief = write(
        country_brief(
            chad, inclusion(chad, "TCD", case=chad.case), None, trace="again", explain="why"
        ),
        "markdown",
    )  # fmt: skip
    text = page(chad, published_answer(chad))
    for row in rates_table(rates(chad, "group")).rows:
        for cell in row:
            assert cell in brief
            assert cell in text
    for words in ("by the IASC's names", "How often they are in need"):
        assert words in brief
        assert words.replace("'", "&#39;") in text
    assert "How often they are in need" not in page(
        replace(chad, case=None), published_answer(chad)
    )


def test_every_form_of_an_answer_says_which_count_it_is(chad, tmp_path):
    """One sentence for print, explanations, series, files and exports of releases."""
    said = count_note(chad)
    assert said in " ".join(str(chad).replace("\n", " ").split())
    assert gc.explain(chad, "TCD", points=0).count == said
    assert said in " ".join(gc.render(gc.explain(chad, "TCD", points=0)).split())
    chad.by("destination").to_csv(tmp_path / "rows.csv")
    about = json.loads((tmp_path / "rows.csv-metadata.json").read_text())
    assert about["dc:description"]["count"] == said
    database = Database(tmp_path / "e.gecam")
    database.release(chad, name="r1", reason="first")
    database.export("r1", tmp_path / "export")
    about = pd.read_csv(tmp_path / "export" / "about.csv").set_index("fact")["value"]
    assert said in about["description"]
    cases = [case.restrict(["TCD"]) for case in gc.load_editions("2025", "2026")]
    of_years = gc.series(cases, draws=50, by_cause=False)
    assert of_years.count.startswith("These are people in need, by the IASC's names, 2025-07-01 to")
    assert of_years.count in " ".join(write(series_document(of_years), "text").split())
