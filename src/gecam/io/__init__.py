"""Publishers' files to model types, one module per publisher."""

from gecam.io.undesa import read_undesa
from gecam.io.undesa_totals import (
    StockByAge,
    read_undesa_age,
    read_undesa_population,
    read_undesa_refugees,
    read_undesa_totals,
)

__all__ = [
    "StockByAge",
    "read_undesa",
    "read_undesa_age",
    "read_undesa_population",
    "read_undesa_refugees",
    "read_undesa_totals",
]
