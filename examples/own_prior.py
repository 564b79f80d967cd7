"""Your own prior of the odds ratio, from three judgements of an expert.

Run: python examples/own_prior.py
"""

from dataclasses import replace

import gecam as gc

# "As likely below as above 1.5; 5 % below 0.8; 5 % above 4"
prior = gc.OddsRatioPrior(median=1.5, lower=0.8, upper=4.0, level=0.9)
print(prior)

case = gc.load_edition("2022")
changed = replace(case, assumptions=replace(case.assumptions, odds_ratio=prior))
for name, c in (("packaged prior", case), ("expert's prior", changed)):
    row = gc.estimate(c, draws=4_000).total().summary().iloc[1]
    print(f"{name}: {row['mean']:,.0f} ({row['lower']:,.0f} to {row['upper']:,.0f})")
