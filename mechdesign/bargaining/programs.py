"""Bargaining beyond enumeration: the classical solutions as integer programmes over modules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from mechdesign.bargaining.data import Modules
from mechdesign.bargaining.setting import NO_AGREEMENT, package_choice
from mechdesign.errors import (
    InfeasibleError,
    InvalidInputError,
    LimitReachedError,
    SolverError,
    UndecidedError,
)
from mechdesign.model import Number, Outcome, Problem, Provenance, all_exact

__all__ = ["PROGRAMS", "program"]

PROGRAMS = ("utilitarian", "nash", "egalitarian", "kalai_smorodinsky", "equal_loss")

_SETTING = package_choice()


def program(
    problem: Problem,
    rule: str = "egalitarian",
    *,
    refine: bool = True,
    rational: bool | None = None,
    time_limit: float | None = None,
    gap: float = 1e-6,
) -> Outcome:
    """A classical solution by mixed-integer programming (PuLP and HiGHS), for many modules.

    Parameters
    ----------
    problem : Problem
        Of modules, with additive utilities or a rubric.
    rule : str
        One of :data:`PROGRAMS`.
    refine : bool
        Whether to refine the maximin rules lexicographically: one programme for each agent.
    rational : bool, optional
        Whether everybody must have at least the reserve; by default for all rules but the
        utilitarian one.
    time_limit : float, optional
        Seconds for each programme; a refinement that runs out of time keeps what it has and says
        so in ``provenance.status``.
    gap : float
        The relative gap at which a programme counts as solved.

    Returns
    -------
    Outcome
        Its utilities are recomputed exactly from the package; ``provenance`` has the value, the
        proved bound and the gap of the (first) programme.

    Raises
    ------
    InvalidInputError
        For menus and for rubrics in which a score can fall below the scale.
    LimitReachedError
        If the time is over before there is any package.
    UndecidedError
        For the Nash rule where no package gives everybody a positive gain.

    Notes
    -----
    The logarithm of the Nash product is approximated from outside by tangents until the bound
    meets the value.

    Examples
    --------
    >>> from mechdesign.bargaining import modules
    >>> many = {f"m{k}": 1 + k % 3 for k in range(30)}
    >>> worth = {a: {m: (k * s) % 7 for k, m in enumerate(many)} for a, s in (("x", 3), ("y", 5))}
    >>> found = program(modules({"base": 0}, many, worth, budget=12), "egalitarian")
    >>> found.cost, sorted(found.utilities.values())
    (12, [37, 39])
    """
    if rule not in PROGRAMS:
        raise InvalidInputError("rule", f"be one of {', '.join(PROGRAMS)}", rule)
    if not isinstance(problem.data, Modules):
        raise InvalidInputError("problem", "be made of modules", type(problem.data).__name__)
    acceptable = rule != "utilitarian" if rational is None else rational
    shape = _Shape(problem, acceptable, time_limit, gap)
    try:
        choice, first = _solve(shape, problem, rule, refine)
    except InfeasibleError:
        if not acceptable:
            raise
        return Outcome(
            NO_AGREEMENT,
            provenance=Provenance(
                mechanism=f"bargaining.{rule}", status="no package is acceptable to all"
            ),
            problem=problem,
            setting=_SETTING,
        )
    chosen = _SETTING.outcome(problem, choice)
    if not _SETTING.feasible(problem, chosen):
        raise InfeasibleError("the solver's package is over the budget by a rounding")
    close = first[1] - first[0] <= 10 * gap * max(1.0, abs(first[1]))
    return chosen.with_provenance(
        mechanism=f"bargaining.{rule}",
        algorithm="integer programme",
        exact=False,
        tolerance=gap,
        solver="HiGHS",
        status=shape.note or ("optimal" if close else "time limit"),
        bound=first[1],
        gap=max(first[1] - first[0], 0.0),
    )


def _solve(
    shape: _Shape, problem: Problem, rule: str, refine: bool
) -> tuple[Any, tuple[float, float]]:
    n = len(problem)
    weights = [float(w) for w in problem.weights or (1,) * n]
    reserve = [float(d) for d in problem.reserve or (0,) * n]
    if rule == "utilitarian":
        return shape.maximise(weights)
    if rule == "nash":
        return _nash(shape, weights, reserve)
    if rule == "egalitarian":
        return shape.leximin(reserve, weights, refine)
    ideal = [shape.maximise([float(i == k) for i in range(n)])[1][0] for k in range(n)]
    if rule == "equal_loss":
        return shape.leximin(ideal, [1.0] * n, refine)
    ranges = [a - d if a - d > 1e-9 else 0.0 for a, d in zip(ideal, reserve, strict=True)]
    return shape.leximin(reserve, ranges if any(ranges) else [1.0] * n, refine)


@dataclass
class _Shape:
    """The packages of a problem as a mixed-integer set."""

    problem: Problem
    rational: bool
    time_limit: float | None
    gap: float
    note: str = ""

    def build(self) -> tuple[Any, list[Any], list[Any], list[Any]]:
        """A new model with its base and module variables and the utilities of all agents."""
        from mechdesign.solvers.linear_model import LinearModel

        data: Modules = self.problem.data
        model = LinearModel("packages")
        bases = [model.variable(f"base{k}", high=1, integral=True) for k in range(len(data.bases))]
        chosen = [
            model.variable(f"module{k}", high=1, integral=True) for k in range(len(data.modules))
        ]
        model.require(model.total(bases) == 1)
        place = {m: k for k, m in enumerate(data.modules)}
        for conflict in data.conflicts:
            model.require(model.total(chosen[place[m]] for m in conflict) <= 1)
        for module, needed in data.requirements:
            model.require(chosen[place[module]] <= chosen[place[needed]])
        if self.problem.budget is not None:
            costs: Sequence[Number] = [*data.base_costs, *data.module_costs]
            budget = self.problem.budget
            if all_exact([*costs, budget]):
                costs, budget = _whole(costs, budget)
            model.require(_dot(model, costs, [*bases, *chosen]) <= float(budget))
        utilities = self._utilities(model, bases, chosen)
        if self.rational:
            reserve = self.problem.reserve or (0,) * len(utilities)
            for u, d in zip(utilities, reserve, strict=True):
                model.require(u >= float(d) - 1e-9)
        return model, bases, chosen, utilities

    def _utilities(self, model: Any, bases: list[Any], chosen: list[Any]) -> list[Any]:
        data: Modules = self.problem.data
        types = self.problem.types
        if data.rubric is None:
            return [_dot(model, [*own.bases, *own.modules], [*bases, *chosen]) for own in types]
        rubric = data.rubric
        scores = []
        for c, name in enumerate(rubric.criteria):
            start = [row[c] for row in rubric.base_scores]
            effects = [row[c] for row in rubric.effects]
            if min(start) + sum(min(e, 0) for e in effects) < rubric.low:
                raise InvalidInputError(
                    "rubric", f"keep {name} above the low end of the scale", float(rubric.low)
                )
            # Weights are nonnegative, so a score is pushed up to the smaller of the two bounds.
            score = model.variable(f"score{c}", low=None, high=float(rubric.high))
            model.require(score <= _dot(model, [*start, *effects], [*bases, *chosen]))
            scores.append(score)
        return [_dot(model, own, scores) for own in types]

    def finish(
        self, model: Any, objective: Any, bases: list[Any], chosen: list[Any]
    ) -> tuple[Any, tuple[float, float]]:
        """Solve; the package, with the value and the proved bound."""
        model.maximise(objective)
        try:
            solved = model.solve(time_limit=self.time_limit, gap=self.gap)
        except SolverError:
            if self.time_limit is None:
                raise
            raise LimitReachedError("the time was over before there was any package") from None
        if solved.value is None:
            raise LimitReachedError("the time was over before there was any package")
        data: Modules = self.problem.data
        base = max(range(len(bases)), key=lambda k: model.value(bases[k]))
        inside = tuple(m for m, x in zip(data.modules, chosen, strict=True) if model.value(x) > 0.5)
        return (data.bases[base], inside), (solved.value, solved.bound)

    def maximise(self, weights: Sequence[float]) -> tuple[Any, tuple[float, float]]:
        """The package with the largest weighted sum of utilities."""
        model, bases, chosen, utilities = self.build()
        pairs = zip(weights, utilities, strict=True)
        objective = model.total(w * u for w, u in pairs if w)
        return self.finish(model, objective, bases, chosen)

    def leximin(
        self, origin: Sequence[float], unit: Sequence[float], refine: bool
    ) -> tuple[Any, tuple[float, float]]:
        """The package with the lexicographically largest levels ``(u - origin) / unit``.

        In stage k at most k agents may stay below the new level, and at most j below that of
        every earlier stage j.
        """
        agents = [i for i, s in enumerate(unit) if s]
        reached: list[float] = []
        best: Any = None
        first = (0.0, 0.0)
        for stage in range(len(agents) if refine else 1):
            model, bases, chosen, utilities = self.build()
            level = model.variable("level", low=None)
            levels = [(utilities[i] - origin[i]) * (1 / unit[i]) for i in agents]
            far = 2 * self._span(origin, unit)
            for k, value in enumerate([*reached, level]):
                below = [
                    model.variable(f"below{k}_{i}", high=1, integral=True)
                    for i in range(len(agents) if k else 0)
                ]
                if below:
                    model.require(model.total(below) <= k)
                slack = 0.0 if value is level else self.gap * max(1.0, abs(value))
                for i, own in enumerate(levels):
                    excuse = far * below[i] if below else 0
                    model.require(own + excuse >= value - slack)
            try:
                found, bounds = self.finish(model, level, bases, chosen)
            except LimitReachedError:
                if stage == 0:
                    raise
                self.note = f"time limit: refined up to the {stage} smallest levels"
                break
            # What the package really reaches; the solver's level has rounding in it.
            values = self._values(found)
            ordered = sorted((values[i] - origin[i]) / unit[i] for i in agents)
            if stage == 0:
                first = bounds
            best = found
            reached.append(ordered[stage])
        return best, first

    def _values(self, choice: Any) -> list[float]:
        outcome = Outcome(choice, problem=self.problem, setting=_SETTING)
        return [float(u) for u in outcome.utilities.values()]

    def _span(self, origin: Sequence[float], unit: Sequence[float]) -> float:
        """More than any two levels can differ by."""
        data: Modules = self.problem.data
        ends = []
        for own, o, s in zip(self.problem.types, origin, unit, strict=True):
            if not s:
                continue
            if data.rubric is not None:
                total = float(sum(own))
                low, high = total * float(data.rubric.low), total * float(data.rubric.high)
            else:
                low = float(min(own.bases)) + sum(min(float(x), 0) for x in own.modules)
                high = float(max(own.bases)) + sum(max(float(x), 0) for x in own.modules)
            ends += [(low - o) / s, (high - o) / s]
        return max(ends) - min(ends) + 1.0


def _nash(
    shape: _Shape, weights: Sequence[float], reserve: Sequence[float]
) -> tuple[Any, tuple[float, float]]:
    start, _ = shape.leximin(reserve, [1.0] * len(weights), False)
    points = [_gains(shape, start, reserve)]
    if min(points[0]) <= 1e-9:
        raise UndecidedError(
            "no package gives everybody a positive gain: the Nash rule needs enumeration then"
        )
    best, value = start, _log(points[0], weights)
    bound = np.inf
    for _ in range(100):
        model, bases, chosen, utilities = shape.build()
        logs = [model.variable(f"log{i}", low=None) for i in range(len(weights))]
        for gains in points:
            for i, g in enumerate(gains):
                if g > 0:
                    slope = 1 / g
                    model.require(
                        logs[i] <= float(np.log(g)) + slope * (utilities[i] - reserve[i]) - 1.0
                    )
        objective = model.total(w * x for w, x in zip(weights, logs, strict=True))
        found, (_, bound) = shape.finish(model, objective, bases, chosen)
        gains = _gains(shape, found, reserve)
        if min(gains) > 0 and _log(gains, weights) > value:
            best, value = found, _log(gains, weights)
        if bound - value <= 10 * shape.gap * max(1.0, abs(bound)):
            break
        # A package at the border gets a tangent a little inside.
        points.append([max(g, 1e-3 * h) for g, h in zip(gains, points[0], strict=True)])
    return best, (value, bound)


def _gains(shape: _Shape, choice: Any, reserve: Sequence[float]) -> list[float]:
    return [u - d for u, d in zip(shape._values(choice), reserve, strict=True)]


def _log(gains: Sequence[float], weights: Sequence[float]) -> float:
    return float(sum(w * np.log(g) for w, g in zip(weights, gains, strict=True)))


def _dot(model: Any, numbers: Sequence[Number], variables: Sequence[Any]) -> Any:
    pairs = zip(numbers, variables, strict=True)
    return model.total(float(a) * x for a, x in pairs if a)


def _whole(costs: Sequence[Any], budget: Any) -> tuple[Sequence[Number], Number]:
    """Costs and budget as integers, so that rounding cannot make a package fit or not."""
    from fractions import Fraction
    from math import floor, lcm

    common = lcm(*(Fraction(c).denominator for c in costs))
    return [int(c * common) for c in costs], floor(Fraction(budget) * common)
