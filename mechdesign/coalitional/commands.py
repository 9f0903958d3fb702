"""What coalitional games add to the command line."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

from mechdesign import coalitional
from mechdesign.coalitional.games.closed_forms import labelled
from mechdesign.errors import InvalidInputError
from mechdesign.io import Table
from mechdesign.model import Number, Outcome, get, parse_name, parse_number, show, split_names
from mechdesign.records import Shown

__all__ = ["ValuesReport", "solve"]

_RULES = (
    "shapley",
    "banzhaf",
    "normalised_banzhaf",
    "nucleolus",
    "prenucleolus",
    "equal_division",
    "cis",
    "ensc",
    "solidarity",
    "tau_value",
    "dutta_ray",
    "owen",
)


class ValuesReport(Shown):
    """A game by several rules, and its core.

    Parameters
    ----------
    game : Game
        The game.
    outcomes : dict of str to Outcome
        What each rule gives.
    answer : CoreAnswer or None
        The core, where it was asked for.
    """

    def __init__(
        self,
        game: coalitional.Game,
        outcomes: dict[str, Outcome],
        answer: coalitional.CoreAnswer | None,
    ) -> None:
        self.game, self.outcomes, self.answer = game, outcomes, answer

    def table(self) -> Table:
        """One row for each player, one column for each rule."""
        rows = [
            [str(player), *(o.choice[k] for o in self.outcomes.values())]
            for k, player in enumerate(self.game.players)
        ]
        return Table(["player", *self.outcomes], rows)

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        found: dict[str, Any] = {
            "players": [str(p) for p in self.game.players],
            "kind": self.game.kind,
            "values": {name: [show(x) for x in o.choice] for name, o in self.outcomes.items()},
        }
        if self.answer is not None:
            found["core"] = {
                "empty": self.answer.empty,
                "excess": show(self.answer.excess),
                "weights": {"+".join(map(str, s)): show(w) for s, w in self.answer.weights.items()},
            }
        return found

    def __str__(self) -> str:
        lines = [str(self.table())]
        if self.answer is not None:
            lines += ["", str(self.answer)]
        return "\n".join(lines)


def solve(parser: argparse.ArgumentParser) -> Callable[[argparse.Namespace], Any]:
    """Divide what a coalition is worth, measure power, or decide who is served at which share.

    FILE is a table with a coalition such as A+B and its worth in each row; coalitions left out are
    worth 0.  Instead of it, weights and a quota make a voting game, and needs a runway whose cost
    is shared; with bids a cost-sharing mechanism decides who is served.
    """
    parser.add_argument("file", nargs="?", help="a table (.csv, .tsv) of coalitions and worths")
    parser.add_argument(
        "--mechanism",
        "--rule",
        help=f"of {', '.join(_RULES)}, several with commas (default shapley,banzhaf); with bids "
        "moulin (default), marginal_cost, pay_bid or equal_split",
    )
    parser.add_argument("--weights", metavar="W,W,...", help="the weights of voters")
    parser.add_argument("--quota", help="the weight that wins")
    parser.add_argument("--needs", metavar="C,C,...", help="what each needs of a runway")
    parser.add_argument("--bids", metavar="B,B,...", help="what each would pay for the service")
    parser.add_argument("--cost", action="store_true", help="the numbers of the file are costs")
    parser.add_argument("--core", action="store_true", help="decide whether the core is empty")
    return _solve


def _solve(args: argparse.Namespace) -> Any:
    given = [args.file is not None, args.weights is not None, args.needs is not None]
    if sum(given) != 1:
        raise InvalidInputError(
            "FILE", "be given, or --weights, or --needs: one of them", args.file
        )
    if args.weights is not None:
        if args.quota is None:
            raise InvalidInputError("--quota", "be given with --weights", None)
        weights = _numbers(args.weights, "--weights")
        quota = parse_number(args.quota, "--quota")
        if args.mechanism is None and not args.core:
            return coalitional.voting_power(weights, quota)
        one = coalitional.weighted_voting(weights, quota)
    elif args.needs is not None:
        one = coalitional.airport(_numbers(args.needs, "--needs"))
    else:
        one = coalitional.read_game(args.file, kind="cost" if args.cost else "value")
    if args.bids is not None:
        names, bids = labelled(_numbers(args.bids, "--bids"), "--bids", low=0)
        if len(names) != len(one):
            raise InvalidInputError("--bids", f"be {len(one)} numbers", args.bids)
        name = args.mechanism or "moulin"
        if name not in ("moulin", "marginal_cost", "pay_bid", "equal_split"):
            raise InvalidInputError("--mechanism", "be moulin, marginal_cost, ...", name)
        return get(f"coalitional.{name}")(dict(zip(one.players, bids, strict=True)), costs=one)
    outcomes = {}
    for name in split_names(args.mechanism or "shapley,banzhaf"):
        if parse_name(name)[0] not in _RULES:
            raise InvalidInputError("--mechanism", f"be of {', '.join(_RULES)}", name)
        outcomes[name] = get(f"coalitional.{name}")(one)
    return ValuesReport(one, outcomes, coalitional.core(one) if args.core else None)


def _numbers(text: str, option: str) -> list[Number]:
    return [parse_number(part, option) for part in text.split(",") if part.strip()]
