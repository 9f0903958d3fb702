"""Axioms of the parts that are chosen: a discount, or more support, does not remove one."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from mechdesign.axioms import Axiom, Evaluator, Violation, Witness, register_axiom
from mechdesign.bargaining.axioms.package_questions import part_of, tied
from mechdesign.bargaining.ballots.projects import Projects
from mechdesign.bargaining.menus.data import Additive, Menu, Modules
from mechdesign.bargaining.menus.setting import NO_AGREEMENT, PackageChoice
from mechdesign.bargaining.projects.setting import ProjectSelection
from mechdesign.model import FrozenMap, Mechanism, Number, Outcome, Problem, Setting, show

_MOST_LEVELS = 1000


class _PartAxiom(Axiom):
    """A chosen module, project or package stays chosen when a problem changes in its favour."""

    family = "bargaining"

    def applies(self, setting: Setting) -> str:
        if isinstance(setting, (PackageChoice, ProjectSelection)):
            return ""
        return f"the setting {setting.id} has neither packages nor projects"

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        result = ctx.run(problem)
        if not isinstance(result, Outcome):
            ctx.undecided("the parts of a lottery are not defined here")
            return
        for part in _parts(problem, result):
            for variant, agents in self.favours(ctx, problem, part):
                ctx.count()
                again = ctx.run(variant)
                if isinstance(again, Outcome) and part not in _parts(variant, again):
                    tie = tied(ctx, problem) or tied(ctx, variant)
                    yield Violation(
                        problem,
                        agents=agents,
                        variant=variant,
                        details={"part": part},
                        tie_induced=tie,
                    )

    @abstractmethod
    def favours(
        self, ctx: Evaluator, problem: Problem, part: object
    ) -> Iterator[tuple[Problem, tuple[Any, ...]]]:
        """The changes in favour of a part, each with the agents concerned."""

    @abstractmethod
    def favourable(self, problem: Problem, variant: Problem, part: object) -> bool:
        """Whether one problem differs from the other in favour of a part only."""

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        part, variant = witness.details.get("part"), witness.variant
        if variant is None or not self.favourable(witness.problem, variant, part):
            return None
        chosen = []
        for problem in (witness.problem, variant):
            found = mechanism.solve(problem)
            if not isinstance(found, Outcome):
                return None
            chosen.append(part in _parts(problem, found))
        return int(chosen == [True, False])

    def describe(self, witness: Witness) -> str:
        variant = witness.variant or witness.problem
        return (
            f"At ({witness.profile()}) the mechanism chooses "
            f"{witness.say(witness.before, witness.problem)}; {self.change(witness)}, it chooses "
            f"{witness.say(witness.after, variant)}."
        )

    @abstractmethod
    def change(self, witness: Witness) -> str:
        """What speaks more for the part, in words."""


@register_axiom
class DiscountMonotonicity(_PartAxiom):
    """A chosen part that becomes cheaper is still chosen.

    Costs are whole numbers here: where they are, every smaller one is tried, else only a violation
    is a decision.
    """

    id = "discount_monotonicity"
    title = "Discount monotonicity"
    statement = (
        "A chosen module, project or package whose cost falls to a smaller whole number, all else "
        "equal, stays chosen."
    )

    def favours(
        self, ctx: Evaluator, problem: Problem, part: object
    ) -> Iterator[tuple[Problem, tuple[Any, ...]]]:
        labels, costs, _ = _costs(problem)
        cost = costs[labels.index(part)]
        levels: Sequence[Number]
        if isinstance(cost, int) and cost <= _MOST_LEVELS:
            levels = range(cost)
        else:
            ctx.undecided(f"costs are whole numbers up to {_MOST_LEVELS} here, not {show(cost)}")
            levels = sorted({c for c in (cost - 1, part_of(cost, 2), 0) if 0 <= c < cost})
        for level in levels:
            yield _with_cost(problem, part, level), ()

    def favourable(self, problem: Problem, variant: Problem, part: object) -> bool:
        labels, costs, _ = _costs(problem)
        if type(variant.data) is not type(problem.data) or part not in labels:
            return False
        others, changed, _ = _costs(variant)
        if part not in others:
            return False
        now, then = costs[labels.index(part)], changed[others.index(part)]
        return 0 <= then < now and _with_cost(problem, part, then) == variant

    def change(self, witness: Witness) -> str:
        part = witness.details.get("part")
        labels, costs, _ = _costs(witness.variant or witness.problem)
        return f"when {part} costs {show(costs[labels.index(part)])} only"


@register_axiom
class SupportMonotonicity(_PartAxiom):
    """A chosen part that an agent comes to value more is still chosen.

    On a domain every report of an agent is tried that differs by a higher value of the part only.
    """

    id = "support_monotonicity"
    title = "Support monotonicity"
    statement = (
        "A chosen module, project or package that an agent values more, all else equal, stays "
        "chosen."
    )

    def favours(
        self, ctx: Evaluator, problem: Problem, part: object
    ) -> Iterator[tuple[Problem, tuple[Any, ...]]]:
        raised = _raiser(problem, part)
        for agent, own in zip(problem.agents, problem.types, strict=True):
            reports: list[Any]
            if ctx.finite:
                reports = [r for r in ctx.deviations(problem, agent) if raised(own, r)]
            elif isinstance(own, frozenset):
                reports = [] if part in own else [own | {part}]
            else:
                ctx.undecided("an agent may value the part by other numbers than those tried")
                reports = [r for r in _more(problem, part, own) if raised(own, r)]
            for report in reports:
                yield problem.report(agent, report), (agent,)

    def favourable(self, problem: Problem, variant: Problem, part: object) -> bool:
        if variant.agents != problem.agents:
            return False
        changed = [
            agent
            for agent, old, new in zip(problem.agents, problem.types, variant.types, strict=True)
            if old != new
        ]
        if len(changed) != 1 or problem.report(changed[0], variant.type_of(changed[0])) != variant:
            return False
        old, new = problem.type_of(changed[0]), variant.type_of(changed[0])
        return _raiser(problem, part)(old, new)

    def change(self, witness: Witness) -> str:
        who = ", ".join(map(str, witness.agents))
        return f"when agent {who} values {witness.details.get('part')} more"


def _parts(problem: Problem, outcome: Outcome) -> tuple[Any, ...]:
    """The modules, projects or the package that an outcome consists of."""
    if outcome.choice == NO_AGREEMENT:
        return ()
    if isinstance(problem.data, Modules):
        chosen: tuple[Any, ...] = outcome.choice[1]
        return chosen
    if isinstance(problem.data, Projects):
        return tuple(outcome.choice)
    return (outcome.choice,)


def _costs(problem: Problem) -> tuple[Sequence[Any], Sequence[Number], str]:
    """The labels of the parts, their costs, and the field that holds these."""
    data = problem.data
    if isinstance(data, Modules):
        return data.modules, data.module_costs, "module_costs"
    return (data.ids if isinstance(data, Projects) else data.packages), data.costs, "costs"


def _with_cost(problem: Problem, part: object, cost: Number) -> Problem:
    labels, costs, name = _costs(problem)
    k = labels.index(part)
    changed = (*costs[:k], cost, *costs[k + 1 :])
    data: Any = problem.data
    return replace(problem, data=replace(data, **{name: changed}))


def _raiser(problem: Problem, part: Any) -> Callable[[Any, Any], bool]:
    """Whether a second report differs from a first by a higher value of a part only."""
    labels, _, _ = _costs(problem)
    k = labels.index(part) if part in labels else -1

    def raised(own: Any, report: Any) -> bool:
        if k < 0 or type(own) is not type(report):
            return False
        if isinstance(own, frozenset):
            return part not in own and report == own | {part}
        if isinstance(own, FrozenMap):
            points = {p: v for p, v in report.items() if p != part}
            rest = {p: v for p, v in own.items() if p != part}
            return points == rest and report.get(part, 0) > own.get(part, 0)
        if isinstance(own, Additive):
            return own.bases == report.bases and _higher(own.modules, report.modules, k)
        return isinstance(problem.data, Menu) and _higher(own, report, k)

    return raised


def _higher(own: Sequence[Number], report: Sequence[Number], k: int) -> bool:
    if len(own) != len(report):
        return False
    return report[k] > own[k] and all(
        x == y for j, (x, y) in enumerate(zip(own, report, strict=True)) if j != k
    )


def _more(problem: Problem, part: object, own: Any) -> list[Any]:
    """The report with one more, twice and ten times the value of a part."""
    labels, _, _ = _costs(problem)
    k = labels.index(part)
    if isinstance(own, FrozenMap):
        now = own.get(part, 0)
        return [FrozenMap({**own, part: v}) for v in (now + 1, 2 * now, 10 * now)]
    if isinstance(own, Additive):
        return [replace(own, modules=row) for row in _rows(own.modules, k)]
    return _rows(own, k) if isinstance(problem.data, Menu) else []


def _rows(row: Sequence[Number], k: int) -> list[tuple[Number, ...]]:
    return [(*row[:k], v, *row[k + 1 :]) for v in (row[k] + 1, 2 * row[k], 10 * row[k])]
