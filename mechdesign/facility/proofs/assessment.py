"""What an outcome means: welfare, costs and fairness at one profile."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from mechdesign.errors import InvalidInputError, require
from mechdesign.facility.fairness.admissible_sets import admissible, fairness_witness
from mechdesign.facility.proofs.worst_case import profile_ratio
from mechdesign.facility.segment.intervals import IntervalUnion
from mechdesign.facility.segment.profiles import FLOAT_TOLERANCE
from mechdesign.facility.segment.setting import Line
from mechdesign.model import Lottery, Number, Outcome, Problem, Result, encode, is_exact, show, tidy
from mechdesign.records import dataclass

if TYPE_CHECKING:
    from mechdesign.io import Table

__all__ = ["Assessment", "assess"]

_WANTED = (
    "pareto_efficiency",
    "individual_fair_share",
    "unanimous_fair_share",
    "proportional_fairness",
    "strong_proportional_fairness",
)
_OBNOXIOUS = (
    "obnoxious_individual_fair_share",
    "obnoxious_unanimous_fair_share",
    "obnoxious_proportional_fairness",
)


@dataclass(frozen=True)
class FairnessLine:
    """One fairness axiom at one profile.

    Parameters
    ----------
    axiom : str
        The axiom.
    admissible : IntervalUnion
        The locations that it admits.
    holds : bool
        Whether the chosen location is one of them.
    slack : number
        How far inside the location is; negative outside.
    text : str
        The group that is treated unfairly, in words.
    """

    axiom: str
    admissible: IntervalUnion
    holds: bool
    slack: Number
    text: str = ""


@dataclass(frozen=True)
class Assessment:
    """A location judged at the profile that it was chosen for.

    Parameters
    ----------
    outcome : Outcome
        The location.
    measures : dict
        Welfare and costs, with their ratios to the best.
    fairness : tuple of FairnessLine
        The fairness axioms.
    decisions : tuple of str
        What had to be decided about the input.
    """

    outcome: Outcome
    measures: dict[str, Number]
    fairness: tuple[FairnessLine, ...]
    decisions: tuple[str, ...] = ()

    @property
    def problem(self) -> Problem:
        """The profile."""
        assert self.outcome.problem is not None  # assess() refuses outcomes without one
        return self.outcome.problem

    def table(self) -> Table:
        """One row for each agent: location, distance, utility."""
        from mechdesign.io import Table

        problem, place = self.problem, self.outcome.choice
        utilities = self.outcome.utilities
        weights = problem.weights
        columns = ["agent", "location", *(["weight"] if weights else []), "distance", "utility"]
        rows = []
        for k, (agent, x) in enumerate(zip(problem.agents, problem.types, strict=True)):
            extra = [weights[k]] if weights else []
            rows.append([agent, _plain(x), *extra, _plain(abs(place - x)), utilities[agent]])
        return Table(columns, rows, title=f"{self.outcome.provenance.mechanism}: {show(place)}")

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {
            **self.outcome.to_dict(),
            "location": encode(self.outcome.choice),
            "measures": {name: encode(value) for name, value in self.measures.items()},
            "fairness": [
                {
                    "axiom": line.axiom,
                    "holds": line.holds,
                    "slack": encode(line.slack),
                    "admissible": [[encode(a), encode(b)] for a, b in line.admissible],
                    "witness": line.text,
                }
                for line in self.fairness
            ],
            "decisions": list(self.decisions),
        }

    def __str__(self) -> str:
        place = self.outcome.choice
        about = f"{place} = {float(place):.6g}" if not isinstance(place, int) else f"{place}"
        if isinstance(place, float):
            about = show(place)
        lines = [f"{self.outcome.provenance.mechanism}, {len(self.problem)} agents: {about}", ""]
        width = max(map(len, self.measures), default=0)
        lines += [f"  {name:<{width}}  {_short(value)}" for name, value in self.measures.items()]
        lines.append("")
        width = max((len(line.axiom) for line in self.fairness), default=0)
        for line in self.fairness:
            mark = "yes" if line.holds else "NO "
            sets = " | ".join(f"[{_short(a)}, {_short(b)}]" for a, b in line.admissible)
            lines.append(f"  {line.axiom:<{width}}  {mark}  {sets}")
            if line.text:
                lines.append(f"    {line.text}")
        return "\n".join(lines)


def assess(result: Result, *, decisions: Sequence[str] = ()) -> Assessment:
    """Judge a location: welfare, costs and their ratios to the best, and every fairness axiom.

    Parameters
    ----------
    result : Outcome
        What a mechanism on a line, or on an obnoxious line, chose.
    decisions : sequence of str
        Notes on the input to pass on.

    Raises
    ------
    InvalidInputError
        If it is no single location with its problem.

    Examples
    --------
    >>> from mechdesign import facility
    >>> report = assess(facility.median([0, 0, 1]))
    >>> report.measures["total cost"], [line.holds for line in report.fairness]
    (1, [True, False, False, False, False])
    """
    require(result, (Outcome, Lottery), "result")
    if (
        isinstance(result, Lottery)
        or result.problem is None
        or not isinstance(result.setting, Line)
    ):
        raise InvalidInputError("result", "be one location on a line with its problem", result)
    problem, line, place = result.problem, result.setting, result.choice
    obnoxious = line.id == "facility.obnoxious"
    measures = _measures(problem, line, place, obnoxious=obnoxious)
    fairness = tuple(
        _judge(axiom, problem, line, place) for axiom in (_OBNOXIOUS if obnoxious else _WANTED)
    )
    return Assessment(result, measures, fairness, (*result.provenance.decisions, *decisions))


def _measures(problem: Problem, line: Line, place: Number, *, obnoxious: bool) -> dict[str, Number]:
    places = [_plain(x) for x in problem.types]
    weights = problem.weights or (1,) * len(places)
    away = [abs(place - x) for x in places]
    total: Any = sum(w * d for w, d in zip(weights, away, strict=True))
    people: Any = sum(weights)
    if obnoxious:
        return {"total distance": tidy(total), "smallest distance": tidy(min(away))}
    measures: dict[str, Number] = {
        "welfare": tidy(people * line.length - total),
        "total cost": tidy(total),
        "maximum cost": tidy(max(away)),
    }
    if problem.weights is None:
        for objective in ("welfare", "total_cost", "maximum_cost"):
            ratio, _ = profile_ratio(places, place, objective, line.low, line.high)
            measures[f"{objective.replace('_', ' ')} ratio"] = tidy(ratio)
    return measures


def _judge(axiom: str, problem: Problem, line: Line, place: Number) -> FairnessLine:
    fair = admissible(axiom, problem, setting=Line(line.low, line.high))
    if fair.empty:
        return FairnessLine(axiom, fair, False, -line.length, "no location satisfies it")
    slack = tidy(fair.slack(place))
    tolerance = 0 if is_exact(slack) else FLOAT_TOLERANCE * float(line.length)
    holds = slack >= -tolerance
    text = ""
    if not holds and axiom != "pareto_efficiency":
        found = fairness_witness(axiom, problem, place)
        text = "" if found is None else str(found)
    return FairnessLine(axiom, fair, bool(holds), slack, text)


def _plain(value: object) -> Any:
    return value.item() if hasattr(value, "item") else value


def _short(value: Number) -> str:
    """Fractions of large denominators as decimals."""
    text = show(value)
    return text if len(text) <= 12 else f"{float(value):.6g}"
