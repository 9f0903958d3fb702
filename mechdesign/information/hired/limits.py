"""What contracts approach when payments may be as large as they like."""

from __future__ import annotations

from mechdesign.information.hired.hiring import _Program
from mechdesign.information.hired.settings import AcquisitionData
from mechdesign.model import Number, Problem, tidy
from mechdesign.records import dataclass

__all__ = ["ContractLimit", "contract_limit"]


@dataclass(frozen=True)
class ContractLimit:
    """The supremum of what contracts are worth, over all caps.

    Parameters
    ----------
    value : number
        No contract under any cap is worth more.
    proved : bool
        Whether contracts come as close to it as one likes.
    certified : bool
        Whether the value is exact.
    """

    value: Number
    proved: bool
    certified: bool


def contract_limit(problem: Problem) -> ContractLimit:
    """What the best contract is worth in the limit of ever larger caps.

    Without a cap the best contract need not exist: it would pay ever more where it recommends ever
    more rarely.  The program without the cap has payments where nothing is recommended, and bounds
    all contracts.  It is reached in the limit if some contract recommends every profile of efforts
    (a mixture with it pays only where it recommends), which a second program decides.

    Parameters
    ----------
    problem : Problem
        Of :func:`acquisition`.

    Notes
    -----
    Two programs of the size of :func:`acquisition_optimal`'s.

    Examples
    --------
    The second of two agents who see the same signal is an ever rarer double check:

    >>> from fractions import Fraction
    >>> from mechdesign.information import binary_hiring
    >>> problem = binary_hiring(Fraction(7, 10), [Fraction(1, 20)] * 2, common=True)
    >>> contract_limit(problem)
    ContractLimit(value=Fraction(3, 5), proved=True, certified=True)
    """
    data: AcquisitionData = problem.data
    everything = list(data.effort_profiles())
    best = _Program(problem, None, everything).program.maximise()
    full = _Program(problem, None, everything, least=True).program.maximise()
    reached = full.value > (0 if full.exact else 1e-9)
    return ContractLimit(tidy(best.value), reached, best.exact and full.exact)
