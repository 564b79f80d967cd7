"""Files made to harm the reader: bombs and external entities. Each is refused, soon and small."""

from __future__ import annotations

import gzip
import io
import itertools
import json
import struct
import subprocess
import sys
import tempfile
import time
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from gecam.errors import GecamError, HostileFileError
from gecam.io import read_stock
from gecam.io.door.intake import read_archive, read_json, read_text, read_xml

MB = 1 << 20
SPACE = "http://schemas.openxmlformats.org/"
MAIN = f'xmlns="{SPACE}spreadsheetml/2006/main"'
RELATIONS = (
    f'<Relationships xmlns="{SPACE}package/2006/relationships"><Relationship Id="r1" '
    f'Target="{{}}" Type="{SPACE}officeDocument/2006/relationships/{{}}"/></Relationships>'
)
PARTS = {
    "_rels/.rels": RELATIONS.format("xl/workbook.xml", "officeDocument"),
    "xl/workbook.xml": (
        f'<workbook {MAIN} xmlns:r="{SPACE}officeDocument/2006/relationships"><sheets>'
        '<sheet name="s" sheetId="1" r:id="r1"/></sheets></workbook>'
    ),
    "xl/_rels/workbook.xml.rels": RELATIONS.format("worksheets/sheet1.xml", "worksheet"),
}
ROW = '<row r="1"><c r="A1"><v>7</v></c></row>'


def sheet(rows: str = ROW, start: str = "") -> str:
    return f"{start}<worksheet {MAIN}><sheetData>{rows}</sheetData></worksheet>"


def book(rows: str = ROW, **more: str | bytes) -> bytes:
    return archive(PARTS | {"xl/worksheets/sheet1.xml": sheet(rows)} | more)


def archive(parts: dict[str, str | bytes], level: int = 9) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return buffer.getvalue()


def patched(data: bytes, old: bytes, new: bytes) -> bytes:
    assert old in data
    return data.replace(old, new)


def overlapping() -> bytes:
    """Every entry of the directory points at one member."""
    data = bytearray(archive({f"{i}.xml": "x" * 10 for i in range(50)}))
    entries = [at for at in range(len(data) - 4) if data[at : at + 4] == b"PK\x01\x02"]
    for at in entries:
        data[at + 42 : at + 46] = struct.pack("<I", 0)
    return bytes(data)


def understated(content: str) -> bytes:
    """A member that states a small size and inflates beyond it."""
    data = book(**{"xl/extra.xml": content})
    return patched(data, struct.pack("<I", len(content)), struct.pack("<I", 900))


def zip64(size: int) -> bytes:
    """A directory that states a size of 64 bits."""
    data = bytearray(archive({"xl/workbook.xml": "x"}))
    at = bytes(data).index(b"PK\x01\x02")
    data[at + 24 : at + 28] = b"\xff\xff\xff\xff"
    extra = struct.pack("<HHQ", 1, 8, size)
    data[at + 30 : at + 32] = struct.pack("<H", len(extra))
    name_end = at + 46 + struct.unpack("<H", data[at + 28 : at + 30])[0]
    data[name_end:name_end] = extra
    end = bytes(data).index(b"PK\x05\x06")
    data[end + 12 : end + 16] = struct.pack("<I", end - at)
    return bytes(data)


