"""The setting of raters without ground truth: signals are reported, and paid by each other."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

from mechdesign.errors import InvalidInputError
from mechdesign.information.elicitation.peers import all_strategies, read_joint, say_strategy
from mechdesign.model import (
    AgentId,
    Domain,
    Number,
    Outcome,
    Problem,
    Setting,
    as_count,
    as_list,
    as_numbers,
    serializable,
)
from mechdesign.records import dataclass

__all__ = ["RaterData", "Raters", "raters"]

Signals = tuple[int, ...]
_MOST_REPORTS = 256


@serializable("information.RaterData")
@dataclass(frozen=True)
class RaterData:
    """What two raters see together, and which strategies of theirs are tried.

    Parameters
    ----------
    joint : tuple of tuples of numbers, shape (signals, signals)
        How often the two see each pair of signals on a task; tasks are independent.
    mixed : int
        Strategies mix in multiples of 1/mixed.
    """

    joint: tuple[tuple[Number, ...], ...]
    mixed: int

    def say(self, strategies: Iterable[Any]) -> str:
        """A pair of strategies in words."""
        return " and ".join(f"({say_strategy(one)})" for one in strategies)


@serializable("information.Raters")
@dataclass(frozen=True)
class Raters(Setting[Signals, "tuple[Number, ...]"]):
    """Two raters of the same tasks: see :func:`raters`."""

    id: ClassVar[str] = "information.raters"
    public: ClassVar[bool] = False
    private_values: ClassVar[bool] = True
    data_kinds: ClassVar[tuple[type, ...]] = (RaterData,)

    def problem(self, data: Any, **options: Any) -> Problem:
        """Read the signals of two raters.

        Parameters
        ----------
        data : sequence or mapping of names
            For each rater its signal on each task, or its signal on the only one.
        **options
            ``joint`` (required), the matrix of chances; ``mixed``, 1 by default.
        """
        unknown = sorted(set(options) - {"joint", "mixed"})
        if unknown or "joint" not in options:
            raise InvalidInputError("options", "be joint and perhaps mixed", sorted(options))
        named = data if isinstance(data, dict) else None
        listed = list(named.values()) if named is not None else as_list(data, "data")
        names = tuple(named) if named is not None else range(len(listed))
        rows = tuple(
            tuple(as_list(one, "data")) if isinstance(one, (list, tuple)) else (one,)
            for one in listed
        )
        joint = tuple(map(tuple, read_joint(options["joint"])))
        mixed = as_count(options.get("mixed", 1), "mixed", low=1)
        return self.reread(Problem(names, rows, RaterData(joint, mixed)))

    def check(self, problem: Problem) -> None:
        super().check(problem)
        if len(problem) != 2:
            raise InvalidInputError("data", "be the signals of two raters", len(problem))
        signals = range(len(problem.data.joint))
        for k, own in enumerate(problem.types):
            one = isinstance(own, tuple) and bool(own) and len(own) == len(problem.types[0])
            if not one or any(type(s) is not int or s not in signals for s in own):
                told = f"be a signal below {len(signals)} on each task"
                raise InvalidInputError(f"types[{k}]", told, own)

    def reread(self, problem: Problem) -> Problem:
        self.check(problem)
        read_joint(problem.data.joint)
        all_strategies(len(problem.data.joint), problem.data.mixed)
        return problem

    def utility(
        self, problem: Problem, agent: AgentId, true_type: Signals, outcome: Outcome
    ) -> Number:
        """What a rater is paid, whatever it saw."""
        pay: Number = outcome.choice[problem.position(agent)]
        return pay

    def feasible(self, problem: Problem, outcome: Outcome) -> bool:
        return isinstance(outcome.choice, tuple) and len(outcome.choice) == len(problem)

    def outcome(self, problem: Problem, raw: Any) -> Outcome:
        found = Outcome(as_numbers(raw, "outcome", owner=self.id), problem=problem, setting=self)
        if not self.feasible(problem, found):
            raise InvalidInputError("outcome", "pay each rater a number", raw, owner=self.id)
        return found

    def domain(self, agents: int, **scope: Any) -> Domain:
        """All signals of two raters.

        Parameters
        ----------
        agents : int
            Must be 2.
        **scope
            ``joint`` (required), the chances of pairs of signals; ``tasks``, 1 by default;
            ``mixed``: strategies mix in multiples of 1/mixed, 1 by default.
        """
        unknown = sorted(set(scope) - {"joint", "tasks", "mixed"})
        if unknown or "joint" not in scope:
            raise InvalidInputError("scope", "be joint, tasks and mixed", sorted(scope))
        if as_count(agents, "agents", low=1) != 2:
            raise InvalidInputError("agents", "be 2 raters", agents)
        tasks = as_count(scope.get("tasks", 1), "tasks", low=1, high=8)
        mixed = as_count(scope.get("mixed", 1), "mixed", low=1)
        base = self.problem([(0,) * tasks] * 2, joint=scope["joint"], mixed=mixed)
        k = len(base.data.joint)
        if k**tasks > _MOST_REPORTS:
            raise InvalidInputError("tasks", f"give at most {_MOST_REPORTS} reports", tasks)
        reports = tuple(itertools.product(range(k), repeat=tasks))
        what = "task" if tasks == 1 else "tasks"
        how = "pure" if mixed == 1 else f"mixed in multiples of 1/{mixed}"
        label = f"{k} signals on {tasks} {what}, strategies {how}"
        return Domain(self, base, (reports,) * 2, label)

    def small_domains(self) -> Iterator[Domain]:
        yield self.domain(2, joint=((0.5, 0.125), (0.125, 0.25)))

    def say_report(self, report: Signals) -> str:
        return " ".join(map(str, report))


def raters() -> Raters:
    """Two raters who see signals on the same tasks and are paid by what both report.

    A type is the signals that a rater sees, one for each task; an outcome is what each is paid.
    How often signals come together is known to all, and a problem carries it.

    Examples
    --------
    >>> raters().problem([0, 1], joint=[[0.4, 0.1], [0.1, 0.4]]).types
    ((0,), (1,))
    """
    return Raters()
