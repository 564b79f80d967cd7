"""A whole answer, and the inputs it was made from, as objects; and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from gecam._typing import Array, FloatArray
from gecam.aggregation import Composition
from gecam.database.storage.canonical import Value, canonical_json
from gecam.database.storage.codec import RENAMED_FIELDS, decode, encode
from gecam.database.storage.objects import ObjectStore, StoredArray, array_text, text_array
from gecam.errors import InputError
from gecam.model import Case, Group, RegionalPlans, Source
from gecam.results import (
    CompleteEstimates,
    Estimates,
    PeopleInAnyCrisis,
    PresentCount,
    Provenance,
)

DRAWS, ANSWER, INPUT = "draws", "answer", "input:"
REGIONAL, REGIONAL_DRAWS = "regional", "regional_draws"
OF_DRAWS = (DRAWS, REGIONAL_DRAWS)
# The parts of a case that are stored apart, so that releases share those that did not change.
APART = ("stock", "population", "protected", "assumptions")
OTHERS = tuple(field.name for field in fields(Case) if field.name not in APART)
PARTS: Mapping[str, tuple[str, ...]] = {**{part: (part,) for part in APART}, "needs": OTHERS}
# Fields of `Estimates` that hold draws, and the case, which has parts of its own; the others stand in
# the document as they are.
WITH_DRAWS = ("draws", "unions", "case", "ages")
NOT_READ = (*WITH_DRAWS, "replicates")  # the last is of quasi-random draws of earlier versions


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the inputs, as a document."""

    name: str
    document: Any
    rows: int
    sources: tuple[Source, ...]


def answer_arrays(estimates: Estimates) -> dict[str, Array]:
    """Return the arrays that hold an answer, by role: distinct rows of draws, and a document."""
    matrices = [estimates.draws, *(union.draws for union in estimates.unions.values())]
    draws, places = distinct_rows(matrices)
    document: dict[str, Any] = {
        field.name: encode(getattr(estimates, field.name))
        for field in fields(Estimates)
        if field.name not in WITH_DRAWS
    }
    document["draws"] = places[0].tolist()
    document["unions"] = [
        {
            "selection": selection,
            "draws": rows.tolist(),
            "odds_ratio_1": encode(union.odds_ratio_1),
            "sum_of_crises": encode(union.sum_of_crises),
            "leaves": encode(union.cells),
        }
        for (selection, union), rows in zip(estimates.unions.items(), places[1:], strict=True)
    ]
    return {DRAWS: draws, ANSWER: text_array(document)}


def read_answer(store: ObjectStore, stored: Mapping[str, StoredArray]) -> Estimates:
    """Return the estimates of a release, equal to those that were released; their case if stored."""
    draws: FloatArray = store.get(stored[DRAWS])
    document: Any = array_text(store.get(stored[ANSWER]))
    renamed = RENAMED_FIELDS["Estimates"]
    values = {renamed.get(k, k): decode(v) for k, v in document.items() if k not in NOT_READ}
    values["provenance"] = _provenance(document)
    unions: dict[Any, PeopleInAnyCrisis] = {
        union["selection"]: PeopleInAnyCrisis(
            draws[union["draws"]],
            decode(union["odds_ratio_1"]),
            decode(union["sum_of_crises"]),
            decode(union["leaves"]),
        )
        for union in document["unions"]
    }
    case = read_stored_case(store, stored) if has_inputs(stored) else None
    return Estimates(draws=draws[document["draws"]], unions=unions, case=case, **values)


def read_run(store: ObjectStore, stored: Mapping[str, StoredArray]) -> dict[str, Any]:
    """Return the options of `gecam.estimate` that a release was made with."""
    document: Any = array_text(store.get(stored[ANSWER]))
    return {
        "scope": decode(document["scope"]),
        "level": decode(document["level"]),
        **_provenance(document).sampling,
    }


def _provenance(document: Any) -> Provenance:
    """Return what a release can be made again from, with the sampler of earlier versions."""
    stored: Provenance = decode(document["provenance"])
    is_sobol = stored.sampler == "mc" and decode(document.get("replicates", 1)) > 1
    return replace(stored, sampler="sobol") if is_sobol else stored


def read_regional_plans(
    store: ObjectStore, stored: Mapping[str, StoredArray]
) -> RegionalPlans | None:
    """Return the regional plans that a release was made from; None where it holds none."""
    if REGIONAL not in stored:
        return None
    inputs: Any = array_text(store.get(stored[INPUT + REGIONAL]))
    plans: RegionalPlans = decode(inputs[REGIONAL])
    return plans


def read_present(store: ObjectStore, stored: Mapping[str, StoredArray]) -> PresentCount:
    """Return whose count of people present a release rests on: without regional plans, UNHCR's."""
    if REGIONAL not in stored:
        return "register"
    document: Any = array_text(store.get(stored[REGIONAL]))
    present: PresentCount = document["present"]
    return present


def stored_parts(
    answer: Estimates | CompleteEstimates, case: Case | None, *, has_draws: bool
) -> tuple[dict[str, Array], list[Part]]:
    """Return the arrays that hold an answer and its inputs, by role, and the parts of the inputs.

    Parameters
    ----------
    answer
        The answer, people.
    case
        Its inputs; None to store none.
    has_draws
        Whether to store the draws.
    """
    parts = input_parts(case) if case is not None else []
    if isinstance(answer, CompleteEstimates):
        arrays = answer_arrays(answer.estimates) | regional_arrays(answer)
        parts += regional_parts(answer)
    else:
        arrays = answer_arrays(answer)
    if not has_draws:
        arrays = {role: array for role, array in arrays.items() if role not in OF_DRAWS}
    return arrays | {INPUT + part.name: text_array(part.document) for part in parts}, parts


