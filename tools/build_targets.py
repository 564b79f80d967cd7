"""Build the packaged people targeted and reached by group: `python tools/build_targets.py`.

Of OCHA's needs overviews, but for rows that are no figures of refugees or migrants
(tools/curated/targets_left_out.csv). Equal files give equal bytes.
"""

from __future__ import annotations

import pandas as pd

from gecam.io import read_hno
from gecam.model import published_targets
from raw_files import CURATED, OVERVIEWS, ROOT, corrected, rows

OUT = ROOT / "src" / "gecam" / "datasets" / "targets"
COUNTS = ["in_need", "targeted", "reached"]


def main() -> None:
    """Write one row for each edition, country and group."""
    left_out = {
        (row["edition"], row["destination"], row["group"])
        for row in rows(CURATED / "targets_left_out.csv")
    }
    tables = []
    for name, file in OVERVIEWS.items():
        table = published_targets(read_hno(corrected(file)))
        keys = zip(table["destination"], table["group"], strict=True)
        shown = [(name, *key) not in left_out for key in keys]
        tables.append(table[shown].assign(edition=name))
    columns = ["edition", "destination", "group", "who", "basis", *COUNTS, "note"]
    table = pd.concat(tables)[columns]
    table[COUNTS] = table[COUNTS].astype("Int64")
    OUT.mkdir(exist_ok=True)
    table.to_csv(OUT / "targets.csv", index=False, lineterminator="\n")


if __name__ == "__main__":
    main()
