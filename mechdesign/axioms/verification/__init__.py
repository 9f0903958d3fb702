"""Whether a document is true: witnesses, verdicts, impossibilities, by definition and recount.

Nothing here searches: no cache, no lift objects, no arrays, no solvers.
"""

from mechdesign.axioms.verification.findings import *
from mechdesign.axioms.verification.impossibilities import *
from mechdesign.axioms.verification.verdicts import *
from mechdesign.axioms.verification.witnesses import *
from mechdesign.faces import face

face(__name__)
