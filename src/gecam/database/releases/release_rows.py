"""From estimates to the rows of a release."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from gecam._typing import FloatArray
from gecam.codes import is_iso3, m49, region, subregion
from gecam.database.storage.canonical import Value, canonical_json
from gecam.database.storage.codec import encode
from gecam.database.storage.schema import ESTIMATES, RELEASE_TABLES, stored_key
from gecam.model import Crisis, Source
from gecam.results import (
    ADDED,
    CELL_LABELS,
    CELL_ROWS,
    PLAN_ROWS,
    SHOWN,
    Breakdown,
    CompleteEstimates,
    Estimates,
    EstimationCell,
    RegionalCell,
)
from gecam.uncertainty import equal_tailed

# Level of an interval -> the quantiles that are its ends.
QUANTILES = {0.9: ("q05", "q95"), 0.8: ("q10", "q90"), 0.5: ("q25", "q75")}

# Which rows a release holds. Rows of one breakdown answer one question; rows of two never add.
BREAKDOWNS: Mapping[str, Callable[[Estimates], Breakdown]] = {
    "total": lambda e: e.total(),
    "part": lambda e: e.parts(),
    "region": lambda e: e.by("region"),
    "subregion": lambda e: e.by("subregion"),
    "destination": lambda e: e.by("destination"),
    "destination_group": lambda e: e.by("destination", "group"),
    "origin": lambda e: e.by("origin"),
    "crisis": lambda e: e.by("crisis"),
    "cell": lambda e: e.by("crisis", "destination", "group"),
}
Answer = Estimates | CompleteEstimates
LABEL_OF: Mapping[str, Callable[[EstimationCell], str]] = {
    "crisis": lambda cell: cell.crisis,
    "destination": lambda cell: cell.destination,
    "group": lambda cell: cell.group,
    "region": lambda cell: region(cell.destination),
    "subregion": lambda cell: subregion(cell.destination),
}


@dataclass(frozen=True, slots=True)
class ReleaseNote:
    """Name and reason of a release, and the release that it replaces."""

    name: str
    reason: str
    supersedes: str = ""


def of_plans(answer: Answer) -> Estimates:
    """Return the answer of country-level plans."""
    return answer.estimates if isinstance(answer, CompleteEstimates) else answer


def regional_sources(answer: Answer) -> tuple[Source, ...]:
    """Return the sources of the regional plans of an answer; none without them."""
    return () if isinstance(answer, Estimates) else answer.sources


def breakdowns(answer: Answer) -> Iterator[tuple[str, Breakdown]]:
    """Yield the breakdowns of a release with their rows; people of regional plans come last."""
    for breakdown, ask in BREAKDOWNS.items():
        if breakdown == "total" and isinstance(answer, CompleteEstimates):
            yield breakdown, answer.headline()
        else:
            yield breakdown, ask(of_plans(answer))
    if isinstance(answer, CompleteEstimates):
        for breakdown, in_crisis in CELL_ROWS.items():
            yield breakdown, answer.by_cell(in_crisis=in_crisis)
        yield PLAN_ROWS, answer.by_plan()


def estimate_rows(answer: Answer, revision: ReleaseNote) -> list[list[Value]]:
    """Return the rows of the table ``estimates``, in the order of its columns."""
    facts = _Facts(answer, revision)
    return [
        [record[column] for column in ESTIMATES]
        for breakdown, rows in breakdowns(answer)
        for record in facts.rows(breakdown, rows)
    ]


class _Facts:
    """What the rows of one answer share, and what they rest on."""

    def __init__(self, answer: Answer, revision: ReleaseNote) -> None:
        estimates = of_plans(answer)
        self.regional = _Regional.of(answer)
        self.crises = {crisis.id: crisis for crisis in estimates.crises}
        self.sources = {source.id: source for source in estimates.sources}
        self.public = {source.id for source in estimates.sources if source.is_public}
        self.cells = estimates.cells
        provenance = estimates.provenance
        self.common: dict[str, Any] = {
            **dict.fromkeys(ESTIMATES, ""),
            "release": revision.name,
            "scope": estimates.scope,
            "measure": estimates.measure,
            "seed": str(provenance.seed),
            "draws": provenance.draws,
            "versions": " ".join(f"{k}={v}" for k, v in sorted(provenance.versions.items())),
            "config_sha256": provenance.config_sha256,
            "supersedes": revision.supersedes,
            "revision_reason": revision.reason,
        }

    def rows(self, breakdown: str, answer: Breakdown) -> Iterable[dict[str, Value]]:
        summary = answer.summary()
        is_estimated = answer.is_estimated
        quantiles = _quantiles(answer)
        dimensions = [str(column) for column in answer.labels.columns]
        for i, row in enumerate(summary.to_dict("records")):
            labels = {name: str(row[name]) for name in dimensions}
            if breakdown == "cell" and not labels["destination"]:
                continue  # a plan that spans countries: it is among the crises
            cells = self._cells(labels)
            spread = {name: values[i] for name, values in quantiles.items()}
            record = self.common | {k: row[k] for k in row if k in ESTIMATES} | spread
            record |= self._labels(labels) | self._inputs(cells, is_known=bool(is_estimated[i]))
            record["breakdown"] = stored_key(breakdown)
            record["id"] = stored_key("/".join([breakdown, *labels.values()]))
            record["stock"] = cells[0].stock if breakdown == "cell" else np.nan
            record["as_of"] = self._as_of(labels, cells)
            record |= self.regional.cells_of(breakdown, labels, record)
            yield {column: _cell(record[column], ESTIMATES[column]) for column in ESTIMATES}

    def _cells(self, labels: Mapping[str, str]) -> list[EstimationCell]:
        """Return the cells that a row can rest on: those that share its labels."""
        return [
            cell
            for cell in self.cells
            if all(LABEL_OF[key](cell) == value for key, value in labels.items() if key in LABEL_OF)
        ]

    def _labels(self, labels: Mapping[str, str]) -> dict[str, str]:
        crisis = self.crises.get(labels.get("crisis", ""))
        iso3 = labels.get("destination", "")
        origin = labels.get("origin", "")
        return {
            "iso3": iso3,
            "m49": m49(iso3) if is_iso3(iso3) else "",
            "origin": origin,
            "group": labels.get("group", ""),
            "region": labels.get("region", labels.get("subregion", "")),
            "crisis": crisis.id if crisis else "",
            "crisis_name": crisis.name if crisis else "",
            "glide": crisis.glide if crisis else "",
        }

    def _inputs(self, cells: Sequence[EstimationCell], *, is_known: bool) -> dict[str, Any]:
        """Return the sources that the cells' steps read; all of them where they name none."""
        used = {source for cell in cells for step in cell.steps for source in step.sources}
        if is_known and not used:
            used = set(self.sources)
        named = [self.sources[key] for key in sorted(used & self.sources.keys())]
        # A row without steps has no estimate, but its reason may hold figures of any input.
        behind = used or self.sources.keys()
        return {
            "inputs": " ".join(map(_pinned, named)),
            "is_public": behind <= self.public,
        }

    def _as_of(self, labels: Mapping[str, str], cells: Sequence[EstimationCell]) -> str:
        """Return the date of the crisis, or the last date of the crises that are counted."""
        if crisis := self.crises.get(labels.get("crisis", "")):
            return crisis.reference_date.isoformat()
        counted = {cell.crisis for cell in cells if cell.status in SHOWN} or set(self.crises)
        return last_date(self.crises[key] for key in counted)


