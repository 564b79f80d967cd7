"""Assumptions: every number that is not published data, in one place, with what it rests on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, get_args

import numpy as np

from gecam._signature import checked
from gecam._typing import NonNegative, Positive
from gecam.errors import InputError
from gecam.model.fixed import FIXED
from gecam.model.frames import is_number
from gecam.model.odds_ratio_prior import OddsRatioPrior
from gecam.model.odds_ratio_priors import OddsRatioAssumption, OddsRatioPriors
from gecam.model.stock import ATTRIBUTES

CountryType = Literal[
    "transit", "labour_camp", "refugee_hosting", "settled", "small_island_disaster"
]
ActsOn = Literal["crisis", "country"]
BorderRule = Literal["by_corridor", "by_country"]
AfterOnset = Literal["with_residents", "both_held", "held"]
ChapterInNeed = Literal["share_of_present", "count"]
ProtectionInNeed = Literal["by_source", "published", "planned", "measured", "national", "one"]
StockClass = Literal["measured", "extrapolated", "citizenship", "imputed"]
OverlapAssumption = Literal["uniform", "independent", "comonotone"]


def _are_numbers(values: Any, n: int) -> bool:
    return isinstance(values, tuple | list) and len(values) == n and all(map(is_number, values))


def _is_sd(value: Any) -> bool:
    return is_number(value) and 0 <= value < 5


def _is_part(value: Any) -> bool:
    return is_number(value) and 0 <= value <= 1


def _is_beta(value: Any) -> bool:
    return _are_numbers(value, 2) and all(0 < shape < np.inf for shape in value)


def _is_factor(value: Any) -> bool:
    return _are_numbers(value, 2) and 0 < value[0] < np.inf and _is_sd(value[1])


def _is_undercount(value: Any) -> bool:
    if isinstance(value, Mapping):
        return set(value) == set(get_args(CountryType)) and all(map(_is_factor, value.values()))
    return value is None or (_is_beta(value) and value[1] > 1)


def _is_flag(value: Any) -> bool:
    return isinstance(value, bool | np.bool_)


Rule = tuple[Callable[[Any], bool], str]


def _each(keys: tuple[str, ...], holds: Callable[[Any], bool], rule: str) -> Rule:
    """Return the rule of a mapping with exactly these keys."""

    def hold_all(values: Any) -> bool:
        is_whole = isinstance(values, Mapping) and set(values) == set(keys)
        return is_whole and all(map(holds, values.values()))

    return hold_all, f"a mapping with {rule} for each of {', '.join(keys)}"


def _one_of(words: Any) -> Rule:
    allowed: tuple[str, ...] = get_args(words)
    return lambda value: isinstance(value, str) and value in allowed, f"one of {', '.join(allowed)}"


def _is_local_place(value: Any) -> bool:
    names = {"concentration", "least_share", "in_need"}
    if not (isinstance(value, Mapping) and set(value) == names):
        return False
    numbers = [value["concentration"], value["least_share"], value["in_need"]]
    if not all(map(is_number, numbers)):
        return False
    concentration, least, in_need = numbers
    return bool(0 < concentration < np.inf and 0 <= least < 1 and 0 < in_need <= 1)


_SD: Rule = (_is_sd, "a number in [0, 5)")
_PART: Rule = (_is_part, "a number in [0, 1]")
_FLAG: Rule = (_is_flag, "True or False")
_RULES: dict[str, Rule] = {
    "odds_ratio_acts_on": _one_of(ActsOn),
    "protection_in_need": _one_of(ProtectionInNeed),
    "protection_share_mean": (
        lambda value: _is_part(value) and 0 < value < 1,
        "a number in (0, 1)",
    ),
    "protection_logit_sd": _SD,
    "planned_factor": (_is_factor, "two numbers: a mean above 0 and a log sd in [0, 5)"),
    "planned_earlier_weight": _PART,
    "refugee_odds_ratio": _each(
        ("need", "exposed"), lambda value: isinstance(value, OddsRatioPrior), "an OddsRatioPrior"
    ),
    "chapter_in_need": _one_of(ChapterInNeed),
    "inside_stock": _each(("added", "unknown"), _is_beta, "two numbers > 0, as of Beta(a, b),"),
    "stock_log_sd": _each(get_args(StockClass), _is_sd, "a number in [0, 5)"),
    "stock_after_onset": _one_of(AfterOnset),
    "relative_presence": _each(
        ("settled", "border_change", "other"),
        lambda value: is_number(value) and 0 < value < np.inf,
        "a number above 0",
    ),
    "border_changes": _one_of(BorderRule),
    "frozen_log_sd": _SD,
    "drift_log_sd": _SD,
    "end_correlation": _PART,
    "growth_cap": _SD,
    "stock_correlation": _PART,
    "change_correlation": _PART,
    "grade_logit_sd": _each(tuple("ABCDE"), _is_sd, "a number in [0, 5)"),
    "subnational_logit_sd": _SD,
    "local_place": (
        lambda value: value is None or _is_local_place(value),
        "None, or concentration above 0, least_share in [0, 1) and in_need in (0, 1]",
    ),
    "pin_correlation": _PART,
    "unknown_scope_weight": _PART,
    "overlap": _one_of(OverlapAssumption),
    "area_kappa": (lambda value: is_number(value) and 0 < value < np.inf, "a number above 0"),
    "undercount": (
        _is_undercount,
        "None; two numbers a > 0 and b > 1 as of Beta(a, b): with b <= 1 the mean number of people "
        "present is infinite; or a mapping with two numbers, a mean factor above 0 and a log sd in "
        f"[0, 5), for each of {', '.join(get_args(CountryType))}",
    ),
    "redistribute_unknown_origins": _FLAG,
    "composition_log_sd": _SD,
    **{f"{attribute}_log_sd": _SD for attribute in ATTRIBUTES},
    "apply_onset_rule": _FLAG,
    "apply_growth": _FLAG,
    "apply_relations": _FLAG,
}


# Of inputs that were stored before the field existed: it stays when the default moves.
UNSET_OF_REFUGEES: Mapping[str, OddsRatioPrior] = {
    "need": OddsRatioPrior(median=2.0, lower=0.8, upper=5.0),
    "exposed": OddsRatioPrior(median=1.65, lower=0.5, upper=5.4),
}


def _of_refugees() -> dict[str, OddsRatioPrior]:
    """Return the odds ratios of refugees against residents: of need, and of exposure."""
    return {
        "need": OddsRatioPrior(median=2.0, lower=0.8, upper=5.0),
        "exposed": OddsRatioPrior(median=1.65, lower=0.5, upper=5.4),
    }


def _of_places() -> dict[str, float]:
    """Return what is assumed of where groups live in an event that is confined to some places."""
    return {"concentration": 1.0, "least_share": 0.1, "in_need": 0.3}


def _of_presence() -> dict[str, float]:
    """Return how present migrants still are after an onset, relative to the residents, by class."""
    return {"settled": 1.0, "border_change": 1.0, "other": 1.0}


@dataclass(frozen=True, slots=True)
class Assumptions:
    """All assumptions of one run; change one with `dataclasses.replace` or `gc.scenario`.

    Each field's meaning, unit and basis is in `DEFAULTS` and is printed by ``gc.defaults()``.
    """

    odds_ratio: OddsRatioAssumption = field(default_factory=OddsRatioPriors.estimated)
    odds_ratio_acts_on: ActsOn = field(default="country", metadata={"unset": "crisis"})
    protection_in_need: ProtectionInNeed = "by_source"
    protection_share_mean: float = 0.969
    protection_logit_sd: NonNegative = 1.4
    planned_factor: tuple[float, float] = field(
        default=(1.03, 0.14), metadata={"unset": (1.03, 0.14)}
    )
    planned_earlier_weight: float = field(default=0.4, metadata={"unset": 0.4})
    refugee_odds_ratio: Mapping[str, OddsRatioPrior] = field(
        default_factory=_of_refugees, metadata={"unset": UNSET_OF_REFUGEES}
    )
    chapter_in_need: ChapterInNeed = field(default="share_of_present", metadata={"unset": "count"})
    inside_stock: Mapping[str, tuple[float, float]] = field(
        default_factory=lambda: {"added": (8.0, 2.0), "unknown": (4.0, 4.0)}
    )
    stock_log_sd: Mapping[str, float] = field(
        default_factory=lambda: {
            "measured": 0.23,
            "extrapolated": 0.23,
            "citizenship": 0.34,
            "imputed": 0.40,
        }
    )
    stock_after_onset: AfterOnset = field(default="with_residents", metadata={"unset": "held"})
    relative_presence: Mapping[str, float] = field(
        default_factory=_of_presence,
        metadata={"unset": {"settled": 1.0, "border_change": 1.0, "other": 1.0}},
    )
    border_changes: BorderRule = field(default="by_corridor", metadata={"unset": "by_country"})
    frozen_log_sd: float = 0.30
    drift_log_sd: float = 0.15
    end_correlation: float = 0.78
    growth_cap: float = 0.15
    stock_correlation: float = 0.15
    change_correlation: float = field(default=0.15, metadata={"unset": 0.0})
    grade_logit_sd: Mapping[str, float] = field(
        default_factory=lambda: {"A": 0.10, "B": 0.20, "C": 0.35, "D": 0.50, "E": 0.80}
    )
    subnational_logit_sd: float = 0.50
    local_place: Mapping[str, float] | None = field(
        default_factory=_of_places, metadata={"unset": None}
    )
    pin_correlation: float = 0.3
    unknown_scope_weight: float = 0.5
    overlap: OverlapAssumption = "uniform"
    area_kappa: Positive = 50.0
    undercount: tuple[float, float] | Mapping[str, tuple[float, float]] | None = None
    redistribute_unknown_origins: bool = False
    composition_log_sd: float = 0.40
    sex_log_sd: NonNegative = ATTRIBUTES["sex"].log_sd
    apply_onset_rule: bool = True
    apply_growth: bool = True
    apply_relations: bool = True

    def __post_init__(self) -> None:
        if not isinstance(self.odds_ratio, OddsRatioPrior | OddsRatioPriors):
            raise InputError(
                "assumption odds_ratio must be an OddsRatioPrior or OddsRatioPriors: got "
                f"{self.odds_ratio!r}. Give gc.OddsRatioPrior(median=, lower=, upper=), or "
                ".exactly(2.0) for a certain one; that of learn_odds_ratio is its field prior."
            )
        for name, (holds, rule) in _RULES.items():
            value = getattr(self, name)
            if not holds(value):
                raise InputError(f"assumption {name} must be {rule}: got {value!r}")

    @checked
    def area_concentration(self, *, is_counted: bool, is_need: bool) -> float:
        """Return the concentration of the Dirichlet distribution of migrants over areas.

        Parameters
        ----------
        is_counted
            True where migrants were counted in areas, else False.
        is_need
            True for a figure of people in need, False for one of those an event exposes. Where nobody
            counted and an event strikes, few or most of them live there, as in `local_place`.
        """
        if is_counted:
            return self.area_kappa
        local = None if is_need else self.local_place
        return FIXED.uncounted_concentration if local is None else local["concentration"]

    def without_noise(self) -> Assumptions:
        """Return the same central values at odds ratio 1, with spreads of figures set to zero.

        What stays: refugees inside the stock, their prior share in need, readings of unknown scopes,
        overlap, and the population's own error.
        """
        of_classes: dict[str, Any] = {f"{attribute}_log_sd": 0.0 for attribute in ATTRIBUTES}
        return replace(
            self,
            **of_classes,
            odds_ratio=OddsRatioPrior.exactly(1.0),
            refugee_odds_ratio=dict.fromkeys(self.refugee_odds_ratio, OddsRatioPrior.exactly(1.0)),
            planned_factor=(self.planned_factor[0], 0.0),
            local_place=self.local_place and {**self.local_place, "concentration": 1e12},
            frozen_log_sd=0.0,
            drift_log_sd=0.0,
            subnational_logit_sd=0.0,
            composition_log_sd=0.0,
            stock_log_sd=dict.fromkeys(self.stock_log_sd, 0.0),
            grade_logit_sd=dict.fromkeys(self.grade_logit_sd, 0.0),
        )
