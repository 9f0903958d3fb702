"""The two settings: voters who report rankings, and tasks that report scores."""

from __future__ import annotations

import itertools
from abc import abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any, ClassVar

import numpy as np

from mechdesign.aggregation.profiles.chosen import winning
from mechdesign.aggregation.profiles.outcome_arrays import MOST_ALTERNATIVES, RuleOutcomes
from mechdesign.aggregation.profiles.problems import (
    RankingData,
    ScoreData,
    tiers_listed,
    winners_first,
    without_alternatives,
)
from mechdesign.aggregation.profiles.profile import Profile
from mechdesign.aggregation.profiles.ranking import Label, Ranking
from mechdesign.aggregation.tables.reading_scores import score_table
from mechdesign.algorithms.orders import strict_orders, weak_orders
from mechdesign.errors import InvalidInputError
from mechdesign.model import (
    Domain,
    Fresh,
    Mechanism,
    Number,
    Outcome,
    Problem,
    Setting,
    as_count,
    as_numbers,
    ratio,
    refuse_unknown,
    serializable,
    tidy,
)
from mechdesign.model.problem import AgentId
from mechdesign.records import dataclass

__all__ = ["Rankings", "Scores", "rankings", "scores"]

# Above this many cells a problem keeps its rankings as one integer matrix.
_ARRAY_CELLS = 20_000
_NAMES = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class _Base(Setting[Any, Ranking]):
    """What the two settings share: the outcome is a ranking, its worth a matter of Kendall's tau.

    Preference domain ``kendall``: the utility of a ranking is minus its Kendall distance to the
    agent's own.  Preference domain ``winner``: only the first tier counts, each of its members
    being equally likely to win; the utility is minus the expected number of alternatives that the
    agent ranks above the winner.
    """

    private_values: ClassVar[bool] = True
    preference_domains: ClassVar[tuple[str, ...]] = ("kendall", "winner")
    data_kinds: ClassVar[tuple[type, ...]] = (RankingData, ScoreData)

    def scale(self, problem: Problem) -> Number:
        return 1

    @abstractmethod
    def _ranking(self, problem: Problem, report: object) -> Ranking:
        """The ranking that a report stands for."""

    def utility(
        self, problem: Problem, agent: AgentId, true_type: object, outcome: Outcome
    ) -> Number:
        """Minus the Kendall distance between the outcome and what `true_type` says.

        A pair that only one of the two ties costs 1/2; pairs that the agent does not rank cost
        nothing.
        """
        own = self._ranking(problem, true_type)
        if problem.data.unranked == "last":
            own = own.completed(problem.data.alternatives)
        if self.preferences == "winner":
            winners = winning(outcome)
            total = sum(own.above(w) if w in own else len(own) for w in winners)
            return ratio(-total, len(winners))
        return -own.distance(outcome.choice)

    def feasible(self, problem: Problem, outcome: Outcome) -> bool:
        choice = outcome.choice
        return isinstance(choice, Ranking) and set(choice.alternatives) == set(
            problem.data.alternatives
        )

    def outcome(self, problem: Problem, raw: object) -> Outcome:
        alternatives = problem.data.alternatives
        if isinstance(raw, Ranking):
            ranking = raw
        elif isinstance(raw, Mapping):
            ranking = Ranking.from_scores(raw)
        elif isinstance(raw, (set, frozenset)):
            ranking = winners_first(raw, alternatives)
        elif not isinstance(raw, (list, np.ndarray)) and raw in alternatives:
            ranking = winners_first({raw}, alternatives)
        else:
            raise InvalidInputError(
                "outcome",
                "be a Ranking, a mapping of alternatives to scores, a winner or a set of winners",
                raw,
                owner=self.id,
            )
        result = Outcome(ranking, problem=problem, setting=self)
        if not self.feasible(problem, result):
            raise InvalidInputError("outcome", f"rank exactly {list(alternatives)}", str(ranking))
        return result

    def outcomes(self, problem: Problem) -> Iterable[Outcome]:
        """Every weak order of the alternatives (with ``winner``, every single winner)."""
        labels = problem.data.alternatives
        if self.preferences == "winner":
            for label in labels:
                yield Outcome(winners_first({label}, labels), problem=problem, setting=self)
            return
        if len(labels) > 6:
            raise InvalidInputError(
                "alternatives", "be at most 6 to list the weak orders", len(labels)
            )
        for tiers in weak_orders(len(labels)):
            yield Outcome(Ranking._of_tiers(labels, tiers), problem=problem, setting=self)

    def unanimous(self, problem: Problem, outcome: Outcome) -> bool | None:
        """Whether agents who all report the same ranking get it (``winner``: their best)."""
        reports = {self._ranking(problem, report) for report in problem.types}
        if len(reports) != 1:
            return None
        (common,) = reports
        if len(common) != len(problem.data.alternatives):
            return None
        choice: Ranking = outcome.choice
        if self.preferences == "winner":
            return winning(outcome) <= set(common.winners)
        return choice == common

    def rename(self, problem: Problem, outcome: Outcome, renaming: Any) -> Outcome:
        return replace(outcome, choice=outcome.choice.renamed(dict(renaming)))

    def size(self, problem: Problem) -> int:
        return len(problem.data.alternatives)

    def say_choice(self, problem: Problem, outcome: Outcome) -> str:
        return str(outcome.choice)


