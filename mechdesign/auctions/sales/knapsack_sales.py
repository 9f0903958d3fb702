"""Knapsack auctions: bidders take up known sizes of one capacity."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from typing import Any, ClassVar

from mechdesign.algorithms.knapsack import knapsack
from mechdesign.auctions.references import GROVES, MYERSON
from mechdesign.auctions.sales.sale_setting import Sale, clarke, sold, values_of
from mechdesign.errors import InvalidInputError
from mechdesign.model import (
    AgentId,
    Domain,
    FrozenMap,
    Number,
    Outcome,
    Problem,
    Setting,
    Theorem,
    aligned_numbers,
    as_count,
    as_list,
    as_number,
    labelled_numbers,
    mechanism,
    ratio,
    serializable,
    show,
)
from mechdesign.model.numbers import common_denominator
from mechdesign.records import dataclass

__all__ = [
    "KnapsackAuction",
    "KnapsackData",
    "knapsack_auction",
    "knapsack_greedy",
    "knapsack_vcg",
]

Winners = tuple[Any, ...]


@serializable("auctions.KnapsackData")
@dataclass(frozen=True)
class KnapsackData:
    """What fits.

    Parameters
    ----------
    sizes : FrozenMap of agent to number
        What each bidder takes up, known and positive.
    capacity : number
        What the winners may take up together.
    """

    sizes: FrozenMap[Any, Number]
    capacity: Number


@serializable("auctions.KnapsackAuction")
@dataclass(frozen=True)
class KnapsackAuction(Sale[Number, Winners]):
    """Bidders of known sizes share a capacity: see :func:`knapsack_auction`."""

    id: ClassVar[str] = "auctions.knapsack_auction"
    data_kinds: ClassVar[tuple[type, ...]] = (KnapsackData,)
    called: ClassVar[str] = "winners"
    held: ClassVar[Callable[[Any], Any]] = tuple
    demanded: ClassVar[str] = "be winners that fit"

    def problem(
        self, data: Any, *, sizes: Any = None, capacity: Any = None, **options: Any
    ) -> Problem:
        """Read values and sizes.

        Parameters
        ----------
        data : sequence, mapping or series of n nonnegative numbers
            What winning is worth to each bidder.
        sizes : the same, positive
            What each takes up.
        capacity : number
            What the winners may take up together.
        """
        if options:
            raise InvalidInputError("options", "be sizes and capacity", sorted(options))
        agents, values = labelled_numbers(data, "values", low=0)
        if sizes is None or capacity is None:
            raise InvalidInputError("sizes", "be given, with capacity", sizes)
        taken = aligned_numbers(sizes, agents, "sizes", low=0)
        if not agents or not all(taken):
            raise InvalidInputError("sizes", "be positive, of at least one bidder", taken)
        data = KnapsackData(
            FrozenMap(zip(agents, taken, strict=True)), as_number(capacity, "capacity", low=0)
        )
        return Problem(agents, values, data, reserve=(0,) * len(agents))

    def worth(self, problem: Problem, agent: AgentId, own: Number, choice: Winners) -> Number:
        """The value of a winner, 0 of others."""
        return own if agent in choice else 0

    def most_welfare(self, problem: Problem) -> tuple[Number, Winners]:
        """The winners of the largest total value that fit, exactly."""
        data, agents = problem.data, problem.agents
        values = [Fraction(v) for v in problem.types]
        costs = [Fraction(data.sizes[agent]) for agent in agents]
        room = Fraction(data.capacity)
        unit = common_denominator(values)
        part = common_denominator([*costs, room])
        chosen = knapsack(
            [int(v * unit) for v in values], [int(c * part) for c in costs], int(room * part)
        )
        total: Number = sum(problem.types[i] for i in chosen)
        return total, tuple(agents[i] for i in chosen)

    def feasible(self, problem: Problem, outcome: Outcome) -> bool:
        choice = outcome.choice
        if not isinstance(choice, tuple) or not set(choice) <= set(problem.agents):
            return False
        taken = sum(problem.data.sizes[agent] for agent in choice)
        return bool(len(set(choice)) == len(choice) and taken <= problem.data.capacity)

    def outcomes(self, problem: Problem) -> Iterable[Outcome]:
        """Every set of winners that fits."""
        for k in range(len(problem) + 1):
            for some in itertools.combinations(problem.agents, k):
                found = Outcome.bare(some, problem, self)
                if self.feasible(problem, found):
                    yield found

    def domain(self, agents: int, **scope: Any) -> Domain:
        """Every profile of values out of a list.

        Parameters
        ----------
        agents : int
            How many bidders.
        sizes, capacity
            1, 2, ... and half of their sum, rounded down, by default.
        values : sequence of numbers
            0, 1, 2 and 3 by default.
        """
        values = values_of(scope, ["sizes", "capacity"], (0, 1, 2, 3))
        n = as_count(agents, "agents", low=1)
        taken = as_list(scope.get("sizes", range(1, n + 1)), "sizes")
        room = scope.get("capacity", max(1, sum(range(1, n + 1)) // 2))
        base = self.problem([values[0]] * n, sizes=taken, capacity=room)
        told = f"values {', '.join(map(show, values))}, sizes {', '.join(map(show, taken))}"
        return Domain(self, base, (values,) * n, f"{told}, capacity {show(room)}")

    def small_domains(self) -> Iterator[Domain]:
        for agents in (1, 2, 3):
            yield self.domain(agents)


_SETTING = KnapsackAuction()


def knapsack_auction() -> KnapsackAuction:
    """Bidders of known sizes share a capacity; a type is what winning is worth.

    Examples
    --------
    >>> knapsack_auction().problem([11, 9], sizes=[5, 4], capacity=9).types
    (11, 9)
    """
    return KnapsackAuction()


@mechanism(
    "auctions.knapsack_vcg",
    setting=_SETTING,
    reference=GROVES,
    claims={"strategyproofness": Theorem(GROVES, "truth is dominant under VCG payments")},
)
def knapsack_vcg(problem: Problem, *, setting: Setting | None = None) -> Outcome:
    """The winners of largest total value; everybody pays what its presence costs the others.

    Examples
    --------
    >>> from mechdesign import auctions
    >>> found = auctions.knapsack_vcg([11, 9, 6, 4], sizes=[5, 4, 3, 2], capacity=9)
    >>> found.choice, found.payments
    ((0, 1), {0: 10, 1: 6, 2: 0, 3: 0})
    """
    return clarke(setting, problem, algorithm="undominated sums")


@mechanism(
    "auctions.knapsack_greedy",
    setting=_SETTING,
    reference=MYERSON,
    claims={"strategyproofness": Theorem(MYERSON, "a monotone choice with its threshold payments")},
)
def knapsack_greedy(problem: Problem, *, setting: Setting | None = None) -> Outcome:
    """By value for size, whoever still fits; winners pay the smallest bid that wins.

    Notes
    -----
    O(n^2 log n).  A higher bid comes earlier and meets more room: the choice is monotone.

    Examples
    --------
    >>> from mechdesign import auctions
    >>> found = auctions.knapsack_greedy([11, 9, 6, 4], sizes=[5, 4, 3, 2], capacity=9)
    >>> found.choice, found.payments
    ((0, 1), {0: 10, 1: 8, 2: 0, 3: 0})
    """
    won = _taken(problem, range(len(problem)))
    payments: dict[Any, Number] = dict.fromkeys(problem.agents, 0)
    for i in won:
        others = [j for j in range(len(problem)) if j != i]
        payments[problem.agents[i]] = _threshold(problem, i, _taken(problem, others))
    choice = tuple(problem.agents[i] for i in sorted(won))
    return sold(setting, problem, choice, payments, algorithm="greedy")


def _density(problem: Problem, i: int) -> Number:
    return ratio(problem.types[i], problem.data.sizes[problem.agents[i]])


def _taken(problem: Problem, among: Iterable[int]) -> list[int]:
    """Whom the greedy rule takes, in its order."""
    room = problem.data.capacity
    found = []
    for i in sorted(among, key=lambda i: (-_density(problem, i), i)):
        size = problem.data.sizes[problem.agents[i]]
        if problem.types[i] > 0 and size <= room:
            found.append(i)
            room -= size
    return found


def _threshold(problem: Problem, i: int, others: list[int]) -> Number:
    """The smallest bid with which a bidder comes before it no longer fits."""
    size, room = problem.data.sizes[problem.agents[i]], problem.data.capacity
    for j in others:
        room -= problem.data.sizes[problem.agents[j]]
        if room < size:
            due: Number = _density(problem, j) * size
            return due
    return 0
