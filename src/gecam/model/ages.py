"""Ages: migrants by three ages and sex, and people in need by age, as published."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import get_args

import numpy as np
import pandas as pd

from gecam._signature import check_fields
from gecam.codes import country_code
from gecam.errors import InputError, Problem
from gecam.model.footprint import Group
from gecam.model.frames import Column, check_frame
from gecam.model.source import UNKNOWN_SOURCE, Note, Source

AGES = ("0-17", "18-59", "60+")
"""Children, adults, older people, as humanitarian plans and UNHCR count them."""
AGE_COLUMNS = {
    "destination": Column("iso3"),
    "group": Column("text", values=frozenset(get_args(Group))),
    "sex": Column("text", values=frozenset({"female", "male", "total"})),
    "age": Column("text", values=frozenset(AGES)),
    "as_of": Column("date"),
    "people": Column("count"),
}
AGE_NEED_COLUMNS = {
    "destination": Column("iso3"),
    "age": Column("text", values=frozenset(AGES)),
    "in_need": Column("count"),
    "residents": Column("count"),
}
# Shares by age that a population can have; beyond them labels are likely mixed up.
PLAUSIBLE_CHILDREN = {"people": (0.005, 0.80), "residents": (0.10, 0.70)}
PLAUSIBLE_OLDER = {"people": (0.0, 0.75), "residents": (0.01, 0.40)}
MOST_IN_NEED = 1.1  # people in need per resident of one age
MOST_UNLIKE = 4.0  # share in need of one age over that of another


@dataclass(frozen=True, eq=False)
class AgeTable:
    """Migrants by age and sex in each destination, and people in need by age where a plan says so.

    Parameters
    ----------
    people
        One row per ``destination`` x ``group`` x ``sex`` x ``age`` (`AGES`): ``people``, persons,
        at ``as_of``. ``group`` is ``protection`` (refugees, asylum-seekers, others in need of
        protection) or ``other``; ``sex`` is ``female`` and ``male``, or ``total`` alone. A group
        that is absent has no published ages: its people stay of unknown age.
    needs
        One row per ``destination`` x ``age``: people ``in_need`` and ``residents`` of that age,
        persons.
    sources
        Where they come from.
    notes
        What was left out.

    Raises
    ------
    InputError
        If a cell breaks its rule, an age is absent, or a share by age is none that a population can
        have.
    """

    people: pd.DataFrame
    needs: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=[*AGE_NEED_COLUMNS]))
    sources: tuple[Source, ...] = ()
    notes: tuple[Note, ...] = ()

    def __post_init__(self) -> None:
        check_fields(self)
        key = ["destination", "group", "sex", "age"]
        people = check_frame(self.people, AGE_COLUMNS, table="ages", key=key)
        needs = check_frame(
            self.needs, AGE_NEED_COLUMNS, table="needs by age", key=["destination", "age"]
        )
        problems = [
            *_implausible(people, ["destination", "group", "sex"], "people", "ages"),
            *_implausible(needs, ["destination"], "residents", "needs by age"),
            *_unlike(needs),
        ]
        if problems:
            raise InputError(f"table of ages has {len(problems)} problem(s)", problems)
        object.__setattr__(self, "people", people.sort_values(key, ignore_index=True))
        object.__setattr__(self, "needs", needs)

    @property
    def source(self) -> Source:
        """The first of the sources; the user's own where none is given."""
        return self.sources[0] if self.sources else UNKNOWN_SOURCE

    def needs_of(self, destination: str) -> pd.Series | None:
        """Return the share in need of each age in a country, at most 1; None if not published.

        Parameters
        ----------
        destination
            Country, by ISO3 code or name.
        """
        rows = self.needs[self.needs["destination"].eq(country_code(destination))].set_index("age")
        if rows.empty:
            return None
        return (rows["in_need"] / rows["residents"]).clip(upper=1.0).reindex(list(AGES))


def _implausible(rows: pd.DataFrame, key: list[str], column: str, table: str) -> Iterator[Problem]:
    """Yield populations without one of the ages, and those with shares that none has."""
    wide = rows.pivot_table(column, key, "age", aggfunc="sum").reindex(columns=[*AGES])
    labels = wide.index.to_frame().itertuples(index=False)
    for label, by_age in zip(labels, wide.to_numpy(dtype=np.float64), strict=True):
        place = " x ".join(map(str, label))
        if absent := [age for age, n in zip(AGES, by_age, strict=True) if np.isnan(n)]:
            what, remedy = f"no people aged {', '.join(absent)}", "Give all three ages, or none."
            yield Problem(what, remedy, sheet=table, row=place, column="age", code="AGE_ABSENT")
            continue
        total = by_age.sum()
        for age, (low, high) in (
            ("0-17", PLAUSIBLE_CHILDREN[column]),
            ("60+", PLAUSIBLE_OLDER[column]),
        ):
            share = by_age[AGES.index(age)] / total if total else np.nan
            if not low <= share <= high:
                yield Problem(
                    f"{share:.1%} are aged {age}, where {low:.1%} to {high:.1%} is plausible",
                    "Labels of ages are likely mixed up, or ages are absent: correct or leave out.",
                    sheet=table, row=place, column="age", code="AGE_SHARE",
                )  # fmt: skip


def _unlike(needs: pd.DataFrame) -> Iterator[Problem]:
    """Yield destinations with more in need than there are, or with ages too unlike each other."""
    for place, rows in needs.groupby("destination", sort=True):
        share = rows["in_need"] / rows["residents"]
        if (share > MOST_IN_NEED).any() or share.max() > MOST_UNLIKE * share.min():
            yield Problem(
                f"shares in need by age of {', '.join(f'{x:.1%}' for x in share)}",
                f"They must be at most 100 % and within a factor of {MOST_UNLIKE:g}: labels of ages "
                "are likely mixed up.",
                sheet="needs by age", row=str(place), column="in_need", code="AGE_NEED",
            )  # fmt: skip
