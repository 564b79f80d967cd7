"""Where a figure comes from, and what a reader did to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from gecam._signature import check_fields
from gecam._typing import WholeNumber


@dataclass(frozen=True, slots=True)
class Source:
    """A published source of figures.

    Parameters
    ----------
    id
        Short stable name, used as a key: ``"undesa-ims-2020"``.
    publisher, title, edition
        As the publisher writes them.
    released_on
        Day of publication; None where it is not known.
    licence
        Licence of the figures, such as ``"CC BY 3.0 IGO"``.
    url
        Where it can be found.
    sha256
        Hash of the file that was read; empty for figures typed by a user.
    file
        Name of the file that was read (no folder).
    is_public
        Whether the figures are published. Figures that are not (a user's survey) fall under the
        disclosure rules of `gecam.publish`.
    """

    id: str
    publisher: str
    title: str
    edition: str = ""
    released_on: date | None = None
    licence: str = ""
    url: str = ""
    sha256: str = ""
    file: str = ""
    is_public: bool = True

    def __post_init__(self) -> None:
        check_fields(self)


UNKNOWN_SOURCE = Source("user", "not stated", "figures given by the user", is_public=False)


@dataclass(frozen=True, slots=True)
class Note:
    """What a reader dropped, merged or converted.

    Parameters
    ----------
    code
        Short stable name: ``"AGGREGATES_DROPPED"``.
    text
        The same in plain words.
    count
        How many rows or cells.
    """

    code: str
    text: str
    count: WholeNumber = 0

    def __post_init__(self) -> None:
        check_fields(self)
