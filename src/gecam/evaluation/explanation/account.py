"""An explanation of one number as data: inputs, evidence, decomposition, sensitivity, caveats.

It holds its sentences as messages, codes with values; properties make the texts, in the language of
`gecam.results.translated`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from typing import Any

from gecam.evaluation.explanation.targets import Target
from gecam.model import Measure, Source
from gecam.results import Message, Provenance, document_schema
from gecam.uncertainty import round_together


@dataclass(frozen=True, slots=True)
class DecompositionStep:
    """One step of the decomposition of a result, from the published figures on.

    Parameters
    ----------
    name
        Fixed name: ``stock``, ``projection``, ``group``, ``undercount``, ``published_count``,
        ``share``, ``odds_ratio_median``, ``spread``, ``overlap``, ``composition``, ``severity``.
    words_message
        What the step does.
    change
        What it adds (the first step: the published stock), in means; the changes of all steps add up
        to its result as `gecam.evaluation.exact_parts` promises.
    value
        People after the step.
    how_messages
        The same with its numbers, one text per crisis and group.
    """

    name: str
    words_message: Message
    change: float
    value: float
    how_messages: tuple[Message, ...] = ()

    @property
    def words(self) -> str:
        """What the step does."""
        return str(self.words_message)

    @property
    def how(self) -> tuple[str, ...]:
        """The same with its numbers."""
        return tuple(map(str, self.how_messages))


@dataclass(frozen=True, slots=True)
class CellAccount:
    """Evidence and formula of one estimation cell: a crisis, a country and a group.

    Parameters
    ----------
    id, words_message
        Which.
    status, reason
        Whether it is estimated and added, and why not.
    evidence_level, evidence, why_not_higher
        Evidence level, 1 to 5, the same in words, and why no higher one was used.
    mean, lower, upper
        Persons; NaN where not estimated.
    sd, mcse
        Standard deviation of the draws, and Monte Carlo error of their mean; persons.
    odds_ratio_1
        The deterministic product at odds ratio 1.
    lower_bound, upper_bound
        What follows from the published margins alone.
    formula_messages
        The formula with its numbers, one line each.
    """

    id: str
    words_message: Message
    status: str
    reason: str
    evidence_level: int
    evidence: str
    why_not_higher: str
    mean: float
    lower: float
    upper: float
    sd: float
    mcse: float
    odds_ratio_1: float
    lower_bound: float
    upper_bound: float
    formula_messages: tuple[Message, ...]

    @property
    def words(self) -> str:
        """Which."""
        return str(self.words_message)

    @property
    def formula(self) -> tuple[str, ...]:
        """The formula with its numbers."""
        return tuple(map(str, self.formula_messages))


@dataclass(frozen=True, slots=True)
class PartRow:
    """One country of a result for several countries.

    Parameters
    ----------
    id, words
        Which.
    people
        Migrants of its estimated groups at the reference date.
    odds_ratio_1, mean
        Persons affected; NaN where not estimated.
    share
        Part of the whole's mean.
    note
        Why it, or a part of it, is not estimated.
    """

    id: str
    words: str
    people: float
    odds_ratio_1: float
    mean: float
    share: float
    note: str


@dataclass(frozen=True, slots=True)
class InputFigure:
    """A published figure, as it was read.

    Parameters
    ----------
    what_message
        In words.
    value
        Persons.
    as_of
        Day it speaks for, ISO; empty for a sum over countries.
    role_message
        What it is used for.
    source
        Id of its source among the explanation's sources; or a citation in words.
    """

    what_message: Message
    value: float
    as_of: str
    role_message: Message
    source: str

    @property
    def what(self) -> str:
        """Whom it counts."""
        return str(self.what_message)

    @property
    def role(self) -> str:
        """What it is used for."""
        return str(self.role_message)


@dataclass(frozen=True, slots=True)
class Driver:
    """A group of inputs and its share of the variance (Shapley effect).

    Parameters
    ----------
    group, words_message
        Name of the group, as in `gecam.evaluation.sensitivity`, and the same in words.
    share, lower, upper
        Share of the variance, and its 90 % interval; shares sum to 1.
    """

    group: str
    words_message: Message
    share: float
    lower: float
    upper: float

    @property
    def words(self) -> str:
        """Name of the group."""
        return str(self.words_message)


@dataclass(frozen=True, slots=True)
class TippingPoint:
    """The value of one input at which the result is a tenth higher, all else equal.

    Parameters
    ----------
    what_message
        The input.
    now, needed
        Its value, and the value at which the mean is a tenth higher; NaN where no value does it.
    unit
        ``people``, ``odds ratio`` or ``share``.
    reach
        How much the mean rises at `limit`, the furthest value that was tried; below 0.1 where no
        value does it.
    limit
        That value.
    """

    what_message: Message
    now: float
    needed: float
    unit: str
    reach: float
    limit: float

    @property
    def what(self) -> str:
        """The input."""
        return str(self.what_message)


@dataclass(frozen=True, slots=True)
class RelatedCount:
    """A published count that is shown beside the result and not used for it.

    Parameters
    ----------
    what_message
        Whom it counts, in words.
    in_need, present
        People in need and people present; NaN where not published.
    source
        Where it was published.
    why_message
        Why it is not used.
    """

    what_message: Message
    in_need: float
    present: float
    source: str
    why_message: Message

    @property
    def what(self) -> str:
        """Whom it counts."""
        return str(self.what_message)

    @property
    def why(self) -> str:
        """Why it is not used."""
        return str(self.why_message)


@dataclass(frozen=True, slots=True)
class Judgement:
    """An assumption behind the result, and what it rests on.

    Parameters
    ----------
    name
        Field of `gecam.Assumptions`.
    words
        What it means.
    value_message
        As text.
    status
        ``judged``, ``calibrated``, ``rule``, or ``given`` (other than the default).
    basis
        What it rests on.
    """

    name: str
    words: str
    value_message: Message
    status: str
    basis: str

    @property
    def value(self) -> str:
        """Its value."""
        return str(self.value_message)


@dataclass(frozen=True, eq=False)
class Explanation:
    """Where a number comes from, what drives it, what would change it, and what to know about it.

    `gecam.report.render` writes it as text, Markdown or HTML; `to_dict` gives the same as plain
    types.

    Parameters
    ----------
    target
        What is explained.
    status, reason
        As in `Breakdown.summary`.
    mean, lower, upper, level
        The result and its interval, persons; NaN where not estimated.
    odds_ratio_1, sd, mcse
        The deterministic figure; standard deviation and Monte Carlo error of the mean.
    grade, evidence_level, evidence
        Quality, and the evidence behind it in words.
    decomposition
        Decomposition from the stock to the result; empty where not estimated.
    cells
        Each crisis and group of a country, crisis or cell.
    parts
        The countries of an answer that holds several, largest first.
    figures, sources
        The published figures and where they come from.
    drivers, is_converged
        Shares of the variance, largest first; whether their intervals are narrow enough.
    tipping_points
        Tipping points: what would raise the result by a tenth.
    flags
        Code and plain words.
    lower_bound, upper_bound
        What follows from the published margins alone at the mean stock, whatever the odds ratio.
    related
        Published counts beside.
    overlaps_messages
        What was done where a country has more than one crisis.
    judgements
        The assumptions behind the result.
    notes_messages
        Sentences that such a result must not be read without.
    provenance
        What the result can be made again from.
    count
        Which of the IASC's counts it is, of which dates, and which it is not; one sentence.
    measure
        What the people are, as of the answer: ``in_need``, ``severe`` and others.
    """

    target: Target
    status: str
    reason: str
    mean: float
    lower: float
    upper: float
    level: float
    odds_ratio_1: float
    sd: float
    mcse: float
    grade: str
    evidence_level: int
    evidence: str
    decomposition: tuple[DecompositionStep, ...]
    cells: tuple[CellAccount, ...]
    parts: tuple[PartRow, ...]
    figures: tuple[InputFigure, ...]
    sources: tuple[Source, ...]
    drivers: tuple[Driver, ...]
    is_converged: bool
    tipping_points: tuple[TippingPoint, ...]
    flags: tuple[tuple[str, str], ...]
    lower_bound: float
    upper_bound: float
    related: tuple[RelatedCount, ...]
    overlaps_messages: tuple[Message, ...]
    judgements: tuple[Judgement, ...]
    notes_messages: tuple[Message, ...]
    provenance: Provenance
    count: str = ""
    measure: Measure = "in_need"

    @property
    def is_estimated(self) -> bool:
        """Whether there is a number."""
        return not math.isnan(self.mean)

    @property
    def overlaps(self) -> tuple[str, ...]:
        """What was done where a country has more than one crisis."""
        return tuple(map(str, self.overlaps_messages))

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences that such a result must not be read without."""
        return tuple(map(str, self.notes_messages))

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain types, for JSON; null where a number does not apply."""
        return {"schema": document_schema("explain"), **_plain(self)}

    def __repr__(self) -> str:
        """Return one line that is the same on every run."""
        if not self.is_estimated:
            return f"Explanation({self.target.words}: not estimated)"
        people, lower, upper = self.rounded
        return f"Explanation({self.target.words}: {people} people, {self.level:.0%} {lower} to {upper})"

    @property
    def rounded(self) -> tuple[str, str, str]:
        """Mean and ends of the interval as text, to the digits that the mean carries."""
        rounded = round_together(self.mean, self.lower, self.upper, sd=self.sd, mcse=self.mcse)
        return rounded.texts(small="value")[0]

    def _repr_html_(self) -> str:
        from gecam._notebook import block, folded_table, paragraph

        if not self.is_estimated:
            return block(self.target.words, paragraph(f"not estimated: {self.reason}"))
        people, lower, upper = self.rounded
        steps = [(step.words, f"{step.value:,.0f}") for step in self.decomposition]
        drivers = [(driver.words, f"{driver.share:.0%}") for driver in self.drivers]
        sources = [(s.publisher, s.title, str(s.edition)) for s in self.sources]
        return block(
            self.target.words,
            paragraph(
                f"{people} people ({self.level:.0%} interval {lower} to {upper}); grade {self.grade}, "
                f"evidence {self.evidence_level}: {self.evidence}."
            ),
            folded_table("Steps, in means", ("step", "people"), steps, numbers=1),
            folded_table("Uncertainty", ("input", "share of the variance"), drivers, numbers=1),
            folded_table("Flags", ("flag", "meaning"), self.flags),
            folded_table("Sources", ("publisher", "title", "edition"), sources),
            paragraph("gc.render(explanation) writes all of it."),
        )


def _plain(value: Any) -> Any:
    """Return a value as the plain types of JSON."""
    for kind, plain in _PLAIN.items():
        if isinstance(value, kind):
            return plain(value)
    if is_dataclass(value) and not isinstance(value, type):
        return {_shown(f.name): _plain(getattr(value, f.name)) for f in fields(value)}
    return value


def _shown(field: str) -> str:
    """Return the name under which a field is shown: of a message, that of its text."""
    return field.removesuffix("_message").removesuffix("_messages")


_PLAIN: Mapping[type, Callable[[Any], Any]] = {
    Mapping: lambda value: {str(k): _plain(v) for k, v in value.items()},
    list: lambda value: [_plain(v) for v in value],
    tuple: lambda value: [_plain(v) for v in value],
    date: lambda value: value.isoformat(),
    Message: str,
    float: lambda value: float(value) if math.isfinite(value) else None,  # numpy's, too
}
