"""Registry of readers, and the words at the top of a file by which each is chosen."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any, Final, TypeAlias, TypeVar

from gecam.io.door.open_files import File

_F = TypeVar("_F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Top:
    """The cells near the top of a file: words of all rows, of its first row, and names of sheets."""

    words: frozenset[str]
    first: tuple[str, ...]
    sheets: tuple[str, ...] = ()

    def has(self, *words: str) -> bool:
        """Return whether all words stand in cells near the top."""
        return self.words.issuperset(words)


FileLayout: TypeAlias = Collection[str] | Callable[[Top], bool]
"""Words that stand near the top of every file of a layout, or a function that knows its top."""


@dataclass(frozen=True, slots=True)
class Reader:
    """A reader, and how its files are known.

    Parameters
    ----------
    name
        Function of `gecam.io`.
    kind
        What it returns: ``stock``, ``protected``, ``population``, ``needs``,
        ``plans``, ``severity``, ``risk``, ``phases``, ``displacement``, ``places``, ``incidents``,
        ``facts``, ``shares``, ``events``, ``exposure``, ``extent``, ``intensity``,
        ``areas``, ``grid`` or ``pairs``.
    publisher
        Whose file it is; *you* for a user's own table.
    function
        The function itself.
    layouts
        The layouts that it takes.
    """

    name: str
    kind: str
    publisher: str
    function: Callable[[File], Any]
    layouts: tuple[FileLayout, ...]

    def takes(self, top: Top) -> bool:
        """Return whether a file with such a top is of one of the layouts."""
        return any(layout(top) if callable(layout) else top.has(*layout) for layout in self.layouts)

    @property
    def words(self) -> str:
        """The words by which its files are told, without layouts that a function knows."""
        layouts = [", ".join(map(repr, layout)) for layout in self.layouts if not callable(layout)]
        return " or ".join(layouts)

    def read(self, source: File) -> Any:
        """Read a file."""
        return self.function(source)

    def read_by_country(self, source: File) -> Any:
        """Read a file; a fault in one country's people in need refuses that country alone."""
        if self.kind == "needs" and self.publisher != "you":
            return self.function(source, refuse="country")  # type: ignore[call-arg]
        return self.function(source)


REGISTERED: Final[dict[str, Reader]] = {}  # by name; filled as the modules of readers are imported


def reader(kind: str, publisher: str, *layouts: FileLayout) -> Callable[[_F], _F]:
    """Register a function as the reader of some layouts.

    Parameters
    ----------
    kind, publisher
        As in `Reader`.
    *layouts
        What its files are known by; one for each layout.
    """

    def register(function: _F) -> _F:
        name = function.__name__
        REGISTERED[name] = Reader(name, kind, publisher, function, layouts)
        return function

    return register
