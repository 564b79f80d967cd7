"""Expert judgements that are the same in every run: numbers of the method that no run changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class FixedAssumptions:
    """Expert judgements that no run changes; `gc.defaults` says what each means and rests on."""

    unmeasured_years: float = 2.0
    same_growth: float = 0.0005
    near_days: int = 366
    population_log_sd: float = 0.058
    people_over_residents: float = 1.1
    largest_share: float = 0.99
    largest_part: float = 0.9
    largest_logit_sd: float = 1.4
    count_over_people: float = 1.1
    part_counted: float = 0.5
    most_of_country: float = 0.95
    uncounted_concentration: float = 10.0
    flagged_border: float = 0.05
    most_border: float = 0.5
    register_log_sd: float = 0.10
    register_growth: float = 2.0
    chapter_grades: Mapping[str, str] = field(
        default_factory=lambda: {"high": "B", "medium": "C", "low": "D"}
    )
    cv_limits: tuple[float, ...] = (0.05, 0.15, 0.25, 0.35)
    counts_in_sum: float = 0.05


FIXED = FixedAssumptions()
