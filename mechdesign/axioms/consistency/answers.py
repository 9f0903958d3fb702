"""Whether some rule satisfies several axioms at once: the rule, or a proof that there is none."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import field, replace
from typing import Any

from mechdesign.axioms.consistency.choice_search import Case, ChoiceSearch, Pending
from mechdesign.axioms.consistency.table_rule import TableRule
from mechdesign.axioms.methods.engine import decide
from mechdesign.axioms.question.axiom import Axiom, get_axiom
from mechdesign.axioms.question.evaluator import BudgetExhausted
from mechdesign.axioms.question.question import prepare
from mechdesign.axioms.question.verdict import Scope, Status, Verdict
from mechdesign.errors import InvalidInputError, UndecidedError
from mechdesign.model import FrozenMap, Outcome, Problem, Setting, as_list, as_setting, serializable
from mechdesign.model.serialize import Document
from mechdesign.model.setting import EnumeratesOutcomes
from mechdesign.records import dataclass

__all__ = ["CONDITIONS", "Consistency", "Impossibility", "consistent"]

_PURPOSE = "deciding whether axioms are consistent"

#: Conditions on a rule as a whole that :func:`consistent` takes beside the axioms.
CONDITIONS = {
    "non_dictatorship": "No agent gets one of its best outcomes at every problem.",
    "onto": "Every outcome that can be chosen is chosen at some problem.",
}

serializable("axioms.Case")(Case)


@serializable("axioms.Impossibility")
@dataclass(frozen=True)
class Impossibility(Document):
    """A proof that no rule satisfies some axioms.

    Parameters
    ----------
    setting : Setting
        Where outcomes are valued.
    problems : tuple of (Problem, tuple of Outcome)
        The problems that the proof speaks of, with all outcomes that a rule may choose there.
    restricted : bool
        Whether these outcomes were given, instead of all that are feasible.
    cases : tuple of Case
        Choices that violate an axiom.
    demands : mapping of str to tuple of tuples of (Problem, Outcome)
        Choices of which a condition demands at least one.
    lines : tuple of tuples of int
        A refutation in which outcome j of problem i is the variable that counts all outcomes in
        the order of `problems`; every line follows from those before it by unit propagation.
    """

    setting: Setting
    problems: tuple[tuple[Problem, tuple[Outcome, ...]], ...]
    restricted: bool
    cases: tuple[Case, ...]
    demands: Mapping[str, tuple[tuple[tuple[Problem, Outcome], ...], ...]]
    lines: tuple[tuple[int, ...], ...]

    def clauses(self) -> list[tuple[int, ...]]:
        """The proof's premises as clauses."""
        name: dict[tuple[Problem, Outcome], int] = {}
        found: list[tuple[int, ...]] = []
        for problem, outcomes in self.problems:
            literals = []
            for outcome in outcomes:
                name[problem, outcome] = len(name) + 1
                literals.append(len(name))
            found.append(tuple(literals))
            found += [(-a, -b) for k, a in enumerate(literals) for b in literals[k + 1 :]]
        found += [tuple(-name[choice] for choice in case.choices) for case in self.cases]
        for demanded in self.demands.values():
            found += [tuple(name[choice] for choice in choices) for choices in demanded]
        return found

    def replay(self) -> bool:
        """Check the proof again, without a solver.

        Every case by the axiom's definition, every line by unit propagation, and that no feasible
        outcome is left out, unless the outcomes were given.  The demands of conditions are taken
        as they stand.
        """
        from mechdesign.axioms.verification.impossibilities import verify_impossibility

        found = verify_impossibility(self)
        if found.answer == "confirmed":
            return True
        # What a document alone does not tell: which outcomes were given, and which domain.
        told = self.restricted or bool(self.demands)
        return told and found.answer == "not verified"


@serializable("axioms.Consistency")
@dataclass(frozen=True)
class Consistency(Document):
    """The answer of :func:`consistent`.

    Parameters
    ----------
    axioms : tuple of str
        What was asked for.
    status : Status
        HOLDS if a rule satisfies all, VIOLATED if none does, UNKNOWN with the reason.
    scope : Scope
        The problems that the answer speaks about.
    rule : TableRule, optional
        A rule that satisfies all.
    verdicts : tuple of Verdict
        The checks of that rule.
    core : tuple of str
        A smallest-by-inclusion set of the axioms that no rule satisfies.
    without : mapping of str to TableRule
        For every axiom of the core a rule that satisfies the rest of it.
    proof : Impossibility, optional
        Why no rule satisfies the core.
    reason : str
        Why the status is UNKNOWN.
    """

    axioms: tuple[str, ...]
    status: Status
    scope: Scope
    rule: TableRule | None = None
    verdicts: tuple[Verdict, ...] = ()
    core: tuple[str, ...] = ()
    without: Mapping[str, TableRule] = field(default_factory=FrozenMap)
    proof: Impossibility | None = None
    reason: str = ""

    def __bool__(self) -> bool:
        """Whether some rule satisfies all; UNKNOWN raises."""
        if self.status is Status.UNKNOWN:
            raise UndecidedError(f"the status is UNKNOWN: {self.reason}")
        return self.status is Status.HOLDS

    def __str__(self) -> str:
        asked = ", ".join(self.axioms)
        if self.status is Status.UNKNOWN:
            return f"{asked}: UNKNOWN ({self.scope})\n  {self.reason}"
        if self.rule is not None:
            return (
                f"{asked}: consistent ({self.scope})\n"
                f"  a rule at {len(self.rule):,} problems satisfies them all"
            )
        assert self.proof is not None
        text = f"{asked}: impossible together ({self.scope})\n"
        if set(self.core) != set(self.axioms):
            text += f"  already {', '.join(self.core)} are\n"
        text += (
            f"  {len(self.proof.cases):,} cases at {len(self.proof.problems):,} problems, "
            f"refutation of {len(self.proof.lines):,} lines"
        )
        if len(self.core) > 1:
            text += "\n  without any one of them the others are consistent"
        return text


