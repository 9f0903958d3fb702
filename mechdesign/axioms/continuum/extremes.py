"""The largest value of something on all real reports, with the proof that nothing exceeds it."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field

from mechdesign.axioms.continuum.program import Program
from mechdesign.axioms.continuum.proof import PathProof
from mechdesign.axioms.continuum.search import Explored, Peak
from mechdesign.model import Number


@dataclass
class Extreme:
    """A largest value.

    Parameters
    ----------
    value : number
        Exact; infinite where there is no bound.
    peak : Peak or None
        Where it is attained or approached; None where nothing exceeds the start.
    proofs : list of PathProof
        That nothing exceeds it, where that was proved.
    reason : str
        Why it was not; then the value is a lower bound.
    """

    value: Number
    peak: Peak | None = None
    proofs: list[PathProof] = field(default_factory=list)
    reason: str = ""


def climb(
    start: Number,
    program: Callable[[Number], Program],
    value: Callable[[Peak], Number],
    explore: Callable[[Program], Explored],
) -> Extreme:
    """Raise a value until no profile exceeds it (Dinkelbach).

    Parameters
    ----------
    start : number
        A lower bound.
    program : callable
        What is violated where the value is exceeded.
    value : callable
        What a peak attains or approaches.
    explore : callable
        Follows the paths of a program.

    Notes
    -----
    Each step goes to a vertex of one of finitely many cells, so that it ends.
    """
    best = Extreme(start)
    while True:
        found = explore(program(best.value))
        if found.violations:
            top = max(found.peaks, key=value)
            best.value, best.peak = value(top), top
            if best.value == math.inf:
                return best
        elif found.reason:
            best.reason = found.reason
            return best
        else:
            best.proofs = found.proofs
            return best
