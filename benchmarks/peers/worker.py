"""One measurement in a process of its own: prints a line of JSON.

python -m peers.worker WORK PEER SIZE DRAWS REPEATS

The package is two peers: `gecam` has Latin hypercube draws, `gecam-mc` independent ones.
"""
# ruff: noqa: E402

from __future__ import annotations

import json
import os
import resource
import sys
import time

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

import numpy as np

from peers import engine, naive, others, work

SAMPLERS = {"gecam": "latin", "gecam-mc": "mc"}


def megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def job(what: str, peer: str, size: str, n: int):
    """The call to be timed, with all its inputs made."""
    sampler = SAMPLERS.get(peer, "")
    if what == "product":
        p = work.product(*map(int, size.split("x")))
        if sampler:
            return lambda seed: engine.product(p, n, seed, work.LEVEL, sampler)
        call = naive.product if peer == "naive" else getattr(others, peer)
        return lambda seed: call(p, n, seed, work.LEVEL)
    destinations, origins = map(int, size.split("x"))
    made = work.case(destinations, origins)
    prepared = work.prepared(made)
    options = {} if what != "totals" else {"with_corridors": False}
    if sampler:
        call = engine.default_by_sex if what == "panel" else engine.default
        return lambda seed: call(prepared, made, n, seed, work.LEVEL, sampler, **options)
    q = work.parameters(*prepared)
    call = naive.default_by_sex if what == "panel" else naive.default
    return lambda seed: call(q, n, seed, work.LEVEL, **options)


def main() -> None:
    what, peer, size, n, repeats = sys.argv[1:6]
    call = job(what, peer, size, int(n))
    base = megabytes()
    seconds, answer = [], None
    for seed in range(int(repeats)):
        start = time.perf_counter(), time.process_time()
        answer = call(seed + 1)
        seconds.append((time.perf_counter() - start[0], time.process_time() - start[1]))
    if len(sys.argv) > 6:
        np.savez(sys.argv[6], **{f"{k}_{i}": v for k, x in answer.items() for i, v in enumerate(x)})
    print(json.dumps({
        "first": seconds[0][0], "seconds": min(s for s, _ in seconds),
        "cpu": min(c for _, c in seconds), "megabytes": megabytes() - base,
    }))  # fmt: skip


if __name__ == "__main__":
    main()
