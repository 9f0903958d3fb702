"""What games add to the command line."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

from mechdesign import games
from mechdesign.errors import InfeasibleError, InvalidInputError, LimitReachedError
from mechdesign.io import Table
from mechdesign.model import Lottery, as_mechanism, parse_number, show, tidy

__all__ = ["solve"]


def solve(parser: argparse.ArgumentParser) -> Callable[[argparse.Namespace], Table]:
    """Solve a game: equilibria, dominance, the best correlated equilibrium, selection rules.

    FILE is a table with the columns row, column, payoff1 and payoff2, or the strategic form of
    Gambit (.nfg). Everything is exact; what is not complete says so.
    """
    parser.add_argument("file", help="the game")
    parser.add_argument(
        "--mechanism",
        "--rule",
        default="utilitarian,egalitarian,nash_welfare",
        help="comma-separated rules of `mechdesign list games` (default %(default)s)",
    )
    parser.add_argument(
        "--objective",
        choices=("utilitarian", "egalitarian"),
        default="utilitarian",
        help="what the correlated equilibrium makes as large as possible",
    )
    parser.add_argument(
        "--disagreement",
        default="0",
        help="payoffs without an agreement: one number, several, or security (default 0)",
    )
    parser.add_argument(
        "--mixed",
        action="store_true",
        help="mixed equilibria also of two players with more actions; needs the extra games",
    )
    return _solve


def _solve(args: argparse.Namespace) -> Table:
    game = games.read_game(args.file)
    notes = list(game.decisions)
    rows: list[list[Any]] = [
        ["pure equilibrium", show(profile), *game.payoff(profile)]
        for profile in games.pure_equilibria(game)
    ]
    if not rows:
        notes.append("there is no pure equilibrium")
    rows += _mixed(game, args.mixed, notes)
    best = games.best_correlated(game, args.objective)
    told = "; ".join(f"{show(p)} on {show(one)}" for one, p in best.lottery.items())
    rows.append([f"best correlated equilibrium ({args.objective})", told, *best.payoffs])
    problem = games.selection().problem(game, disagreement=_disagreement(args.disagreement))
    for name in (part.strip() for part in args.mechanism.split(",")):
        if not name:
            continue
        rule: Any = as_mechanism(name if "." in name.partition("(")[0] else f"games.{name}")
        if rule.setting.id != games.selection().id:
            raise InvalidInputError("--mechanism", "be rules of games", name)
        rows.append([rule.name.removeprefix("games."), *_selected(game, rule, problem)])
    notes += _dominance(game)
    columns = ("solution", "actions", *(f"payoff of {player}" for player in game.players))
    return Table(columns, rows, notes=notes)


def _disagreement(text: str) -> Any:
    if text.strip() == "security":
        return "security"
    found = [parse_number(part, "--disagreement") for part in text.split(",")]
    return found[0] if len(found) == 1 else found


def _selected(game: games.FiniteGame, rule: Any, problem: Any) -> list[Any]:
    try:
        found = rule(problem)
    except InfeasibleError as error:
        return [f"none: {error}", *("" for _ in game.players)]
    if isinstance(found, Lottery):
        told = "; ".join(f"{show(p)} on {show(one.choice)}" for p, one in found)
        rows = [[p * u for u in game.payoff(one.choice)] for p, one in found]
        return [told, *(tidy(sum(column)) for column in zip(*rows, strict=True))]
    return [show(found.choice), *game.payoff(found.choice)]


def _mixed(game: games.FiniteGame, wanted: bool, notes: list[str]) -> list[list[Any]]:
    if game.shape == (2, 2):
        rows: list[list[Any]] = []
        for one in games.mixed_equilibria(game):
            pure = all(p in (0, 1) for own in one.corners[0] for p in own)
            if one.degenerate:
                worth = [
                    " or ".join(dict.fromkeys(show(v) for v in values))
                    for values in zip(*one.values, strict=True)
                ]
                rows.append(["continuum of equilibria (payoffs at its corners)", str(one), *worth])
            elif not pure:
                rows.append(["mixed equilibrium", str(one), *one.values[0]])
        return rows
    if not wanted:
        if len(game.players) == 2:
            notes.append("mixed equilibria are computed with --mixed")
        return []
    found = games.all_equilibria(game)
    rows = []
    for (p, q), good in zip(found.found, found.proved, strict=True):
        if all(x in (0, 1) for x in (*p, *q)):
            continue
        paid: Any = games.expected_payoffs(game, (p, q)) if good else ("", "")
        name = "mixed equilibrium" if good else "mixed equilibrium (not proved)"
        rows.append([name, f"{show(p)}, {show(q)}", *paid])
    told = "the game is degenerate: there may be more equilibria"
    notes.append(told if found.degenerate else "that no mixed equilibrium is missing is not proved")
    return rows


def _dominance(game: games.FiniteGame) -> list[str]:
    try:
        found = games.eliminate(game)
    except LimitReachedError:
        found = games.eliminate(game, by="pure")
    notes = str(found).split("\n") if found.rounds else ["no action is strictly dominated"]
    if game.shape == (2, 2) and all(len(set(own)) == 4 for own in game.payoffs):
        name = games.classify(game).name
        if name:
            notes.append(f"the game is known as {name}")
    return notes
