"""What information adds to the command line."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

from mechdesign import information
from mechdesign.errors import InvalidInputError
from mechdesign.io import Table
from mechdesign.model import Outcome, parse_number, show
from mechdesign.records import Shown

__all__ = ["HerdReport", "InformationReport", "simulate", "solve"]


class InformationReport(Shown):
    """A contract or an information structure in words.

    Parameters
    ----------
    outcome : Outcome
        What was chosen.
    rows : Table
        What is recommended, or said, and how often.
    """

    def __init__(self, outcome: Outcome, rows: Table) -> None:
        self.outcome, self._rows = outcome, rows

    def table(self) -> Table:
        """One row for each recommendation or message."""
        return self._rows

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        told = {
            key: {" ".join(map(str, row)): show(p) for row, p in value.items()}
            if key == "prices"
            else value
            if isinstance(value, bool)
            else show(value)
            for key, value in self.outcome.details.items()
        }
        rows = [
            dict(zip(self._rows.columns, map(show, row), strict=True)) for row in self._rows.rows
        ]
        return {**told, "rows": rows}

    def __str__(self) -> str:
        details = self.outcome.details
        told = [
            f"{key.replace('_', ' '):<20} {show(value)}"
            for key, value in details.items()
            if key not in ("prices", "certified")
        ]
        dear = {row: p for row, p in details.get("prices", {}).items() if p}
        for (who, heard, other), price in dear.items():
            told.append(f"price of {who}, told {heard}, doing {other}: {show(price)}")
        proof = "certified by its dual" if details.get("certified") else "in floats"
        return "\n".join([str(self._rows), "", *told, f"{'optimum':<20} {proof}"])


def solve(parser: argparse.ArgumentParser) -> Callable[[argparse.Namespace], Any]:
    """Hire agents who must be paid to find out, or decide what to tell receivers.

    FILE is JSON or YAML.  With agents (prior, payoff, agents with costs and experiments) it is a
    problem of hiring, and --cap says how much each can be paid at most; with a sender (prior,
    sender, receiver or receivers) it is one of persuasion.
    """
    parser.add_argument("file", help="the problem (.json, .yaml)")
    parser.add_argument("--cap", help="the most that an agent can be paid")
    parser.add_argument(
        "--efforts",
        choices=("correlated", "product", "deterministic"),
        default="correlated",
        help="how recommendations are drawn (correlated)",
    )
    parser.add_argument(
        "--unobserved", action="store_true", help="payments depend on reports, not on the state"
    )
    parser.add_argument(
        "--public", action="store_true", help="all receivers hear the whole message"
    )
    return _solve


def _solve(args: argparse.Namespace) -> InformationReport:
    from mechdesign.io.documents import read_document

    data = read_document(args.file)
    if isinstance(data, dict) and "sender" in data:
        rule: Any = information.persuasion(public=args.public)
        outcome = rule.solve(information.receivers().problem(data))
        rows = [
            [", ".join(map(str, m.actions)), m.probability, ", ".join(map(show, m.posterior))]
            for m in outcome.choice.messages
        ]
        return InformationReport(outcome, Table(["actions", "chance", "posterior"], rows))
    if args.cap is None:
        raise InvalidInputError("--cap", "be given: without one there need not be an optimum", None)
    rule = information.acquisition_optimal(
        cap=parse_number(args.cap, "--cap"),
        efforts=args.efforts,
        state="unobserved" if args.unobserved else "observed",
    )
    problem = information.acquisition().problem(data)
    outcome = rule.solve(problem)
    contract, names = outcome.choice, list(map(str, problem.agents))
    rows = []
    for efforts, often in contract.recommended.items():
        reports = problem.data.signal_profiles()
        for heard in reports:
            for state in range(len(problem.data.prior)):
                paid = contract.payments[efforts, heard, state]
                if any(paid):
                    told = [", ".join(map(str, x)) for x in (efforts, heard)]
                    rows.append([told[0], often, told[1], state, *paid])
    columns = ["efforts", "chance", "reports", "state", *(f"pay {name}" for name in names)]
    return InformationReport(outcome, Table(columns, rows))


class HerdReport(Shown):
    """A planner's policy, and what became of many sequences of agents under it.

    Parameters
    ----------
    policy : PlannerPolicy
        The policy.
    seen : HerdSimulation
        The sequences.
    lost : HerdRegret, optional
        What the planner loses by taking agents for Bayesian ones.
    """

    def __init__(
        self,
        policy: information.PlannerPolicy,
        seen: information.HerdSimulation,
        lost: information.HerdRegret | None = None,
    ) -> None:
        self.policy, self.seen, self.lost = policy, seen, lost

    def table(self) -> Table:
        """One row for each phase."""
        return self.policy.table()

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        found = {**self.policy.to_dict(), "simulated": self.seen.to_dict()}
        return found if self.lost is None else {**found, "wrong_model": self.lost.to_dict()}

    def __str__(self) -> str:
        told = f"{self.policy}\n\n{self.seen}"
        return told if self.lost is None else f"{told}\n\n{self.lost}"


def simulate(parser: argparse.ArgumentParser) -> Callable[[argparse.Namespace], Any]:
    """Let agents learn from each other while a planner sets how much they see.

    The best policy by dynamic programming, its phases, and what happens under it.
    """
    parser.add_argument("--planner", choices=("altruistic", "biased"), default="altruistic")
    parser.add_argument("--precision", default="0.7", help="of signals that cost nothing (0.7)")
    parser.add_argument("--cost", default="1", help="of a unit of change of the precision (1)")
    parser.add_argument("--discount", default="0.9", help="of the next period (0.9)")
    parser.add_argument("--grid", type=int, default=2000, help="steps of the beliefs (2000)")
    parser.add_argument("--periods", type=int, default=100, help="agents in a sequence (100)")
    parser.add_argument("--runs", type=int, default=1000, help="sequences (1000)")
    parser.add_argument("--public", default="1", help="weight of the public belief (1 is Bayes)")
    parser.add_argument("--conformity", default="0", help="push towards the public belief (0)")
    parser.add_argument("--noise", default="0", help="how often agents slip (0)")
    parser.add_argument(
        "--regret",
        action="store_true",
        help="also what a planner would gain who knew that agents are not Bayesian",
    )
    parser.add_argument("--seed", type=int, default=0)
    return _simulate


def _simulate(args: argparse.Namespace) -> HerdReport:
    numbers: dict[str, Any] = {
        name: parse_number(getattr(args, name), f"--{name}")
        for name in ("precision", "cost", "discount")
    }
    policy = information.planner_policy(args.planner, **numbers, grid=args.grid)
    agent = information.learning_agent(
        weight_on_public=parse_number(args.public, "--public"),
        conformity=parse_number(args.conformity, "--conformity"),
        noise=parse_number(args.noise, "--noise"),
        rng=args.seed + 1,
    )
    many: dict[str, Any] = {"periods": args.periods, "runs": args.runs, "rng": args.seed}
    seen = information.simulate_herd(policy, agent, **many)
    if not args.regret:
        return HerdReport(policy, seen)
    right = information.planner_policy(args.planner, **numbers, grid=args.grid, agents=agent)
    return HerdReport(policy, seen, information.herd_regret(policy, right, **many))
