"""Packaged figures, loaded by name: editions of the estimates' inputs."""

from gecam.datasets.editions import EDITIONS, load_edition
from gecam.datasets.tables import read_edition, write_edition

__all__ = ["EDITIONS", "load_edition", "read_edition", "write_edition"]
