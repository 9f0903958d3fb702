"""The monotonic concession protocol with Zeuthen's strategy."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from math import prod
from typing import Literal

import numpy as np

from mechdesign.bargaining.menus.package_lists import Packages, packages
from mechdesign.bargaining.menus.setting import NO_AGREEMENT, package_choice
from mechdesign.bargaining.negotiation.trace import Negotiation, Round
from mechdesign.bargaining.solutions.by_rows import rational_rows, reserve_of
from mechdesign.errors import InfeasibleError, InvalidInputError, require
from mechdesign.model import Number, Outcome, Problem, Provenance, Reference, is_exact

__all__ = ["CONCESSIONS", "monotonic_concession"]

_SETTING = package_choice()
_MOST = 2000
Vector = tuple[Number, ...]

ENDRISS = Reference(
    "endriss2006",
    "Endriss, U.",
    "Monotonic concession protocols for multilateral negotiation",
    2006,
    "AAMAS",
    doi="10.1145/1160633.1160702",
)


def _others(v: Vector, me: int) -> Vector:
    return (*v[:me], *v[me + 1 :])


#: What counts as a concession from one offer to another, in the gains of the others.
CONCESSIONS: dict[str, Callable[[Vector, Vector], bool]] = {
    "strong": lambda old, new: all(b > a for a, b in zip(old, new, strict=True)),
    "weak": lambda old, new: any(b > a for a, b in zip(old, new, strict=True)),
    "pareto": lambda old, new: (
        all(b >= a for a, b in zip(old, new, strict=True)) and tuple(old) != tuple(new)
    ),
    "utilitarian": lambda old, new: sum(new) > sum(old),
    "egalitarian": lambda old, new: min(new) > min(old),
    "nash": lambda old, new: prod(new) > prod(old),
}


def monotonic_concession(
    problem: Problem,
    *,
    concession: str = "pareto",
    ties: Literal["first", "all"] = "first",
) -> Negotiation:
    """Agree by concessions: who has less to lose by a breakdown gives way (Zeuthen).

    Everybody begins with its best acceptable, Pareto-efficient package.  An agent's willingness to
    risk a breakdown is the share of its gain that it would lose by the offer of another (1 where it
    has nothing to gain); the least willing one makes the smallest concession after which it is no
    longer the least willing, or after which its offer is acceptable to all.

    Parameters
    ----------
    problem : Problem
        Of the setting ``bargaining.packages``.
    concession : str
        What is a concession among several agents: one of :data:`CONCESSIONS` (for two agents all
        mean the same).
    ties : {"first", "all"}
        Of equally willing agents the first concedes, or all do, as in the textbooks.

    Returns
    -------
    Negotiation
        A round for each concession, with the new offer of its author.

    Raises
    ------
    InvalidInputError
        On an unknown kind of concession.

    Notes
    -----
    For two agents the agreement maximises the Nash product where concessions are one at a time.
    For several agents the kinds of concession are those of Endriss (2006).

    Examples
    --------
    >>> from mechdesign.bargaining import menu
    >>> result = monotonic_concession(menu([(10, 1), (8, 4), (6, 7), (3, 9), (1, 10)]))
    >>> [(r.by, r.text) for r in result.rounds]
    [(0, 0), (1, 4), (0, 1), (1, 2), (0, 2)]
    """
    require(problem, Problem, "problem")
    if concession not in CONCESSIONS:
        raise InvalidInputError("concession", f"be one of {', '.join(CONCESSIONS)}", concession)
    if ties not in ("first", "all"):
        raise InvalidInputError("ties", "be 'first' or 'all'", ties)
    found = packages(problem)
    if not len(found):
        raise InfeasibleError("no package is within the budget and the rules")
    rows, gains = _frontier(found)
    if not rows:
        return _finish(found, [], None)
    agents = range(len(problem))
    offers = [
        max(range(len(rows)), key=lambda k: (gains[k][i], sum(_others(gains[k], i))))
        for i in agents
    ]
    history = [(i, rows[offers[i]]) for i in agents]
    concedes = CONCESSIONS[concession]
    while (agreed := _agreed(offers, gains)) is None:
        risks = [_risk(i, offers[i], offers, gains) for i in agents]
        order = sorted(agents, key=lambda i: (risks[i], i))
        least = [i for i in order if risks[i] == risks[order[0]]] if ties == "all" else order
        made = []
        for i in least:
            new = _concession(i, offers, gains, concedes)
            if new is not None:
                made.append((i, new))
                if ties == "first":
                    break
        if not made:
            break
        for i, new in made:
            offers[i] = new
            history.append((i, rows[new]))
    return _finish(found, history, None if agreed is None else rows[agreed])


def _frontier(found: Packages) -> tuple[list[int], list[Vector]]:
    """The Pareto-efficient acceptable packages with the gains that they bring."""
    reserve = reserve_of(found)
    every = rational_rows(found)
    values = found.utilities.numerators if found.exact else found.utilities
    matrix = values[every]
    kept: list[int] = []
    # In decreasing order of their sum, no package is dominated by a later one.
    for k in np.argsort(-matrix.sum(axis=1, dtype=float), kind="stable").tolist():
        front = matrix[kept]
        dominated = (front >= matrix[k]).all(axis=1) & (front > matrix[k]).any(axis=1)
        if not dominated.any():
            kept.append(k)
            if len(kept) > _MOST:
                raise InfeasibleError(f"more than {_MOST} efficient packages to negotiate over")
    rows = sorted(int(every[k]) for k in kept)
    gains = [tuple(u - d for u, d in zip(found.utility(row), reserve, strict=True)) for row in rows]
    return rows, gains


def _risk(me: int, offer: int, offers: Sequence[int], gains: Sequence[Vector]) -> Number:
    own = gains[offer][me]
    if not own > 0:
        return 1
    least = min(gains[offers[j]][me] for j in range(len(offers)) if j != me)
    loss = own - least
    return Fraction(loss) / own if is_exact(loss) and is_exact(own) else loss / own


def _agreed(offers: Sequence[int], gains: Sequence[Vector]) -> int | None:
    """An offer that everybody finds at least as good as its own."""
    for offer in offers:
        if all(gains[offer][i] >= gains[offers[i]][i] for i in range(len(offers))):
            return offer
    return None


def _concession(
    me: int,
    offers: Sequence[int],
    gains: Sequence[Vector],
    concedes: Callable[[Vector, Vector], bool],
) -> int | None:
    """The smallest concession that passes the burden on, or else the smallest one; None if none."""
    now = gains[offers[me]]
    steps = [
        k
        for k, g in enumerate(gains)
        if g[me] <= now[me] and k != offers[me] and concedes(_others(now, me), _others(g, me))
    ]
    steps.sort(key=lambda k: (-gains[k][me], -sum(_others(gains[k], me))))
    for k in steps:
        trial = [*offers[:me], k, *offers[me + 1 :]]
        risks = [_risk(i, trial[i], trial, gains) for i in range(len(offers))]
        if _agreed(trial, gains) is not None or min(_others(tuple(risks), me)) < risks[me]:
            return k
    return steps[-1] if steps else None


def _finish(found: Packages, history: list[tuple[int, int]], agreed: int | None) -> Negotiation:
    problem = found.problem
    lines = []
    last: dict[int, Vector] = {}
    for number, (author, row) in enumerate(history):
        values = found.utility(row)
        old = last.get(author, values)
        change = {a: new - o for a, new, o in zip(problem.agents, values, old, strict=True)}
        lines.append(
            Round(
                number,
                found.label(row),
                found.cost(row),
                problem.agents[author],
                values,
                min(values),
                sum(values),
                {a: c for a, c in change.items() if c > 0},
                {a: -c for a, c in change.items() if c < 0},
            )
        )
        last[author] = values
    outcome = Outcome(
        NO_AGREEMENT if agreed is None else found.label(agreed),
        cost=None if agreed is None else found.cost(agreed),
        details={"concessions": max(len(history) - len(problem), 0)},
        provenance=Provenance(
            mechanism="bargaining.monotonic_concession",
            algorithm="Zeuthen",
            exact=found.exact,
            reference=ENDRISS if len(problem) > 2 else None,
        ),
        problem=problem,
        setting=_SETTING,
    )
    return Negotiation(problem, outcome, tuple(lines))
