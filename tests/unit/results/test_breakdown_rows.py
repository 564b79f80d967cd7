"""Rows of an answer as a user asks for them: by name, by share, in files, and in errors."""

from __future__ import annotations

import io
import json

import numpy as np
import pandas as pd
import pytest

from gecam.errors import InputError
from gecam.estimation import estimate


@pytest.fixture(scope="module")
def by(small_estimates):
    return small_estimates.by("destination", "group")


def test_rows_are_asked_for_by_code_name_and_several_at_once(by, small_estimates):
    for label in ("SDN", "Sudan", "Soudan", "sdn"):
        assert by[label].labels["destination"].unique().tolist() == ["SDN"]
    assert len(by["Kenya", "other"]) == 1
    assert by.sel(destination=["Peru", "SDN"], group="other").labels["destination"].tolist() == [
        "PER", "SDN",
    ]  # fmt: skip
    crises = small_estimates.by("crisis")
    assert crises["Kenya plan"].labels["crisis"].tolist() == ["ken"]
    assert "Kenya" in by
    assert "France" not in by
    assert 3 not in by


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (lambda est: est.by("country"), "'country' is no dimension. Did you mean 'destination'?"),
        (lambda est: est.by(["origin", "sexe"]), "Did you mean 'sex'?"),
        (
            lambda est: est.by("destination")["Sudann"],
            "Nearest: SDN (Sudan). There are: KEN,",
        ),
        (lambda est: est.by("destination")["France"], "There are: KEN, PER, SDN."),
        (lambda est: est.by("crisis")["Kenya plans"], "Did you mean 'ken'?"),
        (lambda est: est.by("destination")[0], "write head(n)"),
        (lambda est: est.by("group").sel(destination="SDN"), "There are: group."),
        (lambda est: est.conf_int(alpha=0.05), "write conf_int(level=0.95) for alpha=0.05"),
        (lambda est: est.by("destination").quantile(1.5), "q must be shares between 0 and 1"),
    ],
)
def test_an_error_says_what_there_is_and_what_to_write(small_estimates, ask, said):
    with pytest.raises(InputError) as error:
        ask(small_estimates)
    assert said in str(error.value)


def test_rows_of_one_label_are_summed_draw_by_draw_and_those_without_a_number_add_nothing(by):
    sums = by.take(np.arange(len(by))[::-1]).sums("destination")
    assert sums.labels["destination"].tolist() == ["SDN", "PER", "KEN"]  # as they first stand
    for place, draws in zip(sums.labels["destination"], sums.draws, strict=True):
        rows = by.row(destination=place)
        if rows.is_estimated.any():
            np.testing.assert_allclose(draws, rows.draws[rows.is_estimated].sum(axis=0))
        else:
            assert np.isnan(draws).all()


def test_dimensions_may_come_as_a_list(small_estimates):
    one, other = small_estimates.by(["origin", "sex"]), small_estimates.by("origin", "sex")
    pd.testing.assert_frame_equal(one.labels, other.labels)


def test_quantiles_and_probabilities_are_those_of_the_draws(by):
    table = by.quantile([0.1, 0.5])
    above = by.prob_above(100_000)["probability"]
    for i in np.flatnonzero(by.is_estimated):
        assert table.loc[i, 0.1] == np.quantile(by.draws[i], 0.1)
        assert table.loc[i, 0.5] == np.median(by.draws[i])
        assert above[i] == np.mean(by.draws[i] > 100_000)
    assert above[~by.is_estimated].isna().all()


def test_rows_without_draws_have_quantiles_too(small_estimates):
    rows = small_estimates.by("origin", draws="interval")
    table, summary = rows.quantile([0.05, 0.5, 0.95]), rows.summary()
    for share, column in ((0.05, "lower"), (0.5, "median"), (0.95, "upper")):
        assert table[share].tolist() == pytest.approx(summary[column].tolist(), rel=1e-9)
    with pytest.raises(InputError, match="no draws"):
        rows.prob_above(1)
    some = rows["South Sudan"]
    assert some.summary()["mean"].item() == summary.set_index("origin").loc["SSD", "mean"]


