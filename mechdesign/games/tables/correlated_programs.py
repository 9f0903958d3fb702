"""Correlated equilibria: the best lottery over profiles that everybody obeys, exactly."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal

from mechdesign.errors import InvalidInputError, LimitReachedError, SolverError
from mechdesign.games.tables.finite_tables import FiniteGame, finite, one_of
from mechdesign.model import (
    FrozenMap,
    Number,
    Reference,
    all_exact,
    as_number,
    serializable,
    show,
    tidy,
)
from mechdesign.model.reading import aligned_numbers
from mechdesign.records import dataclass
from mechdesign.solvers.linear.certified_programs import CertifiedProgram

__all__ = ["CorrelatedEquilibrium", "best_correlated", "obedience_gaps"]

AUMANN = Reference(
    "aumann1974",
    "Aumann, R. J.",
    "Subjectivity and correlation in randomized strategies",
    1974,
    "Journal of Mathematical Economics 1",
    doi="10.1016/0304-4068(74)90037-8",
)


# Profiles and pairs of actions whose program is solved in fractions within seconds.
_MOST_PROFILES, _MOST_PAIRS = 1_300, 12_000


@serializable("games.CorrelatedEquilibrium")
@dataclass(frozen=True)
class CorrelatedEquilibrium:
    """A lottery over profiles: everybody is told the own action, and nobody gains by another one.

    Parameters
    ----------
    game : FiniteGame
        Whose.
    lottery : mapping of profiles to numbers
        Positive probabilities.
    value : number
        What the objective is there; no correlated equilibrium has more.
    objective : str
        What was made as large as possible.
    """

    game: FiniteGame
    lottery: Mapping[Any, Number]
    value: Number
    objective: str

    @property
    def payoffs(self) -> tuple[Number, ...]:
        """What it is worth to each player."""
        return _worth(self.game, self.lottery)

    def __str__(self) -> str:
        chances = "; ".join(f"{show(p)} on {show(one)}" for one, p in self.lottery.items())
        return f"{chances}: {self.objective} value {show(self.value)}"


def best_correlated(
    game: object,
    objective: Literal["utilitarian", "egalitarian"] = "utilitarian",
    weights: object = None,
) -> CorrelatedEquilibrium:
    """The correlated equilibrium with the largest welfare, proved in exact arithmetic.

    Parameters
    ----------
    game : FiniteGame or payoffs
        See :func:`finite`.
    objective : {"utilitarian", "egalitarian"}
        The sum of expected payoffs, or the lowest one.
    weights : mapping or sequence of numbers, optional
        Of the players in the sum.

    Returns
    -------
    CorrelatedEquilibrium
        One of the best; others may be as good.

    Raises
    ------
    LimitReachedError
        If the game has more than 1,300 profiles, or 12,000 pairs of actions of a player.
    SolverError
        If no optimum was certified.

    Notes
    -----
    A linear program with a variable for each profile and a row for each pair of actions of a
    player; the basis that HiGHS finds is solved in fractions, and its optimum proved by duals.

    References
    ----------
    Aumann, R. J. (1974). Subjectivity and correlation in randomized strategies. Journal of
    Mathematical Economics 1.

    Examples
    --------
    >>> chicken = [[(6, 6), (2, 7)], [(7, 2), (0, 0)]]
    >>> print(best_correlated(chicken))
    1/2 on (0, 0); 1/4 on (0, 1); 1/4 on (1, 0): utilitarian value 21/2
    """
    known = finite(game)
    one_of(objective, ("utilitarian", "egalitarian"), "objective")
    pairs = sum(size * (size - 1) for size in known.shape)
    if len(known.payoffs[0]) > _MOST_PROFILES or pairs > _MOST_PAIRS:
        most = f"{_MOST_PROFILES:,} profiles and {_MOST_PAIRS:,} pairs of actions"
        raise LimitReachedError(f"correlated equilibria are computed for up to {most}")
    n = len(known.players)
    sums: tuple[Number, ...] = (1,) * n
    if weights is not None:
        if objective != "utilitarian":
            raise InvalidInputError("weights", "be left out for the lowest payoff", weights)
        sums = aligned_numbers(weights, known.players, "weights")
    cells = list(zip(*known.payoffs, strict=True))
    program = CertifiedProgram()
    egalitarian = objective == "egalitarian"
    for cell in cells:
        gain = sum(w * u for w, u in zip(sums, cell, strict=True))
        program.variable(0 if egalitarian else gain)
    program.row([(k, 1) for k in range(len(cells))], low=1, high=1)
    for k, own in enumerate(known.payoffs):
        lines = list(known.lines(k))
        for told in range(known.shape[k]):
            for other in range(known.shape[k]):
                if other != told:
                    gains = ((line[told], own[line[other]] - own[line[told]]) for line in lines)
                    program.row(gains, high=0)
    if egalitarian:
        least = program.variable(1, low=None)
        for own in known.payoffs:
            program.row([*enumerate(own), (least, -1)], low=0)
    best = program.maximise()
    if not best.exact:
        raise SolverError("the best correlated equilibrium was not certified in fractions")
    chances = zip(known.profiles, best.x[: len(cells)], strict=True)
    lottery = FrozenMap((profile, tidy(p)) for profile, p in chances if p)
    name = objective if weights is None else f"weighted {objective}"
    return CorrelatedEquilibrium(known, lottery, tidy(best.value), name)


def obedience_gaps(game: object, lottery: Mapping[Any, Number]) -> Mapping[Any, Number]:
    """The most that each player gains by an action other than the one that a lottery tells.

    Parameters
    ----------
    game : FiniteGame or payoffs
        See :func:`finite`.
    lottery : mapping of profiles to probabilities
        What is drawn.

    Returns
    -------
    mapping of players to numbers
        In expectation over the lottery, for the best one change of one told action; all 0 for a
        correlated equilibrium, and only there.

    Examples
    --------
    >>> obedience_gaps([[(8, 8), (0, 10)], [(10, 0), (5, 5)]], {(0, 0): 1})
    {0: 2, 1: 2}
    """
    known = finite(game)
    if not isinstance(lottery, Mapping):
        raise InvalidInputError("lottery", "be a mapping of profiles to probabilities", lottery)
    chances: list[Number] = [0] * len(known.payoffs[0])
    for profile, p in lottery.items():
        chances[known.index(profile)] += as_number(p, f"lottery[{profile!r}]", low=0)
    total: Number = sum(chances)
    if total != 1 if all_exact(chances) else abs(float(total) - 1) > 1e-9:
        raise InvalidInputError("lottery", "have probabilities that sum to 1", lottery)
    found: dict[Any, Number] = {}
    for k, own in enumerate(known.payoffs):
        lines = list(known.lines(k))
        best: Number = 0
        for told in range(known.shape[k]):
            for other in range(known.shape[k]):
                gain = _sum(
                    chances[line[told]] * (own[line[other]] - own[line[told]])
                    for line in lines
                    if chances[line[told]]
                )
                best = max(best, gain)
        found[known.players[k]] = tidy(best)
    return FrozenMap(found)


def _sum(terms: Iterable[Number]) -> Number:
    total: Number = 0
    for term in terms:
        total += term
    return total


def _worth(game: FiniteGame, lottery: Mapping[Any, Number]) -> tuple[Number, ...]:
    totals: list[Number] = [0] * len(game.players)
    for profile, p in lottery.items():
        k = game.index(profile)
        totals = [t + p * row[k] for t, row in zip(totals, game.payoffs, strict=True)]
    return tuple(map(tidy, totals))