def consistent(
    axioms: Iterable[str | Axiom],
    setting: Setting | str,
    *,
    outcomes: Callable[[Problem], Iterable[Outcome]] | Sequence[Any] | None = None,
    **options: Any,
) -> Consistency:
    """Whether some single-valued deterministic rule satisfies all of some axioms on a domain.

    Parameters
    ----------
    axioms : iterable of str or Axiom
        Identifiers of axioms, and of the conditions in :data:`CONDITIONS`.
    setting : Setting or str
        Where the rule would work.
    outcomes : callable or sequence, optional
        What a rule may choose: a function of the problem, or one list of raw choices for all; by
        default every feasible outcome, where the setting lists them.
    **options : object
        As in :func:`check`: ``agents`` and the words of a finite domain, ``lift``,
        ``preferences``; ``max_checks`` and ``time_limit`` are for the whole question; `workers`
        check the rule that is found, the search for it is one process's.

    Returns
    -------
    Consistency
        With a rule and its verdicts, or with a minimal set of axioms that excludes every rule, a
        proof that replays without a solver, and for each axiom of that set a rule for the others.

    Raises
    ------
    InvalidInputError
        On an unknown axiom, a scope that the setting does not have, or outcomes that cannot be
        listed.
    SolverUnavailableError
        If python-sat is not installed (the extra ``sat``).

    Notes
    -----
    Rules are proposed by a SAT solver and refuted by the axioms' own checkers; every witness
    becomes a clause for all rules with the same choices.  Exponential in the worst case; seconds
    for dozens of problems with a few outcomes each.

    Examples
    --------
    Gibbard and Satterthwaite's theorem for two voters and three alternatives:

    >>> from mechdesign import axioms, aggregation
    >>> winners = aggregation.rankings("winner")
    >>> found = axioms.consistent(
    ...     ["strategyproofness", "unanimity", "non_dictatorship"],
    ...     winners,
    ...     agents=2,
    ...     alternatives=3,
    ... )
    >>> bool(found), found.core, found.proof.replay()
    (False, ('strategyproofness', 'unanimity', 'non_dictatorship'), True)

    Without the last condition a dictator remains:

    >>> rule = axioms.consistent(
    ...     ["strategyproofness", "unanimity"], winners, agents=2, alternatives=3
    ... ).rule
    >>> axioms.check("strategyproofness", rule, agents=2, alternatives=3).holds
    True
    """
    names = [
        one if isinstance(one, str) and one in CONDITIONS else get_axiom(one)
        for one in as_list(axioms, "axioms")
    ]
    if not names:
        raise InvalidInputError("axioms", "name at least one axiom", [])
    setting = as_setting(setting)
    chosen = [one for one in names if isinstance(one, Axiom)] or [get_axiom("feasibility")]
    blank = TableRule(setting, {})
    questions = {axiom: prepare(axiom, blank, setting=setting, **options) for axiom in chosen}
    question = next(iter(questions.values()))
    if not question.domains:
        raise InvalidInputError("scope", "name a finite domain", sorted(options))
    setting = question.setting
    listed = _outcomes(setting, outcomes)
    for axiom in chosen:
        reason = axiom.applies(setting)
        if reason:
            raise InvalidInputError("axioms", f"make sense here: {reason}", axiom.id)
    labels = tuple(one if isinstance(one, str) else one.id for one in names)
    domain = "; ".join(dict.fromkeys(one.label for one in question.domains))
    where = question.scope(f"{domain}, outcomes as given" if outcomes is not None else domain)
    budget = question.budget()
    search = ChoiceSearch(questions, listed, budget, _PURPOSE)
    for condition in labels:
        if condition in CONDITIONS:
            search.demand(condition, _demanded(condition, search))
    try:
        found = search.find(labels)
        if isinstance(found, TableRule):
            return _answer(labels, where, search, found)
        return _impossible(labels, where, search, found, restricted=outcomes is not None)
    except BudgetExhausted:
        reason = f"{budget.limit} ended the search after {len(search.cases):,} cases"
        return Consistency(labels, Status.UNKNOWN, where, reason=reason)


