"""Who contributed what to a costly function: the Shapley value by sampling, with intervals."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from os import PathLike
from typing import Any

from mechdesign.clock import now
from mechdesign.coalitional.values.answer_journal import Answers, Batched
from mechdesign.coalitional.values.sampled_worths import Method, Worths, intervals, regressed
from mechdesign.errors import InvalidInputError, LimitReachedError
from mechdesign.io import Table
from mechdesign.model import Number, as_count, as_list, as_number, refuse_unknown, show, tidy
from mechdesign.records import Shown, dataclass

__all__ = ["Attribution", "Estimator", "attribute", "attribute_outputs", "by_matrix"]

# Players whose coalitions are all asked for where no budget says otherwise.
_FEW = 10


@dataclass(frozen=True)
class Estimator:
    """How contributions are estimated where not all coalitions are asked for.

    Parameters
    ----------
    method : {"orders", "regression"}
        ``orders``: mean contributions over orders of arrival, each taken with its reverse;
        ``regression``: the payoffs whose sums fit the worths of drawn coalitions best, each taken
        with its complement (KernelSHAP).  The former is unbiased for any number of draws.
    spread : number, optional
        The declared range of what a player can add: the intervals of orders are then Hoeffding's,
        which hold for any number of draws; otherwise normal ones.

    Examples
    --------
    >>> Estimator(spread=4).method
    'orders'
    """

    method: Method = "orders"
    spread: Number | None = None

    def __post_init__(self) -> None:
        if self.method not in ("orders", "regression"):
            raise InvalidInputError("method", "be 'orders' or 'regression'", self.method)
        if self.spread is not None:
            as_number(self.spread, "spread", low=0)
            if self.method != "orders":
                raise InvalidInputError("spread", "be left out of a regression", self.spread)


def by_matrix(function: Callable[[Any], Any], batch: int = 64) -> Batched:
    """A function of many coalitions at once, to be attributed.

    Parameters
    ----------
    function : callable
        Takes a boolean array of shape (coalitions, players) and returns as many numbers, as games
        of shapiq do.
    batch : int
        How many coalitions it is asked for at most.

    Examples
    --------
    >>> attribute("abc", by_matrix(lambda asked: asked.sum(axis=1) ** 2)).values
    (3, 3, 3)
    """
    if not callable(function):
        raise InvalidInputError("function", "be a function of a boolean array", function)
    return Batched(function, as_count(batch, "batch", low=1))


@dataclass(frozen=True)
class Attribution(Shown):
    """What each player of a costly function contributes.

    Parameters
    ----------
    players : tuple of labels
        The players.
    values : tuple of numbers
        Estimates of the Shapley value; they sum to the worth of all less that of none, exactly
        where worths are exact.
    low, high : tuple of numbers
        Ends of the intervals; the estimates themselves where all coalitions were asked for.
    without : tuple of numbers
        What is lost if a player alone is left out.
    alone : tuple of numbers
        What a player adds to nobody.
    pairs : int
        Pairs of an order of arrival and its reverse, or of a coalition and its complement; 0 where
        all coalitions were asked for.
    evaluations, recalled : int
        Questions that are answered, and how many of them an earlier run had answered.
    confidence : float
        Of each interval.
    noise : float or None
        The variance of the function at one coalition, on average over coalitions; None where it
        was asked once and answered twice the same for all players and for none.
    stopped : str
        What ended the sampling: ``budget``, ``time``, or nothing where all coalitions were asked.
    method : str
        ``orders`` or ``regression``.
    """

    players: tuple[Hashable, ...]
    values: tuple[Number, ...]
    low: tuple[Number, ...]
    high: tuple[Number, ...]
    without: tuple[Number, ...]
    alone: tuple[Number, ...]
    pairs: int
    evaluations: int
    recalled: int
    confidence: float
    noise: float | None
    stopped: str
    method: str = "orders"

    @property
    def exact(self) -> bool:
        """Whether these are the Shapley values of the function as it answered, and no estimates."""
        return not self.pairs

    @property
    def unseparated(self) -> tuple[tuple[Hashable, Hashable], ...]:
        """Pairs of players whose intervals overlap, so that their order is open."""
        size = range(len(self.players))
        return tuple(
            (self.players[i], self.players[j])
            for i in size
            for j in size
            if i < j and self.low[i] <= self.high[j] and self.low[j] <= self.high[i]
        )

    def noise_share(self, parts: Iterable[Hashable]) -> float:
        """How much of all attribution, in absolute value, goes to parts that should get none.

        Parameters
        ----------
        parts : iterable of labels
            Players that are known to say nothing, such as filler in a prompt.
        """
        named = list(parts)
        unknown = [str(part) for part in named if part not in self.players]
        if unknown:
            raise InvalidInputError("parts", "be players", unknown)
        sizes = {p: abs(float(v)) for p, v in zip(self.players, self.values, strict=True)}
        whole = sum(sizes.values())
        return sum(sizes[part] for part in set(named)) / whole if whole else 0.0

    def table(self) -> Table:
        """One row for each player, the largest contribution first."""
        order = sorted(range(len(self.players)), key=lambda i: -self.values[i])
        rows = [
            [
                str(self.players[i]),
                *(
                    float(x[i]) if self.pairs else x[i]
                    for x in (self.values, self.low, self.high, self.without, self.alone)
                ),
            ]
            for i in order
        ]
        return Table(["player", "share", "low", "high", "left out", "alone"], rows)

    def __str__(self) -> str:
        drawn = "orders" if self.method == "orders" else "coalitions"
        how = f"{self.pairs} pairs of {drawn}" if self.pairs else "all coalitions"
        told = f"{how}, {self.evaluations} evaluations ({self.recalled} recalled)"
        if self.stopped:
            told += f", ended by {self.stopped}; intervals of {show(self.confidence)}"
        if self.noise is not None:
            told += f"; the function answers differently: variance {show(self.noise)}"
        return f"{self.table()}\n\n{told}"


def attribute(
    players: Sequence[Hashable],
    value: Callable[[frozenset[Any]], Any] | Batched,
    *,
    budget: int | None = None,
    replicates: int = 1,
    confidence: Number = 0.95,
    estimator: Estimator | Method = "orders",
    journal: str | PathLike[str] | None = None,
    time_limit: float | None = None,
    seed: int = 0,
) -> Attribution:
    """What each player adds to a function that is costly to ask, on average over orders of arrival.

    Parameters
    ----------
    players : sequence
        Agents of a team, parts of a prompt, sources of data.
    value : callable
        Takes a frozenset of players and returns a number; what absent players are replaced by is
        its business.  No coalition is asked for twice in a replicate.  One that takes many
        coalitions at once is named by :func:`by_matrix`.
    budget : int, optional
        Evaluations, those of earlier runs included; at least 2n + 2 times `replicates`, and two
        more.  Where it suffices for all coalitions (or is left out for up to ten players) the
        values are exact.
    replicates : int
        How often each coalition is asked, where the function draws random numbers.
    confidence : number
        Of each interval.
    estimator : Estimator or str
        ``"orders"`` of arrival, a ``"regression"``, or one with a declared range of contributions.
    journal : path, optional
        A file that keeps every answer: a run that was killed goes on where it was, with the same
        seed to the same end.
    time_limit : float, optional
        Seconds after which nothing new is asked.
    seed : int
        For what is drawn.

    Raises
    ------
    InvalidInputError
        If the function raises or returns no finite number; the journal keeps the answers so far.
    LimitReachedError
        If the time is over before two pairs of orders are done (n pairs of coalitions), or, with a
        budget for them, before all coalitions are asked for.

    Notes
    -----
    Each order is taken with its reverse; the two share the interval's sample.  Every order's
    contributions sum to the worth of all less that of none, and so do the estimates; a regression
    has that as a constraint, and is solved in fractions where worths are exact.

    Examples
    --------
    >>> found = attribute("abc", lambda s: len(s) ** 2)
    >>> found.values, found.exact, found.evaluations
    ((3, 3, 3), True, 10)
    """
    asked = _Asked(budget, replicates, confidence, estimator, journal, time_limit, seed)
    (found,) = _attributions(players, value, asked, several=False)
    return found


def attribute_outputs(
    players: Sequence[Hashable],
    value: Callable[[frozenset[Any]], Any] | Batched,
    **options: Any,
) -> list[Attribution]:
    """What each player adds to each output of a function that answers with several numbers.

    Parameters
    ----------
    players : sequence
        As for :func:`attribute`.
    value : callable
        Takes a frozenset of players and returns a sequence of numbers, always as many: the chance
        of each answer option, say.  One named by :func:`by_matrix` returns a row for each
        coalition.
    **options
        As for :func:`attribute`; every coalition is asked once for all outputs.

    Returns
    -------
    list of Attribution
        One for each output.

    Examples
    --------
    >>> yes, no = attribute_outputs("ab", lambda s: (len(s), 2 - len(s)))
    >>> yes.values, no.values, yes.evaluations
    ((1, 1), (-1, -1), 6)
    """
    refuse_unknown(options, attribute)
    return _attributions(players, value, _Asked(**options), several=True)


@dataclass(frozen=True)
class _Asked:
    """The keywords of :func:`attribute`."""

    budget: int | None = None
    replicates: int = 1
    confidence: Number = 0.95
    estimator: Estimator | Method = "orders"
    journal: str | PathLike[str] | None = None
    time_limit: float | None = None
    seed: int = 0

    def __post_init__(self) -> None:
        as_count(self.replicates, "replicates", low=1)
        as_count(self.seed, "seed")
        level = float(as_number(self.confidence, "confidence", low=0, high=1))
        if not 0 < level < 1:
            raise InvalidInputError("confidence", "be strictly between 0 and 1", self.confidence)
        if self.time_limit is not None:
            as_number(self.time_limit, "time_limit", low=0)

    @property
    def how(self) -> Estimator:
        """The estimator."""
        one = self.estimator
        return one if isinstance(one, Estimator) else Estimator(one)

    @property
    def seconds(self) -> float | None:
        """The limit of time."""
        return None if self.time_limit is None else float(self.time_limit)

    def questions(self, n: int) -> tuple[int, bool]:
        """How many may be asked about n players, and whether that is all there are."""
        everything = (1 << n) * self.replicates + 2
        least = (2 * n + 2) * self.replicates + 2
        allowed = everything if self.budget is None and n <= _FEW else self.budget
        if allowed is None:
            raise InvalidInputError("budget", f"be given for more than {_FEW} players", self.budget)
        as_count(allowed, "budget", low=min(least, everything))
        return allowed, allowed >= everything


def _attributions(
    players: Sequence[Hashable],
    value: Callable[[frozenset[Any]], Any] | Batched,
    asked: _Asked,
    *,
    several: bool,
) -> list[Attribution]:
    """One attribution for each output, all of the same questions."""
    names = tuple(as_list(players, "players"))
    n = len(names)
    labelled = all(isinstance(name, Hashable) for name in names)
    if n < 1 or not labelled or len(set(names)) != n:
        raise InvalidInputError("players", "be distinct and at least one", names)
    if not callable(value) and not isinstance(value, Batched):
        raise InvalidInputError("value", "be a function of a frozenset of players", value)
    how = asked.how
    allowed, all_of_them = asked.questions(n)
    journal = None if asked.journal is None else str(asked.journal)
    source = Answers(names, value, journal, several=several)
    try:
        worths = Worths(source, n, asked.replicates)
        source.ask_all(worths.first())
        started = now()
        draws: list[list[int]] | None = None
        stopped = ""
        if all_of_them:
            _ask_all(source, worths.everything(), started, asked.seconds)
        else:
            plan = worths.plan(how.method, allowed, asked.seed, started, asked.seconds)
            draws = list(worths.answered(plan))
            stopped = plan.stopped
            least, what = (2, "orders of arrival") if how.method == "orders" else (n, "coalitions")
            _enough(len(draws), least, stopped, what, allowed)
    finally:
        source.close()
    return [
        _attribution(names, Worths(source, n, asked.replicates, k), asked, draws, stopped)
        for k in range(source.outputs if several else 1)
    ]


def _ask_all(
    source: Answers, questions: Sequence[Any], started: float, seconds: float | None
) -> None:
    for start in range(0, len(questions), source.batch):
        if seconds is not None and now() - started > seconds:
            raise LimitReachedError("the time was over before all coalitions were asked for")
        source.ask_all(questions[start : start + source.batch])


def _attribution(
    names: tuple[Hashable, ...],
    worths: Worths,
    asked: _Asked,
    draws: list[list[int]] | None,
    stopped: str,
) -> Attribution:
    """What the answers say; `draws` where not all coalitions were asked."""
    how, level, n = asked.how, float(asked.confidence), len(names)
    whole = range(n)
    total, nothing = worths.mean(whole), worths.mean(())
    without = tuple(total - worths.mean([j for j in whole if j != i]) for i in whole)
    alone = tuple(worths.mean([i]) - nothing for i in whole)
    if draws is None:
        values = low = high = worths.shapley()
    elif how.method == "orders":
        values, low, high = intervals(worths.by_orders(draws), level, how.spread)
    else:
        values, low, high = regressed(worths.by_pairs(draws), n, total - nothing, level)
    noise = worths.noise() if asked.replicates > 1 else worths.changes()
    source = worths.source
    return Attribution(
        names, tuple(map(tidy, values)), tuple(low), tuple(high), tuple(map(tidy, without)),
        tuple(map(tidy, alone)), len(draws or ()), len(source.known), source.found, level, noise,
        stopped, how.method,
    )  # fmt: skip


def _enough(found: int, least: int, stopped: str, what: str, budget: int) -> None:
    """Refuse pairs that are too few for an estimate with intervals."""
    if found >= least:
        return
    if stopped == "time":
        raise LimitReachedError(f"the time was over before {least} pairs of {what} were done")
    raise InvalidInputError("budget", f"suffice for {least} pairs of {what}", budget)
