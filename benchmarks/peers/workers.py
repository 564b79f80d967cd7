"""Two workers: every corridor sampled, wall time against one process."""
# ruff: noqa: E402, PLC0415

from __future__ import annotations

import os
import time

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from peers import engine, work

MALLOC = ("MALLOC_TRIM_THRESHOLD_", "MALLOC_MMAP_THRESHOLD_")


def wall(est, executor):
    best = float("inf")
    for _ in range(2):
        start = time.perf_counter()
        est.by("destination", "origin", draws="sampled", executor=executor).conf_int()
        best = min(best, time.perf_counter() - start)
    return best


def main() -> None:
    made = work.case(100, 110)
    est = engine.cells(work.prepared(made), made, 10_000, 1)
    print("\n| every corridor sampled (11,000), two workers | seconds | ratio | floor |")
    print("|---|---|---|---|")
    alone = wall(est, None)
    print(f"| one process | {alone:.1f} | 1 | |", flush=True)
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        seconds = wall(est, pool)
    print(f"| process pool | {seconds:.1f} | {alone / seconds:.2f} | 1.8 |", flush=True)
    try:
        import dask
        from distributed import Client, LocalCluster
    except ImportError:
        return
    # Dask's workers return memory to the system at once, and fetch it anew for every array
    kept = {f"distributed.nanny.pre-spawn-environ.{name}": 100_000_000 for name in MALLOC}
    for label, settings in (("Dask", {}), ("Dask, workers keep freed memory", kept)):
        with (
            dask.config.set(settings),
            LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
            Client(cluster) as client,
        ):
            seconds = wall(est, client.get_executor())
        print(f"| {label} | {seconds:.1f} | {alone / seconds:.2f} | 1.5 |", flush=True)


if __name__ == "__main__":
    main()
