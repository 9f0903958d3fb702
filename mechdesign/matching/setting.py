"""The setting of online matching in the shared model, and policies as mechanisms.

Offline vertices are the agents.  The type of a vertex holds all that is its own: weight, capacity
and edges; so a vertex can misreport its weight, stay away, or change places with another.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Any, ClassVar

from mechdesign.errors import InvalidInputError
from mechdesign.matching.instances.graphs import Instance
from mechdesign.matching.instances.reading import instance
from mechdesign.model import (
    AgentId,
    Domain,
    Fresh,
    Number,
    Outcome,
    Problem,
    Setting,
    as_count,
    as_number,
    as_numbers,
    refuse_unknown,
    serializable,
    show,
)
from mechdesign.records import dataclass

__all__ = ["Online", "online"]


@serializable("matching.Online")
@dataclass(frozen=True)
class Online(Setting[tuple[Number, int, Any], tuple[tuple[AgentId, int], ...]]):
    """Online matching with stochastic rewards.

    A type is ``(weight, capacity, edges)`` with edges ``(arrival position, probability)``; the data
    are the labels of the arrivals; a choice is the tuple of successes ``(offline label, arrival
    position)`` in arrival order.  A vertex values each of its successes by its weight.
    """

    id: ClassVar[str] = "matching.online"
    data_kinds: ClassVar[tuple[type, ...]] = (tuple, range)
    public: ClassVar[bool] = False

    def scale(self, problem: Problem) -> Number:
        weights: list[Number] = [own[0] for own in problem.types]
        return max(weights, default=0)

    def problem(self, data: object, **options: Any) -> Problem:
        """Read an instance; `options` are those of :func:`mechdesign.matching.instance`."""
        refuse_unknown(options, instance)
        graph = instance(data, **options)
        edges: list[list[tuple[int, Number]]] = [[] for _ in range(graph.n)]
        for u, t, p in graph.edges():
            edges[u].append((t, p))
        types = tuple(
            (w, c, tuple(own))
            for w, c, own in zip(graph.weights, graph.capacities, edges, strict=True)
        )
        arrivals = graph.arrivals if isinstance(graph.arrivals, range) else tuple(graph.arrivals)
        return Problem(graph.offline, types, data=arrivals, reserve=(0,) * graph.n)

    def check(self, problem: Problem) -> None:
        super().check(problem)
        if not all(isinstance(own, tuple) and len(own) == 3 for own in problem.types):
            self._refuse(problem)

    def instance(self, problem: Problem) -> Instance:
        """The instance that the reports make."""
        rows: list[list[tuple[int, Number]]] = [[] for _ in problem.data]
        for u, (_, _, edges) in enumerate(problem.types):
            for t, p in edges:
                rows[t].append((u, p))
        indptr = [0]
        for row in rows:
            indptr.append(indptr[-1] + len(row))
        return Instance(
            problem.agents,
            problem.data,
            indptr,
            [u for row in rows for u, _ in row],
            [p for row in rows for _, p in row],
            tuple(weight for weight, _, _ in problem.types),
            tuple(capacity for _, capacity, _ in problem.types),
        )

    def reread(self, problem: Problem) -> Problem:
        return self.problem(self.instance(problem))

    def utility(
        self,
        problem: Problem,
        agent: AgentId,
        true_type: tuple[Number, int, object],
        outcome: Outcome[tuple[tuple[AgentId, int], ...]],
    ) -> Number:
        """The true weight times the number of successes."""
        weight: Number = true_type[0]
        return weight * _successes(outcome, agent)

    def feasible(self, problem: Problem, outcome: Outcome[tuple[tuple[AgentId, int], ...]]) -> bool:
        times = [t for _, t in outcome.choice]
        if len(set(times)) != len(times):
            return False
        used: dict[AgentId, int] = {}
        for u, t in outcome.choice:
            if u not in problem.agents:
                return False
            _, capacity, edges = problem.type_of(u)
            used[u] = used.get(u, 0) + 1
            if used[u] > capacity or not any(s == t and p > 0 for s, p in edges):
                return False
        return True

    def plain(self, problem: Problem) -> Any:
        return self.instance(problem)

    def outcome(self, problem: Problem, raw: object) -> Outcome:
        if isinstance(raw, (str, bytes)) or not isinstance(raw, Iterable):
            raise InvalidInputError("choice", "be pairs (offline label, arrival position)", raw)
        return Outcome(tuple(raw), problem=problem, setting=self)

    def allocation(
        self, problem: Problem, agent: AgentId, outcome: Outcome[tuple[tuple[AgentId, int], ...]]
    ) -> Number:
        """The number of successes of a vertex."""
        return _successes(outcome, agent)

    def domain(self, agents: int, **scope: object) -> Domain:
        """Every profile of reported weights (and probabilities) on a complete bipartite graph.

        Parameters
        ----------
        agents : int
            The number of offline vertices.
        **scope
            ``weights``: the weights that may be reported; ``arrivals``: their number; ``p``: the
            success probability of every edge, or several of which each edge has any.
        """
        n = as_count(agents, "agents", low=1)
        unknown = sorted(set(scope) - {"weights", "arrivals", "p"})
        if unknown:
            raise InvalidInputError("scope", "be among weights, arrivals and p", unknown)
        for name in ("weights", "arrivals", "p"):
            if scope.get(name) is None:
                raise InvalidInputError(name, "be given for an exhaustive check", None)
        m = as_count(scope["arrivals"], "arrivals", low=1)
        given = scope["p"] if isinstance(scope["p"], (list, tuple)) else [scope["p"]]
        chances = tuple(sorted({as_number(p, "p", low=0, high=1) for p in given}))
        if not chances:
            raise InvalidInputError("p", "not be empty", scope["p"])
        weights = tuple(sorted(set(as_numbers(scope["weights"], "weights", low=0))))
        rows = [tuple(enumerate(row)) for row in itertools.product(chances, repeat=m)]
        reports = tuple((w, 1, edges) for w in weights for edges in rows)
        base = Problem(range(n), (reports[0],) * n, data=range(m), reserve=(0,) * n)
        listed = " or ".join(show(p) for p in chances)
        label = f"K({n}, {m}) with p = {listed}, weights {', '.join(show(w) for w in weights)}"
        return Domain(self, base, [reports] * n, label)

    def span(
        self,
        agents: int,
        number: Fresh,
        *,
        arrivals: object = None,
        p: object = None,
        **words: object,
    ) -> Problem:
        if words:
            raise InvalidInputError("scope", "be arrivals and p", sorted(words), owner=self.id)
        m = as_count(arrivals, "arrivals", low=1)
        edges = tuple((t, as_number(p, "p", low=0, high=1)) for t in range(m))
        types = tuple((number(0, None), 1, edges) for _ in range(agents))
        return Problem(range(agents), types, data=range(m), reserve=(0,) * agents)

    def any_report(
        self, problem: Problem, agent: AgentId, number: Fresh, **words: object
    ) -> tuple[Number, int, Any]:
        _, capacity, edges = problem.type_of(agent)
        return number(0, None), capacity, edges

    def small_domains(self) -> Iterator[Domain]:
        for n in (2, 3):
            yield self.domain(n, weights=(1, 2, 3), arrivals=2, p=Fraction(1, 2))

    def complexity(self, report: tuple[Number, int, object]) -> int:
        return super().complexity(report[0])

    def distance(
        self, report: tuple[Number, int, object], other: tuple[Number, int, object]
    ) -> Number:
        return super().distance(report[0], other[0])

    def size(self, problem: Problem) -> int:
        return len(problem.data)

    def say_report(self, report: tuple[Number, int, Any]) -> str:
        weight, capacity, edges = report
        held = f", capacity {capacity}" if capacity != 1 else ""
        listed = ", ".join(f"{t}: {show(p)}" for t, p in edges)
        return f"weight {show(weight)}{held}, edges {{{listed}}}"

    def say_choice(
        self, problem: Problem, outcome: Outcome[tuple[tuple[AgentId, int], ...]]
    ) -> str:
        pairs = ", ".join(f"{u}-{problem.data[t]}" for u, t in outcome.choice)
        return f"{{{pairs}}}"


def _successes(outcome: Outcome, agent: AgentId) -> int:
    return sum(1 for u, _ in outcome.choice if u == agent)


_ONLINE = Online()


def online() -> Online:
    """The setting of online matching with stochastic rewards.

    Examples
    --------
    >>> online().problem([[0.5, 0.5], [0, 0.25]]).agents
    (0, 1)
    """
    return _ONLINE
