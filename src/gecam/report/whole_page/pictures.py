"""The pictures of the report, with their captions.

A picture has English words in it, or none: in another language its words stand beside it as a key, so
that the browser, which knows how letters are joined and in which direction they run, sets them. The
picture then has digits of the language, grades, and codes of countries.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from gecam.report.figures import LARGEST, draw_intervals
from gecam.report.figures_world import NUMBERED, draw_world
from gecam.report.sentences import said
from gecam.report.style import BLUE, GREEN, ORANGE, PINK
from gecam.report.translation import language, place_name
from gecam.report.words import spoken
from gecam.report.years import COLOURS, series_lines
from gecam.results import in_language, rounded_rows

if TYPE_CHECKING:
    import pandas as pd

    from gecam.evaluation import YearSeries
    from gecam.results import Estimates

DPI = 130
PHONE = 4.4  # inches: a figure whose letters can be read on a narrow screen
DRAW = {"world": draw_world, "intervals": draw_intervals}
WORDS = {"world": "MAP_WORDS", "intervals": "INTERVALS_WORDS"}
CAPTIONS = {"world": "MAP_CAPTION", "intervals": "INTERVALS_CAPTION"}
LINES = {BLUE: "blue", ORANGE: "orange", GREEN: "green", PINK: "pink"}  # names in page.css


class Mark(NamedTuple):
    """A mark of a picture, and what it means.

    Parameters
    ----------
    look
        Class of the style; empty for the colour of the text.
    sign
        As it looks in the picture.
    words
        What it means.
    """

    look: str
    sign: str
    words: str


def pictures_of(places: pd.DataFrame, est: Estimates) -> list[dict[str, Any]]:
    """Return the pictures of countries; none where no country has a figure to draw.

    Parameters
    ----------
    places
        ``place``, statistics of people, and ``is_hidden``: whether the figure is not shown.
    est
        The answer, for its case and the level of its intervals.
    """
    hidden = int(places["is_hidden"].sum())
    table = places[~places["is_hidden"]]
    if table["mean"].isna().all():
        return []
    look: dict[str, Any] = {"title": est.provenance.case, "level": est.level}
    look["has_words"] = has_words = language() == "en"
    return [
        {
            "picture": draw(table, **look).picture(said(WORDS[kind]), dpi=DPI),
            "narrow": draw(table, width=PHONE, **look).picture("", dpi=DPI),
            "caption": said(
                CAPTIONS[kind],
                level=est.level,
                hidden=said("COUNTRIES_HIDDEN", number=hidden) if hidden else "",
            ),
            "kind": kind,
            "key": () if has_words else KEYS[kind](table, est.level),
        }
        for kind, draw in DRAW.items()
    ]


def series_picture(years: YearSeries) -> dict[str, Any]:
    """Return the picture of a series."""
    has_words = language() == "en"
    return {
        "picture": series_lines(years, has_words=has_words).picture(said("YEARS_WORDS"), dpi=DPI),
        "caption": said("YEARS_CAPTION", level=years.level),
        "kind": "years",
        "key": () if has_words else tuple(_of_years(years)),
    }


def _of_map(table: pd.DataFrame, level: float) -> tuple[Mark, ...]:
    """Return what the marks of the map mean, and the places and people of its numbers."""
    rows = table.dropna(subset="mean").sort_values("mean", ascending=False, kind="stable")
    rows = rows.head(NUMBERED)
    return (
        Mark("ring", "○", said("KEY_MEAN")),
        Mark("blue", "●", said("KEY_LOWER_END")),
        Mark("pale", "●", said("KEY_UPPER_END", level=level)),
        *((Mark("orange", "×", said("NO_ESTIMATE")),) if table["mean"].isna().any() else ()),
        Mark("", "M", said("KEY_MILLION")),
        *(
            Mark("", str(rank), said("LABELLED", label=place_name(place), text=people))
            for rank, (place, people) in enumerate(
                zip(rows["place"], _people(rows), strict=True), start=1
            )
        ),
    )


def _people(rows: pd.DataFrame) -> Iterator[str]:
    """Yield people of each row with their interval, as text."""
    for mean, *ends in rounded_rows(rows).texts():
        lower, upper = map(spoken, ends)
        yield f"{spoken(mean)}{said('IN_INTERVAL', lower=lower, upper=upper)}"


def _of_intervals(table: pd.DataFrame, level: float) -> tuple[Mark, ...]:
    """Return what the marks of ranked intervals mean, and the countries of its codes."""
    rows = table.dropna(subset="mean").sort_values("mean", ascending=False)
    places = rows["place"].head(LARGEST)
    return (
        Mark("blue", "●", said("MEAN_ALONE_COLUMN")),
        Mark("blue", "━", said("KEY_INTERVAL", level=level)),
        Mark("blue", "◂", said("KEY_GOES_ON")),
        Mark("orange", "|", said("AT_ONE_COLUMN")),
        Mark("", "M", said("KEY_MILLION")),
        Mark("", "k", said("KEY_THOUSAND")),
        *(Mark("", place, place_name(place)) for place in places),
    )


def _of_years(years: YearSeries) -> Iterator[Mark]:
    """Yield what the lines of a series mean."""
    for total in years.totals["total"].unique():
        yield Mark(LINES[COLOURS[str(total)]], "━", in_language(str(total)))
    yield Mark("grey", "┅", said("KEY_SAME_COUNTRIES"))
    yield Mark("", "M", said("KEY_MILLION"))


KEYS = {"world": _of_map, "intervals": _of_intervals}
