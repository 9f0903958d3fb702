"""One episode: agents are asked under limits, and what they answer is read against the rules."""

from __future__ import annotations

import contextlib
import re
import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any, Literal

import numpy as np

from mechdesign.errors import InvalidInputError
from mechdesign.games.agents.episodes import Call, Episode
from mechdesign.games.agents.protocol import Environment, History, named_moves, observe
from mechdesign.model import as_count, as_number
from mechdesign.parallel import CallFailed, LimitedCalls, pack, unpack, with_generator
from mechdesign.records import dataclass

__all__ = ["CallLimits"]

#: Letters of an answer that is no legal move, or of an error.
_LONGEST = 200
Key = tuple[int, ...]


@dataclass(frozen=True)
class CallLimits:
    """What agents may take for a move, and what follows an answer that is none.

    Parameters
    ----------
    illegal : {"retry", "forfeit"}
        What follows an answer that is no legal move, an error, or none within the time limit: the
        agent is asked again, `retries` times at most, or it forfeits at once.  A forfeit ends the
        episode with the payoffs of what was played.
    retries : int
        See `illegal`.
    max_calls : int
        Of one episode; it ends there.
    time_limit : float, optional
        Seconds of one call.  Each seat then has a process of its own, which is killed at the limit
        and started anew; agents go there as bytes.  Without a limit a call may take forever.

    Raises
    ------
    InvalidInputError
        If one of them is not in its domain.

    Examples
    --------
    >>> CallLimits("forfeit").tries, CallLimits(retries=4).tries
    (1, 5)
    """

    illegal: Literal["retry", "forfeit"] = "retry"
    retries: int = 2
    max_calls: int = 10_000
    time_limit: float | None = None

    def __post_init__(self) -> None:
        if self.illegal not in ("retry", "forfeit"):
            raise InvalidInputError("illegal", "be retry or forfeit", self.illegal)
        as_count(self.retries, "retries")
        as_count(self.max_calls, "max_calls", low=1)
        if self.time_limit is None:
            return
        seconds = float(as_number(self.time_limit, "time_limit"))
        if not 0 < seconds < 1e6:
            told = "lie between 0 and 1,000,000 seconds"
            raise InvalidInputError("time_limit", told, self.time_limit)
        object.__setattr__(self, "time_limit", seconds)

    @property
    def tries(self) -> int:
        """How often an agent is asked for one move."""
        return 1 + (self.retries if self.illegal == "retry" else 0)


PATIENT = CallLimits()


class Sitting:
    """What all episodes of one call have in common; each process keeps its own.

    Parameters
    ----------
    environment : Environment
        The rules.
    agents : dict of str to callable
        All who play.
    entropy, key : Any, tuple of int
        Of the seed.
    limits : CallLimits
        What an agent may take for a move.
    """

    def __init__(
        self,
        environment: Environment,
        agents: dict[str, Callable[..., Any]],
        entropy: Any,
        key: Key,
        limits: CallLimits,
    ) -> None:
        self.environment, self.agents = environment, agents
        self.entropy, self.key = entropy, key
        self.limits = limits
        self._processes: dict[Any, tuple[str, LimitedCalls]] = {}

    def __getstate__(self) -> dict[str, Any]:
        # Agents are unpacked where their modules can be found: workers may be older than the path.
        return {**vars(self), "_processes": {}, "agents": pack(self.agents), "path": sys.path}

    def __setstate__(self, state: dict[str, Any]) -> None:
        path = state.pop("path")
        sys.path += [folder for folder in path if folder not in sys.path]
        # What modules say when they are imported is no result.
        with contextlib.redirect_stdout(sys.stderr):
            vars(self).update(state, agents=unpack(state["agents"]))

    def close(self) -> None:
        """End the processes of this one."""
        for _, process in self._processes.values():
            process.close()
        self._processes = {}

    def play(self, task: tuple[int, tuple[str, ...], tuple[int, ...]]) -> Episode:
        """One episode: its number, who sits where, and the seats that are asked twice."""
        number, names, again = task
        game, rules = _Running(self, number, names), self.environment
        nature = rules.nature(self.generator(number))
        history: History = ()
        ended, forfeited = "over", None
        while movers := tuple(rules.movers(nature, history)):
            joint: list[Any] = [None] * len(names)
            for seat in movers:
                joint[seat], ended = game.ask(nature, history, seat)
                if ended != "over":
                    forfeited = seat if ended == "forfeit" else None
                    break
            if ended != "over":
                break
            history = (*history, tuple(joint))
        return Episode(
            number,
            names,
            nature,
            history,
            tuple(game.calls),
            tuple(rules.payoffs(nature, history)),
            ended,
            forfeited,
            tuple(dict.fromkeys(names[k] for k in again if game.differs(k))),
            tuple(game.seconds),
        )

    def generator(self, *key: int) -> np.random.Generator:
        """The random numbers of a part of the run."""
        return np.random.default_rng(self.seed(*key))

    def seed(self, *key: int) -> np.random.SeedSequence:
        """Their seed."""
        return np.random.SeedSequence(self.entropy, spawn_key=(*self.key, *key))

    def answer(self, name: str, seat: int, observation: object, key: Key) -> tuple[str, Any]:
        """What an agent says: ``found`` and the answer, or what went wrong and the error."""
        if self.limits.time_limit is None:
            try:
                return "found", self.agents[name](observation, self.generator(*key))
            except (Exception, SystemExit) as error:  # whatever an agent raises
                return "raised", f"{type(error).__name__}: {error}"
        place = threading.get_ident(), seat
        known, process = self._processes.get(place, ("", None))
        if process is None or known != name:
            if process is not None:
                process.close()
            process = LimitedCalls(
                partial(with_generator, self.agents[name]), self.limits.time_limit
            )
            self._processes[place] = name, process
        try:
            return "found", process(observation, self.seed(*key))
        except CallFailed as failed:
            return failed.kind, failed.text


