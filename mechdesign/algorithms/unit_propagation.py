"""Checking a refutation of clauses by unit propagation, without any solver."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

__all__ = ["is_refutation"]

Clause = tuple[int, ...]


def is_refutation(clauses: Iterable[Clause], lines: Sequence[Clause]) -> bool:
    """Whether every line follows from what stands before it, and the last one is empty.

    A line follows by *reverse unit propagation*: with all its literals false, clauses that have one
    literal left force it, until some clause has none left.

    Parameters
    ----------
    clauses : iterable of tuples of int
        Literals are nonzero integers, negative for negation.
    lines : sequence of tuples of int
        The derivation.

    Returns
    -------
    bool
        True only for a complete and correct refutation.  O(lines x variables x total length).

    Examples
    --------
    >>> is_refutation([(1, 2), (1, -2), (-1, 2), (-1, -2)], [(1,), ()])
    True
    >>> is_refutation([(1, 2), (1, -2)], [(1,), ()])
    False
    """
    known = [frozenset(clause) for clause in clauses]
    for line in lines:
        if not _follows(known, line):
            return False
        known.append(frozenset(line))
    return bool(lines) and not lines[-1]


def _follows(known: Sequence[frozenset[int]], line: Clause) -> bool:
    """Whether the clauses contradict the negation of a line by unit propagation."""
    true = {-literal for literal in line}
    if any(-literal in true for literal in true):
        return True  # the line says "this or not this"
    moved = True
    while moved:
        moved = False
        for clause in known:
            if clause & true:
                continue
            open_literals = [literal for literal in clause if -literal not in true]
            if not open_literals:
                return True
            if len(open_literals) == 1:
                true.add(open_literals[0])
                moved = True
    return False
