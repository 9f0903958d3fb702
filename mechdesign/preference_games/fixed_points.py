"""The regularised equilibrium: mirror prox until it is near, then Newton's method."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from mechdesign.arrays import AnyArray, FloatArray
from mechdesign.errors import InvalidInputError, SolverError
from mechdesign.io import Table
from mechdesign.model import Number, as_number
from mechdesign.preference_games.measures import log_sum, normal
from mechdesign.records import dataclass

__all__ = ["ManyEquilibria", "regularised_many"]

_GOOD = 1e-12


def solve_fixed_point(
    rates: FloatArray, log_reference: FloatArray, beta: float
) -> tuple[FloatArray, FloatArray, int]:
    """Logarithms of the equilibria of a stack of games, their residuals, the Newton steps.

    Parameters
    ----------
    rates : array, shape (k, n, n)
        The games.
    log_reference : array, shape (n,) or (k, n)
        Logarithms of the references; minus infinity where a game is padded.
    beta : float
        Positive.

    Notes
    -----
    The zero of ``G(u) = u - log ref - P softmax(u) / beta``.  The Jacobian ``I - P S / beta`` with
    ``S = diag(p) - p p'`` is never singular: if ``v = P S v / beta``, then ``v' S v`` is
    ``s' P s / beta`` with ``s = S v``, whose entries sum to 0, so that it is 0; then s = 0 and
    v = 0.
    """
    k, n, _ = rates.shape
    log_p = np.broadcast_to(log_reference, (k, n)).astype(float)
    base = log_p.copy()
    step = 2 * beta + 2 * np.sqrt(beta**2 + 1)
    near = (1e-3 if n > 60 else 0.03) * min(1.0, beta)
    # Newton steps are cheap in small games, and mirror prox slow where beta is small.
    for _ in range(min(400, int(12 / beta) + 8) if n > 60 else 12):
        against = _times(rates, np.exp(log_p))
        if float(_residual(log_p, base, against, beta).max()) < near:
            break
        middle = normal((step * against + step * beta * base + log_p) / (1 + step * beta))
        against = _times(rates, np.exp(middle))
        log_p = normal((step * against + step * beta * base + log_p) / (1 + step * beta))
    log_p, residual, steps = _newton(rates, base, log_p, beta)
    for bad in np.flatnonzero(residual > _GOOD):
        one = slice(int(bad), int(bad) + 1)
        found, off, more = _continued(rates[one], base[one], beta)
        if off[0] < residual[bad]:
            log_p[one], residual[one] = found, off
        steps += more
    return log_p, residual, steps


def _times(rates: FloatArray, p: FloatArray) -> FloatArray:
    if len(p) == 1:
        return np.asarray(rates[0] @ p[0])[None]
    return np.asarray(np.einsum("kij,kj->ki", rates, p))


def _residual(log_p: FloatArray, base: FloatArray, against: FloatArray, beta: float) -> FloatArray:
    target = normal(base + against / beta)
    return np.asarray(np.abs(np.exp(log_p) - np.exp(target)).max(axis=1))


def _newton(
    rates: FloatArray, base: FloatArray, log_p: FloatArray, beta: float, limit: int = 60
) -> tuple[FloatArray, FloatArray, int]:
    """Damped Newton steps on every game until none gets better."""
    k, n, _ = rates.shape
    base = np.where(np.isfinite(base), base, -1e300)
    u = np.where(np.isfinite(log_p), log_p, -1e300)
    residual = _residual(normal(u), base, _times(rates, np.exp(normal(u))), beta)
    live = np.arange(k)
    steps = 0
    eye = np.eye(n)
    while live.size and steps < limit:
        steps += 1
        sub, lp, lr = rates[live], normal(u[live]), base[live]
        p = np.exp(lp)
        against = _times(sub, p)
        jacobian = eye - (sub * p[:, None, :] - against[:, :, None] * p[:, None, :]) / beta
        target = normal(lr + against / beta)
        live_cells = target > -1e290
        move = np.linalg.solve(jacobian, np.where(live_cells, lp - target, 0.0)[:, :, None])[
            :, :, 0
        ]
        size = np.ones(len(live))
        better = np.zeros(len(live), dtype=bool)
        before = residual[live]
        for _ in range(30):
            todo = np.flatnonzero(~better)
            if not todo.size:
                break
            trial = normal(lp[todo] - size[todo, None] * move[todo])
            off = _residual(trial, lr[todo], _times(sub[todo], np.exp(trial)), beta)
            won = off < before[todo]
            chosen = todo[won]
            u[live[chosen]] = trial[won]
            residual[live[chosen]] = off[won]
            better[chosen] = True
            # Below the tolerance a step that gains nothing is the end, not too long.
            better[todo[~won & (before[todo] < _GOOD)]] = True
            size[todo] /= 2
        now = residual[live]
        live = live[(now < before) & (now > 1e-16)]
    return normal(u), residual, steps


def _continued(
    rates: FloatArray, base: FloatArray, beta: float
) -> tuple[FloatArray, FloatArray, int]:
    """From a strength at which Newton's method surely converges down to the one asked for."""
    strength, steps = max(1.0, beta), 0
    log_p, residual, more = _newton(rates, base, base, strength)
    steps += more
    factor = 4.0
    while strength > beta:
        lower = max(beta, strength / factor)
        start = normal(base + _times(rates, np.exp(log_p)) / lower)
        trials = [_newton(rates, base, one, lower, 200) for one in (start, log_p)]
        found = min(trials, key=lambda t: float(t[1][0]))
        steps += sum(t[2] for t in trials)
        if float(found[1][0]) > max(_GOOD, 1e-9 if lower > beta else 0) and factor > 1.05:
            factor = factor**0.5
            continue
        strength, log_p, residual = lower, found[0], found[1]
    return log_p, residual, steps


