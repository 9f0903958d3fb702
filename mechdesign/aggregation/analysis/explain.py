"""The comparison of rules told in words; every figure is computed from the results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mechdesign.aggregation.analysis.rule_results import Duel, RuleResults
from mechdesign.aggregation.profiles.problems import ScoreData, profile_of
from mechdesign.aggregation.profiles.ranking import Label
from mechdesign.aggregation.results import AggregationResult
from mechdesign.model import Number, ratio

_NAMES = {"mean": "The mean", "borda": "Borda", "copeland": "Copeland", "kemeny": "Kemeny"}


def explain_comparison(comparison: RuleResults) -> list[str]:
    """Sentences on winners, disputes, decisive tasks and agreement."""
    lines = ["; ".join(_winner(rule, r) for rule, r in comparison.results.items()) + "."]
    if comparison.agree:
        lines.append("All rules have the same winners.")
    else:
        lines += _disputes(comparison)
    lines += _pairs(comparison)
    lines += _decisive(comparison)
    lines += _agreement(comparison)
    lines += _promoted(comparison)
    return lines


def tasks_told(comparison: RuleResults, limit: int = 60) -> list[str]:
    """The tasks that count, each way they are read on a line."""
    lines = []
    for better in ("higher", "lower"):
        tasks = [one for one in comparison.counted if one["better"] == better]
        if not tasks:
            continue
        shown = [
            f"{t['task']} ({_scale(t)})" if t["low"] is not None else f"{t['task']} (no score)"
            for t in tasks[:limit]
        ]
        more = f" and {len(tasks) - limit} more" if len(tasks) > limit else ""
        noun = "1 task" if len(tasks) == 1 else f"{len(tasks)} tasks"
        lines.append(f"Counted, {better} is better, {noun}: {', '.join(shown)}{more}.")
    return lines


def _scale(task: Mapping[str, Any]) -> str:
    lack = f", {task['missing']} missing" if task["missing"] else ""
    return f"{float(task['low']):.6g} to {float(task['high']):.6g}{lack}"


def _promoted(comparison: RuleResults, limit: int = 3) -> list[str]:
    """Systems that stand above one that beats them because they lack a task in which it is good."""
    problem = comparison.problem
    if not isinstance(problem.data, ScoreData) or problem.data.unranked == "last":
        return []
    labels = problem.data.alternatives
    profile = profile_of(problem)
    tiers, counts = profile.tiers.astype(int), profile.counts
    seen = tiers >= 0
    lacking = [k for k in range(len(labels)) if not seen[:, k].all()]
    lines = []
    for rule, found in comparison.results.items():
        told = []
        for i in lacking:
            for y in found.choice.alternatives:
                j = labels.index(y)
                more = int((seen[:, j] & ~seen[:, i]).sum())
                if not more or not found.choice.prefers(labels[i], y):
                    continue
                both = seen[:, i] & seen[:, j]
                won = int(counts[both & (tiers[:, j] < tiers[:, i])].sum())
                lost = int(counts[both & (tiers[:, j] > tiers[:, i])].sum())
                if won > lost:
                    scale = [ratio(votes, profile.denominator) for votes in (won, lost)]
                    first, second = figures(*scale)
                    told.append(
                        f"{labels[i]} above {y}, who wins {first} to {second} and has {more} more"
                    )
                    break
        if told:
            rest = f"; and {len(told) - limit} more" if len(told) > limit else ""
            lines.append(
                f"Missing scores may promote under {rule}: {'; '.join(told[:limit])}{rest} "
                "(--common counts only the tasks that all have)."
            )
    return lines


def _winner(rule: str, found: AggregationResult) -> str:
    name = _NAMES.get(rule, rule)
    first = _list(found.winners)
    verb = "ties" if len(found.winners) > 1 else "puts"
    text = f"{name} {verb} {first}" + (" for the first place" if verb == "ties" else " first")
    scores = found.scores
    others = [x for x in found.choice.alternatives if x not in found.winners]
    if scores and found.winners:
        best = scores[found.winners[0]]
        if others:
            mine, next_best = figures(best, max(scores[x] for x in others))
            text += f" ({mine} against {next_best})"
    elif found.cost is not None:
        gap = found.provenance.gap
        proof = (
            "proved optimal" if gap == 0 else f"at most {figures(gap or 0)[0]} above the optimum"
        )
        text += f" (distance {figures(found.cost)[0]}, {proof})"
        count = found.details.get("count")
        if count is not None and count > 1:
            text += f", one of {count} optimal orders"
    return text


def _disputes(comparison: RuleResults) -> list[str]:
    """Head to head between the different winners, and what the mean makes of each task."""
    seen: list[Label] = []
    for winners in comparison.winners.values():
        seen += [w for w in winners if w not in seen]
    lines = []
    for i, a in enumerate(seen[:3]):
        for b in seen[i + 1 : 3]:
            duel = comparison.duel(a, b)
            lines.append(_head_to_head(duel, isinstance(comparison.problem.data, ScoreData)))
            mean = comparison.results.get("mean")
            if mean is not None:
                lines += _mean_difference(comparison, mean, a, b)
    return lines


def _head_to_head(duel: Duel, scored: bool) -> str:
    a, b, won, lost = duel.first, duel.second, duel.won, duel.lost
    if won < lost:
        a, b, won, lost = b, a, lost, won
    unweighted = isinstance(won, int) and (len(duel.wins), len(duel.losses)) in (
        (won, lost),
        (lost, won),
    )
    unit = "comparisons" if not scored else "tasks" if unweighted else "in weight"
    first, second = figures(won, lost)
    tied = f", {len(duel.ties)} tied" if duel.ties else ""
    if won == lost:
        return f"Head to head {a} and {b} are level, {first} {unit} each{tied}."
    return f"Head to head {a} beats {b} {first} {unit} to {second}{tied}."


def _mean_difference(
    comparison: RuleResults, mean: AggregationResult, a: Label, b: Label
) -> list[str]:
    """Which tasks carry the difference of the means of two systems."""
    problem = comparison.problem
    if not isinstance(problem.data, ScoreData):
        return []
    i, j = (problem.data.alternatives.index(x) for x in (a, b))
    if mean.scores[a] < mean.scores[b]:
        a, b, i, j = b, a, j, i
    parts: list[tuple[Number, Any]] = []
    for agent, scores in zip(problem.agents, problem.types, strict=True):
        x, y = scores[i], scores[j]
        if x is None or y is None or x != x or y != y:
            return []
        parts.append((problem.weight_of(agent) * (x - y), agent))
    total = sum(value for value, _ in parts)
    if not total > 0:
        return []
    ordered = sorted(parts, key=lambda part: -part[0])
    carried: Number = 0
    chosen = []
    for value, agent in ordered:
        carried += value
        chosen.append((agent, value))
        if total - carried < 0:
            break
    if total - carried >= 0:
        return []
    named = ", ".join(f"{agent} ({_signed(value)})" for agent, value in chosen[:6])
    more = "" if len(chosen) <= 6 else f" and {len(chosen) - 6} more"
    return [
        f"The mean's lead of {a} over {b} is carried by {named}{more}: without "
        f"{'it' if len(chosen) == 1 else 'them'} {b} has the higher mean."
    ]


def _pairs(comparison: RuleResults, limit: int = 5) -> list[str]:
    pairs = comparison.disputed_pairs
    m = len(comparison.problem.data.alternatives)
    if not pairs:
        return ["No pair of systems is ordered in opposite ways by two rules."]
    scored = isinstance(comparison.problem.data, ScoreData)
    lines = [
        f"{len(pairs)} of {m * (m - 1) // 2} pairs are ordered in opposite ways by two rules"
        + (", nearest to the top:" if len(pairs) > limit else ":")
    ]
    for a, b in pairs[:limit]:
        above = {True: [], False: []}  # type: dict[bool, list[str]]
        for rule, found in comparison.results.items():
            if found.choice.tier(a) != found.choice.tier(b):
                above[found.choice.prefers(a, b)].append(rule)
        duel = comparison.duel(a, b)
        lines.append(
            f"- {a} above {b} by {_list(above[True])}, below by {_list(above[False])}; "
            f"{_shares(duel, scored)}."
        )
    return lines


def _decisive(comparison: RuleResults) -> list[str]:
    lines = []
    for rule, found in comparison.decisive_tasks.items():
        if not found:
            continue
        name = _NAMES.get(rule, rule)
        told = "; ".join(f"without {task}: {_list(w)}" for task, w in found[:6])
        more = "" if len(found) <= 6 else f"; and {len(found) - 6} more tasks"
        lines.append(
            f"One task decides who is first under {name.replace('The', 'the')}: {told}{more}."
        )
    stable = [
        _NAMES.get(r, r).replace("The", "the")
        for r, found in comparison.decisive_tasks.items()
        if not found
    ]
    if (
        stable
        and isinstance(comparison.problem.data, ScoreData)
        and 1 < len(comparison.problem) <= 60
    ):
        lines.append(f"No single task decides who is first under {_list(stable)}.")
    return lines


def _agreement(comparison: RuleResults) -> list[str]:
    names = list(comparison.results)
    if len(names) < 2 or len(comparison.problem.data.alternatives) < 3:
        return []
    taus = [
        (comparison.results[a].choice.tau(comparison.results[b].choice), a, b)
        for i, a in enumerate(names)
        for b in names[i + 1 :]
    ]
    known = [entry for entry in taus if entry[0] == entry[0]]
    if not known:
        return []
    low, a, b = min(known)
    high, c, d = max(known)
    if len(known) == 1:
        return [f"Kendall's tau between {a} and {b} is {low:.3f}."]
    return [
        f"Kendall's tau between the rankings ranges from {low:.3f} ({a}, {b}) "
        f"to {high:.3f} ({c}, {d})."
    ]


def figures(*values: Number) -> tuple[str, ...]:
    """Numbers with as many digits as it takes to tell them apart, at least four if not integers.

    Examples
    --------
    >>> from fractions import Fraction
    >>> figures(Fraction(8963, 100), Fraction(8948, 100)), figures(21, 20)
    (('89.63', '89.48'), ('21', '20'))
    """
    if all(isinstance(v, int) or v == int(v) for v in values):
        return tuple(str(int(v)) for v in values)
    for digits in range(4, 17):
        texts = tuple(f"{float(v):.{digits}g}" for v in values)
        if len(set(texts)) == len({float(v) for v in values}):
            return texts
    return tuple(str(v) for v in values)


def _signed(value: Number) -> str:
    return f"{float(value):+.4g}"


def _list(names: Sequence[object]) -> str:
    texts = [str(n) for n in names]
    if not texts:
        return "nobody"
    if len(texts) > 6:
        texts = [*texts[:5], f"{len(texts) - 5} others"]
    return texts[0] if len(texts) == 1 else f"{', '.join(texts[:-1])} and {texts[-1]}"


def _few(tasks: Sequence[object]) -> str:
    if len(tasks) > 6:
        return f"{len(tasks)} tasks"
    return ", ".join(str(t) for t in tasks) if tasks else "none"


def _shares(duel: Duel, scored: bool) -> str:
    """Who wins which tasks, or by how many votes where the voters have no names."""
    a, b = duel.first, duel.second
    if not scored:
        won, lost = figures(duel.won, duel.lost)
        return f"{a} wins {won} comparisons, {b} wins {lost}"
    tied = f", tied {_few(duel.ties)}" if duel.ties else ""
    return f"{a} wins {_few(duel.wins)}, {b} wins {_few(duel.losses)}{tied}"
