"""Whether some rule for chances has several properties at once: the rule, or a certified no."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from mechdesign.allocation.markets import objects
from mechdesign.axioms import Status
from mechdesign.axioms.consistency.table_rule import TableRule
from mechdesign.clock import Clock
from mechdesign.errors import InvalidInputError, SolverError
from mechdesign.model import Outcome, Problem, RandomAssignment, as_count, as_list, as_number
from mechdesign.records import dataclass
from mechdesign.solvers.linear.certified_programs import CertifiedProgram
from mechdesign.solvers.linear.dense_programs import least_missing

__all__ = ["ChancesAnswer", "ChancesProof", "consistent_chances"]

_AXIOMS = ("ordinal_efficiency", "strategyproofness", "equal_treatment")
_UNIT = 2**24
_ZERO = 1e-7
Profile = tuple[int, ...]
#: Profile, agent or number of its list, object.
Cell = tuple[Profile, int, int]
#: What a row says, and its coefficients, its right-hand side, whether it is an equation.
Row = tuple[tuple[Any, ...], dict[Cell, int], int, bool]


@dataclass(frozen=True, eq=False)
class ChancesProof:
    """Why there is no rule: cases, each ended by a sum of rows that no chances satisfy.

    Parameters
    ----------
    profile : tuple of int or None
        Where cases are distinguished; None at an end.
    cycle : tuple of (agent, wanted, held)
        Exchanges that would be better for all at that profile: one of the agents must have no
        chance of what it holds.
    cases : tuple of ChancesProof
        One for each of them.
    multipliers : tuple of (row, int)
        At an end, whole multiples of the rows whose sum cannot be.
    """

    profile: Profile | None = None
    cycle: tuple[tuple[int, int, int], ...] = ()
    cases: tuple[ChancesProof, ...] = ()
    multipliers: tuple[tuple[tuple[Any, ...], int], ...] = ()

    @property
    def ends(self) -> int:
        """How many ends it has."""
        return sum(case.ends for case in self.cases) if self.cases else 1


@dataclass(frozen=True, eq=False)
class ChancesAnswer:
    """The answer of :func:`consistent_chances`.

    Parameters
    ----------
    axioms : tuple of str
        What was asked for.
    lists : tuple of tuples of int
        The preference lists that agents may have.
    profiles : tuple of tuples of int
        Where the rule was searched: the number of the list of each agent.
    status : Status
        HOLDS with a rule, VIOLATED with a proof, UNKNOWN.
    rule : TableRule or None
        Exact chances at every profile.
    proof : ChancesProof or None
        Why there is none.
    reason : str
        Why the status is UNKNOWN.
    """

    axioms: tuple[str, ...]
    lists: tuple[tuple[int, ...], ...]
    profiles: tuple[Profile, ...]
    status: Status
    rule: TableRule | None = None
    proof: ChancesProof | None = None
    reason: str = ""

    def replay(self) -> bool:
        """Check the proof again in integers, from the definitions alone."""
        if self.proof is None or self.status is not Status.VIOLATED or self.rule is not None:
            return False
        try:
            asked = _asked(self.axioms, self.lists, self.profiles)
            return _proves(_System(asked[1], asked[2], asked[0]), self.proof, frozenset())
        except (InvalidInputError, AttributeError, LookupError, TypeError, ValueError):
            # What names no row, no agent or no object proves nothing.
            return False

    def __str__(self) -> str:
        where = f"{len(self.profiles)} profiles of {len(self.lists)} lists"
        asked = ", ".join(self.axioms)
        if self.proof is not None:
            return f"{asked}: impossible together ({where}), {self.proof.ends} cases"
        if self.rule is not None:
            return f"{asked}: consistent ({where})"
        return f"{asked}: UNKNOWN ({where})\n  {self.reason}"


def consistent_chances(
    axioms: Sequence[str],
    lists: Sequence[Sequence[int]],
    *,
    agents: int | None = None,
    profiles: Sequence[Sequence[int]] | None = None,
    time_limit: float | None = 60,
) -> ChancesAnswer:
    """Whether some rule gives n agents chances of n objects and satisfies all of some axioms.

    Parameters
    ----------
    axioms : sequence of str
        Of ``ordinal_efficiency``, ``strategyproofness`` (the strong one: truth dominates every lie)
        and ``equal_treatment``.
    lists : sequence of orders of 0 .. n-1
        The complete preference lists that agents may have and report.
    agents : int, optional
        How many; as many as there are objects.
    profiles : sequence of sequences of int, optional
        The number of each agent's list, where the rule is asked for; by default all profiles.
        What is impossible at some profiles is impossible at more.
    time_limit : float, optional
        Seconds.

    Returns
    -------
    ChancesAnswer
        A rule in exact chances, or a proof that ``replay()`` checks in integers, or UNKNOWN.

    Raises
    ------
    InvalidInputError
        On other axioms, lists or profiles.

    Notes
    -----
    All but efficiency are linear in the chances.  An efficient matrix has no cycle of exchanges
    [1]_, so that each cycle found divides the search: one of its agents has no chance of what it
    would give away.  At an end of the search a solver's multipliers, rounded to whole numbers, add
    up rows to something impossible; every entry is charged at its bound 1, so that rounding cannot
    mislead.  Exponential; seconds for some dozens of profiles.

    References
    ----------
    .. [1] Bogomolnaia, A. and Moulin, H. (2001). A new solution to the random assignment problem.
       Journal of Economic Theory 100(2). doi:10.1006/jeth.2000.2710.

    Examples
    --------
    >>> three = ["ordinal_efficiency", "strategyproofness", "equal_treatment"]
    >>> lists = [(0, 1, 2, 3), (0, 1, 3, 2), (0, 2, 1, 3)]
    >>> at = ["1022", "1102", "1112", "1122", "1222", "2022", "2102", "2122", "2202", "2222"]
    >>> found = consistent_chances(three, lists, profiles=[[int(k) for k in p] for p in at])
    >>> found.status.name, found.replay()
    ('VIOLATED', True)
    >>> consistent_chances(three[1:], lists[:2]).status.name
    'HOLDS'
    """
    names, orders, asked = _asked(axioms, lists, profiles)
    n = len(orders[0])
    if agents is not None and as_count(agents, "agents", low=1) != n:
        raise InvalidInputError("agents", f"be as many as the {n} objects", agents)
    limit = None if time_limit is None else float(as_number(time_limit, "time_limit", low=0))
    clock = Clock(limit)
    if profiles is not None:
        return _searched(names, orders, asked, clock)
    everything = tuple(itertools.product(range(len(orders)), repeat=n))
    if set(names) == set(_AXIOMS) and len(orders) > 1:
        # Fewer profiles suffice for most proofs: those where the last agent keeps its list.
        for kind in reversed(range(len(orders))):
            some = tuple(p for p in everything if p[-1] == kind)
            found = _searched(names, orders, some, clock)
            if found.status is Status.VIOLATED:
                return found
    return _searched(names, orders, everything, clock)


def _asked(
    axioms: Sequence[str], lists: Sequence[Sequence[int]], profiles: Any
) -> tuple[tuple[str, ...], tuple[Profile, ...], tuple[Profile, ...]]:
    """The question in its one form: each axiom, list and profile once, all numbers whole."""
    named = as_list(axioms, "axioms")
    if not named or any(not isinstance(name, str) or name not in _AXIOMS for name in named):
        raise InvalidInputError("axioms", f"be some of {', '.join(_AXIOMS)}", named)
    orders = _whole(lists, "lists")
    n = len(orders[0]) if orders else 0
    every = list(range(n))
    if not n or len(set(orders)) < len(orders) or any(sorted(own) != every for own in orders):
        raise InvalidInputError("lists", "be different orders of the objects 0 .. n-1", lists)
    asked = () if profiles is None else _whole(profiles, "profiles")
    wrong = [p for p in asked if len(p) != n or max(p) >= len(orders)]
    if wrong or (profiles is not None and not asked):
        told = f"give each of {n} agents a number of its list"
        raise InvalidInputError("profiles", told, wrong[:1])
    return tuple(dict.fromkeys(named)), orders, tuple(dict.fromkeys(asked))


def _whole(rows: Any, name: str) -> tuple[Profile, ...]:
    return tuple(
        tuple(as_count(k, name) for k in as_list(row, name)) for row in as_list(rows, name)
    )


class _System:
    """The rows that chances must satisfy, by their definitions."""

    def __init__(
        self,
        lists: Sequence[Profile],
        profiles: Sequence[Profile],
        axioms: Sequence[str],
    ) -> None:
        self.lists, self.profiles, self.axioms = lists, profiles, axioms
        self.n = len(lists[0])
        self.there = set(profiles)

    def cell(self, profile: Profile, agent: int, b: int) -> Cell:
        """Agents with one list share a row where equals are treated alike."""
        alike = "equal_treatment" in self.axioms
        return profile, profile[agent] if alike else agent, b

    def row(self, name: tuple[Any, ...]) -> Row:
        """A row by its name: what an agent gets, who gets an object, that a lie is no better."""
        kind, profile, k, *more = name
        found: dict[Cell, int] = {}

        def add(where: Profile, agent: int, b: int, sign: int) -> None:
            cell = self.cell(where, agent, b)
            found[cell] = found.get(cell, 0) + sign

        if kind == "agent":
            for b in range(self.n):
                add(profile, k, b, 1)
            return name, found, 1, True
        if kind == "object":
            for agent in range(self.n):
                add(profile, agent, k, 1)
            return name, found, 1, True
        lie, best = more
        other = (*profile[:k], lie, *profile[k + 1 :])
        for b in self.lists[profile[k]][:best]:
            add(profile, k, b, 1)
            add(other, k, b, -1)
        return name, found, 0, False

    def rows(self) -> Iterator[Row]:
        """All of them."""
        for profile in self.profiles:
            for k in range(self.n):
                yield self.row(("agent", profile, k))
                yield self.row(("object", profile, k))
        if "strategyproofness" in self.axioms:
            for profile in self.profiles:
                for k in range(self.n):
                    for lie in range(len(self.lists)):
                        if (*profile[:k], lie, *profile[k + 1 :]) in self.there - {profile}:
                            for best in range(1, self.n):
                                yield self.row(("truth", profile, k, lie, best))

    def has(self, name: tuple[Any, ...]) -> bool:
        """Whether a row is one of these."""
        kind, profile, k, *more = name
        if profile not in self.there or not 0 <= k < self.n:
            return False
        if kind in ("agent", "object"):
            return not more
        if kind != "truth" or "strategyproofness" not in self.axioms:
            return False
        lie, best = more
        return (*profile[:k], lie, *profile[k + 1 :]) in self.there and 0 < best < self.n

    def prefers(self, profile: Profile, agent: int, b: int, c: int) -> bool:
        """Whether an agent prefers one object to another."""
        own = self.lists[profile[agent]]
        return own.index(b) < own.index(c)

    def cycle(self, chances: Any, profile: Profile) -> tuple[tuple[int, int, int], ...]:
        """A shortest cycle of exchanges that all who take part would like, empty for none."""
        for size in range(2, self.n + 1):
            for around in itertools.permutations(range(self.n), size):
                if around[0] != min(around):
                    continue
                found = []
                for b, c in zip(around, (*around[1:], around[0]), strict=True):
                    holders = [
                        (chances(self.cell(profile, i, c)), -i)
                        for i in range(self.n)
                        if self.prefers(profile, i, b, c)
                    ]
                    most = max(holders, default=(0, 0))
                    if most[0] <= 0:
                        break
                    found.append((-most[1], b, c))
                else:
                    return tuple(found)
        return ()


def _proves(system: _System, proof: ChancesProof, zero: frozenset[Cell]) -> bool:
    """Whether a proof excludes all chances with these zeros."""
    if proof.profile is None:
        total: dict[Cell, int] = {}
        right = 0
        for name, times in proof.multipliers:
            if not system.has(name) or type(times) is not int:
                return False
            _, entries, b, equation = system.row(name)
            if not equation and times < 0:
                return False
            right += times * b
            for cell, x in entries.items():
                total[cell] = total.get(cell, 0) + times * x
        # Chances are at most 1, and these add up to less than they must.
        return sum(x for cell, x in total.items() if x > 0 and cell not in zero) < right
    steps, profile = proof.cycle, proof.profile
    if "ordinal_efficiency" not in system.axioms or profile not in system.there or not steps:
        return False
    closed = all(
        system.prefers(profile, i, b, c) and c == after[1]
        for (i, b, c), after in zip(steps, (*steps[1:], steps[0]), strict=True)
    )
    return (
        closed
        and len(proof.cases) == len(steps)
        and all(
            _proves(system, case, zero | {system.cell(profile, i, c)})
            for case, (i, _, c) in zip(proof.cases, steps, strict=True)
        )
    )


class _OutOfTime(Exception):  # noqa: N818 - control flow
    """The clock ended the search."""


def _searched(
    axioms: tuple[str, ...],
    lists: tuple[Profile, ...],
    profiles: tuple[Profile, ...],
    clock: Clock,
) -> ChancesAnswer:
    search = _Search(_System(lists, profiles, axioms), clock)
    try:
        found = search.run(frozenset(), ())
        if isinstance(found, ChancesProof):
            return ChancesAnswer(axioms, lists, profiles, Status.VIOLATED, proof=found)
        rule = search.exact(found)
        return ChancesAnswer(axioms, lists, profiles, Status.HOLDS, rule=rule)
    except _OutOfTime:
        reason = f"time_limit={clock.limit:g} ended the search"
    except SolverError as error:
        reason = str(error)
    return ChancesAnswer(axioms, lists, profiles, Status.UNKNOWN, reason=reason)


class _Search:
    """Linear programs that say by how little all rows can be missed."""

    def __init__(self, system: _System, clock: Clock) -> None:
        from scipy.sparse import csr_matrix

        self.system, self.clock = system, clock
        rows = sorted(system.rows(), key=lambda row: not row[3])
        self.rows = rows
        self.equations = sum(row[3] for row in rows)
        self.place: dict[Cell, int] = {}
        for _, entries, _, _ in rows:
            for cell in entries:
                self.place.setdefault(cell, len(self.place))
        at = [(k, self.place[c], x) for k, row in enumerate(rows) for c, x in row[1].items()]
        ways, columns, values = (np.array(part, dtype=np.int32) for part in zip(*at, strict=True))
        shape = (len(rows), len(self.place))
        self.matrix = csr_matrix((values.astype(float), (ways, columns)), shape=shape)
        self.right = np.array([float(row[2]) for row in rows])

    def run(self, zero: frozenset[Cell], met: tuple[Profile, ...]) -> Any:
        """Chances that satisfy all, as a solver found them, or a proof that there are none."""
        x, multipliers = self._missed(zero)
        if multipliers is not None:
            end = ChancesProof(multipliers=multipliers)
            if not _proves(self.system, end, zero):
                raise SolverError("the multipliers of the solver prove nothing in integers")
            return end
        best: tuple[Any, ...] | None = None
        if "ordinal_efficiency" in self.system.axioms:
            for profile in self.system.profiles:

                def chance(cell: Cell) -> float:
                    found = float(x[self.place[cell]])
                    return found if found > _ZERO else 0.0

                steps = self.system.cycle(chance, profile)
                if steps:
                    cells = [self.system.cell(profile, i, c) for i, _, c in steps]
                    least = min(map(chance, cells))
                    # Near to where cases were distinguished before, so that few profiles matter.
                    apart = min((_apart(profile, other) for other in met), default=0)
                    key = (apart, len(steps), -least)
                    if best is None or key < best[0]:
                        best = key, profile, steps, cells
        if best is None:
            return x
        _, profile, steps, cells = best
        cases = []
        for cell in cells:
            found = self.run(zero | {cell}, (*met, profile))
            if not isinstance(found, ChancesProof):
                return found
            cases.append(found)
        return ChancesProof(profile, steps, tuple(cases))

    def _missed(self, zero: frozenset[Cell]) -> tuple[Any, tuple[Any, ...] | None]:
        left = self.clock.left()
        if left == 0:
            raise _OutOfTime
        upper = np.ones(len(self.place))
        upper[[self.place[cell] for cell in zero if cell in self.place]] = 0
        found = least_missing(self.matrix, self.right, self.equations, upper, time_limit=left)
        if found is None:
            raise _OutOfTime
        missing, x, duals = found
        if missing <= _ZERO:
            return x, None
        whole = [int(y) for y in np.rint(duals * _UNIT)]
        named = zip(self.rows, whole, strict=True)
        return None, tuple(
            (row[0], y if row[3] else max(y, 0)) for row, y in named if y and (row[3] or y > 0)
        )

    def exact(self, x: Any) -> TableRule:
        """A rule in exact chances with no others than these, checked."""
        program = CertifiedProgram()
        names = {
            cell: program.variable(high=1 if x[k] > _ZERO else 0) for cell, k in self.place.items()
        }
        for _, entries, b, equation in self.rows:
            pairs = [(names[cell], c) for cell, c in entries.items()]
            program.row(pairs, low=b, high=b if equation else None)
        best = program.maximise(time_limit=self.clock.left() or None)
        if not best.exact:
            raise SolverError("the chances are not found in exact numbers")
        value = {cell: Fraction(best.x[k]) for cell, k in names.items()}
        system = self.system
        efficient = "ordinal_efficiency" not in system.axioms or not any(
            system.cycle(value.__getitem__, profile) for profile in system.profiles
        )
        if not efficient:
            raise SolverError("the exact chances are not efficient")
        setting = objects()
        choices: dict[Problem, Outcome] = {}
        for profile in system.profiles:
            problem = setting.problem(
                [system.lists[k] for k in profile], objects=tuple(range(system.n))
            )
            rows = [
                [value[system.cell(profile, i, b)] for b in range(system.n)]
                for i in range(system.n)
            ]
            chances = RandomAssignment.of(range(system.n), range(system.n), rows)
            choices[problem] = Outcome(chances, problem=problem, setting=setting)
        return TableRule(setting, choices)


def _apart(one: Profile, other: Profile) -> int:
    return sum(a != b for a, b in zip(one, other, strict=True))
