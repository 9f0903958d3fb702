"""A verdict is true if its evidence is: a witness met again, a recount, a proof made again."""

from __future__ import annotations

import itertools
import math
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeAlias

from mechdesign.axioms.methods.certificates import certificates
from mechdesign.axioms.question.implications import IMPLICATIONS, implies
from mechdesign.axioms.question.priors import Beliefs, tell_prior, without_prior
from mechdesign.axioms.question.registry import CHECKERS, find
from mechdesign.axioms.question.trust import of_package
from mechdesign.axioms.question.verdict import Certificate, Ground, Scope, Status, Verdict
from mechdesign.axioms.question.verifier import choose
from mechdesign.axioms.question.witness import Witness
from mechdesign.axioms.verification.candidates import (
    BY_DOMINANCE,
    CANDIDATES,
    EACH_OUTCOME,
    INTERIM,
    VALUE_LOTTERIES,
    interim,
)
from mechdesign.axioms.verification.findings import CONFIRMED, Finding, Open, exceeds, found, must
from mechdesign.axioms.verification.witnesses import (
    BY_ORDER,
    KNOWN_LIFTS,
    legitimate,
    must_be,
    outcomes_of,
    rankable,
    verify_witness,
)
from mechdesign.errors import InvalidInputError, require
from mechdesign.model import (
    Domain,
    Lottery,
    Mechanism,
    Outcome,
    Problem,
    Seed,
    Setting,
    encode,
    is_exact,
)

__all__ = ["verify_verdict"]

#: Comparisons, seconds, reports and agents up to which a domain is counted again.
MOST = 200_000
SECONDS = 60.0
MOST_REPORTS = 1_000_000
MOST_AGENTS = 20
_LARGEST_TOLERANCE = 1e-6


def verify_verdict(mechanism: Mechanism[Any], verdict: Verdict) -> Finding:
    """Whether a verdict is true.

    A counterexample is met again; an exhaustive HOLDS is counted again by plain code up to
    200,000 comparisons or a minute; a certificate is made again from the mechanism's parameters.
    The counts and the words of evidence are not part of the claim.

    Parameters
    ----------
    mechanism : Mechanism
        The mechanism that the verdict is about.
    verdict : Verdict
        The claim.

    Raises
    ------
    InvalidInputError
        If the verdict holds values that the mechanism or the setting cannot read.
    """
    require(verdict, Verdict, "verdict")
    require(mechanism, Mechanism, "mechanism")
    return found(mechanism.name, str(verdict.axiom), lambda: _true(mechanism, verdict))


def _true(mechanism: Mechanism[Any], verdict: Verdict) -> str:
    must_be("status", verdict.status, Status)
    must_be("found", verdict.witness, (Witness, type(None)))
    must_be("certificate", verdict.certificate, (Certificate, type(None)))
    must_be("tolerance", verdict.tolerance, (int, float))
    must(0 <= verdict.tolerance < math.inf, "the tolerance is not a nonnegative number")
    must(verdict.scope.lift in KNOWN_LIFTS, f"there is no lift {verdict.scope.lift!r}")
    kind, witness = verdict.evidence.kind, verdict.witness
    violated = verdict.status is Status.VIOLATED
    must(violated == (kind is Ground.WITNESS), f"{verdict.status} does not rest on {kind}")
    must(violated or witness is None, f"{verdict.status} has a counterexample")
    if verdict.status is Status.UNKNOWN:
        must(not isinstance(kind, Ground), f"UNKNOWN does not rest on {kind}")
        raise Open("UNKNOWN claims nothing")
    must(isinstance(kind, Ground), f"{verdict.status} does not rest on {kind}")
    if violated:
        must(witness is not None, "there is no counterexample")
        assert witness is not None
        return _violated(mechanism, verdict, witness)
    if kind in (Ground.CERTIFICATE, *CHECKERS):
        return str(CHECKERS.get(kind, _certified)(mechanism, verdict))
    must(verdict.certificate is None, f"{kind} has a certificate")
    if kind is Ground.THEOREM:
        must(verdict.axiom in mechanism.claims, "the mechanism claims no such theorem")
        raise Open("a published theorem covers the mechanism; no proof of it is in the document")
    if kind is Ground.IMPLIED and verdict.scope.domain == "all problems":
        for strong in sorted(s for s in IMPLICATIONS if implies(s, verdict.axiom)):
            if _certificate(mechanism, strong, verdict.scope) is not None:
                return f"{strong}, which implies it, follows from the mechanism's parameters"
    return recount(
        mechanism, verdict.axiom, verdict.scope, exact=verdict.exact, tolerance=verdict.tolerance
    )


