"""Policies of stakeholders: any callable that answers the mediator's questions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from mechdesign.model import AgentId, Number, Problem, as_number
from mechdesign.records import dataclass

__all__ = ["BoundedConcession", "Policy", "Question"]


@dataclass(frozen=True)
class Question:
    """A question of the mediator to one stakeholder.

    Parameters
    ----------
    kind : {"vote", "propose"}
        Whether to accept `text`, or which of `candidates` to put forward.
    agent : hashable
        Who is asked.
    round : int
        From 1.
    problem : Problem
        What is negotiated.
    current, start : package labels
        The text on the table and the text that the negotiation began with.
    text : package label, optional
        The amended text, for a vote.
    worth : dict of package label to number
        What all the texts mentioned are worth to the one who is asked.
    candidates : tuple of package labels
        The texts that may be proposed, for a proposal.
    """

    kind: str
    agent: AgentId
    round: int
    problem: Problem
    current: Any
    start: Any
    text: Any
    worth: Any
    candidates: Sequence[Any] = ()


class Policy(Protocol):
    """Answers questions: True or False to a vote; a candidate or None to a request to propose."""

    def __call__(self, question: Question, /) -> Any:
        """The answer."""
        ...


@dataclass(frozen=True)
class BoundedConcession:
    """Accept what costs at most `tolerance` against the current text and nothing against the start.

    Proposes the text that is worth most to itself among those, if it is an improvement.

    Parameters
    ----------
    tolerance : number
        Nonnegative.

    Examples
    --------
    >>> policy = BoundedConcession(1)
    >>> talks = Problem(("ann",), ({},))
    >>> ask = Question("vote", "ann", 1, talks, "a", "s", "b", {"a": 5, "s": 4, "b": 4})
    >>> policy(ask), BoundedConcession(0)(ask)
    (True, False)
    """

    tolerance: Number = 0

    def __post_init__(self) -> None:
        value = as_number(self.tolerance, "tolerance", low=0, owner="BoundedConcession")
        object.__setattr__(self, "tolerance", value)

    def __call__(self, question: Question, /) -> Any:
        """Answer a vote or a request to propose."""
        worth = question.worth
        if question.kind == "vote":
            return self._accepts(question, question.text)
        fitting = [text for text in question.candidates if self._accepts(question, text)]
        best = max(fitting, key=worth.__getitem__, default=None)
        if best is None or not worth[best] > worth[question.current]:
            return None
        return best

    def _accepts(self, question: Question, text: object) -> bool:
        worth = question.worth
        slack = 0 if not isinstance(worth[text], float) else 1e-12
        return bool(
            worth[text] >= worth[question.current] - self.tolerance - slack
            and worth[text] >= worth[question.start] - slack
        )
