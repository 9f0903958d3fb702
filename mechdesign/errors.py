"""The exceptions that the package raises, all below :class:`MechDesignError`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

__all__ = [
    "InfeasibleError",
    "InvalidInputError",
    "LimitReachedError",
    "MechDesignError",
    "PaymentsUndefinedError",
    "SolverError",
    "SolverUnavailableError",
    "UndecidedError",
]


class MechDesignError(Exception):
    """Base class of every error that the package raises on purpose."""


class InvalidInputError(MechDesignError, ValueError):
    """An argument does not satisfy its constraint.

    Parameters
    ----------
    parameter : str
        Name of the argument or field, as the caller wrote it.
    constraint : str
        What was demanded, worded to follow "must".
    value : object
        What was given.
    owner : str, optional
        The function, class or file that the parameter belongs to.

    Examples
    --------
    >>> raise InvalidInputError("capacity", "be an integer in [0, m=3]", 7, owner="AdInstance")
    Traceback (most recent call last):
    ...
    mechdesign.errors.InvalidInputError: `capacity` of AdInstance must be an integer in [0, m=3]; \
got 7
    """

    def __init__(
        self, parameter: str, constraint: str, value: object, *, owner: str | None = None
    ) -> None:
        self.parameter = parameter
        self.constraint = constraint
        self.value = value
        self.owner = owner
        place = f"`{parameter}` of {owner}" if owner else f"`{parameter}`"
        super().__init__(f"{place} must {constraint}; got {_short(value)}")

    def __reduce__(self) -> tuple[Any, ...]:
        # Exceptions pickle by their `args`, which hold only the message.
        return _rebuild_invalid, (self.parameter, self.constraint, self.value, self.owner)


class InfeasibleError(MechDesignError):
    """No outcome satisfies the constraints of the problem."""


class PaymentsUndefinedError(MechDesignError):
    """Payments were asked of an allocation rule that has no proof of truthfulness."""


class SolverError(MechDesignError):
    """A solver failed or answered something that could not be certified."""


class SolverUnavailableError(SolverError, ImportError):
    """A solver or an optional dependency is not installed.

    Parameters
    ----------
    package : str
        The distribution that is missing.
    extra : str
        The extra of ``mechdesign`` that brings it.
    purpose : str
        What needs it.
    """

    def __init__(self, package: str, extra: str, purpose: str) -> None:
        self.package = package
        self.extra = extra
        self.purpose = purpose
        super().__init__(
            f"{purpose} needs the package {package!r}: pip install 'mechdesign[{extra}]'"
        )

    def __reduce__(self) -> tuple[Any, ...]:
        return SolverUnavailableError, (self.package, self.extra, self.purpose)


class LimitReachedError(MechDesignError):
    """A time or size limit ended the work before there was an answer to return."""


class UndecidedError(MechDesignError):
    """A truth value was asked of a verdict that is UNKNOWN."""


def require(value: object, kind: type | tuple[type, ...], parameter: str) -> None:
    """Refuse an argument that is not of a class of the package."""
    if not isinstance(value, kind):
        kinds = kind if isinstance(kind, tuple) else (kind,)
        names = " or ".join(one.__name__ for one in kinds)
        raise InvalidInputError(parameter, f"be of class {names}", value)


def place_of(label: object, labels: Sequence[Any], parameter: str) -> int:
    """Where a label stands; one that is not there is refused with those that are."""
    try:
        return labels.index(label)
    except ValueError:
        known = list(labels[:8]) + (["..."] if len(labels) > 8 else [])
        raise InvalidInputError(parameter, f"be one of {known}", label) from None


def _rebuild_invalid(
    parameter: str, constraint: str, value: object, owner: str | None
) -> InvalidInputError:
    return InvalidInputError(parameter, constraint, value, owner=owner)


def _short(value: object, limit: int = 120) -> str:
    try:
        text = repr(value)
    except ValueError:  # Python does not write integers of more than 4,300 digits
        return "a number of too many digits"
    return text if len(text) <= limit else text[: limit - 3] + "..."
