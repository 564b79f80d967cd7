"""Result of a back-test: cases, coverage, probability integral transforms, skill."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any, Literal

import pandas as pd

from gecam._signature import checked
from gecam.errors import InputError
from gecam.evaluation.verification.coverage import Coverage, coverage
from gecam.evaluation.verification.skill import Skill, skill
from gecam.evaluation.verification.uniformity import UniformityTest, p_text, uniformity_test
from gecam.results import Message, message

FEW = 30  # cases: below, report and do not recalibrate
FEW_IN_CRISIS = 10  # cases in crisis countries: below, coverage there is not known


@dataclass(frozen=True, eq=False)
class BackTest:
    """Forecasts made with earlier figures, judged by later ones.

    Parameters
    ----------
    name
        What was forecast: a text, or a message, of which `str` makes the text; `notes` too.
    cases
        One row per case: ``case``, ``is_crisis``, ``counts`` and ``reason`` (why a case does not
        count), ``observed``, ``central``, ``lower``, ``upper`` (in the unit of the figures),
        ``pit``, ``crps`` (on the log or logit scale), ``error`` (of the central value, there), and
        for each naive rule ``error_<rule>``: its absolute error there, which for a forecast without
        spread is its CRPS.
    rules
        Names of the naive rules.
    level
        Of the intervals.
    notes
        What a reader must know of this test.
    """

    name: Message | str
    cases: pd.DataFrame
    rules: tuple[str, ...]
    level: float
    notes: tuple[Message | str, ...] = ()

    @cached_property
    def scored(self) -> pd.DataFrame:
        """The cases that count."""
        return self.cases[self.cases["counts"]].reset_index(drop=True)

    @property
    def n(self) -> int:
        """Number of cases that count."""
        return len(self.scored)

    @property
    def n_crisis(self) -> int:
        """Number of them in crisis countries."""
        return int(self.scored["is_crisis"].sum())

    @property
    def coverage(self) -> Coverage:
        """How often intervals held what came out."""
        return _coverage(self.scored, self.level)

    @property
    def coverage_in_crisis(self) -> Coverage | None:
        """The same in crisis countries; None with fewer than 10 cases there: it is not known."""
        if self.n_crisis < FEW_IN_CRISIS:
            return None
        return _coverage(self.scored[self.scored["is_crisis"]], self.level)

    @property
    def shortfall(self) -> str:
        """In words, how coverage differs from the level beyond chance; empty where it does not."""
        observed = self.coverage
        if observed.is_consistent:
            return ""
        shape = message("NARROW" if observed.share < self.level else "WIDE")
        return str(message("SHORTFALL", level=self.level, share=observed.share, shape=shape))

    @property
    def pit(self) -> UniformityTest | None:
        """Test of the probability integral transforms; None with fewer than 30 cases."""
        return uniformity_test(self.scored["pit"]) if self.n >= FEW else None

    @checked
    def skill(self, rule: str, *, of: Literal["distribution", "centre"] = "distribution") -> Skill:
        """Return the skill against a naive rule: of the whole forecast (CRPS), or of its centre.

        Parameters
        ----------
        rule
            Name of the rule, one of `rules`.
        of
            ``"distribution"`` compares the CRPS of forecasts, ``"centre"`` the absolute errors of
            their central values.

        Returns
        -------
        Skill
            1 less the ratio of mean scores: above 0 the forecast is better.

        Raises
        ------
        InputError
            If there is no such rule.
        """
        if rule not in self.rules:
            raise InputError(f"no rule {rule!r}; there are {', '.join(self.rules)}")
        scores = self.scored["crps" if of == "distribution" else "error"]
        return skill(scores, self.scored[f"error_{rule}"], seed=1)

    def summary(self) -> str:
        """Return the verdict in plain text; a shortfall is stated."""
        n, crisis = len(self.cases), self.n_crisis
        count = message("CASES_COUNT", name=self.name, number=self.n, cases=n, crisis=crisis)
        if self.n < 2:
            return str(message("TOO_FEW_CASES", count=count))
        return "\n".join([str(count), *(f"  {line}" for line in (*self._verdict(), *self.notes))])

    def _verdict(self) -> Iterator[Message]:
        """Yield coverage, where the truth fell, and skill."""
        yield message("COVERAGE_IS", coverage=str(self.coverage))
        if self.shortfall:
            yield message("SHORTFALL_IS", shortfall=self.shortfall)
        test = self.pit
        if test is None:
            yield message("FEWER_CASES", few=FEW)
        else:
            shape = str(message("UNIFORM")) if test.is_uniform else test.shape
            yield message("WHERE_TRUTH_FELL", shape=shape, p_value=p_text(test.p_value))
        in_crisis = self.coverage_in_crisis
        if in_crisis is None:
            yield message("COVERAGE_IN_CRISIS_UNKNOWN", number=self.n_crisis)
        else:
            yield message("COVERAGE_IN_CRISIS_IS", coverage=str(in_crisis))
        for rule in self.rules:
            yield message("SKILL_AGAINST", rule=rule.replace("_", " "), skill=str(self.skill(rule)))
            yield message("SKILL_OF_CENTRE", skill=str(self.skill(rule, of="centre")))

    def to_dict(self) -> dict[str, Any]:
        """Return figures and cases as plain types, for JSON."""
        return {
            "name": str(self.name),
            "n": self.n,
            "n_cases": len(self.cases),
            "n_crisis": self.n_crisis,
            "level": self.level,
            **self._coverages(),
            "pit_p_value": self.pit.p_value if self.pit else None,
            "is_few": self.n < FEW,
            "skill": {
                rule: {of: asdict(self.skill(rule, of=of)) for of in ("distribution", "centre")}
                for rule in (self.rules if self.n > 1 else ())
            },
            "notes": list(map(str, self.notes)),
            "cases": [
                {key: None if pd.isna(value) else value for key, value in row.items()}
                for row in self.cases.to_dict("records")
            ],
        }

    def _coverages(self) -> dict[str, Any]:
        """Return coverage as plain types; without cases there is none."""
        if not self.n:
            return {"coverage": None, "coverage_in_crisis": "unknown", "shortfall": ""}
        crisis = self.coverage_in_crisis
        return {
            "coverage": asdict(self.coverage),
            "coverage_in_crisis": asdict(crisis) if crisis else "unknown",
            "shortfall": self.shortfall,
        }


def _coverage(rows: pd.DataFrame, level: float) -> Coverage:
    return coverage(rows["observed"], rows["lower"], rows["upper"], level=level)
