"""The back-test behind figures carried forward: would a rule have foreseen the next plan?

Country plans of 2021 to 2026 as they were launched and revised (`build_months`), and INFORM Severity of
every month. For each country with plans in two years running, each of the twelve months before the
later launch is asked for its figure; parameters of a rule come from earlier launches alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd
from scipy import optimize, stats

from build_months import LEVELS, SEVERITY, dated_figures, inform
from gecam.datasets import load_edition
from gecam.io.ocha.plans import read_plan_history
from raw_files import CURATED, checked, rows

HISTORY = "crisis/ocha_plans_2010_2024_raw.csv.gz"
FIRST, LAST = 2021, 2026
SCORED = range(2023, LAST + 1)  # launches; that of 2022 only teaches
# Appeals that are the country's plan of a year, or the rest of it.
APPEALS = {"2022-UKR-flash": "UKR", "2025-PSE-flash": "PSE"}
ON_TOP = {"2023-PSE-flash": "PSE", "2025-MMR-quake": "MMR"}
PALESTINE_2024 = 2_700_000.0  # OCHA's table; probably people targeted


@dataclass(frozen=True)
class Panel:
    """Figures of country plans by year and month of publication, INFORM's by month, and onsets.

    Parameters
    ----------
    plans
        By country and year of the plan: pairs of month (``YYYY-MM``) and persons, in order.
    inform, largest
        INFORM's last people in need by month (index) and country: of the crisis chosen once, and of the
        country's largest crisis.
    onsets
        Pairs of country and month.
    """

    plans: Mapping[tuple[str, int], Sequence[tuple[str, float]]]
    inform: pd.DataFrame
    largest: pd.DataFrame
    onsets: frozenset[tuple[str, str]]

    def launch(self, iso3: str, year: int) -> float:
        """Return a plan's figure as it was launched, in December of the year before."""
        return self.plans[iso3, year][0][1]

    def dated(self, iso3: str, year: int, month: str) -> float:
        """Return a plan's latest figure that was public in a month."""
        return [people for when, people in self.plans[iso3, year] if when <= month][-1]

    def is_unrevised(self, iso3: str, year: int, month: str) -> bool:
        """Whether a sudden onset since a plan's latest figure is on the list, up to a month."""
        since = [when for when, _ in self.plans[iso3, year] if when <= month][-1]
        return any(place == iso3 and since < when <= month for place, when in self.onsets)

    def has_onset(self, iso3: str, year: int) -> bool:
        """Whether a sudden onset is listed between the launch of a year's plan and the next."""
        first, last = f"{year - 1}-12", f"{year}-11"
        return any(place == iso3 and first <= when <= last for place, when in self.onsets)

    def seen(self, table: pd.DataFrame, iso3: str, month: str) -> float:
        """Return INFORM's last value of a country up to a month; NaN where there is none."""
        return float(table.at[month, iso3]) if iso3 in table else np.nan


def panel() -> Panel:
    """Read the figures of 2021 from the publisher's file, and the others from the editions."""
    plans: dict[tuple[str, int], list[tuple[str, float]]] = {}
    history = read_plan_history(checked(HISTORY)).rows
    chosen = history.query("year == 2021 and metric == 'in_need' and is_chosen_by_publisher")
    for row in chosen.itertuples():
        plans[str(row.iso3), FIRST] = [("2020-12", float(row.value))]
    for decided in rows(CURATED / "dated_figures.csv"):
        year, place = decided["crisis"].split("-")[:2]
        if year == str(FIRST):
            is_launch = decided["published"] == "2020-12"
            earlier = [] if is_launch else plans[place, FIRST]
            plans[place, FIRST] = [*earlier, (decided["published"], float(decided["people"]))]
    for crisis, dated in dated_figures().groupby("crisis", sort=False):
        _add(
            plans,
            str(crisis),
            [*zip(dated["published"], dated["people"].astype(float), strict=True)],
        )
    plans["PSE", 2024] = [("2023-12", PALESTINE_2024)]
    places = sorted({place for place, _ in plans})
    first = {p: min((y, plans[p, y][0][1]) for q, y in plans if q == p)[1] for p in places}
    raw = pd.read_csv(checked(SEVERITY))
    raw["people"] = raw[LEVELS].sum(axis=1, min_count=1)
    largest = raw[raw["people"].gt(0)].pivot_table(
        index="snapshot", columns="ISO3", values="people", aggfunc="max"
    )
    onsets = {(row["iso3"], row["month"]) for row in rows(CURATED / "sudden_onsets.csv")}
    months = [str(m) for m in pd.period_range("2020-12", "2025-11", freq="M")]
    tables = (inform(first), largest)
    carried = (table.reindex(sorted({*table.index, *months})).ffill() for table in tables)
    return Panel(plans, *carried, frozenset(onsets))


