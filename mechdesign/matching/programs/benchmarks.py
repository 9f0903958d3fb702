"""Benchmarks by name, for ratios that say what they are relative to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mechdesign.errors import InvalidInputError
from mechdesign.matching.exact.hindsight import best_non_adaptive, clairvoyant, offline, omniscient
from mechdesign.matching.instances.graphs import Instance
from mechdesign.matching.programs.configurations import configuration
from mechdesign.matching.programs.programs import ProgramBound, fluid, ordered
from mechdesign.matching.programs.sequences import sequence
from mechdesign.model import Number, as_number, is_exact, show
from mechdesign.records import dataclass

__all__ = ["BENCHMARKS", "Benchmark", "benchmark_value"]

_PROGRAMS: dict[str, Callable[[Instance], ProgramBound]] = {
    "fluid": fluid,
    "ordered": ordered,
    "sequence": sequence,
    "configuration": configuration,
}
_VALUES: dict[str, Callable[[Instance], Number]] = {
    "clairvoyant": clairvoyant,
    "offline": offline,
    "best_non_adaptive": best_non_adaptive,
    "omniscient": omniscient,
}
#: The names of the benchmarks.
BENCHMARKS = (*_PROGRAMS, *_VALUES)


@dataclass(frozen=True)
class Benchmark:
    """A value that rewards are compared with.

    Parameters
    ----------
    name : str
        Ratios to different benchmarks are not comparable, so it is printed with every ratio.
    value : number
        Of the benchmark.
    bound : number
        A proved upper bound on it, the denominator of ratios; equal to `value` where that is exact.
    warning : str
        What a ratio to it must not be taken for.
    """

    name: str
    value: Number
    bound: Number
    warning: str = ""

    def note(self) -> str:
        """The value in a sentence, for tables."""
        text = f"{self.name} = {show(self.bound)}"
        if self.bound != self.value:
            text = f"{self.name} <= {show(self.bound)} (certified, at least {show(self.value)})"
        return f"{text}; {self.warning}" if self.warning else text

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON; exact values also as text."""
        data: dict[str, Any] = {
            "name": self.name,
            "value": float(self.value),
            "bound": float(self.bound),
            "warning": self.warning,
        }
        if is_exact(self.value):
            data["exact"] = str(self.value)
        return data

    def __repr__(self) -> str:
        return f"<{self.name} benchmark: {show(self.bound)}>"


def benchmark_value(
    instance: Instance, benchmark: str | Number | Benchmark | None
) -> Benchmark | None:
    """A benchmark of an instance by name.

    Parameters
    ----------
    instance : Instance
        The graph.
    benchmark : str, number, Benchmark or None
        A name out of :data:`BENCHMARKS`, a positive number of one's own, or None.

    Raises
    ------
    InvalidInputError
        If the name is not known or the number not positive.
    LimitReachedError
        If the instance is too large for an exact benchmark.

    Examples
    --------
    >>> from mechdesign import matching
    >>> from fractions import Fraction
    >>> benchmark_value(matching.complete(1, 2, Fraction(1, 2)), "clairvoyant")
    <clairvoyant benchmark: 3/4>
    """
    if benchmark is None or isinstance(benchmark, Benchmark):
        return benchmark
    if not isinstance(benchmark, str):
        value = as_number(benchmark, "benchmark")
        if value <= 0:
            raise InvalidInputError("benchmark", "be positive", benchmark)
        return Benchmark("the number given", value, value)
    name = benchmark.replace(" ", "_").replace("-", "_")
    if name in _PROGRAMS:
        found = _PROGRAMS[name](instance)
        return Benchmark(name, found.value, found.bound, found.warning)
    if name in _VALUES:
        exact = _VALUES[name](instance)
        return Benchmark(name, exact, exact)
    raise InvalidInputError("benchmark", f"be one of {', '.join(BENCHMARKS)}", benchmark)
