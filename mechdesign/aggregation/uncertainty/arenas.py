"""Ratings of an arena: strengths from battles with intervals, shared ranks, ties, covariates."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Literal

import numpy as np

from mechdesign.aggregation.profiles.pairwise import Pairwise
from mechdesign.aggregation.profiles.ranking import Label
from mechdesign.aggregation.reading import pairs_of, read
from mechdesign.aggregation.tables.paired_battles import battles
from mechdesign.algorithms.orders import components
from mechdesign.arrays import FloatArray, IntArray
from mechdesign.clock import ticks
from mechdesign.errors import InfeasibleError, InvalidInputError, require
from mechdesign.io import Table
from mechdesign.io.ballots.battle_logs import BothBad, battle_chunks, log_column
from mechdesign.model import Seed, as_count, as_list, as_number, generator, refuse_unknown
from mechdesign.records import Shown, dataclass
from mechdesign.stats.strengths_with_ties import (
    TIE_MODELS,
    PairCounts,
    TiedFit,
    clustered_covariance,
    fit_with_ties,
)

__all__ = ["ArenaRatings", "arena_ratings", "clustered_ratings"]

ELO_SCALE = 400 / np.log(10)
Ties = Literal["half", "davidson", "rao_kupper"]


class ArenaRatings(Shown):
    """Ratings with their intervals.

    Parameters
    ----------
    alternatives : tuple of labels
        Length m.
    fit : TiedFit
        Log strengths and their covariance.
    low, high : numpy.ndarray, shape (m,)
        Intervals of the log strengths.
    pairs : Pairwise
        What was compared.
    anchor : tuple of label and number
        Who has which rating; the mean of all where the label is None.
    how : dict
        ``ties``, ``ridge``, ``intervals``, ``level``, ``samples``, ``separable``.
    """

    def __init__(
        self,
        fit: TiedFit,
        low: FloatArray,
        high: FloatArray,
        pairs: Pairwise,
        anchor: tuple[Label | None, float],
        how: dict[str, Any],
    ) -> None:
        require(fit, TiedFit, "fit")
        require(pairs, Pairwise, "pairs")
        self.alternatives = pairs.alternatives
        self.fit, self.low, self.high, self.pairs = fit, low, high, pairs
        self.anchor, self.how = anchor, how

    @property
    def decisions(self) -> tuple[str, ...]:
        """What has to be known about the numbers."""
        how = self.how
        told = list(how.get("decisions", ()))
        if how["ridge"]:
            told.append(
                f"ridge {how['ridge']:g}: log strengths are drawn towards their mean, so that "
                "everybody has a rating"
            )
        if how["separable"]:
            told.append(
                f"{how['separable']} of {how['samples']} resamples have no maximum likelihood "
                "strengths and are left out: the intervals are too short (--ridge 1 loses none)"
            )
        return tuple(told)

    def ratings(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Ratings with the ends of their intervals, on the Elo scale."""
        label, level = self.anchor
        shift = 0.0 if label is None else self.fit.strengths[self.alternatives.index(label)]
        low, mid, high = (
            level + ELO_SCALE * (v - shift) for v in (self.low, self.fit.strengths, self.high)
        )
        return mid, low, high

    def ranks(self) -> list[tuple[int, int]]:
        """The best and the worst rank of each that the intervals allow; 1 is best."""
        m = len(self.low)
        return [
            (1 + int((self.low > self.high[k]).sum()), m - int((self.high < self.low[k]).sum()))
            for k in range(m)
        ]

    def table(self) -> Table:
        """Best first: rating, interval, ranks, battles, shares won (ties as halves) and tied."""
        mid, low, high = self.ratings()
        ranks = self.ranks()
        scale = self.pairs.denominator
        battles = self.pairs.compared.sum(axis=1) / scale
        tied = self.pairs.ties.sum(axis=1) / scale
        won = (self.pairs.support.sum(axis=1) + self.pairs.ties.sum(axis=1) / 2) / scale
        rows = [
            [
                str(self.alternatives[k]),
                round(float(mid[k]), 1),
                round(float(low[k]), 1),
                round(float(high[k]), 1),
                str(ranks[k][0]) if ranks[k][0] == ranks[k][1] else "{}-{}".format(*ranks[k]),
                int(battles[k]) if battles[k] == int(battles[k]) else round(float(battles[k]), 2),
                round(float(won[k] / battles[k]), 4) if battles[k] else "",
                round(float(tied[k] / battles[k]), 4) if battles[k] else "",
            ]
            for k in np.argsort(-mid, kind="stable").tolist()
        ]
        columns = ["model", "rating", "low", "high", "ranks", "battles", "won", "tied"]
        return Table(columns, rows, self._title())

    def _title(self) -> str:
        how = self.how
        label, level = self.anchor
        ties = {"half": "ties as half wins"}.get(how["ties"], how["ties"].replace("_", "-"))
        if self.fit.tie == self.fit.tie:
            ties += f" {self.fit.tie:.4g}"
        at = f"{'the mean' if label is None else label} at {level:g}"
        between = f" between {how['clusters']} clusters" if "clusters" in how else ""
        kind = f"{how['level']:.0%} {how['intervals']} intervals{between}"
        return f"Bradley-Terry, {ties}; {kind}; {at}"

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        mid, low, high = self.ratings()
        label, level = self.anchor
        return {
            **{k: v for k, v in self.how.items() if k != "decisions"},
            "anchor": [None if label is None else str(label), level],
            "tie_parameter": None if self.fit.tie != self.fit.tie else self.fit.tie,
            "log_likelihood": self.fit.log_likelihood,
            "ratings": {
                str(x): {
                    "rating": float(mid[k]),
                    "low": float(low[k]),
                    "high": float(high[k]),
                    "ranks": list(self.ranks()[k]),
                    "battles": float(self.pairs.compared[k].sum() / self.pairs.denominator),
                }
                for k, x in enumerate(self.alternatives)
            },
            "decisions": list(self.decisions),
        }

    def __str__(self) -> str:
        note = "ranks: what the intervals allow; those who overlap share theirs"
        return f"{self.table()}\n{note}"


