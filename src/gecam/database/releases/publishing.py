"""Estimates as they may be published, small figures suppressed, with or without a release."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from gecam._signature import checked
from gecam.database.releases.checklist import release_checklist
from gecam.database.releases.earlier_exports import earlier_exports, shares_table, suppressed_before
from gecam.database.releases.release import Release
from gecam.database.releases.release_rows import (
    Answer,
    ReleaseNote,
    estimate_rows,
    of_plans,
    regional_sources,
    source_rows,
    specification_rows,
)
from gecam.database.releases.selection import typed
from gecam.database.storage import schema
from gecam.errors import DatabaseError
from gecam.publish import (
    SUPPRESSED,
    Disclosed,
    Published,
    Thresholds,
    disclose,
    refuse_personal_data,
)
from gecam.results import is_translated

SECRET_SPECIFICATIONS = ("seed", "config_sha256")
# What a source that is not public is published with.
NAMED = ("release", "id", "publisher", "title", "is_public")


@checked
def published(
    release: Release,
    *,
    thresholds: Thresholds | None = None,
    statements: Mapping[int, str] | None = None,
) -> Published:
    """Return the rows of a release that may be published, small figures suppressed.

    Where the release rests on an input that is not public, the database notes what is suppressed:
    figures of later releases must not give it away. What this returns counts as exported.

    Parameters
    ----------
    release
        A release of a database by its name, ``db["2022.1"]``.
    thresholds
        Below which figures are not shown; see `gecam.publish.disclose`.
    statements
        Answers to GATHER's items that no database knows, by number, 1 to 18.

    Returns
    -------
    Published
        Tables as they may be shown.

    Raises
    ------
    InputError
        If the rows hold personal data, or earlier exports give away what must be suppressed.
    DatabaseError
        If anything read is not as it was written, or what is suppressed cannot be noted.
    """
    return _published(
        release.name,
        release.standing,
        _disclosed(release, thresholds or Thresholds()),
        release.sources(),
        release.specification(),
        statements or {},
        is_replayable=release.is_replayable,
    )


@checked
def published_answer(
    answer: Answer,
    *,
    thresholds: Thresholds | None = None,
    statements: Mapping[int, str] | None = None,
) -> Published:
    """Return the rows of an answer that may be published, as if they were released.

    Parameters
    ----------
    answer
        The answer of `gecam.estimate`, or of `gecam.complete_estimates`: then with the three totals and
        a row for each cell of regional plans.
    thresholds, statements
        As in `published`.

    Returns
    -------
    Published
        Tables as they may be shown.

    Raises
    ------
    InputError
        If the rows hold personal data.

    Examples
    --------
    >>> from gecam.database import published_answer
    >>> case = gc.load_edition("2022").restrict(["SDN", "YEM"])
    >>> answer = published_answer(gc.estimate(case, draws=100, seed=1))
    >>> answer.rows.loc[answer.rows["breakdown"].eq("destination"), "iso3"].tolist()
    ['SDN', 'YEM']
    """
    thresholds = thresholds or Thresholds()
    revision = ReleaseNote("", "")
    estimates = of_plans(answer)
    rows = typed(estimate_rows(answer, revision))
    refuse_personal_data(rows, table="estimates")
    sources = pd.DataFrame(
        source_rows((*estimates.sources, *regional_sources(answer)), revision),
        columns=list(schema.RELEASE_TABLES["sources"]),
    )
    chosen = pd.DataFrame(
        specification_rows(answer, revision),
        columns=list(schema.RELEASE_TABLES["specifications"]),
    )
    return _published(
        estimates.provenance.case,
        "current",
        disclose(rows, thresholds, shares=shares_table(estimates.compositions)),
        sources,
        chosen.set_index("name")["value"],
        statements or {},
        is_replayable=False,
    )


def _in_language(rows: pd.DataFrame, release: Release) -> pd.DataFrame:
    """Return stored rows, whose reasons are English, with these in the language of the block."""
    if not is_translated():
        return rows
    answer = release.complete() if release.has_regional_plans else release.load()
    said = typed(estimate_rows(answer, ReleaseNote("", ""))).set_index("id")["reason"]
    reasons = rows["id"].map(said).fillna(rows["reason"])
    return rows.assign(reason=reasons.where(rows["reason"].ne(""), ""))


def _disclosed(release: Release, thresholds: Thresholds) -> Disclosed:
    """Return the rows of a release that may be shown; note what of them is suppressed."""
    rows = _in_language(release.estimates(), release)
    refuse_personal_data(rows, table="estimates")
    if rows["is_public"].all():
        return disclose(rows, thresholds)
    log = release.log()
    before = suppressed_before(log, release.name, thresholds.national)
    shown = disclose(
        rows,
        thresholds,
        shares=shares_table(release.compositions()),
        earlier=earlier_exports(release, rows, log),
        suppressed=before,
    )
    if before is None:
        hidden = shown.rows["id"][shown.rows["status"].eq(SUPPRESSED)]
        try:
            release.note_export(log, hidden.tolist(), thresholds.national)
        except DatabaseError as error:
            raise DatabaseError(
                f"release {release.name!r} was not exported: what is suppressed must be noted, so that "
                f"later exports do not give it away. {error}"
            ) from error
    return shown


def _published(
    name: str,
    standing: str,
    shown: Disclosed,
    sources: pd.DataFrame,
    said: pd.Series,
    statements: Mapping[int, str],
    *,
    is_replayable: bool,
) -> Published:
    sources = _sources(sources)
    if shown.has_secrets:
        said = said.drop(list(SECRET_SPECIFICATIONS))
    checklist = release_checklist(
        shown.rows, sources, said, is_replayable=is_replayable, statements=statements
    )
    return Published(name, standing, shown, sources, said, checklist)


def _sources(sources: pd.DataFrame) -> pd.DataFrame:
    """Return the sources; of one that is not public only that it was used."""
    sources = sources.astype({"is_public": bool})
    hidden = ~sources["is_public"].to_numpy()
    secret = [column for column in sources.columns if column not in NAMED]
    sources.loc[hidden, secret] = ""
    return sources
