"""Whether choices are coherent enough to speak of a utility."""

from __future__ import annotations

import itertools
import math
from collections.abc import Hashable, Iterable, Mapping
from typing import NamedTuple

import numpy as np

from mechdesign.arrays import FloatArray
from mechdesign.clock import ticks
from mechdesign.errors import InvalidInputError
from mechdesign.io import Table
from mechdesign.model import Number, Seed, as_count, as_list, as_number, generator
from mechdesign.pluralistic.choices.comparison_counts import comparisons, require_label
from mechdesign.records import dataclass
from mechdesign.stats.paired_strengths import fit_strengths, logistic

__all__ = [
    "Coherence",
    "LotteryConsistency",
    "PositionBias",
    "coherence",
    "lottery_consistency",
    "position_bias",
]

_MEASURES = (
    "completeness",
    "undecided",
    "circular triads",
    "zeta",
    "weak violations",
    "moderate violations",
    "strong violations",
    "cyclic chance",
    "accuracy",
    "log score",
)


@dataclass(frozen=True, eq=False, repr=False)
class Coherence:
    """Measures of coherence with intervals, and what chance and a utility would give.

    Parameters
    ----------
    values : mapping of measure to float
        Of the data: see :func:`coherence`.
    intervals : mapping of measure to pair of floats
        From resampled choices, 95 %: percentiles and their reflection at the value.
    against_chance, against_utility : mapping of measure to float
        Which share of random tournaments, and of samples from the fitted utilities, have a smaller
        value.
    samples : int
        Of each.
    p_utility : float
        How likely a fit as bad is if a utility is behind the choices.
    decisions : tuple of str
        What was left out, and why.
    """

    values: Mapping[str, float]
    intervals: Mapping[str, tuple[float, float]]
    against_chance: Mapping[str, float]
    against_utility: Mapping[str, float]
    samples: int
    p_utility: float
    decisions: tuple[str, ...] = ()

    def table(self) -> Table:
        """One row a measure."""
        rows = [
            [
                name,
                value,
                *self.intervals[name],
                self.against_chance[name],
                self.against_utility[name],
            ]
            for name, value in self.values.items()
        ]
        columns = ["measure", "value", "low", "high", "above chance", "above utility"]
        note = f"a utility fits: p = {self.p_utility:.3g} ({self.samples} samples)"
        return Table(columns, rows, "coherence of choices", [note, *self.decisions])

    def __repr__(self) -> str:
        return str(self.table())


