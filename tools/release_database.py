"""Write the estimates of all editions as one packed database: `python tools/release_database.py`.

At release time: each edition with its regional plans is a release named after its year, of rows and
inputs without draws (they can be made again). Default: dist/gecam-editions-VERSION.gecam-pack.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import gecam as gc
from gecam.datasets import EDITIONS
from gecam.uncertainty import DEFAULT_DRAWS

ROOT = Path(__file__).resolve().parent.parent
REASON = "Edition {name} with its regional plans, by gecam {version}"


def build(file: Path, names: Sequence[str] = EDITIONS, *, draws: int = DEFAULT_DRAWS) -> str:
    """Write the packed database of some editions, stocks of one revision; return its root.

    Parameters
    ----------
    file
        Packed database to make; it must not exist.
    names
        Years of editions.
    draws
        Number of draws of the estimates, >= 2.
    """
    with tempfile.TemporaryDirectory() as folder:
        database = gc.Database(Path(folder) / "editions.gecam")
        for name, case in zip(names, gc.load_editions(*names), strict=True):
            complete = gc.complete_estimates(
                gc.estimate(case, draws=draws), gc.load_regional_plans(name)
            )
            reason = REASON.format(name=name, version=gc.__version__)
            database.release(complete, name=name, reason=reason, draws=False)
        database.pack(file)
        return str(database.root)


def main() -> None:
    """Write the database, and print its root: note it beside the release."""
    default = ROOT / "dist" / f"gecam-editions-{gc.__version__}.gecam-pack"
    file = Path(sys.argv[1]) if len(sys.argv) > 1 else default
    file.parent.mkdir(parents=True, exist_ok=True)
    root = build(file)
    print(f"{file}: {file.stat().st_size / 1e6:.1f} MB, root {root}")


if __name__ == "__main__":
    main()
