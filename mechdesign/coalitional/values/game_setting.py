"""The setting of games: players who report nothing are given payoffs."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np

from mechdesign.coalitional.games.game_table import Game, game
from mechdesign.errors import InvalidInputError
from mechdesign.model import (
    AgentId,
    Domain,
    FrozenMap,
    Number,
    Outcome,
    Problem,
    Provenance,
    Seed,
    Setting,
    as_count,
    as_numbers,
    generator,
    serializable,
    show,
)
from mechdesign.records import dataclass

__all__ = ["GameProblem", "Payoffs", "payoffs"]

_KINDS = ("all", "monotone", "superadditive", "convex", "simple")
_MOST_GAMES = 2_000_000


@serializable("coalitional.GameProblem")
class GameProblem(Problem):
    """A problem whose data are a game of its agents, and go with them.

    Without an agent it holds the subgame, and permuted the game with the players renamed.
    """

    __slots__ = ()

    def __post_init__(self) -> None:
        super().__post_init__()
        if isinstance(self.data, Game) and len(self.data) == len(self.agents):
            named = self.data.renamed(tuple(self.agents))
            object.__setattr__(self, "data", named)

    def _select(self, positions: list[int]) -> Problem:
        kept = tuple(self.agents[k] for k in positions)
        small = self.data.subgame(kept) if kept else None
        return replace(super()._select(positions), data=small)

    def _derived(self, **changes: object) -> Problem:
        return replace(self, **changes)  # type: ignore[arg-type]

    def permuted(self, order: Iterable[int]) -> Problem:
        moved = super().permuted(order)
        return replace(moved, data=moved.data.renamed(tuple(self.agents)))


@serializable("coalitional.Payoffs")
@dataclass(frozen=True)
class Payoffs(Setting[None, tuple[Number, ...]]):
    """Players of a game, each of whom gets a payoff; the choice lists them.

    A player reports nothing: the game is known to all.  The payoffs need not add up to the worth of
    all players, which is for an axiom to demand.

    Examples
    --------
    >>> problem = Payoffs().problem({"A": 1, "A+B": 3})
    >>> problem.agents, problem.without("A").data.total
    (('A', 'B'), 0)
    """

    public: ClassVar[bool] = False
    id: ClassVar[str] = "coalitional.payoffs"
    data_kinds: ClassVar[tuple[type, ...]] = (Game,)

    def problem(self, data: object, *, players: Any = None, **options: Any) -> Problem:
        """Read a game.

        Parameters
        ----------
        data : Game or plain data
            As in :func:`game`.
        players : sequence, optional
            Their labels.
        """
        if options:
            raise InvalidInputError("options", "be `players`", sorted(options), owner=self.id)
        read = game(data, players=players)
        return GameProblem(read.players, (None,) * len(read), data=read)

    def check(self, problem: Problem) -> None:
        if not isinstance(problem.data, Game) or tuple(problem.agents) != problem.data.players:
            self._refuse(problem)

    def plain(self, problem: Problem) -> Any:
        return problem.data

    def scale(self, problem: Problem) -> Number:
        number: Number = problem.data.number(max(map(abs, problem.data.table)))
        return number

    def outcome(self, problem: Problem, raw: Any) -> Outcome:
        numbers = as_numbers(raw, "choice", owner=self.id)
        if len(numbers) != len(problem):
            raise InvalidInputError("choice", "have a payoff for each player", raw, owner=self.id)
        return Outcome(tuple(numbers), problem=problem, setting=self)

    def feasible(self, problem: Problem, outcome: Outcome[Any]) -> bool:
        return isinstance(outcome.choice, tuple) and len(outcome.choice) == len(problem)

    def utility(
        self, problem: Problem, agent: AgentId, true_type: None, outcome: Outcome[Any]
    ) -> Number:
        """The payoff."""
        payoff: Number = outcome.choice[problem.position(agent)]
        return payoff

    def domain(self, agents: int, *, values: Any = 2, kind: str = "all", **scope: Any) -> Domain:
        """All games with integer worths.

        Parameters
        ----------
        agents : int
            The players.
        values : int
            Worths are 0 .. values - 1.
        kind : {"all", "monotone", "superadditive", "convex", "simple"}
            Which of them; simple games are monotone with worths 0 and 1, and all players win.
        """
        if scope:
            raise InvalidInputError("scope", "be `values` and `kind`", sorted(scope), owner=self.id)
        n = as_count(agents, "agents", low=1, high=5, owner=self.id)
        k = as_count(values, "values", low=1, owner=self.id)
        if kind not in _KINDS:
            raise InvalidInputError("kind", f"be one of {', '.join(_KINDS)}", kind, owner=self.id)
        if kind == "simple":
            k = 2
        if k ** ((1 << n) - 1) > _MOST_GAMES:
            raise InvalidInputError(
                "values", f"leave at most {_MOST_GAMES:,} games", values, owner=self.id
            )
        listed = [
            one
            for worths in itertools.product(range(k), repeat=(1 << n) - 1)
            if _is(one := Game(tuple(range(n)), np.array((0, *worths))), kind)
        ]
        what = "" if kind == "all" else f"{kind} "
        label = f"all {what}games of {n} with worths 0..{k - 1}"
        return GameDomain(self, self._of(listed[0]), ((None,),) * n, label, games=tuple(listed))

    def _of(self, one: Game) -> Problem:
        return GameProblem(one.players, (None,) * len(one), data=one)

    def small_domains(self) -> Iterator[Domain]:
        for agents, values in ((1, 3), (2, 3), (3, 2)):
            yield self.domain(agents, values=values)

    def sample(self, rng: Seed, agents: int, *, values: int = 10, **scope: Any) -> Problem:
        if scope:
            raise InvalidInputError("scope", "be `values`", sorted(scope), owner=self.id)
        n = as_count(agents, "agents", low=1, high=16, owner=self.id)
        worths = generator(rng).integers(values, size=1 << n)
        worths[0] = 0
        return self._of(Game(tuple(range(n)), worths))

    def complexity(self, report: Any) -> int:
        return 1

    def distance(self, report: Any, other: Any) -> Number:
        return 0 if report == other else 1

    def say_report(self, report: None) -> str:
        return "nothing"

    def say_choice(self, problem: Problem, outcome: Outcome[Any]) -> str:
        return f"the payoffs {show(outcome.choice)}"

    def explain(self, problem: Problem, agent: AgentId, outcome: Outcome[Any]) -> str:
        payoff = self.utility(problem, agent, None, outcome)
        return f"player {agent} gets {show(payoff)} and alone is worth {_alone(problem, agent)}"


def _alone(problem: Problem, agent: AgentId) -> str:
    return show(problem.data.worth((agent,)))


@dataclass(frozen=True)
class GameDomain(Domain):
    """A list of games, whose players report nothing.

    Parameters
    ----------
    games : tuple of Game
        In the order of their worths.
    """

    games: tuple[Game, ...] = ()

    @property
    def size(self) -> int:
        return len(self.games)

    @property
    def interchangeable(self) -> bool:
        return False

    @property
    def numeric(self) -> None:
        return None

    def problem(self, indices: Sequence[int]) -> Problem:
        one = self.games[indices[0]]
        return GameProblem(one.players, (None,) * len(one), data=one)

    def grade(self, indices: Sequence[int]) -> tuple[int, int]:
        table = self.games[indices[0]].array
        return int(np.count_nonzero(table)), int(table.max())

    def graded(self) -> Iterator[tuple[tuple[int, int], tuple[int, ...]]]:
        order = [(self.grade((k,)), (k,)) for k in range(self.size)]
        yield from sorted(order)

    def multisets(self) -> Iterator[tuple[tuple[int, int], tuple[int, ...]]]:
        yield from self.graded()


def _is(one: Game, kind: str) -> bool:
    if kind == "all":
        return True
    if kind == "simple":
        return bool(one.table[-1]) and one.unlike("monotone") is None
    return one.unlike(kind) is None


def payoffs() -> Payoffs:
    """The setting of games whose players get payoffs.

    Examples
    --------
    >>> payoffs().domain(3, values=3, kind="superadditive").size
    69
    """
    return Payoffs()


def paid(problem: Problem, numbers: Sequence[Number], algorithm: str, **details: Any) -> Outcome:
    """Payoffs with how they were found."""
    how = Provenance(algorithm=algorithm, exact=problem.data.exact)
    return Outcome(tuple(numbers), details=FrozenMap(details), provenance=how)
