"""Obvious strategyproofness of rules that say by which questions they are played."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from mechdesign.allocation.markets import Market
from mechdesign.allocation.obvious_trees import LI, Move, check_obvious
from mechdesign.axioms import Axiom, Violation, Witness, register_axiom
from mechdesign.axioms.question.evaluator import Evaluator
from mechdesign.axioms.question.implications import declare
from mechdesign.axioms.question.verifier import choose
from mechdesign.errors import LimitReachedError
from mechdesign.model import Mechanism, Number, Outcome, Problem, Setting, show

__all__ = ["plays"]

#: By the identifier of a rule, the tree of questions at a problem.
_TREES: dict[str, Callable[[Mechanism, Problem], Any]] = {}
Tree = Callable[[Mechanism, Problem], Any]


def plays(rule: str) -> Callable[[Tree], Tree]:
    """Register the tree of questions by which a rule is played.

    Parameters
    ----------
    rule : str
        The identifier of the rule.

    Returns
    -------
    callable
        A decorator for a function of the mechanism and a problem that returns a
        :class:`~mechdesign.allocation.Move`: its answers are objects or None for nothing, its
        outcomes map agents to what they get.  The lists of that problem are empty: a tree depends
        on no agent's list.

    Examples
    --------
    >>> from mechdesign import allocation, axioms
    >>> axioms.check("obvious_strategyproofness", allocation.serial_dictatorship,
    ...     agents=2, objects=2).status.name
    'HOLDS'
    """

    def registered(tree: Tree) -> Tree:
        _TREES[rule] = tree
        return tree

    return registered


@plays("allocation.serial_dictatorship")
def _turns(mechanism: Mechanism, problem: Problem) -> Any:
    """Each in turn names an object that is left, or nothing."""
    order = mechanism.parameters.get("order") or problem.agents
    turns = [agent for agent in order if agent in problem.agents]
    data = problem.data
    accepted = {
        agent: [
            b
            for j, b in enumerate(data.receivers)
            if data.priorities is None or any(agent in tied for tied in data.priorities[j])
        ]
        for agent in turns
    }

    def grown(k: int, left: dict[Any, int], got: dict[Any, Any]) -> Any:
        if k == len(turns):
            return got
        who = turns[k]
        options = [b for b in accepted[who] if left[b]]
        ways = {b: grown(k + 1, {**left, b: left[b] - 1}, {**got, who: b}) for b in options}
        return Move(who, {**ways, None: grown(k + 1, left, {**got, who: None})})

    return grown(0, dict(zip(data.receivers, data.capacities, strict=True)), {})


def _answer(own: Any, move: Move) -> Any:
    """The best of the choices; nothing where none is acceptable."""
    listed = [b for b in move.choices if b in own.rank]
    return min(listed, key=lambda b: own.rank[b], default=None)


def _worth(own: Any, got: Any) -> int:
    none = len(own.classes)
    return -(none if got is None else own.rank.get(got, none + 1))


@register_axiom
class ObviousStrategyproofness(Axiom):
    """Truth, by the questions of the rule, is never worse at its worst than a lie at its best."""

    id = "obvious_strategyproofness"
    title = "Obvious strategyproofness"
    family = "allocation"
    reference = LI
    statement = (
        "By the tree of questions of the rule, wherever an agent may depart from the truth the "
        "worst that may come of truth is no worse for it than the best that may come otherwise."
    )

    def applies(self, setting: Setting) -> str:
        fits = isinstance(setting, Market) and not setting.two_sides
        return "" if fits else f"the setting {setting.id} has no objects that agents name in turn"

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        tree = _tree(ctx.mechanism, problem)
        if tree is None:
            ctx.undecided("the rule has no tree of questions: see allocation.plays")
            return
        try:
            if _played(tree, problem) != dict(_choice(ctx.run(problem))):
                ctx.undecided("the tree of questions gives something else than the rule")
                return
            for agent in problem.agents:
                ctx.count()
                gap = _lack(tree, problem, agent)
                if gap > 0:
                    yield Violation(problem, agents=(agent,), gap=gap)
        except LimitReachedError as error:
            ctx.undecided(str(error))

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        problem = witness.problem
        if self.applies(setting) or len(witness.agents) != 1:
            return None
        tree = _tree(mechanism, problem)
        if tree is None or witness.agents[0] not in problem.agents:
            return None
        if _played(tree, problem) != dict(_choice(choose(mechanism, problem, witness.lift))):
            return None
        return _lack(tree, problem, witness.agents[0])

    def describe(self, witness: Witness) -> str:
        agent = witness.agents[0]
        return (
            f"At ({witness.profile()}) agent {show(agent)}, asked in its turn, may end "
            f"{show(witness.gap)} classes better by another answer than by the true one."
        )


def _tree(mechanism: Mechanism, problem: Problem) -> Any:
    made = _TREES.get(mechanism.id)
    if made is None or problem.data.two_sided:
        return None
    # Without the lists: a tree that looked at them would ask no questions.
    blank = tuple(replace(own, classes=()) for own in problem.types)
    return made(mechanism, problem.with_profile(blank))


def _choice(result: Any) -> Any:
    return result.choice if isinstance(result, Outcome) else ()


def _played(tree: Any, problem: Problem) -> dict[Any, Any]:
    """What comes of truth."""
    while isinstance(tree, Move):
        tree = tree.choices[_answer(problem.type_of(tree.agent), tree)]
    found: dict[Any, Any] = tree
    return found


def _lack(tree: Any, problem: Problem, agent: Any) -> int:
    """By how much the best of another answer exceeds the worst of the truth."""
    if not isinstance(tree, Move):
        return 0
    own = problem.type_of(agent)
    found = check_obvious(
        tree,
        {agent: [own]},
        worth=lambda who, kind, got: _worth(kind, got[who]),
        truth=lambda who, kind, move: _answer(kind, move),
    )
    return 0 if found.holds else int(found.best - found.worst)


declare("obvious_strategyproofness", "strategyproofness")
