"""Propositional clauses, decided by a SAT solver with cores and refutations."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from mechdesign.errors import SolverError, SolverUnavailableError

__all__ = ["ClauseSolver", "refutation", "small_core"]

Clause = tuple[int, ...]


class ClauseSolver:
    """A set of clauses that grows; literals are nonzero integers, negative for negation.

    Parameters
    ----------
    purpose : str
        What it is for, in the error where python-sat is missing.

    Raises
    ------
    SolverUnavailableError
        If python-sat is not installed.

    Examples
    --------
    >>> solver = ClauseSolver("an example")
    >>> solver.add((1, 2))
    >>> solver.add((-1,))
    >>> solver.solve(), solver.chosen
    (True, {2})
    """

    def __init__(self, purpose: str) -> None:
        self._solver = _engine(purpose, proof=False)

    def add(self, clause: Iterable[int]) -> None:
        """Demand that one of the literals is true."""
        self._solver.add_clause(list(clause))

    def solve(self, assumptions: Sequence[int] = ()) -> bool:
        """Whether the clauses can be satisfied with the assumed literals."""
        return bool(self._solver.solve(assumptions=list(assumptions)))

    @property
    def chosen(self) -> set[int]:
        """The variables that are true in the last solution."""
        return {literal for literal in self._solver.get_model() or () if literal > 0}

    @property
    def core(self) -> set[int]:
        """Assumed literals that together contradict the clauses, after an answer of False."""
        return set(self._solver.get_core() or ())


def small_core(clauses: Sequence[Clause], purpose: str) -> list[int]:
    """Positions of few clauses that contradict one another.

    Parameters
    ----------
    clauses : sequence of tuples of int
        Contradictory together.
    purpose : str
        As for :class:`ClauseSolver`.

    Returns
    -------
    list of int
        A core that is shrunk by solving it again until it stays as it is; usually not the smallest.

    Raises
    ------
    SolverError
        If the clauses are not contradictory.
    """
    kept = list(range(len(clauses)))
    top = max((abs(literal) for clause in clauses for literal in clause), default=0)
    while True:
        solver = ClauseSolver(purpose)
        selectors = {top + 1 + k: k for k in kept}
        for selector, k in selectors.items():
            solver.add((*clauses[k], -selector))
        if solver.solve(list(selectors)):
            raise SolverError("the clauses do not contradict one another")
        smaller = sorted(selectors[literal] for literal in solver.core)
        if len(smaller) >= len(kept):
            return smaller
        kept = smaller


def refutation(clauses: Sequence[Clause], purpose: str) -> list[Clause]:
    """A refutation of contradictory clauses: each line follows by unit propagation.

    Parameters
    ----------
    clauses : sequence of tuples of int
        Contradictory together.
    purpose : str
        As for :class:`ClauseSolver`.

    Returns
    -------
    list of tuples of int
        Derived clauses, the empty one last; deletions are left out.

    Raises
    ------
    SolverError
        If the clauses are not contradictory.
    """
    engine = _engine(purpose, proof=True)
    for clause in clauses:
        engine.add_clause(list(clause))
    if engine.solve():
        raise SolverError("the clauses do not contradict one another")
    lines = [line for line in engine.get_proof() or () if not line.startswith("d")]
    derived = [tuple(int(word) for word in line.split()[:-1]) for line in lines]
    if () not in derived:
        derived.append(())
    return derived


def _engine(purpose: str, *, proof: bool) -> Any:
    try:
        from pysat.solvers import Solver
    except ImportError:
        raise SolverUnavailableError("python-sat", "sat", purpose) from None
    return Solver(name="glucose4", with_proof=True) if proof else Solver(name="cadical153")
