"""Schools that choose among sets: reserved seats, quotas by type, and what such choices promise."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Any, Literal

from mechdesign.allocation.preference_lists import Label, strict_rows
from mechdesign.errors import InvalidInputError, LimitReachedError
from mechdesign.io import Table
from mechdesign.model import Reference, as_count, as_list, show
from mechdesign.records import dataclass

__all__ = [
    "ChoiceReport",
    "Quotas",
    "SlotPriorities",
    "check_choice",
    "choose_by_offers",
    "reserved_seats",
]

_MOST = 12
#: Picks among the applicants those who are kept.
Choice = Callable[[Iterable[Label]], Iterable[Label]]

KOMINERS_SONMEZ = Reference(
    "kominers2016",
    "Kominers, S. D. and Sonmez, T.",
    "Matching with Slot-Specific Priorities: Theory",
    2016,
    "Theoretical Economics 11(2)",
    doi="10.3982/TE1839",
)


@dataclass(frozen=True)
class SlotPriorities:
    """A school whose seats are filled one after the other, each by an order of its own.

    Parameters
    ----------
    slots : tuple of tuples of labels
        For each seat, in the order in which they are filled, whom it takes, best first.

    Examples
    --------
    >>> SlotPriorities((("ann", "bob"), ("cy", "ann"))).choose(["ann", "cy"])
    ('ann', 'cy')
    """

    slots: tuple[tuple[Label, ...], ...]

    def choose(self, applicants: Iterable[Label]) -> tuple[Label, ...]:
        """Whom of the applicants the seats take, in the order of the seats."""
        left = set(applicants)
        kept = []
        for order in self.slots:
            best = next((who for who in order if who in left), None)
            if best is not None:
                left.remove(best)
                kept.append(best)
        return tuple(kept)


@dataclass(frozen=True)
class Quotas:
    """A school that takes the best within its capacity, of each type at most so many.

    Parameters
    ----------
    priority : tuple of labels
        Whom the school takes, best first.
    capacity : int
        Seats.
    types : mapping of label to type
        Of those who have one; everybody has at most one.
    limits : mapping of type to int
        How many of a type it takes at most (a cap on a majority limits one type).

    Examples
    --------
    >>> school = Quotas((0, 1, 2), 2, {0: "near", 1: "near"}, {"near": 1})
    >>> school.choose([0, 1, 2])
    (0, 2)
    """

    priority: tuple[Label, ...]
    capacity: int
    types: Mapping[Label, Hashable]
    limits: Mapping[Hashable, int]

    def __post_init__(self) -> None:
        if len(set(self.priority)) < len(self.priority):
            raise InvalidInputError("priority", "name everybody once", self.priority)
        as_count(self.capacity, "capacity", low=0)
        for kind, limit in self.limits.items():
            as_count(limit, f"limits[{kind!r}]", low=0)

    def choose(self, applicants: Iterable[Label]) -> tuple[Label, ...]:
        """Whom of the applicants the school takes, best first."""
        there = set(applicants)
        room = dict(self.limits)
        kept: list[Label] = []
        for who in self.priority:
            if who not in there or len(kept) == self.capacity:
                continue
            kind = self.types.get(who)
            if kind in room:
                if not room[kind]:
                    continue
                room[kind] -= 1
            kept.append(who)
        return tuple(kept)


def reserved_seats(
    priority: Sequence[Label],
    capacity: int,
    reserved: Mapping[Hashable, int],
    groups: Mapping[Hashable, Iterable[Label]],
    *,
    first: Literal["reserved", "open"] = "reserved",
) -> SlotPriorities:
    """A school with seats that members of groups get before others; who else comes fills them up.

    Parameters
    ----------
    priority : sequence of labels
        Whom the school takes, best first.
    capacity : int
        Seats in all.
    reserved : mapping of group to int
        How many of them are reserved for a group.
    groups : mapping of group to labels
        Its members.
    first : {"reserved", "open"}
        Which seats are filled first: it matters for the members (reserves that come last add to
        what they get by their priority).

    Raises
    ------
    InvalidInputError
        If more seats are reserved than there are, or labels are unknown.

    Examples
    --------
    >>> groups = {"near": [2, 3]}
    >>> for first in ("reserved", "open"):
    ...     school = reserved_seats([2, 0, 1, 3], 2, {"near": 1}, groups, first=first)
    ...     print(sorted(school.choose([0, 1, 2, 3])))
    [0, 2]
    [2, 3]
    """
    order = tuple(as_list(priority, "priority"))
    if len(set(order)) < len(order):
        raise InvalidInputError("priority", "name everybody once", order)
    seats = as_count(capacity, "capacity", low=0)
    for name, given in (("reserved", reserved), ("groups", groups)):
        if not isinstance(given, Mapping):
            raise InvalidInputError(name, "be a mapping", given)
    if first not in ("reserved", "open"):
        raise InvalidInputError("first", "be 'reserved' or 'open'", first)
    kept: list[tuple[Label, ...]] = []
    for group, count in reserved.items():
        if group not in groups:
            raise InvalidInputError(
                "reserved", f"name groups, {', '.join(map(show, groups))}", group
            )
        members = set(groups[group])
        strange = members - set(order)
        if strange:
            raise InvalidInputError(
                f"groups[{group!r}]", "name who has a priority", next(iter(strange))
            )
        own = [who for who in order if who in members]
        rest = [who for who in order if who not in members]
        kept += [(*own, *rest)] * as_count(count, f"reserved[{group!r}]", low=0)
    if len(kept) > seats:
        raise InvalidInputError("reserved", f"be at most {seats} seats", len(kept))
    free = [order] * (seats - len(kept))
    return SlotPriorities(tuple([*kept, *free] if first == "reserved" else [*free, *kept]))


@dataclass(frozen=True, eq=False)
class ChoiceReport:
    """What a choice function promises, on all sets of some applicants.

    Each field is None where the property holds; else a counterexample: a set and an applicant who
    joins it.

    Parameters
    ----------
    substitutes : (tuple, label) or None
        Nobody who is turned away is taken once another applicant joins.
    aggregate_demand : (tuple, label) or None
        One more applicant never means that fewer are taken.
    consistency : (tuple, label) or None
        Who joins and is turned away changes nothing (irrelevance of rejected applicants).
    """

    substitutes: tuple[tuple[Label, ...], Label] | None
    aggregate_demand: tuple[tuple[Label, ...], Label] | None
    consistency: tuple[tuple[Label, ...], Label] | None

    @property
    def path_independent(self) -> bool:
        """Whether choosing in stages ends as choosing at once: substitutes and consistency."""
        return self.substitutes is None and self.consistency is None

    def table(self) -> Table:
        """A row for each property, with the counterexample."""
        rows = []
        for name in ("substitutes", "aggregate_demand", "consistency"):
            found = getattr(self, name)
            told = "" if found is None else f"{show(list(found[0]))}, then {show(found[1])}"
            rows.append([name, "yes" if found is None else "no", told])
        return Table(["property", "holds", "counterexample"], rows)


def check_choice(choice: Any, applicants: Sequence[Label]) -> ChoiceReport:
    """Whether a choice function has substitutes, aggregate demand and consistency, by exhaustion.

    Parameters
    ----------
    choice : SlotPriorities, Quotas or callable
        A function of a set of applicants that returns those it keeps.
    applicants : sequence of labels
        At most 12.

    Raises
    ------
    LimitReachedError
        For more applicants.
    InvalidInputError
        If the function keeps somebody who did not apply.

    Notes
    -----
    O(n 2^n) comparisons.  With substitutes and consistency stable matchings exist; aggregate demand
    adds that all of them have the same size (the rural hospitals) and that those who choose from
    lists cannot gain by lying.

    Examples
    --------
    >>> check_choice(Quotas((0, 1, 2), 2, {}, {}), [0, 1, 2]).path_independent
    True
    >>> pairs_only = lambda there: there if len(there) == 2 else ()
    >>> check_choice(pairs_only, "ab").substitutes
    (('a',), 'b')
    """
    everybody = (
        as_list(applicants, "applicants") if not isinstance(applicants, str) else [*applicants]
    )
    if len(set(everybody)) < len(everybody):
        raise InvalidInputError("applicants", "be different", everybody)
    if len(everybody) > _MOST:
        raise LimitReachedError(f"the sets of more than {_MOST} applicants are too many")
    pick = _picker(choice)
    chosen = {
        some: pick(some)
        for size in range(len(everybody) + 1)
        for some in itertools.combinations(everybody, size)
    }
    found: dict[str, Any] = dict.fromkeys(("substitutes", "aggregate_demand", "consistency"))
    for some, kept in chosen.items():
        for who in everybody:
            if who in some:
                continue
            more = chosen[tuple(a for a in everybody if a in some or a == who)]
            broken = {
                "substitutes": bool((more & set(some)) - kept),
                "aggregate_demand": len(more) < len(kept),
                "consistency": who not in more and more != kept,
            }
            for name, is_broken in broken.items():
                if is_broken and found[name] is None:
                    found[name] = (some, who)
    return ChoiceReport(**found)


def choose_by_offers(
    students: Mapping[Hashable, Any], schools: Mapping[Hashable, Any]
) -> dict[Any, Any]:
    """Deferred acceptance where schools choose among sets: best for the students of all stable.

    Parameters
    ----------
    students : mapping of student to strict list of schools
        As :func:`school_choice` reads lists.
    schools : mapping of school to SlotPriorities, Quotas or callable
        What each chooses.

    Returns
    -------
    dict of student to school or None
        Nobody has a place at a school that would rather do without it, and no school would take
        somebody who prefers it to its own place.

    Raises
    ------
    InvalidInputError
        If a school's choice has no substitutes, or lists have ties or name other schools.
    LimitReachedError
        If that cannot be told: a callable and more than 12 students who list the school.

    Notes
    -----
    Schools choose among those they hold and those who come [1]_.  The choices of
    :class:`SlotPriorities` and :class:`Quotas` are substitutes; others are tried on all sets.

    References
    ----------
    .. [1] Kominers, S. D. and Sonmez, T. (2016). Matching with slot-specific priorities: theory.
       Theoretical Economics 11(2). doi:10.3982/TE1839.

    Examples
    --------
    >>> near = reserved_seats(["ann", "bob"], 1, {"near": 1}, {"near": ["bob"]})
    >>> choose_by_offers({"ann": "a", "bob": "a"}, {"a": near})
    {'ann': None, 'bob': 'a'}
    """
    for name, data in (("students", students), ("schools", schools)):
        if not isinstance(data, Mapping):
            raise InvalidInputError(name, "be a mapping", data)
    lists = strict_rows(students, "students", schools)
    pick = {}
    for school, choice in schools.items():
        pick[school] = _picker(choice)
        if not isinstance(choice, (SlotPriorities, Quotas)):
            who = [s for s, own in lists.items() if school in own]
            report = check_choice(choice, who)
            if not report.path_independent:
                told = "choose substitutes, whoever is turned away"
                raise InvalidInputError(
                    f"schools[{school!r}]", told, report.substitutes or report.consistency
                )
    held: dict[Any, tuple[Any, ...]] = dict.fromkeys(schools, ())
    at = dict.fromkeys(lists, 0)
    free = list(lists)
    while free:
        coming: dict[Any, list[Any]] = {}
        for s in free:
            if at[s] < len(lists[s]):
                coming.setdefault(lists[s][at[s]], []).append(s)
        free = []
        for school, new in coming.items():
            both = (*held[school], *new)
            kept = pick[school](both)
            held[school] = tuple(s for s in both if s in kept)
            turned = [s for s in both if s not in kept]
            for s in turned:
                at[s] += 1
            free += turned
    got: dict[Any, Any] = dict.fromkeys(lists)
    for school, there in held.items():
        got.update(dict.fromkeys(there, school))
    return got


def _picker(choice: Any) -> Callable[[Iterable[Label]], frozenset[Label]]:
    """The choice as a function of sets that is held to them."""
    function: Any = getattr(choice, "choose", choice)
    if not callable(function):
        raise InvalidInputError("choice", "be SlotPriorities, Quotas or a function", choice)

    def pick(some: Iterable[Label]) -> frozenset[Label]:
        listed = list(some)
        kept = frozenset(function(listed))
        if not kept <= set(listed):
            raise InvalidInputError("choice", "keep only who applies", sorted(map(show, kept)))
        return kept

    return pick
