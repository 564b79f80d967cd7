"""Build the packaged country shapes: `python tools/build_shapes.py`.

Reads Natural Earth's countries (1:110m, public domain) from $GECAM_RAW, checks them against
tools/manifest.csv, gives every shape the ISO3 code that gecam uses, rounds to a tenth of a degree
and writes src/gecam/codes/world.json. Places too small for this scale have a point
(tools/curated/small_places.csv). Equal files give equal bytes.

Boundaries follow the United Nations where Natural Earth draws who is in control: Crimea is drawn
with Ukraine, "Northern Cyprus" with Cyprus, "Somaliland" with Somalia. French Guiana and Svalbard
are areas of their own in statistics, and so they are here.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from itertools import pairwise

from gecam.codes import is_iso3
from raw_files import CURATED, ROOT, checked, manifest, rows

FILE = "crisis/ne_110m_admin_0_countries.geojson"
OUT = ROOT / "src" / "gecam" / "codes" / "world.json"
PER_DEGREE = 10
# Natural Earth's own codes, where ISO_A3 is -99 or is not what the UN uses.
CODES = {
    "CYN": "CYP", "KOS": "XKX", "PSX": "PSE", "SAH": "ESH", "SDS": "SSD", "SOL": "SOM",
}  # fmt: skip
# Parts of a country that belong elsewhere: code, box (west, south, east, north), code there.
PARTS = (
    ("FRA", (-55, 2, -51, 6), "GUF"),
    ("NOR", (10, 74, 34, 81), "SJM"),
    ("RUS", (32, 44, 37, 46.5), "UKR"),
)
LEFT_OUT = {"ATA"}  # nobody is counted there, and it takes a fifth of the picture

Point = tuple[int, int]
Ring = list[Point]


def main() -> None:
    """Build the file."""
    features = json.loads(checked(FILE).read_text(encoding="utf-8"))["features"]
    shapes = shapes_of(features)
    points = {
        code: centre(max(rings, key=lambda r: abs(area(r)))) for code, rings in shapes.items()
    }
    small = {
        row["iso3"]: (float(row["lon"]), float(row["lat"]))
        for row in rows(CURATED / "small_places.csv")
    }
    if both := sorted(points.keys() & small.keys()):
        raise SystemExit(f"places with a shape and a point: {', '.join(both)}")
    document = {
        "source": f"{manifest()[FILE]['publisher']}, {manifest()[FILE]['title']}",
        "per_degree": PER_DEGREE,
        "shapes": {code: [deltas(ring) for ring in shapes[code]] for code in sorted(shapes)},
        "points": dict(sorted({**points, **small}.items())),
    }
    text = json.dumps(document, separators=(",", ":")) + "\n"
    OUT.write_text(text, encoding="utf-8")
    print(f"{len(shapes)} shapes, {len(small)} points, {len(text) / 1e3:.0f} kB")


def shapes_of(features: Iterable[dict]) -> dict[str, list[Ring]]:
    """Return the outer and inner rings of every country, in tenths of a degree."""
    rings: dict[str, list[Ring]] = defaultdict(list)
    for feature in features:
        properties, geometry = feature["properties"], feature["geometry"]
        natural = properties["ADM0_A3"]
        code = CODES.get(natural, natural)
        if code in LEFT_OUT:
            continue
        if not is_iso3(code):
            raise SystemExit(f"{properties['NAME']}: {code!r} is not an ISO3 code")
        polygons = geometry["coordinates"]
        for polygon in polygons if geometry["type"] == "MultiPolygon" else [polygons]:
            rounded = [quantised(ring) for ring in polygon]
            if area(rounded[0]):
                rings[part_of(code, rounded[0])] += [ring for ring in rounded if area(ring)]
    return {code: joined(own) for code, own in rings.items()}


def part_of(code: str, ring: Ring) -> str:
    """Return the code of the place that a part of a country is drawn with."""
    for whole, (west, south, east, north), other in PARTS:
        inside = all(
            west <= x / PER_DEGREE <= east and south <= y / PER_DEGREE <= north for x, y in ring
        )
        if code == whole and inside:
            return other
    return code


def quantised(ring: Iterable[Iterable[float]]) -> Ring:
    """Return a closed ring as an open one of whole numbers, repeated points left out."""
    points: Ring = []
    for lon, lat in ring:
        point = (round(lon * PER_DEGREE), round(lat * PER_DEGREE))
        if not points or point != points[-1]:
            points.append(point)
    return points[:-1] if len(points) > 1 and points[0] == points[-1] else points


def joined(rings: list[Ring]) -> list[Ring]:
    """Return rings without the borders between them: sides that two of them share."""
    sides = [(a, b) for ring in rings for a, b in zip(ring, ring[1:] + ring[:1], strict=True)]
    known = set(sides)
    after: dict[Point, list[Point]] = defaultdict(list)
    for a, b in sides:
        if (b, a) not in known:
            after[a].append(b)
    found = []
    while after:
        start = point = next(iter(after))
        ring = []
        while point in after:
            ring.append(point)
            following = after[point].pop()
            if not after[point]:
                del after[point]
            point = following
        if point != start:
            raise SystemExit(f"a ring at {start} does not close")
        found.append(ring)
    return found


def area(ring: Ring) -> float:
    """Return twice the signed area."""
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, ring[1:] + ring[:1], strict=True))


def centre(ring: Ring) -> tuple[float, float]:
    """Return the centre of a ring, degrees."""
    weights = [a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, ring[1:] + ring[:1], strict=True)]
    sums = [
        sum(w * (a[k] + b[k]) for w, a, b in zip(weights, ring, ring[1:] + ring[:1], strict=True))
        for k in (0, 1)
    ]
    lon, lat = (s / (3 * sum(weights) * PER_DEGREE) for s in sums)
    return round(lon, 1), round(lat, 1)


def deltas(ring: Ring) -> list[int]:
    """Return a ring as its first point and the steps from there: short numbers."""
    steps = [(b[0] - a[0], b[1] - a[1]) for a, b in pairwise(ring)]
    return [number for pair in [ring[0], *steps] for number in pair]


if __name__ == "__main__":
    main()
