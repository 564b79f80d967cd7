"""Editions by name."""

from __future__ import annotations

from importlib.resources import files

from gecam.datasets.tables import read_edition
from gecam.errors import InputError
from gecam.model import Case

EDITIONS = ("2022", "2024")


def load_edition(name: str) -> Case:
    """Load the packaged inputs of one year; no network.

    Parameters
    ----------
    name
        ``"2022"``: the plans of the Global Humanitarian Overview 2022, UN DESA's 2020 revision,
        World Bank population, UNHCR. ``"2024"``: the Humanitarian Needs Overviews of 2024 and UN
        DESA's 2024 revision.

    Returns
    -------
    Case
        Every figure in it carries its source; see ``case.sources``.

    Raises
    ------
    InputError
        If there is no such edition.

    Examples
    --------
    >>> case = gc.load_edition("2022")
    >>> len(case.crises), len(case.destinations)
    (42, 32)
    """
    if name not in EDITIONS:
        raise InputError(f"no edition {name!r}. There are: {', '.join(EDITIONS)}.")
    return read_edition(files("gecam.datasets") / "editions" / name)
