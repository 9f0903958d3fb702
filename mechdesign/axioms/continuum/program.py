"""The property as a program: the axiom's own search, run on one problem of symbolic reports."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field, is_dataclass, replace
from fractions import Fraction
from typing import Any, Protocol

import numpy as np

from mechdesign.axioms.continuum.forms import Form
from mechdesign.axioms.continuum.way import followed
from mechdesign.axioms.question.axiom import Axiom
from mechdesign.axioms.question.evaluator import Budget, Evaluator
from mechdesign.axioms.question.lift import Comparable
from mechdesign.axioms.question.witness import Violation
from mechdesign.model import (
    AgentId,
    FrozenMap,
    Lottery,
    Mechanism,
    Number,
    Outcome,
    Problem,
    Setting,
)
from mechdesign.records import dataclass

_CLOSE = 1e-9
_SPOTS = 24
#: Words of a scope that belong to no single agent.
_NOBODYS = {"slots", "reserve"}


class Cut(BaseException):
    """The rest of this path is another path's."""


class Run(Protocol):
    """What a program is run on: it makes the numbers and answers their comparisons."""

    def less(self, one: Form, other: Any, swapped: bool = False) -> bool:
        """Whether ``one < other``, or ``other < one`` if swapped."""
        ...

    def refuse(self, reason: str) -> None:
        """Told that the run does what is not linear."""
        ...

    def choose(self) -> bool:
        """Whether to look at this case now, or at the others."""
        ...

    def assume(self, form: Form) -> None:
        """Take it for granted that a form is at most 0."""
        ...

    def number(self, low: Number | None, high: Number | None) -> Form:
        """A fresh coordinate between its bounds."""
        ...

    def recall(self, index: int, /) -> Any:
        """The outcome of this run of the mechanism, where an earlier path has it."""
        ...

    def remember(self, found: Any, /) -> None:
        """Keep the outcome of a run for the paths that branch off later."""
        ...

    #: What the axiom saw on the path.
    context: Any


class Symbolic(Evaluator):
    """What an axiom sees of a mechanism whose reports stand for all numbers.

    Parameters
    ----------
    program : Program
        What is run.
    run : Run
        On what.
    """

    symbolic = True

    def __init__(self, program: Program, run: Run) -> None:
        super().__init__(
            program.mechanism,
            program.setting,
            Budget(),
            lift=program.lift,
            tolerance=program.tolerance,
            closed=not program.ordered and program.words.keys() <= _NOBODYS,
        )
        self.forks = run
        self.allowed, self.words = program.allowed, program.words
        self.watched = program.watched
        #: Problems, what was chosen, and the way there through the mechanism's code.
        self.results: list[tuple[Problem, Comparable, int]] = []
        #: The problem that the mechanism is asked at now.
        self.asking: Problem | None = None
        self.demands = 0

    def count(self, checks: int = 1) -> None:
        self.demands += checks

    def run(self, problem: Problem) -> Comparable:
        self.asking = problem
        known: tuple[Comparable, int] | None = self.forks.recall(len(self.results))
        found, way = known or self._followed(problem)
        if known is None:
            self.forks.remember((found, way))
        self.asking = None
        self.lotteries |= isinstance(found, Lottery)
        self.results.append((problem, found, way))
        return found

    def _followed(self, problem: Problem) -> tuple[Comparable, int]:
        """The choice at a problem, and the way there; the package's own code is not watched."""
        if not self.watched:
            return self.again(problem), 0
        return followed(lambda: self.again(problem))

    def each(self, cases: Iterable[Any]) -> Iterator[Any]:
        for case in cases:
            if self.forks.choose():
                yield case
                raise Cut

    def deviations(self, problem: Problem, agent: AgentId) -> Iterator[Any]:
        setting: Any = self.setting
        yield setting.any_report(problem, agent, self.forks.number, **self.words)

    def gain(
        self, problem: Problem, agent: AgentId, true_type: Any, before: Any, after: Any
    ) -> Number:
        if isinstance(before, Outcome) and isinstance(after, Outcome):
            return self.setting.gain(problem, agent, true_type, before, after)
        return super().gain(problem, agent, true_type, before, after)

    def differs(
        self, problem: Problem, result: Comparable, way: int, point: Mapping[int, Any]
    ) -> tuple[str, Problem, Comparable]:
        """How a plain call at a point is another, if it is; the problem and what it chooses."""
        plain = at_point(problem, point)
        chosen, taken = self._followed(plain)
        same = _alike(_content(at_point(result, point)), _content(chosen))
        told = "takes another way through the code" if way != taken else ""
        return told if same else "chooses otherwise", plain, chosen

    def exceeds(self, gap: Number, scale: Number | None = None) -> bool:
        form: Any = gap - self.allowed
        if type(form) is not Form:
            return super().exceeds(form, scale)
        self.exact = self.exact and not form.rounded
        return bool(form > (Fraction(self.tolerance) if form.rounded else 0))


