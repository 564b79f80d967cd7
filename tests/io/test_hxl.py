"""HXL tags: rows with and without them, near misses, and columns found by tag."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gecam.errors import InputError, LayoutError
from gecam.io.door.hxl import Field, find_tag_row, locate, parse_tag, read_tagged, untag
from gecam.io.door.tables import read_table

HEADER = ["Country ISO3", "Admin 1 PCode", "In Need"]


IN_NEED = {"in_need": Field(("In Need",), "#inneed")}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("#inneed", "#inneed"),
        (" #ADM1 +Code", "#adm1+code"),
        ("#affected+m+f", "#affected+f+m"),
        ("#population_group+code", "#population_group+code"),
    ],
)
def test_tags_in_normal_form(text: str, expected: str) -> None:
    assert str(parse_tag(text)) == expected


@pytest.mark.parametrize(
    "text", ["", "#", "inneed", "Country+code", "# country", "#adm1+ code", "#1"]
)
def test_what_is_no_tag(text: str) -> None:
    assert parse_tag(text) is None


def test_table_without_tags_is_left_as_it_is() -> None:
    sheet = read_table(b"Country ISO3,In Need\nSDN,5\n")
    assert untag(sheet)[0] is sheet
    assert untag(sheet)[1].row is None


def test_tag_row_is_taken_out_and_line_numbers_stay() -> None:
    sheet, tags = untag(read_table(b"Country,In Need\n#country+code,#inneed\nSDN,5\n"))
    assert sheet.cells["In Need"].tolist() == ["5"]
    assert sheet.rows.tolist() == [3]
    assert [str(tag) for tag in tags.tags] == ["#country+code", "#inneed"]


def test_rows_between_header_and_tags_are_no_data() -> None:
    text = b"Country,In Need\n(ISO),(persons)\n#country+code,#inneed\nSDN,5\n"
    assert untag(read_table(text))[0].cells["Country"].tolist() == ["SDN"]


def test_semicolons_are_not_tried() -> None:
    # They come with decimal commas: 234,567 would be read as a thousandfold.
    with pytest.raises(InputError):
        read_tagged(b"Country;In Need\nETH;234,567\n", IN_NEED)
    with pytest.raises(LayoutError):
        read_tagged(b"Country;In Need\nETH;234567\n", IN_NEED)


def test_workbook_with_tags(workbook) -> None:
    rows = [["Country", "In Need"], ["#country+code", "#inneed"], ["SDN", 5]]
    sheet = read_tagged(workbook({"Data": rows}), IN_NEED)
    assert sheet.people("in_need").tolist() == [5]
    assert sheet.rows.tolist() == [3]


def test_near_misses_of_dtm_libya_are_reported_with_their_place() -> None:
    # The workbook of round 39 tags its last columns without the sign.
    found = find_tag_row(
        [
            ["ADM1", "IDP Indiv", "Country", "Country Code"],
            ["#adm1+name", "#affected+idps+ind", "Country+name", "Country+code"],
        ],
        file="round39.xlsx",
        sheet="IDPs_Returnees",
    )
    assert found.row == 1
    assert [str(tag) for tag in found.tags[2:]] == ["", ""]
    assert [(p.row, p.column) for p in found.near_misses] == [(2, "Country"), (2, "Country Code")]
    assert "#country+code" in str(found.near_misses[1])
    assert found.notes()[0].code == "HXL_NEAR_MISS"


def test_row_of_tags_that_all_lost_their_sign_is_no_data() -> None:
    found = find_tag_row([HEADER, ["country+code", "adm1+code", "inneed+ind"]])
    assert found.row == 1
    assert len(found.near_misses) == 3


def test_misspelled_core_tag_is_reported_and_kept() -> None:
    found = find_tag_row([HEADER, ["#county+code", "#adm1+code", "#inneeed"]])
    assert [problem.column for problem in found.near_misses] == ["Country ISO3", "In Need"]
    assert "#inneed" in str(found.near_misses[1])


def test_data_are_not_taken_for_tags() -> None:
    rows = [HEADER, ["SDN", "SD01", "5"], ["#N/A", "A+B", "1"], ["", "", ""]]
    assert find_tag_row(rows).row is None


def test_columns_by_header_before_tag_and_exact_tag_before_wider() -> None:
    sheet, tags = untag(read_table(b"land,x,y\n#country+code,#inneed+f,#inneed\nSDN,2,5\n"))
    fields = {
        "iso3": Field(("Country ISO3",), "#country+code"),
        "in_need": Field(("In Need",), "#inneed"),
    }
    assert locate(sheet, fields, tags=tags.tags).columns == {"iso3": "land", "in_need": "y"}


def test_missing_and_ambiguous_columns_are_listed_together() -> None:
    sheet, tags = untag(read_table(b"a,b\n#inneed+f,#inneed+m\n1,2\n"))
    fields = {"iso3": Field(("Country ISO3",)), "in_need": Field(("In Need",), "#inneed")}
    with pytest.raises(LayoutError) as caught:
        locate(sheet, fields, tags=tags.tags)
    assert [p.code for p in caught.value.problems] == ["COLUMN_MISSING", "COLUMN_REPEATED"]


PIECES = st.sampled_from(
    [
        "#",
        "+",
        " ",
        "adm1",
        "Code",
        "inneed",
        "1",
        "_",
        "-",
        "#country",
        "+name",
        "ſ",
        "\u00a0",
        "é",
    ]
)
CELLS = st.one_of(
    st.lists(PIECES, max_size=5).map("".join),
    st.sampled_from(["#country+code", "#adm1+code", "#inneed", "#affected +f +m", "", "SDN", "5"]),
)


@given(CELLS)
@settings(max_examples=4 * settings().max_examples)
def test_tags_are_those_of_libhxl(text: str) -> None:
    column = pytest.importorskip("hxl.model").Column.parse(text)
    tag = parse_tag(text)
    if not column:
        assert tag is None
    else:
        assert tag is not None
        assert (tag.name, tag.attributes) == (column.tag, frozenset(column.attributes))


ASCII = CELLS.filter(str.isascii)  # libhxl writes other letters in ASCII before it looks


@given(st.lists(st.lists(ASCII, min_size=3, max_size=3), min_size=1, max_size=6))
@settings(max_examples=4 * settings().max_examples)
def test_tag_rows_are_those_of_libhxl(rows: list[list[str]]) -> None:
    parse = pytest.importorskip("hxl.model").Column.parse_list
    theirs = next((at for at, row in enumerate(rows) if parse(row) is not None), None)
    ours = find_tag_row(rows)
    if ours.row != theirs:  # ours also takes a row of tags with attributes that lost their sign
        assert ours.row is not None
        assert all("+" in cell for cell in rows[ours.row] if cell.strip())
    elif theirs is not None:
        columns = parse(rows[theirs])
        assert [tag.name or None for tag in ours.tags] == [column.tag for column in columns]
