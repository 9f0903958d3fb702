"""Hiring without knowing the agents: explore, estimate, commit; the regret of it."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from mechdesign.errors import InvalidInputError
from mechdesign.information.hired.hiring import acquisition_optimal, cautious_contract, temptations
from mechdesign.information.hired.settings import AcquisitionData, Contract, acquisition
from mechdesign.io import Table
from mechdesign.model import Number, Problem, Seed, as_count, as_number, generator, show
from mechdesign.records import Shown, dataclass

__all__ = ["OnlineRun", "explore_then_commit"]

#: ``agent(position, offer)``: whether an agent works who is paid the offer for a right report.
Worker = Callable[[int, Any], Any]


@dataclass(frozen=True)
class OnlineRun(Shown):
    """One run of :func:`explore_then_commit`.

    Parameters
    ----------
    horizon, explored : int
        Rounds, and those of them that explored.
    accuracies, costs : tuple of float
        What was estimated of each agent.
    optimum : float
        The value of a round under the best contract for the agents as they are.
    committed : float
        The expected value of a round under the contract that was committed to, with what agents
        who know themselves do.
    regret : float
        What was lost over all rounds against the optimum.
    obeyed : bool
        Whether the agents obey that contract.
    """

    horizon: int
    explored: int
    accuracies: tuple[float, ...]
    costs: tuple[float, ...]
    optimum: float
    committed: float
    regret: float
    obeyed: bool

    def table(self) -> Table:
        """One row for each figure."""
        rows: list[list[Any]] = [
            ["rounds", self.horizon],
            ["of them explored", self.explored],
            ["accuracies", ", ".join(f"{q:.4f}" for q in self.accuracies)],
            ["costs", ", ".join(f"{c:.4f}" for c in self.costs)],
            ["best value of a round", show(self.optimum)],
            ["value after committing", show(self.committed)],
            ["regret", show(self.regret)],
            ["agents obey", "yes" if self.obeyed else "no"],
        ]
        return Table(["figure", "value"], rows)

    def __str__(self) -> str:
        return str(self.table())


def explore_then_commit(
    problem: Problem,
    horizon: int,
    *,
    cap: Number,
    rng: Seed = 0,
    agents: Worker | None = None,
    caution: Number = 1,
) -> OnlineRun:
    """Hire agents whose accuracy and cost are unknown, round after round.

    For T rounds, T^(2/3) of them explore: each agent is offered a random share of the cap for a
    report that is the state.  Below some offer an agent shirks and is right half of the time: where
    accuracy jumps tells her cost.  Then the best contract for the estimates is committed to, with
    all that agents are paid for obeying discounted by a margin.  What agents do then is computed
    from the problem as it is.

    Parameters
    ----------
    problem : Problem
        Of :func:`binary_hiring` with even states: what the principal does not know.
    horizon : int
        Rounds.
    cap : number
        The most that an agent can be paid.
    rng : numpy.random.Generator or int
        For states, signals and offers.
    agents : callable, optional
        ``agents(position, offers)``: whether an agent works at each of an array of offers; by
        default whoever gains by it.
    caution : number
        Scales the margin ``sqrt(log T / T^(2/3)) / 2``.

    Examples
    --------
    >>> from mechdesign.information import binary_hiring
    >>> problem = binary_hiring(0.7, [0.05, 0.05], common=True)
    >>> run = explore_then_commit(problem, 1000, cap=5, rng=1)
    >>> run.explored, run.obeyed, round(run.optimum, 6)
    (100, True, 0.59899)
    """
    data: AcquisitionData = problem.data
    acquisition().check(problem)
    two = (2,) * len(problem)
    if data.efforts != two or data.signals != two or tuple(map(float, data.prior)) != (0.5, 0.5):
        told = "be one of binary_hiring with even states"
        raise InvalidInputError("problem", told, (data.efforts, data.signals, data.prior))
    rounds = as_count(horizon, "horizon", low=8)
    top = as_number(cap, "cap", low=0)
    care = float(as_number(caution, "caution", low=0))
    source = generator(rng)
    explored = math.ceil(rounds ** (2 / 3) - 1e-9)
    works = agents or _best_reply(problem)
    # Low offers more often: most agents work for much less than the cap.
    offers = float(top) * source.random((len(problem), explored)) ** 3
    working = np.array([np.asarray(works(i, offers[i]), dtype=bool) for i in range(len(problem))])
    right = _reports(data, working, source)
    thresholds, accuracies, costs = [], [], []
    for i in range(len(problem)):
        offer, accuracy = _jump(offers[i], right[i], care * math.log(rounds) / 8)
        thresholds.append(offer)
        accuracies.append(accuracy)
        costs.append(offer * (accuracy - 0.5))
    margin = care * math.sqrt(math.log(rounds) / explored) / 2
    guess = _estimated(problem, offers, right, thresholds, accuracies, costs)
    contract = cautious_contract(guess, top, min(margin, 0.99))
    value, obeyed = _value(problem, contract)
    rule: Any = acquisition_optimal(cap=top)
    optimum = float(rule.solve(problem).details["value"])
    # An exploring principal follows the first report and pays whoever is right.
    spent = float((offers * right).sum())
    earned = float(right[0].sum())
    regret = optimum * explored - (earned - spent) + (rounds - explored) * (optimum - value)
    return OnlineRun(
        rounds, explored, tuple(accuracies), tuple(costs), optimum, value, regret, obeyed
    )


def _best_reply(problem: Problem) -> Worker:
    def works(position: int, offers: Any) -> Any:
        n = len(problem)
        own = tuple(int(i == position) for i in range(n))
        accuracy = float(sum(p for s, t, p in problem.data.joint(own) if s[position] == t))
        cost = float(problem.types[position][1])
        return offers * (accuracy - 0.5) >= cost

    return works


def _reports(data: AcquisitionData, working: Any, source: np.random.Generator) -> Any:
    """Whether each agent's report is the state, in every round."""
    n, rounds = working.shape
    right = np.zeros((n, rounds), dtype=bool)
    states = (source.random(rounds) < 0.5).astype(np.int64)
    draws = source.random(rounds)
    for efforts in itertools.product(range(2), repeat=n):
        for state in range(2):
            here = (np.array(efforts, dtype=bool) == working.T).all(axis=1) & (states == state)
            law = data.law[efforts, state]
            ends = np.cumsum([float(p) for _, p in law])
            chosen = np.minimum(np.searchsorted(ends, draws[here], side="right"), len(law) - 1)
            seen = np.array([s for s, _ in law])[chosen]
            right[:, here] = (seen == state).T
    return right