def two_sided_newton(
    a: FloatArray, refs: list[FloatArray], now: list[FloatArray], cost: float
) -> list[FloatArray]:
    """The equilibrium of two sides with choices of their own, from one that is near.

    Newton steps on ``p = ref exp(A q / cost)``, ``q = ref exp(-A' p / cost)``, while they bring it
    nearer: a gap sees the squares of errors only.
    """
    shares = [a / cost, -a.T / cost]

    def off(found: list[FloatArray]) -> list[FloatArray]:
        return [
            np.log(x) - normal(np.log(ref) + share @ other)
            for x, ref, share, other in zip(found, refs, shares, found[::-1], strict=True)
        ]

    for _ in range(6):
        if min(float(x.min()) for x in now) < 1e-300:
            return now
        left = off(now)
        spread = [np.diag(x) - np.outer(x, x) for x in now]
        r = len(now[0])
        jacobian = np.eye(r + len(now[1]))
        jacobian[:r, r:] = -shares[0] @ spread[1]
        jacobian[r:, :r] = -shares[1] @ spread[0]
        move = np.linalg.solve(jacobian, np.concatenate(left))
        trial = [
            np.exp(normal(np.log(x) - part))
            for x, part in zip(now, (move[:r], move[r:]), strict=True)
        ]
        if max(float(np.abs(x).max()) for x in off(trial)) >= max(
            float(np.abs(x).max()) for x in left
        ):
            return now
        now = trial
    return now


@dataclass(frozen=True, eq=False)
class ManyEquilibria:
    """The regularised equilibria of many games.

    Parameters
    ----------
    log_policies : array, shape (k, n)
        Logarithms of the probabilities; minus infinity where a smaller game is padded.
    residuals, gaps : arrays, shape (k,)
        How far each is from its fixed point and from equilibrium.
    condorcet, cyclic : arrays of bool, shape (k,)
        Whether one alternative beats all others, and whether three beat each other in a circle.
    beta : float
        The strength.
    """

    log_policies: FloatArray
    residuals: FloatArray
    gaps: FloatArray
    condorcet: AnyArray
    cyclic: AnyArray
    beta: float

    @property
    def policies(self) -> FloatArray:
        """The probabilities."""
        return np.exp(self.log_policies)

    def table(self) -> Table:
        """One row a game: winner, two largest chances, entropy, gap, Condorcet winner, cycles."""
        p = self.policies
        live = np.where(p > 0, p, 1)
        entropy = -(live * np.log(live)).sum(axis=1)
        rows = [
            [
                k,
                int(p[k].argmax()),
                float(p[k].max()),
                float(np.sort(p[k])[-2]) if p.shape[1] > 1 else 0.0,
                float(entropy[k]),
                float(self.gaps[k]),
                bool(self.condorcet[k]),
                bool(self.cyclic[k]),
            ]
            for k in range(len(p))
        ]
        notes = (
            f"Condorcet winners in {float(np.mean(self.condorcet)):.1%} of the games, cycles in "
            f"{float(np.mean(self.cyclic)):.1%}",
        )
        columns = [
            "game",
            "most likely",
            "chance",
            "second",
            "entropy",
            "gap",
            "Condorcet",
            "cyclic",
        ]
        return Table(columns, rows, f"regularised equilibria, beta = {self.beta:g}", notes)


