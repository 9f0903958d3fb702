"""Stability where lists have ties: strong and super-stability."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mechdesign.allocation.axioms.matchings import OfMatchings, own_ranks, pair_of
from mechdesign.allocation.markets.two_sides import proposing_types, sides_of
from mechdesign.allocation.references import IRVING_TIES
from mechdesign.axioms import Violation, Witness, register_axiom
from mechdesign.axioms.question.evaluator import Evaluator
from mechdesign.axioms.question.implications import declare
from mechdesign.axioms.question.verifier import choose
from mechdesign.model import Mechanism, Number, Outcome, Problem, Setting, show


class _WithTies(OfMatchings):
    """Two who are not matched, neither of whom would lose by being so."""

    reference = IRVING_TIES
    #: How many of the two must be better off.
    gainers: int

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        sides = sides_of(problem)
        types = proposing_types(problem)
        column = {label: j for j, label in enumerate(sides.receivers)}
        row = {label: i for i, label in enumerate(sides.proposers)}
        for chosen in ctx.outcomes(problem):
            worst = [-1] * len(sides.receivers)
            held = [0] * len(sides.receivers)
            for who, got in chosen.choice.items():
                if got is not None:
                    j = column[got]
                    held[j] += 1
                    rank = sides.ranks[j].get(row[who], len(sides.proposers))
                    worst[j] = max(worst[j], rank)
            for i, (label, own) in enumerate(zip(sides.proposers, types, strict=True)):
                ctx.count()
                got = chosen.choice[label]
                none = len(own.classes)
                now = none if got is None else own.rank.get(got, none + 1)
                if got is not None and (now > none or i not in sides.ranks[column[got]]):
                    details = {"proposer": label, "receiver": got}
                    agents = pair_of(problem, label, got)
                    yield Violation(problem, agents=agents, gap=1, details=details)
                for b, rank in own.rank.items():
                    j = column.get(b, -1)
                    if b == got or j < 0 or i not in sides.ranks[j] or rank > now:
                        continue
                    theirs = sides.ranks[j][i]
                    room = held[j] < sides.places[j]
                    if not sides.places[j] or not (room or theirs <= worst[j]):
                        continue
                    gains = (rank < now) + (room or theirs < worst[j])
                    if gains >= self.gainers:
                        details = {"proposer": label, "receiver": b}
                        agents = pair_of(problem, label, b)
                        yield Violation(problem, agents=agents, gap=1, details=details)

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        problem, told = witness.problem, witness.details
        if self.applies(setting) or not {"proposer", "receiver"} <= set(told):
            return None
        a, b = told["proposer"], told["receiver"]
        mine, theirs, places = own_ranks(problem, a, b)
        if mine is None or theirs is None:
            return None
        found = choose(mechanism, problem, witness.lift)
        chosen = [found] if isinstance(found, Outcome) else [one for _, one in found.support]
        return max(int(self._objects(one.choice, a, b, mine, theirs, places)) for one in chosen)

    def _objects(
        self, choice: Any, a: Any, b: Any, mine: dict[Any, int], theirs: dict[Any, int], places: int
    ) -> bool:
        """From the definition: whether the two object to a matching."""
        accept = b in mine and a in theirs
        if choice[a] == b:
            return not accept
        if not accept or not places:
            return False
        last = 1 + max(mine.values())
        now = last if choice[a] is None else mine.get(choice[a], last + 1)
        others = [theirs.get(c, len(theirs) + 1) for c, got in choice.items() if got == b]
        free = len(others) < places
        no_worse = mine[b] <= now and (free or any(theirs[a] <= rank for rank in others))
        better = [mine[b] < now, free or any(theirs[a] < rank for rank in others)]
        return no_worse and sum(better) >= self.gainers

    def describe(self, witness: Witness) -> str:
        told = witness.details
        return (
            f"At ({witness.profile()}) the mechanism chooses "
            f"{witness.say(witness.before, witness.problem)}: {show(told['proposer'])} and "
            f"{show(told['receiver'])} object, by {self.title.lower()}."
        )


@register_axiom
class StrongStability(_WithTies):
    """No two of whom one would be better off together and the other no worse."""

    id = "strong_stability"
    title = "Strong stability"
    gainers = 1
    statement = (
        "Nobody holds an unacceptable partner, and no two who are not matched accept each other "
        "where one prefers the other to its own place (or has room) and the other would lose "
        "nothing."
    )


@register_axiom
class SuperStability(_WithTies):
    """No two of whom neither would be worse off together."""

    id = "super_stability"
    title = "Super-stability"
    gainers = 0
    statement = (
        "Nobody holds an unacceptable partner, and no two who are not matched accept each other "
        "where neither would lose anything by being matched."
    )


declare("super_stability", "strong_stability")
declare("strong_stability", "stability")
