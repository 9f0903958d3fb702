"""What games add to the command line."""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import importlib
import itertools
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from mechdesign import games
from mechdesign.cli.progress import progress
from mechdesign.cli.scope import own_modules
from mechdesign.errors import (
    InfeasibleError,
    InvalidInputError,
    LimitReachedError,
    SolverError,
)
from mechdesign.io import Table
from mechdesign.model import Lottery, as_mechanism, parse_number, show, tidy
from mechdesign.records import Shown

__all__ = ["TournamentReport", "simulate", "solve"]


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
    try:
        best = games.best_correlated(game, args.objective)
    except (LimitReachedError, SolverError) as error:
        notes.append(f"no correlated equilibrium: {error}")
    else:
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
                corners = [list(dict.fromkeys(own)) for own in zip(*one.values, strict=True)]
                worth = [u[0] if len(u) == 1 else " or ".join(map(show, u)) for u in corners]
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
    notes = []
    try:
        found = games.eliminate(game)
    except LimitReachedError:
        found = games.eliminate(game, by="pure")
        notes.append("dominance by single actions only: the game is large")
    notes += str(found).split("\n") if found.rounds else ["no action is strictly dominated"]
    if game.shape == (2, 2) and all(len(set(own)) == 4 for own in game.payoffs):
        name = games.classify(game).name
        if name:
            notes.append(f"the game is known as {name}")
    return notes


