"""Stock x footprint -> estimates."""

from gecam.estimation.margins import (
    MarginBounds,
    implied_odds_ratio,
    margin_bounds,
    migrants_affected,
)

__all__ = ["MarginBounds", "implied_odds_ratio", "margin_bounds", "migrants_affected"]
