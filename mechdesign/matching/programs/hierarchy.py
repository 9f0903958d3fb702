"""The ladder of benchmarks and linear programs for one instance, side by side."""

from __future__ import annotations

from typing import Any

from mechdesign.errors import LimitReachedError
from mechdesign.io import Table
from mechdesign.matching.exact.hindsight import best_non_adaptive, clairvoyant, offline
from mechdesign.matching.instances.graphs import Instance
from mechdesign.matching.programs.configurations import configuration
from mechdesign.matching.programs.programs import fluid, ordered, sequence
from mechdesign.model import Number
from mechdesign.records import dataclass

__all__ = ["Ladder", "Rung", "bounds"]

# Edges beyond which a program is left out; fluid and ordered ones have a way for any size.
_LARGE = {"sequence": 3000, "configuration": 3000}


@dataclass(frozen=True)
class Rung:
    """One value of the ladder.

    Parameters
    ----------
    name : str
        ``clairvoyant``, ``fluid`` ...
    value : number or None
        None where the instance is too large for it.
    bound : number or None
        A proved upper bound, equal to `value` where that is exact.
    what : str
        What it is, in words.
    """

    name: str
    value: Number | None
    bound: Number | None
    what: str


@dataclass(frozen=True)
class Ladder:
    """All values for one instance.

    Parameters
    ----------
    instance : Instance
        The instance.
    rungs : tuple of Rung
        In increasing order where an order is proved.
    """

    instance: Instance
    rungs: tuple[Rung, ...]

    def __getitem__(self, name: str) -> Number | None:
        """The value of a rung, None where it was not computed."""
        return next(rung.value for rung in self.rungs if rung.name == name)

    def table(self) -> Table:
        """One row for each value."""
        rows = [
            [rung.name, _shown(rung.value), _shown(rung.bound), rung.what] for rung in self.rungs
        ]
        notes = [
            "clairvoyant <= ordered <= sequence <= fluid; clairvoyant <= offline <= sequence; "
            "configuration <= fluid, and it bounds no benchmark unless it says so"
        ]
        return Table(["benchmark", "value", "proved bound", "what it is"], rows, notes=notes)

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return self.table().to_dict()

    def __repr__(self) -> str:
        return self.table().to_text()

    def _repr_html_(self) -> str:
        return self.table().to_html()


def bounds(instance: Instance) -> Ladder:
    """Every benchmark and program that the size of the instance allows.

    Parameters
    ----------
    instance : Instance
        The exact dynamic programs are left out (None) where they would be too large.

    Returns
    -------
    Ladder
        The values satisfy ``best non-adaptive <= clairvoyant <= ordered <= sequence <= fluid``,
        ``clairvoyant <= offline <= sequence`` and ``configuration <= fluid``.

    Examples
    --------
    >>> from fractions import Fraction
    >>> from mechdesign import matching
    >>> ladder = bounds(matching.upper_triangular(2, 2))
    >>> ladder["clairvoyant"], ladder["sequence"], ladder["fluid"]
    (Fraction(25, 16), Fraction(27, 16), Fraction(2, 1))
    """
    rungs = [
        _small("best non-adaptive", best_non_adaptive, instance, "a plan fixed in advance"),
        _small("clairvoyant", clairvoyant, instance, "knows the graph and the order"),
        _small("offline", offline, instance, "chooses the order as well"),
    ]
    programs: list[tuple[str, Any, str]] = [
        ("configuration", configuration, "configuration program of Huang and Zhang"),
        ("ordered", ordered, "configurations ordered by arrival, true success probabilities"),
        ("sequence", sequence, "configurations in any order, true success probabilities"),
        ("fluid", fluid, "every attempt replaced by its expectation"),
    ]
    for name, program, what in programs:
        if instance.edge_count > _LARGE.get(name, instance.edge_count):
            rungs.append(Rung(name, None, None, f"{what}; too large to compute"))
            continue
        found = program(instance)
        rungs.append(Rung(name, found.value, found.bound, found.warning or what))
    return Ladder(instance, tuple(rungs))


def _small(name: str, benchmark: Any, instance: Instance, what: str) -> Rung:
    try:
        value: Number = benchmark(instance)
    except LimitReachedError:
        return Rung(name, None, None, f"{what}; too large to compute")
    return Rung(name, value, value, what)


def _shown(value: Number | None) -> Any:
    return "" if value is None else value
