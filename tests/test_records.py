"""Dataclasses of the package are what the standard decorator makes, in all that can be seen."""

import contextlib
import dataclasses
import enum
import importlib
import inspect
import pickle
import re
from dataclasses import field

import pytest

from mechdesign import aggregation, facility, model
from mechdesign.errors import InvalidInputError, MechDesignError
from mechdesign.records import dataclass


def body(decorate):
    @decorate(frozen=True)
    class Point:
        """A point."""

        x: float
        y: tuple = ()
        seen: int = field(default=0, compare=False)
        hidden: int = field(default=1, repr=False)

    @decorate(frozen=True)
    class Empty:
        """Nothing."""

    @decorate(frozen=True)
    class One:
        """One field."""

        x: object

    @decorate(frozen=True, eq=False)
    class Same:
        """Equal to itself only."""

        x: int = 0

    @decorate(frozen=True)
    class Own:
        """With methods of its own."""

        x: int = 0

        def __repr__(self):
            return "own"

        def __eq__(self, other):
            return True

    @decorate(frozen=True)
    class Hashed(Point):
        """With a hash of its own."""

        z: int = 0

        def __hash__(self):
            return 7

    return Point, Empty, One, Same, Own, Hashed


OURS, THEIRS = body(dataclass), body(dataclasses.dataclass)
NAN = float("nan")


def objects(classes):
    point, empty, one, same, own, hashed = classes
    shared = same(1)
    return [
        *(point(1), point(1, (2,)), point(1, seen=5), point(1.0), point(2, hidden=3), point(NAN)),
        *(empty(), one(1), one((1,)), one(NAN), own(), own(2), hashed(1), hashed(1, z=2), shared),
    ]


def test_equality_hash_and_repr():
    ours, theirs = objects(OURS), objects(THEIRS)
    assert [repr(x).replace("body.<locals>.", "") for x in ours] == [
        repr(x).replace("body.<locals>.", "") for x in theirs
    ]
    assert [[a == b for b in ours] for a in ours] == [[a == b for b in theirs] for a in theirs]
    equal = [[hash(a) == hash(b) for b in ours[:-1]] for a in ours[:-1]]
    assert equal == [[hash(a) == hash(b) for b in theirs[:-1]] for a in theirs[:-1]]
    assert ours[0] != theirs[0]
    assert ours[-1] == ours[-1] != OURS[3](1)


def test_it_is_a_frozen_dataclass():
    point = OURS[0](1)
    with pytest.raises(dataclasses.FrozenInstanceError):
        point.x = 2
    with pytest.raises(dataclasses.FrozenInstanceError):
        del point.x
    assert dataclasses.replace(point, x=3) == OURS[0](3)
    assert [f.name for f in dataclasses.fields(point)] == ["x", "y", "seen", "hidden"]
    with pytest.raises(TypeError):
        OURS[0]()

    @dataclasses.dataclass(frozen=True)
    class Longer(facility.Line):
        more: int = 1

    assert Longer(0, 2).more == 1
    assert Longer(0, 2) == Longer(0, 2) != Longer(0, 2, more=2)


def test_one_that_holds_itself_is_shown():
    box: list = []
    box.append(OURS[2](box))
    assert "..." in repr(box)


def test_it_pickles():
    line = facility.line(0, 2)
    assert pickle.loads(pickle.dumps(line)) == line
    assert hash(pickle.loads(pickle.dumps(line))) == hash(line)


def test_constructors_are_those_of_the_standard_decorator():
    for ours, theirs in zip(body(dataclass), body(dataclasses.dataclass), strict=True):
        assert inspect.signature(ours) == inspect.signature(theirs)
        assert ours.__init__.__qualname__ == theirs.__init__.__qualname__
        assert ours.__match_args__ == theirs.__match_args__
        texts = []
        for cls in (ours, theirs):
            with pytest.raises(TypeError) as refused:
                cls(1, 2, 3, 4, 5, 6, 7)
            texts.append(str(refused.value))
        assert texts[0] == texts[1]


def test_a_plain_subclass_may_keep_more_than_the_fields():
    for base in (OURS[0], THEIRS[0]):
        more = type("More", (base,), {})(1)
        more.extra = 2
        assert more.extra == 2
        del more.extra
        with pytest.raises(dataclasses.FrozenInstanceError, match="'x'"):
            more.x = 3
        with pytest.raises(dataclasses.FrozenInstanceError, match="'x'"):
            del more.x


def test_a_subclass_calls_the_constructor_of_its_base():
    @dataclass(frozen=True)
    class Base:
        x: int
        twice: int = field(init=False)

        def __post_init__(self):
            object.__setattr__(self, "twice", 2 * self.x)

    class Named(Base):
        def __init__(self, x, name):
            super().__init__(x)
            object.__setattr__(self, "name", name)

    made = Named(3, "three")
    assert (made.x, made.twice, made.name) == (3, 6, "three")
    with pytest.raises(TypeError, match="non-frozen"):

        @dataclasses.dataclass
        class Open(Base):
            y: int = 0


class Foreign:
    """An object that the package knows nothing of."""

    def __repr__(self):
        return "foreign"


FACES = ("aggregation", "auctions", "axioms", "bargaining", "facility", "io", "matching", "model")


def made_by_hand():
    """Every public class that is no error and has required arguments."""
    for face in FACES:
        module = importlib.import_module(f"mechdesign.{face}")
        for name in module.__all__:
            cls = getattr(module, name)
            if not isinstance(cls, type) or issubclass(cls, (BaseException, enum.Enum)):
                continue
            required = [
                p.name
                for p in inspect.signature(cls).parameters.values()
                if p.default is p.empty and p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)
            ]
            if required and not inspect.isabstract(cls):
                yield pytest.param(cls, required, id=f"{face}.{name}")


@pytest.mark.parametrize("value", [Foreign(), 3, "x", None, [1], {"a": 1}], ids=repr)
@pytest.mark.parametrize(("cls", "required"), [*made_by_hand()])
def test_records_made_by_hand_are_refused_in_words(cls, required, value):
    with contextlib.suppress(MechDesignError):  # what it takes is not for this test
        cls(**dict.fromkeys(required, value))


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: model.Lottery(3), "`support` of Lottery must be a sequence; got 3"),
        (lambda: model.Problem(Foreign(), (1,)), "`agents` of Problem must be a sequence"),
        (lambda: model.Lottery({"a": 1}), "`support` of Lottery must be a sequence; got {'a': 1}"),
        (lambda: aggregation.Profile(*[Foreign()] * 4), "of Profile must be of class tuple"),
    ],
)
def test_the_field_that_does_not_fit_is_named(make, said):
    with pytest.raises(InvalidInputError, match=re.escape(said)):
        make()


@pytest.mark.parametrize("value", [[2, 0, 1], 3, "A > B", None, Foreign()], ids=repr)
@pytest.mark.parametrize(
    "call",
    [
        lambda value: aggregation.Ranking.parse("A > B").tau(value),
        lambda value: aggregation.Ranking.parse("A > B").distance(value),
        aggregation.Pairwise.of,
    ],
)
def test_methods_refuse_what_is_no_record(call, value):
    with pytest.raises(InvalidInputError, match="must be of class"):
        call(value)


@pytest.mark.parametrize("value", [3, None, Foreign()], ids=repr)
@pytest.mark.parametrize("make", ["from_rankings", "from_orders"])
def test_profiles_are_made_of_sequences(make, value):
    with pytest.raises(InvalidInputError, match="must be a sequence"):
        getattr(aggregation.Profile, make)(value)
