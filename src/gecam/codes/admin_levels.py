"""Labels of columns for administrative levels, in English, French, Spanish and Portuguese."""

from __future__ import annotations

from functools import cache
from itertools import product
from typing import Literal

AdminColumn = Literal["code", "name"]
DEEPEST = 4
_LEVEL_WORDS = (
    "adm", "admin", "admin level", "administrative level", "administratif", "administrativo",
    "niveau admin", "niveau administratif", "nivel administrativo", "nível administrativo",
)  # fmt: skip
_WORDS: dict[AdminColumn, tuple[str, ...]] = {
    "code": ("pcode", "p-code", "code", "código", "codigo", "pcod"),
    "name": (
        "name", "nom", "nombre", "nome", "en", "fr", "es", "pt", "name_en", "name_fr", "name_es",
        "name_pt",
    ),
}  # fmt: skip
_MARKS = ("", " ", "_")


@cache
def admin_labels(level: int, what: AdminColumn) -> tuple[str, ...]:
    """Return how a column of an administrative level may be called, in small letters.

    Parameters
    ----------
    level
        0 for the country, 1 to 4 for areas.
    what
        ``"code"`` (a p-code) or ``"name"``.

    Examples
    --------
    >>> from gecam.codes import admin_labels
    >>> labels = admin_labels(1, "code")
    >>> [label in labels for label in ("admin 1 pcode", "adm1_pcode", "code adm1", "admin 2 pcode")]
    [True, True, True, False]
    """
    words = product(_LEVEL_WORDS, _MARKS, _MARKS, _WORDS[what])
    labels = [
        label
        for place, first, second, kind in words
        for label in (
            f"{place}{first}{level}{second}{kind}",
            f"{kind}{second}{place}{first}{level}",
        )
    ]
    return tuple(dict.fromkeys(labels))


@cache
def _columns() -> dict[str, tuple[int, AdminColumn]]:
    return {
        label: (level, what)
        for level in range(DEEPEST + 1)
        for what in _WORDS
        for label in admin_labels(level, what)
    }


def admin_column(label: str) -> tuple[int, AdminColumn] | None:
    """Return the level that a column is of, and whether it holds codes or names; None for others.

    Examples
    --------
    >>> from gecam.codes import admin_column
    >>> admin_column("ADM1_PCODE"), admin_column("Código nivel administrativo 2"), admin_column("T_TL")
    ((1, 'code'), (2, 'code'), None)
    """
    return _columns().get(" ".join(label.split()).casefold())
