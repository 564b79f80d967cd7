"""Explanations of one estimate as a document: plain words first, exact terms after."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from functools import partial

from gecam._signature import checked
from gecam._typing import PositiveInt
from gecam.evaluation import CellAccount, Explanation, TippingPoint
from gecam.model import Source, status_text
from gecam.report.document.blocks import Block, Document, Items, Paragraph, Section, Table
from gecam.report.document.forms import Format, write
from gecam.report.words import as_sentence, capital, of_target
from gecam.results import MEASURE_WORDS, difference_of
from gecam.uncertainty import people_cell, round_together

MOST_DRIVERS = 6
SMALL_DRIVER = 0.01  # a smaller share of the variance is not listed by itself
MOST_PARTS = 12
OF_PART = ("people", "odds_ratio_1", "mean", "share")  # numbers of a country
WHO = {
    "crisis": "migrants are affected by the crisis {}",
    "cell": "people are affected: {}",
    "origin": "migrants ({}) are affected by crises",
}


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
    title = f"{capital(of_target(e.target))}: "
    title += f"about {_rounded(e)[0]} migrants {_what(e)}" if e.is_estimated else "not estimated"
    sections = (
        Section("In short", tuple(_in_short(e))),
        Section("How the number comes about", tuple(_decomposition(e))),
        Section("Countries", tuple(_parts(e))),
        Section("Evidence and formula", tuple(_cells(e))),
        Section("What makes it uncertain", tuple(_drivers(e))),
        Section("What would raise it by a tenth", tuple(_tipping_points(e))),
        Section("Limits at the central figures", tuple(_bounds(e))),
        Section("What to know", tuple(_flags(e))),
        Section("Published beside, not used", tuple(_related(e))),
        Section("Published figures and their use", tuple(_figures(e))),
        Section("Sources", tuple(_sources(e))),
        Section("Assumptions", tuple(_judgements(e))),
        Section("To make it again", tuple(_provenance(e))),
    )
    return Document(title, tuple(section for section in sections if section.blocks))


def _what(e: Explanation) -> str:
    return MEASURE_WORDS["severe"] if e.measure == "severe" else "affected"


def _in_short(e: Explanation) -> Iterator[Block]:
    if not e.is_estimated:
        yield Paragraph("There is no estimate. Not estimated is not zero.")
        if e.reason:
            yield Paragraph(f"Why: {as_sentence(e.reason)}")
        if e.cells:
            yield Paragraph(
                "What would allow one: a published count of the group in need, or a plan whose people "
                "in need are known to include it."
            )
        yield from map(Paragraph, e.notes)
        return
    value, lower, upper, at_one = _rounded(e)
    who = WHO.get(e.target.kind, "migrants in {} are affected by crises")
    if e.measure == "severe":
        who = who.replace("affected by crises", _what(e)).replace("affected", _what(e))
    yield Paragraph(
        f"About {value} {who.format(e.target.words)} (case {e.provenance.case}). With {e.level:.0%} "
        f"probability it is between {lower} and {upper}, if what is assumed below holds."
    )
    if how := difference_of(code for code, _ in e.flags):
        yield Paragraph(
            "If migrants other than refugees fared exactly like their neighbours (odds ratio 1), it "
            f"would be {at_one}. The difference is {how}."
        )
    yield from map(Paragraph, e.notes)
    if e.reason:
        yield Paragraph(f"Note: {as_sentence(e.reason)}")
    yield Paragraph(e.count)
    yield Paragraph(
        f"Grade {e.grade} (A is best, E worst). Evidence: level {e.evidence_level} of 5, {e.evidence}. "
        f"Exactly: mean of the draws {_people(e.mean)}, standard deviation {_people(e.sd)}, Monte "
        f"Carlo error {_people(e.mcse)}; odds ratio 1: {_people(e.odds_ratio_1)}."
    )


def _decomposition(e: Explanation) -> Iterator[Block]:
    if not e.decomposition:
        return
    rows, before = [], 0
    for i, step in enumerate(e.decomposition):
        after = round(step.value)
        change = "" if i == 0 else f"{after - before:+,d}"
        rows.append((capital(step.words), change, f"{after:,d}"))
        before = after
    yield Table(("step", "change", "people"), tuple(rows), (1, 2))
    yield Paragraph(
        "Every step is a mean, and the steps add up to the result. They are not rounded, so that they "
        "can be checked; the result carries no more digits than stand at the top."
    )
    texts = [
        f"{capital(step.words)}: {'; '.join(step.how)}." for step in e.decomposition if step.how
    ]
    texts += [f"More than one crisis: {text}." for text in e.overlaps]
    if texts:
        yield Items(tuple(texts))


def _parts(e: Explanation) -> Iterator[Block]:
    if not e.parts:
        return
    shown, rest = e.parts[:MOST_PARTS], e.parts[MOST_PARTS:]
    rows = [_part(part.words, [getattr(part, name) for name in OF_PART]) for part in shown]
    estimated = [part for part in rest if not math.isnan(part.mean)]
    if estimated:
        sums = [math.fsum(getattr(part, name) for part in estimated) for name in OF_PART]
        rows.append(_part(f"{len(estimated)} others", sums))
    yield Table(
        ("country", "migrants", "odds ratio 1", _what(e), "share"), tuple(rows), (1, 2, 3, 4)
    )
    notes = _by_note(e)
    if notes:
        yield Items(tuple(
            f"Not estimated or not added, wholly or in part: {', '.join(places)}. {note}"
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


def _cells(e: Explanation) -> Iterator[Block]:
    for cell in e.cells:
        yield Paragraph(capital(f"{cell.words}: {_standing(cell, e.level)}"))
        texts = (
            [f"Evidence: level {cell.evidence_level}, {cell.evidence}."]
            if cell.evidence_level < 5
            else []
        )
        texts += [f"Why not better evidence: {cell.why_not_higher}"] if cell.why_not_higher else []
        texts += [f"Formula: {line}." for line in cell.formula]
        if not math.isnan(cell.lower_bound):
            texts.append(
                f"Limits at the central figures: {_people(cell.lower_bound)} to "
                f"{_people(cell.upper_bound)}."
            )
        if texts:
            yield Items(tuple(texts))


def _standing(cell: CellAccount, level: float) -> str:
    """Return the number of an estimation cell, or why it has none."""
    if math.isnan(cell.mean):
        return f"not estimated. {as_sentence(cell.reason)}"
    people, lower, upper, at_one = _rounded(cell)
    number = f"{people}, {level:.0%} interval {lower} to {upper}; odds ratio 1: {at_one}."
    if not cell.reason:
        return number
    return (
        f"{number}{'' if cell.status == 'estimated' else ' Not added.'} {as_sentence(cell.reason)}"
    )


def _drivers(e: Explanation) -> Iterator[Block]:
    if not e.drivers:
        return
    shown = [d for d in e.drivers if d.share >= SMALL_DRIVER][:MOST_DRIVERS]
    rows = [
        (capital(d.words), f"{d.share:.0%}", f"{max(d.lower, 0):.0%} to {d.upper:.0%}")
        for d in shown
    ]
    if len(shown) < len(e.drivers):
        rest = 1 - math.fsum(d.share for d in shown)
        rows.append(("All other inputs together", f"{max(rest, 0):.0%}", ""))
    yield Table(("input", "share", "90% interval"), tuple(rows), (1, 2))
    yield Paragraph(
        "Shares of the variance (Shapley effects): they sum to 1. What countries share, such as an "
        "error of one edition of the stocks, counts once."
        + (
            ""
            if e.is_converged
            else " Their intervals are wide here: raise the number of points before relying on them."
        )
    )


def _tipping_points(e: Explanation) -> Iterator[Block]:
    if not e.tipping_points:
        return
    rows = [(capital(x.what), _amount(x, x.now), *_needed(x)) for x in e.tipping_points]
    yield Table(("input", "now", "needed", "change"), tuple(rows), (1, 2, 3))
    yield Paragraph(
        "One input at a time, everything else unchanged, the random numbers too. Where no value does "
        "it, the last column says what the furthest value tried would do to the result."
    )


def _needed(point: TippingPoint) -> tuple[str, str]:
    if math.isnan(point.needed):
        return "no value", f"{point.reach:+.1%} at {_amount(point, point.limit)}"
    if point.unit == "share":
        return _amount(point, point.needed), f"{100 * (point.needed - point.now):+.1f} points"
    return _amount(point, point.needed), f"{point.needed / point.now - 1:+.1%}"


def _amount(point: TippingPoint, value: float) -> str:
    match point.unit:
        case "people":
            return _people(value)
        case "share":
            return f"{value:.1%}"
        case _:
            return f"{value:.2f}"


def _bounds(e: Explanation) -> Iterator[Block]:
    if e.is_estimated and not math.isnan(e.upper_bound):
        yield Paragraph(
            f"Whatever the odds ratio: between {_people(e.lower_bound)} and {_people(e.upper_bound)}. "
            "This follows from the central figures alone: there cannot be more affected migrants than "
            "migrants, nor than people in need where these include migrants. It is no limit of the "
            "interval, in which stocks and people in need vary too: each draw keeps to its own."
        )


def _flags(e: Explanation) -> Iterator[Block]:
    if e.flags:
        yield Items(tuple(f"{text} ({code})" for code, text in e.flags))


def _related(e: Explanation) -> Iterator[Block]:
    texts = []
    for count in e.related:
        present = "" if math.isnan(count.present) else f" of {_people(count.present)} present"
        why = f" {as_sentence(count.why)}" if count.why else ""
        source = f" [{count.source}]" if count.source else ""
        texts.append(f"{capital(count.what)}: {_people(count.in_need)}{present}.{why}{source}")
    if texts:
        yield Items(tuple(texts))


def _figures(e: Explanation) -> Iterator[Block]:
    if e.figures:
        rows = [
            (_people(f.value), f.as_of, f"{capital(f.what)}: {f.role}", f.source) for f in e.figures
        ]
        yield Table(("people", "date", "figure and its use", "source"), tuple(rows), (0,))


def _sources(e: Explanation) -> Iterator[Block]:
    if e.sources:
        yield Items(tuple(map(_source, e.sources)))


def _source(source: Source) -> str:
    released = f", released {source.released_on}" if source.released_on else ""
    parts = [
        f"{source.id}: {source.publisher}, {source.title}",
        f", {source.edition}" if source.edition else "",
        released,
        f"; {source.licence}" if source.licence else "",
        f"; {source.url}" if source.url else "",
        f"; file {source.file}" if source.file else "",
        f"; SHA-256 {source.sha256}" if source.sha256 else "",
    ]
    return "".join(parts)


def _judgements(e: Explanation) -> Iterator[Block]:
    if e.judgements:
        yield Items(
            tuple(
                f"{capital(j.words)}: {j.value} ({status_text(j.status)}"
                f"{f': {j.basis}' if j.basis else ''}; {j.name})"
                for j in e.judgements
            )
        )


def _provenance(e: Explanation) -> Iterator[Block]:
    p = e.provenance
    versions = ", ".join(f"{name} {version}" for name, version in p.versions.items())
    yield Paragraph(
        f"Case {p.case}, {p.draws:,} draws, seed {p.seed}; {versions}; configuration "
        f"{p.config_sha256}."
    )


def _rounded(e: Explanation | CellAccount) -> tuple[str, str, str, str]:
    """Return mean, ends of the interval and odds ratio 1, as tables have them."""
    rounded = partial(round_together, sd=e.sd, mcse=e.mcse)
    at_one = rounded(e.odds_ratio_1, e.odds_ratio_1, e.odds_ratio_1).texts()[0][0]
    return *rounded(e.mean, e.lower, e.upper).texts()[0], at_one


_people = partial(people_cell, threshold=0.0)
