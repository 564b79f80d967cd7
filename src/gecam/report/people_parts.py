"""Who the people are, by country: sexes, ages and phases of severity, as one table of texts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from gecam._signature import checked
from gecam.codes import name
from gecam.model import ATTRIBUTES
from gecam.report.document.blocks import Table
from gecam.results import CLASS_WORDS, published_table

if TYPE_CHECKING:
    from gecam.results import Breakdown, Estimates, PhasedEstimates


@checked
def parts_table(
    est: Estimates,
    *,
    phased: PhasedEstimates | None = None,
    cells: Mapping[str, Breakdown] | None = None,
) -> Table:
    """Return people of each country by sex, age and phase as texts, each rounded with its interval.

    Parameters
    ----------
    est
        The answer, people; with ages (`gecam.with_ages`) it has rows by age.
    phased
        The same by phase of severity (`gecam.by_severity`); None without them.
    cells
        By what they are, such as "in severe need": people of regional plans by sex and age
        (`gecam.cells_by_age`); None without them. Those of unknown ages are left out.

    Returns
    -------
    Table
        Columns country, who, people, and the ends of the interval; countries in the order of their
        codes. Classes of one attribute add to the country; those of two hold the same people.
        People below a hundred are "<100".
    """
    rows = [
        *(row for x in ATTRIBUTES for row in _rows(est.by("destination", x), x)),
        *(_rows(est.by("destination", "age"), "age") if est.ages else ()),
        *(_rows(phased.by("destination"), "phase") if phased is not None else ()),
        *(row for words, of_plans in (cells or {}).items() for row in _of_cells(of_plans, words)),
    ]
    order = sorted(rows, key=lambda row: row[0])  # stable: classes keep their order
    heads = ("country", "who", "people", f"{est.level:.0%} from", "to")
    return Table(heads, tuple((f"{name(code)} ({code})", *cells) for code, *cells in order))


def _rows(breakdown: Breakdown, attribute: str) -> Iterator[tuple[str, ...]]:
    """Yield the estimated rows of each country by one attribute: code, class in words, texts."""
    estimated = breakdown.is_estimated
    for row in published_table(breakdown)[estimated].to_dict("records"):
        words = CLASS_WORDS[attribute][row[attribute]]
        yield row["destination"], words, row["estimate"], row["lower"], row["upper"]


def _of_cells(cells: Breakdown, words: str) -> Iterator[tuple[str, ...]]:
    """Yield people of regional plans in each country by sex and age, where these are published."""
    table = published_table(cells)
    for row in table[table["age"].ne("total")].to_dict("records"):
        sex, age = CLASS_WORDS["sex"][row["sex"]], CLASS_WORDS["age"][row["age"]]
        who = f"people from {_origin(row['origin'])} in a regional plan, {words}: {sex}, {age}"
        yield row["destination"], who, row["estimate"], row["lower"], row["upper"]


def _origin(code: str) -> str:
    return name(code) if len(code) == 3 and code.isupper() else f"{code} countries"
