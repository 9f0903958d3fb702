"""Axiom checkers with evidence.

:func:`check` answers HOLDS, VIOLATED or UNKNOWN relative to a scope, with evidence; :func:`audit`
makes the table of mechanisms against axioms; :func:`worst` measures how badly an axiom fails.
"""

from mechdesign.axioms import generic
from mechdesign.axioms.audit import Audit, audit
from mechdesign.axioms.axiom import Axiom, get_axiom, list_axioms, register_axiom
from mechdesign.axioms.catalogue import CatalogueEntry, catalogue_entries, catalogue_table
from mechdesign.axioms.certificates import certifies
from mechdesign.axioms.engine import check
from mechdesign.axioms.evaluator import Evaluator
from mechdesign.axioms.implications import implied_by, implies
from mechdesign.axioms.lift import LIFTS
from mechdesign.axioms.verdict import Certificate, Evidence, Scope, Status, Verdict
from mechdesign.axioms.witness import Refutation, Violation, Witness
from mechdesign.axioms.worst import Worst, worst

HOLDS, VIOLATED, UNKNOWN = Status.HOLDS, Status.VIOLATED, Status.UNKNOWN

__all__ = [
    "HOLDS",
    "LIFTS",
    "UNKNOWN",
    "VIOLATED",
    "Audit",
    "Axiom",
    "CatalogueEntry",
    "Certificate",
    "Evaluator",
    "Evidence",
    "Refutation",
    "Scope",
    "Status",
    "Verdict",
    "Violation",
    "Witness",
    "Worst",
    "audit",
    "catalogue_entries",
    "catalogue_table",
    "certifies",
    "check",
    "generic",
    "get_axiom",
    "implied_by",
    "implies",
    "list_axioms",
    "register_axiom",
    "worst",
]
