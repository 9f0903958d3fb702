"""Equilibria of a preference game: maximal lotteries, exactly, and the regularised equilibrium."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, Literal

import numpy as np

from mechdesign.arrays import FloatArray
from mechdesign.errors import InvalidInputError, SolverError
from mechdesign.io import Table
from mechdesign.model import FrozenMap, Number
from mechdesign.preference_games.measures import gap
from mechdesign.preference_games.reading_games import PreferenceGame, by_label, game
from mechdesign.records import dataclass

__all__ = ["Equilibrium", "maximal_lottery", "regularised", "sensitivity"]

Selection = Literal["leximin", "vertex", "reference"]


@dataclass(frozen=True, eq=False, repr=False)
class Equilibrium:
    """An equilibrium of a preference game, with what proves it.

    Parameters
    ----------
    game : PreferenceGame
        With the strength of the regularisation.
    probabilities : mapping of label to number
        Fractions where the game has them and beta is 0.
    gap : number
        What both players could gain by departing: 0 where it is exact.
    unique : bool
        Whether it is the only equilibrium; proved.
    selection : str
        How it was selected where it is not.
    algorithm : str
        What computed it.
    residual : float
        For beta > 0 the largest difference to ``reference exp(P p / beta)``.
    log_policy : array, optional
        For beta > 0 the logarithms of the probabilities.
    """

    game: PreferenceGame
    probabilities: FrozenMap[Any, Number]
    gap: Number
    unique: bool
    selection: str
    algorithm: str
    residual: float = 0.0
    log_policy: FloatArray | None = None

    @property
    def support(self) -> tuple[Hashable, ...]:
        """The alternatives that have a positive probability."""
        return tuple(label for label, p in self.probabilities.items() if p > 0)

    def table(self) -> Table:
        """One row an alternative, the likeliest first: probability and chance against it."""
        p = list(self.probabilities.values())
        against = self.game.against(p)
        order = sorted(range(len(p)), key=lambda k: -p[k])
        rows = [[self.game.alternatives[k], p[k], against[k]] for k in order]
        g = self.game
        title = f"regularised equilibrium, beta = {g.beta:g}" if g.beta else "maximal lottery"
        told = "the only one" if self.unique else f"one of several, selected by {self.selection}"
        notes = [f"{told}; gap {float(self.gap):.2g}; {self.algorithm}", *g.decisions]
        if g.beta:
            notes.insert(1, "beta is a cost in rates of winning, and not in margins or logits")
        return Table(["alternative", "probability", "chance against it"], rows, title, notes)

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain data."""
        return {
            "beta": self.game.beta,
            "alternatives": list(self.game.alternatives),
            "probabilities": list(self.probabilities.values()),
            "gap": self.gap,
            "unique": self.unique,
            "selection": self.selection,
            "residual": self.residual,
            "algorithm": self.algorithm,
            "decisions": list(self.game.decisions),
        }

    def __repr__(self) -> str:
        return str(self.table())


def maximal_lottery(
    data: object, *, selection: Selection = "leximin", **options: Any
) -> Equilibrium:
    """A lottery that is preferred to every alternative with a chance of at least 1/2.

    Parameters
    ----------
    data, **options
        As in :func:`game`.  Floats are rounded to 13 decimals: what is proved holds for these.
    selection : {"leximin", "vertex", "reference"}
        Where there are several: the one with the most equal probabilities, an extreme point, or the
        nearest to the reference in ``KL(. || reference)``, which regularised equilibria approach as
        beta falls to 0 (with a uniform reference the one of largest entropy, Nash averaging).

    Returns
    -------
    Equilibrium
        In fractions for exact rates.  With several and ``selection="reference"`` in floats.

    Examples
    --------
    >>> from fractions import Fraction as F
    >>> rates = [["1/2", "4/5", "2/5"], ["1/5", "1/2", "7/10"], ["3/5", "3/10", "1/2"]]
    >>> found = maximal_lottery([[F(x) for x in row] for row in rates], alternatives="abc")
    >>> found.unique, list(found.probabilities.values())
    (True, [Fraction(1, 3), Fraction(1, 6), Fraction(1, 2)])
    """
    from mechdesign.solvers.linear.symmetric_games import optimal_strategy

    if selection not in ("leximin", "vertex", "reference"):
        raise InvalidInputError("selection", "be leximin, vertex or reference", selection)
    g = game(data, **options).with_beta(0)
    margins = g.integer_margins
    if int(np.abs(margins).max(initial=0)) < 1 << 31:
        margins = margins.astype(np.int64)
    chosen = "vertex" if selection == "reference" else selection
    found, unique = optimal_strategy(margins, chosen)
    algorithm = "exact, proved by strict complementarity or the simplex method"
    p: list[Number] = list(found) if g.exact else [float(x) for x in found]
    if selection == "reference" and not unique:
        p = _nearest(g, margins)
        algorithm = "exact support, then projection of the reference in relative entropy"
    return Equilibrium(
        g,
        by_label(g, p),
        gap(g, p),
        unique,
        "unique" if unique else selection,
        algorithm,
    )


