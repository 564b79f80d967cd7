"""`gecam report`: the answer as one HTML page."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("report")(report_command)


def report_command(
    out: Annotated[Path, typer.Option(help="The HTML file to write.")],
    edition: Annotated[str, typer.Option(help="Packaged figures: 2022 or 2024.")] = "2022",
    draws: Annotated[int, typer.Option(min=2, help="Number of draws.")] = 10_000,
    seed: Annotated[int, typer.Option(min=0, help="Seed.")] = 2022,
) -> None:
    """Write one self-contained page: headline, table, every number's chain, sources."""
    from gecam.datasets import load_edition
    from gecam.estimation import estimate
    from gecam.report.page import page

    text = page(estimate(load_edition(edition), draws=draws, seed=seed))
    out.write_text(text, encoding="utf-8")
    typer.echo(f"wrote {out} ({len(text.encode()) / 1e6:.1f} MB)", err=True)
