"""HXL hashtags: find the tag row of a table, tell near misses, find columns by tag or header."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from gecam.errors import InputError, LayoutError, Problem
from gecam.io.door.open_files import File
from gecam.io.door.sheet import Sheet
from gecam.io.door.tables import read_table
from gecam.model import Note

SCANNED = 25  # rows searched for tags, as in the HXL standard's own processors
# HXL 1.1 core hashtags (https://hxlstandard.org/standard/1-1final/dictionary/)
_CORE_WORDS = (
    "access activity adm1 adm2 adm3 adm4 adm5 affected beneficiary capacity cause channel "
    "contact country crisis currency date delivery description event frequency geo group "
    "impact indicator inneed item loc meta modality need operations org output population "
    "reached region respondee sector service severity status subsector targeted value"
)
CORE = frozenset(f"#{word}" for word in _CORE_WORDS.split())
_WORD = "[A-Za-z][A-Za-z0-9_]*"
_TAG = re.compile(rf"\s*#({_WORD})((?:\s*\+{_WORD})*)\s*")
_LIKE_TAG = re.compile(rf"\s*(?:[#＃]\s*)?{_WORD}(?:[\s+]+{_WORD})*\s*")


@dataclass(frozen=True, slots=True)
class Tag:
    """A hashtag with its attributes.

    Parameters
    ----------
    name
        Lower case with ``#``: ``"#adm1"``; empty for a column without a tag.
    attributes
        Lower case, without order: ``{"code"}``.
    """

    name: str = ""
    attributes: frozenset[str] = frozenset()

    def __str__(self) -> str:
        """Return the tag in normal form: ``#adm1+code``."""
        return "+".join([self.name, *sorted(self.attributes)])

    def matches(self, pattern: Tag) -> bool:
        """Return whether the tag has the name and all attributes of `pattern`."""
        return self.name == pattern.name and self.attributes >= pattern.attributes


def parse_tag(text: str) -> Tag | None:
    """Return the tag that a cell holds, or None.

    Case, blanks before a ``+`` and the order of attributes do not matter, as in the HXL standard.

    Examples
    --------
    >>> from gecam.io.door.hxl import parse_tag
    >>> str(parse_tag(" #Adm1 +name +alt"))
    '#adm1+alt+name'
    >>> parse_tag("Country+code") is None
    True
    """
    match = _TAG.fullmatch(text)
    if match is None:
        return None
    attributes = frozenset(re.findall(_WORD, match[2].lower()))
    return Tag("#" + match[1].lower(), attributes)


@dataclass(frozen=True, slots=True)
class TagRow:
    """Where the tags of a table stand, and what nearly was one.

    Parameters
    ----------
    row
        Position of the tag row among the rows given; None where there is none.
    tags
        One per column; an empty `Tag` for a cell without a valid tag.
    near_misses
        Cells of the tag row that look like tags and are none, and tags that are nearly core tags.
        They are reported, never guessed.
    """

    row: int | None
    tags: tuple[Tag, ...] = ()
    near_misses: tuple[Problem, ...] = ()

    def notes(self) -> tuple[Note, ...]:
        """Return what a reader should say about the tag row."""
        if not self.near_misses:
            return ()
        text = "; ".join(str(problem) for problem in self.near_misses)
        return (Note("HXL_NEAR_MISS", text, len(self.near_misses)),)


def find_tag_row(
    rows: Sequence[Sequence[object]], *, file: str = "", sheet: str = "", first_row: int = 1
) -> TagRow:
    """Find the row of HXL tags at the top of a table.

    A row is the tag row if at least half of its filled cells are valid tags. A row whose filled
    cells all look like tags with attributes, with or without their ``#``, is taken for one, too;
    what is missing is reported.

    Parameters
    ----------
    rows
        Rows of the table from its top; the first 25 are searched.
    file, sheet, first_row
        Names and number of the first row, for reports.

    Returns
    -------
    TagRow
        ``row`` is None if the table has no tags.

    Examples
    --------
    >>> from gecam.io.door.hxl import find_tag_row
    >>> found = find_tag_row([["Country", "In need"], ["#country+code", "inneed"], ["SDN", "5"]])
    >>> found.row, [str(tag) for tag in found.tags]
    (1, ['#country+code', ''])
    >>> print(found.near_misses[0])
    row 2, column 'In need': 'inneed' is not an HXL tag. Write '#inneed'.
    """
    header: Sequence[object] = ()
    for position, cells in enumerate(rows[:SCANNED]):
        texts = [cell if isinstance(cell, str) else "" for cell in cells]
        if _are_tags(texts):
            tags = tuple(parse_tag(text) or Tag() for text in texts)
            row, labels = first_row + position, _labels(header, len(texts))
            misses = [
                Problem(*miss, file, sheet, row, str(label), "HXL_NEAR_MISS")
                for label, text, tag in zip(labels, texts, tags, strict=True)
                if (miss := _near_miss(text, tag))
            ]
            return TagRow(position, tags, tuple(misses))
        header = cells
    return TagRow(None)


def _are_tags(texts: Sequence[str]) -> bool:
    """Tell a row of tags: half of its filled cells are valid, or all look as if they had lost a #."""
    filled = [text for text in texts if text.strip()]
    valid = sum(parse_tag(text) is not None for text in filled)
    return 0 < len(filled) <= 2 * valid or (len(filled) > 1 and all(map(_lost_hash, filled)))


def _lost_hash(text: str) -> bool:
    """Tell a tag with attributes whose ``#`` is missing or another sign from a word."""
    return "+" in text and _LIKE_TAG.fullmatch(text) is not None


def _labels(header: Sequence[object], width: int) -> list[object]:
    names = list(header)[:width]
    names += range(len(names) + 1, width + 1)
    return [name if name != "" else position for position, name in enumerate(names, start=1)]


