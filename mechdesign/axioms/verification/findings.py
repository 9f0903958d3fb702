"""What verifying finds: confirmed, refused with the reason, or not verified with the reason."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, runtime_checkable

from mechdesign.errors import InvalidInputError, LimitReachedError, MechDesignError
from mechdesign.model import is_exact
from mechdesign.records import dataclass

__all__ = ["Finding", "VerifiesItself"]

CONFIRMED, REFUSED, OPEN = "confirmed", "NOT confirmed", "not verified"


@dataclass(frozen=True)
class Finding:
    """What verifying one claim of a document found.

    Parameters
    ----------
    mechanism, axiom : str
        What the claim is about.
    answer : {"confirmed", "NOT confirmed", "not verified"}
        Whether it stands, does not, or could not be decided.
    reason : str
        What was recomputed, what differs, or what could not be verified.
    """

    mechanism: str
    axiom: str
    answer: str
    reason: str


@runtime_checkable
class VerifiesItself(Protocol):
    """A document that decides by plain code of its own, in exact numbers, whether it is true."""

    def verify(self) -> Finding:
        """Whether it stands."""


class WrongTypeError(InvalidInputError):
    """A field of the document is of another type."""


class Refused(Exception):  # noqa: N818 - control flow: a claim that does not stand, with the reason
    """The claim is false, or is not what was recomputed."""


class Open(Exception):  # noqa: N818 - control flow: a claim that cannot be decided here
    """The claim cannot be decided here."""


def found(mechanism: str, axiom: str, decide: Callable[[], str]) -> Finding:
    """Run a verification; what it returns is what was confirmed."""
    try:
        return Finding(mechanism, axiom, CONFIRMED, decide())
    except WrongTypeError:
        raise
    except (Open, LimitReachedError) as reason:
        return Finding(mechanism, axiom, OPEN, str(reason))
    except (Refused, MechDesignError) as reason:
        return Finding(mechanism, axiom, REFUSED, str(reason))
    except Exception as error:  # whatever code meets where a document has values of other types
        told = f"hold values that its setting can read ({type(error).__name__}: {error})"
        raise InvalidInputError("file", told[:200], axiom) from error


def must(holds: object, reason: str) -> None:
    """Refuse the claim unless something holds."""
    if not holds:
        raise Refused(reason)


def exceeds(gap: Any, tolerance: float) -> bool:
    """Whether a gap is a violation: positive if exact, above the tolerance if not."""
    if gap != gap:
        raise Open("a utility is not a number")
    return bool(gap > (0 if is_exact(gap) else tolerance))


def agree(told: Any, recomputed: Any, tolerance: float = 0.0) -> bool:
    """Whether two plain documents say the same, floats within the tolerance."""
    if isinstance(told, dict) and isinstance(recomputed, dict):
        return told.keys() == recomputed.keys() and all(
            agree(told[key], recomputed[key], tolerance) for key in told
        )
    if isinstance(told, list) and isinstance(recomputed, list):
        pairs = zip(told, recomputed, strict=False)
        return len(told) == len(recomputed) and all(agree(x, y, tolerance) for x, y in pairs)
    if isinstance(told, float) and isinstance(recomputed, float):
        return abs(told - recomputed) <= max(tolerance, 1e-12 * abs(recomputed))
    return type(told) is type(recomputed) and bool(told == recomputed)
