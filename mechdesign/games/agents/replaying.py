"""Episodes from logs that others kept."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from os import PathLike
from typing import Any

import numpy as np

from mechdesign.errors import InvalidInputError
from mechdesign.games.agents.episodes import Call, Episode, Episodes
from mechdesign.games.agents.one_episode import read_answer
from mechdesign.games.agents.protocol import Environment, require_environment
from mechdesign.io.score_tables import cell_of, is_frame, read_frame, read_grid
from mechdesign.model import as_list, parse_number

__all__ = ["replay"]

_NEEDED = ("episode", "round", "player", "action")
_ALLOWED = (*_NEEDED, "message", "payoff", "agent")
Row = dict[str, Any]


def replay(
    table: object,
    mapping: Mapping[Any, object] | None,
    environment: Environment,
    *,
    nature: Mapping[str, object] | None = None,
) -> Episodes:
    """The episodes of a long table, for :func:`measure`.

    Parameters
    ----------
    table : path, data frame, or sequence of mappings
        One row for each move, with ``episode``, ``round``, ``player`` and ``action``, and perhaps
        ``message``, ``payoff`` and ``agent``, who sits in the place of the player.
    mapping : mapping of labels to moves, or None
        What the actions of the table are in the environment; None where they are its moves.
    environment : Environment
        What was played.
    nature : mapping of episodes to data, optional
        What chance drew in each, where the environment has chance.

    Returns
    -------
    Episodes
        Players sit on the seats whose roles they are called by; else in the order in which they
        first move, which is told among the decisions, as are rounds that are missing, episodes that
        end early, and payoffs that are not those of the rules.

    Raises
    ------
    InvalidInputError
        Listing all labels that no move stands for, or naming the row that does not fit the rules.

    Examples
    --------
    >>> from mechdesign.games import DivisionGame
    >>> rows = [{"episode": 1, "round": 1, "player": "ann", "action": "gives three"},
    ...         {"episode": 1, "round": 2, "player": "bob", "action": "ok"}]
    >>> found = replay(rows, {"gives three": 3, "ok": "accept"}, DivisionGame(10, reply=True))
    >>> found.episodes[0].payoffs
    (7, 3)
    """
    require_environment(environment)
    rows = _rows(table)
    words = None if mapping is None else {str(label): move for label, move in mapping.items()}
    _check_labels(rows, words)
    notes: list[str] = []
    grouped: dict[str, list[Row]] = {}
    for row in rows:
        grouped.setdefault(row["episode"], []).append(row)
    if nature is None and environment.nature(np.random.default_rng(0)) is not None:
        raise InvalidInputError("nature", "say what chance drew in each episode", None)
    drawn = None if nature is None else {str(key): value for key, value in dict(nature).items()}
    if drawn is not None and not {*grouped} <= {*drawn}:
        told = f"say what chance drew in episode {next(x for x in grouped if x not in drawn)}"
        raise InvalidInputError("nature", told, list(drawn)[:8])
    episodes = []
    for number, (label, own) in enumerate(grouped.items()):
        chance = None if drawn is None else drawn[label]
        ordered = sorted(own, key=lambda row: row["round"])
        episodes.append(_episode(number, label, ordered, words, environment, chance, notes))
    return Episodes(environment, tuple(episodes), tuple(dict.fromkeys(notes)))


def _rows(table: Any) -> list[Row]:
    if isinstance(table, (str, PathLike)) or is_frame(table):
        grid = read_frame(table) if is_frame(table) else read_grid(table)
        columns = [name.strip().lower() for name in grid.columns]
        lines = [grid.line(k) for k in range(len(grid.rows))]
        listed = [dict(zip(columns, row, strict=True)) for row in grid.rows]
    else:
        listed = as_list(table, "table")
        for k, row in enumerate(listed):
            if not isinstance(row, Mapping):
                raise InvalidInputError(f"table[{k}]", "be a mapping", row)
        columns = list(dict.fromkeys(str(word) for row in listed for word in row))
        lines = [f"row {k + 1}" for k in range(len(listed))]
    if len(set(columns)) < len(columns) or not {*_NEEDED} <= {*columns} <= {*_ALLOWED}:
        told = f"have the columns {', '.join(_NEEDED)}, and of others {', '.join(_ALLOWED[4:])}"
        raise InvalidInputError("table", told, columns)
    if not listed:
        raise InvalidInputError("table", "have rows", 0)
    found = []
    for line, row in zip(lines, listed, strict=True):
        own = {word: cell_of(row.get(word)) for word in columns}
        empty = [word for word in _NEEDED if own.get(word) in (None, "")]
        if empty:
            raise InvalidInputError("table", f"have {', '.join(empty)} in {line}", dict(row))
        number = parse_number(str(own["round"]).strip(), f"round in {line}")
        episode, player = str(own["episode"]).strip(), str(own["player"]).strip()
        found.append({**own, "line": line, "round": number, "episode": episode, "player": player})
    return found


def _check_labels(rows: list[Row], words: dict[str, Any] | None) -> None:
    """All labels without a move at once, before anything is played."""
    if words is None:
        return
    unknown = dict.fromkeys(label for row in rows if (label := _label(row)) not in words)
    if unknown:
        told = f"have a move for each label; it has none for {', '.join(map(repr, unknown))}"
        raise InvalidInputError("mapping", told, sorted(words))


def _label(row: Row) -> str:
    return str(row["action"]).strip()


def _seats(
    label: str, rows: list[Row], environment: Environment, notes: list[str]
) -> dict[str, int]:
    players, roles = tuple(dict.fromkeys(row["player"] for row in rows)), environment.roles
    if {*players} <= {*roles}:
        return {role: k for k, role in enumerate(roles)}
    if len(players) != len(roles):
        told = f"have {len(roles)} players in episode {label}, or call them {', '.join(roles)}"
        raise InvalidInputError("table", told, list(players))
    notes.append("players take the seats in the order of their first moves")
    return {player: k for k, player in enumerate(players)}


def _episode(
    number: int,
    label: str,
    rows: list[Row],
    words: dict[str, Any] | None,
    environment: Environment,
    nature: object,
    notes: list[str],
) -> Episode:
    seats = _seats(label, rows, environment, notes)
    names = dict.fromkeys(range(len(environment.roles)), "")
    for player, seat in seats.items():
        names[seat] = player
    sitting: dict[str, str] = {}
    for row in rows:
        if row.get("agent") not in (None, ""):
            agent = str(row["agent"]).strip()
            if sitting.setdefault(row["player"], agent) != agent:
                told = f"have one agent for player {row['player']} in episode {label}"
                raise InvalidInputError("table", told, f"{agent} in {row['line']}")
            names[seats[row["player"]]] = agent
    numbers = sorted({row["round"] for row in rows})
    if any(b - a != 1 for a, b in itertools.pairwise(numbers)):
        notes.append(f"rounds of episode {label} are missing: those that are there count in turn")
    history: tuple[tuple[Any, ...], ...] = ()
    calls: list[Call] = []
    waiting, ended = list(rows), "over"
    while movers := tuple(environment.movers(nature, history)):
        joint: list[Any] = [None] * len(environment.roles)
        # Who moves at the same time comes in any order.
        now, waiting = waiting[: len(movers)], waiting[len(movers) :]
        if len(now) < len(movers):
            waiting, ended = [], "log"
            told = f", and {len(now)} moves of the last round are left out" if now else ""
            notes.append(f"episode {label} ends before the rules end it{told}")
            break
        if len({row["round"] for row in now}) > 1 or {seats[r["player"]] for r in now} != {*movers}:
            expected = " and ".join(environment.roles[k] for k in movers)
            told = f"have moves of {expected} next in episode {label}, at {now[0]['line']}"
            raise InvalidInputError("table", told, [row["player"] for row in now])
        for row in now:
            seat = seats[row["player"]]
            legal = environment.legal(nature, history, seat)
            if words is None:
                by_text = {str(move): move for move in legal}
                said = by_text.get(_label(row), row["action"])
            else:
                said = words[_label(row)]
            found = read_answer(said, legal)
            if found is None:
                told = f"have a legal move in {row['line']}, one of {list(legal)[:8]}"
                raise InvalidInputError("table", told, row["action"])
            message = None if row.get("message") in (None, "") else str(row["message"])
            joint[seat] = found[0]
            calls.append(Call(len(history), seat, "move", found[0], message))
        history = (*history, tuple(joint))
    if waiting:
        told = f"end episode {label} where the rules do, before {waiting[0]['line']}"
        raise InvalidInputError("table", told, waiting[0]["action"])
    payoffs = tuple(environment.payoffs(nature, history))
    _compare_payoffs(label, rows, seats, payoffs, notes)
    listed = tuple(names[k] for k in range(len(names)))
    return Episode(number, listed, nature, history, tuple(calls), payoffs, ended)


def _compare_payoffs(
    label: str, rows: list[Row], seats: dict[str, int], payoffs: Any, notes: list[str]
) -> None:
    """Payoffs of the log that are not those of the rules are told."""
    sums: dict[str, Any] = {}
    for row in rows:
        if row.get("payoff") not in (None, ""):
            paid = parse_number(str(row["payoff"]).strip(), f"payoff in {row['line']}")
            sums[row["player"]] = sums.get(row["player"], 0) + paid
    for player, total in sums.items():
        own = payoffs[seats[player]]
        if abs(total - own) > 1e-9 * max(1, abs(own)):
            notes.append(
                f"payoffs of {player} in episode {label} add up to {total}, by the rules to {own}"
            )
