"""Pure array functions: overlap of crises, composition, raking, coherent sums."""

from gecam.aggregation.centring import CentredShares, centred_shares
from gecam.aggregation.composition import Composition, composition_draws, female_draws, find_laws
from gecam.aggregation.dependence import (
    Comonotone,
    Dependence,
    Disjoint,
    Footprints,
    Frechet,
    GaussianCopula,
    Independent,
    Pairwise,
)
from gecam.aggregation.least_squares import reconcile_least_squares
from gecam.aggregation.margin_table import RakeResult
from gecam.aggregation.overlap import UnionResult, union_share
from gecam.aggregation.raking import rake
from gecam.aggregation.relations import (
    CombinedShares,
    Relation,
    RelationKind,
    combine_relations,
)
from gecam.aggregation.row_mixture import RowMixture, mix_rows
from gecam.aggregation.share_noise import ShareNoise
from gecam.aggregation.sums import SegmentSums, segment_sums

__all__ = [
    "CentredShares",
    "CombinedShares",
    "Comonotone",
    "Composition",
    "Dependence",
    "Disjoint",
    "Footprints",
    "Frechet",
    "GaussianCopula",
    "Independent",
    "Pairwise",
    "RakeResult",
    "Relation",
    "RelationKind",
    "RowMixture",
    "SegmentSums",
    "ShareNoise",
    "UnionResult",
    "centred_shares",
    "combine_relations",
    "composition_draws",
    "female_draws",
    "find_laws",
    "mix_rows",
    "rake",
    "reconcile_least_squares",
    "segment_sums",
    "union_share",
]
