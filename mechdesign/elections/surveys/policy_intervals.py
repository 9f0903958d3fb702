"""How sure the best shares of levels are: bootstrap by respondent, or the delta method."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from mechdesign.arrays import FloatArray
from mechdesign.clock import ticks
from mechdesign.elections.space import amount
from mechdesign.elections.surveys.best_shares import Penalty, average_case
from mechdesign.elections.surveys.choice_models import ChoiceModel, Link, fit_choices
from mechdesign.elections.surveys.paired_profiles import Conjoint, normal_reach
from mechdesign.elections.surveys.profile_games import adversarial_profiles
from mechdesign.errors import InvalidInputError, SolverError, require
from mechdesign.io import Table
from mechdesign.model import Number, Seed, as_count, generator
from mechdesign.records import dataclass

__all__ = ["PolicyIntervals", "average_case_intervals", "equilibrium_intervals"]

Method = Literal["auto", "delta", "bootstrap"]


@dataclass(frozen=True, eq=False, repr=False)
class PolicyIntervals:
    """Shares of levels and shares of votes with intervals.

    Parameters
    ----------
    data : Conjoint
        What was resampled.
    policies : mapping of str to arrays
        For each policy its shares of levels, one attribute after another: estimate, low, high.
    values : mapping of str to tuple
        For each figure its estimate, low and high.
    method : str
        ``delta`` or ``bootstrap``.
    samples : int
        Replicates that could be fitted.
    boundary : float
        The share of replicates with a share of 0, or 1 where the estimate has one.
    level : float
        Of the intervals.
    notes : tuple of str
        What was decided.
    """

    data: Conjoint
    policies: dict[str, tuple[FloatArray, FloatArray, FloatArray]]
    values: dict[str, tuple[float, float, float]]
    method: str
    samples: int
    boundary: float
    level: float
    notes: tuple[str, ...] = ()

    def table(self) -> Table:
        """One row a level, then one a figure; low and high beside each policy."""
        rows: list[list[Any]] = []
        k = 0
        for d, name in enumerate(self.data.attributes):
            for level in self.data.levels[d]:
                row: list[Any] = [name, str(level)]
                for found in self.policies.values():
                    row += [float(part[k]) for part in found]
                rows.append(row)
                k += 1
        columns = ["attribute", "level"]
        for name in self.policies:
            columns += [name, f"{name} low", f"{name} high"]
        told = [
            f"{name} {x:.6g}, {100 * self.level:g}% interval {low:.6g} to {high:.6g}"
            for name, (x, low, high) in self.values.items()
        ]
        if self.method == "bootstrap":
            how = f"bootstrap by respondent, {self.samples} replicates"
            told.append(f"{how}; a share of 0 in {100 * self.boundary:.0f}% of them")
        else:
            told.append("delta method, errors robust to dependence inside respondents")
        return Table(columns, rows, "shares of levels", (*told, *self.notes, *self.data.decisions))

    def __repr__(self) -> str:
        return str(self.table())


def average_case_intervals(
    data: Conjoint,
    *,
    strength: Number,
    penalty: Penalty = "l2",
    interactions: bool = False,
    method: Method = "auto",
    samples: int = 500,
    level: float = 0.95,
    rng: Seed = None,
) -> PolicyIntervals:
    """The best shares against the base design in the linear model, with intervals.

    Parameters
    ----------
    data : Conjoint
        The choices.
    strength, penalty
        As in :func:`average_case`; the reference is the design that was shown.
    interactions : bool
        Whether pairs of levels add something.
    method : {"auto", "delta", "bootstrap"}
        The delta method goes through the closed form without interactions; where a share is 0 it is
        wrong, and ``"auto"`` takes the bootstrap.
    samples : int
        Replicates of the bootstrap.
    level : float
        Of the intervals.
    rng : generator or int
        Source of random numbers.

    Returns
    -------
    PolicyIntervals
        The figure ``votes`` is the share against an opponent drawn from the base design.

    Raises
    ------
    InvalidInputError
        If the delta method is asked for where it is wrong.

    Examples
    --------
    >>> from mechdesign.elections import simulate_conjoint
    >>> data = simulate_conjoint({"age": {"old": 0, "young": 1}}, 100, 5, rng=0)
    >>> average_case_intervals(data, strength=0.5, method="delta").table().columns
    ('attribute', 'level', 'share', 'share low', 'share high')
    """
    require(data, Conjoint, "data")
    if method not in ("auto", "delta", "bootstrap"):
        raise InvalidInputError("method", "be auto, delta or bootstrap", method)
    normal_reach(level)
    refs = data.base()

    def solve(one: Conjoint) -> tuple[FloatArray, float, bool]:
        model = fit_choices(one, link="linear", interactions=interactions, by_group=False)
        found = average_case(
            model.main(),
            strength=strength,
            penalty=penalty,
            reference=refs,
            interactions=model.interactions() or None,
        )
        votes = 0.5 + found.gain - _worth(model, refs)
        return np.concatenate(found.shares), votes, found.boundary

    shares, votes, edge = solve(data)
    delta = method == "delta" or (method == "auto" and not interactions and not edge)
    notes = []
    if delta:
        if interactions or edge:
            told = "be bootstrap: with interactions or a share of 0 the delta method is wrong"
            raise InvalidInputError("method", told, method)
        model = fit_choices(data, link="linear", by_group=False)
        cost = amount(strength, "strength")
        errors, error = _delta(model, shares, cost, penalty, np.concatenate(refs))
        reach = normal_reach(level)
        ends = (np.maximum(shares - reach * errors, 0), np.minimum(shares + reach * errors, 1))
        span = (votes, votes - reach * error, votes + reach * error)
        return PolicyIntervals(
            data, {"share": (shares, *ends)}, {"votes": span}, "delta", 0, 0.0, level
        )
    if method == "auto" and edge:
        notes.append("a share is 0: the delta method would be wrong, the bootstrap is used")
    draws, figures, edges = [], [], 0
    for one in _replicates(data, samples, rng):
        try:
            found = solve(one)
        except SolverError:
            continue
        draws.append(found[0])
        figures.append(found[1])
        edges += found[2]
    notes += _failed(samples - len(figures))
    return _summary(
        data,
        {"share": (shares, np.array(draws))},
        {"votes": (votes, np.array(figures))},
        edges,
        level,
        tuple(notes),
    )


def equilibrium_intervals(
    data: Conjoint,
    *,
    beta: Number = 0.1,
    interactions: bool = False,
    link: Link = "logit",
    ridge: Number = 0,
    samples: int = 500,
    level: float = 0.95,
    rng: Seed = None,
) -> PolicyIntervals:
    """Unilateral and equilibrium shares side by side, with bootstrap intervals by respondent.

    Parameters
    ----------
    data : Conjoint
        The choices.
    beta : number
        As in :func:`adversarial_profiles`.
    interactions, link, ridge
        As in :func:`fit_choices`; a model is fitted to every replicate.
    samples : int
        Replicates.
    level : float
        Of the intervals.
    rng : generator or int
        Source of random numbers.

    Returns
    -------
    PolicyIntervals
        The figures ``claimed`` and ``received`` are those of :class:`ProfileEquilibrium`.

    Examples
    --------
    >>> from mechdesign.elections import simulate_conjoint
    >>> data = simulate_conjoint({"age": {"old": 0, "young": 1}}, 100, 5, rng=0)
    >>> equilibrium_intervals(data, samples=20, rng=0).table().columns[2:5]
    ('unilateral', 'unilateral low', 'unilateral high')
    """
    require(data, Conjoint, "data")
    normal_reach(level)

    def solve(one: Conjoint) -> tuple[FloatArray, FloatArray, float, float]:
        model = fit_choices(one, link=link, interactions=interactions, ridge=ridge)
        found = adversarial_profiles(model, beta=beta)
        left, right = np.concatenate(found.unilateral), np.concatenate(found.shares)
        return left, right, found.claimed, found.received

    first = solve(data)
    found = []
    for one in _replicates(data, samples, rng):
        try:
            found.append(solve(one))
        except (SolverError, InvalidInputError):
            continue
    columns = [np.array([one[k] for one in found]) for k in range(4)]
    edges = sum(bool((one[1] < 1e-9).any()) for one in found)
    return _summary(
        data,
        {"unilateral": (first[0], columns[0]), "equilibrium": (first[1], columns[1])},
        {"claimed": (first[2], columns[2]), "received": (first[3], columns[3])},
        edges,
        level,
        tuple(_failed(samples - len(found))),
    )


def _failed(count: int) -> list[str]:
    return [f"{count} replicates could not be fitted and are left out"] if count else []


def _worth(model: ChoiceModel, shares: list[FloatArray]) -> float:
    total = sum(float(b @ p) for b, p in zip(model.main(), shares, strict=True))
    pairs = model.interactions().items()
    return total + sum(float(shares[d] @ m @ shares[e]) for (d, e), m in pairs)


def _delta(
    model: ChoiceModel, shares: FloatArray, cost: float, penalty: str, refs: FloatArray
) -> tuple[FloatArray, float]:
    """Standard errors of the shares and of the votes, through the closed form."""
    sizes, k = model.data.sizes, 0
    slope = np.zeros((len(shares), len(shares)))
    for n in sizes:
        own = shares[k : k + n]
        if penalty == "l2":
            slope[k : k + n, k : k + n] = (np.eye(n) - 1 / n) / (2 * cost)
        else:
            slope[k : k + n, k : k + n] = (np.diag(own) - np.outer(own, own)) / cost
        k += n
    covariance = model.covariance()
    errors = np.sqrt(np.maximum(np.diag(slope @ covariance @ slope.T), 0))
    toward = shares - refs + slope.T @ np.concatenate(model.main())
    return errors, max(float(toward @ covariance @ toward), 0.0) ** 0.5


def _replicates(data: Conjoint, samples: int, rng: Seed) -> Any:
    """The data with respondents drawn with replacement."""
    count = as_count(samples, "samples", low=2, high=10**6)
    draw = generator(rng)
    people = int(data.respondents.max()) + 1
    for _ in ticks(range(count)):
        yield data.resampled(np.bincount(draw.integers(0, people, people), minlength=people))


def _summary(
    data: Conjoint,
    policies: dict[str, tuple[FloatArray, FloatArray]],
    values: dict[str, tuple[float, FloatArray]],
    edges: int,
    level: float,
    notes: tuple[str, ...],
) -> PolicyIntervals:
    share = float(level)
    ends = [(1 - share) / 2, (1 + share) / 2]
    count = len(next(iter(values.values()))[1])
    if count < 2:
        raise SolverError("fewer than two replicates could be fitted: a ridge may help")
    spans: dict[str, tuple[FloatArray, FloatArray, FloatArray]] = {}
    for name, (found, draws) in policies.items():
        low, high = np.quantile(draws, ends, axis=0)
        spans[name] = (found, low, high)
    told = {}
    for name, (value, draws) in values.items():
        span: list[float] = np.quantile(draws, ends).tolist()
        told[name] = (value, span[0], span[1])
    return PolicyIntervals(data, spans, told, "bootstrap", count, edges / count, share, notes)