class TournamentReport(Shown):
    """What agents reached in an environment.

    Parameters
    ----------
    measures : Measures
        Of all who played.
    """

    def __init__(self, measures: games.Measures) -> None:
        self.measures = measures
        self.decisions = measures.decisions

    def table(self) -> Table:
        """Efficiency and fairness, one row for each agent."""
        return self.measures.efficiency_and_fairness()

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON, with all measures."""
        return {**self.measures.to_dict(), "table": self.table().to_dict()}

    def __str__(self) -> str:
        shown = ("efficiency", "fairness", "gain")
        rest = [row for row in self.measures.table().rows if not str(row[1]).startswith(shown)]
        columns = self.measures.table().columns
        return f"{self.table()}\n\n{Table(columns, rest)}"


def simulate(parser: argparse.ArgumentParser) -> Callable[[argparse.Namespace], TournamentReport]:
    """Let agents play an environment, and measure efficiency, fairness and rationality.

    An agent is a function of an observation and a random generator that returns a legal move, or a
    move and a message: my_agents.py:function, or package.module:function; or a strategy of repeated
    games such as tit_for_tat; or random.
    """
    parser.add_argument(
        "--env",
        default="alternating",
        choices=("alternating", "trade", "donor", "dictator", "ultimatum", "table", "market"),
    )
    parser.add_argument(
        "--agents", required=True, metavar="A,B", help="who plays, comma-separated, in their seats"
    )
    parser.add_argument("--file", help="payoffs (.csv, .json, .nfg) or a market (.json, .yaml)")
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="a parameter of the environment, such as horizon=3 or discounts=0.9,0.8",
    )
    parser.add_argument(
        "--lineups", choices=("seats", "all"), default="seats", help="all: everybody on every seat"
    )
    parser.add_argument("--episodes", type=int, default=200, help="of each line-up (200)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--workers", type=int, default=1, help="processes; same bytes")
    parser.add_argument("--journal", help="a file from which a killed run goes on")
    parser.add_argument(
        "--illegal", choices=("retry", "forfeit"), default="retry", help="after a bad answer"
    )
    parser.add_argument("--retries", type=int, default=2, help="of one move (2)")
    parser.add_argument("--max-calls", type=int, default=10_000, help="of one episode (10000)")
    parser.add_argument(
        "--time-limit",
        type=float,
        default=60.0,
        metavar="SECONDS",
        help="of one call (60); 0 for none, without a process for each seat",
    )
    parser.add_argument("--fairness", choices=("parity", "equality"))
    parser.add_argument("--level", type=float, default=0.95, help="of the intervals (0.95)")
    return _simulate


def _simulate(args: argparse.Namespace) -> TournamentReport:
    environment = _environment(args)
    names = [part.strip() for part in args.agents.split(",") if part.strip()]
    agents: dict[str, games.Agent] = {}
    for name in names:
        plain = name.rpartition(":")[2]
        tried = (plain if k == 1 else f"{plain} #{k}" for k in itertools.count(1))
        found_name = next(one for one in tried if one not in agents)
        agents[found_name] = partial(_aside, _agent(name))
    # What is wrong with the measures is said before anything is played.
    if not 0 < args.level < 1:
        raise InvalidInputError("--level", "lie strictly between 0 and 1", args.level)
    if args.fairness == "parity" and len(environment.roles) != 2:
        raise InvalidInputError("--fairness", "be equality for other than two seats", args.fairness)
    lineups: Any = "all" if args.lineups == "all" else None
    rounds = len(agents) ** len(environment.roles) if lineups else 1
    with progress("playing", max(args.episodes, 0) * rounds) as step:
        found = games.play(
            environment,
            agents,
            episodes=args.episodes,
            rng=args.seed,
            workers=args.workers,
            lineups=lineups,
            limits=games.CallLimits(
                args.illegal, args.retries, args.max_calls, args.time_limit or None
            ),
            journal=args.journal,
            progress=step,
        )
    measures = games.measure(found, fairness=args.fairness, level=args.level, rng=args.seed)
    return TournamentReport(measures)


def _aside(agent: games.Agent, observation: Any, rng: Any) -> Any:
    """Ask an agent; what it prints goes to standard error."""
    with contextlib.redirect_stdout(sys.stderr):
        return agent(observation, rng)


def _environment(args: argparse.Namespace) -> games.Environment:
    """The environment of the arguments."""
    words: dict[str, Any] = {}
    for text in args.set:
        word, mark, value = text.partition("=")
        if not mark or not word.isidentifier():
            raise InvalidInputError("--set", "look like name=value", text)
        if word in words:
            raise InvalidInputError("--set", "set each parameter once", args.set)
        words[word] = _value(value)
    needs_file = args.env in ("table", "market")
    if needs_file != (args.file is not None):
        told = "be given for a table or a market, and for nothing else"
        raise InvalidInputError("--file", told, args.file)
    kinds: dict[str, tuple[Any, list[Any]]] = {
        "alternating": (games.OffersGame, []),
        "trade": (games.TradeGame, []),
        "donor": (games.DonorGame, []),
        "dictator": (games.DivisionGame, []),
        "ultimatum": (partial(games.DivisionGame, reply=True), []),
        "table": (games.RepeatedTable, [] if not needs_file else [args.file]),
        "market": (games.MarketGame, [] if not needs_file else [args.file]),
    }
    made, given = kinds[args.env]
    if args.env == "table":
        given = [games.read_game(args.file)]
    if args.env == "market":
        given = [games.read_market(args.file)]
    known = {f.name for f in dataclasses.fields(getattr(made, "func", made))}
    if not {*words} <= known:
        raise InvalidInputError("--set", f"name one of {', '.join(sorted(known))}", args.set)
    found: games.Environment = made(*given, **words)
    return found


def _value(text: str) -> Any:
    if "," in text:
        return tuple(_value(part) for part in text.split(","))
    try:
        return parse_number(text, "--set")
    except InvalidInputError:
        return text


def _agent(name: str) -> games.Agent:
    """The agent that a word stands for."""
    where, mark, function = name.rpartition(":")
    if not mark:
        known: dict[str, games.Agent] = {"random": games.random_agent}
        if name not in known and name not in games.STRATEGIES:
            told = f"be file.py:function, random, or one of {', '.join(games.STRATEGIES)}"
            raise InvalidInputError("--agents", told, name)
        return known.get(name) or games.from_strategy(name)
    file = Path(where)
    if file.suffix != ".py":
        own_modules()
        module = where
    else:
        if not file.is_file():
            raise InvalidInputError("--agents", "name a file that exists", name)
        # Imported by its name, so that other processes can import it, too.
        module = file.stem
        sys.path.insert(0, str(file.resolve().parent))
    if module.split(".")[0] in sys.stdlib_module_names:
        raise InvalidInputError("--agents", "be of a module of yours", name)
    try:
        with contextlib.redirect_stdout(sys.stderr):
            loaded = importlib.import_module(module)
        found = getattr(loaded, function)
    except Exception as error:  # whatever a module of a user's raises
        told = f"be importable ({type(error).__name__}: {error})"
        raise InvalidInputError("--agents", told, name) from None
    if file.suffix == ".py" and Path(str(loaded.__file__)).resolve() != file.resolve():
        told = f"be in a file whose name is free: {module} is {loaded.__file__}"
        raise InvalidInputError("--agents", told, name)
    if not callable(found):
        raise InvalidInputError("--agents", "be callable", name)
    agent: games.Agent = found
    return agent
