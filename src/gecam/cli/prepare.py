"""`gecam prepare`: whom a plan should include, what a scenario would do, who is abroad in crises."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gecam.cli.answers import Edition, country_option, print_json, records
from gecam.cli.paths import to_read, to_write

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gecam.model import Case
    from gecam.preparedness import Plan
    from gecam.report import Brief, BriefQuestion
    from gecam.results import Estimates


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("prepare")(prepare_command)


def prepare_command(
    scenario: Annotated[
        Path | None, typer.Argument(callback=to_read, help="A scenario (TOML); see the how-to.")
    ] = None,
    country: Annotated[
        str, typer.Option(help="Country whose plan it is, by ISO3 code or name.")
    ] = "",
    origin: Annotated[str, typer.Option(help="Country of origin, by ISO3 code or name.")] = "",
    plan: Annotated[
        Path | None,
        typer.Option(
            callback=to_read, help="What the plan says: a TOML file, or OCHA's table of FTS."
        ),
    ] = None,
    events: Annotated[
        Path | None,
        typer.Option(
            callback=to_read, help="Past events: IDMC's disaster events, or your EM-DAT copy."
        ),
    ] = None,
    first: Annotated[int, typer.Option(help="First year of --events that counts.")] = 0,
    people_per_movement: Annotated[
        float, typer.Option(help="People per movement, for IDMC's events; needs --factor-basis.")
    ] = 0.0,
    factor_basis: Annotated[str, typer.Option(help="Where that factor comes from.")] = "",
    edition: Edition = "2022",
    draws: Annotated[int, typer.Option(min=2, help="Number of draws.")] = 10_000,
    seed: Annotated[int, typer.Option(min=0, help="Seed: same seed, same numbers.")] = 2022,
    level: Annotated[float, typer.Option(help="Level of the intervals.")] = 0.9,
    out: Annotated[
        Path | None, typer.Option(callback=to_write, help="Write the brief: .html or .md.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
) -> None:
    """Brief a planner, in plain words.

    One of: a scenario file; --country, for the plan of a country; --origin, for its people abroad.
    """
    if sum(map(bool, (scenario, country, origin))) != 1:
        raise typer.BadParameter("give a scenario file, --country or --origin: one of them")
    if not country and (plan or events):
        raise typer.BadParameter("--plan and --events go with --country", param_hint="--plan")
    if out is not None and out.suffix not in {".html", ".md"}:
        raise typer.BadParameter("the brief is written as .html or .md", param_hint="--out")
    country, origin = country_option(country, "--country"), country_option(origin, "--origin")
    common = {"edition": edition, "draws": draws, "seed": seed, "level": level}
    if country:
        record = {"first": first, "factor": people_per_movement, "basis": factor_basis}
        brief, document = _country(country, plan, events, record, common)
    elif origin:
        brief, document = _origin(origin, common)
    elif scenario is not None:
        brief, document = _scenario(scenario, common)
    if out is not None:
        brief.write(out)
    if as_json:
        print_json("prepare", **document)
    elif out is None:
        typer.echo(brief.to_markdown())


def _country(
    country: str,
    plan: Path | None,
    events: Path | None,
    record: Mapping[str, Any],
    common: Mapping[str, Any],
) -> tuple[Brief, dict[str, Any]]:
    from gecam.datasets import load_edition
    from gecam.errors import NotEstimatedError
    from gecam.estimation import estimate
    from gecam.preparedness import inclusion, language_reach
    from gecam.report import country_brief

    edition = load_edition(common["edition"])
    if country not in edition.destinations:
        raise NotEstimatedError(
            f"{country} has no crisis in edition {common['edition']}: use a scenario"
        )
    case = edition.restrict([country])
    est = estimate(case, draws=common["draws"], seed=common["seed"], level=common["level"])
    stated, costs = _plan(plan, country, case.crises[0].reference_date.year)
    found = inclusion(est, country, case=case, plan=stated, **costs)
    try:
        languages = language_reach(est, country)
    except NotEstimatedError:
        languages = None
    sections, past = (
        ((), None) if events is None else _events(events, case, country, record, common)
    )
    extra = f" --plan {plan.name}" if plan else ""
    extra += f" --events {events.name} --first {record['first']}" if events else ""
    brief = country_brief(
        est, found, languages, trace=_command(f"prepare --country {country}{extra}", common),
        explain=_command(f"explain {country}", common), events=sections,
    )  # fmt: skip
    budget = found.budget
    document = _head("country", est, common) | {
        "country": country,
        "inclusion": records(found.to_frame()),
        "share_of_plan": _three(found.share_of_plan, found.level),
        "share_note": found.share_note,
        "plan": {name: getattr(found.plan, name) for name in found.plan.__slots__},
        "stated": [{n: getattr(s, n) for n in s.__slots__} for s in found.stated],
        "budget": None if budget is None else {
            "unit_cost": budget.unit_cost, "fractile": budget.fractile,
            "reach": budget.reach,
            "cost": dict(zip(("mean", "lower", "upper"), budget.cost_range, strict=True)),
            "cost_of_all": dict(
                zip(("mean", "lower", "upper"), budget.cost_range_of_all, strict=True)
            ),
            "targets": records(budget.to_frame()),
        },
        "languages": None if languages is None else records(languages.to_frame()),
        "events": past,
    }  # fmt: skip
    return brief, document


def _origin(origin: str, common: Mapping[str, Any]) -> tuple[Brief, dict[str, Any]]:
    from gecam.datasets import load_edition
    from gecam.estimation import estimate
    from gecam.preparedness import nationals_abroad
    from gecam.report import origin_brief

    case = load_edition(common["edition"])
    est = estimate(case, draws=common["draws"], seed=common["seed"], level=common["level"])
    found = nationals_abroad(est, origin)
    brief = origin_brief(
        est, found, trace=_command(f"prepare --origin {origin}", common),
        explain=_command(f"explain {origin} --kind origin", common),
    )  # fmt: skip
    document = _head("origin", est, common) | {
        "origin": origin,
        "total": _three(found.total if found.destinations else None, found.level),
        "destinations": records(found.to_frame()),
        "not_estimated": found.not_estimated,
        "regional_plans": [{"plan": p, "in_need": n} for p, n in found.regional_plans],
    }
    return brief, document


def _scenario(path: Path, common: Mapping[str, Any]) -> tuple[Brief, dict[str, Any]]:
    from gecam.cli.scenario_file import read_scenario
    from gecam.estimation import estimate
    from gecam.evaluation import compare, scenario
    from gecam.report import additional_rows, scenario_brief

    stated = read_scenario(path)
    options = {name: common[name] for name in ("draws", "seed", "level")}
    est = scenario(stated.today, stated.edits, **options)
    change = None if stated.is_alone else compare(estimate(stated.today, **options), est)
    brief = scenario_brief(
        est, change, crises=stated.crises, title=f"Scenario: {stated.name}", notes=stated.notes,
        image=_map(stated.maps) if stated.maps else "",
        image_text="Share of residents exposed by area, and the outline of the hazard",
        trace=f"gecam prepare {path.name} --draws {common['draws']} --seed {common['seed']}",
    )  # fmt: skip
    document = _head("scenario", est, common) | {
        "name": stated.name,
        "alone": stated.is_alone,
        "changes": None if change is None else records(additional_rows(change)),
        "rows": records(est.by("destination").summary()),
        "zeros": [
            {"crisis": x.crisis, "destination": x.destination, "reason": x.reason}
            for x in est.leaves
            if x.reason and x.odds_ratio_1 == 0 and x.group == "other"
        ],
    }
    return brief, document


def _plan(path: Path | None, country: str, year: int) -> tuple[Plan | None, dict[str, float]]:
    """Read what a plan says of itself: our own TOML, or requirements from FTS."""
    from gecam.errors import InputError
    from gecam.preparedness import Plan

    if path is None:
        return None, {}
    if path.suffix == ".toml":
        from gecam.cli.toml_files import check_keys, read_toml

        table = read_toml(path)
        of_budget = ("cost_under", "cost_over", "reach")
        check_keys(table, (*Plan.__slots__, *of_budget), path.name)
        costs: dict[str, float] = {k: table.pop(k) for k in of_budget if k in table}
        return Plan(**{"destination": country, "source": path.name} | table), costs
    from gecam.io import read_fts

    history = read_fts(path)
    rows = history.rows
    kept = rows[
        rows["iso3"].eq(country)
        & rows["year"].eq(year)
        & rows["plan_type"].eq("country_plan")
        & rows["metric"].eq("funding_required")
    ]
    if len(kept) != 1:
        names = ", ".join(kept["plan"]) or "none"
        raise InputError(
            f"{path.name} has {len(kept)} country plans of {country} in {year} ({names}): one is "
            "needed. State it in a TOML file."
        )
    row = kept.iloc[0]
    return Plan(
        country, str(row["plan"]), requirements=float(row["value"]), source=history.source.title
    ), {}


def _events(
    path: Path, case: Case, country: str, record: Mapping[str, Any], common: Mapping[str, Any]
) -> tuple[tuple[BriefQuestion, ...], list[dict[str, Any]]]:
    """Read past events, and say what they carry: as recorded, and in migrants where they are people."""
    from gecam.codes import name
    from gecam.errors import NotEstimatedError
    from gecam.preparedness import (
        average_annual,
        exceedance,
        migrant_events,
        migrants_of,
        recorded_events,
    )
    from gecam.report import events_section

    if not record["first"]:
        raise typer.BadParameter(
            "state the first year that counts: reporting grew, and the choice moves the rates",
            param_hint="--first",
        )
    found = recorded_events(_catalogue(path), country, first=record["first"])
    sets = [found]
    if record["factor"]:
        found = found.as_people(record["factor"], basis=record["basis"])
        sets = [found]
    if found.unit == "people":
        stock, residents = migrants_of(case, country)
        migrants = migrant_events(
            found, stock, residents, odds_ratio=case.assumptions.odds_ratio, destination=country,
            country_type=case.country_types.get(country, "settled"), draws=min(common["draws"], 2000),
            seed=common["seed"],
        )  # fmt: skip
        sets.append(migrants)
    sections, past = [], []
    for events in sets:
        average = average_annual(events)
        try:
            curve = exceedance(events)
        except NotEstimatedError:
            curve = None
        sections.append(events_section(name(country), events, average, curve))
        past.append({
            "events": len(events), "period": events.period, "unit": events.unit, "notes": events.notes,
            "average": {n: getattr(average, n) for n in average.__slots__},
            "curve": None if curve is None else records(curve.to_frame()),
        })  # fmt: skip
    return tuple(sections), past


def _catalogue(path: Path) -> Any:
    """Return IDMC's table, or EM-DAT's as rows of country, year and people."""
    from gecam.errors import LayoutError
    from gecam.io import read_emdat, read_gidd

    try:
        return read_gidd(path)
    except LayoutError:
        rows = read_emdat(path).events
    years = rows["started_on"].dt.year
    return rows.assign(year=years, event=rows["id"])[["iso3", "year", "people", "event"]]


def _map(maps: Any) -> str:
    """Draw the first map of a scenario; a data URI."""
    import base64
    from io import BytesIO

    from gecam.report import footprint_map

    buffer = BytesIO()
    first = maps[0]
    drawn = footprint_map(first.footprint, first.areas, extent=first.hazard, level=first.level)
    figure: Any = drawn.ax.figure
    figure.savefig(buffer, format="png", dpi=110)
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()


def _command(words: str, common: Mapping[str, Any]) -> str:
    options = " ".join(f"--{name} {common[name]}" for name in ("edition", "draws", "seed"))
    return f"gecam {words} {options}"


def _head(kind: str, est: Estimates, common: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "kind": kind, "case": est.provenance.case, "measure": est.measure,
        "level": common["level"], "seed": est.provenance.seed, "draws": est.provenance.draws,
        "config_sha256": est.provenance.config_sha256,
        "sources": [s.id for s in est.sources],
    }  # fmt: skip


def _three(draws: Any, level: float) -> dict[str, float] | None:
    """Return mean and interval; None where there is no estimate."""
    from gecam.uncertainty import equal_tailed

    if draws is None or not draws.size:
        return None
    lower, upper = equal_tailed(draws, level=level)
    return {"mean": float(draws.mean()), "lower": float(lower), "upper": float(upper)}
