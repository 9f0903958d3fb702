"""A market as its rules see it: positions, mutual acceptability, capacities."""

from __future__ import annotations

import itertools
from collections.abc import Hashable, Sequence
from typing import Any

from mechdesign.errors import InvalidInputError
from mechdesign.model import AgentId, FrozenMap, Problem
from mechdesign.records import dataclass

Label = Hashable
#: Positions of partners in classes of equals, best first.
Ranked = list[list[int]]


@dataclass(frozen=True, eq=False)
class Sides:
    """Two sides by positions; who is not acceptable to the other is on no list.

    Parameters
    ----------
    proposers, receivers : sequence of labels
        The two sides; a proposer takes one place.
    wishes : sequence of lists of lists of int
        For each proposer the receivers it accepts and that accept it, in classes, best first.
    ranks : sequence of dict of int to int
        For each receiver the class of every proposer that it accepts, 0 for the best.
    places : sequence of int
        How many each receiver can hold.
    strict : bool
        Whether no wish is known to have ties; where False they are looked for.
    """

    proposers: Sequence[Label]
    receivers: Sequence[Label]
    wishes: Sequence[Ranked]
    ranks: Sequence[dict[int, int]]
    places: Sequence[int]
    strict: bool = False

    def choice(self, got: Sequence[int]) -> FrozenMap[Label, Label | None]:
        """The receiver of each proposer by labels; -1 stands for none."""
        pairs = zip(self.proposers, got, strict=True)
        return FrozenMap((who, None if j < 0 else self.receivers[j]) for who, j in pairs)


#: The market that was turned into positions last: rules and axioms ask for it one by one.
_latest: list[tuple[Problem, Sides]] = []


def sides_of(problem: Problem) -> Sides:
    """The two sides of a problem of :class:`Market`."""
    for kept, sides in _latest:
        if kept is problem:
            return sides
    sides = _positions(problem)
    _latest[:] = [(problem, sides)]
    return sides


def _positions(problem: Problem) -> Sides:
    data = problem.data
    if data.two_sided:
        agents: list[tuple[Any, Any]] = list(zip(problem.agents, problem.types, strict=True))
        mine = [(a[1], t) for a, t in agents if a[0] == data.sides[0]]
        theirs = [(a[1], t) for a, t in agents if a[0] == data.sides[1]]
        proposers = [label for label, _ in mine]
        receivers = [label for label, _ in theirs]
        places = [own.capacity for _, own in theirs]
        classes = [own.classes for _, own in theirs]
    else:
        proposers, receivers = list(problem.agents), list(data.receivers)
        mine = list(zip(proposers, problem.types, strict=True))
        places = list(data.capacities)
        everybody: Any = (tuple(proposers),)
        classes = [everybody] * len(receivers) if data.priorities is None else data.priorities
    column = {label: j for j, label in enumerate(receivers)}
    row = {label: i for i, label in enumerate(proposers)}
    ranks = []
    made: dict[int, dict[int, int]] = {}
    for own in classes:
        # Objects without priorities share one list of everybody, and one dict of ranks.
        if id(own) not in made:
            made[id(own)] = _ranked(own, row)
        ranks.append(made[id(own)])
    # Classes of one are shared: they are read only, and most lists have nothing else.
    alone = [[j] for j in range(len(receivers))]
    wishes = []
    strict = True
    open_to_all = not data.two_sided and data.priorities is None
    for i, (_, wish) in enumerate(mine):
        if open_to_all and sum(map(len, wish.classes)) == len(wish.classes):
            wishes.append([alone[column[b]] for (b,) in wish.classes if b in column])
            continue
        own = []
        for tied in wish.classes:
            if len(tied) == 1:
                j = column.get(tied[0], -1)
                if j >= 0 and i in ranks[j]:
                    own.append(alone[j])
            elif met := [column[b] for b in tied if b in column and i in ranks[column[b]]]:
                strict = strict and len(met) == 1
                own.append(met)
        wishes.append(own)
    return Sides(proposers, receivers, wishes, ranks, places, strict)


def _ranked(classes: Sequence[Sequence[Label]], row: dict[Label, int]) -> dict[int, int]:
    """The class of everybody who is there, classes of nobody left out."""
    found: dict[int, int] = {}
    k = 0
    for tied in classes:
        before = len(found)
        for label in tied:
            if label in row:
                found[row[label]] = k
        k += len(found) > before
    return found


def proposing_types(problem: Problem) -> list[Any]:
    """The types of those who propose, in their order."""
    data = problem.data
    if not data.two_sided:
        return list(problem.types)
    named: Any = zip(problem.agents, problem.types, strict=True)
    return [own for agent, own in named if agent[0] == data.sides[0]]


def in_order(sides: Sides, order: Sequence[int] | None = None) -> Sides:
    """The market with every tie broken by the order of positions, or by another one.

    Parameters
    ----------
    order : sequence of int, optional
        A priority for each proposer, lower is better, in which receivers break their ties.
    """
    first = range(len(sides.proposers)) if order is None else order
    distinct = {id(own): own for own in sides.ranks}
    made = {key: strict_ranks(own, first) for key, own in distinct.items()}
    ranks = [made[id(own)] for own in sides.ranks]
    wishes = sides.wishes
    if _tied_wishes(sides):
        wishes = [[[j] for tied in wish for j in sorted(tied)] for wish in wishes]
    return Sides(sides.proposers, sides.receivers, wishes, ranks, sides.places)


def strict_ranks(ranks: dict[int, int], order: Sequence[int]) -> dict[int, int]:
    """The ranks with every tie broken by an order."""
    listed = sorted(ranks, key=lambda i: (ranks[i], order[i]))
    return {i: k for k, i in enumerate(listed)}


def has_ties(sides: Sides) -> bool:
    """Whether a list of either side has ties among those who accept each other."""
    listed = _tied_wishes(sides)
    # Objects without priorities share their ranks.
    distinct = {id(own): own for own in sides.ranks}.values()
    return listed or any(len(set(own.values())) < len(own) for own in distinct)


def _tied_wishes(sides: Sides) -> bool:
    every = itertools.chain.from_iterable(sides.wishes)
    return not sides.strict and any(len(tied) > 1 for tied in every)


def refuse_ties(sides: Sides, owner: str) -> None:
    """Refuse lists with ties, for what is defined on strict lists only."""
    if has_ties(sides):
        told = "have no ties here: break them, or use a rule that says how it does"
        raise InvalidInputError("lists", told, "tied partners", owner=owner)


def partners(problem: Problem, choice: Any, agent: AgentId) -> tuple[Label, ...]:
    """The labels of those whom an agent holds in a matching."""
    data = problem.data
    if not data.two_sided:
        got = choice[agent]
        return () if got is None else (got,)
    named: Any = agent
    side, label = named
    if side == data.sides[0]:
        got = choice[label]
        return () if got is None else (got,)
    return tuple([who for who, got in choice.items() if got == label])
