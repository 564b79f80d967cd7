"""Checks of a file before a parser sees it."""

from __future__ import annotations

import gzip
import io
import os
import struct
import zipfile
import zlib

import numpy as np
import pytest

import gecam
from gecam.errors import FileAccessError, HostileFileError, InputError, LayoutError
from gecam.io.door.intake import read_archive, read_json, read_text, read_workbook_bytes, read_xml
from gecam.io.door.limits import Limits
from gecam.io.door.open_files import open_file, sha256
from gecam.io.door.tables import read_table
from gecam.io.maps.geo_files import start_of
from gecam.io.readers import find_reader


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with a name here")
@pytest.mark.parametrize("read", [sha256, read_text, open_file, read_archive, start_of])
def test_a_pipe_is_refused_and_not_waited_for(tmp_path, read):
    os.mkfifo(tmp_path / "pipe.csv")
    with pytest.raises(InputError, match=r"pipe\.csv is a pipe or a device: save"):
        read(tmp_path / "pipe.csv")


MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Target="worksheets/sheet1.xml" Type="http://schemas.openxmlformats.org/'
    'officeDocument/2006/relationships/worksheet"/></Relationships>'
)
ROOT = RELATIONS.replace("worksheets/sheet1.xml", "xl/workbook.xml").replace(
    "relationships/worksheet", "relationships/officeDocument"
)
BOOK = (
    f'<workbook {MAIN} xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
    '<sheets><sheet name="s" sheetId="1" r:id="r1"/></sheets></workbook>'
)
CELLS = '<row r="1"><c r="A1"><v>7</v></c></row><row r="2"><c r="A2"><v>8</v></c></row>'


def book_of(cells: str = CELLS, *, start: str = "", **members: str) -> bytes:
    """A small workbook: the sheet's rows, what stands before its root, further members."""
    sheet = f"{start}<worksheet {MAIN}><sheetData>{cells}</sheetData></worksheet>"
    parts = {
        "_rels/.rels": ROOT,
        "xl/workbook.xml": BOOK,
        "xl/_rels/workbook.xml.rels": RELATIONS,
        "xl/worksheets/sheet1.xml": sheet,
    } | members
    return zip_of(parts)


