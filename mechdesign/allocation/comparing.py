"""Several rules on one market: who gets what, which choices, which pairs object, who would lie."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mechdesign.allocation.axioms.matchings import Stability
from mechdesign.allocation.division import Goods
from mechdesign.allocation.markets import Market
from mechdesign.allocation.markets.two_sides import proposing_types
from mechdesign.axioms import Status, check
from mechdesign.axioms.question.evaluator import Budget, Evaluator
from mechdesign.errors import InvalidInputError
from mechdesign.io import Table
from mechdesign.model import MechanismLike, Outcome, Problem, as_mechanism, show
from mechdesign.records import Shown

__all__ = ["DivisionReport", "MatchingReport", "compare_divisions", "compare_matchings"]

_LONGEST = 5
_MOST_CHECKS = 20_000


class MatchingReport(Shown):
    """A market by several rules.

    Parameters
    ----------
    problem : Problem
        The market.
    outcomes : dict of str to Outcome
        What each rule gives.
    blocking : dict of str to int
        How many pairs would rather have each other.
    liars : dict of str to str
        Who gains by a false list: agents, ``"nobody"``, or ``"?"`` where that was not tried.
    demands : dict of str to dict of str to Status
        For each rule the answers to the axioms that were demanded, at this problem.
    """

    def __init__(
        self,
        problem: Problem,
        outcomes: dict[str, Outcome],
        blocking: dict[str, int],
        liars: dict[str, str],
        demands: dict[str, dict[str, Status]],
    ) -> None:
        self.problem, self.outcomes = problem, outcomes
        self.blocking, self.liars, self.demands = blocking, liars, demands

    @property
    def exit_code(self) -> int:
        """1 if a demanded axiom is violated."""
        answers = [status for own in self.demands.values() for status in own.values()]
        return int(Status.VIOLATED in answers)

    def table(self) -> Table:
        """Who gets what: one row for each who proposes, one column for each rule."""
        first = next(iter(self.outcomes.values())).choice
        rows = [
            [show(who), *(_told(one.choice[who]) for one in self.outcomes.values())]
            for who in first
        ]
        notes = list(self.problem.data.decisions)
        return Table([self.problem.data.sides[0], *self.outcomes], rows, notes=notes)

    def summary(self) -> Table:
        """One row for each rule: the choices that were got, objections, who gains by lying."""
        ranks = {name: _choices_got(self.problem, one) for name, one in self.outcomes.items()}
        longest = max((len(got) - 1 for got in ranks.values()), default=0)
        heads = [_ordinal(k + 1) for k in range(longest)]
        rows = []
        for name, got in ranks.items():
            counts = [*got[:-1], *[0] * (longest + 1 - len(got)), got[-1]]
            told = [str(status) for status in self.demands[name].values()]
            rows.append([name, *counts, self.blocking[name], self.liars[name], *told])
        asked = next(iter(self.demands.values()), {})
        return Table(["rule", *heads, "none", "blocking pairs", "gain by lying", *asked], rows)

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {
            "matchings": {
                name: [
                    [show(who), None if got is None else show(got)]
                    for who, got in one.choice.items()
                ]
                for name, one in self.outcomes.items()
            },
            "blocking_pairs": self.blocking,
            "gain_by_lying": self.liars,
            "demands": {
                name: {axiom: str(status) for axiom, status in own.items()}
                for name, own in self.demands.items()
            },
            "decisions": list(self.problem.data.decisions),
        }

    def __str__(self) -> str:
        return f"{self.table()}\n\n{self.summary()}"


def compare_matchings(
    problem: Problem,
    rules: Sequence[MechanismLike],
    *,
    lies: bool = True,
    demand: Sequence[str] = (),
) -> MatchingReport:
    """Several rules on one market.

    Parameters
    ----------
    problem : Problem
        Of :func:`two_sided`, :func:`school_choice` or :func:`objects`.
    rules : sequence of mechanisms or identifiers
        Of this family; ``boston`` is ``allocation.boston``.
    lies : bool
        Whether false lists are tried.
    demand : sequence of str
        Axioms that are checked at this problem, a column of the summary for each.

    Returns
    -------
    MatchingReport
        Its ``table()`` has who gets what, its ``summary()`` the choices that were got (1st, 2nd,
        ...), the pairs that block, and who gains by some false list, where lists of up to 5
        partners and few agents let all be tried.

    Examples
    --------
    >>> from mechdesign import allocation
    >>> same = "ann > bob > cy"
    >>> places = allocation.school_choice().problem(
    ...     {"ann": "a", "bob": "a > b", "cy": "b"}, priorities={"a": same, "b": same})
    >>> print(allocation.compare_matchings(places, ["boston", "deferred_acceptance"]).summary())
    rule                 1st  2nd  none  blocking pairs  gain by lying
    -------------------  ---  ---  ----  --------------  -------------
    boston               2    0    1     1               bob
    deferred_acceptance  1    1    1     0               nobody
    """
    if not rules:
        raise InvalidInputError("rules", "name at least one rule", [])
    outcomes: dict[str, Outcome] = {}
    blocking, liars, demands = {}, {}, {}
    for given in rules:
        named = f"allocation.{given}" if isinstance(given, str) and "." not in given else given
        rule: Any = as_mechanism(named)
        if not isinstance(rule.setting, Market):
            raise InvalidInputError("rules", "be rules of markets", given)
        outcome = rule.solve(problem)
        if not isinstance(outcome, Outcome):
            raise InvalidInputError("rules", "choose one matching", given)
        name = str(rule.name).split(".", 1)[1]
        outcomes[name] = outcome
        ctx = Evaluator(rule, rule.setting, Budget())
        ctx.enter(problem, outcome)
        blocking[name] = sum(1 for _ in Stability().violations(ctx, problem))
        liars[name] = _gaining(rule, problem) if lies else "?"
        demands[name] = {axiom: check(axiom, rule, problem=problem).status for axiom in demand}
    return MatchingReport(problem, outcomes, blocking, liars, demands)


_FAIR = ("envy_freeness", "efx", "ef1", "prop1", "mms", "pareto_efficiency")
_ANSWERS = {Status.HOLDS: "yes", Status.VIOLATED: "no", Status.UNKNOWN: "open"}


class DivisionReport(Shown):
    """A division of goods by several rules.

    Parameters
    ----------
    problem : Problem
        The agents, the goods and what they are worth.
    outcomes : dict of str to Outcome
        What each rule gives.
    answers : dict of str to dict of str to Status
        For each rule whether its division has each property.
    demand : sequence of str
        The properties that must not be violated.
    """

    def __init__(
        self,
        problem: Problem,
        outcomes: dict[str, Outcome],
        answers: dict[str, dict[str, Status]],
        demand: Sequence[str] = (),
    ) -> None:
        self.problem, self.outcomes = problem, outcomes
        self.answers, self.demand = answers, tuple(demand)

    @property
    def exit_code(self) -> int:
        """1 if a demanded property is violated."""
        every = [own[name] for own in self.answers.values() for name in self.demand]
        return int(Status.VIOLATED in every)

    def table(self) -> Table:
        """One row for each rule: the bundles, and whether each property holds."""
        names = list(next(iter(self.answers.values())))
        rows = []
        for rule, one in self.outcomes.items():
            bundles = [", ".join(map(show, one.choice[a])) or "-" for a in self.problem.agents]
            rows.append([rule, *bundles, *(_ANSWERS[self.answers[rule][name]] for name in names)])
        return Table(["rule", *map(show, self.problem.agents), *names], rows)

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {
            "divisions": {
                rule: [[show(a), [show(g) for g in bundle]] for a, bundle in one.choice.items()]
                for rule, one in self.outcomes.items()
            },
            "properties": {
                rule: {name: str(status) for name, status in own.items()}
                for rule, own in self.answers.items()
            },
            "demand": list(self.demand),
        }

    def __str__(self) -> str:
        return str(self.table())


def compare_divisions(
    problem: Problem, rules: Sequence[MechanismLike], *, demand: Sequence[str] = ()
) -> DivisionReport:
    """Several rules on one division of goods: who gets what, and which properties it has.

    Parameters
    ----------
    problem : Problem
        Of :func:`goods`.
    rules : sequence of mechanisms or identifiers
        Of this family; ``leximin`` is ``allocation.leximin``.
    demand : sequence of str
        Axioms that the divisions must not violate; those that are not looked at anyhow get a
        column.

    Returns
    -------
    DivisionReport
        Its ``table()`` has one row for each rule: the bundles, and whether each property holds.

    Examples
    --------
    >>> from mechdesign import allocation
    >>> estate = allocation.goods().problem(
    ...     {"ann": {"car": 8, "boat": 7, "piano": 5}, "bob": {"car": 6, "boat": 8, "piano": 4}})
    >>> print(allocation.compare_divisions(estate, ["round_robin", "max_nash_welfare"]))
    rule              ann         bob   envy_freeness  efx  ef1  prop1  mms  pareto_efficiency
    ----------------  ----------  ----  -------------  ---  ---  -----  ---  -----------------
    round_robin       car, piano  boat  no             yes  yes  yes    yes  yes
    max_nash_welfare  car, piano  boat  no             yes  yes  yes    yes  yes
    """
    if not rules:
        raise InvalidInputError("rules", "name at least one rule", [])
    outcomes: dict[str, Outcome] = {}
    answers: dict[str, dict[str, Status]] = {}
    asked = tuple(dict.fromkeys([*_FAIR, *demand]))
    for given in rules:
        named = f"allocation.{given}" if isinstance(given, str) and "." not in given else given
        rule: Any = as_mechanism(named)
        if not isinstance(rule.setting, Goods):
            raise InvalidInputError("rules", "be rules that divide goods", given)
        name = str(rule.name).split(".", 1)[1]
        outcomes[name] = rule.solve(problem)
        answers[name] = {axiom: check(axiom, rule, problem=problem).status for axiom in asked}
    return DivisionReport(problem, outcomes, answers, demand)


def _gaining(rule: Any, problem: Problem) -> str:
    """The first who gains by a false list, where all lists can be tried."""
    data = problem.data
    if data.two_sided:
        agents: Any = problem.agents
        sizes = [sum(a[0] == side for a in agents) for side in data.sides]
    else:
        sizes = [len(data.receivers)]
    if max(sizes) > _LONGEST or len(problem) > 2 * _LONGEST:
        return "?"
    verdict = check("strategyproofness", rule, problem=problem, max_checks=_MOST_CHECKS)
    if verdict.status is Status.VIOLATED:
        witness = verdict.witness
        assert witness is not None
        who: Any = witness.agents[0]
        return show(who[1] if data.two_sided else who)
    return "nobody" if verdict.status is Status.HOLDS else "?"


def _choices_got(problem: Problem, outcome: Outcome) -> list[int]:
    """How many got their first choice, their second, ..., and none."""
    types = dict(zip(outcome.choice, proposing_types(problem), strict=True))
    counts = [0] * (1 + max((len(own.classes) for own in types.values()), default=0))
    for who, got in outcome.choice.items():
        place = -1 if got is None else types[who].rank.get(got, -1)
        counts[place] += 1
    return counts


def _ordinal(k: int) -> str:
    return f"{k}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(k, 'th') }"


def _told(got: object) -> str:
    return "-" if got is None else show(got)
