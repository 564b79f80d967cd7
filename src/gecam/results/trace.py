"""The record of a run: its steps, and the facts of each estimation cell, as codes and numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from gecam.errors import InputError
from gecam.model import Crisis, Group, GroupCount
from gecam.results.messages import Message
from gecam.uncertainty import Sampler, Streams, streams_of

Status = Literal["estimated", "superseded", "left_out", "published", "not_estimated"]
SHOWN: frozenset[Status] = frozenset({"estimated", "superseded", "left_out"})
ADDED: frozenset[Status] = frozenset({"estimated"})


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the calculation from published figures to a result.

    Parameters
    ----------
    name
        Fixed name of the step: ``stock``, ``projection``, ``group``, ``undercount``, ``share``,
        ``odds_ratio_median``, ``published_count``, ``spread``.
    value
        The number of people after the step, in means; persons.
    message
        What was done, with its numbers.
    sources
        Ids of the sources that the step reads.
    """

    name: str
    value: float
    message: Message
    sources: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """What was done, in plain words."""
        return str(self.message)


@dataclass(frozen=True, slots=True)
class EstimationCell:
    """The facts of one estimation cell: one crisis, one destination, one group.

    Parameters
    ----------
    id
        ``crisis/destination/group``.
    crisis, destination, group
        The cell.
    status
        ``estimated`` (added to totals), ``superseded`` or ``left_out`` (estimated and shown, not
        added), ``not_estimated``.
    because
        Why it is not estimated or not added, or what its number leaves out; None otherwise.
    evidence_level
        Evidence level, 1 (best) to 5: see `EVIDENCE_LEVELS`.
    lacking
        What better evidence would need.
    cap
        Best grade that the inputs allow.
    flags
        Codes, sorted.
    stock
        Mean number of migrants of the group at the reference date, persons.
    odds_ratio_1
        The deterministic product at odds ratio 1, persons.
    lower_bound, upper_bound
        Bounds from the published margins at the mean stock, whatever the odds ratio; persons.
    steps
        From the published stock to the result; the last value is the mean of the draws.
    counts
        Published counts of groups of this crisis here, used or not.
    """

    id: str
    crisis: str
    destination: str
    group: Group
    status: Status
    because: Message | None = None
    evidence_level: int = 5
    lacking: tuple[Message, ...] = ()
    cap: str = "A"
    flags: tuple[str, ...] = ()
    stock: float = float("nan")
    odds_ratio_1: float = float("nan")
    lower_bound: float = float("nan")
    upper_bound: float = float("nan")
    steps: tuple[Step, ...] = ()
    counts: tuple[GroupCount, ...] = ()

    @property
    def reason(self) -> str:
        """Why it is not estimated or not added, in plain words; empty otherwise."""
        return "" if self.because is None else str(self.because)

    @property
    def why_not_higher(self) -> str:
        """Why no better evidence was used, in plain words; empty where it is the best."""
        return " ".join(map(str, self.lacking))


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A plan that is not a country's: shown as published, never added to country totals.

    Parameters
    ----------
    crisis
        The plan.
    status
        ``published`` (its migrant or refugee part stands in the plan) or ``not_estimated``.
    because
        Why it is not added to countries.
    in_need
        The plan's published total, persons.
    counts
        Its published parts.
    """

    crisis: Crisis
    status: Status
    because: Message
    in_need: float
    counts: tuple[GroupCount, ...] = ()

    @property
    def reason(self) -> str:
        """Why it is not added to countries, in plain words."""
        return str(self.because)

    @property
    def published_migrants(self) -> float:
        """Persons of the plan who live outside their country, as published; NaN if not given."""
        parts = [c.in_need for c in self.counts if c.use == "plan_level" and c.group != "hosts"]
        return sum(parts) if parts else float("nan")


@dataclass(frozen=True, slots=True)
class Overlap:
    """What happened where a destination has more than one crisis.

    Parameters
    ----------
    destination, group
        Where.
    relations
        The relations applied.
    sum_of_crises, union
        Mean persons: the sum of the crises' rows and the people in at least one of them.
    """

    destination: str
    group: Group
    relations: tuple[Message, ...]
    sum_of_crises: float
    union: float


@dataclass(frozen=True, slots=True)
class Provenance:
    """What a result can be made again from.

    Parameters
    ----------
    case
        Name of the case.
    seed, draws
        As given to `estimate`.
    config_sha256
        Hash of everything that went in: inputs, assumptions, scope, seed, draws, and the sampler
        where draws are not independent.
    versions
        Of gecam, numpy, scipy and Python.
    sampler
        As given to `estimate`; ``sobol`` in answers of version 0.2 or earlier alone, whose
        quasi-random draws are not made any more.
    """

    case: str
    seed: int
    draws: int
    config_sha256: str
    versions: Mapping[str, str]
    sampler: Literal[Sampler, "sobol"] = field(default="latin", metadata={"unset": "mc"})

    @property
    def sampling(self) -> dict[str, Any]:
        """Options of `estimate` that draw the same random numbers again."""
        return {"draws": self.draws, "seed": self.seed, "sampler": self.sampler}

    @property
    def streams(self) -> Streams:
        """The random numbers of the run."""
        if self.sampler == "sobol":
            raise InputError(
                "this answer has quasi-random draws of version 0.2 or earlier, which are not made any "
                "more: they can be read, but not drawn again. Estimate its case anew."
            )
        return streams_of(self.sampler, self.seed)
