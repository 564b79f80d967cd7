"""Start-up time: what gecam adds to numpy, pandas and xarray, and how soon the command answers.

python benchmarks/startup.py [REPEATS]

Each figure is the median over REPEATS (10) new processes, taken in turn so that a busy moment of
the machine does not fall on one of them. One round goes before and is not counted: files are warm.
"""

from __future__ import annotations

import platform
import statistics
import subprocess
import sys
import time

PUBLIC = "import gecam; [getattr(gecam, name) for name in gecam.__all__]"
ARRAYS = "import numpy, pandas, xarray"
COMMAND = "import sys; from gecam.cli.main import main"
ARRAYS_ALONE = "numpy, pandas, xarray"
PACKAGE = "the same, then gecam"
EVERYTHING = "the same, then every public name of gecam"
CODE = {
    "Python alone": "pass",
    ARRAYS_ALONE: ARRAYS,
    PACKAGE: f"{ARRAYS}; import gecam",
    EVERYTHING: f"{ARRAYS}; {PUBLIC}",
    "gecam --version": f"{COMMAND}; sys.argv[1:] = ['--version']; main()",
    "gecam --help": f"{COMMAND}; sys.argv[1:] = ['--help']; main()",
}


def seconds(code: str) -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def main() -> None:
    repeats = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    rounds = [{what: seconds(code) for what, code in CODE.items()} for _ in range(repeats + 1)][1:]
    median = {what: statistics.median(times[what] for times in rounds) for what in CODE}
    for what, value in median.items():
        print(f"{what:<44}{value:7.3f} s")
    # Differences within a round: what is common to both, and how busy the machine is, drops out.
    for what, target in ((PACKAGE, "target 0.200"), (EVERYTHING, "most of it scipy.special")):
        beyond = statistics.median(times[what] - times[ARRAYS_ALONE] for times in rounds)
        name = what.rpartition("then ")[2]
        print(f"{name + ', beyond the three':<44}{beyond:7.3f} s   ({target})")
    print(f"Python {platform.python_version()}, {platform.system()} {platform.machine()}")


if __name__ == "__main__":
    main()
