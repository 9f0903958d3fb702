"""What bargaining adds to the command line."""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from mechdesign import bargaining
from mechdesign.bargaining.ballots.election_files import from_pabulib
from mechdesign.bargaining.ballots.grouped_ballots import supporters
from mechdesign.cli.progress import progress
from mechdesign.errors import InvalidInputError
from mechdesign.io import Table
from mechdesign.io.pabulib import PabulibFile, read_pabulib
from mechdesign.model import Lottery, Outcome, Problem, parse_number, show
from mechdesign.records import Shown

__all__ = ["ElectionReport", "NegotiationReport", "PackageReport", "checked_problem", "solve"]

_PACKAGES: Mapping[str, Any] = {
    "utilitarian": bargaining.utilitarian,
    "nash": bargaining.nash,
    "egalitarian": bargaining.egalitarian,
    "kalai_smorodinsky": bargaining.kalai_smorodinsky,
    "equal_loss": bargaining.equal_loss,
}
# Rules of elections that take a satisfaction.
_WELFARES: Mapping[str, Any] = {
    "greedy": bargaining.greedy,
    "max_utilitarian_welfare": bargaining.max_utilitarian_welfare,
    "max_nash_welfare": bargaining.max_nash_welfare,
    "leximin_welfare": bargaining.leximin_welfare,
}
_ELECTIONS = ("equal_shares", "sequential_phragmen", *_WELFARES, "official")
_SHORT = {
    "ks": "kalai_smorodinsky",
    "leximin": "egalitarian",
    "mes": "equal_shares",
    "phragmen": "sequential_phragmen",
}


class PackageReport(Shown):
    """A chosen package against the best base design.

    Parameters
    ----------
    outcome : Outcome
        Of a bargaining rule.
    reference : optional
        What satisfaction is measured against, as in :func:`mechdesign.bargaining.report`.
    read : tuple of str
        How the file was read.
    """

    def __init__(self, outcome: Outcome, reference: Any = None, read: tuple[str, ...] = ()) -> None:
        assert outcome.problem is not None  # every rule of the family names its problem
        self.outcome = outcome
        self.read = read
        self.report = bargaining.report(outcome.problem, outcome, reference=reference)

    @property
    def decisions(self) -> tuple[str, ...]:
        """How the file was read, ties that were broken, and a missing agreement."""
        how = self.outcome.provenance
        notes = tuple(note for note in (how.ties, how.status) if note and note != "optimal")
        return (*self.read, *notes)

    def table(self) -> Table:
        """Who gains and who loses."""
        return self.report.ledger

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {
            "outcome": self.outcome.to_dict(),
            "report": self.report.to_dict(),
            "decisions": list(self.decisions),
        }

    def __str__(self) -> str:
        return f"{self.outcome}\n\n{self.report}"


class NegotiationReport(Shown):
    """The trace of a negotiation and what it brought.

    Parameters
    ----------
    negotiation : Negotiation
        From the first text to the agreement.
    reference : optional
        What satisfaction is measured against, as in :func:`mechdesign.bargaining.report`.
    decisions : tuple of str
        How the file was read.
    """

    def __init__(
        self,
        negotiation: bargaining.Negotiation,
        reference: object = None,
        decisions: tuple[str, ...] = (),
    ) -> None:
        self.negotiation = negotiation
        self.decisions = decisions
        self.report = negotiation.report(reference=reference)

    def table(self) -> Table:
        """The trace."""
        return self.negotiation.table()

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {**self.negotiation.to_dict(), "report": self.report.to_dict()}

    def __str__(self) -> str:
        return f"{self.table()}\n\n{self.report}"


