"""An answer as others may see it: of a release, or before there is one."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from gecam.database import schema
from gecam.database.checklist import gather
from gecam.database.release import Release
from gecam.database.rows import Revision, estimate_rows, source_rows, specification_rows
from gecam.database.selection import typed
from gecam.publish import Published, Thresholds, disclose, refuse_personal_data
from gecam.results import Estimates

SECRET_SPECIFICATIONS = ("seed", "config_sha256")
# What a source that is not public is published with.
NAMED = ("release", "id", "publisher", "title", "is_public")


def published(
    release: Release,
    *,
    thresholds: Thresholds | None = None,
    statements: Mapping[int, str] | None = None,
) -> Published:
    """Return what of a release may leave the house.

    Parameters
    ----------
    release
        As ``db["2022.1"]`` gives it.
    thresholds
        Below which figures are not shown; see `gecam.publish.disclose`.
    statements
        Answers to GATHER's items that no database knows, by number, 1 to 18.

    Raises
    ------
    InputError
        If the rows hold personal data.
    DatabaseError
        If anything read is not as it was written.
    """
    return _published(
        release.name,
        release.standing,
        release.estimates(),
        release.sources(),
        release.specification(),
        thresholds or Thresholds(),
        statements or {},
        is_replayable=release.is_replayable,
    )


def published_answer(
    estimates: Estimates,
    *,
    thresholds: Thresholds | None = None,
    statements: Mapping[int, str] | None = None,
) -> Published:
    """Return what of an answer may leave the house, as if it were released.

    Parameters
    ----------
    estimates
        The answer of `gecam.estimate`.
    thresholds, statements
        As in `published`.

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
    revision = Revision("", "")
    sources = pd.DataFrame(
        source_rows(estimates.sources, revision), columns=list(schema.RELEASE_TABLES["sources"])
    )
    chosen = pd.DataFrame(
        specification_rows(estimates, revision),
        columns=list(schema.RELEASE_TABLES["specifications"]),
    )
    return _published(
        estimates.provenance.case,
        "current",
        typed(estimate_rows(estimates, revision)),
        sources,
        chosen.set_index("name")["value"],
        thresholds or Thresholds(),
        statements or {},
        is_replayable=False,
    )


def _published(
    name: str,
    standing: str,
    rows: pd.DataFrame,
    sources: pd.DataFrame,
    said: pd.Series,
    thresholds: Thresholds,
    statements: Mapping[int, str],
    *,
    is_replayable: bool,
) -> Published:
    refuse_personal_data(rows, table="estimates")
    shown = disclose(rows, thresholds)
    sources = _sources(sources)
    if shown.has_secrets:
        said = said.drop(list(SECRET_SPECIFICATIONS))
    checklist = gather(
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
