"""Reserved seats and quotas, and stable matchings of choices among sets."""

import itertools
import random

import pytest

from mechdesign import allocation
from mechdesign.errors import InvalidInputError, LimitReachedError


def test_order_of_seats_matters():
    groups = {"near": [2, 3]}
    for first, wanted in (("reserved", {0, 2}), ("open", {2, 3})):
        school = allocation.reserved_seats([2, 0, 1, 3], 2, {"near": 1}, groups, first=first)
        assert set(school.choose(range(4))) == wanted
        # Nobody of the group comes: the reserve is soft.
        assert set(school.choose([0, 1])) == {0, 1}


def random_school(rng, names):
    priority = rng.sample(names, rng.randint(1, len(names)))
    capacity = rng.randint(0, 3)
    if rng.random() < 0.5:
        types = {s: rng.choice("xy") for s in names}
        return allocation.Quotas(tuple(priority), capacity, types, {"x": rng.randint(0, 2)})
    groups = {"g": rng.sample(priority, rng.randint(0, len(priority)))}
    reserve = {"g": rng.randint(0, capacity)}
    first = rng.choice(("reserved", "open"))
    return allocation.reserved_seats(priority, capacity, reserve, groups, first=first)


@pytest.mark.parametrize("seed", range(5))
def test_choices_are_substitutes_and_offers_are_best_of_the_stable(seed):
    rng = random.Random(seed)
    names = list(range(4))
    for _ in range(8):
        schools = {b: random_school(rng, names) for b in "ab"}
        for school in schools.values():
            report = allocation.check_choice(school, names)
            assert report.path_independent
            assert report.aggregate_demand is None
        lists = {s: rng.sample("ab", rng.randint(0, 2)) for s in names}
        found = allocation.choose_by_offers(lists, schools)
        stable = []
        for got in itertools.product([None, "a", "b"], repeat=len(names)):
            held = {b: [s for s in names if got[s] == b] for b in schools}
            fits = all(got[s] is None or got[s] in lists[s] for s in names)
            if not fits or any(len(schools[b].choose(held[b])) < len(held[b]) for b in held):
                continue
            wants = [
                (s, b)
                for s in names
                for b in (lists[s][: lists[s].index(got[s])] if got[s] else lists[s])
            ]
            if not any(s in schools[b].choose([*held[b], s]) for s, b in wants):
                stable.append(got)
        assert tuple(found.values()) in stable
        for s in names:
            places = [lists[s].index(got[s]) if got[s] else 9 for got in stable]
            assert (lists[s].index(found[s]) if found[s] else 9) == min(places)
        # Rural hospitals: with aggregate demand all stable matchings fill the same.
        assert len({tuple(map(got.count, "ab")) for got in stable}) == 1


def test_what_is_no_substitute_is_found_and_refused():
    def couple(there):
        return there if set(there) >= {"x", "y"} else [s for s in there if s == "z"]

    report = allocation.check_choice(couple, ["x", "y", "z"])
    assert report.substitutes == (("x",), "y")
    assert report.aggregate_demand is None
    assert "no" in report.table().column("holds")
    with pytest.raises(InvalidInputError, match="substitutes"):
        allocation.choose_by_offers({"x": "a", "y": "a"}, {"a": couple})

    def fickle(there):
        return sorted(there)[:1] if len(there) < 3 else sorted(there)[1:2]

    assert allocation.check_choice(fickle, [0, 1, 2]).consistency is not None

    def fewer(there):
        return [0] if 0 in there else there

    assert allocation.check_choice(fewer, [0, 1, 2]).aggregate_demand == ((1, 2), 0)
    with pytest.raises(LimitReachedError, match="12"):
        allocation.check_choice(fewer, range(13))
    with pytest.raises(InvalidInputError, match="who applies"):
        allocation.check_choice(lambda there: ["q"], ["x"])
    with pytest.raises(InvalidInputError, match="at most 1"):
        allocation.reserved_seats([0], 1, {"g": 2}, {"g": [0]})
    with pytest.raises(InvalidInputError, match="groups"):
        allocation.reserved_seats([0], 1, {"h": 1}, {"g": [0]})
    with pytest.raises(InvalidInputError, match="function"):
        allocation.choose_by_offers({"x": "a"}, {"a": 3})
    for wrong in (((0, 0), 1, {}, {}), ((0,), -1, {}, {}), ((0,), 1, {}, {"x": -1})):
        with pytest.raises(InvalidInputError):
            allocation.Quotas(*wrong)
