"""`gecam prepare`: whom a plan should include, what a scenario would do, who is abroad in crises."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gecam.cli.answers import (
    AsJson,
    Draws,
    Lang,
    Level,
    Seed,
    country_option,
    misuse,
    print_json,
    records,
    with_ages_for,
)
from gecam.cli.by_area import areas_of
from gecam.cli.inputs.case_inputs import Inputs
from gecam.cli.inputs.input_options import USUAL_INPUTS, takes_inputs
from gecam.cli.map_files import MapFiles
from gecam.cli.paths import read_option, to_read, write_option
from gecam.cli.plan_files import PastEvents, read_plan
from gecam.datasets import DEFAULT_EDITION
from gecam.uncertainty import DEFAULT_DRAWS, DEFAULT_LEVEL

if TYPE_CHECKING:
    import pandas as pd

    from gecam.model import Case
    from gecam.preparedness import Inclusion, LanguageReach, PlanBudget
    from gecam.report import Document, Picture
    from gecam.results import CompleteEstimates, Estimates

Answer = tuple["Document", dict[str, Any]]  # a brief, and the same as a record


@dataclass(frozen=True)
class Request:
    """What is asked of the estimates behind a brief, whatever it is about."""

    inputs: Inputs
    draws: int
    seed: int
    level: float

    def estimate(self, case: Case) -> Estimates:
        """Estimate a case."""
        from gecam.estimation import estimate

        return estimate(case, draws=self.draws, seed=self.seed, level=self.level)

    def command(self, words: str) -> str:
        """Return the command that makes or checks the numbers again."""
        return f"gecam {words} {self.inputs.words()} --draws {self.draws} --seed {self.seed}"

    def head(self, kind: str, est: Estimates) -> dict[str, Any]:
        """Return what every record says first."""
        made = est.provenance
        return {
            "kind": kind, "case": made.case, "measure": est.measure, "level": self.level,
            "seed": made.seed, "draws": made.draws, "config_sha256": made.config_sha256,
            "sources": [s.id for s in est.sources],
        }  # fmt: skip


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("prepare")(prepare_command)


@takes_inputs
def prepare_command(
    scenario: Annotated[
        Path | None, typer.Argument(callback=to_read, help="A scenario (TOML); see the how-to.")
    ] = None,
    country: Annotated[
        str, typer.Option(help="Country whose plan it is, by ISO3 code or name.")
    ] = "",
    origin: Annotated[str, typer.Option(help="Country of origin, by ISO3 code or name.")] = "",
    plan: Annotated[
        Path | None, read_option("What the plan says: a TOML file, or OCHA's table of FTS.")
    ] = None,
    events: Annotated[
        Path | None, read_option("Past events: IDMC's disaster events, or your EM-DAT copy.")
    ] = None,
    first: Annotated[int, typer.Option(help="First year of --events that counts.")] = 0,
    people_per_movement: Annotated[
        float, typer.Option(help="People per movement, for IDMC's events; needs --factor-basis.")
    ] = 0.0,
    factor_basis: Annotated[str, typer.Option(help="Where that factor comes from.")] = "",
    areas: Annotated[
        Path | None, read_option("With --country: shapes of its areas, drawn as a map.")
    ] = None,
    area_name: Annotated[
        str | None, typer.Option(help="Column of --areas with their names or codes.")
    ] = None,
    inputs: Inputs = USUAL_INPUTS,
    draws: Draws = DEFAULT_DRAWS,
    seed: Seed = 2022,
    level: Level = DEFAULT_LEVEL,
    lang: Lang = "en",
    out: Annotated[Path | None, write_option("Write the brief: .html or .md.")] = None,
    as_json: AsJson = False,
) -> None:
    """Brief a planner, in plain words.

    One of: a scenario file; --country, for the plan of a country; --origin, for its people abroad.
    """
    from gecam.report import in_the_language, write, write_page

    _check_asked((scenario, country, origin), files=(plan, events, areas), out=out)
    country, origin = country_option(country, "--country"), country_option(origin, "--origin")
    run = Request(inputs, draws, seed, level)
    with in_the_language(lang):  # type: ignore[arg-type]  # one of them
        if scenario is not None:
            brief, record = _scenario(scenario, run)
        elif country:
            past = PastEvents(events, first, people_per_movement, factor_basis)
            maps = MapFiles(areas, area_name=area_name)
            brief, record = _country(country, plan, (past, maps), run)
        else:
            brief, record = _origin(origin, run)
    if out is not None:
        write_page(brief, out)
    if as_json:
        print_json("prepare", **record)
    elif out is None:
        typer.echo(write(brief, "markdown"))


def _check_asked(
    about: tuple[Path | None, str, str],
    *,
    files: tuple[Path | None, ...],
    out: Path | None,
) -> None:
    """Refuse a brief about nothing or about two things, and files that it would not read."""
    if sum(map(bool, about)) != 1:
        raise typer.BadParameter("give a scenario file, --country or --origin: one of them")
    if not about[1] and any(files):
        raise misuse("--plan", "--plan, --events and --areas go with --country")
    if out is not None and out.suffix not in {".html", ".md"}:
        raise misuse("--out", "the brief is written as .html or .md")


def _country(
    country: str, plan: Path | None, further: tuple[PastEvents, MapFiles], run: Request
) -> Answer:
    from gecam.datasets import load_targets
    from gecam.publish import rows_by_area
    from gecam.report import area_map, country_brief

    past, maps = further
    case, packaged = run.inputs.case(), run.inputs.packaged
    case = case.restrict([country]) if country in case.destinations else case
    stated, costs = read_plan(plan, country, case.crises[0].reference_date.year)
    est = run.estimate(case)
    complete = _of_regional_plans(est, country, run)
    included = _inclusion(est, complete, country, packaged, plan=stated, **costs)
    targets = load_targets(packaged or DEFAULT_EDITION)
    targets = targets[targets["destination"].eq(country) & bool(packaged)]
    languages = _languages(est, country)
    sections, events = past.sections(case, country, draws=run.draws, seed=run.seed)
    areas = areas_of(est, complete, packaged)
    picture = None
    if maps.areas is not None:
        shapes = maps.read_areas(country)
        drawn = area_map(areas, shapes, destination=country)
        picture = drawn.picture("Migrants in need by area", dpi=110)
    by_area = rows_by_area(areas)
    asked = f"prepare --country {country}"
    asked += f" --plan {plan.name}" if plan else ""
    asked += f" --events {past.path.name} --first {past.first}" if past.path else ""
    moved = _since_last(country, packaged, run)
    explained = f"explain {country}" if complete is None else "estimate --json"
    brief = country_brief(
        est, included, languages, targets=targets, trace=run.command(asked),
        explain=run.command(explained), events=sections, complete=complete, since_last=moved,
        areas=areas, area_picture=picture,
    )  # fmt: skip
    return brief, run.head("country", est) | {
        "country": country,
        "inclusion": records(included.to_frame()),
        "share_of_plan": _three(included.share_of_plan, included.level),
        "share_note": included.share_note,
        "plan": asdict(included.plan),
        "stated": [asdict(stated) for stated in included.stated],
        "targets": records(targets),
        "areas": records(by_area[by_area["destination"].eq(country)]),
        "effect_of_place": records(areas.place[areas.place["destination"].eq(country)]),
        "since_last": None if moved is None else records(moved),
        "budget": None if included.budget is None else _budget(included.budget),
        "languages": None if languages is None else records(languages.to_frame()),
        "events": events,
    }


def _of_regional_plans(est: Estimates, country: str, run: Request) -> CompleteEstimates | None:
    """Return the answer with people of regional plans, where these alone have a number of a country."""
    from gecam.errors import NotEstimatedError

    has_crisis = country in dict(est.places)
    if has_crisis and est.by("destination").row(destination=country).is_estimated.all():
        return None
    complete = run.inputs.complete(est)
    cells = () if complete is None else complete.cells
    added = {x.destination for x in cells if x.total in {"country in crisis", "host country"}}
    if country in added:
        return complete
    if has_crisis:  # `inclusion` says why it has no number
        return None
    where = run.inputs.words().removeprefix("--").replace(" --", ", ")
    raise NotEstimatedError(f"{country} has no crisis in {where}: use a scenario")


def _languages(est: Estimates, country: str) -> LanguageReach | None:
    """Return the languages of migrants of a country; None where no origin of theirs is estimated."""
    from gecam.errors import NotEstimatedError
    from gecam.preparedness import language_reach

    try:
        return language_reach(est, country)
    except NotEstimatedError:
        return None


def _since_last(country: str, packaged: str, run: Request) -> pd.DataFrame | None:
    """Return a country's rows beside those of the edition before; None where neither has any."""
    from gecam.datasets import EDITIONS, load_editions, load_regional_plans
    from gecam.evaluation import series

    if packaged not in EDITIONS[1:]:
        return None
    names = (EDITIONS[EDITIONS.index(packaged) - 1], packaged)
    cases = load_editions(*names)
    if not all(country in case.destinations for case in cases):
        return None
    years = series(
        [case.restrict([country]) for case in cases],
        regional_plans=[load_regional_plans(name) for name in names],
        draws=run.draws, seed=run.seed, level=run.level, by_cause=False,
    )  # fmt: skip
    rows = years.since_last()
    return rows[rows["destination"].eq(country)]


