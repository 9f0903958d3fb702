"""Frozen dataclasses that are made in less time, for what every import defines.

The standard decorator compiles six functions for each class, which is a third of the time that
importing a family takes; here half of them are shared by all classes.
"""

from __future__ import annotations

import dataclasses
from operator import attrgetter
from reprlib import recursive_repr
from typing import TYPE_CHECKING, Any, TypeVar

__all__ = ["dataclass"]

T = TypeVar("T")


@recursive_repr()
def _repr(self: Any) -> str:
    told = (f"{f.name}={getattr(self, f.name)!r}" for f in dataclasses.fields(self) if f.repr)
    return f"{type(self).__qualname__}({', '.join(told)})"


def _tuple_of(names: list[str]) -> Any:
    """A function of an object that gives the tuple of these attributes."""
    if len(names) == 1:
        get = attrgetter(names[0])
        return lambda self: (get(self),)
    return attrgetter(*names) if names else lambda self: ()


if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass
else:

    def dataclass(*, frozen: bool, eq: bool = True, repr: bool = True) -> Any:
        """Make a frozen dataclass, as :func:`dataclasses.dataclass` does."""

        def decorate(cls: type[T]) -> type[T]:
            own = dict(cls.__dict__)
            dataclasses.dataclass(frozen=frozen, repr=False, eq=False)(cls)
            if repr and "__repr__" not in own:
                cls.__repr__ = _repr
            if eq:
                fields = dataclasses.fields(cls)
                compared = _tuple_of([f.name for f in fields if f.compare])
                hashed = _tuple_of(
                    [f.name for f in fields if (f.compare if f.hash is None else f.hash)]
                )

                def equal(self: Any, other: object) -> Any:
                    if other.__class__ is self.__class__:
                        return compared(self) == compared(other)
                    return NotImplemented

                if "__eq__" not in own:
                    cls.__eq__ = equal
                if own.get("__hash__") is None:
                    cls.__hash__ = lambda self: hash(hashed(self))
            return cls

        return decorate
