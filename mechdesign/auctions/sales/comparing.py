"""Several rules on one sale: who gets what and pays what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mechdesign.auctions.sales.sale_setting import Sale
from mechdesign.errors import InvalidInputError, require
from mechdesign.io import Table
from mechdesign.model import MechanismLike, Number, Outcome, Problem, as_list, as_mechanism, show

__all__ = ["compare_sales"]


def compare_sales(problem: Problem, rules: Sequence[MechanismLike]) -> Table:
    """Who gets what and pays what under several rules.

    Parameters
    ----------
    problem : Problem
        Of a sale for money, such as :func:`bundles` or :func:`double_auction`.
    rules : sequence of mechanisms or identifiers
        Of its setting; ``mcafee`` is ``auctions.mcafee``.

    Returns
    -------
    Table
        A row for each agent, two columns for each rule; the last row has welfare and revenue.

    Examples
    --------
    >>> from mechdesign import auctions
    >>> bids = {"ann": {("x", "y"): 10}, "bob": {"x": 9}, "cy": {"y": 5}}
    >>> problem = auctions.bundles().problem(bids)
    >>> print(auctions.compare_sales(problem, ["combinatorial_vcg", "core_nearest"]))
    agent    combinatorial_vcg  combinatorial_vcg pays  core_nearest  core_nearest pays
    -------  -----------------  ----------------------  ------------  -----------------
    ann      -                  0                       -             0
    bob      x                  5                       x             7
    cy       y                  1                       y             3
    (total)  14                 6                       14            10
    """
    require(problem, Problem, "problem")
    listed = as_list(rules, "rules")
    if not listed:
        raise InvalidInputError("rules", "name at least one rule", [])
    found: list[Outcome] = []
    head = ["agent"]
    for given in listed:
        short = isinstance(given, str) and "." not in given.partition("(")[0]
        rule: Any = as_mechanism(f"auctions.{given}" if short else given)
        if not isinstance(rule.setting, Sale):
            raise InvalidInputError("rules", "sell for money: bundles, units and so on", rule.id)
        rule.setting.check(problem)
        found.append(rule.solve(problem))
        name = rule.name.removeprefix("auctions.")
        head += [name, f"{name} pays"]
    rows: list[list[Any]] = []
    for agent in problem.agents:
        row: list[Any] = [show(agent)]
        for one in found:
            row += [_told(one.choice, agent), one.pay(agent)]
        rows.append(row)
    total: list[Any] = ["(total)"]
    for one in found:
        paid: Number = one.details["revenue"]
        total += [one.details["welfare"], paid]
    return Table(head, [*rows, total])


def _told(choice: Any, agent: Any) -> str:
    """What an agent gets, in a word."""
    if isinstance(choice, Mapping):
        got = choice.get(agent)
        if isinstance(got, tuple):
            return "+".join(map(show, got)) or "-"
        return "-" if got is None else show(got)
    if isinstance(choice, tuple):
        return "yes" if agent in choice else "-"
    return show(choice)
