"""The witness: an exact counterexample that anybody can replay."""

from __future__ import annotations

import dataclasses
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
    is_exact,
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


def _fields(record: Any) -> str:
    """A dataclass in words, without what is empty; other values as they are."""
    name = getattr(record, "key", "")
    if not dataclasses.is_dataclass(record):
        return show(tuple(record) if isinstance(record, range) else record)
    pairs = [(one.name, getattr(record, one.name)) for one in dataclasses.fields(record)]
    return "; ".join(
        [
            *([name] if name else []),
            *(f"{k} {show(v)}" for k, v in pairs if hasattr(v, "dtype") or v not in ((), None, "")),
        ]
    )


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
        return gap is not None and bool(gap > (0 if is_exact(gap) else self.tolerance))

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
        return self._at(self.problem)

    def say(self, result: Result | tuple[Outcome, ...] | None, problem: Problem) -> str:
        """A result in words."""
        if result is None:
            return "nothing"
        if isinstance(result, Lottery):
            parts = [f"{show(p)} of {self._say_one(outcome, problem)}" for p, outcome in result]
            text = "the lottery " + ", ".join(parts)
        elif isinstance(result, tuple):
            text = "{" + ", ".join(self._say_one(one, problem) for one in result) + "}"
        else:
            text = self._say_one(result, problem)
        here = _circumstances(problem)
        if here != _circumstances(self.problem):
            text += f" ({'; '.join(here)})"
        return text

    def _say_one(self, outcome: Outcome, problem: Problem) -> str:
        text = self.setting.say_choice(problem, outcome)
        if any((outcome.payments or {}).values()):
            paid = ", ".join(f"{a}: {show(pay)}" for a, pay in (outcome.payments or {}).items())
            text += f" (payments {paid})"
        if problem.budget is not None and outcome.cost is not None:
            text += f" (costs {show(outcome.cost)})"
        return text

    def _at(self, problem: Problem) -> str:
        """The reports of a problem and what belongs to nobody, in words."""
        say = self.setting.say_report
        pairs = zip(problem.agents, problem.types, strict=True)
        reports = ", ".join(f"{agent}: {say(report)}" for agent, report in pairs)
        return "; ".join([reports, *_circumstances(problem)])

    def __repr__(self) -> str:
        """All that the claim needs, a line each, and the claim in words."""
        lines = [f"Witness against {self.axiom}", f"  setting {_fields(self.setting)}"]
        shown: Any = None
        for problem, chosen in ((self.problem, self.before), (self.variant, self.after)):
            if problem is None:
                continue
            lines.append(f"  {'profile' if shown is None else 'another'} {self._at(problem)}")
            if problem.data is not None and problem.data != shown:
                lines.append(f"  given   {_fields(problem.data)}")
            shown = problem.data
            lines.append(f"  chosen  {self.say(chosen, problem)}")
        if self.alternative is not None:
            lines.append(f"  instead {self.say(self.alternative, self.variant or self.problem)}")
        if self.agents:
            lines.append(f"  agents  {', '.join(map(str, self.agents))}")
        lines += [f"  gap     {show(self.gap)}", f"  {self.explain()}"]
        if self.lift:
            lines.append(f"  compared by lift {self.lift}")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        import html

        return "<pre>" + html.escape(repr(self)) + "</pre>"