def coherence(data: object, *, samples: int = 200, rng: Seed = 0) -> Coherence:
    """How coherent choices are, beside random tournaments and choices that follow a utility.

    Parameters
    ----------
    data : rows (winner, loser), mapping or Comparisons
        See :func:`comparisons`; every pair of at least 3 alternatives was compared.
    samples : int
        Resamples of the data, random tournaments, and samples from the fitted utilities.
    rng : numpy.random.Generator or int
        For these.

    Returns
    -------
    Coherence
        ``completeness``: the mean of ``|2P - 1|``; ``undecided``: the share of pairs with P in
        [0.45, 0.55]; ``circular triads`` of the majority tournament, a tie as half a win for each,
        and Kendall and Babington Smith's ``zeta``, 1 if there are none (ties of an even number may
        bring it below 0); the share of triples that
        violate weak, moderate and strong stochastic transitivity; the ``cyclic chance``, with
        which three choices from a random triple form a cycle; ``accuracy`` and ``log score`` of
        Bradley-Terry utilities on the tenth of the choices that they were not fitted to.

    Raises
    ------
    InvalidInputError
        If two alternatives never met.

    Notes
    -----
    ``p_utility`` compares the likelihood ratio of utilities against one rate for each pair with
    that of the samples from the utilities; it needs no limit theorem.  O(n^3) for each sample.

    References
    ----------
    Kendall, M. G. and Babington Smith, B. (1940). On the method of paired comparisons. Biometrika
    31, 324-345. https://doi.org/10.1093/biomet/31.3-4.324

    Examples
    --------
    >>> log = {("a", "b"): 9, ("b", "a"): 1, ("b", "c"): 8, ("c", "b"): 2, ("a", "c"): 10}
    >>> found = coherence(log, samples=20)
    >>> found.values["circular triads"], found.values["zeta"]
    (0.0, 1.0)
    """
    counted = comparisons(data)
    n = len(counted)
    draws = as_count(samples, "samples", low=1)
    if n < 3:
        raise InvalidInputError("data", "compare at least 3 alternatives", counted.alternatives)
    counts = counted.counts
    missing = [
        (counted.alternatives[i], counted.alternatives[j])
        for i, j in itertools.combinations(range(n), 2)
        if counts[i, j] == 0
    ]
    if missing:
        told = f"compare every pair: {len(missing)} never met"
        raise InvalidInputError("data", told, missing[0])
    draw = generator(rng)
    values = _measures(counted.wins, draw)
    even = np.where(counts > 0, 0.5, 0.0)
    rates = _fitted(counted.wins)
    resampled = [
        _measures(_sampled(draw, counts, counted.shares), draw) for _ in ticks(range(draws))
    ]
    random = [
        _measures(_sampled(draw, counts, _tournament(draw, even)), draw)
        for _ in ticks(range(draws))
    ]
    followed = [_sampled(draw, counts, rates) for _ in ticks(range(draws))]
    utility = [_measures(wins, draw) for wins in followed]
    own = _misfit(counted.wins)
    p = (1 + sum(_misfit(wins) >= own for wins in followed)) / (1 + draws)
    return Coherence(
        values,
        {name: _interval(name, values[name], [one[name] for one in resampled]) for name in values},
        {name: _below([one[name] for one in random], values[name]) for name in _MEASURES},
        {name: _below([one[name] for one in utility], values[name]) for name in _MEASURES},
        draws,
        p,
    )


class PositionBias(NamedTuple):
    """How often the first of two was chosen, over both orders of each pair, and the error of it."""

    first: float
    error: float
    pairs: int
    one_sided: int


def position_bias(rows: Iterable[tuple[Hashable, Hashable, Hashable]]) -> PositionBias:
    """How often what was shown first is chosen, where pairs were shown in both orders.

    Parameters
    ----------
    rows : sequence of (first, second, chosen)
        Pairs in one order only tell nothing of position; they are counted in ``one_sided``.

    Returns
    -------
    PositionBias
        1/2 without a bias.  The error is that of independent choices.

    Examples
    --------
    >>> shown = [("a", "b", "a")] * 8 + [("a", "b", "b")] * 2 + [("b", "a", "b")] * 6
    >>> position_bias(shown + [("b", "a", "a")] * 4).first
    0.7
    """
    tally: dict[tuple[Hashable, Hashable], list[int]] = {}
    for k, row in enumerate(as_list(rows, "rows")):
        for label in row if isinstance(row, (list, tuple)) else ():
            require_label(label, f"rows[{k}]")
        if not isinstance(row, (list, tuple)) or len(row) != 3 or row[2] not in row[:2]:
            raise InvalidInputError(f"rows[{k}]", "be (first, second, the one chosen)", row)
        if row[0] == row[1]:
            raise InvalidInputError(f"rows[{k}]", "show two different alternatives", row)
        found = tally.setdefault((row[0], row[1]), [0, 0])
        found[0] += row[2] == row[0]
        found[1] += 1
    place = {pair: k for k, pair in enumerate(tally)}
    both = [(tally[a, b], tally[b, a]) for (a, b), k in place.items() if k < place.get((b, a), -1)]
    alone = sum((b, a) not in tally for a, b in tally)
    if not both:
        raise InvalidInputError("rows", "show some pair in both orders", f"{alone} in one order")
    shares = [[won / shown for won, shown in pair] for pair in both]
    first = float(np.mean(shares))
    spread = sum(won / shown * (1 - won / shown) / shown for pair in both for won, shown in pair)
    return PositionBias(first, float(np.sqrt(spread)) / (2 * len(both)), len(both), alone)


