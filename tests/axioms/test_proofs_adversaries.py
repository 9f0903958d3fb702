"""Rules that choose otherwise where they are not run on symbols: never a false HOLDS."""

import builtins
import collections
import contextlib
import copy
import dataclasses
import decimal
import enum
import functools
import inspect
import operator
import os
import random
import re
import statistics
import sys
import threading
import time
import types
import typing
import warnings
from fractions import Fraction

import numpy as np
import pytest

from mechdesign import axioms, facility, model
from mechdesign.model import Lottery, Outcome

LINE = facility.line(0, 1)
LOW, HIGH = Fraction(12345678, 10**8), Fraction(12345679, 10**8)


def median(x):
    return sorted(x)[1]


def prove(rule, agents=3):
    return axioms.check("strategyproofness", rule, setting=LINE, agents=agents, method="proof")


def guilty(told):
    """The median, but wrong in a sliver where it is told that its reports are plain numbers."""

    def rule(x):
        # Asked first, so that a symbolic number that is told apart never comes to the sliver.
        return x[0] / 2 if told(x[0]) and LOW < x[0] < HIGH else median(x)

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


NAN = float("nan")


def compares_with_nan(value):
    try:
        return (value < NAN) is False
    except TypeError:
        return False


def adds_a_complex_number(value):
    try:
        return value + 0j == value + 0j
    except TypeError:
        return False


def reads_the_text_of_an_error(value):
    try:
        return value + "a"
    except TypeError as error:
        return "Fraction" in str(error)


def reads_the_text_of_a_refusal(value):
    try:
        return model.as_number(value, "value", low=5)
    except ValueError as error:
        return "symbolic" not in str(error)


def formats_an_attribute(value):
    try:
        return not "{.terms}".format(value)  # noqa: UP032
    except AttributeError:
        return True


def matches_an_attribute(value):
    match value:
        case object(terms=_):
            return False
    return True


def has_no_private_part(value):
    try:
        return not value._plus
    except AttributeError:
        return True


def goes_through_float(value):
    try:
        return bool(float.hex(value * 1.0))
    except TypeError:
        return False


def hides_in_suppress(value):
    with contextlib.suppress(TypeError):
        return (value < NAN) is False
    return False


def is_plain(value):
    return type(value) is Fraction


@functools.singledispatch
def by_dispatch(value):
    return True


@by_dispatch.register(Fraction)
def _(value):
    return is_plain(value)


class Static:
    @staticmethod
    def told(value):
        return type(value) is Fraction


class Base:
    def told(self, value):
        return type(value) is Fraction

    @property
    def function(self):
        return is_plain


class Derived(Base):
    pass


class Slotted:
    __slots__ = ("function",)


DERIVED, SLOTTED = Derived(), Slotted()
SLOTTED.function = is_plain
BOUND = functools.partial(lambda f, value: f(value), is_plain)
QUEUE = collections.deque([is_plain])
ARRAY = np.array([is_plain], dtype=object)
VIEW = types.MappingProxyType({"told": is_plain})
BORN = model.Symbolic

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
    compares_with_nan,
    adds_a_complex_number,
    reads_the_text_of_an_error,
    reads_the_text_of_a_refusal,
    formats_an_attribute,
    matches_an_attribute,
    has_no_private_part,
    goes_through_float,
    hides_in_suppress,
    by_dispatch,
    lambda v: v * 1.0 != v,
    lambda v: not isinstance(v, typing.SupportsIndex),
    lambda v: not isinstance(v, BORN),
    lambda v: Static.told(v),
    lambda v: DERIVED.told(v),
    lambda v: DERIVED.function(v),
    lambda v: SLOTTED.function(v),
    lambda v: BOUND(v),
    lambda v: QUEUE[0](v),
    lambda v: ARRAY[0](v),
    lambda v: VIEW["told"](v),
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
    assert not prove(guilty(told)).holds


def test_rules_that_hide_in_classes_and_wrappers():
    class Hidden:
        def __call__(self, x):
            return guilty(lambda v: not hasattr(v, "terms"))(x)

    @functools.wraps(median)
    def wrapped(x):
        return guilty(has_no_tracer)(x)

    wrapped.__module__ = "numpy"
    for rule in (Hidden(), wrapped, functools.partial(guilty(has_no_tracer))):
        assert not prove(rule).holds


def text_of(call):
    try:
        call()
    except (TypeError, AttributeError) as error:
        return str(error)
    return ""


@pytest.mark.parametrize(
    "error",
    [
        lambda v: v + "a",
        lambda v: v < "a",
        lambda v: iter(v),
        lambda v: v[0],
        lambda v: v.no_such_thing,
        lambda v: v(),
    ],
)
def test_texts_of_errors_that_enter_a_rule_as_numbers(error):
    """The same instructions on symbols and on numbers, and yet a tent over a sliver."""

    def rule(x):
        told = text_of(lambda: error(x[0])).count("Fraction")
        middle, width = Fraction(1, 3), Fraction(1, 10**6)
        return max(0, median(x) - max(0, told * width - abs(x[0] - middle)) / 2)

    third = Fraction(1, 3)
    assert rule([third, third, third]) < third
    assert not prove(rule).holds


@pytest.mark.parametrize("number", [0.3 + 0j, np.complex128(0.3)])
def test_a_single_point_that_is_named_as_a_complex_number(number):
    def rule(x):
        return x[0] / 2 if x[0] == number else median(x)

    assert rule([Fraction(0.3), 0, 1]) == Fraction(0.3) / 2
    assert not prove(rule).holds


