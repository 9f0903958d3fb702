"""Two candidates: lotteries over platforms, probabilistic votes, unequal parties."""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from fractions import Fraction
from typing import Any, Literal

import numpy as np

from mechdesign.arrays import FloatArray
from mechdesign.elections.space import Contest, amount, labels_in
from mechdesign.errors import InvalidInputError, SolverError, require
from mechdesign.io import Table
from mechdesign.model import (
    FrozenMap,
    Number,
    all_exact,
    as_list,
    as_numbers,
    distance,
    ratio,
    show,
)
from mechdesign.model.reading import labelled_rows
from mechdesign.preference_games import Equilibrium, PreferenceGame, game, maximal_lottery
from mechdesign.preference_games.equilibria import Selection
from mechdesign.preference_games.fixed_points import two_sided_newton
from mechdesign.records import dataclass

__all__ = [
    "ProbabilisticVote",
    "TwoParties",
    "downs",
    "probabilistic_vote",
    "share_game",
    "two_parties",
]

Stakes = Literal["margins", "majority"]
Penalty = Literal["kl", "l2"]
_GOOD = 1e-12


def majority_game(contest: Contest, stakes: Stakes) -> PreferenceGame:
    """The game of two candidates: the share of votes, or who wins."""
    if stakes not in ("margins", "majority"):
        raise InvalidInputError("stakes", "be margins or majority", stakes)
    pairs = contest.pairs
    if stakes == "margins":
        return game(pairs)
    n = contest.m
    signs = np.sign(pairs.margins).astype(object)
    ones = np.ones((n, n), dtype=object)
    rates = 0.5 + signs.astype(float) / 2
    return PreferenceGame(contest.platforms, rates, np.full(n, 1 / n), 0.0, signs, ones)


def downs(
    contest: Contest, *, stakes: Stakes = "margins", selection: Selection = "leximin"
) -> Equilibrium:
    """Where two candidates stand who want to win: a lottery that no platform beats, exactly.

    Parameters
    ----------
    contest : Contest
        Voters and platforms.
    stakes : {"margins", "majority"}
        Whether candidates want votes, or to win.  With an even number of voters majorities tie.
    selection : {"leximin", "vertex", "reference"}
        Where there are several equilibria, as in :func:`preference_games.maximal_lottery`.

    Returns
    -------
    Equilibrium
        With its gap: what the best departures of both would gain, 0 where it is exact.

    Examples
    --------
    >>> from mechdesign.elections import contest
    >>> found = downs(contest([(0, 0), (4, 0), (0, 3)], "0:4,0:3"))
    >>> found.gap, found.unique
    (Fraction(0, 1), False)
    >>> {x: str(p) for x, p in found.probabilities.items() if p}
    {(0, 0): '1/7', (0, 1): '3/14', (1, 0): '3/14', (1, 1): '1/7', (1, 2): '1/7', (2, 1): '1/7'}
    """
    require(contest, Contest, "contest")
    return maximal_lottery(majority_game(contest, stakes), selection=selection)


def logistic(x: FloatArray) -> FloatArray:
    """``1 / (1 + exp(-x))`` without overflow."""
    return np.asarray(0.5 * (1 + np.tanh(x / 2)))


def share_game(
    contest: Contest,
    *,
    sensitivity: Number = 1,
    beta: Number = 0,
    ref: Sequence[Number] | None = None,
) -> PreferenceGame:
    """Probabilistic voting: the share of votes of each platform against each other one.

    Parameters
    ----------
    contest : Contest
        At most 3,000 platforms.
    sensitivity : number
        Positive: voter v prefers x to y with the chance ``1 / (1 + exp(-k (u(x) - u(y))))``.
    beta, ref
        As in :func:`preference_games.game`: what departures from a base design cost.

    Returns
    -------
    PreferenceGame
        For :func:`preference_games.maximal_lottery` and :func:`preference_games.regularised`.

    Examples
    --------
    >>> from mechdesign.elections import utility_contest
    >>> rates = share_game(utility_contest([[1, 0]])).rates
    >>> round(float(rates[0, 1]), 6)
    0.731059
    """
    require(contest, Contest, "contest")
    k = amount(sensitivity, "sensitivity", positive=True)
    if contest.m > 3_000:
        raise InvalidInputError("platforms", "be at most 3000 to compare all pairs", contest.m)
    rates = np.zeros((contest.m, contest.m))
    for share, own in zip(contest.shares, contest.float_utilities, strict=True):
        rates += share * logistic(k * (own[:, None] - own[None, :]))
    # Rounded so that the two shares of a pair sum to 1.
    rates = (rates + 1 - rates.T) / 2
    base = PreferenceGame(
        contest.platforms, rates, np.full(contest.m, 1 / contest.m), decisions=contest.decisions
    )
    told = None if ref is None else as_list(ref, "ref")
    return game(base, ref=told, beta=amount(beta, "beta"))


