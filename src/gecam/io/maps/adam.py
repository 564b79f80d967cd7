"""WFP ADAM: people exposed to floods, cyclones and earthquakes by district."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, Final

import numpy as np
import pandas as pd

from gecam.codes import iso3
from gecam.errors import CodeError, InputError, LayoutError
from gecam.geo import Exposure, Extent, Shapes, library
from gecam.io.door import File, Top, file_name, read_table, reader, refuse_empty, rewindable
from gecam.io.maps.geo_files import read_areas
from gecam.model import Note, Source

FLOOD: Final = ("District", "total_population", "directly_aff_popn")
_BAND = re.compile(r"(\d+)_MMI")
_SPEED = re.compile(r"\d+(?:\.\d+)?")
_WFP, _LICENCE = "World Food Programme", "CC BY"
_URL = "https://gis.wfp.org/adam/"


@reader("exposure", "World Food Programme", ["directly_aff_popn"])
def read_adam_flood(path: File) -> Exposure:
    """Read ADAM's rapid analysis of a flood: people in flooded cells by district.

    Parameters
    ----------
    path
        The event's zip archive, GeoPackage or GeoJSON. `gecam.io.read_areas` reads its districts.

    Returns
    -------
    Exposure
        ``directly_aff_popn`` of ``total_population`` (WorldPop 2022) by district, as published.

    Raises
    ------
    LayoutError
        If columns are missing.
    InputError
        If figures are missing or contradict each other.

    Notes
    -----
    The readable columns of children and of the elderly (``Directly Affected Ch``, ``... El``) are
    swapped against ``ch_dap`` and ``el_dap``, which the metadata define. Neither is used; a note says
    it. A blank flooded area is not zero.
    """
    areas = read_areas(path, name=FLOOD[0])
    table = areas.table
    missing = [label for label in FLOOD if label not in table]
    if missing:
        raise LayoutError(f"{file_name(path)} is no ADAM flood: it lacks {missing}.")
    figures = table[list(FLOOD[1:])].apply(pd.to_numeric, errors="coerce")
    whole, affected = figures["total_population"], figures["directly_aff_popn"]
    bad = figures.isna().any(axis=1) | (whole < affected) | (affected < 0)
    if bad.any():
        raise InputError(
            f"ADAM's figures are missing or impossible in {table.loc[bad, 'District'].tolist()[:5]}."
        )
    event = str(table["eventid"].iloc[0]) if "eventid" in table else ""
    notes = [*areas.notes]
    if {"ch_dap", "Directly Affected Ch"} <= set(table):
        text = pd.to_numeric(table["Directly Affected Ch"].str.replace(",", ""), errors="coerce")
        swapped = int((text.ne(table["ch_dap"]) & text.eq(table["el_dap"])).sum())
        notes.append(
            Note(
                "LABELS_SWAPPED",
                "children and elderly are swapped in the readable columns",
                swapped,
            )
        )
    source = _source(event or "flood", "flood", areas.source)
    return Exposure(
        pd.DataFrame({0.0: affected.to_numpy()}, areas.names),
        pd.Series(whole.to_numpy(), areas.names, name="residents"),
        source=source, notes=tuple(note for note in notes if note.count),
        countries=tuple(sorted(set(table["iso3"]))) if "iso3" in table else (),
    )  # fmt: skip


def _has_bands(top: Top) -> bool:
    return top.has("ADM2_NAME") and any(word.endswith("_MMI") for word in top.words)


@reader("exposure", "World Food Programme", _has_bands)
def read_adam_earthquake(path: File) -> Exposure:
    r"""Read ADAM's population by band of intensity (MMI) and district.

    Parameters
    ----------
    path
        CSV with columns ``ADM0_NAME``, ``ADM1_NAME``, ``ADM2_NAME`` and ``3_MMI``, ``4_MMI`` ...

    Returns
    -------
    Exposure
        People at or above each intensity: the bands added from above. Residents of the districts are
        not in the file: `gecam.geo.footprint` needs those of the country.

    Raises
    ------
    LayoutError, InputError
        If columns are missing, or cells cannot be read; all of them are listed.

    Examples
    --------
    >>> from gecam.io import read_adam_earthquake
    >>> found = read_adam_earthquake(b"ADM0_NAME,ADM1_NAME,ADM2_NAME,5_MMI,6_MMI\nA,B,C,100,40\n")
    >>> found.people.loc["B, C"].to_dict()
    {5.0: 140.0, 6.0: 40.0}
    """
    sheet = read_table(path, delimiter=",").require("ADM0_NAME", "ADM1_NAME", "ADM2_NAME")
    bands = {float(band[1]): label for label in sheet.cells if (band := _BAND.fullmatch(label))}
    if not bands:
        raise LayoutError(f"{sheet.file} has no columns of MMI bands, such as '5_MMI'.")
    refuse_empty(sheet)
    levels = sorted(bands)
    sheet = sheet.without_totals("ADM2_NAME", "ADM1_NAME", "ADM0_NAME")
    columns = [sheet.people(bands[level], missing=(), is_as_published=True) for level in levels]
    above = np.cumsum(np.stack(columns, axis=1)[:, ::-1], axis=1)[:, ::-1]
    names = pd.Index(sheet.text("ADM1_NAME") + ", " + sheet.text("ADM2_NAME"), name="area")
    country = sorted(set(sheet.text("ADM0_NAME")))
    sheet.refuse_repeats(sheet.text("ADM0_NAME") + "/" + pd.Series(names), "ADM2_NAME")
    sheet.check()
    event = next(iter(re.findall(r"us[0-9a-z]{8,}", sheet.file)), "earthquake")
    source = _source(event, "earthquake", Source("", "", "", sha256=sheet.sha256, file=sheet.file))
    notes = sheet.told(Note("COUNTRIES", f"districts of {', '.join(country)}", len(country)))
    residents = pd.Series(np.nan, names, name="residents")
    return Exposure(
        pd.DataFrame(above, names, levels),
        residents,
        "MMI",
        levels[-1] + 1,
        source=source,
        notes=notes,
        countries=_known(country),
    )


@reader("extent", "World Food Programme", ["shapes", "Buffers_ts"])
def read_adam_cyclone(path: File) -> Extent:
    """Read ADAM's buffers of a cyclone: areas by wind speed, or the cone of its possible tracks.

    Parameters
    ----------
    path
        The event's zip archive, or ``Buffers_ts.shp`` with its other files.

    Returns
    -------
    Extent
        Levels in km/h where the buffers have wind speeds; else inside or outside of the cone, with a
        note: a cone says where the centre may pass, not where the wind does damage.

    Raises
    ------
    LayoutError
        If the file has no buffers of a cyclone.
    """
    path = rewindable(path)
    shapes = read_areas(
        path, name="event_epis", layer="Buffers_ts" if not isinstance(path, bytes) else None
    )
    if "wind_speed" not in shapes.table:
        raise LayoutError(f"{file_name(path)} has no wind speeds: no ADAM cyclone.")
    event = shapes.names[0]
    source = _source(str(event), "cyclone", shapes.source)
    shapes = replace(shapes, source=source)
    speeds = shapes.table["wind_speed"].map(_speed)
    if speeds.isna().all():
        note = Note(
            "CONE",
            "the cone of possible tracks: where the centre may pass, not where winds blow",
            len(shapes),
        )
        return replace(Extent.of_shapes(shapes), notes=(*shapes.notes, note))
    return _by_speed(shapes, speeds)


def _by_speed(shapes: Shapes, speeds: pd.Series) -> Extent:
    shapely = library("shapely")
    levels = np.unique(speeds.dropna().to_numpy(dtype=np.float64))
    nested = [shapely.union_all(shapes.geometry[speeds.ge(level).to_numpy()]) for level in levels]
    step = float(levels[-1] - levels[-2]) if len(levels) > 1 else 30.0
    geometry = np.array([*nested, None], dtype=object)[:-1]
    return Extent(levels, geometry, "km/h", float(levels[-1]) + step, shapes.source, shapes.notes)


def _known(countries: list[str]) -> tuple[str, ...]:
    """Return the codes of countries; none where a name is not known, as the figures stand anyway."""
    try:
        return tuple(iso3(name) for name in countries)
    except CodeError:
        return ()


def _speed(text: Any) -> float:
    number = _SPEED.search(str(text))
    return float(number[0]) if number else float("nan")


def _source(event: str, kind: str, read: Source) -> Source:
    return Source(
        f"wfp-adam-{event}", _WFP, f"ADAM {kind} {event}", licence=_LICENCE, url=_URL,
        sha256=read.sha256, file=read.file,
    )  # fmt: skip