def test_rules_that_know_whole_numbers_by_their_kind():
    """Somewhere in a long segment, where no sample of ends comes."""
    long = facility.line(0, 1000)

    def by_dtype(x):
        if np.array(x).dtype == int and x[0] == 437:
            return x[0] / 2
        return median(x)

    verdict = axioms.check("strategyproofness", by_dtype, setting=long, agents=3, method="proof")
    assert not verdict.holds


def test_floats_that_are_equal_up_to_rounding_decide_nothing():
    low, high = Fraction(1, 1024), Fraction(3, 1024)  # the points of its cells are floats

    def rule(x):
        return x[0] / 2 if low < x[0] < high and x[0] * 1.0 != x[0] else median(x)

    assert "rounding" in prove(rule).evidence.text
    # A comparison of floats with something else is not exact, even where the outcome is.
    verdict = prove(lambda x: sorted(x)[1] if x[0] * 0.25 < 5 else x[0])
    assert verdict.holds
    assert not verdict.exact


def test_lotteries_with_equal_outcomes_are_as_short_as_with_numbers():
    def rule(x):
        coin = Lottery([(Fraction(1, 2), Outcome(x[0])), (Fraction(1, 2), Outcome(x[1]))])
        return Fraction(len(coin), 4)

    def same(x):
        half = Fraction(1, 2)
        one = Lottery([(half, Outcome(x[0])), (half, Outcome(x[1]))])
        return half if one == Lottery([(half, Outcome(x[1])), (half, Outcome(x[0]))]) else 0

    assert prove(rule, 2).violated
    assert prove(same, 2).holds


# ------------------------------------------------------------------------- states


class Box:
    """Cannot be pickled, for its lock."""

    def __init__(self):
        self.lock = threading.Lock()
        self.calls = 0

    def method(self, x):
        self.calls += 1
        return x[0] if self.calls > 9000 else median(x)


class Shelf:
    box = Box()


class Hiding(Box):
    def __reduce__(self):
        return Hiding, ()


def counts():
    k = 0
    while True:
        k += 1
        yield k


GENERATOR, BOX, HIDING, LOCAL = counts(), Box(), Hiding(), threading.local()
LOCAL.calls = 0
APPEND = [].append


@functools.cache
def kept_by_a_cache():
    return []


def by_generator(x):
    return x[0] if next(GENERATOR) > 9000 else median(x)


def by_box(x):
    BOX.calls += 1
    return x[0] if BOX.calls > 9000 else median(x)


def by_shelf(x):
    Shelf.box.calls += 1
    return x[0] if Shelf.box.calls > 9000 else median(x)


def by_hiding(x):
    HIDING.calls += 1
    return x[0] if HIDING.calls > 9000 else median(x)


def by_cache(x):
    kept_by_a_cache().append(1)
    return x[0] if len(kept_by_a_cache()) > 9000 else median(x)


def by_environment(x):
    os.environ["CALLS_OF_A_RULE"] = "1" + os.environ.get("CALLS_OF_A_RULE", "")[:9000]
    return x[0] if len(os.environ["CALLS_OF_A_RULE"]) > 9000 else median(x)


def by_thread(x):
    LOCAL.calls += 1
    return x[0] if LOCAL.calls > 9000 else median(x)


def by_precision(x):
    decimal.getcontext().prec += 1
    return x[0] if decimal.getcontext().prec > 9000 else median(x)


def by_warning(x):
    with warnings.catch_warnings(record=True):
        warnings.warn("once", stacklevel=1)
    return median(x)


def by_file(x):
    with open(os.devnull, "a") as file:  # noqa: PTH123 - as rules do
        file.write("x")
    return median(x)


def by_append(x):
    APPEND(1)
    return median(x)


STATES = [by_generator, by_box, by_shelf, by_hiding, by_cache, by_environment, by_thread]
STATES += [by_precision, by_warning, by_file, by_append, Box().method]


@pytest.mark.parametrize("rule", STATES, ids=lambda f: f.__name__)
def test_no_rule_that_keeps_something_is_proved(rule, monkeypatch):
    monkeypatch.setenv("CALLS_OF_A_RULE", "")
    with decimal.localcontext():
        assert prove(rule).status is axioms.UNKNOWN


# ------------------------------------------------------------------------- honest rules


@dataclasses.dataclass(frozen=True)
class Phantoms:
    places: tuple = (Fraction(1, 3), Fraction(2, 3))

    def __call__(self, x):
        return sorted([*x, *self.places])[2]


class Place(enum.Enum):
    LOW, MIDDLE = 0, 1


class Report(typing.NamedTuple):
    value: typing.Any
    agent: int


PLACE, NUMBERS = Place.MIDDLE, re.compile("[0-9]+")


class Method:
    def __init__(self, place):
        self.place = place

    def rule(self, x):
        return sorted(x)[self.place]


def by_enum(x):
    return sorted(x)[PLACE.value]


def by_records(x):
    return sorted(Report(v, i) for i, v in enumerate(x))[1].value


def by_pattern(x):
    return sorted(x)[len(NUMBERS.findall("7"))]


def in_place(x):
    x.sort()
    return x[1]


def checked(x):
    if len(x) < 2:
        raise ValueError("too few")
    try:
        return sorted(x)[{"place": 1}["place"]]
    except KeyError:
        return x[0]


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
        lambda x: np.maximum(np.array(x, dtype=object), Fraction(1, 2)).min(),
        lambda x: min((v for v in x if v > 2), default=sorted(x)[1]),
        lambda x: statistics.median(x),
        lambda x: sorted(copy.deepcopy(x))[1],
        lambda x: sorted(x, key=functools.cmp_to_key(lambda a, b: (a > b) - (a < b)))[1],
        Phantoms(),
        Method(1).rule,
        by_enum,
        by_records,
        by_pattern,
        in_place,
        checked,
    ],
)
def test_honest_rules_are_proved(rule):
    assert prove(rule).holds
