"""Whether a rule is a function of its reports, as far as its code and its data tell."""

from __future__ import annotations

import copyreg
import dis
import functools
import io
import pickle
import sys
import types
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import numpy as np

from mechdesign.axioms.question.trust import of_package
from mechdesign.model import Mechanism
from mechdesign.model.numbers import Symbolic

S = TypeVar("S")
T = TypeVar("T")


class NotLinear(BaseException):
    """An operation that symbolic numbers do not have; it ends a run whatever a rule catches."""


class Unsteady(Exception):  # noqa: N818 - control flow of the engine, never seen by users
    """A worker saw a mechanism keep a state or draw random numbers."""


#: What tells a symbolic number from a plain one, draws random numbers or keeps something elsewhere,
#: without a trace.
_TELLING = {"type", "id", "hasattr", "getattr", "dir", "vars", "eval", "exec", "compile"}
_TELLING |= {"globals", "locals", "attrgetter", "methodcaller", "is_", "is_not", "__import__"}
_TELLING |= {"tracer", "terms", "rounded", "constant", "hash", "open", "input", "singledispatch"}
_TELLING |= {"urandom", "getrandom", "SystemRandom", "Random", "default_rng", "uuid1", "uuid4"}
_TELLING |= {"seterr", "errstate", "setattr", "delattr", "Symbolic"}
#: Modules of the standard library that keep nothing and tell nothing of the kind of a number.
_KNOWN = {"abc", "bisect", "builtins", "collections", "copy", "dataclasses", "enum", "fractions"}
_KNOWN |= {"functools", "heapq", "itertools", "math", "numbers", "operator", "random", "re"}
_KNOWN |= {"statistics", "string", "types", "typing", "__future__", "contextlib", "textwrap"}
#: Special methods that are called by name and tell nothing.
_HARMLESS = {"__init__", "__call__", "__post_init__", "__name__", "__len__"}
_LIBRARIES = {"numpy", "scipy"}
_CONTAINERS: tuple[Any, ...] = (dict, list, tuple, set, frozenset, str, int, float, bytes)


class _Survey(pickle.Pickler):
    """Everything that a mechanism reaches beside its arguments, written down.

    What pickle writes by name, or by what a user's object says of itself, is written by its parts.
    """

    def __init__(self, mechanism: Mechanism[Any]) -> None:
        self.written = io.BytesIO()
        super().__init__(self.written, pickle.HIGHEST_PROTOCOL)
        #: The Python functions that may be called, those of this package and of libraries left out.
        self.functions: list[types.FunctionType] = []
        #: What nobody can look into.
        self.closed: list[str] = []
        self.dump((type(mechanism), vars(mechanism)))

    def reducer_override(self, thing: Any) -> Any:
        kind = type(thing)
        name = getattr(thing, "__qualname__", "") or kind.__qualname__
        if issubclass(kind, Symbolic):
            return str, ("a symbolic number that was kept",)
        if isinstance(thing, types.FunctionType):
            if _reviewed(str(thing.__globals__.get("__name__", ""))):
                return str, (name,)
            self.functions.append(thing)
            read = [one for _, one in _reads(thing) if not isinstance(one, types.ModuleType)]
            return str, (str(id(thing)),), (read, thing.__dict__)
        if isinstance(thing, type) and _reviewed(thing.__module__):
            return NotImplemented
        if isinstance(thing, type):
            own = [cls for cls in thing.__mro__ if not _reviewed(cls.__module__)]
            return str, (name,), [_parts_of_class(cls) for cls in own]
        if isinstance(thing, types.ModuleType):
            if not _reviewed(thing.__name__):
                self.closed.append(thing.__name__)
            return str, (thing.__name__,)
        if isinstance(thing, property):
            return str, (name,), (thing.fget, thing.fset, thing.fdel)
        if isinstance(thing, (staticmethod, classmethod)):
            return str, (name,), thing.__func__
        if isinstance(thing, types.MappingProxyType):
            return str, (name,), dict(thing)
        if isinstance(thing, functools._lru_cache_wrapper) and not of_package(thing):
            self.closed.append(f"the cache of {name}")
            return str, (name,), thing.__wrapped__
        if not _reviewed(kind.__module__):
            held = next(
                ([*_of(base, thing)] for base in _CONTAINERS if isinstance(thing, base)), []
            )
            return str, (name,), (kind, _slots(thing), held)
        if kind in copyreg.dispatch_table:
            return NotImplemented
        try:
            thing.__reduce_ex__(pickle.HIGHEST_PROTOCOL)
        except Exception:  # whatever an object raises that cannot be written
            if not of_package(kind):
                self.closed.append(name)
            return str, (str(id(thing)),), _slots(thing)
        return NotImplemented


