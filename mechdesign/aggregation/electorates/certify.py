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

from mechdesign.aggregation.electorates.axiom_arrays import WINNER_CHECKS, Check
from mechdesign.aggregation.electorates.electorates import burnside
from mechdesign.aggregation.electorates.outcomes import WinnerTables
from mechdesign.aggregation.electorates.ranking_arrays import RANKING_CHECKS, VOTER_CHECKS
from mechdesign.aggregation.electorates.removal_arrays import REMOVAL_CHECKS, REMOVAL_RANKING_CHECKS
from mechdesign.aggregation.settings import Rankings
from mechdesign.axioms import (
    HOLDS,
    UNKNOWN,
    VIOLATED,
    Axiom,
    Certificate,
    Scope,
    Status,
    Verdict,
    Witness,
    check,
    get_axiom,
)
from mechdesign.axioms.methods.certificates import certificates
from mechdesign.axioms.question.evaluator import Budget, Evaluator
from mechdesign.axioms.question.trust import belongs_to_package
from mechdesign.errors import InvalidInputError, UndecidedError
from mechdesign.model import (
    FunctionMechanism,
    Mechanism,
    MechanismLike,
    as_count,
    as_mechanism,
)

__all__ = ["Certification", "certify"]

#: Axioms on the winners, then those on the ranking, by array look-ups.
ARRAY_CHECKS: dict[str, Check] = {**WINNER_CHECKS, **VOTER_CHECKS, **REMOVAL_CHECKS}
ORDER_CHECKS: dict[str, Check] = {**RANKING_CHECKS, **REMOVAL_RANKING_CHECKS}
# A user's function is evaluated at this many profiles with named voters, for each number of them.
_NAMED = 50_000


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