class LotteryConsistency(NamedTuple):
    """How utilities of lotteries go with the expected utilities of what they give."""

    deviation: float
    slope: float
    lotteries: int


def lottery_consistency(
    utilities: Mapping[Hashable, Number], lotteries: Mapping[Hashable, Mapping[Hashable, Number]]
) -> LotteryConsistency:
    """Whether the utility of a lottery is the expected utility of its outcomes.

    Parameters
    ----------
    utilities : mapping of outcomes and lotteries to numbers
        Fitted to choices between all of them, such as ``fit_utilities(log).utilities``.
    lotteries : mapping of lottery to mapping of outcome to probability
        What each lottery gives.  States of a chain with the chances of their successors may stand
        here too: then it is told whether states are valued for what they lead to.

    Returns
    -------
    LotteryConsistency
        The mean distance of utility and expected utility, in standard deviations of the
        utilities, and the slope of a line through both: 1 if they agree.

    Examples
    --------
    >>> lottery_consistency({"a": 1, "b": 0, "half": 0.5, "most": 0.75},
    ...                     {"half": {"a": 0.5, "b": 0.5}, "most": {"a": 0.75, "b": 0.25}})
    LotteryConsistency(deviation=0.0, slope=1.0, lotteries=2)
    """
    for given, parameter in ((utilities, "utilities"), (lotteries, "lotteries")):
        if not isinstance(given, Mapping):
            raise InvalidInputError(parameter, "be a mapping", given)
    if len(lotteries) < 2:
        raise InvalidInputError("lotteries", "be at least 2", lotteries)
    worth = {one: float(as_number(u, f"utilities[{one!r}]")) for one, u in utilities.items()}
    own, expected = [], []
    for name, lottery in lotteries.items():
        if not isinstance(lottery, Mapping):
            raise InvalidInputError(f"lotteries[{name!r}]", "map outcomes to chances", lottery)
        for one in (name, *lottery):
            if one not in worth:
                raise InvalidInputError("utilities", f"have one for {one!r}", list(utilities))
        chances = [float(as_number(p, f"lotteries[{name!r}]", low=0)) for p in lottery.values()]
        if abs(sum(chances) - 1) > 1e-9:
            raise InvalidInputError(f"lotteries[{name!r}]", "sum to 1", lottery)
        own.append(worth[name])
        expected.append(sum(p * worth[o] for p, o in zip(chances, lottery, strict=True)))
    scale = float(np.std(list(worth.values()), ddof=1))
    x, y = np.array(expected), np.array(own)
    spread = float(((x - x.mean()) ** 2).sum())
    if scale == 0 or spread == 0:
        raise InvalidInputError("lotteries", "have different expected utilities", expected)
    slope = float(((x - x.mean()) * (y - y.mean())).sum()) / spread
    return LotteryConsistency(float(np.abs(y - x).mean()) / scale, slope, len(x))


def _measures(wins: FloatArray, draw: np.random.Generator) -> dict[str, float]:
    counts = wins + wins.T
    n = len(wins)
    with np.errstate(invalid="ignore"):
        shares = np.where(counts > 0, wins / np.maximum(counts, 1), 0.5)
    above = np.triu_indices(n, 1)
    decided = np.abs(2 * shares[above] - 1)
    majority = np.where(shares > 0.5, 1.0, np.where(shares < 0.5, 0.0, 0.5))
    np.fill_diagonal(majority, 0)
    scores = majority.sum(axis=1)
    triads = n * (n - 1) * (2 * n - 1) / 12 - float((scores**2).sum()) / 2
    most = (n**3 - n) / 24 if n % 2 else (n**3 - 4 * n) / 24
    weak, moderate, strong, cyclic = _triples(shares)
    accuracy, log_score = _held_out(wins, draw)
    found = (
        *(float(decided.mean()), float((decided <= 0.1 + 1e-12).mean()), triads),
        *(1 - triads / most, weak, moderate, strong, cyclic, accuracy, log_score),
    )
    return dict(zip(_MEASURES, found, strict=True))


