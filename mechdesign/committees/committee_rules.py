"""The rules: optimal committees by a score, and committees elected one member after another."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any, Literal

from mechdesign.committees.optimal_committees import (
    LeastDistance,
    Positions,
    Score,
    Thiele,
    best_committees,
)
from mechdesign.committees.settings import Electorate, approvals, electorate
from mechdesign.committees.step_by_step import (
    Completion,
    EqualShares,
    Greedy,
    Phragmen,
    State,
    Steps,
    first,
    followed,
)
from mechdesign.errors import LimitReachedError
from mechdesign.model import Outcome, Problem, Reference, mechanism, tidy

__all__ = [
    "approval",
    "chamberlin_courant",
    "equal_shares",
    "minimax_approval",
    "pav",
    "satisfaction_approval",
    "sequential_chamberlin_courant",
    "sequential_pav",
    "sequential_phragmen",
    "sequential_slav",
    "slav",
]

SETTING = approvals()
SURVEY = Reference(
    "lackner2023",
    "Lackner, M. and Skowron, P.",
    "Multi-Winner Voting with Approval Preferences",
    2023,
    "Springer",
    doi="10.1007/978-3-031-09016-5",
)

Maker = Callable[[Electorate], Score]


def _outcome(problem: Problem, votes: Electorate, chosen: Positions, **details: Any) -> Outcome:
    return Outcome(votes.committee(chosen), details=details, problem=problem, setting=SETTING)


def best_outcomes(
    problem: Problem, make: Maker, most: int | None, time_limit: float | None
) -> list[Outcome]:
    votes = electorate(problem)
    score = make(votes)
    options = {} if most is None else {"most": most}
    value, found = best_committees(score, time_limit=time_limit, **options)
    told = score.told(value)
    return [_outcome(problem, votes, chosen, score=told) for chosen in found]


def optimal(make: Maker) -> Callable[..., Sequence[Outcome]]:
    def winners(problem: Problem, *, time_limit: float | None = None) -> Sequence[Outcome]:
        return best_outcomes(problem, make, None, time_limit)

    return winners


def stepwise(make: Callable[[Electorate], Steps]) -> Callable[..., Sequence[Outcome]]:
    def winners(problem: Problem) -> Sequence[Outcome]:
        votes = electorate(problem)
        ends = dict.fromkeys(state[0] for state in followed(make(votes)))
        return [_outcome(problem, votes, chosen) for chosen in ends]

    return winners


def first_outcome(problem: Problem, make: Callable[[Electorate], Steps]) -> Outcome:
    votes = electorate(problem)
    return _outcome(problem, votes, first(make(votes))[0])


def _ones(votes: Electorate) -> list[Fraction]:
    return [Fraction(1)] * votes.seats


def harmonic(votes: Electorate) -> list[Fraction]:
    return [Fraction(1, j) for j in range(1, votes.seats + 1)]


def _odd(votes: Electorate) -> list[Fraction]:
    return [Fraction(1, 2 * j - 1) for j in range(1, votes.seats + 1)]


def _one(votes: Electorate) -> list[Fraction]:
    return [Fraction(j == 0) for j in range(votes.seats)]


def _av(votes: Electorate) -> Score:
    return Thiele(votes, _ones(votes))


def _sav(votes: Electorate) -> Score:
    return Thiele(votes, _ones(votes), shared=True)


def _pav(votes: Electorate) -> Score:
    return Thiele(votes, harmonic(votes))


def _slav(votes: Electorate) -> Score:
    return Thiele(votes, _odd(votes))


def _cc(votes: Electorate) -> Score:
    return Thiele(votes, _one(votes))


@mechanism(
    "committees.approval",
    setting=SETTING,
    reference=SURVEY,
    anonymous=True,
    winners=optimal(_av),
    takes=("time_limit",),
)
def approval(problem: Problem, *, time_limit: float | None = None) -> Outcome:
    """Approval voting for committees: those with the most approvals.

    Parameters
    ----------
    problem : approval ballots
        See :func:`approvals`; of candidates that tie the earlier ones are elected, ``winners``
        lists all committees that tie.
    time_limit : float, optional
        Seconds.

    Examples
    --------
    >>> sorted(approval({"a, b": 3, "c": 2, "d": 1}, seats=2).choice)
    ['a', 'b']
    """
    return best_outcomes(problem, _av, 1, time_limit)[0]


@mechanism(
    "committees.satisfaction_approval",
    setting=SETTING,
    reference=SURVEY,
    anonymous=True,
    winners=optimal(_sav),
    takes=("time_limit",),
)
def satisfaction_approval(problem: Problem, *, time_limit: float | None = None) -> Outcome:
    """Satisfaction approval voting: each voter has one vote, shared by those it approves of.

    Parameters
    ----------
    problem, time_limit
        As in :func:`approval`.

    Examples
    --------
    >>> sorted(satisfaction_approval({"a, b": 5, "c": 4, "d": 3}, seats=2).choice)
    ['c', 'd']
    """
    return best_outcomes(problem, _sav, 1, time_limit)[0]


@mechanism(
    "committees.pav",
    setting=SETTING,
    reference=SURVEY,
    anonymous=True,
    winners=optimal(_pav),
    takes=("time_limit",),
)
def pav(problem: Problem, *, time_limit: float | None = None) -> Outcome:
    """Proportional approval voting (Thiele): a voter with j members counts 1 + 1/2 + ... + 1/j.

    Parameters
    ----------
    problem, time_limit
        As in :func:`approval`.

    Raises
    ------
    LimitReachedError
        If time ends before the optimum is proved.

    Notes
    -----
    NP-hard; branch and bound in whole numbers.

    Examples
    --------
    >>> found = pav({"a, b": 5, "c": 4, "d": 3}, seats=2)
    >>> sorted(found.choice), found.details["score"]
    (['a', 'c'], 9)
    """
    return best_outcomes(problem, _pav, 1, time_limit)[0]


@mechanism(
    "committees.slav",
    setting=SETTING,
    reference=SURVEY,
    anonymous=True,
    winners=optimal(_slav),
    takes=("time_limit",),
)
def slav(problem: Problem, *, time_limit: float | None = None) -> Outcome:
    """Sainte-Lague approval voting: a voter with j members counts 1 + 1/3 + ... + 1/(2j - 1).

    Parameters
    ----------
    problem, time_limit
        As in :func:`pav`.

    Examples
    --------
    >>> slav({"a, b": 5, "c": 4, "d": 3}, seats=2).details["score"]
    9
    """
    return best_outcomes(problem, _slav, 1, time_limit)[0]


@mechanism(
    "committees.chamberlin_courant",
    setting=SETTING,
    reference=SURVEY,
    anonymous=True,
    winners=optimal(_cc),
    takes=("time_limit",),
)
def chamberlin_courant(problem: Problem, *, time_limit: float | None = None) -> Outcome:
    """The rule of Chamberlin and Courant on approvals: the most voters with a member.

    Parameters
    ----------
    problem, time_limit
        As in :func:`pav`.

    Examples
    --------
    >>> chamberlin_courant({"a, b": 5, "c": 4, "d": 3}, seats=2).details["score"]
    9
    """
    return best_outcomes(problem, _cc, 1, time_limit)[0]


@mechanism(
    "committees.minimax_approval",
    setting=SETTING,
    reference=SURVEY,
    anonymous=True,
    winners=optimal(LeastDistance),
    takes=("time_limit",),
)
def minimax_approval(problem: Problem, *, time_limit: float | None = None) -> Outcome:
    """Minimax approval voting: the ballot that differs most from the committee differs least.

    Parameters
    ----------
    problem, time_limit
        As in :func:`pav`.  How many cast a ballot does not matter.

    Examples
    --------
    >>> minimax_approval({"a, b": 3, "c": 2, "d": 1}, seats=2).details["score"]
    -3
    """
    return best_outcomes(problem, LeastDistance, 1, time_limit)[0]


def _seq_pav(votes: Electorate) -> Steps:
    return Greedy(votes, harmonic(votes))


def _seq_slav(votes: Electorate) -> Steps:
    return Greedy(votes, _odd(votes))


def _seq_cc(votes: Electorate) -> Steps:
    return Greedy(votes, _one(votes))


@mechanism(
    "committees.sequential_pav",
    setting=SETTING,
    reference=SURVEY,
    anonymous=True,
    winners=stepwise(_seq_pav),
)
def sequential_pav(problem: Problem) -> Outcome:
    """One after another, whoever adds most to the score of :func:`pav`.

    Parameters
    ----------
    problem : approval ballots
        See :func:`approvals`; of candidates that tie at a step the earlier one is elected,
        ``winners`` follows every way to break ties.

    Examples
    --------
    >>> sorted(sequential_pav({"a, b": 3, "c": 2, "d": 1}, seats=2).choice)
    ['a', 'c']
    """
    return first_outcome(problem, _seq_pav)


@mechanism(
    "committees.sequential_slav",
    setting=SETTING,
    reference=SURVEY,
    anonymous=True,
    winners=stepwise(_seq_slav),
)
def sequential_slav(problem: Problem) -> Outcome:
    """One after another, whoever adds most to the score of :func:`slav`.

    Parameters
    ----------
    problem : approval ballots
        As in :func:`sequential_pav`.

    Examples
    --------
    >>> sorted(sequential_slav({"a, b": 3, "c": 2, "d": 1}, seats=2).choice)
    ['a', 'c']
    """
    return first_outcome(problem, _seq_slav)


@mechanism(
    "committees.sequential_chamberlin_courant",
    setting=SETTING,
    reference=SURVEY,
    anonymous=True,
    winners=stepwise(_seq_cc),
)
def sequential_chamberlin_courant(problem: Problem) -> Outcome:
    """One after another, whoever gives the most voters a first member.

    Parameters
    ----------
    problem : approval ballots
        As in :func:`sequential_pav`.

    Examples
    --------
    >>> sorted(sequential_chamberlin_courant({"a, b": 3, "c": 2, "d": 1}, seats=2).choice)
    ['a', 'c']
    """
    return first_outcome(problem, _seq_cc)


@mechanism(
    "committees.sequential_phragmen",
    setting=SETTING,
    reference=SURVEY,
    anonymous=True,
    winners=stepwise(Phragmen),
)
def sequential_phragmen(problem: Problem) -> Outcome:
    """Phragmen's sequential rule: a seat is a load of 1 that its voters share.

    Elected next is whoever leaves the smallest largest load on its voters, who then all bear that
    load.  In money: all voters earn at the same rate, and buy a candidate as soon as those who
    approve of it have 1 together.

    Parameters
    ----------
    problem : approval ballots
        As in :func:`sequential_pav`.

    Examples
    --------
    >>> sorted(sequential_phragmen({"a, b": 5, "c": 4, "d": 3}, seats=2).choice)
    ['a', 'c']
    """
    return first_outcome(problem, Phragmen)


Completed = Literal["phragmen", "approval", "add1", "none"]
# Units that are added to the money of voters.
_MOST_UNITS = 10_000


def _completed(votes: Electorate, state: State, completion: Completed, every: bool) -> list[State]:
    """A committee that may be too small, filled up."""
    if completion == "none" or len(state[0]) == votes.seats:
        return [state]
    if completion == "add1":
        richer = _richer(votes)
        bought = followed(richer) if every else [first(richer)]
        bought = [one for one in bought if len(one[0]) <= votes.seats]
        return [end for one in bought for end in _completed(votes, one, "approval", every)]
    if completion == "phragmen":
        rest = Completion(votes, state)
        return followed(rest) if every else [first(rest)]
    more = _Filled(votes, state)
    return followed(more) if every else [first(more)]


def _richer(votes: Electorate) -> EqualShares:
    """The method with the most money, unit by unit, with which no more are bought than seats."""
    able = sum(any(c in own for own in votes.sets) for c in range(len(votes.candidates)))
    rule = EqualShares(votes)
    for units in range(votes.seats + 1, votes.seats + _MOST_UNITS):
        more = EqualShares(votes, units)
        bought = len(first(more)[0])
        if bought > votes.seats:
            return rule
        rule = more
        if bought in (able, votes.seats):
            return rule
    raise LimitReachedError(f"completion: voters have more than {_MOST_UNITS:,} units")


class _Filled(Greedy):
    """Those with the most approvals after those who are elected already."""

    def __init__(self, votes: Electorate, state: State) -> None:
        super().__init__(votes, _ones(votes))
        self.state = state

    def start(self) -> State:
        return self.state[0], ()


def _bought(problem: Problem, *, completion: Completed = "phragmen") -> Sequence[Outcome]:
    votes = electorate(problem)
    found: dict[Positions, Outcome] = {}
    for state in followed(EqualShares(votes)):
        # What is bought with more money does not depend on how this ended.
        for end in _completed(votes, state, completion, every=True):
            found.setdefault(end[0], _outcome(problem, votes, end[0]))
    return list(found.values())


@mechanism(
    "committees.equal_shares",
    setting=SETTING,
    reference=SURVEY,
    anonymous=True,
    winners=_bought,
)
def equal_shares(problem: Problem, *, completion: Completed = "phragmen") -> Outcome:
    """The method of equal shares: voters pay for seats out of equal parts of the money.

    Elected next is whoever costs each supporter least, those who cannot pay so much paying all that
    they have.  The details tell who was ``bought`` so and what each ballot has ``left``.

    Parameters
    ----------
    problem : approval ballots
        As in :func:`sequential_pav`.
    completion : {"phragmen", "approval", "add1", "none"}
        Who fills the seats that nobody can pay for: Phragmen's rule, begun with what each voter has
        left; those with the most approvals; whoever is bought when voters have a unit more, again
        and again while these are no more than the seats, and then those with the most approvals; or
        nobody.

    Examples
    --------
    >>> votes = {"a, b": 5, "c": 4, "d": 3}
    >>> sorted(equal_shares(votes, seats=2).choice)
    ['a', 'c']
    >>> equal_shares(votes, seats=2, completion="none").choice
    frozenset()
    """
    votes = electorate(problem)
    state = first(EqualShares(votes))
    (end,) = _completed(votes, state, completion, every=False)
    left = dict(
        zip(
            (tuple(votes.candidates[c] for c in own) for own in votes.sets),
            map(tidy, state[1]),
            strict=True,
        )
    )
    bought = tuple(votes.candidates[c] for c in state[0])
    return _outcome(problem, votes, end[0], bought=bought, left=left)
