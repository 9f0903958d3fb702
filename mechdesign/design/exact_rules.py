"""The best rule of a finite domain, exactly: any setting that lists outcomes, every price told."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any, Literal

import numpy as np

from mechdesign.axioms import UNKNOWN, VIOLATED, check, get_axiom
from mechdesign.axioms.question.priors import UNIFORM, Beliefs, read_prior
from mechdesign.axioms.question.verdict import Reason
from mechdesign.errors import InfeasibleError, InvalidInputError, LimitReachedError, require
from mechdesign.io import Table
from mechdesign.model import (
    Domain,
    FrozenMap,
    FunctionMechanism,
    Lottery,
    Mechanism,
    Number,
    Outcome,
    Problem,
    Setting,
    as_list,
    as_number,
    show,
    tidy,
)
from mechdesign.model.setting import EnumeratesOutcomes
from mechdesign.records import Shown, dataclass
from mechdesign.solvers.linear.certified_programs import CertifiedOptimum, CertifiedProgram

__all__ = ["DesignedRule", "optimal_rule"]

_MOST_VARIABLES = 200_000
_NODES = 2000
_KINDS = ("incentive", "participation", "budget", "anonymity", "requirement")

#: Kind, what it is about in words, dual.
Price = tuple[str, str, Number]


@dataclass(frozen=True)
class DesignedRule(Shown):
    """What :func:`optimal_rule` found.

    Parameters
    ----------
    domain : Domain
        The types.
    value : number
        The expected objective, exact where the data are and `certified`.
    lotteries : mapping of profile to mapping of choice to probability
        What is chosen.
    payments : mapping of profile to tuple of numbers
        What each agent pays; empty without money.
    prices : tuple of (kind, what, number)
        The constraints that cost something: by how much the value would grow for each unit by
        which one is relaxed.  Empty for deterministic rules, whose value jumps and has no slope.
    certified : bool
        Whether the optimum is proved in exact arithmetic.
    relaxation : DesignedRule, optional
        For a deterministic rule the best one with lotteries, under the same constraints.  Its
        prices bound what the deterministic value can become: a constraint that is relaxed by `e`
        leaves it at most at the relaxation's value plus `e` times the price.
    """

    domain: Domain
    value: Number
    lotteries: Mapping[tuple[Any, ...], Mapping[Any, Number]]
    payments: Mapping[tuple[Any, ...], tuple[Number, ...]]
    prices: tuple[Price, ...]
    certified: bool
    relaxation: DesignedRule | None = None

    @property
    def mechanism(self) -> Mechanism[Any]:
        """The rule as a mechanism, to be checked against axioms on its domain."""
        return _Designed(self)

    def price(self, kind: str) -> Number:
        """The sum of the prices of one kind of constraint.

        Parameters
        ----------
        kind : {"incentive", "participation", "budget", "anonymity", "requirement"}
            Which.
        """
        if kind not in _KINDS:
            raise InvalidInputError("kind", f"be one of {', '.join(_KINDS)}", kind)
        return sum(dual for one, _, dual in self.prices if one == kind)

    def table(self) -> Table:
        """One row for each profile."""
        rows = [
            [
                show(profile),
                "; ".join(f"{show(p)}: {show(choice)}" for choice, p in lottery.items()),
                show(self.payments.get(profile, ())),
            ]
            for profile, lottery in self.lotteries.items()
        ]
        return Table(["profile", "lottery", "payments"], rows, f"value {show(self.value)}")

    def __str__(self) -> str:
        priced = self if self.relaxation is None else self.relaxation
        told = [f"price {show(dual)} of {kind}: {what}" for kind, what, dual in priced.prices]
        if self.relaxation is not None:
            value = show(self.relaxation.value)
            told.insert(0, f"with lotteries {value}, to which the prices belong:")
        return "\n".join([str(self.table()), *told]).rstrip()


class _Designed(FunctionMechanism):
    """A designed rule, looked up."""

    def __init__(self, found: DesignedRule) -> None:
        super().__init__(len, found.domain.setting, "designed")
        self._found = found

    def solve(self, problem: Problem, *, rng: Any = None) -> Any:
        profile = tuple(problem.types)
        if profile not in self._found.lotteries:
            raise InvalidInputError("types", "be a profile of the domain", profile)
        pays = self._found.payments.get(profile)
        paid = None if pays is None else dict(zip(problem.agents, pays, strict=True))
        drawn = [
            (p, Outcome(choice, payments=paid, problem=problem, setting=self.setting))
            for choice, p in self._found.lotteries[profile].items()
        ]
        return drawn[0][1] if len(drawn) == 1 else Lottery(drawn)


def optimal_rule(
    domain: Domain,
    *,
    objective: str | Callable[[Problem, Outcome], Number] = "welfare",
    prior: object = UNIFORM,
    incentive: Literal["dominant", "bayesian", "none"] = "dominant",
    participation: Literal["ex_post", "interim", "none"] = "none",
    budget: Literal["any", "no_deficit", "balanced", "expected", "none"] = "any",
    deterministic: bool = False,
    requirements: Sequence[str | Callable[[Problem, Outcome], bool]] = (),
    outcomes: Sequence[Any] | None = None,
) -> DesignedRule:
    """The best of all rules on a finite domain, exactly, with the price of each constraint.

    Parameters
    ----------
    domain : Domain
        The profiles: ``setting.domain(agents, ...)``, or :func:`type_space`.
    objective : {"welfare", "revenue"} or callable
        What to maximise in expectation: the sum of what outcomes are worth, the sum of payments, or
        a function of problem and outcome.
    prior : "uniform", mapping, sequence of mappings or callable
        How likely profiles are, as in :func:`mechdesign.axioms.check`.
    incentive : {"dominant", "bayesian", "none"}
        Whether truth is a best reply at every profile, in expectation, or need not be.
    participation : {"ex_post", "interim", "none"}
        When nobody may get less than its reserve (0 where the problem states none).
    budget : {"any", "no_deficit", "balanced", "expected", "none"}
        Whether payments, where utilities of the setting count them, may have any sum, none below
        0, always 0, or on average at least 0, or are excluded.
    deterministic : bool
        Exclude lotteries; decided by branch and bound over exact programs.  Constraints then have
        no prices of their own, but those of the relaxation with lotteries as bounds.
    requirements : sequence of axioms and callables
        ``anonymity``, and axioms that look at one problem alone, such as fairness: no outcome that
        violates one may be drawn.  They are asked where nobody pays, and refused if the payments
        that are found break one.  A function of problem and outcome says what is allowed.
    outcomes : sequence, optional
        The choices, where the setting does not list outcomes.

    Raises
    ------
    InfeasibleError
        If no rule satisfies the constraints.
    LimitReachedError
        If there are more than 200,000 variables, or a deterministic rule is not found in 2,000
        nodes.

    Notes
    -----
    A variable for every profile and outcome and a payment for every profile and agent; a row for
    every possible lie, at each profile or in expectation.  Programs of up to about 700 unknowns in
    the basis are answered in fractions, larger ones in floats.

    Examples
    --------
    One buyer whose value is 1, 2 or 6: the best price is 6, and the incentive of the 6 to say less
    is what costs.

    >>> from mechdesign.design import type_space
    >>> domain = type_space({"ann": (1, 2, 6)}, ("keep", "sell"),
    ...                     lambda who, t, o: t * (o == "sell"))
    >>> best = optimal_rule(domain, objective="revenue", participation="ex_post")
    >>> best.value, best.payments[6,], best.certified
    (2, (6,), True)
    """
    program = _Program(domain, objective, prior, incentive, participation, budget, outcomes)
    program.require(requirements)
    program.bind()
    relaxed = program.program.maximise()
    random = program.rule(relaxed)
    if not deterministic:
        return random
    return replace(program.rule(program.integral(relaxed)), prices=(), relaxation=random)


class _Program:
    """The linear program of a domain."""

    def __init__(
        self,
        domain: Domain,
        objective: str | Callable[[Problem, Outcome], Number],
        prior: object,
        incentive: str,
        participation: str,
        budget: str,
        outcomes: Sequence[Any] | None,
    ) -> None:
        require(domain, Domain, "domain")
        self.domain, setting = domain, domain.setting
        self.money = setting.money and budget != "none"
        for name, value, words in (
            ("incentive", incentive, ("dominant", "bayesian", "none")),
            ("participation", participation, ("ex_post", "interim", "none")),
            ("budget", budget, ("any", "no_deficit", "balanced", "expected", "none")),
        ):
            if value not in words:
                raise InvalidInputError(name, f"be one of {', '.join(words)}", value)
        if objective == "revenue" and not self.money:
            told = "be 'welfare' or a function where nothing is paid"
            raise InvalidInputError("objective", told, objective)
        if objective not in ("revenue", "welfare") and not callable(objective):
            raise InvalidInputError("objective", "be 'revenue', 'welfare' or a function", objective)
        if incentive != "none" and not setting.cardinal:
            told = f"be one whose types fix utilities, and not {setting.preferences}"
            raise InvalidInputError("domain", told, setting.key)
        if outcomes is None and not isinstance(setting, EnumeratesOutcomes):
            raise InvalidInputError("outcomes", f"be given: {setting.id} lists none", outcomes)
        self.incentive, self.participation, self.budget = incentive, participation, budget
        given = read_prior(prior, [domain])
        self.beliefs = Beliefs([domain], given)
        if domain.size > _MOST_VARIABLES:
            raise LimitReachedError(f"{domain.size} problems are more than {_MOST_VARIABLES:,}")
        self.problems = list(domain.problems())
        self.index = {tuple(one.types): k for k, one in enumerate(self.problems)}
        even = Fraction(1, len(self.problems))
        self.chance = [
            even if given == UNIFORM else given.get(tuple(one.types), 0) for one in self.problems
        ]
        self.outcomes = [self._listed(one, outcomes) for one in self.problems]
        size = sum(map(len, self.outcomes))
        if size > _MOST_VARIABLES:
            raise LimitReachedError(f"{size} variables are more than {_MOST_VARIABLES:,}")
        self.program = CertifiedProgram()
        self.prices: list[tuple[str, str, int]] = []
        #: Those that outcomes are held against, before anything is paid.
        self.axioms: list[str] = []
        self.draw: list[list[int]] = []
        self.pay: list[list[int]] = []
        self._variables(objective)

    def _listed(self, problem: Problem, given: Sequence[Any] | None) -> list[Outcome]:
        setting: Any = self.domain.setting
        if given is not None:
            return [setting.outcome(problem, choice) for choice in given]
        return list(setting.outcomes(problem))

    def _variables(self, objective: str | Callable[[Problem, Outcome], Number]) -> None:
        setting = self.domain.setting
        for p, problem in enumerate(self.problems):
            chance, row = self.chance[p], []
            for outcome in self.outcomes[p]:
                worth: Number = 0
                if objective == "welfare":
                    worth = as_number(sum(setting.utilities(problem, outcome)), "welfare")
                elif callable(objective):
                    worth = as_number(objective(problem, outcome), "objective")
                row.append(self.program.variable(chance * worth))
            self.draw.append(row)
            self.program.row([(j, 1) for j in row], low=1, high=1)
            if self.money:
                gain = chance if objective == "revenue" else 0
                self.pay.append([self.program.variable(gain, low=None) for _ in problem.agents])

    def _forbid(self, variable: int, kind: str, told: str) -> None:
        self.prices.append((kind, told, self.program.row([(variable, 1)], high=0)))

    def require(self, requirements: Sequence[str | Callable[[Problem, Outcome], bool]]) -> None:
        """Exclude what violates an axiom at a problem; tie profiles that differ by names."""
        setting = self.domain.setting
        for asked in as_list(requirements, "requirements"):
            if callable(asked):
                self._allow("allowed", asked)
                continue
            axiom = get_axiom(asked)
            if axiom.id == "anonymity":
                self._anonymous()
                continue
            reason = axiom.applies(setting)
            if reason:
                raise InvalidInputError("requirements", f"hold axioms that apply: {reason}", asked)
            self._allow(axiom.id, functools.partial(_keeps, axiom.id, setting))
            self.axioms.append(axiom.id)

    def _allow(self, told: str, allowed: Callable[[Problem, Outcome], bool]) -> None:
        for p, (listed, row) in enumerate(zip(self.outcomes, self.draw, strict=True)):
            for outcome, j in zip(listed, row, strict=True):
                kept = allowed(self.problems[p], outcome)
                if not isinstance(kept, (bool, np.bool_)):
                    raise InvalidInputError("requirements", "return True or False", kept)
                if not kept:
                    self._forbid(j, "requirement", f"{told} at {self._say(p)}")

    def _anonymous(self) -> None:
        if not self.domain.setting.public or not self.domain.interchangeable:
            told = "be left out where agents or what they get are told apart"
            raise InvalidInputError("requirements", told, "anonymity")
        first: dict[tuple[Any, ...], int] = {}
        order = {report: k for k, report in enumerate(self.domain.reports[0])}
        for p, problem in enumerate(self.problems):
            key = tuple(sorted(order[report] for report in problem.types))
            other = first.setdefault(key, p)
            if other == p:
                continue
            there = {
                one.choice: j for one, j in zip(self.outcomes[other], self.draw[other], strict=True)
            }
            for one, j in zip(self.outcomes[p], self.draw[p], strict=True):
                row = self.program.row([(j, 1), (there[one.choice], -1)], low=0, high=0)
                self.prices.append(("anonymity", f"at {show(tuple(problem.types))}", row))

    def _worth(self, k: int, own: Any, p: int, factor: Number = 1) -> list[tuple[int, Number]]:
        """What agent k of a type gets at a profile, as a linear function."""
        setting, problem = self.domain.setting, self.problems[p]
        agent = problem.agents[k]
        terms: list[tuple[int, Number]] = [
            (j, factor * as_number(setting.utility(problem, agent, own, outcome), "utility"))
            for outcome, j in zip(self.outcomes[p], self.draw[p], strict=True)
        ]
        return [*terms, (self.pay[p][k], -factor)] if self.money else terms

    def bind(self) -> None:
        """Incentives, participation and the budget."""
        agents = range(self.domain.agents)
        for k in agents:
            for own in self.domain.reports[k]:
                believed = self.beliefs.of(self.domain.agents, k, own)
                mine = [p for p, one in enumerate(self.problems) if one.types[k] == own]
                self._participate(k, own, mine, believed)
                for lie in self.domain.reports[k]:
                    if lie != own:
                        self._incentive(k, own, lie, mine, believed)
        if not self.money or self.budget == "any":
            return
        if self.budget == "expected":
            total = [
                (j, self.chance[p]) for p, row in enumerate(self.pay) for j in row if self.chance[p]
            ]
            self.prices.append(("budget", "on average", self.program.row(total, low=0)))
            return
        for p, row in enumerate(self.pay):
            high = 0 if self.budget == "balanced" else None
            told = f"at {show(tuple(self.problems[p].types))}"
            bound = self.program.row([(j, 1) for j in row], low=0, high=high)
            self.prices.append(("budget", told, bound))

    def _lied(self, p: int, k: int, lie: Any) -> int:
        types = tuple(self.problems[p].types)
        return self.index[(*types[:k], lie, *types[k + 1 :])]

    def _incentive(self, k: int, own: Any, lie: Any, mine: Sequence[int], believed: Any) -> None:
        say = self.domain.setting.say_report
        told = f"agent {self.domain.base.agents[k]}, {say(own)}, saying {say(lie)}"
        if self.incentive == "dominant":
            for p in mine:
                gain = [*self._worth(k, own, p), *self._worth(k, own, self._lied(p, k, lie), -1)]
                row = self.program.row(gain, low=0)
                self.prices.append(("incentive", f"{told} at {self._say(p)}", row))
        elif self.incentive == "bayesian" and believed:
            total: list[tuple[int, Number]] = []
            for chance, types in believed:
                p = self.index[types]
                total += self._worth(k, own, p, chance)
                total += self._worth(k, own, self._lied(p, k, lie), -chance)
            self.prices.append(("incentive", told, self.program.row(total, low=0)))

    def _say(self, p: int) -> str:
        return show(tuple(self.problems[p].types))

    def _participate(self, k: int, own: Any, mine: Sequence[int], believed: Any) -> None:
        reserve = self.domain.base.reserve
        least = 0 if reserve is None else reserve[k]
        told = f"agent {self.domain.base.agents[k]}, {self.domain.setting.say_report(own)}"
        if self.participation == "ex_post":
            for p in mine:
                row = self.program.row(self._worth(k, own, p), low=least)
                self.prices.append(("participation", f"{told} at {self._say(p)}", row))
        elif self.participation == "interim" and believed:
            total: list[tuple[int, Number]] = []
            for chance, types in believed:
                total += self._worth(k, own, self.index[types], chance)
            self.prices.append(("participation", told, self.program.row(total, low=least)))

    def integral(self, relaxed: CertifiedOptimum) -> CertifiedOptimum:
        """The best deterministic rule: depth first, the more likely outcome first."""
        best: CertifiedOptimum | None = None
        stack: list[dict[int, tuple[int, int]]] = [{}]
        draws = [j for row in self.draw for j in row]
        for _ in range(_NODES):
            if not stack:
                break
            fixed = stack.pop()
            for j in draws:
                self.program.bound(j, *fixed.get(j, (0, None)))
            try:
                found = self.program.maximise() if fixed else relaxed
            except InfeasibleError:
                continue
            slack = 0 if found.exact else 1e-9
            if best is not None and found.value <= best.value + slack:
                continue
            open_ones = [j for j in draws if slack < found.x[j] < 1 - slack]
            if not open_ones:
                best = found
                continue
            j = max(open_ones, key=lambda j, x=found.x: x[j])  # type: ignore[misc]
            stack += [{**fixed, j: (0, 0)}, {**fixed, j: (1, 1)}]
        if stack:
            raise LimitReachedError(f"the best deterministic rule is not found in {_NODES:,} nodes")
        if best is None:
            raise InfeasibleError("no deterministic rule satisfies the constraints")
        return best

    def _still_kept(self, problem: Problem, drawn: Any, pays: Sequence[Number]) -> None:
        """Refuse axioms that payments break: the program knows no row for them."""
        paid, setting = dict(zip(problem.agents, pays, strict=True)), self.domain.setting
        for axiom, choice in itertools.product(self.axioms if any(pays) else (), drawn):
            outcome = Outcome(choice, payments=paid, problem=problem, setting=setting)
            if not _keeps(axiom, setting, problem, outcome):
                told = "be about choices and not payments, or go with budget='none'"
                raise InvalidInputError("requirements", told, axiom)

    def rule(self, found: CertifiedOptimum) -> DesignedRule:
        """The rule of a solution."""
        slack = 0 if found.exact else 1e-9
        lotteries, payments = {}, {}
        for p, problem in enumerate(self.problems):
            types = tuple(problem.types)
            drawn: dict[Any, Number] = {}
            for outcome, j in zip(self.outcomes[p], self.draw[p], strict=True):
                if found.x[j] > slack:
                    drawn[outcome.choice] = drawn.get(outcome.choice, 0) + found.x[j]
            lotteries[types] = FrozenMap((choice, tidy(x)) for choice, x in drawn.items())
            if self.money:
                payments[types] = tuple(tidy(found.x[j]) for j in self.pay[p])
                self._still_kept(problem, drawn, payments[types])
        duals = [
            (kind, told, max(found.duals[row], -found.duals[row]))
            for kind, told, row in self.prices
        ]
        prices = tuple((kind, told, tidy(dual)) for kind, told, dual in duals if dual > slack)
        return DesignedRule(
            self.domain, tidy(found.value), FrozenMap(lotteries), FrozenMap(payments), prices,
            found.exact,
        )  # fmt: skip


def _keeps(axiom: str, setting: Setting, problem: Problem, outcome: Outcome) -> bool:
    """Whether an axiom does not fail at a problem where an outcome is chosen."""
    asked: list[Problem] = []

    class Chosen(FunctionMechanism):
        def solve(self, problem: Problem, *, rng: Any = None) -> Outcome:
            asked.append(problem)
            return outcome

    found = check(axiom, Chosen(len, setting, "chosen"), setting=setting, problem=problem)
    open_one = found.status is UNKNOWN and found.evidence.kind is not Reason.VACUOUS
    if open_one or any(one != problem for one in asked):
        raise InvalidInputError(
            "requirements", "be about one problem at a time (or anonymity)", axiom
        )
    return found.status is not VIOLATED
