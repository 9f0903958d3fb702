"""Rules and notions by their definitions, in plain lines over fractions."""

from __future__ import annotations

import itertools
from fractions import Fraction
from typing import Any


def best_deviation(problem: Any, contract: Any) -> Any:
    """The most that an agent gains by a strategy: effort and reports for whatever she is told.

    All strategies are tried: an effort for every recommendation, and then a report for every
    signal.  A contract is admissible where this is 0 (obeying is one of the strategies).
    """
    data = problem.data
    best = Fraction(-(10**9))
    for k, costs in enumerate(problem.types):
        maps = list(itertools.product(range(data.signals[k]), repeat=data.signals[k]))
        plans = list(itertools.product(range(data.efforts[k]), maps))
        obey = utility(problem, contract, k, costs, None)
        for strategy in itertools.product(plans, repeat=data.efforts[k]):
            best = max(best, utility(problem, contract, k, costs, strategy) - obey)
    return best


def utility(problem: Any, contract: Any, k: int, costs: Any, strategy: Any) -> Any:
    """What agent k gets on average from a strategy, None for obeying and telling the truth."""
    data, total = problem.data, Fraction(0)
    for told, often in contract.recommended.items():
        effort, says = strategy[told[k]] if strategy else (told[k], range(data.signals[k]))
        does = (*told[:k], effort, *told[k + 1 :])
        total -= often * costs[effort]
        for state, chance in enumerate(data.prior):
            for seen, p in data.law[does, state]:
                heard = (*seen[:k], says[seen[k]], *seen[k + 1 :])
                total += often * chance * p * contract.payments[told, heard, state][k]
    return total


def principal(problem: Any, contract: Any) -> Any:
    """What the principal gets on average from a contract that is obeyed."""
    data, total = problem.data, Fraction(0)
    for told, often in contract.recommended.items():
        for state, chance in enumerate(data.prior):
            for seen, p in data.law[told, state]:
                worth = data.payoff[contract.decisions[told, seen]][state]
                paid = sum(contract.payments[told, seen, state])
                total += often * chance * p * (worth - paid)
    return total


def persuasion(prior: Fraction, receiver: Any, sender: Any) -> Any:
    """The sender's best with two states: the best split of the prior into two beliefs.

    Beliefs that matter are 0, 1, the prior and those at which two actions are worth the same.
    """
    beliefs = {Fraction(0), Fraction(1), prior}
    for one, other in itertools.combinations(receiver, 2):
        slope = (one[1] - one[0]) - (other[1] - other[0])
        if slope and 0 < Fraction(other[0] - one[0]) / slope < 1:
            beliefs.add(Fraction(other[0] - one[0]) / slope)

    def value(x: Fraction) -> Any:
        worth = [(1 - x) * row[0] + x * row[1] for row in receiver]
        best = [k for k, w in enumerate(worth) if w == max(worth)]
        return max((1 - x) * sender[k][0] + x * sender[k][1] for k in best)

    splits = [
        ((high - prior) * value(low) + (prior - low) * value(high)) / (high - low)
        for low, high in itertools.combinations(sorted(beliefs), 2)
        if low <= prior <= high
    ]
    return max(splits)
