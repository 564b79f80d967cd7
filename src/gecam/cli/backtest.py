"""`gecam backtest`: forecasts made with earlier figures, judged by later ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from gecam.cli.answers import print_json

if TYPE_CHECKING:
    from gecam.evaluation import BackTest


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("backtest")(backtest)


def backtest(
    *,
    cases: Annotated[
        bool, typer.Option("--cases", help="List every case that counts, worst first.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON for programs.")] = False,
) -> None:
    """Judge earlier forecasts by later figures: coverage, skill, and what they cannot tell."""
    from gecam.datasets import packaged_backtests

    tests = packaged_backtests()
    if as_json:
        print_json("backtest", tests=[test.to_dict() for test in tests])
        return
    for test in tests:
        typer.echo(f"{test.summary()}\n")
        if cases:
            _show_cases(test)


def _show_cases(test: BackTest) -> None:
    """Print the cases that count, the farthest from the middle of its forecast first."""
    from rich.console import Console
    from rich.table import Table

    table = Table(title=str(test.name))
    for head in ("case", "came out", "forecast", f"{test.level:.0%} interval", ""):
        table.add_column(head, justify="right" if head else "left", no_wrap=True)
    far = (test.scored["pit"] - 0.5).abs().sort_values(ascending=False, kind="stable")
    for row in test.scored.loc[far.index].to_dict("records"):
        is_out = not row["lower"] <= row["observed"] <= row["upper"]
        table.add_row(
            row["case"], _text(row["observed"]), _text(row["central"]),
            f"{_text(row['lower'])}-{_text(row['upper'])}", "outside" if is_out else "",
        )  # fmt: skip
    Console().print(table)


def _text(value: Any) -> str:
    """Return people as a whole number, a share in percent."""
    return f"{value:.0%}" if value < 1 else f"{value:,.0f}"
