"""Memory-one strategies in repeated 2x2 games, as Markov chains in exact numbers."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from fractions import Fraction
from types import MappingProxyType
from typing import Any

import numpy as np

from mechdesign.errors import InvalidInputError
from mechdesign.games.tables.finite_tables import FiniteGame, as_shown, finite
from mechdesign.model import Number, as_list, as_number, as_numbers, serializable, tidy
from mechdesign.records import dataclass
from mechdesign.solvers.linear.exact_projection import solve_regular
from mechdesign.solvers.linear.integer_kernels import kernel_vector

__all__ = ["MEMORY_ONE", "LongRun", "MemoryOne", "long_run", "long_run_shares", "pattern_value"]


@serializable("games.MemoryOne")
@dataclass(frozen=True)
class MemoryOne:
    """A strategy that looks at the last round only.

    Parameters
    ----------
    after : tuple of four numbers in [0, 1]
        The chance of action 0 after (own, other) actions (0, 0), (0, 1), (1, 0), (1, 1).
    first : number in [0, 1]
        The chance of action 0 in the first round.

    Examples
    --------
    >>> MemoryOne((1, 0, 1, 0), 1) == MEMORY_ONE["tit_for_tat"]
    True
    """

    after: tuple[Number, ...]
    first: Number = 1

    def __post_init__(self) -> None:
        after = as_numbers(self.after, "after", low=0, high=1)
        if len(after) != 4:
            raise InvalidInputError("after", "be four probabilities", self.after)
        object.__setattr__(self, "after", tuple(map(as_shown, after)))
        first = as_number(self.first, "first", low=0, high=1)
        object.__setattr__(self, "first", as_shown(first))


#: Well-known ones; action 0 is to cooperate.
MEMORY_ONE: Mapping[str, MemoryOne] = MappingProxyType(
    {
        "all_c": MemoryOne((1, 1, 1, 1), 1),
        "all_d": MemoryOne((0, 0, 0, 0), 0),
        "tit_for_tat": MemoryOne((1, 0, 1, 0), 1),
        "grim": MemoryOne((1, 0, 0, 0), 1),
        "win_stay_lose_shift": MemoryOne((1, 0, 0, 1), 1),
    }
)


@serializable("games.LongRun")
@dataclass(frozen=True)
class LongRun:
    """What two memory-one strategies do on average over infinitely many rounds.

    Parameters
    ----------
    game : FiniteGame
        What is repeated.
    shares : tuple of four numbers
        The share of rounds with the actions (0, 0), (0, 1), (1, 0), (1, 1).
    payoffs : pair of numbers
        For each round on average, in expectation.
    """

    game: FiniteGame
    shares: tuple[Number, ...]
    payoffs: tuple[Number, ...]


def long_run(game: object, first: object, second: object) -> LongRun:
    """The long-run payoffs of two memory-one strategies.

    Parameters
    ----------
    game : FiniteGame or payoffs
        Of shape (2, 2), see :func:`finite`.
    first, second : MemoryOne, a name of :data:`MEMORY_ONE`, or four numbers
        Of both players.

    Returns
    -------
    LongRun
        Averages over time, which exist also where the chain is periodic; where it may end in one
        of several classes, in expectation from the first round on.  Numbers in floating point
        count as the decimals that they show.

    Examples
    --------
    >>> table = [[(8, 8), (0, 10)], [(10, 0), (5, 5)]]
    >>> long_run(table, "tit_for_tat", "all_d").payoffs
    (5, 5)
    >>> long_run(table, (1, 0, 1, 0), MemoryOne((1, 0, 1, 0), 0)).payoffs
    (5, 5)
    """
    known = finite(game)
    if known.shape != (2, 2):
        raise InvalidInputError("game", "have two players with two actions each", known.shape)
    one, two = _strategy(first, "first"), _strategy(second, "second")
    start = _joint(one.first, two.first)
    # The other player sees (0, 1) as (1, 0).
    chain = [_joint(p, q) for p, q in zip(one.after, _seen(two.after), strict=True)]
    shares = long_run_shares(chain, start)
    worth = tuple(
        tidy(sum((s * x for s, x in zip(shares, own, strict=True)), Fraction(0)))
        for own in known.payoffs
    )
    return LongRun(known, shares, worth)


def pattern_value(
    game: object, pattern: Mapping[Any, object], start: Any, player: Hashable | None = None
) -> Number:
    """What a best reply to an opponent who follows a pattern of the own moves gets in a round.

    The opponent's next action depends on its own last k actions only, so that the best reply is
    the best action against what comes next, and the average over time is exact.

    Parameters
    ----------
    game : FiniteGame or payoffs
        Of two players, see :func:`finite`.
    pattern : mapping of tuples of k actions to chances
        For each history of the opponent, the last action at its end, the probabilities of the next
        action: a mapping of actions, or numbers in their order.
    start : tuple of k actions
        The history before the first round.
    player : label, optional
        Who replies, by default the first player.

    Notes
    -----
    A Markov chain over the listed histories; see :func:`long_run_shares`.

    Examples
    --------
    Rock, paper, scissors in this order, for ever; and three times in four only.

    >>> rps = [[(0, 0), (-1, 1), (1, -1)], [(1, -1), (0, 0), (-1, 1)], [(-1, 1), (1, -1), (0, 0)]]
    >>> pattern_value(rps, {(0,): {1: 1}, (1,): {2: 1}, (2,): {0: 1}}, (0,))
    1
    >>> often = {(k,): {(k + 1) % 3: Fraction(3, 4), k: Fraction(1, 4)} for k in range(3)}
    >>> pattern_value(rps, often, (0,))
    Fraction(1, 2)
    """
    known = finite(game)
    if len(known.players) != 2:
        raise InvalidInputError("game", "have two players", len(known.players))
    own = 0 if player is None else known.player(player)
    theirs = known.actions[1 - own]
    if not isinstance(pattern, Mapping) or tuple(as_list(start, "start")) not in pattern:
        raise InvalidInputError("pattern", f"name what follows {start}", pattern)
    states = [tuple(as_list(one, "pattern")) for one in pattern]
    chain = [[Fraction(0)] * len(states) for _ in states]
    best = []
    for i, (state, given) in enumerate(zip(states, pattern.values(), strict=True)):
        if isinstance(given, Mapping) and set(given) <= set(theirs):
            given = [given.get(a, 0) for a in theirs]
        chances = _chances(given, f"pattern[{state!r}]")
        if len(chances) != len(theirs):
            told = f"be chances of the actions {list(theirs)}"
            raise InvalidInputError(f"pattern[{state!r}]", told, given)
        for action, p in zip(theirs, chances, strict=True):
            after = (*state, action)[1:] if state else ()
            if p and after not in states:
                raise InvalidInputError("pattern", f"name what follows {after}", states)
            if p:
                chain[i][states.index(after)] += p
        best.append(_best_worth(known, own, chances))
    begin = [int(state == tuple(start)) for state in states]
    shares = long_run_shares(chain, begin)
    return tidy(sum((s * x for s, x in zip(shares, best, strict=True)), Fraction(0)))


def _best_worth(game: FiniteGame, player: int, chances: Sequence[Fraction]) -> Number:
    """The largest expected payoff against a mixed action of the other one."""
    own = game.payoffs[player]
    worth = []
    for a in range(game.shape[player]):
        lines = (line[a] for line in game.lines(player))
        worth.append(sum((q * own[k] for q, k in zip(chances, lines, strict=True)), Fraction(0)))
    return max(worth)


def long_run_shares(chain: Sequence[object], start: object) -> tuple[Number, ...]:
    """The share of time that a finite Markov chain spends in each state, exactly.

    Parameters
    ----------
    chain : matrix of numbers, shape (k, k)
        From row to column; each row sums to 1.
    start : sequence of k numbers
        The chances of the states in the beginning.

    Returns
    -------
    tuple of k numbers
        The limit of averages over time, in expectation; of reducible and periodic chains as well.

    Notes
    -----
    Systems of linear equations in fractions, O(k^3) operations; meant for up to a few dozen states.

    Examples
    --------
    >>> long_run_shares([[0, 1], [1, 0]], [1, 0])
    (Fraction(1, 2), Fraction(1, 2))
    """
    rows = [_chances(row, f"chain[{k}]") for k, row in enumerate(as_list(chain, "chain"))]
    begin = _chances(start, "start")
    n = len(rows)
    if not n or any(len(row) != n for row in rows) or len(begin) != n:
        raise InvalidInputError("chain", f"be square, with {len(begin)} states", [len(rows)])
    reach = _reachable(rows)
    recurrent = [all(reach[j][i] for j in range(n) if reach[i][j]) for i in range(n)]
    passing = [i for i in range(n) if not recurrent[i]]
    shares = [Fraction(0)] * n
    done: set[int] = set()
    for i in range(n):
        if not recurrent[i] or i in done:
            continue
        members = [j for j in range(n) if reach[i][j]]
        done.update(members)
        reached = sum((begin[j] for j in members), Fraction(0))
        if passing:
            system = [[Fraction(int(a == b)) - rows[a][b] for b in passing] for a in passing]
            into = [sum((rows[a][j] for j in members), Fraction(0)) for a in passing]
            solved = solve_regular(system, into)
            assert solved is not None  # states that are left for good leave it with certainty
            reached += sum(
                (begin[a] * h for a, h in zip(passing, solved, strict=True)), Fraction(0)
            )
        for j, share in zip(members, _stationary(rows, members), strict=True):
            shares[j] = reached * share
    return tuple(map(tidy, shares))


def _reachable(rows: Sequence[Sequence[Fraction]]) -> list[list[bool]]:
    n = range(len(rows))
    reach = [[i == j or rows[i][j] > 0 for j in n] for i in n]
    for k in n:
        for i in n:
            if reach[i][k]:
                reach[i] = [a or b for a, b in zip(reach[i], reach[k], strict=True)]
    return reach


def _stationary(rows: Sequence[Sequence[Fraction]], members: Sequence[int]) -> list[Fraction]:
    """The stationary distribution of a class that is not left: the kernel of an integer matrix."""
    common = math.lcm(*(rows[i][j].denominator for i in members for j in members))
    matrix = [[int((rows[i][j] - int(i == j)) * common) for i in members] for j in members]
    vector = kernel_vector(np.array(matrix, dtype=object))
    assert vector is not None
    total = sum(vector)
    return [Fraction(x, total) for x in vector]


def _joint(p: Number, q: Number) -> tuple[Number, ...]:
    return p * q, p * (1 - q), (1 - p) * q, (1 - p) * (1 - q)


def _seen(after: Sequence[Number]) -> tuple[Number, ...]:
    return after[0], after[2], after[1], after[3]


def _chances(row: object, name: str) -> list[Fraction]:
    found = [Fraction(as_shown(x)) for x in as_numbers(row, name, low=0, high=1)]
    if sum(found) != 1:
        raise InvalidInputError(name, "be probabilities that sum to 1", row)
    return found


def _strategy(given: object, name: str) -> MemoryOne:
    if isinstance(given, MemoryOne):
        return given
    if isinstance(given, str):
        if given not in MEMORY_ONE:
            raise InvalidInputError(name, f"be one of {', '.join(MEMORY_ONE)}", given)
        return MEMORY_ONE[given]
    return MemoryOne(tuple(as_list(given, name)))
