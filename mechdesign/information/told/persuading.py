"""What to say: optimal information structures by linear programming and by concavification."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Annotated, Any

from mechdesign.errors import InvalidInputError
from mechdesign.information.references import KAMENICA
from mechdesign.information.told.receivers_setting import (
    Actions,
    Message,
    Payoffs,
    ReceiverData,
    Structure,
    receivers,
)
from mechdesign.model import (
    FrozenMap,
    Number,
    Outcome,
    Problem,
    Provenance,
    mechanism,
    number_in,
    ratio,
    tidy,
)
from mechdesign.records import dataclass
from mechdesign.solvers.linear.certified_programs import CertifiedProgram

__all__ = ["Concavification", "concavification", "full_disclosure", "no_disclosure", "persuasion"]

_SETTING = receivers()


@mechanism("information.persuasion", setting=_SETTING, reference=KAMENICA)
def persuasion(
    problem: Problem,
    *,
    public: bool = False,
    margin: Annotated[Number, number_in(0)] = 0,
) -> Outcome:
    """The information structure that is best for the sender among all that receivers obey.

    A message recommends an action to each receiver.  Ties are broken for the sender: a receiver who
    is indifferent does what is recommended.  For several receivers these are the Bayes correlated
    equilibria of their game.

    Parameters
    ----------
    public : bool
        Whether all receivers hear the whole message, or each only its own recommendation.
    margin : number
        By how much at least a receiver must prefer what is recommended: with a small one the
        structure works even if ties are broken against the sender, whose best is then a supremum.

    Notes
    -----
    A variable for every profile of actions and state, a row for every receiver, recommended action
    and deviation (with `public` for every profile).  ``details["prices"]`` are the duals of these.

    Examples
    --------
    The prosecutor: guilty with chance .3, convicted from .5 on.

    >>> from fractions import Fraction
    >>> from mechdesign.information import prosecution
    >>> found = persuasion(prosecution(Fraction(3, 10), Fraction(1, 2)))
    >>> found.details["value"]
    Fraction(3, 5)
    >>> [(m.actions, m.probability) for m in found.choice.messages]
    [((0,), Fraction(2, 5)), ((1,), Fraction(3, 5))]
    """
    data: ReceiverData = problem.data
    program = CertifiedProgram()
    states = range(len(data.prior))
    profiles = list(data.profiles())
    # The chance of a profile and a state together.
    mass = {
        (a, t): program.variable(data.sender[k][t]) for k, a in enumerate(profiles) for t in states
    }
    for t in states:
        total = [(mass[a, t], 1) for a in profiles]
        program.row(total, low=data.prior[t], high=data.prior[t])
    rows: dict[tuple[Any, ...], int] = {}
    groups: dict[tuple[int, Any], list[Actions]] = {}
    for k in range(len(data.actions)):
        for a in profiles:
            groups.setdefault((k, a if public else a[k]), []).append(a)
    for (k, heard), members in groups.items():
        own, told = problem.types[k], members[0][k]
        for other in range(data.actions[k]):
            if other == told:
                continue
            entries = []
            for a, t in itertools.product(members, states):
                instead = (*a[:k], other, *a[k + 1 :])
                gain = _worth(data, k, own, a, t) - _worth(data, k, own, instead, t)
                entries.append((mass[a, t], gain - margin))
            rows[problem.agents[k], heard, other] = program.row(entries, low=0)
    found = program.maximise()
    messages = []
    for a in profiles:
        joint = [found.x[mass[a, t]] for t in states]
        weight: Number = sum(joint)
        if weight > (0 if found.exact else 1e-12):
            messages.append(Message(a, tidy(weight), tuple(ratio(x, weight) for x in joint)))
    structure = Structure(tuple(messages), public)
    details: dict[str, Any] = {
        "value": tidy(found.value),
        "prices": FrozenMap((key, tidy(-found.duals[row])) for key, row in rows.items()),
        "certified": found.exact,
    }
    if data.alone and not margin:
        full = _SETTING.value(problem, _disclosed(problem, True))
        none = _SETTING.value(problem, _disclosed(problem, False))
        details["full_disclosure"], details["no_disclosure"] = tidy(full), tidy(none)
    told_how = Provenance(
        "information.persuasion",
        "linear program",
        found.exact,
        tolerance=None if found.exact else 1e-9,
        solver="HiGHS",
        ties="for the sender" if not margin else "",
        bound=found.value,
        gap=0 if found.exact else None,
        reference=KAMENICA,
    )
    return Outcome(
        structure, details=details, provenance=told_how, problem=problem, setting=_SETTING
    )


def _worth(data: ReceiverData, k: int, own: Payoffs, actions: Actions, state: int) -> Number:
    return own[actions[k] if data.alone else data.position(actions)][state]


@mechanism("information.full_disclosure", reference=KAMENICA, setting=_SETTING)
def full_disclosure(problem: Problem) -> Outcome:
    """Everybody is told the state; whoever is indifferent acts as the sender likes.

    Examples
    --------
    >>> from fractions import Fraction
    >>> from mechdesign.information import prosecution
    >>> full_disclosure(prosecution(Fraction(3, 10), Fraction(1, 2))).details["value"]
    Fraction(3, 10)
    """
    return _told(problem, True)


@mechanism("information.no_disclosure", reference=KAMENICA, setting=_SETTING)
def no_disclosure(problem: Problem) -> Outcome:
    """Nobody is told anything; whoever is indifferent acts as the sender likes.

    Examples
    --------
    >>> from fractions import Fraction
    >>> from mechdesign.information import prosecution
    >>> no_disclosure(prosecution(Fraction(3, 10), Fraction(1, 2))).details["value"]
    0
    """
    return _told(problem, False)


def _told(problem: Problem, everything: bool) -> Outcome:
    if not problem.data.alone:
        told = "be those of receivers who do not play a game: what they would play is open"
        raise InvalidInputError("receivers", told, problem.agents)
    structure = _disclosed(problem, everything)
    details = {"value": tidy(_SETTING.value(problem, structure))}
    return Outcome(structure, details=details, problem=problem, setting=_SETTING)


def _disclosed(problem: Problem, everything: bool) -> Structure:
    """Receivers who do not play a game, told all or nothing."""
    prior = problem.data.prior
    beliefs: list[tuple[Number, tuple[Number, ...]]] = [(1, prior)]
    if everything:
        beliefs = [
            (p, tuple(int(t == state) for t in range(len(prior))))
            for state, p in enumerate(prior)
            if p
        ]
    messages = (Message(_replies(problem, belief), p, belief) for p, belief in beliefs)
    return Structure(tuple(messages), True)


def _replies(problem: Problem, belief: Sequence[Number]) -> Actions:
    """The best replies to a belief, of those the sender's best."""
    data: ReceiverData = problem.data
    options = []
    for own in problem.types:
        worth = [_mean(row, belief) for row in own]
        options.append([a for a, w in enumerate(worth) if w == max(worth)])
    return max(
        itertools.product(*options),
        key=lambda a: (_mean(data.sender[data.position(a)], belief), [-x for x in a]),
    )