def raw_deflate(size: int) -> bytes:
    """A gzip file whose contents are zeros, made without holding them."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    parts = [packer.compress(b"\n" * MB) for _ in range(size // MB)]
    return b"".join([*parts, packer.flush()])


def grid(*references: str) -> bytes:
    return book("".join(f'<row><c r="{reference}"/></row>' for reference in references))


def honest_cells(rows: int, columns: int) -> str:
    """Cells with figures of their own, which no ratio of compression gives away."""
    figures = itertools.cycle(range(10**9, 10**10, 7919))
    return "".join(
        f"<row>{''.join(f'<c><v>{next(figures)}</v></c>' for _ in range(columns))}</row>"
        for _ in range(rows)
    )


def spaces(size: int) -> str:
    return "<a>" + " " * size + "</a>"


Read = Callable[[bytes], object]
BOMBS: dict[str, tuple[Read, Callable[[], bytes]]] = {
    # archives that inflate
    "one member of 300 MB": (read_stock, lambda: book(**{"xl/a.xml": spaces(300 * MB)})),
    "one member of 50 MB": (read_stock, lambda: book(**{"xl/a.xml": spaces(50 * MB)})),
    "shared strings": (read_stock, lambda: book(**{"xl/sharedStrings.xml": spaces(50 * MB)})),
    "the sheet itself": (read_stock, lambda: book(" " * (50 * MB))),
    "a picture": (read_stock, lambda: book(**{"xl/media/a.png": b"\0" * (50 * MB)})),
    "ten members of 30 MB": (
        read_stock,
        lambda: book(**{f"xl/{i}.xml": spaces(30 * MB) for i in range(10)}),
    ),
    "many small members": (read_stock, lambda: book(**{f"xl/{i}.xml": "" for i in range(3000)})),
    "stated too small": (read_stock, lambda: understated(spaces(3 * MB))),
    "stated too small, text": (read_stock, lambda: understated("x" * (2 * MB))),
    "members that overlap": (read_archive, overlapping),
    "64-bit size": (read_archive, lambda: zip64(1 << 60)),
    "64-bit size, little": (read_archive, lambda: zip64(5 << 30)),
    "zip of text": (read_archive, lambda: archive({"a.csv": b"\n" * (50 * MB)})),
    "zip in zip": (
        read_archive,
        lambda: archive({f"{i}.zip": archive({"a": b"\0" * (60 * MB)}, 1) * 20 for i in range(3)}),
    ),
    # gzip
    "gzip of 50 MB": (read_text, lambda: raw_deflate(50 * MB)),
    "gzip of 700 MB": (read_text, lambda: raw_deflate(700 * MB)),
    "gzip in many members": (read_text, lambda: raw_deflate(8 * MB) * 40),
    "gzip as a stock": (read_stock, lambda: raw_deflate(50 * MB)),
    # rectangles of cells
    "two cells far apart": (read_stock, lambda: grid("A1", "XFD1048576")),
    "one cell at the end": (read_stock, lambda: grid("XFD1048576")),
    "last row": (read_stock, lambda: grid("A1", "Z1048576")),
    "last column, many rows": (read_stock, lambda: grid("A1", "XFD2000")),
    "a row number beyond the format": (read_stock, lambda: book('<row r="4294967297"><c/></row>')),
    "a column beyond the format": (read_stock, lambda: grid("ZZZZZZ1")),
    "a reference of letters": (read_stock, lambda: grid("A" * 5000)),
    "a dimension beyond the format": (
        read_stock,
        lambda: book(f'{ROW}</sheetData><dimension ref="A1:ZZZZ99999999"/><sheetData>'),
    ),
    "a dimension upside down": (
        read_stock,
        lambda: book(f'{ROW}</sheetData><dimension ref="XFD9:A1"/><sheetData>'),
    ),
    "cells without references": (
        read_stock,
        lambda: book("".join(f"<row>{'<c/>' * 9000}</row>" for _ in range(400))),
    ),
    "a sheet of 3.2 million cells": (read_stock, lambda: book(honest_cells(800, 4000))),
    "rows without cells, one at the end": (
        read_stock,
        lambda: book("<row/>" * 100_000 + '<row r="1048570"><c r="XFA1048570"/></row>'),
    ),
    # markup
    "deep sheet": (read_stock, lambda: book("<a>" * 100_000)),
    "deep closed sheet": (read_stock, lambda: book("<a>" * 500 + "</a>" * 500)),
    "deep XML": (read_xml, lambda: b"<a>" * 1_000_000),
    "billion laughs": (
        read_xml,
        lambda: (
            b'<!DOCTYPE a [<!ENTITY a "ha">'
            + b"".join(b'<!ENTITY %c "%s">' % (98 + i, b"&%c;" % (97 + i) * 10) for i in range(10))
            + b"]><a>&k;</a>"
        ),
    ),
    "quadratic blow-up": (
        read_xml,
        lambda: (
            b'<!DOCTYPE a [<!ENTITY b "' + b"x" * 100_000 + b'">]><a>' + b"&b;" * 10_000 + b"</a>"
        ),
    ),
    "deep JSON": (read_json, lambda: b"[" * 900_000),
    "deep JSON objects": (read_json, lambda: b'{"a":' * 150_000),
    # lines
    "one line of 20 MB": (read_text, lambda: b"a" * (20 * MB)),
    "a cell of 2 MB": (read_stock, lambda: b'a\n"' + b"x" * (2 * MB) + b'"\n'),
    "500,000 columns": (read_stock, lambda: b"a," * 500_000 + b"\n"),
    "NUL bytes": (read_text, lambda: b"a,b\n" + b"\0" * MB),
}
SLOW_TO_MAKE = {
    "one member of 300 MB",
    "gzip of 700 MB",
    "ten members of 30 MB",
    "a sheet of 3.2 million cells",
}


def test_there_are_enough_bombs_and_entities():
    assert len(BOMBS) >= 40
    assert len(entities()) >= 20


@pytest.mark.parametrize("name", sorted(set(BOMBS) - SLOW_TO_MAKE))
def test_each_bomb_is_refused_in_about_a_second(name):
    read, make = BOMBS[name]
    data = make()
    started = time.perf_counter()
    with pytest.raises(GecamError):
        read(data)
    assert time.perf_counter() - started < 4  # about one; other work shares the machine


@pytest.mark.slow
def test_all_bombs_stay_small_in_memory():
    """All bombs in one process of their own; the memory it needs beyond the largest bomb."""
    script = """
