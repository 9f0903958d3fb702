"""Whether some rule satisfies several axioms at once, or a proof that none does."""

from mechdesign.axioms.consistency.answers import *
from mechdesign.axioms.consistency.table_rule import *
from mechdesign.faces import face

face(__name__)