def _add(
    plans: dict[tuple[str, int], list[tuple[str, float]]],
    crisis: str,
    dated: list[tuple[str, float]],
) -> None:
    """Add the dated figures of a country plan, or of an appeal that belongs to it."""
    year = int(crisis[:4])
    plan = load_edition(str(year)).crisis(crisis)
    if crisis in ON_TOP:
        key = ON_TOP[crisis], year
        launched = plans[key][-1][1]
        plans[key] += [(when, launched + people) for when, people in dated]
    elif crisis in APPEALS:
        plans.setdefault((APPEALS[crisis], year), []).extend(dated)
    elif plan.plan_type == "country_plan":
        place = next(
            f.destination for f in load_edition(str(year)).footprints if f.crisis == crisis
        )
        launch = f"{year - 1}-12"  # a first figure of January is the launch's, for this purpose
        plans[place, year] = [(launch, dated[0][1]), *dated[1:]]


@dataclass(frozen=True)
class Origin:
    """A month from which the next plan is to be foreseen."""

    iso3: str
    target: int
    month: str
    horizon: int

    @property
    def plan(self) -> int:
        """Year of the plan that is in force."""
        return self.target - 1


def origins(data: Panel, targets: Sequence[int]) -> Iterator[Origin]:
    """Yield the twelve months before each launch of each country with plans in both years."""
    for place, year in sorted(data.plans):
        if year in targets and (place, year - 1) in data.plans:
            for horizon in range(12, 0, -1):
                number = 12 * (year - 1) + 11 - horizon  # months since year 0; 11 is December
                yield Origin(place, year, f"{number // 12}-{number % 12 + 1:02d}", horizon)


Rule = Callable[[Panel, Origin], float]


def _ratio(data: Panel, at: Origin, since: str) -> float:
    """Return how INFORM changed since a month."""
    now, then = (data.seen(data.inform, at.iso3, m) for m in (at.month, since))
    return now / then if np.isfinite(now / then) else 1.0


def _carried(data: Panel, at: Origin) -> float:
    return data.dated(at.iso3, at.plan, at.month)


def _inform(data: Panel, at: Origin) -> float:
    value = data.seen(data.inform, at.iso3, at.month)
    return value if np.isfinite(value) else _carried(data, at)


def _largest(data: Panel, at: Origin) -> float:
    value = data.seen(data.largest, at.iso3, at.month)
    return value if np.isfinite(value) else _carried(data, at)


def _moved(data: Panel, at: Origin) -> float:
    return data.launch(at.iso3, at.plan) * _ratio(data, at, f"{at.plan - 1}-12")


def _after_onset(data: Panel, at: Origin) -> float:
    carried = _carried(data, at)
    is_open = data.is_unrevised(at.iso3, at.plan, at.month)
    return max(carried, _inform(data, at)) if is_open else carried


CARRIED_RULE = "last plan, with its published revisions"
RULES: Mapping[str, Rule] = {
    CARRIED_RULE: _carried,
    "last plan as launched": lambda data, at: data.launch(at.iso3, at.plan),
    "INFORM's last value": _inform,
    "INFORM's last value, largest crisis of the country": _largest,
    "plan as launched, times INFORM's change since": _moved,
    "geometric mean of plan and INFORM": lambda data, at: float(
        np.sqrt(_carried(data, at) * _inform(data, at))
    ),
    "plan with revisions; after an onset the larger of it and INFORM": _after_onset,
}


