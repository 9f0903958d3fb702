"""Many prompts: one game for each, tests of each, and lotteries when prompts are drawn anew."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from fractions import Fraction
from typing import Any

import numpy as np

from mechdesign.clock import ticks
from mechdesign.errors import InfeasibleError, InvalidInputError
from mechdesign.io import Table
from mechdesign.model import Number, Seed, as_count, as_number, generator
from mechdesign.preference_games.evidence.estimates import estimate, resampled_table
from mechdesign.preference_games.evidence.log_parts import parts_of
from mechdesign.preference_games.fixed_points import ManyEquilibria, regularised_many
from mechdesign.preference_games.reading_games import PreferenceGame, game
from mechdesign.records import dataclass
from mechdesign.solvers.linear.matrix_games import solve_game
from mechdesign.stats.many_tests import Rejections, corrected, rejections

__all__ = ["Prompts", "by_prompt", "resampled_prompts"]


@dataclass(frozen=True, eq=False, repr=False)
class Prompts:
    """The games of many prompts, never mixed.

    Parameters
    ----------
    games : mapping of prompt to PreferenceGame
        Each over the answers to that prompt.
    equilibria : ManyEquilibria
        Their regularised lotteries, padded to the largest number of answers.
    p_values : mapping of prompt to float
        Of the likelihood ratio of the shares against Bradley-Terry strengths; prompts of which
        the strengths are not finite, or where nothing is left to test, are not in it.
    level : float
        At which models are rejected.
    """

    games: Mapping[Hashable, PreferenceGame]
    equilibria: ManyEquilibria
    p_values: Mapping[Hashable, float]
    level: float

    @property
    def rejected(self) -> Rejections:
        """Of how many prompts strengths are rejected, without and with corrections."""
        return rejections(list(self.p_values.values()), self.level)

    def lottery(self, prompt: Hashable) -> dict[Hashable, float]:
        """The regularised lottery over the answers to one prompt."""
        if prompt not in self.games:
            raise InvalidInputError("prompt", "be one of the log", prompt)
        k = list(self.games).index(prompt)
        labels = self.games[prompt].alternatives
        return dict(zip(labels, self.equilibria.policies[k].tolist(), strict=False))

    def table(self) -> Table:
        """One row a prompt; the notes say how many have a winner, a cycle, or no strengths."""
        found = self.equilibria.table()
        tests = dict(zip(self.p_values, corrected(list(self.p_values.values())), strict=True))
        rows = []
        for (prompt, one), row in zip(self.games.items(), found.rows, strict=True):
            own = [prompt, one.alternatives[row[1]], *row[2:]]
            rows.append([*own, tests.get(prompt, "")])
        tried = self.rejected
        told = (
            f"Bradley-Terry strengths are rejected at {self.level:g} for {tried.plain} of "
            f"{tried.tests} prompts that can be tested; corrected for their number: "
            f"{tried.bonferroni} (Bonferroni), {tried.benjamini_hochberg} (Benjamini-Hochberg)"
        )
        columns = ["prompt", *found.columns[1:], "corrected p"]
        return Table(columns, rows, found.title, [*found.notes, told])

    def __repr__(self) -> str:
        return str(self.table())


def by_prompt(
    data: object,
    *,
    by: str = "prompt",
    beta: Number = Fraction(1, 10),
    level: Number = 0.05,
    **options: Any,
) -> Prompts:
    """One game for each prompt of a log, all solved at once.

    Parameters
    ----------
    data : table, data frame or path
        A log with columns left, right and winner (or winner and loser), and one that names the
        prompt.
    by : str
        That column.
    beta : number
        The strength of the regularisation, positive.
    level : number
        At which Bradley-Terry strengths are rejected for a prompt.
    **options
        For :func:`game`, such as ``missing=1/2`` for pairs of answers that did not meet.

    Returns
    -------
    Prompts
        With how many prompts have a winner, a cycle, or no strengths.

    Examples
    --------
    >>> from mechdesign.io.grids import Grid
    >>> rows = [("p", "a", "b"), ("p", "a", "b"), ("q", "x", "y"), ("q", "y", "x")]
    >>> found = by_prompt(Grid(("prompt", "winner", "loser"), tuple(rows)))
    >>> round(found.lottery("p")["a"], 6), found.lottery("q")
    (0.993307, {'x': 0.5, 'y': 0.5})
    """
    bar = float(as_number(level, "level", low=0, high=1))
    if not 0 < bar < 1:
        raise InvalidInputError("level", "be between 0 and 1", level)
    games: dict[Hashable, PreferenceGame] = {}
    tests: dict[Hashable, float] = {}
    for prompt, log in parts_of(data, by).items():
        try:
            games[prompt] = game(log, kind="battles", **options)
        except InvalidInputError as error:
            raise InvalidInputError(
                f"{by} {prompt}: {error.parameter}", error.constraint, error.value
            ) from None
        try:
            fit = estimate(log, model="bradley_terry", missing=options.get("missing"))
        except InfeasibleError:
            continue
        if fit.degrees and fit.p_value is not None:
            tests[prompt] = fit.p_value
    found = regularised_many([one.rates for one in games.values()], beta=beta)
    return Prompts(games, found, tests, bar)


def resampled_prompts(data: Any, *, by: str = "prompt", samples: int = 200, rng: Seed = 0) -> Table:
    """How often each alternative is in a maximal lottery when whole prompts are drawn anew.

    Comparisons of one prompt, or of one judge with ``by="judge"``, are not independent: drawing
    them one by one makes intervals too short.

    Parameters
    ----------
    data : table, data frame or path
        A log as in :func:`by_prompt`, over the same alternatives.
    by : str
        The column that names what is drawn.
    samples : int
        How many times as many prompts are drawn with replacement; a pair that did not meet in a
        sample counts as even.
    rng : numpy.random.Generator or int
        A generator or the seed of one.

    Examples
    --------
    >>> from mechdesign.io.grids import Grid
    >>> rows = [(k, "a", "b") for k in range(6)] + [(6, "b", "a"), (7, "b", "a")]
    >>> log = Grid(("prompt", "winner", "loser"), tuple(rows))
    >>> resampled_prompts(log, samples=50).columns[:3]
    ('alternative', 'in the support', 'mean chance')
    """
    from mechdesign.io.ballots.battle_logs import count_battles

    draws = as_count(samples, "samples", low=1)
    draw = generator(rng)
    counted = [count_battles(log) for log in parts_of(data, by).values()]
    labels = sorted({label for one in counted for label in one.labels}, key=str)
    n = len(labels)
    place = {label: k for k, label in enumerate(labels)}
    margins = np.zeros((len(counted), n, n))
    totals = np.zeros((len(counted), n, n))
    for c, one in enumerate(counted):
        grid = np.ix_(*[[place[label] for label in one.labels]] * 2)
        margins[c][grid] = one.wins - one.wins.T
        totals[c][grid] = one.wins + one.wins.T + one.ties

    def even(weights: Any) -> Any:
        shown = np.tensordot(weights, totals, axes=1)
        return np.tensordot(weights, margins, axes=1) / np.maximum(shown, 1)

    own = solve_game(even(np.ones(len(counted))))[1]
    found, losses = np.zeros((draws, n)), np.zeros(draws)
    for k in ticks(range(draws)):
        times = np.bincount(draw.integers(len(counted), size=len(counted)), minlength=len(counted))
        grid = even(times.astype(float))
        found[k] = solve_game(grid)[1]
        losses[k] = max(0.0, float((grid @ own).max()) / 2)
    return resampled_table(labels, found, losses, f"{draws} samples of {len(counted)} of `{by}`")
