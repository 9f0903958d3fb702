"""What a rule returns: an outcome whose choice is a ranking, with scores, winners and optima."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from mechdesign.aggregation.profiles.problems import ScoreData
from mechdesign.aggregation.profiles.ranking import Label, Ranking
from mechdesign.aggregation.settings import Rankings, Scores
from mechdesign.model import (
    FrozenMap,
    Number,
    Outcome,
    Problem,
    Provenance,
    all_exact,
    serializable,
    tidy,
)
from mechdesign.records import dataclass

__all__ = ["AggregationResult"]

#: Floating-point scores that differ by less than this (relative to the larger, at least 1) tie.
TIE_TOLERANCE = 1e-9

_RANKINGS = Rankings()
_SCORES = Scores()


@serializable("aggregation.AggregationResult")
@dataclass(frozen=True, repr=False, eq=False)
class AggregationResult(Outcome):
    """The outcome of a rule: :attr:`choice` is a :class:`Ranking`.

    Examples
    --------
    >>> from mechdesign import aggregation
    >>> result = aggregation.borda({"A > B > C": 3, "B > C > A": 2})
    >>> result.ranking, result.winners, result.scores["B"]
    (Ranking('B > A > C'), ('B',), 7)
    """

    # The generated __eq__ would compare classes; equality is that of outcomes.
    __hash__ = Outcome.__hash__

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Outcome):
            return NotImplemented
        return (self.choice, self.payments, self.cost) == (
            other.choice,
            other.payments,
            other.cost,
        )

    def with_cost(self, cost: Number) -> AggregationResult:
        """The same result with what the chosen ranking costs."""
        return replace(self, cost=cost)

    @property
    def ranking(self) -> Ranking:
        """The ranking that was chosen."""
        ranking: Ranking = self.choice
        return ranking

    @property
    def winners(self) -> tuple[Label, ...]:
        """All alternatives that win; several where the rule ties."""
        chosen: tuple[Label, ...] = self.details.get("winners", self.choice.winners)
        return chosen

    @property
    def scores(self) -> Mapping[Label, Number]:
        """The score of every alternative, larger is better; empty where the rule has none."""
        found: Mapping[Label, Number] = self.details.get("scores", FrozenMap())
        return found

    @property
    def optima(self) -> tuple[Ranking, ...]:
        """All optimal rankings of a rule that optimises, as far as they were listed."""
        found: tuple[Ranking, ...] = self.details.get("optima", (self.choice,))
        return found

    def _rows(self) -> list[tuple[str, str]]:
        from mechdesign.model import show

        rows = [("ranking", _clip(str(self.choice)))]
        if self.cost is not None:
            rows.append(("cost", show(self.cost)))
        if len(self.winners) != 1 or self.winners != self.choice.winners:
            rows.append(("winners", ", ".join(map(str, self.winners)) or "none"))
        if self.scores:
            best = list(self.choice.alternatives)[:5]
            rows.append(("scores", _clip(", ".join(f"{x}: {show(self.scores[x])}" for x in best))))
        for name, value in self.details.items():
            if name not in ("scores", "winners") and len(rows) < 7:
                rows.append((name, _clip(show(value))))
        rows += [("computed", line) for line in self._how()]
        return rows[:9]


def result(
    problem: Problem,
    ranking: Ranking,
    *,
    scores: Sequence[Number] | None = None,
    winners: Sequence[Label] | None = None,
    details: Mapping[str, object] | None = None,
    algorithm: str = "",
    exact: bool = True,
    **provenance: Any,
) -> AggregationResult:
    """Build the outcome of a rule."""
    labels = problem.data.alternatives
    content: dict[str, Any] = {}
    if scores is not None:
        content["scores"] = FrozenMap(zip(labels, map(tidy, scores), strict=True))
    if winners is not None:
        content["winners"] = tuple(winners)
    content.update(details or {})
    scored = isinstance(problem.data, ScoreData)
    how = Provenance(
        algorithm=algorithm,
        exact=exact,
        tolerance=None if exact else TIE_TOLERANCE,
        decisions=problem.data.decisions,
        **provenance,
    )
    return AggregationResult(
        ranking,
        details=content,
        provenance=how,
        problem=problem,
        setting=_SCORES if scored else _RANKINGS,
    )


def by_scores(problem: Problem, scores: Sequence[Number], **options: Any) -> AggregationResult:
    """The outcome of a rule that ranks by a score, larger is better; ties stay ties."""
    exact = all_exact(scores)
    tolerance = 0 if exact else TIE_TOLERANCE
    ranking = Ranking.from_scores(scores, problem.data.alternatives, tolerance=tolerance)
    options.setdefault("exact", exact)
    return result(problem, ranking, scores=scores, **options)


def _clip(text: str, limit: int = 160) -> str:
    return text if len(text) <= limit else text[: limit - 3] + "..."
