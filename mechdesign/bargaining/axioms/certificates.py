"""Axioms that the classical solutions satisfy at every problem, with the proofs."""

from __future__ import annotations

from typing import Any

from mechdesign.axioms import Certificate, certifies
from mechdesign.axioms.question.verdict import Scope
from mechdesign.bargaining.solutions import package_solutions
from mechdesign.model import Mechanism, Setting

_DOMAIN = "all problems in exact numbers whose packages are listed"
_WEIGHTED = f"{_DOMAIN}, positive weights"

_RATIONAL = "the choice is among the packages that give everybody the reserve, or no agreement"
_PROOFS = {
    ("nash", "scale_invariance"): (
        "another scale multiplies the gains of an agent by a positive number, and with them all "
        "products that are compared; who gains at all stays the same"
    ),
    ("kalai_smorodinsky", "scale_invariance"): (
        "the shares (u - d) / (a - d) that are compared do not change with the scale"
    ),
    ("nash", "individual_rationality"): _RATIONAL,
    ("egalitarian", "individual_rationality"): _RATIONAL,
    ("kalai_smorodinsky", "individual_rationality"): _RATIONAL,
    ("equal_loss", "individual_rationality"): _RATIONAL,
    ("utilitarian", "pareto_efficiency"): (
        "a package that dominates another has a larger weighted sum of utilities"
    ),
    ("nash", "pareto_efficiency"): (
        "a package that dominates the choice is acceptable too, and either lets more agents gain "
        "or has a larger product among those who do"
    ),
    ("egalitarian", "pareto_efficiency"): (
        "the gains of a package that dominates another are lexicographically larger when sorted"
    ),
    ("kalai_smorodinsky", "pareto_efficiency"): (
        "the shares of a package that dominates another are lexicographically larger when sorted; "
        "agents without a share get the reserve in every acceptable package"
    ),
    ("equal_loss", "pareto_efficiency"): (
        "the losses of a package that dominates another are lexicographically smaller when sorted"
    ),
    ("utilitarian", "nash_contraction"): (
        "the best packages by one order of utility vectors, which does not depend on the menu, "
        "stay the best of those that are left"
    ),
    ("egalitarian", "nash_contraction"): (
        "the best packages by one order of gains, which does not depend on the menu, stay the best "
        "of those that are left"
    ),
}


def _certify(rule: str, axiom: str, text: str) -> None:
    def decide(mechanism: Mechanism, setting: Setting, scope: Scope) -> Certificate | None:
        options = mechanism.parameters
        if setting.id != "bargaining.packages" or scope.lift:
            return None
        if axiom == "pareto_efficiency" and not options.get("refine", True):
            return None
        if axiom == "individual_rationality" and not options.get("rational", True):
            return None
        return Certificate(text, domain=_WEIGHTED if axiom == "pareto_efficiency" else _DOMAIN)

    register: Any = certifies(axiom, getattr(package_solutions, rule))
    register(decide)


for (_rule, _axiom), _text in _PROOFS.items():
    _certify(_rule, _axiom, _text)
