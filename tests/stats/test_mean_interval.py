"""The confidence interval of a mean."""

import numpy as np
import pytest

from mechdesign.errors import InvalidInputError
from mechdesign.stats.intervals import mean_interval


def test_coverage_is_about_the_level():
    rng = np.random.default_rng(0)
    found = [mean_interval(rng.normal(2, 3, 20), 0.9) for _ in range(500)]
    assert 0.86 < np.mean([one.low < 2 < one.high for one in found]) < 0.94


def test_a_higher_level_is_wider():
    draws = [1.0, 2.0, 4.0]
    assert mean_interval(draws, 0.99).high > mean_interval(draws, 0.9).high


@pytest.mark.parametrize(
    ("draws", "level"),
    [([], 0.9), ([1.0], 0.9), ([1.0, float("nan")], 0.9), ([1, 2], 0), ([1, 2], 1), ([1, 2], "a")],
)
def test_bad_input(draws, level):
    with pytest.raises(InvalidInputError):
        mean_interval(draws, level)
