"""Build the packaged people by phase of severity: `python tools/build_severity.py`.

Of each edition, the levels of the INFORM Severity Index that belong to the people in need of its plans
(`gecam.model.phases_of_case`). Equal files give equal bytes.
"""

from __future__ import annotations

import csv

from gecam.datasets import EDITIONS, load_edition
from gecam.io import read_severity
from gecam.model import SEVERITY_LEVELS, phases_of_case
from raw_files import ROOT, checked

OUT = ROOT / "src" / "gecam" / "datasets" / "severity"
FILE = "crisis/inform_severity_indicators_long.csv"


def main() -> None:
    """Write one row for each edition and country with levels."""
    table = read_severity(checked(FILE))
    OUT.mkdir(exist_ok=True)
    with (OUT / "levels.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["edition", "destination", "as_of", *SEVERITY_LEVELS, "note"])
        for name in EDITIONS:
            for x in phases_of_case(load_edition(name), table):
                people = ["" if p != p else int(p) for p in x.people]  # noqa: PLR0124 -- NaN
                writer.writerow([name, x.destination, x.as_of, *people, x.note])


if __name__ == "__main__":
    main()
