"""The auctions against their definitions on random instances."""

import itertools
import random
from fractions import Fraction

import numpy as np
import pytest
from scipy.optimize import linprog

from mechdesign import auctions
from mechdesign.auctions import definitions


def slots(count, seed):
    draw = random.Random(seed)
    for _ in range(count):
        bids = [Fraction(draw.randint(0, 8), 2) for _ in range(draw.randint(1, 5))]
        ctr = sorted(
            (Fraction(draw.randint(0, 6), 6) for _ in range(draw.randint(1, 4))), reverse=True
        )
        yield bids, ctr


@pytest.mark.parametrize("name", ["gsp", "gfp", "vcg"])
def test_payments_are_those_of_the_definition(name):
    for bids, ctr in slots(300, name):
        paid = getattr(auctions, name)(bids, ctr=ctr).payments
        assert list(paid.values()) == getattr(definitions, name)(bids, ctr), (bids, ctr)


def test_laddered_payments_are_those_of_the_definition():
    draw = random.Random(3)
    for _ in range(200):
        n, m = draw.randint(1, 4), draw.randint(1, 3)
        bids = [Fraction(draw.randint(0, 6)) for _ in range(n)]
        p = [
            sorted((Fraction(draw.randint(0, 5), 5) for _ in range(m)), reverse=True) for _ in bids
        ]
        paid = auctions.laddered(bids, p=p).payments
        assert list(paid.values()) == definitions.laddered(bids, p), (bids, p)


@pytest.mark.parametrize("model", ["mnl", "cascade"])
def test_content_vcg_is_that_of_the_definition(model):
    draw = random.Random(model)
    for _ in range(80):
        n, m = draw.randint(1, 4), draw.randint(1, 3)
        values = [Fraction(draw.randint(0, 9)) for _ in range(n)]
        p = [[Fraction(draw.randint(0, 4), 5) for _ in range(m)] for _ in range(n)]
        capacity = draw.randint(1, m)
        found = auctions.content_vcg(values, p=p, capacity=capacity, model=model, order="fixed")
        clicks = getattr(definitions, model)(p)
        most, allowed = definitions.content_vcg(values, clicks, m, capacity)
        assert definitions.welfare(values, clicks(found.choice.shown)) == most, (values, p)
        assert list(found.payments.values()) == allowed[tuple(found.choice.shown)], (values, p)


def test_second_prices_are_those_of_the_definition():
    for bids, _ in slots(200, "second"):
        reserve = Fraction(3, 2)
        paid = auctions.second_price(bids, reserve=reserve).payments
        assert list(paid.values()) == definitions.second_price(bids, reserve), bids


def markets(count, seed):
    """Values with finitely supported priors and their ironed virtual values."""
    draw = random.Random(seed)
    for _ in range(count):
        n = draw.randint(1, 3)
        supports, priors = [], []
        for _ in range(n):
            support = sorted(draw.sample(range(1, 60), draw.randint(1, 4)))
            parts = [draw.randint(1, 5) for _ in support]
            chances = [Fraction(a, sum(parts)) for a in parts]
            supports.append([Fraction(v) for v in support])
            priors.append(auctions.Discrete(tuple(support), tuple(chances)))
        phi = [
            definitions.virtual_values(s, prior.probabilities)
            for s, prior in zip(supports, priors, strict=True)
        ]
        for prior, own in zip(priors, phi, strict=True):
            assert list(prior.ironed) == own
        yield draw, [draw.choice(s) for s in supports], supports, priors, phi


def test_myerson_sells_slots_as_its_definition_does():
    for draw, values, supports, priors, phi in markets(150, "myerson"):
        ctr = sorted((Fraction(draw.randint(1, 6), 6) for _ in range(2)), reverse=True)
        paid = auctions.myerson(values, ctr=ctr, priors=priors).payments
        assert list(paid.values()) == definitions.myerson(values, supports, phi, ctr)


@pytest.mark.parametrize("model", ["mnl", "cascade"])
def test_content_myerson_shows_what_its_definition_shows(model):
    for draw, values, supports, priors, phi in markets(60, model):
        m = draw.randint(1, 2)
        p = [[Fraction(draw.randint(100, 900), 997) for _ in range(m)] for _ in values]
        found = auctions.content_myerson(
            values, p=p, capacity=m, model=model, order="fixed", priors=priors
        )
        expected = definitions.content_myerson(
            values, supports, phi, getattr(definitions, model)(p), m, m
        )
        assert list(found.payments.values()) == expected, (values, supports, p)


def test_coins_make_the_clicks_of_a_cascade_those_of_mnl():
    draw = random.Random("coins")
    for _ in range(60):
        n, m = draw.randint(1, 3), draw.randint(1, 3)
        values = [Fraction(draw.randint(1, 99)) for _ in range(n)]
        p = [[Fraction(draw.randint(100, 900), 997) for _ in range(m)] for _ in range(n)]
        found = auctions.skip_rendering(values, p=p, capacity=m, order="fixed")
        clicks = definitions.skip_rendering(p, found.choice.shown, found.choice.render)
        assert clicks == definitions.mnl(p)(found.choice.shown)
        _, allowed = definitions.content_vcg(values, definitions.mnl(p), m, m)
        assert list(found.payments.values()) in allowed.values()


