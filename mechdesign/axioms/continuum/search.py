"""Exploring a program to its end: a proof, violating cells, or the reason why neither was found."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import Any

from mechdesign.axioms.continuum.explorer import Explorer
from mechdesign.axioms.continuum.forms import Form
from mechdesign.axioms.continuum.guards import NotLinear
from mechdesign.axioms.continuum.points import simple_point
from mechdesign.axioms.continuum.program import Program, at_point
from mechdesign.axioms.continuum.proof import PathProof
from mechdesign.axioms.continuum.simplex import most
from mechdesign.axioms.question.evaluator import Budget, BudgetExhausted
from mechdesign.axioms.question.lift import Comparable
from mechdesign.axioms.question.witness import Violation
from mechdesign.errors import UndecidedError
from mechdesign.model import Number, Problem

#: Violating cells that are looked at for the simplest counterexample.
_CELLS = 12


@dataclass(frozen=True)
class Peak:
    """The largest gap on one violating cell.

    Parameters
    ----------
    value : number
        Infinite where there is no bound.
    limit : Violation
        Where it is attained or approached; a simple point where it has no bound.
    inside : Violation
        At a simple point of the cell.
    """

    value: Number
    limit: Violation
    inside: Violation


@dataclass
class Explored:
    """What exploring a program found.

    Parameters
    ----------
    proofs : list of PathProof
        Where every path fulfils the axiom.
    violations : list of Violation
        At exact points, one for each cell.
    reason : str
        Why there is neither.
    paths, demands : int
        How many paths were closed, and how many comparisons the axiom announced on them.
    exact, lotteries : bool
        Whether no float went into a gap; whether lotteries were compared.
    spent : bool
        Whether the budget ended it.
    asked : list
        Problems of plain calls with what was chosen.
    peaks : list of Peak
        One for each violating cell, beside the violation itself.
    """

    proofs: list[PathProof] = field(default_factory=list)
    violations: list[Violation] = field(default_factory=list)
    reason: str = ""
    paths: int = 0
    demands: int = 0
    exact: bool = True
    lotteries: bool = False
    spent: bool = False
    asked: list[tuple[Problem, Comparable]] = field(default_factory=list)
    peaks: list[Peak] = field(default_factory=list)

    def joined(self, other: Explored) -> Explored:
        """What this and another search found together."""
        return Explored(
            [*self.proofs, *other.proofs],
            [*self.violations, *other.violations],
            self.reason or other.reason,
            self.paths + other.paths,
            self.demands + other.demands,
            self.exact and other.exact,
            self.lotteries or other.lotteries,
            self.spent or other.spent,
            [*self.asked, *other.asked],
            [*self.peaks, *other.peaks],
        )


def explore(program: Program, budget: Budget, *, most: int | None = None) -> Explored:
    """Follow every path of a program.

    Parameters
    ----------
    program : Program
        What is asked.
    budget : Budget
        Each path is a check.
    most : int, optional
        Paths after which to give up.
    """
    explorer = Explorer()
    found = Explored()
    try:
        while explorer.waiting and len(found.violations) < _CELLS:
            if most is not None and explorer.paths >= most:
                budget.limit = f"an attempt of {most:,} paths"
                raise BudgetExhausted
            budget.spend()
            budget.check_clock()
            reason = _follow(program, explorer, found)
            if reason:
                return replace(found, reason=reason)
    except BudgetExhausted:
        share = explorer.covered
        text = f"{budget.limit} ended it after {explorer.paths:,} paths, {share:.1%} of the whole"
        return replace(found, reason=text, spent=True)
    if not found.violations:
        forms = [
            [str(form[0]), *([key, str(value)] for key, value in form[1:])]
            for form in explorer.table
        ]
        proof = PathProof(program.axiom.id, program.agents, program.ordered, forms, explorer.tokens)
        found.proofs = [proof]
    return found


def _follow(program: Program, explorer: Explorer, found: Explored) -> str:
    """Follow the next path; why the search cannot go on, empty if it can."""
    try:
        violation = explorer.run(program)
    except NotLinear as reason:
        return str(reason)
    except (UndecidedError, BudgetExhausted) as error:
        return str(error)
    except Exception as error:  # whatever the rule raises
        ctx = explorer.context
        if ctx is not None and ctx.asking is not None:
            ctx.again(at_point(ctx.asking, explorer.point()))  # raises what it raises there
        return f"the symbolic run raises {type(error).__name__}: {error}"
    ctx = explorer.context
    found.exact &= ctx.exact
    found.lotteries |= ctx.lotteries
    found.demands += ctx.demands
    if ctx.undecided_because:
        return str(ctx.undecided_because)
    if violation is not None:
        point = simple_point(explorer.rows, explorer.count)
        found.violations.append(at_point(violation, point))
        found.peaks.append(_peak(explorer, violation, point))
        return ""
    point = explorer.point()
    for problem, result in ctx.results[explorer.recalled :]:
        told, plain, chosen = ctx.agrees(problem, result, point)
        if not told:
            reports = ", ".join(map(program.setting.say_report, plain.types))
            return f"a plain call at ({reports}) chooses otherwise than the symbolic run"
        found.asked.append((plain, chosen))
    explorer.close(point)
    found.paths = explorer.paths
    return ""


def _peak(explorer: Explorer, violation: Violation, inside: dict[int, Any]) -> Peak:
    """The largest gap on the cell of a path."""
    gap, near = violation.gap, at_point(violation, inside)
    form: Any = gap
    if type(form) is not Form:
        return Peak(gap, near, near)
    goal = (form.constant, *sorted(form.terms.items()))
    found = most(explorer.rows, explorer.count, goal)
    if found is None:
        return Peak(math.inf, near, near)
    return Peak(found[0], at_point(violation, found[1]), near)