def _violated(mechanism: Mechanism[Any], verdict: Verdict, witness: Witness) -> str:
    scope = verdict.scope
    must(witness.axiom == verdict.axiom, "the counterexample is to another axiom")
    same = (witness.setting.id, witness.setting.preferences) == (scope.setting, scope.preferences)
    must(same, "the counterexample is in another setting")
    must(witness.lift == scope.lift, "the counterexample is under another lift")
    must(witness.tolerance == verdict.tolerance, "the counterexample has another tolerance")
    finding = verify_witness(mechanism, witness)
    must(finding.answer == CONFIRMED, finding.reason)
    setting = scope.asked.get("setting")
    if setting is None:
        return finding.reason
    must(encode(setting) == encode(witness.setting), "the counterexample is in another setting")
    ranges = scope.ranges()
    problems, domains = ((), ()) if ranges else _asked(scope.asked, setting, scope.agents)
    if problems or domains:
        _labelled(scope, problems, domains)
    prior = scope.asked.get("words", {}).get("prior")
    must(prior is None or Beliefs(domains, prior).agree(witness), "the prior implies other beliefs")
    if ranges or problems or domains:
        # Some axioms begin at a smaller problem than the one that was looked at.
        places = [one for one in (witness.problem, witness.variant) if one is not None]
        inside = any(one in (*problems, *ranges) or _within(domains, one) for one in places)
        must(inside, "the counterexample is outside of the scope")
    return finding.reason


def _within(domains: Iterable[Domain], problem: Problem) -> bool:
    """Whether a problem is in one of some domains."""
    return any(
        len(problem) == len(domain.base)
        and problem == domain.base.with_profile(problem.types)
        and all(own in listed for own, listed in zip(problem.types, domain.reports, strict=True))
        for domain in domains
    )


def _certified(mechanism: Mechanism[Any], verdict: Verdict) -> str:
    """Make the proof again from the mechanism's parameters."""
    must(verdict.exact and not verdict.tolerance, "a certificate has no tolerance")
    again = _certificate(mechanism, verdict.axiom, verdict.scope)
    must(again is not None, "the mechanism has no such certificate")
    must(again == verdict.certificate, "the certificate is not what the parameters give")
    return "the certificate is what the mechanism's parameters give"


def _certificate(mechanism: Mechanism[Any], axiom: str, scope: Scope) -> Certificate | None:
    """What the mechanism's parameters prove about the problems of a scope."""
    setting = _setting_of(scope)
    if not of_package(type(setting)):
        raise Open("nothing was proved about a setting of one's own")
    for make in certificates(axiom, mechanism):
        again = make(mechanism, setting, replace(scope, domain="all problems"))
        if isinstance(again, Certificate):
            told = again.domain or "all problems"
            must(scope.domain == told, f"the certificate is about {told}")
            return again
        must(again is None, "the mechanism's parameters refute it")
    return None


def _setting_of(scope: Scope) -> Setting:
    setting = scope.asked.get("setting")
    if setting is None:
        raise Open("the document does not say which problems were looked at")
    must_be("setting", setting, Setting)
    must((setting.id, setting.preferences) == (scope.setting, scope.preferences), "other setting")
    return setting  # type: ignore[no-any-return]


Problems: TypeAlias = "list[tuple[Problem, Sequence[Sequence[Any]] | None]]"


def problems_of(scope: Scope) -> Problems:
    """The problems of a finite scope, with the reports that agents could make instead."""
    setting = _setting_of(scope)
    problems, domains = _asked(scope.asked, setting, scope.agents)
    if not problems and not domains:
        raise Open("no finite set of problems is named")
    _labelled(scope, problems, domains)
    return _cases(problems, domains)


def recount(
    mechanism: Mechanism[Any],
    name: str,
    scope: Scope,
    *,
    exact: bool = True,
    tolerance: float = 0.0,
) -> str:
    """Look at every case of a finite scope again."""
    axiom, cases = find(name), problems_of(scope)
    setting: Setting = scope.asked["setting"]
    must(not axiom.applies(setting), axiom.applies(setting))
    prior = scope.asked.get("words", {}).get("prior")
    listed = interim(name, prior) if name in INTERIM else CANDIDATES.get(name)
    if listed is None or not of_package(type(axiom)):
        raise Open(f"{name} cannot be recounted: its cases are not listed")
    must(not exact or not tolerance, "exact, and yet with a tolerance")
    rule = Remembered(mechanism)
    largest = max(float(setting.scale(problem) or 1) for problem, _ in cases)
    must(tolerance <= _LARGEST_TOLERANCE * largest, "the tolerance is no rounding")
    start, checks, demands, floats = time.monotonic(), 0, 0, False
    lift = "" if scope.lift == "expectation" else scope.lift
    for problem, reports in cases:
        _comparable(name, setting, choose(rule, problem, lift), lift)
        for parts in listed(setting, problem, reports):
            checks += 1
            if checks > MOST or time.monotonic() - start > SECONDS:
                raise Open(f"more than {MOST:,} cases or {SECONDS:g} seconds")
            place = parts.pop("problem", problem)
            case = Witness(
                name, setting, place, Outcome(None), lift=lift, tolerance=tolerance, **parts
            )
            gap = axiom.verify(rule, setting, case)
            if gap is None:
                continue
            demands += 1
            floats = floats or not is_exact(gap)
            told = ", ".join(map(setting.say_report, problem.types))
            must(not exceeds(gap, tolerance), f"it is violated: at ({told})")
    results = list(rule.known.items())
    for (problem, _), result in results:
        _comparable(name, setting, result, lift)
        if rule.again(problem, isinstance(result, tuple)) != result:
            raise Open("asked twice, the mechanism chose differently")
    must(demands, "the axiom demands nothing at any of these problems")
    floats |= any(not one.provenance.exact for _, r in results for one in outcomes_of(r))
    must(not exact or not floats, "it rests on floats, and says exact")
    return f"none of {checks:,} cases at {len(cases):,} problems violates it"


