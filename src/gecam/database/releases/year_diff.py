"""The difference between releases of two years: read as the series of years reads it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd

from gecam.codes import country_code, region
from gecam.database.releases.causes import Causes
from gecam.database.releases.diff import Diff
from gecam.database.releases.release import EQUAL, Release
from gecam.errors import InputError
from gecam.estimation import estimate
from gecam.evaluation import YEAR_CAUSES, AnsweredYear, answered_year, year_changes
from gecam.results import ROW_LABELS, message

PEOPLE = ("old", "new", "change", "lower", "upper")


def year_diff(old: Release, new: Release, *, country: str, by_cause: bool) -> Diff:
    """Compare releases of two years, both by the method, seed and draws of the second.

    Raises
    ------
    InputError
        If a release holds no inputs (what its figures are of cannot be told then), or none has a figure
        of `country`.
    """
    for release in (old, new):
        if not release.is_replayable:
            raise InputError(
                f"release {release.name!r} holds no inputs: a difference between years is of figures "
                "of one kind, which cannot be told without."
            )
    place = country_code(country) if country else ""
    years = [_answered(release, like=new, country=place) for release in (old, new)]
    changes = year_changes(*years, level=years[1].answer.level, by_cause=by_cause)
    if place:
        changes = changes[changes["destination"].eq(place)]
    rows = pd.DataFrame(_rows(changes)).set_index("id")
    parts = rows.loc[rows["what"].eq("in both"), list(YEAR_CAUSES)].dropna()
    return Diff(
        old.name, new.name, rows.drop(columns=list(YEAR_CAUSES)),
        Causes(parts, 0) if by_cause else None, "" if by_cause else "not asked for",
        (old.year, new.year), _note([*zip((old, new), years, strict=True)]),
    )  # fmt: skip


def _answered(release: Release, *, like: Release, country: str) -> AnsweredYear:
    """Return the year of a release, estimated as another release was."""
    case = replace(release.case(), assumptions=like.case().assumptions)
    if country:
        if country not in case.destinations:
            raise InputError(f"no row of {release.name!r} is of country {country!r}")
        case = case.restrict(country)
    return answered_year(case, estimate(case, **like.run()), release.regional_plans())


def _rows(changes: pd.DataFrame) -> Iterator[dict[str, object]]:
    """Yield rows of cells, of countries whose groups are all in both years, and of sums."""
    cells = changes[changes["destination"].ne("all")]
    for row in changes.to_dict("records"):
        is_sum = row["destination"] == "all"
        labels = (row["what"],) if is_sum else (row["destination"], row["group"])
        yield _row("panel" if is_sum else "destination_group", labels, row)
    for place, rows in cells.groupby("destination"):
        if rows["what"].eq("in both").all():
            # of means and causes alone: an interval of the sum would need its draws
            sums = rows[["old", "new", "change", *YEAR_CAUSES]].sum(skipna=False).to_dict()
            ends = rows[["lower", "upper"]].iloc[0].to_dict() if len(rows) == 1 else {}
            about = {"what": "in both", "destination": place, "group": ""}
            yield _row("destination", (str(place),), about | sums | ends)


def _row(breakdown: str, labels: tuple[str, ...], row: dict[str, object]) -> dict[str, object]:
    """Return one row in the columns of a comparison."""
    place = "" if breakdown == "panel" else str(row["destination"])
    about = {
        "breakdown": breakdown, "iso3": place, "region": region(place) if place else "",
        "group": "" if breakdown == "panel" else str(row["group"]),
    }  # fmt: skip
    numbers = {name: row.get(name, np.nan) for name in (*PEOPLE, *YEAR_CAUSES)}
    return {
        "id": "/".join([breakdown, *map(str, labels)]), **dict.fromkeys(ROW_LABELS, ""), **about,
        "what": row["what"], "old_lower": np.nan, "old_upper": np.nan, "is_inside": None, **numbers,
    }  # fmt: skip


def _note(years: list[tuple[Release, AnsweredYear]]) -> str:
    """Return which release has other figures than the method and seed of the second give."""
    apart = []
    for release, year in years:
        stored = release.estimates().set_index("id")["mean"]
        rows = year.answer.by("destination", "group")
        keys = ["/".join(["destination_group", *map(str, x)]) for x in rows.labels.to_numpy()]
        made = rows.summary()["mean"].to_numpy()
        if not np.allclose(made, stored.reindex(keys), rtol=EQUAL, atol=0, equal_nan=True):
            apart.append(release.name)
    if not apart:
        return ""
    both = " and ".join(apart)
    return str(message("BY_METHOD_OF", release=years[1][0].name, others=both))
