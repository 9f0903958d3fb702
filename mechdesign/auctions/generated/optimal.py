"""Optimal auctions in generated content: VCG for welfare, Myerson for revenue."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from mechdesign.auctions.generated.setting import BORDERS, ContentSetting
from mechdesign.auctions.market.arrays import Market, Solution, market_of
from mechdesign.auctions.market.placements import Ad, Placement
from mechdesign.auctions.references import BALSEIRO, GROVES, MYERSON
from mechdesign.auctions.winner.brute_force import placements
from mechdesign.auctions.winner.determination import maximise, upper_bound
from mechdesign.auctions.winner.payments import removal_optima, threshold_payment
from mechdesign.clock import Clock
from mechdesign.errors import InvalidInputError, LimitReachedError
from mechdesign.model import (
    FrozenMap,
    Number,
    Outcome,
    Problem,
    Provenance,
    Theorem,
    mechanism,
    number_in,
    ratio,
)

__all__ = ["content_myerson", "content_vcg"]

SETTING = ContentSetting()
FLOAT_TOLERANCE = 1e-9


def _vcg_winners(problem: Problem, **options: object) -> Sequence[Outcome]:
    """Every optimal placement of a small problem, each with its VCG payments."""
    market = market_of(problem)
    scores = [ad.value for ad in problem.types]
    best = maximise(scores, market, algorithm="enumeration").value
    tied = [pairs for pairs in placements(market) if market.value(scores, pairs) == best]
    # Of placements that differ by ads without clicks the smallest one stands for all.
    kept = [pairs for pairs in tied if all(rate > 0 for rate in market.clicks(pairs))]
    chosen = [Solution(pairs, best, "enumeration") for pairs in kept or [()]]
    return [_vcg(problem, market, scores, one, "enumeration") for one in chosen]


@mechanism(
    "auctions.content_vcg",
    depends_on=BORDERS,
    setting=SETTING,
    reference=BALSEIRO,
    claims={
        "strategyproofness": Theorem(
            GROVES, "VCG payments on an exactly maximised welfare make truth dominant"
        )
    },
    winners=_vcg_winners,
)
def content_vcg(
    problem: Problem,
    *,
    algorithm: str = "auto",
    time_limit: Annotated[float, number_in(0)] | None = None,
) -> Outcome:
    """Welfare-optimal placement in generated content with VCG payments.

    Parameters
    ----------
    problem : sequence, mapping or series of n numbers; JSON document; or Problem
        Values per click, with ``p`` and whatever else
        :func:`~mechdesign.auctions.market.content_reading.content_problem` takes beside them; the
        model is ``mnl`` by default.
    algorithm : str
        ``"auto"``, or one of :data:`~mechdesign.auctions.winner.determination.ALGORITHMS` for the
        model.
    time_limit : float, optional
        Seconds for the placement and all payments of large cascades.

    Returns
    -------
    Outcome
        The choice is a :class:`~mechdesign.auctions.market.placements.Placement`; payments are per
        impression.  The details hold ``clicks``, ``per_click`` prices, ``welfare``, ``revenue``,
        the optimum ``without`` each ad shown, and for a cascade the ``certified_ratio``.  Where the
        time limit came before the proof of optimality there are no payments, as none would be
        truthful, and the provenance holds bound and gap.

    Raises
    ------
    InvalidInputError
        On bad data, or an algorithm that does not fit the model.
    LimitReachedError
        If no exact algorithm can handle the size.

    Notes
    -----
    An ad that is shown pays ``W_{-i} - (W - v_i clicks_i)``.  Under MNL its price per click lies
    between ``W_{-i}`` and its value (a bound derived for this package).

    Examples
    --------
    >>> from fractions import Fraction
    >>> half = Fraction(1, 2)
    >>> content_vcg([10, 1], p=[[half, Fraction(1, 4)], [half, half]]).payments
    {0: Fraction(1, 2), 1: 0}
    """
    market = market_of(problem)
    scores = [ad.value for ad in problem.types]
    clock = Clock(time_limit)
    solution = maximise(scores, market, algorithm=algorithm, time_limit=clock.left())
    return _vcg(problem, market, scores, solution, algorithm, clock)


def _vcg(
    problem: Problem,
    market: Market,
    scores: Sequence[Number],
    solution: Solution,
    algorithm: str,
    clock: Clock | None = None,
) -> Outcome:
    try:
        if solution.bound is not None:
            raise LimitReachedError("the optimum was not proved in time")
        without = removal_optima(scores, market, solution, algorithm, clock=clock)
    except LimitReachedError as short:
        plain = build(problem, market, solution, None)
        return plain.with_provenance(decisions=(f"no payments: {short}",))
    payments: dict[int, Number] = {}
    for (i, _), rate in zip(solution.pairs, market.clicks(solution.pairs), strict=True):
        due = without[i] - (solution.value - scores[i] * rate)
        # Rounding must not make an uncontested ad be paid.
        proved = market.exact and solution.tolerance == 0
        payments[i] = due if proved else min(max(due, 0.0), float(scores[i] * rate))
    return build(
        problem,
        market,
        solution,
        payments,
        without=FrozenMap((problem.agents[i], w) for i, w in without.items()),
    )


@mechanism(
    "auctions.content_myerson",
    depends_on=BORDERS,
    setting=ContentSetting(priors=True),
    reference=MYERSON,
    claims={
        "strategyproofness": Theorem(
            MYERSON, "threshold payments on a monotone allocation make truth dominant"
        )
    },
)
def content_myerson(
    problem: Problem,
    *,
    algorithm: str = "auto",
    time_limit: Annotated[float, number_in(0)] | None = None,
) -> Outcome:
    """Revenue-optimal placement in generated content, after Myerson.

    Ads are scored by their ironed virtual values; those of score 0 or less are not shown.

    Parameters
    ----------
    problem, algorithm, time_limit
        As for :func:`content_vcg`; with ``priors``, the independent distributions of the values,
        one for all or one for each: ours, scipy's frozen distributions, or JSON objects.

    Returns
    -------
    Outcome
        As for :func:`content_vcg`, with the ``virtual_welfare``, which in expectation is the
        revenue.

    Raises
    ------
    InvalidInputError
        If a prior is missing or excludes a value, and as for :func:`content_vcg`.
    LimitReachedError
        If the optimum cannot be computed exactly: heuristics have no truthful payments.

    Notes
    -----
    The payment is ``sum phi^{-1}(score_k) * jump_k`` over the scores at which the click
    probability jumps, found exactly by intersecting tangents of the optimal value; there is no
    quadrature.

    Examples
    --------
    >>> from mechdesign.auctions import Uniform
    >>> content_myerson([0.75], p=[[0.5]], priors=Uniform(0, 1)).payments
    {0: 0.25}
    """
    market = market_of(problem)
    scores = virtual_scores(problem)

    clock = Clock(time_limit)

    def solve(given: Sequence[Number]) -> Solution:
        found = maximise(given, market, algorithm=algorithm, time_limit=clock.left())
        if found.bound is not None:
            raise LimitReachedError("an optimum that a payment needs was not proved in time")
        return found

    solution = maximise(scores, market, algorithm=algorithm, time_limit=clock.left())
    payments: dict[int, Number] = {}
    decisions: tuple[str, ...] = ()
    try:
        if solution.bound is not None:
            raise LimitReachedError("the optimum was not proved in time")
        for i, _ in solution.pairs:
            ad: Ad = problem.types[i]
            support = () if ad.prior is None or ad.prior.support is None else ad.prior.support
            below = [v for v in support if v <= ad.value]
            payments[i] = threshold_payment(scores, market, i, ad.prior, solve=solve, support=below)
    except LimitReachedError as short:
        decisions = (f"no payments: {short}",)
    outcome = build(
        problem,
        market,
        solution,
        None if decisions else payments,
        virtual_welfare=solution.value,
    )
    return outcome.with_provenance(decisions=decisions) if decisions else outcome


def virtual_scores(problem: Problem) -> list[Number]:
    """The ironed virtual value of every ad.

    Raises
    ------
    InvalidInputError
        If an ad has no prior, or a value outside it.
    """
    scores = []
    for agent, ad in zip(problem.agents, problem.types, strict=True):
        if ad.prior is None:
            raise InvalidInputError("priors", f"be given for advertiser {agent!r}", None)
        ad.prior.check(ad.value)
        scores.append(ad.prior.virtual(ad.value))
    return scores


def build(
    problem: Problem,
    market: Market,
    solution: Solution,
    payments: dict[int, Number] | None,
    *,
    render: tuple[Number, ...] | None = None,
    ratio_wanted: bool = True,
    **details: object,
) -> Outcome:
    """The outcome of a winner determination, with payments and provenance.

    Parameters
    ----------
    problem, market, solution
        What was solved and how.
    payments : dict of ad index to number, or None
        Per impression, of the ads shown.
    render : tuple of numbers, optional
        Rendering probabilities.
    ratio_wanted : bool
        Whether to certify a cascade's welfare against the bound.
    **details
        More details.
    """
    agents = problem.agents
    placement = Placement(tuple((agents[i], j) for i, j in solution.pairs), render)
    clicks = SETTING.clicks(problem, placement)
    values = [ad.value for ad in problem.types]
    welfare = sum(values[i] * clicks[agents[i]] for i, _ in solution.pairs)
    found: dict[str, Any] = {"clicks": FrozenMap(clicks), "welfare": welfare}
    bill: dict[Any, Number] | None = None
    if payments is not None:
        bill = dict.fromkeys(agents, 0)
        bill.update({agents[i]: pay for i, pay in payments.items()})
        found["revenue"] = sum(payments.values())
        found["per_click"] = FrozenMap(
            (agents[i], ratio(pay, clicks[agents[i]]))
            for i, pay in payments.items()
            if clicks[agents[i]] > 0
        )
    if market.model == "cascade" and ratio_wanted:
        bound = upper_bound(values, market)
        if solution.bound is not None and payments is None:
            bound = min(bound, solution.bound)
        found["upper_bound"] = bound
        found["certified_ratio"] = ratio(welfare, bound) if bound > 0 else 1
    found.update(details)
    exact = market.exact and solution.tolerance == 0
    gap = None if solution.bound is None else solution.bound - solution.value
    return Outcome(
        placement,
        bill,
        details=found,
        provenance=Provenance(
            algorithm=solution.algorithm,
            exact=exact,
            tolerance=None if exact else max(FLOAT_TOLERANCE, solution.tolerance),
            solver=solution.solver,
            status=solution.status,
            bound=solution.bound,
            gap=gap,
        ),
    )
