"""What the family has beside its mechanisms; imported when it is used."""

import itertools
from fractions import Fraction

from mechdesign import get
from mechdesign.axes import axes_for
from mechdesign.experiments import Claim

__all__ = ["competence"]


def jury_is_right(rng, *, rule="jury.majority", jurors=3, p=0.6):
    """Whether a jury whose members are right with probability p convicts somebody guilty."""
    return int(get(rule)([int(right) for right in rng.random(jurors) < p]).choice == 1)


def chance(jurors, p):
    """The probability that the majority of independent jurors is right."""
    votes = itertools.product((0, 1), repeat=jurors)
    right = (sum(vote) for vote in votes if get("jury.majority")(vote).choice == 1)
    return sum(p**k * (1 - p) ** (jurors - k) for k in right)


CLAIMS = (
    Claim(
        "jury.three_jurors",
        "chance that two of three jurors are right, each with probability 3/5",
        "0.648",
        lambda: chance(3, Fraction(3, 5)),
        "Condorcet 1785",
        "derived",
    ),
)


def competence(sizes=(1, 3, 5, 7), p=0.6, ax=None):
    """The chance of a right verdict against the size of the jury."""
    axes = axes_for(ax)
    axes.plot(sizes, [chance(size, p) for size in sizes], marker="o")
    axes.set_xlabel("jurors")
    return axes


def solve(parser):
    """Give the verdict of a jury."""
    parser.add_argument("votes", type=int, nargs="+")
    parser.add_argument("--mechanism", default="jury.majority")
    return lambda args: get(args.mechanism)(args.votes)
