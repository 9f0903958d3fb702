"""Ratings without what answers differ in beside their model: covariates in the same logit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from mechdesign.aggregation.uncertainty.arenas import ELO_SCALE
from mechdesign.arrays import AnyArray, FloatArray
from mechdesign.errors import InfeasibleError, InvalidInputError
from mechdesign.io import Table
from mechdesign.io.ballots.battle_logs import battle_chunks

__all__ = ["controlled_ratings"]


def controlled_ratings(
    data: object,
    covariates: object,
    *,
    names: Sequence[str] | None = None,
    ridge: float = 0,
    **options: Any,
) -> Table:
    """Ratings with and without what answers differ in beside their model, such as their length.

    Parameters
    ----------
    data : battles
        As in :func:`battles`, in their order.
    covariates : array, shape (n,) or (n, k)
        Of each battle: by how much the left answer has more of it.
    names : sequence of str, optional
        Of the covariates.
    ridge : float
        As in :func:`arena_ratings`, on the strengths only.
    **options
        Of :func:`battles`.

    Returns
    -------
    Table
        Models with both ratings around 1000; the effects of the covariates are in the notes.

    Raises
    ------
    InfeasibleError
        If there is no maximum.

    Examples
    --------
    >>> battles = [("A", "B", "left")] * 3 + [("A", "B", "right")] * 3
    >>> controlled_ratings(battles, [1, 1, -1, 1, 0, -1]).columns
    ('model', 'controlled', 'plain')
    """
    ids: dict[Any, int] = {}
    chunks = list(battle_chunks(data, ids, **options))
    left, right, sign = (
        np.concatenate([getattr(chunk, name) for chunk in chunks])
        for name in ("left", "right", "sign")
    )
    table = np.asarray(covariates, dtype=float)
    table = table[:, None] if table.ndim == 1 else table
    if table.ndim != 2 or len(table) != len(left) or not np.isfinite(table).all():
        raise InvalidInputError(
            "covariates", f"be finite numbers, one row for each of {len(left)} battles", table.shape
        )
    named = [f"z{k}" for k in range(1, table.shape[1] + 1)] if names is None else list(names)
    if len(named) != table.shape[1]:
        raise InvalidInputError("names", f"name {table.shape[1]} covariates", named)
    m = len(ids)
    design = np.zeros((len(left), m + table.shape[1]))
    design[np.arange(len(left)), left] += 1
    design[np.arange(len(left)), right] -= 1
    design[:, m:] = table
    wins = (sign + 1) / 2
    both = _logistic(design, wins, m, ridge)
    plain = _logistic(design[:, :m], wins, m, ridge)
    labels = sorted(ids, key=lambda x: -both[ids[x]])
    rows = [
        [str(x), *(round(float(1000 + ELO_SCALE * v[ids[x]]), 4) for v in (both, plain))]
        for x in labels
    ]
    told = [
        f"{name}: {beta:+.6f} for one more on the left"
        for name, beta in zip(named, both[m:].tolist(), strict=True)
    ]
    return Table(["model", "controlled", "plain"], rows, "ratings by covariates", told)


def _logistic(design: AnyArray, wins: AnyArray, m: int, ridge: float) -> FloatArray:
    """Coefficients of a logit of wins, the first m of which sum to 0."""
    x = np.zeros(design.shape[1])
    penalty = np.zeros(len(x))
    penalty[:m] = ridge
    flat = np.zeros((len(x), len(x)))
    flat[:m, :m] = 1 / m
    for _ in range(100):
        p = 1 / (1 + np.exp(-(design @ x)))
        gradient = design.T @ (wins - p) - penalty * x
        hessian = (design * (p * (1 - p))[:, None]).T @ design + np.diag(penalty)
        try:
            step = np.linalg.solve(hessian + flat, gradient)
        except np.linalg.LinAlgError:
            raise InfeasibleError(
                "no maximum likelihood: the covariates repeat the models"
            ) from None
        x = x + step * min(1.0, 5 / max(np.abs(step).max(), 1e-12))
        x[:m] -= x[:m].mean()
        if np.abs(step).max() < 1e-9:
            return np.asarray(x)
        if np.abs(x).max() > 60:
            break
    raise InfeasibleError("no maximum likelihood: battles and covariates can be told apart")
