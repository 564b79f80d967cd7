"""Totals that publishers print, to compare the sums of a file with."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from gecam.io.undesa.editions_of_stock import REVISIONS

# Source id -> places that the totals are of (0: whatever the file has), (date, column) -> total.
PUBLISHED: Mapping[str, tuple[int, Mapping[tuple[str, str], int]]] = MappingProxyType(
    {
        f"undesa-ims-{revision.name}": (
            revision.n_destinations,
            {(f"{year}-07-01", "people"): total for year, total in revision.world.items()},
        )
        for revision in REVISIONS
    }
    | {
        # Refugee Data Finder, extraction of June 2026; UNHCR revises past years
        "unhcr-population": (
            0,
            {
                ("2020-12-31", "refugees"): 20_661_846,
                ("2020-12-31", "asylum_seekers"): 4_184_926,
                ("2020-12-31", "oip"): 3_862_102,
                ("2023-12-31", "refugees"): 31_637_408,
                ("2023-12-31", "asylum_seekers"): 6_858_500,
                ("2023-12-31", "oip"): 5_755_363,
                ("2024-12-31", "refugees"): 30_958_200,
                ("2024-12-31", "asylum_seekers"): 8_352_712,
                ("2024-12-31", "oip"): 5_875_359,
            },
        ),
        # Humanitarian Needs Overviews 2024: national intersectoral people in need of 24 countries
        "ocha-hno-2024": (24, {("", "in_need"): 250_022_620}),
        # Inter-agency response plans 2022: the 28 humanitarian response plans
        "ocha-gho-plans-2022": (28, {("", "in_need"): 234_810_134}),
    }
)
