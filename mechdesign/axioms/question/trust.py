"""What is believed without proof: the code of this package, and nothing that a user declares.

A declaration of a mechanism of the package (it is anonymous, a theorem covers it, its batches are
its single calls) was reviewed together with its code and is tested with it.  The same declaration
on a user's own mechanism is a claim, and it is either checked on everything that a verdict speaks
about or the verdict is UNKNOWN.
"""

from __future__ import annotations

import functools
import types
from collections.abc import Mapping
from typing import Any

from mechdesign.errors import InvalidInputError
from mechdesign.model import Mechanism
from mechdesign.model.decorator import RegisteredMechanism
from mechdesign.model.mechanism_base import construct

_PACKAGE = __name__.split(".")[0]


def of_package(thing: object) -> bool:
    """Whether a class or function is defined in this package.

    Examples
    --------
    >>> of_package(Mechanism), of_package(print)
    (True, False)
    """
    module = getattr(thing, "__module__", None) or ""
    if isinstance(thing, types.FunctionType):
        # Where it was written: a wrapper may bear the name of what it wraps.
        module = thing.__globals__.get("__name__", "")
    return str(module).split(".")[0] == _PACKAGE


def belongs_to_package(mechanism: Mechanism) -> bool:
    """Whether all code that a mechanism runs is this package's.

    It is not where the class or the function is a user's own, where a method was replaced on the
    instance, or where a user's function is among the parameters.

    Examples
    --------
    >>> from mechdesign import facility
    >>> from mechdesign.model import FunctionMechanism
    >>> belongs_to_package(facility.median)
    True
    >>> belongs_to_package(FunctionMechanism(min, facility.line()))
    False
    """
    if not of_package(type(mechanism)):
        return False
    return not _foreign(vars(mechanism), {})


def believed(mechanism: Mechanism[Any], name: str) -> bool:
    """Whether what a mechanism declares is this package's word, not written onto its object.

    Parameters
    ----------
    mechanism : Mechanism
        Whose declaration.
    name : {"anonymous", "claims", "depends_on"}
        Which one.

    Examples
    --------
    >>> from mechdesign import facility
    >>> believed(facility.median, "claims")
    True
    """
    if not belongs_to_package(mechanism):
        return False
    if name not in vars(mechanism):
        return True
    bound = mechanism._bound or {}
    try:
        if isinstance(mechanism, RegisteredMechanism):
            fresh: Mechanism[Any] = RegisteredMechanism(
                mechanism.function, mechanism.declared, bound
            )
        else:
            fresh = construct(type(mechanism), bound)
    except (InvalidInputError, TypeError):
        return False  # made without its decorator, so that nothing says what it was given
    return bool(getattr(fresh, name) == getattr(mechanism, name))


def _foreign(value: object, seen: dict[int, Any]) -> bool:
    """Whether a user's function or object is among the parts of a value, however deep.

    `seen` keeps what was looked at, which ends circles and keeps its identity from being reused.
    """
    if isinstance(value, (str, bytes, int, float, type(None))) or id(value) in seen:
        return False
    seen[id(value)] = value
    if isinstance(value, Mapping):
        return any(_foreign(part, seen) for part in value.values())
    if isinstance(value, (tuple, list, set, frozenset)):
        return any(_foreign(part, seen) for part in value)
    if isinstance(value, functools.partial):
        return _foreign((value.func, value.args, value.keywords), seen)
    if isinstance(value, (types.FunctionType, types.MethodType)):
        return not of_package(value) or _foreign(_bound(value), seen)
    if isinstance(value, type) or (callable(value) and not of_package(type(value))):
        return not of_package(value)
    if of_package(type(value)):
        return _foreign(_parts(value), seen)
    # Numbers and arrays of other packages are data.
    return str(type(value).__module__).split(".")[0] not in ("numpy", "fractions", "builtins")


def _parts(value: object) -> list[Any]:
    parts = list(getattr(value, "__dict__", {}).values())
    for cls in type(value).__mro__:
        slots = getattr(cls, "__slots__", ())
        names = (slots,) if isinstance(slots, str) else slots
        parts.extend(getattr(value, name) for name in names if hasattr(value, name))
    return parts


def _bound(function: Any) -> tuple[Any, ...]:
    """What a function calls besides its own code: its object, its closure and its defaults."""
    if isinstance(function, types.MethodType):
        return (function.__self__, function.__func__)
    cells = [cell.cell_contents for cell in function.__closure__ or ()]
    return (*cells, function.__defaults__, function.__kwdefaults__)
