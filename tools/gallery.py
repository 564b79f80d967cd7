"""Write the pictures of the docs: `python tools/gallery.py [--only WORD]`.

Figures come from packaged data, pictures of the report from the distribution's own chromium (left
as they are where there is none). A palette keeps each picture small.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from PIL import Image

import gecam as gc
from gecam.database import published_answer
from gecam.datasets import packaged_backtests
from gecam.mortality import deaths_with_intervals
from gecam.report.page import ON_THIS_PAGE, page

OUT = Path(__file__).resolve().parent.parent / "docs" / "images"
DPI, MOST = 110, 150_000  # bytes of a picture
ROUTE = "Central Mediterranean Route"
SCREENS = {"desktop": (1280, 1000), "phone": (390, 844), "print": (794, 1123)}
FLAGS = (
    "no-sandbox", "disable-gpu", "disable-quic", "no-first-run", "disable-background-networking",
    "disable-component-update", "disable-sync",
)  # fmt: skip


def main() -> None:
    """Write all pictures, or those whose name holds a word."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="a word in the name of the pictures")
    word = parser.parse_args().only
    est = gc.estimate(gc.load_edition("2022"))
    for name, draw in FIGURES.items():
        if word in name:
            axes = getattr(drawn := draw(est), "ax", None) or drawn.points.axes
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / "figure.png"
                axes.figure.savefig(path, dpi=DPI)
                write(name, path)
    for name, path in report_pictures(est) if word in "report" else ():
        write(name, path)


def write(name: str, path: Path) -> None:
    """Write a picture with a palette; refuse one that is too large."""
    out = OUT / f"{name}.png"
    with Image.open(path) as picture:
        few = picture.convert("RGB").quantize(
            method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE
        )
        few.save(out, optimize=True)
    size = out.stat().st_size
    print(f"{name}: {size / 1e3:.0f} kB")
    if size > MOST:
        raise SystemExit(f"{name} is larger than {MOST / 1e3:.0f} kB")


def revisions(est: Any) -> Any:
    """Draw what a survey of the odds ratio would have changed."""
    prior = gc.OddsRatioPrior(median=1.4, lower=0.6, upper=3.5)
    surveyed = replace(est.case.assumptions, odds_ratio=prior)
    with tempfile.TemporaryDirectory() as folder:
        db = gc.Database(Path(folder) / "estimates.gecam")
        db.release(est, name="2022.1", reason="first")
        second = gc.estimate(replace(est.case, assumptions=surveyed))
        db.release(second, name="2022.2", reason="odds ratio from a survey")
        return gc.plot.revisions(db.diff("2022.1", "2022.2", by_cause=False), rows=15)


def deaths(_: Any) -> Any:
    """Draw the months of one route."""
    sizes = gc.load_deaths("sizes")
    return gc.plot.monthly_deaths(sizes[sizes["route_group"].eq(ROUTE)])


def routes(_: Any) -> Any:
    """Draw the routes side by side."""
    rows = deaths_with_intervals(gc.load_deaths("sizes"), by="route_group")
    return gc.plot.route_comparison(rows[rows["route_group"].ne("")], label="route_group")


FIGURES: dict[str, Callable[[Any], Any]] = {
    "intervals-2022": gc.plot.intervals,
    "figure-world": gc.plot.world_map,
    "figure-corridors": gc.plot.corridors,
    "figure-overlaps": gc.plot.overlaps,
    "figure-explanation": lambda est: gc.plot.explanation(gc.explain(est, "YEM")),
    "figure-sensitivity": lambda est: gc.plot.sensitivity_bars(gc.explain(est, "YEM")),
    "figure-calibration": lambda _: gc.plot.calibration(packaged_backtests()[3]),
    "figure-coverage": lambda _: gc.plot.coverage(packaged_backtests()),
    "figure-revisions": revisions,
    "figure-deaths": deaths,
    "figure-routes": routes,
}


def report_pictures(est: Any) -> Iterator[tuple[str, Path]]:
    """Yield pictures of the first screen of the report, and of one section."""
    browser = shutil.which("chromium") or shutil.which("chromium-browser")
    if browser is None:
        print("no chromium: the pictures of the report stay as they are")
        return
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 -- only with a browser

    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        file, picture = Path(folder) / "report.html", Path(folder) / "picture.png"
        complete = gc.complete_estimates(est, gc.load_regional_plans("2022"))
        published = published_answer(complete, statements=ON_THIS_PAGE)
        file.write_text(page(est, published), encoding="utf-8")
        chromium = playwright.chromium.launch(
            executable_path=browser, args=[f"--{flag}" for flag in FLAGS]
        )
        for screen, (width, height) in SCREENS.items():
            tab = chromium.new_page(viewport={"width": width, "height": height})
            tab.emulate_media(media="print" if screen == "print" else "screen")
            tab.goto(file.as_uri())
            if screen != "phone":
                tab.screenshot(path=picture)
                yield f"report-{screen}", picture
            else:
                tab.evaluate("document.getElementById('plans').scrollIntoView()")
                tab.screenshot(path=picture)
                yield "report-phone-table", picture
            if screen == "desktop":
                tab.fill("#filter-plans", "sudan")
                tab.locator("section:has(#filter-plans)").screenshot(path=picture)
                yield "report-filter", picture
                tab.click("#rows-by-country a[href='#c-YEM']")
                tab.locator("#c-YEM").screenshot(path=picture)
                yield "report-country", picture
        chromium.close()


if __name__ == "__main__":
    main()
