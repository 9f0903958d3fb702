"""Several rules on one table: where they agree, where not, and which tasks make the difference."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from mechdesign.aggregation.analysis.explain import explain_comparison, tasks_told
from mechdesign.aggregation.analysis.rule_results import RuleResults
from mechdesign.aggregation.profiles.pairwise import Pairwise
from mechdesign.aggregation.profiles.problems import ScoreData, profile_of
from mechdesign.aggregation.profiles.ranking import Label
from mechdesign.aggregation.reading import named, read
from mechdesign.aggregation.results import AggregationResult
from mechdesign.algorithms.orders import components
from mechdesign.errors import InvalidInputError
from mechdesign.io import Table
from mechdesign.model import (
    SCHEMA_VERSION,
    MechanismLike,
    Number,
    Problem,
    as_number,
    encode,
    show,
)
from mechdesign.records import dataclass

__all__ = ["Comparison", "compare"]

RULES = ("mean", "borda", "copeland", "kemeny")
# Of pairs that meet more or less often; the second where a maximum is not certain.
BATTLE_RULES = ("bradley_terry", "mean_win_rate")
_REGULARISED = "bradley_terry(ridge=1)"


def usual_rules(problem: Problem) -> list[MechanismLike]:
    """What a problem is ranked by where nobody says it."""
    if isinstance(problem.data, ScoreData):
        return list(RULES)
    profile = profile_of(problem)
    sizes = (profile.tiers >= 0).sum(axis=1)
    if problem.data.unranked != "unseen" or len(profile.alternatives) < 3 or (sizes > 2).any():
        return list(RULES[1:])
    wins = Pairwise.of(profile)
    beaten = (wins.support + wins.ties) > 0
    connected = len(components(beaten)) == 1
    return [BATTLE_RULES[0] if connected else _REGULARISED, BATTLE_RULES[1]]


@dataclass(frozen=True, eq=False, repr=False)
class Comparison(RuleResults):
    """The results of several rules on the same data.

    Parameters
    ----------
    problem : Problem
        The data.
    results : mapping of rule name to AggregationResult
        In the order asked for.

    Examples
    --------
    >>> from mechdesign import aggregation
    >>> table = {"A": [99, 80, 80], "B": [80, 81, 81]}
    >>> found = aggregation.compare(table, rules=["mean", "borda"])
    >>> [r.winners for r in found.results.values()]
    [('A',), ('B',)]
    >>> found.duel("A", "B").lost
    2
    """

    def agreement(self) -> Table:
        """Kendall's tau-b between the rankings of the rules."""
        names = list(self.results)
        rows = [
            [a, *(round(self.results[a].choice.tau(self.results[b].choice), 4) for b in names)]
            for a in names
        ]
        return Table(["tau", *names], rows, "Agreement of the rules")

    def table(self) -> Table:
        """Rank (and score) of every alternative under every rule, in the first rule's order."""
        first = next(iter(self.results.values())).choice
        columns = ["system"]
        ranks = []
        for rule, found in self.results.items():
            columns.append(rule)
            shared = found.choice.ranks("min")
            tied = {x for tier in found.choice.tiers if len(tier) > 1 for x in tier}
            scores = found.scores

            def cell(x: Label, shared: Any = shared, tied: Any = tied, scores: Any = scores) -> str:
                score = f" ({_short(scores[x])})" if scores else ""
                return f"{shared[x]}{'=' if x in tied else ''}{score}"

            ranks.append(cell)
        rows = [[str(x), *(cell(x) for cell in ranks)] for x in first.alternatives]
        return Table(columns, rows)

    def explain(self) -> str:
        """Say in words where the rules disagree and what makes the difference."""
        return "\n".join(explain_comparison(self))

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        rules: dict[str, Any] = {}
        for rule, found in self.results.items():
            how = found.provenance
            rules[rule] = {
                "ranking": [[str(x) for x in tier] for tier in found.choice.tiers],
                "winners": [str(x) for x in found.winners],
                "scores": {str(x): encode(v) for x, v in found.scores.items()},
                "cost": None if found.cost is None else encode(found.cost),
                "algorithm": how.algorithm,
                "exact": how.exact,
                "bound": None if how.bound is None else encode(how.bound),
                "gap": None if how.gap is None else encode(how.gap),
                "ties": how.ties,
                "optima": found.details.get("count"),
            }
        return {
            "schema": SCHEMA_VERSION,
            "systems": [str(x) for x in self.problem.data.alternatives],
            "tasks": [str(a) for a in self.problem.agents],
            "counted": [
                {word: encode(v) if word in ("low", "high") else v for word, v in one.items()}
                for one in self.counted
            ],
            "rules": rules,
            "agree": self.agree,
            "disputed_pairs": [[str(a), str(b)] for a, b in self.disputed_pairs],
            "decisive_tasks": {
                rule: [[str(task), [str(w) for w in winners]] for task, winners in found]
                for rule, found in self.decisive_tasks.items()
            },
            "explanation": explain_comparison(self),
            "decisions": list(self.decisions),
        }

    def __str__(self) -> str:
        return "\n".join([f"{self.table()}\n", self.explain(), *tasks_told(self)])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        import html

        lines = "".join(f"<p>{html.escape(line)}</p>" for line in explain_comparison(self))
        return self.table()._repr_html_() + lines


def compare(
    data: object,
    rules: Sequence[MechanismLike] | None = None,
    *,
    time_limit: float | None = 60.0,
    **options: object,
) -> Comparison:
    """Rank the same data by several rules.

    Parameters
    ----------
    data : scores or rankings
        See :func:`read`.
    rules : sequence of rules, optional
        Names such as ``"borda"`` or ``"aggregation.borda"``, or functions of this family; by
        default mean (for scores), Borda, Copeland and Kemeny; for battles Bradley-Terry and the
        mean win rate.
    time_limit : float, optional
        Seconds for all rules that take a limit together: Kemeny's, which then has a proved gap.

    Returns
    -------
    Comparison
        With :meth:`Comparison.explain` for the story in words.

    Examples
    --------
    >>> print(compare({"A": [99, 80, 80], "B": [80, 81, 81]}, rules=["mean", "borda"]).table())
    system  mean       borda
    ------  ---------  -----
    A       1 (86.33)  2 (1)
    B       2 (80.67)  1 (2)
    """
    if time_limit is not None:
        time_limit = float(as_number(time_limit, "time_limit", low=0))
    start = time.monotonic()
    problem = read(data, **options)
    chosen = list(rules) if rules is not None else usual_rules(problem)
    if not chosen:
        raise InvalidInputError("rules", "name at least one rule", rules)
    results: dict[str, AggregationResult] = {}
    for rule in chosen:
        mechanism = named(rule)
        limits: dict[str, Any] = {}
        if "time_limit" in mechanism.takes and time_limit is not None:
            limits["time_limit"] = max(time_limit - (time.monotonic() - start), 0.0)
        found = mechanism(problem, **limits)
        if not isinstance(found, AggregationResult):
            raise InvalidInputError("rules", "be rules that give a ranking", mechanism.name)
        results[mechanism.name.removeprefix("aggregation.")] = found
    return Comparison(problem, results)


def _short(value: Number) -> str:
    return show(value) if isinstance(value, int) else f"{float(value):.4g}"
