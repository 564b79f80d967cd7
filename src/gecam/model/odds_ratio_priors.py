"""Priors of the odds ratio by class of crisis, basis of the stock, comparison and country."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from importlib import resources
from math import inf, log
from typing import Any, Literal

from gecam._signature import check_fields, former_field
from gecam._typing import NonNegative
from gecam.errors import InputError
from gecam.model.odds_ratio_prior import OddsRatioPrior

PriorRow = Literal["need", "same_places", "sudden_onset", "border_change", "exposed"]
PRIOR_ROWS: Mapping[str, str] = {
    "need": "people in need, protracted crisis or conflict, stock by citizenship, against the nation",
    "same_places": "the same, against residents of the same areas",
    "sudden_onset": "people in need, crisis of sudden onset, stock by citizenship",
    "border_change": "people in need, most migrants born beyond a border that moved",
    "exposed": "people exposed or affected",
}
FACTORS = ("citizenship", "unknown", "birth", "high_income")


@dataclass(frozen=True, slots=True)
class OddsRatioUse:
    """What decides which prior a row of an estimate takes.

    Parameters
    ----------
    destination, year
        Country (ISO3), and calendar year of the figure.
    basis
        How the stock counts: ``citizenship``, ``birth`` or ``unknown``.
    is_need
        Whether the figure is of people in need; else of people exposed or affected.
    is_sudden, is_border_change, is_by_area, is_high_income
        Crisis of sudden onset; borders changed within the stock's series; migrants compared with
        residents of the same areas; the World Bank classes the country as of high income.
    people
        Migrants other than refugees in the stock, persons.
    """

    destination: str
    year: int
    basis: Literal["citizenship", "birth", "unknown"] = "unknown"
    is_need: bool = True
    is_sudden: bool = False
    is_border_change: bool = False
    is_by_area: bool = False
    is_high_income: bool = False
    people: float = 0.0


@dataclass(frozen=True, slots=True)
class OddsRatioEvidence:
    """A prior, and what it rests on.

    Parameters
    ----------
    prior
        Of the odds ratio.
    status
        ``estimated`` from published pairs of at least three countries, or of the country itself;
        ``judged`` otherwise.
    k
        Countries with pairs of this kind.
    basis
        What it rests on, in words.
    year, stock
        Of a country's own pair: the year, and the migrants it was measured among (persons); None where
        the pair and the stock in use are of the same people.
    """

    prior: OddsRatioPrior
    status: Literal["estimated", "judged"]
    k: int
    basis: str
    year: int | None = None
    stock: float | None = None

    @property
    def text(self) -> str:
        """The status with the number of countries."""
        return f"{self.status}, k = {self.k}"


@former_field("drift_log_sd", "log_sd_per_root_year")
@dataclass(frozen=True, slots=True)
class OddsRatioPriors:
    """Priors of the odds ratio, one for each kind of row.

    Parameters
    ----------
    rows
        Kind of row (`PRIOR_ROWS`) -> prior and evidence.
    factors
        What multiplies the median of ``need``, ``same_places`` and ``sudden_onset``: by ``citizenship``
        (1), by ``birth``, ``unknown``, and ``high_income``.
    countries
        ISO3 -> the prior of a country with own pairs, updated by them; of people in need, by
        citizenship.
    log_sd_per_root_year
        Change of a country's log odds ratio per root year between its pair and the figure.
    """

    rows: Mapping[str, OddsRatioEvidence]
    factors: Mapping[str, float]
    countries: Mapping[str, OddsRatioEvidence] = field(default_factory=dict)
    log_sd_per_root_year: NonNegative = field(default=0.0, metadata={"hashed_as": "drift_log_sd"})

    def __post_init__(self) -> None:
        check_fields(self)
        if set(self.rows) != set(PRIOR_ROWS) or set(self.factors) != set(FACTORS):
            raise InputError(
                f"priors of the odds ratio need the rows {', '.join(PRIOR_ROWS)} and the factors "
                f"{', '.join(FACTORS)}: got {', '.join(self.rows)} and {', '.join(self.factors)}"
            )

    @classmethod
    def estimated(cls) -> OddsRatioPriors:
        """Return those of this version, from the packaged pairs of 2026."""
        return _packaged()

    def of(self, use: OddsRatioUse) -> OddsRatioEvidence:
        """Return the prior of a row."""
        if not use.is_need:
            return self.rows["exposed"]
        if not use.is_sudden and use.destination in self.countries:
            own = self.countries[use.destination]
            noise = self.log_sd_per_root_year * abs(use.year - (own.year or use.year)) ** 0.5
            if own.stock is not None and use.people > 0:
                noise = (noise**2 + log(use.people / own.stock) ** 2) ** 0.5
            return self._at(replace(own, prior=own.prior.noisier(noise)), use)
        if use.is_border_change:
            return self.rows["border_change"]
        kind = "sudden_onset" if use.is_sudden else "same_places" if use.is_by_area else "need"
        return self._at(self.rows[kind], use)

    def scaled(self, factor: float) -> OddsRatioPriors:
        """Return the priors with the spread of each multiplied by `factor`, >= 0."""
        return self._changed(lambda prior: prior.scaled(factor))

    def times(self, factor: float) -> OddsRatioPriors:
        """Return the priors with each median multiplied by `factor`, > 0."""
        return self._changed(lambda prior: prior.at(prior.median * factor))

    def shared(self, weights: tuple[float, float, float]) -> OddsRatioPriors:
        """Return the priors with other shares of variance: of all countries, of a type, own."""
        return self._changed(lambda prior: prior.shared(weights))

    def _changed(self, change: Any) -> OddsRatioPriors:
        def each(held: Mapping[str, OddsRatioEvidence]) -> dict[str, OddsRatioEvidence]:
            return {k: replace(x, prior=change(x.prior)) for k, x in held.items()}

        return replace(self, rows=each(self.rows), countries=each(self.countries))

    def _at(self, held: OddsRatioEvidence, use: OddsRatioUse) -> OddsRatioEvidence:
        factor = self.factors[use.basis]
        if use.is_high_income and held.year is None:  # a country's own pair holds its income
            factor *= self.factors["high_income"]
        return replace(held, prior=_times(held.prior, factor))

    def __hash__(self) -> int:
        """Return a hash of all rows, so that answers of equal priors are made once."""
        held: tuple[Mapping[str, object], ...] = (self.rows, self.factors, self.countries)
        return hash((*(frozenset(part.items()) for part in held), self.log_sd_per_root_year))

    def __repr__(self) -> str:
        """Return one line."""
        need = self.rows["need"]
        return (
            f"OddsRatioPriors({need.text}: {need.prior!r}; {len(self.rows)} kinds of rows, "
            f"{len(self.countries)} countries with own pairs)"
        )


@lru_cache(maxsize=1_024)  # few differ, and every row asks for its own
def _times(prior: OddsRatioPrior, factor: float) -> OddsRatioPrior:
    return prior.at(prior.median * factor)


OddsRatioAssumption = OddsRatioPrior | OddsRatioPriors


def prior_at(given: OddsRatioAssumption, use: OddsRatioUse) -> OddsRatioEvidence:
    """Return the prior of a row and what it rests on.

    Parameters
    ----------
    given
        One prior for all rows, or one for each kind of row.
    use
        What the row is.
    """
    if isinstance(given, OddsRatioPriors):
        return given.of(use)
    return OddsRatioEvidence(given, "judged", 0, "one prior for all rows")


@cache
def _packaged() -> OddsRatioPriors:
    """Read the table that tools/build_odds_ratios.py writes."""
    file = resources.files("gecam.model") / "odds_ratios.csv"
    table = list(csv.DictReader(file.read_text(encoding="utf-8").splitlines()))
    read: dict[str, dict[str, Any]] = {k: {} for k in ("row", "factor", "country", "drift")}
    for row in table:
        number = float(row["median"])
        is_prior = row["kind"] in {"row", "country"}
        read[row["kind"]][row["name"]] = _evidence(row) if is_prior else number
    return OddsRatioPriors(read["row"], read["factor"], read["country"], read["drift"]["log_sd"])


def _evidence(row: Mapping[str, str]) -> OddsRatioEvidence:
    shared, of_type = float(row["shared"]), float(row["of_type"])
    prior = OddsRatioPrior(
        median=float(row["median"]),
        lower=float(row["lower"]),
        upper=float(row["upper"]),
        degrees=float(row["degrees"] or inf),
        weights=(shared, of_type, 1 - shared - of_type),
    )
    status: Any = row["status"]
    year, stock = int(row["year"] or 0) or None, float(row["stock"] or 0) or None
    return OddsRatioEvidence(prior, status, int(row["k"]), row["basis"], year, stock)
