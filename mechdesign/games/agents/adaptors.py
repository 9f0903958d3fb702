"""Strategies and players of axelrod as agents, and matrix games of open_spiel as environments."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from mechdesign.errors import InvalidInputError, SolverUnavailableError
from mechdesign.games.agents.simple_environments import RepeatedTable
from mechdesign.games.tables import STRATEGIES, finite

__all__ = ["from_axelrod", "from_open_spiel", "from_strategy"]


def from_strategy(
    strategy: str | Callable[[list[int], list[int]], int],
) -> Callable[[Mapping[str, Any], np.random.Generator], Any]:
    """An agent for two players and two actions out of a strategy of :func:`repeat`.

    Parameters
    ----------
    strategy : str or callable
        A name among :data:`STRATEGIES`, or a function of the own and the other's moves so far,
        numbers of actions, that returns the number of an action.

    Examples
    --------
    >>> from mechdesign.games import RepeatedTable, finite, play
    >>> dilemma = finite([[(8, 8), (0, 10)], [(10, 0), (5, 5)]], "AB", "CD")
    >>> agents = {name: from_strategy(name) for name in ("tit_for_tat", "all_d")}
    >>> play(RepeatedTable(dilemma, rounds=10), agents, episodes=1).episodes[0].payoffs
    (45, 55)
    """
    chosen = STRATEGIES.get(strategy) if isinstance(strategy, str) else strategy
    if not callable(chosen):
        raise InvalidInputError("strategy", f"be one of {', '.join(STRATEGIES)}", strategy)

    def act(observation: Mapping[str, Any], rng: np.random.Generator) -> Any:
        legal, role = observation["legal"], observation["role"]
        own: list[int] = []
        other: list[int] = []
        for joint in observation["history"]:
            for who, move in joint.items():
                (own if who == role else other).append(legal.index(move))
        return legal[chosen(own, other)]

    act.__name__ = strategy if isinstance(strategy, str) else strategy.__name__
    return act


def from_axelrod(
    player: Any, *, cooperate: Any = "C", defect: Any = "D"
) -> Callable[[Mapping[str, Any], np.random.Generator], Any]:
    """An agent for two players that moves as a player of axelrod does.

    Parameters
    ----------
    player : axelrod.Player
        It is copied; every call goes through the history once more, so that nothing is remembered
        between calls.
    cooperate, defect : moves
        What its two actions are in the environment.

    Returns
    -------
    agent

    Raises
    ------
    SolverUnavailableError
        If axelrod is not installed.

    Notes
    -----
    O(T) calls of the player's strategy in round T.  Random players get a seed from `rng`.  Tried
    with axelrod 4.14 (without torch, which a few of its players need); in the tests with it where
    it is installed, else with a stand-in of the same interface (``clone``, ``set_seed``,
    ``strategy``, ``update_history``, ``history``).

    Examples
    --------
    >>> import axelrod as axl  # doctest: +SKIP
    >>> players = [from_axelrod(axl.TitForTat()), from_axelrod(axl.Grudger())]  # doctest: +SKIP
    >>> play(dilemma, players)  # doctest: +SKIP
    """
    if not all(hasattr(player, word) for word in ("clone", "strategy", "update_history")):
        raise InvalidInputError("player", "be a player of axelrod", player)

    def act(observation: Mapping[str, Any], rng: np.random.Generator) -> Any:
        axelrod = _axelrod()
        letters = {cooperate: axelrod.Action.C, defect: axelrod.Action.D}
        me, other = player.clone(), axelrod.MockPlayer([axelrod.Action.C])
        if hasattr(me, "set_seed"):
            me.set_seed(int(rng.integers(2**31)))
        for joint in observation["history"]:
            mine = joint[observation["role"]]
            yours = next(move for role, move in joint.items() if role != observation["role"])
            me.strategy(other)
            me.update_history(letters[mine], letters[yours])
            other.update_history(letters[yours], letters[mine])
        return cooperate if me.strategy(other) == axelrod.Action.C else defect

    act.__name__ = str(getattr(player, "name", type(player).__name__))
    return act


def _axelrod() -> Any:
    try:
        import axelrod
    except ImportError:
        raise SolverUnavailableError("axelrod", "games", "from_axelrod") from None
    return axelrod


def from_open_spiel(game: Any, *, rounds: int = 1, cooperate: Any = None) -> RepeatedTable:
    """A game of open_spiel in which all players move once, at the same time, as a table.

    Parameters
    ----------
    game : pyspiel.Game or str
        A game, or a name such as ``"matrix_pd"``, which is loaded.
    rounds, cooperate : int, action
        As in :class:`RepeatedTable`.

    Raises
    ------
    SolverUnavailableError
        If a name is given and open_spiel is not installed.
    InvalidInputError
        If players move one after the other, or chance does.

    Notes
    -----
    All profiles are tried.  Payoffs of open_spiel are floats and count as the decimals that they
    show.  Tried with open_spiel 2.0 (``matrix_pd``, ``blotto``); in the tests with it where it is
    installed, else with a stand-in of the same interface.

    Examples
    --------
    >>> from_open_spiel("matrix_pd").stage(("Cooperate", "Defect"))     # doctest: +SKIP
    (0, 10)
    """
    if isinstance(game, str):
        try:
            import pyspiel
        except ImportError:
            raise SolverUnavailableError("open_spiel", "games", "from_open_spiel") from None
        try:
            game = pyspiel.load_game(game)
        except Exception as error:  # whatever open_spiel raises
            told = f"be known to open_spiel ({str(error).splitlines()[0]})"
            raise InvalidInputError("game", told, game) from None
    if not all(hasattr(game, w) for w in ("new_initial_state", "num_players", "get_type")):
        raise InvalidInputError("game", "be a game of open_spiel", game)
    start = game.new_initial_state()
    if not getattr(start, "is_simultaneous_node", lambda: False)():
        told = "begin with a move of all players at the same time"
        raise InvalidInputError("game", told, str(game))
    seats = range(game.num_players())
    moves = [list(start.legal_actions(k)) for k in seats]
    names = [
        [str(start.action_to_string(k, a)) for a in own]
        for k, own in zip(seats, moves, strict=True)
    ]
    cells: Any = {}
    for profile in itertools.product(*moves):
        after = start.clone()
        after.apply_actions(list(profile))
        if not after.is_terminal():
            raise InvalidInputError("game", "end after one move of each player", str(game))
        cells[profile] = [float(u) for u in after.returns()]

    def nested(chosen: tuple[Any, ...]) -> Any:
        if len(chosen) == len(moves):
            return cells[chosen]
        return [nested((*chosen, a)) for a in moves[len(chosen)]]

    title = str(game.get_type().short_name)
    return RepeatedTable(finite(nested(()), None, names), rounds, cooperate, title)