def _triples(p: FloatArray) -> tuple[float, float, float, float]:
    """Shares of triples a, b, c with a over b and b over c that violate transitivity."""
    n = len(p)
    first, second = p[:, :, None], p[None, :, :]
    third = np.broadcast_to(p[:, None, :], (n, n, n))
    i, j, k = np.ogrid[:n, :n, :n]
    different = (i != j) & (j != k) & (i != k)
    chain = (first >= 0.5) & (second >= 0.5) & different
    total = max(1, int(chain.sum()))
    low, high = np.minimum(first, second), np.maximum(first, second)
    shares = [float(((third < bound) & chain).sum()) / total for bound in (0.5, low, high)]
    around = first * second * (1 - third) + (1 - first) * (1 - second) * third
    return shares[0], shares[1], shares[2], float(around[different].mean())


def _held_out(wins: FloatArray, draw: np.random.Generator) -> tuple[float, float]:
    """Accuracy and log score on a tenth of the choices, of utilities fitted to the others."""
    whole = wins.astype(np.int64)
    kept = draw.binomial(whole, 0.9)
    left = (whole - kept).astype(float)
    if not left.any():
        kept, left = whole, whole.astype(float)
    rates = _fitted(kept.astype(float))
    right = np.where(rates > 0.5, 1.0, np.where(rates == 0.5, 0.5, 0.0))
    total = float(left.sum())
    logs = np.log(np.where(left > 0, rates, 1.0))
    return float((left * right).sum()) / total, float((left * logs).sum()) / total


def _fitted(wins: FloatArray) -> FloatArray:
    """Rates of Bradley-Terry utilities, with a penalty that keeps them finite."""
    strengths = fit_strengths(wins, logistic, 0.01)[0]
    return np.asarray(1 / (1 + np.exp(strengths[None, :] - strengths[:, None])))


def _misfit(wins: FloatArray) -> float:
    """The likelihood ratio of one rate for each pair against Bradley-Terry utilities."""
    counts = wins + wins.T
    with np.errstate(divide="ignore", invalid="ignore"):
        own = np.where(wins > 0, wins * np.log(wins / np.maximum(counts, 1)), 0.0)
        fitted = np.where(wins > 0, wins * np.log(_fitted(wins)), 0.0)
    return 2 * float((own - fitted).sum())


def _sampled(draw: np.random.Generator, counts: FloatArray, rates: FloatArray) -> FloatArray:
    """As many choices of each pair, drawn with the rates."""
    above = np.triu_indices(len(counts), 1)
    total = counts[above].astype(np.int64)
    won = draw.binomial(total, np.clip(rates[above], 0, 1))
    wins = np.zeros_like(counts)
    wins[above] = won
    wins[above[::-1]] = total - won
    return wins


def _tournament(draw: np.random.Generator, rates: FloatArray) -> FloatArray:
    """Rates that say nothing of each other: uniform for each pair."""
    above = np.triu_indices(len(rates), 1)
    found = rates.copy()
    found[above] = draw.random(len(above[0]))
    return found


def _interval(name: str, own: float, values: list[float]) -> tuple[float, float]:
    """The percentile interval and its reflection at the value, inside what the measure can be.

    Resampling adds noise, which moves all measures one way: percentiles alone may miss the value.
    """
    low, high = (float(x) for x in np.quantile(values, [0.025, 0.975]))
    least = -math.inf if name in ("zeta", "log score") else 0.0
    most = {"circular triads": math.inf, "log score": 0.0}.get(name, 1.0)
    return max(least, min(low, 2 * own - high)), min(most, max(high, 2 * own - low))


def _below(values: list[float], own: float) -> float:
    return float(np.mean([value < own for value in values]))
