"""What preference games add to the command line."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from math import log
from typing import Any

import numpy as np

from mechdesign import preference_games as games
from mechdesign.errors import InvalidInputError
from mechdesign.io import Table
from mechdesign.model import Number, parse_number

__all__ = ["simulate", "solve"]


def _add_game(parser: argparse.ArgumentParser, beta: str) -> None:
    """Add the arguments that name the game."""
    parser.add_argument("file", help="a log (left, right, winner), or a square table")
    parser.add_argument(
        "--kind", choices=["rates", "percent", "wins", "battles"], help="what a table holds"
    )
    parser.add_argument("--beta", default=beta, help=f"strength of regularisation (default {beta})")
    parser.add_argument("--ref", metavar="NAME=P,...", help="the reference; uniform by default")
    parser.add_argument("--missing", help="the rate of pairs that were never compared, such as 1/2")
    parser.add_argument(
        "--symmetrise", action="store_true", help="repair rates that do not sum to 1"
    )


def _game(args: argparse.Namespace) -> games.PreferenceGame:
    missing = None if args.missing is None else parse_number(args.missing, "--missing")
    beta = parse_number(args.beta, "--beta")
    found = games.game(
        args.file, kind=args.kind, missing=missing, symmetrise=args.symmetrise, beta=beta
    )
    if args.ref is None:
        return found
    reference: dict[Any, Number] = {}
    for part in args.ref.split(","):
        name, mark, value = part.rpartition("=")
        if not mark:
            raise InvalidInputError("--ref", "look like NAME=P,NAME=P", args.ref)
        reference[name.strip()] = parse_number(value, "--ref")
    known = {str(label): label for label in found.alternatives}
    return games.game(found, ref={known.get(k, k): p for k, p in reference.items()})


def solve(
    parser: argparse.ArgumentParser,
) -> Callable[[argparse.Namespace], games.Equilibrium | Table]:
    """Find the lottery that nothing beats: maximal, or regularised with --beta.

    FILE is a log of comparisons with columns left, right and winner, or a square table of rates.
    A log may have columns judge and prompt: --judges tells the lottery of each judge, --prompts
    that of each prompt, and --estimate how far the log is to be trusted.
    """
    _add_game(parser, "0")
    parser.add_argument(
        "--judges", nargs="?", const="judge", metavar="COLUMN", help="a game for each judge"
    )
    parser.add_argument(
        "--prompts", nargs="?", const="prompt", metavar="COLUMN", help="a game for each prompt"
    )
    parser.add_argument(
        "--estimate",
        choices=["empirical", "bradley_terry", "thurstone"],
        help="the radius of the rates and a test of the model",
    )
    parser.add_argument(
        "--samples",
        type=int,
        metavar="N",
        help="maximal lotteries of N resampled logs, of whole --prompts or --judges",
    )
    parser.add_argument("--seed", type=int, default=0, help="for --samples")
    parser.add_argument(
        "--selection",
        choices=["leximin", "vertex", "reference"],
        default="leximin",
        help="which maximal lottery, where there are several",
    )
    return _solve


def _solve(args: argparse.Namespace) -> games.Equilibrium | Table:
    asked = [word for word in ("judges", "prompts", "estimate") if getattr(args, word) is not None]
    if len(asked) > 1:
        raise InvalidInputError(f"--{asked[1]}", f"be left out with --{asked[0]}", args.file)
    if asked or args.samples is not None:
        return _evidence(args)
    found = _game(args)
    if found.beta:
        return games.regularised(found)
    return games.maximal_lottery(found, selection=args.selection)


def _evidence(args: argparse.Namespace) -> Table:
    """What a log tells of its judges, its prompts, or itself."""
    for word in ("ref", "kind"):
        if getattr(args, word) is not None:
            raise InvalidInputError(f"--{word}", "be left out for logs", getattr(args, word))
    missing = None if args.missing is None else parse_number(args.missing, "--missing")
    column = args.judges or args.prompts
    if args.samples is not None:
        if column is not None:
            return games.resampled_prompts(
                args.file, by=column, samples=args.samples, rng=args.seed
            )
        fit = games.estimate(args.file, model=args.estimate or "empirical", missing=missing)
        return fit.resampled(args.samples, rng=args.seed)
    beta = parse_number(args.beta, "--beta")
    if args.judges is not None:
        return games.by_judge(args.file, by=column, beta=beta, missing=missing).table()
    if args.prompts is not None:
        if not beta:
            raise InvalidInputError("--beta", "be positive with --prompts", args.beta)
        return games.by_prompt(args.file, by=column, beta=beta, missing=missing).table()
    return games.estimate(args.file, model=args.estimate, missing=missing).table()


def simulate(parser: argparse.ArgumentParser) -> Callable[[argparse.Namespace], Table]:
    """Run learning rules on a game and hold each against its proven rate.

    What a rule returns is called an equilibrium only where its gap says so.
    """
    _add_game(parser, "0.1")
    parser.add_argument(
        "--rule",
        default=",".join(games.RULES),
        help=f"comma-separated, of {', '.join(games.RULES)}, all by default, and mnpo: three "
        "players, each against the others' mean",
    )
    parser.add_argument("--steps", type=int, default=100)
    parser.add_argument("--step", help="the step size; that of each rule's proof by default")
    return _simulate


def _simulate(args: argparse.Namespace) -> Table:
    found = _game(args)
    step = None if args.step is None else parse_number(args.step, "--step")
    rows = []
    for name in (part.strip() for part in args.rule.split(",") if part.strip()):
        if name == "mnpo":
            rows.append(_together(found, args.steps, step))
            continue
        run: games.Trajectory = games.learn(found, name, steps=args.steps, step=step)
        apart = "" if run.divergences is None else float(run.divergences[-1])
        bound = float(run.bounds[-1])
        told = bound if bound == bound else "nothing proved"
        end = "an equilibrium" if run.converged else "no equilibrium"
        where = run.proved if bound == bound else ""
        rows.append([name, run.gap, apart, run.measure, told, where, end])
    columns = ["rule", "gap", "divergence", "bound on", "bound", "proved in", "it ends at"]
    return Table(columns, rows, f"{args.steps} steps, beta = {found.beta:g}", found.decisions)


def _together(found: games.PreferenceGame, steps: int, step: Number | None) -> list[Any]:
    """The row of three players who learn together; of their policies the worst counts."""
    size = min(0.2, 1 / found.beta) if step is None and found.beta else step or 0
    run = games.learn_together(found, players=3, steps=steps, step=size)
    ends = [np.exp(x).tolist() for x in run.log_policies[-1]]
    gap = max(float(games.gap(found, p)) for p in ends)
    best = games.regularised(found).probabilities.values()
    apart = max(
        sum(float(p) * (log(p) - float(x)) for p, x in zip(best, own, strict=True) if p)
        for own in run.log_policies[-1]
    )
    end = "an equilibrium" if run.equilibrium and gap <= 1e-9 else "no equilibrium"
    return ["mnpo", gap, max(0.0, apart), "divergence", "nothing proved", "", end]