@dataclass(frozen=True, slots=True)
class _Regional:
    """What rows of regional plans, and totals that hold them, rest on.

    Parameters
    ----------
    cells
        By their labels.
    plans
        Name of each plan by its id.
    inputs
        Sources, each with the hash of its file.
    is_public
        Whether all of them are public; tables without a source are not.
    config_sha256
        Hash of the run and of the regional plans.
    """

    cells: Mapping[tuple[str, ...], RegionalCell]
    plans: Mapping[str, str]
    inputs: str
    is_public: bool
    config_sha256: str

    @classmethod
    def of(cls, answer: Answer) -> _Regional:
        """Return it for an answer; without cells where it has no regional plans."""
        if isinstance(answer, Estimates):
            return cls({}, {}, "", is_public=True, config_sha256="")
        sources = regional_sources(answer)
        return cls(
            {tuple(getattr(cell, name) for name in CELL_LABELS): cell for cell in answer.cells},
            dict(zip(answer.plans["crisis"], answer.plans["plan"], strict=True)),
            " ".join(map(_pinned, sources)),
            bool(sources) and all(source.is_public for source in sources),
            answer.config_sha256,
        )

    def cells_of(
        self, breakdown: str, labels: Mapping[str, str], cells: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Return what a row says otherwise because of regional plans; nothing where it has none."""
        own = {
            "inputs": self.inputs, "is_public": self.is_public, "config_sha256": self.config_sha256,
        }  # fmt: skip
        if breakdown in CELL_ROWS:
            cell = self.cells[tuple(labels[name] for name in CELL_LABELS)]
            return {**own, "crisis": cell.crisis, "crisis_name": cell.plan, "stock": cell.present}
        if breakdown == PLAN_ROWS:
            return {**own, "crisis": labels["crisis"], "crisis_name": self.plans[labels["crisis"]]}
        if breakdown == "total" and ADDED.get(labels["total"]):  # type: ignore[call-overload]  # "country plans" is none of them
            return {
                "inputs": f"{cells['inputs']} {self.inputs}".strip(),
                "is_public": cells["is_public"] and self.is_public,
                "config_sha256": self.config_sha256,
            }
        return {}


def _pinned(source: Source) -> str:
    """Return the id of a source, with the hash of its file where it has one."""
    return f"{source.id}@{source.sha256}" if source.sha256 else source.id


def _quantiles(answer: Breakdown) -> dict[str, FloatArray]:
    """Return the quantiles of all rows by name; NaN where not estimated."""
    is_known = answer.is_estimated
    quantiles = {n: np.full(len(answer), np.nan) for pair in QUANTILES.values() for n in pair}
    if not is_known.any():
        return quantiles
    ordered = np.sort(answer.draws[is_known], axis=1)  # once for all levels
    for level, names in QUANTILES.items():
        statistics = (
            equal_tailed(ordered, level=level)
            if answer.drawless is None
            else answer.drawless.summary(level=level, kind="eti")
        )
        for name, end in zip(names, (statistics.lower, statistics.upper), strict=True):
            quantiles[name][is_known] = end
    return quantiles


def last_date(crises: Iterable[Crisis]) -> str:
    """Return the last reference date, ISO; empty for none."""
    return max((crisis.reference_date.isoformat() for crisis in crises), default="")


def _cell(value: Any, kind: str) -> Value:
    """Return a value as the column's type; missing numbers as None."""
    if kind == "TEXT":
        return str(value)
    number = float(value)
    if np.isnan(number):
        return None
    return int(number) if kind == "INTEGER" else number


def source_rows(sources: Iterable[Source], revision: ReleaseNote) -> list[list[Value]]:
    """Return the rows of the table ``sources``."""
    rows = []
    for source in sources:
        cells = {**asdict(source), "release": revision.name}
        cells["released_on"] = source.released_on.isoformat() if source.released_on else ""
        rows.append([
            _cell(cells[column], kind) for column, kind in RELEASE_TABLES["sources"].items()
        ])  # fmt: skip
    return rows


def specification_rows(answer: Answer, revision: ReleaseNote) -> list[list[Value]]:
    """Return the rows of the table ``specifications``: everything that was chosen, by name."""
    estimates = of_plans(answer)
    provenance = estimates.provenance
    chosen: dict[str, Any] = {
        "case": provenance.case,
        "scope": estimates.scope,
        "measure": estimates.measure,
        "level": estimates.level,
        "seed": provenance.seed,
        "draws": provenance.draws,
        "sampler": provenance.sampler,
        "config_sha256": provenance.config_sha256,
        **{f"version.{k}": v for k, v in sorted(provenance.versions.items())},
        **{f"assumption.{k}": v for k, v in _flat(asdict(estimates.assumptions))},
    }
    if isinstance(answer, CompleteEstimates) and answer.regional is not None:
        chosen["regional_plans"] = answer.regional.year
        chosen["people_present"] = answer.present
    return [
        [revision.name, name, value if isinstance(value, str) else _json(value)]
        for name, value in chosen.items()
    ]


def _flat(values: Mapping[str, Any], prefix: str = "") -> Iterable[tuple[str, Any]]:
    for key, value in values.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


def _json(value: Any) -> str:
    return canonical_json(encode(value)).decode()