def _mean(row: Sequence[Number], belief: Sequence[Number]) -> Number:
    total: Number = sum(p * w for p, w in zip(belief, row, strict=True))
    return total


@dataclass(frozen=True)
class Concavification:
    """The sender's value against the belief in state 1, and the least concave function above it.

    Parameters
    ----------
    pieces : tuple of (from, to, value at from, value at to)
        The value as receivers act on a belief; at a border between two the larger one holds.
    corners : tuple of (belief, value)
        Of the concave function.
    prior, value : number
        The prior, and the concave function there: what the sender can get.
    posteriors : tuple of numbers
        The one or two beliefs that the best public message induces.
    """

    pieces: tuple[tuple[Number, Number, Number, Number], ...]
    corners: tuple[tuple[Number, Number], ...]
    prior: Number
    value: Number
    posteriors: tuple[Number, ...]


def concavification(problem: Problem) -> Concavification:
    """The geometry of persuasion with two states, exactly.

    Parameters
    ----------
    problem : Problem
        Of :func:`receivers`, with two states; several receivers hear the same.

    Examples
    --------
    >>> from fractions import Fraction
    >>> from mechdesign.information import prosecution
    >>> found = concavification(prosecution(Fraction(3, 10), Fraction(1, 2)))
    >>> found.value, found.posteriors
    (Fraction(3, 5), (0, Fraction(1, 2)))
    """
    data: ReceiverData = problem.data
    if len(data.prior) != 2 or not data.alone:
        raise InvalidInputError("problem", "have two states and receivers who play no game", data)
    borders: set[Number] = {0, 1}
    for own in problem.types:
        for first, second in itertools.combinations(own, 2):
            # The belief at which two actions are worth the same.
            slope = (first[1] - first[0]) - (second[1] - second[0])
            if slope:
                cut = ratio(second[0] - first[0], slope)
                if 0 < cut < 1:
                    borders.add(cut)
    cuts = sorted(borders)
    pieces, points = [], {}
    for low, high in itertools.pairwise(cuts):
        middle = ratio(low + high, 2)
        row = data.sender[data.position(_replies(problem, (1 - middle, middle)))]
        ends = [_mean(row, (1 - x, x)) for x in (low, high)]
        pieces.append((low, high, tidy(ends[0]), tidy(ends[1])))
    for cut in cuts:
        row = data.sender[data.position(_replies(problem, (1 - cut, cut)))]
        points[cut] = tidy(_mean(row, (1 - cut, cut)))
    for low, high, left, right in pieces:
        points[low], points[high] = max(points[low], left), max(points[high], right)
    corners = _hull(sorted(points.items()))
    prior = data.prior[1]
    beliefs: tuple[Number, ...]
    for (a, left), (b, right) in itertools.pairwise(corners):
        if a <= prior <= b:
            weight = ratio(prior - a, b - a)
            value = tidy((1 - weight) * left + weight * right)
            beliefs = (a,) if prior == a else (b,) if prior == b else (a, b)
            return Concavification(tuple(pieces), corners, prior, value, beliefs)
    raise InvalidInputError("prior", "be between 0 and 1", prior)


def _hull(points: Sequence[tuple[Number, Number]]) -> tuple[tuple[Number, Number], ...]:
    """The corners of the least concave function above some points."""
    kept: list[tuple[Number, Number]] = []
    for x, y in points:
        while len(kept) > 1:
            (a, u), (b, v) = kept[-2:]
            if (v - u) * (x - a) > (y - u) * (b - a):
                break
            kept.pop()
        kept.append((x, y))
    return tuple(kept)
