"""Facilities on a line, in plain data."""

from __future__ import annotations

import itertools
from fractions import Fraction

from mechdesign import facility
from mechdesign.model import Outcome

from .world import HALF, Case, Result, World, plain_number


class Line(World):
    """A facility between 0 and 1; agents at 0, 1/2 and 1."""

    name = "facility"
    reports = (Fraction(0), HALF, Fraction(1))
    places = tuple(Fraction(k, 4) for k in range(5))
    axioms = (
        *World.axioms,
        "individual_fair_share",
        "unanimous_fair_share",
        "proportional_fairness",
        "strong_proportional_fairness",
        "facility_proportionality",
    )

    def __init__(self, n: int, preferences: str = "euclidean") -> None:
        self.n = n
        self.setting = facility.line(preferences=preferences)
        self.scope = {"agents": n, "grid": 2}
        self.peaks = preferences == "single_peaked"
        if self.peaks:
            self.cardinal = False
            self.kinds = ("one",)

    def utility(self, case, agent, own, outcome):
        return 1 - abs(outcome - own)

    def gain(self, case, agent, own, before, after):
        if not self.peaks:
            return super().gain(case, agent, own, before, after)
        beyond = (before < own < after) or (after < own < before)  # some prefer it, some do not
        nearer = abs(after - own) < abs(before - own)
        return int(before != after and (beyond or nearer)) - int(before != after and not beyond
                                                                 and not nearer)  # fmt: skip

    def outcomes(self, case):
        return list(self.places)

    def in_units(self, unit):
        points = tuple(x * unit for x in self.reports)
        return type(self.setting)(0, unit, self.setting.preferences), self.scope | {"grid": points}

    def read(self, problem, unit=1):
        types = tuple(plain_number(x, unit) for x in problem.types)
        return Case(tuple(problem.agents), types, None)

    def outcome(self, problem, plain, unit=1):
        return Outcome(plain * unit, problem=problem, setting=self.in_units(unit)[0])

    def sensible(self, case, which):
        types = sorted(case.types)
        return [
            types[0],
            types[-1],
            types[len(types) // 2],
            sum(types) / len(types),
            case.types[0],
            HALF,
            sorted([*types, *self.places[1:-1]])[(len(types) + 2) // 2],
            sorted([*types, *(Fraction(k, len(types)) for k in range(1, len(types)))])[
                len(types) - 1
            ],
        ][which % 8]

    def agreed(self, case):
        return (lambda one: one == case.types[0]) if len(set(case.types)) == 1 else None

    def possible(self, case):
        return [*self.places, *(Fraction(k, 6) for k in range(7))]

    def dominated(self, case, one, weak):
        """Moving a little: to any other place of a fine grid."""
        for k in range(25):
            gains = [abs(one - own) - abs(Fraction(k, 24) - own) for own in case.types]
            if min(gains) > 0 or (not weak and min(gains) >= 0 and max(gains) > 0):
                return True
        return False

    def _near(self, rule, lift, bound):
        for case in self.cases():
            whole = max(case.types) - min(case.types)
            result = rule(case)
            drawn = [result]
            if lift == "ex_post":
                drawn = [Result("one", ((1, one),)) for _, one in result.parts]
            for size in range(1, self.n + 1):
                for group in itertools.combinations(case.agents, size):
                    at = [case.types[a] for a in group]
                    most = bound(Fraction(size, self.n), max(at) - min(at), size, whole)
                    for part in drawn:
                        for own in at:
                            away = 1 - self.worth(case, None, own, part, lift)
                            if most is not None and away > most:
                                return False
        return True

    def individual_fair_share(self, rule, lift):
        return self._near(rule, lift, lambda s, r, k, w: 1 - s if k == 1 else None)

    def unanimous_fair_share(self, rule, lift):
        return self._near(rule, lift, lambda s, r, k, w: 1 - s if r == 0 else None)

    def proportional_fairness(self, rule, lift):
        return self._near(rule, lift, lambda s, r, k, w: 1 - s + r)

    def strong_proportional_fairness(self, rule, lift):
        return self._near(rule, lift, lambda s, r, k, w: w * (1 - s) + r)

    def facility_proportionality(self, rule, lift):
        for case in self.cases():
            if not set(case.types) <= {0, 1}:
                continue
            mean = sum(case.types) / Fraction(self.n)
            result = rule(case)
            if result.kind == "lottery" and lift != "ex_post":
                if sum(p * one for p, one in result.parts) != mean:
                    return False
            elif any(one != mean for one in result.seen(lift)):
                return False
        return True


class Obnoxious(Line):
    """A facility that all want to be far from."""

    axioms = (
        "strategyproofness",
        "group_strategyproofness",
        "strong_group_strategyproofness",
        "anonymity",
        "equal_treatment",
        "participation",
        "feasibility",
        "obnoxious_individual_fair_share",
        "obnoxious_unanimous_fair_share",
        "obnoxious_proportional_fairness",
    )

    def __init__(self, n):
        super().__init__(n)
        self.setting = facility.obnoxious_line()

    def utility(self, case, agent, own, outcome):
        return abs(outcome - own)

    def sensible(self, case, which):
        ends = [Fraction(0), Fraction(1)]
        if which % 2:
            return max(ends, key=lambda y: sum(abs(y - x) for x in case.types))
        return max(self.places, key=lambda y: min(abs(y - x) for x in case.types))

    def _far(self, rule, lift, concerns, less=0):
        def bound(share, spread, size, whole):
            return share / 2 - less * spread if concerns(size, spread) else None

        for case in self.cases():
            result = rule(case)
            drawn = [result]
            if lift == "ex_post":
                drawn = [Result("one", ((1, one),)) for _, one in result.parts]
            for size in range(1, self.n + 1):
                for group in itertools.combinations(case.agents, size):
                    at = [case.types[a] for a in group]
                    least = bound(Fraction(size, self.n), max(at) - min(at), size, None)
                    for part in drawn:
                        for own in at:
                            away = self.worth(case, None, own, part, lift)
                            if least is not None and away < least:
                                return False
        return True

    def obnoxious_individual_fair_share(self, rule, lift):
        return self._far(rule, lift, lambda size, spread: size == 1)

    def obnoxious_unanimous_fair_share(self, rule, lift):
        return self._far(rule, lift, lambda size, spread: spread == 0)

    def obnoxious_proportional_fairness(self, rule, lift):
        return self._far(rule, lift, lambda size, spread: True, less=1)
