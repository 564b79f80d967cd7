"""Languages in which warnings and information reach affected migrants."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd

from gecam._signature import checked
from gecam._typing import FloatArray, PositiveInt
from gecam.codes import (
    SPEAKERS,
    country_code,
    language_name,
    languages_of,
    origin_code,
    written_language,
)
from gecam.errors import InputError, NotEstimatedError
from gecam.results import Estimates
from gecam.uncertainty import Streams

__all__ = ["LIMITS", "LanguageReach", "language_name", "language_reach"]

LIMITS = (
    "The languages of a country of origin are not those of the people who left it: minorities are "
    "often over-represented, and children may speak another language.",
    "Shares of speakers are known in classes only (nearly all, most, many, some, few), of all who "
    "understand a language in the country of origin, also as a second one; nobody measured who "
    "understands which two. Languages that both countries speak are taken one class higher.",
    "Reading is another matter than speaking, and some people neither hear nor read: use sound, "
    "pictures and people as well.",
    "What migrants have learnt where they live now is not counted.",
)
# Languages of school and office, which countries far apart share: no sign of a common border.
SCHOOL = frozenset({"en", "fr", "pt"})
Shares = Mapping[str, tuple[float, float]]  # from and to, by written language


@dataclass(frozen=True, eq=False)
class LanguageReach:
    """Languages in the order in which each adds most people, and the share reached with them.

    Parameters
    ----------
    languages
        Codes of written languages (``am``, ``ar``, ``pa_Arab``: language and script), greedy order.
    reach
        Share of all affected migrants reached by the languages up to each; shape
        ``(language, draw)``. Independent use of languages within an origin; draws are of the people
        and of the shares of speakers within their classes.
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
        rows = frame if numbers is None else frame[frame["languages"].isin(list(numbers))]
        return rows.reset_index(drop=True)


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
        Estimates, whose draws of people by destination and origin are used.
    destination
        Country, by ISO3 code or name; all countries by default.
    most
        Number of languages, at least 1; fewer where no other adds anybody.
    shares
        Your own shares by origin and language (of the migrants, from a survey), in [0, 1]; they
        replace the table's for these origins.

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
    With people :math:`A_o` of origin o and share :math:`p_{ol}` who understand language l, the
    languages L reach :math:`\sum_o A_o\,[1 - \prod_{l \in L}(1 - p_{ol})] / \sum_o A_o`, between
    :math:`\max_l p_{ol}` and :math:`\min(1, \sum_l p_{ol})` for each origin. Shares of
    `gecam.codes.languages_of` are classes; :math:`p_{ol}` is drawn evenly within its class
    [judgement], independently by origin and language. A language that a twentieth or more of the
    people of the country of residence speak, too, is taken one class higher [judgement]: who crosses a
    border is likelier to speak what is spoken on both sides of it, as Nigerians in Niger speak Hausa.
    English, French and Portuguese are left as they are. Gains fall from language to language (the reach
    is submodular), so the greedy choice reaches at least 63 % of the best one of its size [1]_.
    Varieties that share a written form, such as those of Arabic, are one language. See `LIMITS`.

    References
    ----------
    .. [1] Nemhauser, Wolsey & Fisher (1978). An analysis of approximations for maximizing submodular
       set functions I. *Mathematical Programming* 14: 265-294.

    Examples
    --------
    >>> from gecam.preparedness import language_reach
    >>> est = gc.estimate(gc.load_edition("2022").restrict(["YEM"]), draws=500, seed=1)
    >>> frame = language_reach(est, "YEM").to_frame([1, 2])
    >>> frame["name"].tolist()
    ['Somali', 'Arabic']
    """
    destination = country_code(destination) if destination else ""
    cells = est.by("destination", "origin", draws="corridor")
    is_asked = cells.labels["destination"].eq(destination).to_numpy() | (not destination)
    is_asked &= cells.is_estimated
    if not is_asked.any():
        raise NotEstimatedError(f"no estimate by origin for {destination or 'any country'}")
    pairs = [(str(d), str(o)) for d, o in cells.labels[is_asked].itertuples(index=False)]
    speakers = _Speakers.of(pairs, shares or {}, est.provenance.streams)
    people = cells.draws[is_asked]
    total = people.sum(axis=0)
    if not any(speakers.tables) or not (total > 0).all():
        raise NotEstimatedError("no affected people of an origin whose languages are known")
    weight = people / total
    chosen = speakers.most_useful(weight.mean(axis=1), most)
    is_unknown = np.array([not table for table in speakers.tables])
    unknown = np.asarray(weight[is_unknown].sum(axis=0))
    return LanguageReach(chosen, *_reached(chosen, speakers, weight), unknown, total, est.level)


@dataclass(frozen=True, eq=False)
class _Speakers:
    """The languages of people of some origins, a row each.

    Parameters
    ----------
    origins
        Of each row.
    tables
        Shares of speakers of each row, by language; empty where none are known.
    streams
        Random numbers, of shares within their classes too.
    """

    origins: tuple[str, ...]
    tables: tuple[Shares, ...]
    streams: Streams

    @classmethod
    def of(
        cls,
        pairs: Sequence[tuple[str, str]],
        stated: Mapping[str, Mapping[str, float]],
        streams: Streams,
    ) -> _Speakers:
        """Return the speakers by destination and origin; a user's own shares where stated."""
        own = {origin_code(origin): _own(origin, table) for origin, table in stated.items()}
        tables = (own[o] if o in own else _among_migrants(o, place) for place, o in pairs)
        return cls(tuple(origin for _, origin in pairs), tuple(tables), streams)

    def most_useful(self, mean: FloatArray, most: int) -> tuple[str, ...]:
        """Choose languages; of those that add as much, the first of the largest origin."""
        largest = np.argsort(-mean, kind="stable")
        codes = list(dict.fromkeys(code for i in largest for code in self.tables[i]))
        middle = [[sum(t.get(code, (0, 0))) / 2 for code in codes] for t in self.tables]
        return tuple(codes[j] for j in _greedy(np.array(middle), mean, most))

    def shares(self, code: str, n: int) -> Iterator[tuple[int, FloatArray]]:
        """Yield rows that understand a language, with draws of the share: even within its class."""

        @cache
        def place(origin: str) -> FloatArray:
            return self.streams.uniform("languages", f"{origin}/{code}", 0, n)

        for i, (origin, table) in enumerate(zip(self.origins, self.tables, strict=True)):
            if code in table:
                low, high = table[code]
                yield i, low + (high - low) * place(origin)