def _nearest(g: PreferenceGame, margins: Any) -> list[Number]:
    """The projection of the reference on the face of the optimal strategies."""
    from mechdesign.solvers.concave.entropy_projection import nearest_in_entropy
    from mechdesign.solvers.linear.symmetric_games import optimal_support

    inside = optimal_support(margins)
    outside = [j for j in range(g.n) if j not in inside]
    scaled = (margins / max(1, int(np.abs(margins).max()))).astype(float)
    # Whoever is in some optimal strategy draws against all of them; nobody does better than that.
    gains = scaled[np.ix_(inside, inside)].T
    found = nearest_in_entropy(g.reference[inside], gains, scaled[np.ix_(inside, outside)].T)
    p = np.zeros(g.n)
    p[inside] = found
    return [float(x) for x in p]


def regularised(data: object, *, beta: Number | None = None, **options: Any) -> Equilibrium:
    """The equilibrium ``p = reference exp(P p / beta) / Z``, of which there is exactly one.

    Parameters
    ----------
    data, **options
        As in :func:`game`.
    beta : number, optional
        The strength, positive; that of the game by default.

    Returns
    -------
    Equilibrium
        With its gap and its residual.

    Raises
    ------
    SolverError
        If the residual stays above 1e-10.

    Notes
    -----
    Steps of mirror prox, then damped Newton steps; O(n^2) and O(n^3) each.  The loss against an
    unregularised opponent is at most ``2 beta log(1 / min reference)``.

    Examples
    --------
    >>> found = regularised([[0.5, 0.8, 0.4], [0.2, 0.5, 0.7], [0.6, 0.3, 0.5]], beta=1)
    >>> [round(p, 6) for p in found.probabilities.values()]
    [0.355612, 0.320041, 0.324347]
    """
    from mechdesign.preference_games.fixed_points import solve_fixed_point

    g = game(data, **options).with_beta(beta)
    if not g.beta:
        raise InvalidInputError("beta", "be positive: maximal_lottery solves beta = 0", g.beta)
    log_p, residual, steps = solve_fixed_point(g.rates[None], g.log_reference, g.beta)
    if float(residual[0]) > 1e-10:
        raise SolverError(f"the equilibrium was found to {float(residual[0]):.1e} only")
    p = np.exp(log_p[0])
    listed: list[Number] = p.tolist()
    return Equilibrium(
        g,
        by_label(g, listed),
        gap(g, listed),
        True,
        "unique",
        f"mirror prox and {steps} Newton steps",
        float(residual[0]),
        log_p[0],
    )


def sensitivity(
    data: object, up: Hashable, down: Hashable, *, beta: Number | None = None, **options: Any
) -> dict[Hashable, float]:
    """How fast the regularised lottery moves when one alternative gains against another.

    Parameters
    ----------
    data, beta, **options
        As in :func:`regularised`.
    up, down : labels
        The rate of the first over the second rises, and that of the second over the first falls.

    Returns
    -------
    dict of label to float
        The derivative of each probability; they sum to 0.  That of `up` may be negative for a small
        beta, while it never falls relative to `down`.

    Notes
    -----
    The implicit function theorem at the fixed point: ``(I - S P / beta) dp = S (e_up p_down -
    e_down p_up) / beta`` with ``S = diag(p) - p p'``.  O(n^3).

    Examples
    --------
    >>> C = [[0.5, 0.8, 0.4], [0.2, 0.5, 0.7], [0.6, 0.3, 0.5]]
    >>> [round(x, 7) for x in sensitivity(C, 0, 1, beta=0.1).values()]
    [0.0154735, -0.5761777, 0.5607042]
    """
    found = regularised(data, beta=beta, **options)
    g = found.game
    i, j = g.place(up), g.place(down)
    if i == j:
        raise InvalidInputError("down", "be another alternative", down)
    p = np.array([float(x) for x in found.probabilities.values()])
    spread = np.diag(p) - np.outer(p, p)
    push = np.zeros(g.n)
    push[i], push[j] = p[j], -p[i]
    moved = np.linalg.solve(np.eye(g.n) - spread @ g.rates / g.beta, spread @ push / g.beta)
    return dict(zip(g.alternatives, moved.tolist(), strict=True))
