"""The setting: workers whose skill only they know choose what to earn and what to keep."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, ClassVar

from mechdesign.errors import InvalidInputError
from mechdesign.model import (
    AgentId,
    Domain,
    FrozenMap,
    Number,
    Outcome,
    Problem,
    Seed,
    Setting,
    as_count,
    as_numbers,
    generator,
    serializable,
    show,
    tidy,
)
from mechdesign.model.reading import labelled_numbers
from mechdesign.records import dataclass
from mechdesign.taxation.economies import Economy, economy

__all__ = ["Incomes", "incomes", "is_planned"]


@serializable("taxation.Incomes")
@dataclass(frozen=True)
class Incomes(Setting[Number, tuple[Number, ...]]):
    """Workers report their skill; each gets an income to earn and pays a tax: see :func:`incomes`.

    The planner knows the economy, not who has which skill.  A mechanism whose incomes and taxes
    depend on the economy and the own report only is a menu, and nobody gains by a lie if and only
    if nobody prefers the bundle that is meant for another skill.
    """

    id: ClassVar[str] = "taxation.incomes"
    public: ClassVar[bool] = False
    private_values: ClassVar[bool] = True
    money: ClassVar[bool] = True
    data_kinds: ClassVar[tuple[type, ...]] = (Economy,)

    def problem(self, data: object, **options: Any) -> Problem:
        """Read skills.

        Parameters
        ----------
        data : sequence or mapping of positive numbers
            The skill of each worker.
        **options
            ``economy``: what the planner expects, by default just these workers; or ``elasticity``
            and ``need`` of :func:`economy`.
        """
        labels, skills = labelled_numbers(data, "skills", low=0)
        known = options.pop("economy", None)
        if known is None:
            known = economy(list(skills), **_words(options))
        elif options:
            raise InvalidInputError("options", "be left out beside an economy", sorted(options))
        if not isinstance(known, Economy):
            raise InvalidInputError("economy", "be one of taxation.economy", known)
        problem = Problem(labels, tuple(skills), known)
        self.check(problem)
        return problem

    def check(self, problem: Problem) -> None:
        super().check(problem)
        for agent, skill in zip(problem.agents, problem.types, strict=True):
            if skill not in problem.data.skills:
                shown = show(problem.data.skills[:8])
                told = f"be among the skills of the economy, {shown}"
                raise InvalidInputError(f"skills[{agent!r}]", told, skill)

    def reread(self, problem: Problem) -> Problem:
        self.check(problem)
        told = problem.data
        again = economy(
            list(told.skills), shares=list(told.shares), elasticity=told.elasticity, need=told.need
        )
        if (again.skills, again.shares) != (told.skills, told.shares):
            raise InvalidInputError("economy", "have ascending skills, shares that sum to 1", told)
        return problem

    def scale(self, problem: Problem) -> Number:
        untaxed: tuple[Number, ...] = problem.data.untaxed
        return untaxed[-1]

    def utility(
        self,
        problem: Problem,
        agent: AgentId,
        true_type: Number,
        outcome: Outcome[tuple[Number, ...]],
    ) -> Number:
        """What is kept, less what it costs to earn it."""
        income = outcome.choice[problem.position(agent)]
        return tidy(income - outcome.pay(agent) - problem.data.effort(income, true_type))

    def feasible(self, problem: Problem, outcome: Outcome[tuple[Number, ...]]) -> bool:
        found = outcome.choice
        return (
            isinstance(found, tuple)
            and len(found) == len(problem)
            and all(isinstance(z, (int, float)) or hasattr(z, "numerator") for z in found)
            and all(z >= 0 for z in found)
        )

    def outcome(self, problem: Problem, raw: object) -> Outcome[tuple[Number, ...]]:
        """Bundles (income, what is kept of it) of the workers."""
        told = f"be {len(problem)} pairs of an income and what is kept of it"
        if not isinstance(raw, Sequence) or len(raw) != len(problem):
            raise InvalidInputError("outcome", told, raw, owner=self.id)
        if any(not isinstance(pair, Sequence) or len(pair) != 2 for pair in raw):
            raise InvalidInputError("outcome", told, raw, owner=self.id)
        pairs = [as_numbers(pair, "outcome") for pair in raw]
        earned = tuple(z for z, _ in pairs)
        taxes = FrozenMap((a, z - c) for a, (z, c) in zip(problem.agents, pairs, strict=True))
        found: Outcome[Any] = Outcome(earned, payments=taxes, problem=problem, setting=self)
        if not self.feasible(problem, found):
            raise InvalidInputError("outcome", "have incomes of at least 0", raw, owner=self.id)
        return found

    def domain(self, agents: int, **scope: Any) -> Domain:
        """Every profile of reports of the skills of an economy.

        Parameters
        ----------
        agents : int
            The workers.
        skills : sequence of numbers
            Of the economy, by default 1 .. `agents`, in equal shares.
        shares, elasticity, need : optional
            As in :func:`economy`.
        """
        n = as_count(agents, "agents", low=1, high=8, owner=self.id)
        skills = scope.pop("skills", tuple(range(1, n + 1)))
        shares = scope.pop("shares", None)
        known = economy(
            skills if hasattr(skills, "__iter__") else [skills], shares=shares, **_words(scope)
        )
        base = Problem(range(n), (known.skills[0],) * n, known)
        told = f"skills {show(known.skills)}"
        if known.elasticity != 1:
            told += f", elasticity {show(known.elasticity)}"
        return Domain(self, base, (known.skills,) * n, told)

    def small_domains(self) -> Iterator[Domain]:
        for n, skills in ((1, (1, 2)), (2, (1, 2)), (2, (1, 2, 3)), (3, (1, 2, 3)), (3, (1, 2, 4))):
            yield self.domain(n, skills=skills)

    def deviations(self, problem: Problem, agent: AgentId) -> Iterable[Any]:
        """Every skill of the economy; there are no other reports."""
        yield from problem.data.skills

    def sample(self, rng: Seed, agents: int, **scope: Any) -> Problem:
        draw, n = generator(rng), as_count(agents, "agents", low=1, owner=self.id)
        skills = [int(x) for x in draw.integers(1, 20, n)]
        return self.problem(skills, **_words(scope))

    def size(self, problem: Problem) -> int:
        return len(problem.data)

    def say_report(self, report: Number) -> str:
        return f"skill {show(report)}"

    def say_choice(self, problem: Problem, outcome: Outcome[tuple[Number, ...]]) -> str:
        told = zip(problem.agents, outcome.choice, strict=True)
        return "; ".join(f"{a} earns {show(z)}, pays {show(outcome.pay(a))}" for a, z in told)

    def explain(self, problem: Problem, agent: AgentId, outcome: Outcome[Any]) -> str:
        skill, income = problem.type_of(agent), outcome.choice[problem.position(agent)]
        own: Economy = problem.data
        rate = 100 * (1 - float(own.kept(income, skill)))
        return (
            f"agent {agent} of skill {show(skill)} earns {show(income)} of the "
            f"{show(own.earned(skill, 1))} it would earn untaxed, pays {show(outcome.pay(agent))} "
            f"and gives up {rate:.3g}% of one unit more"
        )


def _words(options: dict[str, Any]) -> dict[str, Any]:
    unknown = sorted(set(options) - {"elasticity", "need"})
    if unknown:
        known = "be of economy, elasticity, need (and skills, shares of a domain)"
        raise InvalidInputError("options", known, unknown)
    return options


def is_planned(problem: Problem) -> bool:
    """Whether the reports are just what the planner expects: each skill with its share.

    Examples
    --------
    >>> from mechdesign.taxation import incomes
    >>> is_planned(incomes().problem([1, 2]))
    True
    """
    told: Economy = problem.data
    counted = [sum(w == skill for w in problem.types) for skill in told.skills]
    return all(
        count == share * len(problem) for count, share in zip(counted, told.shares, strict=True)
    )


def incomes() -> Incomes:
    """Workers with skills that only they know; a mechanism gives each an income and a tax.

    The choice is the income of each worker, payments are taxes less what everybody gets.

    Examples
    --------
    >>> incomes().problem([1, 2, 3]).data.shares
    (Fraction(1, 3), Fraction(1, 3), Fraction(1, 3))
    """
    return Incomes()