def _inclusion(
    est: Estimates, complete: CompleteEstimates | None, country: str, packaged: str, **given: Any
) -> Inclusion:
    """Return whom a plan should include: people of the country's plan, or of regional plans."""
    from gecam.datasets import load_ages, load_severity
    from gecam.estimation import by_severity
    from gecam.preparedness import inclusion, regional_inclusion

    phases = [x for x in (load_severity(packaged) if packaged else ()) if x.destination == country]
    phased = by_severity(est, phases, complete=complete) if phases else None
    if complete is None:
        aged = with_ages_for(est, ["age"])
        return inclusion(aged, country, case=est.case, phased=phased, **given)
    return regional_inclusion(complete, country, ages=load_ages(packaged), phased=phased, **given)


def _budget(budget: PlanBudget) -> dict[str, Any]:
    names = ("mean", "lower", "upper")
    return {
        "unit_cost": budget.unit_cost,
        "fractile": budget.fractile,
        "reach": budget.reach,
        "cost": dict(zip(names, budget.cost_range, strict=True)),
        "cost_of_all": dict(zip(names, budget.cost_range_of_all, strict=True)),
        "targets": records(budget.to_frame()),
        "by_age": records(budget.by_class()),
    }


def _origin(origin: str, run: Request) -> Answer:
    from gecam.preparedness import nationals_abroad
    from gecam.report import origin_brief

    est = run.inputs.answer(draws=run.draws, seed=run.seed, level=run.level)
    nationals = nationals_abroad(est, origin)
    complete = run.inputs.complete(est)
    brief = origin_brief(
        est, nationals, complete=complete, trace=run.command(f"prepare --origin {origin}"),
        explain=run.command(f"explain {origin} --kind origin"),
    )  # fmt: skip
    return brief, run.head("origin", est) | {
        "origin": origin,
        "total": _three(nationals.total if nationals.destinations else None, nationals.level),
        "complete_total": None
        if complete is None
        else _three(nationals.complete_total(complete), nationals.level),
        "destinations": records(nationals.to_frame()),
        "not_estimated": nationals.not_estimated,
        "regional_plans": [{"plan": p, "in_need": n} for p, n in nationals.regional_plans],
        "regional_cells": _cells_of(complete, origin),
        "registered": _registered_of(complete, origin),
    }


