"""Exploring a program to its end: a proof, violating cells, or the reason why neither was found."""

from __future__ import annotations

import contextlib
import functools
import math
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from mechdesign.axioms.continuum.explorer import Explorer
from mechdesign.axioms.continuum.forms import Form
from mechdesign.axioms.continuum.points import simple_point
from mechdesign.axioms.continuum.program import Program, at_point
from mechdesign.axioms.continuum.proof import PathProof
from mechdesign.axioms.continuum.simplex import most
from mechdesign.axioms.question.evaluator import Budget, BudgetExhausted
from mechdesign.axioms.question.lift import Comparable
from mechdesign.axioms.question.purity import NotLinear, state
from mechdesign.axioms.question.witness import Violation
from mechdesign.errors import InvalidInputError, UndecidedError
from mechdesign.model import Number, Problem
from mechdesign.parallel import pack

#: Violating cells that are looked at for the simplest counterexample.
_CELLS = 12
#: Into how many places the tree is divided for each worker.
_PLACES = 24

#: A place in the tree: how many forks and which answers lead there.
Place: TypeAlias = "tuple[int, list[bool]]"


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
    sent : list
        The same from workers, as bytes, with how many they are.
    unsteady : bool
        Whether a worker saw the mechanism keep a state or draw random numbers.
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
    sent: list[tuple[int, bytes]] = field(default_factory=list)
    unsteady: bool = False

    @property
    def calls(self) -> int:
        """How many plain calls were compared."""
        return len(self.asked) + sum(count for count, _ in self.sent)

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
            [*self.sent, *other.sent],
            self.unsteady or other.unsteady,
        )


@dataclass
class Part:
    """What was found on the paths below some place of the tree, in their order.

    Parameters
    ----------
    forms : dict
        The numbers of the comparisons.
    tokens : list
        This part of the tree.
    found : Explored
        What was found.
    covered : float
        The share of all paths.
    runs : int
        How many paths were followed, those to violations among them.
    waiting : list
        Places below that were left out, in their order: how many forks and which answers lead
        there.
    limit : str
        What ended it early; empty if nothing did.
    """

    forms: dict[tuple[Any, ...], int]
    tokens: list[Any]
    found: Explored
    covered: float = 0.0
    runs: int = 0
    waiting: list[Place] = field(default_factory=list)
    limit: str = ""

    def add(self, other: Part) -> None:
        """Add the part that comes next."""
        number = [self.forms.setdefault(form, len(self.forms)) for form in other.forms]
        for token in other.tokens:
            if type(token) is int:
                token = number[token]
            elif type(token) is list and token[0] != "at":
                token = [number[token[0]], *token[1:]]
            self.tokens.append(token)
        self.found = self.found.joined(other.found)
        self.covered += other.covered
        self.runs += other.runs
        self.limit = other.limit


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
    whole = Part({}, [], Explored())
    if budget.workers == 1:
        whole = _walk(program, (), budget, whole.found, most)
    else:
        _by_workers(program, budget, whole, most)
    found = whole.found
    if whole.limit and not found.reason:
        share = f"{whole.covered:.1%} of the whole"
        text = f"{whole.limit} ended it after {found.paths:,} paths, {share}"
        return replace(found, reason=text, spent=True)
    if not found.violations and not found.reason:
        forms = [
            [str(form[0]), *([key, str(value)] for key, value in form[1:])] for form in whole.forms
        ]
        found.proofs = [
            PathProof(program.axiom.id, program.agents, program.ordered, forms, whole.tokens)
        ]
    return found


