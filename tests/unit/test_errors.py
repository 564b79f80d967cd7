"""Messages of errors: sentences that end, and every problem."""

from __future__ import annotations

from gecam.errors import InputError, Problem


def test_a_reason_ends_before_its_remedy():
    assert str(Problem("no year-end", "Add it.", row=3)) == "row 3: no year-end. Add it."
    assert str(Problem("no year-end.", "Add it.")) == "no year-end. Add it."
    assert str(Problem("no year-end")) == "no year-end"


def test_a_message_lists_every_cause_and_says_so_where_it_does_not():
    problems = [Problem(f"not a number: {n}", row=n) for n in range(150)]
    few = InputError("50 problems", problems[:50])
    assert str(few).count("not a number") == 50
    many = InputError("150 problems", problems)
    assert str(many).endswith("... and 50 more (see .problems)")
    assert many.text().count("not a number") == 150
