import pandas as pd
import pytest

from gecam.datasets.deaths import DEATHS_TABLES, incident_sizes, load_deaths
from gecam.errors import InputError
from gecam.mortality import deaths_with_intervals

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


def test_monthly_rows_hold_the_records_without_a_month_too():
    monthly, routes = load_deaths("monthly"), load_deaths("routes")
    both = [frame.groupby("source")["at_least"].sum() for frame in (monthly, routes)]
    assert both[0].to_dict() == both[1].to_dict()
    assert (
        monthly.loc[monthly["month"].isna(), "at_least"].sum() == 16
    )  # in the file of the web API


def test_sexes_and_unstated_add_up_to_the_whole():
    routes = load_deaths("routes")
    stated = routes[["females", "males"]].apply(pd.to_numeric).fillna(0).sum(axis=1)
    assert (stated + routes["sex_unstated"]).tolist() == routes["at_least"].tolist()
    assert routes["sex_unstated"].ge(0).all()


def test_sizes_are_the_single_incidents_of_the_monthly_table():
    sizes = load_deaths("sizes")
    monthly = load_deaths("monthly")
    complete = monthly[monthly["source"].eq(COMPLETE)]
    assert sizes["incidents"].sum() == complete["incidents"].sum() == 19_576
    # What is left is in the 93 cumulative records: 3,282 people.
    assert (sizes["dead_and_missing"] * sizes["incidents"]).sum() == 75_068 - 3_282
    assert (sizes["dead_and_missing"] * sizes["cumulative_records"]).sum() == 3_282
    assert sizes["cumulative_records"].sum() == complete["cumulative_records"].sum() == 93
    places = load_deaths("places")
    assert places[["incidents", "cumulative_records"]].sum().tolist() == [19_576, 93]


def test_the_interval_of_a_route_holds_the_deaths_that_are_recorded_on_it():
    monthly = load_deaths("monthly")
    recorded = monthly[monthly["source"].eq(COMPLETE)].groupby("route_group")["at_least"].sum()
    rows = deaths_with_intervals(load_deaths("sizes"), by="route_group").set_index("route_group")
    assert rows["deaths"].to_dict() == recorded.to_dict()
    assert (rows["lower"] < rows["deaths"]).all()
    assert (rows["deaths"] < rows["upper"]).all()
    america = rows.loc["Central American Route", ["deaths", "lower", "upper"]]
    # By hand from the sizes: compound interval of 6,588 incidents and 43 cumulative records.
    assert [round(value) for value in america] == [10_607, 10_055, 11_330]


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
    with pytest.raises(InputError, match="first must be a month such as '2024-12': got '2016'"):
        incident_sizes(first="2016")


def test_months_are_dates_and_missing_parts_are_missing():
    monthly = load_deaths("monthly")
    assert pd.api.types.is_datetime64_any_dtype(monthly["month"])
    assert monthly.loc[monthly["source"].eq(COMPLETE), "dead"].isna().all()


def test_unknown_tables_are_named():
    with pytest.raises(InputError, match="There are: monthly, routes"):
        load_deaths("weekly")
