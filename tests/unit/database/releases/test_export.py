"""Exports: complete, safe, honest about what is wrong with a release - or not there at all."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import re
import shutil
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import yaml

from gecam.database import Database
from gecam.errors import DatabaseError, InputError
from gecam.estimation import estimate
from gecam.model import Source
from gecam.publish import NOT_DONE, Thresholds

ENGINE = "openpyxl"  # reads formulas as such
FORMATS = ("csv", "parquet", "xlsx", "datapackage", "sdmx", "hdx")


def read_csv(path, **options) -> pd.DataFrame:
    return pd.read_csv(path, dtype={"m49": str, "release": str}, keep_default_na=False,
                       na_values={"mean": "", "lower": ""}, **options)  # fmt: skip


def contents(folder) -> str:
    """All texts of an export, whatever its format."""
    texts = []
    for path in folder.iterdir():
        if path.suffix == ".parquet":
            texts.append(pd.read_parquet(path).to_csv())
        elif path.suffix == ".xlsx":
            texts += [
                f.to_csv()
                for f in pd.read_excel(path, sheet_name=None, dtype=str, engine=ENGINE).values()
            ]
        else:
            texts.append(path.read_text(encoding="utf-8"))
    return "\n".join(texts)


def released(path, case, seed):
    """Return the folder of a database with one release; copied, never changed."""
    Database(path).release(
        estimate(case, draws=50, seed=seed), name="r1", reason="first", case=case
    )
    return path.parent


@pytest.fixture(scope="module")
def large_made(tmp_path_factory, small_case):
    crises = tuple(c for c in small_case.crises if c.id != "per")
    footprints = tuple(f for f in small_case.footprints if f.destination != "PER")
    case = replace(small_case, crises=crises, footprints=footprints)
    return released(tmp_path_factory.mktemp("large") / "large.gecam", case, 1)


@pytest.fixture(scope="module")
def secret_made(tmp_path_factory, small_case):
    survey = Source("survey", "an office", "our survey", url="https://example.org/hidden",
                    sha256="5" * 64, file="survey.csv", is_public=False)  # fmt: skip
    footprints = tuple(
        replace(f, people=f.people / 300, source=survey) if f.destination == "PER" else f
        for f in small_case.footprints
    )
    case = replace(small_case, footprints=footprints)
    return released(tmp_path_factory.mktemp("secret") / "secret.gecam", case, 987654)


@pytest.fixture
def large(large_made, tmp_path):
    """A database whose figures are all far above the threshold."""
    return Database(shutil.copytree(large_made, tmp_path, dirs_exist_ok=True) / "large.gecam")


@pytest.fixture
def secret(secret_made, tmp_path):
    """A database where a survey that is not public says that about 40 migrants of Peru are in need."""
    return Database(shutil.copytree(secret_made, tmp_path, dirs_exist_ok=True) / "secret.gecam")


@pytest.mark.parametrize("form", FORMATS)
def test_an_export_is_complete_and_its_checksums_are_right(large, tmp_path, form):
    found = large.export("r1", tmp_path / "out", format=form)
    assert sorted(path.name for path in found.folder.iterdir()) == sorted(found.files)
    assert (found.below_threshold, found.suppressed) == (0, 0)
    crate = json.loads((found.folder / "ro-crate-metadata.json").read_text())
    entities = {entity["@id"]: entity for entity in crate["@graph"]}
    parts = [part["@id"] for part in entities["./"]["hasPart"]]
    assert sorted([*parts, "ro-crate-metadata.json", "SHA256SUMS"]) == sorted(found.files)
    for part in parts:
        content = (found.folder / part).read_bytes()
        assert entities[part]["sha256"] == hashlib.sha256(content).hexdigest()
        assert entities[part]["contentSize"] == str(len(content))
    for entity in crate["@graph"]:  # every link leads somewhere
        for value in entity.values():
            for link in value if isinstance(value, list) else [value]:
                if isinstance(link, dict) and not link["@id"].startswith("https://"):
                    assert link["@id"] in entities


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_says_the_threshold_that_hid_a_figure(large, tmp_path, form):
    """The country with fewest people is hidden: by ten times its mean, and by no hundred people."""
    rows = large.estimates("r1")
    smallest = rows.loc[rows["breakdown"].eq("destination"), "mean"].min()
    assert smallest > 1_000
    threshold = 10.0 * np.ceil(smallest)
    found = large.export("r1", tmp_path / "out", format=form, thresholds=Thresholds(threshold))
    assert found.below_threshold > 0
    text = contents(found.folder)
    assert f"below {threshold:,.0f} people are not shown" in text
    assert (f"<{threshold:,.0f}" in text) is (form != "sdmx")  # which has numbers alone
    assert not re.search(r"<100(?!,)", text)
    assert repr(float(smallest)) not in text


def test_csv_has_every_figure_exactly(large, tmp_path):
    large.export("r1", tmp_path / "out")
    exported = read_csv(tmp_path / "out" / "estimates.csv")
    rows = large.estimates("r1")
    assert exported["id"].tolist() == rows["id"].tolist()
    np.testing.assert_array_equal(exported["mean"], rows["mean"])
    assert exported["m49"].tolist() == rows["m49"].tolist()
    sudan = exported.set_index("id").loc["destination/SDN"]
    assert sudan["country"] == "Sudan"
    assert sudan["people"].replace(",", "").isdigit()
    lower, upper = (int(end.replace(",", "")) for end in sudan["interval"].split(" to "))
    assert lower < int(sudan["people"].replace(",", "")) < upper


def test_parquet_and_xlsx_hold_the_same_figures(large, tmp_path):
    for form in ("parquet", "xlsx"):
        large.export("r1", tmp_path / form, format=form)
    rows = large.estimates("r1")
    parquet = pd.read_parquet(tmp_path / "parquet" / "estimates.parquet")
    np.testing.assert_array_equal(parquet["mean"], rows["mean"])
    xlsx = pd.read_excel(
        tmp_path / "xlsx" / "estimates.xlsx", sheet_name="estimates", engine=ENGINE
    )
    # a workbook holds 16 or 17 significant digits
    np.testing.assert_allclose(xlsx["mean"], rows["mean"], rtol=1e-15)
    sheets = list(
        pd.read_excel(tmp_path / "xlsx" / "estimates.xlsx", sheet_name=None, engine=ENGINE)
    )
    assert sheets == ["about", "estimates", "sources", "specification", "gather"]


def test_hashtags_stand_below_the_header_on_request(large, tmp_path):
    large.export("r1", tmp_path / "csv", hxl=True)
    rows = list(csv.reader(io.StringIO((tmp_path / "csv" / "estimates.csv").read_text())))
    assert rows[1][rows[0].index("mean")] == "#affected+migrants+mean"
    assert len({len(row) for row in rows}) == 1
    large.export("r1", tmp_path / "xlsx", format="xlsx", hxl=True)
    book = pd.read_excel(
        tmp_path / "xlsx" / "estimates.xlsx", sheet_name="estimates", header=None, engine=ENGINE
    )
    assert "#country+code+iso3" in set(book.iloc[1])
    with pytest.raises(InputError, match="goes with csv and xlsx, not 'sdmx'"):
        large.export("r1", tmp_path / "x", format="sdmx", hxl=True)


def test_humanitarian_tools_read_the_tagged_file(large, tmp_path):
    hxl = pytest.importorskip("hxl")
    large.export("r1", tmp_path / "out", hxl=True)
    options = hxl.InputOptions(allow_local=True)
    with hxl.data(str(tmp_path / "out" / "estimates.csv"), options) as source:
        values = [row.get("#affected+migrants+mean") for row in list(source)]
    assert len(values) == len(large.estimates("r1"))


def test_a_data_package_describes_its_columns(large, tmp_path):
    large.export("r1", tmp_path / "out", format="datapackage")
    package = json.loads((tmp_path / "out" / "datapackage.json").read_text())
    told = {
        (resource["name"], field["name"]): field.get("description", "")
        for resource in package["resources"]
        for field in resource["schema"]["fields"]
    }
    assert [column for column, words in told.items() if not words] == []
    assert told["estimates", "mean"].endswith("unit: people")
    assert told["sources", "id"] != told["estimates", "id"]
    resources = {resource["name"]: resource for resource in package["resources"]}
    assert set(resources) == {"about", "estimates", "sources", "specification", "gather"}
    for resource in resources.values():
        content = (tmp_path / "out" / resource["path"]).read_bytes()
        assert resource["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
        header = next(csv.reader(io.StringIO(content.decode())))
        assert [field["name"] for field in resource["schema"]["fields"]] == header
    types = {f["name"]: f["type"] for f in resources["estimates"]["schema"]["fields"]}
    assert (types["mean"], types["m49"], types["evidence_level"], types["is_public"]) == (
        "number", "string", "integer", "boolean",
    )  # fmt: skip


def test_frictionless_finds_the_data_package_valid(large, tmp_path):
    frictionless = pytest.importorskip("frictionless")
    large.export("r1", tmp_path / "out", format="datapackage")
    report = frictionless.validate(str(tmp_path / "out" / "datapackage.json"))
    assert report.valid, report.flatten(["rowNumber", "fieldName", "note"])[:5]


def test_the_dataset_for_hdx_has_hapis_columns_and_valid_forms(large, tmp_path):
    large.export("r1", tmp_path / "out", format="hdx")
    needs = read_csv(tmp_path / "out" / "needs_of_migrants.csv")
    assert list(needs.columns[:6]) == ["location_code", "location_name", "admin_level", "sector_code",
                                       "category", "population_group"]  # fmt: skip
    rows = large.estimates("r1").set_index("id")
    sudan = needs[needs["location_code"].eq("SDN")].set_index(["breakdown", "population_group"])
    whole = sudan.loc[("destination", "MIG")]
    assert float(whole["population"]) == rows.loc["destination/SDN", "mean"]
    assert float(whole["population_upper"]) == rows.loc["destination/SDN", "upper"]
    assert whole["population_status"] == "INN"
    codes = read_csv(tmp_path / "out" / "codes.csv").set_index("code")
    assert set(needs["population_group"]) <= set(codes.index)
    assert codes.loc["MIG", "whose"] == "proposed"
    dictionary = read_csv(tmp_path / "out" / "data_dictionary.csv")
    assert (dictionary["meaning"] != "").all()
    card = (tmp_path / "out" / "README.md").read_text()
    assert card.index("## Limits") < card.index("## Who is counted") < card.index("## Sources")
    dataset = json.loads((tmp_path / "out" / "hdx-dataset.json").read_text())
    assert {"methodology_other", "caveats", "data_update_frequency", "license_other"} <= set(
        dataset
    )
    assert "sdn" in {group["name"] for group in dataset["groups"]}


@pytest.mark.parametrize("form", FORMATS)
def test_an_export_says_how_to_cite_it_and_what_it_weighs(large, tmp_path, form):
    folder = tmp_path / "out"
    large.export("r1", folder, format=form)
    sums = dict(line.split("  ")[::-1] for line in (folder / "SHA256SUMS").read_text().splitlines())
    assert set(sums) == {path.name for path in folder.iterdir()} - {"SHA256SUMS"}
    for name, value in sums.items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == value
    cited = yaml.safe_load((folder / "CITATION.cff").read_text())
    assert (cited["type"], cited["version"]) == ("dataset", "r1")
    assert cited["references"][0]["title"] == "gecam"


def test_figures_that_are_not_public_are_in_no_table_for_hdx(secret, tmp_path):
    secret.export("r1", tmp_path / "out", format="hdx")
    rows = secret.estimates("r1")
    closed = set(rows.loc[~rows["is_public"].astype(bool), "id"])
    assert closed
    assert not closed & set(read_csv(tmp_path / "out" / "estimates.csv")["id"])
    assert "PER" not in set(read_csv(tmp_path / "out" / "needs_of_migrants.csv")["location_code"])
    observations = read_csv(tmp_path / "out" / "estimates.sdmx.csv")
    assert "PER" not in set(observations["REF_AREA"])


def test_validators_of_the_standards_find_the_dataset_valid(large, tmp_path):
    frictionless = pytest.importorskip("frictionless")
    hxl = pytest.importorskip("hxl")
    folder = tmp_path / "out"
    large.export("r1", folder, format="hdx")
    report = frictionless.validate(str(folder / "datapackage.json"))
    assert report.valid, report.flatten(["rowNumber", "fieldName", "note"])[:5]
    for name in ("needs_of_migrants.hxl.csv", "estimates.hxl.csv"):
        with hxl.data(str(folder / name), hxl.InputOptions(allow_local=True)) as source:
            assert hxl.validation.validate(source)["stats"]["error"] == 0  # outliers are "info"


@pytest.mark.parametrize("form", ["sdmx", "hdx"])
def test_observations_fit_their_structure_definition(large, tmp_path, form):
    pytest.importorskip("pysdmx")
    from pysdmx.io import get_datasets

    large.export("r1", tmp_path / "out", format=form)
    folder = tmp_path / "out"
    (data,) = get_datasets(folder / "estimates.sdmx.csv", folder / "structure.sdmx.json")
    assert len(data.data) == len(large.estimates("r1"))
    assert {c.id for c in data.structure.components.dimensions} >= {"REF_AREA", "CRISIS", "ORIGIN"}


def test_the_checklist_says_what_was_not_done(large, tmp_path):
    large.export("r1", tmp_path / "out", statements={2: "Funded by nobody."})
    answers = read_csv(tmp_path / "out" / "gather.csv").set_index("item")["answer"]
    assert answers[2] == "Funded by nobody."
    assert answers[11] == NOT_DONE
    assert "50 draws" in answers[13]
    pd.testing.assert_series_equal(
        answers, large.gather("r1", statements={2: "Funded by nobody."}).set_index("item")["answer"],
        check_dtype=False,
    )  # fmt: skip
    with pytest.raises(InputError, match="items 1 to 18"):
        large.gather("r1", statements={20: "x"})


@pytest.mark.parametrize("form", FORMATS)
def test_every_export_of_a_retracted_release_says_so(large, tmp_path, form):
    large.retract("r1", "the stock was of another year")
    large.export("r1", tmp_path / "out", format=form)
    text = contents(tmp_path / "out")
    assert "DO NOT USE WITHOUT READING" in text
    assert "retracted: the stock was of another year" in text


PAYLOAD = "=cmd|'/C calc'!A0"


@pytest.fixture(scope="module")
def hostile(tmp_path_factory, small_case):
    """A database whose texts are formulas."""
    crises = tuple(replace(c, name=PAYLOAD, glide="+1") for c in small_case.crises)
    sources = Source(small_case.stock.source.id, "@SUM(1)", "-2+3", edition=f"x;{PAYLOAD}")
    case = replace(small_case, crises=crises, stock=replace(small_case.stock, source=sources))
    db = Database(tmp_path_factory.mktemp("hostile") / "x.gecam")
    db.release(estimate(case, draws=50, seed=1), name="r1", reason=PAYLOAD, case=case)
    return db


@pytest.mark.parametrize("form", FORMATS)
def test_a_formula_in_any_text_is_no_formula_in_an_export(hostile, tmp_path, form):
    hostile.export("r1", tmp_path / "out", format=form)
    text = contents(tmp_path / "out")
    assert f"'{PAYLOAD}" in text
    for path in (tmp_path / "out").glob("*.csv"):
        for delimiter in ",;\t|":
            for row in csv.reader(io.StringIO(path.read_text()), delimiter=delimiter):
                for cell in row:
                    assert cell.lstrip(' "')[:1] not in {"=", "+", "@"}, (path.name, cell)


def test_no_cell_of_a_workbook_is_a_formula_or_a_link(tmp_path, small_case):
    from openpyxl import load_workbook

    crises = tuple(replace(c, name=PAYLOAD, glide="https://example.org") for c in small_case.crises)
    db = Database(tmp_path / "x.gecam")
    case = replace(small_case, crises=crises)
    db.release(estimate(case, draws=50, seed=1), name="r1", reason=PAYLOAD)
    db.export("r1", tmp_path / "out", format="xlsx")
    book = load_workbook(tmp_path / "out" / "estimates.xlsx")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n", "b"}
    assert not [cell for cell in cells if cell.hyperlink]


@pytest.mark.parametrize("form", FORMATS)
def test_what_depends_on_a_secret_leaves_with_none_of_it(secret, tmp_path, form):
    found = secret.export("r1", tmp_path / "out", format=form)
    assert found.suppressed > 0
    text = contents(tmp_path / "out")
    rows = secret.estimates("r1").set_index("id")
    for hidden in ("destination/PER", "cell/per/PER/other"):
        assert repr(float(rows.loc[hidden, "mean"])) not in text
    for word in ("987654", "5" * 64, "example.org/hidden", "survey.csv", secret["r1"].root,
                 rows["config_sha256"].iloc[0]):  # fmt: skip
        assert word not in text
    assert "our survey" in text  # that it was used is said
    assert "suppressed" in text


def test_draws_leave_only_where_nothing_is_suppressed(secret, large, tmp_path):
    with pytest.raises(InputError, match="draws would give them away"):
        secret.export("r1", tmp_path / "x", format="parquet", draws=True)
    assert not (tmp_path / "x").exists()
    large.export("r1", tmp_path / "out", format="parquet", draws=True)
    draws = pd.read_parquet(tmp_path / "out" / "draws.parquet")
    estimates = large["r1"].load()
    np.testing.assert_array_equal(draws["sdn/SDN/other"], estimates.draws[
        [cell.id for cell in estimates.cells].index("sdn/SDN/other")
    ])  # fmt: skip
    with pytest.raises(InputError, match="draws are exported as parquet only"):
        large.export("r1", tmp_path / "y", draws=True)


def test_an_unknown_format_is_an_error(large, tmp_path):
    with pytest.raises(InputError, match=r"format must be one of 'csv', .*: got 'ods'"):
        large.export("r1", tmp_path / "out", format="ods")


def test_a_folder_with_anything_in_it_is_left_alone(large, tmp_path):
    folder = tmp_path / "out"
    folder.mkdir()
    large.export("r1", folder)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(DatabaseError, match="is not empty"):
        large.export("r1", folder, format="xlsx")
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


@pytest.mark.parametrize("step", range(10))  # eight files, their folder, and the one it is in
def test_an_export_that_cannot_be_finished_leaves_nothing(large, tmp_path, monkeypatch, step):
    calls, fsync = iter(range(100)), os.fsync

    def full(handle):
        if next(calls) == step:
            raise OSError(28, "No space left on device")
        fsync(handle)

    before = sorted(tmp_path.iterdir())
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DatabaseError, match=r"No space left.*Nothing was left behind"):
        large.export("r1", tmp_path / "out")
    assert sorted(tmp_path.iterdir()) == before
