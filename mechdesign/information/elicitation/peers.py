"""Paying raters for what others say: agreement rules, and every strategy tried."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any, Literal

import numpy as np

from mechdesign.errors import InvalidInputError, LimitReachedError
from mechdesign.information.numbers_read import matrix
from mechdesign.io import Table
from mechdesign.model import Number, Seed, all_exact, as_count, generator, ratio, show, tidy
from mechdesign.records import Shown, dataclass

__all__ = ["PeerReport", "PeerRule", "joint_of_ratings", "peer_prediction"]

PeerRule = Literal[
    "output_agreement", "posterior", "multi_task", "correlated_agreement", "determinant"
]
Joint = Sequence[Sequence[Number]]
#: For every signal the chances of the reports.
Strategy = tuple[tuple[Number, ...], ...]
_MOST_PAIRS = 300_000


def _margins(joint: Joint) -> tuple[list[Number], list[Number]]:
    rows: list[Number] = [sum(row) for row in joint]
    columns: list[Number] = [sum(column) for column in zip(*joint, strict=True)]
    return rows, columns


def excess(joint: Joint) -> list[list[Number]]:
    """How much more often two answers come together than if they were independent."""
    rows, columns = _margins(joint)
    return [[p - rows[a] * columns[b] for b, p in enumerate(row)] for a, row in enumerate(joint)]


def _agreement(reported: Joint, truth: Joint) -> Number:
    return sum(row[a] for a, row in enumerate(reported))


def _posterior(reported: Joint, truth: Joint) -> Number:
    """The quadratic score of the forecast of the peer's report that one's own report implies."""
    rows, _ = _margins(truth)
    total: Number = 0
    for a, row in enumerate(truth):
        if not rows[a]:  # a signal that never comes implies nothing: it is scored like ignorance
            continue
        belief = [ratio(p, rows[a]) for p in row]
        squares = sum(x * x for x in belief)
        total = total + sum(p * (2 * x - squares) for p, x in zip(reported[a], belief, strict=True))
    return total


def _multi_task(reported: Joint, truth: Joint) -> Number:
    return sum(row[a] for a, row in enumerate(excess(reported)))


def _correlated(reported: Joint, truth: Joint) -> Number:
    """Agreement where signals come together more often than by chance."""
    pairs = zip(excess(reported), excess(truth), strict=True)
    return sum(p for row, known in pairs for p, d in zip(row, known, strict=True) if d > 0)


def _determinant(reported: Joint, truth: Joint) -> Number:
    """The square of the determinant, to which payments on two halves of the tasks are unbiased."""
    work = [[Fraction(p) for p in row] for row in reported]
    value = Fraction(1)
    for k in range(len(work)):
        pivot = next((i for i in range(k, len(work)) if work[i][k]), None)
        if pivot is None:
            return 0
        work[k], work[pivot] = work[pivot], work[k]
        value *= work[k][k]
        for i in range(k + 1, len(work)):
            factor = work[i][k] / work[k][k]
            work[i] = [x - factor * y for x, y in zip(work[i], work[k], strict=True)]
    square = value * value
    exact = all(isinstance(p, (int, Fraction)) for row in reported for p in row)
    return square if exact else float(square)


_RULES: Mapping[str, Callable[[Joint, Joint], Number]] = {
    "output_agreement": _agreement,
    "posterior": _posterior,
    "multi_task": _multi_task,
    "correlated_agreement": _correlated,
    "determinant": _determinant,
}


@dataclass(frozen=True)
class PeerReport(Shown):
    """Two raters paid by an agreement rule, with all their strategies tried.

    Parameters
    ----------
    rule : str
        The rule.
    truth : number
        What each expects if both tell the truth, the mean of the two.
    gain : number
        The most that one gains by leaving the truth alone; 0 if truth is an equilibrium.
    uninformative : number
        The most that two earn whose reports say nothing about their signals.
    equilibria : tuple of (first strategy, second strategy, mean payoff)
        All of those that were tried, the best first; strategies list the report for each signal.
    tried : int
        How many pairs of strategies.
    """

    rule: str
    truth: Number
    gain: Number
    uninformative: Number
    equilibria: tuple[tuple[str, str, Number], ...]
    tried: int

    @property
    def truthful(self) -> bool:
        """Whether truth is an equilibrium among the strategies tried."""
        return self.gain <= 0

    @property
    def strongly_truthful(self) -> bool:
        """Whether truth is an equilibrium and pays more than any other that was tried.

        Equilibria in which both only rename their signals say as much as the truth, and do not
        count.
        """
        return self.truthful and all(
            worth < self.truth
            for first, second, worth in self.equilibria
            if not (_renames(first) and _renames(second))
        )

    def table(self) -> Table:
        """The equilibria that were found."""
        return Table(["first reports", "second reports", "mean payoff"], self.equilibria)

    def __str__(self) -> str:
        kept = "an equilibrium" if self.truthful else f"no equilibrium (gain {show(self.gain)})"
        best = "pays most" if self.strongly_truthful else "does not pay most"
        return (
            f"{self.rule}: truth pays {show(self.truth)}, is {kept} and {best}; "
            f"saying nothing pays {show(self.uninformative)}\n{self.table()}"
        )


def _renames(told: str) -> bool:
    parts = told.split()
    return len(set(parts)) == len(parts) and all(part.isdigit() for part in parts)


def peer_prediction(
    joint: object, rule: PeerRule = "output_agreement", *, mixed: int = 1
) -> PeerReport:
    """What two raters earn by every pair of strategies, and which pairs are equilibria.

    Parameters
    ----------
    joint : matrix of numbers, shape (signals, signals)
        How often the two see each pair of signals on a task.
    rule : str
        ``output_agreement`` pays 1 for the same report; ``posterior`` scores, quadratically, the
        forecast of the peer's report that one's own implies; ``multi_task`` subtracts how often
        reports agree on different tasks; ``correlated_agreement`` counts pairs that come together
        more often than by chance; ``determinant`` pays without bias for the squared determinant of
        the reports' joint distribution.
    mixed : int
        Strategies may mix in multiples of 1/mixed; 1 for pure ones.

    Returns
    -------
    PeerReport
        Exact where the joint distribution is.

    Raises
    ------
    LimitReachedError
        If there are more than 300,000 pairs of strategies.

    Examples
    --------
    With a common majority signal the best thing to say is always the same:

    >>> found = peer_prediction([[0.58, 0.16], [0.16, 0.1]])
    >>> round(found.truth, 2), found.strongly_truthful, found.equilibria[0]
    (0.68, False, ('0 0', '0 0', 1.0))
    >>> peer_prediction([[Fraction(29, 50), Fraction(4, 25)], [Fraction(4, 25), Fraction(1, 10)]],
    ...                 "multi_task").strongly_truthful
    True
    """
    known = read_joint(joint)
    if rule not in _RULES:
        raise InvalidInputError("rule", f"be one of {', '.join(_RULES)}", rule)
    k = len(known)
    strategies = all_strategies(k, as_count(mixed, "mixed", low=1))
    pays = _RULES[rule]
    mirrored = [list(column) for column in zip(*known, strict=True)]
    table: dict[tuple[int, int], tuple[Number, Number]] = {}
    for i, first in enumerate(strategies):
        half = translated(first, known)
        for j, second in enumerate(strategies):
            reported = told_by_both(half, second)
            back = [list(column) for column in zip(*reported, strict=True)]
            table[i, j] = pays(reported, known), pays(back, mirrored)
    size = range(len(strategies))
    best_first = [max(table[i, j][0] for i in size) for j in size]
    best_second = [max(table[i, j][1] for j in size) for i in size]
    identity = tuple(tuple(int(a == b) for b in range(k)) for a in range(k))
    honest = strategies.index(identity)
    truth = table[honest, honest]
    gain = max(best_first[honest] - truth[0], best_second[honest] - truth[1])
    slack = 0 if isinstance(gain, (int, Fraction)) else 1e-12
    found = [
        (say_strategy(strategies[i]), say_strategy(strategies[j]), tidy(ratio(one + two, 2)))
        for (i, j), (one, two) in table.items()
        if best_first[j] - one <= slack and best_second[i] - two <= slack
    ]
    constant = [i for i, one in enumerate(strategies) if len(set(one)) == 1]
    silent = max(ratio(sum(table[i, j]), 2) for i, j in itertools.product(constant, constant))
    found.sort(key=lambda one: (-one[2], one[:2]))
    lost: Number = gain if gain > slack else 0
    return PeerReport(
        rule, tidy(ratio(sum(truth), 2)), tidy(lost), tidy(silent), tuple(found), len(table)
    )


def all_strategies(signals: int, mixed: int) -> list[Strategy]:
    """The strategies that mix in multiples of 1/mixed, with a limit on their pairs."""
    if math.comb(mixed + signals - 1, signals - 1) ** (2 * signals) > _MOST_PAIRS:
        raise LimitReachedError(f"more than {_MOST_PAIRS:,} pairs of strategies are not tried")
    rows = [
        tuple(ratio(part, mixed) for part in parts)
        for parts in itertools.product(range(mixed + 1), repeat=signals)
        if sum(parts) == mixed
    ]
    return list(itertools.product(rows, repeat=signals))


def read_joint(joint: object) -> list[list[Number]]:
    """A matrix of chances that sum to 1, checked."""
    listed = list(joint) if isinstance(joint, Iterable) else []
    known = matrix(listed, "joint", columns=len(listed))
    flat = [p for row in known for p in row]
    total: Any = sum(flat)
    off = total != 1 if all_exact(flat) else abs(float(total) - 1) > 1e-9
    if len(known) < 2 or min(flat) < 0 or off:
        raise InvalidInputError("joint", "be a square matrix of chances that sum to 1", joint)
    return [list(row) for row in known]


def translated(strategy: Strategy, joint: Joint) -> list[list[Number]]:
    """The joint distribution of the first rater's report and the second one's signal."""
    k = len(joint)
    return [
        [sum(strategy[s][r] * joint[s][b] for s in range(k)) for b in range(k)] for r in range(k)
    ]


def told_by_both(half: Joint, strategy: Strategy) -> list[list[Number]]:
    """The joint distribution of both reports, from that of one report and the other's signal."""
    k = len(half)
    return [
        [sum(half[r][s] * strategy[s][q] for s in range(k)) for q in range(k)] for r in range(k)
    ]


