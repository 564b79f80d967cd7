"""Pure array functions: overlap of crises, composition, raking, coherent sums."""

from gecam.aggregation.composition import Composition, composition_draws, female_draws

__all__ = ["Composition", "composition_draws", "female_draws"]
