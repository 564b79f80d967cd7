"""IPC: phase 3+ is a sum, `all` the people analysed; long and wide are one table."""

from __future__ import annotations

import numpy as np
import pytest

from gecam.errors import InputError, LayoutError
from gecam.io.severity.ipc import PERIODS, read_ipc
from gecam.model.severity import PhaseTable

AFGHANISTAN = {
    "all": 43_100_598, "3+": 17_213_584, "1": 10_130_341, "2": 15_756_673, "3": 13_854_267,
    "4": 3_359_317, "5": 0,
}  # fmt: skip
HEAD = (
    "Date of analysis,Country,Total country population,Validity period,From,To,Phase,Number,"
    "Percentage\n"
)


def long_rows(
    counts: dict[str, int],
    *,
    country: str = "AFG",
    population: int = 43_100_596,
    period: str = "current",
) -> str:
    return "".join(
        f"Apr 2023,{country},{population},{period},2023-04-01,2023-04-30,{phase},{number},0.1\n"
        for phase, number in counts.items()
    )


def long(*blocks: str) -> PhaseTable:
    return read_ipc((HEAD + "".join(blocks)).encode())


def wide(area: bool = False) -> str:
    labels = ["Date of analysis", "Country", "Total country population", *(["Level 1"] * area)]
    cells = ["Apr 2023", "AFG", "43100596", *(["Badakhshan"] * area)]
    for period in PERIODS:
        labels += [f"{period.capitalize()} from", f"{period.capitalize()} to"]
        labels += [f"Population analyzed {period}"]
        is_given = period == "current"
        cells += ["2023-04-01", "2023-04-30", "43100598"] if is_given else ["", "", ""]
        for phase in ("3+", "1", "2", "3", "4", "5"):
            labels += [f"Phase {phase} number {period}", f"Phase {phase} percentage {period}"]
            cells += [str(AFGHANISTAN[phase]), "0.4"] if is_given else ["", ""]
    return ",".join(labels) + "\n" + ",".join(cells) + "\n"


def note(table: PhaseTable, code: str) -> object:
    return next((n for n in table.notes if n.code == code), None)


def test_three_plus_is_a_sum_and_all_is_who_was_analysed() -> None:
    row = long(long_rows(AFGHANISTAN)).rows.iloc[0]
    assert row["phase_3_plus"] == row["phase_3"] + row["phase_4"] + row["phase_5"]
    assert row["analysed"] == 43_100_598
    assert row["share"] == pytest.approx(17_213_584 / 43_100_598, rel=1e-15)


def test_long_and_wide_read_the_same() -> None:
    from_long, from_wide = long(long_rows(AFGHANISTAN)).rows, read_ipc(wide().encode()).rows
    same = [name for name in from_long.columns if name != "line"]
    assert from_long[same].equals(from_wide[same])


def test_wide_first_level_names_its_area() -> None:
    assert read_ipc(wide(area=True).encode()).rows["area"].tolist() == ["Badakhshan"]


def test_period_that_was_not_analysed_has_no_row() -> None:
    assert read_ipc(wide().encode()).rows["period"].tolist() == ["current"]


def test_period_with_dates_and_no_figures_was_not_analysed() -> None:
    # Ethiopia, May 2021: regions named in a projection that did not cover them
    text = wide().replace(",,,", ",2023-05-01,2023-10-31,", 1)
    table = read_ipc(text.encode())
    assert table.rows["period"].tolist() == ["current"]
    assert note(table, "NOT_ANALYSED").count == 1


def test_sum_that_is_none_is_flagged() -> None:
    table = long(long_rows(AFGHANISTAN | {"3+": 20_000_000}))
    assert table.rows["flags"].tolist() == ["SUM_3_PLUS ANALYSED_GT_POPULATION"]
    assert note(table, "SUM_3_PLUS").count == 1


def test_phases_that_miss_the_people_analysed_are_flagged() -> None:
    # Central African Republic, April 2020: 8,832 people without a phase
    table = long(long_rows(AFGHANISTAN | {"all": 43_109_430}, population=45_000_000))
    assert table.rows["flags"].tolist() == ["SUM_PHASES"]


def test_analysis_of_a_part_of_the_country_is_flagged() -> None:
    angola = {
        "all": 903_937, "3+": 421_167, "1": 215_412, "2": 267_052, "3": 199_558, "4": 221_609, "5": 0,
    }  # fmt: skip
    table = long(long_rows(angola, country="AGO", population=31_825_000))
    assert "PARTIAL_ANALYSIS" in table.rows.loc[0, "flags"]


