"""Ties by three notions, couples, and projects of lecturers: against all matchings."""

import itertools
import random

import pytest

from mechdesign import allocation
from mechdesign.errors import InvalidInputError, LimitReachedError

pytest.importorskip("scipy")


def every_matching(names, places):
    """All maps of names to places or None that keep within capacities."""
    for got in itertools.product([None, *places], repeat=len(names)):
        if all(got.count(b) <= c for b, c in places.items()):
            yield dict(zip(names, got, strict=True))


def ranks(classes):
    return {b: k for k, tied in enumerate(classes) for b in tied}


def tied(rng, labels):
    chosen = rng.sample(labels, rng.randint(0, len(labels)))
    classes = []
    for label in chosen:
        if classes and rng.random() < 0.4:
            classes[-1].append(label)
        else:
            classes.append([label])
    return [tuple(own) for own in classes]


def blocks(mine, theirs, got, a, b, room, notion):
    """Whether a pair that both accept blocks, in the words of each notion."""
    held = [theirs[b][c] for c, d in got.items() if d == b]
    now = len(mine[a]) + 9 if got[a] is None else mine[a][got[a]]
    free = len(held) < room[b]
    more = mine[a][b] < now, free or any(r > theirs[b][a] for r in held)
    least = mine[a][b] <= now, free or any(r >= theirs[b][a] for r in held)
    if got[a] == b:
        return False
    if notion == "weak":
        return all(more)
    if notion == "super":
        return all(least)
    return (more[0] and least[1]) or (least[0] and more[1])


@pytest.mark.parametrize("seed", range(6))
def test_three_notions_against_all_matchings(seed):
    rng = random.Random(seed)
    for _ in range(8):
        n, m = rng.randint(1, 4), rng.randint(1, 3)
        lists = {a: tied(rng, [f"h{k}" for k in range(m)]) for a in range(n)}
        orders = {f"h{k}": tied(rng, list(range(n))) for k in range(m)}
        room = {b: rng.randint(0, 2) for b in orders}
        problem = allocation.two_sided().problem(lists, receivers=orders, capacities=room)
        mine = {a: ranks(own) for a, own in lists.items()}
        theirs = {b: ranks(own) for b, own in orders.items()}
        pairs = [(a, b) for a in mine for b in mine[a] if a in theirs[b]]
        legal = [
            got
            for got in every_matching(list(range(n)), room)
            if all(b is None or (a, b) in pairs for a, b in got.items())
        ]
        for notion in ("weak", "strong", "super"):
            stable = [
                got
                for got in legal
                if not any(blocks(mine, theirs, got, a, b, room, notion) for a, b in pairs)
            ]
            found = allocation.largest_stable_matching(problem, stability=notion)
            if found is None:
                assert not stable
                continue
            assert dict(found.choice) in stable
            assert found.details["proved"]
            sizes = [sum(b is not None for b in got.values()) for got in stable]
            assert found.details["size"] == max(sizes)


def test_weakly_stable_matchings_differ_in_size():
    lists = {"m0": "w0 > w1", "m1": "w0"}
    problem = allocation.two_sided().problem(lists, receivers={"w0": "m0 ~ m1", "w1": "m0"})
    found = allocation.largest_stable_matching(problem)
    assert dict(found.choice) == {"m0": "w1", "m1": "w0"}
    assert allocation.largest_stable_matching(problem, stability="strong") is None
    with pytest.raises(InvalidInputError, match="stability"):
        allocation.largest_stable_matching(problem, stability="strict")
    large = allocation.school_choice().problem([list(range(50))] * 50)
    with pytest.raises(LimitReachedError, match="pairs"):
        allocation.largest_stable_matching(large)


def takes(orders, room, got, h, coming, leaving):
    """Whether a hospital's best within its capacity include all who come."""
    there = [r for r, k in got.items() if k == h and r not in leaving] + list(coming)
    kept = sorted(there, key=orders[h].index)[: room[h]]
    return all(r in kept for r in coming)


def stable_with_couples(singles, orders, couples, room, got):
    parties = {(r,): [(h,) for h in own] for r, own in singles.items()} | couples
    if any(h is not None and r not in orders[h] for r, h in got.items()):
        return False
    for who, wishes in parties.items():
        now = tuple(got[r] for r in who)
        if now not in wishes and any(h is not None for h in now):
            return False
        better = wishes[: wishes.index(now)] if now in wishes else wishes
        for target in better:
            coming = {
                h: [r for r, k in zip(who, target, strict=True) if k == h] for h in target if h
            }
            if any(r not in orders[h] for h, new in coming.items() for r in new):
                continue
            if all(takes(orders, room, got, h, new, who) for h, new in coming.items()):
                return False
    return True