def regularised_many(
    rates: Any, *, beta: Number, ref: Sequence[float] | None = None
) -> ManyEquilibria:
    """The regularised equilibria of many games of one size, or of several sizes.

    Parameters
    ----------
    rates : array, shape (k, n, n), or sequence of square arrays
        One game for each prompt; smaller games are padded, never mixed.
    beta : number
        Positive.
    ref : sequence of n positive numbers, optional
        One reference for all games of one size; uniform by default.

    Raises
    ------
    InvalidInputError
        On rates outside of [0, 1], or that do not sum to 1 with their transposes.
    SolverError
        If an equilibrium is not found to 1e-10.

    Examples
    --------
    >>> many = regularised_many([[[0.5, 1.0], [0.0, 0.5]]], beta=1)
    >>> many.policies.round(6).tolist()
    [[0.622459, 0.377541]]
    """
    strength = float(as_number(beta, "beta"))
    if strength <= 0:
        raise InvalidInputError("beta", "be positive: a maximal lottery is found exactly", beta)
    try:
        games = [np.asarray(one, dtype=float) for one in rates]
    except (TypeError, ValueError):
        raise InvalidInputError("rates", "be square matrices of numbers", type(rates)) from None
    if not games:
        raise InvalidInputError("rates", "hold at least one game", 0)
    for k, one in enumerate(games):
        if one.ndim != 2 or one.shape[0] != one.shape[1] or not len(one):
            raise InvalidInputError(f"rates[{k}]", "be a square matrix", one.shape)
    n = max(map(len, games))
    stack = np.full((len(games), n, n), 0.5)
    inside = np.zeros((len(games), n), dtype=bool)
    for k, one in enumerate(games):
        stack[k, : len(one), : len(one)] = one
        inside[k, : len(one)] = True
    off = np.abs(stack + stack.transpose(0, 2, 1) - 1).max(axis=(1, 2))
    wrong = np.flatnonzero(~((off <= 1e-12) & (stack >= 0).all(axis=(1, 2))))
    if wrong.size:
        k = int(wrong[0])
        raise InvalidInputError(
            f"rates[{k}]", "be in [0, 1] and sum to 1 with the transpose", off[k]
        )
    if ref is None:
        with np.errstate(divide="ignore"):
            base = np.log(inside / inside.sum(axis=1, keepdims=True))
    else:
        given = [float(as_number(x, f"ref[{i}]", low=0)) for i, x in enumerate(ref)]
        if len(given) != n or not all(given) or not inside.all():
            raise InvalidInputError("ref", f"be {n} positive numbers for games of one size", ref)
        base = np.log(np.broadcast_to(np.array(given) / sum(given), inside.shape))
    log_p, residuals, _ = solve_fixed_point(stack, base, strength)
    if float(residuals.max()) > 1e-10:
        k = int(residuals.argmax())
        raise SolverError(f"the equilibrium of game {k} was found to {residuals[k]:.1e} only")
    p = np.exp(log_p)
    against = _times(stack, p)
    apart = np.where(p > 0, p * (log_p - np.where(inside, base, 0)), 0).sum(axis=1)
    gaps = 2 * (strength * log_sum(base + against / strength) + strength * apart - 0.5)
    both = inside[:, :, None] & inside[:, None, :]
    beats = (stack > 0.5) & both
    sizes = inside.sum(axis=1)
    scores = beats.sum(axis=2)
    b = beats.astype(float)
    triangles = np.einsum("kij,kji->k", b @ b, b)
    return ManyEquilibria(
        np.where(p > 0, log_p, -np.inf),
        residuals,
        np.maximum(gaps, 0.0),
        (scores == sizes[:, None] - 1).any(axis=1),
        triangles > 0,
        strength,
    )
