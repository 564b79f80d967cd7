import math

import pytest

from gecam.errors import InputError, NotEstimatedError
from gecam.mortality import chapman, lincoln_petersen


def test_chapman_stays_finite_without_overlap_and_says_so():
    size = chapman(20, 30, 0)
    assert size.estimate == 21 * 31 - 1
    assert "NO_OVERLAP" in size.flags


def test_without_overlap_the_profile_interval_has_no_upper_end():
    size = chapman(20, 30, 0)
    assert size.upper == math.inf
    assert size.lower > 50  # more than were seen
    assert math.isfinite(chapman(20, 30, 0, interval="lognormal").upper)


def test_the_default_interval_of_both_estimators_is_the_profile_one():
    for estimator in (chapman, lincoln_petersen):
        assert estimator(60, 50, 6) == estimator(60, 50, 6, interval="profile")


@pytest.mark.parametrize(
    "counts", [(20, 30, 0), (1000, 1000, 1), (5, 8, 4), (60, 50, 6), (0, 4, 0)]
)
@pytest.mark.parametrize("level", [0.01, 0.5, 0.9])
def test_the_interval_holds_the_estimate_beside_it(counts, level):
    for estimator in (chapman, lincoln_petersen) if counts[2] else (chapman,):
        size = estimator(*counts, level=level)
        assert size.lower <= size.estimate <= size.upper


def test_two_empty_lists_set_no_bound():
    size = chapman(0, 0, 0)
    assert (size.estimate, size.lower, size.upper) == (0, 0, math.inf)


def test_lincoln_petersen_refuses_lists_without_overlap():
    with pytest.raises(NotEstimatedError, match="no unit is on both lists"):
        lincoln_petersen(20, 30, 0)


def test_profile_ends_are_where_the_likelihood_has_fallen_by_half_of_chi_square():
    # Independent check: log-likelihood of N for two lists with fixed margins is hypergeometric up
    # to the nuisance probabilities at their maxima; evaluated here with math.lgamma alone.
    n1, n2, m = 60, 50, 12

    def log_likelihood(size):
        seen = n1 + n2 - m
        value = math.lgamma(size + 1) - math.lgamma(size - seen + 1)
        for n in (n1, n2):
            value += n * math.log(n / size) + (size - n) * math.log(1 - n / size)
        return value

    size = lincoln_petersen(n1, n2, m, level=0.95)
    peak = max(log_likelihood(n) for n in range(n1 + n2 - m, 1000))
    for end in (size.lower, size.upper):
        # 1.9207 = chi-square(1, 0.95)/2; the peak on whole numbers is within 0.001 of the peak
        assert peak - log_likelihood(end) == pytest.approx(1.9207, abs=2e-3)


def test_profile_and_lognormal_intervals_differ_and_both_lean_to_the_right():
    profile = lincoln_petersen(60, 50, 6, interval="profile")
    lognormal = lincoln_petersen(60, 50, 6, interval="lognormal")
    assert profile.upper != lognormal.upper
    for size in (profile, lognormal):
        assert size.upper - size.estimate > size.estimate - size.lower


def test_a_full_overlap_leaves_nobody_unseen():
    assert chapman(40, 40, 40).estimate == 40
    assert lincoln_petersen(40, 40, 40).lower == pytest.approx(40)


def test_overlap_larger_than_a_list_is_an_error():
    with pytest.raises(InputError, match="both must not exceed a list: got both=31"):
        chapman(30, 50, 31)


@pytest.mark.parametrize("bad", [-1, 2.5, math.nan])
def test_counts_must_be_whole_and_not_negative(bad):
    with pytest.raises(InputError, match="whole number"):
        chapman(bad, 50, 0)


def test_level_and_interval_are_checked():
    with pytest.raises(InputError, match=r"level must lie in \(0, 1\): got 90"):
        chapman(30, 50, 3, level=90)
    with pytest.raises(InputError, match="interval must be"):
        chapman(30, 50, 3, interval="wald")
