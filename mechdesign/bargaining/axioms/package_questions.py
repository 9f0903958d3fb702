"""What the axioms of bargaining share: smaller menus, ideal points, and how a rule mixes."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Hashable, Iterator
from dataclasses import replace
from typing import Any

from mechdesign.axioms import Axiom, Evaluator, Witness
from mechdesign.axioms.question import verifier
from mechdesign.axioms.question.trust import belongs_to_package
from mechdesign.bargaining.menus.data import Menu
from mechdesign.bargaining.menus.package_lists import packages, stands_for_all
from mechdesign.bargaining.menus.setting import PackageChoice
from mechdesign.bargaining.solutions.by_rows import ideal_point, rational_rows
from mechdesign.bargaining.solutions.lottery_polytope import When, mixtures
from mechdesign.bargaining.solutions.lottery_rules import LotteryRule
from mechdesign.errors import InfeasibleError, UndecidedError
from mechdesign.model import (
    AgentId,
    Lottery,
    Mechanism,
    Number,
    Problem,
    Setting,
    ShowsWinners,
    ratio,
)
from mechdesign.model.numbers import floats_in

_MOST = 10


class PackageAxiom(Axiom):
    """Axioms of problems with packages."""

    family = "bargaining"

    def applies(self, setting: Setting) -> str:
        if isinstance(setting, PackageChoice):
            return ""
        return f"the setting {setting.id} has no packages"


def mixing(mechanism: Mechanism, result: object) -> When | None:
    """Which lotteries a mechanism chooses from; None if it chooses single packages."""
    if isinstance(mechanism, LotteryRule):
        return mechanism.when
    return "ex post" if isinstance(result, Lottery) else None


def ideal(problem: Problem, when: When | None) -> tuple[Number, ...] | None:
    """The most that every agent can get where all get the reserve; None without agreement."""
    if stands_for_all(problem):  # such numbers have no hash
        return _ideal.__wrapped__(problem, when, ())
    return _ideal(problem, when, floats_in(problem))


@functools.lru_cache(maxsize=4096)
def _ideal(problem: Problem, when: When | None, floats: Hashable) -> tuple[Number, ...] | None:
    if when is None:
        try:
            found = packages(problem)
        except InfeasibleError:  # of fewer packages none may be within the budget
            return None
        rows = rational_rows(found)
        return ideal_point(found, rows) if len(rows) else None
    try:
        inside = mixtures(problem, when).rational()
    except InfeasibleError:
        return None
    if inside is None:
        return None
    return tuple(a + d for a, d in zip(inside.ideal(), reserve(problem), strict=True))


def smaller_menus(ctx: Evaluator, problem: Problem) -> Iterator[Problem]:
    """The menus with some packages less, for menus of at most 10."""
    data = problem.data
    if not isinstance(data, Menu) or len(data.packages) > _MOST:
        ctx.undecided(f"smaller sets of packages are tried for menus of up to {_MOST} only")
        return
    every = range(len(data.packages))
    for size in range(1, len(data.packages)):
        for kept in itertools.combinations(every, size):
            yield submenu(problem, kept)


def submenu(problem: Problem, kept: tuple[int, ...]) -> Problem:
    """The menu with the packages at some places only."""
    data: Menu = problem.data
    menu = Menu(tuple(data.packages[k] for k in kept), tuple(data.costs[k] for k in kept))
    types = tuple(tuple(row[k] for k in kept) for row in problem.types)
    return replace(problem, types=types, data=menu)


def reserve(problem: Problem) -> tuple[Number, ...]:
    """The reserve utilities, 0 where none are stated."""
    return problem.reserve or (0,) * len(problem)


def with_reserve(problem: Problem, agent: int, level: Number) -> Problem:
    """The problem with another reserve utility of one agent."""
    levels = list(reserve(problem))
    levels[agent] = level
    return replace(problem, reserve=tuple(levels))


def part_of(value: Number, n: int) -> Number:
    """One n-th, exact where the value is."""
    return ratio(value, n)


def tied(ctx: Evaluator, problem: Problem) -> bool:
    """Whether several outcomes with different utilities tie."""
    if not isinstance(ctx.mechanism, ShowsWinners):
        return False
    vectors = utilities_of_tied(ctx, problem)
    return any(vector != vectors[0] for vector in vectors)


def utilities_of_tied(ctx: Evaluator, problem: Problem) -> list[tuple[Number, ...]]:
    """What the outcomes are worth that a rule shows as tied."""
    rule: Any = ctx.mechanism
    if ctx.symbolic and not belongs_to_package(rule):
        # Ties are asked of the rule itself, and not compared with those of plain numbers.
        raise UndecidedError(f"ties of {rule.name} are not looked at for all reports")
    return [tuple(o.utilities.values()) for o in rule.winners(problem)]


def worth(mechanism: Mechanism, witness: Witness, problem: Problem, agent: AgentId) -> Number:
    """What a mechanism gives an agent, evaluated again."""
    result = verifier.choose(mechanism, problem, witness.lift)
    own = problem.type_of(agent)
    return verifier.worth(witness.setting, problem, agent, own, result, witness.lift)
