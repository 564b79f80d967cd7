import pandas as pd
import pytest

from gecam.datasets.deaths import DEATHS_TABLES, incident_sizes, load_deaths
from gecam.errors import InputError

COMPLETE = "iom-mmp-reduced-2025-04"


@pytest.mark.parametrize("table", DEATHS_TABLES)
def test_every_figure_has_its_source_and_licence(table):
    frame = load_deaths(table)
    assert len(frame) > 0
    assert frame["source"].str.startswith("iom-mmp-").all()
    assert set(frame["licence"]) == {"CC BY 4.0"}


@pytest.mark.parametrize("table", DEATHS_TABLES)
def test_nothing_that_points_to_a_person_or_place_of_death_is_packaged(table):
    columns = set(load_deaths(table).columns)
    forbidden = {
        "lat",
        "lon",
        "latitude",
        "longitude",
        "location",
        "date",
        "name",
        "incident",
        "url",
    }
    assert not columns & forbidden


def test_all_tables_of_the_complete_file_give_its_total():
    for table in ("monthly", "routes", "layouts"):
        frame = load_deaths(table)
        assert frame.loc[frame["source"].eq(COMPLETE), "at_least"].sum() == 75_068
    assert load_deaths("places")["dead_and_missing"].sum() == 75_068


def test_sizes_are_the_single_incidents_of_the_monthly_table():
    sizes = load_deaths("sizes")
    monthly = load_deaths("monthly")
    complete = monthly[monthly["source"].eq(COMPLETE)]
    assert sizes["incidents"].sum() == complete["incidents"].sum() == 19_576
    # What is left is in the 93 cumulative records: 3,282 people.
    assert (sizes["dead_and_missing"] * sizes["incidents"]).sum() == 75_068 - 3_282


def test_dead_and_missing_of_files_that_part_them_add_up():
    for table in ("monthly", "routes", "layouts"):
        frame = load_deaths(table)
        parted = frame[frame["source"].ne(COMPLETE)]
        both = parted["dead"].fillna(0) + parted["missing"].fillna(0)
        assert both.tolist() == parted["at_least"].tolist()


def test_histories_and_reports_are_of_the_same_incidents():
    histories, reports = load_deaths("histories"), load_deaths("reports")
    assert len(histories) == 15
    assert histories["incidents"].sum() == reports.query("sources > 0")["incidents"].sum()


def test_sizes_can_be_cut_by_route_and_month():
    whole = incident_sizes()
    assert whole.size == 19_576
    years = [
        incident_sizes(first=f"{year}-01", last=f"{year}-12").size for year in range(2014, 2026)
    ]
    assert sum(years) == whole.size
    with pytest.raises(InputError, match="route_group must be among"):
        incident_sizes(route_group="Moon")


def test_months_are_dates_and_missing_parts_are_missing():
    monthly = load_deaths("monthly")
    assert pd.api.types.is_datetime64_any_dtype(monthly["month"])
    assert monthly.loc[monthly["source"].eq(COMPLETE), "dead"].isna().all()


def test_unknown_tables_are_named():
    with pytest.raises(InputError, match="There are: monthly, routes"):
        load_deaths("weekly")