def test_two_analyses_of_one_month_are_both_kept_and_flagged() -> None:
    # Ethiopia, May 2021: the country, and a part of it, under the same keys
    half = {phase: number // 2 for phase, number in AFGHANISTAN.items()}
    table = long(long_rows(AFGHANISTAN), long_rows(half))
    assert len(table.rows) == 2
    assert table.rows["flags"].str.contains("REPEATED").all()
    assert table.rows["phase_5"].tolist() == [0, 0]


def test_phase_that_is_absent_is_missing() -> None:
    row = long(long_rows({"all": 10, "3+": 4})).rows.iloc[0]
    assert np.isnan(row["phase_3"])
    assert row["share"] == 0.4


def test_bad_cells_are_listed() -> None:
    text = long_rows({"6": 1}, country="AFX", period="now").replace("2023-04-01", "April")
    with pytest.raises(InputError) as caught:
        long(text)
    assert {p.column for p in caught.value.problems} == {
        "Phase", "Country", "Validity period", "From",
    }  # fmt: skip


def test_other_table_is_refused() -> None:
    with pytest.raises(LayoutError):
        read_ipc(b"Country,Phase 3\nAFG,5\n")


# IPC, Afghanistan, March 2022, current situation, as on HDX (area file, long layout).
AREAS = {
    "Baghlan": {"all": 1_077_131, "3+": 430_853, "1": 161_570, "2": 484_709, "3": 269_283,
                "4": 161_570, "5": 0},
    "Ghor": {"all": 1_016_220, "3+": 508_110, "1": 152_433, "2": 355_677, "3": 254_055,
             "4": 233_731, "5": 20_324},
    "Kabul Urban": {"all": 5_911_781, "3+": 2_955_890, "1": 1_182_356, "2": 1_773_534,
                    "3": 2_069_123, "4": 886_767, "5": 0},
}  # fmt: skip
AREA_HEAD = (
    "Date of analysis,Country,Total country population,Level 1,Area,Validity period,From,To,Phase,"
    "Number,Percentage\n"
)


def area_rows(area: str, counts: dict[str, int], level1: str = "") -> list[str]:
    return [
        f"Mar 2022,AFG,41727303,{level1},{area},current,2022-03-01,2022-05-31,{phase},{number},0.1\n"
        for phase, number in counts.items()
    ]


def of_areas(rows: list[str]) -> PhaseTable:
    return read_ipc((AREA_HEAD + "".join(rows)).encode())


def without(counts: dict[str, int], *phases: str) -> dict[str, int]:
    return {phase: number for phase, number in counts.items() if phase not in phases}


class TestAreas:
    def test_areas_keep_their_names_and_never_look_national(self) -> None:
        table = of_areas([row for area, counts in AREAS.items() for row in area_rows(area, counts)])
        assert table.rows["area"].tolist() == list(AREAS)
        assert table.rows["level1"].tolist() == ["", "", ""]
        assert "PARTIAL_ANALYSIS" not in {
            note.code for note in table.notes
        }  # of national rows only
        with pytest.raises(InputError, match=r"row 2, column 'Area': the row names no area"):
            of_areas(area_rows("", AREAS["Ghor"]))

    def test_a_district_that_lacks_a_phase_takes_none_of_another(self) -> None:
        # By order of appearance, Ghor's "all" and 3+ went to Baghlan, and Kabul's to Ghor: 3+ of
        # 2,955,890 among 1,016,220 people, a share of 2.91.
        rows = [
            *area_rows("Baghlan", without(AREAS["Baghlan"], "all", "3+")),
            *area_rows("Ghor", without(AREAS["Ghor"], "3+")),
            *area_rows("Kabul Urban", AREAS["Kabul Urban"]),
        ]
        found = of_areas(rows).rows.set_index("area")
        for area, column, number in (
            ("Baghlan", "phase_3", 269_283), ("Ghor", "analysed", 1_016_220),
            ("Ghor", "phase_5", 20_324), ("Kabul Urban", "phase_3_plus", 2_955_890),
        ):  # fmt: skip
            assert found.loc[area, column] == number
        assert np.isnan(found.loc[["Baghlan", "Ghor"], "share"]).all()
        assert found.loc["Kabul Urban", "share"] == pytest.approx(2_955_890 / 5_911_781, rel=1e-15)

    def test_the_order_of_rows_does_not_matter(self) -> None:
        rows = [row for area, counts in AREAS.items() for row in area_rows(area, counts)]
        by_phase = sorted(rows, key=lambda row: row.split(",")[8])
        same = [name for name in of_areas(rows).rows if name != "line"]
        first, second = (
            of_areas(each).rows[same].sort_values("area", ignore_index=True)
            for each in (rows, by_phase)
        )
        assert first.equals(second)

    def test_areas_of_one_name_in_two_provinces_are_two(self) -> None:
        rows = [
            *area_rows("Centre", AREAS["Ghor"], "A"),
            *area_rows("Centre", AREAS["Baghlan"], "B"),
        ]
        table = of_areas(rows)
        assert table.rows[["level1", "area", "analysed"]].to_numpy().tolist() == [
            ["A", "Centre", 1_016_220], ["B", "Centre", 1_077_131],
        ]  # fmt: skip
        assert note(table, "REPEATED") is None

    def test_a_share_above_one_is_refused(self) -> None:
        wrong = AREAS["Ghor"] | {"3+": 2_955_890}
        with pytest.raises(InputError, match=r"2,955,890 people in phase 3\+, 1,016,220 analysed"):
            of_areas(area_rows("Ghor", wrong))
        rounded = of_areas(area_rows("Ghor", {"all": 1_016_220, "3+": 1_016_221}))
        assert rounded.rows["share"].tolist() == [1.0]

    def test_an_area_listed_twice_is_read_once_and_two_analyses_are_not_mixed(self) -> None:
        ghor, other = area_rows("Ghor", AREAS["Ghor"]), area_rows("Ghor", AREAS["Baghlan"])
        twice = of_areas(ghor + ghor + area_rows("Baghlan", AREAS["Baghlan"]))
        assert len(twice.rows) == 2
        assert note(twice, "IDENTICAL_ROWS").count == 1
        lacking = of_areas(ghor + [row for row in other if ",5,0," not in row])
        assert lacking.rows["analysed"].tolist() == [1_016_220, 1_077_131]
        assert lacking.rows["phase_5"].isna().tolist() == [False, True]
        with pytest.raises(InputError, match=r"phases of several analyses .* cannot be told"):
            of_areas([row for pair in zip(ghor, other, strict=True) for row in pair])

    def test_the_word_of_files_with_one_projection_is_known(self) -> None:
        rows = [row.replace("current", "projected") for row in area_rows("Ghor", AREAS["Ghor"])]
        assert of_areas(rows).rows["period"].tolist() == ["first projection"]


@pytest.mark.raw
def test_raw_national_files_agree(raw_dir) -> None:
    tables = [
        read_ipc(raw_dir / "crisis" / f"ipc_sample_afg_ago_caf_eth_national_{layout}.csv")
        for layout in ("long", "wide")
    ]
    keys = ["iso3", "analysis", "period", "start", "analysed"]
    both = [
        table.rows.drop(columns="line").sort_values(keys, ignore_index=True) for table in tables
    ]
    assert len(both[0]) == 57
    assert both[0].equals(both[1])
    counts = {n.code: n.count for n in tables[0].notes}
    assert counts == {
        "REPEATED": 4, "SUM_PHASES": 6, "PARTIAL_ANALYSIS": 25, "ANALYSED_GT_POPULATION": 5,
    }  # fmt: skip
    assert "SUM_3_PLUS" not in counts


@pytest.mark.raw
def test_raw_first_level(raw_dir) -> None:
    table = read_ipc(raw_dir / "crisis" / "ipc_sample_afg_ago_caf_eth_level1_wide.csv")
    assert len(table.rows) == 339  # two areas of Ethiopia stand twice with the same figures
    assert note(table, "IDENTICAL_ROWS").count == 2
    assert note(table, "NOT_ANALYSED").count == 7
    assert table.rows["area"].ne("").all()
    assert table.rows["share"].between(0, 1).all()


def test_more_analyses_of_one_area_than_there_can_be_are_refused() -> None:
    rows = "".join(
        f"Apr 2023,AFG,43100596,current,2023-04-01,2023-04-30,all,{1000 + number}\n"
        for number in range(51)
    )
    head = (
        "Date of analysis,Country,Total country population,Validity period,From,To,Phase,Number\n"
    )
    with pytest.raises(InputError, match=r"row 2: 51 analyses of one area, month and period"):
        read_ipc((head + rows).encode())
