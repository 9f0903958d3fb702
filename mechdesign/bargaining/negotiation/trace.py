"""The trace of a negotiation: one line a round, with who gains and who concedes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mechdesign.bargaining.menus.setting import NO_AGREEMENT
from mechdesign.bargaining.reports import Report, report, say
from mechdesign.io import Table
from mechdesign.model import AgentId, Number, Outcome, Problem, encode
from mechdesign.records import dataclass

__all__ = ["Negotiation", "Round"]


@dataclass(frozen=True)
class Round:
    """One round of a negotiation.

    Parameters
    ----------
    number : int
        0 is the first text.
    text : package label
        The text after the round.
    cost : number
        What it costs.
    by : hashable
        Who put it forward: an agent, or ``"mediator"``.
    utilities : tuple of numbers
        What it is worth to everybody.
    worst, total : number
        The smallest and the (weighted) total utility: why the mediator took it.
    gains, concedes : dict of agent to number
        How much better and worse off than by the text before.
    """

    number: int
    text: Any
    cost: Number
    by: Any
    utilities: tuple[Number, ...]
    worst: Number
    total: Number
    gains: Mapping[AgentId, Number]
    concedes: Mapping[AgentId, Number]


@dataclass(frozen=True)
class Negotiation:
    """A negotiation from the first text to the agreement.

    Parameters
    ----------
    problem : Problem
        What was negotiated.
    outcome : Outcome
        The agreement.
    rounds : tuple of Round
        The trace, the first text included.
    """

    problem: Problem
    outcome: Outcome
    rounds: tuple[Round, ...]

    def table(self) -> Table:
        """The trace as a table."""
        rows = [
            [
                r.number,
                say(self.problem, r.text),
                r.cost,
                r.worst,
                r.total,
                r.by,
                _who(r.gains),
                _who(r.concedes),
            ]
            for r in self.rounds
        ]
        names = ["round", "text", "cost", "worst", "total", "by", "gains", "concedes"]
        return Table(names, rows)

    def report(self, **options: Any) -> Report:
        """The agreement against the first text; `options` are those of :func:`report`."""
        first = self.rounds[0].text if self.rounds else NO_AGREEMENT
        return report(self.problem, self.outcome, before=first, **options)

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {
            "outcome": self.outcome.to_dict(),
            "rounds": self.table().to_dict(),
            "report": self.report().to_dict(),
            "utilities": [encode(list(r.utilities)) for r in self.rounds],
        }

    def __str__(self) -> str:
        return f"{self.table()}\n\n{self.report()}"


def _who(amounts: Mapping[AgentId, Number]) -> str:
    names = [str(agent) for agent in amounts]
    return ", ".join(names) if len(names) <= 3 else f"{len(names)} groups"