def zip_of(parts: dict[str, str | bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


class TestWorkbooks:
    def test_a_plain_one_is_read(self):
        assert read_table(book_of()).cells["7"].tolist() == ["8"]

    def test_what_is_read_is_what_was_checked(self):
        checked = read_workbook_bytes(book_of(**{"xl/media/image1.png": b"\x89PNG" * 50}))
        archive = zipfile.ZipFile(io.BytesIO(checked.data))
        assert "xl/media/image1.png" not in archive.namelist()
        assert {info.compress_type for info in archive.infolist()} == {zipfile.ZIP_STORED}
        assert checked.sha256 == sha256(book_of(**{"xl/media/image1.png": b"\x89PNG" * 50}))

    def test_computed_values_are_read_and_an_empty_result_is_empty(self):
        row = (
            '<row r="1"><c r="A1" t="str"><v>n</v></c><c r="B1" t="str"><v>m</v></c></row>'
            '<row r="2"><c r="A2"><f>3+4</f><v>7</v></c>'
            '<c r="B2" t="str"><f>IF(1,"")</f><v></v></c></row>'
            '<row r="3"><c r="A3"><f>3+4</f></c><c r="B3" t="e"><v>#REF!</v></c></row>'
        )
        sheet = read_table(book_of(row))
        assert sheet.people("n")[0] == 7
        assert np.isnan(sheet.people("m")[0])
        assert [(problem.row, problem.column) for problem in sheet.problems] == [(3, "n"), (3, "m")]

    def test_two_cells_far_apart_are_refused(self):
        cells = '<row r="1"><c r="A1"/></row><row r="1048576"><c r="XFD1048576"/></row>'
        with pytest.raises(HostileFileError, match=r"spans more than .* row 1048576, column 16384"):
            read_table(book_of(cells))

    @pytest.mark.parametrize(
        "cells",
        [
            '<row r="1"><c r="XFE1"/></row>',
            '<row r="1"><c r="A1048577"/></row>',
            '<row r="1"><c r="AAAAAAAAAAAA1"/></row>',
            '<row r="1"><c r="A0"/></row>',
            '<row r="1"><c r="1A"/></row>',
            '<row r="1"><c r=""/></row>',
            '<row r="99999999999999999999"><c/></row>',
            '<row r="-1"><c/></row>',
            '<row r="0"><c/></row>',
            "<row><c r='&#x58;FE1'/></row>",
        ],
    )
    def test_impossible_references_are_refused(self, cells):
        with pytest.raises(HostileFileError):
            read_table(book_of(cells))

    def test_an_impossible_dimension_is_refused(self):
        for reference in ("B2:A1", "A1:XFE1", "A1:B2:C3", "A1:"):
            data = book_of(f'</sheetData><dimension ref="{reference}"/><sheetData>{CELLS}')
            with pytest.raises(HostileFileError, match=r"dimension|reference"):
                read_table(data)

    def test_a_prefix_does_not_hide_cells(self):
        cells = f'<x:row xmlns:x="{MAIN[7:-1]}" r="1048576"><x:c r="XFD1048576"/></x:row>'
        with pytest.raises(HostileFileError, match="spans"):
            read_table(book_of(cells))

    @pytest.mark.parametrize(
        "start",
        [
            '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>',
            '<!DOCTYPE x SYSTEM "http://192.0.2.1/x.dtd">',
            '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>',
            "<!DOCTYPE x>",
        ],
    )
    def test_a_doctype_is_refused_in_any_member(self, start):
        with pytest.raises(HostileFileError, match="DOCTYPE"):
            read_table(book_of(start=start))
        with pytest.raises(HostileFileError, match="DOCTYPE"):
            read_table(book_of(**{"xl/sharedStrings.xml": f"{start}<sst {MAIN}/>"}))

    def test_an_undeclared_entity_or_broken_markup_is_an_error(self):
        for cells in ("<row><c><v>&e;</v></c></row>", "<row>", "\x01", "<row></c></row>"):
            with pytest.raises(InputError, match="damaged markup"):
                read_table(book_of(cells))

    def test_deep_nesting_is_refused(self):
        with pytest.raises(HostileFileError, match="nests deeper"):
            read_table(book_of("<row>" * 100 + "</row>" * 100))

    def test_an_endless_tag_is_refused(self):
        noise = "".join(f"a{i:07d}=" for i in range(400_000))
        with pytest.raises(InputError):
            read_table(book_of(f'<row x="{noise}"></row>'), limits=Limits(ratio=1000))

    def test_other_files_are_told_by_name(self):
        with pytest.raises(LayoutError, match=r"xl/workbook\.xml"):
            read_table(zip_of({"a.txt": "x"}))
        with pytest.raises(LayoutError, match=r"\.xls or protected"):
            read_table(b"\xd0\xcf\x11\xe0" + b"\0" * 600)
        with pytest.raises(LayoutError, match=r"not an \.xlsx"):
            read_workbook_bytes(b"a,b\n")
        with pytest.raises(LayoutError, match="is a workbook"):
            read_text(book_of())


class TestArchives:
    def test_a_bomb_is_refused_by_what_it_states(self):
        data = book_of(**{"xl/bomb.xml": "<a>" + " " * 20_000_000 + "</a>"})
        with pytest.raises(HostileFileError, match="bomb"):
            read_table(data)

    def test_a_bomb_that_states_less_is_refused_when_it_grows(self):
        data = bytearray(book_of(**{"xl/bomb.xml": " " * 3_000_000}))
        size = struct.pack("<I", 3_000_000)
        while (at := bytes(data).find(size)) >= 0:
            data[at : at + 4] = struct.pack("<I", 1000)
        with pytest.raises(HostileFileError, match="larger than the archive states"):
            read_table(bytes(data))

    def test_members_that_overlap_are_refused(self):
        data = bytearray(book_of())
        entries = [at for at in range(len(data) - 4) if data[at : at + 4] == b"PK\x01\x02"]
        data[entries[2] + 42 : entries[2] + 46] = data[entries[1] + 42 : entries[1] + 46]
        with pytest.raises(HostileFileError, match="overlap"):
            read_table(bytes(data))

    @pytest.mark.filterwarnings("ignore:Duplicate name")
    def test_repeated_and_unsafe_names_are_refused(self):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            archive.writestr("xl/workbook.xml", BOOK)
            archive.writestr("XL/Workbook.xml", BOOK)
        with pytest.raises(HostileFileError, match="repeated or unsafe"):
            read_workbook_bytes(buffer.getvalue())
        for name in ("../x.xml", "/x.xml", "C:/x.xml", "a/../../x"):
            with pytest.raises(HostileFileError, match="repeated or unsafe"):
                read_archive(zip_of({name: "x"}))

    def test_too_many_members_are_refused(self):
        with pytest.raises(HostileFileError, match="more than 2,000 members"):
            read_archive(zip_of({f"{i}.xml": "" for i in range(2001)}))

    def test_a_damaged_archive_is_an_error(self):
        data = bytearray(book_of())
        with pytest.raises(InputError, match="damaged"):
            read_table(bytes(data[:-30]))
        data[60] ^= 0xFF
        with pytest.raises(InputError, match="damaged"):
            read_table(bytes(data))


class TestText:
    def test_a_gzip_bomb_is_refused(self):
        bomb = gzip.compress(b"\n" * 50_000_000)
        with pytest.raises(HostileFileError, match="100-fold"):
            read_text(bomb)
        nested = gzip.compress(bomb)  # a gzip inside is bytes, not text
        with pytest.raises(InputError):
            read_text(nested)

    def test_large_files_need_larger_limits(self):
        data = gzip.compress(b"a,b\n1,2\n" * 100)
        small = Limits(inflated_bytes=500)
        with pytest.raises(HostileFileError, match="more than 500 bytes"):
            read_text(data, limits=small)
        with pytest.raises(HostileFileError, match="more than 10 bytes"):
            read_text(b"x" * 20, limits=Limits(file_bytes=10))

    def test_a_cut_or_damaged_gzip_is_an_error(self):
        data = gzip.compress(b"a,b\n1,2\n" * 1000)
        for broken in (data[:-9], data[:20], data + b"tail", b"\x1f\x8b\x08" + b"x" * 40):
            with pytest.raises(InputError):
                read_text(broken)
        assert read_text(data + b"\0" * 512).data == b"a,b\n1,2\n" * 1000  # padding of tapes

    def test_endless_lines_and_nul_bytes_are_refused(self):
        for data in (b"a" * (1 << 21), b"a\n" + b"," * (1 << 21) + b"\n", b"a" * (1 << 21) + b"\n"):
            with pytest.raises(HostileFileError, match="line"):
                read_text(data)
        with pytest.raises(HostileFileError, match="NUL"):
            read_text(b"a,b\n1,\x002\n")

    def test_too_many_columns_are_refused(self):
        with pytest.raises(HostileFileError, match="4,096 columns"):
            read_table(b",".join([b"a"] * 5000) + b"\n")

    def test_an_empty_file_is_an_error(self):
        with pytest.raises(InputError, match="is empty"):
            read_text(b"")


class TestJsonAndXml:
    def test_plain_ones_are_read(self):
        assert read_json(b'{"a": [1, "}"]}') == {"a": [1, "}"]}
        assert read_xml(b"<a><b>1</b></a>")[0].text == "1"

    @pytest.mark.parametrize(
        "data",
        [
            b"[" * 100_000,
            b'{"a":' * 100 + b"1" + b"}" * 100,
            b'{"a": 1, "a": 2}',
            b'{"a": NaN}',
            b'{"a": Infinity}',
            b'{"a": 1',
            b"9" * 5000,
        ],
    )
    def test_hostile_json(self, data):
        with pytest.raises(InputError):
            read_json(data)

    @pytest.mark.parametrize(
        "data",
        [
            b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
            b"<a>" * 5000,
            b"<a>",
            b"<a>\xff</a>",
        ],
    )
    def test_hostile_xml(self, data):
        with pytest.raises(InputError):
            read_xml(data)


def test_zlib_is_the_one_that_is_tested_against():
    assert zlib.ZLIB_RUNTIME_VERSION >= "1.2.11"


READERS_OF_FILES = [
    gecam.check_file, gecam.read_stock, gecam.read_hno, gecam.read_undesa, gecam.read_severity,
    gecam.read_missing_migrants, find_reader, sha256,
]  # fmt: skip
READERS_OF_MAPS = [
    gecam.read_areas, gecam.read_population_grid, gecam.read_shakemap, gecam.read_shakemap_grid,
]  # fmt: skip


@pytest.mark.parametrize("read", READERS_OF_FILES + READERS_OF_MAPS)
def test_what_the_system_refuses_is_an_error_of_ours_and_of_the_system(read, tmp_path):
    if read in READERS_OF_MAPS:
        pytest.importorskip("shapely")
    with pytest.raises(FileAccessError, match=r"none\.csv does not exist\.$") as error:
        read(tmp_path / "none.csv")
    assert isinstance(error.value, FileNotFoundError)
    with pytest.raises(FileAccessError, match=r" is a folder, not a file\.$") as error:
        read(str(tmp_path))
    assert isinstance(error.value, OSError)
    (tmp_path / "file.csv").write_text("a,b\n")
    with pytest.raises(FileAccessError, match="leads through a file"):
        read(tmp_path / "file.csv" / "more.csv")
    with pytest.raises(FileAccessError, match="cannot be used: File name too long"):
        read("x" * 5000)


@pytest.mark.parametrize("read", READERS_OF_FILES + READERS_OF_MAPS)
@pytest.mark.parametrize("path", ["a\0b.csv", "a\ud800.csv", 5, None])
def test_what_is_no_path_is_refused(read, path):
    if read in READERS_OF_MAPS:
        pytest.importorskip("shapely")
    with pytest.raises(InputError, match=r"is not the path of a file|a file is given by its path"):
        read(path)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read all")
def test_a_file_that_may_not_be_read_is_refused(tmp_path):
    path = tmp_path / "closed.csv"
    path.write_text("a,b\n")
    path.chmod(0)
    with pytest.raises(FileAccessError, match="permission denied"):
        gecam.read_stock(path)


def test_a_file_opened_for_text_is_refused(tmp_path):
    path = tmp_path / "stock.csv"
    path.write_text("a,b\n")
    with (
        path.open() as file,
        pytest.raises(InputError, match=r"opened for reading bytes.*: got an object of type Text"),
    ):
        gecam.read_stock(file)
