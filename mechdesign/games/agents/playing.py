"""Episodes of agents in an environment, seeded, in parallel, and resumable."""

from __future__ import annotations

import contextlib
import itertools
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from os import PathLike
from typing import Any, Literal

import numpy as np

from mechdesign.errors import InvalidInputError, require
from mechdesign.games.agents.episodes import Episode, Episodes
from mechdesign.games.agents.line_journals import LineJournal, read_entries
from mechdesign.games.agents.one_episode import PATIENT, CallLimits, Sitting
from mechdesign.games.agents.protocol import Agent, Environment, require_environment
from mechdesign.model import SCHEMA_VERSION, Seed, as_count, as_list, decode, encode
from mechdesign.parallel import seed_sequence, stream_tasks

__all__ = ["play", "read_episodes"]

_KIND = "mechdesign episodes"
#: Line-ups of one tournament.
_MOST = 100_000
Task = tuple[int, tuple[str, ...], tuple[int, ...]]


def play(
    environment: Environment,
    agents: Mapping[str, Agent] | Sequence[Agent],
    *,
    episodes: int = 100,
    rng: Seed = 0,
    workers: int = 1,
    lineups: Literal["all"] | Sequence[Sequence[str]] | None = None,
    limits: CallLimits = PATIENT,
    journal: str | PathLike[str] | None = None,
    progress: Callable[[], object] | None = None,
) -> Episodes:
    """Let agents play an environment.

    Parameters
    ----------
    environment : Environment
        One of this package, or of yours.
    agents : mapping of names to agents, or sequence of agents
        See :class:`Agent`.  In a sequence they are called by the names of their functions.
    episodes : int
        Of each line-up.
    rng : int, SeedSequence or numpy.random.Generator
        The root of all seeds.  The seed of a call depends on the root, the number of the episode,
        the seat and the number of the call only; chance is the same for all line-ups.
    workers : int
        Episodes that are played at the same time; the same bytes come out under any number.
    lineups : sequence of sequences of names, or "all", optional
        Who sits where; by default all agents in their order.  ``"all"`` is every assignment of
        agents to seats, against themselves too.
    limits : CallLimits
        What an agent may take for a move; by default it is asked three times, without a clock.
    journal : path, optional
        A file of JSON lines with checksums that gets a line for every episode.  Episodes that are
        in it are not played again.  How long calls took goes to a file beside it, ``.times``.
    progress : callable, optional
        Called after each episode.

    Returns
    -------
    Episodes
        With a decision for every agent that is not reproducible: all calls of its first episode
        are made twice, and it answered differently.

    Raises
    ------
    InvalidInputError
        On bad parameters, or if the journal belongs to other agents, seeds or rules; before
        anything is played.

    Examples
    --------
    >>> from mechdesign.games import DivisionGame, random_agent
    >>> def half(observation, rng):
    ...     return max(observation["legal"]) // 2, "fair?"
    >>> found = play(DivisionGame(10, reply=True), [half, random_agent], episodes=2)
    >>> [one.payoffs for one in found.episodes]
    [(5, 5), (0, 0)]
    """
    require_environment(environment)
    named = _named(agents)
    seated = _lineups(lineups, tuple(named), len(environment.roles))
    count = as_count(episodes, "episodes", low=1)
    as_count(workers, "workers", low=1)
    require(limits, CallLimits, "limits")
    if progress is not None and not callable(progress):
        raise InvalidInputError("progress", "be callable", progress)
    root = seed_sequence(rng)
    entropy: Any = root.entropy
    plain = (
        [int(x) for x in entropy] if isinstance(entropy, (Sequence, np.ndarray)) else int(entropy)
    )
    file, done = None, []
    if journal is not None:
        head = {
            "schema": SCHEMA_VERSION,
            "kind": _KIND,
            "environment": _written(environment),
            "agents": list(named),
            "lineups": [list(one) for one in seated],
            "seed": {"entropy": plain, "spawn_key": list(root.spawn_key)},
            "rules": {
                "tries": limits.tries,
                "max_calls": limits.max_calls,
                "time_limit": limits.time_limit,
            },
        }
        file = LineJournal(journal, head)
        done = _in_order(file.entries, seated)[: count * len(seated)]
    step = progress or (lambda: None)
    for _ in done:
        step()
    sitting = Sitting(environment, named, plain, root.spawn_key, limits)
    tasks = itertools.islice(_tasks(seated, count), len(done), None)
    with contextlib.closing(sitting), contextlib.ExitStack() as stack:
        found = stack.enter_context(
            contextlib.closing(stream_tasks(sitting.play, tasks, workers=workers))
        )
        for one in found:
            if file is not None:
                file.append(one.to_dict())
                times = {"episode": one.number, "agents": one.agents, "seconds": one.seconds}
                with open(f"{file.path}.times", "a", encoding="utf-8") as beside:  # noqa: PTH123
                    beside.write(json.dumps(times) + "\n")
            done.append(one)
            step()
    return _gathered(environment, done)


