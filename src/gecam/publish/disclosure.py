"""Disclosure control: which rows and numbers of a release may be published."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np
import pandas as pd

from gecam._signature import check_fields, checked
from gecam._typing import BoolArray, NonNegative
from gecam.publish.joint_audit import AuditedTable, Exported, rows_to_hide
from gecam.results import in_language, rounded_rows, with_threshold
from gecam.uncertainty import SMALLEST_SHOWN, Rounded

# Templates of the notes on what is not shown.
NOT_SHOWN = (
    "{number} figures below {threshold:,.0f} people are not shown. They rest on public inputs, from "
    "which anyone can compute them: a rule of publication."
)
NOT_PUBLIC = (
    "{number} figures are suppressed: {small} of fewer than {threshold:,.0f} people that rest on "
    "inputs that are not public, and others from which these, or figures suppressed in earlier "
    "exports, could be found. Other figures that rest on such inputs are rounded; seed, draws and "
    "inputs are left out."
)
BELOW_THRESHOLD, SUPPRESSED = "below_threshold", "suppressed"
# Numbers that stay, rounded, in rows that depend on an input that is not public, in a table with
# hidden cells. The others add up themselves, and would need a protection of their own. And every
# exact number is a fingerprint: with the public inputs and a guess of the seed, anyone could try
# values of the input until it fits.
SHOWN_NUMBERS = ("mean", "lower", "upper", "level")


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Below how many people a figure is not shown.

    Parameters
    ----------
    national
        For countries and wider, persons. Releases hold no row of an area within a country.
    """

    national: NonNegative = SMALLEST_SHOWN

    def __post_init__(self) -> None:
        check_fields(self)


@dataclass(frozen=True, eq=False)
class Disclosed:
    """Rows that may be published.

    Parameters
    ----------
    rows
        As given; what is not shown has no numbers and the status ``below_threshold`` or
        ``suppressed``. They know the threshold (`gecam.results.threshold_of`), and their texts say it.
    below_threshold
        Rows from public inputs under the threshold. Anyone can compute them from the same inputs: a
        rule of publication, no protection.
    suppressed
        Rows that depend on an input that is not public and are under the threshold, and those hidden
        with them.
    notes
        What was done, in plain words.
    has_secrets
        Whether anything is suppressed, here or in an earlier export that rests on the same inputs:
        then no draws, seed, hash or input may leave either.
    """

    rows: pd.DataFrame
    below_threshold: int
    suppressed: int
    notes: tuple[str, ...]
    has_secrets: bool = False


@checked
def disclose(
    rows: pd.DataFrame,
    thresholds: Thresholds = Thresholds(),
    *,
    shares: pd.DataFrame | None = None,
    earlier: Sequence[Exported] = (),
    suppressed: Collection[str] | None = None,
) -> Disclosed:
    """Remove from the rows of one release what may not be published.

    Parameters
    ----------
    rows
        Rows of one release, as `gecam.Database.estimates` returns them.
    thresholds
        Below how many people a figure is not shown.
    shares
        Composition of each place: columns ``destination``, ``group``, ``origin`` and ``share``.
        Rows of origins are sums of these shares of the people of places. Without it, no row of an
        origin that depends on an input that is not public is shown in a table with hidden cells.
    earlier
        What was exported before and rests on the same inputs that are not public, one per export;
        empty by default.
    suppressed
        Ids that an earlier export of these rows suppressed; they are suppressed again, and no
        others. None: they are chosen.

    Returns
    -------
    Disclosed
        Rows from public inputs below the threshold lose their numbers. Where a row depends on an
        input that is not public and is below, it is suppressed together with as many others as it
        takes: no reader can find a suppressed mean more narrowly than the threshold from what is
        shown, here and in earlier exports (see `hide`). Then other rows that depend on such an
        input show rounded numbers only, and seed, configuration hash, and hashes of their inputs
        are left out.

    Raises
    ------
    InputError
        If what earlier exports showed gives a figure away that must be suppressed.
    """
    rows = rows.reset_index(drop=True)
    mean = rows["mean"].to_numpy(dtype=np.float64)
    small = (mean > 0) & (mean < thresholds.national)
    private = ~rows["is_public"].to_numpy(dtype=bool)
    hidden = np.zeros(len(rows), dtype=bool)
    has_secrets = bool((small & private).any() or any(e.suppressed for e in earlier))
    if suppressed is not None:
        hidden, has_secrets = (
            rows["id"].isin(suppressed).to_numpy(),
            has_secrets or bool(suppressed),
        )
    elif has_secrets:
        table = AuditedTable(rows, shares, small & private, ~private, thresholds.national)
        hidden = rows_to_hide(table, earlier)
    below = small & ~hidden & ~private
    notes = []
    out = with_threshold(rows, thresholds.national)
    if below.any():
        _clear(out, below, BELOW_THRESHOLD)
        notes.append(
            in_language(NOT_SHOWN).format(number=below.sum(), threshold=ceil(thresholds.national))
        )
    if has_secrets:
        out = _protected(out, rounded_rows(rows), private, hidden)
        notes.append(
            in_language(NOT_PUBLIC).format(
                number=hidden.sum(),
                small=(small & private).sum(),
                threshold=ceil(thresholds.national),
            )
        )
    return Disclosed(out, int(below.sum()), int(hidden.sum()), tuple(notes), has_secrets)


def _protected(
    rows: pd.DataFrame, rounded: Rounded, private: BoolArray, hidden: BoolArray
) -> pd.DataFrame:
    """Return rows without what is hidden, and without what would tell it."""
    out = rows.copy()
    _clear(out, hidden, SUPPRESSED)
    for name, values in zip(("mean", "lower", "upper"), rounded[:3], strict=True):
        out.loc[private & ~hidden, name] = values[private & ~hidden]
    out.loc[private, [name for name in _numbers(out) if name not in SHOWN_NUMBERS]] = np.nan
    out.loc[private, "reason"] = ""
    out["seed"] = out["config_sha256"] = ""
    out["inputs"] = [
        _public_inputs(text, p) for text, p in zip(out["inputs"], private, strict=True)
    ]
    return out


def _numbers(rows: pd.DataFrame) -> list[str]:
    return [name for name in rows.columns if rows[name].dtype == np.float64]


def _clear(out: pd.DataFrame, mask: BoolArray, status: str) -> None:
    out.loc[mask, _numbers(out)] = np.nan
    out.loc[mask, ["status", "grade", "reason"]] = [status, "", ""]


def _public_inputs(text: str, is_private: bool) -> str:
    """Return the inputs of a row; of a row that rests on others too, without their hashes."""
    return " ".join(name.partition("@")[0] for name in text.split()) if is_private else text
