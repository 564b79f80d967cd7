"""Write the data cards, docs/reference-data/edition-YEAR.md: `python tools/edition_cards.py`.

Numbers come from the packaged tables, words on faults and changes from
tools/curated/edition_cards.toml.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Sequence
from pathlib import Path

from gecam.codes import name as country_name
from gecam.datasets import EDITIONS, load_edition, load_other_figures
from gecam.datasets.alternatives import OTHER_REVISION
from gecam.model import Case, Crisis, Footprint

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "docs" / "reference-data"
WORDS = tomllib.loads(
    (ROOT / "tools" / "curated" / "edition_cards.toml").read_text(encoding="utf-8")
)
SCOPES = {
    "all": "migrants and refugees", "nationals": "nationals alone",
    "residents_excl_refugees": "residents without refugees",
    "migrants_separate": "migrants in another figure", "mixed_hosts": "with host communities",
    "unknown": "not found",
}  # fmt: skip


def main() -> None:
    """Write all cards."""
    for edition in EDITIONS:
        (OUT / f"edition-{edition}.md").write_text(card(edition), encoding="utf-8")


def card(edition: str) -> str:
    """Return the card of an edition, in Markdown."""
    case, words = load_edition(edition), WORDS[edition]
    plans = {f.crisis: f for f in case.footprints}
    country = [c for c in case.crises if c.plan_type == "country_plan"]
    others = [c for c in case.crises if c.plan_type != "country_plan"]
    sections = {
        f"# Edition {edition}": words["lead"],
        "## Who is counted, and which need": counted(case, country, plans),
        "## Country plans": table(
            ("plan", "people in need", "who is in the figure", "read in", "grade", "since"),
            (country_row(c, plans.get(c.id), edition) for c in country),
        ),
        "## Other plans": table(
            ("plan", "type", "people in need", "since", "to other plans"),
            (other_row(c, plans.get(c.id)) for c in others),
        ) if others else "None in this edition.",
        "## Sources": table(
            ("source", "edition", "publisher", "licence", "date"),
            (
                (s.title, s.edition, s.publisher, s.licence, str(s.released_on or "not stated"))
                for s in case.sources
            ),
        ),
        "## Other readings": readings(edition, case),
        "## What not to do with it": bullets(WORDS["all"]["not_to_do"]),
        "## Known faults": bullets(words["faults"]),
        "## What changed from the edition before": changes(edition),
    }  # fmt: skip
    body = "\n\n".join(f"{title}\n\n{text}" for title, text in sections.items())
    return f"<!-- written by tools/edition_cards.py -->\n{body}\n"


def counted(case: Case, country: Sequence[Crisis], plans: dict[str, Footprint]) -> str:
    """Return whom the edition counts."""
    stated = [plans[c.id].people for c in country if c.id in plans]
    read = [c for c in country if c.id in plans and is_read(plans[c.id])]
    return f"""\
International migrants as UN DESA counts them (born abroad, or foreign citizens where a country counts these), and refugees
and others in need of protection as UNHCR registers them, present at the plan's reference date. Need: people in need of
humanitarian assistance, as planned.