@serializable("aggregation.Rankings")
@dataclass(frozen=True)
class Rankings(_Base):
    """Voters report rankings, the outcome is a ranking: see :func:`rankings`."""

    preferences: str = "kendall"
    id: ClassVar[str] = "aggregation.rankings"
    #: What :meth:`deviations` lists, for the scope of a verdict at one problem.
    lies: ClassVar[str] = "strict rankings"

    def problem(self, data: object, **options: Any) -> Problem:
        """Read rankings: a :class:`Profile`, or what :meth:`Profile.from_rankings` takes."""
        unknown = sorted(set(options) - {"weights", "alternatives", "voters", "unranked"})
        if unknown:
            raise InvalidInputError(
                "options",
                "be weights, alternatives, voters or unranked where the data are rankings",
                unknown,
            )
        if not isinstance(data, Profile):
            data = Profile.from_rankings(data, **options)
        elif options:
            raise InvalidInputError("options", "be left out for a Profile", sorted(options))
        if data.truncated and not data.complete:
            raise InvalidInputError(
                "profile", "leave alternatives unlisted or unseen, not both", "both"
            )
        decisions: tuple[str, ...] = ()
        if data.truncated:
            decisions = (
                f"{data.truncated} of {len(data)} rankings leave alternatives out: these count as "
                "below all that are ranked (unranked='unseen' takes them as not compared)",
            )
        voters = range(len(data)) if data.voters is None else data.voters
        large = data.tiers.size > _ARRAY_CELLS
        unit = data.denominator == 1 and bool((data.counts == 1).all())
        return Problem(
            agents=voters,
            types=tiers_listed(data) if large else tuple(data.rankings()),
            data=RankingData(data.alternatives, "last" if data.complete else "unseen", decisions),
            weights=None if unit else data.weights(),
        )

    def _ranking(self, problem: Problem, report: Any) -> Ranking:
        if isinstance(report, Ranking):
            return report
        return Ranking._of_tiers(problem.data.alternatives, list(report))

    def reread(self, problem: Problem) -> Problem:
        data: RankingData = problem.data
        if not all(isinstance(report, Ranking) for report in problem.types):
            return problem
        read = self.problem(
            list(problem.types),
            weights=problem.weights,
            alternatives=data.alternatives,
            unranked=data.unranked,
        )
        # What was decided when the ballots were read is told by the reader of those.
        return replace(
            read,
            agents=problem.agents,
            data=replace(
                read.data, decisions=data.decisions, overvote=data.overvote, seats=data.seats
            ),
        )

    def domain(self, agents: int, **scope: object) -> Domain:
        """Every profile of rankings.

        Parameters
        ----------
        agents : int
            Number of voters.
        alternatives : int or sequence of labels
            What they rank; a number stands for A, B, C ...
        weak : bool
            Whether voters may tie alternatives.
        truncated : bool
            Whether voters may leave alternatives out, which stand below all that they list.
        """
        labels = _alternatives(scope, {"alternatives", "weak", "truncated"})
        if len(labels) > 6:
            raise InvalidInputError(
                "alternatives", "be at most 6 to list all rankings", len(labels)
            )
        weak = bool(scope.get("weak", False))
        listed = weak_orders(len(labels)) if weak else strict_orders(len(labels))
        reports = tuple(Ranking._of_tiers(labels, tiers) for tiers in listed)
        truncated = bool(scope.get("truncated", False))
        if truncated:
            if weak:
                raise InvalidInputError("truncated", "be left out for weak rankings", True)
            # To list all but one is to list all.
            reports += tuple(
                Ranking.from_order(order)
                for size in range(1, len(labels) - 1)
                for order in itertools.permutations(labels, size)
            )
        n = as_count(agents, "agents", low=1)
        base = Problem(agents=range(n), types=(reports[0],) * n, data=RankingData(labels))
        kind = "weak" if weak else "truncated strict" if truncated else "strict"
        return Domain(
            self, base, (reports,) * n, f"all {kind} rankings of {len(labels)} alternatives", True
        )

    def outcome_arrays(self, mechanism: Mechanism, domain: Domain) -> RuleOutcomes | None:
        """The outcomes at all profiles of strict rankings of few alternatives."""
        labels = domain.base.data.alternatives
        if len(labels) > MOST_ALTERNATIVES or domain.base.weights is not None:
            return None
        every = [Ranking._of_tiers(labels, tiers) for tiers in strict_orders(len(labels))]
        if any(list(listed) != every for listed in dict.fromkeys(domain.reports)):
            return None
        return RuleOutcomes(mechanism, self, labels)

    def small_domains(self) -> Iterator[Domain]:
        for agents, m in ((1, 2), (2, 2), (3, 2), (1, 3), (2, 3), (3, 3), (4, 3), (5, 3), (2, 4)):
            yield self.domain(agents, alternatives=m)

    def deviations(self, problem: Problem, agent: AgentId) -> Iterable[Ranking]:
        labels = problem.data.alternatives
        if len(labels) > 7:
            raise InvalidInputError(
                "alternatives", "be at most 7 to list all rankings", len(labels)
            )
        return (Ranking._of_tiers(labels, tiers) for tiers in strict_orders(len(labels)))

    def relabelled(self, problem: Problem) -> Iterable[tuple[Problem, Any]]:
        for names in _renamings(problem.data.alternatives):
            reports = [self._ranking(problem, r).renamed(names) for r in problem.types]
            yield replace(problem, types=tuple(reports)), tuple(names.items())

    def distance(self, report: Any, other: Any) -> Number:
        if isinstance(report, Ranking) and isinstance(other, Ranking):
            return report.distance(other)
        return 0 if np.array_equal(report, other) else 1

    def sample(self, rng: np.random.Generator, agents: int, **scope: object) -> Problem:
        labels = _alternatives({"alternatives": 3, **scope}, {"alternatives"})
        orders = [[labels[k] for k in rng.permutation(len(labels))] for _ in range(agents)]
        return Problem(
            agents=range(agents),
            types=tuple(Ranking.from_order(order) for order in orders),
            data=RankingData(labels),
        )

    def simpler(self, problem: Problem) -> Iterable[Problem]:
        labels = problem.data.alternatives
        if len(labels) > 2:
            for gone in labels:
                yield without_alternatives(problem, [gone])


