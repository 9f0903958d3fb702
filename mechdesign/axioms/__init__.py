"""Axiom checkers with evidence.

:func:`check` answers HOLDS, VIOLATED or UNKNOWN relative to a scope, with evidence; :func:`audit`
makes the table of mechanisms against axioms; :func:`worst` measures how badly an axiom fails;
:func:`consistent` finds a rule that satisfies several axioms, or proves that there is none.
"""

from mechdesign.axioms import generic
from mechdesign.axioms.audit import Audit, audit
from mechdesign.axioms.axiom import Axiom, get_axiom, list_axioms, register_axiom
from mechdesign.axioms.catalogue import CatalogueEntry, catalogue_entries, catalogue_table
from mechdesign.axioms.certificates import certifies
from mechdesign.axioms.consistency import CONDITIONS, Consistency, Impossibility, consistent
from mechdesign.axioms.engine import check
from mechdesign.axioms.evaluator import Evaluator
from mechdesign.axioms.implications import implied_by, implies
from mechdesign.axioms.lift import LIFTS
from mechdesign.axioms.table_rule import TableRule
from mechdesign.axioms.verdict import Certificate, Evidence, Scope, Status, Verdict
from mechdesign.axioms.witness import Refutation, Violation, Witness
from mechdesign.axioms.worst import Worst, worst

HOLDS, VIOLATED, UNKNOWN = Status.HOLDS, Status.VIOLATED, Status.UNKNOWN

__all__ = [
    "CONDITIONS",
    "HOLDS",
    "LIFTS",
    "UNKNOWN",
    "VIOLATED",
    "Audit",
    "Axiom",
    "CatalogueEntry",
    "Certificate",
    "Consistency",
    "Evaluator",
    "Evidence",
    "Impossibility",
    "Refutation",
    "Scope",
    "Status",
    "TableRule",
    "Verdict",
    "Violation",
    "Witness",
    "Worst",
    "audit",
    "catalogue_entries",
    "catalogue_table",
    "certifies",
    "check",
    "consistent",
    "generic",
    "get_axiom",
    "implied_by",
    "implies",
    "list_axioms",
    "register_axiom",
    "worst",
]