{len(case.crises)} plans, of which {len(country)} are country plans; {len(stated)} of these state people in need,
{sum(stated):,.0f} together. Whether migrants and refugees are among them was read in the plan of the year for {len(read)}."""  # noqa: E501


def is_read(footprint: Footprint) -> bool:
    """Whether the scope of a plan was read in the plan itself."""
    return footprint.pin_scope != "unknown" and footprint.pin_scope_year is None


def country_row(crisis: Crisis, footprint: Footprint | None, edition: str) -> tuple[str, ...]:
    """Return the row of a country plan."""
    if footprint is None:
        return (crisis.name, "not stated", "", "", "", since(crisis))
    year = footprint.pin_scope_year or (edition if footprint.pin_scope != "unknown" else "")
    area = f" ({', '.join(footprint.area)})" if footprint.area else ""
    return (
        crisis.name + area, f"{footprint.people:,.0f}", SCOPES[footprint.pin_scope], str(year),
        footprint.grade, since(crisis),
    )  # fmt: skip


def since(crisis: Crisis) -> str:
    """Return the onset, as precisely as it is known."""
    length = {"day": 10, "month": 7, "year": 4}[crisis.onset_precision]
    return str(crisis.onset)[:length] if crisis.onset else ""


def other_row(crisis: Crisis, footprint: Footprint | None) -> tuple[str, ...]:
    """Return the row of another plan."""
    people = f"{footprint.people:,.0f}" if footprint else "not stated"
    relations = "; ".join(f"{r.kind} {r.other}" for r in crisis.relations)
    return (
        crisis.name, crisis.plan_type.replace("_", " "), people, since(crisis), relations
    )  # fmt: skip


def readings(edition: str, case: Case) -> str:
    """Return the other revisions and figures from which the edition can be made."""
    lines = []
    if (revision := OTHER_REVISION.get(edition)) is not None:
        call = f'load_edition("{edition}", revision="{revision}")'
        lines.append(f"Stocks of UN DESA's {revision} revision: `{call}`.")
    others = load_other_figures(edition)
    if len(others):
        used = {f.crisis: f"{f.people:,.0f}" for f in case.footprints}
        rows = (
            (case.crisis(r.crisis).name, r.reading, f"{r.people:,.0f}", used[r.crisis], r.source)
            for r in others.itertuples()
        )
        lines.append(table(("plan", "reading", "people in need", "used", "source"), rows))
    return "\n\n".join(lines) or "None are packaged."


def changes(edition: str) -> str:
    """Return which countries came and went, and why the number of a country moved."""
    earlier = [name for name in EDITIONS if name < edition]
    if not earlier:
        return "This is the first edition."
    now, before = (load_edition(name) for name in (edition, earlier[-1]))
    came = sorted(set(now.destinations) - set(before.destinations))
    went = sorted(set(before.destinations) - set(now.destinations))
    lines = [
        f"Countries with a figure that {earlier[-1]} has not: {named(came)}. "
        f"Without one: {named(went)}."
    ]
    old, new = scope(before), scope(now)
    moved = [d for d in sorted(set(old) & set(new)) if old[d] != new[d]]
    if moved:
        texts = (f"{country_name(d)} ({SCOPES[old[d]]}, then {SCOPES[new[d]]})" for d in moved)
        lines.append(f"Another scope of the country plan: {', '.join(texts)}.")
    if WORDS[edition]["moved"]:
        lines.append("The number affected moved by more than a factor of 1.5 (at odds ratio 1):")
        lines.append(
            table(
                ("country", "people in need before", "now", "why"),
                (move(edition, d, why) for d, why in WORDS[edition]["moved"].items()),
            )
        )
    return "\n\n".join(lines)


def move(edition: str, destination: str, why: str) -> tuple[str, ...]:
    """Return the row of a country whose number moved: its people in need, by edition."""
    last = max(
        name
        for name in EDITIONS
        if name < edition and destination in load_edition(name).destinations
    )
    texts = []
    for name in (last, edition):
        figures = [f"{f.people:,.0f}" for f in load_edition(name).by_place[destination]]
        texts.append(f"{' and '.join(figures)} ({name})")
    return (country_name(destination), *texts, why)


def scope(case: Case) -> dict[str, str]:
    """Return the scope of the country plan of each destination."""
    ids = {c.id for c in case.crises if c.plan_type == "country_plan"}
    return {f.destination: f.pin_scope for f in case.footprints if f.crisis in ids}


def named(codes: Iterable[str]) -> str:
    """Return countries by name, or that there are none."""
    return ", ".join(country_name(code) for code in codes) or "none"


def bullets(lines: Iterable[str]) -> str:
    """Return a list."""
    return "\n".join(f"- {line}" for line in lines)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table; a bar in a cell would end it."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', '/') for cell in row)} |" for row in lines)


if __name__ == "__main__":
    main()
