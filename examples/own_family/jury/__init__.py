"""Juries: the votes of the jurors, 0 or 1, become one verdict."""

from dataclasses import dataclass

from mechdesign import Command, Family, Outcome, Problem
from mechdesign.axioms import Axiom, Violation, register_axiom
from mechdesign.errors import InvalidInputError
from mechdesign.model import Domain, Setting, mechanism, serializable


@serializable("jury.Verdict")
@dataclass(frozen=True)
class Verdict(Setting):
    """A verdict, 0 or 1; each juror wants the one that the own evidence speaks for."""

    id = "jury.verdict"

    def problem(self, votes):
        if not votes or any(vote not in (0, 1) for vote in votes):
            raise InvalidInputError("votes", "be a nonempty list of 0 and 1", votes)
        return Problem(range(len(votes)), tuple(votes))

    def utility(self, problem, agent, true_type, outcome):
        return int(outcome.choice == true_type)

    def feasible(self, problem, outcome):
        return outcome.choice in (0, 1)

    def outcomes(self, problem):
        return [Outcome(choice, problem=problem, setting=self) for choice in (0, 1)]

    def domain(self, agents):
        return Domain(self, self.problem([0] * agents), [(0, 1)] * agents, "all votes", True)


@mechanism("jury.majority", setting=Verdict(), anonymous=True)
def majority(problem):
    """Guilty if more than half of the jurors say so."""
    return int(2 * sum(problem.types) > len(problem))


@mechanism("jury.unanimity", setting=Verdict(), anonymous=True)
def unanimity(problem):
    """Guilty if all jurors say so."""
    return int(all(problem.types))


@register_axiom
class SameForBoth(Axiom):
    """The verdicts are treated alike, wherever the votes are not split evenly."""

    id = "jury_neutrality"
    title = "Neutrality of juries"
    statement = "If all votes are reversed, so is the verdict, unless they are split evenly."
    family = "jury"

    def violations(self, ctx, problem):
        reversed_ = Verdict().problem([1 - vote for vote in problem.types])
        if 2 * sum(problem.types) != len(problem):
            ctx.count()
            if ctx.run(problem).choice == ctx.run(reversed_).choice:
                yield Violation(problem, variant=reversed_, gap=1)

    def verify(self, mechanism, setting, witness):
        chosen = [mechanism.solve(p).choice for p in (witness.problem, witness.variant)]
        return int(chosen[0] == chosen[1])


FAMILY = Family(
    "jury",
    "verdicts of juries",
    "jury",
    catalogue="jury:catalogue.toml",
    plots="jury.corners",
    studies=("jury.corners:jury_is_right",),
    claims="jury.corners:CLAIMS",
    commands=(Command("solve", "the verdict of a jury", "jury.corners:solve"),),
)
