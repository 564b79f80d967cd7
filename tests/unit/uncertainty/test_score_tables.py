"""Functions of normal scores from tables: equal to what they stand for, draw by draw."""

import numpy as np
import pytest
from scipy.special import ndtr, stdtrit

from gecam.uncertainty import Streams, student_scores


@pytest.mark.parametrize("degrees", [1.0, 3.0, 5.0, 7.21, 12.1, 113.0, 652.0, np.inf])
def test_students_scores_are_those_of_scipy(degrees):
    z = np.concatenate([Streams(1).normal("z", "x", 0, 5_000), np.linspace(-8.3, 8.3, 501)])
    exact = z if degrees == np.inf else np.copysign(stdtrit(degrees, ndtr(-np.abs(z))), z)
    np.testing.assert_allclose(student_scores(z, degrees), exact, rtol=1e-11, atol=1e-13)


def test_a_value_depends_on_its_own_score_alone():
    z = Streams(1).normal("z", "x", 0, 1_000)
    whole = student_scores(z, 7.21)
    np.testing.assert_array_equal(student_scores(z[300:700], 7.21), whole[300:700])
    np.testing.assert_array_equal(student_scores(z.reshape(10, 100), 7.21), whole.reshape(10, 100))
    np.testing.assert_allclose(student_scores(-z, 7.21), -whole, rtol=1e-12)
    assert student_scores(np.array(0.0), 7.21) == 0
