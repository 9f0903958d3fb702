"""The model that all families share.

Agents report, a mechanism chooses an outcome (perhaps with payments, perhaps a lottery), and each
agent gets a utility.  :class:`Problem` is what a mechanism sees, :class:`Setting` says who may
report what and what an outcome is worth, :class:`Mechanism` chooses, :class:`Outcome` and
:class:`Lottery` are what it returns.
"""

from mechdesign.faces import face
from mechdesign.model import welfare as welfare
from mechdesign.model.decorator import *
from mechdesign.model.domain import *
from mechdesign.model.frozen import *
from mechdesign.model.lottery import *
from mechdesign.model.mechanism_base import *
from mechdesign.model.numbers import *
from mechdesign.model.outcome import *
from mechdesign.model.problem import *
from mechdesign.model.rational import *
from mechdesign.model.reading import *
from mechdesign.model.reference import *
from mechdesign.model.registry import *
from mechdesign.model.serialize import *
from mechdesign.model.setting import *

face(__name__, "welfare")