def certify(
    rule: MechanismLike,
    axiom: str | Axiom,
    alternatives: int,
    voters: int,
    *,
    anonymous: bool = False,
    time_limit: float | None = None,
) -> Certification:
    """Decide an axiom on every profile of strict rankings up to a size.

    Parameters
    ----------
    rule : rule
        An anonymous rule of this family, or a function of one's own on lists of rankings.
    axiom : str or Axiom
        Its identifier.
    alternatives : int
        1 to 4.
    voters : int
        All numbers of voters from 1 to this one.
    anonymous : bool
        Your word that the order of the voters does not matter to a function of your own; the answer
        repeats it.  Otherwise every order of the voters is tried, which ends in UNKNOWN soon.
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
    own = belongs_to_package(mechanism)
    if own and not mechanism.anonymous:
        raise InvalidInputError("rule", "be anonymous", mechanism.name)
    reason = chosen.applies(mechanism.setting)
    if reason:
        raise InvalidInputError("axiom", f"apply here, but {reason}", chosen.id)
    tables = WinnerTables(mechanism, m)
    deadline = None if time_limit is None else time.monotonic() + time_limit
    array_check = _array_check(chosen, tables)
    comparisons = 0
    status = HOLDS
    verdict: Verdict | None = None
    reached = 0
    stopped = ""
    for n in range(1, top + 1):
        if deadline is not None and time.monotonic() > deadline:
            status = UNKNOWN
            break
        if not own and not anonymous:
            if len(tables.electorates(n).tiers) ** n > _NAMED:
                status = UNKNOWN
                stopped = "; beyond, not every order of the voters is tried (see `anonymous`)"
                break
            verdict = _named_check(chosen, tables, n, deadline)
            status = verdict.status
            comparisons += verdict.stats.get("checks", 0)
            if status is HOLDS or verdict.evidence.kind == "vacuous":
                verdict, status, reached = None, HOLDS, n
                continue
            if status is VIOLATED:
                reached = n
            else:
                stopped = f": {verdict.evidence.text}"
                verdict = None
            break
        if array_check is not None:
            count, bad = array_check(tables, n)
        else:
            count, bad = _engine_check(chosen, tables, n)
        comparisons += count
        if bad is not None:
            verdict = check(chosen, mechanism, problem=tables.problem(n, bad))
            status = verdict.status
            if status is not VIOLATED:
                raise UndecidedError(
                    f"{mechanism.name} is not anonymous or not neutral beyond few voters: the "
                    f"tables of its outcomes and the rule itself disagree at {n} voters"
                )
            reached = n
            break
        reached = n
    if status is HOLDS and not comparisons:
        status = UNKNOWN
    note = _note(tables, named=not own and not anonymous)
    if not own and anonymous:
        note += "; that voters are interchangeable is the caller's word"
    if status is UNKNOWN:
        note = f"decided up to {reached} voters only" if comparisons else "no case to compare"
        note += stopped
    elif status is HOLDS and tables.lotteries and getattr(chosen, "compares_winners", False):
        status, note = UNKNOWN, "who may win is compared, and not the chances of a lottery"
    elif status is HOLDS and chosen.id == "homogeneity" and not _proved(chosen, mechanism):
        status, note = UNKNOWN, "no case against it, but only a proof decides all numbers of copies"
    return Certification(
        chosen.id,
        mechanism.name,
        m,
        top,
        status,
        sum(len(tables.electorates(1).tiers) ** k for k in range(1, top + 1)),
        sum(_anonymous(m, k) for k in range(1, top + 1)),
        sum(burnside(m, k) for k in range(1, top + 1)),
        _evaluations(tables),
        comparisons,
        verdict,
        note,
    )


def _array_check(axiom: Axiom, tables: WinnerTables) -> Check | None:
    """The array form of an axiom, where its tables say all that it needs."""
    # A function of one's own may treat names in its own way when one of them is removed.
    own = isinstance(tables.rule, FunctionMechanism)
    removal = axiom.id in REMOVAL_CHECKS or axiom.id in REMOVAL_RANKING_CHECKS
    if removal and (own or tables.m < 2):
        return None
    if axiom.id in ORDER_CHECKS:
        complete = tables.ranked and (not removal or tables.smaller.ranked)
        return ORDER_CHECKS[axiom.id] if complete else None
    return ARRAY_CHECKS.get(axiom.id)


def _proved(axiom: Axiom, mechanism: Mechanism) -> bool:
    """Whether a certificate decides the axiom for all problems of the setting."""
    scope = Scope(mechanism.setting.id, "all problems")
    answers = (f(mechanism, mechanism.setting, scope) for f in certificates(axiom.id, mechanism))
    return any(isinstance(answer, Certificate) for answer in answers)


def _named_check(axiom: Axiom, tables: WinnerTables, n: int, deadline: float | None) -> Verdict:
    """The engine on every profile, voters in every order."""
    left = None if deadline is None else max(1e-9, deadline - time.monotonic())
    return check(
        axiom,
        tables.rule,
        setting=tables.setting,
        agents=n,
        alternatives=tables.labels,
        max_checks=None,
        time_limit=left,
    )


def _note(tables: WinnerTables, *, named: bool) -> str:
    """What the reduction to classes rests on."""
    if named:
        return "every profile was evaluated, in every order of the voters"
    if not tables.neutral:
        return "not neutral: every anonymous profile was evaluated"
    text = "one evaluation for each class (neutrality checked on all profiles of few voters"
    if tables.renamed == "first":
        text += "; of tied rankings the first in the order of the alternatives is chosen"
    return text + ")"


def _evaluations(tables: WinnerTables) -> int:
    """How often the rule was called, with one alternative less too."""
    inner = tables.__dict__.get("smaller")
    return tables.evaluations + (0 if inner is None else _evaluations(inner))


def _anonymous(m: int, n: int) -> int:
    import math

    return math.comb(math.factorial(m) + n - 1, n)


def _engine_check(axiom: Axiom, tables: WinnerTables, n: int) -> tuple[int, int | None]:
    """The shared checker on one problem of each class."""
    budget = Budget()
    ctx = Evaluator(tables.rule, tables.setting, budget, finite=True)
    for row in tables.rows(n, ranking=True):
        problem = tables.problem(n, int(row))
        for _ in axiom.violations(ctx, problem):
            tables.evaluations += budget.evaluations
            return budget.checks, int(row)
    if ctx.undecided_because and axiom.id != "homogeneity":
        raise InvalidInputError("axiom", f"be decidable here: {ctx.undecided_because}", axiom.id)
    tables.evaluations += budget.evaluations
    return budget.checks, None
