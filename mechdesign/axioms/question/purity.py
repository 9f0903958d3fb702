"""Whether a rule is a function of its reports, as far as its code and its data tell."""

from __future__ import annotations

import dis
import functools
import pickle
import sys
import types
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import numpy as np

from mechdesign.axioms.question.trust import of_package
from mechdesign.model import Mechanism

S = TypeVar("S")
T = TypeVar("T")


class NotLinear(BaseException):
    """An operation that symbolic numbers do not have; it ends a run whatever a rule catches."""


class Unsteady(Exception):  # noqa: N818 - control flow of the engine, never seen by users
    """A worker saw a mechanism keep a state or draw random numbers."""


#: What tells a symbolic number from a plain one, or draws random numbers, without a trace.
_TELLING = {"type", "id", "hasattr", "getattr", "dir", "vars", "eval", "exec", "compile"}
_TELLING |= {"globals", "locals", "attrgetter", "methodcaller", "is_", "is_not", "__import__"}
_TELLING |= {"tracer", "terms", "rounded", "constant"}
_TELLING |= {"urandom", "getrandom", "SystemRandom", "Random", "default_rng", "uuid1", "uuid4"}
_MODULES = {"sys", "inspect", "gc", "ctypes", "builtins", "importlib", "traceback", "pickle"}
_MODULES |= {"copyreg", "time", "datetime", "secrets", "marshal"}
#: Special methods that are called by name and tell nothing.
_HARMLESS = {"__init__", "__call__", "__post_init__", "__name__", "__len__"}


def functions_of(mechanism: Mechanism[Any]) -> list[types.FunctionType]:
    """The Python functions that a mechanism may call, those of this package left out."""
    found: dict[int, types.FunctionType] = {}
    waiting: list[Any] = [mechanism]
    seen: dict[int, Any] = {}
    while waiting:
        thing = waiting.pop()
        if id(thing) in seen:
            continue
        seen[id(thing)] = thing
        function = _function(thing)
        if function is not None:
            if not of_package(function) and not _of_library(function):
                found[id(function)] = function
                waiting += (value for _, value in _reads(function))
        elif isinstance(thing, (list, tuple, set, frozenset)):
            waiting += thing
        elif isinstance(thing, dict):
            waiting += thing.values()
        elif not isinstance(thing, (type, types.ModuleType, str, bytes, int, float)):
            waiting += getattr(thing, "__dict__", {}).values()
            if not of_package(type(thing)):
                waiting += (v for v in vars(type(thing)).values() if _function(v) is not None)
    return list(found.values())


def _of_library(function: types.FunctionType) -> bool:
    """Whether a function was written in a library whose tests for kinds are known."""
    return str(function.__globals__.get("__name__", "")).split(".")[0] in _LIBRARIES


_LIBRARIES = {"numpy", "fractions", "statistics", "math", "itertools", "functools", "operator"}


def tells(mechanism: Mechanism[Any]) -> str:
    """Why the code may treat a symbolic number otherwise than a plain one; empty if it does not."""
    for function in functions_of(mechanism):
        for name, value in _reads(function):  # whatever it is called there
            named = value.__name__ if isinstance(value, types.ModuleType) else ""
            made = getattr(value, "__name__", "") if callable(value) else ""
            if _reveals(named) or (made in _TELLING and not of_package(value)):
                return f"{function.__name__} uses {name}, which may tell more than a report's value"
        for code in _codes(function.__code__):
            before = None
            for step in dis.get_instructions(code):
                if step.opname.startswith(_NAMING) and _reveals(str(step.argval)):
                    return (
                        f"{function.__name__} uses {step.argval}, which may tell more than the "
                        "value of a report"
                    )
                if step.opname == "IS_OP" and not _constant(before):
                    return f"{function.__name__} asks whether two things are the same object"
                before = step
    return ""


_NAMING = ("LOAD_GLOBAL", "LOAD_NAME", "LOAD_ATTR", "LOAD_METHOD", "IMPORT_NAME", "IMPORT_FROM")


def _reveals(name: str) -> bool:
    special = name.startswith("__") and name.endswith("__") and name not in _HARMLESS
    return special or name in _TELLING or name.split(".")[0] in _MODULES


