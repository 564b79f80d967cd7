"""The reporting checklist of GATHER: what was reported, and what was not."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from gecam.errors import InputError
from gecam.results import BESIDE

NOT_DONE = "not done"

# The 18 items of GATHER (Stevens et al. 2016, Lancet 388: e19-e23), in our words.
ITEMS: Mapping[int, tuple[str, str]] = {
    1: ("objectives", "Which quantities, for which people, places and times, are estimated?"),
    2: ("funding", "Who paid for the work?"),
    3: ("data inputs", "How were the data found and obtained?"),
    4: ("data inputs", "Which data were taken and which left out, and by which rule?"),
    5: ("data inputs", "Which sources were used, and what are their main features?"),
    6: ("data inputs", "Which inputs may be biased, and how?"),
    7: ("data inputs", "Which other inputs, such as assumptions and covariates, were used?"),
    8: (
        "data inputs",
        "Where are all inputs, in a form that can be used, or why are they not given?",
    ),
    9: ("analysis", "What is the method, in one overview?"),
    10: ("analysis", "What are all its steps, with formulas, in order?"),
    11: ("analysis", "How were candidate models compared and the final one chosen?"),
    12: ("analysis", "How well does the method do, and how sensitive are its results?"),
    13: ("analysis", "How is uncertainty computed, and which sources of it are left out?"),
    14: ("analysis", "Where is the code?"),
    15: ("results", "Where are the estimates, in a file that can be used?"),
    16: ("results", "How uncertain is each estimate?"),
    17: ("results", "What do the results say beside earlier ones, and why do they differ?"),
    18: ("results", "What limits the use of the estimates?"),
}


def gather_checklist(answers: Mapping[int, str]) -> pd.DataFrame:
    """Return the checklist of GATHER, filled as far as there are answers.

    Parameters
    ----------
    answers
        Text by number of the item, 1 to 18. What is absent or empty is "not done": silence is
        never taken for yes.

    Returns
    -------
    pandas.DataFrame
        ``item``, ``section``, ``question``, ``answer``.

    Raises
    ------
    InputError
        If there is no item of a number.

    References
    ----------
    .. [1] Stevens, Alkema, Black et al. (2016). Guidelines for Accurate and Transparent Health
       Estimates Reporting: the GATHER statement. *Lancet* 388: e19-e23.

    Examples
    --------
    >>> from gecam.publish import gather_checklist
    >>> gather_checklist({2: "nobody"})["answer"].tolist()[:3]
    ['not done', 'nobody', 'not done']
    """
    unknown = sorted(set(answers) - set(ITEMS))
    if unknown:
        raise InputError(f"GATHER has items 1 to {len(ITEMS)}: got {unknown}")
    rows = [
        (item, section, question, answers.get(item, "").strip() or NOT_DONE)
        for item, (section, question) in ITEMS.items()
    ]
    return pd.DataFrame(rows, columns=list(BESIDE["gather"]))
