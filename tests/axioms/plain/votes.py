"""Voters with rankings, in plain data: a ranking is a tuple of tiers, a tier a tuple of labels."""

from __future__ import annotations

import itertools
from fractions import Fraction

from mechdesign import aggregation
from mechdesign.aggregation import Ranking
from mechdesign.model import Outcome

from .world import Case, World


def place(ranking, label):
    return next(k for k, tier in enumerate(ranking) if label in tier)


def view(ranking, a, b):
    """1 if a is above b, -1 if below, 0 if they are tied."""
    x, y = place(ranking, a), place(ranking, b)
    return (x < y) - (x > y)


def dropped(ranking, label):
    tiers = (tuple(x for x in tier if x != label) for tier in ranking)
    return tuple(tier for tier in tiers if tier)


def weak_orders(labels):
    if not labels:
        return [()]
    found = []
    for size in range(1, len(labels) + 1):
        for first in itertools.combinations(labels, size):
            rest = tuple(x for x in labels if x not in first)
            found += [(first, *more) for more in weak_orders(rest)]
    return found


class Voters(World):
    """Strict rankings are reported, a weak order is chosen."""

    name = "aggregation"
    kinds = ("one", "one", "lottery", "set")
    axioms = (
        *World.axioms,
        "neutrality",
        "condorcet_consistency",
        "condorcet_loser",
        "majority",
        "mutual_majority",
        "smith_criterion",
        "schwartz_criterion",
        "cancellation",
        "ranking_pareto",
        "reversal_symmetry",
        "group_consistency",
        "reinforcement",
        "positive_involvement",
        "negative_involvement",
        "twins",
        "task_duplication",
        "homogeneity",
        "candidate_monotonicity",
        "arrow_iia",
        "irrelevant_removal",
        "local_iia",
        "pareto_dominated_independence",
        "smith_dominated_independence",
        "clone_independence",
    )

    def __init__(self, n, m, preferences="kendall"):
        self.n, self.m = n, m
        self.setting = aggregation.rankings(preferences)
        self.winner = preferences == "winner"
        self.scope = {"agents": n, "alternatives": m}
        self.extra = tuple("ABC"[:m])
        self.reports = tuple(
            tuple((x,) for x in order) for order in itertools.permutations(self.extra)
        )

    def read(self, problem, unit=1):
        types = tuple(
            tuple(tuple(sorted(tier)) for tier in report.tiers) for report in problem.types
        )
        return Case(tuple(problem.agents), types, tuple(problem.data.alternatives))

    def renamed_report(self, report, labels):
        return tuple(tuple(sorted(labels.get(x, x) for x in tier)) for tier in report)

    def renamed_extra(self, extra, agents, labels):
        return tuple(sorted(labels.get(x, x) for x in extra))

    def renamed_outcome(self, plain, agents, labels):
        return self.renamed_report(plain, labels)

    def outcome(self, problem, plain, unit=1):
        return Outcome(Ranking(plain), problem=problem, setting=self.setting)

    def utility(self, case, agent, own, outcome):
        if self.winner:
            return -Fraction(sum(place(own, x) for x in outcome[0])) / len(outcome[0])
        cost = Fraction(0)
        for a, b in itertools.combinations(case.extra, 2):
            cost += Fraction(abs(view(own, a, b) - view(outcome, a, b))) / 2
        return -cost

    def outcomes(self, case):
        if self.winner:
            return [
                ((x,), tuple(y for y in case.extra if y != x)) if len(case.extra) > 1 else ((x,),)
                for x in case.extra
            ]
        return weak_orders(case.extra)

    def draw(self, case, rng):
        return rng.choice(weak_orders(case.extra))

    def possible(self, case):
        return weak_orders(case.extra)

    def sensible(self, case, which):
        labels, types = case.extra, case.types
        if which == 4:
            return types[0]
        if which == 5:
            return tuple((x,) for x in labels)

        def score(x):
            if which == 0:
                return sum(place(r, x) == 0 for r in types)
            if which == 1:
                return -sum(place(r, x) == len(labels) - 1 for r in types)
            if which == 2:
                return sum(self.margin(case, x, y) > 0 for y in labels) - sum(
                    self.margin(case, x, y) < 0 for y in labels
                )
            return -sum(place(r, x) for r in types)

        levels = sorted({score(x) for x in labels}, reverse=True)
        tiers = tuple(tuple(x for x in labels if score(x) == level) for level in levels)
        return tuple((x,) for tier in tiers for x in tier) if which == 6 else tiers

    def agreed(self, case):
        if len(set(case.types)) > 1:
            return None
        own = case.types[0]
        if self.winner:
            return lambda one: set(one[0]) <= set(own[0])
        return lambda one: one == own

    # ------------------------------------------------------------------- majorities

    def margin(self, case, a, b):
        return sum(view(own, a, b) for own in case.types)

    def beats(self, case, a, b):
        return self.margin(case, a, b) > 0

    def won(self, rule, case):
        """All that may win."""
        return {x for _, one in rule(case).parts for x in one[0]}

    def only(self, rule, allowed):
        """Whether nobody wins but those who are allowed to, where something is demanded."""
        for case in self.cases():
            may = allowed(case)
            if may and not self.won(rule, case) <= set(may):
                return False
        return True

    def condorcet_consistency(self, rule, lift):
        return self.only(
            rule,
            lambda case: [
                a for a in case.extra if all(self.beats(case, a, b) for b in case.extra if b != a)
            ],
        )

    def condorcet_loser(self, rule, lift):
        for case in self.cases():
            for a in case.extra:
                loses = all(self.beats(case, b, a) for b in case.extra if b != a)
                if loses and a in self.won(rule, case):
                    return False
        return True

    def majority(self, rule, lift):
        return self.only(
            rule,
            lambda case: [
                a
                for a in case.extra
                if 2 * sum(place(r, a) == 0 for r in case.types) > len(case.types)
            ],
        )

    def mutual_majority(self, rule, lift):
        for case in self.cases():
            for size in range(1, len(case.extra)):
                for inside in itertools.combinations(case.extra, size):
                    outside = [x for x in case.extra if x not in inside]
                    solid = sum(
                        all(view(r, a, b) > 0 for a in inside for b in outside) for r in case.types
                    )
                    if 2 * solid > len(case.types) and not self.won(rule, case) <= set(inside):
                        return False
        return True

    def _subsets(self, case):
        for size in range(1, len(case.extra) + 1):
            yield from map(set, itertools.combinations(case.extra, size))

    def smith(self, case):
        for inside in self._subsets(case):
            if all(self.beats(case, a, b) for a in inside for b in set(case.extra) - inside):
                return inside
        raise AssertionError

    def smith_criterion(self, rule, lift):
        return self.only(rule, self.smith)

    def schwartz_criterion(self, rule, lift):
        def undominated(case):
            found: list[set[str]] = []
            for inside in self._subsets(case):
                outside = set(case.extra) - inside
                free = not any(self.beats(case, b, a) for a in inside for b in outside)
                if free and not any(one <= inside for one in found):
                    found.append(inside)
            return set().union(*found)

        return self.only(rule, undominated)

    def cancellation(self, rule, lift):
        return all(
            self.won(rule, case) == set(case.extra)
            for case in self.cases()
            if all(self.margin(case, a, b) == 0 for a, b in itertools.combinations(case.extra, 2))
        )

    def ranking_pareto(self, rule, lift):
        return all(
            view(one, a, b) > 0
            for case in self.cases()
            for a, b in itertools.permutations(case.extra, 2)
            if all(view(r, a, b) > 0 for r in case.types)
            for one in rule(case).seen("")
        )

    # ------------------------------------------------------------------- more or fewer voters

    def neutrality(self, rule, lift):
        for case in self.cases():
            for image in itertools.permutations(case.extra):
                name = dict(zip(case.extra, image, strict=True))

                def renamed(ranking, name=name):
                    return tuple(tuple(sorted(name[x] for x in tier)) for tier in ranking)

                other = case._replace(types=tuple(map(renamed, case.types)))
                one, two = rule(case), rule(other)
                if lift not in ("optimist", "pessimist"):
                    one, two = one.alone(), two.alone()
                moved = one._replace(parts=tuple((p, renamed(o)) for p, o in one.parts))
                if moved.choices(self) != two.choices(self):
                    return False
        return True

    def reversal_symmetry(self, rule, lift):
        for case in self.cases():
            won = self.won(rule, case)
            turned = case._replace(types=tuple(r[::-1] for r in case.types))
            if len(won) == 1 and len(case.extra) > 1 and won <= self.won(rule, turned):
                return False
        return True

    def _groups(self, case):
        for size in range(1, self.n):
            for left in itertools.combinations(case.agents, size):
                yield case.only(left), case.only([a for a in case.agents if a not in left])

    def group_consistency(self, rule, lift):
        for case in self.cases():
            for one, two in self._groups(case):
                first, second = (rule(c).parts[0][1] for c in (one, two))
                if first == second != rule(case).parts[0][1]:
                    return False
        return True

    def reinforcement(self, rule, lift):
        for case in self.cases():
            for one, two in self._groups(case):
                common = self.won(rule, one) & self.won(rule, two)
                if common and common != self.won(rule, case):
                    return False
        return True

    def positive_involvement(self, rule, lift):
        return all(
            own[0][0] in self.won(rule, case)
            for case in self.cases()
            for agent, own in case.rows()
            if own[0][0] in self.won(rule, case.without(agent))
        )

    def negative_involvement(self, rule, lift):
        return all(
            own[-1][0] not in self.won(rule, case)
            for case in self.cases()
            for agent, own in case.rows()
            if own[-1][0] not in self.won(rule, case.without(agent))
        )

    def twins(self, rule, lift):
        return not any(
            self.better(case, agent, own, rule(case), rule(case.without(agent)), lift) > 0
            for case in self.cases()
            for agent, own in case.rows()
            if case.types.count(own) > 1
        )

    def _with(self, case, agents):
        """Copies of some voters join, under new names."""
        taken, names = set(case.agents), []
        for agent in agents:
            name = ("copy", agent)
            while name in taken:
                name = ("copy", name)
            taken.add(name)
            names.append(name)
        own = dict(case.rows())
        return case._replace(
            agents=(*case.agents, *names), types=(*case.types, *(own[a] for a in agents))
        )

    def task_duplication(self, rule, lift):
        return all(
            rule(case).choices(self) == rule(self._with(case, [a])).choices(self)
            for case in self.cases()
            for a in case.agents
        )

    def homogeneity(self, rule, lift):
        return all(
            rule(case).choices(self) == rule(self._with(case, [*case.agents] * more)).choices(self)
            for case in self.cases()
            for more in (1, 2)
        )

    def candidate_monotonicity(self, rule, lift):
        for case in self.cases():
            for label in self.won(rule, case):
                for agent, own in case.rows():
                    for new in self.reports:
                        kept = dropped(own, label) == dropped(new, label)
                        lifted = kept and place(new, label) < place(own, label)
                        if lifted and label not in self.won(rule, case.told(agent, new)):
                            return False
        return True

    # ------------------------------------------------------------------- fewer alternatives

    def arrow_iia(self, rule, lift):
        cases = list(self.cases())
        for one, two in itertools.combinations(cases, 2):
            for a, b in itertools.combinations(self.extra, 2):
                same = all(
                    view(r, a, b) == view(s, a, b)
                    for r, s in zip(one.types, two.types, strict=True)
                )
                chosen = [rule(case).parts[0][1] for case in (one, two)]
                if same and view(chosen[0], a, b) != view(chosen[1], a, b):
                    return False
        return True

    def _removed(self, case, label):
        return Case(
            case.agents,
            tuple(dropped(r, label) for r in case.types),
            tuple(x for x in case.extra if x != label),
        )

    def _removals(self):
        if self.m > 2:
            for case in self.cases():
                for label in case.extra:
                    yield case, label, self._removed(case, label)

    def irrelevant_removal(self, rule, lift):
        return all(
            dropped(rule(case).parts[0][1], x) == rule(small).parts[0][1]
            for case, x, small in self._removals()
        )

    def local_iia(self, rule, lift):
        for case, x, small in self._removals():
            chosen = rule(case).parts[0][1]
            if (x,) in (chosen[0], chosen[-1]) and dropped(chosen, x) != rule(small).parts[0][1]:
                return False
        return True

    def pareto_dominated_independence(self, rule, lift):
        return all(
            self.won(rule, case) == self.won(rule, small)
            for case, x, small in self._removals()
            if any(all(view(r, y, x) > 0 for r in case.types) for y in case.extra if y != x)
        )

    def smith_dominated_independence(self, rule, lift):
        return all(
            self.won(rule, case) == self.won(rule, small)
            for case, x, small in self._removals()
            if x not in self.smith(case)
        )

    def clone_independence(self, rule, lift):
        for case, x, small in self._removals():
            for clones in itertools.combinations(case.extra, 2):
                (other,) = (y for y in case.extra if y not in clones)
                if x not in clones or any(place(r, other) == 1 for r in case.types):
                    continue
                before, after = self.won(rule, case), self.won(rule, small)
                if bool(before & set(clones)) != bool(after & (set(clones) - {x})):
                    return False
                if (other in before) != (other in after):
                    return False
        return True
