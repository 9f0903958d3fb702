"""Proportionality axioms of participatory budgeting: justified representation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any, ClassVar

from mechdesign.axioms import Axiom, Evaluator, Violation, Witness, register_axiom
from mechdesign.bargaining.ballots.projects import Projects
from mechdesign.bargaining.projects.setting import ProjectSelection
from mechdesign.bargaining.references import PETERS
from mechdesign.bargaining.representation.notions import objection
from mechdesign.errors import LimitReachedError
from mechdesign.model import Mechanism, Number, Outcome, Problem, Setting

# For one problem, where the check has no limit of its own.
_SECONDS = 60.0


def _points(ballot: Any) -> Mapping[Any, Number]:
    return dict.fromkeys(ballot, 1) if isinstance(ballot, frozenset) else ballot


class _Represents(Axiom):
    """A cohesive group with enough voters gets what it could fund."""

    family = "bargaining"
    notion: ClassVar[str]

    def applies(self, setting: Setting) -> str:
        if isinstance(setting, ProjectSelection):
            return ""
        return f"the setting {setting.id} has no projects"

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        result = ctx.run(problem)
        setting = ctx.setting
        assert isinstance(setting, ProjectSelection)
        points = any(not isinstance(own, frozenset) for own in problem.types)
        if points and self.notion.startswith("pjr"):
            ctx.undecided("proportional justified representation is defined for approval ballots")
            return
        if not isinstance(result, Outcome):
            ctx.undecided("lotteries over projects are not defined here")
            return
        ctx.count()
        left = ctx.budget.remaining
        try:
            found = objection(
                problem,
                result.choice,
                notion=self.notion,
                satisfaction=setting.satisfaction,
                time_limit=_SECONDS if left is None else max(left, 0.0),
            )
        except LimitReachedError as error:
            ctx.undecided(str(error))
            return
        if found is not None:
            yield Violation(
                problem,
                agents=found.voters,
                alternative=setting.select(problem, found.projects),
                details={"notion": self.notion},
            )

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        problem, wanted = witness.problem, witness.alternative
        if not isinstance(wanted, Outcome) or not witness.agents:
            return None
        if len(set(witness.agents)) != len(witness.agents):
            return None  # nobody counts twice
        if not isinstance(setting, ProjectSelection):
            return None
        projects: Projects = problem.data
        target = set(wanted.choice)
        types = dict(zip(problem.agents, problem.types, strict=True))
        ballots = [_points(types[agent]) for agent in witness.agents]
        budget: Any = problem.budget
        enough = projects.cost(target) * len(problem) <= budget * len(witness.agents)
        if not target or not enough:
            return None
        result = mechanism.solve(problem)
        if not isinstance(result, Outcome):
            return None
        funded = set(result.choice)

        def worth(ballot: Mapping[Any, Number], chosen: set[Any]) -> Number:
            by_cost = setting.satisfaction == "cost"
            return sum(ballot.get(p, 0) * (projects.cost([p]) if by_cost else 1) for p in chosen)

        # A project counts as much as it does for whoever in the group values it least.
        least = {p: min(ballot.get(p, 0) for ballot in ballots) for p in target}
        aim = worth(least, target)
        if self.notion.startswith("pjr"):
            union = {p: 1 for ballot in ballots for p in ballot}
            ballots = [union]
        short = []
        for ballot in ballots:
            got = worth(ballot, funded)
            near = self.notion.endswith("1") and any(
                got + worth(ballot, {p}) > aim for p in target - funded
            )
            short.append(got < aim and not near)
        return int(all(short))

    def describe(self, witness: Witness) -> str:
        wanted = witness.say(witness.alternative, witness.problem)
        share = Fraction(len(witness.agents), len(witness.problem))
        return (
            f"At ({witness.profile()}) the mechanism funds "
            f"{witness.say(witness.before, witness.problem)}; the voters "
            f"{', '.join(map(str, witness.agents))}, {share} of all, could fund {wanted}, "
            "which all of them value, and get less."
        )


@register_axiom
class ExtendedJustifiedRepresentation(_Represents):
    """Somebody in every cohesive group gets what the group could fund."""

    id = "extended_justified_representation"
    title = "Extended justified representation (EJR)"
    reference = PETERS
    statement = (
        "If a group whose share of the budget covers some projects approves all of them, one of "
        "its members gets at least what these are worth; with points a project counts as much as "
        "it does for the member who values it least."
    )
    notion = "ejr"


@register_axiom
class ExtendedUpToOne(_Represents):
    """EJR where one further project may be added in thought."""

    id = "ejr_up_to_one"
    title = "EJR up to one project"
    reference = PETERS
    statement = (
        "As extended justified representation, or one of its members would get more with one "
        "further project of the group."
    )
    notion = "ejr1"


@register_axiom
class ProportionalJustifiedRepresentation(_Represents):
    """Every cohesive group together gets what it could fund."""

    id = "proportional_justified_representation"
    title = "Proportional justified representation (PJR)"
    statement = (
        "If a group whose share of the budget covers some projects approves all of them, the "
        "funded projects that its members approve are worth at least as much."
    )
    notion = "pjr"


@register_axiom
class ProportionalUpToOne(_Represents):
    """PJR where one further project may be added in thought."""

    id = "pjr_up_to_one"
    title = "PJR up to one project"
    statement = (
        "As proportional justified representation, or more than that with one further project of "
        "the group."
    )
    notion = "pjr1"
