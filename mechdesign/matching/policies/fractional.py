"""The fractional policy with rounding, for unequal probabilities."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Annotated, Any

from mechdesign.matching.instances.graphs import Instance
from mechdesign.matching.policies.array_form import Fractional, Recipe, tabulate
from mechdesign.matching.policies.discounts import discount as named_discount
from mechdesign.matching.policies.policies import largest
from mechdesign.matching.policies.protocol import Action, Policy, View
from mechdesign.matching.references import HUANG_ZHANG
from mechdesign.model import Seed, count_from, mechanism

__all__ = ["fractional_balance"]


class FractionalBalance(Policy):
    """Pour every arrival over its neighbours, attempt one in proportion to what it got.

    An arrival is poured in equal pieces, each on the available vertex with the largest ``w p
    g(virtual load)``, which raises that load by p times the piece.  Then one vertex is attempted, u
    with the share of the pieces that it received.

    Parameters
    ----------
    discount : str or callable
        Nonincreasing: one of :data:`DISCOUNTS` or a function.
    pieces : int
        Pieces of an arrival.

    Notes
    -----
    After Algorithm 3 of Huang and Zhang (2020, arXiv:2002.01802), which earns 0.572 of the fluid
    benchmark as probabilities vanish.  Simplified: their virtual vertices stop at thresholds that
    are slightly larger than the real ones, here both stop together.

    Examples
    --------
    >>> from mechdesign import matching
    >>> matching.fractional_balance.name
    'matching.fractional_balance'
    """

    def __init__(
        self,
        *,
        discount: str | Callable[[float], float] = "unequal_fluid",
        pieces: Annotated[int, count_from(1)] = 20,
    ) -> None:
        self.g = discount if callable(discount) else named_discount(discount)
        self.pieces = pieces

    def start(self, instance: Instance, rng: Seed) -> Any:
        return (0.0,) * instance.n

    def actions(self, view: View, state: Any) -> Iterable[Action]:
        if not view.available:
            return [(1, None, state)]
        virtual = list(state)
        worth = {u: float(view.instance.weights[u]) * float(p) for u, p in view.available}
        values = {u: worth[u] * self.g(virtual[u]) for u in worth}
        chances = dict(view.available)
        received: list[int] = []
        for _ in range(self.pieces):
            best = largest(values.items())
            assert best is not None  # something is available
            virtual[best] += float(chances[best]) / self.pieces
            values[best] = worth[best] * self.g(virtual[best])
            received.append(best)
        after = tuple(virtual)
        shares: dict[int, int] = {}
        for u in received:
            shares[u] = shares.get(u, 0) + 1
        return [(Fraction(count, self.pieces), u, after) for u, count in shares.items()]

    def recipe(self, instance: Instance) -> Recipe | None:
        return Fractional(tabulate(self.g, instance, self.name), self.pieces)


fractional_balance = mechanism("matching.fractional_balance", reference=HUANG_ZHANG)(
    FractionalBalance
)
