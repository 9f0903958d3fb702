"""The fewest tasks that decide who is first."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np

from mechdesign.aggregation.profiles.problems import profile_of
from mechdesign.aggregation.profiles.ranking import Label
from mechdesign.aggregation.reading import named, read
from mechdesign.errors import InvalidInputError, LimitReachedError
from mechdesign.model import AddsUp, Mechanism, MechanismLike, Number, Problem, as_count
from mechdesign.records import dataclass

__all__ = ["Flip", "smallest_flip"]

_CHUNK = 4096


@dataclass(frozen=True)
class Flip:
    """The fewest tasks without which another system is first.

    Parameters
    ----------
    rule : str
        The rule.
    winner, rival : labels
        Who is first, and who is level or ahead without the tasks.
    tasks : tuple
        The tasks to leave out.
    ahead : bool
        Whether the rival is then strictly ahead of the winner or just level.
    """

    rule: str
    winner: Label
    rival: Label
    tasks: tuple[Any, ...]
    ahead: bool


def smallest_flip(
    data: object,
    rule: MechanismLike = "mean",
    *,
    strict: bool = True,
    max_sets: int = 200_000,
    **options: object,
) -> Flip | None:
    """The smallest set of tasks whose removal puts another system ahead of the winner.

    Parameters
    ----------
    data : scores or rankings
        See :func:`read`; no missing scores.
    rule : rule
        Either one that adds up what each task gives, such as ``"mean"`` and ``"borda"``: for each
        rival the tasks with the largest differences are the best ones to remove.  Or one that
        elects Condorcet winners, such as ``"copeland"`` and ``"kemeny"``: all sets of tasks are
        tried, the smallest first, from the size on at which the winner can cease to beat
        everybody.  The minimum is exact in either case.
    strict : bool
        Whether the rival must get ahead (the winner is no longer among the winners), or level is
        enough.
    max_sets : int
        How many sets of tasks to try at most.

    Returns
    -------
    Flip or None
        None where no proper subset of the tasks does it, or two systems are first already.

    Raises
    ------
    LimitReachedError
        If more than `max_sets` sets would have to be tried; the message says which sizes are
        excluded.

    Examples
    --------
    >>> table = {"A": [99, 80, 80], "B": [80, 81, 81]}
    >>> smallest_flip(table).tasks, smallest_flip(table, "borda").tasks
    (('task 1',), ('task 2', 'task 3'))
    >>> votes = ["A > B > C", "A > B > C", "A > C > B", "B > C > A"]
    >>> smallest_flip(votes, "kemeny").tasks, smallest_flip(votes, "kemeny", strict=False).tasks
    ((0, 1, 2), (0, 1))
    """
    problem = read(data, **options)
    mechanism = named(rule)
    name = mechanism.name.removeprefix("aggregation.")
    if "condorcet_consistency" in mechanism.claims:
        most = as_count(max_sets, "max_sets", low=1)
        return _by_search(problem, mechanism, name, strict, most)
    points = contributions(problem, mechanism)
    labels = problem.data.alternatives
    totals = [sum(column) for column in points]
    best = max(totals)
    first = [k for k, total in enumerate(totals) if total == best]
    if len(first) != 1:
        return None
    w = first[0]
    found: Flip | None = None
    for j in range(len(labels)):
        if j == w:
            continue
        lead = totals[w] - totals[j]
        gaps = sorted(
            ((points[w][t] - points[j][t], t) for t in range(len(problem))), key=lambda g: -g[0]
        )
        chosen: list[Any] = []
        for gap, t in gaps[:-1]:
            if lead < 0 or (lead == 0 and not strict):
                break
            if gap <= 0:
                break
            lead -= gap
            chosen.append(problem.agents[t])
        done = lead < 0 or (lead == 0 and not strict)
        if done and (found is None or len(chosen) < len(found.tasks)):
            found = Flip(name, labels[w], labels[j], tuple(chosen), lead < 0)
    return found


def contributions(problem: Problem, rule: Mechanism[Any]) -> list[list[Number]]:
    """What each task adds to the score of each system, shape (systems, tasks)."""
    if not isinstance(rule, AddsUp):
        raise InvalidInputError("rule", "be one that adds up tasks, such as mean or borda", rule)
    points = rule.parts(problem)
    if points is None:
        raise InvalidInputError("data", "have no missing scores for this question", rule)
    weights = [problem.weight_of(agent) for agent in problem.agents]
    rows = ([w * p for p in row] for w, row in zip(weights, points, strict=True))
    return [list(column) for column in zip(*rows, strict=True)]


def _by_search(
    problem: Problem, solve: Mechanism[Any], name: str, strict: bool, max_sets: int
) -> Flip | None:
    """Try all sets of tasks, the smallest first; sets that leave a Condorcet winner are skipped."""
    found = solve(problem)
    if len(found.winners) != 1:
        return None
    labels = problem.data.alternatives
    w = labels.index(found.winners[0])
    profile = profile_of(problem)
    tiers = profile.tiers.astype(np.int64)
    known = tiers >= 0
    others = [j for j in range(len(labels)) if j != w]
    sign = np.sign(tiers[:, others] - tiers[:, [w]]) * (known[:, others] & known[:, [w]])
    # What the winner's lead over each rival loses with each task; the rule elects whoever leads
    # all rivals, so that only sets which spoil one of the leads need to be looked at.
    loss = sign * profile.counts[:, None]
    lead = loss.sum(axis=0)
    tried = 0
    for size in range(_fewest(loss, lead), len(problem)):
        for sets in _sets(len(problem), size):
            tried += len(sets)
            if tried > max_sets:
                raise LimitReachedError(
                    f"more than {max_sets} sets of tasks to try; no set of fewer than {size} tasks "
                    "puts another system first: raise max_sets"
                )
            spoilt = ((lead - loss[sets].sum(axis=1)) <= 0).any(axis=1)
            for chosen in sets[spoilt].tolist():
                gone = tuple(problem.agents[k] for k in chosen)
                rest = problem.without(*gone)
                if not any(rest.weight_of(a) for a in rest.agents):
                    continue
                now = solve(rest).winners
                rivals = [x for x in now if x != labels[w]]
                ahead = labels[w] not in now
                if rivals and (ahead or not strict):
                    return Flip(name, labels[w], rivals[0], gone, ahead)
    return None


def _fewest(loss: Any, lead: Any) -> int:
    """The fewest tasks whose removal can spoil the lead over some rival, at least one."""
    ordered = -np.sort(-np.maximum(loss, 0), axis=0)
    left = lead - np.cumsum(ordered, axis=0)
    sizes = np.where((left <= 0).any(axis=0), (left <= 0).argmax(axis=0) + 1, len(loss))
    return max(1, int(sizes.min(initial=len(loss))))


def _sets(n: int, size: int) -> Iterator[Any]:
    """All sets of a size in chunks, as rows of positions."""
    every = itertools.combinations(range(n), size)
    while chunk := list(itertools.islice(every, _CHUNK)):
        yield np.array(chunk, dtype=np.int64).reshape(-1, size)
