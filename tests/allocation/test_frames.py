"""Data frames are read as the tables that they are."""

import pytest

from mechdesign import allocation, auctions
from mechdesign.errors import InvalidInputError

pd = pytest.importorskip("pandas")
pytest.importorskip("narwhals")


def test_preference_lists():
    students = pd.DataFrame(
        {"agent": ["ann", "bob"], "choice1": ["x", "y"], "choice2": ["y", None]}
    )
    wanted = {"ann": ["x", "y"], "bob": ["y"]}
    schools = pd.DataFrame({"choice1": ["bob", "bob"], "choice2": ["ann", "ann"]}, index=["x", "y"])
    setting = allocation.school_choice()
    both = setting.problem(students, priorities=schools)
    assert both == setting.problem(wanted, priorities={"x": ["bob", "ann"], "y": ["bob", "ann"]})
    assert setting.problem(students.set_index("agent"), objects=["x", "y"]) == setting.problem(
        wanted, objects=["x", "y"]
    )
    long = pd.DataFrame(
        {"agent": ["ann", "ann", "bob"], "object": ["x", "y", "y"], "rank": [1, 2, 1]}
    )
    assert setting.problem(long, objects=["x", "y"]) == setting.problem(wanted, objects=["x", "y"])
    with pytest.raises(InvalidInputError, match="somebody"):
        setting.problem({"ann": [float("nan")]})


def test_values_and_bids():
    values = pd.DataFrame({"car": [8, 6], "boat": [7, 8]}, index=["ann", "bob"])
    named = {"ann": {"car": 8, "boat": 7}, "bob": {"car": 6, "boat": 8}}
    assert allocation.goods().problem(values) == allocation.goods().problem(named)
    plain = pd.DataFrame([[8, 7], [6, 8]])
    assert allocation.goods().problem(plain) == allocation.goods().problem([[8, 7], [6, 8]])
    demand = auctions.unit_demand()
    assert demand.problem(values) == demand.problem(
        {"ann": (8, 7), "bob": (6, 8)}, items=["car", "boat"]
    )
    bids = pd.DataFrame({"bidder": ["ann", "bob"], "items": ["x+y", "x"], "value": [10, 8]})
    assert auctions.bundles().problem(bids) == auctions.bundles().problem(
        {"ann": {("x", "y"): 10}, "bob": {"x": 8}}
    )