@dataclass(frozen=True)
class ProbabilisticVote:
    """Whether a position is its own best reply among given platforms.

    Parameters
    ----------
    position : tuple of numbers
        Where the opponent stands.
    reply : label
        The platform with the largest share of votes against it; the position itself where none
        has more than half.
    share : float
        That share.
    """

    position: tuple[Number, ...]
    reply: Any
    share: float

    @property
    def stable(self) -> bool:
        """Whether no platform gets more than half of the votes against the position."""
        return self.share <= 0.5 + _GOOD

    @property
    def gap(self) -> float:
        """What both candidates could gain by departing from the position."""
        return max(0.0, 2 * self.share - 1)


def probabilistic_vote(
    contest: Contest, *, sensitivity: Number = 1, position: object = None
) -> ProbabilisticVote:
    """The best reply to a position under probabilistic voting, over all platforms of a contest.

    Parameters
    ----------
    contest : Contest
        With points; its platforms are the replies that are tried.
    sensitivity : number
        As in :func:`share_game`.
    position : point, optional
        By default the mean of the voters, which is a local equilibrium where it is one at all.

    Notes
    -----
    O(n m).  All platforms are tried, so that the answer is global on them: a local equilibrium may
    fail, and does where voters are sensitive.

    Examples
    --------
    >>> from mechdesign.elections import contest
    >>> fine = contest([0, 1, 2, 5, 9], "0:9:1/100")
    >>> probabilistic_vote(fine, sensitivity=0.1).stable
    True
    >>> found = probabilistic_vote(fine, sensitivity=1)
    >>> float(found.reply), round(found.share, 6)
    (1.96, 0.573862)
    """
    require(contest, Contest, "contest")
    k = amount(sensitivity, "sensitivity", positive=True)
    if contest.ideals is None or contest.positions is None:
        raise InvalidInputError("contest", "have points", contest)
    if position is None:
        total = sum(contest.weights)
        point = tuple(
            ratio(sum(w * x for w, x in zip(contest.weights, axis, strict=True)), total)
            for axis in zip(*contest.ideals, strict=True)
        )
    else:
        single: Any = position
        given = [single] if np.ndim(single) == 0 else single
        point = as_numbers(given, "position")
    if len(point) != contest.dimensions:
        raise InvalidInputError("position", f"have {contest.dimensions} coordinates", position)
    ideals = np.array([[float(x) for x in p] for p in contest.ideals])
    here = -((ideals - np.array([float(x) for x in point])) ** 2).sum(axis=1)
    gains = contest.float_utilities - here[:, None]
    shares = contest.shares @ logistic(k * gains)
    best = int(shares.argmax())
    if shares[best] <= 0.5 + _GOOD:
        same = point[0] if len(point) == 1 else point
        return ProbabilisticVote(point, same, 0.5)
    return ProbabilisticVote(point, contest.platforms[best], float(shares[best]))


@dataclass(frozen=True, eq=False, repr=False)
class TwoParties:
    """An equilibrium of two parties that differ, with what proves it.

    Parameters
    ----------
    row, column : mapping of label to number
        The lotteries of the two parties.
    share : number
        What the row party gets.
    gap : number
        What both could gain by departing, their costs counted; 0 where it is exact.
    penalty : str
        ``kl``, ``l2``, or nothing.
    strength : float
        Of the penalty.
    algorithm : str
        What computed it.
    """

    row: FrozenMap[Hashable, Number]
    column: FrozenMap[Hashable, Number]
    share: Number
    gap: Number
    penalty: str
    strength: float
    algorithm: str

    @property
    def divergence(self) -> Number:
        """Total variation between the two lotteries, as over one list of platforms by label."""
        names = [*self.row, *(x for x in self.column if x not in self.row)]
        apart = [distance(self.row.get(x, 0), self.column.get(x, 0)) for x in names]
        total = sum(apart, Fraction(0)) / 2
        return 0.0 if isinstance(total, float) and total < _GOOD else total

    def table(self) -> Table:
        """One row a platform of one of the parties, with its chance."""
        names = [*self.row, *(x for x in self.column if x not in self.row)]
        rows = [[str(x), self.row.get(x, ""), self.column.get(x, "")] for x in names]
        costs = f"{self.penalty} penalty {self.strength:g}" if self.strength else "no penalty"
        note = (
            f"the row party gets {show(self.share)}; gap {float(self.gap):.2g}; divergence "
            f"{show(self.divergence)}; {costs}; {self.algorithm}"
        )
        return Table(["platform", "row party", "column party"], rows, "two parties", [note])

    def __repr__(self) -> str:
        return str(self.table())


