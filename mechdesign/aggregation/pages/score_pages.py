"""The report on a table of scores or a set of rankings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mechdesign import aggregation
from mechdesign.aggregation import Comparison, pairs_of, profile_of
from mechdesign.aggregation.analysis.comparison import usual_rules
from mechdesign.aggregation.pages.axioms_of_a_table import axioms_section
from mechdesign.aggregation.pages.disputes import disagreement_section
from mechdesign.aggregation.reading import named
from mechdesign.errors import InvalidInputError
from mechdesign.io import Table
from mechdesign.model import AddsUp, Mechanism, MechanismLike, Problem, Reference, Seed, show
from mechdesign.report.document import Figure, Items, Paragraph, Section
from mechdesign.report.figures import figure
from mechdesign.report.html import say
from mechdesign.report.pages import Report
from mechdesign.report.parts import Source, clipped, closing, distinct, listed

__all__ = ["score_report"]

_SHOWN, _CROSS, _GRAPH = 60, 12, 12
# Rules that add up tasks are resampled at once; others less often, or not at all.
_FEW, _SLOW_SYSTEMS = 200, 15
# More voters than these are drawn in groups of equal rankings.
_VOTERS = 10_000
# Kemeny joins by itself unless a cycle of majorities is larger.
_CYCLE = 40
# How sentences begin whose subject has a table of its own.
_TOLD_BELOW = ("- ", "One task decides", "No single task")


def score_report(
    data: object,
    *,
    mechanism: MechanismLike | None = None,
    rules: Sequence[MechanismLike] | None = None,
    samples: int | None = None,
    rng: Seed = 0,
    source: Source | None = None,
    **options: object,
) -> Report:
    """Report on a table of scores or on rankings.

    Parameters
    ----------
    data : scores or rankings
        See :func:`mechdesign.aggregation.read`.
    mechanism : rule, optional
        The main rule: the one that is resampled and audited; by default the mean, for rankings
        Borda.
    rules : sequence of rules, optional
        What it is compared with; by default mean (for scores), Borda, Copeland and Kemeny.
    samples : int, optional
        Of the bootstrap; by default 1000 for the mean and Borda of complete data, else 200.
    rng : int
        Its seed, which the report states.
    source : Source, optional
        Where the data come from.

    Returns
    -------
    Report
        With the ranking, the majorities, the disputes, the uncertainty and the axioms.

    Examples
    --------
    >>> report = score_report({"A": [99, 80, 80], "B": [80, 81, 81]})
    >>> [section.title for section in report.sections][:3]
    ['In short', 'The rankings', 'How certain it is']
    """
    problem = aggregation.read(data, **options)
    scored = isinstance(problem.data, aggregation.ScoreData)
    hard = rules is None and _cycle(problem) > _CYCLE
    usual = [rule for rule in usual_rules(problem) if not (hard and rule == "kemeny")]
    others = list(rules) if rules is not None else usual
    main = named(mechanism if mechanism is not None else others[0])
    names = [main, *(rule for rule in map(named, others) if rule.name != main.name)]
    found = aggregation.compare(problem, names)
    origin = source or Source()
    rule = next(iter(found.results))
    certain, sure = _uncertainty(problem, main, rule, samples, rng)
    sections = [
        _short(found, rule, sure),
        _rankings(found, hard),
        certain,
        disagreement_section(found),
        _majorities(problem, found, rule),
        axioms_section(problem, names, rule),
        Section("What was decided while reading", [_decisions(found)]),
    ]
    used: list[Reference | None] = [r.provenance.reference for r in found.results.values()]
    what = "systems" if scored else "alternatives"
    unit = "tasks" if scored else "rankings"
    subtitle = f"{len(problem.data.alternatives)} {what}, {_count(problem, scored)} {unit}"
    return Report(f"Ranking: {origin.name}", subtitle, (*sections, *closing(origin, used)))


def _cycle(problem: Problem) -> int:
    """The size of the largest group that beats one another in cycles, which makes Kemeny hard."""
    return max(map(len, aggregation.majority_cycles(pairs_of(problem))), default=0)


def _count(problem: Problem, scored: bool) -> str:
    if scored:
        return str(len(problem))
    profile = profile_of(problem)
    return show(sum(profile.counts.tolist()) / profile.denominator)


def _short(found: Comparison, rule: str, sure: str) -> Section:
    lines = found.explain().split("\n")
    told = [_answer(found, rule), *([sure] if sure else [])]
    told += [line for line in lines if not line.startswith(_TOLD_BELOW) and line[-1:] != ":"]
    return Section("In short", [Items(tuple(told))])


def _answer(found: Comparison, rule: str) -> str:
    """Who is first, by which rules, the main one before the others."""
    by_winner: dict[tuple[Any, ...], list[str]] = {}
    for name in (rule, *found.results):
        names = by_winner.setdefault(tuple(found.winners[name]), [])
        names += [name] if name not in names else []
    first, *others = by_winner.items()
    told = f"First: {listed(first[0])}"
    if not others:
        by = f"by {rule}" if len(first[1]) == 1 else f"by all {len(first[1])} rules"
        return f"{told}, {by}{' (they tie)' if len(first[0]) > 1 else ''}."
    told += f", by {listed(first[1])}"
    return "; ".join([told, *(f"{listed(who)} by {listed(by)}" for who, by in others)]) + "."


def _decisions(found: Comparison) -> Items | Paragraph:
    if not found.decisions:
        return Paragraph("Nothing: the data were taken as they are.")
    return Items(found.decisions)


def _rankings(found: Comparison, hard: bool) -> Section:
    ranks = clipped(found.table(), _SHOWN, "systems")
    notes = [*ranks.notes, "= shares its place; in brackets the score, where the rule has one"]
    table = Table(ranks.columns, ranks.rows, "Place under each rule", notes)
    ties = [f"{r}: {f.provenance.ties}" for r, f in found.results.items() if f.provenance.ties]
    many = [
        f"{r}: {f.details['count']} orders are equally good; the table shows one of them"
        for r, f in found.results.items()
        if (f.details.get("count") or 1) > 1
    ]
    note = f"Kemeny is left out: a cycle of majorities has more than {_CYCLE} members."
    left_out = Paragraph(note, note=True) if hard and "kemeny" not in found.results else None
    return Section(
        "The rankings",
        [
            left_out,
            table,
            Items((*ties, *many)) if ties or many else None,
            _bump(found),
            _agreement(found),
        ],
    )


def _agreement(found: Comparison) -> Table | None:
    if len(found.results) < 2:
        return None
    table = found.agreement()
    title = "Agreement of the rules: Kendall's tau-b, 1 for the same ranking"
    return Table(("rule", *table.columns[1:]), table.rows, title)


def _bump(found: Comparison) -> Figure | None:
    from mechdesign.aggregation.plots import bump

    if len(found.results) < 2:
        return None
    labels = found.problem.data.alternatives
    best = {
        x for r in found.results.values() for x in labels if float(r.choice.ranks("min")[x]) <= 15
    }
    return figure(
        "Places under each rule; grey lines do not move.",
        f"Lines of the places of {len(best)} systems under {listed(list(found.results))}; "
        "the table above has the same numbers.",
        lambda ax: bump(found, ax=ax),
        (1.6 + 1.2 * len(found.results), 1 + 0.3 * len(best)),
    )


def _majorities(problem: Problem, found: Comparison, rule: str) -> Section:
    from mechdesign.aggregation.plots import majority_graph

    pairs = pairs_of(problem)
    order = list(found.results[rule].choice.alternatives)
    shown = order[:_CROSS]

    def duel(a: object, b: object) -> str:
        i, j = pairs.alternatives.index(a), pairs.alternatives.index(b)
        won, lost = pairs.scaled(pairs.support[i, j]), pairs.scaled(pairs.support[j, i])
        return f"{say(won)} : {say(lost)}"

    rows = [[str(a), *("" if a == b else duel(a, b) for b in shown)] for a in shown]
    notes = ["for the row : for the column; the rest tie or lack one of the two"]
    if len(order) > _CROSS:
        notes.append(f"the first {_CROSS} of {len(order)} under {rule}")
    table = Table(
        ("prefer", *distinct(shown, "prefer")), rows, "How many prefer the row to the column", notes
    )
    winner = aggregation.condorcet_winner(pairs)
    cycles = aggregation.majority_cycles(pairs)
    told = [
        "Nobody beats every other one by majority."
        if winner is None
        else f"{winner} beats every other one by majority."
    ]
    if cycles:
        told += [f"In a cycle of majorities: {listed(group)}." for group in cycles[:5]]
    else:
        told.append("The majorities have no cycle.")
    graph = None
    if 3 <= len(order) <= _GRAPH:
        graph = figure(
            "Majorities: an arrow goes from the winner to the loser, wider for larger margins.",
            f"A graph of the majorities between {len(order)} systems; the table above has the "
            "same numbers.",
            lambda ax: majority_graph(problem, ax=ax),
            (4.8, 4.2),
        )
    return Section("Head to head", [Items(tuple(told)), table, graph])


def _uncertainty(
    problem: Problem, main: Mechanism[Any], rule: str, samples: int | None, rng: Seed
) -> tuple[Section, str]:
    """The section, and its result in a sentence."""
    from mechdesign.aggregation.plots import rank_intervals

    title = "How certain it is"
    if len(problem) < 2:
        return Section(title, [Paragraph("There is nothing to resample.", note=True)]), ""
    m = len(problem.data.alternatives)
    notes = []
    if not isinstance(main, AddsUp) and m > _SLOW_SYSTEMS:
        notes.append(
            f"{rule} of {m} systems is too slow to resample: these are the intervals of Borda."
        )
        main, rule = aggregation.borda, "borda"
    drawn_from, unit = _single_voters(problem)
    fast = isinstance(main, AddsUp) and profile_of(problem).complete
    number = samples if samples is not None else 1000 if fast else _FEW
    try:
        ranks = aggregation.bootstrap(drawn_from, main, samples=number, rng=rng)
    except InvalidInputError as error:
        if error.parameter != "data":
            raise
        why = f"Some resamples cannot be ranked by {rule}: the data must {error.constraint}."
        return Section(title, [Paragraph(why, note=True)]), ""
    text = (
        f"The {len(drawn_from)} {unit} are drawn again with replacement {number} times, seed "
        f"{rng}, and ranked by {rule} each time. The intervals are of one system each, not of all "
        "at once."
    )
    table = clipped(ranks.table(), _SHOWN, "systems")
    drawn = None
    if m <= _SHOWN:
        drawn = figure(
            f"Places under {rule} in {number} resamples: mean and {ranks.level:.0%} interval.",
            f"Intervals of the places of {m} systems; the table above has the same numbers.",
            lambda ax: rank_intervals(ranks, ax=ax),
            (6.4, 1 + 0.27 * m),
        )
    told = [Paragraph(note, note=True) for note in notes]
    # A share of resamples is no probability of being right, and is called what it is.
    often = sorted(zip(ranks.first(), ranks.alternatives, strict=True), key=lambda pair: -pair[0])
    sure = ", ".join(f"{who} in {share:.0%}" for share, who in often[:3] if share >= 0.005)
    sentence = f"Drawn again {number} times, the {unit} put first by {rule}: {sure}."
    return Section(title, [Paragraph(text), *told, table, drawn]), sentence


def _single_voters(problem: Problem) -> tuple[Problem, str]:
    """The problem in which every voter has a row of the own, which is what a bootstrap draws."""
    if isinstance(problem.data, aggregation.ScoreData):
        return problem, "tasks"
    profile = profile_of(problem)
    counts = profile.counts.tolist()
    if profile.denominator != 1 or sum(counts) > _VOTERS:
        return problem, "distinct rankings, with their weights,"
    pairs = zip(profile.rankings(), counts, strict=True)
    voters = [ranking for ranking, count in pairs for _ in range(count)]
    single = aggregation.Profile.from_rankings(
        voters, alternatives=profile.alternatives, unranked=problem.data.unranked
    )
    return aggregation.read(single), "voters"
