"""The setting: players report what profiles are worth to them, and one profile is selected."""

from __future__ import annotations

import itertools
import math
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any, ClassVar

from mechdesign.errors import InfeasibleError, InvalidInputError
from mechdesign.games.tables.dominance import best_replies
from mechdesign.games.tables.finite_tables import FiniteGame, as_shown, finite, one_of
from mechdesign.model import (
    AgentId,
    Domain,
    Number,
    Outcome,
    Problem,
    Seed,
    Setting,
    as_count,
    as_list,
    as_number,
    as_numbers,
    generator,
    is_exact,
    serializable,
    show,
    tidy,
)
from mechdesign.model.reading import aligned_numbers
from mechdesign.records import dataclass

__all__ = ["ActionSets", "Selections", "game_of", "security_levels", "selection"]

Payoffs = tuple[Number, ...]
_MOST_REPORTS = 100_000


@serializable("games.ActionSets")
@dataclass(frozen=True)
class ActionSets:
    """What is public about a game.

    Parameters
    ----------
    actions : tuple of tuples of labels
        Of each player.
    decisions : tuple of str
        What had to be decided when the data were read.
    """

    actions: tuple[tuple[Hashable, ...], ...]
    decisions: tuple[str, ...] = ()


@serializable("games.Selections")
@dataclass(frozen=True)
class Selections(Setting[Payoffs, tuple[Hashable, ...]]):
    """Players with payoffs, one profile of actions for all: see :func:`selection`."""

    id: ClassVar[str] = "games.selection"
    private_values: ClassVar[bool] = True
    data_kinds: ClassVar[tuple[type, ...]] = (ActionSets,)

    def problem(self, data: object, **options: Any) -> Problem:
        """Read a game.

        Parameters
        ----------
        data : FiniteGame or payoffs
            See :func:`finite`.
        **options
            ``players`` and ``actions`` of :func:`finite`; ``disagreement``, what the players get
            otherwise, by default 0: numbers, or ``"security"`` for what each can secure alone.
        """
        unknown = sorted(set(options) - {"players", "actions", "disagreement"})
        if unknown:
            raise InvalidInputError("options", "be players, actions, disagreement", unknown)
        game = finite(data, options.get("players"), options.get("actions"))
        given = options.get("disagreement", 0)
        if isinstance(given, str):
            if given != "security":
                raise InvalidInputError("disagreement", "be numbers or security", given)
            reserve = security_levels(game)
        elif isinstance(given, (int, float, Fraction)):
            reserve = (as_number(given, "disagreement"),) * len(game.players)
        else:
            reserve = aligned_numbers(given, game.players, "disagreement")
        n = len(game.players)
        agents: Any = range(n) if game.players == tuple(range(n)) else game.players
        found = ActionSets(game.actions, game.decisions)
        return Problem(agents, game.payoffs, found, reserve=tuple(map(as_shown, reserve)))

    def check(self, problem: Problem) -> None:
        super().check(problem)
        if len(problem.data.actions) < len(problem):
            told = f"be the actions of at least {len(problem)} players"
            raise InvalidInputError("actions", told, problem.data.actions)
        size = math.prod(map(len, problem.data.actions))
        for k, own in enumerate(problem.types):
            if not isinstance(own, tuple) or len(own) != size:
                raise InvalidInputError(f"types[{k}]", f"be {size} payoffs", own)

    def reread(self, problem: Problem) -> Problem:
        self.check(problem)
        for k, own in enumerate(problem.types):
            if not all(map(is_exact, as_numbers(own, f"types[{k}]"))):
                raise InvalidInputError(f"types[{k}]", "be exact numbers", own)
        for own in problem.data.actions:
            if not own or len(set(own)) != len(own):
                raise InvalidInputError("actions", "be distinct labels of each player", own)
        return problem

    def plain(self, problem: Problem) -> FiniteGame:
        return game_of(problem)

    def utility(
        self, problem: Problem, agent: AgentId, true_type: Payoffs, outcome: Outcome[Any]
    ) -> Number:
        return true_type[self._index(problem, outcome.choice)]

    def utilities(self, problem: Problem, outcome: Outcome[Any]) -> list[Number]:
        k = self._index(problem, outcome.choice)
        return [own[k] for own in problem.types]

    @staticmethod
    def _index(problem: Problem, profile: Any) -> int:
        found = 0
        for own, action in zip(problem.data.actions, profile, strict=True):
            found = found * len(own) + own.index(action)
        return found

    def feasible(self, problem: Problem, outcome: Outcome[Any]) -> bool:
        choice, actions = outcome.choice, problem.data.actions
        return (
            isinstance(choice, tuple)
            and len(choice) == len(actions)
            and all(a in own for a, own in zip(choice, actions, strict=True))
        )

    def outcome(self, problem: Problem, raw: object) -> Outcome[Any]:
        """A profile: an action of each player."""
        told = f"be an action of each of {len(problem)} players"
        if isinstance(raw, (str, bytes)) or not isinstance(raw, Iterable):
            raise InvalidInputError("outcome", told, raw, owner=self.id)
        found: Outcome[Any] = Outcome(tuple(as_list(raw, "outcome")), problem=problem, setting=self)
        if not self.feasible(problem, found):
            raise InvalidInputError("outcome", told, raw, owner=self.id)
        return found

    def outcomes(self, problem: Problem) -> Iterator[Outcome[Any]]:
        for profile in itertools.product(*problem.data.actions):
            yield Outcome.bare(profile, problem, self)

    def domain(self, agents: int, **scope: Any) -> Domain:
        """Every profile of payoffs from a list.

        Parameters
        ----------
        agents : int
            The players.
        actions : int
            How many each has, by default 2.
        payoffs : sequence of numbers
            What a profile may be worth, by default 0 and 1.
        games : {"all", "strict", "coordination"}
            All tables; those in which each player has all of the payoffs, in any order, which are
            then as many as profiles; those in which to do what the player before does is strictly
            best for everybody.
        """
        unknown = sorted(set(scope) - {"actions", "payoffs", "games"})
        if unknown:
            raise InvalidInputError("scope", "be agents, actions, payoffs and games", unknown)
        n = as_count(agents, "agents", low=1, high=6)
        m = as_count(scope.get("actions", 2), "actions", low=1, high=6)
        levels = as_numbers(scope.get("payoffs", (0, 1)), "payoffs")
        kind = scope.get("games", "all")
        one_of(kind, ("all", "strict", "coordination"), "games")
        size = m**n
        count = math.perm(len(levels), size) if kind == "strict" else len(levels) ** size
        if not 1 <= count <= _MOST_REPORTS or not levels or len(set(levels)) != len(levels):
            told = f"be distinct and give 1 to {_MOST_REPORTS:,} tables for each player"
            raise InvalidInputError("payoffs", told, scope.get("payoffs"))
        rows: Iterable[Payoffs] = itertools.product(levels, repeat=size)
        if kind == "strict":
            rows = itertools.permutations(levels, size)
        actions = (tuple(range(m)),) * n
        listed = tuple(rows)
        reports = [listed] * n
        if kind == "coordination":
            places = list(itertools.product(range(m), repeat=n))
            reports = [tuple(r for r in listed if _follows(r, k, m, places)) for k in range(n)]
        base = Problem(range(n), (listed[0],) * n, ActionSets(actions), reserve=(0,) * n)
        told = f"{kind} games of {m} actions with payoffs {show(levels)}"
        return Domain(self, base, reports, told)

    def small_domains(self) -> Iterator[Domain]:
        yield self.domain(1, actions=2)
        yield self.domain(2, actions=1, payoffs=(0, 1, 2))
        yield self.domain(2, actions=2)

    def sample(self, rng: Seed, agents: int, **scope: Any) -> Problem:
        draw = generator(rng)
        n = as_count(agents, "agents", low=1, high=6)
        m = as_count(scope.pop("actions", 2), "actions", low=1, high=6)
        if scope:
            raise InvalidInputError("scope", "be agents and actions", sorted(scope))
        rows = draw.integers(0, 10, (n, m**n)).tolist()
        types = tuple(map(tuple, rows))
        return Problem(range(n), types, ActionSets((tuple(range(m)),) * n), reserve=(0,) * n)

    def relabelled(self, problem: Problem) -> Iterator[tuple[Problem, Any]]:
        places = list(itertools.product(*(range(len(own)) for own in problem.data.actions)))
        for k, own in enumerate(problem.data.actions):
            for j in range(1, len(own)):
                order = list(range(len(own)))
                order[0], order[j] = j, 0
                moved = [(*p[:k], order[p[k]], *p[k + 1 :]) for p in places]
                at = [places.index(p) for p in moved]
                types = tuple(tuple(row[i] for i in at) for row in problem.types)
                names = tuple((a, own[i]) for a, i in zip(own, order, strict=True))
                yield replace(problem, types=types), (k, names)

    def rename(self, problem: Problem, outcome: Outcome[Any], renaming: Any) -> Outcome[Any]:
        k, names = renaming
        choice = list(outcome.choice)
        choice[k] = dict(names)[choice[k]]
        return replace(outcome, choice=tuple(choice))

    def rescaled(self, problem: Problem) -> Iterator[tuple[Problem, str]]:
        for k, agent in enumerate(problem.agents):
            for factor, shift in ((2, 0), (Fraction(1, 3), 0), (1, 1), (1, -2)):
                how = f"times {show(factor)}" if factor != 1 else f"plus {shift}"
                told = f"with the payoffs of player {agent} {how}"
                yield _affine(problem, {k: (factor, shift)}), told

    def normal_scale(self, problem: Problem) -> Problem | None:
        changes: dict[int, tuple[Number, Number]] = {}
        for k, own in enumerate(problem.types):
            d = 0 if problem.reserve is None else problem.reserve[k]
            low = min(own)
            # Constant payoffs leave only where they lie beside the disagreement payoff.
            size = max(own) - low or abs(d - low) or 1
            factor = Fraction(1) / size
            changes[k] = (factor, -low * factor)
        return _affine(problem, changes)

    def size(self, problem: Problem) -> int:
        return math.prod(map(len, problem.data.actions))

    def say_report(self, report: Payoffs) -> str:
        return f"payoffs {show(report)}"

    def explain(self, problem: Problem, agent: AgentId, outcome: Outcome[Any]) -> str:
        k = problem.position(agent)
        if len(problem) < len(problem.data.actions):
            return f"player {agent} gets {show(self.utilities(problem, outcome)[k])}"
        game = game_of(problem)
        best = best_replies(game, game.players[k], outcome.choice)
        now = show(self.utilities(problem, outcome)[k])
        if outcome.choice[k] in best:
            return f"player {agent} gets {now} and cannot gain by another action"
        changed = (*outcome.choice[:k], best[0], *outcome.choice[k + 1 :])
        better = show(game.payoff(changed)[k])
        return f"player {agent} gets {now} and would get {better} by {show(best[0])}"


