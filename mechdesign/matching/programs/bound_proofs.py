"""Proofs of the values of matching programs: documents that need no solver to check.

Any prices of the arrivals bound a program: all prices together, and what the best choice of every
offline vertex earns net of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import TypeAlias

from mechdesign.axioms.verification.findings import Finding, Open, found, must
from mechdesign.axioms.verification.witnesses import must_be
from mechdesign.errors import InvalidInputError, require
from mechdesign.matching.instances.graphs import Instance
from mechdesign.matching.programs.configurations import configuration
from mechdesign.matching.programs.programs import ProgramBound, fluid, ordered
from mechdesign.model import Number, is_exact, serializable, tidy
from mechdesign.model.serialize import Document
from mechdesign.records import dataclass

__all__ = ["BoundProof", "prove_bound"]

_STATES = 200_000

#: An offline position, positions of arrivals, and how much of this choice is taken.
Share: TypeAlias = "tuple[int, tuple[int, ...], Number]"
#: The arrivals of a vertex with their probabilities, in order.
Pairs: TypeAlias = "list[tuple[int, Fraction]]"


@serializable("matching.BoundProof")
@dataclass(frozen=True)
class BoundProof(Document):
    """Prices that prove an upper bound on a matching program, and shares that reach a value.

    Parameters
    ----------
    instance : Instance
        The graph.
    program : {"fluid", "ordered", "configuration"}
        Which program.
    bound : number
        No solution of the program is worth more.
    prices : tuple of exact numbers, length m
        Nonnegative, one for each arrival.
    value : number
        What the shares are worth; the optimum if it equals the bound.
    shares : tuple of (int, tuple of int, number)
        A solution: offline position, positions of arrivals, share.  One arrival in each but for
        configurations.  Positions are those of the instance with capacities expanded.
    """

    instance: Instance
    program: str
    bound: Number
    prices: tuple[Number, ...]
    value: Number
    shares: tuple[Share, ...]

    def verify(self) -> Finding:
        """Whether the prices prove the bound and the shares are a solution of that value.

        Everything is added up again in fractions.
        """
        return found(f"matching.{self.program}", "optimal value", self._proved)

    def _proved(self) -> str:
        must_be("instance", self.instance, Instance)
        must(self.program in _EARNED, f"there is no program {self.program!r}")
        must(_exact(self.bound) and _exact(self.value), "bound or value are not exact")
        graph = self.instance.expanded()
        bound = _upper(graph, self.program, self.prices)
        must(self.bound == bound, f"the prices prove {bound}, not {self.bound}")
        value = _worth(graph, self.program, self.shares)
        must(self.value == value, f"the shares are worth {value}, not {self.value}")
        if value == bound:
            return f"the optimum is {bound}: prices and shares agree"
        return f"the optimum is between {value} and {bound}"


def _exact(number: object) -> bool:
    return is_exact(number) and not isinstance(number, bool)


def _pairs(graph: Instance) -> list[Pairs]:
    own: list[Pairs] = [[] for _ in range(graph.n)]
    for u, t, p in graph.edges():
        own[u].append((t, Fraction(p)))
    return own


def _upper(graph: Instance, program: str, prices: Sequence[Number]) -> Fraction:
    """The bound that prices of the arrivals prove."""
    must(isinstance(prices, tuple) and len(prices) == graph.m, "not one price for each arrival")
    must(all(_exact(y) and y >= 0 for y in prices), "a price is no exact nonnegative number")
    costs = [Fraction(y) for y in prices]
    total = sum(costs, Fraction(0))
    for weight, pairs in zip(graph.weights, _pairs(graph), strict=True):
        total += _EARNED[program](Fraction(weight), pairs, costs)
    return total


def _fluid(weight: Fraction, pairs: Pairs, costs: list[Fraction]) -> Fraction:
    """The most per unit of success: a vertex of capacity 1 succeeds once."""
    return max([Fraction(0), *(weight - costs[t] / p for t, p in pairs if p)])


def _stopping(weight: Fraction, pairs: Pairs, costs: list[Fraction]) -> Fraction:
    """Optimal stopping: each arrival in order may be attempted at its price."""
    worth = Fraction(0)
    for t, p in reversed(pairs):
        worth = max(worth, p * weight + (1 - p) * worth - costs[t])
    return worth


def _configured(weight: Fraction, pairs: Pairs, costs: list[Fraction]) -> Fraction:
    """The best set: the cheapest way to each total probability, arrival by arrival."""
    cheapest = {Fraction(0): Fraction(0)}
    for t, p in pairs:
        if p * weight <= costs[t]:
            continue  # it costs no less than it can ever add
        for mass, paid in list(cheapest.items()):
            more = min(mass + p, Fraction(1))
            if mass < 1 and paid + costs[t] < cheapest.get(more, paid + costs[t] + 1):
                cheapest[more] = paid + costs[t]
        if len(cheapest) > _STATES:
            raise Open("a vertex has too many sets of arrivals")
    return max(weight * mass - paid for mass, paid in cheapest.items())


_EARNED: dict[str, Callable[[Fraction, Pairs, list[Fraction]], Fraction]] = {
    "fluid": _fluid,
    "ordered": _stopping,
    "configuration": _configured,
}


def _worth(graph: Instance, program: str, shares: Sequence[Share]) -> Fraction:
    """What shares are worth, if they are a solution of the program."""
    must(isinstance(shares, tuple), "the shares are no tuple")
    chance = [dict(pairs) for pairs in _pairs(graph)]
    arrivals, offline = [Fraction(0)] * graph.m, [Fraction(0)] * graph.n
    worth, seen = Fraction(0), set()
    for share in shares:
        must(isinstance(share, tuple) and len(share) == 3, "a share is no triple")
        u, chosen, part = share
        must(type(u) is int and 0 <= u < graph.n, "a share is of no vertex")
        must(isinstance(chosen, tuple) and set(chosen) <= set(chance[u]), "a share has no edge")
        must(list(chosen) == sorted(set(chosen)), "the arrivals of a share are not in order")
        must(_exact(part) and part >= 0, "a share is no exact nonnegative number")
        must((u, chosen) not in seen, "a share is there twice")
        must(program == "configuration" or len(chosen) == 1, "a share has not one arrival")
        seen.add((u, chosen))
        x = Fraction(part)
        mass = min(sum((chance[u][t] for t in chosen), Fraction(0)), Fraction(1))
        worth += Fraction(graph.weights[u]) * mass * x
        offline[u] += x if program == "configuration" else mass * x
        for t in chosen:
            arrivals[t] += x
    must(max(arrivals, default=0) <= 1, "an arrival is taken more than once")
    must(max(offline, default=0) <= 1, "an offline vertex is taken more than once")
    if program == "ordered":
        spent = [Fraction(0)] * graph.n
        for u, (t,), part in sorted(shares, key=lambda share: share[1]):
            must(spent[u] + part <= 1, "a vertex is attempted more often than it is free")
            spent[u] += chance[u][t] * Fraction(part)
    return worth


_PROGRAMS: dict[str, Callable[..., ProgramBound]] = {
    "fluid": fluid,
    "ordered": ordered,
    "configuration": configuration,
}


def prove_bound(instance: Instance, program: str = "ordered", **options: object) -> BoundProof:
    """A proof, for `mechdesign verify`, of the value of a matching program.

    Parameters
    ----------
    instance : Instance
        Any instance; of capacities, copies are made.
    program : {"ordered", "fluid", "configuration"}
        Which program; what its value bounds is told by :class:`ProgramBound`.
    **options
        Of :func:`ordered`, :func:`fluid` or :func:`configuration`.

    Returns
    -------
    BoundProof
        With `value` equal to `bound` where the program is solved exactly; else with what the
        rounded prices prove and value 0, because shares in floats are no solution.

    Notes
    -----
    O(edges) but for configurations, whose best set is found for each vertex by its total
    probabilities.

    Examples
    --------
    >>> from fractions import Fraction
    >>> from mechdesign import matching
    >>> proof = prove_bound(matching.complete(1, 2, Fraction(1, 2)))
    >>> proof.bound, proof.verify().reason
    (Fraction(3, 4), 'the optimum is 3/4: prices and shares agree')
    """
    require(instance, Instance, "instance")
    if program not in _PROGRAMS:
        raise InvalidInputError("program", f"be one of {', '.join(_PROGRAMS)}", program)
    graph = instance.expanded()
    solved = _PROGRAMS[program](graph, **options)
    prices = tuple(tidy(max(Fraction(y), Fraction(0))) for y in solved.arrival_duals)
    shares: tuple[Share, ...] = ()
    if solved.exact:
        single = ((u, (t,), x) for (u, t, _), x in zip(graph.edges(), solved.primal, strict=True))
        shares = tuple(share for share in solved.configurations or single if share[2])
    return BoundProof(
        instance,
        program,
        tidy(_upper(graph, program, prices)),
        prices,
        tidy(_worth(graph, program, shares)),
        shares,
    )