def say_strategy(strategy: Strategy) -> str:
    """A strategy as the report, or the chances of the reports, for each signal."""
    words = []
    for row in strategy:
        sure = [r for r, p in enumerate(row) if p == 1]
        words.append(str(sure[0]) if sure else "/".join(map(show, row)))
    return " ".join(words)


def joint_of_ratings(
    log: Iterable[tuple[Any, Any, Any]],
    first: Any,
    second: Any,
    *,
    draws: int = 1000,
    rng: Seed = 0,
) -> tuple[tuple[Any, ...], tuple[tuple[Fraction, ...], ...], float]:
    """How two raters' labels go together in a log, and whether they do.

    Parameters
    ----------
    log : iterable of (task, rater, label)
        Each rater labels a task at most once.
    first, second : raters
        Whose labels.
    draws : int
        Permutations of one rater's labels, for the test.
    rng : numpy.random.Generator or int
        For those.

    Returns
    -------
    labels : tuple
        In the order of the matrix.
    joint : tuple of tuples of Fraction
        The shares of the pairs on the tasks that both labelled.
    p_value : float
        How often permuted labels go together as much (the sum of deviations from independence).

    Examples
    --------
    >>> log = [(t, r, t % 2) for t in range(8) for r in ("ann", "bob")]
    >>> labels, joint, p = joint_of_ratings(log, "ann", "bob")
    >>> labels, joint, p < 0.1
    ((0, 1), ((Fraction(1, 2), Fraction(0, 1)), (Fraction(0, 1), Fraction(1, 2))), True)
    """
    said: dict[Any, dict[Any, Any]] = {}
    for task, rater, label in log:
        own = said.setdefault(rater, {})
        if task in own:
            raise InvalidInputError("log", "have one label for each rater and task", (task, rater))
        own[task] = label
    for rater in (first, second):
        if rater not in said:
            raise InvalidInputError("log", f"have labels of {rater}", sorted(map(str, said)))
    tasks = [task for task in said[first] if task in said[second]]
    if not tasks:
        raise InvalidInputError("log", "have tasks that both labelled", [])
    labels = tuple(sorted({said[r][t] for r in (first, second) for t in tasks}, key=str))
    place = {label: k for k, label in enumerate(labels)}
    pair = np.array([[place[said[r][t]] for t in tasks] for r in (first, second)])
    counts = np.zeros((len(labels), len(labels)), dtype=np.int64)
    np.add.at(counts, (pair[0], pair[1]), 1)
    joint = tuple(tuple(Fraction(int(c), len(tasks)) for c in row) for row in counts)
    source = generator(rng)
    total = as_count(draws, "draws", low=1)

    def together(table: Any) -> float:
        expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / len(tasks)
        return float(np.abs(table - expected).sum())

    seen, as_much = together(counts), 0
    for _ in range(total):
        other = np.zeros_like(counts)
        np.add.at(other, (pair[0], source.permutation(pair[1])), 1)
        as_much += together(other) >= seen - 1e-9
    return labels, joint, (1 + as_much) / (1 + total)
