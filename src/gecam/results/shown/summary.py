"""A summary of estimates as one block of text, as statistical libraries print a fitted model."""

from __future__ import annotations

from gecam._signature import checked
from gecam._typing import WholeNumber
from gecam.results.complete import CompleteEstimates
from gecam.results.estimates import Estimates
from gecam.results.shown.printing import answer_text


@checked
def summary_text(est: Estimates | CompleteEstimates, *, rows: WholeNumber = 10) -> str:
    """Return the answer as a block of text: how it was made, the totals, the largest countries.

    ``print(est)`` prints it with ten countries.

    Parameters
    ----------
    est
        The answer, people; of `gecam.complete_estimates` with the total of countries in crisis,
        complete, first.
    rows
        How many destinations at most, largest first.

    Returns
    -------
    str
        Lines of at most 80 signs, the same on every run. People are rounded as everywhere in
        reports; `Estimates.summary` has them at full precision.

    Examples
    --------
    >>> est = gc.estimate(gc.load_edition("2022").restrict(["YEM"]), draws=400, seed=1)
    >>> print(gc.summary_text(est).splitlines()[0].strip())
    Migrants affected by crises
    """
    if isinstance(est, CompleteEstimates):
        return answer_text(est.estimates, rows, est.headline())
    return answer_text(est, rows)