def two_parties(
    shares: object,
    *,
    strength: Number = 0,
    penalty: Penalty = "kl",
    row_reference: Sequence[Number] | None = None,
    column_reference: Sequence[Number] | None = None,
    rows: Sequence[Hashable] | None = None,
    columns: Sequence[Hashable] | None = None,
) -> TwoParties:
    """The equilibrium of two parties with platforms, references and allowed sets of their own.

    Parameters
    ----------
    shares : matrix of numbers in [0, 1]
        What the row party gets with each of its platforms against each of the other party's.
    strength : number
        What departing from the own reference costs, in vote share: ``strength * KL(p || ref)``, or
        ``strength * |p - ref|^2``.
    penalty : {"kl", "l2"}
        Which.
    row_reference, column_reference : sequences of numbers, optional
        Distributions, positive for ``"kl"``; uniform by default.
    rows, columns : sequences of labels, optional
        Names of the platforms where `shares` has none.

    Returns
    -------
    TwoParties
        With strength 0 in fractions for exact shares, else in floats with the gap in closed form.

    Raises
    ------
    SolverError
        If the gap of a regularised game stays above 1e-8.

    Notes
    -----
    Without penalty the game is made symmetric and solved exactly.  With one, each party's reply is
    closed-form (a softmax, or a projection on the simplex), and extragradient or mirror prox steps
    close in on the only equilibrium at the rate ``1 / (1 + strength)`` a step.

    Examples
    --------
    >>> found = two_parties([[0.26, 0.23], [0.29, 0.26]], strength=0.05, penalty="l2")
    >>> [round(p, 6) for p in (*found.row.values(), *found.column.values())]
    [0.35, 0.65, 0.35, 0.65]
    >>> two_parties([[1, 0], [0, 1]]).share
    Fraction(1, 2)
    """
    given_rows, given_columns, cells = labelled_rows(shares, "shares")
    listed = [as_numbers(row, f"shares[{i}]", low=0, high=1) for i, row in enumerate(cells)]
    if not listed or not listed[0] or len({len(row) for row in listed}) > 1:
        raise InvalidInputError("shares", "be a matrix", [len(row) for row in listed][:8])
    top = _labels(given_rows, rows, len(listed), "rows")
    side = _labels(given_columns, columns, len(listed[0]), "columns")
    if penalty not in ("kl", "l2"):
        raise InvalidInputError("penalty", "be kl or l2", penalty)
    cost = amount(strength, "strength")
    if not cost:
        if row_reference is not None or column_reference is not None:
            told = "be left out where strength is 0"
            raise InvalidInputError("row_reference, column_reference", told, strength)
        return _unpenalised(listed, top, side)
    a = np.array([[float(x) for x in row] for row in listed])
    refs = [
        _reference(row_reference, len(top), "row_reference", penalty),
        _reference(column_reference, len(side), "column_reference", penalty),
    ]
    p, q, steps = _penalised(a, refs[0], refs[1], cost, penalty)
    gap = _gap(a, p, q, refs, cost, penalty)
    if gap > 1e-8:
        raise SolverError(f"the equilibrium was found to a gap of {gap:.1e} only")
    return TwoParties(
        FrozenMap(zip(top, p.tolist(), strict=True)),
        FrozenMap(zip(side, q.tolist(), strict=True)),
        float(p @ a @ q),
        gap,
        penalty,
        cost,
        f"{steps} extragradient steps" if penalty == "l2" else f"{steps} mirror prox steps",
    )


def _labels(found: Any, given: Any, n: int, name: str) -> tuple[Hashable, ...]:
    if found is not None and given is not None:
        raise InvalidInputError(name, "be left out where shares have labels", given)
    named = labels_in(range(n) if given is None else given, name) if found is None else tuple(found)
    if len(named) != n or len(set(named)) < n:
        raise InvalidInputError(name, f"be {n} distinct labels", named)
    return named


def _reference(given: object, n: int, name: str, penalty: str) -> FloatArray:
    if given is None:
        return np.full(n, 1 / n)
    found = np.array([float(x) for x in as_numbers(given, name, low=0)])
    if len(found) != n or abs(found.sum() - 1) > 1e-9:
        raise InvalidInputError(name, f"be {n} numbers that sum to 1", given)
    if penalty == "kl" and not found.all():
        raise InvalidInputError(name, "be positive for a KL penalty", given)
    return np.asarray(found / found.sum())


