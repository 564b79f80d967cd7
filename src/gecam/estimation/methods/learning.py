"""Odds ratio of migrants against residents, learned from countries that publish both counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from scipy.special import logit

from gecam._signature import checked
from gecam._typing import Positive, Probability
from gecam.errors import InputError
from gecam.estimation.methods.phases import DESIGN_EFFECT
from gecam.estimation.methods.pooling import PooledEstimate, combine_sources
from gecam.model import Column, OddsRatioPrior, check_frame
from gecam.uncertainty import DEFAULT_LEVEL

FEW_COUNTRIES = 5  # with fewer the prior stays expert judgement

BOTH_GROUPS_COLUMNS = {
    "country": Column("text"),
    "migrants_in_need": Column("count", is_missing_allowed=True),
    "migrants": Column("count", is_missing_allowed=True),
    "residents_in_need": Column("count", is_missing_allowed=True),
    "residents": Column("count", is_missing_allowed=True),
    "log_or_sd": Column("number", is_missing_allowed=True),
}


@dataclass(frozen=True, slots=True, eq=False)
class LearnedOddsRatio:
    """The log odds ratio learned from countries with counts for both groups.

    Parameters
    ----------
    prior
        For a country without counts: the predictive distribution where `status` is
        ``calibrated``, else the judged prior.
    status
        ``calibrated`` with at least 5 usable countries, else ``judged``.
    n_usable
        Countries whose counts give a finite log odds ratio.
    n_at_one
        Countries where all of a group are in need: planning rules more than measurements. Their
        odds ratio is infinite or zero, and leaving them out is a choice that is reported.
    n_at_zero, n_missing
        Countries where nobody of a group is in need, and those with a count missing.
    pooled
        REML with Hartung-Knapp intervals over the usable countries, on the log scale; None for
        fewer than 3. Shown also where `status` is ``judged``.
    countries
        One row per country: ``country``, ``log_or``, ``se``, ``shrunk`` and ``shrunk_se`` (empty
        without `pooled`), ``note`` (why it is not used).
    """

    prior: OddsRatioPrior
    status: Literal["calibrated", "judged"]
    n_usable: int
    n_at_one: int
    n_at_zero: int
    n_missing: int
    pooled: PooledEstimate | None
    countries: pd.DataFrame

    def __repr__(self) -> str:
        """Return one line."""
        return (
            f"LearnedOddsRatio({self.status}, n = {self.n_usable} usable, {self.n_at_one} at "
            f"100 %, {self.n_at_zero} at 0 %, {self.n_missing} with missing counts)"
        )


@checked
def learn_odds_ratio(
    counts: pd.DataFrame,
    *,
    deff: Positive = DESIGN_EFFECT,
    judged: OddsRatioPrior | None = None,
    level: Probability = DEFAULT_LEVEL,
) -> LearnedOddsRatio:
    r"""Learn the log odds ratio of migrants against residents from countries that count both.

    Parameters
    ----------
    counts
        One row per country: ``country``, ``migrants_in_need`` of ``migrants``,
        ``residents_in_need`` of ``residents`` (people found and people asked), and ``log_or_sd``,
        the error of the log odds ratio. Where that is empty the counts are taken to be
        interviews; figures of a plan are no sample, and need it (from the grades of both shares).
    deff
        Design effect of the interviews; the default is expert judgement.
    judged
        Prior that stays in force with fewer than 5 usable countries, by default
        `OddsRatioPrior.judged_2024`.
    level
        Probability of the pooled interval, in (0, 1).

    Returns
    -------
    LearnedOddsRatio
        The pooled odds ratio with its interval, and the prior to use.

    Raises
    ------
    InputError
        If columns are wrong, more people are in need than were asked, a country repeats, or an
        error is zero.

    Notes
    -----
    :math:`\hat\theta_i = \operatorname{logit} p_{m,i} - \operatorname{logit} p_{n,i}` with Woolf's
    variance :math:`d(1/a + 1/b + 1/c + 1/e)` over the four counts, and
    :math:`\hat\theta_i \sim N(\mu, s_i^2 + \tau^2)` by REML. A country without counts gets
    :math:`N(\hat\mu, \hat\tau^2 + se^2)`, one with counts its shrunken value.

    Such counts exist where a plan looked at migrants because they fared worse: read them as the
    upper end. Where need is defined by status they mix definition with exposure.

    References
    ----------
    .. [1] Patterson, H., Thompson, R. (1971). Recovery of inter-block information when block sizes are
       unequal. Biometrika 58, 545-554.

    Examples
    --------
    >>> from gecam.estimation.methods.learning import learn_odds_ratio
    >>> learned = learn_odds_ratio(pd.DataFrame({
    ...     "country": ["LBY", "BFA", "TCD"], "migrants_in_need": [300, 400, 120],
    ...     "migrants": [500, 400, 300], "residents_in_need": [200, 90, 100],
    ...     "residents": [1000, 600, 400], "log_or_sd": [np.nan, np.nan, np.nan]}))
    >>> learned
    LearnedOddsRatio(judged, n = 2 usable, 1 at 100 %, 0 at 0 %, 0 with missing counts)
    >>> learned.countries[["country", "log_or", "se"]].round(2)
      country  log_or    se
    0     LBY    1.79  0.17
    1     BFA     NaN   NaN
    2     TCD    0.69  0.23
    """
    frame = check_frame(counts, BOTH_GROUPS_COLUMNS, table="both groups", key=["country"])
    judged = judged or OddsRatioPrior.judged_2024()
    for part, whole in (("migrants_in_need", "migrants"), ("residents_in_need", "residents")):
        above = frame[part] > frame[whole]
        if above.any():
            row = frame[above].iloc[0]
            raise InputError(
                f"{part} must not exceed {whole}: got {row[part]:,.15g} of {row[whole]:,.15g} in "
                f"{row['country']}"
            )
    shares = pd.DataFrame(
        {
            "m": frame["migrants_in_need"] / frame["migrants"],
            "n": frame["residents_in_need"] / frame["residents"],
        }
    )
    note = pd.Series("", index=frame.index)
    note[shares.eq(0).any(axis=1)] = "nobody of a group is in need"
    note[shares.eq(1).any(axis=1)] = "all of a group are in need"
    note[shares.isna().any(axis=1)] = "a count is missing"
    is_usable = note.eq("")
    usable, p = frame[is_usable], shares[is_usable]
    log_or = logit(p["m"]) - logit(p["n"])
    cells = [usable["migrants_in_need"], usable["residents_in_need"]]
    cells += [usable["migrants"] - cells[0], usable["residents"] - cells[1]]
    woolf = np.sqrt(deff * sum(1 / cell for cell in cells))
    se = usable["log_or_sd"].fillna(woolf)
    pooled = None
    countries = frame[["country"]].assign(
        log_or=log_or, se=se, shrunk=np.nan, shrunk_se=np.nan, note=note
    )
    if len(usable) >= 3:
        pooled = combine_sources(log_or, se, scale="identity", method="REML", level=level)
        countries.loc[is_usable, "shrunk"] = pooled.blups
        countries.loc[is_usable, "shrunk_se"] = pooled.blup_se
    is_learned = pooled is not None and len(usable) >= FEW_COUNTRIES
    prior = (
        OddsRatioPrior.from_logs(pooled.estimate, float(np.hypot(pooled.se, np.sqrt(pooled.tau2))))
        if pooled is not None and is_learned
        else judged
    )
    return LearnedOddsRatio(
        prior=prior,
        status="calibrated" if is_learned else "judged",
        n_usable=len(usable),
        n_at_one=int(note.eq("all of a group are in need").sum()),
        n_at_zero=int(note.eq("nobody of a group is in need").sum()),
        n_missing=int(note.eq("a count is missing").sum()),
        pooled=pooled,
        countries=countries,
    )
