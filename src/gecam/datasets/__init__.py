"""Packaged figures, loaded by name: editions of the estimates' inputs."""

from gecam.datasets.alternatives import load_alternatives
from gecam.datasets.calibration import crisis_onsets, load_calibration, packaged_backtests
from gecam.datasets.deaths import incident_sizes, load_deaths
from gecam.datasets.editions import EDITIONS, load_edition, load_risk, load_world
from gecam.datasets.tables import read_edition, write_edition

__all__ = [
    "EDITIONS",
    "crisis_onsets",
    "incident_sizes",
    "load_alternatives",
    "load_calibration",
    "load_deaths",
    "load_edition",
    "load_risk",
    "load_world",
    "packaged_backtests",
    "read_edition",
    "write_edition",
]
