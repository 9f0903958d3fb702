"""Frozen dataclasses that are made in less time, for what every import defines.

The standard decorator compiles six functions for each class, which is half of the time that
importing a family takes.  Here all classes share five of them, and the constructor is compiled
when it is first asked for.
"""

from __future__ import annotations

import collections.abc
import copy
import dataclasses
import functools
import inspect
import sys
from collections.abc import Iterable, Mapping, Sized
from operator import attrgetter
from reprlib import recursive_repr
from types import FunctionType, UnionType
from typing import TYPE_CHECKING, Any, Literal, TypeVar, Union, get_args, get_origin

from mechdesign.errors import InvalidInputError

__all__ = ["Guarded", "Shown", "dataclass", "guard_methods", "require_annotated"]

T = TypeVar("T")


@recursive_repr()
def _repr(self: Any) -> str:
    told = (f"{f.name}={getattr(self, f.name)!r}" for f in dataclasses.fields(self) if f.repr)
    return f"{type(self).__qualname__}({', '.join(told)})"


def ten_lines(text: str) -> str:
    """A text as a session shows it: at most ten lines, none of more than 500 letters."""
    lines = [line if len(line) <= 500 else f"{line[:490]} ..." for line in text.split("\n")]
    if len(lines) > 10:
        lines[9:] = [f"... ({len(lines) - 9} more lines: print it)"]
    return "\n".join(lines)


class Shown:
    """A result in a notebook: its table where it has one, else its text."""

    def _repr_html_(self) -> str:
        import html

        table = getattr(self, "table", None)
        if table is not None:
            text: str = table().to_html()
            return text
        return f"<pre>{html.escape(str(self))}</pre>"


def _show(cls: Any, own: dict[str, Any]) -> None:
    """Let a result be printed whole, and shown in ten lines or as HTML."""
    full = own.get("__repr__")
    if full is None:
        return
    if "__str__" not in own:
        cls.__str__ = full
    cls.__repr__ = lambda self: ten_lines(full(self))
    if not hasattr(cls, "_repr_html_"):
        cls._repr_html_ = Shown._repr_html_


def _is_result(cls: Any) -> bool:
    return any(callable(getattr(cls, name, None)) for name in ("table", "to_dict"))


def _same(a: Any, b: Any) -> bool:
    """Whether two values are equal, arrays element by element."""
    if hasattr(a, "dtype") or hasattr(b, "dtype"):
        import numpy as np

        return np.array_equal(a, b)
    if isinstance(a, (tuple, list)) and type(a) is type(b):
        return len(a) == len(b) and all(map(_same, a, b))
    return bool(a == b)


def _tuple_of(names: list[str]) -> Any:
    """A function of an object that gives the tuple of these attributes."""
    if len(names) == 1:
        get = attrgetter(names[0])
        return lambda self: (get(self),)
    return attrgetter(*names) if names else lambda self: ()


def _set(self: Any, name: str, value: object) -> None:
    kind = type(self)
    if "__dataclass_fields__" in vars(kind) or name in kind.__dataclass_fields__:
        raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")
    object.__setattr__(self, name, value)


def _delete(self: Any, name: str) -> None:
    kind = type(self)
    if "__dataclass_fields__" in vars(kind) or name in kind.__dataclass_fields__:
        raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")
    object.__delattr__(self, name)


def _freeze(cls: Any) -> None:
    """Collect the fields of a class and let nobody set them, without compiling anything."""
    key = "__dataclass_params__"
    bases = [vars(base)[key] for base in cls.__mro__[1:] if key in vars(base)]
    for parameters in bases:  # a frozen class derives from frozen ones only, and this is not yet
        parameters.frozen = False
    dataclasses.dataclass(init=False, repr=False, eq=False)(cls)
    for parameters in [*bases, vars(cls)[key]]:
        parameters.frozen = True
    cls.__setattr__, cls.__delattr__ = _set, _delete


