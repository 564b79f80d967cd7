"""UNHCR refugee population statistics: people by country of asylum and origin at year-ends."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

import pandas as pd

from gecam._signature import checked
from gecam.codes import is_iso3, is_origin_code, unhcr_to_iso3
from gecam.errors import LayoutError
from gecam.io.door import File, Sheet, allowed, open_file, read_archive, read_table, reader
from gecam.model import Note, ProtectedPopulation, Source

# Our name -> the labels of UNHCR's R package and of the Refugee Data Finder.
_LABELS = {
    "year": ("year", "Year"),
    "origin": ("coo_iso", "Country of origin (ISO)"),
    "destination": ("coa_iso", "Country of asylum (ISO)"),
    "refugees": ("refugees", "Refugees under UNHCR's mandate"),
    "asylum_seekers": ("asylum_seekers", "Asylum-seekers"),
    "oip": ("oip", "Other people in need of international protection"),
    "idps": ("idps", "IDPs of concern to UNHCR"),
    "returned_idps": ("returned_idps", "Returned IDPs", "Returned IDPss"),  # [sic] in downloads
    "returned_refugees": ("returned_refugees", "Returned refugees"),
    "stateless": ("stateless", "Stateless persons"),
}
_OWN_CODE = {"origin": "coo", "destination": "coa"}
_DASH = "-"  # "zero, rounded to zero, or not applicable" in UNHCR's tables


@reader("protected", "UNHCR", ["coo_iso", "coa_iso"], ["Country of asylum (ISO)", "Asylum-seekers"])
@checked
def read_unhcr(
    source: File, *, years: Collection[int] | None = None, encoding: str | None = None
) -> ProtectedPopulation:
    r"""Read refugees, asylum-seekers and others in need of international protection.

    Parameters
    ----------
    source
        ``population.csv`` of the Refugee Data Finder (or the zip archive it comes in), or the table
        of the same content with columns ``coo``, ``coo_iso``, ``coa``, ``coa_iso``.
    years
        Calendar years to read; None reads all years. Dates are 31 December.
    encoding
        Fallback for files that are not UTF-8.

    Returns
    -------
    ProtectedPopulation
        By country of asylum and origin. ``oip`` is missing, not zero, where the category did not
        exist. Palestine refugees under UNRWA's mandate are not in these figures.

    Raises
    ------
    InputError
        If codes are unknown, numbers cannot be read, or pairs repeat; all problems are listed.

    Notes
    -----
    Places come from the ISO columns: UNHCR's own codes look like ISO3 and are not (``AUS`` is
    Austria). Where both stand in a row they must agree. Rows without a known country of asylum are
    left out and their people counted in the notes.

    Examples
    --------
    >>> from gecam.io import read_unhcr
    >>> text = (
    ...     "year,coo_name,coo,coo_iso,coa_name,coa,coa_iso,refugees,asylum_seekers,idps,oip\n"
    ...     "2022,Syrian Arab Rep.,SYR,SYR,Austria,AUS,AUT,67000,30000,0,\n"
    ... )
    >>> people = read_unhcr(text.encode()).people
    >>> people["destination"].item(), people["refugees"].item()
    ('AUT', 67000.0)
    """
    table = _read(source, ("refugees", "asylum_seekers", "oip"), encoding)
    dashes = 0
    for name in ("refugees", "asylum_seekers"):
        cells = table.people[name]
        dashes += int(cells.isna().sum())
        table.people[name] = cells.fillna(0.0)
    people = table.sheet.dated(table.people, years, day="12-31")
    sums = people[["refugees", "asylum_seekers", "oip"]].sum(axis=1)
    has_asylum = people["destination"].ne("UNK")
    nobody = int((has_asylum & sums.eq(0)).sum())
    notes = table.sheet.told(
        Note(
            "ASYLUM_UNKNOWN", "people without a country of asylum", round(sums[~has_asylum].sum())
        ),
        Note("NOBODY", "rows of other groups (IDPs, stateless) were left out", nobody),
        Note("DASH_AS_ZERO", "cells with - were read as zero, as UNHCR defines it", dashes),
        Note(
            "OIP_MISSING",
            "rows without a figure of others in need",
            int(people["oip"].isna().sum()),
        ),
    )
    columns = ["destination", "origin", "as_of", "refugees", "asylum_seekers", "oip"]
    return ProtectedPopulation(people.loc[has_asylum & sums.gt(0), columns], table.source(), notes)


@dataclass(frozen=True, eq=False)
class DisplacedPopulation:
    """People displaced inside their country, returned, or stateless, at year-ends.

    Parameters
    ----------
    people
        One row per ``place`` (ISO3) x ``as_of``: ``idps``, ``returned_idps``,
        ``returned_refugees`` (by country of origin, to which they returned), ``stateless`` (by
        country of residence, of whatever origin). Persons. IDPs are those of concern to UNHCR;
        IDMC's figures are wider.
    source, notes
        As in `gecam.model.Stock`.
    """

    people: pd.DataFrame
    source: Source
    notes: tuple[Note, ...] = ()


@checked
def read_unhcr_displaced(
    source: File, *, years: Collection[int] | None = None, encoding: str | None = None
) -> DisplacedPopulation:
    """Read internally displaced, returned and stateless people.

    Parameters
    ----------
    source, years, encoding
        As in `read_unhcr`.

    Raises
    ------
    InputError
        If internally displaced people stand in a row whose origin is not its asylum.
    """
    columns = ("idps", "returned_idps", "returned_refugees", "stateless")
    table = _read(source, columns, encoding)
    abroad = table.people["origin"].ne(table.people["destination"])
    table.sheet.refuse(
        table.people["idps"].gt(0) & abroad,
        "idps",
        "internally displaced people abroad",
        code="IDPS",
    )
    people = table.sheet.dated(table.people, years, day="12-31")
    at_home = people.assign(place=people["origin"]).groupby(["place", "as_of"])
    hosted = people.assign(place=people["destination"]).groupby(["place", "as_of"])
    wide = pd.concat(
        [at_home[list(columns[:3])].sum(), hosted[["stateless"]].sum()], axis=1
    ).fillna(0.0)
    wide = wide[wide.sum(axis=1).gt(0)].reset_index()
    is_place = wide["place"].map(is_iso3)
    lost = round(wide.loc[~is_place, list(columns)].to_numpy().sum())
    notes = table.sheet.told(Note("PLACE_UNKNOWN", "people without a country", lost))
    return DisplacedPopulation(wide[is_place].reset_index(drop=True), table.source(), notes)


@dataclass(eq=False)
class _Table:
    """Columns of UNHCR's table under our names, numbers as numbers."""

    sheet: Sheet
    people: pd.DataFrame

    def source(self) -> Source:
        last = self.people["year"].max()
        return self.sheet.data_set("unhcr-population", f"as downloaded, to the end of {last}")