def _jump(offers: Any, right: Any, doubt: float) -> tuple[float, float]:
    """The offer at which an agent begins to work, and how often she is right from there on."""
    order = np.argsort(offers)
    sorted_right = right[order].astype(np.float64)
    size = len(order)
    above = np.concatenate([np.cumsum(sorted_right[::-1])[::-1], [0.0]])
    count = size - np.arange(size + 1)
    mean = np.divide(above, count, out=np.full(size + 1, 0.5), where=count > 0)
    # The gain in squared error over calling everything a coin.
    fit = count * (np.maximum(mean, 0.5) - 0.5) ** 2
    # Of the offers that fit almost as well the highest: an agent who is paid too little shirks.
    best = int(np.flatnonzero(fit >= fit.max() - doubt)[-1])
    low = float(offers[order[best - 1]]) if best else 0.0
    high = float(offers[order[best]]) if best < size else float(offers.max())
    return max(low, high), min(max(float(mean[best]), 0.5 + 1e-6), 1.0)


def _estimated(
    problem: Problem,
    offers: Any,
    right: Any,
    thresholds: Sequence[float],
    accuracies: Sequence[float],
    costs: Sequence[float],
) -> Problem:
    """The problem as it seems: accuracies as estimated, and how signals of workers go together."""
    n = len(problem)
    law: dict[Any, Any] = {}
    for efforts in itertools.product(range(2), repeat=n):
        working = [i for i in range(n) if efforts[i]]
        use = np.ones(offers.shape[1], dtype=bool)
        for i in working:
            use &= offers[i] >= thresholds[i]
        patterns = list(itertools.product((True, False), repeat=len(working)))
        known = {
            pattern: math.prod(
                accuracies[i] if yes else 1 - accuracies[i]
                for i, yes in zip(working, pattern, strict=True)
            )
            for pattern in patterns
        }
        if len(working) > 1 and use.any():
            seen = right[working][:, use]
            known = {
                pattern: float((seen == np.array(pattern)[:, None]).all(axis=0).mean())
                for pattern in patterns
            }
        total = sum(known.values())
        for state in range(2):
            chances: dict[tuple[int, ...], float] = {}
            for pattern, p in known.items():
                idle = n - len(working)
                for rest in itertools.product(range(2), repeat=idle):
                    told = dict(zip(working, pattern, strict=True))
                    others = iter(rest)
                    signals = tuple(
                        (state if told[i] else 1 - state) if i in told else next(others)
                        for i in range(n)
                    )
                    chances[signals] = chances.get(signals, 0.0) + p / total / 2**idle
            law[efforts, state] = chances
    data = problem.data
    return acquisition().problem(
        {
            "prior": data.prior,
            "payoff": data.payoff,
            "agents": [{"costs": [0, c]} for c in costs],
            "law": law,
        }
    )


def _value(problem: Problem, contract: Contract) -> tuple[float, bool]:
    """What a round is worth under a contract, if each agent does what is best against obedience."""
    data: AcquisitionData = problem.data
    plans: dict[tuple[int, int], tuple[int, tuple[int, ...]]] = {}
    obeyed = True
    for one in temptations(problem, contract):
        key = one.agent, one.told
        if key not in plans:
            plans[key] = one.told, tuple(range(data.signals[one.agent]))
    best: dict[tuple[int, int], Number] = {}
    for one in temptations(problem, contract):
        key = one.agent, one.told
        if one.gain > max(1e-9, float(best.get(key, 0))):
            best[key] = one.gain
            plans[key] = one.effort, one.reports
            obeyed = False
    total = 0.0
    for told, often in contract.recommended.items():
        steps = [plans[i, e] for i, e in enumerate(told)]
        done = tuple(effort for effort, _ in steps)
        for seen, state, p in data.joint(done):
            said = tuple(says[x] for (_, says), x in zip(steps, seen, strict=True))
            worth = data.payoff[contract.decisions[told, said]][state]
            paid = sum(contract.payments[told, said, state])
            total += float(often * p) * float(worth - paid)
    return total, obeyed
