"""Compiled tables of facts on response plans: who was counted, since when, where, with whom."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, get_args

import numpy as np
import pandas as pd

from gecam.codes import is_iso3
from gecam.errors import CodeError, InputError
from gecam.io.door import Field, File, Sheet, iso_day, locate, read_table, reader
from gecam.io.ocha.plan_types import plan_type
from gecam.model import (
    Area,
    Confidence,
    CrisisKind,
    Note,
    Onset,
    PinScope,
    PlanFacts,
    PlanFactsTable,
    PlanRelation,
    PlanType,
    RelationKind,
    Source,
)

_TEXTS = ("onset_source", "pin_scope_evidence", "pin_scope_source", "area_source", "note")
_PROSE = (*_TEXTS, "composition", "relation", "relation_source")
_OPTIONAL = ("plan_type", "located_in", "from", "composition", "relation_source")
_FIELDS = {
    name: Field((name,), is_required=name not in _OPTIONAL)
    for name in (
        "plan",
        "iso3",
        "kind",
        "onset_date",
        "pin_scope",
        "refugees_in_pin",
        "migrants_in_pin",
        "area",
        "relation",
        "confidence",
        *_TEXTS,
        *_OPTIONAL,
    )
}
_RESPONSE = r"(?:HRP|RRP|JRP|3RP|MRP|RMRP)"


@reader("facts", "compiled", ["pin_scope_evidence"])
def read_plan_facts(path: File) -> PlanFactsTable:
    """Read a compiled table of facts on response plans, in the layout of 2022 to 2026.

    The layout of 2022, 2023, 2025 and 2026 has one row per plan, with hosts and origins of regional
    plans; that of 2024 one row per country. Blank stays unknown.

    Parameters
    ----------
    path
        The CSV file.

    Returns
    -------
    PlanFactsTable
        Relations are read from the statements where they begin with one of our words and name
        plans of the same table; other statements stay as text.

    Raises
    ------
    LayoutError
        If a column is missing.
    InputError
        If words, codes, dates or numbers cannot be read; all of them are listed.
    """
    sheet = locate(read_table(path, delimiter=","), _FIELDS).without_totals("plan", "iso3")
    columns = {name: _column(sheet, name).tolist() for name in _FIELDS}
    sheet.refuse_repeats(sheet.text("plan"), "plan")
    sheet.check()
    aliases = _aliases(columns["plan"], columns["plan_type"])
    rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    facts = tuple(_facts(row, aliases) for row in rows)
    unread = sum(bool(fact.relation_text) and not fact.relations for fact in facts)
    unknown = sum(fact.pin_scope == "unknown" for fact in facts)
    notes = sheet.told(
        Note("SCOPE_UNKNOWN", "plans whose scope was not found", unknown),
        Note("RELATION_AS_TEXT", "plans whose relations are stated in words only", unread),
    )
    return PlanFactsTable(facts, compiled(sheet, "Facts on response plans"), notes)


def _facts(row: dict[str, Any], aliases: dict[str, str]) -> PlanFacts:
    """Return the facts of a row, of which `_column` has read each cell."""
    onset, relation = row.pop("onset_date"), row.pop("relation")
    return PlanFacts(
        **row
        | {
            "onset": Onset.parse(onset) if onset else None,
            "area": parse_area(row["area"]),
            "relations": tuple(_relations(relation, row["plan"], aliases)),
            "relation_text": relation,
            "located_in": _listed(row["located_in"]),
            "people_from": _listed(row.pop("from")),
        }
    )


def _column(sheet: Sheet, name: str) -> pd.Series:
    """Return a column: counts, or text; words, codes and days that cannot be read are problems."""
    if name in _COUNTS:
        people = sheet.people(name)
        return pd.Series(people, dtype=object).where(~np.isnan(people), None)
    if name in _PROSE:
        return sheet.prose(name)
    if name in _WORDS:
        return sheet.converted(name, _one_of(_WORDS[name]), code="UNKNOWN_WORD")
    if name == "plan_type":
        return sheet.converted(name, _type, code="UNKNOWN_WORD")
    if name == "onset_date":
        return sheet.converted(name, _onset, code="NOT_A_DATE")
    return sheet.converted(name, _codes) if name in _LISTS else sheet.text(name)


_LISTS = ("iso3", "located_in", "from")
_COUNTS = ("refugees_in_pin", "migrants_in_pin")
_OWN_TYPES = {  # words of the tables compiled for 2023 and later; the layout of 2024 has none
    "": "country_plan", "country_plan": "country_plan", "flash_appeal": "flash_appeal",
    "regional": "regional_plan", "other": "other_plan",
}  # fmt: skip
_WORDS: dict[str, tuple[str, ...]] = {
    "kind": get_args(CrisisKind),
    "pin_scope": get_args(PinScope),
    "confidence": get_args(Confidence),
}


def _one_of(allowed: tuple[str, ...]) -> Callable[[str], str]:
    def read(cell: str) -> str:
        word = cell or ("unknown" if "unknown" in allowed else "")
        if word not in allowed:
            raise InputError(f"unknown word {word!r}")
        return word

    return read


def _type(words: str) -> str:
    kind = _OWN_TYPES.get(words) or plan_type(words)
    if kind is None:
        raise InputError(f"unknown word {words!r}")
    return kind


def _onset(cell: str) -> str:
    if cell:
        iso_day(Onset.parse(cell).first.isoformat())  # of a year that can be
    return cell


def _codes(cell: str) -> str:
    for code in _listed(cell):
        if not is_iso3(code):
            raise CodeError(f"{code!r} is not an ISO3 code")
    return cell


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(";") if part.strip())


def parse_area(text: str) -> Area:
    """Read the statement of what a plan covers.

    Examples
    --------
    >>> from gecam.io.ocha.plan_facts import parse_area
    >>> parse_area("Adamawa (NG002); Borno (NG008)").pcodes
    ('NG002', 'NG008')
    >>> parse_area("9 of 10 regions").kind, parse_area("").kind
    ('described', 'unknown')
    """
    simple = {"": "unknown", "national": "national", "host countries": "host_countries"}
    if text in simple:
        return Area(simple[text], text=text)  # type: ignore[arg-type]
    if ";" not in text and not text[0].isupper():
        return Area("described", text=text)
    coded = [_name_and_code(part) for part in _listed(text)]
    units = tuple(name for name, _ in coded)
    pcodes = tuple(code for _, code in coded if code)
    return Area("admin_units", units, pcodes if len(pcodes) == len(units) else (), text)


def _name_and_code(part: str) -> tuple[str, str]:
    """Return the name and the p-code of ``Borno (NG008)``; no code where none is stated."""
    name, _bracket, code = part.removesuffix(")").rpartition("(")
    if name.strip() and part.endswith(")") and re.fullmatch(r"[A-Z]{2}\d+", code):
        return name.rstrip(), code
    return part, ""


def _aliases(plans: Sequence[str], types: Sequence[PlanType]) -> dict[str, str]:
    """Return what the statements call each plan, longest first: ``Sudan (HRP`` is Sudan's."""
    plan_of = {}
    for plan, kind in zip(plans, types, strict=True):
        plan_of[plan] = plan
        stem = re.fullmatch(rf"(?:The )?(.+) \(({_RESPONSE})\)", plan)
        if stem:
            plan_of[f"{stem[1]} ({stem[2]}"] = plan
        elif kind == "country_plan":
            plan_of[f"{plan} (HRP"] = plan
    return dict(sorted(plan_of.items(), key=lambda item: -len(item[0])))


def _relations(text: str, plan: str, aliases: dict[str, str]) -> Iterator[PlanRelation]:
    """Read ``kind: plan, plan and plan (more words); kind: ...``."""
    others: list[str] = []
    for clause in _clauses(text):
        head, _, rest = clause.partition(":")
        word = head.split()[0] if head.split() else ""
        is_certain = re.search(r"\bpossible\b", clause) is None
        kind = word if word in get_args(RelationKind) else "overlaps" if word == "possible" else ""
        if not kind:
            continue
        # a clause that names no plan speaks of the one named before it
        others = _named_plans(rest, aliases) or others
        for other in others:
            if other != plan:
                yield PlanRelation(kind, other, is_certain, clause)  # type: ignore[arg-type]


def _clauses(text: str) -> list[str]:
    """Return the parts between semicolons, except semicolons inside brackets."""
    clauses, bracket, end = [], "", len(text)
    for mark in reversed(list(re.finditer(r"[();]", text))):
        if mark[0] != ";":
            bracket = mark[0]
        elif bracket != ")":
            clauses.append(text[mark.end() : end].strip())
            end = mark.start()
    return [text[:end].strip(), *reversed(clauses)]


def _named_plans(text: str, aliases: dict[str, str]) -> list[str]:
    """Return the plans that a clause names at its head."""
    named = []
    rest = text.strip()
    while rest:
        alias = next((a for a in aliases if re.match(re.escape(a) + r"(?!\w)", rest)), None)
        if alias is None:
            break
        named.append(aliases[alias])
        rest = re.sub(r"^[^(),;]*\)|^\s*\([^)]*\)", "", rest[len(alias) :].lstrip(), count=1)
        joint = re.match(r"\s*(?:,|\band\b)\s*", rest)
        if joint is None:
            break
        rest = rest[joint.end() :]
    return named


def compiled(sheet: Sheet, title: str) -> Source:
    """Return the source of a compiled table; its edition is the year in the name of the file."""
    edition = re.search(r"(?:19|20)\d\d", sheet.file)
    return sheet.source(
        sheet.file.partition(".")[0].replace("_", "-") or "compiled",
        "compiled from public documents",
        title,
        edition[0] if edition else "",
        url="each row names its sources",
    )
