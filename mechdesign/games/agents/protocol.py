"""What agents see and answer, and what an environment is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np

from mechdesign.errors import InvalidInputError
from mechdesign.model import FrozenMap, Number, freeze, ratio

__all__ = ["Agent", "Environment", "random_agent"]

#: One move for each seat, None for those who do not move.
JointMove = tuple[Any, ...]
History = tuple[JointMove, ...]
_MEMBERS = (
    *("name", "roles", "movers", "legal", "payoffs", "told", "nature", "round_of"),
    *("disagreement", "best_total", "shares", "perfect"),
)


class Agent(Protocol):
    """Any callable that answers an observation.

    The observation is a frozen mapping: ``game`` (name of the environment), ``role``, ``round``
    (from 1), ``history`` (a tuple of joint moves, each a mapping of the roles that moved to their
    moves), ``legal`` (a tuple of the moves to choose from), ``payoffs`` (what the rules say to this
    role) and ``message`` (the last one from another side, or None).  The answer is a legal move, or
    a pair of a move and a message.

    An agent is a function of its arguments: what it remembers is in the history, and what it draws
    comes from `rng`.  Then the same seed gives the same episodes in any number of processes.
    """

    def __call__(self, observation: Mapping[str, Any], rng: np.random.Generator, /) -> Any:
        """A legal move, or a pair of one and a message."""
        ...


class Environment(Protocol):
    """A game by its rules: functions of what chance drew and of the joint moves so far.

    The package's environments are records of plain data, so that a journal can hold them.  A
    subclass needs the first six members; the others say what its best outcomes are, and a measure
    that asks for what is None is left out.
    """

    @property
    def name(self) -> str:
        """What observations and tables call it."""
        ...

    @property
    def roles(self) -> tuple[str, ...]:
        """Names of the seats."""
        ...

    def movers(self, nature: object, history: History) -> tuple[int, ...]:
        """The seats that move now, at the same time; none where the episode is over."""
        ...

    def legal(self, nature: object, history: History, seat: int) -> tuple[Any, ...]:
        """The moves of a seat, each a number or a text."""
        ...

    def payoffs(self, nature: object, history: History) -> tuple[Number, ...]:
        """What each seat has if the episode ends here."""
        ...

    def told(self, nature: object, history: History, seat: int) -> Any:
        """The rules and payoffs as a seat sees them: plain data."""
        ...

    def nature(self, rng: np.random.Generator) -> Any:
        """What chance draws before the episode, as plain data; None where there is no chance."""
        return None

    def round_of(self, history: History) -> int:
        """The number of the round that comes next, from 1."""
        return len(history) + 1

    def disagreement(self, nature: object) -> tuple[Number, ...]:
        """What each seat has where nothing is agreed on."""
        return (0,) * len(self.roles)

    def best_total(self, nature: object) -> Number | None:
        """The largest sum of payoffs that any play gives."""
        return None

    def shares(self, nature: object, history: History) -> tuple[Number, ...] | None:
        """How the gains were divided, undiscounted; None where there was nothing to divide."""
        lowest = self.disagreement(nature)
        gains = [a - b for a, b in zip(self.payoffs(nature, history), lowest, strict=True)]
        total = sum(gains)
        if total <= 0 or min(gains) < 0:
            return None
        return tuple(ratio(g, total) for g in gains)

    def perfect(self, nature: object, history: History, seat: int) -> Any:
        """The subgame-perfect move; None where there are several or they are not known."""
        return None


def require_environment(environment: object) -> None:
    """Refuse what lacks a member of an environment.

    Raises
    ------
    InvalidInputError
        Naming the members that are not there.
    """
    missing = [word for word in _MEMBERS if not hasattr(environment, word)]
    if missing:
        told = f"be an environment; it lacks {', '.join(missing)}"
        raise InvalidInputError("environment", told, environment)


def named_moves(roles: tuple[str, ...], joint: JointMove) -> FrozenMap[str, Any]:
    """A joint move by the roles of those who moved."""
    return FrozenMap((r, m) for r, m in zip(roles, joint, strict=True) if m is not None)


def observe(
    environment: Environment,
    nature: object,
    history: History,
    seat: int,
    message: str | None = None,
    told: tuple[object, ...] | None = None,
) -> FrozenMap[str, Any]:
    """What a seat sees when it is asked.

    Parameters
    ----------
    environment, nature, history, seat, message
        What is played, what chance drew, the joint moves, who is asked, and what it heard.
    told : tuple of mappings, optional
        The joint moves by role, where the caller has them already.

    Examples
    --------
    >>> from mechdesign.games import DivisionGame
    >>> seen = observe(DivisionGame(units=2), None, (), 0)
    >>> seen["role"], seen["legal"], seen["round"]
    ('proposer', (0, 1, 2), 1)
    """
    roles = environment.roles
    if told is None:
        told = tuple(named_moves(roles, joint) for joint in history)
    return FrozenMap(
        game=environment.name,
        role=roles[seat],
        round=environment.round_of(history),
        history=told,
        legal=environment.legal(nature, history, seat),
        payoffs=freeze(environment.told(nature, history, seat)),
        message=message,
    )


def random_agent(observation: Mapping[str, Any], rng: np.random.Generator) -> Any:
    """An agent that draws a legal move, each as likely as any other.

    Examples
    --------
    >>> random_agent({"legal": (3,)}, np.random.default_rng(0))
    3
    """
    if not isinstance(observation, Mapping) or not observation.get("legal"):
        raise InvalidInputError("observation", "be a mapping with some legal moves", observation)
    legal = observation["legal"]
    return legal[int(rng.integers(len(legal)))]