def regional_arrays(answer: CompleteEstimates) -> dict[str, Array]:
    """Return the arrays that hold people of regional plans, by role: rows of draws, and a document."""
    draws, (places,) = distinct_rows([answer.draws])
    document = {
        "cells": encode(answer.cells),
        "draws": places.tolist(),
        "plans": encode(answer.plans),
        "config_sha256": answer.config_sha256,
        "present": answer.present,
    }
    return {REGIONAL_DRAWS: draws, REGIONAL: text_array(document)}


def regional_parts(answer: CompleteEstimates) -> list[Part]:
    """Return the regional plans of an answer as a part of its inputs, to be stored.

    Raises
    ------
    InputError
        If the answer does not hold them.
    """
    plans = answer.regional
    if plans is None:
        raise InputError(
            "the answer does not hold the regional plans it was made from: make it with "
            "complete_estimates."
        )
    return [Part(REGIONAL, {REGIONAL: encode(plans)}, len(plans.plans), plans.sources)]


def read_complete(
    store: ObjectStore, stored: Mapping[str, StoredArray], estimates: Estimates
) -> CompleteEstimates:
    """Return the answer of a release with people of regional plans, equal to what was released.

    Raises
    ------
    InputError
        If the release holds no regional plans.
    """
    if REGIONAL not in stored:
        raise InputError("the release holds no people of regional plans: load() has its answer.")
    document: Any = array_text(store.get(stored[REGIONAL]))
    draws: FloatArray = store.get(stored[REGIONAL_DRAWS])
    return CompleteEstimates(
        estimates,
        decode(document["cells"]),
        draws[document["draws"]],
        decode(document["plans"]),
        read_regional_plans(store, stored),
        document["config_sha256"],
        document["present"],
    )


def read_compositions(
    store: ObjectStore, stored: Mapping[str, StoredArray]
) -> Mapping[tuple[str, Group], Composition]:
    """Return the compositions of a release, without its draws."""
    document: Any = array_text(store.get(stored[ANSWER]))
    compositions: dict[tuple[str, Group], Composition] = decode(document["compositions"])
    return compositions


def distinct_rows(matrices: Sequence[FloatArray]) -> tuple[FloatArray, list[Array]]:
    """Return each row of some matrices once, and per matrix the positions of its rows.

    Most destinations have one crisis: its row of draws is also that of its unions.

    Examples
    --------
    >>> from gecam.database.storage.archive import distinct_rows
    >>> rows, places = distinct_rows([np.array([[1.0, 2.0]]), np.array([[3.0, 4.0], [1.0, 2.0]])])
    >>> rows.shape, [p.tolist() for p in places]
    ((2, 2), [[0], [1, 0]])
    """
    position: dict[bytes, int] = {}
    distinct: list[FloatArray] = []
    places = []
    for matrix in matrices:
        positions = []
        for row in matrix:
            key = row.tobytes()
            if key not in position:
                position[key] = len(distinct)
                distinct.append(row)
            positions.append(position[key])
        places.append(np.array(positions, dtype=np.int64))
    width = matrices[0].shape[1]
    return np.stack(distinct) if distinct else np.empty((0, width)), places


def input_parts(case: Case) -> list[Part]:
    """Return the parts of a case, to be stored."""
    needs = tuple({f.source.id: f.source for f in case.footprints}.values())
    protected = case.protected
    about: dict[str, tuple[int, tuple[Source, ...]]] = {
        "stock": (len(case.stock.people), (case.stock.source,)),
        "population": (len(case.population.people), (case.population.source,)),
        "protected": (len(protected.people), (protected.source,)) if protected else (0, ()),
        "needs": (len(case.footprints), needs),
        "assumptions": (1, ()),
    }
    return [
        Part(name, {f: encode(getattr(case, f)) for f in members}, *about[name])
        for name, members in PARTS.items()
    ]


def has_inputs(stored: Mapping[str, StoredArray]) -> bool:
    """Whether a release holds what it was made from."""
    return INPUT + "stock" in stored


def read_stored_case(store: ObjectStore, stored: Mapping[str, StoredArray]) -> Case:
    """Return the inputs of a release.

    Raises
    ------
    InputError
        If the release was made without them.
    """
    if not has_inputs(stored):
        raise InputError("the release holds no inputs: it can be read, and not made again")
    values: dict[str, Any] = {}
    for part in PARTS:
        document: Any = array_text(store.get(stored[INPUT + part]))
        values |= {name: decode(value) for name, value in document.items()}
    return Case(**values)


def object_rows(release: str, stored: Mapping[str, StoredArray]) -> list[list[Value]]:
    """Return the rows of the table ``objects``."""
    return [
        [release, role, s.sha256, s.name, s.kind, canonical_json(list(s.shape)).decode()]
        for role, s in stored.items()
    ]


def input_rows(
    release: str, parts: Sequence[Part], stored: Mapping[str, StoredArray]
) -> list[list[Value]]:
    """Return the rows of the table ``inputs``."""
    return [
        [
            release,
            part.name,
            part.rows,
            " ".join(sorted(source.id for source in part.sources)),
            int(all(source.is_public for source in part.sources)),
            stored[INPUT + part.name].sha256,
        ]
        for part in parts
    ]
