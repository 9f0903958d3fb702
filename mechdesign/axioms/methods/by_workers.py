"""A finite domain looked at by several workers: shares of its problems, the answer of one worker.

First every profile is asked once, in shares; then the axiom looks at shares of the problems, each
worker knowing all choices.  What is found is put together in the order of the problems, with the
counts that one worker would have.  A share in which a limit lies or an error is raised is looked
at here again, so that it ends where one worker ends.
"""

from __future__ import annotations

import contextlib
import functools
import itertools
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from mechdesign.arrays import IntArray
from mechdesign.axioms.methods.search import violations_at
from mechdesign.axioms.question.axiom import Axiom
from mechdesign.axioms.question.choice_table import FEW, choices, shares
from mechdesign.axioms.question.evaluator import CACHE_LIMIT, BudgetExhausted, Evaluator
from mechdesign.axioms.question.lift import Comparable
from mechdesign.axioms.question.purity import Unsteady
from mechdesign.axioms.question.question import Question
from mechdesign.axioms.question.sameness import same_result
from mechdesign.axioms.question.witness import Violation
from mechdesign.errors import InfeasibleError, InvalidInputError
from mechdesign.model import Domain, Outcome, Problem

#: Problems of a share at most.
_MOST = 2_000

#: The number of a domain, and indices of some of its profiles.
Share: TypeAlias = "tuple[int, list[tuple[int, ...]]]"


@dataclass
class Looked:
    """What a worker found in a share.

    Parameters
    ----------
    violation : Violation or None
        The first one, or the first of the largest.
    touched : list
        Numbers of the known choices that were asked for.
    beyond : list of (Problem, Comparable)
        What was chosen at other problems.
    checks, problems : int
        Comparisons and problems.
    marks : dict
        What else the evaluator remembers.
    whole : bool
        Whether no limit ended it, and the problems could be looked at one without the other.
    """

    violation: Violation | None = None
    touched: list[int] = field(default_factory=list)
    beyond: list[tuple[Problem, Comparable]] = field(default_factory=list)
    checks: int = 0
    problems: int = 0
    marks: dict[str, Any] = field(default_factory=dict)
    whole: bool = True


def shared(question: Question) -> bool:
    """Whether the problems of a question are worth the way to workers."""
    size = sum(domain.size for domain in question.domains)
    return question.limits.workers > 1 and FEW <= size <= CACHE_LIMIT


def alone(question: Question) -> Question:
    """The question for one worker."""
    return replace(question, limits=replace(question.limits, workers=1))


def search_by_workers(
    question: Question, ctx: Evaluator, classes: bool, *, largest: bool = False
) -> Violation | None:
    """The first violation on the domains of a question, or the first of the largest."""
    listed = list(_shares(question.domains, classes))
    look = _Look(question.axiom, ctx.sent(), question.domains, largest)
    best = look.at(ctx, listed.pop(0))
    if best is not None and not largest:
        return best
    # An axiom that compares a problem with earlier ones looks at one after the other, here.
    here = ctx.remembers
    tables = [] if here else list(_tables(ctx, question.domains))
    known = look.known = _Known(question.domains, tables)
    spread = ctx.budget.spread(look, [] if here else listed, ctx.mechanism)
    with contextlib.closing(_tried(spread)) as results:
        for share in listed:
            looked = next(results, None)
            most = ctx.budget.max_checks
            if (
                looked is None
                or not looked.whole
                or (most is not None and ctx.budget.checks + looked.checks > most)
            ):
                violation = look.at(ctx, share)
            else:
                known.enter(ctx, looked)
                violation = looked.violation
            if violation is not None and (best is None or violation.gap > best.gap):
                best = violation
            if best is not None and not largest:
                break
    return best


