"""A release made again from its stored inputs, and compared with what was released."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from gecam._typing import FloatArray
from gecam.database.releases.release import EQUAL, Release
from gecam.database.releases.release_rows import Answer, ReleaseNote, estimate_rows, of_plans
from gecam.database.releases.selection import typed
from gecam.database.storage import schema
from gecam.estimation import FIRST_METHOD, METHOD, changes_since
from gecam.results import CompleteEstimates, Estimates, Message

Verdict = Literal["identical", "equal within 1e-9", "different"]
# What a release says of itself, and of the versions it was made with, is not compared. Nor are
# sentences, which may be worded or translated anew: their codes and values are (`messages_apart`).
COMPARED = tuple(
    column
    for column in schema.ESTIMATES
    if column
    not in {
        "id", "release", "supersedes", "revision_reason", "versions", "config_sha256", "reason",
    }
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Replay:
    """Result of making a release again: what is equal, and what differs.

    Parameters
    ----------
    name
        The release.
    verdict
        ``identical`` (same bits), ``equal within 1e-9`` (relative, as on another machine), or
        ``different``.
    largest
        Largest relative difference of a number or a draw.
    differences
        One row per cell that differs: ``id``, ``column``, ``released``, ``replayed``.
    versions
        One row per component whose version differs: ``released``, ``installed``.
    methods
        What changed in the method since the release, oldest first. Defaults that changed do not move
        a release, whose inputs hold the former ones.
    """

    name: str
    verdict: Verdict
    largest: float
    differences: pd.DataFrame
    versions: pd.DataFrame
    methods: tuple[str, ...] = ()


def replay(release: Release) -> Replay:
    """Make a release again with the installed version and compare every row and draw.

    Raises
    ------
    InputError
        If the release holds no inputs.
    """
    released = _released(release)
    old = of_plans(released)
    replayed = release.estimated()
    new = of_plans(replayed)
    rows = cells_apart(released_rows(release), replayed_rows(replayed))
    messages = messages_apart(old, new)
    differences = rows if messages.empty else pd.concat([rows, messages], ignore_index=True)
    largest = max(_largest(differences), _draws_apart(released, replayed))
    verdict: Verdict = "different"
    if largest == 0 and differences.empty:
        verdict = "identical"
    elif largest <= EQUAL:
        verdict = "equal within 1e-9"
    methods = changes_since(old.provenance.versions.get(METHOD, FIRST_METHOD))
    versions = _versions_apart(old, new)
    return Replay(release.name, verdict, largest, differences, versions, methods)


def _released(release: Release) -> Answer:
    """Return the answer that was released; of a release without draws what its inputs give."""
    if not release.has_draws:
        return release.estimated()
    return release.complete() if release.has_regional_plans else release.load()


def released_rows(release: Release) -> pd.DataFrame:
    """Return the rows of a release by id, without what does not come from its inputs."""
    return release.estimates().set_index("id")[list(COMPARED)]


def replayed_rows(answer: Answer) -> pd.DataFrame:
    """Return the rows that an answer would have, by id, as `released_rows`."""
    rows = estimate_rows(answer, ReleaseNote("", ""))
    return typed(rows).set_index("id")[list(COMPARED)]


def cells_apart(old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    """Return the cells that differ between two sets of rows; an absent row differs in its id."""
    ids = old.index.intersection(new.index)
    left, right = old.loc[ids], new.loc[ids]
    apart = left.ne(right) & ~(left.isna() & right.isna())
    cells = [(key, "id", key, "") for key in old.index.difference(new.index)]
    cells += [(key, "id", "", key) for key in new.index.difference(old.index)]
    cells += [
        (ids[i], old.columns[j], left.iloc[i, j], right.iloc[i, j])
        for i, j in np.argwhere(apart.to_numpy())
    ]
    return pd.DataFrame(cells, columns=["id", "column", "released", "replayed"], dtype=object)


def messages_apart(old: Estimates, new: Estimates) -> pd.DataFrame:
    """Return the codes and values of messages that differ, as `cells_apart`.

    Releases of version 0.1.0 hold sentences in place of codes and values; they are not compared.
    A code that was divided since stands for each of its parts.
    """
    then, now = _messages(old), _messages(new)
    for place, said in then.items():
        if place in now and (said.code, now[place].code) in DIVIDED:
            then[place] = now[place]
    sentences = {place for place, said in then.items() if said.code == "TEXT"}
    sentences -= {place for place, said in now.items() if said.code == "TEXT"}
    left, right = (
        _cells({place: said for place, said in messages.items() if place not in sentences})
        for messages in (then, now)
    )
    return cells_apart(left, right)


DIVIDED = frozenset({("NOBODY_REGISTERED", "NO_REGISTER")})
"""Codes of earlier versions with those that they were divided into."""


def _messages(estimates: Estimates) -> dict[str, Message]:
    """Return every message about a cell, by where it stands."""
    named: dict[str, Message] = {}
    for cell in estimates.cells:
        if cell.because is not None:
            named[f"cell/{cell.id} because"] = cell.because
        named |= {f"cell/{cell.id} lacking {i}": said for i, said in enumerate(cell.lacking)}
        named |= {f"cell/{cell.id} {step.name}": step.message for step in cell.steps}
    for overlap in estimates.overlaps:
        place = f"overlap/{overlap.destination}/{overlap.group}"
        named |= {f"{place} {i}": said for i, said in enumerate(overlap.relations)}
    return named


def _cells(messages: Mapping[str, Message]) -> pd.DataFrame:
    """Return the code and every value of messages, one a row."""
    cells = {
        f"{place} {name}".strip(): value
        for place, said in messages.items()
        for name, value in said.flat()
    }
    return pd.DataFrame({"value": pd.Series(cells, dtype=object)})


def relative(old: FloatArray, new: FloatArray) -> float:
    """Return the largest relative difference; infinite where only one is missing."""
    apart = np.isnan(old) != np.isnan(new)
    if apart.any():
        return float("inf")
    with np.errstate(invalid="ignore"):
        scale = np.maximum(np.abs(old), np.abs(new))
        difference = np.where(old == new, 0.0, np.abs(old - new) / scale)
    return float(np.nanmax(difference, initial=0.0))


def _largest(differences: pd.DataFrame) -> float:
    """Return the largest relative difference of numbers; infinite where a word differs."""
    if differences.empty:
        return 0.0
    pairs = differences[["released", "replayed"]].to_numpy()
    if not all(isinstance(value, float) for pair in pairs for value in pair):
        return float("inf")
    return relative(*pairs.astype(np.float64).T)


def _draws_apart(released: Answer, replayed: Answer) -> float:
    """Return the largest relative difference of a draw of a cell, of a place or of a regional plan."""
    old, new = of_plans(released), of_plans(replayed)
    pairs = [(old.draws, new.draws)] + [
        (union.draws, new.unions[selection].draws) for selection, union in old.unions.items()
    ]
    if isinstance(released, CompleteEstimates):
        pairs.append((released.draws, replayed.draws))
    return max(relative(a, b) if a.shape == b.shape else np.inf for a, b in pairs)


def _versions_apart(old: Estimates, new: Estimates) -> pd.DataFrame:
    then, now = old.provenance.versions, new.provenance.versions
    rows = [(k, then.get(k, ""), now.get(k, "")) for k in sorted({*then, *now})]
    frame = pd.DataFrame(rows, columns=["component", "released", "installed"])
    return frame[frame["released"].ne(frame["installed"])].reset_index(drop=True)
