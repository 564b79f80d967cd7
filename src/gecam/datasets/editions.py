"""Editions by name."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from gecam._signature import checked
from gecam.datasets.edition_names import EDITIONS, edition_folder
from gecam.datasets.edition_tables import read_edition, read_revision
from gecam.errors import InputError
from gecam.model import Case

StockRevision = Literal["2020", "2024", 2020, 2024]


@checked
def load_edition(name: str | int, *, revision: StockRevision | None = None) -> Case:
    """Load the packaged inputs of one year; no network.

    Parameters
    ----------
    name
        Year of the plans, ``"2022"`` to ``"2026"`` (`EDITIONS`): people in need of that year's plans,
        residents, UNHCR's register, and UN DESA's stocks.
    revision
        UN DESA's revision of the stocks, ``"2020"`` or ``"2024"``; None is the edition's own: 2020
        for 2022, and 2024 for the others. A series over the years takes ``"2024"`` for all of them;
        ``"2020"`` is what was published at the time for 2022 to 2024.

    Returns
    -------
    Case
        Every figure in it carries its source; see ``case.sources``.

    Raises
    ------
    InputError
        If there is no such edition, or it has no such revision.

    Examples
    --------
    >>> case = gc.load_edition("2022")
    >>> len(case.crises), len(case.destinations)
    (42, 32)
    >>> gc.load_edition("2022", revision="2024").stock.source.id
    'undesa-ims-2024'
    """
    folder = edition_folder("editions", name)
    case = read_edition(folder)
    if revision is None or case.stock.source.id == f"undesa-ims-{revision}":
        return case
    others = {f.name.removeprefix("revision-"): f for f in folder.iterdir() if f.is_dir()}
    if str(revision) not in others:
        own = case.stock.source.id.removeprefix("undesa-ims-")
        raise InputError(
            f"edition {name} has no stocks of revision {str(revision)!r}. There are: "
            f"{', '.join(sorted([own, *others]))}."
        )
    return replace(
        case, stock=read_revision(others[str(revision)]), name=f"{name}, revision {revision}"
    )


@checked
def load_editions(*names: str | int, revision: StockRevision | None = "2024") -> tuple[Case, ...]:
    """Load several editions for a series, with the stocks of one revision; no network.

    Parameters
    ----------
    *names
        Years of editions; none are all of them (`EDITIONS`).
    revision
        UN DESA's revision of the stocks for all of them, ``"2024"`` unless another is given; None
        leaves each edition its own, of which no change of migrants can be told from a revision.

    Returns
    -------
    tuple of Case
        In the order of the names.

    Raises
    ------
    InputError
        If there is no such edition, or it has no such revision.

    Examples
    --------
    >>> cases = gc.load_editions()
    >>> [len(case.crises) for case in cases], {case.stock.source.id for case in cases}
    ([42, 47, 24, 38, 29], {'undesa-ims-2024'})
    """
    if unknown := [str(name) for name in names if str(name) not in EDITIONS]:
        raise InputError(
            f"names must be years of editions, {', '.join(EDITIONS)}: got {', '.join(unknown)}."
        )
    return tuple(load_edition(name, revision=revision) for name in names or EDITIONS)
