"""People in need by area of their country: rows, the section of a brief, and a map."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from gecam._signature import checked
from gecam._typing import NonNegative
from gecam.codes import name as name_of
from gecam.publish import SUPPRESSED, rows_by_area
from gecam.report.briefs.brief import question
from gecam.report.document.blocks import Picture, Section, Table
from gecam.report.estimate_tables import plain_text, print_texts
from gecam.report.footprint_map import drawn_shapes, not_drawn
from gecam.report.sentences import said
from gecam.report.style import AxisScale, Drawn, title
from gecam.report.translation import in_order, place_name
from gecam.report.words import people_alone, people_range
from gecam.results import (
    GROUP_WORDS,
    NOT_BY_AREA,
    AreaEstimates,
    flag_text,
    in_language,
    threshold_of,
)
from gecam.uncertainty import SMALLEST_SHOWN

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from rich.console import Console

    from gecam.geo import Shapes

OF_ANOTHER_YEAR = "AREAS_OF_ANOTHER_YEAR"  # flag of rows whose areas are of an earlier plan


@checked
def areas_table(rows: pd.DataFrame, *, is_one_country: bool = False) -> Table:
    """Return rows by area as texts, each number rounded with its interval.

    Parameters
    ----------
    rows
        As `gecam.publish.rows_by_area` gives them, persons.
    is_one_country
        True without a column of countries.

    Returns
    -------
    Table
        Area (with its country), people with their interval, people per 100 migrants, people per 100
        residents, and grade. Areas without any figure are left out.
    """
    shown = rows[rows["mean"].notna() | rows["status"].eq(SUPPRESSED)]
    texts = shown.to_dict("records")
    columns = {} if is_one_country else {
        said("COUNTRY_COLUMN"): [place_name(row["destination"]) for row in texts]
    }  # fmt: skip
    return Table.of_columns({
        **columns,
        said("AREA_COLUMN"): [_area(row) for row in texts],
        said("PEOPLE_INTERVAL"): [_people(row, threshold_of(rows)) for row in texts],
        said("PER_100_MIGRANTS"): [_rate(row, "per_100") for row in texts],
        said("PER_100_RESIDENTS"): [_rate(row, "residents_per_100") for row in texts],
        said("GRADE_COLUMN"): [row["grade"] for row in texts],
    })  # fmt: skip


@checked
def areas_section(
    areas: AreaEstimates, destination: str, *, explain: str = "", picture: Picture | None = None
) -> Iterator[Section]:
    """Yield where in a country people in need are; nothing for a country without areas.

    Parameters
    ----------
    areas
        The answer of `gecam.by_area`, persons.
    destination
        Country, ISO3.
    explain
        Command, as text, that shows where the numbers come from; empty by default.
    picture
        A map of them, as `area_map` draws it; None by default.
    """
    rows = _of(rows_by_area(areas), destination)
    if rows["area"].eq(NOT_BY_AREA).all():
        return
    yield question(
        said("AREAS"), _notes(areas, rows, destination),
        areas_table(rows, is_one_country=True), explain=explain, picture=picture,
    )  # fmt: skip


@checked
def areas_of_countries(
    areas: AreaEstimates, *, threshold: NonNegative = SMALLEST_SHOWN
) -> list[dict[str, Any]]:
    """Return the table of areas of each country for the report, in the order of their names.

    Parameters
    ----------
    areas
        The answer of `gecam.by_area`, persons.
    threshold
        As in `gecam.publish.rows_by_area`, persons, >= 0.

    Returns
    -------
    list of dict
        ``place`` (ISO3), ``label`` (its name), ``notes`` (what the areas rest on, in sentences) and
        ``table`` (as `areas_table`). Countries without areas are left out.
    """
    rows = rows_by_area(areas, threshold=threshold)
    with_areas = set(rows.loc[rows["area"].ne(NOT_BY_AREA), "destination"])
    return [
        {
            "place": place,
            "label": place_name(place),
            "notes": [*_notes(areas, rows, place), *_of_another_year(_of(rows, place))],
            "table": areas_table(_of(rows, place), is_one_country=True),
        }
        for place in sorted(with_areas, key=lambda place: in_order(place_name(place)))
    ]


def _of(rows: pd.DataFrame, destination: str) -> pd.DataFrame:
    return rows[rows["destination"].eq(destination)]


def _notes(areas: AreaEstimates, rows: pd.DataFrame, destination: str) -> list[str]:
    """Return what the areas of a country rest on, and the effect of place, in sentences."""
    return [*_how(areas, rows, destination), *_effect(areas, destination)]


def _of_another_year(rows: pd.DataFrame) -> Iterator[str]:
    """Yield that people in need by area are of an earlier plan, where they are."""
    if rows["flags"].str.contains(OF_ANOTHER_YEAR).any():
        yield flag_text(OF_ANOTHER_YEAR)


def _how(areas: AreaEstimates, rows: pd.DataFrame, destination: str) -> Iterator[str]:
    """Yield what the areas of a country rest on, and what is not shown of them."""
    of_country = areas.rows.labels["destination"].eq(destination)
    source, as_of = areas.tables[destination]
    yield said("HOW_AREAS", publisher=source.publisher, year=str(as_of.year))
    flags = areas.rows.facts["flags"].str.contains("AREAS_LIKE_RESIDENTS")
    spread = areas.rows.labels["group"][of_country & flags].unique()
    if len(spread):
        words = (in_language(GROUP_WORDS[group]) for group in sorted(spread))
        yield said("AREAS_SPREAD", groups=", ".join(words))
    if _of(rows, destination)["status"].eq(SUPPRESSED).any():
        yield said("AREAS_HIDDEN", threshold=ceil(threshold_of(rows)))


def _effect(areas: AreaEstimates, destination: str) -> Iterator[str]:
    """Yield the effect of place on other migrants of a country."""
    place = areas.place
    for row in place[
        place["destination"].eq(destination) & place["group"].eq("other")
    ].itertuples():
        yield said(
            "EFFECT_OF_PLACE", before=people_alone(row.before_raking),
            national=people_alone(row.national), effect=row.effect, lower=row.lower,
            upper=row.upper,
        )  # fmt: skip


def _area(row: dict[str, Any]) -> str:
    return row["area_name"] or row["area"] or said("AREA_NOT_TOLD")


def _people(row: dict[str, Any], threshold: float) -> str:
    if row["status"] == SUPPRESSED:
        return said("AREA_HIDDEN")
    return people_range(
        row["mean"], row["lower"], row["upper"], sd=row["cv"] * row["mean"], mcse=row["mcse"],
        threshold=threshold,
    )  # fmt: skip


def _rate(row: dict[str, Any], rate: str) -> str:
    """Return a rate and its interval as whole numbers; empty without one."""
    if np.isnan(row[rate]):
        return ""
    lower, upper = (f"{row[f'{rate}_{end}']:.0f}" for end in ("lower", "upper"))
    return f"{row[rate]:.0f} ({said('FROM_TO', lower=lower, upper=upper)})"


@checked
def print_areas(areas: AreaEstimates, rows: pd.DataFrame, console: Console) -> None:
    """Print people in need by area on the terminal, and the effect of place.

    Parameters
    ----------
    areas
        The answer of `gecam.by_area`, persons.
    rows
        Those of `gecam.publish.rows_by_area` to print, persons.
    console
        Where it is printed: a text terminal of `rich`.
    """
    countries = rows["destination"].unique()
    table = areas_table(rows, is_one_country=len(countries) == 1)
    title = said("BY_AREA_OF_ALL", level=areas.rows.level)
    if len(countries) == 1:
        title = said("BY_AREA_OF", level=areas.rows.level, place=name_of(countries[0]))
    print_texts(console, table, title)
    for country in (c for c in countries if c in areas.tables):
        about = " ".join(_notes(areas, rows, country))
        if len(countries) > 1:
            about = said("LABELLED", label=name_of(country), text=about)
        console.print(plain_text(about))
    without = [name_of(c) for c in countries if c not in areas.tables]
    if without:
        console.print(said("WITHOUT_AREAS", places=", ".join(without)))


@checked
def area_map(
    areas: AreaEstimates,
    shapes: Shapes,
    *,
    destination: str,
    ax: Axes | None = None,
    scale: AxisScale = "log",
    threshold: NonNegative = SMALLEST_SHOWN,
) -> Drawn:
    """Draw people in need by area of a country, those that may be shown.

    Parameters
    ----------
    areas
        The answer of `gecam.by_area`, persons.
    shapes
        Polygons named by code or name of the area, such as `gecam.read_areas` reads; none are packaged.
    destination
        Country, by ISO3 code or name.
    ax
        Where to draw; a new figure by default.
    scale
        Of the colours: ``"log"``, where small areas can be read, or ``"linear"``, from 0.
    threshold
        As in `gecam.publish.rows_by_area`, persons, >= 0; 100 by default.

    Returns
    -------
    Drawn
        The axes, and artists ``areas`` and ``colorbar``, persons. Areas
        without a number, or with one that is not shown, are grey, which is not zero.

    Raises
    ------
    InputError
        If no shape has the code or name of an area.
    """
    from matplotlib.colors import LogNorm, Normalize

    from gecam.codes import country_code, fold
    from gecam.errors import InputError

    code = country_code(destination)
    rows = rows_by_area(areas, threshold=threshold)
    rows = rows[rows["destination"].eq(code) & rows["area"].ne(NOT_BY_AREA)]
    labels = {fold(str(shape)): str(shape) for shape in shapes.names}
    people = {
        labels.get(fold(row["area"]), labels.get(fold(row["area_name"]), row["area"])): row["mean"]
        for row in rows.to_dict("records")
    }
    if not people.keys() & set(labels.values()):
        raise InputError(
            f"no shape has the code or name of an area of {code}: areas are such as "
            f"{rows['area'].iloc[0]} ({rows['area_name'].iloc[0]}), shapes such as "
            f"{shapes.names[0]}. Give the column with codes or names "
            "(`gecam.read_areas(..., name=)`, --area-name)."
        )
    values = np.array([people.get(str(shape), np.nan) for shape in shapes.names])
    values[~(values > 0)] = np.nan
    is_log = scale == "log"
    words = "migrants in need, persons (logarithmic)" if is_log else "migrants in need, persons"
    ax, _, drawn = drawn_shapes(shapes, values, ax=ax, norm=LogNorm() if is_log else Normalize())
    drawn.set_clim(np.nanmin(values) if is_log else 0, np.nanmax(values))
    bar = ax.figure.colorbar(drawn, ax=ax, shrink=0.7, label=words)
    about = areas.rows.about
    case = f", {about.provenance.case}" if about is not None else ""
    title(ax, f"Migrants in need by area, {name_of(code)}{case}", width=7.2)
    with_number = {area: x for area, x in people.items() if not np.isnan(x)}
    ax.set_xlabel(not_drawn(with_number, shapes))
    return Drawn(ax, {"areas": drawn, "colorbar": bar})
