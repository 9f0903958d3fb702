"""The best shares of levels against an opponent who does not reply, with a bound."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np

from mechdesign.arrays import FloatArray
from mechdesign.elections.competition import to_simplex
from mechdesign.elections.space import amount
from mechdesign.errors import InvalidInputError
from mechdesign.model import Number, Seed, as_count, as_list, as_numbers, generator
from mechdesign.records import dataclass

__all__ = ["AverageCase", "average_case"]

Penalty = Literal["l2", "kl"]
Pairs = Mapping[tuple[int, int], Any]
#: Profiles that are enumerated for a bound.
_MOST_JOINT = 20_000


@dataclass(frozen=True, eq=False, repr=False)
class AverageCase:
    """The best shares of levels against an opponent who does not reply: see :func:`average_case`.

    Parameters
    ----------
    shares : tuple of arrays
        A distribution over the levels of each attribute.
    gain : float
        What the shares are worth: effects and interactions, in the unit of the effects.
    objective : float
        The gain less the penalty.
    bound : float
        No shares have a larger objective.
    boundary : bool
        Whether some share is 0, which makes the delta method wrong.
    """

    shares: tuple[FloatArray, ...]
    gain: float
    objective: float
    bound: float
    boundary: bool

    @property
    def gap(self) -> float:
        """The objective is at most this far from the best; 0 up to rounding where it is concave."""
        return max(0.0, self.bound - self.objective)

    def __repr__(self) -> str:
        told = "; ".join(", ".join(f"{p:.4f}" for p in own) for own in self.shares)
        return f"shares {told}: objective {self.objective:.6g}, gap {self.gap:.2g}"


def average_case(
    effects: Sequence[object],
    *,
    strength: Number,
    penalty: Penalty = "l2",
    reference: Sequence[object] | None = None,
    interactions: Pairs | None = None,
    starts: int = 8,
    rng: Seed = 0,
) -> AverageCase:
    """The best independent shares of levels, where departing from a design costs.

    The gain is the sum of shares times effects, plus for two attributes that interact the shares of
    both times what the pair adds.  It is the change of the share of votes where effects are those
    of a linear model.

    Parameters
    ----------
    effects : sequence of sequences of numbers
        Of the levels of each attribute.
    strength : number
        Positive, in units of the effects: the penalty is ``strength * sum (share - reference)^2``,
        or ``strength * KL(shares || reference)``, summed over attributes.
    penalty : {"l2", "kl"}
        Which.
    reference : sequence of distributions, optional
        The base design; uniform by default, positive for ``"kl"``.
    interactions : mapping of (attribute, attribute) to matrix, optional
        By places; as :meth:`ChoiceModel.interactions` gives them.
    starts : int
        How many random starts beside the reference where the objective is not concave.
    rng : generator or int
        For these.

    Returns
    -------
    AverageCase
        With a bound: the smaller of what lotteries over all profiles reach (to 20,000 profiles),
        and a concave function above the objective, maximised, with its own duality gap added.

    Notes
    -----
    Without interactions the shares are the projection of ``reference + effects / (2 strength)`` on
    the simplex, or proportional to ``reference exp(effects / strength)``.  With interactions each
    attribute in turn is given its best shares.  Where the largest curvature of the interactions is
    below that of the penalty the objective is concave and the result the only optimum; elsewhere
    it is the best of several, and the bound says how much may be missing.

    Examples
    --------
    >>> found = average_case([[0.1, 0, -0.1]], strength=0.5)
    >>> found.shares[0].round(4).tolist(), found.boundary
    ([0.4333, 0.3333, 0.2333], False)
    """
    listed = [as_numbers(own, f"effects[{d}]") for d, own in _each(effects)]
    b = [np.array([float(x) for x in own]) for own in listed]
    if not b or any(not len(own) for own in b):
        raise InvalidInputError("effects", "have numbers for each attribute", effects)
    cost = amount(strength, "strength", positive=True)
    if penalty not in ("l2", "kl"):
        raise InvalidInputError("penalty", "be l2 or kl", penalty)
    tries = as_count(starts, "starts", high=10_000)
    sizes = [len(own) for own in b]
    refs = references(reference, sizes, penalty == "kl")
    matrices = _read_pairs(interactions or {}, sizes)
    curvature = _curvature(matrices, sizes)
    spare = curvature - (2 * cost if penalty == "l2" else cost)
    problem = _Product(b, matrices, refs, cost, penalty, 0.0)
    found = problem.climb([ref.copy() for ref in refs])
    if spare > 0:
        draw = generator(rng)
        for _ in range(tries):
            begin = [draw.dirichlet(np.ones(n)) for n in sizes]
            other = problem.climb(begin)
            if problem.objective(other) > problem.objective(found):
                found = other
    # Adding (spare / 2) (1 - |share|^2) >= 0 for each attribute makes the objective concave.
    above = _Product(b, matrices, refs, cost, penalty, max(0.0, spare) * (1 + 1e-9))
    best = above.climb([own.copy() for own in found])
    bound = min(above.objective(best) + above.slack(best), problem.joint_bound(found))
    boundary = any(bool((own < 1e-12).any()) for own in found)
    value = problem.objective(found)
    return AverageCase(tuple(found), problem.gain(found), value, max(bound, value), boundary)


def _each(effects: object) -> list[tuple[int, Any]]:
    return list(enumerate(as_list(effects, "effects")))


def references(given: object, sizes: Sequence[int], positive: bool) -> list[FloatArray]:
    """A distribution for each attribute, uniform by default."""
    if given is None:
        return [np.full(n, 1 / n) for n in sizes]
    given = as_list(given, "reference")
    if len(given) != len(sizes):
        raise InvalidInputError("reference", f"have {len(sizes)} distributions", len(given))
    found = []
    for d, (own, n) in enumerate(zip(given, sizes, strict=True)):
        listed = np.array([float(x) for x in as_numbers(own, f"reference[{d}]", low=0)])
        if len(listed) != n or abs(listed.sum() - 1) > 1e-9:
            raise InvalidInputError(f"reference[{d}]", f"be {n} numbers that sum to 1", own)
        if positive and not listed.all():
            raise InvalidInputError(f"reference[{d}]", "be positive for a KL penalty", own)
        found.append(listed / listed.sum())
    return found


def _read_pairs(given: Pairs, sizes: Sequence[int]) -> dict[tuple[int, int], FloatArray]:
    found = {}
    told = "map two attributes by places, the lower first, to a matrix"
    if not isinstance(given, Mapping):
        raise InvalidInputError("interactions", told, given)
    for pair, matrix in given.items():
        places = isinstance(pair, tuple) and len(pair) == 2 and all(type(k) is int for k in pair)
        if not places or not 0 <= pair[0] < pair[1] < len(sizes):
            raise InvalidInputError("interactions", told, pair)
        d, e = pair
        where = f"interactions[{d}, {e}]"
        rows = [as_numbers(row, where) for row in as_list(matrix, where)]
        listed = np.array([[float(x) for x in row] for row in rows if len(row) == sizes[e]])
        if listed.shape != (sizes[d], sizes[e]):
            raise InvalidInputError(where, f"have shape {sizes[d], sizes[e]}", listed.shape)
        found[d, e] = listed
    return found


def _curvature(pairs: Mapping[tuple[int, int], FloatArray], sizes: Sequence[int]) -> float:
    """The largest curvature of the interactions in directions that keep sums of shares."""
    if not pairs:
        return 0.0
    ends = np.concatenate([[0], np.cumsum(sizes)])
    whole = np.zeros((int(ends[-1]), int(ends[-1])))
    for (d, e), matrix in pairs.items():
        # Only what is left after row and column means matters there.
        inner = matrix - matrix.mean(axis=0) - matrix.mean(axis=1)[:, None] + matrix.mean()
        whole[ends[d] : ends[d + 1], ends[e] : ends[e + 1]] = inner
        whole[ends[e] : ends[e + 1], ends[d] : ends[d + 1]] = inner.T
    return float(np.linalg.eigvalsh(whole)[-1])


class _Product:
    """An objective over distributions of attributes: linear, bilinear, a penalty, a rounding up."""

    def __init__(
        self,
        effects: list[FloatArray],
        pairs: Mapping[tuple[int, int], FloatArray],
        refs: list[FloatArray],
        cost: float,
        penalty: str,
        lift: float,
    ) -> None:
        self.effects, self.pairs, self.refs = effects, pairs, refs
        self.cost, self.penalty, self.lift = cost, penalty, lift

    def gain(self, shares: Sequence[FloatArray]) -> float:
        found = sum(float(b @ p) for b, p in zip(self.effects, shares, strict=True))
        return found + sum(float(shares[d] @ m @ shares[e]) for (d, e), m in self.pairs.items())

    def objective(self, shares: Sequence[FloatArray]) -> float:
        found = self.gain(shares)
        for p, ref in zip(shares, self.refs, strict=True):
            found += self.lift / 2 * (1 - float(p @ p))
            if self.penalty == "l2":
                found -= self.cost * float(((p - ref) ** 2).sum())
            else:
                live = p > 0
                found -= self.cost * float((p[live] * np.log(p[live] / ref[live])).sum())
        return found

    def toward(self, shares: Sequence[FloatArray], d: int) -> FloatArray:
        """What each level of an attribute adds, the others being given."""
        found = self.effects[d].copy()
        for (i, j), m in self.pairs.items():
            if i == d:
                found += m @ shares[j]
            elif j == d:
                found += shares[i] @ m
        return found

    def best(self, v: FloatArray, d: int, now: FloatArray) -> FloatArray:
        """The best distribution of an attribute, whose levels add `v`."""
        ref = self.refs[d]
        if self.penalty == "l2":
            return to_simplex((v + 2 * self.cost * ref) / (2 * self.cost + self.lift))
        if not self.lift:
            weight = np.log(ref) + v / self.cost
            weight = np.exp(weight - weight.max())
            return np.asarray(weight / weight.sum())
        # With the rounding up there is no closed form: safeguarded fixed-point steps on it.
        p, before = now, -math.inf
        for _ in range(200):
            weight = np.log(ref) + (v - self.lift * p) / self.cost
            weight = np.exp(weight - weight.max())
            step = 1 / (1 + self.lift / self.cost)
            p = (1 - step) * p + step * weight / weight.sum()
            value = float(v @ p) - self.lift / 2 * float(p @ p)
            if abs(value - before) < 1e-16:
                break
            before = value
        return p

    def climb(self, shares: list[FloatArray]) -> list[FloatArray]:
        """Each attribute in turn at its best, until nothing changes."""
        now = shares
        for _ in range(5_000):
            change = 0.0
            for d in range(len(now)):
                new = self.best(self.toward(now, d), d, now[d])
                change = max(change, float(np.abs(new - now[d]).max()))
                now = [*now[:d], new, *now[d + 1 :]]
            if change < 1e-15 or not self.pairs:
                break
        return now

    def slack(self, shares: Sequence[FloatArray]) -> float:
        """What a concave objective can be above its value here: by its slopes, at the corners."""
        total = 0.0
        for d, p in enumerate(shares):
            slope = self.toward(shares, d) - self.lift * p
            if self.penalty == "l2":
                slope = slope - 2 * self.cost * (p - self.refs[d])
            else:
                slope = slope - self.cost * np.log(np.maximum(p, 1e-300) / self.refs[d])
            total += float(slope.max() - slope @ p)
        return max(0.0, total)

    def joint_bound(self, shares: Sequence[FloatArray]) -> float:
        """What lotteries over all profiles reach, which include the independent shares."""
        sizes = [len(b) for b in self.effects]
        if math.prod(sizes) > _MOST_JOINT:
            return math.inf
        worth = np.zeros(sizes)
        for d, b in enumerate(self.effects):
            worth = worth + _along(b, d, len(sizes))
        for (d, e), m in self.pairs.items():
            shape = [1] * len(sizes)
            shape[d], shape[e] = m.shape
            worth = worth + m.reshape(shape)
        if self.penalty == "kl":
            log = worth / self.cost
            for d, ref in enumerate(self.refs):
                log = log + _along(np.log(ref), d, len(sizes))
            high = float(log.max())
            return self.cost * (high + math.log(float(np.exp(log - high).sum())))
        # The penalty is above each of its tangents: the bound at marginals q, which move to the
        # profile that attains it.
        best, q = math.inf, [p.copy() for p in shares]
        for k in range(200):
            cut = worth
            for d, (x, ref) in enumerate(zip(q, self.refs, strict=True)):
                slope = 2 * self.cost * (x - ref)
                cut = cut - _along(slope - slope @ x, d, len(sizes))
            apart = (float(((x - ref) ** 2).sum()) for x, ref in zip(q, self.refs, strict=True))
            paid = self.cost * sum(apart)
            at = np.unravel_index(int(cut.argmax()), cut.shape)
            best = min(best, float(cut[at]) - paid)
            step = 2 / (k + 3)
            q = [(1 - step) * x + step * np.eye(len(x))[j] for x, j in zip(q, at, strict=True)]
        return best


def _along(values: FloatArray, d: int, dims: int) -> FloatArray:
    shape = [1] * dims
    shape[d] = len(values)
    return values.reshape(shape)
