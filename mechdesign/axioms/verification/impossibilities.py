"""An impossibility is proved if its premises are, and a refutation follows from them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from mechdesign.algorithms.unit_propagation import is_refutation
from mechdesign.axioms.question.registry import find
from mechdesign.axioms.question.verdict import Status
from mechdesign.axioms.question.witness import Witness
from mechdesign.axioms.verification.findings import CONFIRMED, Finding, Open, Refused, found, must
from mechdesign.axioms.verification.verdicts import Problems, problems_of, recount, verify_verdict
from mechdesign.axioms.verification.witnesses import legitimate, must_be
from mechdesign.errors import InvalidInputError
from mechdesign.model import Mechanism, Outcome, Problem, Seed, Setting, encode
from mechdesign.model.setting import EnumeratesOutcomes

if TYPE_CHECKING:
    from mechdesign.axioms.consistency.answers import Consistency, Impossibility

__all__ = ["verify_consistency", "verify_impossibility"]

_CONDITIONS = ("non_dictatorship", "onto")


def verify_impossibility(proof: Impossibility) -> Finding:
    """Whether no rule satisfies the axioms of a proof.

    Every case is decided by its axiom's definition, every line by unit propagation, and the
    outcomes of every problem are compared with those that the setting lists.

    Raises
    ------
    InvalidInputError
        If the proof holds values that its setting cannot read.
    """
    if not hasattr(proof, "cases"):
        raise InvalidInputError("proof", "be an Impossibility", proof)
    return found("every rule", _named(proof), lambda: _proved(proof, None))


def verify_consistency(answer: Consistency) -> Finding:
    """Whether the answer to a question of consistency is true: its rules and its proof.

    Parameters
    ----------
    answer : Consistency
        What :func:`consistent` answered.

    Raises
    ------
    InvalidInputError
        If the answer holds values that its setting cannot read.
    """
    if not hasattr(answer, "core"):
        raise InvalidInputError("answer", "be what `consistent` answers", answer)
    who = "some rule" if answer.status is Status.HOLDS else "every rule"
    return found(who, ", ".join(map(str, answer.core or answer.axioms)), lambda: _true(answer))


def _named(proof: Impossibility) -> str:
    cases = (str(getattr(case, "axiom", case)) for case in proof.cases)
    return ", ".join(dict.fromkeys([*cases, *map(str, proof.demands)]))


def _true(answer: Consistency) -> str:
    must_be("status", answer.status, Status)
    proof, rule, core = answer.proof, answer.rule, answer.core
    if answer.status is Status.UNKNOWN:
        must(proof is None and not core, "UNKNOWN has a proof")
        raise Open("UNKNOWN claims nothing")
    must(answer.reason == "", "a decided answer has a reason for UNKNOWN")
    where = problems_of(answer.scope)
    if answer.status is Status.HOLDS:
        must(rule is not None and proof is None and not core, "there is no rule, or a proof too")
        _satisfies(rule, answer.axioms, answer, where)
        assert rule is not None
        checked = [verify_verdict(rule, verdict) for verdict in answer.verdicts]
        must({one.axiom for one in checked} | {*_CONDITIONS} >= {*answer.axioms}, "verdicts lack")
        must(all(one.answer == CONFIRMED for one in checked), "a verdict on the rule is false")
        return f"the rule satisfies {', '.join(answer.axioms)}"
    must(rule is None and not answer.verdicts, "there is a rule too")
    if proof is None:
        raise Refused("there is no proof")
    asked = answer.scope.asked["setting"]
    must(encode(asked) == encode(proof.setting), "the proof is in another setting")
    must(set(core) <= set(answer.axioms), "the core is not among what was asked")
    used = {case.axiom for case in proof.cases} | set(proof.demands)
    must(set(core) == used, f"the proof uses {', '.join(sorted(used))}")
    told = _proved(proof, where)
    must(set(answer.without) == used, "not every axiom of the core has a rule for the others")
    for name, other in answer.without.items():
        _satisfies(other, [one for one in core if one != name], answer, where)
    return told


def _satisfies(rule: Any, names: Iterable[str], answer: Consistency, where: Problems) -> None:
    """Recount that a rule that is written down satisfies axioms and conditions."""
    must_be("rule", rule, Mechanism)
    must(encode(rule.setting) == encode(answer.scope.asked["setting"]), "other setting of a rule")
    for name in names:
        if name in _CONDITIONS:
            listed = {problem: _outcomes(rule.setting, problem) for problem, _ in where}
            chosen = {(problem, rule.solve(problem)) for problem in listed}
            for clause in _demanded(name, rule.setting, listed):
                must(clause & chosen, f"a rule fails {name}")
        else:
            recount(rule, name, answer.scope)


def _outcomes(setting: Setting, problem: Problem) -> tuple[Outcome, ...]:
    if not isinstance(setting, EnumeratesOutcomes):
        raise Open(f"{setting.id} does not list the outcomes of which a condition speaks")
    return tuple(setting.outcomes(problem))


def _proved(proof: Impossibility, where: Problems | None) -> str:
    setting = proof.setting
    must_be("setting", setting, Setting)
    listed: dict[Problem, tuple[Outcome, ...]] = {}
    for problem, outcomes in proof.problems:
        must_be("problem", problem, Problem)
        must(problem not in listed, "a problem is listed twice")
        must(outcomes and len(set(outcomes)) == len(outcomes), "no outcomes, or the same twice")
        legitimate(setting, problem)
        must(all(setting.feasible(problem, one) for one in outcomes), "an outcome is not feasible")
        if not proof.restricted:
            plain = {one: encode(one) for one in _outcomes(setting, problem)}
            must(set(plain) == set(outcomes), "feasible outcomes are left out or added")
            alike = all(encode(one) == plain[one] for one in outcomes)
            must(alike, "an outcome is told in another way than its setting does")
        listed[problem] = outcomes
    for case in proof.cases:
        must(case.axiom == case.witness.axiom, "a case is of another axiom than its witness")
        choices = dict(case.choices)
        must(len(choices) == len(case.choices), "a case chooses twice at one problem")
        known = all(
            encode(outcome) in [encode(one) for one in listed.get(problem, ()) if one == outcome]
            for problem, outcome in case.choices
        )
        must(known, "a case chooses what is not listed")
        must(_violates(case.witness, setting, choices), f"a case does not violate {case.axiom}")
    unknown = ""
    for name, demanded in proof.demands.items():
        must(name in _CONDITIONS, f"{name} is no condition")
        clauses = [frozenset(choices) for choices in demanded]
        must(all(clauses), "a demand is empty")
        if where is None or proof.restricted:
            unknown = f"the demands of {name} speak of a domain that the proof does not name"
            continue
        every = {problem: _outcomes(setting, problem) for problem, _ in where}
        texts = {problem: {str(encode(one)) for one in every[problem]} for problem in every}
        told = all(str(encode(o)) in texts.get(p, ()) for clause in clauses for p, o in clause)
        must(told, f"{name} demands an outcome that its setting does not list so")
        must(set(clauses) <= set(_demanded(name, setting, every)), f"{name} demands something else")
    must(is_refutation(proof.clauses(), proof.lines), "the lines are no refutation")
    if proof.restricted:
        unknown = "proved for the outcomes listed; the document does not say that all are"
    if unknown:
        raise Open(unknown)
    return f"{len(proof.cases):,} cases and {len(proof.lines):,} lines are checked"


def _demanded(
    condition: str, setting: Setting, listed: Mapping[Problem, tuple[Outcome, ...]]
) -> Iterator[frozenset[tuple[Problem, Outcome]]]:
    """The choices of which a condition demands one, from its definition."""
    if condition == "onto":
        choices = {outcome.choice for outcomes in listed.values() for outcome in outcomes}
        for choice in choices:
            yield frozenset(
                (p, o) for p, found in listed.items() for o in found if o.choice == choice
            )
        return
    for k in range(max(map(len, listed))):
        allowed = set()
        for problem, outcomes in listed.items():
            if k < len(problem):
                agent, own = problem.agents[k], problem.types[k]
                worth = {o: setting.utility(problem, agent, own, o) for o in outcomes}
                best = max(worth.values())
                allowed |= {(problem, o) for o, value in worth.items() if value < best}
        yield frozenset(allowed)


class _Elsewhere(Exception):  # noqa: N818 - control flow: asked where the case says nothing
    """The rule was asked where the case says nothing."""


class _Known(Mechanism[Any]):
    """A rule of which a few choices are known."""

    id = "axioms.known_choices"

    def __init__(self, setting: Setting, choices: Mapping[Problem, Outcome]) -> None:
        self.setting = setting
        self.choices = choices

    def solve(self, problem: Problem, *, rng: Seed = None) -> Outcome:
        if problem not in self.choices:
            raise _Elsewhere
        return self.choices[problem]


def _violates(witness: Witness, setting: Setting, choices: Mapping[Problem, Outcome]) -> bool:
    """Whether whoever chooses this violates the axiom, whatever else it chooses."""
    must(witness.tolerance == 0, "a case has a tolerance")
    must(not witness.lift, "a case has a lift")
    must(encode(witness.setting) == encode(setting), "a case is in another setting")
    try:
        gap = find(witness.axiom).verify(_Known(setting, choices), setting, witness)
    except _Elsewhere:
        return False
    return gap is not None and bool(gap > 0)
