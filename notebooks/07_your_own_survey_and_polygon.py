# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 07 Your own survey, and your own polygon
#
# Packaged figures are a start. You may know better: a survey counted migrants by province, or a map shows where the flood
# was. Two questions:
#
# 1. A survey says where migrants live. How much does that change an estimate?
# 2. A polygon says where the hazard is. How many migrants are inside, and how sure is that?
#
# The country is real (Kenya: stock and residents are packaged); its four provinces, the survey and the flood are invented.

# %%
from dataclasses import replace
from datetime import date

import pandas as pd

import gecam as gc
from gecam.datasets import load_world
from gecam.model import AreaNeeds, Assumptions, Crisis, Footprint, residents_at

WHEN = date(2022, 7, 1)
world = load_world("2022")
residents = residents_at(world.population, "KEN", WHEN)
f"{residents:,.0f} residents"

# %% [markdown]
# ## 1. A survey of where migrants live
#
# A drought puts 4.4 million people in need, most of them in the dry north. First without the survey: migrants are taken to live
# where everybody lives.

# %%
provinces = pd.DataFrame(
    {"residents": [0.10, 0.35, 0.40, 0.15], "share_in_need": [0.40, 0.05, 0.02, 0.10]},
    index=["North", "West", "Centre", "Coast"],
)
provinces["residents"] *= residents
provinces["in_need"] = provinces["residents"] * provinces["share_in_need"]
provinces.round(2)


# %%
def drought(migrants=None):
    areas = tuple(
        AreaNeeds(name, row["in_need"], row["residents"], None if migrants is None else migrants[name])
        for name, row in provinces.iterrows()
    )
    return Footprint(
        "drought", "KEN", provinces["in_need"].sum(), WHEN, "in_need", "nationals", grade="B", areas=areas
    )


def estimated(footprint, assumptions=Assumptions()):
    crisis = Crisis(footprint.crisis, footprint.crisis, "disaster", WHEN)
    case = replace(world, crises=(crisis,), footprints=(footprint,), assumptions=assumptions)
    row = gc.estimate(case, draws=4000, seed=7).by("destination").summary().iloc[0]
    return row[["mean", "lower", "upper", "odds_ratio_1", "evidence_level", "grade"]]


survey = {"North": 3200, "West": 400, "Centre": 300, "Coast": 100}
pd.DataFrame({"no survey": estimated(drought()), "survey": estimated(drought(survey))})

# %% [markdown]
# Migrants of this survey live in the north, where need is nine times as common as elsewhere. That is *measured*; before, it
# was assumed away. The evidence for other migrants is now of evidence level 2; the row of the country has the level of its
# weaker group, refugees, which is 3.
#
# **What could be wrong?** A survey that went only where the drought was finds migrants only there. An area that nobody visited
# is `None`, not 0: it is then filled from where residents live.
#
# ## 2. A polygon
#
# The rest needs the extra `geo`.

# %%
try:
    import shapely
    import pyproj  # noqa: F401
except ImportError:
    shapely = None
    print('Maps need the extra geo: pip install "gecam[geo]". The rest of this notebook is skipped.')

# %%
if shapely is not None:
    from gecam.geo import Extent, Shapes, area_km2, exposure, footprint, footprint_overlap

    areas = Shapes.of(
        list(provinces.index),
        [shapely.box(34, 2, 42, 5), shapely.box(34, -2, 36, 2), shapely.box(36, -2, 39, 2), shapely.box(39, -5, 42, 2)],
    )
    river = shapely.LineString([(38, 3.5), (39.5, 1), (40, -1), (40.3, -2.5)])
    flood = Extent.of_shapes(Shapes.of(["flood"], [shapely.buffer(river, 0.4)]))
    print(f"{float(area_km2(flood.at())):,.0f} km2 under water")

# %% [markdown]
# The map says inside or outside. Its edge is known to 10 km, say. Then the number of people inside is not known exactly either, and
# the footprint says so by its grade.

# %%
if shapely is not None:

    def flooded(sd_km):
        extent = flood if sd_km == 0 else flood.with_edge(sd_km)
        found = exposure(areas, extent, residents=provinces["residents"].to_dict())
        edge = {} if sd_km == 0 else {"threshold": 0.0, "threshold_sd": sd_km}
        return footprint(found, crisis="flood", destination="KEN", as_of=WHEN, residents=residents, **edge)

    footprints = {sd: flooded(sd) for sd in (0, 10, 30)}
    print(pd.Series({sd: f"{f.people:,.0f} exposed, grade {f.grade}" for sd, f in footprints.items()}))
    print(footprints[10].note)

# %% [markdown]
# From here it is an ordinary footprint. Refugees are exposed by an odds ratio against residents: the rule of needs plans, which count all of
# them, says nothing of hazards.

# %%
if shapely is not None:
    print(pd.DataFrame({sd: estimated(f) for sd, f in footprints.items()}))

# %% mystnb={"image": {"alt": "Share of residents exposed in each of four invented provinces, with the outline of the flood."}}
if shapely is not None:
    from gecam.report.footprint_map import footprint_map

    drawn = footprint_map(footprints[10], areas, extent=flood)
drawn if shapely is not None else None

# %% [markdown]
# ## 3. Two maps share people
#
# A storm crosses the coast. How many are in both? That is measured, not assumed.

# %%
if shapely is not None:
    from gecam.aggregation import Comonotone, Disjoint, Independent, Pairwise, union_share

    storm = shapely.box(39.5, -5, 42, 0)
    shared = footprint_overlap(
        {"flood": flood.at(), "storm": storm}, areas, residents=provinces["residents"].to_dict()
    )
    print(shared.relation("flood", "storm").source)
    choices = {"measured": Pairwise(shared.pairs()), "independent": Independent(), "one inside the other": Comonotone(),
               "disjoint": Disjoint()}  # fmt: skip
    own = shared.both.diagonal()
    print(pd.Series({name: float(union_share(own, dependence=d).central) for name, d in choices.items()}).round(4))

# %% [markdown]
# ## Try next
#
# - Give `exposure` a grid of people (`read_population_grid`): people do not live evenly over a province.
# - Read a real map: `read_shakemap_grid("grid.xml").extent([5, 5.5, 6, 6.5, 7])`, then `threshold=6, threshold_sd=0.5`.
# - `gecam estimate --footprint your.geojson --destination KEN --areas areas.geojson`.
