"""Publishers' files to model types, one module per publisher."""

from gecam.io.cod_ps import read_cod_ps
from gecam.io.undesa import read_undesa
from gecam.io.undesa_totals import (
    StockByAge,
    read_undesa_age,
    read_undesa_population,
    read_undesa_refugees,
    read_undesa_totals,
)
from gecam.io.unhcr import DisplacedPopulation, read_unhcr, read_unhcr_displaced
from gecam.io.worldbank import read_worldbank
from gecam.io.wpp import read_wpp

__all__ = [
    "DisplacedPopulation",
    "StockByAge",
    "read_cod_ps",
    "read_undesa",
    "read_undesa_age",
    "read_undesa_population",
    "read_undesa_refugees",
    "read_undesa_totals",
    "read_unhcr",
    "read_unhcr_displaced",
    "read_worldbank",
    "read_wpp",
]
