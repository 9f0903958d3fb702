"""The report on a bargaining problem: its packages, its solutions, a negotiation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from mechdesign import bargaining
from mechdesign.bargaining import NO_AGREEMENT, package_choice
from mechdesign.bargaining.reports import base_labels
from mechdesign.errors import InvalidInputError, LimitReachedError, SolverError
from mechdesign.io import Table
from mechdesign.model import MechanismLike, Number, Outcome, Problem, as_mechanism, show
from mechdesign.report.document import Items, Paragraph, Part, Section
from mechdesign.report.figures import figure
from mechdesign.report.pages import Report
from mechdesign.report.parts import Source, closing, distinct, listed

__all__ = ["bargaining_report"]

_SOLUTIONS: tuple[MechanismLike, ...] = (
    bargaining.utilitarian,
    bargaining.nash,
    bargaining.egalitarian,
    bargaining.kalai_smorodinsky,
    bargaining.equal_loss,
)
Labels: TypeAlias = tuple[Any, ...] | None

_SHOWN, _GROUPS = 40, 12
# More packages than these are neither listed nor drawn.
_LISTED = 20_000


def bargaining_report(
    problem: Problem,
    *,
    mechanism: MechanismLike | None = None,
    tolerance: Number = 0,
    source: Source | None = None,
    decisions: Sequence[str] = (),
) -> Report:
    """Report on a bargaining problem.

    Parameters
    ----------
    problem : Problem
        Of the setting ``bargaining.packages``.
    mechanism : rule, optional
        The main solution, which is set against the best base; by default Nash's.
    tolerance : number
        What a group concedes in one round of the negotiation.
    source : Source, optional
        Where the problem comes from.
    decisions : sequence of str
        How it was read.

    Returns
    -------
    Report
        With the packages, the five classical solutions, who gains and loses, and a negotiation.

    Examples
    --------
    >>> problem = bargaining.menu({"park": (3, 3), "plaza": (5, 1), "pool": (4, 2)})
    >>> report = bargaining_report(problem)
    >>> [section.title for section in report.sections][:3]
    ['In short', 'The solutions side by side', 'Against the best base']
    """
    main = as_mechanism(mechanism if mechanism is not None else bargaining.nash)
    rules = [main, *(r for r in map(as_mechanism, _SOLUTIONS) if r.name != main.name)]
    solved = {_short(rule.name): _solved(rule.solve(problem), rule.name) for rule in rules}
    origin = source or Source()
    first = next(iter(solved))
    reference = _reference(problem, solved)
    sections = [
        _summary(problem, solved, first, reference),
        _solutions(problem, solved, reference),
        _against_base(problem, solved[first], first, reference),
        _packages(problem),
        _negotiation(problem, tolerance),
        *([Section("What was decided while reading", [Items(tuple(decisions))])] * bool(decisions)),
    ]
    used = [outcome.provenance.reference for outcome in solved.values()]
    subtitle = f"{len(problem)} groups"
    if problem.budget is not None:
        subtitle += f", budget {show(problem.budget)}"
    return Report(f"Bargaining: {origin.name}", subtitle, (*sections, *closing(origin, used)))


def _solved(result: object, name: str) -> Outcome:
    if not isinstance(result, Outcome):
        raise InvalidInputError("mechanism", "choose a package, not a lottery", name)
    return result


def _short(name: str) -> str:
    return name.removeprefix("bargaining.").replace("_", " ")


def _reference(problem: Problem, solved: Mapping[str, Outcome]) -> Labels:
    """What satisfaction is measured against: everything, or a few packages of very many."""
    try:
        bargaining.packages(problem)
    except LimitReachedError:
        chosen = [outcome.choice for outcome in solved.values()]
        return tuple(dict.fromkeys([NO_AGREEMENT, *base_labels(problem), *chosen]))
    return None


def _say(problem: Problem, choice: object) -> str:
    return package_choice().say_choice(problem, Outcome(choice))


def _advice(problem: Problem, outcome: Outcome, reference: Labels) -> str:
    """What to build, what it costs, and who gains."""
    told = f"Build {_say(problem, outcome.choice)}"
    if outcome.cost:
        told += f": {show(outcome.cost)}"
        told += "" if problem.budget is None else f" of {show(problem.budget)}"
    try:
        found = bargaining.report(problem, outcome, reference=reference)
    except InvalidInputError:  # no base is within the budget: there is nothing to compare with
        return f"{told}."
    if found.before.package == outcome.choice:
        return f"{told}."
    if len(found.gained) == len(problem):
        gains = "everybody gains"
    elif not found.lost:
        gains = f"nobody loses and {listed(found.gained)} gain"
    else:
        gains = f"{listed(found.gained) or 'nobody'} gain, {listed(found.lost)} lose"
    return f"{told}, {gains} against {_say(problem, found.before.package)}."


def _fairer(problem: Problem, solved: Mapping[str, Outcome], chosen: Outcome) -> list[str]:
    """What another solution would do for the worst-off, and its price."""

    def worst(outcome: Outcome) -> Number:
        return min(outcome.utilities.values())

    other = max(solved.values(), key=worst)
    if worst(other) <= worst(chosen):
        return []
    told = f"For the worst-off {_say(problem, other.choice)} is better by "
    told += str(_rounded(worst(other) - worst(chosen)))
    if not other.cost and not chosen.cost:
        return [f"{told}."]
    more = (other.cost or 0) - (chosen.cost or 0)
    price = f"{show(abs(more))} {'more' if more > 0 else 'less'}" if more else "as much"
    return [f"{told} and costs {price}."]


def _summary(
    problem: Problem, solved: Mapping[str, Outcome], first: str, reference: Labels
) -> Section:
    by_choice: dict[Any, list[str]] = {}
    for name, outcome in solved.items():
        by_choice.setdefault(outcome.choice, []).append(name)
    told: list[str] = []
    if solved[first].choice != NO_AGREEMENT:
        told += [_advice(problem, solved[first], reference)]
        told += _fairer(problem, solved, solved[first])
    told.append(_certainty(solved[first], first))
    if len(by_choice) == 1:
        told.append(f"All {len(solved)} solutions agree.")
    else:
        told += [
            f"{_say(problem, choice)} is the choice of {listed(names)}."
            for choice, names in by_choice.items()
        ]
    if NO_AGREEMENT in by_choice:
        told.append("No agreement: no package within the budget gives everybody the reserve.")
    return Section("In short", [Items(tuple(told))])


def _certainty(outcome: Outcome, name: str) -> str:
    """How far the choice of the main solution is proved."""
    how = outcome.provenance
    if how.gap:
        return f"Not proved: it may be up to {show(how.gap)} below the best by {name}."
    if not how.exact:
        return f"Computed by {name} in floating point, not proved."
    return f"Proved, in exact numbers: no package within the budget is better by {name}."


def _packages(problem: Problem) -> Section:
    from mechdesign.bargaining.plots import frontier

    title = "The packages"
    try:
        found = bargaining.packages(problem)
    except LimitReachedError as error:
        return Section(title, [Paragraph(str(error), note=True)])
    if not len(found):
        return Section(title, [Paragraph("No package is within the budget.")])
    text = f"{len(found)} packages are within the budget"
    if len(found) > _LISTED:
        note = Paragraph(f"{text}, too many to compare one by one here.", note=True)
        return Section(title, [note])
    efficient = bargaining.mixtures(problem, exact=False).rows
    totals = found.floats.sum(axis=1)
    order = sorted((int(row) for row in efficient), key=lambda k: (-totals[k], k))
    groups = list(problem.agents)[:_GROUPS]
    rows = []
    for k in order[:_SHOWN]:
        values = found.utility(k)
        cells = [_say(problem, found.label(k)), found.cost(k), *values[: len(groups)]]
        rows.append([*cells, sum(values), min(values)])
    notes = [
        f"{len(order)} of them are efficient: no other one is better for some and worse for none"
    ]
    if len(order) > _SHOWN:
        notes.append(f"the {_SHOWN} of the largest total are shown")
    if len(problem) > _GROUPS:
        notes.append(f"the utilities of the first {_GROUPS} of {len(problem)} groups are shown")
    columns = [
        "package",
        "cost",
        *distinct(groups, "package", "cost", "total", "worst"),
        "total",
        "worst",
    ]
    table = Table(columns, rows, "Efficient packages and what they are worth", notes)
    parts: list[Part | None] = [Paragraph(text + "."), table]
    if problem.reserve is not None:
        reserve = zip(problem.agents, problem.reserve, strict=True)
        parts.append(
            Paragraph(
                "Without an agreement: " + ", ".join(f"{a} {show(r)}" for a, r in reserve) + "."
            )
        )
    if len(problem) >= 2:
        x, y = problem.agents[:2]
        parts.append(
            figure(
                f"All packages in the plane of the first two groups, {x} and {y}, with the choices "
                "of the solutions; the other groups are not seen here.",
                f"A scatter plot of {len(found)} packages by the utilities of {x} and {y}.",
                lambda ax: frontier(problem, ax=ax),
                (6.6, 4.4),
            )
        )
    return Section(title, parts)


def _solutions(problem: Problem, solved: Mapping[str, Outcome], reference: Labels) -> Section:
    rows, ties = [], []
    for name, outcome in solved.items():
        m = bargaining.metrics(problem, outcome, reference=reference)
        rows.append(
            [
                name,
                _say(problem, outcome.choice),
                m.cost,
                _rounded(m.total),
                _rounded(m.worst),
                str(m.worst_agent),
                _rounded(m.gini),
                _rounded(m.quantile),
                _rounded(min(m.satisfaction)),
            ]
        )
        if outcome.provenance.ties:
            ties.append(f"{name}: {outcome.provenance.ties}")
        if outcome.provenance.gap:
            ties.append(f"{name}: proved only up to {show(outcome.provenance.gap)}")
    columns = ["solution", "package", "cost", "total", "worst", "worst group", "Gini"]
    columns += ["satisfaction, quantile 0.2", "least satisfaction"]
    notes = [
        "satisfaction is 0 at the worst and 1 at the best package for a group, each on its own "
        "scale; the Gini coefficient is 0 for equal utilities"
    ]
    if reference is not None:
        notes.append("measured against the reserve, the bases and these choices only")
    table = Table(columns, rows, "What each solution chooses", notes)
    by_group = Table(
        ["group", *solved],
        [[str(a), *(o.utilities[a] for o in solved.values())] for a in problem.agents],
        "Utility of every group",
    )
    return Section(
        "The solutions side by side", [table, Items(tuple(ties)) if ties else None, by_group]
    )


def _rounded(value: Any) -> Any:
    return None if value is None else f"{float(value):.4g}"


def _against_base(problem: Problem, outcome: Outcome, name: str, reference: Labels) -> Section:
    from mechdesign.bargaining.plots import satisfaction

    title = "Against the best base"
    try:
        report = bargaining.report(problem, outcome, reference=reference)
    except InvalidInputError as error:  # no base is within the budget
        return Section(title, [Paragraph(str(error), note=True)])
    before, after = (_say(problem, one.package) for one in (report.before, report.after))
    told = [
        f"From {before}, the base with the largest total, to {after}, the choice of {name}.",
        f"Better off: {listed(report.gained)}. Worse off: {listed(report.lost)}.",
    ]
    total = report.after.total
    try:
        price = bargaining.price_of_fairness(problem, outcome)
        below = f"{float(price):.2%} below" if price else "equal to"
        told.append(f"Its total of {_rounded(total)} is {below} the largest one in the budget.")
    except InvalidInputError:  # totals are not positive: a share of them says nothing
        pass
    headline, ledger = report.headline, report.ledger
    shown = Table(
        [*ledger.columns[:4], "who", *ledger.columns[5:]],
        [[*row[:5], *map(_rounded, row[5:])] for row in ledger.rows],
        "Who gains and who loses",
    )
    drawn = figure(
        "Satisfaction of every group before and after.",
        f"Dots for {len(problem)} groups: satisfaction at {before} and at {after}; the table above "
        "has the same numbers.",
        lambda ax: satisfaction(report, ax=ax),
        (6.4, 1.2 + 0.45 * len(problem)),
    )
    return Section(title, [Items(tuple(told)), headline, shown, drawn])


def _negotiation(problem: Problem, tolerance: Number) -> Section:
    from mechdesign.bargaining.plots import negotiation_path

    title = "A negotiation"
    text = (
        "A mediator starts from the best base and amends one text as long as it serves the "
        f"worst-off; a group concedes at most {show(tolerance)} in one round, and nobody falls "
        "below the start."
    )
    try:
        talks = bargaining.mediate(problem, tolerance=tolerance)
    except (InvalidInputError, LimitReachedError, SolverError) as error:
        return Section(title, [Paragraph(f"There is none: {error}", note=True)])
    table = talks.table()
    shown = Table(table.columns, table.rows, "Round by round")
    drawn = None
    if len(talks.rounds) > 1:
        drawn = figure(
            "Utility of every group, round by round; the worst-off in bold.",
            f"Lines of the utilities of {len(problem)} groups over {len(talks.rounds)} texts; the "
            "table above names the texts.",
            lambda ax: negotiation_path(talks, ax=ax),
            (6.8, 4.2),
        )
    end = f"It ends with {_say(problem, talks.outcome.choice)}."
    return Section(title, [Paragraph(text), shown, Paragraph(end), drawn])
