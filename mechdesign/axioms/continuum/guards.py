"""What symbolic numbers refuse: whatever is not linear, and whatever tells them from plain numbers.

A refusal names the operation and the user's line.  The tracer of the run is told as well, so that
no handler can hide it.
"""

from __future__ import annotations

import linecache
import sys
from collections.abc import Callable
from fractions import Fraction
from types import CodeType, FrameType
from typing import Any, NoReturn

from mechdesign.axioms.question.purity import NotLinear
from mechdesign.model.numbers import Symbolic

#: Whose tests for kinds of numbers treat a form as they treat a Fraction.
_REVIEWED = {"mechdesign", "numpy", "abc", "numbers", "fractions", "statistics"}
#: Whose frames are never the line of the user's that a refusal names.
_LIBRARIES = _REVIEWED | {"copy", "dataclasses", "functools", "heapq", "typing"}
_ROOM = "mechdesign.axioms.continuum"
_LOTTERY = "mechdesign.model.lottery"
#: Whose helpers divide and compare for the rules that use them.
_NUMBERS = "mechdesign.model.numbers"


class Guarded(Symbolic):
    """A number that refuses what is not linear."""

    __slots__ = ()
    tracer: Any
    rounded: bool

    @property  # type: ignore[misc]
    def __class__(self) -> Any:  # asked by isinstance() where the type itself does not fit
        frame: FrameType | None = sys._getframe(1)
        while frame is not None and (asks := _ASKS.get(frame.f_code) or _asks(frame)) == "abc":
            frame = frame.f_back
        if asks == "Fraction":
            return type(self)  # an operator of Fraction: it leaves the work to this class
        if asks != "reviewed":
            self._refuse(asks)
        return float if self.rounded else Fraction

    def __getattr__(self, name: str) -> Any:
        # What no plain number has a form has not, either.
        if name.startswith("__") or not any(hasattr(kind, name) for kind in (Fraction, int, float)):
            raise AttributeError(f"'Fraction' object has no attribute {name!r}")
        self._refuse(f".{name}")

    def __hash__(self) -> int:  # noqa: PLE0309 - it always raises
        # A lottery merges outcomes that are equal, and compares those that have no hash.
        frame: FrameType | None = _caller()
        for _ in range(6):
            if frame is not None and _name(frame) == _LOTTERY:
                raise TypeError("a symbolic number has no hash")
            frame = frame and frame.f_back
        self._refuse("hash()")

    def _refuse(self, operation: str) -> NoReturn:
        reason = f"{operation} is not piecewise linear{_place()}"
        self.tracer.refuse(reason)
        raise NotLinear(reason)

    def __repr__(self) -> str:
        if _name(_caller()) != "mechdesign.errors":
            self._refuse("repr()")
        self.tracer.refuse("the text of an error tells a symbolic number from a plain one")
        return "a symbolic number"  # in a message that may be raised, and not read

    def __copy__(self) -> Any:
        return self

    def __deepcopy__(self, memory: object) -> Any:
        return self


def _refusing(operation: str) -> Callable[..., Any]:
    return lambda self, *_: self._refuse(operation)


_CALLS = ["int", "float", "complex", "round", "trunc", "floor", "ceil", "index", "floordiv"]
_CALLS += ["mod", "divmod", "str", "format", "reduce_ex"]
_TURNED = ("rtruediv", "rfloordiv", "rmod", "rdivmod", "rpow")
_PARTS = ("numerator", "denominator", "as_integer_ratio", "is_integer", "limit_denominator")
for _word in _CALLS:
    setattr(Guarded, f"__{_word}__", _refusing(f"{_word}()"))
for _word in _TURNED:
    setattr(Guarded, f"__{_word}__", _refusing("a quotient by a number that depends on reports"))
for _word in _PARTS:
    setattr(Guarded, _word, property(_refusing("a numerator or denominator")))


#: Who asks for the class, by its code.
_ASKS: dict[CodeType, str] = {}


def _asks(frame: FrameType) -> str:
    """Who asks for the class: what may, or the operation to refuse."""
    module = _name(frame).split(".")[0]
    asks = "reviewed" if module in _REVIEWED else "isinstance()"
    if module in ("abc", "_py_abc"):
        asks = "abc"
    elif module == "fractions":
        asks = "Fraction()" if frame.f_code.co_name == "__new__" else "Fraction"
    return _ASKS.setdefault(frame.f_code, asks)


def _name(frame: FrameType) -> str:
    return str(frame.f_globals.get("__name__", ""))


def _caller() -> FrameType:
    """The frame that calls a method of a number."""
    return sys._getframe(2)


def _place() -> str:
    """The line of the user's that led here, or of the package where it is a rule of its own."""
    frame: FrameType | None = sys._getframe(2)
    within: FrameType | None = None
    while frame is not None and _name(frame).split(".")[0] in _LIBRARIES:
        module = _name(frame)
        if module == f"{_ROOM}.program" and within is not None:
            break
        rule = module.startswith("mechdesign.") and module != _NUMBERS and _ROOM not in module
        if within is None and rule:
            within = frame
        frame = frame.f_back
    else:
        within = frame
    if within is None:
        return ""
    frame = within
    file, line = frame.f_code.co_filename, frame.f_lineno
    text = linecache.getline(file, line, frame.f_globals).strip()
    return f", at line {line} of {file.rsplit('/', 1)[-1]}" + (f": {text}" if text else "")
