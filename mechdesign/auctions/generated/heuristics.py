"""Placements for cascades too large for an exact answer, and without a proof of truthfulness.

Each of them can be made to lower the clicks of an ad that raises its bid (the tests hold the
counterexamples), so no payments make them truthful, and asking for payments raises an error.  Every
answer carries a ``certified_ratio``: its welfare over a proved bound on the optimum.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from mechdesign.auctions.generated.optimal import build
from mechdesign.auctions.generated.setting import ContentSetting
from mechdesign.auctions.market.arrays import Market, Solution, market_of
from mechdesign.auctions.market.placements import Content
from mechdesign.auctions.winner import mnl
from mechdesign.errors import InvalidInputError, PaymentsUndefinedError
from mechdesign.model import Number, Outcome, Problem, mechanism

__all__ = ["greedy", "local_search", "mnl_value_order", "p_surrogate"]

Pairs = tuple[tuple[int, int], ...]
# An exchange must gain this much, relative to the welfare, to be made on floats.
SLACK = 1e-12
SETTING = ContentSetting("cascade")


@mechanism("auctions.greedy", setting=SETTING)
def greedy(problem: Problem, *, payments: bool = False) -> Outcome:
    """Cascade: add the pair of ad and position that raises welfare most, up to K times.

    Parameters
    ----------
    problem : sequence, mapping or series of n numbers; JSON document; or Problem
        Values per click, with ``p`` and perhaps ``capacity`` and ``order`` beside them, as for
        :func:`~mechdesign.auctions.market.content_reading.content_problem`; the model is the
        cascade.
    payments : bool
        Refused if True.

    Returns
    -------
    Outcome
        Without payments; the details hold ``welfare``, ``upper_bound`` and ``certified_ratio``.

    Raises
    ------
    PaymentsUndefinedError
        If payments are asked for: the allocation is not monotone.
    InvalidInputError
        On bad data, or another model than the cascade.

    Notes
    -----
    With free order welfare is monotone and submodular over the matchings of at most K edges, the
    common independent sets of two matroids: at least a third of the optimum.  O(K^2 n m).

    Examples
    --------
    >>> greedy([4, 10], p=[[0.5, 0.25], [0.25, 0.2]]).choice.shown
    ((1, 0), (0, 1))
    """
    return _run("greedy", _greedy, problem, payments)


@mechanism("auctions.p_surrogate", setting=SETTING)
def p_surrogate(problem: Problem, *, payments: bool = False) -> Outcome:
    """Cascade: maximise ``sum v p x / (1 + sum p x)``, then show in decreasing value.

    Parameters, result and errors are those of :func:`greedy`.

    Notes
    -----
    At least half of the optimum in any order of rendering (a bound derived for this package).

    Examples
    --------
    >>> p_surrogate([4, 10], p=[[0.5, 0.25], [0.25, 0.2]]).choice.shown
    ((1, 1), (0, 0))
    """
    return _run("p_surrogate", _surrogate, problem, payments)


@mechanism("auctions.mnl_value_order", setting=SETTING)
def mnl_value_order(problem: Problem, *, payments: bool = False) -> Outcome:
    """Cascade: the optimal matching under MNL, shown in decreasing value.

    Parameters, result and errors are those of :func:`greedy`; click probabilities must be below 1.

    Notes
    -----
    At least half of the optimum (a bound derived for this package).  With
    :func:`~mechdesign.auctions.generated.skip.skip_rendering` the same matching is truthful in
    expectation.

    Examples
    --------
    >>> mnl_value_order([4, 10], p=[[0.5, 0.25], [0.25, 0.2]]).choice.shown
    ((1, 1), (0, 0))
    """
    return _run("mnl_value_order", _mnl, problem, payments)


@mechanism("auctions.local_search", setting=SETTING)
def local_search(problem: Problem, *, payments: bool = False) -> Outcome:
    """Cascade: improve the greedy placement by single exchanges until none helps.

    An exchange puts an ad at a position and takes out whatever is in its way.  Parameters, result
    and errors are those of :func:`greedy`; at least as good as greedy.

    Examples
    --------
    >>> local_search([4, 10], p=[[0.5, 0.25], [0.25, 0.2]]).choice.shown
    ((1, 0), (0, 1))
    """
    return _run("local_search", _local_search, problem, payments)


def arranged(pairs: Sequence[tuple[int, int]], scores: Sequence[Number], market: Market) -> Pairs:
    """Pairs in rendering order: the reading order where it is fixed, else the best order."""
    if market.order == "fixed":
        return tuple(sorted(pairs, key=lambda pair: pair[1]))

    def priority(pair: tuple[int, int]) -> tuple[bool, Number]:
        i, j = pair
        left = 1 - market.stay(i, j)
        if market.continuation is None:
            return (False, scores[i])
        return (True, 0) if left == 0 else (False, scores[i] * market.rates.item(i, j) / left)

    return tuple(sorted(pairs, key=priority, reverse=True))


def as_mnl(problem: Problem) -> Market:
    """The market of the same data under MNL.

    Raises
    ------
    InvalidInputError
        If a click probability is 1.
    """
    for agent, ad in zip(problem.agents, problem.types, strict=True):
        if 1 in ad.rates:
            raise InvalidInputError("p", "be below 1 for an MNL matching", 1, owner=str(agent))
    data: Content = problem.data
    return market_of(replace(problem, data=replace(data, model="mnl")))


def require_cascade(problem: Problem) -> None:
    """Refuse a problem of another model."""
    if problem.data.model != "cascade":
        raise InvalidInputError("model", "be 'cascade' for this mechanism", problem.data.model)


def _run(
    name: str,
    rule: Callable[[Problem, Market, Sequence[Number]], tuple[Pairs, str]],
    problem: Problem,
    payments: bool,
) -> Outcome:
    if payments:
        raise PaymentsUndefinedError(
            f"auctions.{name} has no truthful payments: a higher bid can lower an ad's clicks; use "
            "content_vcg, or skip_rendering for large cascades"
        )
    require_cascade(problem)
    market = market_of(problem)
    scores = [ad.value for ad in problem.types]
    pairs, algorithm = rule(problem, market, scores)
    solution = Solution(pairs, market.value(scores, pairs), algorithm)
    return build(problem, market, solution, None)


def _greedy(problem: Problem, market: Market, scores: Sequence[Number]) -> tuple[Pairs, str]:
    if market.order == "free" and market.continuation is None:
        return _greedy_free(scores, market), "greedy"
    pairs: Pairs = ()
    value: Number = 0
    while len(pairs) < market.capacity:
        best: tuple[Number, Pairs] = (value, pairs)
        for pair in _free_pairs(pairs, scores, market):
            candidate = arranged((*pairs, pair), scores, market)
            reached = market.value(scores, candidate)
            if reached > best[0]:
                best = (reached, candidate)
        if best[1] == pairs:
            break
        value, pairs = best
    return pairs, "greedy"


def _greedy_free(scores: Sequence[Number], market: Market) -> Pairs:
    """Greedy for a free order, all gains of a step at once.

    An ad of value v that enters behind the better ones, at click probability p, gains
    ``reach * p * (v - rest)``: the probability that the user gets there, and what the ads behind
    it would have earned.
    """
    _, m = market.shape
    kind: Any = object if market.exact else float
    open_ads = np.array([s > 0 for s in scores], dtype=bool)
    open_places = np.ones(m, dtype=bool)
    pairs: Pairs = ()
    while len(pairs) < market.capacity:
        worth = [scores[i] for i, _ in pairs]
        stay = [market.stay(i, j) for i, j in pairs]
        reach: list[Number] = [1]
        for x in stay:
            reach.append(reach[-1] * x)
        rest: list[Number] = [0]
        for v, x in zip(reversed(worth), reversed(stay), strict=True):
            rest.insert(0, (1 - x) * v + x * rest[0])
        # Rank at which each ad would enter: behind all that are worth as much.
        ranks = [sum(v >= s for v in worth) for s in scores]
        factor = np.array(
            [reach[r] * (s - rest[r]) for r, s in zip(ranks, scores, strict=True)], dtype=kind
        )
        allowed = open_ads[:, None] & open_places[None, :]
        gains = np.where(allowed, factor[:, None] * market.rates, 0)
        if not gains.size or not gains.max() > 0:
            break
        i, j = divmod(int(gains.argmax()), m)
        open_ads[i] = open_places[j] = False
        pairs = arranged((*pairs, (i, j)), scores, market)
    return pairs


def _surrogate(problem: Problem, market: Market, scores: Sequence[Number]) -> tuple[Pairs, str]:
    surrogate = replace(market, model="mnl", odds=market.rates)
    pairs = mnl.parametric(scores, surrogate).pairs
    return arranged(pairs, scores, market), "parametric on p"


def _mnl(problem: Problem, market: Market, scores: Sequence[Number]) -> tuple[Pairs, str]:
    pairs = mnl.parametric(scores, as_mnl(problem)).pairs
    return arranged(pairs, scores, market), "parametric"


def _local_search(problem: Problem, market: Market, scores: Sequence[Number]) -> tuple[Pairs, str]:
    pairs, _ = _greedy(problem, market, scores)
    value = market.value(scores, pairs)
    improving = True
    while improving:
        improving = False
        for candidate in _exchanges(pairs, scores, market):
            reached = market.value(scores, candidate)
            slack = 0 if market.exact else SLACK * float(value)
            if reached > value + slack:
                pairs, value, improving = candidate, reached, True
                break
    return pairs, "single exchanges from greedy"


def _free_pairs(
    pairs: Pairs, scores: Sequence[Number], market: Market
) -> Iterator[tuple[int, int]]:
    n, m = market.shape
    rows, columns = {i for i, _ in pairs}, {j for _, j in pairs}
    for i in range(n):
        if i in rows or scores[i] <= 0:
            continue
        for j in range(m):
            if j not in columns and market.rates.item(i, j) > 0:
                yield i, j


def _exchanges(pairs: Pairs, scores: Sequence[Number], market: Market) -> Iterator[Pairs]:
    """Placements with one new pair, without what is in its way (and one more if it is full)."""
    n, m = market.shape
    for i in range(n):
        for j in range(m):
            if scores[i] <= 0 or market.rates.item(i, j) == 0 or (i, j) in pairs:
                continue
            kept = [pair for pair in pairs if pair[0] != i and pair[1] != j]
            if len(kept) < market.capacity:
                yield arranged([*kept, (i, j)], scores, market)
            else:
                for out in range(len(kept)):
                    rest = kept[:out] + kept[out + 1 :]
                    yield arranged([*rest, (i, j)], scores, market)