def _reviewed(module: str) -> bool:
    """Whether a module is this package's, or a library's whose tests for kinds are known."""
    top = module.split(".")[0]
    return top in ("mechdesign", *_LIBRARIES) or top in sys.stdlib_module_names - {"__main__"}


def _of(base: Any, thing: Any) -> Iterator[Any]:
    """What a container holds, whatever its own class says."""
    if base is dict:
        yield from dict.items(thing)
    elif base in (int, float, bytes, str):
        yield base(thing) if base is not str else str.__str__(thing)
    else:
        yield from base.__iter__(thing)


def _slots(thing: Any) -> list[Any]:
    """The attributes of an object."""
    found = [dict(getattr(thing, "__dict__", {}))]
    for cls in type(thing).__mro__:
        for name, value in vars(cls).items():
            if isinstance(value, types.MemberDescriptorType) and not _reviewed(cls.__module__):
                try:
                    found.append({name: value.__get__(thing)})
                except AttributeError:  # not set
                    continue
    return found


def _parts_of_class(cls: type) -> dict[str, Any]:
    """What a class holds; what a decorator of the standard library wrote is not looked at."""
    parts = {}
    for name, value in vars(cls).items():
        written = isinstance(value, types.FunctionType) and value.__code__.co_filename == "<string>"
        special = name.startswith("__") and name.endswith("__")
        told = special and (written or not callable(_plain(value)))
        if not (told or name == "_abc_impl" or isinstance(value, types.MemberDescriptorType)):
            parts[name] = value
    return parts


def _plain(value: Any) -> Any:
    return value.__func__ if isinstance(value, (staticmethod, classmethod)) else value


def tells(mechanism: Mechanism[Any]) -> str:
    """Why the code may treat a symbolic number otherwise than a plain one; empty if it does not."""
    survey = _Survey(mechanism)
    if survey.closed:
        return f"{mechanism.name} uses {survey.closed[0]}, of which nobody can see what it keeps"
    for function in survey.functions:
        for name, value in _reads(function):  # whatever it is called there
            made = getattr(value, "__name__", "") if callable(value) else ""
            if _unknown(value) or (made in _TELLING and not of_package(value)):
                return f"{function.__name__} uses {name}, which may tell more than a report's value"
        for code in _codes(function.__code__):
            before = None
            for step in dis.get_instructions(code):
                named = str(step.argval)
                if step.opname.startswith(_NAMING) and (
                    _reveals(named) or (step.opname == "IMPORT_NAME" and _foreign(named))
                ):
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
    return special or name in _TELLING


def _unknown(value: Any) -> bool:
    """Whether a thing comes from a module that may keep or tell something."""
    if isinstance(value, types.ModuleType):
        return value.__name__ == "builtins" or _foreign(value.__name__)
    if not callable(value):
        value = type(value)
    if isinstance(value, (types.MethodType, types.BuiltinMethodType)):
        bound = value.__self__
        if bound is not None and not isinstance(bound, types.ModuleType):
            value = bound if isinstance(bound, type) else type(bound)
    return _foreign(getattr(value, "__module__", None) or "")


def _foreign(module: str) -> bool:
    """Whether a module is of the standard library, and none of those that are known."""
    top = str(module).split(".")[0]
    return top in sys.stdlib_module_names and top not in _KNOWN and top.lstrip("_") not in _KNOWN


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
    """What the code could keep between calls: globals, closures, defaults, attributes, classes.

    The shared random generators as well.
    """
    return [random_state(mechanism), _Survey(mechanism).written.getvalue()]


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
                yield from _named(name, function.__globals__[name], code.co_names)
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
        try:
            yield from _named(name, cell.cell_contents, function.__code__.co_names)
        except ValueError:  # not filled yet
            continue
    for k, value in enumerate(function.__defaults__ or ()):
        yield f"default {k}", value
    yield from (function.__kwdefaults__ or {}).items()


def _named(name: str, value: Any, names: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    """A value, and of a module those of its parts whose names the code knows."""
    yield name, value
    if isinstance(value, types.ModuleType) and not of_package(value) and name.count(".") < 4:
        for part in names:
            if part in vars(value):
                yield from _named(f"{name}.{part}", vars(value)[part], names)


def _may_draw(mechanism: Mechanism[Any]) -> bool:
    """Whether the code of a mechanism names a module of random numbers, or something of it."""
    for function in _Survey(mechanism).functions:
        if any("random" in code.co_names for code in _codes(function.__code__)):
            return True
        for _, value in _reads(function):
            maker = type(getattr(value, "__self__", None))
            if {getattr(value, "__module__", ""), maker.__module__} & _DRAWING:
                return True
    return False


_DRAWING = {"random", "numpy.random", "numpy.random.mtrand"}
