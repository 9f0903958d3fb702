"""Quota-preferential by quotient: seats go to large quotients, ballots remember their share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from mechdesign.aggregation.counting_rounds.election_settings import elections
from mechdesign.aggregation.counting_rounds.papers import Choices
from mechdesign.aggregation.counting_rounds.transferable_votes import election
from mechdesign.aggregation.profiles.problems import profile_of
from mechdesign.errors import LimitReachedError
from mechdesign.model import Outcome, Problem, Provenance, Reference, mechanism, tidy

__all__ = ["qpq"]

_WOODALL = Reference(
    "woodall2003",
    "Woodall, D. R.",
    "QPQ, a quota-preferential STV-like election rule",
    2003,
    "Voting Matters 17",
)
# Steps over all ways to break ties; more are not followed.
_MOST_STEPS = 20_000

#: Who is excluded, who is elected in this order, and at which quotients.
State = tuple[frozenset[int], tuple[int, ...], tuple[Fraction, ...]]


class _Quotients:
    """The ballots of a count by quotients."""

    def __init__(self, problem: Problem) -> None:
        choices = Choices(profile_of(problem), "refuse")
        chosen = choices.nonblank()
        tiers = choices.tiers[:, chosen]
        self.labels = choices.labels
        self.seats = problem.data.seats or 1
        self.ballots = [
            sorted((c for c, t in enumerate(own) if t != choices.far), key=own.__getitem__)
            for own in tiers.T.tolist()
        ]
        self.weights = [int(n) * choices.unit for n in choices.counts[chosen]]
        self.steps = 0
        #: What was done on the way that is shown: an action, whom, at which quotient and quota.
        self.shown: list[tuple[object, ...]] = []

    def after(self, state: State) -> list[State]:
        """What may come next, the way that prefers earlier candidates first; empty at the end."""
        out, elected, quotients = state
        hopeful = [c for c in range(len(self.labels)) if c not in out and c not in elected]
        if len(elected) == self.seats or len(elected) + len(hopeful) <= self.seats:
            return []
        self.steps += 1
        if self.steps > _MOST_STEPS:
            raise LimitReachedError(f"ties: more than {_MOST_STEPS:,} steps of the count")
        votes = dict.fromkeys(hopeful, Fraction(0))
        shares = dict.fromkeys(hopeful, Fraction(0))
        spent = Fraction(0)
        for order, weight in zip(self.ballots, self.weights, strict=True):
            # The share of those elected last by this ballot is one over their quotient.
            share = Fraction(0)
            for c, quotient in zip(elected, quotients, strict=True):
                if c == self._first(order, out, elected[: elected.index(c)]):
                    share = 1 / quotient
            now = self._first(order, out, elected)
            if now is None:
                spent += weight * share
            else:
                votes[now] += weight
                shares[now] += weight * share
        values = {c: votes[c] / (1 + shares[c]) for c in hopeful}
        quota = sum(votes.values(), Fraction(0)) / (1 + self.seats - spent)
        most, least = max(values.values()), min(values.values())
        wins = most > quota
        tied = [c for c in hopeful if values[c] == (most if wins else least)]
        chosen = tied[0] if wins else tied[-1]
        action, at = ("elected", most) if wins else ("excluded", least)
        self.shown.append((action, self.labels[chosen], tidy(at), tidy(quota)))
        if wins:
            return [(out, (*elected, c), (*quotients, most)) for c in tied]
        # Everything starts again without whoever is excluded.
        return [(out | {c}, (), ()) for c in reversed(tied)]

    @staticmethod
    def _first(order: Sequence[int], out: Iterable[int], elected: Iterable[int]) -> int | None:
        gone = {*out, *elected}
        return next((c for c in order if c not in gone), None)

    def committee(self, state: State) -> frozenset[int]:
        """Those elected, and all who are left where these are no more than the seats."""
        out, elected, _ = state
        if len(elected) == self.seats:
            return frozenset(elected)
        return frozenset(c for c in range(len(self.labels)) if c not in out)


def _all_ways(problem: Problem) -> list[Outcome]:
    count = _Quotients(problem)
    stack: list[State] = [(frozenset(), (), ())]
    seen: set[State] = set()
    found: dict[frozenset[int], None] = {}
    while stack:
        state = stack.pop()
        if state in seen:
            continue
        seen.add(state)
        after = count.after(state)
        stack += reversed(after)
        if not after:
            found.setdefault(count.committee(state))
    return [_outcome(problem, count, one) for one in found]


def _outcome(
    problem: Problem, count: _Quotients, chosen: frozenset[int], **told: object
) -> Outcome:
    setting = elections(count.seats)
    elected = frozenset(count.labels[c] for c in chosen)
    provenance = Provenance(decisions=problem.data.decisions)
    return Outcome(elected, details=told, provenance=provenance, problem=problem, setting=setting)


@mechanism(
    "aggregation.qpq",
    setting=elections(),
    reader=election,
    reference=_WOODALL,
    anonymous=True,
    winners=_all_ways,
)
def qpq(problem: Problem) -> Outcome:
    """Quota-preferential by quotient: seats go to the largest quotients (Woodall 2003).

    Each ballot counts for the first candidate it names who is neither elected nor excluded.  The
    quotient of a candidate is the number of its ballots over 1 plus the shares that these ballots
    have in those elected already.  The largest quotient is elected if it exceeds the quota, and the
    ballots that elected it have a share of one over the quotient; else the smallest is excluded and
    the count starts again.

    Parameters
    ----------
    problem : ballots
        See :func:`election`, which also takes ``seats``; without equal ranks.  Of candidates who
        tie the earlier ones are kept; ``winners`` follows every way.

    Returns
    -------
    Outcome
        The set of those elected; ``details["steps"]`` has every election and exclusion with whom,
        its quotient and the quota, exactly.

    Raises
    ------
    InvalidInputError
        If a ballot has several candidates at one rank.

    Examples
    --------
    >>> ballots = {"A > B > C > D": 35, "B > A > C > D": 32, "C > D > A > B": 33}
    >>> sorted(qpq(ballots, seats=2).choice)
    ['A', 'B']
    """
    count = _Quotients(problem)
    state: State = (frozenset(), (), ())
    while after := count.after(state):
        state = after[0]
    return _outcome(problem, count, count.committee(state), steps=tuple(count.shown))
