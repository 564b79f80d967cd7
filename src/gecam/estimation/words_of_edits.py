"""What an edit of a case changes, in words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from gecam._signature import checked
from gecam.codes import name
from gecam.estimation.copied_crisis import CopyCrisis
from gecam.estimation.edited_inputs import CaseEdit
from gecam.estimation.edits import (
    ChangeAssumptions,
    ChangeNeeds,
    CustomEdit,
    ReplaceFootprint,
    ReplaceStock,
    ScaleCounts,
    ScaleRegistered,
    ScaleStock,
    TouchNobody,
    UsePopulation,
    WithoutCrises,
    as_edit,
)
from gecam.model import Footprint
from gecam.results import Message, message


def _places(edit: ScaleStock | ScaleRegistered) -> str:
    return ", ".join(map(name, edit.destinations)) or str(message("ALL_COUNTRIES"))


def _moved(edit: CopyCrisis) -> Message | str:
    place, origin = name(edit.place), name(edit.destination)
    if not edit.is_moved:
        return place
    code = "MOVED_WITH_SHARE" if edit.keep == "share" else "MOVED_WITH_PEOPLE"
    return message(code, place=place, origin=origin)


def _population(edit: UsePopulation) -> Message:
    if edit.population is None:
        return message("OWN_POPULATION")
    return message("OTHER_POPULATION", publisher=edit.population.source.publisher)


def _figures(edit: ChangeNeeds) -> str:
    figures = edit.people.items()
    return ", ".join(str(message("FIGURE_IN", people=n, place=key)) for key, n in figures)


def _values(edit: ChangeAssumptions) -> str:
    return ", ".join(f"{key} {value}" for key, value in edit.values.items())


WORDS: dict[type[CaseEdit], Callable[[Any], Message]] = {
    ScaleStock: lambda x: message("SCALED_STOCK", places=_places(x), factor=x.factor),
    ScaleRegistered: lambda x: message("SCALED_REGISTER", places=_places(x), factor=x.factor),
    ReplaceStock: lambda x: message(
        "OTHER_STOCK", edition=x.stock.source.edition or x.stock.source.id
    ),
    UsePopulation: _population,
    ChangeNeeds: lambda x: message("OTHER_NEEDS", figures=_figures(x)),
    ScaleCounts: lambda x: message("SCALED_COUNTS", crises=", ".join(x.crises), factor=x.factor),
    ReplaceFootprint: lambda x: message(
        "OTHER_FOOTPRINT", crisis=x.footprint.crisis, place=name(x.footprint.destination),
        people=x.footprint.people, measure=x.footprint.measure.replace("_", " "),
    ),
    TouchNobody: lambda x: message(
        "TOUCHES_NOBODY", crisis=x.crisis, place=name(x.destination), reason=x.reason
    ),
    WithoutCrises: lambda _: message("WITHOUT_CRISES"),
    CopyCrisis: lambda x: message("COPIED_CRISIS", crisis=x.crisis, place=_moved(x), scale=x.scale),
    ChangeAssumptions: lambda x: message("OTHER_ASSUMPTIONS", values=_values(x)),
    CustomEdit: lambda x: message("TEXT", text=x.description),
}  # fmt: skip


@checked
def edit_words(edits: Sequence[CaseEdit | Footprint]) -> tuple[str, ...]:
    """Return what edits change, a text each.

    Parameters
    ----------
    edits
        As in `apply_edits`.

    Examples
    --------
    >>> from gecam.estimation import ScaleStock, edit_words
    >>> edit_words([ScaleStock(1.1, ("TCD",))])
    ('migrant stock of Chad times 1.1',)
    """
    return tuple(str(WORDS[type(edit)](edit)) for edit in map(as_edit, edits))
