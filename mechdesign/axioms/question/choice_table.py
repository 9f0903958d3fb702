"""All choices of a mechanism on a domain, and who would rather have which, as small integers."""

from __future__ import annotations

import contextlib
import functools
import itertools
import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from mechdesign.arrays import AnyArray, IntArray
from mechdesign.axioms.question.evaluator import Budget, Evaluator, floating
from mechdesign.axioms.question.sameness import same_result
from mechdesign.model import Domain, Outcome, Problem
from mechdesign.records import dataclass

#: Shares of a domain for each worker, and how many profiles are too few to share.
_SHARES = 8
FEW = 256


@dataclass(frozen=True, eq=False)
class ChoiceTable:
    """What a mechanism chooses at every profile of a domain.

    Parameters
    ----------
    domain : Domain
        The profiles.
    outcomes : sequence of Outcome
        The distinct outcomes, K of them.
    chosen : numpy.ndarray of int, shape (g_1, ..., g_n)
        The number of the outcome at each profile.
    signs : sequence of numpy.ndarray of int8, shape (g_i, K, K)
        For each agent: 1 where an agent of that type gains from the second outcome to the third,
        -1 where it loses, 0 else.
    """

    domain: Domain
    outcomes: Sequence[Outcome]
    chosen: IntArray
    signs: Sequence[AnyArray]

    def joint_deviations(
        self, ctx: Evaluator, coalition: Sequence[int]
    ) -> Iterator[tuple[tuple[int, ...], AnyArray]]:
        """The gains of a coalition from all its joint reports, for one true profile of it a time.

        Yields
        ------
        own : tuple of int
            The true types of the coalition.
        gains : numpy.ndarray of int8, shape (members, rows, lies)
            Signs of the gains; rows are the profiles of the others, in C order.
        """
        n, size = self.domain.agents, len(coalition)
        base = self.domain.base
        if not all(ctx.setting.may_misreport(base, base.agents[i]) for i in coalition):
            return
        moved = np.moveaxis(self.chosen, coalition, range(n - size, n))
        sizes = moved.shape[n - size :]
        rows = moved.reshape(-1, int(np.prod(sizes)))
        for k, own in enumerate(itertools.product(*map(range, sizes))):
            ctx.count(rows.size)
            before = rows[:, k]
            gains = [
                self.signs[i][t][before[:, None], rows] for i, t in zip(coalition, own, strict=True)
            ]
            yield own, np.stack(gains)

    def deviation(
        self, coalition: Sequence[int], own: Sequence[int], row: int, column: int
    ) -> tuple[Problem, Problem]:
        """The true profile and the reported one behind a place in a block of gains."""
        problem = self.domain.problem(self._profile(coalition, own, row))
        sizes = [len(self.domain.reports[i]) for i in coalition]
        lies = np.unravel_index(column, sizes)
        told = {
            problem.agents[i]: self.domain.reports[i][int(k)]
            for i, k in zip(coalition, lies, strict=True)
        }
        return problem, problem.with_types(told)

    def _profile(self, coalition: Sequence[int], own: Sequence[int], row: int) -> tuple[int, ...]:
        others = [i for i in range(self.domain.agents) if i not in coalition]
        sizes = [len(self.domain.reports[i]) for i in others]
        indices = dict(zip(coalition, own, strict=True))
        found = np.unravel_index(row, sizes) if others else ()
        indices.update(zip(others, map(int, found), strict=True))
        return tuple(indices[i] for i in range(self.domain.agents))


def choices(ctx: Evaluator, domain: Domain, most: int) -> tuple[list[Outcome], IntArray] | None:
    """The distinct outcomes at all profiles, and the number of each profile's.

    None where these are no single outcomes, or more than `most`.
    """
    numbers: dict[Any, int] = {}
    outcomes: list[Outcome] = []
    chosen: list[IntArray] = []
    job = functools.partial(_choices, ctx.sent(), domain, most)
    with contextlib.closing(
        ctx.budget.spread(job, shares(domain.size, ctx.budget), ctx.mechanism)
    ) as parts:
        for part in parts:
            if part is None:
                return None
            for one in part[0]:
                if numbers.setdefault(_key(one), len(numbers)) == len(outcomes):
                    outcomes.append(one)
            if len(outcomes) > most:
                return None
            chosen.append(np.array([numbers[_key(one)] for one in part[0]])[part[1]])
    return outcomes, np.concatenate(chosen)


def choice_table(ctx: Evaluator, domain: Domain) -> ChoiceTable | None:
    """Ask a mechanism once at every profile, and compare its outcomes with one another.

    None where it does not choose single outcomes, or so many that comparing all of them with one
    another takes longer than comparing deviations one by one.
    """
    found = choices(ctx, domain, max(10, math.isqrt(domain.size)))
    if found is None:
        return None
    outcomes, chosen = found
    for outcome in outcomes:
        ctx.note(outcome)
    ctx.budget.problems += domain.size
    ctx.budget.evaluations += domain.size - len(outcomes)
    signs = []
    for agent, listed in zip(domain.base.agents, domain.reports, strict=True):
        table = np.zeros((len(listed), len(outcomes), len(outcomes)), dtype=np.int8)
        for t, own in enumerate(listed):
            here = domain.base.report(agent, own)
            for (a, before), (b, after) in itertools.permutations(enumerate(outcomes), 2):
                gap = ctx.gain(here, agent, own, before, after)
                table[t, a, b] = int(ctx.exceeds(gap)) - int(ctx.exceeds(-gap))
        signs.append(table)
    sizes = tuple(len(listed) for listed in domain.reports)
    return ChoiceTable(domain, outcomes, chosen.reshape(sizes), signs)


def shares(size: int, budget: Budget) -> list[range]:
    """The places of so many things in shares for the workers; few are for one of them."""
    if budget.workers == 1 or size < FEW:
        return [range(size)]
    count = _SHARES * budget.workers
    return [range(size * k // count, size * (k + 1) // count) for k in range(count)]


def _key(found: Outcome) -> tuple[Any, ...]:
    return found.choice, found.payments, found.cost, floating(found)


def _choices(
    ctx: Evaluator, domain: Domain, most: int, share: range
) -> tuple[list[Outcome], IntArray] | None:
    """The distinct outcomes of a share of the profiles, and the number of each profile's."""
    numbers: dict[Any, int] = {}
    outcomes: list[Outcome] = []
    own = np.empty(len(share), dtype=np.int64)
    for k, problem in enumerate(domain.problems(share)):
        found = ctx.again(problem)
        if type(found) is not Outcome:  # another class may be worth something else
            return None
        own[k] = number = numbers.setdefault(_key(found), len(numbers))
        if number == len(outcomes):
            outcomes.append(found)
            if len(outcomes) > most:
                return None
    return outcomes, own


def other_choice(ctx: Evaluator, table: ChoiceTable) -> Problem | None:
    """A profile at which the mechanism chooses otherwise when it is asked again, last one first."""
    size = table.domain.size
    job = functools.partial(_other, ctx.sent(), table)
    with contextlib.closing(
        ctx.budget.spread(job, reversed(shares(size, ctx.budget)), ctx.mechanism)
    ) as found:
        problem = next((one for one in found if one is not None), None)
    ctx.asked_twice += size if problem is None else 0
    return problem


def _other(ctx: Evaluator, table: ChoiceTable, share: range) -> Problem | None:
    chosen = table.chosen.ravel()
    problems = table.domain.problems(share)
    for k, problem in reversed(list(zip(share, problems, strict=True))):
        if not same_result(ctx, table.outcomes[chosen[k]], ctx.again(problem)):
            return problem
    return None
