"""Linear programs that bound what any policy can get."""

from mechdesign.faces import face
from mechdesign.matching.programs.benchmarks import *
from mechdesign.matching.programs.bound_proofs import *
from mechdesign.matching.programs.by_enumeration import *
from mechdesign.matching.programs.configurations import *
from mechdesign.matching.programs.hierarchy import *
from mechdesign.matching.programs.programs import *
from mechdesign.matching.programs.sequences import *

face(__name__)
