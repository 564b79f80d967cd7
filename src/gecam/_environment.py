"""Which software an answer comes from."""

from __future__ import annotations

import platform
import re
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, requires, version

from gecam._version import __version__

NOT_AT_RUN_TIME = ("dev", "docs")  # extras that no answer depends on


@dataclass(frozen=True, slots=True)
class Versions:
    """Versions of gecam, Python and the packages that gecam uses.

    Parameters
    ----------
    gecam, python
        Version numbers.
    system, machine
        Operating system and kind of processor: ``"Linux"``, ``"x86_64"``. Two processors of one
        kind may have different vector instructions: results then differ in their last digits.
    packages
        Version of each package; None where an optional one is not installed.
    """

    gecam: str
    python: str
    system: str
    machine: str
    packages: dict[str, str | None]

    def __str__(self) -> str:
        """Return one line per item."""
        lines = {
            "gecam": self.gecam,
            "Python": self.python,
            "system": f"{self.system} {self.machine}",
            **{name: number or "not installed" for name, number in self.packages.items()},
        }
        return "\n".join(f"{name:<16}{value}" for name, value in lines.items())

    __repr__ = __str__


def show_versions() -> Versions:
    """Return the versions of gecam, Python and every package that gecam uses.

    Nothing is imported for it, and nothing is printed: an interactive session shows the result.

    Returns
    -------
    Versions
        Its text is what a report of an error should carry.

    Examples
    --------
    >>> import gecam as gc
    >>> gc.show_versions().packages["numpy"]
    '2...'
    """
    return Versions(
        gecam=__version__,
        python=platform.python_version(),
        system=platform.system(),
        machine=platform.machine(),
        packages={name: _version(name) for name in _requirements()},
    )


def _requirements() -> list[str]:
    """Return what gecam's own metadata require, core first; nothing where it is not installed."""
    try:
        lines = requires("gecam") or []
    except PackageNotFoundError:
        return []
    extra = re.compile(rf"extra == ['\"]({'|'.join(NOT_AT_RUN_TIME)})['\"]")
    return [re.split(r"[^\w.-]", line)[0] for line in lines if not extra.search(line)]


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
