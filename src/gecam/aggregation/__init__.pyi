# Public names of this room, read by type checkers and, when it is imported, by `__init__.py`.

from .centring import (
    CentredShares as CentredShares,
)
from .centring import (
    centred_shares as centred_shares,
)
from .composition import (
    NOT_PUBLISHED as NOT_PUBLISHED,
)
from .composition import (
    ClassShares as ClassShares,
)
from .composition import (
    Composition as Composition,
)
from .composition import (
    find_laws as find_laws,
)
from .crisis_relations import PairRelation as PairRelation
from .dependence import (
    Comonotone as Comonotone,
)
from .dependence import (
    Dependence as Dependence,
)
from .dependence import (
    Disjoint as Disjoint,
)
from .dependence import (
    Footprints as Footprints,
)
from .dependence import (
    Frechet as Frechet,
)
from .dependence import (
    GaussianCopula as GaussianCopula,
)
from .dependence import (
    Independent as Independent,
)
from .dependence import (
    Pairwise as Pairwise,
)
from .draw_classes import (
    class_draws as class_draws,
)
from .draw_composition import (
    composition_draws as composition_draws,
)
from .least_squares import (
    reconcile_least_squares as reconcile_least_squares,
)
from .margin_table import (
    RakeResult as RakeResult,
)
from .nested_classes import NestedShares as NestedShares
from .overlap import (
    UnionShare as UnionShare,
)
from .overlap import (
    union_share as union_share,
)
from .raking import (
    rake as rake,
)
from .related_crises import (
    RelatedCrisesShare as RelatedCrisesShare,
)
from .related_crises import (
    combine_relations as combine_relations,
)
from .row_mixture import (
    RowMixture as RowMixture,
)
from .row_mixture import (
    mix_rows as mix_rows,
)
from .share_noise import (
    ShareNoise as ShareNoise,
)
