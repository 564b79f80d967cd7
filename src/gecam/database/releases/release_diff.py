"""Two releases compared: of one year row by row and by cause, of two years as their series."""

from __future__ import annotations

from gecam.codes import country_code
from gecam.database.releases.causes import causes
from gecam.database.releases.diff import Diff, compared_rows
from gecam.database.releases.release import Release
from gecam.database.releases.year_diff import year_diff
from gecam.errors import InputError
from gecam.results import message


def release_diff(old: Release, new: Release, *, country: str, by_cause: bool) -> Diff:
    """Compare two releases, the earlier one first; see `Database.diff`."""
    if old.measure != new.measure:
        raise InputError(
            f"{old.name!r} is of the measure {old.measure} and {new.name!r} of {new.measure}: the "
            "difference would be no change. Compare releases of one measure."
        )
    if old.year != new.year:
        return year_diff(old, new, country=country, by_cause=by_cause)
    rows = compared_rows(old.estimates(), new.estimates())
    if country:
        country = country_code(country)
        rows = rows[rows["iso3"].eq(country)]
        if rows.empty:
            raise InputError(f"no row of {old.name!r} or {new.name!r} is of country {country!r}")
    means = rows.loc[rows["change"].notna(), ["old", "new"]]
    without_inputs = [release.name for release in (old, new) if not release.is_replayable]
    if not by_cause:
        why = message("NOT_ASKED_FOR")
    elif without_inputs:
        why = message("WITHOUT_INPUTS", release=without_inputs[0])
    elif means.empty:
        why = message("NO_ROW_IN_BOTH")
    else:
        return Diff(old.name, new.name, rows, causes(old, new, means, country=country))
    return Diff(old.name, new.name, rows, None, str(why))
