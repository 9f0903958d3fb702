"""All choices of a mechanism on a domain, and who would rather have which, as small integers."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from mechdesign.arrays import AnyArray, IntArray
from mechdesign.axioms.question.evaluator import Evaluator, floating
from mechdesign.axioms.question.sameness import same_result
from mechdesign.model import Domain, Outcome, Problem
from mechdesign.records import dataclass


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


def choice_table(ctx: Evaluator, domain: Domain) -> ChoiceTable | None:
    """Ask a mechanism once at every profile, and compare its outcomes with one another.

    None where it does not choose single outcomes, or so many that comparing all of them with one
    another takes longer than comparing deviations one by one.
    """
    numbers: dict[Any, int] = {}
    outcomes: list[Outcome] = []
    chosen = np.empty(domain.size, dtype=np.int64)
    for k, problem in enumerate(domain.problems()):
        found = ctx.again(problem)
        if type(found) is not Outcome:  # another class may be worth something else
            return None
        key = (found.choice, found.payments, found.cost, floating(found))
        number = numbers.setdefault(key, len(numbers))
        if number == len(outcomes):
            outcomes.append(found)
            ctx.note(found)
            if len(outcomes) ** 2 > max(100, domain.size):
                return None
        chosen[k] = number
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


def other_choice(ctx: Evaluator, table: ChoiceTable) -> Problem | None:
    """A profile at which the mechanism chooses otherwise when it is asked again, last one first."""
    chosen = table.chosen.ravel()
    for k, problem in reversed(list(enumerate(table.domain.problems()))):
        if not same_result(ctx, table.outcomes[chosen[k]], ctx.again(problem)):
            return problem
    ctx.asked_twice += len(chosen)
    return None
