"""What a rule chooses at every anonymous profile of a size, one evaluation for each class."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from functools import cached_property, lru_cache
from typing import Any

import numpy as np

from mechdesign.aggregation.profiles.chosen import ranking_of, winning
from mechdesign.aggregation.profiles.problems import RankingData
from mechdesign.aggregation.profiles.ranking import Label, Ranking
from mechdesign.algorithms.orders import strict_orders, weak_orders
from mechdesign.arrays import AnyArray
from mechdesign.axioms.question.profiles import Profiles
from mechdesign.axioms.question.trust import believed
from mechdesign.model import Lottery, Mechanism, Problem, Setting, ShowsWinners
from mechdesign.records import dataclass

_NEUTRALITY_UP_TO = {1: 3, 2: 3, 3: 3, 4: 2}
#: So many alternatives have so few rankings that the profiles of several voters can be listed.
MOST_ALTERNATIVES = 4
# Up to this many voters the keys below fit into 64 bits.
_KEYED_VOTERS = 100


#: What a rule may declare that its outcome depends on, where all rankings are complete.
MARGINS = "majority margins"
FIRST_PLACES, LAST_PLACES = "numbers of first places", "numbers of last places"
ALL_PLACES = "numbers of places"
_PLACES = {FIRST_PLACES: (0,), LAST_PLACES: (-1,), ALL_PLACES: tuple(range(MOST_ALTERNATIVES))}


class Electorates(Profiles):
    """The profiles of exactly n voters with strict rankings of m alternatives.

    Examples
    --------
    >>> e = electorates(3, 4)
    >>> len(e.vectors), int(e.canonical.sum())
    (126, 24)
    """

    def __init__(self, m: int, n: int) -> None:
        self.m = m
        self.tiers = np.array(strict_orders(m))
        place = {tuple(row): k for k, row in enumerate(self.tiers.tolist())}
        moved = []
        for sigma in itertools.permutations(range(m)):
            inverse = np.argsort(sigma)
            moved.append([place[tuple(row[inverse].tolist())] for row in self.tiers])
        super().__init__(n, np.array(moved))

    @cached_property
    def pair_signs(self) -> AnyArray:
        """1 where a ranking puts the row above the column, -1 below, shape (m!, m, m)."""
        t = self.tiers
        return np.asarray(np.sign(t[:, None, :] - t[:, :, None]), dtype=np.int64)

    @cached_property
    def margins(self) -> AnyArray:
        """The majority margins of all profiles, shape (profiles, m, m)."""
        flat = self.pair_signs.reshape(self.kinds, -1).astype(np.float64)
        product = self.vectors.astype(np.float64) @ flat
        return np.rint(product).astype(np.int16).reshape(-1, self.m, self.m)


@lru_cache(maxsize=64)
def electorates(m: int, n: int) -> Electorates:
    """The electorates of a size; what they hold is computed once."""
    return Electorates(m, n)


@dataclass(frozen=True, eq=False)
class Outcomes:
    """Outcomes of several profiles.

    Parameters
    ----------
    winners : numpy.ndarray of int
        Bit masks of the winners.
    choices : numpy.ndarray of int
        Positions of the rankings in :func:`weak_orders`; -1 where the outcome is not one ranking.
    optima : numpy.ndarray of int
        Positions of the sets of tied rankings in :attr:`RuleOutcomes.sets`.
    """

    winners: AnyArray
    choices: AnyArray
    optima: AnyArray


class RuleOutcomes:
    """The outcomes of a rule on all anonymous profiles of 1, 2, ... voters.

    Parameters
    ----------
    rule : Mechanism
        Anonymous.  Neutrality (of the winners, of the sets of tied rankings and of the ranking
        that is chosen) of a rule of this package, without options, is checked on all profiles of
        up to 3 voters (2 for 4 alternatives) and used from then on.
    setting : Setting
        Where outcomes are valued.
    labels : tuple of labels
        The alternatives.

    Attributes
    ----------
    neutral : bool
        Whether the winners follow by renaming.
    renamed : {"choice", "first", ""}
        ``"choice"``: the ranking follows by renaming; ``"first"``: the tied rankings do, and the
        first of them in the order of the alternatives is chosen; empty: every profile is evaluated.
    """

    def __init__(self, rule: Mechanism, setting: Setting, labels: tuple[Label, ...]) -> None:
        self.rule, self.setting, self.labels, self.m = rule, setting, labels, len(labels)
        self.evaluations = 0
        #: Called before every evaluation; it may raise to end the work.
        self.tick: Callable[[], None] = lambda: None
        #: Whether the rule drew lots somewhere, and whether it needed no floats.
        self.lotteries, self.exact = False, True
        #: Whether the winners are always the first tier of the ranking, as its worth assumes.
        self._aligned = True
        self.full = (1 << self.m) - 1
        self.orders = weak_orders(self.m)
        self._place = {tiers: k for k, tiers in enumerate(self.orders)}
        #: The distinct sets of tied rankings met so far.
        self.sets: list[frozenset[int]] = []
        self._set_ids: dict[frozenset[int], int] = {}
        self._renamed_sets: dict[tuple[int, int], int] = {}
        self._outcomes: dict[int, Outcomes] = {}
        self._rankings = [Ranking._of_tiers(labels, list(t)) for t in strict_orders(self.m)]
        self._memo: dict[tuple[int, int], tuple[int, int, int]] = {}
        plain = not rule.parameters and believed(rule, "depends_on")
        self._by_margins = plain and rule.depends_on == MARGINS
        self._by_places = plain and rule.depends_on in _PLACES
        self._shows_optima = isinstance(rule, ShowsWinners)
        # Few voters show which of this package's rules are neutral; of variants that break ties in
        # another way they show little.
        self.neutral, self.renamed = self._symmetries() if plain else (False, "")

    @property
    def told(self) -> str:
        """What the symmetry among the alternatives rests on."""
        if not self.neutral:
            return "not neutral: every anonymous profile was evaluated"
        text = "one evaluation for each class, neutrality checked on all profiles of few voters"
        if self.renamed == "first":
            text += "; of tied rankings the first in the order of the alternatives is chosen"
        return text

    @cached_property
    def _permutations(self) -> list[tuple[int, ...]]:
        return list(itertools.permutations(range(self.m)))

    @cached_property
    def _moved_orders(self) -> AnyArray:
        """For each permutation of the alternatives, where each weak order goes."""
        tiers = np.array(self.orders)
        rows = []
        for sigma in self._permutations:
            inverse = np.argsort(sigma)
            rows.append([self._place[tuple(t)] for t in tiers[:, inverse].tolist()])
        return np.array(rows)

    @cached_property
    def smaller(self) -> RuleOutcomes:
        """The outcomes for one alternative less."""
        less = RuleOutcomes(self.rule, self.setting, self.labels[:-1])
        less.tick = self.tick
        return less

    @cached_property
    def utilities(self) -> AnyArray:
        problem = Problem([0], (self._rankings[0],), RankingData(self.labels))
        outcomes = [
            self.setting.outcome(problem, Ranking._of_tiers(self.labels, list(t)))
            for t in self.orders
        ]
        # Kendall distances are halves, shares of up to 4 winners have denominators up to 4.
        return np.array(
            [
                [int(12 * self.setting.utility(problem, 0, own, o)) for o in outcomes]
                for own in self._rankings
            ]
        )

    def profiles(self, n: int) -> Electorates:
        """The electorates of n voters."""
        return electorates(self.m, n)

    def problem(self, n: int, row: int) -> Problem:
        """One electorate as a problem of n voters."""
        counts = self.profiles(n).vectors[row].tolist()
        voters = [r for r, c in zip(self._rankings, counts, strict=True) for _ in range(c)]
        return Problem(range(n), tuple(sorted(voters, key=str)), RankingData(self.labels))

    def _weighted(self, counts: list[int]) -> Problem:
        """One electorate as a problem with one weighted voter for each ranking."""
        cast = [(r, c) for r, c in zip(self._rankings, counts, strict=True) if c]
        return Problem(
            range(len(cast)),
            tuple(r for r, _ in cast),
            RankingData(self.labels),
            weights=tuple(c for _, c in cast),
        )

    # ------------------------------------------------------------------ evaluating

    def _solve(self, counts: list[int]) -> tuple[int, int, int]:
        """Winners, chosen ranking and tied rankings of one profile."""
        self.tick()
        self.evaluations += 1
        problem = self._weighted(counts)
        rule: Any = self.rule
        found = rule.solve(problem)
        self.lotteries = self.lotteries or isinstance(found, Lottery)
        chosen = [one for _, one in found] if isinstance(found, Lottery) else [found]
        self.exact = self.exact and all(one.provenance.exact for one in chosen)
        won = winning(found)
        mask = sum(1 << k for k, label in enumerate(self.labels) if label in won)
        ranking = ranking_of(found)
        if ranking is None:
            return mask, -1, self._set_id(frozenset())
        choice = self._position(ranking)
        self._aligned = self._aligned and won == set(ranking.winners)
        tied = {choice}
        if self._shows_optima:
            listed = getattr(found, "optima", None)
            if listed is None:
                listed = [o.choice for o in rule.winners(problem)]
            tied = {self._position(r) for r in listed}
        return mask, choice, self._set_id(frozenset(tied))

    def _position(self, ranking: Ranking) -> int:
        return self._place[tuple(ranking.tier(label) for label in self.labels)]

    def _set_id(self, members: frozenset[int]) -> int:
        if members not in self._set_ids:
            self._set_ids[members] = len(self.sets)
            self.sets.append(members)
        return self._set_ids[members]

    def shared(self, members: frozenset[int], s: int) -> int:
        """The position of the rankings that a set of tied ones shares; -1 if there is none."""
        common = members & self.sets[s]
        return self._set_id(common) if common else -1

    def _renamed_set(self, s: int, p: int) -> int:
        """The set of tied rankings after renaming by permutation p."""
        if (s, p) not in self._renamed_sets:
            moved = self._moved_orders[p]
            self._renamed_sets[s, p] = self._set_id(frozenset(int(moved[k]) for k in self.sets[s]))
        return self._renamed_sets[s, p]

    def _moved(self, outcomes: Outcomes, p: int) -> Outcomes:
        """The outcomes after renaming the alternatives by permutation p."""
        masks = np.zeros_like(outcomes.winners)
        for k, target in enumerate(self._permutations[p]):
            masks |= (outcomes.winners >> k & 1) << target
        known, inverse = np.unique(outcomes.optima, return_inverse=True)
        sets = np.array([self._renamed_set(int(s), p) for s in known.tolist()], dtype=np.int64)
        optima = sets[inverse] if len(known) else outcomes.optima
        if self.renamed == "first":
            choices = self._firsts[optima]
        else:
            choices = np.where(outcomes.choices < 0, -1, self._moved_orders[p][outcomes.choices])
        return Outcomes(masks, choices, optima)

    @property
    def _firsts(self) -> AnyArray:
        """The first ranking of every set of tied ones."""
        return np.array([min(s, default=-1) for s in self.sets], dtype=np.int64)

    def _direct(self, vectors: AnyArray) -> Outcomes:
        """The rule itself on each profile."""
        solved = np.array([self._solve(v) for v in vectors.tolist()], dtype=np.int64)
        return Outcomes(*solved.reshape(-1, 3).T.copy())

    def evaluate(self, vectors: AnyArray) -> Outcomes:
        """The outcomes of profiles given by their count vectors, all with as many voters.

        Of rules that see the margins or the places only, one profile of each class under renaming
        is evaluated.
        """
        if not (self._by_margins or self._by_places) or not self.renamed or not len(vectors):
            return self._direct(vectors)
        if int(vectors[0].sum()) > _KEYED_VOTERS:
            return self._direct(vectors)
        codes = self._codes(vectors)
        own = codes.min(axis=1)
        least = codes.argmin(axis=1)
        keys, where, inverse = np.unique(own, return_index=True, return_inverse=True)
        # Margins say all about these rules, places only with the number of voters.
        size = 0 if self._by_margins else int(vectors[0].sum())
        for key, row in zip(keys.tolist(), where.tolist(), strict=True):
            if (size, key) not in self._memo:
                # The outcome is kept under the names that make the key smallest.
                direct = self._direct(vectors[row : row + 1])
                moved = self._moved(direct, int(least[row]))
                self._memo[size, key] = (
                    int(moved.winners[0]),
                    int(moved.choices[0]),
                    int(moved.optima[0]),
                )
        kept = np.array([self._memo[size, key] for key in keys.tolist()], dtype=np.int64)[inverse]
        result = np.empty_like(kept)
        for p, sigma in enumerate(self._permutations):
            rows = np.flatnonzero(least == p)
            if len(rows):
                back = self._permutations.index(tuple(np.argsort(sigma).tolist()))
                named = self._moved(Outcomes(*kept[rows].T), back)
                result[rows] = np.stack([named.winners, named.choices, named.optima], axis=1)
        return Outcomes(*result.T.copy())

    def _codes(self, vectors: AnyArray) -> AnyArray:
        """What the rule sees of each profile, as one integer for each renaming (no collisions)."""
        e = electorates(self.m, 1)
        m = self.m
        if self._by_margins:
            seen = e.pair_signs.reshape(e.kinds, -1)
            entries = list(itertools.combinations(range(m), 2))
            base, low = 2 * _KEYED_VOTERS + 1, _KEYED_VOTERS
        else:
            seen = np.eye(m, dtype=np.int64)[e.tiers].reshape(e.kinds, -1)
            # Rows and columns have a known sum, so that one of each can be left out.
            places = [b for b in _PLACES[self.rule.depends_on] if b < m - 1]
            entries = list(itertools.product(range(m - 1), places))
            base, low = _KEYED_VOTERS + 1, 0
        table = np.rint(vectors.astype(np.float64) @ seen.astype(np.float64)).astype(np.int64)
        table = table.reshape(-1, m, m) + low
        result = np.zeros((len(vectors), len(self._permutations)), dtype=np.int64)
        for p, sigma in enumerate(self._permutations):
            old = np.argsort(sigma)
            for a, b in entries:
                column = old[b] if self._by_margins else b
                result[:, p] = result[:, p] * base + table[:, old[a], column]
        return result

    def _symmetries(self) -> tuple[bool, str]:
        """Which parts of the outcome follow by renaming, on all profiles of few voters."""
        neutral, mode = True, "choice"
        for n in range(1, _NEUTRALITY_UP_TO[self.m] + 1):
            e = self.profiles(n)
            direct = self._direct(e.vectors)
            some = np.flatnonzero(e.canonical)
            base = Outcomes(direct.winners[some], direct.choices[some], direct.optima[some])
            self.renamed = "choice"
            spread = self._spread(e, base)
            neutral = neutral and bool(np.array_equal(direct.winners, spread.winners))
            if mode == "choice" and not np.array_equal(direct.choices, spread.choices):
                mode = "first"
            if not np.array_equal(direct.optima, spread.optima):
                mode = ""
            if mode == "first" and not np.array_equal(direct.choices, self._firsts[direct.optima]):
                mode = ""
        # A set of optima that once is the choice alone says nothing on other choices.
        if mode == "first" and not self._shows_optima:
            mode = ""
        self.renamed = mode if neutral else ""
        return neutral, self.renamed

    def _spread(self, e: Electorates, own: Outcomes) -> Outcomes:
        """The outcomes of all profiles from those of one profile of each class."""
        result = np.zeros((3, len(e.vectors)), dtype=np.int64)
        for p, rows in enumerate(e.orbits):
            moved = self._moved(own, p)
            result[:, rows] = np.stack([moved.winners, moved.choices, moved.optima])
        return Outcomes(*result)

    # ------------------------------------------------------------------ reading

    def outcomes(self, n: int) -> Outcomes:
        """The outcomes of all profiles of n voters, one for each count vector.

        Rankings are right only where :meth:`single` says so.
        """
        if n not in self._outcomes:
            e = self.profiles(n)
            if self.neutral:
                own = self.evaluate(e.vectors[np.flatnonzero(e.canonical)])
                self._outcomes[n] = self._spread(e, own)
            else:
                self._outcomes[n] = self.evaluate(e.vectors)
        return self._outcomes[n]

    def winners(self, n: int) -> AnyArray:
        return self.outcomes(n).winners

    def single(self, *sizes: int) -> bool:
        """Whether the outcome is one ranking at all profiles of these sizes, and can be read."""
        readable = bool(self.renamed) or not self.neutral
        if not readable or not all(bool((self.choices(n) >= 0).all()) for n in sizes if n):
            return False
        return self._aligned or self.setting.preferences != "winner"

    def choices(self, n: int) -> AnyArray:
        """The chosen ranking of every profile of n voters, as a position in :attr:`orders`."""
        return self.outcomes(n).choices

    def optima(self, n: int) -> AnyArray:
        """The tied rankings of every profile of n voters, as a position in :attr:`sets`."""
        return self.outcomes(n).optima

    def rows(self, n: int, *, choice: bool = True) -> AnyArray:
        e = self.profiles(n)
        symmetric = self.renamed == "choice" if choice else self.neutral
        return np.flatnonzero(e.canonical) if symmetric else np.arange(len(e.vectors))
