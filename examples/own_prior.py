"""Your own prior of the odds ratio, from three judgements of an expert.

Run: python examples/own_prior.py
"""

from dataclasses import replace

import numpy as np

import gecam as gc

# "As likely below as above 1.5; 5 % below 0.8; 5 % above 4": on the log scale a normal
log_odds = np.log([0.8, 1.5, 4.0])
fitted = gc.fit_elicited([0.05, 0.5, 0.95], log_odds, families=("normal",), lower=None)
best = fitted.best
print(f"log odds ratio: mean {best.mean:.3f}, sd {best.sd:.3f}")

case = gc.load_edition("2022")
prior = gc.OddsRatioPrior(mean=float(best.mean), sd=float(best.sd))
changed = replace(case, assumptions=replace(case.assumptions, odds_ratio=prior))
for name, c in (("packaged prior", case), ("expert's prior", changed)):
    row = gc.estimate(c, draws=4_000).total().summary().iloc[1]
    print(f"{name}: {row['mean']:,.0f} ({row['lower']:,.0f} to {row['upper']:,.0f})")