def errors(data: Panel, rule: Rule, targets: Sequence[int]) -> pd.DataFrame:
    """Return the log of the next plan over what a rule says of it, by origin."""
    table = [
        (
            at.iso3, at.target, at.month, at.horizon, data.has_onset(at.iso3, at.plan),
            data.is_unrevised(at.iso3, at.plan, at.month),
            float(np.log(data.launch(at.iso3, at.target) / rule(data, at))),
        )
        for at in origins(data, targets)
    ]  # fmt: skip
    names = ["iso3", "target", "month", "horizon", "onset", "unrevised", "error"]
    return pd.DataFrame(table, columns=names)


def with_drift(found: pd.DataFrame) -> pd.DataFrame:
    """Return the errors less the median change between earlier plans."""
    parts = []
    for target in SCORED:
        earlier = found[found["target"] < target].drop_duplicates(["iso3", "target"])
        now = found[found["target"] == target]
        parts.append(now.assign(error=now["error"] - earlier["error"].median()))
    return pd.concat(parts)


def weight_of_inform(data: Panel, target: int) -> float:
    """Return the weight of INFORM beside the plan that has the least absolute error before a launch."""
    before = range(FIRST + 1, target)
    carried, seen = (errors(data, rule, before)["error"] for rule in (_carried, _inform))
    grid = np.linspace(0, 1, 101)
    losses = [float((carried + b * (seen - carried)).abs().mean()) for b in grid]
    return float(grid[int(np.argmin(losses))])


# -- local level ----------------------------------------------------------------------------------


def kalman(data: Panel, target: int, *, uses_inform: bool) -> pd.DataFrame:
    """Return the errors of a local level seen through plans (and INFORM) for one launch.

    The logarithm of need moves by a normal step each month; plans see it with a noise, INFORM with
    another and a level of its own for each country. The three spreads make the plans that were
    published until the launch a year earlier, each given all that was seen before it, the most likely.
    """
    places = sorted({p for p, y in data.plans if y == target and (p, y - 1) in data.plans})
    until = f"{target - 2}-12"
    series = {p: _observed(data, p, f"{target - 1}-11", uses_inform=uses_inform) for p in places}

    def loss(spreads: np.ndarray) -> float:
        return -sum(
            _filtered([o for o in s if o[0] <= until], np.exp(spreads))[0] for s in series.values()
        )

    spreads = np.exp(optimize.minimize(loss, np.log([0.05, 0.1, 0.4]), method="Nelder-Mead").x)
    table = []
    for at in origins(data, [target]):
        seen = [o for o in series[at.iso3] if o[0] <= at.month]
        level = _filtered(seen, spreads)[1]
        error = float(np.log(data.launch(at.iso3, target))) - level
        table.append((at.iso3, target, at.horizon, data.has_onset(at.iso3, at.plan), error))
    return pd.DataFrame(table, columns=["iso3", "target", "horizon", "onset", "error"])


def _observed(
    data: Panel, place: str, until: str, *, uses_inform: bool
) -> list[tuple[str, float, bool]]:
    """Return log figures in order: month, value, whether it is INFORM's."""
    seen = [
        (month, float(np.log(people)), False)
        for (p, _), dated in data.plans.items()
        if p == place
        for month, people in dated
        if month <= until
    ]
    if uses_inform and place in data.inform:
        values = data.inform[place].dropna()
        seen += [(str(m), float(np.log(v)), True) for m, v in values.items() if m <= until]
    return sorted(seen)


def _filtered(seen: Sequence[tuple[str, float, bool]], spreads: np.ndarray) -> tuple[float, float]:
    """Return the log likelihood of what is seen, and the level after it; INFORM has its offset."""
    step, of_plan, of_inform = spreads
    mean, variance = np.zeros(2), np.diag([1e4, 0.26**2])
    likelihood, last = 0.0, None
    for month, value, is_inform in seen:
        now = 12 * int(month[:4]) + int(month[5:])
        if last is not None:
            variance[0, 0] += (now - last) * step**2
        last = now
        row = np.array([1.0, 1.0 if is_inform else 0.0])
        noise = of_inform if is_inform else of_plan
        spread = float(row @ variance @ row) + noise**2
        gap = value - float(row @ mean)
        if spread < 1e3 and not is_inform:  # the first figure tells nothing of the spreads
            likelihood -= 0.5 * (np.log(spread) + gap**2 / spread)
        gain = variance @ row / spread
        mean = mean + gain * gap
        variance = variance - np.outer(gain, row @ variance)
    return likelihood, float(mean[0])