def _unpenalised(
    listed: Sequence[Sequence[Number]], top: tuple[Hashable, ...], side: tuple[Hashable, ...]
) -> TwoParties:
    """Von Neumann's symmetric game of both parties and a dummy, which has the same solutions."""
    from mechdesign.solvers.linear.symmetric_games import optimal_strategy

    exact = all(all_exact(row) for row in listed)
    cells = [[_decimal(x) for x in row] for row in listed]
    unit = math.lcm(*(x.denominator for row in cells for x in row))
    # Shifted up by one, so that the value is positive and both parties have a chance.
    payoff = np.array([[int((x + 1) * unit) for x in row] for row in cells], dtype=object)
    r, c = payoff.shape
    skew = np.zeros((r + c + 1, r + c + 1), dtype=object)
    skew[:r, r : r + c], skew[r : r + c, :r] = payoff, -payoff.T
    skew[:r, -1], skew[-1, :r] = -unit, unit
    skew[r : r + c, -1], skew[-1, r : r + c] = unit, -unit
    small = max(abs(int(x)) for x in payoff.ravel()) < 1 << 31
    found, _ = optimal_strategy(skew.astype(np.int64) if small else skew, "vertex")
    p = [x / sum(found[:r]) for x in found[:r]]
    q = [x / sum(found[r : r + c]) for x in found[r : r + c]]
    for_row = [sum(x * y for x, y in zip(row, q, strict=True)) for row in cells]
    for_column = [sum(x * row[j] for x, row in zip(p, cells, strict=True)) for j in range(c)]
    share = sum(x * y for x, y in zip(p, for_row, strict=True))
    gap = max(for_row) - min(for_column)
    kept: Any = (lambda x: x) if exact else float
    return TwoParties(
        FrozenMap(zip(top, map(kept, p), strict=True)),
        FrozenMap(zip(side, map(kept, q), strict=True)),
        kept(share),
        kept(gap),
        "",
        0.0,
        "exact, the symmetric game of both parties",
    )


def _decimal(x: Number) -> Fraction:
    return Fraction(repr(x)) if isinstance(x, float) else Fraction(x)


def to_simplex(x: FloatArray) -> FloatArray:
    """The nearest distribution."""
    ordered = np.sort(x)[::-1]
    rest = (np.cumsum(ordered) - 1) / np.arange(1, len(x) + 1)
    k = int(np.flatnonzero(ordered > rest)[-1])
    return np.asarray(np.maximum(x - rest[k], 0))


def _penalised(
    a: FloatArray, ref_p: FloatArray, ref_q: FloatArray, cost: float, penalty: str
) -> tuple[FloatArray, FloatArray, int]:
    refs = [ref_p, ref_q]
    now = [ref_p.copy(), ref_q.copy()]

    def kl_step(around: list[FloatArray], gain: list[FloatArray], step: float) -> list[FloatArray]:
        found = []
        for ref, x, g in zip(refs, around, gain, strict=True):
            with np.errstate(divide="ignore"):
                log = (np.log(x) + step * g + step * cost * np.log(ref)) / (1 + step * cost)
            weight = np.exp(log - log.max())
            found.append(weight / weight.sum())
        return found

    def l2_step(around: list[FloatArray], gain: list[FloatArray], step: float) -> list[FloatArray]:
        # The proximal step of g - cost |p - ref|^2 around x.
        return [
            to_simplex((x + step * (g + 2 * cost * ref)) / (1 + 2 * step * cost))
            for ref, x, g in zip(refs, around, gain, strict=True)
        ]

    norm = float(np.linalg.norm(a - a.mean(), 2)) if penalty == "l2" else 1.0
    step = 0.7 / norm if norm > 0.01 else 70.0
    move = l2_step if penalty == "l2" else kl_step
    limit = 200_000
    for k in range(limit):
        middle = move(now, [a @ now[1], -(a.T @ now[0])], step)
        after = move(now, [a @ middle[1], -(a.T @ middle[0])], step)
        change = max(float(np.abs(x - y).max()) for x, y in zip(after, now, strict=True))
        now = after
        asked = k % 200 == 199
        if change < 1e-16 or (asked and _gap(a, now[0], now[1], refs, cost, penalty) < 1e-14):
            break
    if penalty == "kl":
        now = two_sided_newton(a, refs, now, cost)
    return now[0], now[1], k + 1


def _gap(
    a: FloatArray,
    p: FloatArray,
    q: FloatArray,
    refs: Sequence[FloatArray],
    cost: float,
    penalty: str,
) -> float:
    """What the best replies of both would gain, each after the costs of departing."""
    best: float = 0.0
    for mine, ref, gain in ((p, refs[0], a @ q), (q, refs[1], -(a.T @ p))):
        if penalty == "l2":
            reply = to_simplex(ref + gain / (2 * cost))
            best += float(reply @ gain - mine @ gain)
            best -= cost * float(((reply - ref) ** 2).sum() - ((mine - ref) ** 2).sum())
        else:
            high = gain.max()
            value = high + cost * math.log(float(ref @ np.exp((gain - high) / cost)))
            live = mine > 0
            apart = float((mine[live] * np.log(mine[live] / ref[live])).sum())
            best += value - float(mine @ gain) + cost * apart
    return max(0.0, best)
