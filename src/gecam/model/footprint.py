"""Footprints: how many people a crisis affects, where, and whom the figure counts."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

import numpy as np
from scipy.special import gammaincinv, stdtrit

from gecam._signature import check_fields, checked, field_problems
from gecam._typing import FloatArray, NonNegative, Positive, Probability, WholeNumber
from gecam.codes import country_code
from gecam.errors import CodeError, InputError, Problem
from gecam.model.frames import NO_COUNT
from gecam.model.source import UNKNOWN_SOURCE, Source
from gecam.uncertainty import LogitNormal

Measure = Literal["exposed", "affected", "in_need", "severe"]
NEEDS: frozenset[Measure] = frozenset({"in_need", "severe"})
"""Measures of need; the others are of people exposed to an event, or affected by it."""
PinScope = Literal[
    "all", "nationals", "residents_excl_refugees", "migrants_separate", "mixed_hosts", "unknown"
]
Grade = Literal["A", "B", "C", "D", "E"]
SourceKind = Literal["needs_plan", "analysis", "survey", "hazard"]
"""What kind of source people in need come from; it decides how refugees among them are counted."""
Group = Literal["protection", "other"]
CountedGroup = Literal[Group, "migrants", "hosts"]
CountUse = Literal["share", "count", "plan_level", "related"]

SHARE_OVER_PRESENT = 1.1  # counts of two dates exceed each other a little; beyond it is no share
_NO_USE: dict[str, dict[str, str]] = {
    "protection": {
        "count": "the stock holds only a part of the refugees. Give the number present and use "
        "'share', or use 'related', which is shown and not used."
    },
    "migrants": dict.fromkeys(
        ("share", "count"),
        "refugees and other migrants have each their own share. Give the part of each as "
        "'protection' ('share') and 'other' ('share' or 'count'), or use 'related', which is shown "
        "and not used.",
    ),
    "hosts": dict.fromkeys(
        ("share", "count"), "hosts are no migrants. Use 'plan_level' or 'related', which are shown."
    ),
}


@dataclass(frozen=True, slots=True)
class GroupCount:
    """A published count of one group of people in need, and what may be done with it.

    Parameters
    ----------
    group
        ``protection`` (refugees, asylum-seekers, others in need of protection), ``other``
        (migrants other than these), ``migrants`` (both, not told apart), ``hosts``.
    in_need
        Persons in need, >= 0.
    use
        ``share``: `in_need` over `present` is the share in need of ``protection`` or ``other``
        (evidence level 1). ``count``: `in_need` is the estimate of ``other`` in this country (level 1
        as well). ``plan_level``: the figure stands for the plan as a whole and is shown, not added to
        country totals. ``related``: it falls short of the conditions of level 1 (a sector's count,
        returnees called migrants, another scope or year); it is shown beside the estimate and not used.
    present
        Persons of the group present at the same date; needed for ``share``.
    is_by_rule
        The source counts everybody of the group as in need ("100 %"): a planning rule, not a
        measurement. The share is then exactly `in_need` / `present`, without noise.
    source
        Who says so.
    note
        Why it has this use, and its caveats.
    grade
        Quality of a ``share``, as in `Footprint`; a ``count`` has that of its footprint.

    Raises
    ------
    InputError
        If a word or number breaks its rule, or the group cannot have this use; the message says
        what to give.

    Notes
    -----
    A count for ``share`` or ``count`` that exceeds by more than a tenth the people whom it can be of
    (other migrants at the reference date; for refugees the whole stock and UNHCR's register together)
    is a count of other people: the estimate shows it as ``related`` and does not use it.
    """

    group: CountedGroup
    in_need: NonNegative
    use: CountUse
    present: NonNegative | None = None
    is_by_rule: bool = False
    source: str = ""
    note: str = ""
    grade: Grade = "A"

    def __post_init__(self) -> None:
        check_fields(self)
        present = 0.0 if self.present is None else self.present
        for name, people in (("people in need", self.in_need), ("people present", present)):
            if 0 < people < 1:
                raise InputError(
                    f"{name} of group {self.group!r}, {people:.15g}, are less than one. {NO_COUNT}"
                )
        if self.is_used:
            self._check_use()

    @property
    def is_used(self) -> bool:
        """Whether the count enters the estimate, and is not only shown."""
        return self.use in {"share", "count"}

    def _check_use(self) -> None:
        """Refuse a count that cannot be used as it says, with what can."""
        remedy = _NO_USE.get(self.group, {}).get(self.use)
        if remedy:
            raise InputError(
                f"a count of group {self.group!r} has no use as {self.use!r}: {remedy}"
            )
        if self.use == "share" and not self.present:
            raise InputError(f"a share of group {self.group!r} needs the number present, above 0")
        if self.present is not None and self.in_need > SHARE_OVER_PRESENT * self.present:
            raise InputError(
                f"group {self.group!r}: {self.in_need:,.0f} in need of {self.present:,.0f} present "
                "is no share. Hosts or planned arrivals are likely in it: use 'related'."
            )
        if self.use == "count" and (self.is_by_rule or self.grade != "A"):
            raise InputError(
                f"group {self.group!r}: is_by_rule and grade belong to a 'share'; a 'count' has the "
                "grade of its footprint. Give the number present and use 'share'."
            )

    @property
    def share(self) -> float:
        """Share in need, clipped at 1 (counts of two dates can exceed it a little)."""
        if self.use != "share" or not self.present:
            raise InputError(f"the count of group {self.group!r} is not a share")
        return min(1.0, self.in_need / self.present)


@dataclass(frozen=True, slots=True)
class AreaNeeds:
    """People in need in one area of a country, and the migrants counted there.

    Parameters
    ----------
    area
        P-code or name.
    in_need, residents
        Persons in need and all residents, ``0 <= in_need``, ``0 < residents``.
    migrants
        Migrants counted there; None where nobody counted, which is not zero.
    refugees
        Registered refugees and asylum-seekers there, as UNHCR or a census counts them; None as for
        `migrants`.
    """

    area: str
    in_need: float
    residents: float
    migrants: float | None = None
    refugees: NonNegative | None = field(default=None, metadata={"unset": None})

    def __post_init__(self) -> None:
        check_fields(self)
        if not (0 <= self.in_need < math.inf and 0 < self.residents < math.inf):
            raise InputError(
                f"area {self.area!r} needs people in need >= 0 and residents > 0: "
                f"got {self.in_need} of {self.residents}"
            )
        if self.migrants is not None and not 0 <= self.migrants < math.inf:
            raise InputError(f"area {self.area!r}: migrants must be >= 0: got {self.migrants}")

    @property
    def share(self) -> float:
        """Share of residents in need, at most 1 (small areas can exceed their population)."""
        return min(1.0, self.in_need / self.residents)


@dataclass(frozen=True, slots=True)
class ModelledShare:
    r"""A share in need from a model fitted on other countries.

    The log odds are :math:`\mu + l'z + \sigma_u z_u + \sigma_\delta z_\delta`: :math:`z` and
    :math:`z_\delta` are shared by all modelled countries, :math:`z_u` is the country's own.

    Parameters
    ----------
    location
        Mean log odds, the shift of countries without a plan included.
    loadings
        On the shared errors of the model's coefficients.
    own_sd, shift_sd
        Standard deviations of the country's own effect and of the shared shift.
    """

    location: float
    loadings: tuple[float, ...]
    own_sd: float
    shift_sd: float

    @property
    def logit_sd(self) -> float:
        """Standard deviation of the log odds."""
        return math.hypot(self.own_sd, self.shift_sd, *self.loadings)

    @property
    def mean(self) -> float:
        """Mean share."""
        return LogitNormal(self.location, self.logit_sd).mean


@dataclass(frozen=True, slots=True)
class FigureDistribution:
    r"""Distribution of the next published figure, given one that is carried forward.

    The logarithm of the next over the carried figure is Student's t about 0, jointly over countries:
    the carried figure is its median, and it has no mean.

    Parameters
    ----------
    degrees
        Degrees of freedom, > 0.
    scale
        Scale of the logarithm, > 0.
    common
        Part of the scale that countries share, in [0, scale]: plans of one year are made by one rule.
    is_after_onset
        Whether a sudden onset came since the figure, and no revision: expert judgement.

    Raises
    ------
    InputError
        If a number is outside its range.

    Notes
    -----
    :math:`\sigma (\sqrt{\rho} z + \sqrt{1 - \rho} z_i) / \sqrt{w / \nu}` with standard normal
    :math:`z, z_i`, :math:`\rho = (c / \sigma)^2` and one :math:`w \sim \chi^2_\nu` for all countries:
    a multivariate t, and between distributions of different :math:`\nu` a grouped t [1]_.

    References
    ----------
    .. [1] Daul, De Giorgi, Lindskog & McNeil (2003). The grouped t-copula with an application to credit
       risk. *Risk* 16, 73-76.

    Examples
    --------
    >>> from gecam.model import NEXT_FIGURE
    >>> round(NEXT_FIGURE.factor(0.9), 2)
    1.39
    """

    degrees: Positive
    scale: Positive
    common: NonNegative
    is_after_onset: bool = False

    def __post_init__(self) -> None:
        check_fields(self)
        if self.common > self.scale:
            raise InputError(
                f"common must be at most the scale {self.scale:g}: got {self.common:g}"
            )

    @checked
    def factor(self, level: Probability) -> float:
        """Return the factor within which the next figure lies with a probability.

        Parameters
        ----------
        level
            The probability, in (0, 1).
        """
        return math.exp(self.scale * float(stdtrit(self.degrees, (1 + level) / 2)))

    @checked
    def draws(self, common: FloatArray, own: FloatArray, width: FloatArray) -> FloatArray:
        """Return the next figure over the carried one.

        Parameters
        ----------
        common, own
            Standard normal scores, of all countries and of this one; shape ``(draw,)``.
        width
            Uniform numbers in (0, 1), of all countries; shape ``(draw,)``.
        """
        part = (self.common / self.scale) ** 2
        score = math.sqrt(part) * common + math.sqrt(1 - part) * own
        spread = gammaincinv(self.degrees / 2, width) / (self.degrees / 2)
        return np.asarray(np.exp(self.scale * score / np.sqrt(spread)))


NEXT_FIGURE = FigureDistribution(4.0, 0.155, 0.075)
"""Of a country plan: 89 % of 96 country-years of 2023 to 2026 lay in its 90 % interval."""
AFTER_ONSET = FigureDistribution(2.0, 0.25, 0.075, is_after_onset=True)
"""After a sudden onset without a revision: judged from seven cases."""


_NOBODY = "A crisis with nobody in it is left out; missing is not zero."


@dataclass(frozen=True, slots=True)
class Footprint:
    """People touched by one crisis in one destination, with the denominator they belong to.

    Parameters
    ----------
    crisis
        Id of the crisis.
    destination
        ISO3 or name; empty for a plan that spans countries.
    people
        Published number of persons, > 0.
    as_of
        Date for which the number speaks.
    measure
        ``exposed``, ``affected``, ``in_need`` (severity 3 and above) or ``severe`` (4 and above).
        Measures are never mixed in one total.
    pin_scope
        Who was counted (see the docs page on scopes): ``all``, ``nationals``,
        ``residents_excl_refugees``, ``migrants_separate``, ``mixed_hosts`` or ``unknown``.
    pin_scope_source
        The sentence or source that `pin_scope` rests on; empty where it is unknown.
    grade
        Quality of the number, ``A`` (probability survey) to ``E`` (modelled): the noise of the share
        at fixed population, as a standard deviation on the logit scale.
    area
        Admin units covered, by p-code or name; empty means the whole country.
    denominator
        Residents of the area that `people` belongs to; None takes the case's population of
        `destination`. A footprint of some areas with a national denominator is no national share and
        is treated as such.
    counts
        Published counts of groups.
    areas
        People in need by area of the whole country, with the migrants counted there: evidence of
        evidence level 2 where migrants were counted in areas that hold half of them or more.
    modelled
        The model's share, where `people` is not published but modelled (evidence level 4).
    source
        Where the number comes from.
    note
        Caveats in the publisher's or compiler's words.
    pin_scope_year
        Year of the plan in which `pin_scope` was read, where that is not this one; None where the scope
        was read in this plan, or was not read at all.
    next_figure
        Distribution of the next published figure, where `people` is carried forward to a month
        (`gecam.case_at`): it stands in place of the grade's noise, and `people` is its median.
    source_kind
        ``needs_plan`` (a response plan or needs overview, which counts refugees by rule), ``analysis``
        (IPC or another analysis of residents), ``survey``, or ``hazard`` (people exposed to an event,
        or displaced by it). By default a row's refugees in need follow it
        (`Assumptions.protection_in_need`).
    refugees_counted_in
        Years in which the country's plans counted refugees, where `pin_scope` is ``unknown`` and no
        plan of the country that says whom it counts left them out: they are taken as counted.

    Raises
    ------
    InputError
        If a number or word breaks its rule.
    """

    crisis: str
    destination: str
    people: float
    as_of: date
    measure: Measure = "in_need"
    pin_scope: PinScope = "unknown"
    pin_scope_source: str = ""
    grade: Grade = "B"
    area: tuple[str, ...] = ()
    denominator: float | None = None
    counts: tuple[GroupCount, ...] = ()
    areas: tuple[AreaNeeds, ...] = ()
    modelled: ModelledShare | None = None
    source: Source = UNKNOWN_SOURCE
    note: str = ""
    pin_scope_year: WholeNumber | None = field(default=None, metadata={"unset": None})
    next_figure: FigureDistribution | None = field(default=None, metadata={"unset": None})
    source_kind: SourceKind = field(default="needs_plan", metadata={"unset": "needs_plan"})
    refugees_counted_in: tuple[str, ...] = field(default=(), metadata={"unset": ()})

    def __post_init__(self) -> None:
        place = {"sheet": "footprint", "row": f"{self.crisis} x {self.destination or 'regional'}"}
        problems = field_problems(self, **place) or list(self._problems(place))
        if problems:
            raise InputError(f"footprint has {len(problems)} problem(s)", problems)

    def _problems(self, place: dict[str, Any]) -> Iterator[Problem]:
        try:
            code = country_code(self.destination) if self.destination else ""
            object.__setattr__(self, "destination", code)
        except CodeError as error:
            yield Problem(error.headline, column="destination", code="CODE", **place)
        denominator = math.inf if self.denominator is None else self.denominator
        numbers = (("people", self.people, _NOBODY), ("denominator", denominator, ""))
        for name, people, remedy in numbers:
            if people <= 0:
                what = f"{name} must be above 0: got {people}"
                yield Problem(what, remedy, column=name, code="NOT_POSITIVE", **place)
            elif people < 1:
                what = f"{name} is less than one person: {people:.15g}"
                yield Problem(what, NO_COUNT, column=name, code="BELOW_ONE", **place)
        yield from (Problem(*what, column="counts", **place) for what in _of_counts(self))
        if len({a.area for a in self.areas}) < len(self.areas):
            what = "an area occurs more than once"
            yield Problem(what, column="areas", code="DUPLICATE", **place)

    @property
    def is_need(self) -> bool:
        """Whether it counts people in need, as plans do by rule, and not people exposed or affected."""
        return self.measure in NEEDS

    @property
    def is_counted_by_rule(self) -> bool:
        """Whether it is of a needs plan, which counts refugees as in need by rule."""
        return self.is_need and self.source_kind == "needs_plan"

    @property
    def is_national(self) -> bool:
        """Whether the footprint speaks for the whole country."""
        return not self.area

    @checked
    def count(self, group: CountedGroup, *uses: CountUse) -> GroupCount | None:
        """Return the first published count of `group` with one of `uses`, or None.

        Parameters
        ----------
        group
            One of the groups of `GroupCount`, such as ``"protection"``.
        *uses
            One or several of the uses of `GroupCount`, such as ``"share"``; without any, None is
            returned.
        """
        return next((c for c in self.counts if c.group == group and c.use in uses), None)


def _of_counts(footprint: Footprint) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with the counts of a footprint together, and what to do."""
    used = Counter(c.group for c in footprint.counts if c.is_used)
    for group, n in used.items():
        if n > 1:
            yield (
                f"{n} counts of group {group!r} are to be used",
                "Keep one, and make the others 'related'.",
            )
    if used and not footprint.destination:
        yield (
            f"a count of group {next(iter(used))!r} is to be used for a plan that spans countries",
            "Use 'plan_level', or give the countries their own footprints.",
        )
