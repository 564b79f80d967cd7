"""Estimate on a Dask cluster: one task per destination, the same bits as in one process.

Needs the extra `dask`. Run: python examples/dask_cluster.py
"""

import numpy as np

import gecam as gc

if __name__ == "__main__":
    from distributed import Client, LocalCluster

    case = gc.load_edition("2022").restrict(["SDN", "TCD", "YEM", "SYR"])
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
        Client(cluster) as client,
    ):
        far = gc.estimate(case, draws=4_000, executor=client.get_executor())
    near = gc.estimate(case, draws=4_000)
    print("same bits:", np.array_equal(far.draws, near.draws, equal_nan=True))
