"""Position auctions, in plain data."""

from __future__ import annotations

import itertools
from fractions import Fraction

from mechdesign import auctions
from mechdesign.model import Outcome

from .world import HALF, Case, World, plain_number


class Position(World):
    """Advertisers with values 0, 1/2 and 1 per click; a choice is (who is where, who pays what)."""

    name = "auctions"
    public = False
    reserve = True
    kinds = ("one", "one", "lottery")
    payments = (Fraction(0), Fraction(1, 4), HALF, Fraction(1), -Fraction(1, 4))
    axioms = (
        *(one for one in World.axioms if one != "unanimity"),
        "individual_rationality",
        "allocation_monotonicity",
        "allocative_efficiency",
        "no_positive_transfers",
        "swap_envy_freeness",
        "slot_envy_freeness",
        "auction_core",
        "revenue_monotonicity",
    )

    def __init__(self, n, grid, rates):
        self.n, self.rates = n, tuple(map(Fraction, rates))
        self.setting = auctions.position()
        self.scope = {"agents": n, "grid": grid, "slots": self.rates}
        self.reports = tuple(Fraction(k, grid) for k in range(grid + 1))

    def clicks(self, agent, outcome):
        return self.rates[dict(outcome[0])[agent]] if agent in dict(outcome[0]) else Fraction(0)

    def utility(self, case, agent, own, outcome):
        return own * self.clicks(agent, outcome) - dict(outcome[1]).get(agent, 0)

    def placements(self, agents):
        for size in range(min(len(agents), len(self.rates)) + 1):
            for shown in itertools.combinations(agents, size):
                for slots in itertools.permutations(range(len(self.rates)), size):
                    yield tuple(zip(shown, slots, strict=True))

    def draw(self, case, rng):
        placed = rng.choice(list(self.placements(case.agents)))
        payers = case.agents if rng.random() < 0.3 else [a for a, _ in placed]
        return placed, tuple((a, rng.choice(self.payments)) for a in payers)

    def possible(self, case):
        raise NotImplementedError

    def feasibility(self, rule, lift):
        return True  # only placements are drawn

    def in_units(self, unit):
        return self.setting, self.scope | {"grid": tuple(x * unit for x in self.reports)}

    def read(self, problem, unit=1):
        types = tuple(plain_number(x, unit) for x in problem.types)
        return Case(tuple(problem.agents), types, None)

    def outcome(self, problem, plain, unit=1):
        pays = {agent: pay * unit for agent, pay in plain[1]}
        return Outcome(dict(plain[0]), pays, problem=problem, setting=self.setting)

    def renamed_outcome(self, plain, agents, labels):
        return tuple(tuple((agents[a], x) for a, x in part) for part in plain)

    def sensible(self, case, which):
        order = sorted(case.rows(), key=lambda row: -row[1])
        if which == 5:
            order = [row for row in order if row[1] > 0]
        placed = tuple((a, k) for k, (a, _) in enumerate(order[: len(self.rates)]))
        bids = [bid for _, bid in order] + [Fraction(0)] * (len(self.rates) + 1)
        rates = [*self.rates, Fraction(0)]
        pays = []
        for a, k in placed:
            own = dict(case.rows())[a]
            externality = sum(
                (rates[j] - rates[j + 1]) * bids[j + 1] for j in range(k, len(self.rates))
            )
            pays.append((a, [externality, rates[k] * bids[k + 1], own * rates[k], 0][which % 4]))
        return placed, tuple(pays)

    def welfare(self, case, outcome):
        return sum(own * self.clicks(a, outcome) for a, own in case.rows())

    def best(self, case):
        return max(self.welfare(case, (placed, ())) for placed in self.placements(case.agents))

    def dominated(self, case, one, weak):
        """The seller keeps its revenue and the agents share whatever more there is."""
        return self.welfare(case, one) < self.best(case)

    def mixed(self, case, result, weak):
        return any(p and self.dominated(case, one, weak) for p, one in result.parts)

    def allocation_monotonicity(self, rule, lift):
        def amount(result, agent):
            return sum(p * self.clicks(agent, one) for p, one in result.parts)

        return all(
            amount(rule(case.told(agent, more)), agent) >= amount(rule(case), agent)
            for case in self.cases()
            for agent, own in case.rows()
            for more in self.reports
            if more > own
        )

    def _each(self, rule):
        for case in self.cases():
            yield case, rule(case).parts[0][1]

    def allocative_efficiency(self, rule, lift):
        return all(self.welfare(case, one) == self.best(case) for case, one in self._each(rule))

    def no_positive_transfers(self, rule, lift):
        return all(pay >= 0 for _, one in self._each(rule) for _, pay in one[1])

    def _content(self, rule, per_click):
        for case, one in self._each(rule):
            for (a, own), b in itertools.product(case.rows(), case.agents):
                if a == b or (per_click and self.clicks(b, one) == 0):
                    continue
                # In separable slots of one quality the place of another gives its clicks.
                price = dict(one[1]).get(b, 0)
                if own * self.clicks(b, one) - price > self.utility(case, a, own, one):
                    return False
        return True

    def swap_envy_freeness(self, rule, lift):
        return self._content(rule, True)

    def slot_envy_freeness(self, rule, lift):
        return self._content(rule, False)

    def auction_core(self, rule, lift):
        for case, one in self._each(rule):
            revenue = sum(pay for _, pay in one[1])
            for size in range(self.n + 1):
                for group in itertools.combinations(case.agents, size):
                    theirs = sum(self.utility(case, a, case.types[a], one) for a in group)
                    if self.best(case.only(group)) > revenue + theirs:
                        return False
        return True

    def revenue_monotonicity(self, rule, lift):
        def revenue(result):
            return sum(pay for _, pay in result.parts[0][1][1])

        return all(
            revenue(rule(case.without(a))) <= revenue(rule(case))
            for case in self.cases()
            for a in case.agents
        )