def arena_ratings(
    data: object,
    *,
    ties: Ties = "half",
    ridge: float = 0,
    intervals: Literal["sandwich", "bootstrap"] = "sandwich",
    samples: int = 200,
    level: float = 0.95,
    anchor: tuple[Label | None, float] = (None, 1000.0),
    rng: Seed = 0,
    **options: object,
) -> ArenaRatings:
    """Ratings from battles, with intervals and shared ranks.

    Parameters
    ----------
    data : battles, rankings or Pairwise
        See :func:`read`; a ranking counts as its pairwise comparisons.  A list of (left, right,
        result) with the results ``left``, ``right`` and ``tie`` is one of battles.
    ties : {"half", "davidson", "rao_kupper"}
        A tie is half a win of each; or it has a likelihood of its own: Davidson's nu times the
        geometric mean of the strengths, or Rao and Kupper's threshold theta.
    ridge : float
        Penalty of ``ridge / 2`` times the squares of the log strengths.
    intervals : {"sandwich", "bootstrap"}
        Normal with the robust covariance, or percentiles over resampled battles.
    samples : int
        Of the bootstrap.
    level : float in (0, 1)
        Coverage of each interval.
    anchor : pair of label and number
        Who has which rating; with None the mean of the log strengths has it.
    rng : numpy.random.Generator or int
        Of the bootstrap.
    **options
        Of :func:`read`.

    Raises
    ------
    InfeasibleError
        If some set never lost to the others and there is no ridge.

    Notes
    -----
    Only the table of pairs is looked at.  A resample that has no maximum is left out and counted.

    Examples
    --------
    >>> found = arena_ratings({"A > B": 30, "B > A": 10, "A = B": 20}, ties="davidson")
    >>> round(found.fit.tie, 6), found.ranks()
    (1.154701, [(1, 1), (2, 2)])
    """
    if _is_log(data):
        data = battles(data)
    pairs = data if isinstance(data, Pairwise) else pairs_of(read(data, **options))
    asked = _Asked(ties, ridge, intervals, samples, level, anchor, rng)
    return _rated(pairs, asked, None)