def read_episodes(path: str | PathLike[str], environment: Environment | None = None) -> Episodes:
    """The episodes of a journal that :func:`play` wrote, finished or not.

    Parameters
    ----------
    path : path
        The file.
    environment : Environment, optional
        What was played, where it is not one of this package.

    Raises
    ------
    InvalidInputError
        If it is no such file, lines are missing or there twice, or its environment is not known.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from mechdesign.games import DivisionGame, play, random_agent
    >>> file = pathlib.Path(tempfile.mkdtemp(), "runs.jsonl")
    >>> _ = play(DivisionGame(10), [random_agent] * 2, episodes=2, journal=file)
    >>> len(read_episodes(file).episodes)
    2
    """
    head, entries = read_entries(path)
    if head.get("kind") != _KIND or head.get("schema") != SCHEMA_VERSION:
        raise InvalidInputError("path", "be a journal of episodes", str(path))
    played = head["environment"]
    if environment is None:
        if isinstance(played, str):
            raise InvalidInputError("environment", "be given: the journal has its name", played)
        environment = decode(played)
    elif _written(environment) != played:
        raise InvalidInputError("environment", "be that of the journal", environment)
    return _gathered(environment, _in_order(entries, [tuple(one) for one in head["lineups"]]))


def _gathered(environment: object, episodes: list[Episode]) -> Episodes:
    found = Episodes(environment, tuple(episodes))
    notes = [
        f"{name} is not reproducible: it answers the same call differently"
        for name in found.unreliable
    ]
    return Episodes(environment, found.episodes, tuple(notes))


def _named(agents: object) -> dict[str, Any]:
    if isinstance(agents, Mapping):
        named = {str(name): agent for name, agent in agents.items()}
        if len(named) < len(agents):
            raise InvalidInputError("agents", "have different names", list(agents))
    else:
        named = {}
        for agent in as_list(agents, "agents"):
            plain = str(getattr(agent, "__name__", type(agent).__name__))
            tried = (plain if k == 1 else f"{plain} #{k}" for k in itertools.count(1))
            named[next(name for name in tried if name not in named)] = agent
    if not named:
        raise InvalidInputError("agents", "be one or more", agents)
    for name, agent in named.items():
        if not callable(agent):
            raise InvalidInputError(f"agents[{name!r}]", "be callable", agent)
    return named


def _lineups(given: object, names: tuple[str, ...], seats: int) -> list[tuple[str, ...]]:
    if given is None:
        if len(names) != seats:
            told = f"be {seats}, one for each seat, where no line-ups are given"
            raise InvalidInputError("agents", told, list(names))
        return [names]
    if isinstance(given, str):
        if given != "all" or len(names) ** seats > _MOST:
            told = f"be `all`, for at most {_MOST:,} line-ups, or those themselves"
            raise InvalidInputError("lineups", told, given)
        return list(itertools.product(names, repeat=seats))
    found = [tuple(as_list(one, "lineups")) for one in as_list(given, "lineups")]
    if not found or len(set(found)) < len(found):
        raise InvalidInputError("lineups", "be one or more different ones", given)
    for one in found:
        if len(one) != seats or not {*one} <= {*names}:
            raise InvalidInputError("lineups", f"have {seats} of {list(names)} each", one)
    return found


def _tasks(seated: list[tuple[str, ...]], count: int) -> Iterator[Task]:
    """Every line-up once, then again; an agent is asked twice where it first appears."""
    fresh: dict[str, None] = {}
    for number in range(count):
        for names in seated:
            again = {name: k for k, name in enumerate(names) if name not in fresh}
            fresh.update(dict.fromkeys(again))
            yield number, names, tuple(again.values())


def _written(environment: Any) -> Any:
    try:
        return encode(environment)
    except InvalidInputError:  # one of the user's own
        return str(environment.name)


def _in_order(
    entries: Sequence[Mapping[str, object]], seated: list[tuple[str, ...]]
) -> list[Episode]:
    """The episodes of a journal, of which none is missing, or there twice."""
    found = [Episode.from_dict(one) for one in entries]
    for k, one in enumerate(found):
        number, place = divmod(k, len(seated))
        if (one.number, one.agents) != (number, seated[place]):
            told = f"have episode {number} of {' against '.join(seated[place])} in line {k + 2}"
            raise InvalidInputError("journal", told, repr(one))
    return found
