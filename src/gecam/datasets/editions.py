"""Editions by name."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Literal

import pandas as pd

from gecam._signature import checked
from gecam.datasets.edition_names import EDITIONS
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
    folder = _folder("editions", name)
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


def load_world(name: str | int) -> Case:
    """Load stock, population and refugees of all countries, without origins and without crises.

    The inputs of `gecam.estimation.modelled_case`, for the same years as the edition.

    Parameters
    ----------
    name
        Year of an edition (`EDITIONS`).

    Raises
    ------
    InputError
        If there is no such edition.

    Examples
    --------
    >>> len(gc.load_world("2022").stock.destinations)
    232
    """
    return read_edition(_folder("world", name))


def load_other_figures(name: str | int) -> pd.DataFrame:
    """Load figures that were published of an edition's plans and that the edition does not use.

    Parameters
    ----------
    name
        Year of an edition (`EDITIONS`).

    Returns
    -------
    pandas.DataFrame
        One row per plan and reading: ``crisis`` (id), ``reading`` (such as ``as launched``), ``people``
        (persons in need), ``source``, ``note``; no rows where one figure alone was published.

    Raises
    ------
    InputError
        If there is no such edition.

    Examples
    --------
    >>> from gecam.datasets import load_other_figures
    >>> rows = load_other_figures("2026").set_index("crisis")
    >>> rows.loc["2026-MOZ", "people"], gc.load_edition("2026").footprints[9].people
    (np.float64(1628468.0), 2356162.0)
    """
    columns = ["crisis", "reading", "people", "source", "note"]
    path = _folder("editions", name) / "other_figures.csv"
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    rows = pd.DataFrame(list(csv.DictReader(io.StringIO(text))), columns=columns)
    return rows.astype({"people": "float64"})


def _folder(kind: str, name: str | int) -> Traversable:
    """Return the folder of an edition's tables; its year may be a number."""
    name = str(name)
    if name not in EDITIONS:
        raise InputError(f"no edition {name!r}. There are: {', '.join(EDITIONS)}.")
    return files("gecam.datasets") / kind / name


def load_risk() -> pd.DataFrame:
    """Load components of the INFORM Risk Index 2026 by country (JRC, CC BY 4.0); 0 to 10.

    Returns
    -------
    pandas.DataFrame
        Index ISO3; only components that rest on no count of people in need.
    """
    path = files("gecam.datasets") / "world" / "risk.csv"
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))
    return pd.DataFrame(rows).set_index("iso3").astype("float64")