class ElectionReport(Shown):
    """The funded projects of an election.

    Parameters
    ----------
    outcome : Outcome
        Of a rule of participatory budgeting.
    notion : str, optional
        Whether to look for a group with an objection: ``core``, ``ejr``, ...
    file : PabulibFile, optional
        Where the election comes from: what it says was funded is compared.
    """

    def __init__(
        self, outcome: Outcome, notion: str | None = None, file: PabulibFile | None = None
    ) -> None:
        assert outcome.problem is not None  # every rule of the family names its problem
        self.outcome = outcome
        self.problem = outcome.problem
        self.notion = notion
        self.objection = bargaining.objection(outcome, notion=notion) if notion else None
        self.exit_code = int(self.objection is not None)
        self.selected = None if file is None else file.selected
        self.read = () if file is None else file.decisions

    @property
    def decisions(self) -> tuple[str, ...]:
        """How the file was read, ties that were broken, and what the file says was funded."""
        ties = self.outcome.provenance.ties
        told = [*self.read, *([f"ties: {ties}"] if ties else [])]
        if self.selected:
            funded, marked = set(self.outcome.choice), set(self.selected)
            more, less = (
                [str(p) for p in self.problem.data.ids if p in part]
                for part in (funded - marked, marked - funded)
            )
            if not more and not less:
                told.append(f"the file marks the same {len(marked)} projects as selected")
            else:
                parts = [f"not {', '.join(more)}" if more else ""]
                parts.append(f"also {', '.join(less)}" if less else "")
                told.append(f"the file marks others as selected: {'; '.join(filter(None, parts))}")
        return tuple(told)

    def table(self) -> Table:
        """One row for each project, the funded ones first, in the order of funding."""
        data, funded = self.problem.data, self.outcome.details["order"]
        votes = supporters(self.problem).totals()
        order = [data.position(p) for p in funded]
        rest = sorted(set(range(len(data.ids))) - set(order), key=lambda k: -votes[k])
        rows = [
            [
                data.ids[k],
                data.names[k] if data.names else "",
                data.costs[k],
                votes[k],
                "yes" if data.ids[k] in funded else "",
            ]
            for k in (*order, *rest)
        ]
        return Table(["project", "name", "cost", "votes", "funded"], rows)

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON; the ballots are not repeated."""
        result: dict[str, Any] = {
            "mechanism": self.outcome.provenance.mechanism,
            "funded": [str(p) for p in self.outcome.details["order"]],
            "cost": show(self.outcome.cost),
            "budget": show(self.problem.budget),
            "projects": self.table().to_dict(),
            "decisions": list(self.decisions),
        }
        if self.notion:
            result["objection"] = str(self.objection) if self.objection else None
        return result

    def __str__(self) -> str:
        data = self.problem.data
        lines = [
            f"{self.outcome.provenance.mechanism}: {len(self.outcome.choice)} of {len(data.ids)} "
            f"projects, {show(self.outcome.cost)} of {show(self.problem.budget)}, "
            f"{len(self.problem)} voters",
            "",
            str(self.table()),
        ]
        steps = self.outcome.details.get("increments")
        if steps:
            lines += ["", f"shares were raised {steps} times"]
        how = self.outcome.provenance
        if how.gap:
            lines += [
                "",
                f"{how.status}: the logarithm of the product is at most {show(how.bound)},",
            ]
            lines += [f"{show(how.gap)} more than that of these projects"]
        if self.notion:
            lines += ["", str(self.objection or f"no group has an objection ({self.notion})")]
        return "\n".join(lines)


def solve(parser: argparse.ArgumentParser) -> Callable[[argparse.Namespace], Any]:
    """Choose a package within a budget, negotiate one, or decide a participatory budget.

    The file is a bargaining problem in JSON or YAML, whose keys
    mechdesign.bargaining.menus.documents describes (examples/data/bargaining_street.json is one),
    a table of ratings (.csv, .tsv, .xlsx), whose shapes
    mechdesign.bargaining.opinions.planners_sheets describes, or a participatory budgeting election
    in pabulib's format (.pb).
    """
    parser.add_argument("file", help="a problem (.json, .yaml), ratings (.csv), an election (.pb)")
    parser.add_argument(
        "--rows", choices=("packages", "people"), help="what the rows of a table of ratings are"
    )
    parser.add_argument("--decimal", choices=(".", ","), help="the decimal mark of a table")
    parser.add_argument(
        "--mechanism",
        "--rule",
        help=f"for a problem {', '.join(_PACKAGES)}, with --lottery also raiffa (default nash); "
        f"for an election {', '.join(_ELECTIONS)} (default: official, the rule that the file "
        "names); short: ks, leximin, mes, phragmen",
    )
    parser.add_argument(
        "--lottery",
        choices=("ex post", "ex ante"),
        help="choose a lottery over packages, each within the budget or only on average",
    )
    parser.add_argument(
        "--negotiate", action="store_true", help="amend a single text instead of applying a rule"
    )
    parser.add_argument(
        "--tolerance", default="0", help="what a group concedes in one round of a negotiation"
    )
    parser.add_argument("--quorum", default="1", help="the share that must accept; 1 is unanimity")
    parser.add_argument("--veto", action="append", default=[], metavar="GROUP")
    parser.add_argument(
        "--proposer", choices=("mediator", "agents"), default="mediator", help="who amends"
    )
    parser.add_argument(
        "--reference",
        choices=("all", "scenario"),
        default="all",
        help="measure satisfaction against all feasible packages, or against the reserve, the "
        "bases and the agreed package",
    )
    parser.add_argument("--budget", help="another budget than that of the file")
    parser.add_argument("--satisfaction", choices=("cost", "cardinality"), default="cost")
    parser.add_argument(
        "--completion",
        choices=("none", "add1", "add1u", "greedy"),
        default="add1",
        help="how equal shares spends what is left (default add1)",
    )
    parser.add_argument("--stop", choices=("overspend", "exhaustive"), default="overspend")
    parser.add_argument(
        "--strict", action="store_true", help="refuse votes that name a project twice"
    )
    parser.add_argument("--comparison", action="store_true", help="fund greedily if more prefer it")
    parser.add_argument(
        "--objection",
        choices=tuple(bargaining.NOTIONS),
        help="look for a group of voters that deserves better; exit code 1 if there is one",
    )
    return _solve


def checked_problem(document: Any) -> tuple[Any, tuple[str, ...], tuple[str, ...]]:
    """The document of a bargaining problem as it is; refuses what is none."""
    bargaining.from_document(document)
    return document, (), ()


def _solve(args: argparse.Namespace) -> Any:
    if Path(args.file).suffix.lower() == ".pb":
        return _election(args)
    told: tuple[str, ...] = ()
    if Path(args.file).suffix.lower() in (".json", ".yaml", ".yml"):
        problem = bargaining.read_problem(args.file)
    else:
        sheet = bargaining.read_sheet(args.file, rows=args.rows, decimal=args.decimal)
        problem, told = sheet.problem, sheet.decisions
    if args.budget is not None:
        problem = _with_budget(problem, args.budget)
    if args.objection:
        raise InvalidInputError("--objection", "be asked of an election (.pb)", args.file)
    reference = None if args.reference == "all" else args.reference
    if args.negotiate:
        agents = {str(agent): agent for agent in problem.agents}
        unknown = [name for name in args.veto if name not in agents]
        if unknown:
            raise InvalidInputError("--veto", f"be one of {', '.join(agents)}", unknown[0])
        negotiation = bargaining.mediate(
            problem,
            tolerance=parse_number(args.tolerance, "--tolerance"),
            protocol=bargaining.Protocol(
                quorum=parse_number(args.quorum, "--quorum"),
                veto=[agents[name] for name in args.veto],
                proposer=args.proposer,
            ),
        )
        return NegotiationReport(negotiation, reference, told)
    name = full_name(args.mechanism or "nash")
    if args.lottery:
        if name not in bargaining.LOTTERY_RULES:
            raise InvalidInputError(
                "--mechanism", f"be one of {', '.join(bargaining.LOTTERY_RULES)}", name
            )
        found = bargaining.lottery_rule(rule=name, when=args.lottery)(problem)
        return found if isinstance(found, Lottery) else PackageReport(found, reference, told)
    if name not in _PACKAGES:
        raise InvalidInputError("--mechanism", f"be one of {', '.join(_PACKAGES)}", name)
    # With many modules a search of seconds begins: the label says that it goes on.
    many = len(getattr(problem.data, "modules", ())) > 20
    with progress("searching the packages", 2 if many else 0) as on:
        on()
        outcome = _PACKAGES[name](problem)
        on()
    return PackageReport(outcome, reference, told)


def _election(args: argparse.Namespace) -> ElectionReport:
    if args.negotiate or args.lottery:
        raise InvalidInputError("--negotiate, --lottery", "be asked of a problem", args.file)
    file = read_pabulib(args.file, strict=args.strict)
    name = full_name(args.mechanism or "official")
    if name not in _ELECTIONS:
        raise InvalidInputError("--mechanism", f"be one of {', '.join(_ELECTIONS)}", name)
    if name == "official":
        if args.budget is not None:
            raise InvalidInputError("--budget", "not be given with the official rule", args.budget)
        return ElectionReport(bargaining.official_rule(file), args.objection, file)
    problem = from_pabulib(file)
    if args.budget is not None:
        problem = _with_budget(problem, args.budget)
    if name == "equal_shares":
        # When everybody could pay for everything, the budget is certainly overspent.
        total = math.ceil(sum(problem.data.costs) / len(problem)) if len(problem) else 0
        with progress(
            "raising the shares", total if args.completion.startswith("add1") else 0
        ) as on:
            outcome = bargaining.equal_shares(
                problem,
                satisfaction=args.satisfaction,
                completion=args.completion,
                stop=args.stop,
                comparison=args.comparison,
                progress=on,
            )
    elif name == "sequential_phragmen":
        outcome = bargaining.sequential_phragmen(problem)
    else:
        outcome = _WELFARES[name](problem, satisfaction=args.satisfaction)
    return ElectionReport(outcome, args.objection, file)


def _with_budget(problem: Problem, text: str) -> Problem:
    from dataclasses import replace

    return replace(problem, budget=parse_number(text, "--budget"))


def full_name(text: str) -> str:
    """The name of a rule that may be told by a short one."""
    name = text.removeprefix("bargaining.")
    return _SHORT.get(name, name)