@serializable("aggregation.Scores")
@dataclass(frozen=True)
class Scores(_Base):
    """Tasks report the scores of systems, the outcome is a ranking: see :func:`scores`."""

    preferences: str = "kendall"
    id: ClassVar[str] = "aggregation.scores"

    def problem(self, data: object, **options: Any) -> Problem:
        """Read a score table: whatever :func:`mechdesign.aggregation.score_table` reads."""
        refuse_unknown(options, score_table)
        return score_table(data, **options).problem()

    def reread(self, problem: Problem) -> Problem:
        width = len(problem.data.alternatives)
        for k, column in enumerate(problem.types):
            if len(column) != width:
                raise InvalidInputError(f"types[{k}]", f"have {width} scores", column)
            as_numbers([x for x in column if x is not None], f"types[{k}]")
        return problem

    def plain(self, problem: Problem) -> list[list[Any]]:
        return [list(row) for row in zip(*problem.types, strict=True)]

    def _ranking(self, problem: Problem, report: Any) -> Ranking:
        labels = problem.data.alternatives
        known = {
            label: value
            for label, value in zip(labels, report, strict=True)
            if value is not None and value == value
        }
        return Ranking.from_scores(known)

    def domain(self, agents: int, **scope: object) -> Domain:
        """Every score table with integer scores from 0 to `grid`.

        Parameters
        ----------
        agents : int
            Number of tasks.
        alternatives : int or sequence of labels
            The systems.
        grid : int
            The largest score.
        """
        labels = _alternatives(scope, {"alternatives", "grid"})
        if "grid" not in scope:
            raise InvalidInputError("grid", "be given: the largest integer score", None)
        top = as_count(scope["grid"], "grid", low=1)
        n = as_count(agents, "agents", low=1)
        reports = tuple(itertools.product(range(top + 1), repeat=len(labels)))
        base = Problem(agents=range(n), types=(reports[0],) * n, data=ScoreData(labels))
        return Domain(self, base, (reports,) * n, f"scores 0..{top} of {len(labels)} systems")

    def span(self, agents: int, number: Fresh, **words: Any) -> Problem:
        labels = _alternatives(words, {"alternatives"})
        base = Problem(range(agents), ((0,) * len(labels),) * agents, data=ScoreData(labels))
        return replace(base, types=tuple(self.any_report(base, a, number) for a in base.agents))

    def any_report(
        self, problem: Problem, agent: AgentId, number: Fresh, **words: object
    ) -> tuple[Number, ...]:
        return tuple(number(None, None) for _ in problem.data.alternatives)

    def relabelled(self, problem: Problem) -> Iterable[tuple[Problem, Any]]:
        labels = problem.data.alternatives
        place = {label: k for k, label in enumerate(labels)}
        for names in _renamings(labels):
            source = {names[label]: place[label] for label in labels}
            columns = [tuple(c[source[label]] for label in labels) for c in problem.types]
            yield replace(problem, types=tuple(columns)), tuple(names.items())

    def rescaled(self, problem: Problem) -> Iterable[tuple[Problem, str]]:
        for k, agent in enumerate(problem.agents):
            for factor in (10, 100, Fraction(1, 10), Fraction(1, 100)):
                factors = [factor if j == k else 1 for j in range(len(problem))]
                told = f"the scores of task {agent} multiplied by {factor}"
                yield _in_units(problem, factors), told

    def normal_scale(self, problem: Problem) -> Problem | None:
        factors = []
        for column in problem.types:
            largest = max((abs(v) for v in column if v is not None), default=0)
            exact = isinstance(largest, (int, Fraction))
            factors.append((Fraction(1) / largest if exact else 1 / largest) if largest else 1)
        return _in_units(problem, factors)

    def sample(self, rng: np.random.Generator, agents: int, **scope: Any) -> Problem:
        labels = _alternatives({"alternatives": 3, **scope}, {"alternatives", "grid"})
        table = rng.integers(0, scope.get("grid", 100) + 1, size=(agents, len(labels)))
        return Problem(
            agents=range(agents),
            types=tuple(tuple(row) for row in table.tolist()),
            data=ScoreData(labels),
        )

    def simpler(self, problem: Problem) -> Iterable[Problem]:
        labels = problem.data.alternatives
        if len(labels) > 2:
            for gone in labels:
                yield without_alternatives(problem, [gone])


