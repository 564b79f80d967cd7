"""World Bank income groups by year."""

from __future__ import annotations

import pandas as pd
import pytest

from gecam.codes import income_group
from gecam.errors import CodeError, InputError


def test_groups_of_published_history():
    # World Bank, OGHIST of 7 October 2025, sheet Country Analytical History
    assert income_group("AFG", 2020) == "low"
    assert income_group("ZMB", 2021) == "low"
    assert income_group("ZMB", 2022) == "lower_middle"
    assert income_group("SYR", 2009) == "lower_middle"
    assert income_group("UKR", 2023) == "upper_middle"
    assert income_group("XCX", 2022) == "high"  # the Bank's code CHI
    assert income_group("XKX", 2022) == "upper_middle"


def test_unclassified_is_none():
    # Venezuela is unclassified from fiscal year 2022 on; a circulating copy of the list of
    # economies says "Lower middle income" and contradicts its own note
    assert income_group("VEN", 2019) == "upper_middle"
    assert [income_group("VEN", year) for year in (2020, 2021, 2022)] == [None, None, None]
    assert income_group("SSD", 1995) is None
    assert income_group("ATA", 2020) is None


def test_a_foot_note_mark_is_no_part_of_the_group():
    assert income_group("YEM", 1987) == "lower_middle"  # printed "LM*"


def test_years_and_codes_outside_the_table_are_errors():
    with pytest.raises(InputError, match="1987 to 2024: got 2026"):
        income_group("SDN", 2026)
    with pytest.raises(CodeError):
        income_group("WLD", 2020)


@pytest.mark.raw
def test_agrees_with_the_list_of_economies_of_2022_except_venezuela(raw_dir):
    listed = pd.read_excel(
        raw_dir / "stock/worldbank_class_country.xlsx",
        sheet_name="List of economies",
        keep_default_na=False,
        engine="openpyxl",
    )
    words = {
        "Low income": "low",
        "Lower middle income": "lower_middle",
        "Upper middle income": "upper_middle",
        "High income": "high",
    }
    from gecam.codes import worldbank_to_iso3

    different = {
        row["Code"]
        for _, row in listed[listed["Code"].str.len() == 3].iterrows()
        if income_group(worldbank_to_iso3(row["Code"]), 2021) != words.get(row["Income group"])
    }
    assert different == {"VEN"}