class Remembered(Mechanism[Any]):
    """A mechanism that is asked once at each problem."""

    id = "axioms.remembered"

    def __init__(self, mechanism: Mechanism[Any]) -> None:
        self.mechanism = mechanism
        self.setting = mechanism.setting
        self.known: dict[tuple[Problem, bool], Any] = {}
        if hasattr(mechanism, "winners"):
            self.winners = lambda problem: self.once(problem, True)

    def solve(self, problem: Problem, *, rng: Seed = None) -> Any:
        return self.once(problem, False)

    def once(self, problem: Problem, ties: bool) -> Any:
        """What it chose, or chooses now."""
        if (problem, ties) not in self.known:
            self.known[problem, ties] = self.again(problem, ties)
        return self.known[problem, ties]

    def again(self, problem: Problem, ties: bool) -> Any:
        """What it chooses when it is asked now."""
        rule: Any = self.mechanism
        return tuple(rule.winners(problem)) if ties else rule.solve(problem)


def _comparable(axiom: str, setting: Setting, result: Any, lift: str) -> None:
    """Say what of lotteries and sets is not recounted."""
    if not isinstance(result, Outcome) and axiom not in VALUE_LOTTERIES:
        raise Open(f"{axiom} is recounted for single outcomes only")
    if isinstance(result, Lottery) and (
        (lift == "ex_post" and axiom not in EACH_OUTCOME)
        or (lift in BY_ORDER and axiom not in BY_DOMINANCE)
    ):
        raise Open(f"{axiom} is not recounted for lotteries under {lift}")
    rankable(setting, [result], lift)


def _cases(problems: Sequence[Problem], domains: Sequence[Domain]) -> Problems:
    sizes = {len(domain.base): domain.reports for domain in domains}
    return [(problem, sizes.get(len(problem))) for problem in problems] or [
        (one.base.with_profile(types), one.reports)
        for one in domains
        for types in itertools.product(*one.reports)
    ]


def _asked(
    asked: Mapping[str, Any], setting: Setting, agents: tuple[int, ...]
) -> tuple[tuple[Problem, ...], tuple[Domain, ...]]:
    """The problems and domains that a scope names, made by the setting itself."""
    problems, words = tuple(asked.get("problems", ())), without_prior(asked.get("words", {}))
    for problem in problems:
        must_be("problems", problem, Problem)
        legitimate(setting, problem)
    if problems:
        must(agents == tuple(map(len, problems)), "the numbers of agents are others")
    must_be("agents", agents, tuple)
    must(all(type(n) is int and n > 0 for n in agents), "no numbers of agents")
    must(agents or not words, "a domain has no number of agents")
    if words or (agents and not problems):
        sizes = sorted((_size(word) for word in words.values()), reverse=True)
        a, b = (*sizes, 1, 1)[:2]
        most = max((a + 1) ** b, (b + 1) ** a if b > 1 else 0)
        if max(agents, default=1) > MOST_AGENTS or most > MOST_REPORTS:
            raise Open("the domain is too large to be counted again")
    if not words and problems:
        return problems, ()
    try:
        domains = tuple(setting.domain(n, **words) for n in agents)
    except InvalidInputError:
        if words:
            raise
        return problems, ()
    if not problems and sum(domain.size for domain in domains) > MOST:
        raise Open(f"the domain has more than {MOST:,} problems")
    counted = words or all(domain.complete for domain in domains)
    return problems, domains if counted else ()


def _size(word: Any) -> int:
    """How large a word makes a domain."""
    if isinstance(word, int) and not isinstance(word, bool):
        return max(abs(word), 1)
    return max(len(word), 1) if isinstance(word, (tuple, list, Mapping)) else 1


def _labelled(scope: Scope, problems: tuple[Problem, ...], domains: tuple[Domain, ...]) -> None:
    """Refuse a scope that is called something else than what it is."""
    prior = scope.asked.get("words", {}).get("prior")
    must(prior is None or scope.domain.endswith(tell_prior(prior)), "the scope has another prior")
    label = scope.domain.removesuffix(tell_prior(prior))
    if problems:
        must(label.startswith("this problem"), "the scope is one problem, and says another")
        return
    told = "; ".join(dict.fromkeys(domain.label for domain in domains))
    must(label.removesuffix(", outcomes as given") == told, f"the scope is {told}")
