"""What a row rests on that nobody stated, and how much the answer changes with the alternatives."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

import pandas as pd

from gecam._signature import checked
from gecam._typing import PositiveInt, WholeNumber
from gecam.errors import PrecisionWarning
from gecam.estimation import estimate
from gecam.model import Case, Crisis, Footprint, PinScope
from gecam.results import Message, message

_COLUMNS: Final = ["crisis", "destination", "what", "guess", "alternative", "people", "other"]
_READINGS: Final[tuple[PinScope, ...]] = ("all", "residents_excl_refugees", "nationals")
_CARRIED = "carried over from"


@dataclass(frozen=True)
class _Guess:
    """A fact of one row that nobody stated for it, and how to put an alternative in its place."""

    crisis: str
    destination: str
    what: str
    guess: Message
    alternative: Message
    change: Callable[[Footprint], Footprint] = lambda footprint: footprint
    change_crisis: Callable[[Crisis], Crisis] = lambda crisis: crisis


@checked
def cost_of_guesses(
    case: Case,
    *,
    undated: Collection[str] = (),
    draws: PositiveInt = 1_000,
    seed: WholeNumber = 2022,
) -> pd.DataFrame:
    """Estimate rows that run on guesses again, with each alternative in place of the guess.

    Parameters
    ----------
    case
        Guesses are scopes that are ``unknown`` or were read in another year, and onsets that were
        carried over from another year.
    undated
        Ids of crises (column ``crisis``) whose onset nobody stated, whose absence is therefore a
        guess as well. (A plan without a single start has no onset, and that is no guess.)
    draws, seed
        Of each estimate. All have the same draws, so that a change is that of the guess alone.

    Returns
    -------
    pandas.DataFrame
        One row per guess and alternative: ``crisis``, ``destination``, ``what`` (``scope``, ``onset``),
        ``guess`` and ``alternative`` in words, ``people`` with the guess and ``other`` with the
        alternative (means, persons), ``change``. Sorted by the largest change of a row, largest first.

    Examples
    --------
    >>> from gecam.evaluation import cost_of_guesses
    >>> case = gc.load_edition("2024").restrict("HND")
    >>> table = cost_of_guesses(case, draws=100)
    >>> sorted(set(table["what"]))
    ['scope']
    """
    guesses = [
        guess for f in case.footprints if f.destination for guess in _guesses(case, f, undated)
    ]
    columns = [*_COLUMNS, "change"]
    if not guesses:
        return pd.DataFrame(columns=columns)
    base = _means(case.restrict({guess.destination for guess in guesses}), draws, seed)
    rows = []
    alternatives = {(guess.what, guess.alternative) for guess in guesses}
    for alternative in sorted(alternatives, key=lambda x: (x[0], str(x[1]))):
        those = [guess for guess in guesses if (guess.what, guess.alternative) == alternative]
        other = _means(_changed(case, those), draws, seed)
        for guess in those:
            key = guess.crisis, guess.destination
            said = (guess.what, str(guess.guess), str(guess.alternative))
            rows.append((*key, *said, base[key], other[key]))
    table = pd.DataFrame(rows, columns=_COLUMNS)
    table["change"] = table["other"] - table["people"]
    largest = (
        table["change"].abs().groupby([table["crisis"], table["destination"]]).transform("max")
    )
    order = table.assign(largest=-largest).sort_values(
        ["largest", "crisis", "what", "alternative"], kind="stable"
    )
    return order[columns].reset_index(drop=True)


def _guesses(case: Case, footprint: Footprint, undated: Collection[str]) -> Iterator[_Guess]:
    """Yield each alternative to what a row rests on."""
    crisis = case.crisis(footprint.crisis)
    key = crisis.id, footprint.destination
    if footprint.pin_scope == "unknown":
        for scope in _READINGS:
            yield _Guess(*key, "scope", message("GUESS_NOBODY_STATES_WHOM"), _reading(scope),
                         lambda f, scope=scope: replace(f, pin_scope=scope))  # type: ignore[misc]  # fmt: skip
    elif footprint.pin_scope_year is not None:
        reading, year = _reading(footprint.pin_scope), str(footprint.pin_scope_year)
        guess = message("GUESS_AS_IN_YEAR", year=year, scope=reading)
        yield _Guess(*key, "scope", guess, message("GUESS_NOBODY_STATES"),
                     lambda f: replace(f, pin_scope="unknown", pin_scope_year=None))  # fmt: skip
    if crisis.id in undated and crisis.onset is None:
        began = date(crisis.reference_date.year, 1, 1)
        stated = message("GUESS_NO_ONSET_STATED")
        yield _Guess(*key, "onset", stated, message("GUESS_BEGAN", on=began),
                     change_crisis=lambda c: replace(c, onset=began))  # fmt: skip
    elif crisis.onset and crisis.onset_source.startswith(_CARRIED):
        stated = message("GUESS_ONSET_OF_OTHER_YEAR", on=crisis.onset)
        yield _Guess(*key, "onset", stated, message("GUESS_NO_ONSET"),
                     change_crisis=lambda c: replace(c, onset=None))  # fmt: skip


def _reading(scope: PinScope) -> Message:
    """Return whom a plan counts if its scope is read so; another scope by its name."""
    if scope in _READINGS:
        return message(f"GUESS_SCOPE_{scope.upper()}")
    return message("TEXT", text=scope)


def _changed(case: Case, guesses: list[_Guess]) -> Case:
    """Return the case of the rows with a guess, with the alternative in its place."""
    case = case.restrict({guess.destination for guess in guesses})
    by_row = {(guess.crisis, guess.destination): guess for guess in guesses}
    by_crisis = {guess.crisis: guess for guess in guesses}
    footprints = (
        by_row[f.crisis, f.destination].change(f) if (f.crisis, f.destination) in by_row else f
        for f in case.footprints
    )
    crises = (by_crisis[c.id].change_crisis(c) if c.id in by_crisis else c for c in case.crises)
    return replace(case, footprints=tuple(footprints), crises=tuple(crises))


def _means(case: Case, draws: int, seed: int) -> dict[tuple[str, str], float]:
    with (
        warnings.catch_warnings()
    ):  # the same draws in both: the change is more precise than either
        warnings.simplefilter("ignore", PrecisionWarning)
        rows = estimate(case, draws=draws, seed=seed).by("crisis", "destination").summary()
    return {(row.crisis, row.destination): float(row.mean) for row in rows.itertuples()}