def _check_of(cls: Any) -> Any:
    """What refuses foreign objects in a record without checks of its own; None for a result."""
    names = vars(sys.modules[cls.__module__])
    kinds = {f.name: kind for f in dataclasses.fields(cls) if (kind := _class_of(f.type, names))}
    if _is_result(cls) or not kinds:
        return None
    checked = tuple(kinds.items())

    def check(self: Any) -> None:
        for name, kind in checked:
            value = getattr(self, name)
            if not isinstance(value, kind):
                wanted = f"be of class {kind.__name__}"
                raise InvalidInputError(name, wanted, value, owner=cls.__name__)

    return check


def _class_of(annotation: Any, names: dict[str, Any]) -> type | None:
    """The class of the package, or tuple, that an annotation names; None for any other."""
    known = _known(annotation, names)
    kind = get_origin(known) or known
    ours = isinstance(kind, type) and kind.__module__.startswith("mechdesign")
    return kind if (ours and not getattr(kind, "_is_protocol", False)) or kind is tuple else None


def _constructor_of(cls: Any) -> Any:
    """The ``__init__`` that the standard decorator makes."""
    fields = [(f.name, f.type, copy.copy(f)) for f in dataclasses.fields(cls)]
    own = {"__module__": cls.__module__, "__qualname__": cls.__qualname__}
    check = getattr(cls, "__post_init__", None) or _check_of(cls)
    if check:
        own["__post_init__"] = cls.__post_init__ = check
    made = dataclasses.make_dataclass(
        cls.__name__, fields, namespace=own, frozen=True, repr=False, eq=False
    )
    return vars(made)["__init__"]


class _Constructor:
    """Stands where ``__init__`` does until it is asked for."""

    def __init__(self, cls: type) -> None:
        self.cls: Any = cls

    def __get__(self, made: object, owner: type | None = None) -> Any:
        if vars(self.cls)["__init__"] is self:
            self.cls.__init__ = _constructor_of(self.cls)
        return vars(self.cls)["__init__"].__get__(made, owner)


#: What a value of another kind ends in, wherever it is met.
_FOREIGN = (AttributeError, IndexError, KeyError, TypeError, ValueError)


def _guarded(cls: Any, build: Any) -> Any:
    """What builds a record, which names the value of another kind that it fails on."""

    @functools.wraps(build)
    def guarded(self: Any, *args: Any, **named: Any) -> None:
        try:
            build(self, *args, **named)
        except _FOREIGN as error:
            if isinstance(error, InvalidInputError):
                raise
            if build.__name__ == "__init__":
                values = inspect.signature(build).bind(self, *args, **named).arguments
                told = build.__annotations__
            else:
                values, told = vars(self), {f.name: f.type for f in dataclasses.fields(cls)}
            refused = _refusal(error, values, told, cls, cls.__name__)
            if refused is None:
                raise
            raise refused from error

    return guarded


def _refusal(
    error: Exception, values: Mapping[str, Any], told: Mapping[str, Any], cls: Any, owner: str
) -> InvalidInputError | None:
    """The error that names the value at fault among some; None if it is none of them."""
    refused = _misfitting(values, told, cls, owner)
    if refused is not None:
        return refused
    names = vars(sys.modules[cls.__module__])
    # What is annotated with Any is left, and the error says what is wrong with it.
    left = {
        k: v
        for k, v in values.items()
        if k != "self" and _known(told.get(k, "Any"), names) in (None, object)
    }
    return _undescribed(error, left, owner) if left else None


def _misfitting(
    values: Mapping[str, Any], told: Mapping[str, Any], cls: Any, owner: str
) -> InvalidInputError | None:
    """The error that names the value whose annotation is another one; None if there is none."""
    names = vars(sys.modules[cls.__module__])
    for name, value in values.items():
        wanted = _misfit(value, told.get(name, "Any"), names)
        if wanted:
            return InvalidInputError(name, f"be {wanted}", value, owner=owner)
    return None


def _undescribed(error: Exception, values: Mapping[str, Any], owner: str) -> InvalidInputError:
    """The error that names all values that may be at fault."""
    shown = next(iter(values.values())) if len(values) == 1 else [*values.values()]
    looked_up = isinstance(error, (IndexError, KeyError))
    what = f"be known ({error})" if looked_up else f"be as the class describes ({error})"
    return InvalidInputError(", ".join(values), what, shown, owner=owner)