def _shares(domains: Sequence[Domain], classes: bool) -> Iterator[Share]:
    """The problems of some domains in shares, simplest first."""
    for k, domain in enumerate(domains):
        graded = domain.multisets() if classes else domain.graded()
        indices = (one for _, one in graded)
        size = 32  # the first ones come back soon, where most counterexamples are
        while share := list(itertools.islice(indices, size)):
            yield k, share
            size = min(2 * size, _MOST, max(32, domain.size // 32))


def _tables(
    ctx: Evaluator, domains: Sequence[Domain]
) -> Iterator[tuple[list[Outcome], IntArray] | None]:
    """Distinct outcomes and which is chosen at each profile; None where these are no outcomes."""
    for domain in domains:
        table = None
        with contextlib.suppress(InfeasibleError):  # a problem without an outcome
            table = choices(ctx, domain, domain.size)
        yield table


class _Known:
    """The choices at all profiles, numbered through all domains."""

    def __init__(
        self, domains: Sequence[Domain], tables: Sequence[tuple[list[Outcome], IntArray] | None]
    ) -> None:
        self.domains, self.tables = domains, tables
        self.done: set[int] = set()

    @functools.cached_property
    def choices(self) -> dict[Problem, tuple[int, Comparable]]:
        """By problem, the number and what is chosen."""
        return {problem: (k, found) for k, (problem, found) in enumerate(self.listed)}

    @functools.cached_property
    def listed(self) -> list[tuple[Problem, Comparable]]:
        """Every profile and what is chosen there."""
        found: list[tuple[Problem, Comparable]] = []
        for domain, table in zip(self.domains, self.tables, strict=True):
            if table is not None:
                outcomes, own = table
                chosen = (outcomes[k] for k in own.tolist())
                found += zip(domain.problems(), chosen, strict=True)
        return found

    def enter(self, ctx: Evaluator, looked: Looked) -> None:
        """Count and remember what a worker looked at, as if it had been done here."""
        ctx.budget.spend(looked.checks)
        ctx.budget.problems += looked.problems
        for number in looked.touched:
            if number not in self.done:
                self.done.add(number)
                ctx.enter(*self.listed[number])
        for problem, found in looked.beyond:
            ctx.enter(problem, found)
        ctx.exact = ctx.exact and looked.marks["exact"]
        ctx.undecided(looked.marks["undecided_because"])
        ctx.lies = looked.marks["lies"]


class _Look:
    """Looks at shares of the problems, with all choices at hand."""

    def __init__(
        self,
        axiom: Axiom,
        ctx: Evaluator,
        domains: Sequence[Domain],
        largest: bool,
    ) -> None:
        self.axiom, self.ctx, self.domains, self.largest = axiom, ctx, domains, largest
        self.known = _Known((), ())

    def __call__(self, share: Share) -> Looked:
        ctx = self.ctx.sent()
        ctx.ahead = self.known.choices
        looked = Looked()
        try:
            looked.violation = self.at(ctx, share)
        except BudgetExhausted:
            looked.whole = False
        looked.whole = looked.whole and not ctx.remembers
        looked.touched, looked.beyond = sorted(ctx.touched), ctx.seen()
        looked.checks, looked.problems = ctx.budget.checks, ctx.budget.problems
        names = ("exact", "undecided_because", "lies")
        looked.marks = {name: getattr(ctx, name) for name in names}
        return looked

    def at(self, ctx: Evaluator, share: Share) -> Violation | None:
        """The first violation at the problems of a share, or the first of the largest."""
        k, listed = share
        best: Violation | None = None
        for indices in listed:
            ctx.budget.problems += 1
            problem = self.domains[k].problem(indices)
            if not self.largest:
                found = next(violations_at(self.axiom, ctx, problem), None)
                if found is not None:
                    return found
                continue
            for violation in self.axiom.violations(ctx, problem):
                if best is None or violation.gap > best.gap:
                    best = violation
        return best


def _tried(results: Iterator[Looked]) -> Generator[Looked, None, None]:
    """Results until one is an error, which the search here then raises where one worker would."""
    try:
        yield from results
    except (BudgetExhausted, Unsteady):
        raise
    except Exception as error:
        if isinstance(error, InvalidInputError) and error.parameter == "workers":
            raise


def other_result(ctx: Evaluator, seen: list[tuple[Problem, Comparable]]) -> Problem | None:
    """A problem at which the mechanism chooses otherwise when it is asked again, last one first."""
    parts = [[seen[k] for k in share] for share in shares(len(seen), ctx.budget)]
    job = functools.partial(_other, ctx.sent())
    with contextlib.closing(ctx.budget.spread(job, reversed(parts), ctx.mechanism)) as found:
        return next((one for one in found if one is not None), None)


def _other(ctx: Evaluator, seen: Sequence[tuple[Problem, Comparable]]) -> Problem | None:
    for problem, first in reversed(seen):
        if not same_result(ctx, first, ctx.again(problem)):
            return problem
    return None
