"""Write docs/results/multiverse.md: what every combination of defensible choices gives."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from gecam.datasets import load_alternatives, load_edition
from gecam.evaluation import Multiverse, coverage_choices, default_choices, multiverse
from gecam.report import Document, figures_questions, multiverse_document, write
from gecam.uncertainty import round_together

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "docs" / "results" / "multiverse.md"
FIGURE = ROOT / "docs" / "images" / "multiverse-2022.png"
MODELLED, ADDED = "countries without a plan", "modelled shares, added"
CURVE = (
    "![Means of all combinations of choices of method for 2022 in order of size, with the default "
    "and its interval.](../images/multiverse-2022.png)"
)
COUNTRIES = {"2022": ("UKR", "SDN", "SYR", "YEM"), "2024": ("UKR", "SDN", "SYR", "COD")}


def main() -> None:
    """Write the page and its figure."""
    text = [
        "# What other defensible choices would give",
        "",
        "Another careful statistician could choose differently. Here every combination of choices is "
        "run, and two kinds of uncertainty stand side by side, never mixed: the statistical interval "
        "of one specification, which has a probability, and the range of central values over "
        "specifications, which has none. Written by `python tools/multiverse_page.py`; `gecam "
        "multiverse` prints the same for any country or region.",
        "",
    ]
    for edition in ("2022", "2024"):
        text += page(edition)
    OUT.write_text("\n".join(text).rstrip() + "\n", encoding="utf-8")


def page(edition: str) -> Iterator[str]:
    """Yield the lines of one edition."""
    case = load_edition(edition)
    found = multiverse(case, alternatives=load_alternatives(edition))
    of_method = multiverse(case)
    yield f"## Edition {edition}"
    yield ""
    yield (
        f"{len(found.table):,} specifications, {found.draws:,} draws each; {len(of_method.table):,} of "
        "them vary the method alone, the others also take other published figures (another edition of "
        "the stocks, migrants whom these miss, another table of people in need, another population, "
        "people of regional plans)."
    )
    yield ""
    if edition == "2022":
        figures_questions.specification_curve(of_method).ax.figure.savefig(FIGURE, dpi=110)
        yield CURVE
        yield ""
    for section in multiverse_document(found).sections:
        if section.title == "Why each is a choice" and edition == "2024":
            continue
        text = write(Document("", (section,)), "markdown").splitlines()[2:]
        yield from (
            line.replace("## ", "### ", 1) if line.startswith("## ") else line for line in text
        )
        yield ""
    yield from without_plan(edition)
    yield "### Some countries"
    yield ""
    yield from countries(edition)
    yield ""


def without_plan(edition: str) -> Iterator[str]:
    """Yield what adding countries without a plan does: another question, so not in the range above."""
    case, other = load_edition(edition), load_alternatives(edition, modelled=True)
    found = multiverse(case, choices=coverage_choices(case, other), alternatives=other)
    yield "### Countries without a plan"
    yield ""
    yield (
        f"To impute them or not is a choice too, of another question: the {len(found.table)} "
        "specifications below (`gecam multiverse --modelled`) are not in the range above. A country "
        "without a plan has a share in need that is modelled from countries with one. 'All of them' "
        "counts every refugee there too, which few would defend."
    )
    yield ""
    yield "| refugees in need | odds ratio | left out, mean | modelled shares added, mean |"
    yield "|---|---|--:|--:|"
    means = found.table.pivot(
        index=["refugees in need", "odds ratio"], columns=MODELLED, values="mean"
    )
    for (refugees, ratio), row in means.reindex(means.index.unique()).iterrows():
        yield f"| {refugees} | {ratio} | {row['left out']:,.0f} | {row[ADDED]:,.0f} |"
    yield ""


def countries(edition: str) -> Iterator[str]:
    """Yield the two kinds of uncertainty of some countries."""
    case = load_edition(edition)
    yield "| country | default | statistical interval | lowest and highest mean | largest choice |"
    yield "|---|--:|--:|--:|---|"
    for country in COUNTRIES[edition]:
        found = multiverse(case, country, choices=default_choices(case))
        first = found.shares.to_frame().iloc[0]
        default = rounded(found)
        yield (
            f"| {found.target.words} | {default[0]} | {default[1]} to {default[2]} | "
            f"{found.low:,.0f} to {found.high:,.0f} | {first['choice']} "
            f"({first['shapley']:.0%} of the variance) |"
        )


def rounded(found: Multiverse) -> tuple[str, str, str]:
    """Return the default and its interval to the digits that they carry."""
    sd = (found.upper - found.lower) / 4
    return round_together(found.mean, found.lower, found.upper, sd=sd).texts()[0]


if __name__ == "__main__":
    main()
