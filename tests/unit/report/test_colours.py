"""Colours are told apart by readers with each kind of colour blindness.

Simulated with the matrices of Machado, Oliveira and Fernandes (2009), A physiologically-based model
for simulation of color vision deficiency, IEEE Transactions on Visualization and Computer Graphics 15:
1291-1298, at severity 1.0, in linear sRGB. Distances are those of CIE 1976 L*a*b* under D65.
"""

from __future__ import annotations

import re
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from matplotlib.colors import to_rgb

import gecam.report
from gecam.report import style, years
from gecam.report.figures_origins import COLOURS, PALE, REST
from gecam.report.footprint_map import _cmap

SIGHT = {
    "normal": np.eye(3),
    "protanopia": np.array([
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ]),
    "deuteranopia": np.array([
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ]),
    "tritanopia": np.array([
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ]),
}  # fmt: skip
TO_XYZ = np.array([  # of linear sRGB: IEC 61966-2-1
    [0.4124564, 0.3575761, 0.1804375],
    [0.2126729, 0.7151522, 0.0721750],
    [0.0193339, 0.1191920, 0.9503041],
])  # fmt: skip
WHITE = np.array([0.95047, 1.0, 1.08883])
PALETTES = {
    "corridors": (*COLOURS, REST),
    "totals by year": tuple(years.COLOURS.values()),
    "causes by year": tuple(years.CAUSE_COLOURS.values()),
    "marks": (style.BLUE, style.ORANGE, style.GREY),
    "deaths": (style.BLUE, style.ORANGE, style.SKY),
}
APART, APART_PALE, FROM_WHITE = 15.0, 8.0, 15.0  # a just noticeable difference is about 2.3


def lab(colours, sight):
    """Return L*, a* and b* of colours (rows, sRGB from 0 to 1) as they look to a kind of sight."""
    rgb = np.atleast_2d(colours)
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    xyz = np.clip(linear @ SIGHT[sight].T, 0, 1) @ TO_XYZ.T / WHITE
    f = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    return np.column_stack(
        [116 * f[:, 1] - 16, 500 * (f[:, 0] - f[:, 1]), 200 * (f[:, 1] - f[:, 2])]
    )


def smallest(colours):
    return min(float(np.linalg.norm(one - other)) for one, other in combinations(colours, 2))


def test_the_measure_is_that_of_the_publications():
    # sRGB blue (0, 0, 255) is L* 32.30, a* 79.19, b* -107.86 (Lindbloom's calculator, D65)
    assert lab([0, 0, 1], "normal")[0] == pytest.approx([32.30, 79.19, -107.86], abs=0.02)
    # red and a dark yellow are one colour without red cones, and two otherwise
    pair = [to_rgb("#ff0000"), to_rgb("#5e5000")]
    assert smallest(lab(pair, "protanopia")) < 10 < smallest(lab(pair, "normal"))
    for matrix in SIGHT.values():
        assert matrix.sum(axis=1) == pytest.approx([1, 1, 1], abs=1e-5)  # greys stay grey


@pytest.mark.parametrize("sight", SIGHT)
@pytest.mark.parametrize("palette", PALETTES)
def test_colours_that_tell_things_apart_are_told_apart(palette, sight):
    rgb = np.array([to_rgb(colour) for colour in PALETTES[palette]])
    assert smallest(lab(rgb, sight)) >= APART
    assert np.linalg.norm(lab(rgb, sight) - [100, 0, 0], axis=1).min() >= FROM_WHITE


@pytest.mark.parametrize("sight", SIGHT)
def test_pale_bands_are_told_apart(sight):
    rgb = np.array([to_rgb(colour) for colour in PALETTES["corridors"]])
    assert smallest(lab(1 - PALE * (1 - rgb), sight)) >= APART_PALE


@pytest.mark.parametrize("sight", SIGHT)
def test_a_scale_of_shares_only_becomes_lighter(sight):
    scale = _cmap()
    colours = lab(scale(np.linspace(0, 1, 65))[:, :3], sight)
    assert (np.diff(colours[:, 0]) > 0).all()
    grey = lab(scale(np.ma.masked)[:3], sight)  # an area without a figure
    assert np.linalg.norm(colours - grey, axis=1).min() >= APART_PALE


def test_figures_take_their_colours_from_one_place():
    folder = Path(gecam.report.__file__).parent
    elsewhere = {
        path.name for path in folder.glob("*.py")
        if path.name != "style.py" and re.search(r"\"#[0-9a-f]{3,6}\"", path.read_text("utf-8"))
    }  # fmt: skip
    assert not elsewhere
