"""Implications between axioms: they save work, and they test the checkers."""

from __future__ import annotations

from collections.abc import Iterator

from mechdesign.errors import require

__all__ = ["implies"]

# Strong axiom to weaker ones.  Each holds problem by problem over any common scope and lift.
IMPLICATIONS: dict[str, set[str]] = {
    "pareto_efficiency": {"weak_pareto"},
    "strong_group_strategyproofness": {"group_strategyproofness", "strategyproofness"},
    "group_strategyproofness": {"strategyproofness"},
}


def declare(strong: str, *weaker: str) -> None:
    """Declare that an axiom implies others at every problem and so over every scope."""
    IMPLICATIONS.setdefault(strong, set()).update(weaker)


def implies(strong: str, weak: str) -> bool:
    """Whether an axiom implies another, by a chain of declared implications.

    Examples
    --------
    >>> implies("strong_group_strategyproofness", "strategyproofness")
    True
    """
    require(strong, str, "strong")
    require(weak, str, "weak")
    return weak in set(_below(strong))


def _below(axiom: str) -> Iterator[str]:
    seen, stack = {axiom}, [axiom]
    while stack:
        for weaker in IMPLICATIONS.get(stack.pop(), ()):
            if weaker not in seen:
                seen.add(weaker)
                stack.append(weaker)
                yield weaker