def guard_methods(cls: Any, *, run_users_code: bool = False) -> Any:
    """Let the public methods of a class name the argument of another kind that they fail on.

    A call that succeeds costs one more frame: the arguments are looked at when it fails.  Where the
    methods run a function of the user's, they answer for arguments of the wrong class only.
    """
    for name, member in list(vars(cls).items()):
        kind = type(member) if isinstance(member, (classmethod, staticmethod)) else None
        method = member.__func__ if kind else member
        plain = isinstance(method, FunctionType) and not name.startswith("_")
        if plain and not (method.__dict__.keys() & {"_guards", "__isabstractmethod__"}):
            guarded = _method(cls, method, run_users_code)
            setattr(cls, name, kind(guarded) if kind else guarded)
    return cls


class Guarded:
    """A base of classes whose methods run functions of users; see :func:`guard_methods`."""

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if cls.__module__.startswith("mechdesign."):
            guard_methods(cls, run_users_code=True)


def _method(cls: Any, method: Any, run_users_code: bool) -> Any:
    """A method that explains its failures; doctests find it in the module of the method."""

    def explained(error: Exception, args: Any, named: Any) -> InvalidInputError | None:
        if type(error).__module__.startswith("mechdesign"):
            return None
        try:
            values = inspect.signature(method).bind(*args, **named).arguments
        except TypeError:
            return None
        mine = {k: v for k, v in values.items() if k not in ("self", "cls")}
        owner = f"{cls.__name__}.{method.__name__}"
        told = method.__annotations__
        if run_users_code:
            return _misfitting(mine, told, cls, owner)
        # A problem of another family is of the right class, too.
        refused = _refusal(error, mine, told, cls, owner)
        return refused or (_undescribed(error, mine, owner) if mine else None)

    def guarded(*args: Any, **named: Any) -> Any:
        try:
            return method(*args, **named)
        except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
            refused = explained(error, args, named)
            if refused is None:
                raise
            raise refused from error

    def iterated(*args: Any, **named: Any) -> Any:
        try:
            yield from method(*args, **named)
        except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
            refused = explained(error, args, named)
            if refused is None:
                raise
            raise refused from error

    form = iterated if inspect.isgeneratorfunction(method) else guarded
    made = FunctionType(form.__code__, method.__globals__, method.__name__, None, form.__closure__)
    functools.update_wrapper(made, method)
    made.__dict__["_guards"] = True
    return made


def _known(annotation: Any, names: dict[str, Any]) -> Any:
    """What an annotation stands for; None for Any and what type checkers alone import."""
    if isinstance(annotation, str):
        try:
            annotation = eval(annotation, {**vars(collections.abc), **names})
        except NameError:
            return None
    return None if annotation is Any else type(None) if annotation is None else annotation


@functools.cache
def _annotations(cls: Any) -> dict[str, tuple[Any, dict[str, Any]]]:
    """What the annotations of the fields of a record stand for, and the names beside them."""
    told = {}
    for field in dataclasses.fields(cls):
        home = next(
            one for one in cls.__mro__ if field.name in vars(one).get("__annotations__", ())
        )
        names = vars(sys.modules[home.__module__])
        told[field.name] = (_known(field.type, names) or Any, names)
    return told


def require_annotated(record: Any, fields: Iterable[str], owner: str) -> None:
    """Refuse a record that a document gave where these fields are not as they are annotated."""
    kind: Any = type(record)
    annotations = _annotations(kind)
    for field in fields:
        value = getattr(record, field)
        wanted = _misfit(value, *annotations[field], strict=True)
        if wanted:
            raise InvalidInputError(field, f"be {wanted}", value, owner=owner)


