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
# # 10 A pipeline that runs every night
#
# Estimate, store, compare with the last release, and stop when something moved without a reason.

# %%
import tempfile
from dataclasses import replace
from pathlib import Path

import gecam as gc

folder = tempfile.TemporaryDirectory()
db = gc.Database(Path(folder.name) / "estimates.gecam")
case = gc.load_edition("2022").restrict(["SDN", "TCD", "YEM", "LBN"])

# %% [markdown]
# ## The first night

# %%
first = gc.estimate(case, draws=2_000, seed=2022)
db.release(first, name="2022.1", reason="first release", case=case)
db.releases()[["name", "reason"]]

# %% [markdown]
# ## The second night: a figure was revised
#
# Sudan's plan was revised upwards. Everything else is as it was, and since every draw is addressed by what it belongs to,
# nothing else moves.

# %%
revised = replace(case, footprints=tuple(
    replace(f, people=1.1 * f.people) if f.destination == "SDN" else f for f in case.footprints))
second = gc.estimate(revised, draws=2_000, seed=2022)
db.release(second, name="2022.2", reason="revision of Sudan's plan", case=revised, supersedes="2022.1")
old, new = (e.by("destination").summary().set_index("destination")["mean"] for e in (first, second))
(new - old).map("{:+,.0f}".format)

# %% [markdown]
# ## Is the old release still what it was?
#
# `verify` checks every row and every object; `replay` makes the release again from its stored inputs.

# %%
print(db.verify())
print(db.replay("2022.1").verdict)

# %%
stored = db.estimates(release="2022.1", breakdown="destination")
stored.iloc[:, :6]

# %% [markdown]
# ## What could be wrong?
#
# A release is identical only under the same versions; under others `replay` says "equal within 1e-9" or what differs. Note the root
# that `release` returns outside the database: inside one file a chain detects accidents, not forgery.

# %%
folder.cleanup()