def test_head_largest_and_iteration(by):
    assert by.head(2).labels.equals(by.labels.head(2))
    means = by.largest(3).summary()["mean"].tolist()
    assert means == sorted(by.summary()["mean"].dropna(), reverse=True)[:3]
    rows = list(by)
    assert [row.country for row in rows[:2]] == ["Kenya", "Kenya"]
    assert rows[0].mean == by.summary()["mean"][0]


def test_text_is_a_table_of_80_columns(small_estimates):
    for rows in (small_estimates.total(), small_estimates.by("destination"),
                 small_estimates.by("crisis", "destination", "group"),
                 small_estimates.by("origin", "sex")):  # fmt: skip
        lines = repr(rows).splitlines()
        assert max(map(len, lines)) <= 80
        assert lines[0].startswith("Migrants affected by crises")
    assert str(small_estimates).splitlines()[1] == "=" * 80
    assert "Sudan (SDN)" in str(small_estimates)


def test_csv_has_numbers_at_full_precision_codes_names_and_text(by, tmp_path):
    text = by.to_csv(tmp_path / "rows.csv")
    assert (tmp_path / "rows.csv").read_text(encoding="utf-8") == text
    table, summary = pd.read_csv(io.StringIO(text)), by.summary()
    np.testing.assert_array_equal(table["mean"], summary["mean"])  # to the last bit, NaN in place
    assert table["mean"].dtype == np.float64
    assert list(table.columns[:5]) == ["destination", "country", "group", "people", "interval"]
    assert table.loc[table["destination"].eq("SDN"), "country"].unique().tolist() == ["Sudan"]
    said = json.loads((tmp_path / "rows.csv-metadata.json").read_text(encoding="utf-8"))
    columns = {c["name"]: c for c in said["tableSchema"]["columns"]}
    assert list(columns) == list(table.columns)
    assert (columns["mean"]["unit"], columns["mean"]["datatype"]) == ("people", "double")
    assert {source["id"] for source in said["dc:source"]} == {
        "stock", "population", "protected", "needs",
    }  # fmt: skip


def test_crises_have_their_countries_beside_them(small_estimates):
    table = pd.read_csv(io.StringIO(small_estimates.by("crisis").to_csv())).set_index("crisis")
    assert table.loc["sdn", ["crisis_name", "iso3", "country"]].tolist() == [
        "Sudan plan", "SDN", "Sudan",
    ]  # fmt: skip
    assert table.loc["region", ["iso3", "country"]].tolist() == ["KEN SDN", "Kenya; Sudan"]
    assert table.loc["region", "people"] == "not estimated"


def test_workbooks_and_parquet_hold_rows_units_and_sources(by, tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    parquet = pytest.importorskip("pyarrow.parquet")
    pytest.importorskip("xlsxwriter")
    by.to_excel(tmp_path / "rows.xlsx")
    by.to_parquet(tmp_path / "rows.parquet")
    book = openpyxl.load_workbook(tmp_path / "rows.xlsx")
    assert book.sheetnames == ["rows", "columns", "sources", "about"]
    assert book["rows"].max_row == len(by) + 1
    table = parquet.read_table(tmp_path / "rows.parquet")
    np.testing.assert_array_equal(table["mean"].to_numpy(), by.summary()["mean"])
    units = {c["name"]: c["unit"] for c in json.loads(table.schema.metadata[b"columns"])}
    assert units["mean"] == "people"
    assert len(json.loads(table.schema.metadata[b"sources"])) == 4


def test_the_figure_has_the_numbers_of_the_rows(by):
    pytest.importorskip("matplotlib")
    ax = by.plot(rows=3)
    dots = ax.lines[0].get_xdata()
    assert sorted(dots) == sorted(by.largest(3).summary()["mean"])


def test_notebooks_show_numbers_first_and_the_rest_folded(small_estimates, small_case):
    for shown in (small_estimates, small_estimates.total(), small_case):
        page = shown._repr_html_()
        assert len(page) < 20_000
        assert "<details>" in page
    page = small_estimates._repr_html_()
    assert page.index("all country-level plans") < page.index("<details>")
    assert max(map(len, repr(small_case).splitlines())) <= 80


def test_a_formula_in_a_name_is_text_in_files(small_case):
    from dataclasses import replace

    crises = tuple(replace(c, name=f"=1+1 {c.name}") for c in small_case.crises)
    text = estimate(replace(small_case, crises=crises), draws=10, seed=1).by("crisis").to_csv()
    assert "'=1+1 Sudan plan" in text
