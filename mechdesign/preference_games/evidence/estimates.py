"""What a log of comparisons tells: a game, how far it may be off, and whether a model fits."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import replace
from math import log, sqrt
from os import PathLike
from typing import Any, Literal

import numpy as np

from mechdesign.arrays import FloatArray
from mechdesign.clock import ticks
from mechdesign.errors import InvalidInputError
from mechdesign.io import Table
from mechdesign.model import Number, Seed, as_count, as_number
from mechdesign.preference_games.reading_games import PreferenceGame, game
from mechdesign.records import dataclass

__all__ = ["Estimate", "estimate"]

Model = Literal["empirical", "bradley_terry", "thurstone"]


@dataclass(frozen=True, eq=False, repr=False)
class Estimate:
    """A game estimated from comparisons.

    Parameters
    ----------
    game : PreferenceGame
        The estimate.
    model : str
        ``empirical``: the shares themselves; or a model of strengths.
    wins, ties : arrays, shape (n, n)
        What was counted: wins of the row against the column, ties of each pair.
    radius : float
        All shares of the pairs are within it of the truth, with the confidence asked for; infinite
        where a pair was never compared.
    confidence : float
        Of the radius.
    strengths : array, shape (n,), optional
        Of the model, summing to 0.
    statistic, degrees, p_value : float, int, float, optional
        The likelihood ratio of the shares against the model, and how unlikely it is if that holds.
    cyclic, triples : int
        Triples of alternatives that majorities put in a circle, and all triples.
    position_bias : float, optional
        How much more often than half of the time the left alternative won, over the pairs that
        were shown both ways round; None for counts, or where there are no such pairs.
    """

    game: PreferenceGame
    model: str
    wins: FloatArray
    ties: FloatArray
    radius: float
    confidence: float
    strengths: FloatArray | None
    statistic: float | None
    degrees: int | None
    p_value: float | None
    cyclic: int
    triples: int
    position_bias: float | None

    @property
    def loss_bound(self) -> float:
        """How much more than half of the time the maximal lottery may be beaten in truth."""
        return self.radius

    def resampled(self, samples: int = 200, *, rng: Seed = 0) -> Table:
        """How often each alternative is in a maximal lottery when the comparisons are drawn anew.

        Parameters
        ----------
        samples : int
            How many times the comparisons of every pair are drawn with replacement.
        rng : numpy.random.Generator or int
            A generator or the seed of one.
        """
        from mechdesign.solvers.linear.matrix_games import solve_game

        count = as_count(samples, "samples", low=1)
        generator = np.random.default_rng(rng)
        n = self.game.n
        rows, columns = np.triu_indices(n, 1)
        shares = np.stack([self.wins[rows, columns], self.ties[rows, columns]])
        shares = np.vstack([shares, self.wins[columns, rows]]).T
        totals = shares.sum(axis=1)
        p = np.where(totals[:, None] > 0, shares / np.maximum(totals, 1)[:, None], [0, 1, 0])
        found, losses = np.zeros((count, n)), np.zeros(count)
        margin = (shares[:, 0] - shares[:, 2]) / np.maximum(totals, 1)
        own = solve_game(_skew(margin, n))[1]
        for k in ticks(range(count)):
            drawn = generator.multinomial(totals.astype(int), p)
            grid = _skew((drawn[:, 0] - drawn[:, 2]) / np.maximum(totals, 1), n)
            found[k] = solve_game(grid)[1]
            losses[k] = max(0.0, float((grid @ own).max()) / 2)
        told = f"maximal lotteries of {count} resampled logs"
        return resampled_table(self.game.alternatives, found, losses, told)

    def table(self) -> Table:
        """One row a question, with its answer."""
        rows: list[list[Any]] = [
            ["comparisons", float(self.wins.sum() + self.ties.sum() / 2)],
            ["fewest of a pair", float(_compared(self.wins, self.ties).min())],
            [f"radius at {self.confidence:g}", self.radius],
            ["cyclic triples", f"{self.cyclic} of {self.triples}"],
        ]
        if self.position_bias is not None:
            rows.append(["bias towards the left", self.position_bias])
        if self.statistic is not None:
            told = f"{self.statistic:.4g} on {self.degrees} degrees, p = {self.p_value:.3g}"
            rows.append([f"shares against {self.model}", told])
        notes = list(self.game.decisions)
        if self.radius >= 0.25:
            notes.append("a radius this wide says next to nothing: compare more")
        return Table(["question", "answer"], rows, f"estimate ({self.model})", notes)

    def __repr__(self) -> str:
        return str(self.table())


def _skew(margins: FloatArray, n: int) -> FloatArray:
    """The skew matrix with these margins of the pairs above its diagonal."""
    grid = np.zeros((n, n))
    grid[np.triu_indices(n, 1)] = margins
    return grid - grid.T


def resampled_table(
    alternatives: Sequence[Hashable], found: FloatArray, losses: FloatArray, title: str
) -> Table:
    """What lotteries of several samples say of each alternative, and of that of all data."""
    low, high = np.quantile(found, [0.025, 0.975], axis=0)
    rows = [
        [a, float((found[:, i] > 1e-9).mean()), float(found[:, i].mean()), *map(float, ends)]
        for i, (a, ends) in enumerate(zip(alternatives, zip(low, high, strict=True), strict=True))
    ]
    columns = ["alternative", "in the support", "mean chance", "low", "high"]
    worst = 0.5 + float(np.quantile(losses, 0.95))
    note = f"the lottery of all data is beaten at most {worst:.3f} of the time in 95% of them"
    return Table(columns, rows, title, [note])


def estimate(
    data: object,
    *,
    model: Model = "empirical",
    smooth: Number = 0,
    missing: Number | None = None,
    confidence: float = 0.95,
) -> Estimate:
    """Estimate a game from comparisons, ties as half wins.

    Parameters
    ----------
    data : log, path, data frame, or pairwise comparisons
        As in :func:`game`; a matrix holds wins.
    model : {"empirical", "bradley_terry", "thurstone"}
        The shares, or a model of strengths: ``1 / (1 + exp(s_j - s_i))``, or ``Phi(s_i - s_j)``.  A
        model has no cycles, so that its maximal lottery is the strongest alternative.
    smooth, missing
        As in :func:`game`.
    confidence : float
        That all pairs together are within the radius.

    Returns
    -------
    Estimate
        With a test of the model against the shares, and the bias towards the left position.

    Raises
    ------
    InfeasibleError
        If a model has no best strengths: some alternatives never lost to the others.

    Notes
    -----
    The radius ``sqrt(log(2 C(n, 2) / (1 - confidence)) / (2 m))`` with the fewest comparisons m of
    a pair is Hoeffding's bound, for all pairs at once; it takes the comparisons as independent.

    Examples
    --------
    >>> log = [("a", "b", "left")] * 8 + [("a", "b", "right")] * 2
    >>> found = estimate(log)
    >>> found.game.rate("a", "b"), round(found.radius, 4)
    (Fraction(4, 5), 0.4295)
    """
    if model not in ("empirical", "bradley_terry", "thurstone"):
        raise InvalidInputError("model", "be empirical, bradley_terry or thurstone", model)
    level = float(as_number(confidence, "confidence"))
    if not 0 < level < 1:
        raise InvalidInputError("confidence", "be between 0 and 1", confidence)
    labels, wins, ties, bias = _counts(data)
    counted = _Counted(labels, wins, wins + wins.T + ties)
    every = game(counted, smooth=smooth, missing=missing)
    n = len(labels)
    pairs = max(1, n * (n - 1) // 2)
    fewest = float(_compared(wins, ties).min()) if n > 1 else np.inf
    radius = sqrt(log(2 * pairs / (1 - level)) / (2 * fewest)) if fewest else np.inf
    beats = (every.rates > 0.5).astype(float)
    cyclic = int(np.einsum("ij,ji->", beats @ beats, beats)) // 3
    triples = n * (n - 1) * (n - 2) // 6
    fit = (None, None, None, None)
    if model != "empirical":
        extra = float(smooth) / 2
        halves = np.asarray(wins + ties / 2 + extra * (1 - np.eye(n)), dtype=float)
        every, fit = _fitted(every, halves, model)
    return Estimate(every, model, wins, ties, float(radius), level, *fit, cyclic, triples, bias)


@dataclass(frozen=True, eq=False)
class _Counted:
    """Counts in the form that :func:`game` reads."""

    alternatives: tuple[Hashable, ...]
    support: Any
    compared: Any


def _counts(data: Any) -> tuple[Any, Any, Any, float | None]:
    """Labels, wins, ties and the bias towards the left position."""
    from mechdesign.io.ballots.battle_logs import battle_chunks

    if all(hasattr(data, name) for name in ("alternatives", "support", "compared")):
        ties = np.asarray(data.compared - data.support - data.support.T)
        return tuple(data.alternatives), np.asarray(data.support), ties, None
    if isinstance(data, np.ndarray):
        read = game(data, kind="wins", missing=0.5)
        wins = np.array(data)
        np.fill_diagonal(wins, 0)
        return read.alternatives, wins, np.zeros_like(wins), None
    ids: dict[Hashable, int] = {}
    counted = np.zeros((3, 0, 0), dtype=np.int64)
    for chunk in battle_chunks(data, ids):
        m, old = len(ids), counted.shape[1]
        counted = np.pad(counted, ((0, 0), (0, m - old), (0, m - old)))
        key = chunk.left * m + chunk.right
        for k, sign in enumerate((1, -1, 0)):
            counted[k] += np.bincount(key[chunk.sign == sign], minlength=m * m).reshape(m, m)
    labels = sorted(ids, key=str)
    place = np.array([ids[label] for label in labels])
    left, right, tied = (one[np.ix_(place, place)] for one in counted)
    shown = left + right + tied
    both = (shown > 0) & (shown.T > 0)
    bias = None
    # In a log of winners and losers the first has won always: it tells nothing of positions.
    if both.any() and not _names_losers(data):
        rate = np.where(both, (left + tied / 2) / np.maximum(shown, 1), 0.0)
        # In a pair the strengths cancel: left wins of both orders exceed 1 by twice the bias.
        bias = float(((rate + rate.T)[both] / 2 - 0.5).mean())
    return tuple(labels), left + right.T, tied + tied.T, bias


def position_bias(log: Any) -> float | None:
    """The bias of a log towards the left; None where no pair was shown both ways round."""
    return _counts(log)[3]


def _names_losers(data: Any) -> bool:
    """Whether the columns of a log are winner and loser, so that no position is told."""
    from mechdesign.io.ballots.battle_logs import battle_columns
    from mechdesign.io.score_tables import read_grid

    if isinstance(data, (str, PathLike)):
        data = read_grid(data)
    if not hasattr(data, "columns"):
        return False
    names = [name.strip().lower() for name in battle_columns(list(map(str, data.columns)))]
    return names[0] == "winner"


def _compared(wins: Any, ties: Any) -> FloatArray:
    """How often each pair was compared."""
    rows, columns = np.triu_indices(len(wins), 1)
    found = np.asarray((wins + wins.T + ties)[rows, columns], dtype=float)
    return found if len(found) else np.array([np.inf])


def _fitted(every: PreferenceGame, wins: FloatArray, model: str) -> tuple[PreferenceGame, Any]:
    from scipy.special import chdtrc

    from mechdesign.algorithms.orders import components
    from mechdesign.errors import InfeasibleError
    from mechdesign.stats.paired_strengths import fit_strengths, logistic, probit

    if len(components(wins > 0)) > 1:
        raise InfeasibleError(
            "no best strengths: some alternatives never lost to the others (smooth=1 has them)"
        )
    link = logistic if model == "bradley_terry" else probit
    strengths, _, value = fit_strengths(wins, link)
    gaps = strengths[:, None] - strengths[None, :]
    rates = np.exp(link(gaps)[0])
    rates = (rates + 1 - rates.T) / 2
    total = wins + wins.T
    share = np.where(wins > 0, wins / np.where(total > 0, total, 1), 1.0)
    saturated = float((wins * np.log(share)).sum())
    compared = int((np.triu(total, 1) > 0).sum())
    degrees = compared - (every.n - 1)
    statistic = max(0.0, 2 * (saturated - value))
    p_value = float(chdtrc(degrees, statistic)) if degrees else 1.0
    told = replace(every, rates=rates, margins=None, compared=None)
    return told, (strengths, statistic, degrees, p_value)