def _outcomes(setting: Setting, outcomes: Any) -> Callable[[Problem], Sequence[Outcome]]:
    if callable(outcomes):
        return lambda problem: [_single(one) for one in outcomes(problem)]
    if outcomes is not None:
        raw = list(outcomes)
        return lambda problem: [setting.outcome(problem, one) for one in raw]
    if isinstance(setting, EnumeratesOutcomes):
        return lambda problem: list(setting.outcomes(problem))
    raise InvalidInputError(
        "outcomes", f"be given: the setting {setting.id} does not list outcomes", None
    )


def _single(outcome: object) -> Outcome:
    if not isinstance(outcome, Outcome):
        raise InvalidInputError("outcomes", "give outcomes", outcome)
    return outcome


def _demanded(condition: str, search: ChoiceSearch) -> list[tuple[int, ...]]:
    """The clauses of a condition on the whole rule."""
    if condition == "onto":
        places: dict[Any, list[int]] = {}
        for problem in search.problems:
            for outcome, literal in search.variables[problem].items():
                places.setdefault(outcome.choice, []).append(literal)
        return [tuple(literals) for literals in places.values()]
    setting = search.setting
    clauses = []
    for k in range(max(len(problem) for problem in search.problems)):
        literals = []
        for problem in search.problems:
            if k >= len(problem):
                continue
            found = search.variables[problem]
            agent, own = problem.agents[k], problem.types[k]
            worth = {o: setting.utility(problem, agent, own, o) for o in found}
            best = max(worth.values())
            literals += [literal for o, literal in found.items() if worth[o] < best]
        clauses.append(tuple(literals))
    return clauses


def _answer(
    labels: tuple[str, ...], where: Scope, search: ChoiceSearch, rule: TableRule
) -> Consistency:
    """The rule, after an ordinary check of every axiom."""
    verdicts = tuple(
        decide(replace(question, mechanism=rule))
        for axiom, question in search.questions.items()
        if axiom.id in labels
    )
    # Vacuous on the domain is as good as satisfied there.
    open_ones = [
        v for v in verdicts if v.status is not Status.HOLDS and v.evidence.kind != "vacuous"
    ]
    reason = "; ".join(f"{v.axiom}: {v.evidence.text}" for v in open_ones)
    if reason:
        return Consistency(labels, Status.UNKNOWN, where, rule, verdicts, reason=reason)
    return Consistency(labels, Status.HOLDS, where, rule, verdicts)


def _impossible(
    labels: tuple[str, ...],
    where: Scope,
    search: ChoiceSearch,
    found: frozenset[str],
    *,
    restricted: bool,
) -> Consistency:
    """The core made minimal, a rule for each of its parts, and the proof."""
    core = [name for name in labels if name in found]
    without: dict[str, TableRule] = {}
    for name in list(core):
        rest = [other for other in core if other != name]
        smaller = search.find(rest)
        if isinstance(smaller, TableRule):
            without[name] = smaller
        else:
            core = [other for other in core if other in smaller]
    kept = {name: rule for name, rule in without.items() if name in core}
    return Consistency(
        labels,
        Status.VIOLATED,
        where,
        core=tuple(core),
        without=FrozenMap(kept),
        proof=_proof(search, core, restricted=restricted),
    )


def _proof(search: ChoiceSearch, core: Sequence[str], *, restricted: bool) -> Impossibility:
    """A refutation of few cases of the core."""
    from mechdesign.solvers.sat import refutation, small_core

    clauses: list[tuple[int, ...]] = []
    sources: list[Any] = []
    for problem in search.variables:
        for clause in search.exactly_one(problem):
            clauses.append(clause)
            sources.append(problem)
    for case, clause in zip(search.cases, search.clauses, strict=True):
        if case.axiom in core:
            clauses.append(clause)
            sources.append(case)
    for name in core:
        for clause in search.demands.get(name, ()):
            clauses.append(clause)
            sources.append(name)
    used = small_core(clauses, _PURPOSE)
    cases = tuple(
        search.written(sources[k]) for k in used if isinstance(sources[k], Case | Pending)
    )
    place = {
        literal: (problem, outcome)
        for problem, found in search.variables.items()
        for outcome, literal in found.items()
    }
    demands: dict[str, list[Any]] = {}
    for k in used:
        if isinstance(sources[k], str):
            choices = tuple(place[literal] for literal in clauses[k])
            demands.setdefault(sources[k], []).append(choices)
    named = {problem for case in cases for problem, _ in case.choices}
    named |= {problem for found in demands.values() for c in found for problem, _ in c}
    named |= {sources[k] for k in used if isinstance(sources[k], Problem)}
    proof = Impossibility(
        search.setting,
        tuple((p, tuple(found)) for p, found in search.variables.items() if p in named),
        restricted,
        cases,
        FrozenMap({name: tuple(found) for name, found in demands.items()}),
        (),
    )
    return replace(proof, lines=tuple(refutation(proof.clauses(), _PURPOSE)))
