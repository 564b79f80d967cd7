"""Build the database of the editions 2022 and 2024, and say why the figure of Sudan changed."""

import argparse
from pathlib import Path

import gecam as gc

EDITIONS = ("2022", "2024")
COUNTRY = "SDN"

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("file", type=Path, nargs="?", default="estimates.gecam", help="made anew")
file = parser.parse_args().file
if file.exists():
    parser.error(f"{file} exists already: give another name")

db = gc.Database(file)
for edition in EDITIONS:
    estimates = gc.estimate(gc.load_edition(edition))
    release = db.release(
        estimates, name=f"{edition}.1", reason=f"first release of edition {edition}"
    )
    print(f"{release.name}: root {release.root}")

diff = db.diff("2022.1", "2024.1", country=COUNTRY)
print(f"\n{diff.explain(COUNTRY)}")
for group in ("other", "protection"):
    print(diff.explain(f"destination_group/{COUNTRY}/{group}"))

# The steps of each figure, as they were stored with it, say what changed in the inputs.
for edition in EDITIONS:
    for cell in db[f"{edition}.1"].load().cells:
        if cell.destination == COUNTRY:
            print(f"\n{cell.id}, release {edition}.1")
            for step in cell.steps:
                print(f"  {step.value:>12,.0f}  {step.text}")

found = db.verify()
print(f"\n{file}: {found.releases} releases, {found.rows} rows and {found.objects} objects checked")
print("Affected migrants by country, with any SQL tool:")
print("  SELECT iso3, mean, lower, upper FROM estimates")
print("  WHERE release = '2024.1' AND breakdown = 'destination' ORDER BY mean DESC")
