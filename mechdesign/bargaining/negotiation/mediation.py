"""The mediated single-text procedure: one text, amended as long as it serves everybody.

Each round the mediator considers the packages one move away from the text, asks the stakeholders
which of them they can live with, and takes the one that leaves the worst-off group best.  The pair
(smallest utility, total utility) rises lexicographically in every round, so the procedure ends.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Annotated, Any, Literal

from mechdesign.bargaining.menus.data import Menu
from mechdesign.bargaining.menus.setting import NO_AGREEMENT, package_choice
from mechdesign.bargaining.negotiation.policies import BoundedConcession, Policy, Question
from mechdesign.bargaining.negotiation.trace import Negotiation, Round
from mechdesign.bargaining.reports import best_base, say
from mechdesign.errors import InvalidInputError, require
from mechdesign.model import (
    AgentId,
    Number,
    Outcome,
    Problem,
    Provenance,
    Seed,
    as_count,
    as_list,
    as_number,
    generator,
    mechanism,
    number_in,
    welfare,
)
from mechdesign.records import dataclass

__all__ = ["Protocol", "mediate", "moves", "single_text"]

_SETTING = package_choice()
MOVES = ("add", "drop", "exchange")


def _refuse_unknown(kinds: Iterable[str]) -> None:
    unknown = [kind for kind in kinds if kind not in (*MOVES, "base")]
    if unknown:
        raise InvalidInputError("kinds", f"be among {', '.join((*MOVES, 'base'))}", unknown)


@dataclass(frozen=True)
class Protocol:
    """How a mediated negotiation goes: who proposes what, and whose consent is enough.

    Parameters
    ----------
    quorum : number in (0, 1]
        The share of entitlement that must accept: 1 is unanimity.
    veto : iterable of agents
        Those who must accept whatever the quorum.
    proposer : {"mediator", "agents"}
        Whether the mediator considers every amendment, or only what the stakeholders propose.
    kinds, most
        The amendments, see :func:`moves`.

    Raises
    ------
    InvalidInputError
        If one of them is not in its domain.

    Examples
    --------
    >>> Protocol(quorum=0.5, veto=["newcomers"]).veto
    ('newcomers',)
    """

    quorum: Number = 1
    veto: Iterable[AgentId] = ()
    proposer: Literal["mediator", "agents"] = "mediator"
    kinds: Iterable[str] = MOVES
    most: int = 2

    def __post_init__(self) -> None:
        if not as_number(self.quorum, "quorum", low=0, high=1, owner="Protocol"):
            raise InvalidInputError("quorum", "be positive", self.quorum, owner="Protocol")
        if self.proposer not in ("mediator", "agents"):
            raise InvalidInputError("proposer", "be 'mediator' or 'agents'", self.proposer)
        as_count(self.most, "most", owner="Protocol")
        for name in ("veto", "kinds"):
            object.__setattr__(self, name, tuple(as_list(getattr(self, name), name)))
        _refuse_unknown(self.kinds)


UNANIMITY = Protocol()


def moves(
    problem: Problem, text: object, kinds: Iterable[str] = MOVES, *, most: int = 2
) -> list[Outcome]:
    """The feasible packages one move away from a text.

    Parameters
    ----------
    problem : Problem
        Of modules; in a menu every other package is one move away.
    text : package label
        Where to start.
    kinds : iterable of {"add", "drop", "exchange", "base"}
        Add one module, drop one, exchange one for up to `most` others, change the base.
    most : int
        For exchanges.

    Examples
    --------
    >>> from mechdesign import bargaining
    >>> problem = bargaining.modules({"s": 0}, {"p": 1, "q": 2}, {"x": {"p": 1}}, budget=2)
    >>> [outcome.choice[1] for outcome in moves(problem, ("s", ("p",)))]
    [(), ('q',)]
    """
    require(problem, Problem, "problem")
    _SETTING.check(problem)
    data = problem.data
    asked = tuple(kinds)
    _refuse_unknown(asked)
    if isinstance(data, Menu):
        labels: list[Any] = [label for label in data.packages if label != text]
    else:
        if not (isinstance(text, tuple) and len(text) == 2):
            raise InvalidInputError("text", "be a base and its modules", text)
        base, inside = text
        labels = [
            (base, tuple(m for m in data.modules if m in chosen))
            for chosen in _module_sets(set(inside), data.modules, asked, most)
        ]
        if "base" in asked:
            labels += [(other, inside) for other in data.bases if other != base]
    found = []
    for label in dict.fromkeys(labels):
        outcome = Outcome(label, problem=problem, setting=_SETTING)
        if _SETTING.feasible(problem, outcome):
            found.append(_SETTING.outcome(problem, label))
    return found


def mediate(
    problem: Problem,
    *,
    start: object = None,
    tolerance: Number = 0,
    policies: Mapping[AgentId, Policy] | Policy | None = None,
    protocol: Protocol = UNANIMITY,
    rounds: int | None = None,
    annealing: bool = False,
    rng: Seed = None,
    progress: Callable[[], None] | None = None,
) -> Negotiation:
    """Negotiate a package by amending a single text.

    Parameters
    ----------
    problem : Problem
        Of the setting ``bargaining.packages``.
    start : package label, optional
        The first text; by default the best base design.
    tolerance : number
        How much a stakeholder concedes in one round, for the default policy.
    policies : callable or dict of callables, optional
        Who answers for the stakeholders, see :class:`Policy`; one for all, or one for some, the
        others answering by :class:`BoundedConcession`.
    protocol : Protocol
        Whose consent is enough, who proposes, and which amendments; by default unanimity, over
        every amendment that the mediator finds.
    rounds : int, optional
        At most so many rounds; needed with annealing.
    annealing : bool
        Draw one random amendment a round and accept it under a tolerance that falls to 0; the best
        text met is the outcome (after Klein, Faratin, Sayama and Bar-Yam).
    rng : numpy.random.Generator or int, optional
        For annealing.
    progress : callable, optional
        Called after each round.

    Returns
    -------
    Negotiation
        The trace and the outcome.

    Notes
    -----
    The mediator takes the acceptable text with the largest (smallest utility, total utility, -cost)
    and only one whose (smallest, total) is larger than the present one.

    Examples
    --------
    >>> from mechdesign import bargaining
    >>> problem = bargaining.modules({"street": 0}, {"trees": 2, "ramp": 1},
    ...     {"ann": {"trees": 3}, "bob": {"ramp": 2, "trees": 1}}, budget=3)
    >>> print(mediate(problem).table())
    round  text                   cost  worst  total  by        gains     concedes
    -----  ---------------------  ----  -----  -----  --------  --------  --------
    0      street                 0     0      0
    1      street + trees         2     1      4      mediator  ann, bob
    2      street + trees + ramp  3     3      6      mediator  bob
    """
    require(problem, Problem, "problem")
    require(protocol, Protocol, "protocol")
    limit = None if rounds is None else as_count(rounds, "rounds", owner="mediate")
    if annealing and limit is None:
        raise InvalidInputError("rounds", "be given with annealing", rounds, owner="mediate")
    tau = as_number(tolerance, "tolerance", low=0, owner="mediate")
    for agent in protocol.veto:
        problem.position(agent)
    first = best_base(problem) if start is None else _SETTING.outcome(problem, start)
    if not _SETTING.feasible(problem, first):
        raise InvalidInputError("start", "be a feasible package", first.choice, owner="mediate")
    table = _Table(problem, first, protocol, policies)
    draw = generator(rng) if annealing else None
    text, best = first, first
    trace = [table.round(0, first, first, "")]
    number = 0
    while limit is None or number < limit:
        number += 1
        candidates = moves(problem, text.choice, protocol.kinds, most=protocol.most)
        if draw is not None and limit is not None:
            falling = tau * (limit - number) / limit
            if not candidates:
                break
            picked = candidates[int(draw.integers(len(candidates)))]
            taken = picked if table.accepted(number, text, picked, falling) else None
            by: Any = "mediator"
        else:
            by, taken = _amendment(table, number, text, candidates, tau, protocol.proposer)
            if taken is None:
                break
        if progress is not None:
            progress()
        if taken is None:
            continue
        trace.append(table.round(number, text, taken, by))
        text = taken
        best = max(best, text, key=table.quality) if draw is not None else text
    outcome = Outcome(
        best.choice,
        cost=best.cost,
        details={"rounds": len(trace) - 1, "start": say(problem, first.choice)},
        provenance=Provenance(
            mechanism="bargaining.single_text",
            algorithm="single text" + (", annealing" if annealing else ""),
            exact=not any(isinstance(u, float) for u in best.utilities.values()),
            seed=rng if isinstance(rng, int) else None,
        ),
        problem=problem,
        setting=_SETTING,
    )
    return Negotiation(problem, outcome, tuple(trace))


@mechanism("bargaining.single_text", setting=_SETTING, anonymous=True)
def single_text(
    problem: Problem,
    *,
    tolerance: Annotated[Number, number_in(0)] = 0,
    quorum: Annotated[Number, number_in(0, 1)] = 1,
    rational: bool = True,
) -> Outcome:
    """The agreement of a mediated single-text procedure, as a rule that can be audited.

    Parameters
    ----------
    problem : Problem, dict or list
        As in :func:`mechdesign.bargaining.menu`.
    tolerance, quorum : number
        As in :func:`mediate` and :class:`Protocol`.
    rational : bool
        Whether a text that gives somebody less than the reserve is no agreement at all.

    Examples
    --------
    >>> from mechdesign import bargaining
    >>> problem = bargaining.modules({"s": 0}, {"p": 1, "q": 1}, {"x": {"p": 2}, "y": {"q": 2}})
    >>> single_text(problem).choice
    ('s', ('p', 'q'))
    """
    outcome = mediate(problem, tolerance=tolerance, protocol=Protocol(quorum)).outcome
    reserve = problem.reserve or (0,) * len(problem)
    pairs = zip(outcome.utilities.values(), reserve, strict=True)
    if rational and any(u < d for u, d in pairs):
        return Outcome(
            NO_AGREEMENT, provenance=outcome.provenance, problem=problem, setting=_SETTING
        )
    return outcome


class _Table:
    """The stakeholders, their policies and the rule of acceptance."""

    def __init__(
        self,
        problem: Problem,
        start: Outcome,
        protocol: Protocol,
        policies: Any,
    ) -> None:
        self.problem = problem
        self.start = start
        self.protocol = protocol
        if policies is None or isinstance(policies, Mapping):
            given: Mapping[AgentId, Policy] = policies or {}
            for agent in given:
                problem.position(agent)
        else:
            given = dict.fromkeys(problem.agents, policies)
        for agent, policy in given.items():
            if not callable(policy):
                raise InvalidInputError(f"policies[{agent!r}]", "be callable", policy)
        self.policies = given

    def quality(self, outcome: Outcome) -> tuple[Number, Number, Number]:
        """The objective of the mediator."""
        values = tuple(outcome.utilities.values())
        total = welfare.utilitarian(values, self.problem.weights)
        return min(values), total, -(outcome.cost or 0)

    def better(self, new: Outcome, old: Outcome) -> bool:
        """Whether the smallest utility, or else the total, rises; rounding is no rise."""
        worst, total, _ = self.quality(new)
        old_worst, old_total, _ = self.quality(old)
        if not _same(worst, old_worst):
            return worst > old_worst
        return total > old_total and not _same(total, old_total)

    def ask(
        self,
        kind: str,
        agent: AgentId,
        number: int,
        text: Outcome,
        others: Sequence[Outcome],
        tau: Number,
    ) -> Any:
        """The answer of one stakeholder."""
        worth = {o.choice: o.utilities[agent] for o in (self.start, text, *others)}
        question = Question(
            kind,
            agent,
            number,
            self.problem,
            text.choice,
            self.start.choice,
            others[0].choice if kind == "vote" else None,
            worth,
            tuple(o.choice for o in others) if kind == "propose" else (),
        )
        return self.policies.get(agent, BoundedConcession(tau))(question)

    def accepted(self, number: int, text: Outcome, new: Outcome, tau: Number) -> bool:
        """Whether enough stakeholders, and all with a veto, accept the new text."""
        support: Number = 0
        total: Number = 0
        for agent in self.problem.agents:
            weight = self.problem.weight_of(agent)
            total += weight
            if self.ask("vote", agent, number, text, [new], tau):
                support += weight
            elif agent in self.protocol.veto or self.protocol.quorum == 1:
                return False
        return bool(support >= self.protocol.quorum * total)

    def round(self, number: int, old: Outcome, new: Outcome, by: object) -> Round:
        """The line of the trace."""
        change = {a: new.utilities[a] - old.utilities[a] for a in self.problem.agents}
        worst, total, _ = self.quality(new)
        return Round(
            number,
            new.choice,
            new.cost or 0,
            by,
            tuple(new.utilities.values()),
            worst,
            total,
            {a: c for a, c in change.items() if c > 0},
            {a: -c for a, c in change.items() if c < 0},
        )


def _same(a: Number, b: Number) -> bool:
    if isinstance(a, float) or isinstance(b, float):
        return abs(float(a) - float(b)) <= 1e-12 * max(abs(float(a)), abs(float(b)))
    return a == b


def _amendment(
    table: _Table,
    number: int,
    text: Outcome,
    candidates: list[Outcome],
    tau: Number,
    proposer: str,
) -> tuple[Any, Outcome | None]:
    """The text that the mediator takes, and who put it forward."""
    authors: dict[Any, Any] = {}
    if proposer == "agents":
        known = {o.choice: o for o in candidates}
        for agent in table.problem.agents:
            picked = table.ask("propose", agent, number, text, candidates, tau)
            if picked is None:
                continue
            if picked not in known:
                raise InvalidInputError(
                    f"policies[{agent!r}]", "propose one of the candidates or None", picked
                )
            authors.setdefault(picked, agent)
        candidates = [known[label] for label in authors]
    rising = sorted(
        (o for o in candidates if table.better(o, text)), key=table.quality, reverse=True
    )
    for outcome in rising:
        if table.accepted(number, text, outcome, tau):
            return authors.get(outcome.choice, "mediator"), outcome
    return "", None


def _module_sets(
    inside: set[Any], every: Sequence[object], kinds: Sequence[str], most: int
) -> Iterable[set[Any]]:
    outside = [m for m in every if m not in inside]
    if "add" in kinds:
        for m in outside:
            yield inside | {m}
    if "drop" in kinds:
        for m in inside:
            yield inside - {m}
    if "exchange" in kinds:
        for m in inside:
            for size in range(1, most + 1):
                for new in itertools.combinations(outside, size):
                    yield (inside - {m}) | set(new)