def _misfit(value: object, annotation: Any, names: dict[str, Any], strict: bool = False) -> str:
    """What a value had to be by its annotation; empty where it is that, or nobody can say.

    A list passes for a tuple, and True for 1, unless `strict`.
    """
    annotation = _known(annotation, names) or Any
    origin, parts = get_origin(annotation), get_args(annotation)
    if origin in (Union, UnionType):
        found = [_misfit(value, part, names, strict) for part in parts]
        return "" if not all(found) else " or ".join(dict.fromkeys(found))
    if origin is Literal:
        known = any(type(value) is type(part) and value == part for part in parts)
        return "" if known else f"one of {list(parts)}"
    if annotation is type(None):
        return "" if value is None else "None"
    kind = origin or annotation
    if not isinstance(kind, type) or kind is object:
        return ""
    if kind in (int, float):
        if strict and isinstance(value, bool):
            return "a number"
        nan = isinstance(value, float) and value != value
        number = hasattr(value, "__float__") and not isinstance(value, type) and not nan
        whole = kind is float or (hasattr(value, "__index__") and not getattr(value, "shape", ()))
        return "" if number and whole else "a number" if kind is float else "a whole number"
    if kind.__name__ == "Hashable":
        try:
            hash(value)
        except TypeError:
            return "hashable"
        return ""
    if kind.__name__ == "Callable":
        return "" if callable(value) else "callable"
    plain = kind.__module__ in ("builtins", "collections.abc")
    if plain and kind is not str and issubclass(kind, Iterable):
        if issubclass(kind, Mapping):
            return "" if isinstance(value, Mapping) else "a mapping"
        if isinstance(value, (str, bytes, Mapping)) or not isinstance(value, Iterable):
            return "a sequence"
        if strict and kind is tuple and not isinstance(value, tuple):
            return "a tuple"
        if not isinstance(value, Sized):
            return ""
        if kind is tuple and parts and parts[-1] is not ...:
            if len(value) != len(parts):
                return f"{len(parts)} values"
            pairs = list(zip(value, parts, strict=True))
        else:
            pairs = [(one, parts[0]) for one in value] if parts else []
        found = [wanted for one, part in pairs if (wanted := _misfit(one, part, names, strict))]
        return f"a sequence, each of it {found[0]}" if found else ""
    if kind.__module__.split(".")[0] not in ("mechdesign", "builtins", "fractions", "numpy"):
        return ""
    try:
        return "" if isinstance(value, kind) else f"of class {kind.__name__}"
    except TypeError:  # a protocol that cannot be asked
        return ""


if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass
else:

    def dataclass(*, frozen: Literal[True], eq: bool = True, repr: bool = True) -> Any:
        """Make a frozen dataclass, as :func:`dataclasses.dataclass` does."""

        def decorate(cls: type[T]) -> type[T]:
            own = dict(cls.__dict__)
            for build in ("__init__", "__post_init__"):
                if build in own:
                    setattr(cls, build, _guarded(cls, own[build]))
            _freeze(cls)
            if "__init__" not in own:
                cls.__init__ = _Constructor(cls)
            if repr and "__repr__" not in own:
                cls.__repr__ = _repr
            if _is_result(cls):
                if "__repr__" not in own and "__str__" in own and not repr:
                    own["__repr__"] = own["__str__"]
                _show(cls, {"__repr__": cls.__repr__, **own} if repr else own)
            if eq:
                fields = dataclasses.fields(cls)
                compared = _tuple_of([f.name for f in fields if f.compare])
                hashed = _tuple_of(
                    [f.name for f in fields if (f.compare if f.hash is None else f.hash)]
                )

                def equal(self: object, other: object) -> Any:
                    if other.__class__ is self.__class__:
                        mine, yours = compared(self), compared(other)
                        try:
                            return mine == yours
                        except ValueError:  # an array in it
                            return _same(mine, yours)
                    return NotImplemented

                if "__eq__" not in own:
                    cls.__eq__ = equal
                if own.get("__hash__") is None:
                    cls.__hash__ = lambda self: hash(hashed(self))
            for base in cls.__mro__:
                if base.__module__.startswith("mechdesign."):
                    guard_methods(base)
            return cls

        return decorate
