"""The verdict: a status relative to a scope, with the evidence for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field
from enum import Enum, StrEnum
from fractions import Fraction
from typing import Any, cast

from mechdesign.axioms.question.witness import Witness
from mechdesign.errors import InvalidInputError, UndecidedError
from mechdesign.model import FrozenMap, Number, Problem, serializable, show
from mechdesign.model.serialize import Document
from mechdesign.model.setting import Fresh, SpansReports
from mechdesign.records import dataclass

__all__ = [
    "HOLDS",
    "UNKNOWN",
    "VIOLATED",
    "Certificate",
    "Evidence",
    "Ground",
    "Reason",
    "Scope",
    "Status",
    "Verdict",
]


@serializable("axioms.Status")
class Status(Enum):
    """HOLDS, VIOLATED or UNKNOWN; asking UNKNOWN for a truth value raises."""

    HOLDS = "HOLDS"
    VIOLATED = "VIOLATED"
    UNKNOWN = "UNKNOWN"

    def __bool__(self) -> bool:
        if self is Status.UNKNOWN:
            raise UndecidedError("the status is UNKNOWN: neither true nor false")
        return self is Status.HOLDS

    def __str__(self) -> str:
        return self.value


HOLDS, VIOLATED, UNKNOWN = Status.HOLDS, Status.VIOLATED, Status.UNKNOWN


@serializable("axioms.Scope")
@dataclass(frozen=True)
class Scope:
    """The problems, preferences and lift that a status is relative to.

    Parameters
    ----------
    setting : str
        Key of the setting.
    domain : str
        The set of problems: ``grid 1/4 of [0, 1]``, ``all problems``, ``this problem``.
    agents : tuple of int
        The numbers of agents; empty means any number.
    preferences : str
        The preference domain, where the setting has several.
    lift : str
        How set-valued or random outcomes are compared, where they are.
    asked : mapping
        What names the problems again for whoever verifies: the ``setting`` itself, the ``words``
        of the domain, or the ``problems``.  Left out of documents where it cannot be written.
    """

    setting: str
    domain: str
    agents: tuple[int, ...] = ()
    preferences: str = ""
    lift: str = ""
    asked: Mapping[str, Any] = field(
        default_factory=FrozenMap, compare=False, repr=False, metadata={"json": "where it can be"}
    )

    def ranges(self) -> list[Problem]:
        """The problems with ranges for reports, where words name these and no finite domain."""
        setting, words = self.asked.get("setting"), self.asked.get("words", {})
        named = bool(words) and self.domain == all_problems(words)
        if not named or self.asked.get("problems") or not isinstance(setting, SpansReports):
            return []
        try:
            return [setting.span(n, cast("Fresh", _Range), **words) for n in self.agents]
        except InvalidInputError:
            return []

    def __str__(self) -> str:
        parts = [self.domain]
        if self.agents:
            parts.append(f"n={','.join(map(str, self.agents))}")
        if self.preferences:
            parts.append(f"{self.preferences} preferences")
        if self.lift:
            notion = {"dominance": " (weak)", "possible": " (strong)"}.get(self.lift, "")
            parts.append(f"lift {self.lift}{notion}")
        return ", ".join(parts)


class _Range:
    """Equal to every number between two bounds."""

    def __init__(self, low: Number | None, high: Number | None) -> None:
        self.low, self.high = low, high

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, (int, float, Fraction)):
            return False
        low, high = self.low, self.high
        return (low is None or low <= other) and (high is None or other <= high)

    __hash__ = None  # type: ignore[assignment]


def all_problems(words: Mapping[str, Any]) -> str:
    """The domain of an answer about all reports, with what the problems have beside them.

    Examples
    --------
    >>> all_problems({"slots": 2, "values": (0, 1)})
    'all problems with slots=2, values=(0, 1)'
    """
    told = ", ".join(f"{word}={show(value)}" for word, value in sorted(words.items()))
    return f"all problems with {told}" if told else "all problems"


class Ground(StrEnum):
    """The kinds of argument for HOLDS or VIOLATED."""

    WITNESS = "witness"
    EXHAUSTIVE = "exhaustive"
    CERTIFICATE = "certificate"
    THEOREM = "theorem"
    PROOF = "proof"
    IMPLIED = "implied"


class Reason(StrEnum):
    """The kinds of reason for UNKNOWN."""

    #: Random problems were tried and showed nothing.
    SAMPLED = "sampled"
    #: A theorem covers the mechanism by the word of its author only.
    CLAIMED = "claimed"
    #: The checks or the time allowed were used up.
    BUDGET = "budget"
    #: The axiom demanded nothing at any problem.
    VACUOUS = "vacuous"
    #: Something that the decision needs is not there, or cannot be tried.
    MISSING = "missing"


_KINDS: dict[str, Ground | Reason] = {kind.value: kind for kind in (*Ground, *Reason)}


@serializable("axioms.Evidence")
@dataclass(frozen=True)
class Evidence:
    """The argument for a status: its kind and its text.

    Parameters
    ----------
    kind : Ground or Reason
        What the status rests on, or why it is UNKNOWN; the word itself in documents.
    text : str
        The evidence in words.
    """

    kind: Ground | Reason
    text: str

    def __post_init__(self) -> None:
        kind = _KINDS.get(self.kind)
        if kind is None:
            raise InvalidInputError("kind", f"be one of {', '.join(_KINDS)}", self.kind)
        object.__setattr__(self, "kind", kind)


@serializable("axioms.Certificate")
@dataclass(frozen=True)
class Certificate:
    """A proof for all problems of a setting, from the parameters of a mechanism.

    Parameters
    ----------
    text : str
        The criterion and why it is met.
    data : mapping
        What a verifier needs to check it again.
    domain : str
        The problems that it covers, where these are not all of the setting.
    """

    text: str
    data: Mapping[str, Any] = field(default_factory=FrozenMap)
    domain: str = ""


@serializable("axioms.Verdict")
@dataclass(frozen=True)
class Verdict(Document):
    """The answer of a check.

    Parameters
    ----------
    axiom, mechanism : str
        Identifier of the axiom and name of the mechanism.
    status : Status
        HOLDS, VIOLATED or UNKNOWN, **relative to the scope**.
    scope : Scope
        What was decided.
    evidence : Evidence
        Why.
    certificate : Certificate, optional
        The proof, where there is one.
    exact : bool
        False where floating-point outcomes were compared within the tolerance.
    tolerance : float
        The tolerance for floating-point outcomes.
    stats : mapping
        Counts of problems, evaluations and elementary checks.

    Attributes
    ----------
    witness : Witness or None
        The counterexample of a VIOLATED verdict, minimal and shrunk; built when it is asked for.
    """

    axiom: str
    mechanism: str
    status: Status
    scope: Scope
    evidence: Evidence
    certificate: Certificate | None = None
    exact: bool = True
    tolerance: float = 0.0
    stats: Mapping[str, Any] = field(default_factory=FrozenMap, compare=False)
    found: Witness | None = field(default=None, compare=False)
    _find: Callable[[], Witness] | None = field(
        default=None, repr=False, compare=False, metadata={"json": False}
    )

    @property
    def witness(self) -> Witness | None:
        """The counterexample, or None where there is none."""
        if self.found is None and self._find is not None:
            object.__setattr__(self, "found", self._find())
            object.__setattr__(self, "_find", None)
        return self.found

    def __bool__(self) -> bool:
        """True for HOLDS, False for VIOLATED.

        Raises
        ------
        UndecidedError
            For UNKNOWN.
        """
        if self.status is Status.UNKNOWN:
            raise UndecidedError(
                f"{self.axiom} of {self.mechanism} is UNKNOWN: {self.evidence.text}"
            )
        return self.status is Status.HOLDS

    @property
    def holds(self) -> bool:
        """Whether the status is HOLDS; never raises."""
        return self.status is Status.HOLDS

    @property
    def violated(self) -> bool:
        """Whether the status is VIOLATED; never raises."""
        return self.status is Status.VIOLATED

    def __getstate__(self) -> dict[str, Any]:
        # The search behind a witness holds caches; what travels is the witness itself.
        _ = self.witness
        return {name: value for name, value in self.__dict__.items() if name != "_find"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state, _find=None)

    def to_dict(self) -> dict[str, Any]:
        _ = self.witness  # built before it is written
        return super().to_dict()

    def __repr__(self) -> str:
        lines = [
            f"{self.axiom} of {self.mechanism}: {self.status} ({self.scope})",
            f"  {self.evidence.kind}: {self.evidence.text}",
        ]
        if self.witness is not None:
            lines.append(f"  {self.witness.explain()}")
        if not self.exact:
            lines.append(f"  floating point, tolerance {self.tolerance:g}")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        import html

        return "<pre>" + html.escape(repr(self)) + "</pre>"