class _Running:
    """The calls of one episode."""

    def __init__(self, table: Sitting, number: int, names: tuple[str, ...]) -> None:
        self.table, self.number, self.names = table, number, names
        self.calls: list[Call] = []
        self.seconds: list[float] = []
        self._asked: list[tuple[Any, Key]] = []
        self._count = [0] * len(names)
        self._told: tuple[Any, ...] = ()
        self._said: list[Call] = []

    def ask(self, nature: object, history: History, seat: int) -> tuple[Any, str]:
        """A legal move of a seat, and ``over``; or what ends the episode instead."""
        rules, step = self.table.environment, len(history)
        if len(self._told) < step:
            self._told = (*self._told, named_moves(rules.roles, history[-1]))
        # The last message that somebody else sent before this step.
        heard = (c.message for c in reversed(self._said) if c.seat != seat and c.step < step)
        seen = observe(rules, nature, history, seat, next(heard, None), self._told)
        for _ in range(self.table.limits.tries):
            if len(self.calls) == self.table.limits.max_calls:
                return None, "calls"
            # A seed for each call, so that any of them can be made again alone.
            key = (self.number, 1 + seat, self._count[seat])
            self._count[seat] += 1
            start = time.perf_counter()
            call = self._call(seat, step, seen, key)
            self.seconds.append(time.perf_counter() - start)
            self.calls.append(call)
            self._asked.append((seen, key))
            if call.outcome == "move":
                if call.message:
                    self._said.append(call)
                return call.answer, "over"
        return None, "forfeit"

    def _call(self, seat: int, step: int, seen: Any, key: Key) -> Call:
        how, said = self.table.answer(self.names[seat], seat, seen, key)
        if how != "found":
            return Call(step, seat, how, _plain(said))
        found = read_answer(said, seen["legal"])
        if found is None:
            return Call(step, seat, "illegal", _plain(said))
        return Call(step, seat, "move", *found)

    def differs(self, seat: int) -> bool:
        """Whether a seat, asked the same with the same random numbers, says something else."""
        for call, (seen, key) in zip(self.calls, self._asked, strict=True):
            asked = call.seat == seat and call.outcome != "timeout"
            if asked and self._call(seat, call.step, seen, key) != call:
                return True
        return False


def read_answer(said: object, legal: tuple[object, ...]) -> tuple[Any, str | None] | None:
    """The legal move that was meant, and the message beside it; None where there is none."""
    move = _among(said, legal)
    if move is not None:
        return move, None
    if isinstance(said, tuple) and len(said) == 2 and isinstance(said[1], (str, type(None))):
        move = _among(said[0], legal)
        told = said[1]
        if move is not None:
            # Half a letter of two cannot be written.
            return move, told and told.encode("utf-8", "replace").decode()
    return None


def _among(said: object, legal: tuple[object, ...]) -> Any:
    try:
        for move in legal:
            if bool(move == said) and isinstance(move, bool) == isinstance(said, (bool, np.bool_)):
                return move
    except Exception:  # an object of a user's that cannot be compared is none of them
        return None
    return None


def _plain(said: object) -> str:
    """A text of what is no move, without addresses in memory, which differ from run to run."""
    try:
        text = said if isinstance(said, str) else repr(said)
    except Exception:  # an object of a user's that cannot be shown
        text = type(said).__name__
    text = re.sub(r" at 0x[0-9a-fA-F]+", "", text).encode("utf-8", "replace").decode()
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
