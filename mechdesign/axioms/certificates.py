"""Parametric certificates: proofs and refutations from the parameters of a mechanism."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias, TypeVar

from mechdesign.axioms.verdict import Certificate, Scope
from mechdesign.axioms.witness import Refutation
from mechdesign.model import Mechanism, Setting

__all__ = ["certificates", "certifies"]

M = TypeVar("M", bound=Mechanism)
Certifier: TypeAlias = "Callable[[M, Setting, Scope], Certificate | Refutation | None]"

_CERTIFIERS: dict[str, list[tuple[type, Certifier[Mechanism]]]] = {}


def certifies(axiom: str, mechanism: type[M]) -> Callable[[Certifier[M]], Certifier[M]]:
    """Register a decision procedure that needs no enumeration.

    Parameters
    ----------
    axiom : str
        Identifier of the axiom.
    mechanism : type
        The class of mechanisms that it decides.

    Returns
    -------
    callable
        A decorator for ``f(mechanism, setting, scope)``, which returns a :class:`Certificate`
        that the axiom holds at **every** problem of the setting (or of ``scope.agents`` agents,
        where that is not empty), a :class:`Refutation`, or None where it cannot tell.
    """

    def register(function: Certifier[M]) -> Certifier[M]:
        _CERTIFIERS.setdefault(axiom, []).append((mechanism, function))  # type: ignore[arg-type]
        return function

    return register


def certificates(axiom: str, mechanism: Mechanism) -> Iterator[Certifier[Mechanism]]:
    """The procedures for an axiom and a mechanism, those of its own class first."""
    found = [entry for entry in _CERTIFIERS.get(axiom, ()) if isinstance(mechanism, entry[0])]
    order = type(mechanism).__mro__
    for _, function in sorted(found, key=lambda entry: order.index(entry[0])):
        yield function
