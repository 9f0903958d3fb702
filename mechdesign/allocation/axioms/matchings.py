"""Stability and its parts, and what owners are due."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from typing import Any

from mechdesign.allocation.markets import Market
from mechdesign.allocation.markets.two_sides import partners, proposing_types, sides_of
from mechdesign.allocation.references import ABDULKADIROGLU_SONMEZ, GALE_SHAPLEY
from mechdesign.axioms import Axiom, Violation, Witness, register_axiom
from mechdesign.axioms.question.evaluator import Evaluator
from mechdesign.axioms.question.implications import declare
from mechdesign.axioms.question.verifier import choose, two_results
from mechdesign.model import AgentId, Mechanism, Number, Outcome, Problem, Setting, show


class OfMatchings(Axiom):
    """An axiom about each matching that may come about."""

    family = "allocation"

    def applies(self, setting: Setting) -> str:
        fits = isinstance(setting, Market)
        return "" if fits else f"the setting {setting.id} has no preference lists of two sides"


class _Blocking(OfMatchings):
    """A proposer and a receiver who would rather have each other."""

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        sides = sides_of(problem)
        everybody = list(enumerate(sides.proposers))
        column = {label: j for j, label in enumerate(sides.receivers)}
        lists = _lists(problem)
        for chosen in ctx.outcomes(problem):
            held: dict[Any, list[int]] = {label: [] for label in sides.receivers}
            for i, label in everybody:
                if chosen.choice[label] is not None:
                    held[chosen.choice[label]].append(i)
            # Whom each receiver would give up first.
            worst = {
                b: max(sides.ranks[column[b]].get(k, len(sides.ranks[column[b]])) for k in own)
                for b, own in held.items()
                if own
            }
            for i, label in everybody:
                ctx.count()
                got = chosen.choice[label]
                accepted = got is None or i in sides.ranks[column[got]]
                yield from self._unwanted(problem, label, got, lists[i], accepted=accepted)
                now = _place(lists[i], got)
                for k, tied in enumerate(lists[i][:now]):
                    for b in tied:
                        j = column.get(b, -1)
                        if j < 0 or i not in sides.ranks[j]:
                            continue
                        worse = b in worst and worst[b] > sides.ranks[j][i]
                        if self.blocks(room=len(held[b]) < sides.places[j], worse=worse):
                            details = {"proposer": label, "receiver": b}
                            agents = pair_of(problem, label, b)
                            yield Violation(problem, agents=agents, gap=now - k, details=details)

    @abstractmethod
    def blocks(self, *, room: bool, worse: bool) -> bool:
        """Whether a receiver would take somebody: it has room, or holds somebody worse."""

    def _unwanted(
        self, problem: Problem, label: Any, got: Any, own: Any, *, accepted: bool
    ) -> Iterator[Violation]:
        """Partners who are not acceptable."""
        return iter(())

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        problem = witness.problem
        told = witness.details
        if self.applies(setting) or not {"proposer", "receiver"} <= set(told):
            return None
        found = choose(mechanism, problem, witness.lift)
        chosen = [found] if isinstance(found, Outcome) else [one for _, one in found.support]
        pair = told["proposer"], told["receiver"]
        return max(self._gap(problem, one.choice, *pair) for one in chosen)

    def _gap(self, problem: Problem, choice: Any, proposer: Any, receiver: Any) -> int:
        """From the definition: by how many classes the proposer prefers the receiver."""
        mine, theirs, places = own_ranks(problem, proposer, receiver)
        if mine is None or theirs is None:
            return 0
        before = choice.get(proposer)
        now = mine.get(before, len(mine) + 1) if before is not None else len(mine)
        if receiver not in mine or proposer not in theirs or mine[receiver] >= now:
            return 0
        held = [a for a, b in choice.items() if b == receiver]
        ranks = [theirs.get(a, len(theirs) + 1) for a in held]
        fits = self.holds_back(theirs[proposer], ranks, places)
        return _distinct(mine, before, receiver) if fits else 0

    @abstractmethod
    def holds_back(self, rank: int, held: list[int], places: int) -> bool:
        """From the definition: whether the receiver would take one of this rank."""

    def describe(self, witness: Witness) -> str:
        told = witness.details
        chosen = witness.say(witness.before, witness.problem)
        return (
            f"At ({witness.profile()}) the mechanism chooses {chosen}: {show(told['proposer'])} "
            f"prefers {show(told['receiver'])} to its own place, and {self.because}."
        )

    because: str


@register_axiom
class Stability(_Blocking):
    """Nobody has an unacceptable partner, and no two would rather have each other."""

    id = "stability"
    title = "Stability"
    statement = (
        "Nobody holds an unacceptable partner, and no two accept each other where one prefers the "
        "other to its own place and the other has room or prefers it to one that it holds."
    )
    reference = GALE_SHAPLEY
    because = "would be taken there"

    def blocks(self, *, room: bool, worse: bool) -> bool:
        return room or worse

    def holds_back(self, rank: int, held: list[int], places: int) -> bool:
        return len(held) < places or any(other > rank for other in held)

    def _unwanted(
        self, problem: Problem, label: Any, got: Any, own: Any, *, accepted: bool
    ) -> Iterator[Violation]:
        if got is None:
            return
        details = {"proposer": label, "receiver": got, "unacceptable": True}
        if not (accepted and any(got in tied for tied in own)):
            yield Violation(problem, agents=pair_of(problem, label, got), gap=1, details=details)

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        if "unacceptable" not in witness.details or self.applies(setting):
            return super().verify(mechanism, setting, witness)
        told = witness.details
        mine, theirs, _ = own_ranks(witness.problem, told.get("proposer"), told.get("receiver"))
        if mine is None or theirs is None:
            return None
        found = choose(mechanism, witness.problem, witness.lift)
        chosen = [found] if isinstance(found, Outcome) else [one for _, one in found.support]
        matched = any(one.choice[told["proposer"]] == told["receiver"] for one in chosen)
        accepted = told["receiver"] in mine and told["proposer"] in theirs
        return int(matched and not accepted)

    def describe(self, witness: Witness) -> str:
        if "unacceptable" not in witness.details:
            return super().describe(witness)
        told = witness.details
        return (
            f"At ({witness.profile()}) the mechanism chooses "
            f"{witness.say(witness.before, witness.problem)}: {show(told['proposer'])} and "
            f"{show(told['receiver'])} do not both accept each other."
        )


@register_axiom
class NoJustifiedEnvy(_Blocking):
    """Nobody prefers a place that somebody of lower priority has."""

    id = "no_justified_envy"
    title = "No justified envy"
    statement = (
        "Nobody prefers a place to its own that is given to somebody of lower priority there."
    )
    reference = ABDULKADIROGLU_SONMEZ
    because = "has a higher priority there than somebody who has a place"

    def blocks(self, *, room: bool, worse: bool) -> bool:
        return worse

    def holds_back(self, rank: int, held: list[int], places: int) -> bool:
        return any(other > rank for other in held)


@register_axiom
class NonWastefulness(_Blocking):
    """Nobody prefers a place that is left free."""

    id = "non_wastefulness"
    title = "Non-wastefulness"
    statement = "Nobody prefers a place to its own that is free and would accept it."
    reference = ABDULKADIROGLU_SONMEZ
    because = "there is a place free"

    def blocks(self, *, room: bool, worse: bool) -> bool:
        return room

    def holds_back(self, rank: int, held: list[int], places: int) -> bool:
        return len(held) < places


@register_axiom
class NonBossiness(OfMatchings):
    """Nobody changes the places of others by a report that does not change its own."""

    id = "non_bossiness"
    title = "Non-bossiness"
    statement = "A report that leaves the agent's own partners as they are leaves everybody's."

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        before = ctx.run(problem)
        for agent in problem.agents:
            for lie in ctx.deviations(problem, agent):
                variant = problem.report(agent, lie)
                after = ctx.run(variant)
                if not isinstance(before, Outcome) or not isinstance(after, Outcome):
                    ctx.undecided("the outcome is a lottery")
                    return
                ctx.count()
                if self._bossy(problem, before.choice, after.choice, agent):
                    yield Violation(problem, agents=(agent,), variant=variant, gap=1)

    @staticmethod
    def _bossy(problem: Problem, before: Any, after: Any, agent: AgentId) -> bool:
        same = set(partners(problem, before, agent)) == set(partners(problem, after, agent))
        return same and before != after

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        variant = witness.variant
        if self.applies(setting) or variant is None or len(witness.agents) != 1:
            return None
        agent = witness.agents[0]
        problem = witness.problem
        if variant != problem.report(agent, variant.type_of(agent)):
            return None
        if not setting.may_misreport(problem, agent):
            return None
        before, after = two_results(mechanism, witness)
        if not isinstance(before, Outcome) or not isinstance(after, Outcome):
            return None
        if problem.data.two_sided and agent[0] == problem.data.sides[1]:  # type: ignore[index]
            mine = [
                {a for a, b in one.choice.items() if b == agent[1]}  # type: ignore[index]
                for one in (before, after)
            ]
        else:
            label = agent[1] if problem.data.two_sided else agent  # type: ignore[index]
            mine = [{one.choice[label]} for one in (before, after)]
        return int(mine[0] == mine[1] and before.choice != after.choice)

    def describe(self, witness: Witness) -> str:
        agent = witness.agents[0]
        variant = witness.variant or witness.problem
        return (
            f"At ({witness.profile()}) the mechanism chooses "
            f"{witness.say(witness.before, witness.problem)}; where {show(agent)} reports "
            f"{witness.setting.say_report(variant.type_of(agent))} it chooses "
            f"{witness.say(witness.after, variant)}, and only others notice."
        )


@register_axiom
class OwnerRationality(OfMatchings):
    """No owner ends with something worse than what it owns."""

    id = "owner_rationality"
    title = "Individual rationality of owners"
    statement = "Everybody gets something no worse than what it owned at the beginning."

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        for chosen in ctx.outcomes(problem):
            for owner, owned in problem.data.owners:
                if owner not in problem.agents:
                    continue
                ctx.count()
                lists = problem.type_of(owner).classes
                # What is not even acceptable is given up for nothing.
                floor = min(_place(lists, owned), len(lists))
                gap = _place(lists, chosen.choice[owner]) - floor
                if gap > 0:
                    yield Violation(problem, agents=(owner,), gap=gap)

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        if self.applies(setting) or len(witness.agents) != 1:
            return None
        owner = witness.agents[0]
        owned = dict(witness.problem.data.owners).get(owner)
        if owned is None:
            return None
        found = choose(mechanism, witness.problem, witness.lift)
        chosen = [found] if isinstance(found, Outcome) else [one for _, one in found.support]
        own = witness.problem.type_of(owner)
        floor: int = own.rank.get(owned, len(own.classes))
        worst: int = max(
            len(own.classes)
            if one.choice[owner] is None
            else own.rank.get(one.choice[owner], len(own.classes) + 1)
            for one in chosen
        )
        return worst - floor if worst > floor else 0

    def describe(self, witness: Witness) -> str:
        owner = witness.agents[0]
        owned = dict(witness.problem.data.owners)[owner]
        return (
            f"At ({witness.profile()}) the mechanism chooses "
            f"{witness.say(witness.before, witness.problem)}, which gives agent {show(owner)} "
            f"something worse than {show(owned)}, its own."
        )


def _lists(problem: Problem) -> list[Any]:
    """The classes on the lists of the proposers."""
    return [own.classes for own in proposing_types(problem)]


def _place(classes: Any, got: Any) -> int:
    """The class of a partner; the number of classes for none, one more for an unacceptable one."""
    if got is None:
        return len(classes)
    return next((k for k, tied in enumerate(classes) if got in tied), len(classes) + 1)


def pair_of(problem: Problem, proposer: Any, receiver: Any) -> tuple[AgentId, ...]:
    """The two as agents of the problem; objects and schools are none."""
    data = problem.data
    if not data.two_sided:
        return (proposer,)
    return ((data.sides[0], proposer), (data.sides[1], receiver))


def own_ranks(
    problem: Problem, proposer: Any, receiver: Any
) -> tuple[dict[Any, int] | None, dict[Any, int] | None, int]:
    """The ranks on both lists and the places of the receiver, None for who is not there."""
    data = problem.data
    if data.two_sided:
        types = dict(zip(problem.agents, problem.types, strict=True))
        mine = types.get((data.sides[0], proposer))
        theirs = types.get((data.sides[1], receiver))
        if mine is None or theirs is None:
            return None, None, 0
        return mine.rank, theirs.rank, theirs.capacity
    if proposer not in problem.agents or receiver not in data.receivers:
        return None, None, 0
    j = data.receivers.index(receiver)
    if data.priorities is None:
        ranks = dict.fromkeys(problem.agents, 0)
    else:
        ranks = {a: k for k, tied in enumerate(data.priorities[j]) for a in tied}
    return problem.type_of(proposer).rank, ranks, data.capacities[j]


def _distinct(ranks: dict[Any, int], before: Any, after: Any) -> int:
    """By how many classes one partner comes before another one or none."""
    last = 1 + max(ranks.values(), default=-1)
    now = last if before is None else ranks.get(before, last + 1)
    return now - ranks[after]


declare("stability", "no_justified_envy")
declare("stability", "non_wastefulness")
