"""Weights of several objectives: which of them make a point optimal, and how to move them."""

from __future__ import annotations

import math
from collections.abc import Sequence

from mechdesign.errors import InvalidInputError
from mechdesign.model import Number, all_exact, as_list, as_number, as_numbers
from mechdesign.solvers.linear.polytopes import Polytope

__all__ = ["agreement_weights", "supporting_weights", "volume_factor"]


def supporting_weights(points: object) -> list[tuple[Number, ...] | None]:
    """For each point the weights under which no other has a larger sum; None if there are none.

    Parameters
    ----------
    points : sequence of n points, shape (n, d)
        Larger is better in each of d objectives.

    Returns
    -------
    list of tuples of d numbers
        Weights that sum to 1, those with the largest margin to the other points; exact for exact
        points.  A point that no other dominates may have none: no sum of objectives finds it.

    Notes
    -----
    One linear program of d + 1 variables and n rows for each point.

    Examples
    --------
    The middle of a front that bends inwards is not reached by any weights:

    >>> supporting_weights([(0, 4), (1, 1), (4, 0)])[1] is None
    True
    >>> [str(w) for w in supporting_weights([(0, 4), (3, 3), (4, 0)])[1]]
    ['1/2', '1/2']
    """
    rows = [
        tuple(as_numbers(point, f"points[{k}]"))
        for k, point in enumerate(as_list(points, "points"))
    ]
    if not rows or len({len(row) for row in rows}) > 1 or not rows[0]:
        raise InvalidInputError("points", "be points of one dimension", points)
    d = len(rows[0])
    exact = all_exact(x for row in rows for x in row)
    found: list[tuple[Number, ...] | None] = []
    for own in rows:
        # The margin is bounded: what a weight of 1 gains against another point.
        high: Number = max(max(a - b, b - a) for row in rows for a, b in zip(own, row, strict=True))
        sides = [
            (*(b - a for a, b in zip(own, row, strict=True)), 1, -1) for row in rows if row != own
        ]
        wide = Polytope(
            ((*(1,) * d, 0, 0), (*(-1,) * d, 0, 0), *sides, (*(0,) * d, 1, 0), (*(0,) * d, 0, 1)),
            (1, -1, *(0,) * len(sides), high + 1, high + 1),
            exact,
        )
        margin, x = wide.maximise([0] * d + [1, -1])
        found.append(tuple(x[:d]) if margin >= (0 if exact else -1e-12) else None)
    return found


def agreement_weights(
    weights: Sequence[Number], gradients: Sequence[Sequence[Number]], step: Number
) -> tuple[float, ...]:
    """Weights that grow for objectives whose gradients agree with those of the others.

    ``w_i exp(step sum_j <g_i, g_j>)``, scaled to sum to 1: multiplicative weights on agreement.

    Parameters
    ----------
    weights : sequence of k positive numbers
        What they are now.
    gradients : sequence of k vectors
        Of each objective.
    step : number
        At least 0.

    Examples
    --------
    >>> [round(w, 3) for w in agreement_weights([0.5, 0.5], [(1, 0), (1, 1)], 0.5)]
    [0.378, 0.622]
    """
    given = [float(w) for w in as_numbers(weights, "weights")]
    vectors = [
        [float(x) for x in as_numbers(g, "gradients")] for g in as_list(gradients, "gradients")
    ]
    if not given or min(given) <= 0 or len(vectors) != len(given):
        raise InvalidInputError("weights", f"be {len(vectors)} positive numbers", weights)
    if len({len(v) for v in vectors}) > 1:
        raise InvalidInputError("gradients", "have one length", [len(v) for v in vectors])
    size = float(as_number(step, "step", low=0))
    total = [sum(parts) for parts in zip(*vectors, strict=True)]
    logs = [
        math.log(w) + size * sum(a * b for a, b in zip(v, total, strict=True))
        for w, v in zip(given, vectors, strict=True)
    ]
    if not all(map(math.isfinite, logs)):
        raise InvalidInputError("gradients", "have products that are finite", gradients)
    top = max(logs)
    mass = [math.exp(x - top) for x in logs]
    return tuple(x / sum(mass) for x in mass)


def volume_factor(gain: Number) -> float:
    """What the reward of a point is multiplied by, for what it adds to the volume of a front.

    ``1/2 + 3/2 tanh(gain)``: a half for nothing, 2 for very much.

    Parameters
    ----------
    gain : number
        At least 0: see :func:`mechdesign.stats.hypervolume.contributions`.

    Examples
    --------
    >>> volume_factor(0), round(volume_factor(1), 6)
    (0.5, 1.642391)
    """
    return 0.5 + 1.5 * math.tanh(float(as_number(gain, "gain", low=0)))
