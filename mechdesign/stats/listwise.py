"""Losses and gains of a list of scored answers against their labels."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal, get_args

from mechdesign.errors import InvalidInputError
from mechdesign.model import Number, as_number, as_numbers

__all__ = [
    "cross_entropy",
    "discounted_gain",
    "lambda_loss",
    "list_likelihood_loss",
    "normalised_gain",
    "pair_loss",
]

Loss = Literal["logistic", "hinge", "squared"]
#: Of a label that a gain doubles with.
_MOST = 1000


def pair_loss(margin: float, loss: Loss = "logistic") -> float:
    """What a pair costs whose better answer scores higher by a margin.

    Parameters
    ----------
    margin : float
        The score of the better less that of the worse.
    loss : {"logistic", "hinge", "squared"}
        ``log(1 + exp(-m))``, ``max(0, 1 - m)`` or ``(m - 1/2)^2``.

    Examples
    --------
    >>> round(pair_loss(0.3), 9), round(pair_loss(0.3, "hinge"), 9)
    (0.554355244, 0.7)
    """
    margin = float(as_number(margin, "margin"))
    if loss == "logistic":
        return max(-margin, 0.0) + math.log1p(math.exp(-abs(margin)))
    if loss == "hinge":
        return max(0.0, 1 - margin)
    if loss == "squared":
        return (margin - 0.5) ** 2
    raise InvalidInputError("loss", f"be one of {get_args(Loss)}", loss)


def lambda_loss(
    labels: Sequence[Number], scores: Sequence[Number], loss: Loss = "logistic"
) -> float:
    """Losses of pairs, weighted by what exchanging the two would change of the discounted gain.

    The weight is ``|2^l - 2^l'| |1/ln(1 + r) - 1/ln(1 + r')|``, l the labels and r the ranks by
    score.

    Parameters
    ----------
    labels, scores : sequences of n numbers
        How good answers are, and what they score.
    loss : {"logistic", "hinge", "squared"}
        As in :func:`pair_loss`.

    Notes
    -----
    A surrogate whose gradient is of use.  Its value is not monotone in the quality of a ranking: a
    perfect order may cost more than one with an inversion, so systems are not ranked by it.

    References
    ----------
    Liu, T. and others (2024). LiPO: Listwise Preference Optimization through Learning-to-Rank.
    https://arxiv.org/abs/2402.01878

    Examples
    --------
    >>> round(lambda_loss([1, 0], [0.2, -0.1]), 9)
    0.295169673
    >>> lambda_loss([2, 1, 0], [0.1, 0.4, -0.3]) < lambda_loss([2, 1, 0], [0.4, 0.1, -0.3])
    True
    """
    if loss not in get_args(Loss):
        raise InvalidInputError("loss", f"be one of {get_args(Loss)}", loss)
    told, given = _lists(labels, scores, _MOST)
    ranks = _ranks(given)
    total = 0.0
    for i, high in enumerate(told):
        for j, low in enumerate(told):
            if high > low:
                gain: float = 2.0**high - 2.0**low
                moved = abs(1 / math.log(1 + ranks[i]) - 1 / math.log(1 + ranks[j]))
                total += gain * moved * pair_loss(given[i] - given[j], loss)
    return total


def list_likelihood_loss(labels: Sequence[Number], scores: Sequence[Number]) -> float:
    """Minus the logarithm of the chance that Plackett and Luce's model draws the order of labels.

    Parameters
    ----------
    labels, scores : sequences of n numbers
        As in :func:`lambda_loss`; labels are distinct.

    Examples
    --------
    >>> round(list_likelihood_loss([2, 1, 0], [0.1, 0.4, -0.3]), 9)
    1.508502102
    """
    told, given = _lists(labels, scores)
    if len(set(told)) < len(told):
        raise InvalidInputError("labels", "be distinct: they say one order", labels)
    ordered = [s for _, s in sorted(zip(told, given, strict=True), reverse=True)]
    return sum(_log_sum(ordered[k:]) - s for k, s in enumerate(ordered))


def cross_entropy(weights: Sequence[Number], scores: Sequence[Number]) -> float:
    """The cross entropy of given weights and the softmax of the scores.

    Parameters
    ----------
    weights, scores : sequences of n numbers
        Weights are at least 0 and are divided by their sum.

    Examples
    --------
    >>> round(cross_entropy([2, 1, 0], [0.1, 0.4, -0.3]), 9)
    1.005316053
    """
    told, given = _lists(weights, scores)
    total = sum(told)
    if min(told) < 0 or total <= 0:
        raise InvalidInputError("weights", "be at least 0, not all 0", weights)
    base = _log_sum(given)
    return sum(w / total * (base - s) for w, s in zip(told, given, strict=True))


def discounted_gain(labels: Sequence[Number], scores: Sequence[Number]) -> float:
    """The sum of ``(2^l - 1) / log2(1 + r)``, l the labels and r the ranks by score.

    Parameters
    ----------
    labels, scores : sequences of n numbers
        As in :func:`lambda_loss`; of equal scores the first ranks first.

    Examples
    --------
    >>> discounted_gain([1, 0], [0.2, -0.1])
    1.0
    """
    told, given = _lists(labels, scores, _MOST)
    ranks = _ranks(given)
    total = 0.0
    for x, r in zip(told, ranks, strict=True):
        total += (2.0**x - 1) / math.log2(1 + r)
    return total


def normalised_gain(labels: Sequence[Number], scores: Sequence[Number]) -> float:
    """The discounted gain over that of the best order: 1 for a perfect one.

    Parameters
    ----------
    labels, scores : sequences of n numbers
        As in :func:`discounted_gain`; some label is positive, none negative.

    Examples
    --------
    >>> normalised_gain([2, 1, 0], [0.4, 0.1, -0.3])
    1.0
    """
    told, _ = _lists(labels, scores, _MOST)
    if min(told) < 0 or max(told) <= 0:
        raise InvalidInputError("labels", "be at least 0, not all 0", labels)
    return discounted_gain(labels, scores) / discounted_gain(labels, labels)


def _lists(
    labels: Sequence[Number], scores: Sequence[Number], most: float | None = None
) -> tuple[list[float], list[float]]:
    told = [float(x) for x in as_numbers(labels, "labels", high=most)]
    given = [float(x) for x in as_numbers(scores, "scores")]
    if not told or len(told) != len(given):
        raise InvalidInputError("scores", f"be {len(told) or 'some'} numbers, as labels", scores)
    return told, given


def _ranks(scores: Sequence[float]) -> list[int]:
    order = sorted(range(len(scores)), key=lambda k: -scores[k])
    ranks = [0] * len(scores)
    for place, k in enumerate(order, start=1):
        ranks[k] = place
    return ranks


def _log_sum(values: Sequence[float]) -> float:
    top = max(values)
    return top + math.log(sum(math.exp(x - top) for x in values))
