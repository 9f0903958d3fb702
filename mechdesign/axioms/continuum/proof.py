"""The proof of an axiom on the continuum, as it is written down."""

from __future__ import annotations

from dataclasses import field
from typing import Any

from mechdesign.model import serializable
from mechdesign.records import dataclass

__all__ = ["PathProof"]


@serializable("axioms.PathProof")
@dataclass(frozen=True)
class PathProof:
    """A tree of comparisons that decides an axiom for all reports of so many agents.

    ``mechdesign verify`` runs the mechanism along each of its paths and checks every closed side.

    Parameters
    ----------
    axiom : str
        Identifier of the axiom.
    agents : int
        The number of agents.
    ordered : bool
        Whether the reports, or their first numbers, are in ascending order: enough where agents are
        interchangeable, which then is the axiom of another proof beside this one.
    forms : list
        The comparisons: a constant, then pairs of coordinate and coefficient.
    tokens : list
        The tree, a fork's first side before its second.
    """

    axiom: str
    agents: int
    ordered: bool
    forms: list[Any] = field(repr=False, hash=False)
    tokens: list[Any] = field(repr=False, hash=False)
