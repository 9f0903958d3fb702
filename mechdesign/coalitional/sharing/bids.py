"""The setting in which agents bid for a service whose cost is shared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from typing import Any, ClassVar

from mechdesign.coalitional.games.closed_forms import airport, labelled
from mechdesign.coalitional.games.game_table import Game, game
from mechdesign.coalitional.values.game_setting import GameProblem
from mechdesign.errors import InvalidInputError
from mechdesign.model import (
    AgentId,
    Domain,
    Fresh,
    FrozenMap,
    Number,
    Outcome,
    Problem,
    Provenance,
    Seed,
    Setting,
    as_count,
    generator,
    is_exact,
    serializable,
    show,
    tidy,
)
from mechdesign.records import dataclass

__all__ = ["Bidding", "bidding"]


@serializable("coalitional.Bidding")
@dataclass(frozen=True)
class Bidding(Setting[Number, frozenset[AgentId]]):
    """Agents report what a service is worth to them; the choice is the set of those served.

    The data are the costs of serving each set.  Who is served has the value of it less the payment;
    everybody may stay away, which is worth 0.

    Examples
    --------
    >>> problem = Bidding().problem([1, 1, 3], costs=(1, 2, 4))
    >>> problem.data.worth({0, 2})
    4
    """

    public: ClassVar[bool] = False
    money: ClassVar[bool] = True
    id: ClassVar[str] = "coalitional.bidding"
    data_kinds: ClassVar[tuple[type, ...]] = (Game,)

    def problem(self, data: object, *, costs: Any = None, **options: Any) -> Problem:
        """Read bids.

        Parameters
        ----------
        data : sequence or mapping of nonnegative numbers
            The bids.
        costs : Game, plain data of a game, or n numbers
            What serving a set costs.  A list of one number for each agent is a runway that serves
            a set for what its neediest member needs.
        """
        if options:
            raise InvalidInputError("options", "be `costs`", sorted(options), owner=self.id)
        names, bids = labelled(data, "bids", low=0)
        if not names:
            raise InvalidInputError("bids", "not be empty", data, owner=self.id)
        return self._of(names, bids, read_costs(costs, names))

    def _of(self, names: Sequence[AgentId], bids: Sequence[Number], cost: Game) -> Problem:
        return GameProblem(names, tuple(bids), data=cost, reserve=(0,) * len(names))

    def check(self, problem: Problem) -> None:
        if not isinstance(problem.data, Game) or tuple(problem.agents) != problem.data.players:
            self._refuse(problem)
        if problem.data.kind != "cost":
            raise InvalidInputError("costs", "be costs", problem.data.kind, owner=self.id)
        for agent, bid in zip(problem.agents, problem.types, strict=True):
            if not isinstance(bid, (int, Fraction, float)) or not bid >= 0:
                raise InvalidInputError(f"bids[{agent!r}]", "be at least 0", bid, owner=self.id)

    def plain(self, problem: Problem) -> Any:
        return list(problem.types)

    def outcome(self, problem: Problem, raw: Any) -> Outcome:
        if not isinstance(raw, (set, frozenset)) or not raw <= set(problem.agents):
            raise InvalidInputError("choice", "be a set of agents", raw, owner=self.id)
        return Outcome(frozenset(raw), problem=problem, setting=self)

    def feasible(self, problem: Problem, outcome: Outcome[Any]) -> bool:
        return isinstance(outcome.choice, frozenset) and outcome.choice <= set(problem.agents)

    def utility(
        self, problem: Problem, agent: AgentId, true_type: Number, outcome: Outcome[Any]
    ) -> Number:
        """The value of the service, if served, less the payment."""
        value = true_type if agent in outcome.choice else 0
        return value - outcome.pay(agent)

    def allocation(self, problem: Problem, agent: AgentId, outcome: Outcome[Any]) -> Number:
        """1 for those who are served."""
        return int(agent in outcome.choice)

    def domain(
        self, agents: int, *, grid: Any = None, high: Any = None, costs: Any = None, **scope: Any
    ) -> Domain:
        """All profiles of bids on a grid.

        Parameters
        ----------
        agents : int
            How many.
        grid : int
            Steps from 0 to the largest bid.
        high : number, optional
            The largest bid; by default the largest cost of one agent.
        costs : as in :meth:`problem`, optional
            By default a runway with the needs 1, 2, 3, ...; also 2^n - 1 numbers, the costs of all
            sets but the empty one in the order of their bits.
        """
        n = as_count(agents, "agents", low=1, high=8, owner=self.id)
        if scope or grid is None:
            known = "be `agents`, `grid`, `high` and `costs`"
            raise InvalidInputError("scope", known, sorted(scope), owner=self.id)
        names = tuple(range(n))
        cost = read_costs(tuple(range(1, n + 1)) if costs is None else costs, names)
        top = max(cost.number(cost.table[1 << k]) for k in range(n)) if high is None else high
        steps = as_count(grid, "grid", low=1, high=1000, owner=self.id)
        points = tuple(tidy(Fraction(top) * k / steps) for k in range(steps + 1))
        label = f"bids on a grid 1/{steps} of [0, {show(top)}], costs {_say(cost)}"
        return Domain(self, self._of(names, (0,) * n, cost), (points,) * n, label)

    def span(self, agents: int, number: Fresh, *, costs: Any = None, **words: Any) -> Problem:
        """All bids from 0 on, with the costs of :meth:`domain`."""
        if words:
            raise InvalidInputError("scope", "be `costs`", sorted(words), owner=self.id)
        n = as_count(agents, "agents", low=1, high=8, owner=self.id)
        names = tuple(range(n))
        cost = read_costs(tuple(range(1, n + 1)) if costs is None else costs, names)
        return self._of(names, [number(0, None) for _ in names], cost)

    def any_report(self, problem: Problem, agent: AgentId, number: Fresh, **words: Any) -> Number:
        return number(0, None)

    def small_domains(self) -> Iterator[Domain]:
        yield self.domain(1, grid=2)
        yield self.domain(2, grid=4)
        yield self.domain(2, grid=4, costs=(1, 1, 1))
        yield self.domain(2, grid=4, high=2, costs=(1, 1, 3))
        yield self.domain(3, grid=3)

    def deviations(self, problem: Problem, agent: AgentId) -> Iterable[Any]:
        """Bids around every difference of two costs, which alone can be a threshold of a rule here.

        A rule whose thresholds depend on the other bids has more of them.
        """
        table = problem.data.table
        listed = {
            abs(problem.data.number(a) - problem.data.number(b)) for a in table for b in table
        }
        yield from sorted({0, *listed, *(x + 1 for x in listed)})

    def deviations_suffice(self, mechanism: Any, problem: Problem) -> bool:
        return False

    def sample(self, rng: Seed, agents: int, **scope: Any) -> Problem:
        if scope:
            raise InvalidInputError("scope", "be `agents`", sorted(scope), owner=self.id)
        n, draw = as_count(agents, "agents", low=1, high=8, owner=self.id), generator(rng)
        needs = sorted(int(x) for x in draw.integers(1, 10, n))
        bids = [Fraction(int(x), 10) for x in draw.integers(0, 100, n)]
        return self._of(tuple(range(n)), [tidy(x) for x in bids], airport(needs))

    def say_report(self, report: Number) -> str:
        return f"bid {show(report)}"

    def say_choice(self, problem: Problem, outcome: Outcome[Any]) -> str:
        served = ", ".join(str(a) for a in problem.agents if a in outcome.choice) or "nobody"
        return f"{served} at {show(tuple(outcome.pay(a) for a in problem.agents))}"

    def explain(self, problem: Problem, agent: AgentId, outcome: Outcome[Any]) -> str:
        bid = problem.type_of(agent)
        if agent not in outcome.choice:
            return f"agent {agent} bids {show(bid)} and is not served"
        return f"agent {agent} bids {show(bid)}, is served and pays {show(outcome.pay(agent))}"


def read_costs(costs: Any, names: Sequence[AgentId]) -> Game:
    """The costs of serving each set of some agents."""
    if costs is None:
        raise InvalidInputError("costs", "be given", None, owner="coalitional.bidding")
    n = len(names)
    if isinstance(costs, Game):
        found = costs
    elif isinstance(costs, (list, tuple)) and len(costs) == n:
        found = airport(costs)
    elif isinstance(costs, (list, tuple)) and len(costs) == (1 << n) - 1:
        found = game([0, *costs], kind="cost")
    else:
        players = tuple(names) if callable(costs) else None
        found = game(costs, players=players, kind="cost")
    if len(found) != n:
        raise InvalidInputError("costs", f"be about {n} agents", found.players)
    if found.kind != "cost":
        found = Game(found.players, found.table, found.unit, "cost")
    if set(found.players) == set(names):
        return found.subgame(tuple(names))
    if set(found.players) != set(range(n)):
        raise InvalidInputError("costs", f"be about {tuple(names)}", found.players)
    return found.renamed(tuple(names))


def _say(cost: Game) -> str:
    return show(tuple(cost.number(x) for x in cost.table[1:]))


def bidding() -> Bidding:
    """The setting in which agents bid for a service whose cost is shared.

    Examples
    --------
    >>> bidding().domain(3, grid=4, costs=(1, 2, 4)).size
    125
    """
    return Bidding()


def served(problem: Problem, mask: int, payments: Sequence[Number], algorithm: str) -> Outcome:
    """Who is served at which payment, with how it was found."""
    exact = problem.data.exact and all(map(is_exact, problem.types))
    chosen = frozenset(problem.data.members(mask))
    pay = FrozenMap(zip(problem.agents, payments, strict=True))
    cost = problem.data.number(problem.data.table[mask])
    how = Provenance(algorithm=algorithm, exact=exact)
    return Outcome(chosen, payments=pay, cost=cost, provenance=how)
