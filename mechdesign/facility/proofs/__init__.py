"""Exact verdicts: certificates, cells, worst cases, equilibria."""

from mechdesign.faces import face
from mechdesign.facility.proofs import certificates, theorems  # noqa: F401  (they register)
from mechdesign.facility.proofs.assessment import *
from mechdesign.facility.proofs.cells import *
from mechdesign.facility.proofs.certificates import *
from mechdesign.facility.proofs.equilibria import *
from mechdesign.facility.proofs.worst_case import *

face(__name__)