def clustered_ratings(
    data: object,
    clusters: str | Sequence[object],
    *,
    left: str | None = None,
    right: str | None = None,
    winner: str | None = None,
    both_bad: BothBad = "tie",
    strong: int = 1,
    **how: Any,
) -> ArenaRatings:
    """Ratings whose intervals know that battles of one prompt or judge belong together.

    The ratings are those of :func:`arena_ratings`; battles count as independent only between
    clusters, in the robust covariance as in the bootstrap, which draws whole clusters.

    Parameters
    ----------
    data : battles
        As in :func:`battles`, in their order.
    clusters : str, or sequence of labels, one for each row
        Which battles belong together; as text the column of the log that says it.
    left, right, winner, both_bad, strong
        As in :func:`battles`.
    **how
        ``ties``, ``ridge``, ``intervals``, ``samples``, ``level``, ``anchor`` and ``rng`` as in
        :func:`arena_ratings`.

    Raises
    ------
    InvalidInputError
        If there is not one label for each row, or one cluster only.
    InfeasibleError
        As in :func:`arena_ratings`.

    Examples
    --------
    >>> log = [("x", "y", "left"), ("x", "y", "left"), ("x", "y", "right"), ("y", "x", "tie")]
    >>> clustered_ratings(log, ["p1", "p1", "p2", "p3"]).how["clusters"]
    3
    """
    refuse_unknown(how, arena_ratings)
    asked = _Asked(**how)
    named: list[object]
    if isinstance(clusters, str):
        data, named = log_column(data, clusters)
        empty = next((k for k, label in enumerate(named) if label in (None, "")), None)
        if empty is not None:
            told = f"have a label in every row of {clusters}"
            raise InvalidInputError("clusters", told, f"nothing in row {empty + 1}")
    else:
        named = as_list(clusters, "clusters")
    ids: dict[Any, int] = {}
    words: dict[str, Any] = {"left": left, "right": right, "winner": winner}
    chunks = list(battle_chunks(data, ids, both_bad=both_bad, strong=strong, **words))
    ours, theirs, sign, lines = (
        np.concatenate([getattr(chunk, name) for chunk in chunks])
        for name in ("left", "right", "sign", "lines")
    )
    rows = sum(chunk.rows for chunk in chunks)
    if len(named) != rows:
        raise InvalidInputError(
            "clusters", f"have one label for each of {rows} battles", len(named)
        )
    known = {label: k for k, label in enumerate(dict.fromkeys(named[k] for k in lines.tolist()))}
    if len(known) < 2:
        raise InvalidInputError("clusters", "be two or more", len(known))
    labels = sorted(ids, key=str)
    m, place = len(labels), np.empty(len(labels), dtype=np.int64)
    place[[ids[label] for label in labels]] = np.arange(m)
    ours, theirs = place[ours], place[theirs]
    swapped = ours > theirs
    first, second = np.where(swapped, theirs, ours), np.where(swapped, ours, theirs)
    sign = np.where(swapped, -sign, sign)
    outcome = np.where(sign > 0, 0, np.where(sign < 0, 1, 2))
    wins, tied = (np.zeros((m, m), dtype=np.int64) for _ in range(2))
    ahead, behind = np.where(sign < 0, second, first), np.where(sign < 0, first, second)
    np.add.at(wins, (ahead, behind), sign != 0)
    np.add.at(tied, (first, second), sign == 0)
    tied = tied + tied.T
    pairs = Pairwise(tuple(labels), wins, tied + wins + wins.T)
    keys, pair = np.unique(first * m + second, return_inverse=True)
    assert len(keys) == len(pair_counts(pairs).first)
    cluster = np.array([known[named[k]] for k in lines.tolist()])
    return _rated(pairs, asked, (pair.ravel(), outcome, cluster))


def _is_log(data: object) -> bool:
    """Whether data are (left, right, result), and not rankings of three."""
    results = {"left", "right", "tie", "model_a", "model_b"}
    return isinstance(data, (list, tuple)) and all(
        isinstance(row, (list, tuple)) and len(row) == 3 and row[2] in results for row in data
    )


@dataclass(frozen=True, eq=False)
class _Asked:
    """The parameters of :func:`arena_ratings`."""

    ties: Ties = "half"
    ridge: float = 0
    intervals: Literal["sandwich", "bootstrap"] = "sandwich"
    samples: int = 200
    level: float = 0.95
    anchor: tuple[Label | None, float] = (None, 1000.0)
    rng: Seed = 0


