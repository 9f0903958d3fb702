"""The single transferable vote by any rule of counting."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from mechdesign.aggregation.counting_rounds.election_settings import elections, with_seats
from mechdesign.aggregation.counting_rounds.keep_values import KeepCount
from mechdesign.aggregation.counting_rounds.papers import Choices
from mechdesign.aggregation.counting_rounds.progress import Progress, UndecidedTieError
from mechdesign.aggregation.counting_rounds.rule_sets import (
    CountRule,
    CountTies,
    EqualRanks,
    QuotaKind,
    count_rule,
)
from mechdesign.aggregation.counting_rounds.stages import Count
from mechdesign.aggregation.profiles.problems import RankingData, profile_of
from mechdesign.aggregation.profiles.ranking import Label, Ranking
from mechdesign.aggregation.reading import read
from mechdesign.aggregation.references import TIDEMAN1995
from mechdesign.aggregation.settings import rankings
from mechdesign.errors import InvalidInputError, LimitReachedError
from mechdesign.io.ballots.building import seats_note
from mechdesign.io.table import Table
from mechdesign.model import Outcome, Problem, Provenance, Seed, as_count, mechanism, ratio, tidy

__all__ = ["chances_of_draws", "election", "stv"]


def election(data: object, *, seats: int | None = None, **options: Any) -> Problem:
    """Read an election: ballots, and how many are elected.

    Parameters
    ----------
    data : ballots
        Whatever :func:`read` takes for rankings: a file of ballots, a mapping of rankings to
        weights, a :class:`Profile`.
    seats : int, optional
        How many are elected; by default as many as the file says, else 1.
    **options
        Those of :func:`read`.

    Raises
    ------
    InvalidInputError
        If the data are no ballots, or there are more seats than candidates.

    Examples
    --------
    >>> election({"A > B": 7, "C": 4}, seats=2).data.seats
    2
    """
    # Names alone are ballots here, where `read` would take them for systems with scores.
    plain = isinstance(data, Mapping) and all(isinstance(x, (str, Ranking)) for x in data)
    problem = rankings().problem(data, **options) if plain else read(data, **options)
    if not isinstance(problem.data, RankingData):
        raise InvalidInputError(
            "data", "hold ballots: a count needs them, not scores", "a table of scores"
        )
    pairs = problem.data.unranked == "unseen" and len(problem.data.alternatives) > 2
    if pairs and (profile_of(problem).named.sum(axis=1) == 2).all():
        raise InvalidInputError(
            "data",
            "hold ballots: comparisons of two of several are none (unranked='last' takes them so)",
            "a table of battles or wins",
        )
    # What is said to those who rank.
    said = seats_note(problem.data.seats or 1)
    told = tuple(note for note in problem.data.decisions if note not in said)
    problem = replace(problem, data=replace(problem.data, decisions=told))
    return with_seats(problem, problem.data.seats or 1 if seats is None else seats)


def _winners(problem: Problem, **parameters: Any) -> Sequence[Outcome]:
    found = stv(problem, **parameters)
    if not found.complete:
        raise LimitReachedError("open ties: not all ways to break them were followed")
    return [replace(found, choice=one) for one in found.committees]


@mechanism(
    "aggregation.stv",
    reference=TIDEMAN1995,
    setting=elections(),
    reader=election,
    anonymous=True,
    winners=_winners,
)
def stv(
    problem: Problem,
    *,
    rule: str | CountRule = "wigm",
    quota: QuotaKind | None = None,
    ties: CountTies | None = None,
    equal_ranks: EqualRanks | None = None,
    order: Sequence[Label] | None = None,
    rng: Seed = None,
) -> Count:
    """The single transferable vote: surpluses and the votes of those excluded go on.

    Whoever has a quota is elected and passes on what it does not need; where nobody has a surplus
    the last is excluded; where as many are left as seats they are elected.

    Parameters
    ----------
    problem : ballots
        See :func:`election`, which also takes ``seats``.  Candidates whom a ballot does not list
        get nothing of it.
    rule : str or CountRule
        ``"wigm"`` (weighted inclusive Gregory: every paper passes on the same part of its value),
        ``"scottish"`` (the same, cut off to five decimals), ``"gregory"`` (last papers only),
        ``"irish"`` (whole papers of the last parcel, in proportion to the next choices),
        ``"random"`` (whole papers drawn), ``"cambridge"`` (the same, nobody takes papers above the
        quota), ``"minneapolis"`` (four decimals, whoever is defeated goes first), ``"ers97"`` (last
        papers, two decimals, a quota that falls, surpluses that wait), ``"tasmania"`` (Hare-Clark:
        last parcels, whole votes), ``"meek"``, ``"warren"``, ``"irv"`` (a majority of the votes
        that are not exhausted), ``"bottoms_up"`` (no quota).  A rule with other parts is made by
        :func:`count_rule`.
    quota, ties, equal_ranks : optional
        Other parts than those of the rule, see :class:`CountRule`.
    order : sequence of labels, optional
        For ties that earlier stages do not decide: whoever is named first is kept.  Without it they
        are left open, and every way is followed.

    Returns
    -------
    Count
        With all stages; votes, exhausted votes and rounding sum to the votes cast in each of them.

    Raises
    ------
    InvalidInputError
        If parts do not go together, or papers are drawn and no ``rng`` is given.

    Notes
    -----
    Exact; of the order of stages times ballots.  Ties that stay open can take exponentially many
    ways, of which 2,000 are followed (400 by keep values); the decisions say where that was not
    enough.  Where papers are drawn a count is one of many: see :func:`chances_of_draws`.

    Examples
    --------
    >>> ballots = {"A > B": 7, "A > C": 3, "C": 4, "D > B": 3}
    >>> stv(ballots, seats=2).elected, stv(ballots, seats=2, quota="exact").elected
    (('A', 'C'), ('A', 'B'))
    """
    if problem.data.overvote == "approval":
        raise InvalidInputError(
            "overvote", "not be approval: a vote goes to one candidate at a time", "approval"
        )
    if problem.data.overvote != "tie":
        equal_ranks = equal_ranks or problem.data.overvote
    parts = count_rule(rule, quota=quota, ties=ties, equal_ranks=equal_ranks)
    drawn = parts.transfer in ("drawn", "apportioned")
    if rng is None and (drawn or parts.ties == "lots"):
        told = "be given where papers or lots are drawn (--seed)"
        raise InvalidInputError("rng", told, None)
    return _counted(problem, parts, order, None if rng is None else np.random.default_rng(rng))


def _counted(
    problem: Problem,
    parts: CountRule,
    order: Sequence[Label] | None,
    rng: np.random.Generator | None,
) -> Count:
    profile = profile_of(problem)
    labels = profile.alternatives
    places = _order_of(order, labels, parts)

    def decide(about: str, tied: list[int]) -> tuple[int, str]:
        if parts.ties == "refuse":
            named = ", ".join(str(labels[c]) for c in tied)
            raise InvalidInputError("ballots", f"have no tie about the {about}", named)
        if places is not None and parts.ties != "all":
            chosen = (max if about == "exclusion" else min)(tied, key=lambda c: places[c])
            return chosen, "order"
        if rng is not None and parts.ties != "all":
            return tied[int(rng.integers(len(tied)))], "lots"
        raise UndecidedTieError(about, tied)

    choices = Choices(profile, parts.equal_ranks)
    seats = problem.data.seats or 1
    start: Progress
    if parts.transfer in ("meek", "warren"):
        start = KeepCount(parts, choices, seats, decide)
    else:
        from mechdesign.aggregation.counting_rounds.transfers import PaperCount

        if rng is not None and profile.denominator != 1 and parts.transfer != "weighted":
            raise InvalidInputError("weights", "be whole where papers are drawn", "fractions")
        start = PaperCount(parts, choices, seats, decide, rng)
    shown, committees, complete = _followed(start)
    told = list(dict.fromkeys(shown.told))
    if not complete:
        told.append(f"ties: more than {start.most_ties} ways, not all were followed")
    decisions = (*problem.data.decisions, *told)
    return Count(
        frozenset(labels[c] for c in shown.elected),
        details={
            "stages": tuple(shown.stages),
            "committees": tuple(frozenset(labels[c] for c in one) for one in committees),
            "rule": parts,
            "seats": seats,
            "votes": tidy(shown.total),
            "complete": complete,
        },
        provenance=Provenance(
            algorithm=f"{parts.transfer}, quota {parts.quota}",
            ties=f"{len(committees)} outcomes over open ties" if len(committees) > 1 else "",
            decisions=decisions,
        ),
        problem=problem,
        setting=elections(seats),
    )


def _order_of(
    order: Sequence[Label] | None, labels: tuple[Label, ...], parts: CountRule
) -> dict[int, int] | None:
    if order is None:
        if parts.ties == "order":
            raise InvalidInputError("order", "be given where ties are decided by it", None)
        return None
    if sorted(map(str, order)) != sorted(map(str, labels)):
        raise InvalidInputError("order", f"name every candidate once: {list(labels)}", order)
    return {labels.index(label): k for k, label in enumerate(order)}


def _followed(start: Progress) -> tuple[Progress, list[frozenset[int]], bool]:
    """The count that is shown, whom all ways elect, and whether all ways were followed."""
    stack: list[tuple[Progress, int | None]] = [(start, None)]
    seen: set[tuple[object, ...]] = set()
    found: dict[frozenset[int], None] = {}
    shown: Progress | None = None
    complete = True
    while stack:
        count, forced = stack.pop()
        while not count.done:
            try:
                count.advance(forced)
                forced = None
            except UndecidedTieError as tie:
                key = (count.key(), tie.about)
                if key in seen:
                    break
                seen.add(key)
                if len(seen) > count.most_ties:
                    complete = False
                else:
                    stack += [(count.copy(), other) for other in reversed(tie.tied[1:])]
                forced = tie.tied[0]
        else:
            found.setdefault(frozenset(count.elected))
            shown = shown or count
    assert shown is not None
    return shown, list(found), complete


def chances_of_draws(
    data: object,
    *,
    rule: str | CountRule = "irish",
    counts: int = 1000,
    rng: Seed = 0,
    **options: Any,
) -> Table:
    """How often every candidate is elected where papers are drawn.

    Parameters
    ----------
    data : ballots
        See :func:`election`.
    rule : str or CountRule
        One that draws whole papers: ``"irish"``, ``"random"`` or ``"cambridge"``.
    counts : int
        How many counts.
    rng : numpy.random.Generator or int
        Draws them.
    **options
        Of :func:`election`.

    Returns
    -------
    Table
        The share of the counts that elects each candidate, most first.

    Examples
    --------
    >>> found = chances_of_draws({"A > B": 6, "A > C": 6, "B": 2, "C": 2}, seats=2, counts=50)
    >>> found.rows[0]
    ('A', 1)
    """
    parts = count_rule(rule)
    if parts.transfer not in ("drawn", "apportioned"):
        raise InvalidInputError("rule", "draw whole papers: irish, random or cambridge", rule)
    problem = election(data, **options)
    number = as_count(counts, "counts", low=1)
    source = np.random.default_rng(rng)
    found: Counter[Label] = Counter()
    for _ in range(number):
        found.update(_counted(problem, parts, None, source).choice)
    order = sorted(problem.data.alternatives, key=lambda label: -found[label])
    rows = [[label, ratio(found[label], number)] for label in order]
    return Table(["candidate", "elected in"], rows, f"{number} counts", problem.data.decisions)
