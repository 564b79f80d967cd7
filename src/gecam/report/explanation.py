"""Explanations of one estimate as a document: plain words first, exact terms after."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

from gecam._signature import checked
from gecam._typing import PositiveInt
from gecam.evaluation import CellAccount, Explanation, TippingPoint
from gecam.model import Source, status_text
from gecam.report.document.blocks import Block, Document, Items, Table, section_of
from gecam.report.document.forms import Format, write
from gecam.report.sentences import labels, said
from gecam.report.words import as_sentence, capital, of_target, share_range
from gecam.results import CALLED_AFFECTED, MEASURE_WORDS, difference_of, in_language
from gecam.uncertainty import people_cell, round_together

MOST_DRIVERS = 6
SMALL_DRIVER = 0.01  # a smaller share of the variance is not listed by itself
MOST_PARTS = 12
OF_PART = ("people", "odds_ratio_1", "mean", "share")  # numbers of a country
OF_CRISES = {"crisis", "cell"}  # targets


@checked
def render(explanation: Explanation, form: Format = "text", *, width: PositiveInt = 80) -> str:
    """Write an explanation.

    Parameters
    ----------
    explanation
        As `gc.explain` returns it.
    form
        ``text`` (for a terminal), ``markdown``, or ``html`` (a fragment; everything is escaped). All
        hold the same sentences and numbers.
    width
        Characters in a line of text, at least 40.

    Examples
    --------
    >>> from gecam.report import render
    >>> est = gc.estimate(gc.load_edition("2022"), draws=500)
    >>> print(render(gc.explain(est, "COL", points=0))[:22])
    Colombia (COL): not es
    """
    return write(explanation_document(explanation), form, width=width)


def explanation_document(e: Explanation) -> Document:
    """Return the sections of an explanation; those without content are left out."""
    number = said("NO_ESTIMATE")
    if e.is_estimated:
        number = said("EXPLAINED_NUMBER", people=_rounded(e)[0], what=_what(e))
    title = said("LABELLED", label=capital(of_target(e.target)), text=number)
    sections = (section_of(said(code), *blocks(e)) for code, blocks in SECTIONS.items())
    return Document(title, tuple(section for section in sections if section.blocks))


def _what(e: Explanation, affected: str = "AFFECTED") -> str:
    words = said(affected)
    return words if e.measure in CALLED_AFFECTED else in_language(MEASURE_WORDS[e.measure])


def _in_short(e: Explanation) -> Iterator[Block | str]:
    if not e.is_estimated:
        yield said("EXPLAINED_NOT")
        if e.reason:
            yield said("EXPLAINED_WHY", why=as_sentence(e.reason))
        if e.cells:
            yield said("WHAT_WOULD_ALLOW")
        yield from e.notes
        return
    value, lower, upper, at_one = _rounded(e)
    kind = e.target.kind if e.target.kind in {*OF_CRISES, "origin"} else "place"
    measure = _what(e, "AFFECTED" if kind in OF_CRISES else "AFFECTED_BY_CRISES")
    who = said(f"MIGRANTS_OF_{kind.upper()}", target=e.target.words, measure=measure)
    ends = {"lower": lower, "upper": upper}
    case, level = e.provenance.case, e.level
    yield said("ABOUT_SO_MANY", people=value, who=who, case=case, level=level, **ends)
    if how := difference_of(code for code, _ in e.flags):
        yield said("IF_LIKE_NEIGHBOURS", people=at_one, how=how)
    yield from e.notes
    if e.reason:
        yield said("EXPLAINED_NOTE", note=as_sentence(e.reason))
    yield e.count
    exactly = {"mean": e.mean, "sd": e.sd, "error": e.mcse, "at_one": e.odds_ratio_1}
    yield said(
        "GRADE_AND_EVIDENCE", grade=e.grade, level=e.evidence_level,
        evidence=in_language(e.evidence), **{name: _people(x) for name, x in exactly.items()},
    )  # fmt: skip


def _decomposition(e: Explanation) -> Iterator[Block | str]:
    if not e.decomposition:
        return
    rows, before = [], 0
    for i, step in enumerate(e.decomposition):
        after = round(step.value)
        change = "" if i == 0 else f"{after - before:+,d}"
        rows.append((capital(step.words), change, f"{after:,d}"))
        before = after
    yield Table(labels("STEP", "CHANGE", "PEOPLE"), tuple(rows), (1, 2))
    yield said("STEPS_ADD_UP")
    texts = [
        said("STEP_AND_HOW", step=capital(step.words), how="; ".join(step.how))
        for step in e.decomposition
        if step.how
    ]
    texts += [said("SEVERAL_CRISES", what=text) for text in e.overlaps]
    if texts:
        yield Items(tuple(texts))


def _parts(e: Explanation) -> Iterator[Block | str]:
    if not e.parts:
        return
    shown, rest = e.parts[:MOST_PARTS], e.parts[MOST_PARTS:]
    rows = [_part(part.words, [getattr(part, name) for name in OF_PART]) for part in shown]
    estimated = [part for part in rest if not math.isnan(part.mean)]
    if estimated:
        sums = [math.fsum(getattr(part, name) for part in estimated) for name in OF_PART]
        rows.append(_part(said("SO_MANY_OTHERS", number=len(estimated)), sums))
    first = labels("COUNTRY", "MIGRANTS", "AT_ONE")
    yield Table((*first, _what(e), *labels("SHARE")), tuple(rows), (1, 2, 3, 4))
    if notes := _by_note(e):
        yield Items(tuple(
            said("NOT_ADDED_IN_PART", places=", ".join(places), note=note)
            for note, places in notes.items()
        ))  # fmt: skip


def _by_note(e: Explanation) -> dict[str, list[str]]:
    """Return the countries of each note, in order; those without a note are left out."""
    notes: dict[str, list[str]] = {}
    for part in e.parts:
        if part.note:
            notes.setdefault(part.note, []).append(part.words)
    return notes


def _part(words: str, numbers: Sequence[float]) -> tuple[str, ...]:
    """Return a row of countries: people of three kinds, and a share."""
    *people, share = numbers
    return words, *map(_people, people), "" if math.isnan(share) else f"{share:.1%}"


def _cells(e: Explanation) -> Iterator[Block | str]:
    for cell in e.cells:
        standing = _standing(cell, e.level)
        yield capital(said("LABELLED", label=cell.words, text=standing))
        texts = []
        if cell.evidence_level < 5:
            texts = [
                said("EVIDENCE_OF", level=cell.evidence_level, evidence=in_language(cell.evidence))
            ]
        if cell.why_not_higher:
            texts.append(said("WHY_NOT_BETTER", why=cell.why_not_higher))
        texts += [said("FORMULA_OF", formula=line) for line in cell.formula]
        if not math.isnan(cell.lower_bound):
            lower, upper = _people(cell.lower_bound), _people(cell.upper_bound)
            texts.append(said("CENTRAL_LIMITS_ARE", lower=lower, upper=upper))
        if texts:
            yield Items(tuple(texts))


def _standing(cell: CellAccount, level: float) -> str:
    """Return the number of an estimation cell, or why it has none."""
    if math.isnan(cell.mean):
        return said("NOT_ESTIMATED_AS", reason=as_sentence(cell.reason))
    people, lower, upper, at_one = _rounded(cell)
    ends = {"lower": lower, "upper": upper}
    number = said("NUMBER_OF_CELL", people=people, level=level, at_one=at_one, **ends)
    if not cell.reason:
        return number
    code = "NUMBER_AND_REASON" if cell.status == "estimated" else "NUMBER_NOT_ADDED"
    return said(code, number=number, reason=as_sentence(cell.reason))


def _drivers(e: Explanation) -> Iterator[Block | str]:
    if not e.drivers:
        return
    shown = [d for d in e.drivers if d.share >= SMALL_DRIVER][:MOST_DRIVERS]
    rows = [(capital(d.words), f"{d.share:.0%}", share_range(d.lower, d.upper)) for d in shown]
    if len(shown) < len(e.drivers):
        rest = 1 - math.fsum(d.share for d in shown)
        rows.append((said("ALL_OTHER_INPUTS"), f"{max(rest, 0):.0%}", ""))
    yield Table(labels("INPUT", "SHARE", "INTERVAL_90"), tuple(rows), (1, 2))
    yield said("SHARES_OF_VARIANCE" if e.is_converged else "SHARES_OF_VARIANCE_WIDE")


def _tipping_points(e: Explanation) -> Iterator[Block | str]:
    if not e.tipping_points:
        return
    rows = [(capital(x.what), _amount(x, x.now), *_needed(x)) for x in e.tipping_points]
    yield Table(labels("INPUT", "NOW", "NEEDED", "CHANGE"), tuple(rows), (1, 2, 3))
    yield said("ONE_INPUT_AT_A_TIME")


def _needed(point: TippingPoint) -> tuple[str, str]:
    if math.isnan(point.needed):
        at = _amount(point, point.limit)
        return said("NO_VALUE"), said("REACH_AT", reach=point.reach, value=at)
    if point.unit == "share":
        points = 100 * (point.needed - point.now)
        return _amount(point, point.needed), said("SO_MANY_POINTS", points=points)
    return _amount(point, point.needed), f"{point.needed / point.now - 1:+.1%}"


def _amount(point: TippingPoint, value: float) -> str:
    match point.unit:
        case "people":
            return _people(value)
        case "share":
            return f"{value:.1%}"
        case _:
            return f"{value:.2f}"


def _bounds(e: Explanation) -> Iterator[Block | str]:
    if e.is_estimated and not math.isnan(e.upper_bound):
        lower, upper = _people(e.lower_bound), _people(e.upper_bound)
        yield said("WHATEVER_THE_ODDS_RATIO", lower=lower, upper=upper)


def _flags(e: Explanation) -> Iterator[Block | str]:
    if e.flags:
        yield Items(tuple(f"{text} ({code})" for code, text in e.flags))


def _related(e: Explanation) -> Iterator[Block | str]:
    texts = []
    for count in e.related:
        told = {"what": capital(count.what), "in_need": _people(count.in_need)}
        text = said("RELATED_COUNT_IS", **told)
        if not math.isnan(count.present):
            text = said("RELATED_COUNT_OF", present=_people(count.present), **told)
        why, source = as_sentence(count.why) if count.why else "", count.source
        texts.append(" ".join(filter(None, (text, why, source and f"[{source}]"))))
    if texts:
        yield Items(tuple(texts))


def _figures(e: Explanation) -> Iterator[Block | str]:
    if e.figures:
        rows = [
            (_people(f.value), f.as_of,
             said("LABELLED", label=capital(f.what), text=f.role), f.source)
            for f in e.figures
        ]  # fmt: skip
        yield Table(labels("PEOPLE", "DATE", "FIGURE_AND_USE", "SOURCE"), tuple(rows), (0,))


def _sources(e: Explanation) -> Iterator[Block | str]:
    if e.sources:
        yield Items(tuple(map(_source, e.sources)))


def _source(source: Source) -> str:
    on, file, sha256 = source.released_on, source.file, source.sha256
    title = [
        f"{source.id}: {source.publisher}", source.title, source.edition,
        said("RELEASED_ON", on=on) if on else "",
    ]  # fmt: skip
    rest = [
        source.licence, source.url, said("IN_FILE", file=file) if file else "",
        f"SHA-256 {sha256}" if sha256 else "",
    ]  # fmt: skip
    return "; ".join(filter(None, (", ".join(filter(None, title)), *rest)))


def _judgements(e: Explanation) -> Iterator[Block | str]:
    if e.judgements:
        yield Items(
            tuple(
                f"{capital(j.words)}: {j.value} ({status_text(j.status)}"
                f"{f': {j.basis}' if j.basis else ''}; {j.name})"
                for j in e.judgements
            )
        )


def _provenance(e: Explanation) -> Iterator[Block | str]:
    p = e.provenance
    versions = ", ".join(f"{name} {version}" for name, version in p.versions.items())
    run = {"case": p.case, "draws": p.draws, "seed": p.seed, "config": p.config_sha256}
    yield said("HOW_IT_RAN", versions=versions, **run)


# Each section and its heading, in order.
SECTIONS: Mapping[str, Callable[[Explanation], Iterator[Block | str]]] = {
    "IN_SHORT": _in_short,
    "HOW_IT_COMES_ABOUT": _decomposition,
    "COUNTRIES_OF_ANSWER": _parts,
    "EVIDENCE_AND_FORMULA": _cells,
    "WHAT_MAKES_UNCERTAIN": _drivers,
    "WHAT_WOULD_RAISE": _tipping_points,
    "CENTRAL_LIMITS": _bounds,
    "WHAT_TO_KNOW": _flags,
    "PUBLISHED_BESIDE": _related,
    "PUBLISHED_FIGURES": _figures,
    "SOURCES": _sources,
    "ASSUMPTIONS": _judgements,
    "MADE_AGAIN": _provenance,
}


def _rounded(e: Explanation | CellAccount) -> tuple[str, str, str, str]:
    """Return mean, ends of the interval and odds ratio 1, as tables have them."""
    rounded = partial(round_together, sd=e.sd, mcse=e.mcse)
    at_one = rounded(e.odds_ratio_1, e.odds_ratio_1, e.odds_ratio_1).texts()[0][0]
    return *rounded(e.mean, e.lower, e.upper).texts()[0], at_one


_people = partial(people_cell, threshold=0.0)
