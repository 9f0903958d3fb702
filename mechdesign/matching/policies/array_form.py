"""Recipes: what the fast simulation needs to know about a policy, in arrays.

A policy without a recipe (a user's own function) is simulated arrival by arrival in Python.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import field
from typing import Any

import numpy as np

from mechdesign.errors import InvalidInputError
from mechdesign.matching.instances.graphs import Instance
from mechdesign.matching.policies import kernels
from mechdesign.model import as_number
from mechdesign.records import dataclass

#: Cells of a table for each unit of load.
CELLS = 1024
_MAX_LOAD = 40.0


@dataclass(frozen=True)
class Recipe:
    """The base class of recipes.

    Parameters
    ----------
    uniforms : bool
        Whether a run needs one uniform number for each arrival.
    """

    uniforms: bool = field(default=False, init=False)


@dataclass(frozen=True)
class Keys(Recipe):
    """Attempt the edge with the largest ``edge factor * vertex factor``.

    Parameters
    ----------
    edge_factors : array, shape (edges,)
        Nonnegative.
    start : str
        Factors of the vertices at the start of a run: ``constant``, minus a random ``rank``, or
        the ``perturbation`` 1 - exp(y - 1) of a uniform y.
    constant : array, shape (n,), optional
        The factors for ``constant``; 0 by default.
    mode : int
        How factors change, see :mod:`mechdesign.matching.policies.kernels`.
    wear : array, shape (edges,), optional
        What an attempt multiplies the factor with.
    table : array, optional
        The tabulated function.
    """

    edge_factors: Any
    start: str = "constant"
    constant: Any = None
    mode: int = kernels.FIXED
    wear: Any = None
    table: Any = None

    def starts(self, uniforms: Any) -> Any:
        """The vertex factors of every run, shape (runs, n), from uniform numbers of that shape."""
        if self.start == "rank":
            ranks = np.argsort(np.argsort(uniforms, axis=1, kind="stable"), axis=1, kind="stable")
            return -ranks.astype(np.float64)
        if self.start == "perturbation":
            return 1.0 - np.exp(uniforms - 1.0)
        if self.constant is None:
            return np.zeros(uniforms.shape)
        return np.tile(np.asarray(self.constant, dtype=np.float64), (len(uniforms), 1))


@dataclass(frozen=True)
class UniformChoice(Recipe):
    """Attempt an available neighbour uniformly at random."""

    uniforms: bool = field(default=True, init=False)


@dataclass(frozen=True)
class Fractional(Recipe):
    """Pour every arrival in pieces on the best discounted vertices, attempt that of one piece.

    Parameters
    ----------
    table : array
        The discount, tabulated.
    pieces : int
        How many.
    """

    table: Any
    pieces: int
    uniforms: bool = field(default=True, init=False)


@dataclass(frozen=True)
class SecondChoice(Recipe):
    """Follow a plan of first and second choices.

    Parameters
    ----------
    choices : array of int, shape (m, 2)
        Edges, -1 for none.
    """

    choices: Any
    uniforms: bool = field(default=True, init=False)


def tabulate(g: Callable[[float], float], instance: Instance, owner: str) -> Any:
    """A discount at the loads ``k / 1024``, up to the largest load that a vertex can get.

    Raises
    ------
    InvalidInputError
        If `g` gives anything but finite numbers.

    Examples
    --------
    >>> from mechdesign import matching
    >>> graph = matching.complete(1, 2, 0.5)
    >>> table = tabulate(lambda load: 1 / (1 + load), graph, "example")
    >>> float(table[CELLS])
    0.5
    """
    loads = np.bincount(instance.neighbours, weights=instance.p, minlength=1)
    # A load above 40 has probability exp(-40): whatever the discount is there does not matter.
    limit = min(float(loads.max()), _MAX_LOAD + max(instance.capacities, default=1))
    size = math.ceil(limit * CELLS) + 2
    return np.array(
        [
            float(as_number(g(cell / CELLS), f"g({cell / CELLS:g})", owner=owner))
            for cell in range(size)
        ]
    )


def plan_keys(instance: Instance, plan: Any) -> Keys:
    """The recipe of a plan: one edge for every arrival, the others worthless."""
    # Not a number is larger than nothing, whatever it is multiplied with.
    factors = np.full(instance.edge_count, np.nan)
    for t, u in enumerate(plan):
        if u is None:
            continue
        span = slice(int(instance.indptr[t]), int(instance.indptr[t + 1]))
        position = np.flatnonzero(instance.neighbours[span] == u)
        if not len(position):
            raise InvalidInputError("plan", f"be a neighbour of arrival {t} or None", u)
        factors[span.start + int(position[0])] = 1.0
    return Keys(factors, constant=np.ones(instance.n))
