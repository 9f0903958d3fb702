"""Small worlds of the five families in plain data, and the axioms in them by their definitions.

Nothing of the package decides anything here: utilities, feasible outcomes and axioms are written
down again over tuples and fractions.  A rule is a table that is drawn while it is asked.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any, ClassVar, NamedTuple

from scipy.optimize import linprog

from mechdesign.model import Lottery, Mechanism, Outcome, Problem

HALF = Fraction(1, 2)


class Case(NamedTuple):
    """A problem: who there is, what each reports, and what belongs to nobody."""

    agents: tuple[Any, ...]
    types: tuple[Any, ...]
    extra: Any

    def told(self, agent: Any, report: Any) -> Case:
        k = self.agents.index(agent)
        return self._replace(types=(*self.types[:k], report, *self.types[k + 1 :]))

    def without(self, agent: Any) -> Case:
        return self.only([a for a in self.agents if a != agent])

    def only(self, agents: Any) -> Case:
        kept = [k for k, a in enumerate(self.agents) if a in agents]
        return self._replace(
            agents=tuple(self.agents[k] for k in kept), types=tuple(self.types[k] for k in kept)
        )

    def rows(self) -> Iterator[tuple[Any, Any]]:
        yield from zip(self.agents, self.types, strict=True)


class World:
    """A family: its setting, one finite domain of it, and what outcomes are worth."""

    name: ClassVar[str]
    public: ClassVar[bool] = True
    cardinal: ClassVar[bool] = True
    reserve: ClassVar[bool] = False
    kinds: ClassVar[tuple[str, ...]] = ("one", "lottery", "set")
    setting: Any
    scope: dict[str, Any]
    reports: tuple[Any, ...]
    extra: Any = None
    n: int = 2

    def cases(self) -> Iterator[Case]:
        for types in itertools.product(self.reports, repeat=self.n):
            yield Case(tuple(range(self.n)), types, self.extra)

    def utility(self, case: Case, agent: Any, own: Any, outcome: Any) -> Any:
        raise NotImplementedError

    def gain(self, case: Case, agent: Any, own: Any, before: Any, after: Any) -> Any:
        return self.utility(case, agent, own, after) - self.utility(case, agent, own, before)

    def outcomes(self, case: Case) -> list[Any]:
        raise NotImplementedError

    def in_units(self, unit: Any) -> tuple[Any, dict[str, Any]]:
        """The setting and the domain in another unit."""
        return self.setting, self.scope

    def read(self, problem: Problem, unit: Any = 1) -> Case:
        return Case(tuple(problem.agents), tuple(problem.types), self.extra)

    def outcome(self, problem: Problem, plain: Any, unit: Any = 1) -> Outcome:
        raise NotImplementedError

    def renamed_report(self, report: Any, labels: dict[Any, Any]) -> Any:
        return report

    def renamed_extra(self, extra: Any, agents: dict[Any, Any], labels: dict[Any, Any]) -> Any:
        return extra

    def renamed_outcome(self, plain: Any, agents: dict[Any, Any], labels: dict[Any, Any]) -> Any:
        return plain

    def draw(self, case: Case, rng: random.Random) -> Any:
        return rng.choice(self.outcomes(case))

    def sensible(self, case: Case, which: int) -> Any:
        """A rule that keeps many axioms; several of them."""
        raise NotImplementedError

    def agreed(self, case: Case) -> Callable[[Any], bool] | None:
        """What must be chosen where all agree; None where they do not."""
        raise NotImplementedError

    def definitions(self) -> dict[str, Callable[[Rule, str], bool]]:
        return {name: getattr(self, name) for name in self.axioms}

    axioms: tuple[str, ...] = (
        "strategyproofness",
        "group_strategyproofness",
        "strong_group_strategyproofness",
        "anonymity",
        "equal_treatment",
        "pareto_efficiency",
        "weak_pareto",
        "unanimity",
        "participation",
        "population_monotonicity",
        "feasibility",
    )

    # --------------------------------------------------------------- comparing results

    def worth(self, case: Case, agent: Any, own: Any, result: Result, lift: str) -> Any:
        every = [(p, self.utility(case, agent, own, one)) for p, one in result.parts]
        if lift == "optimist":
            return max(u for _, u in every)
        if lift in ("pessimist", "ex_post"):
            return min(u for _, u in every)
        return sum(p * u for p, u in every)

    def better(
        self, case: Case, agent: Any, own: Any, before: Result, after: Result, lift: str
    ) -> int:
        """1 if the agent prefers `after`, 0 if it is indifferent, -1 otherwise."""
        if before.kind == "one":
            gain = self.gain(case, agent, own, before.parts[0][1], after.parts[0][1])
            return (gain > 0) - (gain < 0)
        if lift == "dominance":
            tails = []
            for result in (before, after):
                worth = [(self.utility(case, agent, own, one), p) for p, one in result.parts]
                tails.append(lambda u, w=worth: sum((p for v, p in w if v >= u), Fraction(0)))
            levels = {
                self.utility(case, agent, own, one)
                for result in (before, after)
                for _, one in result.parts
            }
            if any(tails[1](u) < tails[0](u) for u in levels):
                return -1
            return int(any(tails[1](u) > tails[0](u) for u in levels))
        gain = self.worth(case, agent, own, after, lift) - self.worth(
            case, agent, own, before, lift
        )
        return (gain > 0) - (gain < 0)

    # --------------------------------------------------------------- incentives

    def strategyproofness(self, rule: Rule, lift: str) -> bool:
        return not any(
            self.better(case, agent, own, rule(case), rule(case.told(agent, lie)), lift) > 0
            for case in self.cases()
            for agent, own in case.rows()
            for lie in self.reports
        )

    def _joint(self, rule: Rule, lift: str) -> Iterator[list[int]]:
        for case in self.cases():
            for size in range(1, self.n + 1):
                for group in itertools.combinations(case.agents, size):
                    for lies in itertools.product(self.reports, repeat=size):
                        other = case
                        for agent, lie in zip(group, lies, strict=True):
                            other = other.told(agent, lie)
                        yield [
                            self.better(case, a, case.types[a], rule(case), rule(other), lift)
                            for a in group
                        ]

    def group_strategyproofness(self, rule: Rule, lift: str) -> bool:
        return not any(min(gains) > 0 for gains in self._joint(rule, lift))

    def strong_group_strategyproofness(self, rule: Rule, lift: str) -> bool:
        return not any(max(g) > 0 and min(g) >= 0 for g in self._joint(rule, lift))

    # --------------------------------------------------------------- fairness

    def anonymity(self, rule: Rule, lift: str) -> bool:
        for case in self.cases():
            for order in itertools.permutations(range(self.n)):
                other = case._replace(types=tuple(case.types[j] for j in order))
                if other == case:
                    continue
                one, two = rule(case), rule(other)
                if self.public and one.choices(self) != two.choices(self):
                    return False
                if self.cardinal and any(
                    self.worth(other, k, other.types[k], two, lift)
                    != self.worth(case, j, case.types[j], one, lift)
                    for k, j in enumerate(order)
                ):
                    return False
        return True

    def equal_treatment(self, rule: Rule, lift: str) -> bool:
        for case in self.cases():
            result = rule(case)
            parts = [Result("one", ((1, one),)) for _, one in result.parts]
            for a, b in itertools.combinations(case.agents, 2):
                if case.types[a] != case.types[b]:
                    continue
                own = case.types[a]
                for part in parts if lift == "ex_post" else [result]:
                    if self.worth(case, a, own, part, lift) != self.worth(case, b, own, part, lift):
                        return False
        return True

    # --------------------------------------------------------------- efficiency

    def dominated(self, case: Case, one: Any, weak: bool) -> bool:
        """Whether one outcome is dominated by another."""
        for other in self.outcomes(case):
            gains = [self.gain(case, a, own, one, other) for a, own in case.rows()]
            if min(gains) > 0 or (not weak and min(gains) >= 0 and max(gains) > 0):
                return True
        return False

    def mixed(self, case: Case, result: Result, weak: bool) -> bool:
        """Whether a lottery is dominated by another one."""
        rows = [[self.utility(case, a, own, o) for a, own in case.rows()] for o in
                dict.fromkeys(self.outcomes(case))]  # fmt: skip
        now = [self.worth(case, a, own, result, "") for a, own in case.rows()]
        columns = list(zip(*rows, strict=True))
        if weak:
            found = linprog(
                [0.0] * len(rows) + [-1.0],
                A_ub=[[*(-float(x) for x in column), 1.0] for column in columns],
                b_ub=[-float(u) for u in now],
                A_eq=[[1.0] * len(rows) + [0.0]],
                b_eq=[1.0],
                bounds=[(0, None)] * len(rows) + [(None, None)],
            )
            return bool(-found.fun > 1e-7)
        found = linprog(
            [-float(sum(row)) for row in rows],
            A_ub=[[-float(x) for x in column] for column in columns],
            b_ub=[-float(u) + 1e-12 for u in now],
            A_eq=[[1.0] * len(rows)],
            b_eq=[1.0],
        )
        return found.status == 0 and bool(-found.fun - float(sum(now)) > 1e-7)

    def _efficient(self, rule: Rule, lift: str, weak: bool) -> bool:
        for case in self.cases():
            result = rule(case)
            if result.kind == "lottery" and lift != "ex_post":
                if self.mixed(case, result, weak):
                    return False
            elif any(self.dominated(case, one, weak) for one in result.seen(lift)):
                return False
        return True

    def pareto_efficiency(self, rule: Rule, lift: str) -> bool:
        return self._efficient(rule, lift, False)

    def weak_pareto(self, rule: Rule, lift: str) -> bool:
        return self._efficient(rule, lift, True)

    # --------------------------------------------------------------- single outcomes, absence

    def unanimity(self, rule: Rule, lift: str) -> bool:
        for case in self.cases():
            wanted = self.agreed(case)
            if wanted and not all(wanted(one) for one in rule(case).seen(lift)):
                return False
        return True

    def individual_rationality(self, rule: Rule, lift: str) -> bool:
        return all(
            self.worth(case, agent, own, rule(case), lift) >= 0
            for case in self.cases()
            for agent, own in case.rows()
        )

    def participation(self, rule: Rule, lift: str) -> bool:
        if not self.public:
            return self.individual_rationality(rule, lift)
        return not any(
            self.better(case, agent, own, rule(case), rule(case.without(agent)), lift) > 0
            for case in self.cases()
            for agent, own in case.rows()
        )

    def population_monotonicity(self, rule: Rule, lift: str) -> bool:
        return not any(
            self.better(small, agent, own, rule(small), rule(case), lift) > 0
            for case in self.cases()
            for leaver in case.agents
            for small in [case.without(leaver)]
            for agent, own in small.rows()
        )

    def feasibility(self, rule: Rule, lift: str) -> bool:
        return all(
            one in self.possible(case) for case in self.cases() for one in rule(case).seen(lift)
        )

    def possible(self, case: Case) -> list[Any]:
        return self.outcomes(case)


class Result(NamedTuple):
    """What was chosen: one outcome, a lottery, or a set of which the first is taken."""

    kind: str
    parts: tuple[tuple[Any, Any], ...]

    def seen(self, lift: str) -> list[Any]:
        """What an axiom on single outcomes looks at."""
        if self.kind == "set" and lift not in ("optimist", "pessimist"):
            return [self.parts[0][1]]
        return [one for _, one in self.parts]

    def choices(self, world: World) -> Any:
        """What is chosen, as a distribution or a set."""
        if self.kind == "set":
            return frozenset(one for _, one in self.parts)
        chances: dict[Any, Any] = {}
        for p, one in self.parts:
            chances[one] = chances.get(one, 0) + p
        return frozenset(chances.items())

    def alone(self) -> Result:
        """What is taken of a set."""
        return Result("one", ((1, self.parts[0][1]),)) if self.kind == "set" else self


class Rule:
    """A table that is drawn by chance, near to a sensible rule or far from it."""

    def __init__(self, world: World, kind: str, seed: int) -> None:
        self.world, self.kind, self.seed = world, kind, seed
        rng = random.Random(f"{world.name}{seed}")
        self.noise = rng.choice([0, 0, 0.02, 0.1, 1])
        self.which = rng.randrange(8)
        self.blind = rng.random() < 0.5
        self.known: dict[Case, Result] = {}
        self.sets = True

    def __call__(self, case: Case) -> Result:
        if case not in self.known:
            self.known[case] = self._drawn(case)
        found = self.known[case]
        return found if self.sets else found.alone()

    def _drawn(self, case: Case) -> Result:
        key: Any = case
        if self.blind:  # the same at every order of the agents, and whatever they are called
            key = case._replace(agents=len(case.agents), types=tuple(sorted(case.types, key=str)))
        rng = random.Random(f"{self.seed}{key}")
        if rng.random() >= self.noise:
            first = self.world.sensible(case, self.which)
            second = self.world.sensible(case, self.which + 1 if self.seed % 2 else self.which)
        else:
            first, second = self.world.draw(case, rng), self.world.draw(case, rng)
        if self.kind == "one":
            return Result("one", ((1, first),))
        if self.kind == "set":
            parts = dict.fromkeys([first, second])
            return Result("set", tuple((Fraction(1, len(parts)), one) for one in parts))
        if first == second:
            return Result("lottery", ((1, first),))
        p = Fraction(1, 2) if self.seed % 3 else Fraction(1, 3)
        return Result("lottery", ((p, first), (1 - p, second)))


class Seen(NamedTuple):
    """In which unit a rule is asked, and which agents and alternatives it takes for which."""

    unit: Any = 1
    agents: dict[Any, Any] = {}
    labels: dict[Any, Any] = {}


def turned(names: dict[Any, Any]) -> dict[Any, Any]:
    return {new: old for old, new in names.items()}


def plain_number(x: Any, unit: Any) -> Fraction:
    """A number of another unit, which may be a float, in that of the world."""
    return Fraction(x / unit).limit_denominator(1000)


class Asked(Mechanism):
    """A rule as the package asks it; in another unit, or with others' names, where it is said."""

    id = "drawn"

    def __init__(self, rule: Rule, seen: Seen | None = None) -> None:
        self.rule, self.seen = rule, seen or Seen()
        self.setting = rule.world.in_units(self.seen.unit)[0]
        if rule.kind == "set":
            self.winners = lambda problem: [one for _, one in self.parts(problem)]

    def parts(self, problem: Problem) -> list[tuple[Any, Outcome]]:
        world, seen = self.rule.world, self.seen
        case = world.read(problem, seen.unit)
        agents = {a: seen.agents.get(a, a) for a in case.agents}
        types = {agents[a]: world.renamed_report(t, seen.labels) for a, t in case.rows()}
        order = sorted(types) if seen.agents else list(types)
        extra = world.renamed_extra(case.extra, agents, seen.labels)
        case = Case(tuple(order), tuple(types[a] for a in order), extra)
        if case not in self.rule.known:
            self.rule.known[case] = self.rule._drawn(case)
        found = []
        for p, plain in self.rule.known[case].parts:
            named = world.renamed_outcome(plain, turned(agents), turned(seen.labels))
            found.append((p, world.outcome(problem, named, seen.unit)))
        return found

    def solve(self, problem: Problem, *, rng: Any = None) -> Any:
        parts = self.parts(problem)
        return Lottery(parts) if self.rule.kind == "lottery" else parts[0][1]
