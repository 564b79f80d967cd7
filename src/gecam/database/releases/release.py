"""One release of a database: its rows, draws, inputs and standing."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from gecam.aggregation import Composition
from gecam.database.releases.release_rows import Answer, ReleaseNote, estimate_rows, of_plans
from gecam.database.releases.selection import estimates_frame, typed
from gecam.database.releases.writing import write_export
from gecam.database.storage import archive, schema
from gecam.database.storage.canonical import canonical_json
from gecam.database.storage.objects import ObjectStore
from gecam.database.storage.release_log import (
    Entry,
    Facts,
    Log,
    Tables,
    read_tables,
    snapshot,
    stored_arrays,
)
from gecam.errors import DatabaseError
from gecam.estimation import complete_estimates, estimate
from gecam.model import Case, Group, RegionalPlans
from gecam.results import CompleteEstimates, Estimates, PresentCount

EQUAL = 1e-9  # relative: another machine or library may differ in the last bits


@dataclass(frozen=True, eq=False)
class Release:
    """One release of a database: `Database.release` and ``db["2022.1"]`` return it.

    Every method reads and checks the release anew; nothing is kept in memory.
    """

    _path: Path
    _store: ObjectStore
    _entry: Entry

    @property
    def name(self) -> str:
        """Its name."""
        return self._entry.text("name")

    @property
    def root(self) -> str:
        """SHA-256 that stands for this release and everything before it."""
        return self._entry.text("root")

    @property
    def rows_root(self) -> str:
        """SHA-256 over the rows of this release alone; equal for equal rows."""
        return self._entry.text("rows_root")

    @property
    def released_on(self) -> str:
        """When it was released, UTC."""
        return self._entry.clock

    @property
    def is_replayable(self) -> bool:
        """Whether its inputs are stored."""
        return bool(self._entry.facts["is_replayable"])

    @property
    def standing(self) -> str:
        """``current``, ``superseded by ...`` or ``retracted: ...``."""
        return self.log().standing(self.name)

    def log(self) -> Log:
        """Return the log of its database: all releases, retractions and recorded exports."""
        with snapshot(self._path, self._store) as (_, log):
            return log

    def sibling(self, name: str) -> Release:
        """Return another release of the same database."""
        return Release(self._path, self._store, self.log().release(name))

    def note_export(self, seen: Log, suppressed: Collection[str], threshold: float) -> None:
        """Write into the log which of its rows an export suppressed.

        Parameters
        ----------
        seen
            The log as it was when the rows to suppress were chosen, with its column of exports.
        suppressed
            Ids of the rows that were not shown.
        threshold
            Number of people below which figures were not shown, >= 0.

        Raises
        ------
        DatabaseError
            If another export was written after `seen` was read, or nothing can be written.
        """
        text = canonical_json(sorted(map(schema.stored_key, suppressed))).decode()
        facts: Facts = {"name": self.name, "threshold": float(threshold), "suppressed": text}
        write_export(self._path, self._store, seen, facts)

    def estimates(self) -> pd.DataFrame:
        """Return all its rows; see `Database.estimates`."""
        with snapshot(self._path, self._store) as (connection, log):
            return estimates_frame(read_tables(connection, self._entry), self._entry, log)

    def inputs(self) -> pd.DataFrame:
        """Return one row per stored part of the inputs: rows, sources, object."""
        return self._frame("inputs")

    def sources(self) -> pd.DataFrame:
        """Return one row per source: publisher, title, edition, licence, hash of the file."""
        return self._frame("sources")

    def specification(self) -> pd.Series:
        """Return everything that was chosen, by name: seed, scope, versions, assumptions."""
        return self._frame("specifications").set_index("name")["value"]

    @property
    def measure(self) -> str:
        """What its people are: ``in_need``, ``severe``, ``affected`` or ``exposed``."""
        return self._entry.text("measure")

    @property
    def year(self) -> int:
        """Year of its crises."""
        return int(self._entry.text("as_of")[:4])

    @property
    def has_draws(self) -> bool:
        """Whether its draws are stored; without, they are made again from its inputs."""
        return archive.DRAWS in stored_arrays(self.tables())

    def load(self) -> Estimates:
        """Return the estimates, equal to those that were released, with their draws.

        Raises
        ------
        DatabaseError
            If the release holds no draws, and its inputs give other rows today.
        """
        if not self.has_draws:
            return of_plans(self._made_again())
        return archive.read_answer(self._store, stored_arrays(self.tables()))

    def run(self) -> dict[str, Any]:
        """Return the options of `gecam.estimate` that it was made with."""
        return archive.read_run(self._store, stored_arrays(self.tables()))

    def regional_plans(self) -> RegionalPlans | None:
        """Return the regional plans that it was made from; None where it holds none."""
        return archive.read_regional_plans(self._store, stored_arrays(self.tables()))

    def present(self) -> PresentCount:
        """Return whose count of people present it rests on; the register's without regional plans."""
        return archive.read_present(self._store, stored_arrays(self.tables()))

    def estimated(self) -> Answer:
        """Return what the installed version makes of its inputs, whether or not it is equal.

        Raises
        ------
        InputError
            If the release was made without inputs.
        """
        answer = estimate(self.case(), **self.run())
        plans = self.regional_plans()
        if plans is None:
            return answer
        return complete_estimates(answer, plans, present=self.present())

    def _made_again(self) -> Answer:
        """Return the answer made again; refuse one whose rows are not those that were released."""
        answer = self.estimated()
        made = typed(estimate_rows(answer, ReleaseNote("", ""))).set_index("id")["mean"]
        own = self.estimates().set_index("id")["mean"]
        is_equal = set(made.index) == set(own.index) and np.allclose(
            made[own.index], own, rtol=EQUAL, atol=0, equal_nan=True
        )
        if not is_equal:
            raise DatabaseError(
                f"release {self.name!r} holds no draws, and this version of gecam makes other numbers "
                "of its inputs. Its rows can be read; for draws use the version that it names."
            )
        return answer

    @property
    def has_regional_plans(self) -> bool:
        """Whether it holds people of regional plans, and with them the three totals."""
        return archive.REGIONAL in stored_arrays(self.tables())

    def complete(self) -> CompleteEstimates:
        """Return the answer with people of regional plans, equal to what was released.

        Raises
        ------
        InputError
            If the release holds none of them.
        DatabaseError
            If it holds no draws, and its inputs give other rows today.
        """
        if not self.has_draws and self.has_regional_plans:
            answer = self._made_again()
            if isinstance(answer, CompleteEstimates):
                return answer
        return archive.read_complete(self._store, stored_arrays(self.tables()), self.load())

    def compositions(self) -> Mapping[tuple[str, Group], Composition]:
        """Return who the people of each destination and group are, as `Estimates.compositions`."""
        return archive.read_compositions(self._store, stored_arrays(self.tables()))

    def case(self) -> Case:
        """Return the inputs that the release was made from.

        Raises
        ------
        InputError
            If the release was made without them.
        """
        return archive.read_stored_case(self._store, stored_arrays(self.tables()))

    def tables(self) -> Tables:
        """Return the rows of all its tables, checked."""
        with snapshot(self._path, self._store) as (connection, _):
            return read_tables(connection, self._entry)

    def _frame(self, table: str) -> pd.DataFrame:
        return pd.DataFrame(self.tables()[table], columns=list(schema.RELEASE_TABLES[table]))

    def __repr__(self) -> str:
        """Return one line: name, number of rows, beginning of the root."""
        facts = self._entry.facts
        return f"Release({self.name!r}: {facts['estimates_rows']} rows, root {self.root[:12]})"
