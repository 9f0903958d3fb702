"""Receivers who hold information of their own: Bayes correlated equilibria."""

from __future__ import annotations

import itertools
from collections.abc import Hashable, Mapping, Sequence
from typing import Any

from mechdesign.errors import InvalidInputError, require
from mechdesign.information.numbers_read import distribution
from mechdesign.information.told.receivers_setting import Actions, ReceiverData, receivers
from mechdesign.io import Table
from mechdesign.model import FrozenMap, Number, Problem, as_numbers, show, tidy
from mechdesign.records import Shown, dataclass
from mechdesign.solvers.linear.certified_programs import CertifiedProgram

__all__ = ["BayesCorrelated", "bayes_correlated"]

_SETTING = receivers()
#: A signal for each receiver.
Signals = tuple[Hashable, ...]


@dataclass(frozen=True)
class BayesCorrelated(Shown):
    """What :func:`bayes_correlated` found.

    Parameters
    ----------
    value : number
        What the sender gets on average.
    chances : mapping of (state, signals) to mapping of actions to number
        How likely each profile of actions is recommended where this is the state and these are the
        signals.
    prices : mapping of (receiver, signal, action, other action) to number
        By how much the value grows for each unit by which the receiver may prefer the other action.
    certified : bool
        Whether the optimum is proved in exact arithmetic.
    """

    value: Number
    chances: Mapping[tuple[int, Signals], Mapping[Actions, Number]]
    prices: Mapping[tuple[Any, Hashable, int, int], Number]
    certified: bool

    def table(self) -> Table:
        """One row for each state, signals and recommended actions."""
        rows = [
            [state, show(signals), show(actions), show(chance)]
            for (state, signals), drawn in self.chances.items()
            for actions, chance in drawn.items()
        ]
        columns = ["state", "signals", "actions", "chance"]
        return Table(columns, rows, f"value {show(self.value)}")

    def __str__(self) -> str:
        return str(self.table())


def bayes_correlated(problem: Problem, signals: Mapping[Any, Sequence[Number]]) -> BayesCorrelated:
    """The best that a sender can bring about among receivers with information of their own.

    The sender sees the state and the signals, and recommends an action to each receiver; these are
    the Bayes correlated equilibria of their game [1]_.  The less receivers know by themselves, the
    more can be brought about.

    Parameters
    ----------
    problem : Problem
        Of :func:`receivers`.
    signals : mapping of tuple of labels to sequence of numbers
        For each profile of signals, one for each receiver, how likely it is in each state; the
        chances of each state sum to 1.

    Raises
    ------
    InvalidInputError
        On chances that are negative or do not sum to 1, or signals for another number of receivers.

    Notes
    -----
    A variable for every state, signals and actions, a row for every receiver, signal, recommended
    action and deviation.

    References
    ----------
    .. [1] Bergemann, D. and Morris, S. (2016). Bayes correlated equilibrium and the comparison of
       information structures in games. Theoretical Economics 11(2). doi:10.3982/TE1808.

    Examples
    --------
    A judge with a hint that is right in three of four cases is harder to persuade than one without
    (3/5):

    >>> from fractions import Fraction
    >>> from mechdesign.information import prosecution
    >>> court = prosecution(Fraction(3, 10), Fraction(1, 2))
    >>> right, wrong = Fraction(3, 4), Fraction(1, 4)
    >>> bayes_correlated(court, {("clean",): [right, wrong], ("dirty",): [wrong, right]}).value
    Fraction(11, 20)
    """
    require(problem, Problem, "problem")
    _SETTING.check(problem)
    data: ReceiverData = problem.data
    held = _read(signals, len(problem), len(data.prior))
    profiles = list(data.profiles())
    program = CertifiedProgram()
    mass: dict[tuple[int, Signals, Actions], int] = {}
    for told, chances in held.items():
        for state, (prior, chance) in enumerate(zip(data.prior, chances, strict=True)):
            joint = prior * chance
            if not joint:
                continue
            cells = []
            for k, actions in enumerate(profiles):
                cells.append(program.variable(data.sender[k][state]))
                mass[state, told, actions] = cells[-1]
            program.row([(cell, 1) for cell in cells], low=joint, high=joint)
    rows: dict[tuple[Any, Hashable, int, int], int] = {}
    for k, (agent, own) in enumerate(zip(problem.agents, problem.types, strict=True)):
        for heard in dict.fromkeys(told[k] for told in held):
            for action, other in itertools.permutations(range(data.actions[k]), 2):
                entries = [
                    (cell, _gain(data, k, own, actions, other, state))
                    for (state, told, actions), cell in mass.items()
                    if told[k] == heard and actions[k] == action
                ]
                rows[agent, heard, action, other] = program.row(entries, low=0)
    found = program.maximise()
    slack = 0 if found.exact else 1e-12
    drawn: dict[tuple[int, Signals], dict[Actions, Number]] = {}
    for (state, told, actions), cell in mass.items():
        if found.x[cell] > slack:
            joint = data.prior[state] * held[told][state]
            here = drawn.setdefault((state, told), {})
            here[actions] = tidy(found.x[cell] / joint)
    return BayesCorrelated(
        tidy(found.value),
        FrozenMap((key, FrozenMap(here)) for key, here in drawn.items()),
        FrozenMap((key, tidy(-found.duals[row])) for key, row in rows.items()),
        found.exact,
    )


def _read(
    signals: Mapping[Any, Sequence[Number]], receivers_there: int, states: int
) -> dict[Signals, tuple[Number, ...]]:
    if not isinstance(signals, Mapping) or not signals:
        raise InvalidInputError("signals", "map profiles of signals to chances", signals)
    held: dict[Signals, tuple[Number, ...]] = {}
    for told, chances in signals.items():
        if not isinstance(told, tuple) or len(told) != receivers_there:
            raise InvalidInputError("signals", f"name {receivers_there} signals each", told)
        numbers = tuple(as_numbers(chances, f"signals[{told!r}]"))
        if len(numbers) != states or min(numbers) < 0:
            told_so = f"have {states} chances from 0 on for {told!r}"
            raise InvalidInputError("signals", told_so, chances)
        held[told] = numbers
    for state in range(states):
        distribution([chances[state] for chances in held.values()], f"signals in state {state}")
    return held


def _gain(data: ReceiverData, k: int, own: Any, actions: Actions, other: int, state: int) -> Number:
    """What a receiver loses by another action than the recommended one."""
    if data.alone:
        here: Number = own[actions[k]][state] - own[other][state]
        return here
    instead = (*actions[:k], other, *actions[k + 1 :])
    there: Number = own[data.position(actions)][state] - own[data.position(instead)][state]
    return there
