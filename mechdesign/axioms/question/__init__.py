"""The parts of a question and its answer: axioms, lifts, verdicts, witnesses, verifier."""

from mechdesign.axioms.question.axiom import *
from mechdesign.axioms.question.evaluator import *
from mechdesign.axioms.question.implications import *
from mechdesign.axioms.question.lift import *
from mechdesign.axioms.question.verdict import *
from mechdesign.axioms.question.witness import *
from mechdesign.faces import face

face(__name__)
