"""Several judges: the lottery of each, and what each of them gains by taking part."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from fractions import Fraction
from os import PathLike
from typing import Any

from mechdesign.errors import InvalidInputError
from mechdesign.io import Table
from mechdesign.model import FrozenMap, Number, as_number, is_exact, ratio, tidy
from mechdesign.preference_games.equilibria import Equilibrium, maximal_lottery, regularised
from mechdesign.preference_games.evidence.estimates import position_bias
from mechdesign.preference_games.evidence.log_parts import parts_of
from mechdesign.preference_games.reading_games import PreferenceGame, game
from mechdesign.records import dataclass

__all__ = ["Judges", "by_judge"]

Rates = list[list[Number]]


@dataclass(frozen=True, eq=False, repr=False)
class Judges:
    """The lottery of all judges, that of each, and that of all others.

    Parameters
    ----------
    together : Equilibrium
        Of the mean of the judges' rates.
    alone : mapping of judge to Equilibrium
        Of each judge's rates.
    distance : mapping of judge to number
        Half of the sum of differences between the judge's own lottery and that of all.
    gain : mapping of judge to number, where there are 2 judges or more
        By how much the judge prefers the lottery of all to that of all others: the chance that a
        draw from the first is preferred, less 1/2.  Never negative without regularisation, where
        lotteries are exact: that is participation.
    bias : mapping of judge to float
        How much more often than half of the time the left alternative won, of judges who saw pairs
        both ways round in a log.
    """

    together: Equilibrium
    alone: FrozenMap[Hashable, Equilibrium]
    distance: FrozenMap[Hashable, Number]
    gain: FrozenMap[Hashable, Number]
    bias: FrozenMap[Hashable, float] = FrozenMap()

    def table(self) -> Table:
        """One row a judge."""
        labels = self.together.game.alternatives
        rows = [
            [judge, self.distance[judge], self.gain.get(judge), *found.probabilities.values()]
            for judge, found in self.alone.items()
        ]
        rows.append(["all", 0, None, *self.together.probabilities.values()])
        notes = [f"bias of {one} towards the left: {x:+.3f}" for one, x in self.bias.items()]
        columns = ["judge", "distance", "gain by taking part", *map(str, labels)]
        return Table(columns, rows, "", notes)

    def __repr__(self) -> str:
        return str(self.table())


def by_judge(
    data: object,
    *,
    by: str = "judge",
    weights: Mapping[Any, Number] | None = None,
    beta: Number = 0,
    **options: Any,
) -> Judges:
    """The game of several judges, and that of each.

    Parameters
    ----------
    data : mapping of judge to game, or a log
        Anything that :func:`game` reads, all over the same alternatives: rates or a log of each.  A
        table, data frame or file is one log with a column that names the judge.
    by : str
        That column.
    weights : mapping of judge to positive number, optional
        Equal by default, however many comparisons a judge made.
    beta : number
        The strength of the regularisation.
    **options
        For :func:`game`, such as ``missing=1/2`` for pairs that a judge did not see.

    Notes
    -----
    Exact for exact rates and ``beta=0``.  2 k + 1 games for k judges.

    Examples
    --------
    >>> logs = {"ann": [("a", "b", "left")] * 3, "bob": [("a", "b", "right")] * 2,
    ...         "cy": [("a", "b", "left")]}
    >>> found = by_judge(logs)
    >>> list(found.together.probabilities.values()), [found.distance[one] for one in logs]
    ([Fraction(1, 1), Fraction(0, 1)], [0, 1, 0])
    """
    biases: dict[Hashable, float | None] = {}
    if not isinstance(data, Mapping):
        if isinstance(data, (list, tuple)) or not (
            hasattr(data, "columns") or isinstance(data, (str, PathLike))
        ):
            raise InvalidInputError("data", "be a mapping of judges to games, or a table", data)
        data = parts_of(data, by)
        biases = {judge: position_bias(log) for judge, log in data.items()}
    if not data:
        raise InvalidInputError("data", "be a mapping of judges to games", data)
    games = {judge: game(one, **options) for judge, one in data.items()}
    labels = next(iter(games.values())).alternatives
    for judge, one in games.items():
        if set(one.alternatives) != set(labels):
            told = f"have the alternatives {list(labels)}"
            raise InvalidInputError(f"data[{judge!r}]", told, list(one.alternatives))
    as_number(beta, "beta", low=0)
    if weights is not None and not isinstance(weights, Mapping):
        raise InvalidInputError("weights", "be a mapping of judges to numbers", weights)
    if weights is not None and set(weights) != set(games):
        raise InvalidInputError("weights", f"be of {list(games)}", list(weights))
    given: dict[Hashable, Number] = {}
    for judge in games:
        weight = 1 if weights is None else as_number(weights[judge], f"weights[{judge!r}]")
        if weight <= 0:
            raise InvalidInputError(f"weights[{judge!r}]", "be positive", weight)
        given[judge] = weight
    rates = {
        judge: [[one.rate(a, b) for b in labels] for a in labels] for judge, one in games.items()
    }
    together = _solved(_mean(rates, given), labels, beta)
    alone = {judge: _solved(own, labels, beta) for judge, own in rates.items()}
    chances = list(together.probabilities.values())
    gain: dict[Hashable, Number] = {}
    if len(games) > 1:
        for judge, own in rates.items():
            others = {one: kept for one, kept in rates.items() if one != judge}
            without = _solved(_mean(others, given), labels, beta)
            gain[judge] = _preferred(own, chances, list(without.probabilities.values()))
    return Judges(
        together,
        FrozenMap(alone),
        FrozenMap((judge, _apart(one, together)) for judge, one in alone.items()),
        FrozenMap(gain),
        FrozenMap((judge, x) for judge, x in biases.items() if x is not None),
    )


def _mean(rates: Mapping[Hashable, Rates], weights: Mapping[Hashable, Number]) -> Rates:
    total: Number = sum((weights[judge] for judge in rates), Fraction(0))
    n = len(next(iter(rates.values())))
    mean: Rates = [[0] * n for _ in range(n)]
    for judge, own in rates.items():
        share = ratio(weights[judge], total)
        for i in range(n):
            for j in range(n):
                mean[i][j] += share * own[i][j]
    return mean


def _solved(rates: Rates, labels: tuple[Hashable, ...], beta: Number) -> Equilibrium:
    read: PreferenceGame = game(rates, alternatives=labels)
    return regularised(read, beta=beta) if beta else maximal_lottery(read)


def _apart(one: Equilibrium, other: Equilibrium) -> Number:
    pairs = zip(one.probabilities.values(), other.probabilities.values(), strict=True)
    gaps = [x - y for x, y in pairs]
    total: Number = sum(max(gap, 0) for gap in gaps)
    return tidy(total) if is_exact(total) else total


def _preferred(rates: Rates, first: list[Number], second: list[Number]) -> Number:
    """The chance that a draw of the first lottery is preferred to one of the second, less 1/2."""
    found: Number = Fraction(-1, 2)
    for x, row in zip(first, rates, strict=True):
        for y, rate in zip(second, row, strict=True):
            found += x * y * rate
    return tidy(found)
