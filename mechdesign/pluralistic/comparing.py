"""The rules side by side: what every group gets, who objects, and why a policy was chosen."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from mechdesign.clock import ticks
from mechdesign.errors import InvalidInputError
from mechdesign.io import Table
from mechdesign.model import (
    Lottery,
    Mechanism,
    Number,
    Problem,
    Seed,
    all_exact,
    as_count,
    as_mechanism,
    generator,
    ratio,
    show,
    tidy,
)
from mechdesign.pluralistic.axioms import blocking
from mechdesign.pluralistic.choices.choice_logs import ChoiceLog, choice_log
from mechdesign.pluralistic.choices.group_checks import matched
from mechdesign.pluralistic.choices.mixtures import Mixture, known_groups, mixture
from mechdesign.pluralistic.scales import SCALES, details_of, reference_of, scaled, weights_of
from mechdesign.pluralistic.settings import policies
from mechdesign.pluralistic.welfare_lotteries import worth

__all__ = ["compare_policies", "explain_policy", "objections", "policy_intervals"]

_RULES = ("utilitarian", "random_group", "maxmin", "nash_welfare")


def compare_policies(data: object, rules: Sequence[str] = _RULES, **options: Any) -> Table:
    """What every group gets under several rules, and the chances of the alternatives.

    Parameters
    ----------
    data, **options
        A problem, or utilities of groups as :func:`policies` reads them; `ref` is the reference to
        which the distance is told, uniform by default.
    rules : sequence of str
        Rules of the family, such as ``maxmin(scale=range)``.

    Returns
    -------
    Table
        One row a rule: utilities of the groups, the group that is worst off, the mean by weight,
        how far the policy is from the reference (half of the sum of differences), and the policy.

    Examples
    --------
    >>> print(compare_policies({"many": {"a": 1, "b": 0}, "few": {"a": 0, "b": 1}}, ["maxmin"]))
    rule    many  few  worst off  mean  distance  a    b
    ------  ----  ---  ---------  ----  --------  ---  ---
    maxmin  1/2   1/2  all        1/2   0         1/2  1/2
    groups are compared by utilities as they are
    """
    ref = options.pop("ref", None)
    problem = data if isinstance(data, Problem) else policies().problem(data, **options)
    base, weights = reference_of(problem, ref), weights_of(problem)
    rows: list[list[Any]] = []
    scales: dict[str, list[str]] = {}
    for name in rules:
        found, chances = _chosen(name, problem)
        gets = [worth(chances, own) for own in problem.types]
        worst = _worst(problem, gets, problem.types)
        mean = ratio(sum(w * u for w, u in zip(weights, gets, strict=True)), sum(weights))
        apart = sum((max(p - b, 0) for p, b in zip(chances, base, strict=True)), Fraction(0))
        told = "all" if len(worst) == len(gets) else ", ".join(map(str, worst))
        rows.append([name, *map(tidy, gets), told, tidy(mean), tidy(apart), *map(tidy, chances)])
        scales.setdefault(SCALES[details_of(found).get("scale", "raw")], []).append(name)
    columns = ["rule", *map(str, problem.agents), "worst off", "mean", "distance"]
    clash = set(columns) & set(map(str, problem.data.alternatives))
    columns += [f"p({a})" if clash else str(a) for a in problem.data.alternatives]
    notes = [
        f"groups are compared by {text}{'' if len(scales) == 1 else ' in ' + ', '.join(names)}"
        for text, names in scales.items()
    ]
    return Table(columns, rows, "", notes)


def _worst(
    problem: Problem, levels: Sequence[Number], rows: Sequence[Sequence[Number]]
) -> list[Any]:
    """The groups with the lowest level; floats to 1e-7 of the largest range of utilities."""
    unit = max(max(row) - min(row) for row in rows)
    most: Number = min(levels) + (0 if all_exact(levels) else 1e-7 * float(unit))
    return [g for g, u in zip(problem.agents, levels, strict=True) if u <= most]


def _chosen(name: object, problem: Problem) -> tuple[Lottery, list[Number]]:
    """What a rule chooses, and the chances of the alternatives."""
    rule = _rule(name)
    found = rule.solve(problem)
    if not isinstance(found, Lottery) or rule.setting.id != policies().id:
        raise InvalidInputError("rules", "be rules that choose policies", name)
    chances: dict[Any, Number] = dict.fromkeys(problem.data.alternatives, 0)
    for p, outcome in found:
        chances[outcome.choice] += p
    return found, list(chances.values())


def _rule(name: Any) -> Mechanism:
    if isinstance(name, str):
        return as_mechanism(name if "." in name else f"pluralistic.{name}")
    return as_mechanism(name)


def objections(data: object, rules: Sequence[str] = _RULES, **options: Any) -> Table:
    """Which groups could do better with their share of the probability, and how.

    Parameters
    ----------
    data, rules, **options
        As in :func:`compare_policies`; at most 12 groups.

    Returns
    -------
    Table
        One row a rule: the coalition whose members all gain most by spreading the share of the
        probability that is their share of the weight, what each gains at least, and that spread.
        Nobody objects to what is in the core.

    Notes
    -----
    One linear program for each coalition.

    Examples
    --------
    >>> groups = {"many": {"a": 1, "b": 0}, "few": {"a": 0, "b": 1}}
    >>> print(objections(groups, ["utilitarian", "nash_welfare"], weights={"many": 4, "few": 1}))
    rule          objects  gain  spread
    ------------  -------  ----  ------
    utilitarian   few      1/5   1/5 b
    nash_welfare  nobody   0     -
    """
    problem = data if isinstance(data, Problem) else policies().problem(data, **options)
    rows: list[list[Any]] = []
    for name in rules:
        _, chances = _chosen(name, problem)
        coalition, gain, spread = blocking(problem, chances)
        if not coalition:
            rows.append([name, "nobody", 0, "-"])
            continue
        pairs = zip(problem.data.alternatives, spread, strict=True)
        told = ", ".join(f"{show(tidy(x))} {a}" for a, x in pairs if x)
        rows.append([name, " and ".join(map(str, coalition)), tidy(gain), told])
    return Table(["rule", "objects", "gain", "spread"], rows)


def explain_policy(policy: Lottery) -> str:
    """Why a policy was chosen: how groups were compared, who binds, and with which weights.

    Parameters
    ----------
    policy : Lottery
        Of a rule of this family.

    Examples
    --------
    >>> from mechdesign.pluralistic import maxmin
    >>> print(explain_policy(maxmin([(1, Fraction(1, 5), Fraction(1, 2)), (0, 1, Fraction(2, 5))])))
    pluralistic.maxmin chose 4/9 of 0, 5/9 of 1.
    Groups are compared by utilities as they are.
    Group 0 gets 5/9; group 1 gets 5/9.
    Worst off on that scale: 0 and 1.
    A weighted sum has the same optimum with the weights 5/9 of 0, 4/9 of 1.
    """
    first = policy.support[0][1] if isinstance(policy, Lottery) else None
    if first is None or first.problem is None or "scale" not in first.details:
        raise InvalidInputError("policy", "be what a rule of this family chose", policy)

    problem, details = first.problem, first.details
    chances: dict[Any, Number] = dict.fromkeys(problem.data.alternatives, 0)
    for p, outcome in policy:
        chances[outcome.choice] += p
    listed = list(chances.values())
    chosen = ", ".join(f"{show(tidy(p))} of {a}" for a, p in chances.items() if p)
    gets = "; ".join(
        f"group {g} gets {show(tidy(worth(listed, own)))}"
        for g, own in zip(problem.agents, problem.types, strict=True)
    )
    rows = scaled(problem, details["scale"])
    low = _worst(problem, [worth(listed, row) for row in rows], rows)
    lines = [
        f"{first.provenance.mechanism or 'A rule'} chose {chosen}.",
        f"Groups are compared by {SCALES[details['scale']]}.",
        f"{gets[:1].upper()}{gets[1:]}.",
        f"Worst off on that scale: {' and '.join(map(str, low))}.",
    ]
    if details.get("beta"):
        lines[1] = (
            f"{lines[1][:-1]}; a departure from the reference costs {show(details['beta'])} for "
            "each unit of relative entropy."
        )
    weights = details.get("group_weights")
    if weights:
        total = sum(weights.values())
        shares = ", ".join(
            f"{show(tidy(ratio(w, total)))} of {g}"
            for g, w in weights.items()
            if w > (0 if all_exact([w]) else 1e-9)
        )
        lines.append(f"A weighted sum has the same optimum with the weights {shares}.")
    return "\n".join(lines)


def policy_intervals(
    data: object,
    groups: Any,
    rules: Sequence[str] = _RULES,
    *,
    ridge: Number = 0.05,
    samples: int = 100,
    rng: Seed = 0,
) -> Table:
    """What groups get, with intervals for what is not known of their utilities.

    Parameters
    ----------
    data, ridge
        As in :func:`mixture`.
    groups : int, str or mapping
        How many groups to find, or which are known: see :func:`known_groups`.
    rules : sequence of str
        As in :func:`compare_policies`.
    samples : int
        How often users are drawn again, with replacement.
    rng : numpy.random.Generator or int
        For the samples.

    Returns
    -------
    Table
        One row for each rule and group: what the group expects of the policy that was chosen from
        all data, and 95 % of what it expects by the utilities of the samples.  Utilities sum to 0
        in each group.

    Examples
    --------
    >>> data = {u: [("a", "b")] * 5 for u in "uvw"} | {u: [("b", "a")] * 5 for u in "xy"}
    >>> found = policy_intervals(data, 2, ["utilitarian"], samples=20)
    >>> found.columns, len(found.rows)
    (('rule', 'group', 'utility', 'low', 'high'), 2)
    """
    known = groups if not isinstance(groups, int) else None
    log = choice_log(data, groups=known)
    fit = (
        mixture(log, groups, ridge=ridge) if known is None else known_groups(log, None, ridge=ridge)
    )
    draws = as_count(samples, "samples", low=2)
    draw = generator(rng)
    problem = fit.problem()
    chosen = [np.array(_chosen(name, problem)[1], dtype=float) for name in rules]
    found = []
    for _ in ticks(range(draws)):
        again = _again(log, fit, draw)
        if again is not None:
            found.append([[float(row @ p) for row in again] for p in chosen])
    if len(found) < 2:
        raise InvalidInputError("data", "have users enough to be drawn again", len(log))
    low, high = np.quantile(np.array(found), [0.025, 0.975], axis=0)
    rows = [
        [
            name,
            str(group),
            float(fit.utilities[g] @ p),
            float(low[r, g]),
            float(high[r, g]),
        ]
        for r, (name, p) in enumerate(zip(rules, chosen, strict=True))
        for g, group in enumerate(fit.names)
    ]
    note = f"{len(found)} samples of the users; utilities sum to 0 in each group"
    return Table(["rule", "group", "utility", "low", "high"], rows, "", [note])


def _again(log: ChoiceLog, fit: Mixture, draw: np.random.Generator) -> Any:
    """The utilities of the groups from users who are drawn again; None if something is lost."""
    chosen = draw.integers(len(log), size=len(log))
    counts = log.counts[chosen]
    if not (counts.sum(axis=(0, 2)) + counts.sum(axis=(0, 1))).all():
        return None
    users = tuple(range(len(log)))
    if log.groups is not None:
        told = tuple(log.groups[k] for k in chosen.tolist())
        if len(set(told)) < len(fit.names):
            return None
        one = ChoiceLog(users, log.alternatives, counts, told)
        return known_groups(one, None, ridge=fit.ridge).utilities
    one = ChoiceLog(users, log.alternatives, counts)
    found = mixture(one, len(fit.names), ridge=fit.ridge, start=fit.utilities)

    return found.utilities[matched(fit.utilities, found.utilities)]