# -- distribution of the error --------------------------------------------------------------------


def scale_of(found: pd.DataFrame, degrees: float) -> float:
    """Return the scale of Student's t about zero with the largest likelihood."""
    return float(stats.t.fit(found["error"], fdf=degrees, floc=0)[2])


def covered(found: pd.DataFrame, degrees: float, scale: float, level: float) -> float:
    """Return the share of errors inside the central interval of a t distribution."""
    return float(found["error"].abs().le(scale * stats.t.ppf((1 + level) / 2, degrees)).mean())


def total_errors(data: Panel, targets: Sequence[int]) -> dict[int, float]:
    """Return by launch the log of the sum of its plans over the sum carried from the month before."""
    return {
        year: float(
            np.log(
                sum(data.launch(at.iso3, year) for at in of_year)
                / sum(_carried(data, at) for at in of_year)
            )
        )
        for year in targets
        if (of_year := [at for at in origins(data, [year]) if at.horizon == 1])
    }


def total_interval(
    data: Panel,
    year: int,
    distribution: Callable[[np.random.Generator, int, int], np.ndarray],
    n: int = 20_000,
) -> tuple[float, float]:
    """Return the 90 % interval of that log under a distribution of the countries' errors.

    Parameters
    ----------
    distribution
        Draws of the errors, shape ``(country, draw)``, given numbers of countries and draws.
    """
    people = np.array([_carried(data, at) for at in origins(data, [year]) if at.horizon == 1])
    drawn = (
        people @ np.exp(distribution(np.random.default_rng(2022), len(people), n)) / people.sum()
    )
    low, high = np.log(np.quantile(drawn, [0.05, 0.95]))
    return float(low), float(high)


def multivariate_t(common: float, scale: float = 0.155, degrees: float = 4.0) -> Callable:
    """Return Student's t whose normal parts have a share in common; 0 and one width: independent."""

    def distribution(rng: np.random.Generator, places: int, n: int) -> np.ndarray:
        shared = (common / scale) ** 2
        parts = np.sqrt(shared) * rng.standard_normal(n)
        parts = parts + np.sqrt(1 - shared) * rng.standard_normal((places, n))
        shape = n if common else (places, n)
        return scale * parts / np.sqrt(rng.chisquare(degrees, shape) / degrees)

    return distribution


def normal_and_own_t(common: float, scale: float = 0.155, degrees: float = 4.0) -> Callable:
    """Return a normal shock in common and a t of each country's own, scales adding in squares."""

    def distribution(rng: np.random.Generator, places: int, n: int) -> np.ndarray:
        own = np.sqrt(scale**2 - common**2)
        return common * rng.standard_normal(n) + own * rng.standard_t(degrees, (places, n))

    return distribution


def moves(data: Panel) -> pd.DataFrame:
    """Return the months in which INFORM moved by more than 5 %.

    Columns: country, month; whether the number is one that no plan has, more than 3 % from every figure
    that was public: an alarm; and the onset that was listed at most three months before, if any.
    """
    table = []
    for place in data.inform:
        values = data.inform[place].dropna()
        for (_, before), (month, people) in pairwise(values.items()):
            if abs(np.log(people / before)) > np.log(1.05):
                is_alarm = not _is_near(people, _public(data, place, str(month)))
                recent = [
                    when for p, when in data.onsets
                    if p == place and 0 <= _months(when, str(month)) <= 3
                ]  # fmt: skip
                table.append((place, str(month), is_alarm, max(recent, default="")))
    return pd.DataFrame(table, columns=["iso3", "month", "is_alarm", "onset"])


def _public(data: Panel, place: str, month: str) -> list[float]:
    """Return every figure of a country's plans that was public in a month."""
    dated = (d for (p, _), d in data.plans.items() if p == place)
    return [people for of_plan in dated for when, people in of_plan if when <= month]


def _is_near(people: float, figures: Sequence[float]) -> bool:
    return any(abs(np.log(people / figure)) <= np.log(1.03) for figure in figures)


def _months(first: str, last: str) -> int:
    return 12 * (int(last[:4]) - int(first[:4])) + int(last[5:]) - int(first[5:])