@dataclass(frozen=True)
class Program:
    """An axiom of a mechanism at all problems with so many agents.

    Parameters
    ----------
    axiom, mechanism, setting, lift : as in a check
        What is asked.
    tolerance : float
        What a gap that floats went into must exceed.
    agents : int
        How many.
    words : mapping
        What the setting needs to know beside the reports.
    ordered : bool
        Whether only reports in ascending order are looked at: enough where agents are
        interchangeable.
    allowed : number
        What a gap must exceed; a largest gap is one that none exceeds.
    watched : bool
        Whether the way through the mechanism's code is compared with that of plain calls.
    """

    axiom: Axiom
    mechanism: Mechanism
    setting: Setting
    lift: str
    tolerance: float
    agents: int
    words: Mapping[str, Any] = field(default_factory=FrozenMap)
    ordered: bool = False
    allowed: Number = 0
    watched: bool = True

    def __call__(self, run: Run) -> Violation | None:
        """Run on one path: the violation that the axiom finds there, if any."""
        run.context = None
        setting: Any = self.setting
        problem = setting.span(self.agents, run.number, **self.words)
        if self.ordered:
            # Reports of several numbers are put in the order of their first.
            firsts = [one[0] if isinstance(one, tuple) else one for one in problem.types]
            for one, other in itertools.pairwise(firsts):
                run.assume(one - other)
        run.context = Symbolic(self, run)
        try:
            return next(iter(self.axiom.violations(run.context, problem)), None)
        except Cut:
            return None


def by_kind(program: Program) -> str:
    """Why a plain rule goes by what its reports are, and not by their values; empty if it does not.

    It is asked at a few profiles of Fractions, of integers, of floats, and of equal numbers that
    are one object.
    """
    setting: Any = program.setting
    ctx = Evaluator(program.mechanism, setting, Budget(), lift=program.lift)
    for seed in range(_SPOTS):
        rng = np.random.default_rng(seed)
        whole = seed % 2 == 0
        drawn: list[Any] = []

        def fresh(low: Any, high: Any, *, _rng: Any = rng, _whole: bool = whole) -> Any:
            low = low if low is not None else 0 if high is None else high - 1
            share = Fraction(int(_rng.integers(2 if _whole else 2**20)), 1 if _whole else 2**20)
            drawn.append(low + share * ((low + 1 if high is None else high) - low))  # noqa: B023
            return Fraction(drawn[-1])  # noqa: B023

        problem = setting.span(program.agents, fresh, **program.words)
        kept: dict[Any, Any] = {}
        for kind in (_whole_number, float):
            values = iter(drawn)

            def again(_low: Any, _high: Any, *, _next: Any = values, _kind: Any = kind) -> Any:
                value = next(_next)
                return kept.setdefault((_kind, value), _kind(value))  # noqa: B023

            if kind is float and whole:
                continue
            other = setting.span(program.agents, again, **program.words)
            first, way = followed(lambda: ctx.again(problem))  # noqa: B023
            second, taken = followed(lambda: ctx.again(other))  # noqa: B023
            # Floats may go another way by their rounding.
            same = _alike(_content(first), _content(second)) and (kind is float or way == taken)
            if not same:
                return (
                    f"{program.mechanism.name} goes by the kind of its reports, not by their values"
                )
    return ""


def _whole_number(value: Any) -> Any:
    """An integer where the value is one."""
    return int(value) if value.denominator == 1 else Fraction(value)


def value_at(form: Form, point: Mapping[int, Any]) -> Any:
    """The value of a form at a point."""
    total = form.constant
    for key, value in form.terms.items():
        total += point[key] if value == 1 else value * point[key]
    return total


def at_point(value: Any, point: Mapping[int, Any]) -> Any:
    """A value with its forms replaced by their numbers at a point."""
    kind = type(value)
    if kind is Form:
        number = value_at(value, point)
        # Fractions throughout: a quotient of plain integers would be a float.
        return float(number) if value.rounded else Fraction(number)
    if kind in (tuple, list):
        listed = [at_point(part, point) for part in value]
        same = all(one is other for one, other in zip(listed, value, strict=True))
        return value if same else kind(listed)
    if kind is FrozenMap or kind is dict:
        return kind((key, at_point(part, point)) for key, part in value.items())
    if kind is Problem:
        return value._derived(
            types=at_point(value.types, point),
            data=at_point(value.data, point),
            reserve=at_point(value.reserve, point),
        )
    if kind is Outcome:
        return Outcome(
            at_point(value.choice, point),
            at_point(value.payments, point),
            at_point(value.cost, point),
        )
    if kind is Lottery:
        return Lottery((at_point(p, point), at_point(one, point)) for p, one in value)
    if is_dataclass(value) and not isinstance(value, type):
        parts = {name: getattr(value, name) for name in value.__dataclass_fields__}
        placed = {name: at_point(part, point) for name, part in parts.items()}
        if all(placed[name] is part for name, part in parts.items()):
            return value
        return replace(value, **placed)
    return value


def _content(result: Any) -> Any:
    """What a result says, for a comparison."""
    if isinstance(result, Outcome):
        paid = {k: v for k, v in (result.payments or {}).items() if v}
        return [result.choice, paid, result.cost]
    if isinstance(result, Lottery):
        merged: dict[Any, Any] = {}
        for p, one in result:
            merged[one] = merged.get(one, 0) + p
        return [sorted(((_content(one), p) for one, p in merged.items()), key=_rough)]
    return [_content(one) for one in result]


def _rough(value: Any) -> str:
    """A text by which exact results and floats sort alike."""
    if isinstance(value, (tuple, list)):
        return ";".join(map(_rough, value))
    return f"{float(value):.6f}" if isinstance(value, (int, Fraction, float)) else repr(value)


def _alike(one: Any, other: Any) -> bool:
    """Whether two results are the same, floats up to rounding."""
    if isinstance(one, (tuple, list)) and isinstance(other, (tuple, list)):
        return len(one) == len(other) and all(map(_alike, one, other))
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(_alike(one[key], other[key]) for key in one)
    if isinstance(one, (float, np.floating)) or isinstance(other, (float, np.floating)):
        return bool(abs(one - other) <= _CLOSE * max(1, abs(one)))
    return bool(one == other)
