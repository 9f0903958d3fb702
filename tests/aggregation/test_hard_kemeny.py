"""Tables on which Kemeny's rule is not solved in time: what is shown, and what is not claimed."""

import numpy as np

from mechdesign import aggregation


def random_table(systems, tasks):
    rng = np.random.default_rng(0)
    return {f"s{k}": rng.integers(0, 10**6, tasks).tolist() for k in range(systems)}


def test_a_limit_ends_the_search_and_is_told():
    found = aggregation.compare(random_table(70, 9), ["borda", "kemeny"], time_limit=0.01)
    how = found.results["kemeny"].provenance
    assert how.gap > 0
    assert how.status == "time limit"
    assert "above the optimum" in found.explain()
    # What is not proved decides nothing about single tasks.
    assert set(found.decisive_tasks) == {"borda"}


def test_no_limit_is_needed_where_it_is_easy():
    found = aggregation.compare(random_table(6, 5), ["borda", "kemeny"])
    assert not found.results["kemeny"].provenance.gap
    assert set(found.decisive_tasks) == {"borda", "kemeny"}
