"""What was played: episodes with every call, as tables and as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Any

from mechdesign.errors import InvalidInputError
from mechdesign.io import Table
from mechdesign.model import SCHEMA_VERSION, Number, decode, encode, freeze, show
from mechdesign.records import Shown, dataclass

__all__ = ["Call", "Episode", "Episodes"]

#: What became of a call.
OUTCOMES = ("move", "illegal", "raised", "timeout", "died")


@dataclass(frozen=True)
class Call:
    """One question to an agent, and the answer.

    Parameters
    ----------
    step, seat : int
        How many joint moves there were before it, and who was asked.
    outcome : {"move", "illegal", "raised", "timeout", "died"}
        Whether a legal move came back; else it was none, or the agent raised, took too long or
        ended its process.
    answer : Any
        The move, or what was said instead of one, in words.
    message : str or None
        What was said beside the move.
    """

    step: int
    seat: int
    outcome: str
    answer: Any
    message: str | None = None


@dataclass(frozen=True)
class Episode:
    """One play of an environment.

    Parameters
    ----------
    number : int
        Which replication of its line-up, from 0.
    agents : tuple of str
        Who sat on each seat.
    nature : Any
        What chance drew.
    history : tuple of tuples
        The joint moves, None for who did not move.
    calls : tuple of Call
        In their order.
    payoffs : tuple of numbers
        Of each seat.
    ended : {"over", "forfeit", "calls", "log"}
        By the rules, by an agent who gave no legal move, by the cap on calls, or because a log
        ends.
    forfeited : int or None
        Whose forfeit it was, as a seat.
    unreliable : tuple of str
        Agents that answered the same question with the same random numbers differently.
    seconds : tuple of float
        How long each call took; no part of documents and comparisons.
    """

    number: int
    agents: tuple[str, ...]
    nature: Any
    history: tuple[tuple[Any, ...], ...]
    calls: tuple[Call, ...]
    payoffs: tuple[Number, ...]
    ended: str = "over"
    forfeited: int | None = None
    unreliable: tuple[str, ...] = ()
    seconds: tuple[float, ...] = field(default=(), compare=False, repr=False)

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON, without what depends on the clock."""
        return {
            "episode": self.number,
            "agents": list(self.agents),
            "nature": encode(self.nature),
            "moves": [[encode(m) for m in joint] for joint in self.history],
            "calls": [[c.step, c.seat, c.outcome, encode(c.answer), c.message] for c in self.calls],
            "payoffs": [encode(u) for u in self.payoffs],
            "ended": self.ended,
            "forfeited": self.forfeited,
            "unreliable": list(self.unreliable),
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Episode:
        """What :meth:`to_dict` wrote.

        Raises
        ------
        InvalidInputError
            If it is something else.
        """
        try:
            return cls(
                int(data["episode"]),
                tuple(map(str, data["agents"])),
                freeze(decode(data["nature"])),
                tuple(tuple(decode(m) for m in joint) for joint in data["moves"]),
                tuple(Call(s, k, how, decode(a), told) for s, k, how, a, told in data["calls"]),
                tuple(decode(u) for u in data["payoffs"]),
                str(data["ended"]),
                data["forfeited"],
                tuple(data["unreliable"]),
            )
        except (KeyError, TypeError, ValueError) as error:
            told = f"hold an episode ({type(error).__name__}: {error})"
            raise InvalidInputError("data", told, str(data)[:80]) from None

    def refused(self, seat: int) -> int:
        """How many answers of a seat were no legal moves."""
        return sum(c.seat == seat and c.outcome != "move" for c in self.calls)

    def message(self, step: int, seat: int) -> str | None:
        """What a seat said with its move of a step."""
        said = [
            c.message for c in self.calls if (c.step, c.seat, c.outcome) == (step, seat, "move")
        ]
        return said[0] if said else None

    def __repr__(self) -> str:
        who = " against ".join(self.agents)
        return f"<episode {self.number} of {who}: {show(self.payoffs)}, {self.ended}>"


@dataclass(frozen=True)
class Episodes(Shown):
    """All episodes of one environment.

    Parameters
    ----------
    environment : Environment
        What was played.
    episodes : tuple of Episode
        First all line-ups once, then all of them again, and so on.
    decisions : tuple of str
        What had to be decided, such as who is not reproducible.
    """

    environment: Any
    episodes: tuple[Episode, ...]
    decisions: tuple[str, ...] = field(default=(), compare=False)

    def __len__(self) -> int:
        """The number of episodes."""
        return len(self.episodes)

    @property
    def agents(self) -> tuple[str, ...]:
        """Names of all who played, in the order in which they come."""
        return tuple(dict.fromkeys(name for one in self.episodes for name in one.agents))

    @property
    def unreliable(self) -> tuple[str, ...]:
        """Agents whose answers the seed does not determine: these episodes cannot be repeated."""
        found = (name for one in self.episodes for name in one.unreliable)
        return tuple(dict.fromkeys(found))

    def table(self) -> Table:
        """One row for each episode."""
        roles = self.environment.roles
        rows = [
            [
                one.number,
                *one.agents,
                *one.payoffs,
                len(one.calls),
                sum(one.refused(k) for k in range(len(roles))),
                one.ended,
            ]
            for one in self.episodes
        ]
        columns = ["episode", *roles, *(f"payoff of {r}" for r in roles), "calls", "refused"]
        return Table([*columns, "ended"], rows, title=self.environment.name)

    def moves(self) -> Table:
        """The long table that :func:`replay` reads: one row for each move.

        Episodes are numbered through, players are called by their roles.
        """
        rows, roles = [], self.environment.roles
        for k, one in enumerate(self.episodes):
            for step, joint in enumerate(one.history):
                number = self.environment.round_of(one.history[:step])
                rows += [
                    [k, number, roles[seat], one.agents[seat], move, one.message(step, seat)]
                    for seat, move in enumerate(joint)
                    if move is not None
                ]
        return Table(["episode", "round", "player", "agent", "action", "message"], rows)

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {
            "schema": SCHEMA_VERSION,
            "environment": self.environment.name,
            "episodes": [one.to_dict() for one in self.episodes],
            "decisions": list(self.decisions),
        }

    def __str__(self) -> str:
        return "\n".join([str(self.table()), *self.decisions])
