"""Two settings small enough to check by hand, with every capability that the axioms ask for.

They keep the tests of the engine free of the families.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, ClassVar

from mechdesign.errors import InvalidInputError
from mechdesign.model import (
    Domain,
    FrozenMap,
    Mechanism,
    Outcome,
    Problem,
    Setting,
    as_number,
    as_numbers,
    serializable,
)

HALF = Fraction(1, 2)


@serializable("toy.Packages")
@dataclass(frozen=True)
class Packages(Setting):
    """A public choice among named packages with costs; a type is a tuple of utilities."""

    id: ClassVar[str] = "toy.packages"
    public: ClassVar[bool] = True
    money: ClassVar[bool] = True

    def problem(self, data: Any, *, costs: Any = None, budget: Any = None) -> Problem:
        if not isinstance(data, (list, tuple)) or not data:
            raise InvalidInputError("data", "be a nonempty list of utility rows", data)
        rows = [as_numbers(row, "data") for row in data]
        if len({len(row) for row in rows}) != 1 or not rows[0]:
            raise InvalidInputError("data", "have rows of one positive length", data)
        names = tuple("abcdefgh"[: len(rows[0])])
        costs = tuple(costs or (0,) * len(names))
        items = tuple(zip(names, costs, strict=True))
        return Problem(
            range(len(rows)), tuple(rows), data=items, reserve=(0,) * len(rows), budget=budget
        )

    def utility(self, problem, agent, true_type, outcome):
        names = [name for name, _ in problem.data]
        return true_type[names.index(outcome.choice)] - outcome.pay(agent)

    def feasible(self, problem, outcome):
        costs = dict(problem.data)
        name = outcome.choice
        return name in costs and (problem.budget is None or costs[name] <= problem.budget)

    def outcomes(self, problem):
        for name, _ in problem.data:
            outcome = Outcome(name, problem=problem, setting=self)
            if self.feasible(problem, outcome):
                yield outcome

    def domain(self, agents: int, *, values: int = 2, packages: int = 2) -> Domain:
        rows = tuple(itertools.product(range(values), repeat=packages))
        base = self.problem([rows[0]] * agents)
        return Domain(self, base, (rows,) * agents, f"{packages} packages, utilities < {values}")

    def deviations(self, problem, agent):
        own = problem.type_of(agent)
        return list(itertools.product(range(4), repeat=len(own)))

    def relabelled(self, problem):
        for order in itertools.permutations(range(len(problem.data))):
            types = tuple(tuple(row[k] for k in order) for row in problem.types)
            yield replace(problem, types=types), order

    def rename(self, problem, outcome, renaming):
        names = [name for name, _ in problem.data]
        old = names.index(outcome.choice)
        return replace(outcome, choice=names[renaming.index(old)])

    def rescaled(self, problem):
        for agent in problem.agents:
            row = tuple(3 * u for u in problem.type_of(agent))
            yield problem.report(agent, row), f"with the utility of agent {agent} tripled"

    def normal_scale(self, problem):
        rows = [
            tuple(Fraction(u) / max(row) if max(row) else 0 for u in row) for row in problem.types
        ]
        return replace(problem, types=tuple(rows))

    def restricted(self, problem, keep):
        kept = {outcome.choice for outcome in keep}
        every = range(len(problem.data))
        for size in range(1, len(problem.data)):
            for places in itertools.combinations(every, size):
                data = tuple(problem.data[k] for k in places)
                if kept and not kept & {name for name, _ in data}:
                    continue
                types = tuple(tuple(row[k] for k in places) for row in problem.types)
                yield replace(problem, types=types, data=data)

    def enlarged(self, problem):
        if problem.budget is not None:
            for budget in range(problem.budget + 1, max(cost for _, cost in problem.data) + 1):
                yield replace(problem, budget=budget)

    def enlargements_suffice(self, mechanism, problem):
        return True

    def claim(self, problem, outcome):
        return as_number(1, "claim") if len(problem) == 1 else HALF

    def unanimous(self, problem, outcome):
        tops = []
        for row in problem.types:
            best = [name for (name, _), u in zip(problem.data, row, strict=True) if u == max(row)]
            if len(best) != 1:
                return None
            tops.append(best[0])
        return outcome.choice == tops[0] if len(set(tops)) == 1 else None


class Rule(Mechanism):
    """Chooses the first package that is best by a score of the utility rows."""

    def __init__(self, name, score, *, last=False, ties=False):
        self.id = f"toy.{name}"
        self.setting = Packages()
        self.score = score
        self.last = last
        if ties:
            self.winners = self._winners

    def _winners(self, problem):
        feasible = list(self.setting.outcomes(problem))
        names = [name for name, _ in problem.data]
        scores = [
            self.score([row[names.index(outcome.choice)] for row in problem.types])
            for outcome in feasible
        ]
        return [o for o, s in zip(feasible, scores, strict=True) if s == max(scores)]

    def solve(self, problem, *, rng=None):
        return self._winners(problem)[-1 if self.last else 0]


def product(column):
    result = 1
    for u in column:
        result *= u
    return result


class KalaiSmorodinsky(Rule):
    """Maximises the smallest share of the ideal, which depends on what else is on the menu."""

    def _winners(self, problem):
        feasible = list(self.setting.outcomes(problem))
        ideals = [max(row) or 1 for row in problem.types]

        def level(outcome):
            utilities = self.setting.utilities(problem, outcome)
            return min(Fraction(u, a) for u, a in zip(utilities, ideals, strict=True))

        best = max(map(level, feasible))
        return [outcome for outcome in feasible if level(outcome) == best]


kalai_smorodinsky = KalaiSmorodinsky("kalai_smorodinsky", None)
utilitarian = Rule("utilitarian", sum)
nash = Rule("nash", product)
egalitarian = Rule("egalitarian", min)
leximin = Rule("leximin", sorted)
dictator = Rule("dictator", lambda column: column[0])
pessimal = Rule("pessimal", lambda column: -sum(column))
constant = Rule("constant", lambda column: 0)
tied_utilitarian = Rule("tied_utilitarian", sum, ties=True)


@serializable("toy.Shares")
@dataclass(frozen=True)
class Shares(Setting):
    """A private good: each agent gets an amount and pays; a type is the value of a unit."""

    id: ClassVar[str] = "toy.shares"
    money: ClassVar[bool] = True
    public: ClassVar[bool] = False

    def problem(self, data: Any) -> Problem:
        values = as_numbers(data, "data", low=0)
        if not values:
            raise InvalidInputError("data", "not be empty", data)
        return Problem(range(len(values)), values, reserve=(0,) * len(values))

    def utility(self, problem, agent, true_type, outcome):
        return true_type * outcome.choice.get(agent, 0) - outcome.pay(agent)

    def feasible(self, problem, outcome):
        return sum(outcome.choice.values()) <= 1

    def domain(self, agents: int, *, values: int = 3) -> Domain:
        base = self.problem([0] * agents)
        return Domain(self, base, (tuple(range(values)),) * agents, f"values < {values}")

    def allocation(self, problem, agent, outcome):
        return outcome.choice.get(agent, 0)


class Split(Mechanism):
    """An allocation rule given as a function of the values, with payments."""

    def __init__(self, name, amounts, payments=None):
        self.id = f"toy.{name}"
        self.setting = Shares()
        self.amounts = amounts
        self.payments = payments

    def solve(self, problem, *, rng=None):
        values = list(problem.types)
        amounts = FrozenMap(zip(problem.agents, self.amounts(values), strict=True))
        pays = None
        if self.payments is not None:
            pays = dict(zip(problem.agents, self.payments(values), strict=True))
        return Outcome(amounts, payments=pays, problem=problem, setting=self.setting)


def highest(values):
    winner = values.index(max(values))
    return [int(k == winner) for k in range(len(values))]


def second_price(values):
    winner = values.index(max(values))
    others = [v for k, v in enumerate(values) if k != winner]
    return [max(others, default=0) if k == winner else 0 for k in range(len(values))]


vickrey = Split("vickrey", highest, second_price)
first_price = Split(
    "first_price", highest, lambda v: [a * b for a, b in zip(highest(v), v, strict=True)]
)
overcharge = Split("overcharge", highest, lambda v: [1] * len(v))
lowest = Split("lowest", lambda v: [int(k == v.index(min(v))) for k in range(len(v))])
greedy_sum = Split("everything_twice", lambda v: [1] * len(v))
equal_split = Split("equal_split", lambda v: [HALF if len(v) == 2 else 0 for _ in v])
# Nobody's own report changes what they get, yet two of them can help each other.
mutual = Split("mutual", lambda v: [HALF * (v[1 - k] == 0) for k in range(len(v))])


@serializable("toy.Nested")
@dataclass(frozen=True)
class Nested(Setting):
    """Types with parts of different lengths, as graphs have."""

    id: ClassVar[str] = "toy.nested"
    public: ClassVar[bool] = False

    def problem(self, data: Any) -> Problem:
        return Problem(range(len(data)), tuple(data))

    def utility(self, problem, agent, true_type, outcome):
        return true_type[0] * outcome.choice[problem.position(agent)]

    def feasible(self, problem, outcome):
        return True

    def domain(self, agents: int) -> Domain:
        reports = ((1, ((0, HALF), (1, HALF))), (2, ((0, HALF), (1, HALF))))
        base = self.problem([reports[0]] * agents)
        return Domain(self, base, (reports,) * agents, "two nested types", complete=True)


class NestedRule(Mechanism):
    def __init__(self, name, amounts):
        self.id = f"toy.{name}"
        self.setting = Nested()
        self.amounts = amounts

    def solve(self, problem, *, rng=None):
        return Outcome(self.amounts(len(problem)), problem=problem, setting=self.setting)


nested_first = NestedRule("nested_first", lambda n: (1,) + (0,) * (n - 1))
nested_equal = NestedRule("nested_equal", lambda n: (1,) * n)


class Priced(Rule):
    """The utilitarian package, for which agent 0 pays by its name."""

    def __init__(self, name, price):
        super().__init__(name, sum)
        self.price = price

    def solve(self, problem, *, rng=None):
        chosen = super().solve(problem)
        return replace(chosen, payments={0: self.price(chosen.choice)})


priced_by_name = Priced("priced_by_name", lambda name: int(name == "a"))
priced_alike = Priced("priced_alike", lambda name: 1)


class First(Mechanism):
    """One outcome, whatever is reported."""

    def __init__(self, setting, outcome):
        self.id = "toy.one_outcome"
        self.setting = setting
        self.outcome = outcome

    def solve(self, problem, *, rng=None):
        return self.outcome
