"""Build the packaged people in need by first administrative level: `python tools/build_areas.py`.

People in need, residents and refugees in need by area of OCHA's needs overviews of 2024 and 2025
(that of 2026 is published for countries only); residents of the Common Operational Datasets where
the overview has none, or leaves areas of the country out; migrants by area of
tools/curated/migrants_by_area.csv. Areas of lower levels are added up by the code of the first
level (tools/curated/areas.csv). Equal files give equal bytes.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from gecam.io import read_cod_ps, read_hno
from gecam.model import NeedsTable
from gecam.model.people_targeted import PROTECTION
from raw_files import CURATED, OVERVIEWS, RAW, ROOT, checked, corrected, rows

OUT = ROOT / "src" / "gecam" / "datasets" / "areas"
RESIDENTS = "crisis/cod_population_admin1_totals.csv"
LEVELS = ("admin1", "admin2", "admin3")
RESPONSE = "efug|éfug"
COUNTS = ["in_need", "residents", "migrants", "refugees"]


def main() -> None:
    """Write areas, and what is said of each country."""
    levels = {row["destination"]: row for row in rows(CURATED / "areas.csv")}
    fallback = residents_of_datasets(checked(RESIDENTS))
    tables, countries = [], []
    for edition in ("2025", "2024"):  # latest first
        table = read_hno(corrected(OVERVIEWS[edition]))
        for place, level in levels.items():
            answer = of_country(table, place, level, fallback)
            if answer is None:
                continue
            areas, said = answer
            tables.append(areas.assign(edition=edition, destination=place))
            countries.append({"edition": edition, "destination": place, **said})
            if place not in set(fallback["iso3"]):  # for the overview of the other year
                of_overview = areas[["area", "name", "residents"]].dropna()
                told = of_overview.assign(iso3=place, year=f"the overview of {edition}")
                fallback = pd.concat([fallback, told], ignore_index=True)
    areas = pd.concat(tables)[["edition", "destination", "area", "name", *COUNTS]]
    areas[COUNTS] = areas[COUNTS].round().astype("Int64")
    OUT.mkdir(exist_ok=True)
    areas.to_csv(OUT / "areas.csv", index=False, lineterminator="\n")
    pd.DataFrame(countries).to_csv(OUT / "countries.csv", index=False, lineterminator="\n")
    told = pd.DataFrame(row for row in rows(CURATED / "migrants_by_area.csv") if not row["area"])
    told = told.rename(columns={"migrants": "counted"}).drop(columns=["area", "note"])
    told.to_csv(OUT / "migrants.csv", index=False, lineterminator="\n")


def migrants_counted() -> dict[str, dict[str, float]]:
    """Return migrants counted by area, by country."""
    counted: dict[str, dict[str, float]] = {}
    for row in rows(CURATED / "migrants_by_area.csv"):
        if row["area"]:
            counted.setdefault(row["destination"], {})[row["area"]] = float(row["migrants"])
    return counted


def of_country(
    table: NeedsTable, place: str, level: dict[str, str], fallback: pd.DataFrame
) -> tuple[pd.DataFrame, dict[str, object]] | None:
    """Return the areas of a country and what is said of them; None where it publishes none."""
    everybody = table.rows["is_headline"] & table.rows["sector"].eq("intersectoral")
    of_areas = first_level(table.rows[everybody & table.rows["iso3"].eq(place)])
    if of_areas.empty:
        return None
    code = codes(of_areas, level)
    needs = of_areas.groupby(code)[["in_need", "population"]].sum(min_count=1)
    areas = needs.rename(columns={"population": "residents"})
    base = fallback[fallback["iso3"].eq(place)].set_index("area")
    digits = int(level["code_length"]) - len(level["prefix"])
    base.index = level["prefix"] + base.index.str[-digits:]
    origin = "the overview"
    if areas["residents"].isna().any() or not areas["residents"].sum():
        areas["residents"] = base["residents"].reindex(areas.index)
        origin = base["year"].iloc[0]
    elif others := sorted(set(base.index) - set(areas.index)):
        origin += f"; {base['year'].iloc[0]} for areas that it leaves out"
        print(f"{place}: not in the overview: {', '.join(others)}")
    beside = base.loc[sorted(set(base.index) - set(areas.index))]
    areas = pd.concat([areas, beside[["residents"]]]).sort_index().rename_axis("area").reset_index()
    at_first = of_areas[of_areas["level"].eq("admin1")]
    names = dict(zip(codes(at_first, level), at_first["place"].astype(str), strict=True))
    curated = {row["area"]: row["name"] for row in rows(CURATED / "area_names.csv")}
    names = {**base["name"].to_dict(), **curated, **{k: v for k, v in names.items() if v}}
    areas["name"] = areas["area"].map(names).fillna(areas["area"])
    refugees, what = of_refugees(table.rows[table.rows["iso3"].eq(place)], level)
    areas["refugees"] = areas["area"].map(refugees) if len(refugees) else np.nan
    if len(refugees):
        areas["refugees"] = areas["refugees"].fillna(0.0)
    areas["migrants"] = areas["area"].map(migrants_counted().get(place, {}))
    national = float(table.national()["in_need"].get(place, np.nan))
    if place == "MMR":  # its national row of 2025 is at fault (tools/curated/corrections.csv)
        national = max(national, float(areas["in_need"].sum()))
    return areas, {
        "national": round(national), "residents_from": origin, "refugees_from": what,
    }  # fmt: skip


def first_level(of_country: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the first level at which a country has figures."""
    for level in LEVELS:
        part = of_country[of_country["level"].eq(level)]
        if part["in_need"].notna().any():
            return part
    return of_country[:0]


def codes(areas: pd.DataFrame, level: dict[str, str]) -> pd.Series:
    """Return the code of the first level of each area."""
    code = areas["pcode"].astype(str).str.replace("NER", "NE", regex=False)
    return code.str[: int(level["code_length"])]


def of_refugees(of_country: pd.DataFrame, level: dict[str, str]) -> tuple[pd.Series, str]:
    """Return refugees in need by area: as a group, else in the response for them; or none."""
    all_ages = (
        of_country["sex"].eq("total") & of_country["age"].eq("all") & of_country["qualifier"].eq("")
    )
    group = of_country["population_group"]
    is_response = of_country["description"].astype(str).str.contains(RESPONSE)
    is_group = group.isin(PROTECTION)
    choices = {
        "group": all_ages & is_group & of_country["sector"].eq("intersectoral"),
        "refugees of the refugee response": all_ages & is_group & is_response,
        "refugee response, hosts or planned arrivals may be in it": of_country["is_headline"]
        & is_response,
    }
    for what, chosen in choices.items():
        part = first_level(of_country[chosen & of_country["level"].isin(LEVELS)])
        if part["in_need"].sum() > 0:
            return part.groupby(codes(part, level))["in_need"].sum(), what
    return pd.Series(dtype=float), ""


def residents_of_datasets(path: Path) -> pd.DataFrame:
    """Return residents and names of areas of COD-PS, a file that its reader accepts."""
    read_cod_ps(path, level=1)
    table = pd.read_csv(RAW / RESIDENTS, dtype=str, keep_default_na=False)
    table = table[table["ADM1_PCODE"].ne("")].drop_duplicates("ADM1_PCODE")
    return pd.DataFrame(
        {
            "iso3": table["ISO3"], "area": table["ADM1_PCODE"], "name": table["ADM1_NAME"],
            "residents": table["Population"].astype(float),
            "year": "COD-PS of " + table["Reference_year"],
        }
    )  # fmt: skip


if __name__ == "__main__":
    main()
