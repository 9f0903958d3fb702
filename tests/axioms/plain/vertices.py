"""Online matching, in plain data."""

from __future__ import annotations

import itertools
from fractions import Fraction

from mechdesign import matching
from mechdesign.model import Outcome

from .world import Case, World, plain_number


class Online(World):
    """Two vertices of weight 1 or 2 and two arrivals; a choice says who succeeds when."""

    name = "matching"
    public = False
    reserve = True
    kinds = ("one", "lottery", "lottery")
    axioms = (
        "strategyproofness",
        "group_strategyproofness",
        "strong_group_strategyproofness",
        "anonymity",
        "equal_treatment",
        "participation",
        "individual_rationality",
        "population_monotonicity",
        "feasibility",
        "allocation_monotonicity",
        "equal_fill",
        "half_of_fluid",
    )

    def __init__(self, n, p):
        self.n, self.p = n, Fraction(p)
        self.setting = matching.online()
        self.scope = {"agents": n, "weights": (1, 2), "arrivals": 2, "p": self.p}
        self.reports = (Fraction(1), Fraction(2))

    def in_units(self, unit):
        return self.setting, self.scope | {"weights": tuple(w * unit for w in self.reports)}

    def read(self, problem, unit=1):
        types = tuple(plain_number(own[0], unit) for own in problem.types)
        return Case(tuple(problem.agents), types, None)

    def renamed_outcome(self, plain, agents, labels):
        return tuple((agents[a], t) for a, t in plain)

    def utility(self, case, agent, own, outcome):
        return own * sum(1 for a, _ in outcome if a == agent)

    def outcomes(self, case):
        found = [()]
        for a in case.agents:
            found += [((a, 0),), ((a, 1),)]
        found += [((a, 0), (b, 1)) for a, b in itertools.permutations(case.agents, 2)]
        return found

    def draw(self, case, rng):
        listed = self.outcomes(case)
        if rng.random() < 0.1:
            a = rng.choice(case.agents)
            listed = [((a, 0), (a, 1))]  # more than its capacity
        return rng.choice(listed)

    def outcome(self, problem, plain, unit=1):
        return Outcome(plain, problem=problem, setting=self.setting)

    def sensible(self, case, which):
        order = sorted(case.rows(), key=lambda row: -row[1] if which % 2 else row[0])
        listed = [((a, t)) for t, (a, _) in enumerate(order[: 2 if which < 6 else 1])]
        return tuple(listed)

    def _successes(self, result, agent):
        return sum(p * sum(1 for a, _ in one if a == agent) for p, one in result.parts)

    def allocation_monotonicity(self, rule, lift):
        return all(
            self._successes(rule(case.told(a, 2)), a) >= self._successes(rule(case), a)
            for case in self.cases()
            for a, own in case.rows()
            if own == 1
        )

    def equal_fill(self, rule, lift):
        return all(
            self._successes(rule(case), a) == self._successes(rule(case), b)
            for case in self.cases()
            for a, b in itertools.combinations(case.agents, 2)
            if case.types[a] == case.types[b]
        )

    def half_of_fluid(self, rule, lift):
        for case in self.cases():
            # Two arrivals of one unit each; every vertex takes at most 1/p of them.
            left, most = Fraction(2), Fraction(0)
            for weight in sorted(case.types, reverse=True):
                taken = min(left, 1 / self.p)
                left -= taken
                most += taken * self.p * weight
            earned = sum(own * self._successes(rule(case), a) for a, own in case.rows())
            if 2 * earned < most:
                return False
        return True
