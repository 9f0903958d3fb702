"""How much a ranking depends on which tasks (or voters) happened to be there: the bootstrap."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from mechdesign.aggregation.analysis.comparison import Comparison
from mechdesign.aggregation.profiles.problems import ScoreData
from mechdesign.aggregation.profiles.profile import Profile
from mechdesign.aggregation.profiles.ranking import Label
from mechdesign.aggregation.reading import named, read
from mechdesign.aggregation.results import TIE_TOLERANCE, AggregationResult
from mechdesign.arrays import FloatArray
from mechdesign.errors import InfeasibleError, InvalidInputError, require
from mechdesign.io import Table
from mechdesign.model import (
    AddsUp,
    Mechanism,
    MechanismLike,
    Problem,
    Seed,
    as_count,
    as_number,
    generator,
)
from mechdesign.parallel import map_tasks
from mechdesign.records import Shown, dataclass

__all__ = ["BootstrapRanks", "bootstrap", "jackknife", "with_bootstrap"]

# Numbers of a block of samples.
_CELLS = 2_000_000
# Parts of the resamples for each worker.
_PARTS = 8


@dataclass(frozen=True, eq=False, repr=False)
class BootstrapRanks:
    """The ranks of all alternatives in each resample.

    Parameters
    ----------
    rule : str
        The rule.
    alternatives : tuple of labels, length m
        The columns.
    ranks : numpy.ndarray, shape (samples, m)
        Rank 1 is best; ties share the average.
    level : float
        Of the intervals.
    seed : object
        What the generator was made from, where it was a number.
    failed : int
        How many more resamples the rule could not rank; they are left out, which makes intervals
        of what is often missing too narrow.
    """

    rule: str
    alternatives: tuple[Label, ...]
    ranks: FloatArray
    level: float
    seed: int | None = None
    failed: int = 0

    def first(self) -> FloatArray:
        """The share of resamples in which each one is first, ties shared."""
        best = self.ranks.min(axis=1, keepdims=True)
        top = self.ranks == best
        return np.asarray((top / top.sum(axis=1, keepdims=True)).mean(axis=0))

    def interval(self) -> tuple[FloatArray, FloatArray]:
        """The percentile interval of each rank."""
        tail = (1 - self.level) / 2
        ends = [
            np.quantile(part, (tail, 1 - tail), axis=0, method="inverted_cdf")
            for part in np.array_split(self.ranks, -(-self.ranks.size // _CELLS), axis=1)
        ]
        low, high = np.concatenate(ends, axis=1)
        return low, high

    def superiority(self) -> FloatArray:
        """The share of resamples in which the row is above the column, ties half, shape (m, m)."""
        return np.array(
            [
                (own < self.ranks).mean(axis=0) + (own == self.ranks).mean(axis=0) / 2
                for own in self.ranks.T[:, :, None]
            ]
        )

    def table(self) -> Table:
        """Probability of being first and rank interval of each, the best mean rank first."""
        low, high = self.interval()
        first = self.first()
        middle = self.ranks.mean(axis=0)
        rows = [
            [
                str(self.alternatives[k]),
                round(float(middle[k]), 2),
                round(float(first[k]), 3),
                f"{low[k]:g}-{high[k]:g}",
            ]
            for k in np.argsort(middle, kind="stable")
        ]
        return Table(
            ["system", "mean rank", "P(first)", f"{self.level:.0%} ranks"],
            rows,
            f"{self.rule}: {len(self.ranks)} bootstrap resamples",
            [self.told_failed()] if self.failed else [],
        )

    def told_failed(self) -> str:
        """How many resamples are left out, in words."""
        total = self.failed + len(self.ranks)
        return (
            f"{self.failed} of {total} resamples cannot be ranked by {self.rule} and are left out"
        )

    def __repr__(self) -> str:
        return self.table().to_text()


def bootstrap(
    data: object,
    rule: MechanismLike = "aggregation.borda",
    *,
    samples: int = 1000,
    level: float = 0.95,
    rng: Seed = 0,
    workers: int = 1,
    progress: Callable[[], object] | None = None,
    **options: object,
) -> BootstrapRanks:
    """Resample the tasks (or voters) with replacement and rank again.

    Parameters
    ----------
    data : scores or rankings
        See :func:`read`; each agent of the problem is one draw, weights go along.
    rule : rule
        A rule that adds up what each task gives (Borda, the mean of complete data) is evaluated in
        one matrix product; any other is called once for each resample.
    samples : int
        Number of resamples.
    level : float in (0, 1)
        Of the rank intervals.
    rng : numpy.random.Generator or int
        Same seed, same resamples.
    workers : int
        How many processes may call the rule at the same time; the same ranks for any number.
    progress : callable, optional
        Called now and then, where a rule is called for each resample.

    Returns
    -------
    BootstrapRanks
        Ranks, probabilities of being first, intervals.

    Notes
    -----
    A percentile interval of one rank; for statements about all ranks at once use simultaneous
    methods.

    Examples
    --------
    >>> bootstrap({"A > B": 1, "A > C > B": 1, "B > A > C": 1}, samples=200).first().tolist()[2]
    0.0
    """
    number, count = as_count(samples, "samples", low=1), as_count(workers, "workers", low=1)
    if not 0 < float(as_number(level, "level")) < 1:
        raise InvalidInputError("level", "be in (0, 1)", level)
    problem = read(data, **options)
    mechanism = named(rule)
    ranks, failed = _ranks(
        problem, mechanism, _draws(problem, number, generator(rng)), count, progress
    )
    seed = int(rng) if isinstance(rng, (int, np.integer)) else None
    return BootstrapRanks(
        mechanism.name.removeprefix("aggregation."),
        problem.data.alternatives,
        ranks,
        level,
        seed,
        failed,
    )


def jackknife(
    data: object, rule: MechanismLike = "aggregation.borda", **options: object
) -> BootstrapRanks:
    """Leave out each task (or voter) in turn and rank again.

    Parameters
    ----------
    data : scores or rankings
        See :func:`read`; at least two agents.
    rule : rule
        As in :func:`bootstrap`.

    Returns
    -------
    BootstrapRanks
        One row of ranks for each agent left out; the interval with ``level=1`` is their range.

    Examples
    --------
    >>> jackknife({"A": [3, 1, 3], "B": [2, 2, 2]}, "mean").ranks.tolist()
    [[1.5, 1.5], [1.0, 2.0], [1.5, 1.5]]
    """
    problem = read(data, **options)
    n = len(problem)
    if n < 2:
        raise InvalidInputError("data", "have at least two tasks to leave one out", n)
    mechanism = named(rule)
    weights = [float(problem.weight_of(agent)) for agent in problem.agents]
    draws = (1 - np.eye(n)) * np.array(weights)
    ranks, failed = _ranks(problem, mechanism, [draws])
    name = mechanism.name.removeprefix("aggregation.")
    return BootstrapRanks(name, problem.data.alternatives, ranks, 1.0, None, failed)


def _draws(problem: Problem, samples: int, rng: np.random.Generator) -> Iterator[FloatArray]:
    """How often each agent is drawn; whole weights of rankings are that many voters.

    In blocks of samples that fit into memory; their size does not change what is drawn.
    """
    n = len(problem)
    weights = np.array([float(problem.weight_of(agent)) for agent in problem.agents])
    block = max(1, _CELLS // max(n, len(problem.data.alternatives)))
    scored = problem.weights is None or isinstance(problem.data, ScoreData)
    voters = n if scored else max(1, round(float(weights.sum())))
    shares = np.full(n, 1 / n) if scored else weights / weights.sum()
    for first in range(0, samples, block):
        drawn = rng.multinomial(voters, shares, size=min(block, samples - first))
        yield drawn * weights if scored else drawn.astype(np.float64)


def _ranks(
    problem: Problem,
    rule: Mechanism[Any],
    draws: Iterable[FloatArray],
    workers: int = 1,
    progress: Callable[[], object] | None = None,
) -> tuple[FloatArray, int]:
    """The ranks in every resample that can be ranked, and how many cannot."""
    points = rule.parts(problem) if isinstance(rule, AddsUp) else None
    if points is not None:
        table = np.array([[float(p) for p in row] for row in points])
        return np.concatenate([_rank_rows(block @ table) for block in draws]), 0
    ranks: list[list[float]] = []
    failures: list[Exception] = []
    for block in draws:
        for found in _ranks_of_rule(problem, rule, block, workers, progress):
            if isinstance(found, Exception):
                failures.append(found)
            else:
                ranks.append(found)
    if not ranks:
        raise failures[-1]
    return np.array(ranks), len(failures)


def _rank_rows(scores: FloatArray) -> FloatArray:
    """Average ranks of each row, the largest score first; scores within the tolerance tie."""
    scale = np.abs(scores).max(axis=1, keepdims=True)
    scale[scale == 0] = 1.0
    rounded = np.round(scores / scale / TIE_TOLERANCE)
    profile = Profile.from_scores(rounded)
    return profile.doubled_positions() / 2 + 1


def _ranks_of_rule(
    problem: Problem,
    rule: Callable[..., Any],
    draws: FloatArray,
    workers: int,
    progress: Callable[[], object] | None,
) -> list[list[float] | Exception]:
    keys = [row.tobytes() for row in draws]
    distinct = dict(zip(keys, draws, strict=True))  # each sample is ranked once
    rows = list(distinct.values())
    step = max(1, -(-len(rows) // (_PARTS * workers)))
    parts = [rows[k : k + step] for k in range(0, len(rows), step)]
    job = functools.partial(_ranked, problem, rule)
    told = itertools.chain.from_iterable(map_tasks(job, parts, workers=workers, step=progress))
    known = dict(zip(distinct, told, strict=True))
    return [known[key] for key in keys]


def _ranked(
    problem: Problem, rule: Callable[..., Any], rows: Sequence[FloatArray]
) -> list[list[float] | Exception]:
    """The ranks in some samples, or why one cannot be ranked."""
    found: list[list[float] | Exception] = []
    for row in rows:
        drawn = [int(w) if w == int(w) else float(w) for w in row.tolist()]
        alive = [a for a, w in zip(problem.agents, drawn, strict=True) if not w]
        part = replace(problem, weights=tuple(drawn)).without(*alive)
        try:
            result: AggregationResult = rule(part)
            ranks = result.choice.rank_vector(problem.data.alternatives)
            found.append([float(v) for v in ranks])
        except (InfeasibleError, InvalidInputError) as error:
            # A system without a score, or strengths without a maximum.
            if isinstance(error, InvalidInputError) and error.parameter != "data":
                raise
            found.append(error)
    return found


class BootstrappedComparison(Shown):
    """A comparison of rules with rank intervals.

    Parameters
    ----------
    comparison : Comparison
        The rules on the data as they are.
    ranks : dict of str to BootstrapRanks
        By rule.
    """

    def __init__(self, comparison: Comparison, ranks: dict[str, BootstrapRanks]) -> None:
        self.comparison = comparison
        self.ranks = ranks

    @property
    def decisions(self) -> tuple[str, ...]:
        """What had to be decided when the data were read, and which resamples are left out."""
        told = [found.told_failed() for found in self.ranks.values() if found.failed]
        return (*self.comparison.decisions, *told)

    def table(self) -> Table:
        """The comparison's table with the interval of each rank in brackets."""
        plain = self.comparison.table()
        labels = [str(x) for x in self.comparison.problem.data.alternatives]
        rows = [list(row) for row in plain.rows]
        for k, name in enumerate(plain.columns[1:], 1):
            low, high = self.ranks[name].interval()
            for row in rows:
                at = labels.index(row[0])
                row[k] = f"{row[k]} [{low[at]:g}-{high[at]:g}]"
        level = next(iter(self.ranks.values())).level
        one = next(iter(self.ranks.values()))
        count = len(one.ranks) + one.failed
        note = (
            f"In brackets the {level:.0%} interval of the rank over {count} resamples of the tasks."
        )
        left_out = [found.told_failed() for found in self.ranks.values() if found.failed]
        return Table(plain.columns, rows, plain.title, [note, *left_out])

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        content = self.comparison.to_dict()
        content["decisions"] = list(self.decisions)
        content["bootstrap"] = {}
        for name, found in self.ranks.items():
            low, high = found.interval()
            labels = [str(x) for x in found.alternatives]
            content["bootstrap"][name] = {
                "samples": len(found.ranks),
                "failed": found.failed,
                "level": found.level,
                "seed": found.seed,
                "first": dict(zip(labels, found.first().tolist(), strict=True)),
                "low": dict(zip(labels, low.tolist(), strict=True)),
                "high": dict(zip(labels, high.tolist(), strict=True)),
            }
        return content

    def __str__(self) -> str:
        lines = []
        for name, found in self.ranks.items():
            first = found.first()
            best = np.argsort(-first, kind="stable")[:3]
            shares = ", ".join(
                f"{found.alternatives[k]} {first[k]:.0%}" for k in best if first[k] > 0
            )
            lines.append(f"Probability of being first under {name}: {shares}.")
        return "\n".join([f"{self.table()}\n", self.comparison.explain(), *lines])


def with_bootstrap(
    comparison: Comparison,
    *,
    samples: int = 1000,
    level: float = 0.95,
    rng: Seed = 0,
    workers: int = 1,
) -> BootstrappedComparison:
    """Add rank intervals to a comparison, by the same resamples for all rules.

    Parameters
    ----------
    comparison : Comparison
        From :func:`compare`.
    samples, level, rng, workers
        As in :func:`bootstrap`; `rng` must be a seed for the resamples to be the same.

    Examples
    --------
    >>> from mechdesign.aggregation import compare
    >>> scores = {"A": [3, 2, 3], "B": [1, 2, 2]}
    >>> with_bootstrap(compare(scores, ["mean"]), samples=20).table().columns
    ('system', 'mean')
    """
    require(comparison, Comparison, "comparison")
    ranks = {
        name: bootstrap(
            comparison.problem,
            found.provenance.mechanism,
            samples=samples,
            level=level,
            rng=rng,
            workers=workers,
        )
        for name, found in comparison.results.items()
    }
    return BootstrappedComparison(comparison, ranks)
