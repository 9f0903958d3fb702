"""Bargaining beyond enumeration: the classical solutions as integer programs over modules."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from mechdesign.bargaining.menus.data import Modules
from mechdesign.bargaining.menus.setting import NO_AGREEMENT, package_choice
from mechdesign.bargaining.solutions.objectives import OrderedLevels, Product, Total
from mechdesign.bargaining.solutions.package_programs import PackageRows
from mechdesign.clock import now
from mechdesign.errors import (
    InfeasibleError,
    InvalidInputError,
    LimitReachedError,
    UndecidedError,
)
from mechdesign.model import Number, Outcome, Problem, Provenance, as_number, is_exact
from mechdesign.records import dataclass

if TYPE_CHECKING:
    from mechdesign.solvers.search.core_search import Found

__all__ = ["PROGRAMS", "program"]

PROGRAMS = ("utilitarian", "nash", "egalitarian", "kalai_smorodinsky", "equal_loss")

_SETTING = package_choice()


def program(
    problem: Problem,
    rule: str = "egalitarian",
    *,
    refine: bool = True,
    rational: bool | None = None,
    time_limit: float | None = 60.0,
    gap: float = 1e-9,
    progress: Callable[[], None] | None = None,
) -> Outcome:
    """A classical solution by integer programming, for many modules.

    Parameters
    ----------
    problem : Problem
        Of modules, with additive utilities or a rubric.
    rule : str
        One of :data:`PROGRAMS`.
    refine : bool
        Whether to refine the maximin rules lexicographically: one program for each agent.
    rational : bool, optional
        Whether everybody must have at least the reserve; by default for all rules but the
        utilitarian one.
    time_limit : float, optional
        Seconds for the whole call, a minute by default; None for no limit.  When they are over,
        the best package so far is returned and ``provenance`` says what is proved of it.
    gap : float
        The relative gap at which a program counts as solved where values are not known to be
        multiples of a unit; strictly between 0 and 1.
    progress : callable, optional
        Called without arguments now and then.

    Returns
    -------
    Outcome
        Its utilities are recomputed exactly from the package.  ``provenance`` has the proved bound
        and the gap of the (first) program; its status is ``optimal`` only if everything that was
        asked for is proved, else it says what is.

    Raises
    ------
    InvalidInputError
        For menus, for rubrics in which a score can fall below the scale, and for a limit or a gap
        out of range.
    InfeasibleError
        Where no package is within the budget and the rules.
    LimitReachedError
        If the time is over before there is any package.
    UndecidedError
        For the Nash rule where no package gives everybody a positive gain.

    Notes
    -----
    The linear relaxation bounds the optimum and a local search finds a package; then every package
    in between is enumerated by its distance from the relaxation in reduced costs
    (:class:`mechdesign.solvers.search.core_search.CoreSearch`).  With exact data values are
    multiples of a unit, so that a bound less than a unit above the value proves optimality.

    With 200 modules and 6 agents the largest smallest level took 0.2 to 2.7 s on ten random
    instances of two cores, Nash and utilitarian packages a few tenths of a second; where costs and
    utilities leave more packages near the optimum it can take tens of seconds, and leximin and
    Kalai-Smorodinsky several times as long: hence the default limit.

    Leximin first enumerates all packages that reach the first level; where these are too many it
    maximises the sums of the k smallest levels one after the other (Ogryczak and
    Sliwinski), and the logarithms of the Nash product are replaced by tangents.

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
    if not isinstance(problem, Problem) or not isinstance(problem.data, Modules):
        given = getattr(problem, "data", problem)
        raise InvalidInputError("problem", "be made of modules", type(given).__name__)
    share = as_number(gap, "gap", owner="program")
    if not 0 < share < 1:
        raise InvalidInputError("gap", "be between 0 and 1", gap, owner="program")
    deadline = None
    if time_limit is not None:
        deadline = now() + as_number(time_limit, "time_limit", low=0, owner="program")
    acceptable = rule != "utilitarian" if rational is None else bool(rational)
    solve = _Solve(problem, acceptable, refine, deadline, float(share), progress or _nothing)
    try:
        answer = solve.rule(rule)
    except InfeasibleError:
        if not acceptable:
            raise
        # Raises again where not even an unacceptable package is within the budget and the rules.
        replace(solve, rational=False).rule("utilitarian")
        return Outcome(
            NO_AGREEMENT,
            provenance=Provenance(
                mechanism=f"bargaining.{rule}", status="no package is acceptable to all"
            ),
            problem=problem,
            setting=_SETTING,
        )
    chosen = _SETTING.outcome(problem, answer.choice)
    return chosen.with_provenance(
        mechanism=f"bargaining.{rule}",
        algorithm="core enumeration",
        exact=False,
        tolerance=float(share),
        solver="HiGHS",
        status=answer.status,
        bound=answer.bound,
        gap=max(answer.bound - answer.value, 0),
    )


def _nothing() -> None:
    """The default progress callback: does nothing."""


