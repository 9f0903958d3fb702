"""The methods that decide a question: certificates, enumeration, theorems, sampling."""

from mechdesign.axioms.methods.certificates import *
from mechdesign.axioms.methods.engine import *
from mechdesign.faces import face

face(__name__)