def _constant(step: dis.Instruction | None) -> bool:
    """Whether an instruction loads None, True, False or Ellipsis, which no number is."""
    if step is None or step.opname != "LOAD_CONST":
        return False
    return any(step.argval is one for one in (None, True, False, ...))


def random_state(mechanism: Mechanism[Any]) -> tuple[Any, ...]:
    """The state of the global random generators, which a function may draw from unannounced.

    A client of dask draws from them in a thread of its own; beside it they tell something only
    where the code names them.
    """
    if "distributed" in sys.modules and not _may_draw(mechanism):
        return ()
    import random

    kind, words, place, *rest = np.random.get_state()  # noqa: NPY002  (users draw from it)
    return random.getstate(), kind, np.asarray(words).tobytes(), place, *rest


def state(mechanism: Mechanism[Any]) -> list[Any]:
    """What the code could keep between calls: globals, closures, defaults, attributes.

    The shared random generators as well.
    """
    kept: list[Any] = [random_state(mechanism)]
    kept += [_dump(getattr(mechanism, "__dict__", {}))] if not of_package(type(mechanism)) else []
    for function in functions_of(mechanism):
        kept += (_dump(value) for _, value in _reads(function) if _function(value) is None)
        kept.append(_dump(function.__dict__))
    return kept


def steadily(mechanism: Mechanism[Any], work: Callable[[S], T], task: S) -> T:
    """What a worker makes of its task, where the mechanism kept nothing of it.

    A state that stays behind in a worker would not be seen where the mechanism is asked again.

    Raises
    ------
    Unsteady
        If it kept something.
    """
    before = state(mechanism)
    found = work(task)
    if state(mechanism) != before:
        raise Unsteady(mechanism.name)
    return found


def _function(thing: Any) -> types.FunctionType | None:
    if isinstance(thing, (staticmethod, classmethod, types.MethodType)):
        thing = thing.__func__
    if isinstance(thing, functools.partial):
        thing = thing.func
    return thing if isinstance(thing, types.FunctionType) else None


def _codes(code: types.CodeType) -> Iterator[types.CodeType]:
    yield code
    for part in code.co_consts:
        if isinstance(part, types.CodeType):
            yield from _codes(part)


def _reads(function: types.FunctionType) -> Iterator[tuple[str, Any]]:
    """What a function reads besides its arguments, by name."""
    for code in _codes(function.__code__):
        for name in code.co_names:
            if name in function.__globals__:
                value = function.__globals__[name]
                yield name, value
                if isinstance(value, types.ModuleType) and _own(value):
                    for part in code.co_names:
                        if part in vars(value):
                            yield f"{name}.{part}", vars(value)[part]
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
        try:
            yield name, cell.cell_contents
        except ValueError:  # not filled yet
            continue
    for k, value in enumerate(function.__defaults__ or ()):
        yield f"default {k}", value
    yield from (function.__kwdefaults__ or {}).items()


def _may_draw(mechanism: Mechanism[Any]) -> bool:
    """Whether the code of a mechanism names a module of random numbers, or something of it."""
    for function in functions_of(mechanism):
        if any("random" in code.co_names for code in _codes(function.__code__)):
            return True
        for _, value in _reads(function):
            maker = type(getattr(value, "__self__", None))
            if {getattr(value, "__module__", ""), maker.__module__} & _DRAWING:
                return True
    return False


_DRAWING = {"random", "numpy.random", "numpy.random.mtrand"}


def _own(module: types.ModuleType) -> bool:
    """Whether a module is a user's, and no library."""
    top = module.__name__.split(".")[0]
    return top not in sys.stdlib_module_names and top not in _LIBRARIES and not of_package(module)


def _dump(value: Any) -> bytes:
    if isinstance(value, types.ModuleType) or (isinstance(value, type) and of_package(value)):
        return b""
    if isinstance(value, type):
        kept = {k: v for k, v in vars(value).items() if not k.startswith("__") and not callable(v)}
        return repr(kept).encode()
    try:
        try:
            return pickle.dumps(value)
        except Exception:  # whatever an object of a user's raises
            return repr(value).encode()
    except NotLinear:
        return b"a symbolic number that was kept"