def _reached(
    chosen: Sequence[str], speakers: _Speakers, weight: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the reach of languages, one after another, and the least and the most that it can be."""
    missed, largest, added = np.ones_like(weight), np.zeros_like(weight), np.zeros_like(weight)
    reach, at_least, at_most = (np.empty((len(chosen), weight.shape[1])) for _ in range(3))
    for k, code in enumerate(chosen):
        for i, share in speakers.shares(code, weight.shape[1]):
            missed[i] *= 1 - share
            largest[i] = np.maximum(largest[i], share)
            added[i] = np.minimum(added[i] + share, 1.0)
        reach[k] = (weight * (1 - missed)).sum(axis=0)
        at_least[k] = (weight * largest).sum(axis=0)
        at_most[k] = (weight * added).sum(axis=0)
    return reach, at_least, at_most


def _among_migrants(origin: str, destination: str) -> Shares:
    """Return the shares of an origin, one class higher where the language is spoken here as well."""
    here = {one.language for one in languages_of(destination) if one.speakers != "few"} - SCHOOL
    classes = list(SPEAKERS.values())
    higher = dict(zip(classes[1:], classes, strict=False))
    return {
        one.language: higher.get(one.share, one.share) if one.language in here else one.share
        for one in languages_of(origin)
    }


def _own(origin: str, table: Mapping[str, float]) -> Shares:
    """Return a user's shares by written language: those of its most understood variety."""
    if any(not 0 <= share <= 1 for share in table.values()):
        raise InputError(f"language shares of {origin} must lie in [0, 1]: got {dict(table)}")
    largest: dict[str, float] = {}
    for code, share in table.items():
        written = written_language(code)
        largest[written] = max(share, largest.get(written, 0.0))
    return {code: (share, share) for code, share in largest.items()}


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
