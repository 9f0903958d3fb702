"""mechdesign: mechanism design and social choice, exact and with evidence.

One model, fifteen families of mechanisms (:func:`families` lists them) and one set of axiom
checkers (:mod:`~mechdesign.axioms`).

Examples
--------
>>> import mechdesign as md
>>> md.get("facility.uniform_phantom")([0, 1, 1]).choice
Fraction(2, 3)
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

__version__ = "0.2.0"

# Everything is loaded when it is first used (PEP 562): a bare import needs numpy only.
_MODULES = (
    "aggregation",
    "allocation",
    "apportionment",
    "auctions",
    "axioms",
    "bargaining",
    "coalitional",
    "committees",
    "design",
    "elections",
    "errors",
    "experiments",
    "facility",
    "games",
    "information",
    "io",
    "matching",
    "model",
    "pluralistic",
    "preference_games",
    "report",
    "stats",
    "taxation",
    "testing",
)
_NAMES = {
    "Command": "family",
    "Family": "family",
    "Lottery": "model",
    "Outcome": "model",
    "Problem": "model",
    "families": "family",
    "get": "model",
    "mechanisms": "model",
    "loads": "io.documents",
    "dumps": "io.documents",
    "watching": "clock",
    "welfare": "model",
}


__all__ = [
    "Command",
    "Family",
    "Lottery",
    "Outcome",
    "Problem",
    "__version__",
    "aggregation",
    "allocation",
    "apportionment",
    "auctions",
    "axioms",
    "bargaining",
    "coalitional",
    "committees",
    "design",
    "dumps",
    "elections",
    "errors",
    "experiments",
    "facility",
    "families",
    "games",
    "get",
    "information",
    "io",
    "loads",
    "matching",
    "mechanisms",
    "model",
    "pluralistic",
    "preference_games",
    "report",
    "stats",
    "taxation",
    "testing",
    "watching",
    "welfare",
]

if TYPE_CHECKING:
    from mechdesign import (
        aggregation,
        allocation,
        apportionment,
        auctions,
        axioms,
        bargaining,
        coalitional,
        committees,
        design,
        elections,
        errors,
        experiments,
        facility,
        games,
        information,
        io,
        matching,
        model,
        pluralistic,
        preference_games,
        report,
        stats,
        taxation,
        testing,
    )
    from mechdesign.clock import watching
    from mechdesign.family import Command, Family, families
    from mechdesign.io.documents import dumps, loads
    from mechdesign.model import Lottery, Outcome, Problem, get, mechanisms, welfare


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return importlib.import_module(f"mechdesign.{name}")
    if name in _NAMES:
        return getattr(importlib.import_module(f"mechdesign.{_NAMES[name]}"), name)
    raise AttributeError(f"module 'mechdesign' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
