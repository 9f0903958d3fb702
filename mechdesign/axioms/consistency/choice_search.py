"""Searching a rule among all rules of a finite domain, guided by the axioms' own witnesses.

A rule is proposed, the axioms are checked, and every counterexample becomes a clause: whoever
chooses these outcomes at these problems violates the axiom.  What is learnt from one rule so holds
for all rules, and the search needs no knowledge of any single axiom.
"""

from __future__ import annotations

import itertools
import logging
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from mechdesign.axioms.consistency.table_rule import TableRule
from mechdesign.axioms.methods.search import to_witness
from mechdesign.axioms.question.axiom import Axiom, Clash
from mechdesign.axioms.question.evaluator import Budget, BudgetExhausted, Evaluator
from mechdesign.axioms.question.question import Question
from mechdesign.axioms.question.witness import Violation, Witness
from mechdesign.errors import InfeasibleError, InvalidInputError
from mechdesign.model import Mechanism, Number, Outcome, Problem, Seed, Setting
from mechdesign.solvers.sat import ClauseSolver

_LOG = logging.getLogger(__name__)
_COMBINATIONS = 10_000
_AT_ONCE = 50
# Of about a kilobyte each.
_MOST_CASES = 8_000_000

Choices = tuple[tuple[Problem, Outcome], ...]


@dataclass(frozen=True)
class Case:
    """Outcomes that no rule may choose together, and why.

    Parameters
    ----------
    axiom : str
        The axiom that they violate.
    witness : Witness
        The counterexample, whatever the rule chooses elsewhere.
    choices : tuple of (Problem, Outcome)
        What the rule chooses where.
    """

    axiom: str
    witness: Witness
    choices: Choices


@dataclass(frozen=True, slots=True)
class Pending:
    """A case that is written out only where a proof needs it."""

    axiom: str
    clash: Clash
    pair: tuple[int, int, Number]


class _Partial(Mechanism):
    """A rule that is known at a few problems, and remembers where it was asked."""

    id = "axioms.partial_rule"

    def __init__(self, setting: Setting, choices: Callable[[Problem], Outcome]) -> None:
        self.setting = setting
        self.choices = choices
        self.asked: dict[Problem, Outcome] = {}

    def solve(self, problem: Problem, *, rng: Seed = None) -> Outcome:
        found = self.choices(problem)
        self.asked[problem] = found
        return found


