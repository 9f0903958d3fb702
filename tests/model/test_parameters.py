"""Every parameter of every rule is held to its annotation when it is bound."""

import functools
from fractions import Fraction
from typing import Annotated, Literal, get_args, get_origin

import pytest

import mechdesign as md
from mechdesign.errors import InvalidInputError
from mechdesign.facility import line
from mechdesign.model import count_from, mechanism, number_in
from mechdesign.model.registry import hint_of


def code(rule):
    return getattr(rule, "function", None) or getattr(rule, "made", type(rule)).__init__


def beyond(reader):
    """Values that a reader of numbers must refuse: text, and what lies outside of its bounds."""
    yield from ("text", float("nan"))
    if not isinstance(reader, functools.partial):
        return
    yield [1]
    bounds = reader.keywords
    if bounds.get("low") is not None:
        yield bounds["low"] - 1
    if bounds.get("high") is not None:
        yield bounds["high"] + 1
    if bounds.get("below") is not None:
        yield bounds["below"]


def bad_values(hint):
    parts = [hint, *get_args(hint)]
    for part in parts:
        if get_origin(part) is Literal:
            yield from ("no such choice", 7, ["a"])
        elif get_origin(part) is Annotated:
            yield from beyond(get_args(part)[1])
        elif part is bool and hint is bool:
            yield from (2, "yes", None)


CASES = [
    pytest.param(rule, name, value, id=f"{rule.id}({name}={value!r})")
    for rule in md.mechanisms()
    for name in rule._accepts
    for value in bad_values(hint_of(code(rule), name))
]


@pytest.mark.parametrize(("rule", "name", "value"), CASES)
def test_bad_values_are_refused_when_they_are_bound(rule, name, value):
    with pytest.raises(InvalidInputError) as found:
        rule(**{name: value})
    assert found.value.parameter.startswith(name)


def test_there_are_cases_of_every_family():
    assert {case.values[0].family for case in CASES} >= {
        "facility",
        "aggregation",
        "auctions",
        "matching",
        "bargaining",
    }


def test_a_rule_of_ones_own_says_what_its_parameters_are():
    @mechanism("tests.shifted", setting=line())
    def shifted(
        problem,
        *,
        by: Annotated[Fraction, number_in(0, 1)] = Fraction(0),
        steps: Annotated[int, count_from(1)] | None = None,
        side: Literal["left", "right"] = "right",
    ):
        """The leftmost report, moved."""
        return min(1, min(problem.types) + by)

    assert shifted(by=0.5)([0, 1]).choice == 0.5
    assert shifted(steps=None).parameters == {"steps": None}
    for bad in ({"by": 2}, {"steps": 0}, {"side": "up"}):
        with pytest.raises(InvalidInputError):
            shifted(**bad)
