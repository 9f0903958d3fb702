"""A published figure beside the figure that this package computes."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any, Literal, TypeAlias

from mechdesign.model import Number, is_exact, parse_number, show
from mechdesign.records import dataclass

__all__ = ["Claim", "Finding", "Rounding", "Standing"]

Rounding: TypeAlias = Literal["exact", "nearest", "down", "up", "at least", "text"]
Standing: TypeAlias = Literal["published", "derived", "reconstruction"]


@dataclass(frozen=True)
class Claim:
    """A figure that somebody stated, and how to compute it from first principles.

    Parameters
    ----------
    id : str
        ``family.name``.
    what : str
        What the figure is.
    published : str or tuple of str
        As printed; a tuple where several figures belong together.
    compute : callable
        Computes the figure, or the tuple; exactly where that can be.
    source : str
        Where the figure, or the model that it is about, comes from.
    standing : {"published", "derived", "reconstruction"}
        Whether the source states the figure; or it was derived for the source's model or data; or
        what is behind it was reconstructed, so that agreement is no evidence about the source.
    rounding : str
        How the printed figure was rounded: ``exact`` (not at all), ``nearest``, ``down``, ``up``;
        ``at least`` where the source proves a lower bound that is not the best one; ``text`` for an
        order or a name.

    Examples
    --------
    >>> claim = Claim("demo.third", "a third", "0.333", lambda: Fraction(1, 3), "arithmetic",
    ...               rounding="nearest")
    >>> claim.check().agrees
    True
    """

    id: str
    what: str
    published: str | tuple[str, ...]
    compute: Callable[[], Any]
    source: str
    standing: Standing = "published"
    rounding: Rounding = "exact"

    @property
    def family(self) -> str:
        """The family that it is about."""
        return self.id.split(".")[0]

    def check(self) -> Finding:
        """Compute the figure and compare it."""
        computed = self.compute()
        if isinstance(self.published, str):
            differs = _difference(self.published, computed, self.rounding)
            agrees = _agrees(self.published, computed, self.rounding)
            return Finding(self, computed, agrees, differs)
        values = tuple(computed)
        pairs = list(zip(self.published, values, strict=True))
        gaps = tuple(_difference(text, value, self.rounding) for text, value in pairs)
        agrees = all(_agrees(text, value, self.rounding) for text, value in pairs)
        return Finding(self, values, agrees, gaps)


@dataclass(frozen=True)
class Finding:
    """What came out for a claim.

    Parameters
    ----------
    claim : Claim
        Which one.
    computed : number, str or tuple
        The figure computed here.
    agrees : bool
        Whether it is the published one, as far as that was printed.
    difference : number, None or tuple
        Computed minus published; None for text.
    """

    claim: Claim
    computed: Any
    agrees: bool
    difference: Any

    def say(self) -> str:
        """``yes``, or by how much the figures differ; a better bound says by how much."""
        if self.agrees and self.claim.rounding == "at least" and self.difference:
            return f"yes, above by {_decimal(self.difference)}"
        if self.agrees:
            return "yes"
        if self.claim.rounding == "text":
            return "NO"
        gaps = self.difference if isinstance(self.difference, tuple) else (self.difference,)
        return f"NO: differs by {', '.join(_decimal(gap) for gap in gaps)}"


def _agrees(text: str, computed: Any, rounding: Rounding) -> bool:
    if rounding == "text":
        return str(computed) == text
    gap = Fraction(computed) - parse_number(text, "published")
    unit = Fraction(1, 10 ** len(text.partition(".")[2])) if "/" not in text else Fraction(0)
    if rounding == "exact":
        return is_exact(computed) and not gap
    if rounding == "nearest":
        return abs(gap) <= unit / 2
    if rounding == "down":
        return 0 <= gap < unit
    if rounding == "up":
        return 0 <= -gap < unit
    return gap >= 0


def _difference(text: str, computed: Any, rounding: Rounding) -> Number | None:
    """Computed minus published, exactly: a float stands for its binary value."""
    if rounding == "text":
        return None
    return Fraction(computed) - parse_number(text, "published")


def _decimal(value: Any) -> str:
    return show(float(value), 3)