def selection() -> Selections:
    """Players with payoffs; a rule selects a profile of actions, or a lottery over profiles.

    The type of a player is the tuple of the own payoffs in all profiles.  The payoffs of a player
    who stays away do not count; what it does is selected all the same.  What the players get
    without an agreement is the reserve, by default 0.

    Examples
    --------
    >>> selection().problem([[(3, 2), (1, 3)]]).types
    ((3, 1), (2, 3))
    """
    return Selections()


def game_of(problem: Problem) -> FiniteGame:
    """The game that a problem of :func:`selection` is about.

    Raises
    ------
    InfeasibleError
        If it is a problem from which players have stayed away, so that their payoffs are missing.

    Examples
    --------
    >>> game_of(selection().problem([[(3, 2), (1, 3)]])).shape
    (1, 2)
    """
    Selections().check(problem)
    if len(problem) < len(problem.data.actions):
        raise InfeasibleError("the payoffs of a player are missing")
    actions, decisions = problem.data.actions, problem.data.decisions
    return FiniteGame(tuple(problem.agents), actions, tuple(problem.types), decisions)


def security_levels(game: object) -> tuple[Number, ...]:
    """What each player gets at least by the best single action, whatever the others do.

    Examples
    --------
    >>> security_levels([[(6, 6), (2, 7)], [(7, 2), (0, 0)]])
    (2, 2)
    """
    known = finite(game)
    found = []
    for k, own in enumerate(known.payoffs):
        lines = list(known.lines(k))
        found.append(max(min(own[line[a]] for line in lines) for a in range(known.shape[k])))
    return tuple(found)


def _affine(problem: Problem, changes: dict[int, tuple[Number, Number]]) -> Problem:
    """The problem with payoffs and reserves of some players times a factor plus a shift."""
    types = list(problem.types)
    reserve = list(problem.reserve or (0,) * len(problem))
    for k, (factor, shift) in changes.items():
        types[k] = tuple(tidy(x * factor + shift) for x in types[k])
        reserve[k] = tidy(reserve[k] * factor + shift)
    return replace(problem, types=tuple(types), reserve=tuple(reserve))


def _follows(report: Payoffs, k: int, m: int, places: list[tuple[int, ...]]) -> bool:
    """Whether to do what the player before does is strictly best for player k."""
    for at, place in enumerate(places):
        before = place[k - 1]
        if len(place) > 1 and place[k] != before:
            same = (*place[:k], before, *place[k + 1 :])
            if report[at] >= report[places.index(same)]:
                return False
    return True
