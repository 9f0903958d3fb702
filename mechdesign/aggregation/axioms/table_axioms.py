"""Which axioms rules keep and break on one very table, each violation with its witness."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mechdesign.aggregation.profiles.problems import ScoreData
from mechdesign.aggregation.reading import named, read
from mechdesign.aggregation.settings import rankings, scores
from mechdesign.axioms import Status, Verdict, check
from mechdesign.errors import InvalidInputError
from mechdesign.io import Table
from mechdesign.model import FrozenMap, MechanismLike, as_list
from mechdesign.records import dataclass

__all__ = ["TableAudit", "audit_table"]

#: Axioms that a single table can break.
TABLE_AXIOMS = (
    "condorcet_consistency",
    "condorcet_loser",
    "majority",
    "smith_criterion",
    "ranking_pareto",
    "irrelevant_removal",
    "local_iia",
    "task_duplication",
    "homogeneity",
    "reversal_symmetry",
    "scale_invariance",
)


@dataclass(frozen=True, eq=False)
class TableAudit:
    """The verdicts of several rules and axioms on one table.

    Parameters
    ----------
    verdicts : mapping of (rule, axiom) to Verdict
        A verdict speaks about this table only.
    """

    verdicts: Mapping[tuple[str, str], Verdict]

    def table(self) -> Table:
        """Rules by axioms: kept, broken, or - where the axiom demands nothing here."""
        rules = list(dict.fromkeys(rule for rule, _ in self.verdicts))
        names = list(dict.fromkeys(axiom for _, axiom in self.verdicts))
        words = {Status.HOLDS: "kept", Status.VIOLATED: "broken", Status.UNKNOWN: "-"}
        rows = [[a, *(words[self.verdicts[r, a].status] for r in rules)] for a in names]
        return Table(["axiom", *rules], rows)

    def broken(self) -> list[str]:
        """Every violation in words."""
        found = []
        for (rule, _), verdict in self.verdicts.items():
            if verdict.status is Status.VIOLATED and verdict.witness is not None:
                witness = verdict.witness
                detail = ", ".join(
                    f"{key}: {value}" for key, value in witness.details.items() if key != "note"
                )
                where = f" (task {witness.agents[0]})" if witness.agents else ""
                found.append(f"{rule} breaks {verdict.axiom}{where}: {detail}".rstrip(": "))
        return found

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {"table": self.table().to_dict(), "broken": self.broken()}

    def __str__(self) -> str:
        return "\n".join([self.table().to_text(), *(f"- {line}" for line in self.broken())])

    __repr__ = __str__


def audit_table(
    data: object,
    rules: Sequence[MechanismLike] = ("mean", "borda", "copeland", "kemeny"),
    axioms: Sequence[str] = TABLE_AXIOMS,
    **options: object,
) -> TableAudit:
    """Check axioms on one very table.

    Parameters
    ----------
    data : scores or rankings
        See :func:`read`.
    rules : sequence of rules
        Names or functions of this family.
    axioms : sequence of str
        Identifiers.

    Returns
    -------
    TableAudit
        For each rule and axiom: kept or broken here, with a witness.

    Examples
    --------
    >>> found = audit_table({"A": [9, 9, 0], "B": [8, 8, 9]}, ["mean", "borda"],
    ...                     ["condorcet_consistency", "scale_invariance"])
    >>> print(found.table())
    axiom                  mean    borda
    ---------------------  ------  -----
    condorcet_consistency  broken  kept
    scale_invariance       broken  kept
    """
    problem = read(data, **options)
    setting = scores() if isinstance(problem.data, ScoreData) else rankings()
    rules, axioms = as_list(rules, "rules"), as_list(axioms, "axioms")
    if not rules:
        raise InvalidInputError("rules", "name at least one rule", rules)
    verdicts: dict[tuple[str, str], Verdict] = {}
    for rule in rules:
        mechanism = named(rule)
        for axiom in axioms:
            key = (mechanism.name.removeprefix("aggregation."), axiom)
            verdicts[key] = check(axiom, mechanism, setting=setting, problem=problem)
    return TableAudit(FrozenMap(verdicts))
