"""Rules that choose otherwise where they are not run on symbols: never a false HOLDS."""

import builtins
import functools
import inspect
import operator
import os
import random
import sys
import time
from fractions import Fraction

import numpy as np
import pytest

from mechdesign import axioms, facility

LINE = facility.line(0, 1)
LOW, HIGH = Fraction(12345678, 10**8), Fraction(12345679, 10**8)


def median(x):
    return sorted(x)[1]


def guilty(told):
    """The median, but wrong in a sliver where it is told that its reports are plain numbers."""

    def rule(x):
        return x[0] / 2 if LOW < x[0] < HIGH and told(x[0]) else median(x)

    return rule


def walks_the_stack(value):
    frame = sys._getframe()
    while frame:
        if "continuum" in frame.f_code.co_filename:
            return False
        frame = frame.f_back
    return True


def matches(value):
    match value:
        case Fraction():
            return True
    return False


def has_no_tracer(value):
    try:
        return not value.tracer
    except AttributeError:
        return True


def has_a_real_part(value):
    try:
        return value.real == value
    except AttributeError:
        return False


def can_be_pickled(value):
    import pickle

    return bool(pickle.dumps(value))


def by_eval(value):
    return eval("type(value)") is Fraction


told_by = operator.is_
TELLS = [
    lambda v: not hasattr(v, "terms"),
    has_no_tracer,
    lambda v: hasattr(v, "imag"),
    has_a_real_part,
    matches,
    lambda v: isinstance(v, Fraction),
    lambda v: builtins.type(v) == Fraction,  # noqa: E721
    by_eval,
    lambda v: "terms" not in dir(v),
    lambda v: "Form" not in object.__repr__(v),
    lambda v: object.__sizeof__(v) == object.__sizeof__(Fraction(1, 2)),
    lambda v: sys.getsizeof(v) == sys.getsizeof(Fraction(1, 2)),
    lambda v: v.__slots__ == Fraction.__slots__,
    lambda v: Fraction.__eq__(v, v) is True,
    lambda v: operator.attrgetter("__class__")(v) == Fraction,
    lambda v: told_by(v, v + 0),
    lambda v: inspect.isclass(v.__class__),
    can_be_pickled,
    walks_the_stack,
]
DRAWS = [
    lambda v: os.urandom(4) == bytes(4),
    lambda v: time.time() > 9e9,
    lambda v: np.random.default_rng().random() < 1e-9,
    lambda v: random.SystemRandom().random() < 1e-9,
    lambda v: random.Random().random() < 1e-9,
    lambda v: random.random() < 1e-9,
]


@pytest.mark.parametrize("told", [*TELLS, *DRAWS])
@pytest.mark.filterwarnings("ignore")
def test_no_rule_is_proved_that_may_choose_otherwise(told):
    verdict = axioms.check(
        "strategyproofness", guilty(told), setting=LINE, agents=3, method="proof"
    )
    assert not verdict.holds


def test_rules_that_hide_in_classes_and_wrappers():
    class Hidden:
        def __call__(self, x):
            return guilty(lambda v: not hasattr(v, "terms"))(x)

    @functools.wraps(median)
    def wrapped(x):
        return guilty(has_no_tracer)(x)

    wrapped.__module__ = "numpy"
    for rule in (Hidden(), wrapped, functools.partial(guilty(has_no_tracer))):
        verdict = axioms.check("strategyproofness", rule, setting=LINE, agents=3, method="proof")
        assert not verdict.holds


def ordered(x):
    yield from sorted(x)


def inner(x):
    return x[0] if len(x) == 1 else inner(sorted(x)[1:-1])


@pytest.mark.parametrize(
    "rule",
    [
        lambda x: list(ordered(x))[1],
        inner,
        lambda x: sorted({k: v for k, v in enumerate(x)}.values())[1],  # noqa: C416
        lambda x: sorted(x)[::-1][1],
        lambda x: np.sort(np.array(x, dtype=object))[1],
        lambda x: sum(x) - max(x) - min(x),
    ],
)
def test_honest_rules_are_proved(rule):
    assert axioms.check("strategyproofness", rule, setting=LINE, agents=3, method="proof").holds
