"""A printed counterexample stands alone: its gap is derived again from the text only."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest

from mechdesign import axioms

from .plain.printed import Printed, ranking
from .plain.votes import dropped, place, view
from .plain.world import Asked, Case, Result, Rule, World
from .test_random_rules import LIFTS, WORLDS


class Told:
    """The rule of which a text tells one or two choices."""

    def __init__(self, printed: Printed) -> None:
        self.known = {printed.case: printed.chosen}
        if printed.other is not None and printed.there is not None:
            self.known[printed.other] = printed.there
        self.kind = printed.chosen.kind

    def __call__(self, case: Case) -> Result:
        return self.known[case]


def gain(world: World, p: Printed, case: Case, agent: Any, before: Result, after: Result) -> Any:
    """How much better one result is than another, under the lift that is told."""
    own = dict(case.rows())[agent]
    if before.kind == after.kind == "one":
        if not world.cardinal:
            sign = world.gain(case, agent, own, before.parts[0][1], after.parts[0][1])
            return sign * abs(before.parts[0][1] - after.parts[0][1])
        return world.gain(case, agent, own, before.parts[0][1], after.parts[0][1])
    if p.lift == "dominance":
        if world.better(case, agent, own, before, after, p.lift) < 0:
            return -1
        worths = [
            [(world.utility(case, agent, own, one), q) for q, one in r.parts]
            for r in (before, after)
        ]
        levels = {u for worth in worths for u, _ in worth}
        tails = [[sum(q for v, q in worth if v >= u) for u in levels] for worth in worths]
        return sum(tails[1]) - sum(tails[0])
    lift = p.lift
    return world.worth(case, agent, own, after, lift) - world.worth(case, agent, own, before, lift)


def alone(world: World, p: Printed) -> int:
    """Whether the one problem that is told violates the definition."""
    world.cases = lambda: iter([p.case])  # type: ignore[method-assign]
    try:
        return int(not getattr(world, p.axiom)(Told(p), p.lift))
    finally:
        del world.cases  # type: ignore[method-assign]


def lying(world: World, p: Printed) -> list[Any]:
    """The gains of those who are told to lie; nobody else does."""
    assert p.other is not None
    for agent, own, told in zip(p.case.agents, p.case.types, p.other.types, strict=True):
        assert own == told or agent in p.agents
    assert p.there is not None
    return [gain(world, p, p.case, a, p.chosen, p.there) for a in p.agents]


def absent(world: World, p: Printed) -> Any:
    (agent,) = p.agents
    if not world.public:
        return -world.worth(p.case, agent, dict(p.case.rows())[agent], p.chosen, p.lift)
    assert p.other == p.case.without(agent)
    return gain(world, p, p.case, agent, p.chosen, p.there)  # type: ignore[arg-type]


def left(world: World, p: Printed) -> Any:
    (agent,) = p.agents
    assert p.other is not None
    assert p.there is not None
    assert len(p.other.agents) == len(p.case.agents) - 1
    return gain(world, p, p.other, agent, p.there, p.chosen)


def exchanged(world: World, p: Printed) -> Any:
    case, other = p.case, p.other
    assert other is not None
    assert p.there is not None
    gaps = []
    for order in itertools.permutations(range(len(case.types))):
        if tuple(case.types[j] for j in order) != other.types:
            continue
        far = [Fraction(0)]
        if world.cardinal:
            for k, j in enumerate(order):
                new = world.worth(other, k, other.types[k], p.there, p.lift)
                far.append(abs(new - world.worth(case, j, case.types[j], p.chosen, p.lift)))
        differ = world.public and p.chosen.choices(world) != p.there.choices(world)
        gaps.append(max(far) or int(differ))
    return p.gap if p.gap in gaps else gaps


def equals(world: World, p: Printed) -> Any:
    a, b = p.agents
    own = dict(p.case.rows())
    assert own[a] == own[b]
    results = [p.chosen]
    if p.lift == "ex_post":
        results = [Result("one", ((1, one),)) for _, one in p.chosen.parts]
    return max(
        abs(world.worth(p.case, a, own[a], r, p.lift) - world.worth(p.case, b, own[b], r, p.lift))
        for r in results
    )


def improved(world: World, p: Printed) -> Any:
    assert p.alternative is not None
    results = [p.chosen]
    if p.chosen.kind == "set" or p.lift == "ex_post":
        results = [Result("one", ((1, one),)) for _, one in p.chosen.parts]
    best: Any = -1
    for result in results:
        gains = []
        for agent, own in p.case.rows():
            if result.kind == "one" and p.alternative.kind == "one":
                gains.append(gain(world, p, p.case, agent, result, p.alternative))
            else:
                now = world.worth(p.case, agent, own, result, "")
                gains.append(world.worth(p.case, agent, own, p.alternative, "") - now)
        if p.axiom == "weak_pareto":
            best = max(best, min(gains))
        elif min(gains) >= 0:
            best = max(best, max(gains))
    return best


def infeasible(world: World, p: Printed) -> Any:
    assert p.alternative is not None
    wrong = p.alternative.parts[0][1]
    assert wrong in [one for _, one in p.chosen.parts]
    assert wrong not in world.possible(p.case)
    extra = p.case.extra
    if hasattr(extra, "budget") and extra.budget is not None:
        return extra.costs[extra.labels.index(wrong)] - extra.budget
    return 1


def apart(world: Any, p: Printed) -> Any:
    """By how much a group of a line is too far (or too near)."""
    at = [dict(p.case.rows())[a] for a in p.agents]
    share, spread = Fraction(len(at), len(p.case.agents)), max(at) - min(at)
    whole = max(p.case.types) - min(p.case.types)
    results = [p.chosen]
    if p.lift == "ex_post":
        results = [Result("one", ((1, one),)) for _, one in p.chosen.parts]
    name, gaps = p.axiom, []
    for result, own in itertools.product(results, at):
        worth = world.worth(p.case, None, own, result, p.lift)
        if name.startswith("obnoxious"):
            gaps.append(share / 2 - ("proportional" in name) * spread - worth)
        else:
            length = whole if name.startswith("strong") else 1
            gaps.append(1 - worth - length * (1 - share) - ("proportional" in name) * spread)
    assert ("individual" in name) <= (len(at) == 1)
    assert ("unanimous" in name) <= (spread == 0)
    return max(gaps)


def proportional(world: World, p: Printed) -> Any:
    assert set(p.case.types) <= {0, 1}
    mean = Fraction(sum(p.case.types), len(p.case.types))
    places = [one for _, one in p.chosen.parts]
    if p.chosen.kind == "lottery" and p.lift != "ex_post":
        places = [sum(q * one for q, one in p.chosen.parts)]
    return max(abs(one - mean) for one in places)


# ------------------------------------------------------------------------- auctions and matching


def auction(world: Any, p: Printed) -> Any:
    one = p.chosen.parts[0][1]
    own, paid = dict(p.case.rows()), dict(one[1])
    if p.axiom == "no_positive_transfers":
        return -paid[p.agents[0]]
    if p.axiom == "allocative_efficiency":
        return world.best(p.case) - world.welfare(p.case, one)
    if p.axiom == "auction_core":
        have = sum(paid.values()) + sum(world.utility(p.case, a, own[a], one) for a in p.agents)
        return world.best(p.case.only(p.agents)) - have
    if p.axiom == "revenue_monotonicity":
        assert p.there is not None
        assert p.other == p.case.without(p.agents[0])
        return sum(pay for _, pay in p.there.parts[0][1][1]) - sum(paid.values())
    a, b = p.agents
    swapped = own[a] * world.clicks(b, one) - paid.get(b, 0)
    assert p.axiom == "slot_envy_freeness" or world.clicks(b, one) > 0
    return swapped - world.utility(p.case, a, own[a], one)


def allocated(world: Any, p: Printed) -> Any:
    (agent,) = p.agents
    assert p.other is not None
    assert p.there is not None
    assert p.other.types[p.other.agents.index(agent)] > dict(p.case.rows())[agent]
    if hasattr(world, "clicks"):
        before, after = (
            sum(q * world.clicks(agent, one) for q, one in r.parts) for r in (p.chosen, p.there)
        )
    else:
        before, after = (world._successes(r, agent) for r in (p.chosen, p.there))
    return before - after


def filled(world: Any, p: Printed) -> Any:
    worse, better = p.agents
    assert dict(p.case.rows())[worse] == dict(p.case.rows())[better]
    return world._successes(p.chosen, better) - world._successes(p.chosen, worse)


def fluid(world: Any, p: Printed) -> Any:
    left_over, most = Fraction(2), Fraction(0)
    for weight in sorted(p.case.types, reverse=True):
        taken = min(left_over, 1 / world.p)
        left_over -= taken
        most += taken * world.p * weight
    return most / 2 - sum(own * world._successes(p.chosen, a) for a, own in p.case.rows())


# ------------------------------------------------------------------------- packages


def short(world: Any, p: Printed) -> Any:
    (agent,) = p.agents
    worth = world.worth(p.case, agent, dict(p.case.rows())[agent], p.chosen, p.lift)
    if p.axiom == "individual_rationality":
        return -worth
    return Fraction(world.ideal(p.case)[agent]) / len(p.case.agents) - worth


def blocked(world: Any, p: Printed) -> Any:
    assert p.alternative is not None
    other = p.alternative.parts[0][1]
    cost = p.case.extra.costs[p.case.extra.labels.index(other)]
    share = Fraction(len(p.agents), len(p.case.agents))
    assert share >= (cost / p.case.extra.budget if p.case.extra.budget else 1)
    results = [p.chosen]
    if p.lift == "ex_post":
        results = [Result("one", ((1, one),)) for _, one in p.chosen.parts]
    own = dict(p.case.rows())
    return max(
        min(
            world.utility(p.case, a, own[a], other) - world.worth(p.case, a, own[a], r, p.lift)
            for a in p.agents
        )
        for r in results
    )


def worths(world: World, p: Printed, case: Case, result: Result) -> list[Any]:
    return [world.worth(case, a, own, result, p.lift) for a, own in case.rows()]


def grown(world: Any, p: Printed) -> Any:
    (agent,) = p.agents
    small, large = p.case, p.other
    assert large is not None
    assert p.there is not None
    if p.axiom == "disagreement_monotonicity":
        assert dict(large.extra.reserve)[agent] > dict(small.extra.reserve).get(agent, 0)
        assert small.types == large.types
    else:
        assert small in list(world.smaller(large))
        old, new = world.ideal(small), world.ideal(large)
        others = [a for a in small.agents if a != agent]
        if p.axiom == "restricted_monotonicity":
            assert old == new
        elif p.axiom == "individual_monotonicity":
            assert all(old[a] == new[a] for a in others)
    return worths(world, p, small, p.chosen)[agent] - worths(world, p, large, p.there)[agent]


def staged(world: Any, p: Printed) -> Any:
    assert p.other is not None
    assert p.there is not None
    first = [Fraction(x) for x in re.search(r"worth \((.*?)\)", p.told)[1].split(", ")]  # type: ignore[index]
    assert dict(p.other.extra.reserve) == {a: d for a, d in enumerate(first) if d}
    before, after = worths(world, p, p.case, p.chosen), worths(world, p, p.other, p.there)
    return max(abs(x - y) for x, y in zip(before, after, strict=True))


def part(world: World, p: Printed) -> Any:
    one, extra = p.chosen.parts[0][1], p.case.extra
    k = extra.labels.index(one)
    assert p.other is not None
    assert p.there is not None
    rows = zip(p.case.types, p.other.types, strict=True)
    if p.axiom == "support_monotonicity":
        assert all(x[k] <= y[k] and x[:k] == y[:k] and x[k + 1 :] == y[k + 1 :] for x, y in rows)
    else:
        assert all(x == y for x, y in rows)
        assert p.other.extra.costs[k] < extra.costs[k]
    return int(one != p.there.parts[0][1])


def contracted(world: Any, p: Printed) -> Any:
    assert p.other in list(world.smaller(p.case))
    assert p.other is not None
    assert p.there is not None
    if p.chosen.kind == "lottery":
        before, after = worths(world, p, p.case, p.chosen), worths(world, p, p.other, p.there)
        assert world._mixes_to(p.other, before)
        return max(abs(x - y) for x, y in zip(before, after, strict=True))
    chosen = {one for _, one in p.chosen.parts} & set(world.outcomes(p.other))
    return int(bool(chosen) and chosen != {one for _, one in p.there.parts})


# ------------------------------------------------------------------------- votes


def won(result: Result | None) -> set[str]:
    assert result is not None
    return {x for _, one in result.parts for x in one[0]}


def renamed(world: Any, p: Printed) -> int:
    for image in itertools.permutations(p.case.extra):
        names = dict(zip(p.case.extra, image, strict=True))
        if tuple(world.renamed_report(r, names) for r in p.case.types) != p.other.types:  # type: ignore[union-attr]
            continue
        parts = tuple((q, world.renamed_report(one, names)) for q, one in p.chosen.parts)
        if p.chosen._replace(parts=parts).choices(world) != p.there.choices(world):  # type: ignore[union-attr]
            return 1
    return 0


def reversal(world: World, p: Printed) -> int:
    assert p.other is not None
    assert p.other.types == tuple(r[::-1] for r in p.case.types)
    return int(len(won(p.chosen)) == 1 and won(p.chosen) <= won(p.there))


def joined(world: World, p: Printed) -> int:
    common = re.search(r"both (?:give|choose) (.*), but", p.told)[1]  # type: ignore[index]
    assert p.other == p.case.only(p.agents)
    if p.axiom == "group_consistency":
        assert p.there is not None
        assert ranking(common) == p.there.parts[0][1]
        return int(p.chosen.parts[0][1] != ranking(common))
    assert set(common.split(" and ")) <= won(p.there)
    return int(won(p.chosen) != set(common.split(" and ")))


def involved(world: World, p: Printed) -> int:
    (agent,) = p.agents
    assert p.other == p.case.without(agent)
    own, positive = dict(p.case.rows())[agent], p.axiom.startswith("positive")
    label = own[0 if positive else -1][0]
    before, after = label in won(p.there), label in won(p.chosen)
    return int(before == positive and after != positive)


def copied(world: Any, p: Printed) -> int:
    assert p.other is not None
    assert p.there is not None
    extra = p.other.types[len(p.case.types) :]
    if p.axiom == "homogeneity":
        assert extra == p.case.types * (len(extra) // len(p.case.types))
    else:
        assert extra == (dict(p.case.rows())[p.agents[0]],)
    return int(p.chosen.choices(world) != p.there.choices(world))


def lifted(world: World, p: Printed) -> int:
    assert p.other is not None
    fallen = won(p.chosen) - won(p.there)
    moved = [(r, s) for r, s in zip(p.case.types, p.other.types, strict=True) if r != s]
    return int(
        any(
            all(dropped(r, x) == dropped(s, x) and place(s, x) < place(r, x) for r, s in moved)
            for x in fallen
        )
    )


def pairwise(world: World, p: Printed) -> Any:
    assert p.other is not None
    assert p.there is not None
    votes = list(zip(p.case.types, p.other.types, strict=True))
    gaps = [
        abs(view(p.chosen.parts[0][1], a, b) - view(p.there.parts[0][1], a, b))
        for a, b in itertools.combinations(p.case.extra, 2)
        if all(view(r, a, b) == view(s, a, b) for r, s in votes)
    ]
    return p.gap if p.gap in gaps else gaps


def removed(world: Any, p: Printed) -> int:
    (label,) = set(p.case.extra) - set(p.other.extra)  # type: ignore[union-attr]
    assert p.other == world._removed(p.case, label)
    world._removals = lambda: iter([(p.case, label, p.other)])
    try:
        return int(not getattr(world, p.axiom)(Told(p), p.lift))
    finally:
        del world._removals


DERIVED: dict[Callable[[Any, Printed], Any], str] = {
    lambda w, p: lying(w, p)[0]: "strategyproofness",
    lambda w, p: min(lying(w, p)): "group_strategyproofness",
    lambda w, p: max(lying(w, p)) if min(lying(w, p)) >= 0 else 0: "strong_group_strategyproofness",
    absent: "participation twins",
    left: "population_monotonicity",
    exchanged: "anonymity",
    equals: "equal_treatment",
    improved: "pareto_efficiency weak_pareto",
    infeasible: "feasibility",
    apart: "individual_fair_share unanimous_fair_share proportional_fairness "
    "strong_proportional_fairness obnoxious_individual_fair_share "
    "obnoxious_unanimous_fair_share obnoxious_proportional_fairness",
    proportional: "facility_proportionality",
    auction: "no_positive_transfers allocative_efficiency auction_core revenue_monotonicity "
    "swap_envy_freeness slot_envy_freeness",
    allocated: "allocation_monotonicity",
    filled: "equal_fill",
    fluid: "half_of_fluid",
    short: "individual_rationality midpoint_domination",
    blocked: "core",
    grown: "strong_monotonicity restricted_monotonicity individual_monotonicity "
    "disagreement_monotonicity",
    staged: "step_by_step",
    part: "support_monotonicity discount_monotonicity",
    contracted: "nash_contraction",
    renamed: "neutrality",
    reversal: "reversal_symmetry",
    joined: "group_consistency reinforcement",
    involved: "positive_involvement negative_involvement",
    copied: "homogeneity task_duplication",
    lifted: "candidate_monotonicity",
    pairwise: "arrow_iia",
    removed: "irrelevant_removal local_iia pareto_dominated_independence "
    "smith_dominated_independence clone_independence",
    alone: "unanimity symmetry condorcet_consistency condorcet_loser majority mutual_majority "
    "smith_criterion schwartz_criterion cancellation ranking_pareto",
}
BY_AXIOM = {axiom: derive for derive, listed in DERIVED.items() for axiom in listed.split()}
#: What no rule of these worlds can violate: public outcomes are worth the same to equals, nobody is
#: charged or below 0, every place and every ranking is feasible.
KEPT = {
    "facility": ("equal_treatment", "feasibility"),
    "aggregation": ("equal_treatment", "feasibility"),
    "auctions": ("feasibility",),
    "matching": ("participation", "individual_rationality"),
    "bargaining": ("equal_treatment", "individual_rationality", "neutrality"),
}
CASES = [
    (family, axiom)
    for family, worlds in WORLDS.items()
    for axiom in dict.fromkeys(axiom for world in worlds for axiom in world.axioms)
    if axiom not in KEPT[family]
]


@pytest.mark.parametrize(("family", "axiom"), CASES)
def test_the_gap_is_derived_from_the_text(family: str, axiom: str) -> None:
    found = 0
    for seed in range(60):
        world = WORLDS[family][seed % len(WORLDS[family])]
        if axiom not in world.axioms:
            continue
        kind = world.kinds[seed // 2 % len(world.kinds)]
        lift = LIFTS[kind][seed // 3 % len(LIFTS[kind])]
        scope = {"setting": world.setting, "lift": lift or None, **world.scope}
        witness = axioms.check(axiom, Asked(Rule(world, kind, seed)), **scope).witness
        if witness is None:
            continue
        printed = Printed(str(witness), world)
        assert printed.axiom == axiom
        assert BY_AXIOM[axiom](world, printed) == printed.gap > 0, witness
        found += 1
        if found == 6:
            break
    assert found
