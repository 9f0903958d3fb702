"""Axiom checkers with evidence.

:func:`check` answers HOLDS, VIOLATED or UNKNOWN relative to a scope, with evidence; :func:`audit`
makes the table of mechanisms against axioms; :func:`worst` measures how badly an axiom fails;
:func:`consistent` finds a rule that satisfies several axioms, or proves that there is none.
"""

from mechdesign.axioms import generic as generic
from mechdesign.axioms import proof_documents  # noqa: F401  (it registers)
from mechdesign.axioms.audits import *
from mechdesign.axioms.catalogue import *
from mechdesign.axioms.consistency import *
from mechdesign.axioms.continuum import *
from mechdesign.axioms.methods import *
from mechdesign.axioms.question import *
from mechdesign.axioms.verification import *
from mechdesign.axioms.worst_case import *
from mechdesign.faces import face

face(__name__, "generic")
