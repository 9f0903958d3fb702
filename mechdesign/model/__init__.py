"""The model that all families share.

Agents report, a mechanism chooses an outcome (perhaps with payments, perhaps a lottery), and each
agent gets a utility.  :class:`Problem` is what a mechanism sees, :class:`Setting` says who may
report what and what an outcome is worth, :class:`Mechanism` chooses, :class:`Outcome` and
:class:`Lottery` are what it returns.
"""

from mechdesign.model import welfare
from mechdesign.model.domain import Domain
from mechdesign.model.frozen import FrozenMap, freeze
from mechdesign.model.lottery import Lottery
from mechdesign.model.mechanism import (
    EvaluatesMany,
    FunctionMechanism,
    Mechanism,
    MechanismLike,
    Result,
    ShowsWinners,
    as_mechanism,
    generator,
    mechanism,
)
from mechdesign.model.names import parse_name
from mechdesign.model.numbers import (
    Number,
    all_exact,
    as_count,
    as_number,
    as_numbers,
    is_exact,
    parse_number,
    show,
)
from mechdesign.model.outcome import Outcome, Provenance
from mechdesign.model.problem import AgentId, Problem
from mechdesign.model.rational import RationalArray
from mechdesign.model.reference import Reference, Theorem
from mechdesign.model.registry import FAMILIES, Entry, factory, get, mechanisms, register
from mechdesign.model.serialize import SCHEMA_VERSION, decode, dumps, encode, loads, serializable
from mechdesign.model.setting import Setting

__all__ = [
    "FAMILIES",
    "SCHEMA_VERSION",
    "AgentId",
    "Domain",
    "Entry",
    "EvaluatesMany",
    "FrozenMap",
    "FunctionMechanism",
    "Lottery",
    "Mechanism",
    "MechanismLike",
    "Number",
    "Outcome",
    "Problem",
    "Provenance",
    "RationalArray",
    "Reference",
    "Result",
    "Setting",
    "ShowsWinners",
    "Theorem",
    "all_exact",
    "as_count",
    "as_mechanism",
    "as_number",
    "as_numbers",
    "decode",
    "dumps",
    "encode",
    "factory",
    "freeze",
    "generator",
    "get",
    "is_exact",
    "loads",
    "mechanism",
    "mechanisms",
    "parse_name",
    "parse_number",
    "register",
    "serializable",
    "show",
    "welfare",
]