def _read(source: File, columns: Collection[str], encoding: str | None) -> _Table:
    sheet = _sheet(source, encoding)
    labels = {
        name: next((label for label in options if label in sheet.cells), options[0])
        for name, options in _LABELS.items()
    }
    sheet.require(*(labels[name] for name in ("year", "origin", "destination", *columns)))
    labels |= dict(zip(_OWN_CODE.values(), _OWN_CODE.values(), strict=True))
    sheet = replace(
        sheet, columns={name: label for name, label in labels.items() if label in sheet.cells}
    )
    data: dict[str, pd.Series] = {}
    for side, is_allowed in (("origin", is_origin_code), ("destination", _is_asylum)):
        data[side] = sheet.converted(side, allowed(is_allowed, "an ISO3 code"), remedy=_REMEDY)
        if _OWN_CODE[side] in sheet:
            _refuse_disagreement(sheet, side, data[side])
    year = sheet.years("year")
    for name in columns:
        marks = ("", _DASH) if name == "oip" else (_DASH,)
        data[name] = pd.Series(sheet.people(name, missing=marks))
    key = data["origin"] + "-" + data["destination"] + sheet.text("year")
    sheet.refuse_repeats(key, "origin")
    sheet.check()
    return _Table(sheet, pd.DataFrame(data | {"year": year}))


_REMEDY = "UNHCR's own codes (AUS is Austria) stand in other columns."


def _sheet(source: File, encoding: str | None) -> Sheet:
    """Return the table, out of its archive, below the preamble that some downloads have."""
    file = open_file(source)
    if file.is_workbook:
        members = read_archive(file)
        name = next((name for name in members if name.endswith("population.csv")), None)
        if name is None:
            raise LayoutError(f"the archive holds no population.csv: it has {list(members)[:5]}.")
        file = open_file(members[name])
    return read_table(
        file,
        header_row=lambda cells: not {"year", "Year"}.isdisjoint(cells) and len(cells) > 5,
        encoding=encoding,
    )


def _is_asylum(code: str) -> bool:
    return is_iso3(code) or code == "UNK"


def _refuse_disagreement(sheet: Sheet, side: str, codes: pd.Series) -> None:
    """Take a problem for each row whose ISO3 code is not that of UNHCR's own code beside it."""
    own = sheet.converted(_OWN_CODE[side], unhcr_to_iso3)
    sheet.refuse(
        codes.ne("") & own.ne("") & codes.ne(own),
        side,
        lambda at: f"{codes[at]} beside UNHCR's code of {own[at]}",
        _REMEDY,
    )
