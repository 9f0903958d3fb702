"""Obvious strategyproofness: a property of the tree of questions by which a rule is played."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from typing import Any

from mechdesign.errors import InvalidInputError, LimitReachedError, require
from mechdesign.model import Number, Reference, as_list, as_number
from mechdesign.records import dataclass

__all__ = [
    "Move",
    "ObviousReport",
    "check_obvious",
    "clock_tree",
    "dictatorship_tree",
    "posted_price_tree",
]

LI = Reference(
    "li2017",
    "Li, S.",
    "Obviously Strategy-Proof Mechanisms",
    2017,
    "American Economic Review 107(11)",
    doi="10.1257/aer.20160425",
)
_LEAVES = 200_000


@dataclass(frozen=True, eq=False)
class Move:
    """A place in a tree where an agent is asked.

    Parameters
    ----------
    agent : hashable
        Who is asked.
    choices : mapping of answer to Move or outcome
        What follows each answer; whatever is no Move is an outcome.
    seen : hashable, optional
        What the agent knows; it cannot tell places apart where this is the same.  By default it
        knows where it is.
    price : number, optional
        What it is asked to pay.
    """

    agent: Hashable
    choices: Mapping[Hashable, Any]
    seen: Hashable = None
    price: Number | None = None


@dataclass(frozen=True, eq=False)
class ObviousReport:
    """Whether truth is obviously dominant, with a counterexample where it is not.

    Parameters
    ----------
    holds : bool
        Whether it is.
    agent, type
        Whose truth is not, where it is not.
    answers : tuple
        The true answer and another one at the place where the two part.
    worst, best : number
        The worst that may come of truth, and the better best that may come of the other answer.
    """

    holds: bool
    agent: Hashable = None
    type: Any = None
    answers: tuple[Hashable, ...] = ()
    worst: Number = 0
    best: Number = 0


def check_obvious(
    tree: Any,
    types: Mapping[Hashable, Sequence[Any]],
    worth: Callable[[Hashable, Any, Any], Number],
    truth: Callable[[Hashable, Any, Move], Hashable],
) -> ObviousReport:
    """Whether the worst that can come of truth is as good as the best of any departure from it.

    Parameters
    ----------
    tree : Move
        A finite one; see :func:`dictatorship_tree`, :func:`clock_tree`, :func:`posted_price_tree`.
    types : mapping of agent to sequence
        The types that each may have.
    worth : callable
        ``worth(agent, type, outcome)``.
    truth : callable
        ``truth(agent, type, move)``: the answer of an honest agent.

    Returns
    -------
    ObviousReport
        At the first place of departure, over all answers of others; and, after a departure, over
        all own ones.

    Raises
    ------
    InvalidInputError
        If a true answer is none of the choices.
    LimitReachedError
        If the tree has more than 200,000 outcomes.

    Notes
    -----
    By exhaustion [1]_.  The same rule can be obviously strategyproof by one tree and not by
    another: without a tree nothing is said.

    References
    ----------
    .. [1] Li, S. (2017). Obviously strategy-proof mechanisms. American Economic Review 107(11).
       doi:10.1257/aer.20160425.

    Examples
    --------
    >>> lists = [(0, 1), (1, 0)]
    >>> check_obvious(
    ...     dictatorship_tree(["ann", "bob"], [0, 1]),
    ...     {"ann": lists, "bob": lists},
    ...     worth=lambda agent, own, outcome: -own.index(outcome[agent]),
    ...     truth=lambda agent, own, move: min(move.choices, key=own.index),
    ... ).holds
    True
    """
    require(tree, Move, "tree")
    if sum(1 for _, _ in zip(_outcomes(tree), range(_LEAVES + 1), strict=False)) > _LEAVES:
        raise LimitReachedError(f"the tree has more than {_LEAVES:,} outcomes")
    for agent, kinds in types.items():
        for own in kinds:
            answer = _asked(agent, own, truth)
            groups: dict[Any, list[Move]] = {}
            for move in _met(tree, agent, answer):
                key = ("place", id(move)) if move.seen is None else ("seen", move.seen)
                groups.setdefault(key, []).append(move)
            for moves in groups.values():
                told = answer(moves[0])
                worst = min(
                    worth(agent, own, end)
                    for move in moves
                    for end in _outcomes(move.choices[told], agent, answer)
                )
                for other in moves[0].choices:
                    if other == told:
                        continue
                    ends = (end for move in moves for end in _outcomes(move.choices[other]))
                    best = max(worth(agent, own, end) for end in ends)
                    if best > worst:
                        return ObviousReport(False, agent, own, (told, other), worst, best)
    return ObviousReport(True)


def _asked(agent: Hashable, own: Any, truth: Any) -> Callable[[Move], Hashable]:
    def answer(move: Move) -> Hashable:
        told: Hashable = truth(agent, own, move)
        if told not in move.choices:
            raise InvalidInputError("truth", "answer with one of the choices", told)
        return told

    return answer


def _next(node: Move, agent: Hashable, answer: Any) -> list[Any]:
    """What may follow where an agent, if one is named, answers by a rule."""
    if answer is not None and node.agent == agent:
        return [node.choices[answer(node)]]
    return list(node.choices.values())


def _outcomes(node: Any, agent: Hashable = None, answer: Any = None) -> Iterator[Any]:
    stack = [node]
    while stack:
        at = stack.pop()
        if isinstance(at, Move):
            stack += _next(at, agent, answer)
        else:
            yield at


def _met(node: Any, agent: Hashable, answer: Any) -> Iterator[Move]:
    """The places where an agent is asked who has answered by the rule so far."""
    stack = [node]
    while stack:
        at = stack.pop()
        if isinstance(at, Move):
            if at.agent == agent:
                yield at
            stack += _next(at, agent, answer)


def dictatorship_tree(order: Sequence[Hashable], objects: Sequence[Hashable]) -> Any:
    """Serial dictatorship: each in turn names one of the objects that are left.

    Outcomes map agents to objects, None where none is left.

    Examples
    --------
    >>> tree = dictatorship_tree(["ann", "bob"], ["x", "y"])
    >>> tree.choices["x"].choices
    {'y': {'ann': 'x', 'bob': 'y'}}
    """

    def grown(turn: int, left: tuple[Hashable, ...], got: dict[Hashable, Any]) -> Any:
        if turn == len(turns) or not left:
            return {**got, **dict.fromkeys(turns[turn:])}
        who = turns[turn]
        return Move(
            who,
            {b: grown(turn + 1, tuple(c for c in left if c != b), {**got, who: b}) for b in left},
        )

    turns = as_list(order, "order")
    return grown(0, tuple(as_list(objects, "objects")), {})


def clock_tree(bidders: Sequence[Hashable], prices: Sequence[Number]) -> Any:
    """An ascending clock for one item: at each price all who are left stay or leave in turn.

    Who is left alone has the item at the last price that it accepted; of those who stay to the end
    the first.  Outcomes are pairs of the winner and the price.

    Examples
    --------
    >>> clock_tree(["ann", "bob"], [1]).choices["leave"]
    ('bob', 0)
    """
    steps = [as_number(p, "prices", low=0) for p in as_list(prices, "prices")]

    def grown(k: int, asked: tuple[Any, ...], waiting: tuple[Any, ...]) -> Any:
        if len(asked) + len(waiting) == 1:
            paid = steps[k] if asked else (steps[k - 1] if k else 0)
            return (*asked, *waiting)[0], paid
        if not waiting:
            last = k + 1 == len(steps)
            return (asked[0], steps[k]) if last else grown(k + 1, (), asked)
        who, *rest = waiting
        stay, leave = grown(k, (*asked, who), tuple(rest)), grown(k, asked, tuple(rest))
        return Move(who, {"stay": stay, "leave": leave}, price=steps[k])

    listed = as_list(bidders, "bidders")
    if not listed or not steps:
        raise InvalidInputError("bidders", "be at least one, and prices too", listed)
    return grown(0, (), tuple(listed))


def posted_price_tree(bidders: Sequence[Hashable], price: Number) -> Any:
    """One item at a posted price: each in turn takes it or not.

    Outcomes are pairs of the winner, None for nobody, and the price.

    Examples
    --------
    >>> posted_price_tree(["ann"], 3).choices
    {'take': ('ann', 3), 'leave': (None, 0)}
    """
    cost = as_number(price, "price", low=0)
    tree: Any = (None, 0)
    for who in reversed(as_list(bidders, "bidders")):
        tree = Move(who, {"take": (who, cost), "leave": tree}, price=cost)
    return tree
