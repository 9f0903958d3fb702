"""What facility location adds to the command line."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from mechdesign import facility
from mechdesign.axioms import Audit, audit
from mechdesign.errors import InvalidInputError
from mechdesign.facility.proofs.assessment import assess
from mechdesign.facility.segment.files import read_table
from mechdesign.facility.segment.profiles import AgentsError
from mechdesign.model import Lottery, Mechanism, Number, get, parse_number

__all__ = ["demo", "solve"]


def solve(parser: argparse.ArgumentParser) -> Callable[[argparse.Namespace], Any]:
    """Place a facility on a line and report welfare, costs and fairness.

    Reports are typed (``--reports 0,0.1,0.4,1``) or come from a table with a column of locations.
    """
    parser.add_argument(
        "--mechanism",
        "--rule",
        default="uniform_phantom",
        help="such as uniform_phantom, median, constrained_median, average, nash, random_rank",
    )
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--reports", metavar="X,X,...", help="locations; 0.1 and 1/3 are exact")
    source.add_argument("--file", metavar="CSV", help="a table with a location in each row")
    parser.add_argument("--weights", metavar="W,W,...", help="how many people each report is")
    parser.add_argument("--domain", metavar="LOW,HIGH", default="0,1", help="ends of the segment")
    parser.add_argument("--column", help="the column of locations")
    parser.add_argument("--weight-column", help="the column of weights")
    parser.add_argument("--name", help="the column of names")
    parser.add_argument("--delimiter", help="the character between two cells")
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="a parameter of the mechanism, such as side=upper or locations=0,1/4,3/4,1",
    )
    return _solve


def demo() -> list[tuple[str, Audit]]:
    """An audit of four mechanisms."""
    rules = [
        facility.uniform_phantom,
        facility.median,
        facility.average,
        facility.midpoint,
    ]
    names = ["strategyproofness", "unanimity", "pareto_efficiency", "anonymity", "participation"]
    title = "Facility location: where agents may lie about where they are"
    return [(title, audit(rules, names, agents=3, grid=6))]


def _solve(args: argparse.Namespace) -> Any:
    ends = _numbers(args.domain, "--domain")
    if len(ends) != 2:
        raise InvalidInputError("--domain", "be LOW,HIGH", args.domain)
    mechanism = _mechanism(args.mechanism, args.set, ends)
    decisions: list[str] = []
    data: Any
    if args.file:
        data, weights, decisions = read_table(
            args.file,
            column=args.column,
            weight=args.weight_column,
            name=args.name,
            delimiter=args.delimiter,
        )
        if args.weights:
            raise InvalidInputError("--weights", "not be given with --file", args.weights)
    else:
        data = _numbers(args.reports, "--reports")
        weights = _numbers(args.weights, "--weights") if args.weights else None
    try:
        result = mechanism(data, weights=weights) if weights else mechanism(data)
    except AgentsError as error:
        # Here the profile is the caller's, so that this is an error of the input.
        raise InvalidInputError(error.parameter, error.constraint, error.value) from None
    if isinstance(result, Lottery) or not isinstance(mechanism.setting, facility.Line):
        return result
    return assess(result, decisions=decisions)


def _mechanism(name: str, settings: list[str], ends: list[Number]) -> Mechanism:
    identifier = name if "." in name else f"facility.{name}"
    parameters: dict[str, Any] = {}
    for part in settings:
        key, separator, value = part.partition("=")
        if not separator:
            raise InvalidInputError("--set", "look like NAME=VALUE", part)
        parameters[key.strip()] = _value(value.strip())
    if not identifier.startswith("facility."):
        raise InvalidInputError("--mechanism", "be one of the family facility", name)
    setting: Any = get(identifier).setting
    if hasattr(setting, "low"):
        parameters["setting"] = replace(setting, low=ends[0], high=ends[1])
    return get(identifier, **parameters)


def _value(text: str) -> Any:
    """A number, a list of numbers, or a word."""
    try:
        parts = _numbers(text, "--set")
    except InvalidInputError:
        return text
    return parts if "," in text else parts[0]


def _numbers(text: str, option: str) -> list[Number]:
    return [parse_number(part, option) for part in text.split(",") if part.strip()]
