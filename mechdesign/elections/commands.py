"""What electoral competition adds to the command line."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Hashable
from fractions import Fraction
from typing import Any

from mechdesign import elections
from mechdesign.errors import InvalidInputError
from mechdesign.io import Table
from mechdesign.model import parse_number, show, tidy
from mechdesign.preference_games import maximal_lottery, regularised

__all__ = ["solve"]


def solve(parser: argparse.ArgumentParser) -> Callable[[argparse.Namespace], Table]:
    """Say where candidates should stand before the voters of a table.

    FILE has coordinates of voters under any names and perhaps id, weight, party. The table shows
    what majorities say of every platform, and the lottery that no platform beats, with its gap.
    Or FILE has conjoint choices: columns such as A_age, B_age and choice, or task and chosen. The
    table shows average effects of levels, or with --average or --adversarial which levels to show.
    """
    parser.add_argument("file", help="voters, or conjoint choices")
    parser.add_argument(
        "--platforms",
        default="voters",
        metavar="GRID",
        help="lo:hi[:step] for each dimension (grid:0:4,0:3), a table, or voters (default)",
    )
    parser.add_argument("--dims", help="comma-separated columns of coordinates, in order")
    parser.add_argument(
        "--utilities", action="store_true", help="columns are platforms, cells their worth"
    )
    parser.add_argument(
        "--stakes",
        choices=("margins", "majority"),
        default="margins",
        help="whether candidates want votes or to win (default %(default)s)",
    )
    parser.add_argument(
        "--sensitivity", metavar="K", help="votes are probabilistic: how much utilities decide"
    )
    parser.add_argument(
        "--beta", metavar="B", help="what departing from uniform chances costs, in vote share"
    )
    parser.add_argument(
        "--agenda",
        nargs=2,
        metavar=("FROM", "TO"),
        help="majority votes from one platform to another, such as 1,1 3,2",
    )
    parser.add_argument("--primaries", action="store_true", help="two parties nominate first")
    survey = parser.add_argument_group("conjoint choices")
    survey.add_argument("--checks", action="store_true", help="check the design")
    survey.add_argument(
        "--average", metavar="S", help="levels against the base design; S is the L2 penalty"
    )
    survey.add_argument(
        "--adversarial", action="store_true", help="levels in equilibrium, at --beta (default 0.1)"
    )
    survey.add_argument("--product", action="store_true", help="attributes vary independently")
    survey.add_argument("--interactions", action="store_true", help="pairs of levels add something")
    survey.add_argument("--ridge", default="0", help="penalty of the fit, or cv")
    survey.add_argument(
        "--samples", type=int, default=0, help="bootstrap replicates for intervals (default none)"
    )
    survey.add_argument("--seed", type=int, default=0, help="of the bootstrap (default 0)")
    return _solve


#: Options with their defaults; a seed changes nothing where nothing is drawn.
_OPTIONS: dict[str, Any] = {
    **{"platforms": "voters", "dims": None, "utilities": False, "stakes": "margins"},
    **{"sensitivity": None, "beta": None, "agenda": None, "primaries": False},
    **{"checks": False, "average": None, "adversarial": False, "product": False},
    **{"interactions": False, "ridge": "0", "samples": 0},
}
_UNUSED = "be left out: it changes nothing in what is asked for"
_OF_VOTERS = set(list(_OPTIONS)[:8])


def _left_out(args: argparse.Namespace, taken: set[str], told: str) -> None:
    """Refuse what would change nothing."""
    said = [x for x, usual in _OPTIONS.items() if x not in taken and getattr(args, x) != usual]
    if said:
        raise InvalidInputError(", ".join(f"--{x}" for x in said), told, args.file)


def _solve(args: argparse.Namespace) -> Table:
    if not args.utilities and elections.is_conjoint(args.file):
        return _survey(args)
    _left_out(args, _OF_VOTERS, "be left out: the file has no columns of conjoint choices")
    dims = None if args.dims is None else [x.strip() for x in args.dims.split(",") if x.strip()]
    found = elections.read_contest(args.file, args.platforms, dims=dims, utilities=args.utilities)
    asked = [args.agenda is not None, args.primaries, args.sensitivity is not None]
    if sum(asked) > 1:
        told = "be asked for one at a time"
        raise InvalidInputError("--agenda, --primaries, --sensitivity", told, sum(asked))
    if args.beta is not None and args.sensitivity is None:
        raise InvalidInputError("--beta", "come with --sensitivity", args.beta)
    if any(asked):
        _left_out(args, {*_OPTIONS} - {"stakes"}, _UNUSED)
    if args.agenda is not None:
        start, end = (_platform(found, text) for text in args.agenda)
        path = elections.agenda(found, start, end).table()
        return Table(path.columns, path.rows, path.title, (*path.notes, *found.decisions))
    if args.primaries:
        return elections.primaries(found).table()
    if args.sensitivity is not None:
        return _probabilistic(found, args)
    return _majorities(found, args.stakes)


def _platform(found: elections.Contest, text: str) -> Hashable:
    if text in found.platforms:
        return text
    try:
        numbers = [parse_number(x, "--agenda") for x in text.strip("()").split(",")]
    except InvalidInputError:
        found.place(text)
        raise
    label: Any = numbers[0] if len(numbers) == 1 else tuple(numbers)
    found.place(label)
    return label  # type: ignore[no-any-return]


def _majorities(found: elections.Contest, stakes: Any) -> Table:
    told = elections.majorities(found).table()
    lottery = elections.downs(found, stakes=stakes)
    chances = {str(x): tidy(p) for x, p in lottery.probabilities.items()}
    rows = [[*row, chances[row[0]]] for row in told.rows]
    kind = "the only equilibrium" if lottery.unique else "one of several equilibria, by leximin"
    notes = [
        *told.notes,
        f"lottery of two candidates ({stakes}): {kind}, gap {show(lottery.gap)}",
    ]
    return Table([*told.columns, "lottery"], rows, "majorities over platforms", notes)


def _probabilistic(found: elections.Contest, args: argparse.Namespace) -> Table:
    sensitivity = parse_number(args.sensitivity, "--sensitivity")
    game = elections.share_game(found, sensitivity=sensitivity)
    if args.beta is None:
        told = maximal_lottery(game).table()
    else:
        told = regularised(game, beta=parse_number(args.beta, "--beta")).table()
    notes = list(told.notes)
    if found.ideals is not None:
        vote = elections.probabilistic_vote(found, sensitivity=sensitivity)
        place = ", ".join(f"{float(x):g}" for x in vote.position)
        if vote.stable:
            notes.append(f"no platform gets more than half of the votes against the mean {place}")
        else:
            notes.append(f"against the mean {place}, {vote.reply} gets {vote.share:.6f} of votes")
    rows = [[str(row[0]), *row[1:]] for row in told.rows]
    return Table(told.columns, rows, f"{told.title}, votes are probabilistic", notes)


def _survey(args: argparse.Namespace) -> Table:
    of_surveys = {*_OPTIONS} - _OF_VOTERS | {"beta"}
    _left_out(args, of_surveys, "be left out: the file has conjoint choices")
    asked = [args.checks, args.average is not None, args.adversarial]
    if sum(asked) > 1:
        told = "be asked for one at a time"
        raise InvalidInputError("--checks, --average, --adversarial", told, sum(asked))
    data = elections.read_conjoint(args.file)
    taken = {"checks"}
    if args.average is not None:
        taken = {"average", "interactions", "samples"}
    elif args.adversarial:
        taken = of_surveys
    _left_out(args, taken, _UNUSED)
    if args.checks:
        return elections.design_checks(data)
    if args.average is not None:
        strength = parse_number(args.average, "--average")
        words: dict[str, Any] = {}
        if args.samples:
            words = {"samples": args.samples, "method": "bootstrap"}
        return elections.average_case_intervals(
            data, strength=strength, interactions=args.interactions, rng=args.seed, **words
        ).table()
    if not args.adversarial:
        return elections.amce(data)
    beta = Fraction(1, 10) if args.beta is None else parse_number(args.beta, "--beta")
    ridge: Any = args.ridge if args.ridge == "cv" else parse_number(args.ridge, "--ridge")
    options: dict[str, Any] = {"interactions": args.interactions, "ridge": ridge}
    if args.samples:
        if args.product or ridge == "cv":
            told = "be left out beside --samples"
            raise InvalidInputError("--product, --ridge cv", told, args.samples)
        found = elections.equilibrium_intervals(
            data, beta=beta, samples=args.samples, rng=args.seed, **options
        )
        return found.table()
    model = elections.fit_choices(data, **options)
    solve = elections.product_profiles if args.product else elections.adversarial_profiles
    return solve(model, beta=beta).table()
