"""The registered axioms by identifier, and the words that are too ambiguous to be one."""

from __future__ import annotations

from typing import Any

from mechdesign.errors import InvalidInputError
from mechdesign.model import mechanisms

#: Identifier to axiom; families add theirs when they are imported.
AXIOMS: dict[str, Any] = {}
#: Kind of evidence to what checks a HOLDS that rests on it: what it returns was confirmed.
CHECKERS: dict[Any, Any] = {}

# Words that mean different axioms in different fields, and what to write instead.
_AMBIGUOUS: dict[str, tuple[str, ...]] = {
    "iia": ("arrow_iia", "nash_contraction"),
    "independence_of_irrelevant_alternatives": ("arrow_iia", "nash_contraction"),
    "monotonicity": (
        "allocation_monotonicity",
        "candidate_monotonicity",
        "resource_monotonicity",
    ),
    "proportionality": ("facility_proportionality", "core"),
    "pareto": ("pareto_efficiency", "weak_pareto"),
    "efficiency": ("pareto_efficiency", "weak_pareto"),
    "consistency": ("condorcet_consistency", "reinforcement", "assignment_consistency"),
    "symmetry": ("anonymity", "equal_treatment", "neutrality"),
    "contraction": ("nash_contraction", "arrow_iia"),
}


def find(axiom: str) -> Any:
    """The axiom of an identifier.

    Raises
    ------
    InvalidInputError
        If there is no such axiom, with the nearest names, or if the word is ambiguous.
    """
    import difflib

    if axiom not in AXIOMS:
        mechanisms()  # loads every family
    if axiom in AXIOMS:
        return AXIOMS[axiom]
    if axiom in _AMBIGUOUS:
        raise InvalidInputError(
            "axiom", f"be unambiguous: one of {', '.join(_AMBIGUOUS[axiom])}", axiom
        )
    near = difflib.get_close_matches(axiom, sorted(AXIOMS), n=3, cutoff=0.4)
    hint = f"such as {', '.join(near)}" if near else f"one of {', '.join(sorted(AXIOMS))}"
    raise InvalidInputError("axiom", f"name a known axiom, {hint}", axiom)