def _rated(
    pairs: Pairwise, asked: _Asked, clustered: tuple[IntArray, IntArray, IntArray] | None
) -> ArenaRatings:
    """Ratings of comparisons; with battles and their clusters intervals between clusters."""
    ties, intervals, level, anchor = asked.ties, asked.intervals, asked.level, asked.anchor
    if ties not in TIE_MODELS:
        raise InvalidInputError("ties", f"be one of {', '.join(TIE_MODELS)}", ties)
    if intervals not in ("sandwich", "bootstrap"):
        raise InvalidInputError("intervals", "be sandwich or bootstrap", intervals)
    if not 0 < float(as_number(level, "level")) < 1:
        raise InvalidInputError("level", "be in (0, 1)", level)
    penalty = float(as_number(asked.ridge, "ridge", low=0))
    label, _ = anchor
    if label is not None and label not in pairs.alternatives:
        named = ", ".join(map(str, pairs.alternatives[:8]))
        raise InvalidInputError("anchor", f"name one of {named}", label)
    counts = pair_counts(pairs)
    if not penalty:
        refuse_separable(counts, pairs.alternatives)
    fit = fit_with_ties(counts, ties, ridge=penalty)
    shift = 0 if label is None else pairs.alternatives.index(label)
    lost = 0
    if intervals == "sandwich":
        from scipy.special import ndtri

        covariance = fit.covariance
        if clustered is not None:
            covariance = clustered_covariance(counts, ties, fit, clustered, penalty)
        if label is not None:
            # The anchor has no interval; others have that of their difference to it.
            differ = np.eye(counts.size)
            differ[:, shift] -= 1
            covariance = differ @ covariance @ differ.T
        half = float(ndtri((1 + level) / 2)) * np.sqrt(np.clip(np.diag(covariance), 0, None))
        low, high = fit.strengths - half, fit.strengths + half
    else:
        number = as_count(asked.samples, "samples", low=2)
        tables = _tables(counts, clustered, number, generator(asked.rng))
        drawn, lost = _resampled(counts, fit, ties, penalty, tables)
        if len(drawn) < 2:
            raise InfeasibleError("hardly any resample has maximum likelihood strengths: use ridge")
        if label is not None:
            drawn = drawn - drawn[:, [shift]] + fit.strengths[shift]
        low, high = np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2], axis=0)
    how = {
        "ties": ties,
        "ridge": penalty,
        "intervals": intervals,
        "level": level,
        "samples": asked.samples if intervals == "bootstrap" else 0,
        "separable": lost,
    }
    if clustered is not None:
        how["clusters"] = int(clustered[2].max()) + 1
    return ArenaRatings(fit, low, high, pairs, anchor, how)


def pair_counts(pairs: Pairwise) -> PairCounts:
    """Comparisons by pair."""
    first, second = np.nonzero(np.triu(pairs.compared, 1))
    won = pairs.support[first, second] / pairs.denominator
    lost = pairs.support[second, first] / pairs.denominator
    tied = pairs.ties[first, second] / pairs.denominator
    return PairCounts(pairs.m, first, second, np.stack([won, lost, tied], 1))


def _strong(counts: PairCounts, outcomes: FloatArray) -> list[list[int]]:
    """The sets that lead to one another by wins and ties, best first."""
    beats = np.zeros((counts.size, counts.size), dtype=bool)
    tied = outcomes[:, 2] > 0
    beats[counts.first, counts.second] = (outcomes[:, 0] > 0) | tied
    beats[counts.second, counts.first] = (outcomes[:, 1] > 0) | tied
    return components(beats)


def refuse_separable(counts: PairCounts, labels: Sequence[Label]) -> None:
    """Raise where some set never lost to the others."""
    parts = _strong(counts, counts.outcomes)
    if len(parts) > 1:
        top = ", ".join(str(labels[k]) for k in parts[0][:5])
        raise InfeasibleError(
            f"no maximum likelihood strengths: {top} never lost to (or were never compared with) "
            "the others (ridge=1 has a maximum)"
        )


def _tables(
    counts: PairCounts,
    clustered: tuple[IntArray, IntArray, IntArray] | None,
    samples: int,
    rng: np.random.Generator,
) -> Iterator[FloatArray]:
    """Resampled outcomes by pair: of battles, or of whole clusters of them."""
    cells = counts.outcomes.ravel()
    total = round(float(cells.sum()))
    for _ in ticks(range(samples)):
        if clustered is None:
            drawn = rng.multinomial(total, cells / cells.sum()).astype(float)
        else:
            pair, outcome, cluster = clustered
            many = int(cluster.max()) + 1
            times = rng.multinomial(many, np.full(many, 1 / many))
            drawn = np.bincount(3 * pair + outcome, times[cluster], len(cells))
        yield drawn.reshape(-1, 3)


def _resampled(
    counts: PairCounts,
    fit: TiedFit,
    ties: Ties,
    ridge: float,
    tables: Iterator[FloatArray],
) -> tuple[FloatArray, int]:
    """Strengths of resampled battles, and how many resamples have none."""
    found, lost = [], 0
    for drawn in tables:
        if not ridge and len(_strong(counts, drawn)) > 1:
            lost += 1
            continue
        again = PairCounts(counts.size, counts.first, counts.second, drawn)
        found.append(fit_with_ties(again, ties, ridge=ridge, start=fit.strengths).strengths)
    return np.array(found), lost
