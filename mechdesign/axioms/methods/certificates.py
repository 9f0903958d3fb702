"""Parametric certificates: proofs and refutations from the parameters of a mechanism."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias, TypeVar

from mechdesign.axioms.question.trust import belongs_to_package, of_package
from mechdesign.axioms.question.verdict import Certificate, Scope
from mechdesign.axioms.question.witness import Refutation
from mechdesign.model import Mechanism, Setting

__all__ = ["certifies"]

M = TypeVar("M", bound=Mechanism)
Certifier: TypeAlias = "Callable[[M, Setting, Scope], Certificate | Refutation | None]"

_CERTIFIERS: dict[str, list[tuple[Any, Certifier[Mechanism]]]] = {}


def certifies(
    axiom: str, mechanism: type[M] | M | type[Setting]
) -> Callable[[Certifier[M]], Certifier[M]]:
    """Register a decision procedure that needs no enumeration.

    Parameters
    ----------
    axiom : str
        Identifier of the axiom.
    mechanism : type or Mechanism
        The class of mechanisms that it decides; or a mechanism, with any parameters bound; or a
        class of settings, for every mechanism of the package in them.  A subclass inherits it
        within this package only: elsewhere a subclass may choose otherwise, and what was proved of
        its parent says nothing about it.

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
    if "solve" in vars(mechanism):
        return  # a method replaced on the instance: nothing was proved about it
    inherits = of_package(type(mechanism))
    classes: list[tuple[int, Certifier[Mechanism]]] = []
    order = type(mechanism).__mro__
    for key, function in _CERTIFIERS.get(axiom, ()):
        if isinstance(key, Mechanism):
            if _is_variant(mechanism, key):
                yield function
        elif issubclass(key, Setting):
            if isinstance(mechanism.setting, key) and belongs_to_package(mechanism):
                classes.append((len(order), function))
        elif type(mechanism) is key or (inherits and isinstance(mechanism, key)):
            classes.append((order.index(key), function))
    for _, function in sorted(classes, key=lambda entry: entry[0]):
        yield function


def _is_variant(mechanism: Mechanism, known: Mechanism) -> bool:
    """Whether a mechanism is a known one with any parameters, and no namesake of it."""
    if type(mechanism) is not type(known):
        return False
    return getattr(mechanism, "function", None) is getattr(known, "function", None)
