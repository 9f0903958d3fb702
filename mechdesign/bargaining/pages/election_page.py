"""The report on an election over projects: what the rules fund, and who could object."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from mechdesign import bargaining
from mechdesign.arrays import IntArray
from mechdesign.bargaining.ballots.grouped_ballots import Supporters, supporters
from mechdesign.errors import InvalidInputError, LimitReachedError
from mechdesign.io import Table
from mechdesign.model import Mechanism, MechanismLike, Number, Outcome, Problem, as_mechanism, show
from mechdesign.report.document import Figure, Items, Paragraph, Part, Section
from mechdesign.report.figures import figure
from mechdesign.report.pages import Report
from mechdesign.report.parts import Source, clipped, closing, counted, listed

__all__ = ["election_report"]

NOTIONS = {"core": "the core", "ejr": "EJR, extended justified representation"}
_SHOWN = 120


def election_report(
    problem: Problem,
    *,
    mechanism: MechanismLike | None = None,
    time_limit: float = 20,
    source: Source | None = None,
) -> Report:
    """Report on an election over projects.

    Parameters
    ----------
    problem : Problem
        As :func:`mechdesign.bargaining.election` and ``read_election`` give it.
    mechanism : rule, optional
        The main rule, put first; by default equal shares, completed by Add1.
    time_limit : float
        Seconds for each search for a group of voters with an objection.
    source : Source, optional
        Where the election comes from.

    Returns
    -------
    Report
        With the projects that greedy, equal shares and Phragmen fund, what they mean to the
        voters, spending by category, and objections.

    Examples
    --------
    >>> votes = bargaining.election(["abc"] * 6 + ["xy"] * 4, costs=dict.fromkeys("abcxy", 10),
    ...                             budget=30)
    >>> report = election_report(votes)
    >>> [section.title for section in report.sections][:2]
    ['In short', 'The projects']
    """
    outcomes = _outcomes(problem, mechanism)
    votes = supporters(problem)
    origin = source or Source()
    objections, sure = _objections(outcomes, time_limit)
    sections = [
        _summary(problem, outcomes, votes, sure),
        _projects(problem, outcomes, votes),
        objections,
        _voters(problem, outcomes, votes),
        _spending(problem, outcomes),
    ]
    used = [outcome.provenance.reference for outcome in outcomes.values()]
    subtitle = (
        f"{len(problem.data.ids)} projects, {len(problem)} voters, budget {show(problem.budget)}"
    )
    kept = [section for section in sections if section is not None]
    return Report(f"Election: {origin.name}", subtitle, (*kept, *closing(origin, used)))


def _outcomes(problem: Problem, mechanism: MechanismLike | None) -> dict[str, Outcome]:
    rules: dict[str, Mechanism[Any]] = {
        "equal shares": bargaining.equal_shares(completion="add1"),
        "greedy": bargaining.greedy,
        "Phragmen": bargaining.sequential_phragmen,
    }
    if mechanism is not None:
        main = as_mechanism(mechanism)
        own = main.name.removeprefix("bargaining.").replace("_", " ")
        name = next((name for name, rule in rules.items() if rule == main), own)
        rules = {name: main, **{other: rule for other, rule in rules.items() if other != name}}
    found = {}
    for name, rule in rules.items():
        outcome = rule(problem)
        if not isinstance(outcome, Outcome) or not isinstance(outcome.choice, tuple):
            raise InvalidInputError("mechanism", "fund a set of projects", name)
        found[name] = outcome
    return found


def _summary(
    problem: Problem, outcomes: Mapping[str, Outcome], votes: Supporters, sure: str
) -> Section:
    (main, first), *others = outcomes.items()
    told = [
        f"Fund {_titles(problem, first.choice)}: {show(first.cost)} of {show(problem.budget)}, "
        f"by {main}.",
        _served(problem, first, votes),
        sure,
    ]
    for name, outcome in others:
        new = [p for p in outcome.choice if p not in first.choice]
        out = [p for p in first.choice if p not in outcome.choice]
        if not new and not out:
            told.append(f"{name} funds the same for {show(outcome.cost)}.")
            continue
        words = f"would also fund {_titles(problem, new)}" if new else "would fund the same"
        words += f", without {_titles(problem, out)}" if out else ""
        told.append(f"{name} {words}, for {show(outcome.cost)}.")
    steps = [
        f"{n}: shares were raised {counted(o.details['increments'], 'time')}"
        for n, o in outcomes.items()
        if o.details.get("increments")
    ]
    return Section("In short", [Items((*told, *(f"{text}." for text in steps)))])


def _titles(problem: Problem, projects: Sequence[object]) -> str:
    """Projects by their names, or by their identifiers where they have none."""
    data = problem.data
    names = [data.names[data.position(p)] if data.names else "" for p in projects]
    shown = [str(name) or str(p) for name, p in zip(names, projects, strict=True)]
    return listed(shown) if shown else "nothing"


def _served(problem: Problem, outcome: Outcome, votes: Supporters) -> str:
    served = _count(problem, outcome, votes) > 0
    number, everybody = int(votes.sizes[served].sum()), int(votes.sizes.sum())
    share = f"{number / everybody:.1%}"
    return f"{number} of {everybody} voters ({share}) get a project that they voted for."


def _count(problem: Problem, outcome: Outcome, votes: Supporters) -> IntArray:
    """How many funded projects each group of equal ballots supports."""
    count = np.zeros(len(votes.ballots), dtype=np.int64)
    for project in outcome.choice:
        count[votes.of(problem.data.position(project))] += 1
    return count


def _projects(problem: Problem, outcomes: Mapping[str, Outcome], votes: Supporters) -> Section:
    data = problem.data
    totals = votes.totals()
    chosen = {name: frozenset(outcome.choice) for name, outcome in outcomes.items()}
    order = sorted(
        range(len(data.ids)),
        key=lambda k: (-sum(data.ids[k] in own for own in chosen.values()), -totals[k], k),
    )
    rows = []
    for k in order:
        row: list[Any] = [str(data.ids[k])]
        row += [data.names[k]] if data.names else []
        row += [data.categories[k]] if data.categories else []
        backers = int(votes.sizes[votes.of(k)].sum())
        row += [data.costs[k], backers] + ([totals[k]] if votes.points is not None else [])
        rows.append([*row, *("yes" if data.ids[k] in own else "" for own in chosen.values())])
    columns = ["project"] + (["name"] if data.names else [])
    columns += (["category"] if data.categories else []) + ["cost", "voters"]
    columns += ["points"] if votes.points is not None else []
    table = Table([*columns, *outcomes], rows, "What is funded by which rule")
    return Section("The projects", [clipped(table, _SHOWN, "projects")])


def _voters(problem: Problem, outcomes: Mapping[str, Outcome], votes: Supporters) -> Section:
    """What the funded projects mean to the voters, and who pays for what under equal shares."""
    rows = []
    everybody = int(votes.sizes.sum())
    for name, outcome in outcomes.items():
        count = _count(problem, outcome, votes)
        served = int(votes.sizes[count > 0].sum())
        mean = float((count * votes.sizes).sum()) / everybody
        rows.append([name, served, f"{served / everybody:.1%}", f"{mean:.2f}", everybody - served])
    columns = ["rule", "voters served", "share", "funded projects per voter", "voters with none"]
    notes = ["a voter is served by a funded project that the own ballot supports"]
    parts: list[Part | None] = [Table(columns, rows, "What it means to the voters", notes)]
    shares = outcomes.get("equal shares")
    if shares is not None:
        parts.append(_payments(problem, shares, votes))
    return Section("The voters", parts)


def _payments(problem: Problem, outcome: Outcome, votes: Supporters) -> Table:
    rows = []
    for project in outcome.details["order"]:
        k = problem.data.position(project)
        backers = int(votes.sizes[votes.of(k)].sum())
        cost = problem.data.costs[k]
        name = problem.data.names[k] if problem.data.names else ""
        each = f"{float(cost) / backers:.4g}" if backers else ""
        rows.append([str(project), name, cost, backers, each])
    columns = ["project", "name", "cost", "supporters", "cost per supporter"]
    title = "Equal shares: what the supporters buy together, in this order"
    return clipped(Table(columns, rows, title), _SHOWN, "projects")


def _spending(problem: Problem, outcomes: Mapping[str, Outcome]) -> Section | None:
    data = problem.data
    if not data.categories:
        return None
    first = [str(c).split(",")[0].strip() or "other" for c in data.categories]
    names = sorted(set(first))
    cost: dict[str, dict[str, Number]] = {}
    for rule, outcome in outcomes.items():
        cost[rule] = dict.fromkeys(names, 0)
        for project in outcome.choice:
            k = data.position(project)
            cost[rule][first[k]] += data.costs[k]
    rows = [[name, *(cost[rule][name] for rule in outcomes)] for name in names]
    notes = ["a project with several categories counts for the first"]
    table = Table(["category", *outcomes], rows, "Spending by category", notes)
    drawn = [_drawn(rule, outcome, len(names)) for rule, outcome in outcomes.items()]
    return Section("Spending by category", [table, *drawn])


def _drawn(rule: str, outcome: Outcome, categories: int) -> Figure | None:
    from mechdesign.bargaining.plots import spending

    return figure(
        f"Shares of spending and of votes by category under {rule}.",
        f"Bars for {categories} categories; the table above has the money.",
        lambda ax: spending(outcome, ax=ax),
        (6.0, 1.0 + 0.45 * categories),
    )


def _objections(outcomes: Mapping[str, Outcome], time_limit: float) -> tuple[Section, str]:
    """The section, and what it says of the main rule."""
    rows: list[list[str]] = []
    groups: list[str] = []
    for rule, outcome in outcomes.items():
        cells = [rule]
        for notion, meaning in NOTIONS.items():
            try:
                found = bargaining.objection(outcome, notion=notion, time_limit=time_limit)
            except LimitReachedError:
                cells.append("unknown")
                groups.append(
                    f"{rule}, {meaning}: not decided within {time_limit:g} seconds, neither way."
                )
                continue
            except InvalidInputError as error:
                cells.append("-")
                groups.append(f"{rule}, {meaning}: {error}.")
                continue
            cells.append("none" if found is None else "objection")
            if found is not None:
                groups.append(f"{rule}, {meaning}: {_words(found)}")
        rows.append(cells)
    notes = [
        "none is a proof: no group of voters has an objection, however chosen",
        f"searched for at most {time_limit:g} seconds each",
    ]
    table = Table(["rule", *NOTIONS], rows, "Objections of groups of voters", notes)
    text = (
        "A group with an objection could have funded, with its share of the budget, projects that "
        "serve it better."
    )
    main, *cells = rows[0]
    if all(cell == "none" for cell in cells):
        sure = "Proved: no group of voters has an objection, neither by the core nor by EJR."
    elif "objection" in cells:
        sure = "Somebody can object: " + next(g for g in groups if g.startswith(f"{main}, "))
    else:
        sure = "Whether a group of voters could object is not decided."
    told = Items(tuple(groups)) if groups else None
    return Section("Objections", [Paragraph(text), table, told]), sure


def _words(found: bargaining.Objection) -> str:
    who = f"{counted(len(found.voters), 'voter')} ({listed(found.voters, 5)})"
    money = f"for {_money(found.cost)} of their share {_money(found.share)}"
    if found.notion == "core":
        return f"{who} could fund {listed(found.projects)} {money} and would all be better off."
    return f"{who} agree on {listed(found.projects)} {money}, and each of them gets less."


def _money(value: Number) -> str:
    return show(value) if isinstance(value, int) else f"{float(value):.6g}"