def _near_miss(text: str, tag: Tag) -> tuple[str, str] | None:
    """Return what a cell of the row of tags lacks, and what to write; None where nothing is missing."""
    if not tag.name:
        words = re.findall(_WORD, text.lower()) if _LIKE_TAG.fullmatch(text) else []
        what, remedy = f"{text.strip()!r} is not an HXL tag", f"Write '#{'+'.join(words)}'."
        return ((f"{what}.", remedy) if words else (what, "")) if text.strip() else None
    near = () if tag.name in CORE else difflib.get_close_matches(tag.name, CORE, n=1, cutoff=0.85)
    return (f"{tag.name!r} is not a core tag.", f"The core tag is {near[0]!r}.") if near else None


@dataclass(frozen=True, slots=True)
class Field:
    """How a column may be recognised.

    Parameters
    ----------
    names
        Headers, in any of the spellings that the publisher uses; case and blanks do not matter.
    tag
        HXL tag with the attributes that it must have; empty where there is none.
    is_required
        Whether the table is not in the layout without it.
    """

    names: tuple[str, ...]
    tag: str = ""
    is_required: bool = True


def locate(sheet: Sheet, fields: Mapping[str, Field], *, tags: Sequence[Tag] = ()) -> Sheet:
    r"""Find columns by their label, else by their tag.

    Parameters
    ----------
    sheet
        The table.
    fields
        What to look for: our name of the column and how the publisher calls it.
    tags
        Tags of the columns, where the table has them.

    Returns
    -------
    Sheet
        The table, whose columns can be asked for by our names, also those located before. An optional
        one that it lacks is read as a column of empty cells.

    Raises
    ------
    LayoutError
        If a required column is absent, or two columns fit one field.
    InputError
        If the table has no rows.

    Examples
    --------
    >>> from gecam.io.door.hxl import Field, locate
    >>> from gecam.io.door.tables import read_table
    >>> sheet = read_table(b"Country ISO3,In Need\nSDN,5\n")
    >>> info = Field(("Info",), is_required=False)
    >>> locate(sheet, {"iso3": Field(("country iso3",)), "info": info}).columns
    {'iso3': 'Country ISO3'}
    """
    names = list(sheet.cells.columns)
    heads = [_plain(label) for label in sheet.labels]
    located: dict[str, str] = {}
    problems = []
    for name, field in fields.items():
        places = _places_of(field, heads, tags)
        if len(places) == 1:
            located[name] = names[places[0]]
        elif places or field.is_required:
            problems.append(_misfit(sheet, field.names[0], [names[at] for at in places]))
    if problems:
        has = ", ".join(map(repr, sheet.labels[:12]))
        raise LayoutError(f"{sheet.file} is not in a layout that is known; it has {has}", problems)
    refuse_empty(sheet)
    columns = {**sheet.columns, **located}
    return replace(sheet, columns=columns, absent=sheet.absent.union(fields).difference(columns))


def _misfit(sheet: Sheet, label: str, fitting: Sequence[str]) -> Problem:
    """Return the problem of a column that is missing, or that several columns could be."""
    if not fitting:
        what, remedy, code = (
            "the column is missing",
            f"The publisher calls it {label!r}.",
            "MISSING",
        )
    else:
        seen = ", ".join(map(repr, fitting))
        what, remedy, code = f"{len(fitting)} columns fit: {seen}", "", "REPEATED"
    return sheet.fault(what, remedy, f"COLUMN_{code}", row=sheet.header_row, column=label)


def _places_of(field: Field, heads: Sequence[str], tags: Sequence[Tag]) -> list[int]:
    """Return the columns that fit a field: by label, else by the same tag, else by a wider one."""
    wanted = {_plain(spelling) for spelling in field.names}
    places = [i for i, head in enumerate(heads) if head in wanted]
    if places or not field.tag:
        return places
    pattern = parse_tag(field.tag) or Tag()
    places = [i for i, tag in enumerate(tags) if tag == pattern]
    return places or [i for i, tag in enumerate(tags) if tag.matches(pattern)]


def read_tagged(path: File, fields: Mapping[str, Field]) -> Sheet:
    """Read a table, comma-separated or the first sheet of a workbook, and find its columns.

    Other delimiters are not tried: they come with decimal commas, and ``234,567`` would be read as
    a thousandfold. A row of tags, and what stands above it, is taken out; its near misses are noted.

    Parameters
    ----------
    path
        The file.
    fields
        What to look for, as in `locate`, whose errors are those of this function.
    """
    sheet, tags = untag(read_table(path, delimiter=","))
    return locate(sheet, fields, tags=tags.tags)


def untag(sheet: Sheet) -> tuple[Sheet, TagRow]:
    """Take the row of tags, and what stands above it, out of a table.

    Returns
    -------
    sheet, tags
        The table without these rows; ``tags.row`` is None where there was none, and the table is
        then unchanged.
    """
    top = [list(sheet.labels), *sheet.cells.head(SCANNED).itertuples(index=False, name=None)]
    tags = find_tag_row(top, file=sheet.file, sheet=sheet.sheet, first_row=sheet.header_row)
    if tags.row is None or tags.row == 0:
        return sheet, TagRow(None)
    sheet.notes.extend(tags.notes())
    return sheet.take(np.arange(len(sheet)) >= tags.row), tags


def refuse_empty(sheet: Sheet) -> None:
    """Raise `InputError` for a table without rows: a download that broke off, most likely."""
    if not len(sheet):
        raise InputError(f"{sheet.file} has a header and no rows. Was it downloaded completely?")


def _plain(label: str) -> str:
    return " ".join(label.split()).casefold()
