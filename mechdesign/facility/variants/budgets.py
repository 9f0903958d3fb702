"""Budget aggregation: agents vote on how to divide one budget; moving phantoms."""

from __future__ import annotations

import itertools
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from typing import Any, ClassVar

from mechdesign.errors import InvalidInputError, SolverError
from mechdesign.facility.medians.selection import cross
from mechdesign.facility.segment.profiles import is_met
from mechdesign.facility.segment.references import MOVING_PHANTOMS
from mechdesign.facility.variants.nearer_points import nearer_point, nearer_than_lottery
from mechdesign.model import (
    MAX_GRID,
    AgentId,
    Domain,
    FrozenMap,
    Lottery,
    Mechanism,
    Number,
    Outcome,
    Problem,
    Provenance,
    Seed,
    Setting,
    Theorem,
    all_exact,
    as_count,
    as_numbers,
    distance,
    generator,
    labelled_rows,
    mechanism,
    serializable,
    tidy,
)
from mechdesign.records import dataclass

__all__ = [
    "Budget",
    "MovingPhantoms",
    "PhantomSystem",
    "budget",
    "independent_markets",
    "ladder",
    "piecewise_uniform",
    "utilitarian_phantoms",
]

_TOLERANCE = 1e-12
_STEPS = 400


@serializable("facility.Budget")
@dataclass(frozen=True)
class Budget(Setting[Sequence[Number], tuple[Number, ...]]):
    """One budget of 1 is divided among alternatives; every agent reports its ideal division.

    The utility of a division q to an agent with the ideal p is ``2 - sum_j |q_j - p_j|``.

    Parameters
    ----------
    alternatives : int, optional
        Their number, where it is fixed; at least 2.

    Examples
    --------
    >>> votes = Budget().problem([[1, 0], [Fraction(1, 2), Fraction(1, 2)]])
    >>> Budget().utility(votes, 0, (1, 0), Outcome((Fraction(1, 2), Fraction(1, 2))))
    Fraction(1, 1)
    """

    choices_in_units: ClassVar[bool] = True
    id: ClassVar[str] = "facility.budget"
    private_values: ClassVar[bool] = True
    data_kinds: ClassVar[tuple[type, ...]] = (int,)

    alternatives: int | None = None

    def __post_init__(self) -> None:
        if self.alternatives is not None:
            as_count(self.alternatives, "alternatives", low=2, owner="Budget")

    def problem(self, data: object, **options: object) -> Problem:
        """Read votes: one division of 1 for each agent, as rows, an array or a dict.

        Raises
        ------
        InvalidInputError
            If a vote is negative or does not sum to 1 (floats within 1e-9), or lengths differ.
        """
        if options:
            raise InvalidInputError("options", "be empty", sorted(options), owner=self.id)
        agents, _, rows = labelled_rows(data, "votes")
        votes = [
            as_numbers(vote, f"votes[{k}]", low=0, high=1, owner=self.id)
            for k, vote in enumerate(rows)
        ]
        if not votes:
            raise InvalidInputError("votes", "have at least one agent", votes, owner=self.id)
        width = self.alternatives or len(votes[0])
        for k, vote in enumerate(votes):
            if len(vote) != width or width < 2:
                raise InvalidInputError(f"votes[{k}]", f"have length {max(width, 2)}", vote)
            gap = distance(sum(vote), 1)
            if gap > (0 if all_exact(vote) else 1e-9):
                raise InvalidInputError(f"votes[{k}]", "sum to 1", vote, owner=self.id)
        return Problem(range(len(votes)) if agents is None else agents, tuple(votes), data=width)

    def reread(self, problem: Problem) -> Problem:
        return self.problem(problem.labelled)

    def utility(
        self,
        problem: Problem,
        agent: AgentId,
        true_type: Sequence[Number],
        outcome: Outcome[tuple[Number, ...]],
    ) -> Number:
        """``2 - sum_j |q_j - p_j|``."""
        total: Number = 2
        for q, p in zip(outcome.choice, true_type, strict=True):
            total -= distance(q, p)
        return total

    def feasible(self, problem: Problem, outcome: Outcome[tuple[Number, ...]]) -> bool:
        parts = outcome.choice
        slack = 0 if all_exact(parts) else 1e-9
        return min(parts) >= -slack and distance(sum(parts), 1) <= slack

    def unanimous(self, problem: Problem, outcome: Outcome[tuple[Number, ...]]) -> bool | None:
        """Whether agents who agree get their division."""
        first = problem.types[0]
        if any(vote != first for vote in problem.types):
            return None
        return all(is_met(distance(a, b), 1) for a, b in zip(first, outcome.choice, strict=True))

    def improvement(
        self, problem: Problem, outcome: Outcome[tuple[Number, ...]], *, weak: bool
    ) -> Outcome | None:
        """A division that nobody likes less and one agent more (with `weak`, all like more)."""
        division = nearer_point(problem.types, outcome.choice, norm="l1", weak=weak)
        return None if division is None else Outcome(division, problem=problem, setting=self)

    def improvement_of_lottery(
        self, problem: Problem, lottery: Lottery, *, weak: bool
    ) -> Outcome | None:
        """A division that one (with `weak`, all) like more than the lottery, and nobody less."""
        drawn = [(p, outcome.choice) for p, outcome in lottery]
        division = nearer_than_lottery(problem.types, drawn, norm="l1", weak=weak)
        return None if division is None else Outcome(division, problem=problem, setting=self)

    def domain(self, agents: int, **scope: object) -> Domain:
        """All votes in multiples of ``1/grid`` over a number of alternatives.

        Parameters
        ----------
        agents, alternatives, grid : int
            Sizes; `alternatives` may be left out where the setting has a fixed number.
        """
        wanted = dict(scope)
        width = as_count(
            wanted.pop("alternatives", self.alternatives), "alternatives", low=2, owner=self.id
        )
        steps = as_count(wanted.pop("grid", None), "grid", low=1, high=MAX_GRID, owner=self.id)
        count = as_count(agents, "agents", low=1, owner=self.id)
        if wanted:
            raise InvalidInputError(
                "scope", "be `agents`, `alternatives` and `grid`", sorted(wanted), owner=self.id
            )
        votes = tuple(_divisions(width, steps))
        base = Problem(range(count), (votes[0],) * count, data=width)
        label = f"grid 1/{steps} of the {width}-simplex"
        return Domain(self, base, (votes,) * count, label, complete=False)

    def small_domains(self) -> Iterator[Domain]:
        for count, width, steps in ((1, 3, 2), (2, 2, 4), (2, 3, 2), (2, 3, 3), (3, 3, 2)):
            if self.alternatives in (None, width):
                yield self.domain(count, alternatives=width, grid=steps)

    def sample(self, rng: Seed, agents: int, **scope: Any) -> Problem:
        """Random votes in multiples of 1/60, or of ``1/grid``."""
        steps = scope.pop("grid", 60)
        width = scope.pop("alternatives", None) or self.alternatives or 3
        source = generator(rng)
        votes = []
        for _ in range(agents):
            cuts = sorted(int(c) for c in source.integers(0, steps + 1, size=width - 1))
            ends = [0, *cuts, steps]
            votes.append(tuple(tidy(Fraction(b - a, steps)) for a, b in itertools.pairwise(ends)))
        return self.problem(votes)


