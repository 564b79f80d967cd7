"""Build the tables of regional plans by country: `python tools/build_regional.py`.

Reads the compiled list of country chapters and UNHCR's register from $GECAM_RAW, each checked against
tools/manifest.csv, and writes src/gecam/datasets/regional: figures, codes and sources, and no sentences
of the publishers. Equal files give equal bytes.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence

from build_editions import UNHCR
from gecam.datasets import EDITIONS, load_edition
from gecam.io.population.unhcr import read_unhcr
from gecam.model import RegionalRow, use_of_figure
from raw_files import CURATED, ROOT, checked, rows

CHAPTERS = "crisis/regional_plans_by_country.csv"
OUT = ROOT / "src" / "gecam" / "datasets" / "regional"
YEAR_ENDS = range(2020, 2026)
NO_REGISTER = ("HOA-MRP",)  # people on their way, whom no register of refugees counts
# Words of the compiled list -> what a row counts; the first that fits. Hosts come before those who
# stand in one figure with them.
CONTENTS = (
    (r"^host", "hosts"),
    (r"all groups of the chapter", "all_groups"),
    (r"host community|in a vulnerable situation", "with_hosts"),
    (r"returnees|^(departing|returning) migrants", "nationals"),
    (r"in transit|transiting|pendular|expected to flee", "on_the_move"),
    (r"", "people"),
)


def main() -> None:
    """Write the tables."""
    plans = list(plans_of_editions()) + rows(CURATED / "regional_plans.csv")
    names = {
        **{
            (year, crisis.name): crisis.id
            for year in EDITIONS
            for crisis in load_edition(year).crises
        },
        **{(row["year"], row["plan"]): row["crisis"] for row in plans},
    }
    counted_by = {
        tuple(row[k] for k in ("year", "host", "origin", "present")): row["counted_by"]
        for row in rows(CURATED / "regional_present.csv")
    }
    chapters = [chapter(row, names, counted_by) for row in rows(checked(CHAPTERS))]
    if unused := set(counted_by) - {
        tuple(row[k] for k in ("year", "host", "origin", "present"))
        for row in chapters
        if row["counted_by"]
    }:
        raise SystemExit(f"no chapter states {sorted(unused)}")
    write("plans", plans)
    write("chapters", chapters)
    write("shares", rows(CURATED / "regional_shares.csv"))
    write("register", list(register(plans)))


def plans_of_editions() -> Iterator[dict[str, str]]:
    """Yield the regional plans of the editions: hosts, origins, onset."""
    for year in EDITIONS:
        for crisis in load_edition(year).crises:
            if crisis.plan_type == "regional_plan":
                yield {
                    "year": year, "plan": crisis.name, "crisis": crisis.id,
                    "hosts": "|".join(crisis.located_in), "origins": "|".join(crisis.people_from),
                    "onset": str(crisis.onset or ""), "source": f"edition {year}",
                }  # fmt: skip


def chapter(
    row: Mapping[str, str],
    names: Mapping[tuple[str, str], str],
    counted_by: Mapping[tuple[str, ...], str],
) -> dict[str, str]:
    """Return a row of the compiled list as codes and figures, with its use."""
    counted = contents(row)
    figure = RegionalRow(
        host=row["host_iso3"], origin=row["origin"], contents=counted,
        in_need=float(row["in_need"]) if row["in_need"] else None,
        is_projection=row["note"].startswith("Projection"),
    )  # fmt: skip
    return {
        "year": row["year"], "crisis": names.get((row["year"], row["plan"]), ""),
        "plan": row["plan"], "host": row["host_iso3"], "origin": row["origin"].replace(";", "|"),
        "contents": counted, "group": row["population_group"],
        "in_need": row["in_need"], "targeted": row["targeted"], "present": row["present"],
        "counted_by": counted_by.get(
            (row["year"], row["host_iso3"], row["origin"], row["present"])
            if counted == "people" else (), ""
        ),
        "use": use_of_figure(figure), "confidence": row["confidence"], "source": row["source_title"],
        "url": row["source_url"],
    }  # fmt: skip


def contents(row: Mapping[str, str]) -> str:
    """Return what a row counts, as a code."""
    if row["host_iso3"] and row["host_iso3"] == row["origin"]:
        return "nationals"
    group = row["population_group"]
    return next(code for words, code in CONTENTS if re.search(words, group))


def register(plans: Sequence[Mapping[str, str]]) -> Iterator[dict[str, str]]:
    """Yield UNHCR's register of the people of regional plans, by host, origin and year-end."""
    pairs = {
        (host, origin)
        for plan in plans
        if not plan["crisis"].endswith(NO_REGISTER)
        for host in plan["hosts"].split("|")
        for origin in plan["origins"].split("|")
    }
    people = read_unhcr(checked(UNHCR), years=YEAR_ENDS).people
    people = people.sort_values(["destination", "origin", "as_of"])
    for row in people.to_dict("records"):
        if (row["destination"], row["origin"]) in pairs:
            yield {
                "host": row["destination"], "origin": row["origin"], "as_of": str(row["as_of"])[:10],
                **{k: whole(row[k]) for k in ("refugees", "asylum_seekers", "oip")},
            }  # fmt: skip


def whole(people: float) -> str:
    """Return a count as text; an empty cell where it was not reported."""
    return "" if people != people else str(int(people))  # noqa: PLR0124 -- NaN


def write(name: str, table: Sequence[Mapping[str, str]]) -> None:
    """Write one table."""
    OUT.mkdir(parents=True, exist_ok=True)
    with (OUT / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(table[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(table)
    print(f"{name}: {len(table)} rows")


if __name__ == "__main__":
    main()