@pytest.mark.parametrize("seed", range(5))
def test_couples_against_all_matchings(seed):
    rng = random.Random(seed)
    none = 0
    for _ in range(10):
        hospitals = ["h", "k", "l"][: rng.randint(2, 3)]
        singles = {r: rng.sample(hospitals, rng.randint(0, 2)) for r in (2, 3)}
        pairs = [p for p in itertools.product([*hospitals, None], repeat=2) if p != (None, None)]
        couples = {(0, 1): rng.sample(pairs, rng.randint(1, 4))}
        orders = {h: rng.sample(range(4), rng.randint(2, 4)) for h in hospitals}
        room = {h: rng.randint(1, 2) for h in hospitals}
        found = allocation.match_with_couples(singles, orders, couples, capacities=room)
        stable = [
            got
            for got in every_matching([2, 3, 0, 1], room)
            if stable_with_couples(singles, orders, couples, room, got)
        ]
        if found is None:
            none += 1
            assert not stable
        else:
            assert found in stable, (singles, orders, couples, room)
            sizes = [sum(b is not None for b in got.values()) for got in stable]
            assert sum(b is not None for b in found.values()) == max(sizes)


def test_one_couple_and_no_stable_matching():
    one = {2: ["h0", "h1"]}
    orders = {"h0": [0, 2], "h1": [2, 1]}
    couple = {(0, 1): [("h0", "h1")]}
    assert allocation.match_with_couples(one, orders, couple) is None
    assert allocation.match_with_couples({}, {}, {}) == {}
    for wrong in (
        ({0: []}, orders, couple),
        (one, orders, {(0, 1): [("h0", "x")]}),
        (one, orders, {(0, 1): [("h0",)]}),
        (one, orders, {0: []}),
        (one, {"h0": [0, 9]}, couple),
        ([], orders, couple),
    ):
        with pytest.raises(InvalidInputError):
            allocation.match_with_couples(*wrong)


def stable_projects(students, projects, lecturers, room, load, got):
    teams = {k: [s for s, p in got.items() if p and projects[p] == k] for k in lecturers}
    if any(len(team) > load[k] for k, team in teams.items()):
        return False
    for s, own in students.items():
        if got[s] is not None and (got[s] not in own or s not in lecturers[projects[got[s]]]):
            return False
    for s, own in students.items():
        better = own[: own.index(got[s])] if got[s] is not None else own
        for p in better:
            k = projects[p]
            order, team = lecturers[k], teams[k]
            if s not in order:
                continue
            here = [a for a, b in got.items() if b == p]

            def prefers(group, order=order, s=s):
                return any(order.index(a) > order.index(s) for a in group)

            if len(here) < room[p]:
                if len(team) < load[k] or s in team or prefers(team):
                    return False
            elif prefers(here):
                return False
    return True


@pytest.mark.parametrize("seed", range(6))
def test_projects_against_all_assignments(seed):
    rng = random.Random(seed)
    for _ in range(8):
        names = [f"s{k}" for k in range(rng.randint(1, 4))]
        projects = {p: rng.choice("kl") for p in "pqr"[: rng.randint(1, 3)]}
        students = {s: rng.sample([*projects], rng.randint(0, len(projects))) for s in names}
        lecturers = {k: rng.sample(names, rng.randint(1, len(names))) for k in "kl"}
        room = {p: rng.randint(0, 2) for p in projects}
        load = {k: rng.randint(0, 3) for k in lecturers}
        found = allocation.assign_projects(
            students, projects, lecturers, project_capacities=room, lecturer_capacities=load
        )
        stable = [
            got
            for got in every_matching(names, room)
            if stable_projects(students, projects, lecturers, room, load, got)
        ]
        assert found in stable
        for s, own in students.items():
            place = [own.index(got[s]) if got[s] else len(own) for got in stable]
            assert (own.index(found[s]) if found[s] else len(own)) == min(place)
    with pytest.raises(InvalidInputError, match="lecturer"):
        allocation.assign_projects({"a": "p"}, {"p": "x"}, {"k": "a"})
    with pytest.raises(InvalidInputError, match="ties"):
        allocation.assign_projects({"a": "p ~ q"}, {"p": "k", "q": "k"}, {"k": "a"})
