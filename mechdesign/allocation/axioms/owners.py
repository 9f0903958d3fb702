"""What coalitions of owners can do for themselves: the strict core of housing markets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mechdesign.allocation.markets import Market
from mechdesign.axioms import Axiom, Violation, Witness, register_axiom
from mechdesign.axioms.question.evaluator import Evaluator
from mechdesign.axioms.question.implications import declare
from mechdesign.axioms.question.verifier import choose
from mechdesign.model import Mechanism, Number, Outcome, Problem, Reference, Setting, show

SHAPLEY_SCARF = Reference(
    "shapley1974",
    "Shapley, L. and Scarf, H.",
    "On Cores and Indivisibility",
    1974,
    "Journal of Mathematical Economics 1(1)",
    doi="10.1016/0304-4068(74)90033-0",
)


@register_axiom
class StrictCore(Axiom):
    """No owners could trade what they own so that one is better off and none of them worse."""

    id = "strict_core"
    title = "Strict core"
    family = "allocation"
    statement = (
        "No coalition of owners can divide what its members own among themselves so that none of "
        "them is worse off and one is better off."
    )
    reference = SHAPLEY_SCARF

    def applies(self, setting: Setting) -> str:
        fits = isinstance(setting, Market)
        return "" if fits else f"the setting {setting.id} has no owners"

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        for chosen in ctx.outcomes(problem):
            ctx.count()
            found = _trade(problem, chosen.choice)
            if found is not None:
                moves, gap = found
                agents = tuple(who for who, _ in moves)
                yield Violation(problem, agents=agents, gap=gap, details={"moves": moves})

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        problem, moves = witness.problem, witness.details.get("moves")
        if self.applies(setting) or not moves or problem.data.two_sided:
            return None
        owners = dict(problem.data.owners)
        there = [who for who, _ in moves]
        taken = [what for _, what in moves if what is not None]
        owned = {owners[who] for who in there if who in owners}
        alone = len(set(there)) == len(there) and len(set(taken)) == len(taken)
        if not alone or not set(taken) <= owned or not set(there) <= set(problem.agents):
            return None
        found = choose(mechanism, problem, witness.lift)
        chosen = [found] if isinstance(found, Outcome) else [one for _, one in found.support]
        gap = 0
        for one in chosen:
            gains = [_class(problem, a, one.choice[a]) - _class(problem, a, b) for a, b in moves]
            gap = max(gap, max(gains) if min(gains) >= 0 else 0)
        return gap

    def describe(self, witness: Witness) -> str:
        told = [
            f"{show(who)} takes {'nothing' if what is None else show(what)}"
            for who, what in witness.details["moves"]
        ]
        return (
            f"At ({witness.profile()}) the mechanism chooses "
            f"{witness.say(witness.before, witness.problem)}; out of what they own "
            f"{', '.join(told)}, which is worse for none of them and better for one."
        )


def _class(problem: Problem, agent: Any, got: Any) -> int:
    """The class of what somebody has; nothing comes after all of them, the unacceptable last."""
    own = problem.type_of(agent)
    last = len(own.classes)
    return last if got is None else own.rank.get(got, last + 1)


def _trade(problem: Problem, choice: Any) -> tuple[tuple[tuple[Any, Any], ...], int] | None:
    """A cycle of owners who take from the next what is no worse, and once better, than they have.

    One may also take nothing, and then what the first of the path owns is left over.
    """
    owners = {who: what for who, what in problem.data.owners if who in problem.agents}
    edges: dict[Any, list[tuple[Any, Any, int]]] = {None: [(who, None, 0) for who in owners]}
    for who in owners:
        now = _class(problem, who, choice[who])
        ways = [*owners.items(), (None, None)]
        edges[who] = [
            (target, what, now - _class(problem, who, what))
            for target, what in ways
            if _class(problem, who, what) <= now
        ]
    for who in owners:
        for target, what, gain in edges[who]:
            if gain <= 0:
                continue
            back = {target: (target, None)}
            queue = [target]
            for at in queue:
                if at == who:
                    moves = [(who, what)]
                    while at != target:
                        before, taken = back[at]
                        if before is not None:
                            moves.append((before, taken))
                        at = before
                    return tuple(moves), gain
                for following, taken, _ in edges[at]:
                    if following not in back:
                        back[following] = (at, taken)
                        queue.append(following)
    return None


declare("strict_core", "owner_rationality")