def _walk(
    program: Program,
    script: Sequence[bool],
    budget: Budget,
    before: Explored,
    most: int | None,
    steps: float = math.inf,
) -> Part:
    """Follow the paths below a place, as far as the limits allow after what was found before."""
    explorer = Explorer(script)
    part = Part(explorer.table, explorer.tokens, Explored())
    found = part.found
    try:
        while explorer.waiting and part.runs < steps and not found.reason:
            if len(before.violations) + len(found.violations) >= _CELLS:
                break
            if most is not None and before.paths + explorer.paths >= most:
                raise BudgetExhausted(f"an attempt of {most:,} paths")
            budget.spend()
            budget.check_clock()
            part.runs += 1
            found.reason = _follow(program, explorer, found)
    except BudgetExhausted as ended:
        part.limit = str(ended)
    except NotLinear as reason:  # a plain call met a symbolic number that was kept
        found.reason = str(reason)
    part.covered = explorer.covered
    part.waiting = [(depth, answers) for answers, depth, *_ in reversed(explorer.waiting)]
    return part


def _by_workers(program: Program, budget: Budget, whole: Part, most: int | None) -> None:
    """Put the tree together from the parts that several workers look at."""
    order = _divided(program, budget)
    job = functools.partial(_below, program, budget)
    places = [one[1] for one in order if not isinstance(one, Part)]
    with contextlib.closing(_tried(budget.spread(job, places))) as results:
        for one in order:
            try:
                part = one if isinstance(one, Part) else next(results, None)
                if part is None or _crosses(part, whole, budget, most):
                    # A limit within a part ends the search where one worker would end.
                    assert not isinstance(one, Part)
                    part = _walk(program, one[1], budget, whole.found, most)
                elif most is not None and whole.found.paths >= most:
                    raise BudgetExhausted(f"an attempt of {most:,} paths")
                else:
                    budget.spend(part.runs)
            except BudgetExhausted as ended:
                whole.limit = str(ended)
                return
            whole.add(part)
            if part.limit or part.found.reason or len(whole.found.violations) >= _CELLS:
                return


def _divided(program: Program, budget: Budget) -> list[Part | Place]:
    """The tree in parts: paths that were followed here, and places to look below, in order."""
    order: list[Part | Place] = [(0, [])]
    places: list[Place] = [(0, [])]
    while places and len(places) < _PLACES * budget.workers:
        place = min(places, key=lambda one: one[0])
        fresh = replace(budget, checks=0, max_checks=None)
        part = _walk(program, place[1], fresh, Explored(), None, 1)
        k = order.index(place)
        order[k : k + 1] = [part, *part.waiting]
        places.remove(place)
        places += part.waiting
        if part.limit or part.found.reason:
            break
    return order


def _below(program: Program, budget: Budget, place: list[bool]) -> Part:
    """What a worker finds below a place."""
    before = state(program.mechanism)
    rest = None if budget.max_checks is None else max(1, budget.max_checks - budget.checks)
    fresh = replace(budget, checks=0, max_checks=rest)
    part = _walk(program, place, fresh, Explored(), None)
    found = part.found
    found.unsteady = state(program.mechanism) != before
    # The second time other workers ask, so that nobody here reads them.
    found.asked, found.sent = [], [(len(found.asked), pack(found.asked))]
    return part


def _tried(results: Iterator[Part]) -> Generator[Part, None, None]:
    """Parts until one raises an error, which the walk here then raises where one worker would."""
    try:
        yield from results
    except BudgetExhausted:
        raise
    except Exception as error:
        if isinstance(error, InvalidInputError) and error.parameter == "workers":
            raise


def _crosses(part: Part, whole: Part, budget: Budget, most: int | None) -> bool:
    """Whether a limit may lie within a part that a worker looked at."""
    if part.runs < 2 or (part.limit and budget.over):
        return False
    return bool(
        part.limit
        or (budget.max_checks is not None and budget.checks + part.runs > budget.max_checks)
        or (most is not None and whole.found.paths + part.runs > most)
        or len(whole.found.violations) + len(part.found.violations) >= _CELLS
    )


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
    for asked in ctx.results[explorer.recalled :]:
        told, plain, chosen = ctx.differs(*asked, point)
        if told:
            reports = ", ".join(map(program.setting.say_report, plain.types))
            return f"a plain call at ({reports}) {told} than the symbolic run"
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
