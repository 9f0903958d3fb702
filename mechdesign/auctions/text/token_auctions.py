"""Auctions over the text of a language model, on finite tables: no model is needed.

Token aggregation, the KL-regularised VCG to which MOSAIC converges, and the segment auction, each
as the exact rule on a table of probabilities or rewards.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

import numpy as np

from mechdesign.auctions.arithmetic import grid_values
from mechdesign.auctions.references import HAJIAGHAYI, SOUMALIAS
from mechdesign.errors import InvalidInputError
from mechdesign.model import (
    AgentId,
    Domain,
    FrozenMap,
    Number,
    Outcome,
    Problem,
    Provenance,
    Setting,
    aligned_numbers,
    as_list,
    as_number,
    as_numbers,
    labelled_numbers,
    labelled_rows,
    mechanism,
    ratio,
    serializable,
)
from mechdesign.records import dataclass

__all__ = ["kl_vcg", "replies", "segment", "segments", "token_linear", "token_log_linear"]


def token_linear(distributions: object, bids: object) -> tuple[Number, ...]:
    """Aggregate next-token distributions linearly: ``sum b_i d_i / sum b_i``.

    Parameters
    ----------
    distributions : sequence of n sequences of T probabilities
        Each sums to 1.
    bids : sequence of n numbers
        Nonnegative, not all zero.

    Raises
    ------
    InvalidInputError
        On anything that is no distribution or no bid.

    Examples
    --------
    >>> from fractions import Fraction as F
    >>> token_linear([(F(4, 5), F(1, 5)), (1, 0), (0, 1)], (1, 2, 2))
    (Fraction(14, 25), Fraction(11, 25))
    """
    rows, weights = _tokens(distributions, bids)
    total = sum(weights)
    return tuple(
        ratio(sum(b * row[t] for b, row in zip(weights, rows, strict=True)), total)
        for t in range(len(rows[0]))
    )


def token_log_linear(distributions: object, bids: object) -> tuple[float, ...]:
    """Aggregate next-token distributions log-linearly: ``prod d_i^(b_i / sum b)``, normalised.

    Parameters and errors are those of :func:`token_linear`; some token must have positive
    probability under every agent that bids.

    Examples
    --------
    >>> [round(x, 6) for x in token_log_linear([(0.5, 0.5), (0.8, 0.2)], (1, 1))]
    [0.666667, 0.333333]
    """
    rows, weights = _tokens(distributions, bids)
    total = float(sum(weights))
    products = [
        math.prod(float(row[t]) ** (float(b) / total) for b, row in zip(weights, rows, strict=True))
        for t in range(len(rows[0]))
    ]
    if not sum(products) > 0:
        raise InvalidInputError("distributions", "agree on some possible token", rows)
    return tuple(x / sum(products) for x in products)


@serializable("auctions.Replies")
@dataclass(frozen=True)
class Replies:
    """A finite table of replies: their reference probabilities and the price of leaving them."""

    reference: tuple[Number, ...]
    temperature: Number = 1


@serializable("auctions.ReplySetting")
@dataclass(frozen=True)
class ReplySetting(Setting[Any, Any]):
    """One reply of a finite table is drawn; a type is a tuple of rewards, one for each reply.

    A choice is a tuple of probabilities; utility is the expected reward less the payment.
    """

    id: ClassVar[str] = "auctions.replies"
    data_kinds: ClassVar[tuple[type, ...]] = (Replies,)
    money: ClassVar[bool] = True
    public: ClassVar[bool] = True

    def problem(self, data: object, **options: object) -> Problem:
        """Read rewards (a row for each agent), ``reference`` probabilities and ``temperature``."""
        _refuse_options(options, ("reference", "temperature"))
        agents, replies, rows = labelled_rows(data, "rewards")
        if not rows:
            raise InvalidInputError("rewards", "have at least one row", data)
        agents = tuple(range(len(rows))) if agents is None else tuple(agents)
        given = options.get("reference", ())
        reference = (
            labelled_numbers(given, "reference", low=0)[1]
            if replies is None
            else aligned_numbers(given, replies, "reference", low=0)
        )
        if abs(float(sum(reference)) - 1) > 1e-9:
            raise InvalidInputError("reference", "be probabilities that sum to 1", reference)
        temperature = as_number(options.get("temperature", 1), "temperature")
        if not temperature > 0:
            raise InvalidInputError("temperature", "be positive", temperature)
        types = [
            as_numbers(row, f"rewards[{agent!r}]") for agent, row in zip(agents, rows, strict=True)
        ]
        if any(len(row) != len(reference) for row in types):
            raise InvalidInputError(
                "rewards", f"have {len(reference)} entries for each agent", data
            )
        return Problem(agents, types, Replies(reference, temperature))

    def utility(
        self, problem: Problem, agent: AgentId, true_type: Any, outcome: Outcome[Any]
    ) -> Number:
        """Expected reward less the payment."""
        worth: Number = sum(p * r for p, r in zip(outcome.choice, true_type, strict=True))
        return worth - outcome.pay(agent)

    def feasible(self, problem: Problem, outcome: Outcome[Any]) -> bool:
        choice = outcome.choice
        return (
            len(choice) == len(problem.data.reference)
            and all(p >= 0 for p in choice)
            and abs(float(sum(choice)) - 1) < 1e-9
        )

    def domain(self, agents: int, **scope: Any) -> Domain:
        """All rewards on a ``grid``, for given ``reference`` probabilities."""
        import itertools

        values, label = grid_values(scope.get("grid", 1))
        reference = scope.get("reference", (0.5, 0.5))
        rows = list(itertools.product(values, repeat=len(reference)))
        base = self.problem([rows[0]] * agents, reference=reference)
        return Domain(self, base, [rows] * agents, f"rewards on {label}")

    def small_domains(self) -> Iterator[Domain]:
        yield self.domain(2, grid=1)
        yield self.domain(2, grid=1, reference=(0.5, 0.3, 0.2))


@serializable("auctions.SegmentSetting")
@dataclass(frozen=True)
class SegmentSetting(Setting[Number, Any]):
    """One advertiser is shown in a segment, by lot; a type is a value, the data are relevances.

    A choice is a map from agent to probability; clicks are probability times relevance.
    """

    id: ClassVar[str] = "auctions.segments"
    data_kinds: ClassVar[tuple[type, ...]] = (FrozenMap, type(None))
    money: ClassVar[bool] = True
    public: ClassVar[bool] = False

    def problem(self, data: object, **options: object) -> Problem:
        """Read values and ``relevance`` (positive, at most 1; 1 by default)."""
        _refuse_options(options, ("relevance",))
        agents, values = labelled_numbers(data, "values", low=0, owner="segment auction")
        if not agents:
            raise InvalidInputError("values", "not be empty", data, owner="segment auction")
        given = options.get("relevance")
        named = None
        if given is not None:
            relevance = aligned_numbers(
                given, agents, "relevance", low=0, high=1, owner="segment auction"
            )
            if any(q == 0 for q in relevance):
                raise InvalidInputError("relevance", "be positive", relevance)
            named = FrozenMap(zip(agents, relevance, strict=True))
        return Problem(agents, values, named, reserve=(0,) * len(agents))

    def utility(
        self, problem: Problem, agent: AgentId, true_type: Number, outcome: Outcome[Any]
    ) -> Number:
        """Value of the expected relevance less the payment."""
        worth: Number = true_type * self.allocation(problem, agent, outcome)
        return worth - outcome.pay(agent)

    def allocation(self, problem: Problem, agent: AgentId, outcome: Outcome[Any]) -> Number:
        """Probability times relevance."""
        amount: Number = outcome.choice.get(agent, 0) * _relevance(problem, agent)
        return amount

    def feasible(self, problem: Problem, outcome: Outcome[Any]) -> bool:
        chances = list(outcome.choice.values())
        return all(x >= 0 for x in chances) and float(sum(chances)) <= 1 + 1e-9

    def domain(self, agents: int, **scope: object) -> Domain:
        """All values on a ``grid``, for given ``relevance``."""
        values, label = grid_values(scope.get("grid", 2))
        base = self.problem([values[0]] * agents, relevance=scope.get("relevance"))
        return Domain(self, base, [values] * agents, f"values on {label}")

    def small_domains(self) -> Iterator[Domain]:
        yield self.domain(2, grid=3)
        yield self.domain(3, grid=2)


def _refuse_options(options: Mapping[str, object], known: Sequence[str]) -> None:
    unknown = sorted(set(options) - set(known))
    if unknown:
        raise InvalidInputError("options", f"be among {', '.join(known)}", unknown)


REPLIES = ReplySetting()
SEGMENTS = SegmentSetting()


@mechanism("auctions.kl_vcg", setting=REPLIES, reference=SOUMALIAS)
def kl_vcg(problem: Problem) -> Outcome:
    """KL-regularised VCG on a finite table of replies, the limit of MOSAIC.

    Parameters
    ----------
    problem : sequence or mapping of n rows of T numbers, or Problem
        The reward of every reply to every advertiser; beside it ``reference``, the T probabilities
        of what the model would say without advertisers, and perhaps ``temperature``, the price
        ``tau`` of leaving the reference, 1 by default.

    Returns
    -------
    Outcome
        The choice holds the probabilities ``reference * exp(sum rewards / tau)``, normalised.
        Payments are the VCG part only, without the offset of the published mechanism.

    Raises
    ------
    InvalidInputError
        On bad data.

    Notes
    -----
    ``W(S) = tau ln sum_y reference_y exp(sum_{i in S} r_i(y) / tau)`` and
    ``t_i = W(-i) - (W - E r_i)``, in floating point.

    Examples
    --------
    >>> out = kl_vcg([(0, 1, 2), (1, 0, 0)], reference=(0.5, 0.3, 0.2))
    >>> [round(x, 6) for x in out.choice]
    [0.372119, 0.223271, 0.40461]
    """
    base = np.array([float(x) for x in problem.data.reference])
    tau = float(problem.data.temperature)
    table = np.array([[float(x) for x in row] for row in problem.types]).reshape(-1, len(base))

    def welfare(total: Any) -> float:
        top = float(total.max())
        return top + tau * math.log(float((base * np.exp((total - top) / tau)).sum()))

    total = table.sum(axis=0)
    weights = base * np.exp((total - total.max()) / tau)
    chosen = weights / weights.sum()
    best = welfare(total)
    payments = {
        agent: welfare(total - row) - (best - float(chosen @ row))
        for agent, row in zip(problem.agents, table, strict=True)
    }
    return Outcome(
        tuple(chosen.tolist()),
        payments,
        details={"welfare": best, "revenue": sum(payments.values())},
        provenance=Provenance(algorithm="closed form", exact=False, tolerance=1e-9),
    )


@mechanism("auctions.segment", setting=SEGMENTS, reference=HAJIAGHAYI)
def segment(problem: Problem) -> Outcome:
    """Segment auction: show an advertiser by lot, in proportion to bid times relevance.

    Parameters
    ----------
    problem : sequence, mapping or series of n numbers, or Problem
        Bids per click; beside them perhaps ``relevance``, the retrieval probabilities in (0, 1], 1
        by default.

    Returns
    -------
    Outcome
        The choice maps agents to probabilities (exact where the input is); payments are expected
        ones, by Myerson's formula, in floating point.

    Raises
    ------
    InvalidInputError
        On bad data.

    Notes
    -----
    With ``s_i = b_i q_i`` and ``Q`` the others' sum, the payment is
    ``Q ln(1 + s_i / Q) - s_i Q / (s_i + Q)``, 0 for an advertiser alone.

    Examples
    --------
    >>> segment([1, 1], relevance=[1, 0.8]).choice[0]
    0.5555555555555556
    """
    scores = [
        v * _relevance(problem, a) for a, v in zip(problem.agents, problem.types, strict=True)
    ]
    total = sum(scores)
    choice = FrozenMap(
        (agent, ratio(s, total)) for agent, s in zip(problem.agents, scores, strict=True) if s > 0
    )
    payments = {}
    for agent, s in zip(problem.agents, scores, strict=True):
        rest = float(total - s)
        share = float(s)
        payments[agent] = (
            rest * math.log1p(share / rest) - share * rest / (share + rest) if rest > 0 else 0.0
        )
    return Outcome(
        choice,
        payments,
        details={"revenue": sum(payments.values())},
        provenance=Provenance(algorithm="closed form", exact=False, tolerance=1e-9),
    )


def replies() -> ReplySetting:
    """The setting of a finite table of replies.

    Examples
    --------
    >>> replies().id
    'auctions.replies'
    """
    return REPLIES


def segments() -> SegmentSetting:
    """The setting of one advertised segment.

    Examples
    --------
    >>> segments().id
    'auctions.segments'
    """
    return SEGMENTS


def _relevance(problem: Problem, agent: AgentId) -> Number:
    """The relevance of an agent in a segment auction, 1 where none were given."""
    factor: Number = 1 if problem.data is None else problem.data[agent]
    return factor


def _tokens(distributions: Any, bids: Any) -> tuple[list[Sequence[Number]], Sequence[Number]]:
    weights = as_numbers(bids, "bids", low=0)
    rows: list[Sequence[Number]] = [
        as_numbers(row, f"distributions[{i}]", low=0, high=1)
        for i, row in enumerate(as_list(distributions, "distributions"))
    ]
    if len(rows) != len(weights) or not rows or not any(weights):
        raise InvalidInputError("bids", "be one for each distribution, not all zero", bids)
    for row in rows:
        if len(row) != len(rows[0]) or abs(float(sum(row)) - 1) > 1e-9:
            raise InvalidInputError("distributions", "have one length and sum to 1", row)
    return rows, weights
