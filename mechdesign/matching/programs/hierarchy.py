"""The ladder of benchmarks and linear programs for one instance, side by side."""

from __future__ import annotations

import math
from typing import Any

from mechdesign.clock import now
from mechdesign.errors import LimitReachedError, require
from mechdesign.io import Table
from mechdesign.matching.exact.hindsight import best_non_adaptive, clairvoyant, offline
from mechdesign.matching.instances.graphs import Instance
from mechdesign.matching.programs.configurations import configuration
from mechdesign.matching.programs.programs import ProgramBound, fluid, ordered
from mechdesign.matching.programs.sequences import sequence
from mechdesign.model import Number, as_number
from mechdesign.records import dataclass

__all__ = ["Ladder", "Rung", "bounds"]

# Edges beyond which a program is left out; fluid and ordered ones have a way for any size.
_LARGE = {"sequence": 3000, "configuration": 3000}
# The order in which they are computed: the cheapest first.
_PROGRAMS = ("fluid", "ordered", "sequence", "configuration")
_UNLIMITED = ("fluid", "ordered")


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


def bounds(instance: Instance, *, time_limit: float | None = 60.0) -> Ladder:
    """Every benchmark and program that the size of the instance allows.

    Parameters
    ----------
    instance : Instance
        The exact dynamic programs are left out (None) where they would be too large.
    time_limit : float, optional
        Seconds for all of them.  The cheap programs come first; what is not reached is left out.

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
    require(instance, Instance, "instance")
    limit = None if time_limit is None else float(as_number(time_limit, "time_limit", low=0))
    end = math.inf if limit is None else now() + limit
    tasks: dict[str, tuple[Any, str]] = {
        "best non-adaptive": (best_non_adaptive, "a plan fixed in advance"),
        "clairvoyant": (clairvoyant, "knows the graph and the order"),
        "offline": (offline, "chooses the order as well"),
        "configuration": (configuration, "configuration program of Huang and Zhang"),
        "ordered": (ordered, "configurations ordered by arrival, true success probabilities"),
        "sequence": (sequence, "configurations in any order, true success probabilities"),
        "fluid": (fluid, "every attempt replaced by its expectation"),
    }
    rungs = {
        name: _rung(name, tasks[name], instance, end)
        for name in (*_PROGRAMS, *(name for name in tasks if name not in _PROGRAMS))
    }
    return Ladder(instance, tuple(rungs[name] for name in tasks))


def _rung(name: str, task: tuple[Any, str], instance: Instance, end: float) -> Rung:
    compute, what = task
    left = end - now()
    if left <= 0:
        return Rung(name, None, None, f"{what}; the time was over")
    if instance.edge_count > _LARGE.get(name, instance.edge_count):
        return Rung(name, None, None, f"{what}; too large to compute")
    try:
        found = (
            compute(instance)
            if name in _UNLIMITED
            else compute(instance, time_limit=None if left == math.inf else left)
        )
    except LimitReachedError as reached:
        late = "time_limit" in str(reached)
        reason = "the time was over" if late else "too large to compute"
        return Rung(name, None, None, f"{what}; {reason}")
    if isinstance(found, ProgramBound):
        return Rung(name, found.value, found.bound, found.warning or what)
    return Rung(name, found, found, what)


def _shown(value: Number | None) -> Any:
    return "" if value is None else value
