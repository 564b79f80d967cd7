"""What a file holds, and everything wrong with it."""

from __future__ import annotations

import gzip
import io
import json
import zipfile

import pytest

from gecam.io import check_file


def put(tmp_path, name: str, data: bytes | str):
    path = tmp_path / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def test_a_workbook_of_un_desa(tmp_path, undesa_workbook):
    report = check_file(put(tmp_path, "ims.xlsx", undesa_workbook()))
    assert (report.reader, report.status, report.places) == ("read_undesa", "ok", 1)
    assert (report.first, report.last) == ("2015-07-01", "2020-07-01")
    found = {total.as_of: (total.found, total.published) for total in report.totals}
    assert found == {"2015-07-01": (298_299, None), "2020-07-01": (344_767, None)}  # one country
    assert report.source.id == "undesa-ims-2020"


def test_problems_carry_sheet_row_and_column(tmp_path, workbook, bilateral_rows, burundi):
    rows = bilateral_rows(burundi, "2020", [2015, 2020])
    rows[15][7], rows[16][6] = "n/k", 4040
    report = check_file(put(tmp_path, "ims.xlsx", workbook({"Table 1": rows})))
    assert report.status == "problems"
    places = {(p.sheet, p.row, p.column) for p in report.problems}
    assert places == {("Table 1", 16, "2015"), ("Table 1", 17, "Location code of origin")}


def test_a_table_of_ones_own(tmp_path):
    text = "crisis,destination,as_of,people\nfloods,Sudan,2022-08-01,349000\n"
    report = check_file(put(tmp_path, "needs.csv", text))
    assert (report.reader, report.kind, report.publisher) == ("read_needs", "needs", "you")
    assert report.totals[0].found == 349_000


def test_the_archive_of_the_refugee_data_finder(tmp_path):
    text = "year,coo_iso,coa_iso,refugees,asylum_seekers,oip\n2022,ERI,SDN,130000,900,\n"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("population.csv", text)
    report = check_file(put(tmp_path, "download.zip", buffer.getvalue()))
    assert (report.reader, report.status) == ("read_unhcr", "ok")
    assert report.totals[0].found == 130_000


@pytest.mark.parametrize(
    ("name", "data", "status"),
    [
        ("a.csv", "x,y\n1,2\n", "unknown"),
        ("b.csv", b"\x00\x01\x02", "refused"),
        ("c.csv.gz", gzip.compress(b"\n" * 10_000_000), "refused"),
        ("d.xlsx", b"PK\x03\x04 broken", "problems"),
        ("e.csv", b"", "problems"),
        ("f.csv", "crisis,destination,as_of,people\nfloods,Sudan,2022,349000\n", "problems"),
    ],
)
def test_status(tmp_path, name, data, status):
    report = check_file(put(tmp_path, name, data))
    assert report.status == status
    assert report.message
    json.dumps(report.to_dict(), allow_nan=False)


def test_the_dictionary_has_a_schema_and_stable_keys(tmp_path, undesa_table1):
    values = check_file(put(tmp_path, "t.csv", undesa_table1())).to_dict()
    assert list(values) == [
        "schema", "file", "sha256", "reader", "kind", "publisher", "status", "message", "rows",
        "places", "first", "last", "totals", "source", "notes", "problems",
    ]  # fmt: skip
    assert values["schema"] == "gecam.check/1"
    assert values["totals"][0] == {
        "column": "people", "as_of": "2015-07-01", "found": 298_299.0, "published": None,
        "differs": False,
    }  # fmt: skip
    json.dumps(values, allow_nan=False)


def test_a_missing_file_is_an_os_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        check_file(tmp_path / "none.csv")


CLAIMED = {
    "crisis/fts_requirements_funding_global.csv": ("read_fts", None),
    "crisis/ifrc_go_appeals_sample.csv": ("read_ifrc", None),
    "crisis/gdacs_rss_sample.csv": ("read_gdacs", None),
    "crisis/ucdp_ged_bgd_sample.csv": ("read_ucdp", None),
    "stock/ims2019_origin_destination_total_wide.csv.gz": ("read_undesa", 271_642_105),
    "stock/ims2024_totals_by_m49.csv": ("read_undesa_totals", 304_021_813),
    "stock/undesa_pd_2020_ims_stock_by_sex_and_destination.xlsx": (
        "read_undesa_totals",
        280_598_105,
    ),
    "stock/worldbank_population.csv": ("read_worldbank", None),
    "stock/wpp2024_population_31dec_2024_2030.csv": ("read_wpp", None),
    "stock/wpp2022_population_by_sex_iso3.csv": ("read_wpp", None),
    "crisis/cod_population_admin0.csv": ("read_cod_ps", None),
    "crisis/cod_population_admin1_totals.csv": ("read_cod_ps", None),
    "crisis/gho2022_national_pin_response_plans.csv": ("read_gho_plans", 234_810_134),
    "crisis/ocha_humanitarian_needs_by_plan_2010_2022.csv": ("read_plan_history", None),
    "crisis/hdx_hapi_humanitarian_needs_2024_afg_sdn.csv": ("read_hapi", None),
    "crisis/hpc_hno_2024_afg_popgroup_edition.csv": ("read_hno", None),
    "crisis/inform_severity_202603_country.csv": ("read_severity", None),
    "crisis/inform_severity_202603_crisis_indicator_data.csv": ("read_severity", None),
    "crisis/inform_risk_2026_v072.csv": ("read_risk", None),
    "crisis/ipc_sample_afg_ago_caf_eth_national_long.csv": ("read_ipc", None),
    "crisis/ipc_sample_afg_ago_caf_eth_level1_wide.csv": ("read_ipc", None),
    "crisis/idmc_gidd_conflict_country_year.csv": ("read_gidd", None),
    "crisis/iom_dtm_libya_baseline_round39.xlsx": ("read_dtm_baseline", None),
    "crisis/plan_facts_2022.csv": ("read_plan_facts", None),
    "crisis/plan_facts_2024.csv": ("read_plan_facts", None),
    "crisis/refugees_in_need_published.csv": ("read_published_shares", None),
    "stock/iom_mmp_global_new_layout_2026_jan_may.csv": ("read_missing_migrants", None),
    "stock/iom_mmp_global_old_layout_2014_2020-01.csv.gz": ("read_missing_migrants", None),
}
UNKNOWN = (
    "stock/country_codes.csv",
    "stock/worldbank_class_country.xlsx",
)


@pytest.mark.raw
@pytest.mark.parametrize("path", CLAIMED)
def test_published_files_are_taken_by_one_reader(raw_dir, path):
    name, published = CLAIMED[path]
    report = check_file(raw_dir / path)
    assert (report.reader, report.status, report.problems) == (name, "ok", ())
    if published is not None:
        last = report.totals[-1]
        assert (last.found, last.published, last.differs) == (published, published, False)


@pytest.mark.raw
@pytest.mark.parametrize("path", UNKNOWN)
def test_other_files_are_taken_by_none(raw_dir, path):
    assert check_file(raw_dir / path).status == "unknown"
