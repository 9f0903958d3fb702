"""The setting: agents compare alternatives in pairs, and a lottery over alternatives is chosen."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from math import lcm
from typing import Any, ClassVar

import numpy as np

from mechdesign.algorithms.orders import strict_orders
from mechdesign.errors import InvalidInputError
from mechdesign.model import (
    AgentId,
    Domain,
    Number,
    Outcome,
    Problem,
    Setting,
    all_exact,
    as_count,
    as_number,
    is_exact,
    serializable,
    show,
)
from mechdesign.preference_games.reading_games import PreferenceGame, game
from mechdesign.records import dataclass

__all__ = ["Comparers", "LotteryData", "comparers", "population_game"]

_NAMES = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_HALF = Fraction(1, 2)
Matrix = tuple[tuple[Number, ...], ...]


@serializable("preference_games.LotteryData")
@dataclass(frozen=True)
class LotteryData:
    """The alternatives that are compared.

    Parameters
    ----------
    alternatives : tuple of labels
        Rows and columns of every agent's matrix.
    decisions : tuple of str
        What had to be decided when the data were read.
    """

    alternatives: tuple[Any, ...]
    decisions: tuple[str, ...] = ()


@serializable("preference_games.Comparers")
@dataclass(frozen=True)
class Comparers(Setting[Matrix, Any]):
    """Agents who compare in pairs: see :func:`comparers`."""

    preferences: str = "comparisons"
    id: ClassVar[str] = "preference_games.lotteries"
    preference_domains: ClassVar[tuple[str, ...]] = ("comparisons",)
    ordinal_domains: ClassVar[tuple[str, ...]] = ("comparisons",)
    data_kinds: ClassVar[tuple[type, ...]] = (LotteryData,)
    #: What :meth:`deviations` lists, for the scope of a verdict at one problem.
    lies: ClassVar[str] = "strict rankings"

    def problem(self, data: object, **options: Any) -> Problem:
        """Read rankings, matrices of several agents, or one game, which is that of one agent.

        Parameters
        ----------
        data : rankings, list of games, or what :func:`game` reads
            Texts ``"A > B = C"``, a mapping of these to weights, a list of
            :class:`PreferenceGame`, or one game of any form.
        **options
            Those of :func:`game`, or `weights` with several agents.
        """
        if _are_rankings(data):
            return _of_rankings(data, options)
        if isinstance(data, (list, tuple)) and data and isinstance(data[0], PreferenceGame):
            weights = options.pop("weights", None)
            if options:
                raise InvalidInputError("options", "be weights for several games", sorted(options))
            if len({one.alternatives for one in data}) > 1:
                raise InvalidInputError("data", "have the same alternatives", "several")
            listed = tuple(_matrix(one) for one in data)
            found = LotteryData(data[0].alternatives, data[0].decisions)
            return Problem(range(len(data)), listed, found, weights=weights)
        one = game(data, **options)
        return Problem(range(1), (_matrix(one),), LotteryData(one.alternatives, one.decisions))

    def check(self, problem: Problem) -> None:
        super().check(problem)
        n = len(problem.data.alternatives)
        for k, own in enumerate(problem.types):
            square = isinstance(own, tuple) and len(own) == n
            if not square or any(not isinstance(row, tuple) or len(row) != n for row in own):
                raise InvalidInputError(f"types[{k}]", f"be a matrix of {n} rows and columns", own)

    def reread(self, problem: Problem) -> Problem:
        self.check(problem)
        for k, own in enumerate(problem.types):
            for i, j in itertools.product(range(len(own)), repeat=2):
                x = as_number(own[i][j], f"types[{k}][{i}][{j}]", low=0, high=1)
                off = abs(x + own[j][i] - 1)
                if off > (0 if is_exact(off) else 1e-12):
                    raise InvalidInputError(f"types[{k}]", "sum to 1 with its transpose", off)
        return problem

    def scale(self, problem: Problem) -> Number:
        return 1

    def margin(
        self, problem: Problem, agent: AgentId, true_type: Any, before: Outcome, after: Outcome
    ) -> Number:
        labels = problem.data.alternatives
        i, j = labels.index(after.choice), labels.index(before.choice)
        return 2 * true_type[i][j] - 1  # type: ignore[no-any-return]

    def gain(
        self, problem: Problem, agent: AgentId, true_type: object, before: Outcome, after: Outcome
    ) -> Number:
        return self.margin(problem, agent, true_type, before, after)

    def utility(self, problem: Problem, agent: AgentId, true_type: Any, outcome: Outcome) -> Number:
        """The share of the others to which the agent prefers the alternative.

        It orders the alternatives as a ranking does; comparisons that cycle have no such order.
        """
        k = problem.data.alternatives.index(outcome.choice)
        others = [x for j, x in enumerate(true_type[k]) if j != k]
        return sum(others, Fraction(0)) / max(1, len(others))

    def feasible(self, problem: Problem, outcome: Outcome) -> bool:
        return outcome.choice in problem.data.alternatives

    def outcome(self, problem: Problem, raw: object) -> Outcome:
        found = Outcome(raw, problem=problem, setting=self)
        if not self.feasible(problem, found):
            constraint = f"be one of {list(problem.data.alternatives)}"
            raise InvalidInputError("outcome", constraint, raw, owner=self.id)
        return found

    def outcomes(self, problem: Problem) -> Iterable[Outcome]:
        for label in problem.data.alternatives:
            yield Outcome(label, problem=problem, setting=self)

    def unanimous(self, problem: Problem, outcome: Outcome) -> bool | None:
        """Whether agents who all have the same first alternative get it."""
        best = {_first(own) for own in problem.types}
        if len(best) != 1 or None in best:
            return None
        return bool(problem.data.alternatives.index(outcome.choice) in best)

    def domain(self, agents: int, **scope: Any) -> Domain:
        """Every profile of strict rankings.

        Parameters
        ----------
        agents : int
            How many.
        alternatives : int or sequence of labels
            At most 5; a number stands for A, B, C ...
        """
        given = scope.pop("alternatives", None)
        if scope:
            raise InvalidInputError("scope", "be agents and alternatives", sorted(scope))
        if given is None:
            raise InvalidInputError("alternatives", "be given", None)
        labels = (
            tuple(_NAMES[: as_count(given, "alternatives", low=1)])
            if isinstance(given, int)
            else tuple(given)
        )
        if len(labels) > 5:
            raise InvalidInputError(
                "alternatives", "be at most 5 to list all rankings", len(labels)
            )
        reports = _strict(len(labels))
        n = as_count(agents, "agents", low=1)
        base = Problem(range(n), (reports[0],) * n, LotteryData(labels))
        told = f"all strict rankings of {len(labels)} alternatives"
        return Domain(self, base, (reports,) * n, told)

    def small_domains(self) -> Iterator[Domain]:
        for agents, m in ((1, 2), (2, 2), (3, 2), (1, 3), (2, 3), (3, 3), (4, 3)):
            yield self.domain(agents, alternatives=m)

    def deviations(self, problem: Problem, agent: AgentId) -> Iterable[Matrix]:
        n = len(problem.data.alternatives)
        if n > 5:
            raise InvalidInputError("alternatives", "be at most 5 to list all rankings", n)
        return _strict(n)

    def deviations_suffice(self, mechanism: object, problem: Problem) -> bool:
        return False

    def relabelled(self, problem: Problem) -> Iterable[tuple[Problem, Any]]:
        labels = problem.data.alternatives
        if len(labels) < 2:
            return
        swaps = [(0, k) for k in range(1, len(labels))]
        for i, j in swaps:
            order = list(range(len(labels)))
            order[i], order[j] = j, i
            names = {label: labels[k] for label, k in zip(labels, order, strict=True)}
            types = tuple(_permuted(own, order) for own in problem.types)
            yield replace(problem, types=types), tuple(names.items())

    def rename(self, problem: Problem, outcome: Outcome, renaming: Any) -> Outcome:
        return replace(outcome, choice=dict(renaming)[outcome.choice])

    def size(self, problem: Problem) -> int:
        return len(problem.data.alternatives)

    def sample(self, rng: np.random.Generator, agents: int, **scope: Any) -> Problem:
        n = as_count(scope.get("alternatives", 3), "alternatives", low=1)
        every = _strict(min(n, 5))
        types = tuple(every[k] for k in rng.integers(len(every), size=agents).tolist())
        return Problem(range(agents), types, LotteryData(tuple(_NAMES[: min(n, 5)])))

    def simpler(self, problem: Problem) -> Iterable[Problem]:
        n = len(problem.data.alternatives)
        for gone in range(n if n > 2 else 0):
            yield without(problem, gone)

    def say_report(self, report: Matrix) -> str:
        order = _ranking(report)
        if order is None:
            return "a matrix " + "; ".join(" ".join(show(x) for x in row) for row in report)
        return " > ".join(_NAMES[k] if len(report) <= 26 else str(k) for k in order)


def comparers() -> Comparers:
    """Agents who compare alternatives in pairs.

    The type of an agent is a matrix: the chance that she prefers the row to the column, 0, 1/2 or 1
    for a ranking.  The choice is a lottery over the alternatives, and nothing but comparisons is
    known, so that lotteries are compared by ``lift="pairwise"`` or ``lift="dominance"``.

    Examples
    --------
    >>> problem = comparers().problem({"A > B > C": 2, "C > A = B": 1})
    >>> problem.weights, problem.types[1][0]
    ((2, 1), (Fraction(1, 2), Fraction(1, 2), 0))
    """
    return Comparers()


def population_game(problem: Problem) -> PreferenceGame:
    """The game of everybody's comparisons: the average of the matrices of the agents.

    Examples
    --------
    >>> population_game(comparers().problem({"A > B": 2, "B > A": 1})).rate("A", "B")
    Fraction(2, 3)
    """
    comparers().check(problem)
    n = len(problem.data.alternatives)
    weights = problem.weights or (1,) * len(problem)
    kinds: dict[Matrix, Number] = {}
    for own, weight in zip(problem.types, weights, strict=True):
        kinds[own] = kinds.get(own, 0) + weight
    total = sum(kinds.values())
    uniform = np.full(n, 1 / n)
    flat = [x for own in kinds for row in own for x in row]
    labels, told = problem.data.alternatives, problem.data.decisions
    if not (all_exact(flat) and is_exact(total)):
        rates = sum(float(w) * np.array(own, dtype=float) for own, w in kinds.items())
        even = np.asarray(rates) / float(total)
        even = (even + 1 - even.T) / 2
        return PreferenceGame(labels, even, uniform, 0.0, None, None, told)
    common = lcm(
        *(Fraction(x).denominator for x in flat), *(Fraction(w).denominator for w in kinds.values())
    )
    margins = np.zeros((n, n), dtype=object)
    for own, w in kinds.items():
        grid = [[int((2 * Fraction(x) - 1) * common) for x in row] for row in own]
        margins += np.array(grid, dtype=object) * int(Fraction(w) * common)
    compared = np.full((n, n), int(Fraction(total) * common**2), dtype=object)
    rates = 0.5 + (margins / (2 * compared)).astype(float)
    return PreferenceGame(labels, rates, uniform, 0.0, margins, compared, told)


def without(problem: Problem, gone: int) -> Problem:
    """The problem without one alternative."""
    labels = problem.data.alternatives
    kept = [k for k in range(len(labels)) if k != gone]
    types = tuple(tuple(tuple(own[i][j] for j in kept) for i in kept) for own in problem.types)
    data = replace(problem.data, alternatives=tuple(labels[k] for k in kept))
    return replace(problem, types=types, data=data)


def cloned(problem: Problem, place: int) -> Problem:
    """The problem with a second copy of one alternative, between which everybody is indifferent."""
    labels = problem.data.alternatives
    order = [*range(len(labels)), place]
    types = tuple(
        tuple(tuple(_HALF if i == j else own[i][j] for j in order) for i in order)
        for own in problem.types
    )
    data = replace(problem.data, alternatives=(*labels, ("copy", labels[place])))
    return replace(problem, types=types, data=data)


def _matrix(one: PreferenceGame) -> Matrix:
    if one.margins is None or one.compared is None:
        return tuple(tuple(row) for row in one.rates.tolist())
    pairs = zip(one.margins.tolist(), one.compared.tolist(), strict=True)
    return tuple(
        tuple(_HALF + Fraction(int(m), 2 * int(c)) for m, c in zip(*rows, strict=True))
        for rows in pairs
    )


def _permuted(own: Matrix, order: Sequence[int]) -> Matrix:
    """The matrix of the agent who thinks of `order[k]` what she thought of k."""
    place = {k: i for i, k in enumerate(order)}
    n = range(len(order))
    return tuple(tuple(own[place[i]][place[j]] for j in n) for i in n)


def of_ranks(ranks: Sequence[int]) -> Matrix:
    """The comparisons of a ranking; equal ranks are ties."""
    return tuple(tuple(_HALF if a == b else int(a < b) for b in ranks) for a in ranks)


def _strict(n: int) -> tuple[Matrix, ...]:
    return tuple(of_ranks(tiers) for tiers in strict_orders(n))


def _first(own: Matrix) -> int | None:
    """The alternative that is preferred to all others, if there is one."""
    for k, row in enumerate(own):
        if all(x > _HALF for j, x in enumerate(row) if j != k):
            return k
    return None


def _ranking(own: Matrix) -> list[int] | None:
    """The order of a matrix of zeros and ones, best first."""
    n = len(own)
    scores = [sum(x for j, x in enumerate(row) if j != k) for k, row in enumerate(own)]
    order = sorted(range(n), key=lambda k: -scores[k])
    same = all(own[a][b] == 1 for k, a in enumerate(order) for b in order[k + 1 :])
    return order if same else None


def _are_rankings(data: Any) -> bool:
    if isinstance(data, Mapping):
        return bool(data) and all(isinstance(k, str) and _marked(k) for k in data)
    listed = isinstance(data, (list, tuple)) and bool(data)
    return listed and all(isinstance(k, str) and _marked(k) for k in data)


def _marked(text: str) -> bool:
    return ">" in text or "=" in text


def _of_rankings(data: Any, options: dict[str, Any]) -> Problem:
    from mechdesign.io.ranking_lists import parse_rankings

    weights = options.pop("weights", None)
    if options:
        raise InvalidInputError("options", "be weights for rankings", sorted(options))
    if isinstance(data, Mapping):
        if weights is not None:
            raise InvalidInputError("weights", "be left out for a mapping", weights)
        weights = tuple(data.values())
    found = parse_rankings("\n".join(f"1: {text}" for text in data))
    names = found.names
    types = []
    for k, (_, order) in enumerate(found.orders):
        place = {name: rank for rank, tier in enumerate(order) for name in tier}
        if len(place) != len(names):
            raise InvalidInputError(f"data[{k}]", f"rank all of {list(names)}", list(data)[k])
        types.append(of_ranks([place[i] for i in range(1, len(names) + 1)]))
    same = weights is not None and all(w == 1 for w in weights)
    return Problem(
        range(len(types)), tuple(types), LotteryData(names), weights=None if same else weights
    )
