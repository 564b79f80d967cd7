"""Build the packaged figures of calibration and back-test: `python tools/build_calibration.py`.

Reads $GECAM_RAW (default: ../shared/data beside the repository) through the readers of gecam.io,
checks each file against tools/manifest.csv, and writes src/gecam/datasets/calibration. Equal files
give equal bytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from gecam.io import (
    read_cod_ps,
    read_gho_plans,
    read_hno,
    read_plan_facts,
    read_plan_history,
    read_published_shares,
    read_severity,
    read_undesa,
    read_unhcr,
    read_worldbank,
)
from gecam.model import Stock
from gecam.model.needs import NeedsTable
from raw_files import CURATED, GHO_2022, OVERVIEWS, ROOT, checked, corrected, manifest

OUT = ROOT / "src" / "gecam" / "datasets" / "calibration"

STOCKS = {
    "undesa-ims-2019": "stock/ims2019_origin_destination_total_wide.csv.gz",
    "undesa-ims-2020": "stock/ims2020_bilateral_by_sex_iso3.csv.gz",
    "undesa-ims-2024": "stock/ims2024_bilateral_by_sex_iso3.csv.gz",
}
# What the manifest leaves open, as the editions hold its rows: first day on which it was public.
RELEASED = {
    "undesa-ims-2020": "2021-01-15",  # the day on which news services reported it
    "undesa-ims-2024": "2025-01-27",  # "data as of", in the file of the finder
}
PAIRS = (
    ("undesa-ims-2019", "undesa-ims-2020", 2015),
    ("undesa-ims-2020", "undesa-ims-2024", 2020),
)
REVISED = 1e-3  # a smaller change of a total is an update of the refugees in it, or a rounding

GHO = GHO_2022
HISTORY = "crisis/ocha_humanitarian_needs_by_plan_2010_2022.csv"
HNO = OVERVIEWS["2024"]
SEVERITY = "crisis/inform_severity_indicators_long.csv"
SHARES = "crisis/refugees_in_need_published.csv"
PLAN_FACTS = {year: f"crisis/plan_facts_{year}.csv" for year in range(2022, 2027)}
REGISTER = "stock/unhcr_population_1951_2025.csv.gz"
GROUP_PAIRS = "evidence/both_groups_published.csv"
POPULATION = "stock/worldbank_population.csv"
AREAS = "crisis/cod_population_admin1_totals.csv"
PLAN_COUNTRIES = {
    "Madagascar Flash Appeal": "MDG",
    "Malawi Flash Appeal": "MWI",
    "Mozambique Gombe Flash Appeal": "MOZ",
    "Ukraine Flash Appeal": "UKR",
    "Lebanon ERP": "LBN",
    "Philippines": "PHL",
}
# Level of the needs by area, and length of the p-code of admin 1.
ADMIN1 = {
    "BFA": ("admin3", 4), "CAF": ("admin2", 4), "CMR": ("admin1", 5), "COD": ("admin3", 4),
    "COL": ("admin1", 4), "HTI": ("admin2", 4), "MLI": ("admin2", 4), "MMR": ("admin1", 6),
    "MOZ": ("admin2", 4), "NER": ("admin2", 6), "NGA": ("admin2", 5), "SDN": ("admin2", 4),
    "SSD": ("admin2", 4), "UKR": ("admin1", 4), "VEN": ("admin2", 4),
}  # fmt: skip


def main() -> None:
    """Build all tables."""
    stocks = {name: read_undesa(checked(file)) for name, file in STOCKS.items()}
    population = read_worldbank(checked(POPULATION)).people
    residents = population.assign(year=population["as_of"].dt.year).set_index(["place", "year"])
    needs = read_hno(corrected(HNO))
    tables = {
        "stock_totals": stock_totals(stocks),
        "stock_basis": stock_basis(stocks),
        "corridors": corridors(stocks),
        "origin_gaps": origin_gaps(stocks),
        "needs_pairs": needs_pairs(needs, residents["people"]),
        "published_shares": published_shares(),
        "planned_refugees": planned_refugees(),
        "both_groups": both_groups(residents["people"]),
        "group_pairs": group_pairs(),
        "areas": areas(needs),
        "stock_coverage": curated("stock_coverage"),
        "tracked_migrants": curated("tracked_migrants"),
        "sources": sources(),
    }
    OUT.mkdir(parents=True, exist_ok=True)
    for name, table in tables.items():
        path = OUT / f"{name}.csv"
        plain(table).to_csv(path, index=False, lineterminator="\n")
        print(f"{name}: {len(table):,} rows, {path.stat().st_size / 1e3:,.0f} kB")


def curated(name: str) -> pd.DataFrame:
    """Return a table that was compiled by hand from publications, as it is."""
    return pd.read_csv(CURATED / f"{name}.csv", keep_default_na=False, dtype=str)


def stock_totals(stocks: Mapping[str, Stock]) -> pd.DataFrame:
    """Return migrants by destination and date, of each revision."""
    parts = [stock.totals().reset_index().assign(source=name) for name, stock in stocks.items()]
    return pd.concat(parts)[["source", "destination", "as_of", "people"]]


def stock_basis(stocks: Mapping[str, Stock]) -> pd.DataFrame:
    """Return how each destination counts; the 2019 table does not say it."""
    return pd.concat(
        [stock.basis.assign(source=name) for name, stock in stocks.items() if len(stock.basis)]
    )[["source", "destination", "basis", "refugees_added", "is_imputed"]]


def revised_pairs(stocks: Mapping[str, Stock]) -> pd.DataFrame:
    """Return people by destination and origin in both revisions, where the total was revised."""
    parts = []
    for earlier, later, year in PAIRS:
        day = pd.Timestamp(year, 7, 1)
        both = pd.concat(
            {
                "earlier": stocks[earlier].by_origin().xs(day, level="as_of"),
                "later": stocks[later].by_origin().xs(day, level="as_of"),
            },
            axis=1,
        )
        totals = both.groupby(level="destination").sum()
        known = totals[(totals > 0).all(axis=1)]
        changed = known.index[np.log(known["later"] / known["earlier"]).abs() > REVISED]
        rows = both.loc[both.index.isin(changed, level="destination")].reset_index()
        parts.append(rows.assign(as_of=day, earlier_source=earlier, later_source=later))
    return pd.concat(parts).sort_values(
        ["earlier_source", "destination", "origin"], ignore_index=True
    )


KEYS = ["earlier_source", "later_source", "destination"]


def corridors(stocks: Mapping[str, Stock]) -> pd.DataFrame:
    """Return pairs with people in both revisions, of destinations that were revised.

    Women stand beside where both revisions split the sexes.
    """
    rows = revised_pairs(stocks)
    kept = rows["origin"].ne("OOO") & rows["earlier"].gt(0) & rows["later"].gt(0)
    rows = rows[kept]
    place = ["destination", "origin", "as_of"]
    for which in ("earlier", "later"):
        women = pd.concat(
            [
                stock.people[stock.people["sex"].eq("female")].assign(**{f"{which}_source": name})
                for name, stock in stocks.items()
            ]
        ).rename(columns={"people": f"{which}_female"})
        key = [*place, f"{which}_source"]
        rows = rows.merge(women[[*key, f"{which}_female"]], on=key, how="left")
    names = [*KEYS, "origin", "as_of", "earlier", "later", "earlier_female", "later_female"]
    return rows[names]


def origin_gaps(stocks: Mapping[str, Stock]) -> pd.DataFrame:
    """Return, by destination, people whose origin only one of the two revisions tells apart."""
    rows = revised_pairs(stocks).fillna({"earlier": 0.0, "later": 0.0})
    named = rows["origin"].ne("OOO")
    only_earlier = named & rows["earlier"].gt(0) & rows["later"].eq(0)
    only_later = named & rows["later"].gt(0) & rows["earlier"].eq(0)
    parts = {
        "earlier": rows["earlier"],
        "later": rows["later"],
        "earlier_unknown": rows["earlier"].where(~named, 0.0),
        "later_unknown": rows["later"].where(~named, 0.0),
        "only_earlier": rows["earlier"].where(only_earlier, 0.0),
        "only_later": rows["later"].where(only_later, 0.0),
        "origins_only_earlier": only_earlier.astype(float),
        "origins_only_later": only_later.astype(float),
    }
    return rows[[*KEYS, "as_of"]].assign(**parts).groupby([*KEYS, "as_of"], as_index=False).sum()


def needs_pairs(needs: NeedsTable, residents: pd.Series) -> pd.DataFrame:
    """Return two published figures of people in need for one country, by kind of comparison."""
    plans = read_gho_plans(corrected(GHO)).plans
    plans["iso3"] = plans["iso3"].where(plans["iso3"].ne(""), plans["plan"].map(PLAN_COUNTRIES))
    plans = plans[plans["iso3"].notna() & plans["plan_type"].ne("regional_plan")]
    history = read_plan_history(checked(HISTORY)).rows
    history = history[history["metric"].eq("in_need") & history["iso3"].ne("")]
    key = ["iso3", "plan_type"]
    two = plans.merge(history[history["year"].eq(2022)], on=key, suffixes=("", "_2"))
    two = pd.DataFrame(
        {
            "comparison": np.where(
                two["plan_type"].eq("country_plan"), "two_tables", "two_tables_appeals"
            ),
            "iso3": two["iso3"],
            "what": two["plan"],
            "first": two["in_need"],
            "second": two["value"],
            "residents": [residents.get((code, 2022)) for code in two["iso3"]],
            "first_source": "ocha-gho-2022",
            "second_source": "ocha-needs-funding-2022",
        }
    )
    before = history[history["year"].eq(2021) & history["is_chosen_by_publisher"]]
    country = plans[plans["plan_type"].eq("country_plan")]
    year = before.merge(country, on="iso3", suffixes=("", "_2"))
    year = pd.DataFrame(
        {
            "comparison": "year_before",
            "iso3": year["iso3"],
            "what": year["plan"],
            "first": year["value"],
            "second": year["in_need"],
            "residents": [residents.get((code, 2022)) for code in year["iso3"]],
            "first_source": "ocha-needs-funding-2022",
            "second_source": "ocha-gho-2022",
        }
    )
    parts = [two, year, *with_severity(needs)]
    return pd.concat(parts).sort_values(["comparison", "iso3", "what"], ignore_index=True)


def with_severity(needs: NeedsTable) -> list[pd.DataFrame]:
    """Return HNO 2024 against INFORM's figure of July 2024, and INFORM's of January against HNO.

    INFORM has several crises for some countries. The one nearest to the plan's figure in July is
    taken: the comparison is a lower reading, and meant to be.
    """
    national = needs.national()
    rows = read_severity(checked(SEVERITY)).rows
    rows = rows[rows["iso3"].isin(national.index) & rows["in_need"].gt(0)]
    month = rows["as_of"].dt.strftime("%Y-%m")
    july = rows[month.eq("2024-07")]
    distance = np.log(july["in_need"] / july["iso3"].map(national["in_need"])).abs()
    july = july.assign(distance=distance).sort_values(["iso3", "distance", "crisis"])
    july = july.drop_duplicates("iso3").set_index("iso3")
    january = rows[month.eq("2024-01")].drop_duplicates("crisis").set_index("crisis")["in_need"]
    same = pd.DataFrame(
        {
            "comparison": "severity_same_year",
            "iso3": july.index,
            "what": july["crisis"].to_numpy(),
            "first": national.loc[july.index, "in_need"].to_numpy(),
            "second": july["in_need"].to_numpy(),
            "residents": national.loc[july.index, "population"].to_numpy(),
            "first_source": "ocha-hno-2024",
            "second_source": "inform-severity-2026",
        }
    )
    before = same.assign(
        comparison="severity_before",
        first=january.reindex(same["what"]).to_numpy(),
        second=same["first"],
        first_source="inform-severity-2026",
        second_source="ocha-hno-2024",
    )
    return [same, before.dropna(subset=["first"])]


def published_shares() -> pd.DataFrame:
    """Return published counts of a group in need beside the number present."""
    rows = read_published_shares(checked(SHARES)).rows
    names = ["iso3", "year", "group", "group_published", "in_need", "present", "share", "tag"]
    by_rule = rows["scope_note"].str.contains("In Need = Population|by assumption")
    return rows[names].assign(
        is_by_construction=by_rule,
        source="refugees-in-need",
        source_title=rows["source"],
    )


def planned_refugees() -> pd.DataFrame:
    """Return refugees whom a country's plan counts in need, and UNHCR's register before it.

    A row is ``in_plan`` where the plan covers everybody and says how many of its people in need are
    refugees, or a count of refugees is published beside it; ``with_arrivals`` where it says so and the
    count holds people who were expected to come; ``response`` for a refugee response that exceeds the
    refugees present, whether or not a plan holds it.
    """
    facts = {year: read_plan_facts(checked(file)) for year, file in PLAN_FACTS.items()}
    covers_all, rows = set(), {}
    for year, table in facts.items():
        for fact in table.facts:
            if fact.pin_scope != "all" or not fact.iso3:
                continue
            covers_all.add((fact.iso3, year))
            if fact.refugees_in_pin and fact.plan_type not in {"regional_plan", "regional"}:
                place = fact.iso3, year
                rows[place] = "in_plan", fact.refugees_in_pin, f"plan-facts-{year}"
    published = read_published_shares(checked(SHARES)).rows
    with_others = published["group_published"].str.contains("migrants")
    published = published[
        published["group"].eq("protection") & published["iso3"].ne("") & ~with_others
    ]
    for row in published.itertuples():
        place = row.iso3, int(row.year)
        if row.tag == "exceeds":
            of_plan = ("with_arrivals", *rows[place][1:]) if place in rows else None
            rows[place] = of_plan or ("response", row.in_need, "refugees-in-need")
        elif row.tag.startswith("comparable") and place in covers_all - set(rows):
            rows[place] = "in_plan", row.in_need, "refugees-in-need"
    people = read_unhcr(checked(REGISTER)).people
    people = people.assign(people=people[["refugees", "asylum_seekers"]].sum(axis=1))
    register = people.groupby(["destination", people["as_of"].dt.year])["people"].sum()
    return pd.DataFrame(
        [
            (iso3, year, kind, in_need, *(register.get((iso3, year - n)) for n in (1, 2, 0)), source)
            for (iso3, year), (kind, in_need, source) in sorted(
                rows.items(), key=lambda item: item[0][::-1]
            )
        ],
        columns=[
            "iso3", "year", "kind", "in_need", "register", "register_before", "register_after",
            "source",
        ],
    )  # fmt: skip


def both_groups(residents: pd.Series) -> pd.DataFrame:
    """Return migrants other than refugees, and residents, in need and present.

    Residents are what remains of the plan's figure and of the population when migrants and
    refugees are taken out. Where no figure of residents exists for the same country and year the
    cells stay empty.
    """
    shares = read_published_shares(checked(SHARES)).rows
    shares = shares[shares["is_comparable"] & shares["group"].ne("protection")]
    rows = []
    for row in shares.itertuples():
        place = row.iso3 or str(row.group_published).split()[-1].strip("()").title()
        place = {"LBY": "Libya", "LBN": "Lebanon", "COL": "Colombia"}.get(
            place, "Afghans abroad" if "Afghans" in row.group_published else "Venezuelans abroad"
        )
        in_need = row.in_need if np.isfinite(row.in_need) else row.share * row.present
        at = (row.iso3, int(row.year))
        found = RESIDENTS.get(at)
        rows.append(
            {
                "country": f"{place} {row.year:.0f}",
                "migrants_in_need": round(in_need),
                "migrants": row.present,
                "residents_in_need": found[0] if found else np.nan,
                "residents": residents[at] - found[1] if found else np.nan,
                "note": found[2] if found else "no figure of residents for the same place and year",
                "source": "refugees-in-need",
                "residents_source": found[3] if found else "",
            }
        )
    return pd.DataFrame(rows)


# (country, year) -> residents in need; migrants and refugees to take out of the population; why.
RESIDENTS = {
    ("LBY", 2021): (
        1_250_662 - 304_000 - 44_000,
        585_000 + 46_000,
        "people in need of the plan of 2021 less migrants (304,000) and refugees (44,000); World Bank "
        "population less those present (585,000 and 46,000)",
        "ocha-needs-funding-2022",
    ),
    ("LBN", 2022): (
        2_500_000 - 86_200 - 207_800,
        135_420 + 209_000 + 1_500_000,
        "people in need of the revised plan of 2022 less migrants (86,200) and Palestine refugees "
        "(207,800); World Bank population less those present and 1.5 million Syrian refugees",
        "ocha-needs-funding-2022",
    ),
}


def group_pairs() -> pd.DataFrame:
    """Return published pairs of migrants (or refugees) and residents: figures, without quotations."""
    rows = pd.read_csv(checked(GROUP_PAIRS), keep_default_na=False, dtype=str)
    numbers = {"migrant_share": "migrant_share_pct", "resident_share": "host_share_pct"}
    renamed = {
        "id": "id", "country": "country_iso3", "year": "year", "crisis": "crisis_type",
        "crisis_class": "class", "outcome": "outcome_kind", "outcome_text": "outcome",
        "group": "group", "comparison": "comparison", "income_group": "income_group",
        "odds_ratio": "odds_ratio", "log_or_sd": "se_log_or", "use": "use",
        "use_reason": "use_reason", "note": "scope_note", "source_title": "source_title",
        "url": "source_url", "confidence": "confidence",
    }  # fmt: skip
    table = pd.DataFrame({new: rows[old] for new, old in renamed.items()})
    for new, old in numbers.items():
        table[new] = (pd.to_numeric(rows[old]) / 100).round(9)
    flags = {"is_same_instrument": "same_instrument", "is_settled": "naturalised_or_settled"}
    for new, old in flags.items():
        table[new] = rows[old].eq("yes")
    return table.replace({"income_group": {"-": ""}})


def areas(needs: NeedsTable) -> pd.DataFrame:
    """Return people in need, residents and refugees in need by area of admin 1."""
    official = read_cod_ps(checked(AREAS)).people.set_index("place")["people"]
    parts = []
    for iso3, (level, length) in ADMIN1.items():
        rows = needs.subnational(level)
        rows = rows[rows["iso3"].eq(iso3)]
        by_area = rows.groupby(rows["pcode"].str[:length])
        table = by_area[["in_need"]].sum()
        own = rows["population"].notna().all()
        table["residents"] = by_area["population"].sum() if own else official.reindex(table.index)
        table["refugees"] = refugees_by_area(needs, iso3, level, length).reindex(
            table.index, fill_value=0.0
        )
        if not table["refugees"].sum():
            table["refugees"] = np.nan
        table = table[table["residents"] > 0].rename_axis("area").reset_index()
        residents_source = "ocha-hno-2024" if own else "cod-ps-admin1"
        parts.append(
            table.assign(iso3=iso3, source="ocha-hno-2024", residents_source=residents_source)
        )
    names = ["iso3", "area", "in_need", "residents", "refugees", "source", "residents_source"]
    return pd.concat(parts)[names]


def refugees_by_area(needs: NeedsTable, iso3: str, level: str, length: int) -> pd.Series:
    """Return refugees in need by area: the intersectoral row, else that of the refugee response."""
    rows = needs.rows
    found = rows[
        rows["iso3"].eq(iso3) & rows["level"].eq(level) & rows["population_group"].eq("refugees")
    ]
    for sector in ("intersectoral", "unknown"):
        here = found[found["sector"].eq(sector)].drop_duplicates("pcode")
        if len(here):
            return here.groupby(here["pcode"].astype(str).str[:length])["in_need"].sum()
    return pd.Series(dtype="float64")


def sources() -> pd.DataFrame:
    """Return publisher, title, edition, date and licence of every file that was read."""
    files = [
        *STOCKS.values(),
        GHO,
        HISTORY,
        HNO,
        SEVERITY,
        SHARES,
        POPULATION,
        AREAS,
        *PLAN_FACTS.values(),
        REGISTER,
    ]
    rows = [dict(manifest()[file]) for file in files]
    for row in rows:
        row["released_on"] = row["released_on"] or RELEASED.get(row["id"], "")
        row["file"] = Path(row["file"]).name
    return pd.DataFrame(rows)


def plain(table: pd.DataFrame) -> pd.DataFrame:
    """Return dates as YYYY-MM-DD, flags as true and false, whole numbers without a point."""
    columns = {}
    for name, values in table.items():
        if pd.api.types.is_datetime64_any_dtype(values):
            columns[name] = values.dt.strftime("%Y-%m-%d")
        elif values.dtype == bool:
            columns[name] = values.map({True: "true", False: "false"})
        elif pd.api.types.is_float_dtype(values):
            rounded = values.round(4)  # the 2019 table has floats with noise in the last digits
            columns[name] = [
                "" if np.isnan(v) else str(int(v)) if float(v).is_integer() else repr(float(v))
                for v in rounded
            ]
        else:
            columns[name] = values
    return pd.DataFrame(columns)


if __name__ == "__main__":
    main()
