"""What is believed without proof: the code of this package, and nothing that a user declares.

A declaration of a mechanism of the package (it is anonymous, a theorem covers it, its batches are
its single calls) was reviewed together with its code and is tested with it.  The same declaration
on a user's own mechanism is a claim, and it is either checked on everything that a verdict speaks
about or the verdict is UNKNOWN.
"""

from __future__ import annotations

from typing import Any

from mechdesign.model import Mechanism
from mechdesign.model.mechanism import RegisteredMechanism

__all__ = ["belongs_to_package", "of_package"]

_PACKAGE = __name__.split(".")[0]
# How deep parameters are searched for functions.
_DEPTH = 4


def of_package(thing: Any) -> bool:
    """Whether a class or function is defined in this package.

    Examples
    --------
    >>> of_package(Mechanism), of_package(print)
    (True, False)
    """
    module = getattr(thing, "__module__", None) or ""
    return str(module).split(".")[0] == _PACKAGE


def belongs_to_package(mechanism: Mechanism) -> bool:
    """Whether all code that a mechanism runs is this package's.

    It is not where the class or the function is a user's own, where a method was replaced on the
    instance, or where a user's function is among the parameters.

    Examples
    --------
    >>> from mechdesign import facility
    >>> from mechdesign.model import FunctionMechanism
    >>> belongs_to_package(facility.median())
    True
    >>> belongs_to_package(FunctionMechanism(min, facility.line()))
    False
    """
    if not of_package(type(mechanism)):
        return False
    if isinstance(mechanism, RegisteredMechanism):
        return of_package(mechanism.function) and not _foreign(mechanism.parameters, _DEPTH)
    return not _foreign(vars(mechanism), _DEPTH)


def _foreign(value: Any, depth: int) -> bool:
    """Whether a user's function or object is among the parts of a value."""
    if isinstance(value, (str, bytes, int, float, type(None))):
        return False
    if isinstance(value, dict) or hasattr(value, "items"):
        return any(_foreign(part, depth - 1) for part in value.values())
    if isinstance(value, (tuple, list, set, frozenset)):
        return any(_foreign(part, depth - 1) for part in value)
    if callable(value) and not isinstance(value, Mechanism):
        return not of_package(value)
    if of_package(type(value)):
        return depth > 0 and any(_foreign(part, depth - 1) for part in _parts(value))
    # Numbers and arrays of other packages are data.
    return str(type(value).__module__).split(".")[0] not in ("numpy", "fractions", "builtins")


def _parts(value: Any) -> list[Any]:
    parts = list(getattr(value, "__dict__", {}).values())
    for cls in type(value).__mro__:
        slots = getattr(cls, "__slots__", ())
        names = (slots,) if isinstance(slots, str) else slots
        parts.extend(getattr(value, name) for name in names if hasattr(value, name))
    return parts
