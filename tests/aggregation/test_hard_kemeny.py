"""Tables on which Kemeny's rule is not solved in time: what is shown, and what is not claimed."""

import numpy as np
import pytest

from mechdesign import aggregation
from mechdesign.errors import InvalidInputError


def random_table(systems, tasks):
    rng = np.random.default_rng(0)
    return {f"s{k}": rng.integers(0, 10**6, tasks).tolist() for k in range(systems)}


def test_a_limit_ends_the_search_and_is_told():
    found = aggregation.compare(random_table(70, 9), ["borda", "kemeny"], time_limit=0.01)
    how = found.results["kemeny"].provenance
    assert how.gap > 0
    assert how.status == "time limit"
    assert "above the optimum" in found.explain()
    # A variant of the rule is limited as well.
    by_cuts = aggregation.kemeny(algorithm="lp")
    limited = aggregation.compare(random_table(70, 9), [by_cuts], time_limit=0.01).results
    assert next(iter(limited.values())).provenance.status == "time limit"
    # What is not proved decides nothing about single tasks.
    assert set(found.decisive_tasks) == {"borda"}


def test_no_limit_is_needed_where_it_is_easy():
    found = aggregation.compare(random_table(6, 5), ["borda", "kemeny"])
    assert not found.results["kemeny"].provenance.gap
    assert set(found.decisive_tasks) == {"borda", "kemeny"}


@pytest.mark.parametrize("limit", [-1, float("nan"), float("inf"), "5", True])
def test_a_limit_is_a_number_of_seconds(limit):
    with pytest.raises(InvalidInputError, match="time_limit"):
        aggregation.compare(random_table(3, 2), time_limit=limit)
