"""Certificates: an axiom decided on every electorate up to a size, one of each class.

Anonymous and neutral rules are evaluated on one profile of each class under renaming of voters and
alternatives; their winners on all other profiles follow by renaming.  Axioms that compare two
profiles are then decided by looking up arrays.  A violation goes to the shared engine, which makes,
shrinks and replays the witness; axioms without an array form are decided by the engine's own
checker on each class.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import numpy as np

from mechdesign.aggregation.axiom_arrays import ARRAY_CHECKS
from mechdesign.aggregation.electorates import Array, Electorates, burnside
from mechdesign.aggregation.elementary import winning
from mechdesign.aggregation.ranking import Ranking
from mechdesign.aggregation.settings import RankingData, Rankings
from mechdesign.axioms import HOLDS, UNKNOWN, Axiom, Status, Verdict, Witness, check, get_axiom
from mechdesign.axioms.evaluator import Budget, Evaluator
from mechdesign.errors import InvalidInputError
from mechdesign.model import (
    FunctionMechanism,
    Mechanism,
    MechanismLike,
    Problem,
    as_count,
    as_mechanism,
)

__all__ = ["Certification", "WinnerTables", "certify"]

_NEUTRALITY_UP_TO = {1: 3, 2: 3, 3: 3, 4: 2}
_LETTERS = "ABCD"
#: Rules whose winners depend on the majority margins only, where all rankings are complete.
MARGIN_BASED = frozenset(
    f"aggregation.{name}"
    for name in (
        "baldwin",
        "black",
        "borda",
        "condorcet",
        "copeland",
        "kemeny",
        "minimax",
        "nanson",
        "ranked_pairs",
        "schulze",
        "schwartz",
        "smith",
    )
)


@dataclass(frozen=True, eq=False)
class Certification:
    """What :func:`certify` found.

    Parameters
    ----------
    axiom, rule : str
        What was decided.
    alternatives, voters : int
        The scope: all profiles of 1 .. `voters` strict rankings.
    status : Status
        HOLDS on every profile of the scope, VIOLATED, or UNKNOWN where time ran out.
    profiles, anonymous, classes : int
        The size of the space: profiles with named voters, anonymous ones, classes under renaming.
    evaluations, comparisons : int
        How often the rule was called, and how many cases the axiom compared.
    verdict : Verdict, optional
        The engine's verdict at the smallest violation.
    note : str
        What the reduction rests on.
    """

    axiom: str
    rule: str
    alternatives: int
    voters: int
    status: Status
    profiles: int
    anonymous: int
    classes: int
    evaluations: int
    comparisons: int
    verdict: Verdict | None = None
    note: str = ""

    @property
    def witness(self) -> Witness | None:
        """The counterexample, with the fewest voters."""
        return None if self.verdict is None else self.verdict.witness

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {
            "axiom": self.axiom,
            "rule": self.rule,
            "alternatives": self.alternatives,
            "voters": self.voters,
            "status": str(self.status),
            "profiles": self.profiles,
            "anonymous": self.anonymous,
            "classes": self.classes,
            "evaluations": self.evaluations,
            "comparisons": self.comparisons,
            "note": self.note,
            "verdict": None if self.verdict is None else self.verdict.to_dict(),
        }

    def __str__(self) -> str:
        head = (
            f"{self.axiom} of {self.rule}: {self.status} for {self.alternatives} alternatives and "
            f"up to {self.voters} voters"
        )
        space = (
            f"  {self.profiles:,} profiles, {self.anonymous:,} anonymous, {self.classes:,} "
            f"classes; {self.evaluations:,} evaluations, {self.comparisons:,} comparisons; "
            f"{self.note}"
        )
        if self.verdict is None or self.witness is None:
            return f"{head}\n{space}"
        return f"{head}\n{space}\n  {self.witness.explain()}"

    __repr__ = __str__


class WinnerTables:
    """The winners of a rule on all anonymous profiles of 1, 2, ... voters, as bit masks.

    Parameters
    ----------
    rule : Mechanism
        Anonymous; neutrality is checked on all profiles of up to 3 voters (2 for 4 alternatives)
        and used from then on.
    m : int
        Alternatives.
    """

    def __init__(self, rule: Mechanism, m: int) -> None:
        self.rule, self.m = rule, m
        self.evaluations = 0
        self.setting = Rankings()
        self.labels = tuple(_LETTERS[:m])
        self._electorates: dict[int, Electorates] = {}
        self._winners: dict[int, Array] = {}
        self.full = (1 << m) - 1
        tiers = Electorates(m, 1).tiers.tolist()
        self._rankings = [Ranking._of_tiers(self.labels, t) for t in tiers]
        self._by_margins: dict[bytes, int] | None = (
            {} if rule.id in MARGIN_BASED and not rule.parameters else None
        )
        self.neutral = all(self._neutral(n) for n in range(1, _NEUTRALITY_UP_TO[m] + 1))

    def electorates(self, n: int) -> Electorates:
        """The electorates of n voters."""
        if n not in self._electorates:
            self._electorates[n] = Electorates(self.m, n)
        return self._electorates[n]

    def problem(self, n: int, row: int, *, named: bool = True) -> Problem:
        """One electorate as a problem, with n voters or with weighted rankings."""
        e = self.electorates(n)
        counts = e.vectors[row].tolist()
        rankings = self._rankings
        if named or isinstance(self.rule, FunctionMechanism):
            voters = [r for r, c in zip(rankings, counts, strict=True) for _ in range(c)]
            return Problem(range(len(voters)), tuple(voters), RankingData(self.labels))
        cast = [(r, c) for r, c in zip(rankings, counts, strict=True) if c]
        return Problem(
            range(len(cast)),
            tuple(r for r, _ in cast),
            RankingData(self.labels),
            weights=tuple(c for _, c in cast),
        )

    def _evaluate(self, n: int, row: int) -> int:
        if self._by_margins is None:
            return self._solve(n, row)
        # Of complete strict rankings these rules see the margins only.
        key = self.electorates(n).margins[row].tobytes()
        if key not in self._by_margins:
            self._by_margins[key] = self._solve(n, row)
        return self._by_margins[key]

    def _solve(self, n: int, row: int) -> int:
        self.evaluations += 1
        won = winning(self.rule.solve(self.problem(n, row, named=False)))
        return sum(1 << k for k, label in enumerate(self.labels) if label in won)

    def _neutral(self, n: int) -> bool:
        """Whether the winners of all profiles of n voters are those that renaming gives."""
        e = self.electorates(n)
        own = np.array([self._evaluate(n, row) for row in range(len(e.vectors))])
        return bool(np.array_equal(own, self._spread(e, own[e.canonical])))

    def _spread(self, e: Electorates, own: Array) -> Array:
        """The winners of all profiles from those of one profile of each class."""
        import itertools

        reps = e.vectors[e.canonical]
        result = np.zeros(len(e.vectors), dtype=np.int64)
        for target, sigma in zip(e.renamings, itertools.permutations(range(self.m)), strict=True):
            moved = np.empty_like(reps)
            moved[:, target] = reps
            mask = np.zeros(len(own), dtype=np.int64)
            for k in range(self.m):
                mask |= (own >> k & 1) << sigma[k]
            result[e.index(moved)] = mask
        return result

    def winners(self, n: int) -> Array:
        """Bit masks of the winners, one for each count vector of n voters."""
        if n not in self._winners:
            e = self.electorates(n)
            if self.neutral:
                rows = np.flatnonzero(e.canonical)
                own = np.array([self._evaluate(n, int(row)) for row in rows])
                self._winners[n] = self._spread(e, own)
            else:
                rows = np.arange(len(e.vectors))
                self._winners[n] = np.array([self._evaluate(n, int(row)) for row in rows])
        return self._winners[n]


def certify(
    rule: MechanismLike,
    axiom: str | Axiom,
    alternatives: int,
    voters: int,
    *,
    time_limit: float | None = None,
) -> Certification:
    """Decide an axiom on every profile of strict rankings up to a size.

    Parameters
    ----------
    rule : rule
        An anonymous rule of this family, or a function of one's own on lists of rankings (which is
        taken to be anonymous).
    axiom : str or Axiom
        Its identifier.
    alternatives : int
        1 to 4.
    voters : int
        All numbers of voters from 1 to this one.
    time_limit : float, optional
        Seconds; when they are over the status is UNKNOWN.

    Returns
    -------
    Certification
        With the size of the space and, where violated, a witness with the fewest voters.

    Examples
    --------
    >>> from mechdesign import aggregation
    >>> found = certify(aggregation.borda, "condorcet_consistency", 3, 5)
    >>> str(found.status), len(found.witness.problem)
    ('VIOLATED', 3)
    >>> str(certify(aggregation.copeland, "condorcet_consistency", 3, 8).status)
    'HOLDS'
    """
    m = as_count(alternatives, "alternatives", low=1, high=4)
    top = as_count(voters, "voters", low=1)
    mechanism = as_mechanism(rule, Rankings())
    chosen = get_axiom(axiom)
    if not mechanism.anonymous and not isinstance(mechanism, FunctionMechanism):
        raise InvalidInputError("rule", "be anonymous", mechanism.name)
    tables = WinnerTables(mechanism, m)
    deadline = None if time_limit is None else time.monotonic() + time_limit
    array_check = ARRAY_CHECKS.get(chosen.id)
    comparisons = 0
    status = HOLDS
    verdict: Verdict | None = None
    reached = 0
    for n in range(1, top + 1):
        if deadline is not None and time.monotonic() > deadline:
            status = UNKNOWN
            break
        if array_check is not None:
            count, bad = array_check(tables, n)
        else:
            count, bad = _engine_check(chosen, tables, n)
        comparisons += count
        if bad is not None:
            verdict = check(chosen, mechanism, problem=tables.problem(n, bad))
            status = verdict.status
            reached = n
            break
        reached = n
    if status is HOLDS and not comparisons:
        status = UNKNOWN
    note = (
        "one evaluation for each class (neutrality checked on all profiles of few voters)"
        if tables.neutral
        else "not neutral: every anonymous profile was evaluated"
    )
    if status is UNKNOWN:
        note = f"decided up to {reached} voters only" if comparisons else "no case to compare"
    return Certification(
        chosen.id,
        mechanism.name,
        m,
        top,
        status,
        sum(len(tables.electorates(1).tiers) ** k for k in range(1, top + 1)),
        sum(_anonymous(m, k) for k in range(1, top + 1)),
        sum(burnside(m, k) for k in range(1, top + 1)),
        tables.evaluations,
        comparisons,
        verdict,
        note,
    )


def _anonymous(m: int, n: int) -> int:
    import math

    return math.comb(math.factorial(m) + n - 1, n)


def _engine_check(axiom: Axiom, tables: WinnerTables, n: int) -> tuple[int, int | None]:
    """The shared checker on one problem of each class."""
    e = tables.electorates(n)
    budget = Budget()
    ctx = Evaluator(tables.rule, tables.setting, budget)
    for row in np.flatnonzero(e.canonical) if tables.neutral else range(len(e.vectors)):
        problem = tables.problem(n, int(row))
        for _ in axiom.violations(ctx, problem):
            tables.evaluations += budget.evaluations
            return budget.checks, int(row)
    if ctx.undecided_because:
        raise InvalidInputError("axiom", f"be decidable here: {ctx.undecided_because}", axiom.id)
    tables.evaluations += budget.evaluations
    return budget.checks, None
