"""Where rules disagree on a table, and which tasks make the difference."""

from __future__ import annotations

from typing import Any

from mechdesign import aggregation
from mechdesign.aggregation import Comparison
from mechdesign.errors import InvalidInputError, LimitReachedError
from mechdesign.io import Table
from mechdesign.report.document import Items, Paragraph, Section
from mechdesign.report.html import say
from mechdesign.report.parts import listed

__all__ = ["disagreement_section"]

_PAIRS, _SETS = 12, 20_000


def disagreement_section(found: Comparison) -> Section:
    """The section on disputed pairs, decisive tasks and the fewest tasks that change the winner.

    Parameters
    ----------
    found : Comparison
        The results of the rules.
    """
    scored = isinstance(found.problem.data, aggregation.ScoreData)
    return Section(
        "Where the rules disagree",
        [_pairs(found, scored), _decisive(found) if scored else None, *_flips(found, scored)],
    )


def _pairs(found: Comparison, scored: bool) -> Table | Paragraph:
    pairs = found.disputed_pairs
    if not pairs:
        return Paragraph("No pair is ordered in opposite ways by two rules.")
    m = len(found.problem.data.alternatives)
    rows = []
    for a, b in pairs[:_PAIRS]:
        duel = found.duel(a, b)
        above: dict[bool, list[str]] = {True: [], False: []}
        for name, result in found.results.items():
            if result.choice.tier(a) != result.choice.tier(b):
                above[result.choice.prefers(a, b)].append(name)
        cells: list[Any] = [f"{a} / {b}", ", ".join(above[True]), ", ".join(above[False])]
        if scored:
            cells += [_tasks(duel.wins), _tasks(duel.losses), _tasks(duel.ties)]
        else:
            cells += [say(duel.won), say(duel.lost)]
        rows.append(cells)
    names = ["pair", "first above by", "second above by", "first better in", "second better in"]
    notes = [f"{len(pairs)} of {m * (m - 1) // 2} pairs are ordered in opposite ways by two rules"]
    if len(pairs) > _PAIRS:
        notes.append("those nearest to the top are shown")
    if scored:
        names.append("equal in")
    return Table(names, rows, "Disputed pairs", notes)


def _tasks(tasks: tuple[object, ...]) -> str:
    if len(tasks) > 6:
        return f"{len(tasks)} tasks"
    return ", ".join(map(str, tasks))


def _decisive(found: Comparison) -> Table | Paragraph:
    rows = []
    for name, tasks in found.decisive_tasks.items():
        by_winner: dict[str, list[str]] = {}
        for task, winners in tasks:
            by_winner.setdefault(listed(winners, 4), []).append(str(task))
        rows += [[name, who, ", ".join(those)] for who, those in by_winner.items()]
    if not 1 < len(found.problem) <= 60:
        return Paragraph(
            "Single decisive tasks are looked for among at most 60 tasks only.", note=True
        )
    if not rows:
        return Paragraph("No single task decides who is first under any of the rules.")
    return Table(
        ["under", "first would be", "without any one of"], rows, "Tasks that decide who is first"
    )


def _flips(found: Comparison, scored: bool) -> list[Items | Paragraph]:
    """The fewest tasks without which another system is first, rule by rule."""
    told, left = [], []
    for rule in found.results:
        if len(found.problem) < 2:
            continue
        try:
            flip = aggregation.smallest_flip(found.problem, rule, max_sets=_SETS)
        except InvalidInputError as error:
            if error.parameter == "rule":  # no method for it
                continue
            left.append(f"Fewest tasks under {rule}: the data must {error.constraint}.")
            continue
        except LimitReachedError as error:
            left.append(f"Fewest tasks under {rule}: not decided ({error}).")
            continue
        what = "tasks" if scored else "rankings"
        if flip is None:
            tied = len(found.winners[rule]) > 1
            told.append(
                f"{rule}: "
                + (
                    "several are first already."
                    if tied
                    else f"no set of {what} changes who is first."
                )
            )
        elif scored:
            told.append(
                f"{rule}: without {listed(flip.tasks)} {flip.rival} is ahead of {flip.winner}; "
                f"no smaller set of tasks does it."
            )
        else:
            told.append(
                f"{rule}: without {len(flip.tasks)} of the distinct rankings {flip.rival} is ahead "
                f"of {flip.winner}; no smaller set does it."
            )
    parts: list[Items | Paragraph] = [Items(tuple(told))] if told else []
    return [*parts, *(Paragraph(text, note=True) for text in left)]
