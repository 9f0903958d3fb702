"""The witness: an exact counterexample that anybody can replay."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Any

from mechdesign.axioms.question.registry import find
from mechdesign.model import (
    AgentId,
    FrozenMap,
    Lottery,
    MechanismLike,
    Number,
    Outcome,
    Problem,
    Result,
    Setting,
    as_mechanism,
    serializable,
    show,
)
from mechdesign.model.problem import same_type
from mechdesign.model.serialize import Document
from mechdesign.records import dataclass

__all__ = ["Refutation", "Violation", "Witness"]


@dataclass(frozen=True)
class Violation:
    """What a checker yields: where an axiom fails, and by how much.

    Parameters
    ----------
    problem : Problem
        Where it fails.
    agents : tuple
        The agents concerned: who lies, who is worse off.
    variant : Problem, optional
        The second problem that the axiom compares with.
    alternative : Outcome or Lottery, optional
        What should have been chosen, or what blocks.
    gap : number
        How far from holding: a regret, a shortfall; positive.
    details : mapping
        What else the axiom needs to say it in words.
    tie_induced : bool
        Whether only the breaking of a tie causes it.
    """

    problem: Problem
    agents: tuple[AgentId, ...] = ()
    variant: Problem | None = None
    alternative: Result | None = None
    gap: Number = 1
    details: Mapping[str, Any] = field(default_factory=FrozenMap)
    tie_induced: bool = False


#: What a parametric certificate returns to refute: a violation found from the parameters.
Refutation = Violation


def _circumstances(problem: Problem) -> list[str]:
    """What a claim about a problem may rest on beside the reports."""
    told = []
    if problem.weights is not None:
        told.append("weights " + ", ".join(map(show, problem.weights)))
    if problem.reserve is not None and any(problem.reserve):
        told.append("reserve " + ", ".join(map(show, problem.reserve)))
    if problem.budget is not None:
        told.append(f"budget {show(problem.budget)}")
    return told


@serializable("axioms.Witness")
@dataclass(frozen=True)
class Witness(Document):
    """A counterexample to an axiom.

    It holds the problem or the two problems, what the mechanism chose there, and the gap, all as
    exact as the mechanism was.  Witnesses are minimal in the order: number of agents, size of the
    problem (alternatives, slots), distinct reports, largest denominator, size of the deviation.

    Parameters
    ----------
    axiom : str
        Identifier of the axiom.
    setting : Setting
        Where outcomes are valued.
    problem : Problem
        The problem, true types as reports.
    before : Outcome or Lottery
        What the mechanism chooses there.
    agents, variant, alternative, gap, details, tie_induced
        As in :class:`Violation`.
    after : Outcome or Lottery, optional
        What the mechanism chooses at `variant`.
    lift : str
        How set-valued or random outcomes were compared.
    tolerance : float
        What the gap exceeds, for a floating-point mechanism.
    minimal : bool
        Whether the search for the smallest one was completed.
    """

    axiom: str
    setting: Setting
    problem: Problem
    before: Result | tuple[Outcome, ...]
    agents: tuple[AgentId, ...] = ()
    variant: Problem | None = None
    alternative: Result | None = None
    after: Result | tuple[Outcome, ...] | None = None
    gap: Number = 1
    details: Mapping[str, Any] = field(default_factory=FrozenMap)
    tie_induced: bool = False
    lift: str = ""
    tolerance: float = 0.0
    minimal: bool = True

    def replay(self, mechanism: MechanismLike) -> bool:
        """Evaluate the mechanism again and decide the violation from the definition alone.

        Parameters
        ----------
        mechanism : mechanism, function or identifier
            Usually the one that was refuted; any other mechanism of the same setting will do.

        Returns
        -------
        bool
            Whether this mechanism violates the axiom at this witness.
        """
        gap = find(self.axiom).verify(as_mechanism(mechanism, self.setting), self.setting, self)
        return gap is not None and bool(gap > self.tolerance)

    @property
    def lie(self) -> Mapping[AgentId, Any]:
        """The reports in which the two problems differ, by agent."""
        if self.variant is None or list(self.variant.agents) != list(self.problem.agents):
            return FrozenMap()
        pairs = zip(self.problem.agents, self.problem.types, self.variant.types, strict=True)
        return FrozenMap((agent, new) for agent, old, new in pairs if not same_type(old, new))

    def explain(self) -> str:
        """The counterexample in words."""
        text: str = find(self.axiom).describe(self)
        if self.tie_induced:
            text += " Only the breaking of a tie causes it."
        return text

    def profile(self) -> str:
        """The reports in words."""
        say = self.setting.say_report
        pairs = list(zip(self.problem.agents, self.problem.types, strict=True))
        reports = ", ".join(f"{agent}: {say(report)}" for agent, report in pairs)
        return "; ".join([reports, *_circumstances(self.problem)])

    def say(self, result: Result | tuple[Outcome, ...] | None, problem: Problem) -> str:
        """A result in words."""
        if isinstance(result, Lottery):
            parts = [
                f"{show(p)} of {self.setting.say_choice(problem, outcome)}" for p, outcome in result
            ]
            return "the lottery " + ", ".join(parts)
        if isinstance(result, tuple):
            return "{" + ", ".join(self.setting.say_choice(problem, one) for one in result) + "}"
        if result is None:
            return "nothing"
        text = self.setting.say_choice(problem, result)
        if any((result.payments or {}).values()):
            paid = ", ".join(f"{a}: {show(pay)}" for a, pay in (result.payments or {}).items())
            text += f" (payments {paid})"
        here = _circumstances(problem)
        if here != _circumstances(self.problem):
            text += f" ({'; '.join(here)})"
        return text

    def __repr__(self) -> str:
        lines = [f"Witness against {self.axiom}", f"  profile {self.profile()}"]
        lines.append(f"  {self.explain()}")
        if self.lift:
            lines.append(f"  compared by lift {self.lift}")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        import html

        return "<pre>" + html.escape(repr(self)) + "</pre>"
