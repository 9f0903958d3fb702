"""The setting of demands: agents want quantities of something that is made at a joint cost."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, ClassVar

from mechdesign.coalitional.sharing.methods import average_shares, serial_shares
from mechdesign.errors import InvalidInputError, LimitReachedError, UndecidedError
from mechdesign.model import (
    AgentId,
    Domain,
    Fresh,
    Number,
    Outcome,
    Problem,
    Setting,
    as_count,
    as_list,
    as_numbers,
    mechanism,
    ratio,
    serializable,
    show,
)
from mechdesign.records import dataclass

__all__ = ["DemandCosts", "Demands", "average_cost", "demanding", "serial_cost"]

Marginals = tuple[Number, ...]
_MOST_PROFILES = 100_000


@serializable("coalitional.DemandCosts")
@dataclass(frozen=True)
class DemandCosts:
    """What each total quantity costs.

    Parameters
    ----------
    costs : tuple of numbers
        Of 0, 1, 2, ... units in all, convex, 0 for none.
    """

    costs: tuple[Number, ...]

    def worth(self, taken: Sequence[int]) -> Number:
        """The cost of the units that agents take."""
        return self.costs[sum(taken)]


@serializable("coalitional.Demands")
@dataclass(frozen=True)
class Demands(Setting[Marginals, "tuple[int, ...]"]):
    """Agents report what further units are worth to them: see :func:`demanding`."""

    id: ClassVar[str] = "coalitional.demanding"
    public: ClassVar[bool] = False
    money: ClassVar[bool] = True
    private_values: ClassVar[bool] = True
    data_kinds: ClassVar[tuple[type, ...]] = (DemandCosts,)

    def problem(self, data: object, *, costs: Any = None, **options: Any) -> Problem:
        """Read what units are worth.

        Parameters
        ----------
        data : sequence or mapping
            For each agent what its first, second, ... unit is worth: nonnegative, not increasing.
        costs : sequence of numbers or callable
            What 0, 1, 2, ... units cost together.
        """
        if options:
            raise InvalidInputError("options", "be `costs`", sorted(options), owner=self.id)
        named = data if isinstance(data, dict) else None
        rows = list(named.values()) if named is not None else as_list(data, "data")
        names = tuple(named) if named is not None else range(len(rows))
        types = tuple(
            as_numbers(row, f"data[{name!r}]", low=0) for name, row in zip(names, rows, strict=True)
        )
        units = sum(map(len, types))
        if callable(costs):
            costs = [costs(q) for q in range(units + 1)]
        made = Problem(names, types, DemandCosts(as_numbers(as_list(costs, "costs"), "costs")))
        self.check(made)
        return replace(made, reserve=(0,) * len(types))

    def check(self, problem: Problem) -> None:
        super().check(problem)
        prices = problem.data.costs
        steps = [b - a for a, b in itertools.pairwise(prices)]
        if not problem.types or len(set(map(len, problem.types))) != 1:
            raise InvalidInputError("data", "hold as many units for every agent", problem.types)
        for k, row in enumerate(problem.types):
            if any(a < b for a, b in itertools.pairwise(row)) or min(row, default=0) < 0:
                raise InvalidInputError(f"types[{k}]", "not increase, and be nonnegative", row)
        if len(prices) <= sum(map(len, problem.types)) or prices[0]:
            raise InvalidInputError("costs", "begin with 0 and cover all units", prices)
        if any(a > b for a, b in itertools.pairwise(steps)) or min(steps, default=0) < 0:
            raise InvalidInputError("costs", "be convex and not decrease", prices)

    def plain(self, problem: Problem) -> Any:
        return list(problem.types)

    def utility(
        self, problem: Problem, agent: AgentId, true_type: Marginals, outcome: Outcome[Any]
    ) -> Number:
        """What the units are worth, less the payment."""
        taken: int = outcome.choice[problem.position(agent)]
        worth: Number = sum(true_type[:taken])
        return worth - outcome.pay(agent)

    def feasible(self, problem: Problem, outcome: Outcome[Any]) -> bool:
        choice = outcome.choice
        return (
            isinstance(choice, tuple)
            and len(choice) == len(problem)
            and all(
                isinstance(q, int) and 0 <= q <= len(row)
                for q, row in zip(choice, problem.types, strict=True)
            )
        )

    def domain(self, agents: int, **scope: Any) -> Domain:
        """All ways to value units by some numbers.

        Parameters
        ----------
        agents : int
            How many.
        **scope
            ``values`` and ``units`` (required): what a unit may be worth, and the most units for
            each; ``costs``: of 0, 1, 2, ... units, by default the squares.
        """
        unknown = sorted(set(scope) - {"values", "units", "costs"})
        if unknown or scope.get("values") is None or scope.get("units") is None:
            known = "be values, units and perhaps costs"
            raise InvalidInputError("scope", known, sorted(scope), owner=self.id)
        n = as_count(agents, "agents", low=1, high=6, owner=self.id)
        units = as_count(scope["units"], "units", low=1, high=8)
        values = sorted(set(as_numbers(scope["values"], "values", low=0)), reverse=True)
        costs = scope.get("costs") or tuple(q * q for q in range(n * units + 1))
        reports = tuple(itertools.combinations_with_replacement(values, units))
        base = self.problem([reports[0]] * n, costs=costs)
        told = f"{units} units of worth {{{', '.join(map(show, values))}}}, costs {show(costs)}"
        return Domain(self, base, (reports,) * n, told)

    def span(self, agents: int, number: Fresh, **words: Any) -> Problem:
        """All ways to value ``units``, with ``costs`` as in :meth:`domain`."""
        if "values" in words or words.get("units") is None:
            raise InvalidInputError("scope", "be units and perhaps costs", sorted(words))
        base = self.domain(agents, values=(0,), **words).base
        types = tuple(self.any_report(base, agent, number) for agent in base.agents)
        return replace(base, types=types)

    def any_report(
        self, problem: Problem, agent: AgentId, number: Fresh, **words: Any
    ) -> Marginals:
        # Worths that do not increase: each is the next one and something more.
        steps = [number(0, None) for _ in problem.type_of(agent)]
        return tuple(sum(steps[k + 1 :], steps[k]) for k in range(len(steps)))

    def small_domains(self) -> Iterator[Domain]:
        yield self.domain(2, values=(0, 2, 4), units=2)

    def say_report(self, report: Marginals) -> str:
        return "units worth " + ", ".join(map(show, report))

    def say_choice(self, problem: Problem, outcome: Outcome[Any]) -> str:
        pays = ", ".join(show(outcome.pay(agent)) for agent in problem.agents)
        return f"units {outcome.choice} at ({pays})"


def demanding() -> Demands:
    """Agents want units that are made together at a convex cost.

    A type is what the first, second, ... unit is worth.  The outcome is how many units each gets,
    and the payments share the cost.

    Examples
    --------
    >>> problem = demanding().problem([(3, 1), (5, 4)], costs=lambda q: q * q)
    >>> problem.data.costs
    (0, 1, 4, 9, 16)
    """
    return Demands()


_SETTING = demanding()


def _shared(problem: Problem, taken: Sequence[int], shares: Any) -> Outcome:
    prices = problem.data.costs
    paid = shares(list(taken), lambda q: prices[q])
    pays = {agent: paid[k] for k, agent in enumerate(problem.agents)}
    return Outcome(
        tuple(taken), payments=pays, cost=prices[sum(taken)], problem=problem, setting=_SETTING
    )


def _best(worths: Marginals, price: Any, least: int) -> int:
    """The smallest best quantity at or above a level, for a price of each quantity."""
    options = range(least, len(worths) + 1)
    return max(options, key=lambda q: (sum(worths[:q]) - price(q), -q))


@mechanism("coalitional.serial_cost", setting=_SETTING, anonymous=True)
def serial_cost(problem: Problem) -> Outcome:
    """Serial cost sharing: nobody pays for what others want beyond the own demand.

    All begin at the same quantity and share its cost equally; who wants no more than the others
    leaves with that, the rest go on and share what further units cost.  Shares are
    :func:`serial_shares`.  Of quantities that are worth the same the smallest is taken.

    For divisible goods and convex costs this is strategyproof (Moulin and Shenker 1992).  In whole
    units it need not be: agents who find their share of the cost of a unit for each too much all
    leave, though each would have taken one alone, and one who says more stays.

    Examples
    --------
    >>> found = serial_cost([(3, 1), (9, 8)], costs=lambda q: q * q)
    >>> found.choice, found.payments
    ((1, 2), {0: 2, 1: 7})
    """
    prices = problem.data.costs
    taken = [0] * len(problem)
    inside = list(range(len(problem)))
    level, below = 0, 0
    spent: Number = 0
    while inside:
        left = len(inside)

        def share(q: int, left: int = left, below: int = below, spent: Number = spent) -> Number:
            return ratio(prices[below + left * q] - spent, left)

        wanted = {i: _best(problem.types[i], share, level) for i in inside}
        level = min(wanted.values())
        spent = prices[below + left * level]
        leaving = [i for i in inside if wanted[i] == level]
        for i in leaving:
            taken[i] = level
            below += level
        inside = [i for i in inside if i not in leaving]
    return _shared(problem, taken, serial_shares)


@mechanism("coalitional.average_cost", setting=_SETTING)
def average_cost(problem: Problem) -> Outcome:
    """Average cost sharing: everybody pays the same for each unit, and chooses how many to take.

    The quantities are an equilibrium of that game between the agents as they report: nobody would
    rather take another quantity, given what the others take.  Of several the one with the smallest
    total is chosen, then the first in order.

    Raises
    ------
    UndecidedError
        If the game has no equilibrium in whole units.
    LimitReachedError
        If there are more than 100,000 profiles of quantities.

    Examples
    --------
    >>> found = average_cost([(4, 1), (9, 8)], costs=lambda q: q * q)
    >>> found.choice, found.payments
    ((1, 2), {0: 3, 1: 6})
    """
    prices, types = problem.data.costs, problem.types
    size = 1
    for row in types:
        size *= len(row) + 1
    if size > _MOST_PROFILES:
        raise LimitReachedError(f"{size} profiles of quantities are more than {_MOST_PROFILES:,}")

    def worth(i: int, q: int, others: int) -> Number:
        total = q + others
        paid: Number = ratio(prices[total] * q, total) if total else 0
        gained: Number = sum(types[i][:q])
        return gained - paid

    options = itertools.product(*(range(len(row) + 1) for row in types))
    for taken in sorted(options, key=lambda one: (sum(one), one)):
        total = sum(taken)
        if all(
            worth(i, q, total - q) >= max(worth(i, r, total - q) for r in range(len(types[i]) + 1))
            for i, q in enumerate(taken)
        ):
            return _shared(problem, taken, average_shares)
    raise UndecidedError("the agents' game has no equilibrium in whole units")