@dataclass
class ChoiceSearch:
    """The rules of a finite domain that satisfy some axioms.

    Parameters
    ----------
    questions : mapping of Axiom to Question
        One question for each axiom, all with the same setting and domains.
    outcomes : callable
        The outcomes that a rule may choose at a problem.
    budget : Budget
        What the whole search may do.
    purpose : str
        What is searched for, in errors.
    """

    questions: Mapping[Axiom, Question]
    outcomes: Callable[[Problem], Sequence[Outcome]]
    budget: Budget
    purpose: str
    cases: list[Case | Pending] = field(default_factory=list)
    demands: dict[str, list[tuple[int, ...]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.solver = ClauseSolver(self.purpose)
        self.variables: dict[Problem, dict[Outcome, int]] = {}
        self.clauses: list[tuple[int, ...]] = []
        self._count = 0
        self._seen: set[tuple[str, frozenset[int]]] = set()
        self._selectors: dict[str, int] = {}
        self._examined: set[tuple[Any, ...]] = set()
        #: Axioms all of whose clauses are known.
        self._whole: dict[str, bool] = {}
        self._outcomes: dict[Problem, Sequence[Outcome]] = {}
        self._lists: dict[Sequence[Outcome], Sequence[Outcome]] = {}
        self.setting: Setting = next(iter(self.questions.values())).setting
        self.problems = [
            domain.problem(indices)
            for domain in next(iter(self.questions.values())).domains
            for _, indices in domain.graded()
        ]
        for problem in self.problems:
            self.enter(problem)

    # ------------------------------------------------------------------------ variables

    def enter(self, problem: Problem) -> dict[Outcome, int]:
        """The variables of a problem: exactly one of its outcomes is chosen."""
        found = self.variables.get(problem)
        if found is not None:
            return found
        outcomes = list(dict.fromkeys(self.outcomes(problem)))
        if not outcomes:
            raise InfeasibleError(f"there is no outcome to choose at {problem.types}")
        first = self._count + 1
        self._count += len(outcomes)
        found = {outcome: first + k for k, outcome in enumerate(outcomes)}
        self.variables[problem] = found
        for clause in self.exactly_one(problem):
            self.solver.add(clause)
        return found

    def exactly_one(self, problem: Problem) -> Iterator[tuple[int, ...]]:
        """The clauses that make a problem's choice a single one."""
        literals = tuple(self.variables[problem].values())
        yield literals
        for a, b in itertools.combinations(literals, 2):
            yield (-a, -b)

    def selector(self, name: str) -> int:
        """The literal that switches the clauses of an axiom or a demand on."""
        if name not in self._selectors:
            self._count += 1
            self._selectors[name] = self._count
        return self._selectors[name]

    def demand(self, name: str, clauses: Sequence[tuple[int, ...]]) -> None:
        """Add what a rule must do somewhere: one of the literals of each clause."""
        self.demands[name] = list(clauses)
        for clause in clauses:
            self.solver.add((*clause, -self.selector(name)))

    # ------------------------------------------------------------------------ search

    def find(self, names: Sequence[str]) -> TableRule | frozenset[str]:
        """A rule that satisfies all that is named, or names that no rule satisfies together.

        Raises
        ------
        BudgetExhausted
            If the budget does not suffice.
        """
        wanted = [axiom for axiom in self.questions if axiom.id in names]
        for axiom in wanted:
            self._state(axiom)
        literals = {self.selector(name): name for name in names}
        while True:
            self.budget.check_clock()
            if not self.solver.solve(list(literals)):
                return frozenset(literals[k] for k in self.solver.core)
            rule = self._proposal(self.solver.chosen)
            learnt = sum(self._examine(axiom, rule) for axiom in wanted if not self._state(axiom))
            _LOG.info("a rule at %d problems fell to %d new cases", len(rule), learnt)
            # A rule that was asked at a new problem must be proposed again, with a choice there.
            if not learnt and len(rule) == len(self.variables):
                return rule

    def _state(self, axiom: Axiom) -> bool:
        """Write down all clauses of an axiom that says what clashes; whether it does."""
        if axiom.id not in self._whole:
            ctx = self._evaluator(axiom, self._first)
            clashes = (axiom.clashes(ctx, p, self._listed) for p in self.problems)
            self._whole[axiom.id] = all(self._forbid(axiom, found) for found in clashes)
        return self._whole[axiom.id]

    def _forbid(self, axiom: Axiom, clashes: Iterable[Clash] | None) -> bool:
        if clashes is None:
            return False
        selector = self.selector(axiom.id)
        for clash in clashes:
            self.budget.check_clock()
            if len(self.cases) + len(clash.pairs) > _MOST_CASES:
                self.budget.limit = f"the room for {_MOST_CASES:,} cases"
                raise BudgetExhausted(self.budget.limit)
            first, second = self._base(clash.problem), self._base(clash.variant)
            for pair in clash.pairs:
                literals = (-first - pair[0], -second - pair[1])
                self.cases.append(Pending(axiom.id, clash, pair))
                self.clauses.append(literals)
                self.solver.add((*literals, -selector))
        return True

    def _listed(self, problem: Problem) -> Sequence[Outcome]:
        """Outcomes that equal those of a problem, in the order of their variables."""
        found = self._outcomes.get(problem)
        if found is None:
            # Problems with the same outcomes share one tuple, so that comparing them is cheap.
            listed = tuple(self.enter(problem))
            found = self._outcomes[problem] = self._lists.setdefault(listed, listed)
        return found

    def _base(self, problem: Problem) -> int:
        """The variable of the first outcome of a problem; the others follow it."""
        return next(iter(self.enter(problem).values()))

    def _first(self, problem: Problem) -> Outcome:
        return next(iter(self.enter(problem)))

    def _evaluator(self, axiom: Axiom, choose: Callable[[Problem], Outcome]) -> Evaluator:
        ctx = self.questions[axiom].evaluator(self.budget)
        ctx.mechanism = _Partial(self.setting, choose)
        return ctx

    def written(self, found: Case | Pending) -> Case:
        """A case with its witness, checked by the axiom's definition."""
        if isinstance(found, Case):
            return found
        axiom = next(one for one in self.questions if one.id == found.axiom)
        clash, (i, j, gap) = found.clash, found.pair
        choices = {
            clash.problem: list(self.enter(clash.problem))[i],
            clash.variant: list(self.enter(clash.variant))[j],
        }
        ctx = self._evaluator(axiom, choices.__getitem__)
        violation = Violation(clash.problem, agents=clash.agents, variant=clash.variant, gap=gap)
        witness = to_witness(axiom, ctx, violation, minimal=False)
        if not violates(axiom, self.setting, witness, choices):
            raise _not_replayed(axiom)
        return Case(axiom.id, witness, tuple(choices.items()))

    def _proposal(self, chosen: set[int]) -> TableRule:
        choices = {
            problem: next(outcome for outcome, k in found.items() if k in chosen)
            for problem, found in self.variables.items()
        }
        return TableRule(self.setting, choices)

    def _examine(self, axiom: Axiom, rule: TableRule) -> int:
        """Check a rule at every problem; the number of cases learnt."""

        def choose(problem: Problem) -> Outcome:
            found = rule.choices.get(problem)
            # A problem outside of the domain that an axiom compares with: any outcome to begin.
            return found if found is not None else self._first(problem)

        ctx = self._evaluator(axiom, choose)
        learnt = 0
        for problem in self.problems:
            self.budget.problems += 1
            found = itertools.islice(axiom.violations(ctx, problem), _AT_ONCE)
            for violation in list(found):
                learnt += self._learn(axiom, ctx, violation)
        return learnt

    def _learn(self, axiom: Axiom, ctx: Evaluator, violation: Violation) -> int:
        """Turn a violation into cases: this choice, and all others at the same problems."""
        witness = to_witness(axiom, ctx, violation, minimal=False)
        partial = _Partial(self.setting, ctx.mechanism.solve)  # type: ignore[arg-type]
        gap = axiom.verify(partial, self.setting, witness)
        if gap is None or not gap > witness.tolerance:
            raise _not_replayed(axiom)
        asked = list(partial.asked)
        key = (
            axiom.id,
            *asked,
            witness.agents,
            witness.alternative,
            tuple(sorted(map(repr, witness.details.items()))),
        )
        if key in self._examined:
            return self._add(axiom, witness, tuple(partial.asked.items()))
        self._examined.add(key)
        listed = [list(self.enter(problem)) for problem in asked]
        if math.prod(map(len, listed)) > _COMBINATIONS:
            return self._add(axiom, witness, tuple(partial.asked.items()))
        learnt = 0
        for outcomes in itertools.product(*listed):
            choices = dict(zip(asked, outcomes, strict=True))
            if violates(axiom, self.setting, witness, choices):
                learnt += self._add(axiom, witness, tuple(choices.items()))
        return learnt

    def _add(self, axiom: Axiom, witness: Witness, choices: Choices) -> int:
        literals = [-self.enter(problem)[outcome] for problem, outcome in choices]
        key = (axiom.id, frozenset(literals))
        if key in self._seen:
            return 0
        self._seen.add(key)
        before = dict(choices).get(witness.problem, witness.before)
        after = witness.after
        if witness.variant is not None:
            after = dict(choices).get(witness.variant, witness.after)
        told = replace(witness, before=before, after=after)
        self.cases.append(Case(axiom.id, told, choices))
        self.clauses.append(tuple(literals))
        self.solver.add((*literals, -self.selector(axiom.id)))
        return 1


def violates(
    axiom: Axiom, setting: Setting, witness: Witness, choices: Mapping[Problem, Outcome]
) -> bool:
    """Whether a rule with these choices violates an axiom at a witness, whatever it does elsewhere.

    False as well where the choices do not suffice to tell.
    """

    def choose(problem: Problem) -> Outcome:
        found = choices.get(problem)
        if found is None:
            raise _Elsewhere
        return found

    try:
        gap = axiom.verify(_Partial(setting, choose), setting, witness)
    except _Elsewhere:
        return False
    return gap is not None and bool(gap > witness.tolerance)


def _not_replayed(axiom: Axiom) -> InvalidInputError:
    return InvalidInputError(
        "axioms", "have counterexamples that replay", axiom.id, owner="consistent"
    )


class _Elsewhere(Exception):  # noqa: N818 - control flow: the rule was asked where nothing is known
    """The rule was asked at a problem that the choices do not cover."""