def _divisions(width: int, steps: int) -> Iterator[tuple[Number, ...]]:
    for bars in itertools.combinations(range(steps + width - 1), width - 1):
        ends = (-1, *bars, steps + width - 1)
        yield tuple(tidy(Fraction(b - a - 1, steps)) for a, b in itertools.pairwise(ends))


class PhantomSystem(ABC):
    """Phantoms ``f_0(t) <= ... <= f_n(t)`` that rise with t, continuous and piecewise linear."""

    #: From where to where t runs.
    last: ClassVar[int] = 1

    @abstractmethod
    def at(self, k: int, n: int, t: Number) -> Number:
        """``f_k(t)`` among n agents."""


class IndependentMarkets(PhantomSystem):
    """``min(t k, 1)``."""

    def at(self, k: int, n: int, t: Number) -> Number:
        return min(t * k, 1)


class Utilitarian(PhantomSystem):
    """``t (n+1) - (n-k)``, clipped to [0, 1]."""

    def at(self, k: int, n: int, t: Number) -> Number:
        return min(max(t * (n + 1) - (n - k), 0), 1)


class PiecewiseUniform(PhantomSystem):
    """The upper half rises first, the lower half when the upper one is at its place."""

    def at(self, k: int, n: int, t: Number) -> Number:
        """With ``r = k/n``: ``(4r - 2) t`` until t = 1/2, then linearly to ``r`` at t = 1."""
        r: Number = Fraction(k, n) if not isinstance(t, float) else k / n
        if 2 * t <= 1:
            return max((4 * r - 2) * t, 0)
        return r * (2 * t - 1) if 2 * r < 1 else r * (3 - 2 * t) - 2 + 2 * t


class Ladder(PhantomSystem):
    """``t - (n-k)/n``, clipped to [0, 1]."""

    last = 2

    def at(self, k: int, n: int, t: Number) -> Number:
        step: Number = Fraction(n - k, n) if not isinstance(t, float) else (n - k) / n
        return min(max(t - step, 0), 1)


_TEXT = "moving-phantom mechanisms are truthful for l1 preferences and anonymous"