@dataclass(frozen=True)
class _Answer:
    """A package, and what is proved of the first objective."""

    choice: Any
    value: Number
    bound: Number
    status: str


@dataclass(frozen=True)
class _Solve:
    """One call of :func:`program`."""

    problem: Problem
    rational: bool
    refine: bool
    deadline: float | None
    gap: float
    progress: Callable[[], None]

    def rule(self, rule: str) -> _Answer:
        """The answer of a rule."""
        problem, n = self.problem, len(self.problem)
        weights: Sequence[Number] = problem.weights or (1,) * n
        rows = PackageRows(problem, self.rational)
        if rule == "utilitarian":
            judge = Total(rows, weights, self.gap)
            found = self._search(judge)
            return self._answer(rows, judge, found)
        if rule == "nash":
            return self._nash(rows, weights)
        if rule == "egalitarian":
            return self._levels(rows, rows.reserve, weights)
        ideal, doubt = self._ideal(rows)
        if rule == "equal_loss":
            return self._levels(rows, ideal, (1,) * n, doubt)
        ranges = [
            a - d
            if a - d > (0 if is_exact(a - d) else 1e-9 * max(abs(float(a)), abs(float(d))))
            else 0
            for a, d in zip(ideal, rows.reserve, strict=True)
        ]
        return self._levels(rows, rows.reserve, ranges if any(ranges) else (1,) * n, doubt)

    def _search(self, judge: Any, start: Any = None, until: float | None = None) -> Found:
        """The best package; a search `until` some time is given up where it gets long."""
        from mechdesign.solvers.search.core_search import CoreSearch

        search = CoreSearch(
            judge.program(),
            judge,
            deadline=self.deadline if until is None else until,
            step=self.progress,
            finish=until is None,
        )
        return search.run(start)

    def _share_of_time(self, started: float) -> float:
        """A few times as long as it took since the start, and at most half of what is left."""
        moment = now()
        end = moment + 8 * (moment - started) + 1.0
        return end if self.deadline is None else min(end, (moment + self.deadline) / 2)

    def _answer(self, rows: PackageRows, judge: Any, found: Found) -> _Answer:
        value = judge.value(found)
        bound = value if found.proved else found.bound / float(judge.scale)
        return _Answer(rows.choice(found.x), value, bound, found.doubt or "optimal")

    def _ideal(self, rows: PackageRows) -> tuple[list[Number], str]:
        """Everybody's largest utility among acceptable packages, and why that is not proved."""
        acceptable = rows if rows.rational else PackageRows(self.problem, True)
        ideal: list[Number] = []
        doubt = ""
        for i in range(len(self.problem)):
            alone = [int(k == i) for k in range(len(self.problem))]
            try:
                found = self._search(Total(acceptable, alone, self.gap))
            except InfeasibleError:
                if acceptable is rows:
                    raise
                # Nothing is acceptable to all: the ideal of all packages then.
                acceptable = rows
                found = self._search(Total(acceptable, alone, self.gap))
            ideal.append(found.key)
            doubt = doubt or found.doubt
        return ideal, doubt

    def _levels(
        self,
        rows: PackageRows,
        origin: Sequence[Number],
        units: Sequence[Number],
        ideal_doubt: str = "",
    ) -> _Answer:
        """The package with the (lexicographically) largest levels."""
        started = now()
        judge = OrderedLevels(rows, origin, units, (), self.gap)
        found = self._search(judge)
        first = self._answer(rows, judge, found)
        stages = len(judge.agents) if self.refine else 1
        doubt = found.doubt
        stage, stopped = 1, not (found.proved or found.claim)
        if stages > 1 and not stopped:
            # All packages that reach the first level: few as a rule, and the best of them is it.
            ties = OrderedLevels(rows, origin, units, (), self.gap, ties=True)
            found = self._search(ties, found.x, self._share_of_time(started))
            stage = stages if found.proved else stage
        while stage < stages and not stopped:
            reached = judge.sums(found.key)[:stage]
            judge = OrderedLevels(rows, origin, units, reached, self.gap)
            try:
                found = self._search(judge, found.x)
            except LimitReachedError:
                stopped = True
                break
            stopped = not (found.proved or found.claim)
            doubt = doubt or found.claim
            stage += not stopped
        status = doubt or "optimal"
        if ideal_doubt:
            status = f"{ideal_doubt}: the ideal point is not proved"
        elif stage < stages and first.status != "time limit":
            status = f"time limit: refined up to the {stage} smallest levels"
        return _Answer(rows.choice(found.x), first.value, first.bound, status)

    def _nash(self, rows: PackageRows, weights: Sequence[Number]) -> _Answer:
        judge = Product(rows, weights, self.gap)
        try:
            found = self._search(judge)
        except InfeasibleError:
            # Raises again where nothing is acceptable at all.
            self._search(OrderedLevels(rows, rows.reserve, (1,) * len(rows.reserve), (), self.gap))
            raise UndecidedError(
                "no package gives everybody a positive gain: the Nash rule needs enumeration then"
            ) from None
        return self._answer(rows, judge, found)
