"""Proofs on the continuum: the kernel runs the mechanism along every path of each tree."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mechdesign.axioms.continuum.kernel import Broken, Kernel
from mechdesign.axioms.continuum.program import Program, Symbolic, by_kind
from mechdesign.axioms.continuum.proof import PathProof
from mechdesign.axioms.question.axiom import Axiom
from mechdesign.axioms.question.purity import state, tells
from mechdesign.axioms.question.registry import CHECKERS, find
from mechdesign.axioms.question.trust import believed, belongs_to_package, of_package
from mechdesign.axioms.question.verdict import Certificate, Ground, Scope, Verdict, all_problems
from mechdesign.axioms.verification.findings import Open, must
from mechdesign.model import Mechanism
from mechdesign.model.setting import Setting, SpansReports

_LARGEST_TOLERANCE = 1e-6


def proved(mechanism: Mechanism[Any], verdict: Verdict) -> str:
    """Check the proofs of a verdict, one for each number of agents."""
    scope, certificate = verdict.scope, verdict.certificate
    must(isinstance(certificate, Certificate), "there is no proof")
    assert certificate is not None
    must(certificate.text == verdict.evidence.text, "the evidence is not the certificate's")
    must(not certificate.domain and set(certificate.data) == {"proofs"}, "it has no proofs alone")
    proofs = certificate.data["proofs"]
    shaped = isinstance(proofs, tuple) and all(isinstance(one, PathProof) for one in proofs)
    must(shaped, "the proofs are none")
    whole = all_problems(scope.asked.get("words", {}))
    must(scope.domain == whole, "a proof is about all problems")
    must(scope.agents, "the numbers of agents are not named")
    setting = scope.asked.get("setting")
    if setting is None:
        raise Open("the document does not say its setting")
    must(isinstance(setting, Setting) and isinstance(setting, SpansReports), "no such setting")
    must((setting.id, setting.preferences) == (scope.setting, scope.preferences), "other setting")
    must(not scope.asked.get("problems"), "the scope names single problems")
    if not of_package(type(setting)):
        raise Open("a setting of one's own is not known to be what it says")
    axiom: Axiom = find(verdict.axiom)
    must(verdict.exact == (not verdict.tolerance), "exact, and yet with a tolerance")
    must(0 <= verdict.tolerance <= _LARGEST_TOLERANCE, "the tolerance is no rounding")
    told = tells(mechanism)
    must(not told, told)
    before, paths = state(mechanism), 0
    for agents in scope.agents:
        own = [proof for proof in proofs if proof.agents == agents]
        paths += _one_size(mechanism, axiom, scope, own, agents, verdict)
    must(len(proofs) == sum(p.agents in scope.agents for p in proofs), "a proof is of another size")
    must(state(mechanism) == before, "the mechanism keeps a state")
    return f"the mechanism fulfils it along each of {paths:,} paths, which are all"


def _one_size(
    mechanism: Mechanism[Any],
    axiom: Axiom,
    scope: Scope,
    proofs: list[PathProof],
    agents: int,
    verdict: Verdict,
) -> int:
    """Check the proof for one number of agents, and what it rests on."""
    main = [proof for proof in proofs if proof.axiom == axiom.id]
    must(len(main) == 1, f"there is not one proof for n={agents}")
    others = [proof for proof in proofs if proof.axiom != axiom.id]
    if main[0].ordered is not False:
        must(main[0].ordered is True, "ordered is neither true nor false")
        must(axiom.symmetric and of_package(type(axiom)), "the axiom tells agents apart")
        must(scope.asked["setting"].public, "agents are not interchangeable")
        must(scope.asked.get("words", {}).get("weights") is None, "agents have weights")
        if not (mechanism.anonymous and believed(mechanism, "anonymous")):
            fits = len(others) == 1 and others[0].axiom == "anonymity" and not others[0].ordered
            must(fits, "it is not proved that agents are interchangeable")
        else:
            must(not others, "there is a proof too many")
    else:
        must(not others, "there is a proof too many")
    return sum(_kernel(mechanism, scope, proof, verdict) for proof in proofs)


def _kernel(mechanism: Mechanism[Any], scope: Scope, proof: PathProof, verdict: Verdict) -> int:
    lift = "" if scope.lift == "expectation" else scope.lift
    setting, words = scope.asked["setting"], scope.asked.get("words", {})
    axiom: Axiom = find(proof.axiom)
    must(not axiom.applies(setting), axiom.applies(setting))
    tolerance = verdict.tolerance
    own = belongs_to_package(mechanism)
    program = Program(
        axiom,
        mechanism,
        setting,
        lift,
        tolerance,
        proof.agents,
        words,
        proof.ordered,
        watched=not own,
    )
    told = "" if own else by_kind(program)
    must(not told, told)
    demands, paths = 0, 0

    def ended(ctx: Symbolic, point: Mapping[int, Any]) -> None:
        nonlocal demands
        must(not ctx.undecided_because, "the axiom leaves a path undecided")
        must(ctx.exact or tolerance, "it rests on floats, and says exact")
        for asked in ctx.results:
            told = ctx.differs(*asked, point)[0]
            must(not told, f"a plain call at a point of a cell {told}")
        demands += ctx.demands

    try:
        paths = Kernel(proof.forms, proof.tokens).check(program, ended)
    except Broken as reason:
        must(False, str(reason))
    must(demands, "the axiom demands nothing on any path")
    return paths


CHECKERS[Ground.PROOF] = proved
