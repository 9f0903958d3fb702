"""Proofs that no order costs less than a median ranking: documents that need no solver to check.

An order puts not all of a over b, b over c and c over a.  So for any charges y >= 0 on such cycles

    cost of an order  >=  sum over the pairs {a, b} of min(c'(a, b), c'(b, a))  -  2 sum of y,

where c(a, b) is the weight of those who rank b above a, which an order pays that puts a over b, and
c'(a, b) adds the charges of all cycles with a over b in them.
"""

from __future__ import annotations

import itertools
import math
from fractions import Fraction
from typing import Any, TypeAlias

import numpy as np

from mechdesign.aggregation.axioms.by_definition import ballots
from mechdesign.aggregation.profiles.problems import ScoreData
from mechdesign.aggregation.profiles.ranking import Label, Ranking
from mechdesign.aggregation.reading import pairs_of, read
from mechdesign.aggregation.rules.median_rankings import kemeny
from mechdesign.aggregation.settings import rankings, scores
from mechdesign.axioms.verification.findings import Finding, found, must
from mechdesign.axioms.verification.witnesses import legitimate, must_be
from mechdesign.errors import SolverError
from mechdesign.model import Number, Problem, Setting, is_exact, serializable, tidy
from mechdesign.model.serialize import Document
from mechdesign.records import dataclass

__all__ = ["MedianProof", "prove_median"]

Costs: TypeAlias = "dict[tuple[Label, Label], Fraction]"


@serializable("aggregation.MedianProof")
@dataclass(frozen=True)
class MedianProof(Document):
    """A ranking and charges on cycles that prove that no order costs less.

    Parameters
    ----------
    problem : Problem
        The voters.
    ranking : Ranking
        An order of all alternatives.
    cost : number
        Its total Kendall distance (strict disagreements) to the voters.
    charges : tuple of tuples (a, b, c, number)
        By cycle "a over b over c over a", a nonnegative charge.
    """

    problem: Problem
    ranking: Ranking
    cost: Number
    charges: tuple[tuple[Label, Label, Label, Number], ...]

    def verify(self) -> Finding:
        """Whether the ranking has that cost and the charges prove that no order has a smaller one.

        Everything is added up again in fractions, voter by voter.
        """
        return found("aggregation.kemeny", "least cost", self._proved)

    def _proved(self) -> str:
        problem = self.problem
        must_be("problem", problem, Problem)
        must_be("ranking", self.ranking, Ranking)
        must_be("charges", self.charges, tuple)
        setting = scores() if isinstance(problem.data, ScoreData) else rankings()
        legitimate(setting, problem)
        labels = problem.data.alternatives
        order = [label for tier in self.ranking.tiers for label in tier]
        must(all(len(tier) == 1 for tier in self.ranking.tiers), "the ranking has ties")
        must(sorted(map(str, order)) == sorted(map(str, labels)), "the ranking is of others")
        must(set(order) == set(labels), "the ranking is of others")
        costs = _costs(setting, problem)
        unit = math.lcm(*(cost.denominator for cost in costs.values()))
        total = sum((costs[a, b] for a, b in itertools.combinations(order, 2)), Fraction(0))
        must(is_exact(self.cost) and self.cost == total, f"the cost is {total}, not {self.cost}")
        bound = _bound(costs, labels, self.charges)
        # Every order costs a whole number of units.
        least = Fraction(math.ceil(bound * unit), unit)
        must(total <= least, f"the charges prove a cost of {least} only, and the order has {total}")
        return f"no order costs less than {total}: the charges of {len(self.charges)} cycles add up"


def _costs(setting: Setting, problem: Problem) -> Costs:
    """What an order pays for putting one alternative over another."""
    labels = problem.data.alternatives
    costs = dict.fromkeys(itertools.permutations(labels, 2), Fraction(0))
    for weight, own in ballots(setting, problem):
        must(is_exact(weight), "a weight is a float")
        seen = own.completed(labels) if problem.data.unranked == "last" else own
        for a, b in costs:
            if a in seen and b in seen and seen.prefers(b, a):
                costs[a, b] += Fraction(weight)
    return costs


def _bound(costs: Costs, labels: Any, charges: Any) -> Fraction:
    """What every order costs at least, by charges on cycles."""
    charged, paid = dict(costs), Fraction(0)
    for charge in charges:
        must(isinstance(charge, tuple) and len(charge) == 4, "a charge is no cycle with a number")
        a, b, c, y = charge
        must({a, b, c} <= set(labels) and len({a, b, c}) == 3, "a cycle is not of three of them")
        must(is_exact(y) and y is not True and y >= 0, "a charge is no exact nonnegative number")
        for pair in ((a, b), (b, c), (c, a)):
            charged[pair] += Fraction(y)
        paid += 2 * Fraction(y)
    pairs = itertools.combinations(labels, 2)
    return sum((min(charged[a, b], charged[b, a]) for a, b in pairs), Fraction(0)) - paid


def prove_median(
    data: object, *, time_limit: float | None = None, **options: object
) -> MedianProof:
    """A proof, for `mechdesign verify`, that a ranking is a median of the voters.

    Parameters
    ----------
    data : rankings or scores
        See :func:`read`.
    time_limit : float, optional
        Seconds.

    Returns
    -------
    MedianProof
        Kemeny's ranking and charges on cycles: the rounded duals of a linear program.

    Raises
    ------
    SolverError
        If time ends, or if the linear program does not prove the optimum without branching: such
        an optimum is proved by a tree, for which there is no document.

    Examples
    --------
    >>> proof = prove_median(["A > B > C", "B > C > A", "C > A > B"])
    >>> proof.cost, len(proof.charges), proof.verify().answer
    (4, 1, 'confirmed')
    """
    from mechdesign.solvers.linear_ordering import cycle_charges

    problem = read(data, **options)
    best = kemeny(problem, max_optima=1, time_limit=time_limit)
    if best.provenance.gap or best.cost is None:
        raise SolverError("time ended before there was an optimum to prove")
    pairs = pairs_of(problem)
    cost = np.ascontiguousarray(pairs.support.T)
    place = {label: k for k, label in enumerate(pairs.alternatives)}
    order = [place[label] for tier in best.choice.tiers for label in tier]
    charges = cycle_charges(cost, order, time_limit=time_limit)
    if charges is None:
        raise SolverError(
            "the linear program does not prove the optimum without a tree, which has no document"
        )
    names = pairs.alternatives
    return MedianProof(
        problem,
        best.choice,
        best.cost,
        tuple(
            (names[i], names[j], names[h], tidy(y / pairs.denominator))
            for (i, j, h), y in charges.items()
        ),
    )
