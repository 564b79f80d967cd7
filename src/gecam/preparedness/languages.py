"""In which languages warnings and information reach affected migrants."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd

from gecam._signature import checked
from gecam._typing import FloatArray, PositiveInt
from gecam.codes import country_code, is_iso3, origin_code, place
from gecam.errors import InputError, NotEstimatedError
from gecam.results import Estimates

LIMITS = (
    "The languages of a country of origin are not those of the people who left it: minorities are "
    "often over-represented, and children may speak another language.",
    "Shares are CLDR's, of all who use the language in the country, also as a second one; nobody "
    "measured who understands which two.",
    "Reading is another matter than speaking, and some people neither hear nor read: use sound, "
    "pictures and people as well.",
    "What migrants have learnt where they live now is not counted.",
)


@dataclass(frozen=True, eq=False)
class LanguageReach:
    """Languages in the order in which each adds most people, and the share reached with them.

    Parameters
    ----------
    languages
        CLDR codes (``am``, ``ar``, ``pa_Arab``: language and script), greedy order.
    reach
        Share of all affected migrants reached by the languages up to each; shape
        ``(language, draw)``. Independent use of languages within an origin.
    at_least, at_most
        The same if the users of two languages are the same people as far as possible, or different
        people as far as possible; shape ``(language, draw)``.
    unknown
        Draws of the share whose origin is unknown or has no language figures; shape ``(draw,)``. They
        count as not reached.
    people
        Draws of all affected migrants.
    level
        Of the intervals.
    """

    languages: tuple[str, ...]
    reach: FloatArray
    at_least: FloatArray
    at_most: FloatArray
    unknown: FloatArray
    people: FloatArray
    level: float

    @checked
    def to_frame(self, numbers: Sequence[int] | None = None) -> pd.DataFrame:
        """Return one row per number of languages.

        Parameters
        ----------
        numbers
            Such as ``(1, 2, 5)``; all by default. Numbers beyond the languages known are left out.

        Returns
        -------
        pandas.DataFrame
            ``languages`` (how many), ``language`` (the one added), ``name``, ``reach``, ``lower``,
            ``upper`` (interval over draws), ``at_least`` and ``at_most`` (means), ``unknown``
            (mean share).
        """
        tails = [(1 - self.level) / 2, (1 + self.level) / 2]
        lower, upper = np.quantile(self.reach, tails, axis=1)
        frame = pd.DataFrame(
            {
                "languages": np.arange(1, len(self.languages) + 1),
                "language": self.languages,
                "name": [language_name(code) for code in self.languages],
                "reach": self.reach.mean(axis=1),
                "lower": lower,
                "upper": upper,
                "at_least": self.at_least.mean(axis=1),
                "at_most": self.at_most.mean(axis=1),
                "unknown": float(self.unknown.mean()),
            }
        )
        kept = frame if numbers is None else frame[frame["languages"].isin(list(numbers))]
        return kept.reset_index(drop=True)


@checked
def language_reach(
    est: Estimates,
    destination: str = "",
    *,
    most: PositiveInt = 10,
    shares: Mapping[str, Mapping[str, float]] | None = None,
) -> LanguageReach:
    r"""Return the languages that reach most affected migrants, one after another.

    Parameters
    ----------
    est
        Estimates.
    destination
        Country, by ISO3 code or name; all countries by default.
    most
        How many languages, >= 1.
    shares
        Your own shares by origin and language (of the migrants, from a survey), in [0, 1]; they
        replace CLDR's for these origins.

    Returns
    -------
    LanguageReach
        Greedy: each language adds most to the mean reach, given those before it; the second of two
        need not be the second best alone.

    Raises
    ------
    NotEstimatedError
        If there is no estimate of the place, or no origin has language figures.
    InputError
        If a share lies outside [0, 1].

    Notes
    -----
    With people :math:`A_o` of origin o and share :math:`p_{ol}` of its population that uses language
    l, the languages L reach :math:`\sum_o A_o\,[1 - \prod_{l \in L}(1 - p_{ol})] / \sum_o A_o`, between
    :math:`\max_l p_{ol}` and :math:`\min(1, \sum_l p_{ol})` for each origin. Gains fall from language
    to language (the reach is submodular), so the greedy choice reaches at least 63 % of the best one.
    See `LIMITS`.

    Examples
    --------
    >>> from gecam.preparedness import language_reach
    >>> est = gc.estimate(gc.load_edition("2022").restrict(["YEM"]), draws=500, seed=1)
    >>> frame = language_reach(est, "YEM").to_frame([1, 2])
    >>> frame["name"].tolist()
    ['Somali', 'Arabic']
    """
    if most < 1:
        raise InputError(f"most must be at least 1: got {most}")
    destination = country_code(destination) if destination else ""
    shares = {origin_code(origin): own for origin, own in (shares or {}).items()}
    cells = est.by("destination", "origin") if destination else est.by("origin")
    kept = (
        cells.labels["destination"].eq(destination)
        if destination
        else cells.labels["origin"].notna()
    ).to_numpy() & cells.is_estimated
    if not kept.any():
        raise NotEstimatedError(f"no estimate by origin for {destination or 'any country'}")
    origins, people = cells.labels["origin"][kept].tolist(), cells.draws[kept]
    tables = [_of_origin(o, shares) for o in origins]
    codes = sorted({code for table in tables for code in table})
    total = people.sum(axis=0)
    if not codes or not (total > 0).all():
        raise NotEstimatedError("no affected people of an origin whose languages are known")
    p = np.array([[table.get(code, 0.0) for code in codes] for table in tables])
    weight = people / total
    chosen = _greedy(p, weight.mean(axis=1), most)
    steps = p[:, chosen]
    independent = 1 - np.cumprod(1 - steps, axis=1)
    known = np.array([bool(table) for table in tables])
    return LanguageReach(
        tuple(codes[j] for j in chosen),
        independent.T @ weight,
        np.maximum.accumulate(steps, axis=1).T @ weight,
        np.minimum(np.cumsum(steps, axis=1), 1.0).T @ weight,
        np.asarray(weight[~known].sum(axis=0)),
        total,
        est.level,
    )


@cache
def territory_languages(iso3: str) -> Mapping[str, float]:
    """Return the share of a country's population that uses each language (CLDR, through Babel).

    Examples
    --------
    >>> from gecam.preparedness import territory_languages
    >>> round(territory_languages("SOM")["so"], 2) > 0.7
    True
    """
    from babel.core import get_global

    code = origin_code(iso3)
    if not is_iso3(code):
        return {}
    table = get_global("territory_languages").get(place(code).iso2, {})
    return {
        code: min(1.0, float(facts["population_percent"]) / 100)
        for code, facts in sorted(table.items())
        if facts["population_percent"] > 0
    }


def language_name(code: str) -> str:
    """Return a language's English name; the code where CLDR has none.

    Examples
    --------
    >>> from gecam.preparedness import language_name
    >>> language_name("am"), language_name("pa_Arab")
    ('Amharic', 'Punjabi (Arabic)')
    """
    from babel import Locale

    english = Locale("en")
    language, _, script = code.partition("_")
    if code in english.languages or language not in english.languages:
        return str(english.languages.get(code, code))
    return f"{english.languages[language]} ({english.scripts.get(script, script)})"


def _of_origin(origin: str, own: Mapping[str, Mapping[str, float]]) -> Mapping[str, float]:
    table = own.get(origin)
    if table is None:
        return territory_languages(origin)
    if any(not 0 <= share <= 1 for share in table.values()):
        raise InputError(f"language shares of {origin} must lie in [0, 1]: got {dict(table)}")
    return table


def _greedy(p: FloatArray, weight: FloatArray, most: int) -> list[int]:
    """Choose columns of `p` that add most to the reach, one after another."""
    missed, chosen = weight.copy(), list[int]()
    for _ in range(min(most, p.shape[1])):
        gain = missed @ p
        gain[chosen] = -1.0
        best = int(np.argmax(gain))
        if gain[best] <= 0:
            break
        chosen.append(best)
        missed = missed * (1 - p[:, best])
    return chosen
