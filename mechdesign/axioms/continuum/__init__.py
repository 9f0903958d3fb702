"""Proofs for all real reports: a mechanism's own code, run on symbolic numbers along every path."""

from mechdesign.axioms.continuum.proof import *
from mechdesign.faces import face

face(__name__)
