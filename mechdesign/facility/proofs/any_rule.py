"""Exact worst-case ratios of any rule on a segment that is piecewise linear, by proof."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any

from mechdesign.axioms import Axiom, Evaluator, Violation, Witness
from mechdesign.axioms.continuum.attempt import explored, obstacle, program_of
from mechdesign.axioms.continuum.explorer import Explorer
from mechdesign.axioms.continuum.extremes import climb
from mechdesign.axioms.continuum.forms import Form
from mechdesign.axioms.continuum.program import Program
from mechdesign.axioms.continuum.search import Explored, Peak
from mechdesign.axioms.question.purity import NotLinear
from mechdesign.axioms.question.question import prepare
from mechdesign.errors import UndecidedError
from mechdesign.model import FrozenMap, Mechanism, Number, Problem, Setting, show


class RatioAtMost(Axiom):
    """The chosen location is at most so many times as costly as the best one.

    Parameters
    ----------
    objective : str
        What is compared: for welfare the best over the chosen.
    ratio : number
        How many times.
    """

    id = "ratio_at_most"
    title = "Ratio at most"
    statement = "What is chosen is at most so many times as costly as the best location."
    family = "facility"

    def __init__(self, objective: str, ratio: Number) -> None:
        self.objective, self.ratio = objective, ratio

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        place = ctx.outcomes(problem)[0].choice
        setting: Any = ctx.setting
        top, bottom = _compared(sorted(problem.types), place, self.objective, setting)
        gap = top - self.ratio * bottom
        ctx.count()
        if ctx.exceeds(gap):
            details: Any = FrozenMap(top=top, bottom=bottom, place=place)
            yield Violation(problem, gap=gap, details=details)

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        rule: Any = mechanism
        place = rule.solve(witness.problem).choice
        top, bottom = _compared(sorted(witness.problem.types), place, self.objective, setting)
        gap: Number = top - self.ratio * bottom
        return gap


def _compared(ordered: list[Any], place: object, objective: str, setting: Any) -> tuple[Any, Any]:
    """What a ratio compares at one profile: the numerator and the denominator."""
    if objective == "maximum_cost":
        ends = (abs(place - ordered[0]), abs(place - ordered[-1]))
        return max(ends), (ordered[-1] - ordered[0]) / Fraction(2)
    half = len(ordered) // 2
    best = sum(ordered[-half:]) - sum(ordered[:half]) if half else 0
    cost = sum(abs(place - x) for x in ordered)
    if objective == "total_cost":
        return cost, best
    most = len(ordered) * setting.length
    return most - best, most - cost


def climbed(
    mechanism: Any, setting: Setting | None, agents: int, objective: str, **limits: Any
) -> tuple[Number, tuple[Number, ...], Number, bool]:
    """The worst ratio, the profile and location that attain or approach it, whether they attain it.

    Raises
    ------
    UndecidedError
        Where the rule is not piecewise linear, or a limit ended the proof.
    """
    question = prepare(
        RatioAtMost(objective, 1), mechanism, setting=setting, agents=agents, **limits
    )
    told = obstacle(question)
    if told:
        raise UndecidedError(told)
    budget = question.budget()

    def at_most(ratio: Number) -> Program:
        program = program_of(question, agents)
        return replace(program, axiom=RatioAtMost(objective, ratio))

    def explore(program: Program) -> Explored:
        return explored(program, budget, None)

    rule: Any = question.mechanism
    best = climb(1, at_most, _ratio, explore)
    if best.reason:
        raise UndecidedError(f"{best.reason}; the ratio is at least {best.value}")
    if best.peak is None:
        line: Any = question.setting
        profile = (line.low,) * agents  # where all agree, the best location is chosen
        chosen = rule.solve(question.setting.problem(list(profile))).choice
        return best.value, profile, chosen, True
    limit = best.peak.limit
    chosen = rule.solve(limit.problem).choice
    attained = bool(chosen == limit.details["place"])
    return best.value, tuple(limit.problem.types), limit.details["place"], attained


def _ratio(peak: Peak) -> Number:
    top, bottom = (peak.limit.details[key] for key in ("top", "bottom"))
    return Fraction(top) / bottom if bottom else math.inf


class _Chosen(Axiom):
    """Looks at the choice and demands nothing: what its paths are is what the code's are."""

    id = "chosen"
    title = "Chosen"
    statement = "Something is chosen."

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        ctx.run(problem)
        yield from ()

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        return 0


def cells_of_two(
    mechanism: Mechanism[Any], setting: Setting
) -> list[tuple[str, list[tuple[float, float]]]]:
    """The formula of a rule on each of its cells of two reports, with the corners in order.

    Raises
    ------
    UndecidedError
        If the rule is not piecewise linear.
    """
    question = prepare(_Chosen(), mechanism, setting=setting, agents=2)
    told = obstacle(question)
    if told:
        raise UndecidedError(told)
    explorer, program = Explorer(), program_of(question, 2)
    found = []
    while explorer.waiting:
        try:
            explorer.run(program)
        except NotLinear as reason:
            raise UndecidedError(str(reason)) from None
        (_, result, _), *_ = explorer.context.results
        corners = _corners([form for form, _ in explorer.rows])
        if len(corners) > 2:  # a cell without area is a border of others
            found.append((_formula(result.choice), corners))
        explorer.close(explorer.point())
    return found


def _corners(forms: list[tuple[Any, ...]]) -> list[tuple[float, float]]:
    """The corners of a polygon of rows at most 0, counterclockwise."""
    lines = [(f[0], dict(f[1:]).get(0, 0), dict(f[1:]).get(1, 0)) for f in forms]
    points = set()
    for (c, a, b), (d, e, f) in itertools.combinations(lines, 2):
        area = Fraction(a * f - b * e)
        if area:
            x, y = (b * d - c * f) / area, (c * e - a * d) / area
            if all(k + m * x + n * y <= 0 for k, m, n in lines):
                points.add((x, y))
    if not points:
        return []
    middle = [sum(p[k] for p in points) / len(points) for k in (0, 1)]
    turned = sorted(points, key=lambda p: math.atan2(p[1] - middle[1], p[0] - middle[0]))
    return [(float(x), float(y)) for x, y in turned]


def _formula(choice: object) -> str:
    """An affine outcome in words: ``x/2 + y/2 + 1/3``."""
    if type(choice) is not Form:
        return show(choice)
    text = ""
    for key, value in sorted(choice.terms.items()):
        size = Fraction(abs(value))
        top = "xy"[key] if size.numerator == 1 else f"{size.numerator}{'xy'[key]}"
        sign = " - " if value < 0 else " + "
        text += sign + (top if size.denominator == 1 else f"{top}/{size.denominator}")
    if choice.constant:
        text += (" - " if choice.constant < 0 else " + ") + show(abs(choice.constant))
    return text.removeprefix(" + ").replace(" - ", "-", 1) if text[:3] == " - " else text[3:]
