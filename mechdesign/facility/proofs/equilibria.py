"""Strategic agents: equilibrium outcomes of mechanisms that can be manipulated."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from mechdesign.errors import InvalidInputError
from mechdesign.facility.medians.selection import cross
from mechdesign.facility.segment.setting import Line
from mechdesign.model import (
    MechanismLike,
    Number,
    Outcome,
    Problem,
    as_count,
    as_mechanism,
    is_exact,
    serializable,
    show,
    tidy,
)
from mechdesign.records import dataclass

__all__ = ["Equilibrium", "best_response_dynamics", "equilibrium_outcome", "is_equilibrium"]

_HALVINGS = 60
# Where the mechanism is not linear, exact shares would grow without end.
_DIGITS = 128


@serializable("facility.Equilibrium")
@dataclass(frozen=True)
class Equilibrium:
    """The reports that best responses converge to.

    Parameters
    ----------
    truth, reports : tuple of numbers, length n
        The true locations and the last reports.
    outcome : number
        The location at the last reports.
    rounds : int
        How often all agents were asked.
    converged : bool
        Whether nobody wanted to change in the last round.
    """

    truth: tuple[Number, ...]
    reports: tuple[Number, ...]
    outcome: Number
    rounds: int
    converged: bool

    def __str__(self) -> str:
        state = "equilibrium" if self.converged else "no equilibrium yet"
        reports = ", ".join(map(show, self.reports))
        return f"{state} after {self.rounds} rounds: reports ({reports}), {show(self.outcome)}"


def equilibrium_outcome(
    mechanism: MechanismLike, profile: object, *, setting: Line | None = None
) -> Number:
    """The equilibrium outcome of a continuous, strictly monotone mechanism.

    In a pure Nash equilibrium with outcome y everybody on the right of y reports the right end and
    everybody on the left the left end, so that the outcome is that of the generalised median with
    ``alpha_S`` the outcome when S is at the right end.  It exists and is unique.

    Parameters
    ----------
    mechanism : mechanism, function or identifier
        Continuous and strictly increasing in every report; this is not checked.
    profile : Problem or plain data
        The true locations.
    setting : Line, optional
        For a function of one's own.

    Returns
    -------
    number
        Exact where the mechanism is.

    Notes
    -----
    O(log n) evaluations of the mechanism.

    References
    ----------
    arXiv:2111.01566: for such mechanisms with unanimous fair share the outcome is that of Uniform
    Phantom.

    Examples
    --------
    >>> from mechdesign import facility
    >>> tenth = Fraction(1, 10)
    >>> truth = [tenth, 5 * tenth, 7 * tenth, 8 * tenth]
    >>> equilibrium_outcome(facility.average, truth)
    Fraction(1, 2)
    """
    rule, line, problem = _read(mechanism, profile, setting)
    order = sorted(range(len(problem)), key=lambda k: problem.types[k], reverse=True)
    evaluate = _evaluator(rule, problem)

    def alpha(size: int) -> Number:
        ends: list[Number] = [line.low] * len(order)
        for k in order[:size]:
            ends[k] = line.high
        return evaluate(ends)

    return tidy(cross([problem.types[k] for k in order], alpha))


def is_equilibrium(
    mechanism: MechanismLike,
    truth: object,
    reports: Sequence[Number],
    *,
    setting: Line | None = None,
) -> bool:
    """Whether nobody can gain by another report, for a mechanism monotone in every report.

    An agent can reach exactly the outcomes between those of reporting the left and the right end,
    where the mechanism is continuous; so it is content if and only if the outcome is the one of
    them that is nearest to its true location.

    Examples
    --------
    >>> from mechdesign import facility
    >>> is_equilibrium(facility.average, [0.1, 0.5, 0.7, 0.8], [0, 0, 1, 1])
    True
    """
    rule, line, problem = _read(mechanism, truth, setting)
    evaluate = _evaluator(rule, problem)
    listed = [*reports]
    if len(listed) != len(problem):
        raise InvalidInputError("reports", f"have length {len(problem)}", listed)
    now = evaluate(listed)
    for k, place in enumerate(problem.types):
        left, right = _reach(evaluate, listed, k, line)
        if now != min(max(place, left), right):
            return False
    return True


def best_response_dynamics(
    mechanism: MechanismLike,
    profile: object,
    *,
    start: Sequence[Number] | None = None,
    max_rounds: int = 1000,
    setting: Line | None = None,
) -> Equilibrium:
    """Let the agents answer each other, one after the other, until nobody wants to change.

    Parameters
    ----------
    mechanism : mechanism, function or identifier
        Continuous and nondecreasing in every report.
    profile : Problem or plain data
        The true locations.
    start : sequence of numbers, optional
        First reports, by default the truth.
    max_rounds : int
        When to stop.
    setting : Line, optional
        For a function of one's own.

    Examples
    --------
    >>> from mechdesign import facility
    >>> fifth = Fraction(1, 5)
    >>> truth = [fifth, Fraction(3, 10), Fraction(7, 20), Fraction(9, 10)]
    >>> print(best_response_dynamics(facility.average, truth))
    equilibrium after 3 rounds: reports (0, 0, 2/5, 1), 7/20
    """
    rule, line, problem = _read(mechanism, profile, setting)
    evaluate = _evaluator(rule, problem)
    rounds = as_count(max_rounds, "max_rounds", low=1)
    truth = tuple(problem.types)
    reports: list[Number] = list(truth if start is None else line.problem(list(start)).types)
    if len(reports) != len(truth):
        raise InvalidInputError("start", f"have length {len(truth)}", start)
    for done in range(1, rounds + 1):
        changed = False
        for k, place in enumerate(truth):
            answer = _answer(evaluate, reports, k, place, line)
            changed |= answer != reports[k]
            reports[k] = answer
        if not changed:
            return Equilibrium(truth, tuple(reports), evaluate(reports), done, True)
    return Equilibrium(truth, tuple(reports), evaluate(reports), rounds, False)


Evaluate = Callable[[Sequence[Number]], Number]


def _read(
    mechanism: MechanismLike, profile: object, setting: Line | None
) -> tuple[Any, Line, Problem]:
    rule = as_mechanism(mechanism, setting)
    line = setting or rule.setting
    if not isinstance(line, Line):
        raise InvalidInputError("mechanism", "be one on a line", rule)
    problem = profile if isinstance(profile, Problem) else line.problem(profile)
    if hasattr(problem.types, "tolist"):
        problem = line.problem(problem.types.tolist())
    return rule, line, problem


def _evaluator(rule: Any, problem: Problem) -> Evaluate:
    def evaluate(reports: Sequence[Number]) -> Number:
        named = dict(zip(problem.agents, reports, strict=True))
        outcome = rule.solve(problem.with_types(named))
        if not isinstance(outcome, Outcome):
            raise InvalidInputError("mechanism", "be deterministic", rule)
        location: Number = outcome.choice
        return location

    return evaluate


def _reach(evaluate: Evaluate, reports: list[Number], k: int, line: Line) -> tuple[Number, Number]:
    """The outcomes when agent k reports the left and the right end."""
    left, right = list(reports), list(reports)
    left[k], right[k] = line.low, line.high
    return evaluate(left), evaluate(right)


def _answer(evaluate: Evaluate, reports: list[Number], k: int, place: Number, line: Line) -> Number:
    """A best response of agent k, its present report where that is one."""
    now = evaluate(reports)
    left, right = _reach(evaluate, reports, k, line)
    if now == min(max(place, left), right):
        return reports[k]
    if place <= left:
        return line.low
    if place >= right:
        return line.high
    trial = list(reports)
    low, high = line.low, line.high
    for step in range(_HALVINGS):
        # Interpolation first, which is exact where the mechanism is linear in the report.
        share = (
            Fraction(place - left) / (right - left)
            if is_exact(place) and is_exact(left) and is_exact(right)
            else float(place - left) / float(right - left)
        )
        if isinstance(share, Fraction) and share.denominator.bit_length() > _DIGITS:
            share = Fraction(1, 2)
        trial[k] = low + (high - low) * (share if step % 2 == 0 else Fraction(1, 2))
        value = evaluate(trial)
        if value == place:
            break
        if value < place:
            low, left = trial[k], value
        else:
            high, right = trial[k], value
    return tidy(trial[k])
