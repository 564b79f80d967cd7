"""The database of estimates: releases that are never edited, read with checks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pandas as pd
import xarray as xr

from gecam._signature import checked
from gecam._typing import NonNegative, WholeNumber
from gecam.database.releases.checklist import release_checklist
from gecam.database.releases.diff import Diff
from gecam.database.releases.export import Export, ExportFormat, export
from gecam.database.releases.release import Release
from gecam.database.releases.release_diff import release_diff
from gecam.database.releases.release_rows import ReleaseNote
from gecam.database.releases.replay import Replay, replay
from gecam.database.releases.selection import Words, estimates_frame, releases_frame, select
from gecam.database.releases.writing import write_release, write_retraction
from gecam.database.storage.connection import create_catalogue
from gecam.database.storage.integrity import Verification, verify
from gecam.database.storage.objects import ObjectStore
from gecam.database.storage.packing import pack, unpack
from gecam.database.storage.release_log import Log, read_tables, snapshot
from gecam.database.storage.sweeping import YOUNG, Sweep, sweep
from gecam.database.storage.witness import read_witness
from gecam.errors import DatabaseError
from gecam.model import Case
from gecam.publish import Thresholds
from gecam.results import CompleteEstimates, Dimension, Estimates


def resolved(path: str | Path) -> Path:
    """Return the file that a path leads to: objects are beside it, whatever links lead there."""
    try:
        return Path(path).resolve()
    except (OSError, RuntimeError) as error:
        raise DatabaseError(f"the path {path} leads to no file: {error}") from error


def objects_beside(path: Path) -> Path:
    """Return the folder of the objects of a database."""
    return path.with_name(f"{path.name}.objects")


class Database:
    """A database of estimates: one SQLite file, and its objects in a folder beside it.

    Every read checks what it returns: number and SHA-256 root of the rows of each release, the
    chain of releases, the hash of every object. A read gives what was written, or an error.

    Parameters
    ----------
    path
        The file, such as ``"estimates.gecam"``; draws and inputs are in ``estimates.gecam.objects``.
        Any SQL tool can read it.
    create
        Make it if it does not exist.

    Raises
    ------
    DatabaseError
        If there is none and `create` is false, or it cannot be made.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> from gecam.database import Database
    >>> from gecam.datasets import load_edition
    >>> from gecam.estimation import estimate
    >>> folder = tempfile.TemporaryDirectory()
    >>> db = Database(pathlib.Path(folder.name) / "estimates.gecam")
    >>> case = load_edition("2022").restrict(["SDN", "YEM"])
    >>> release = db.release(estimate(case, draws=100, seed=1), name="2022.1", reason="first")
    >>> db.estimates(breakdown="destination")["iso3"].tolist()
    ['SDN', 'YEM']
    >>> db.replay("2022.1").verdict
    'identical'
    >>> folder.cleanup()
    """

    @checked
    def __init__(self, path: str | Path, *, create: bool = True) -> None:
        self.path = resolved(path)
        self._store = ObjectStore(objects_beside(self.path))
        if not self.path.exists():
            if not create:
                raise DatabaseError(f"there is no database {self.path}")
            if read_witness(self._store.folder) is not None:
                raise DatabaseError(
                    f"the catalogue {self.path} is gone, but its objects are there. Restore it from "
                    f"a copy, or remove {self._store.folder} to begin anew."
                )
            create_catalogue(self.path)

    # -- writing ----------------------------------------------------------------------------------

    @checked
    def release(
        self,
        estimates: Estimates | CompleteEstimates,
        *,
        name: str,
        reason: str,
        case: Case | None = None,
        supersedes: str = "",
        draws: bool = True,
    ) -> Release:
        """Add a release; it is on disk when this returns.

        Parameters
        ----------
        estimates
            The answer of `gecam.estimate`, or of `gecam.complete_estimates`: then the release holds the
            three totals, and a row for each cell of regional plans.
        name
            Such as ``"2022.1"``; never used before. Letters, digits, ``.``, ``_``, ``-``.
        reason
            Why it was made: one sentence, at least one word, that readers see.
        case
            The inputs, where the estimates do not hold them themselves (``estimates.case``). They
            are stored, so that the release can be made again (`replay`) and its difference from
            another be explained (`diff`). Without them it can only be read.
        supersedes
            Name of the release that this one replaces; empty by default. Both stay; every later
            read says so.
        draws
            False for a release of rows and inputs alone, a hundredth of the size: what asks for its
            draws makes them again from its inputs, and refuses where its rows do not come out. True
            by default.

        Returns
        -------
        Release
            Its ``root`` stands for this release and all before it: note it outside the database,
            and `verify` compares.

        Raises
        ------
        InputError
            If the name is taken or malformed, the reason is empty, or `case` or the release that is
            replaced is another one, or of another measure.
        DatabaseError
            If it could not be written; the database is then as it was.
        """
        revision = ReleaseNote(name, reason, supersedes)
        entry = write_release(self.path, self._store, estimates, revision, case, has_draws=draws)
        return Release(self.path, self._store, entry)

    def retract(self, name: str, reason: str) -> str:
        """Say that a release must not be used, and why; return the new root.

        The release stays as it is. Every later read and export shows the retraction.

        Parameters
        ----------
        name
            Name of the release.
        reason
            Why it must not be used: one sentence, at least one word, that readers see.

        Returns
        -------
        str
            SHA-256 that stands for everything in the database, the retraction included.

        Raises
        ------
        InputError
            If there is no such release, it is retracted already, or the reason is empty.
        """
        return write_retraction(self.path, self._store, name, reason).text("root")

    @checked
    def sweep(self, *, minimum_age: NonNegative = YOUNG, is_dry: bool = False) -> Sweep:
        """Remove objects that no release needs, such as those of releases that were interrupted.

        Parameters
        ----------
        minimum_age
            Age in seconds, >= 0, one hour by default: younger objects are spared, as a release that
            is being written may need them.
        is_dry
            True to say what would be removed, and remove nothing.

        Returns
        -------
        Sweep
            Names and bytes of the files.

        Raises
        ------
        DatabaseError
            If the catalogue cannot be read; nothing is removed then.
        """
        return sweep(self.path, self._store, minimum_age=minimum_age, is_dry=is_dry)

    # -- reading ----------------------------------------------------------------------------------

    @checked
    def releases(self, *, known_on: str = "") -> pd.DataFrame:
        """Return one row per release, in order.

        Parameters
        ----------
        known_on
            The log as it stood at the end of a day, ``YYYY-MM-DD`` (UTC), or at a moment,
            ``YYYY-MM-DDTHH:MM:SSZ``. Whatever else it says is an error.

        Returns
        -------
        pandas.DataFrame
            ``name``, ``as_of`` (last reference date of its crises), ``case``, ``scope``,
            ``measure``, ``rows``, ``is_replayable``, ``supersedes``, ``reason``, ``standing``
            (``current``, ``superseded by ...``, ``retracted: ...``), ``root``, ``released_on``.
        """
        return releases_frame(self._log().known_on(known_on))

    @checked
    def estimates(
        self,
        release: str = "",
        *,
        country: Words = (),
        crisis: Words = (),
        year: WholeNumber | None = None,
        scope: Words = (),
        grade: Words = (),
        breakdown: Words = (),
        group: Words = (),
        origin: Words = (),
        known_on: str = "",
    ) -> pd.DataFrame:
        """Return rows of estimates: of one release, or of all that are current.

        Parameters
        ----------
        release
            Name of a release, whatever its standing; by default all releases that are neither
            superseded nor retracted.
        country, crisis, scope, grade, breakdown, group, origin
            A word or several, as in the columns ``iso3``, ``crisis``, ``scope``, ``grade``,
            ``breakdown``, ``group``, ``origin``. Countries and origins by code or name.
        year
            Year of ``as_of``, such as 2022.
        known_on
            What the database said then: a day or a moment, as in `releases`.

        Returns
        -------
        pandas.DataFrame
            The columns of the table ``estimates``, then ``standing`` and ``released_on``. Persons at
            full precision. A release holds several breakdowns (``total``, ``destination``,
            ``crisis``, ``cell``, ``origin`` ...); rows of two breakdowns never add.

        Raises
        ------
        InputError
            If there is no such release, a word occurs nowhere in its column, or `year` or `known_on`
            is no year or day.
        DatabaseError
            If anything read is not as it was written.
        """
        with snapshot(self.path, self._store) as (connection, log):
            then = log.known_on(known_on)
            chosen = [then.release(release)] if release else then.current
            frames = [estimates_frame(read_tables(connection, r), r, then) for r in chosen]
        wanted = {
            "iso3": country, "crisis": crisis, "scope": scope, "grade": grade,
            "breakdown": breakdown, "group": group, "origin": origin,
        }  # fmt: skip
        return select(frames, wanted, year)

    @checked
    def draws(self, release: str, *by: Dimension) -> xr.DataArray:
        """Return the draws of a release, persons; dimensions ``row`` and ``draw``, labelled.

        Parameters
        ----------
        release
            Name of the release.
        *by
            Names of dimensions as in `Estimates.by`; none: one row per estimation cell (crisis,
            destination, group).

        Returns
        -------
        xarray.DataArray
            Persons, shape ``(row, draw)``; NaN where not estimated.

        Raises
        ------
        InputError
            If there is no such release.
        DatabaseError
            If anything read is not as it was written.
        """
        estimates = self[release].load()
        dimensions = by or ("crisis", "destination", "group")
        return estimates.by(*dimensions, draws="corridor").to_xarray(is_stacked=True)

    # -- checking and comparing -------------------------------------------------------------------

    @checked
    def verify(self, *, expected_root: str = "") -> Verification:
        """Read and check everything: log, rows, objects, and SQLite's own structure.

        Parameters
        ----------
        expected_root
            A root noted earlier: everything up to that entry must still be what it was. Without it
            accidents are found, but not a database that was made anew to look the same.

        Raises
        ------
        DatabaseError
            With everything that is wrong.
        """
        return verify(self.path, self._store, expected_root)

    def replay(self, name: str) -> Replay:
        """Make a release again from its stored inputs, with the installed version, and compare.

        Parameters
        ----------
        name
            Name of the release.

        Returns
        -------
        Replay
            The verdict, and what differs.

        Raises
        ------
        InputError
            If there is no such release, or it holds no inputs.
        """
        return replay(self[name])

    @checked
    def diff(self, old: str, new: str, *, country: str = "", by_cause: bool = True) -> Diff:
        """Compare two releases: by row, by cause, as a revision; of two years as `gecam.series` does.

        Parameters
        ----------
        old, new
            Names of two releases, the earlier one first.
        country
            By ISO3 code or name: explain the rows of this country only, which takes seconds.
        by_cause
            Divide the changes among data, method, seed and code; this runs the estimation again, once
            for each mixture of the things that differ.

        Returns
        -------
        Diff
            Changes by row in persons, their causes, and statistics of the revision. Between years:
            changes of the countries and groups whose figures are of one kind in both, with the causes
            of a series (`gecam.evaluation.YEAR_CAUSES`); what is not in both has no change and says
            why.

        Raises
        ------
        InputError
            If there is no such release, the two are of different measures, or one of two years
            holds no inputs.
        """
        return release_diff(self[old], self[new], country=country, by_cause=by_cause)

    @checked
    def export(
        self,
        name: str,
        folder: str | Path,
        *,
        format: ExportFormat = "csv",  # noqa: A002 -- the word that everybody uses
        hxl: bool = False,
        draws: bool = False,
        thresholds: Thresholds | None = None,
        statements: Mapping[int, str] | None = None,
    ) -> Export:
        """Write a release for others, in a folder of its own: all files, or none.

        Parameters
        ----------
        name
            The release. If it is superseded or retracted, every file says so.
        folder
            Path of the folder that is made; it must not exist, or be empty.
        format
            ``csv``; ``parquet``; ``xlsx`` (one workbook); ``datapackage`` (Frictionless, CSV);
            ``sdmx`` (SDMX-CSV 2.0 and its structure definition); ``hdx`` (columns of HDX HAPI, HXL,
            data package, SDMX, dictionary of data, data card and the form of a dataset; without
            figures whose inputs are not public). All come with sources, specification, GATHER's
            checklist, RO-Crate metadata, citation and checksums.
        hxl
            Add a row of HXL hashtags below the header of the estimates (``csv``, ``xlsx``).
        draws
            Add the draws of the cells (``parquet``); refused where figures are suppressed.
        thresholds
            Below which figures are not shown; see `gecam.publish.disclose`.
        statements
            Answers to GATHER's items that no database knows, by number from 1 to 18:
            ``{2: "Funded by ..."}``.

        Returns
        -------
        Export
            Paths of the files, and what was suppressed.

        Raises
        ------
        InputError
            If there is no such release, or options do not go together.
        DatabaseError
            If the folder is not empty or cannot be written; nothing is left behind.
        MissingExtraError
            If the format needs a library that is not installed.
        """
        return export(
            self[name],
            Path(folder),
            format,
            hxl=hxl,
            draws=draws,
            thresholds=thresholds or Thresholds(),
            statements=statements or {},
        )

    @checked
    def gather(self, name: str, *, statements: Mapping[int, str] | None = None) -> pd.DataFrame:
        """Return GATHER's checklist of a release, "not done" where nothing is known.

        Parameters
        ----------
        name
            Name of the release.
        statements
            Answers by number of the item, 1 to 18, as in `export`.

        Returns
        -------
        pandas.DataFrame
            One row per item.

        Raises
        ------
        InputError
            If there is no such release, or no item of such a number.
        """
        release = self[name]
        return release_checklist(
            release.estimates(),
            release.sources(),
            release.specification(),
            is_replayable=release.is_replayable,
            statements=statements or {},
        )

    def pack(self, file: str | Path) -> None:
        """Write the whole database, verified, into one SQLite file.

        Parameters
        ----------
        file
            Path of the file, which must not exist.

        Raises
        ------
        DatabaseError
            If anything is damaged, or `file` exists or cannot be written.
        """
        pack(self.path, self._store, Path(file))

    @classmethod
    @checked
    def unpack(cls, file: str | Path, path: str | Path, *, expected_root: str = "") -> Database:
        """Make a database at `path` from a packed file, and verify it.

        Objects in the file that no release needs are left out.

        Parameters
        ----------
        file
            Path of the packed file, as `pack` writes it.
        path
            Path of the database to make, which must not exist; its objects go to a folder beside it.
        expected_root
            Root that was noted when it was packed, 64 hexadecimal digits; empty by default: not
            compared.

        Returns
        -------
        Database
            The new one.

        Raises
        ------
        DatabaseError
            If the file is damaged or no packed database, its root is another one, or `path` exists.
        """
        target = resolved(path)
        unpack(Path(file), target, ObjectStore(objects_beside(target)), expected_root)
        return cls(target, create=False)

    @property
    def root(self) -> str:
        """Root of the last entry: it stands for everything in the database."""
        return self._log().root

    def __getitem__(self, name: str) -> Release:
        """Return a release by name; raise `InputError` if there is none."""
        return Release(self.path, self._store, self._log().release(name))

    def __contains__(self, name: object) -> bool:
        """Whether there is a release of this name."""
        return name in self._log().by_name

    def __iter__(self) -> Iterator[Release]:
        """Yield the releases in order."""
        yield from (Release(self.path, self._store, entry) for entry in self._log().releases)

    def __len__(self) -> int:
        """Return the number of releases."""
        return len(self._log().releases)

    def __repr__(self) -> str:
        """Return one line: file and number of releases."""
        return f"Database({self.path.name!r}: {len(self)} releases)"

    def _log(self) -> Log:
        with snapshot(self.path, self._store) as (_, log):
            return log
