"""Residents and hospitals, where some residents are couples who rank pairs of hospitals."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np

from mechdesign.allocation.preference_lists import read_capacities, strict_rows
from mechdesign.errors import InvalidInputError, LimitReachedError
from mechdesign.model import as_list
from mechdesign.solvers.linear.integer_programs import maximise_integers

__all__ = ["match_with_couples"]

_VARIABLES = 2000
#: Who moves together, and where to, best first; None stands for no place.
Party = tuple[tuple[Any, ...], list[tuple[Any, ...]]]


def match_with_couples(
    residents: Mapping[Hashable, Any],
    hospitals: Mapping[Hashable, Any],
    couples: Mapping[tuple[Hashable, Hashable], Any],
    *,
    capacities: Any = None,
    time_limit: float | None = 60,
) -> dict[Any, Any] | None:
    """A stable matching in which couples have places together; None where there is none.

    A resident or a couple blocks with places that it prefers to its own if every hospital of them
    would take who is new there among those it has and those who come, best first within its
    capacity; what a couple leaves is free for it.

    Parameters
    ----------
    residents : mapping of single resident to strict list of hospitals
        As :func:`two_sided` reads lists.
    hospitals : mapping of hospital to strict list of residents
        Who is not listed is not acceptable.
    couples : mapping of (resident, resident) to list of (hospital, hospital)
        Best first; None in a pair stands for no place for that member.
    capacities : int, sequence or mapping, optional
        Of the hospitals, 1 by default.
    time_limit : float, optional
        Seconds for the solver, and as long again for its proof.

    Returns
    -------
    dict of resident to hospital or None, or None
        A stable matching of the most residents.  None is proved.

    Raises
    ------
    InvalidInputError
        On ties, strangers, and residents who are named twice.
    LimitReachedError
        If the market is too large, or neither a stable matching nor a proof of absence was found.
    SolverError
        If the solver runs out of time.

    Notes
    -----
    NP-hard; an integer program whose solution is checked in integers.

    Examples
    --------
    >>> match_with_couples(
    ...     {2: ["h", "k"]}, {"h": [0, 2], "k": [2, 1]}, {(0, 1): [("h", "k")]}
    ... ) is None
    True
    >>> match_with_couples({2: ["h"]}, {"h": [0, 2], "k": [2, 1]}, {(0, 1): [("h", "k")]})
    {2: None, 0: 'h', 1: 'k'}
    """
    ranks, parties, room = _read(residents, hospitals, couples, capacities)
    choices = [(a, k) for a, (_, wishes) in enumerate(parties) for k in range(len(wishes))]
    place = {choice: n for n, choice in enumerate(choices)}
    # A variable for each refusal: enough residents whom the hospital prefers stay or come.
    refusals: list[tuple[int, list[int], int]] = []
    for a, k in choices:
        who, wishes = parties[a]
        for better, limit in _refusals(who, wishes[k], ranks, room):
            held = [
                n
                for n, (b, other) in enumerate(choices)
                if b != a
                for member, h in zip(parties[b][0], parties[b][1][other], strict=True)
                if (member, h) in better
            ]
            refusals.append((place[a, k], held, limit))
    size = len(choices) + len(refusals)
    if size > _VARIABLES:
        raise LimitReachedError(f"{size:,} variables are more than {_VARIABLES:,}")
    rows: list[Any] = []
    least: list[int] = []

    def demand(entries: list[tuple[int, int]], bound: int) -> None:
        row = np.zeros(size, dtype=np.int64)
        for n, x in entries:
            row[n] += x
        rows.append(row)
        least.append(bound)

    for n, (_, held, limit) in enumerate(refusals):
        demand([(len(choices) + n, -limit), *((m, 1) for m in held)], 0)
    for a, k in choices:
        ways = [n for n, (target, _, _) in enumerate(refusals) if target == place[a, k]]
        settled = [(place[a, other], 1) for other in range(k + 1)]
        demand([*settled, *((len(choices) + n, 1) for n in ways)], 1)
    for a, (_, wishes) in enumerate(parties):
        demand([(place[a, k], -1) for k in range(len(wishes))], -1)
    for h, count in room.items():
        uses = [(place[a, k], -parties[a][1][k].count(h)) for a, k in choices]
        demand(uses, -count)
    got: dict[Any, Any] = {member: None for who, _ in parties for member in who}
    if not choices:
        return got
    placed = np.zeros(size, dtype=np.int64)
    placed[: len(choices)] = [sum(h is not None for h in parties[a][1][k]) for a, k in choices]
    ones = np.ones(size, dtype=np.int64)
    found = maximise_integers(placed, np.array(rows), np.array(least), ones, time_limit=time_limit)
    if found.x is None:
        if not found.proved:
            raise LimitReachedError("neither a stable matching nor a proof of absence is found")
        return None
    for n, (a, k) in enumerate(choices):
        if found.x[n]:
            got.update(zip(*(parties[a][0], parties[a][1][k]), strict=True))
    return got


def _refusals(
    who: tuple[Any, ...], target: tuple[Any, ...], ranks: Any, room: Mapping[Any, int]
) -> list[tuple[set[tuple[Any, Any]], int]]:
    """For each hospital of a wish: (resident, place) of those it prefers, how many make it full."""
    found = []
    for h in dict.fromkeys(h for h in target if h is not None):
        # Of two who come together the one it likes less decides.
        worst = max(ranks[h][member] for member, to in zip(who, target, strict=True) if to == h)
        better = {(r, h) for r, rank in ranks[h].items() if rank < worst and r not in who}
        found.append((better, room[h] - target.count(h) + 1))
    return found


def _read(
    residents: Any, hospitals: Any, couples: Any, capacities: Any
) -> tuple[dict[Any, dict[Any, int]], list[Party], dict[Any, int]]:
    for name, data in (("residents", residents), ("hospitals", hospitals), ("couples", couples)):
        if not isinstance(data, Mapping):
            raise InvalidInputError(name, "be a mapping", data)
    named = [*residents]
    for pair in couples:
        if not isinstance(pair, tuple) or len(pair) != 2:
            raise InvalidInputError("couples", "have pairs of residents as keys", pair)
        named += pair
    if len(set(named)) < len(named):
        twice = next(who for k, who in enumerate(named) if who in named[:k])
        raise InvalidInputError("couples", "name every resident once, singles included", twice)
    orders = strict_rows(hospitals, "hospitals", named)
    ranks = {h: {who: k for k, who in enumerate(own)} for h, own in orders.items()}
    numbers = read_capacities(capacities, [*hospitals], "capacities")
    room = dict(zip(hospitals, numbers, strict=True))
    parties: list[Party] = []
    for who, own in strict_rows(residents, "residents", hospitals).items():
        parties.append(((who,), [(h,) for h in own]))
    for both, pairs in couples.items():
        where = f"couples[{both!r}]"
        wishes = [tuple(as_list(pair, where)) for pair in as_list(pairs, where)]
        strange = [h for pair in wishes for h in pair if h is not None and h not in room]
        if strange:
            raise InvalidInputError(where, "name hospitals there are", strange[0])
        if any(len(pair) != 2 for pair in wishes) or len(set(wishes)) < len(wishes):
            raise InvalidInputError(where, "be different pairs of hospitals", pairs)
        parties.append((both, [pair for pair in wishes if pair != (None, None)]))
    # Wishes that a hospital could never grant are dropped.
    for who, wishes in parties:
        wishes[:] = [
            target
            for target in wishes
            if all(
                h is None or (member in ranks[h] and target.count(h) <= room[h])
                for member, h in zip(who, target, strict=True)
            )
        ]
    return ranks, parties, room
