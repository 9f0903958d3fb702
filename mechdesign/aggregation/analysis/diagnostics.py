"""What a ranking hangs on: tasks that flip it, weights that would, systems that should not."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from mechdesign.aggregation.profiles.pairwise import Pairwise
from mechdesign.aggregation.profiles.problems import profile_of
from mechdesign.aggregation.profiles.profile import Profile
from mechdesign.aggregation.profiles.ranking import Label, Ranking
from mechdesign.aggregation.reading import pairs_of, read
from mechdesign.aggregation.rules.positional import borda_points
from mechdesign.algorithms.orders import components
from mechdesign.arrays import FloatArray
from mechdesign.errors import InvalidInputError, SolverError, place_of
from mechdesign.model import as_count, as_list
from mechdesign.records import dataclass

__all__ = [
    "diversity",
    "irrelevant_sensitivity",
    "kendall_w",
    "majority_cycles",
    "prospects",
    "task_agreement",
]

# More other systems than these make too many subsets to try all.
_TRIED = 16


@dataclass(frozen=True, eq=False)
class Prospect:
    """How far task weights can carry one system.

    Parameters
    ----------
    system : label
        The system.
    margin : float
        The largest margin (share of the weight) by which it can beat every other system at once.
    weights : numpy.ndarray, shape (tasks,)
        Weights that do it.
    """

    system: Label
    margin: float
    weights: FloatArray

    @property
    def weak(self) -> bool:
        """Whether some weights make it lose to nobody."""
        return self.margin >= -1e-9

    @property
    def strict(self) -> bool:
        """Whether some weights make it beat everybody."""
        return self.margin > 1e-9


def prospects(
    data: object, systems: Sequence[Label] | None = None, **options: object
) -> dict[Label, Prospect]:
    """For each system the task weights that make it as much of a Condorcet winner as possible.

    Parameters
    ----------
    data : scores or rankings
        See :func:`read`.
    systems : sequence of labels, optional
        Which systems; all by default.

    Returns
    -------
    dict of label to Prospect
        By system: the value and an optimal strategy of the game in which a task is chosen against
        a rival (one linear program each).

    Examples
    --------
    >>> found = prospects({"A": [3, 1], "B": [1, 3], "C": [2, 2], "D": [0, 0]})
    >>> [x for x, p in found.items() if p.strict], [x for x, p in found.items() if p.weak]
    (['A', 'B'], ['A', 'B', 'C'])
    """
    from mechdesign.solvers.linear.matrix_games import solve_game

    problem = read(data, **options)
    profile = profile_of(problem)
    labels = profile.alternatives
    tiers = profile.tiers.astype(np.int64)
    known = tiers >= 0
    result: dict[Label, Prospect] = {}
    for label in labels if systems is None else as_list(systems, "systems"):
        i = place_of(label, labels, "systems")
        others = [j for j in range(len(labels)) if j != i]
        sign = np.sign(tiers[:, others] - tiers[:, [i]]) * (known[:, others] & known[:, [i]])
        if not others:
            result[label] = Prospect(label, 1.0, np.full(len(profile), 1 / len(profile)))
            continue
        value, weights = solve_game(sign.astype(np.float64))
        result[label] = Prospect(label, value, weights)
    return result


@dataclass(frozen=True)
class Sensitivity:
    """How much the order of some systems depends on which others are there.

    Parameters
    ----------
    systems : tuple of labels
        Whose order is looked at.
    kept : tuple of labels
        The other systems that are kept in the worst case.
    before, after : Ranking
        The order of the systems with all others, and with those kept.
    flipped, pairs : int
        Pairs that are turned around, proved to be the maximum, and all pairs.
    """

    systems: tuple[Label, ...]
    kept: tuple[Label, ...]
    before: Ranking
    after: Ranking
    flipped: int
    pairs: int

    @property
    def distance(self) -> Fraction:
        """The share of pairs that are turned around."""
        return Fraction(self.flipped, self.pairs) if self.pairs else Fraction(0)


def irrelevant_sensitivity(
    data: object,
    systems: Sequence[Label] | int | None = None,
    *,
    time_limit: float | None = None,
    **options: object,
) -> Sensitivity:
    """The other systems whose presence turns the most pairs of a Borda (win rate) ranking around.

    Parameters
    ----------
    data : scores or rankings
        See :func:`read`; where scores are missing, at most 16 other systems.
    systems : sequence of labels or int, optional
        Whose order counts, or how many of the first; by default the first fifth.
    time_limit : float, optional
        Seconds.

    Returns
    -------
    Sensitivity
        The maximum over all subsets of the others, proved by the integer program, or by trying
        all subsets where scores are missing.

    Raises
    ------
    SolverError
        If time runs out before the maximum is proved.

    Notes
    -----
    One binary variable for each other system and one for each pair, with one big-M row a pair: for
    complete data all win rates have the same denominator.

    Examples
    --------
    >>> votes = {"A > B > C": 3, "B > C > A": 2}
    >>> found = irrelevant_sensitivity(votes, ["A", "B"])
    >>> found.flipped, found.kept, str(found.before), str(found.after)
    (1, (), 'B > A', 'A > B')
    """
    from mechdesign.solvers.linear.integer_programs import maximise_integers

    problem = read(data, **options)
    pairs = pairs_of(problem)
    if pairs.m < 2:
        raise InvalidInputError("data", "have two systems", pairs.alternatives)
    doubled = 2 * pairs.support + pairs.ties
    np.fill_diagonal(doubled, 0)
    labels = pairs.alternatives
    complete = profile_of(problem).complete
    full = doubled.sum(axis=1) if complete else _win_rates(pairs, range(pairs.m))
    order = sorted(range(pairs.m), key=lambda k: (-full[k], k))
    if systems is None or isinstance(systems, int):
        size = max(2, pairs.m // 5) if systems is None else as_count(systems, "systems", low=2)
        chosen = order[: min(size, pairs.m)]
    else:
        chosen = [place_of(x, labels, "systems") for x in as_list(systems, "systems")]
        if len(set(chosen)) < len(chosen):
            raise InvalidInputError("systems", "be distinct", systems)
    others = [k for k in range(pairs.m) if k not in chosen]
    if not complete:
        return _tried(pairs, chosen, others, full)
    duels = [(i, j) for i, j in itertools.permutations(chosen, 2) if full[i] > full[j]]
    rows = np.zeros((len(duels), len(others) + len(duels)))
    need = np.zeros(len(duels))
    for r, (i, j) in enumerate(duels):
        change = doubled[j, others] - doubled[i, others]
        base = int(doubled[j, chosen].sum() - doubled[i, chosen].sum())
        worst = int(np.minimum(change, 0).sum()) + base
        # If the pair counts as flipped, j must be ahead by at least one half win.
        slack = max(0, 1 - worst)
        rows[r, : len(others)] = change
        rows[r, len(others) + r] = -slack
        need[r] = 1 - base - slack
    objective = np.append(np.zeros(len(others)), np.ones(len(duels)))
    found = maximise_integers(
        objective, rows, need, np.ones(len(objective), dtype=int), time_limit=time_limit
    )
    if not found.proved:
        raise SolverError("the maximum was not proved; give more time, or fewer systems")
    kept = [] if found.x is None else [o for o, x in zip(others, found.x, strict=False) if x]
    inside = [*chosen, *kept]
    after = doubled[np.ix_(chosen, inside)].sum(axis=1)
    flipped = sum(after[chosen.index(j)] > after[chosen.index(i)] for i, j in duels)
    names = [labels[k] for k in chosen]
    return Sensitivity(
        tuple(names),
        tuple(labels[k] for k in kept),
        Ranking.from_scores([int(full[k]) for k in chosen], names),
        Ranking.from_scores(after.tolist(), names),
        int(flipped),
        len(chosen) * (len(chosen) - 1) // 2,
    )


def _win_rates(pairs: Pairwise, over: Sequence[int]) -> list[Fraction]:
    """The share of its comparisons with some systems that each system wins, ties half."""
    won = (2 * pairs.support + pairs.ties)[:, list(over)].copy()
    met = 2 * pairs.compared[:, list(over)].copy()
    for column, k in enumerate(over):
        won[k, column] = met[k, column] = 0
    sums = zip(won.sum(axis=1).tolist(), met.sum(axis=1).tolist(), strict=True)
    return [Fraction(int(w), int(n)) if n else Fraction(0) for w, n in sums]


def _tried(
    pairs: Pairwise, chosen: Sequence[int], others: Sequence[int], full: Sequence[Fraction]
) -> Sensitivity:
    """The subset of the others that turns the most pairs around, by trying all of them."""
    if len(others) > _TRIED:
        raise InvalidInputError(
            "systems", f"leave at most {_TRIED} others where scores are missing", len(others)
        )
    duels = [(i, j) for i, j in itertools.permutations(chosen, 2) if full[i] > full[j]]
    best: tuple[int, tuple[int, ...], list[Fraction]] | None = None
    for size in range(len(others) + 1):
        for kept in itertools.combinations(others, size):
            rates = _win_rates(pairs, [*chosen, *kept])
            flipped = sum(rates[j] > rates[i] for i, j in duels)
            if best is None or flipped > best[0]:
                best = flipped, kept, rates
    assert best is not None  # nobody kept is one subset
    flipped, kept, rates = best
    names = [pairs.alternatives[k] for k in chosen]
    return Sensitivity(
        tuple(names),
        tuple(pairs.alternatives[k] for k in kept),
        Ranking.from_scores([full[k] for k in chosen], names),
        Ranking.from_scores([rates[k] for k in chosen], names),
        flipped,
        len(chosen) * (len(chosen) - 1) // 2,
    )


def kendall_w(data: object, **options: object) -> Fraction:
    """Kendall's coefficient of concordance of the tasks, corrected for ties.

    Parameters
    ----------
    data : scores or rankings
        See :func:`read`; complete, equal weights.

    Returns
    -------
    Fraction
        1 if all tasks rank alike, exactly, ties or not.

    Raises
    ------
    InvalidInputError
        If scores are missing or every task ties all systems.

    Examples
    --------
    >>> kendall_w(["A > B = C", "A > B = C"]), kendall_w(["A > B", "B > A"])
    (Fraction(1, 1), Fraction(0, 1))
    """
    profile = profile_of(read(data, **options))
    if not profile.complete:
        raise InvalidInputError("data", "have no missing scores for Kendall's W", "missing")
    m = profile.m
    weights = [Fraction(int(c), profile.denominator) for c in profile.counts]
    n = sum(weights)
    sums = [n * m - b for b in borda_points(profile)]
    spread = 12 * sum(s * s for s in sums) - 3 * n * n * m * (m + 1) ** 2
    ties = sum(
        w * sum(t**3 - t for t in np.bincount(row).tolist())
        for w, row in zip(weights, profile.tiers.astype(int), strict=True)
    )
    scale = n * n * m * (m * m - 1) - n * ties
    if not scale:
        raise InvalidInputError("data", "not tie all systems in every task", "all tied")
    return Fraction(spread) / Fraction(scale)


def diversity(data: object, **options: object) -> Fraction:
    """One minus Kendall's W: 0 if all tasks agree.

    Parameters
    ----------
    data, **options
        As in :func:`kendall_w`.

    Examples
    --------
    >>> diversity(["A > B = C", "A > B = C", "A > B = C"])
    Fraction(0, 1)
    """
    return 1 - kendall_w(data, **options)


def majority_cycles(data: object, **options: object) -> list[list[Label]]:
    """The groups of alternatives that beat one another in cycles, best group first.

    Parameters
    ----------
    data : rankings, scores or Pairwise
        See :func:`read`.

    Returns
    -------
    list of lists of labels
        The strongly connected components of the strict majority relation with two or more members.

    Examples
    --------
    >>> majority_cycles(["A > B > C > D", "B > C > A > D", "C > A > B > D"])
    [['A', 'B', 'C']]
    """
    pairs = data if isinstance(data, Pairwise) else pairs_of(read(data, **options))
    return [
        [pairs.alternatives[i] for i in part] for part in components(pairs.beats) if len(part) > 1
    ]


def task_agreement(data: object, **options: object) -> FloatArray:
    """Kendall's tau-b between the rankings of each two tasks, shape (tasks, tasks).

    Parameters
    ----------
    data, **options
        As in :func:`kendall_w`; pairs of systems that one of the two tasks lacks do not count.

    Examples
    --------
    >>> task_agreement(["A > B > C", "C > B > A"]).tolist()
    [[1.0, -1.0], [-1.0, 1.0]]
    """
    profile: Profile = profile_of(read(data, **options))
    rankings = profile.rankings()
    return np.array([[a.tau(b) for b in rankings] for a in rankings])