def _cells_of(complete: CompleteEstimates | None, origin: str) -> list[dict[str, Any]]:
    """Return an origin's people of regional plans by host country."""
    if complete is None:
        return []
    cells = complete.table()
    return records(cells[cells["origin"].eq(origin)])


def _registered_of(complete: CompleteEstimates | None, origin: str) -> list[dict[str, Any]]:
    """Return an origin's registered people in countries in crisis, with their figure or its absence."""
    from gecam.estimation import registered_origins

    if complete is None:
        return []
    rows = registered_origins(complete)
    return records(rows[rows["origin"].eq(origin)])


def _scenario(path: Path, run: Request) -> Answer:
    from gecam.cli.scenario_file import read_scenario
    from gecam.evaluation import compare, scenario
    from gecam.report import additional_rows, scenario_brief

    stated = read_scenario(path)
    est = scenario(stated.today, stated.edits, draws=run.draws, seed=run.seed, level=run.level)
    change = None if stated.is_alone else compare(run.estimate(stated.today), est)
    brief = scenario_brief(
        est, change, crises=stated.crises, title=f"Scenario: {stated.name}", notes=stated.notes,
        picture=_map(stated.maps) if stated.maps else None,
        trace=f"gecam prepare {path.name} --draws {run.draws} --seed {run.seed}",
    )  # fmt: skip
    return brief, run.head("scenario", est) | {
        "name": stated.name,
        "alone": stated.is_alone,
        "changes": None if change is None else records(additional_rows(change)),
        "rows": records(est.by("destination").summary()),
        "zeros": [
            {"crisis": x.crisis, "destination": x.destination, "reason": x.reason}
            for x in est.cells
            if x.reason and x.odds_ratio_1 == 0 and x.group == "other"
        ],
    }


def _map(maps: Any) -> Picture:
    """Draw the first map of a scenario."""
    from gecam.report import footprint_map

    first = maps[0]
    drawn = footprint_map(first.footprint, first.areas, extent=first.hazard, level=first.level)
    words = "Share of residents exposed by area, and the outline of the hazard"
    return drawn.picture(words, dpi=110)


def _three(draws: Any, level: float) -> dict[str, float] | None:
    """Return mean and interval; None where there is no estimate."""
    from gecam.uncertainty import equal_tailed

    if draws is None or not draws.size:
        return None
    lower, upper = equal_tailed(draws, level=level)
    return {"mean": float(draws.mean()), "lower": float(lower), "upper": float(upper)}
