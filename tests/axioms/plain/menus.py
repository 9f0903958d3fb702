"""Packages to agree on, in plain data."""

from __future__ import annotations

import itertools
from fractions import Fraction
from typing import Any, NamedTuple

from mechdesign import bargaining
from mechdesign.model import Outcome

from .world import Case, World, plain_number


class Extra(NamedTuple):
    """Packages with their costs, the budget, and who has how much without agreement, if not 0."""

    labels: tuple[str, ...]
    costs: tuple[Any, ...]
    budget: Any
    reserve: tuple[Any, ...]


class Menu(World):
    """Utilities of packages; a type is the row of an agent."""

    name = "bargaining"
    reserve = True
    axioms = (
        *World.axioms,
        "individual_rationality",
        "neutrality",
        "core",
        "midpoint_domination",
        "symmetry",
        "nash_contraction",
        "strong_monotonicity",
        "restricted_monotonicity",
        "individual_monotonicity",
        "step_by_step",
        "disagreement_monotonicity",
        "support_monotonicity",
        "discount_monotonicity",
    )

    def __init__(self, n, packages, values, costs=None, budget=None):
        self.n, self.values = n, tuple(map(Fraction, values))
        self.setting = bargaining.package_choice()
        self.scope = {"agents": n, "packages": packages, "utilities": values}
        if costs:
            self.scope |= {"costs": costs, "budget": budget}
        self.reports = tuple(itertools.product(self.values, repeat=packages))
        labels = tuple(f"p{k + 1}" for k in range(packages))
        self.extra = Extra(labels, costs or (0,) * packages, budget, ())

    def in_units(self, unit):
        return self.setting, self.scope | {"utilities": tuple(x * unit for x in self.values)}

    def read(self, problem, unit=1):
        data, pairs = problem.data, zip(problem.agents, problem.reserve, strict=True)
        levels = tuple((agent, plain_number(level, unit)) for agent, level in pairs if level)
        extra = Extra(tuple(data.packages), tuple(data.costs), problem.budget, levels)
        types = tuple(tuple(plain_number(u, unit) for u in row) for row in problem.types)
        return Case(tuple(problem.agents), types, extra)

    def renamed_extra(self, extra, agents, labels):
        return extra._replace(reserve=tuple(sorted((agents[a], d) for a, d in extra.reserve)))

    def utility(self, case, agent, own, outcome):
        return own[case.extra.labels.index(outcome)]

    def outcomes(self, case):
        return [
            label
            for label, cost in zip(case.extra.labels, case.extra.costs, strict=True)
            if case.extra.budget is None or cost <= case.extra.budget
        ]

    def draw(self, case, rng):
        return rng.choice(case.extra.labels)

    def outcome(self, problem, plain, unit=1):
        cost = dict(zip(problem.data.packages, problem.data.costs, strict=True))[plain]
        return Outcome(plain, cost=cost, problem=problem, setting=self.setting)

    def sensible(self, case, which):
        listed = self.outcomes(case) or list(case.extra.labels)
        column = {
            label: [row[case.extra.labels.index(label)] for row in case.types] for label in listed
        }
        return max(
            listed,
            key=[
                lambda o: sum(column[o]),
                lambda o: min(column[o]),
                lambda o: (min(column[o]), sum(column[o])),
                lambda o: column[o][0],
                lambda o: [column[o][0], sum(column[o])],
                lambda o: column[o].count(max(map(max, column.values()))),
                lambda o: 0,
                lambda o: max(column[o]),
            ][which % 8],
        )

    def agreed(self, case):
        favourites = set()
        for _, own in case.rows():
            worth = [self.utility(case, None, own, one) for one in self.outcomes(case)]
            if worth.count(max(worth)) > 1:
                return None
            favourites.add(self.outcomes(case)[worth.index(max(worth))])
        return (lambda one: one in favourites) if len(favourites) == 1 else None

    def without(self, case, places):
        """The menu with some packages only."""
        extra = case.extra
        return case._replace(
            types=tuple(tuple(row[k] for k in places) for row in case.types),
            extra=extra._replace(
                labels=tuple(extra.labels[k] for k in places),
                costs=tuple(extra.costs[k] for k in places),
            ),
        )

    def smaller(self, case):
        every = range(len(case.extra.labels))
        for size in range(1, len(every)):
            for places in itertools.combinations(every, size):
                yield self.without(case, places)

    def vector(self, rule, case, lift):
        return [self.worth(case, a, own, rule(case), lift) for a, own in case.rows()]

    def ideal(self, case):
        """What each gets at best of what leaves nobody below the reserve."""
        rows = [
            [self.utility(case, a, own, one) for a, own in case.rows()]
            for one in self.outcomes(case)
        ]
        floor = dict(case.extra.reserve)
        rows = [r for r in rows if all(u >= floor.get(k, 0) for k, u in enumerate(r))]
        return [max(column) for column in zip(*rows, strict=True)] if rows else None

    # ------------------------------------------------------------------- axioms

    def individual_rationality(self, rule, lift):
        return all(
            self.worth(case, a, own, rule(case), lift) >= dict(case.extra.reserve).get(a, 0)
            for case in self.cases()
            for a, own in case.rows()
        )

    def neutrality(self, rule, lift):
        for case in self.cases():
            labels = case.extra.labels
            for image in itertools.permutations(range(len(labels))):
                # The package at place k takes the utilities and the cost of package image[k].
                other = self.without(case, image)
                other = other._replace(extra=other.extra._replace(labels=labels))
                renamed = {labels[j]: labels[k] for k, j in enumerate(image)}
                one, two = rule(case).alone(), rule(other).alone()
                if lift in ("optimist", "pessimist"):
                    one, two = rule(case), rule(other)
                moved = one._replace(parts=tuple((p, renamed[o]) for p, o in one.parts))
                if moved.choices(self) != two.choices(self):
                    return False
        return True

    def core(self, rule, lift):
        for case in self.cases():
            results = [rule(case)]
            if lift == "ex_post":
                results = [r._replace(parts=((1, o),)) for r in results for _, o in r.parts]
            for result, other in itertools.product(results, self.outcomes(case)):
                winners = [
                    a
                    for a, own in case.rows()
                    if self.utility(case, a, own, other) > self.worth(case, a, own, result, lift)
                ]
                cost = case.extra.costs[case.extra.labels.index(other)]
                claim = Fraction(cost) / case.extra.budget if case.extra.budget else 1
                if winners and Fraction(len(winners), self.n) >= claim:
                    return False
        return True

    def midpoint_domination(self, rule, lift):
        for case in self.cases():
            tops = self.ideal(case)
            for (a, own), top in zip(case.rows(), tops or [], strict=True):
                if self.worth(case, a, own, rule(case), lift) < Fraction(top) / self.n:
                    return False
        return True

    def symmetry(self, rule, lift):
        for case in self.cases():
            vectors = {
                tuple(self.utility(case, a, own, one) for a, own in case.rows())
                for one in self.outcomes(case)
            }
            result = rule(case)
            if result.kind == "set":
                chosen = {
                    tuple(self.utility(case, a, own, one) for a, own in case.rows())
                    for _, one in result.parts
                }
            else:
                chosen = {tuple(self.worth(case, a, own, result, lift) for a, own in case.rows())}
            for order in itertools.permutations(range(self.n)):
                if {tuple(v[i] for i in order) for v in vectors} != vectors:
                    continue
                if {tuple(v[i] for i in order) for v in chosen} != chosen:
                    return False
        return True

    def _mixes_to(self, case, vector):
        """Whether a lottery over at most two packages is worth this to everybody."""
        listed = [
            [self.utility(case, a, own, one) for a, own in case.rows()]
            for one in self.outcomes(case)
        ]
        for one, other in itertools.product(listed, repeat=2):
            shares = {
                Fraction(v - y) / (x - y)
                for v, x, y in zip(vector, one, other, strict=True)
                if x != y
            }
            flat = all(v == x for v, x, y in zip(vector, one, other, strict=True) if x == y)
            if flat and len(shares) <= 1 and all(0 <= t <= 1 for t in shares):
                return True
        return False

    def nash_contraction(self, rule, lift):
        if rule.kind == "lottery":
            return all(
                self.vector(rule, small, lift) == self.vector(rule, case, lift)
                for case in self.cases()
                for small in self.smaller(case)
                if self._mixes_to(small, self.vector(rule, case, lift))
            )
        for case in self.cases():
            before = {one for _, one in rule(case).parts}
            for small in self.smaller(case):
                left = before & set(self.outcomes(small))
                if left and {one for _, one in rule(small).parts} != left:
                    return False
        return True

    def _more(self, rule, lift, protected):
        for case in self.cases():
            for small in self.smaller(case):
                before, after = self.vector(rule, small, lift), self.vector(rule, case, lift)
                for k in protected(self.ideal(small), self.ideal(case)):
                    if after[k] < before[k]:
                        return False
        return True

    def strong_monotonicity(self, rule, lift):
        return self._more(rule, lift, lambda old, new: range(self.n))

    def restricted_monotonicity(self, rule, lift):
        return self._more(rule, lift, lambda o, n: range(self.n) if o and o == n else ())

    def individual_monotonicity(self, rule, lift):
        def protected(old, new):
            if old is None or new is None:
                return
            for k in range(self.n):
                if all(old[j] == new[j] for j in range(self.n) if j != k):
                    yield k

        return self._more(rule, lift, protected)

    def step_by_step(self, rule, lift):
        for case in self.cases():
            for small in self.smaller(case):
                first = enumerate(self.vector(rule, small, lift))
                levels = tuple((k, u) for k, u in first if u)
                staged = case._replace(extra=case.extra._replace(reserve=levels))
                if self.vector(rule, staged, lift) != self.vector(rule, case, lift):
                    return False
        return True

    def disagreement_monotonicity(self, rule, lift):
        for case in self.cases():
            for k, level in itertools.product(range(self.n), self.values):
                higher = case._replace(extra=case.extra._replace(reserve=((k, level),)))
                if level <= 0 or self.ideal(higher) is None:
                    continue
                if self.vector(rule, higher, lift)[k] < self.vector(rule, case, lift)[k]:
                    return False
        return True

    def support_monotonicity(self, rule, lift):
        for case in self.cases():
            chosen = rule(case).parts[0][1]
            k = case.extra.labels.index(chosen)
            for agent, own in case.rows():
                for more in self.reports:
                    rest = all(more[j] == own[j] for j in range(len(own)) if j != k)
                    raised = rest and more[k] > own[k]
                    if raised and rule(case.told(agent, more)).parts[0][1] != chosen:
                        return False
        return True

    def discount_monotonicity(self, rule, lift):
        for case in self.cases():
            chosen = rule(case).parts[0][1]
            k = case.extra.labels.index(chosen)
            for cost in range(case.extra.costs[k]):
                costs = tuple(cost if j == k else c for j, c in enumerate(case.extra.costs))
                cheaper = case._replace(extra=case.extra._replace(costs=costs))
                if rule(cheaper).parts[0][1] != chosen:
                    return False
        return True