import gc, json, resource, runpy, sys, time
bombs = runpy.run_path(sys.argv[1])["BOMBS"]
from gecam.errors import GecamError
import tempfile, pathlib
folder = pathlib.Path(sys.argv[2])
worst = {}
for name in bombs:
    path = folder / name.replace(" ", "-").replace(",", "")
    if path.exists():
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        started = time.perf_counter()
        try:
            bombs[name][0](path)
            refused = ""
        except GecamError as error:
            refused = type(error).__name__
        seconds = time.perf_counter() - started
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
        worst[name] = [refused, seconds, grown / 1024]
        gc.collect()
print(json.dumps(worst))
"""
    with tempfile.TemporaryDirectory() as folder:
        for name, (_, make) in BOMBS.items():
            (Path(folder) / name.replace(" ", "-").replace(",", "")).write_bytes(make())
        process = subprocess.run(
            [sys.executable, "-c", script, __file__, folder],
            capture_output=True,
            text=True,
            check=True,
            timeout=300,
        )
    found = json.loads(process.stdout)
    assert len(found) == len(BOMBS)
    for name, (refused, seconds, megabytes) in found.items():
        assert refused, name
        assert seconds < 4, (name, seconds)
        assert megabytes < 150, (name, megabytes)


def entities() -> dict[str, bytes]:
    """Files that ask the parser to fetch something, at each place where markup stands."""
    secret = Path("/etc/hostname").as_uri()
    declarations = {
        "a file": f'<!DOCTYPE a [<!ENTITY e SYSTEM "{secret}">]>',
        "an address": '<!DOCTYPE a [<!ENTITY e SYSTEM "http://192.0.2.1/e">]>',
        "a DTD": '<!DOCTYPE a SYSTEM "http://192.0.2.1/a.dtd">',
        "a public DTD": '<!DOCTYPE a PUBLIC "-//X//EN" "http://192.0.2.1/a.dtd">',
        "a parameter": f'<!DOCTYPE a [<!ENTITY % e SYSTEM "{secret}"> %e;]>',
        "an internal one": '<!DOCTYPE a [<!ENTITY e "7">]>',
        "nothing": "<!DOCTYPE a>",
    }
    member = {
        "sheet": "xl/worksheets/sheet1.xml",
        "book": "xl/workbook.xml",
        "relations": "xl/_rels/workbook.xml.rels",
    }
    found = {}
    for what, start in declarations.items():
        for where, name in member.items():
            content = sheet(start=start) if where == "sheet" else start + PARTS[name]
            found[f"{what} in {where}"] = archive(
                PARTS | {"xl/worksheets/sheet1.xml": sheet()} | {name: content}
            )
    first = declarations["a file"]
    for name in (
        "xl/sharedStrings.xml",
        "xl/styles.xml",
        "docProps/core.xml",
        "customXml/item1.xml",
    ):
        found[f"a file in {name}"] = book(**{name: f"{first}<a>&e;</a>"})
    found["after a comment"] = book(**{"xl/a.xml": f"<!-- {'x' * 300_000} -->{first}<a>&e;</a>"})
    found["in UTF-16"] = book(**{"xl/a.xml": f"{first}<a>&e;</a>".encode("utf-16")})
    return found


@pytest.mark.parametrize("name", entities())
def test_no_entity_is_followed(name, monkeypatch):
    import socket

    def forbidden(*_: object, **__: object) -> None:
        raise AssertionError("a connection was tried")

    monkeypatch.setattr(socket, "socket", forbidden)
    with pytest.raises(GecamError) as caught:
        read_stock(entities()[name])
    if "UTF-16" not in name:  # which is refused before that, as not UTF-8
        assert isinstance(caught.value, HostileFileError)
        assert "DOCTYPE" in str(caught.value)


def test_plain_gzip_still_works():
    assert read_text(gzip.compress(b"a\n1\n")).data == b"a\n1\n"


def test_many_members_of_gzip_are_read_in_linear_time_and_very_many_are_refused():
    """The rest of the file was copied for each member: 32 s for 2 MB of empty ones."""
    table, empty = gzip.compress(b"a,b\n1,2\n"), gzip.compress(b"")
    started = time.perf_counter()
    many = gzip.compress(b"x,y\n" * 600, compresslevel=0) * 3_000
    assert read_text(many + table).data.endswith(b"x,y\na,b\n1,2\n")
    with pytest.raises(HostileFileError, match="members, most of them of a few bytes"):
        read_text(empty * 100_000 + table)
    assert time.perf_counter() - started < 2