def rankings(preferences: str = "kendall") -> Rankings:
    """The setting of voters who report rankings.

    Parameters
    ----------
    preferences : {"kendall", "winner"}
        Whether agents care for the whole ranking (Kendall distance) or for the winners only.

    Examples
    --------
    >>> rankings().problem(["A > B", "B > A"]).data.alternatives
    ('A', 'B')
    """
    return Rankings().with_preferences(preferences)  # type: ignore[return-value]


def scores(preferences: str = "kendall") -> Scores:
    """The setting of tasks that report scores; higher is better.

    Parameters
    ----------
    preferences : {"kendall", "winner"}
        As in :func:`rankings`; a task prefers what its scores say.

    Examples
    --------
    >>> scores().problem({"A": [1, 2], "B": [3, 4]}).types
    ((1, 3), (2, 4))
    """
    return Scores().with_preferences(preferences)  # type: ignore[return-value]


def _alternatives(scope: Mapping[str, object], known: set[str]) -> tuple[Label, ...]:
    unknown = sorted(set(scope) - known)
    if unknown:
        raise InvalidInputError("scope", f"use the keywords {sorted(known)}", unknown)
    given = scope.get("alternatives")
    if given is None:
        raise InvalidInputError("alternatives", "be given: how many are ranked", None)
    if isinstance(given, (list, tuple, str)):
        return tuple(given)
    count = as_count(given, "alternatives", low=1)
    return tuple(_NAMES[:count]) if count <= len(_NAMES) else tuple(range(count))


def _renamings(labels: tuple[Label, ...]) -> Iterator[dict[Label, Label]]:
    if len(labels) <= 4:
        for image in itertools.permutations(labels):
            if image != labels:
                yield dict(zip(labels, image, strict=True))
        return
    for a, b in itertools.pairwise(labels):
        yield {**dict(zip(labels, labels, strict=True)), a: b, b: a}
    yield dict(zip(labels, labels[1:] + labels[:1], strict=True))


def _in_units(problem: Problem, factors: Iterable[Number]) -> Problem:
    """The problem with the scores of every task multiplied."""
    pairs = zip(problem.types, factors, strict=True)
    columns = [tuple(None if v is None else _times(v, f) for v in column) for column, f in pairs]
    return replace(problem, types=tuple(columns))


def _times(value: Number, factor: Number) -> Number:
    if isinstance(value, float) or isinstance(factor, float):
        return value * float(factor)
    return tidy(Fraction(value) * factor)