def test_kl_vcg_maximises_its_objective():
    draw = random.Random("kl")
    for _ in range(40):
        n, t, tau = draw.randint(1, 3), draw.randint(2, 4), draw.choice([0.5, 1.0, 2.0])
        rewards = [[float(draw.randint(0, 4)) for _ in range(t)] for _ in range(n)]
        raw = [draw.randint(1, 9) for _ in range(t)]
        reference = [x / sum(raw) for x in raw]

        def value(chances, chosen, reference=reference, tau=tau):
            total = [sum(row[y] for row in chosen) for y in range(len(chances))]
            return definitions.kl_vcg(chances, total, reference, tau)

        found = auctions.kl_vcg(rewards, reference=reference, temperature=tau)
        most = value(found.choice, rewards)
        for _ in range(20):
            other = [draw.random() + 1e-9 for _ in range(t)]
            assert value([x / sum(other) for x in other], rewards) <= most + 1e-9
        for i, row in enumerate(rewards):
            rest = rewards[:i] + rewards[i + 1 :]
            alone = rest or [[0.0] * t]
            without = auctions.kl_vcg(alone, reference=reference, temperature=tau).choice
            own = sum(q * r for q, r in zip(found.choice, row, strict=True))
            assert abs(found.payments[i] - (value(without, alone) - (most - own))) < 1e-9


def random_bids(rng, language="xor"):
    m = rng.randint(1, 3)
    subsets = [s for k in range(m) for s in itertools.combinations(range(m), k + 1)]
    data = {
        i: {s: rng.randint(0, 9) for s in rng.sample(subsets, rng.randint(0, len(subsets)))}
        for i in range(rng.randint(1, 4))
    }
    return auctions.bundles().problem(data, items=range(m), language=language)


def kept(problem, setting):
    """What everybody keeps by the definition."""

    def every(one):
        return [
            [
                setting.worth(one, a, own, out.choice)
                for a, own in zip(one.agents, one.types, strict=True)
            ]
            for out in setting.outcomes(one)
        ] or [[0]]

    # Without its last bidder a market has no outcomes to list, and no welfare.
    rest = [every(problem.without(a)) if len(problem) > 1 else [[0]] for a in problem.agents]
    return definitions.clarke(every(problem), rest)


def test_winners_and_payments_are_those_of_all_outcomes():
    rng = random.Random(3)
    for language in ("xor", "or"):
        for _ in range(40):
            problem = random_bids(rng, language)
            expected = kept(problem, auctions.bundles())
            found = auctions.combinatorial_vcg(problem)
            assert tuple(found.utilities.values()) == expected, problem


def test_core_payments_against_all_coalitions_and_a_float_solver():
    rng = random.Random(8)
    for k in range(90):
        problem = random_bids(rng, "or" if k % 3 == 2 else "xor")
        found = auctions.core_nearest(problem)
        own = {
            i: Fraction(auctions.bundles().worth(problem, a, problem.types[i], found.choice))
            for i, a in enumerate(problem.agents)
            if a in found.choice
        }

        def worth_of(inside, problem=problem):
            absent = [a for i, a in enumerate(problem.agents) if i not in inside]
            return (
                Fraction(auctions.bundles().optimal_welfare(problem.without(*absent)))
                if inside
                else Fraction(0)
            )

        bounds = definitions.core_bounds(worth_of, own, len(problem))
        paid = {i: found.pay(problem.agents[i]) for i in own}
        assert all(sum(paid[i] for i in who) >= least for who, least in bounds), problem
        assert all(0 <= paid[i] <= own[i] for i in own), problem
        if not own:
            continue
        # Nobody pays less in all, by another solver; then of these the nearest.
        order = sorted(own)
        rows = [[float(i in who) for i in order] for who, _ in bounds]
        rows += [[-float(i == j) for i in order] for j in order]
        least = [float(b) for _, b in bounds] + [-float(own[j]) for j in order]
        program = linprog(np.ones(len(order)), A_ub=-np.array(rows), b_ub=-np.array(least))
        total = float(sum(paid.values()))
        assert program.fun == pytest.approx(total, abs=1e-7), problem
        vcg = np.array([float(found.details["vcg"][problem.agents[i]]) for i in order])
        table, right = np.array(rows), np.array(least)
        mine = np.array([float(paid[i]) for i in order])
        # The nearest point is the projection onto the rows that bind there: all sets are tried.
        near = np.inf
        for size in range(len(order)):
            for binding in itertools.combinations(range(len(table)), size):
                left = np.vstack([np.ones(len(order)), table[list(binding)]])
                wanted = np.array([total, *right[list(binding)]])
                x = vcg + np.linalg.pinv(left) @ (wanted - left @ vcg)
                inside = (table @ x >= right - 1e-9).all() and abs(x.sum() - total) < 1e-9
                near = min(near, ((x - vcg) ** 2).sum() if inside else np.inf)
        assert ((mine - vcg) ** 2).sum() == pytest.approx(near, abs=1e-9), problem


def test_prices_are_the_lowest_and_highest_that_compete():
    rng = random.Random(5)
    for _ in range(40):
        n, m = rng.randint(1, 3), rng.randint(1, 3)
        rows = [[rng.randint(0, 4) for _ in range(m)] for _ in range(n)]
        every = definitions.competitive_prices([[Fraction(x) for x in own] for own in rows], 4)
        low, high = (
            tuple(pick(column) for column in zip(*every, strict=True)) for pick in (min, max)
        )
        for rule, wanted in (
            (auctions.lowest_prices, low),
            (auctions.ascending_prices, low),
            (auctions.highest_prices, high),
        ):
            out = rule(rows)
            prices = out.details["prices"]
            # Items that nobody gets have the price 0, and so have they in every equilibrium.
            assert tuple(prices[j] for j in range(m)) == wanted, (rule.id, rows)
    # The prices form a lattice.
    for a, b in itertools.product(every, repeat=2):
        assert tuple(map(min, a, b)) in every
        assert tuple(map(max, a, b)) in every
