"""Parts of every brief: lead, questions, limits, sources, and the commands that check its numbers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from gecam.report.document.blocks import (
    Block,
    Command,
    Document,
    Items,
    Paragraph,
    Picture,
    Section,
    Table,
)
from gecam.report.sentences import said
from gecam.report.translation import localised

if TYPE_CHECKING:
    from gecam.results import Estimates


def limits_of_country() -> tuple[str, ...]:
    """Return what no number about a country can say."""
    return tuple(said(code) for code in ("NO_RISKS_OF_ORIGINS", "NO_PAPERS", "INTERVAL_HOLDS"))


def question(
    title: str, texts: Iterable[str], table: Table | None = None, *, explain: str = "",
    picture: Picture | None = None,
) -> Section:  # fmt: skip
    """Return one question of a brief: paragraphs, a picture, a table, and where its numbers come from.

    Parameters
    ----------
    title
        The question or topic.
    texts
        Paragraphs.
    table
        Cells as text; None for no table.
    explain
        Command that shows where the numbers come from; empty for none.
    picture
        One per brief; None for none.
    """
    blocks: list[Block] = [Paragraph(text) for text in texts]
    blocks += [block for block in (picture, table) if block is not None]
    if explain:
        blocks.append(Command(said("WHERE_NUMBERS_COME_FROM"), explain))
    return Section(title, tuple(blocks))


def brief(
    title: str, lead: Iterable[str], sections: Iterable[Section], *, limits: tuple[str, ...],
    est: Estimates, trace: str,
) -> Document:  # fmt: skip
    """Return a page for somebody who plans.

    Parameters
    ----------
    title
        Of the page.
    lead
        The answer in a sentence or two.
    sections
        In order, as `question` makes them.
    limits
        What the numbers cannot say.
    est
        The estimates, whose sources are listed.
    trace
        Command that makes this page again; empty for none.
    """
    cannot_say = Section(said("CANNOT_SAY"), (Paragraph(est.about.count), Items(limits)))
    sources = tuple(
        ", ".join(part for part in (s.publisher, s.title, s.edition, s.licence) if part)
        for s in est.sources
    )
    foot: list[Block] = [Items(sources)] if sources else []
    foot += [Command(said("PAGE_AGAIN"), trace)] if trace else []
    page = Document(
        title,
        (*sections, cannot_say),
        tuple(lead),
        Section(said("SOURCES") if sources else "", tuple(foot)),
        is_page=True,
    )
    return localised(page)
