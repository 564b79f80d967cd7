"""A number and its interval read alike in the table, the map, the brief and the explanation."""

from __future__ import annotations

import pytest

from gecam.evaluation import compare, explain
from gecam.preparedness import inclusion
from gecam.report import comparison_document, country_brief, plot, render, write
from gecam.results import people_text, published_table

PLACES = ("UKR", "SDN", "SSD", "SYR", "COD")


@pytest.mark.parametrize("place", PLACES)
def test_one_interval_for_a_country_wherever_it_stands(few_draws_2022, place):
    row = few_draws_2022.by("destination").row(destination=place)
    mean, lower, upper = published_table(row).loc[0, ["estimate", "lower", "upper"]]
    assert people_text(row.summary()).loc[0].tolist() == [mean, f"{lower} to {upper}"]
    explained = render(explain(few_draws_2022, place, points=0), "markdown")
    assert f"it is between {lower} and {upper}" in " ".join(explained.split())
    brief = write(
        country_brief(few_draws_2022, inclusion(few_draws_2022, place), None, trace="", explain=""),
        "markdown",
    )
    assert f", {mean} ({lower} to {upper}) migrants are" in brief


def test_the_map_has_the_intervals_of_the_table(edition_2022):
    table = published_table(edition_2022.by("destination")).set_index("destination")
    mean, lower, upper = table.loc["UKR", ["estimate", "lower", "upper"]]
    assert (mean, lower, upper) == ("1,900,000", "700,000", "3,700,000")
    words = "\n".join(text.get_text() for text in plot.world_map(edition_2022).ax.texts)
    assert "Ukraine  1.9 M  (700 k to 3.7 M)" in words


def test_a_comparison_starts_from_the_numbers_of_the_table(edition_2022):
    same = compare(edition_2022, edition_2022)
    text = write(comparison_document(same, "nothing"), "markdown")
    total = published_table(edition_2022.total())["estimate"].tolist()
    for number in total:
        assert f"| {number} | {number} | +0" in text
