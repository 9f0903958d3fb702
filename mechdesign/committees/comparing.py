"""Several rules on one election: whom they elect, and who could object."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mechdesign.axioms import Status, check
from mechdesign.committees.axioms import CommitteeCore, CommitteeEjrPlus, JustifiedRepresentation
from mechdesign.errors import InvalidInputError, LimitReachedError
from mechdesign.io import Table
from mechdesign.model import MechanismLike, Problem, as_mechanism, show

__all__ = ["compare_committees"]

_NOTIONS = {
    "JR": JustifiedRepresentation.id,
    "EJR+": CommitteeEjrPlus.id,
    "core": CommitteeCore.id,
}
_TOLD = {Status.HOLDS: "yes", Status.VIOLATED: "no", Status.UNKNOWN: "open"}


def compare_committees(
    problem: Problem, rules: Sequence[MechanismLike], *, time_limit: float | None = 60
) -> Table:
    """Whom each rule elects, how many committees tie, and which groups of voters could object.

    Parameters
    ----------
    problem : Problem
        Of :func:`approvals`.
    rules : sequence of mechanisms or identifiers
        Of this family; ``pav`` is ``committees.pav``.
    time_limit : float, optional
        Seconds for each committee and each question about a group.

    Returns
    -------
    Table
        One row for each rule; ``no`` under a notion where some group lacks what it deserves.

    Examples
    --------
    >>> from mechdesign import committees
    >>> problem = committees.approvals().problem({"a, b": 3, "c": 2, "d": 1}, seats=2)
    >>> print(compare_committees(problem, ["approval", "pav"]))
    rule      elected  tied  JR   EJR+  core
    --------  -------  ----  ---  ----  ----
    approval  {a, b}   1     yes  yes   yes
    pav       {a, c}   2     yes  yes   yes
    """
    rows: list[list[Any]] = []
    for given in rules:
        named = given
        if isinstance(given, str) and "." not in given:
            named = f"committees.{given}"
        rule: Any = as_mechanism(named)
        if rule.setting.id != "committees.approvals":
            raise InvalidInputError("rules", "be rules of committees", given)
        if time_limit is not None and "time_limit" in rule.takes:
            rule = rule(time_limit=time_limit)
        outcome = rule.solve(problem)
        try:
            tied: Any = len(rule.winners(problem))
        except LimitReachedError:
            tied = "many"
        chosen = [show(c) for c in problem.data.candidates if c in outcome.choice]
        told = [
            _TOLD[check(notion, rule, problem=problem, time_limit=time_limit).status]
            for notion in _NOTIONS.values()
        ]
        rows.append([str(rule.name).split(".", 1)[1], f"{{{', '.join(chosen)}}}", tied, *told])
    return Table(["rule", "elected", "tied", *_NOTIONS], rows, notes=list(problem.data.decisions))