class MovingPhantoms(Mechanism[Outcome]):
    """Each alternative gets the median of its votes and n + 1 phantoms that rise with a clock t.

    The clock stops when the shares sum to 1.  Truthful for agents with l1 preferences.
    """

    setting: Budget = Budget()
    anonymous = True
    reference = MOVING_PHANTOMS
    claims = FrozenMap(
        (axiom, Theorem(MOVING_PHANTOMS, _TEXT)) for axiom in ("strategyproofness", "anonymity")
    )
    #: The phantoms.
    system: ClassVar[PhantomSystem]

    def solve(self, problem: Problem, *, rng: Seed = None) -> Outcome:
        votes = problem.types
        n = len(votes)
        exact = all(all_exact(vote) for vote in votes)
        columns = [sorted(column, reverse=True) for column in zip(*votes, strict=True)]

        def division(t: Number) -> list[Number]:
            phantoms = [self.system.at(k, n, t) for k in range(n + 1)]
            return [cross(column, phantoms.__getitem__) for column in columns]

        t, shares = _clock(division, self.system.last, exact=exact)
        if not exact:
            total = sum(shares)
            shares = [float(share / total) for share in shares]
        how = Provenance(
            algorithm="interpolation", exact=exact, tolerance=None if exact else _TOLERANCE
        )
        division_found = tuple(tidy(share) for share in shares)
        found = Outcome(division_found, details={"t": t}, provenance=how)
        return self.wrap(problem, found)


def _clock(
    division: Callable[[Number], list[Number]], last: int, *, exact: bool
) -> tuple[Number, list[Number]]:
    """A t at which the shares sum to 1, and the shares."""
    number: Callable[[Any], Number] = Fraction if exact else float
    start, end = number(0), number(last)
    shares = division(end)
    if sum(shares) == 1:
        return end, shares
    # Points of the curve on both sides of the t that is wanted, the nearest last.
    below: list[Point] = [(start, sum(division(start)))]
    above: list[Point] = [(end, sum(shares))]
    for step in range(_STEPS):
        low, high = below[-1][0], above[-1][0]
        lines = ((below[-1], above[-1]), tuple(below[-2:]), tuple(above[-2:]))
        t = _crossing(lines[step // 2 % 3]) if step % 2 else None
        if t is None or not low < t < high:
            t = low + (high - low) / 2
        shares = division(t)
        total = sum(shares)
        if total == 1 or (not exact and (distance(total, 1) < 1e-15 or t in (low, high))):
            return t, shares
        (below if total < 1 else above).append((t, total))
    raise SolverError(f"no t with a sum of 1 found in {_STEPS} steps")


Point = tuple[Number, Number]


def _crossing(points: Sequence[Point]) -> Number | None:
    """Where the line through two points reaches 1."""
    if len(points) < 2 or points[0][1] == points[1][1]:
        return None
    (s, a), (t, b) = points
    return s + (t - s) * ((1 - a) / (b - a))


def budget(alternatives: int | None = None) -> Budget:
    """The setting of dividing one budget among alternatives.

    Parameters
    ----------
    alternatives : int, optional
        Their number, where it is fixed.

    Examples
    --------
    >>> len(budget(3).domain(agents=2, grid=2))
    36
    """
    return Budget(alternatives)


class IndependentMarketsRule(MovingPhantoms):
    """Independent markets: moving phantoms ``min(t k, 1)``; proportional for single-minded votes.

    Examples
    --------
    >>> independent_markets([[1, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]]).choice
    (Fraction(1, 2), Fraction(1, 4), Fraction(1, 4))
    """

    system = IndependentMarkets()


independent_markets = mechanism("facility.independent_markets")(IndependentMarketsRule)


class UtilitarianPhantoms(MovingPhantoms):
    """The moving phantoms that minimise the sum of l1 distances to the votes.

    Examples
    --------
    >>> utilitarian_phantoms([[1, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]]).choice
    (1, 0, 0)
    """

    system = Utilitarian()


utilitarian_phantoms = mechanism("facility.utilitarian_phantoms")(UtilitarianPhantoms)


class PiecewiseUniformRule(MovingPhantoms):
    """The piecewise uniform moving phantoms of Caragiannis, Christodoulou and Protopapas.

    Examples
    --------
    >>> piecewise_uniform([[1, 0], [0, 1]]).choice
    (Fraction(1, 2), Fraction(1, 2))
    """

    system = PiecewiseUniform()


piecewise_uniform = mechanism("facility.piecewise_uniform")(PiecewiseUniformRule)


class LadderRule(MovingPhantoms):
    """The ladder of moving phantoms, ``t - k/n``, of Freeman and Schmidt-Kraepelin (2309.02613).

    Examples
    --------
    >>> ladder([[1, 0], [0, 1]]).choice
    (Fraction(1, 2), Fraction(1, 2))
    """

    system = Ladder()


ladder = mechanism("facility.ladder")(LadderRule)
