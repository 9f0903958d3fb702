"""Functions with several outputs: one attribution each, of the same questions."""

from fractions import Fraction as F

import numpy as np
import pytest

from mechdesign.coalitional import attribute, attribute_outputs, by_matrix
from mechdesign.errors import InvalidInputError

NAMES = tuple("abcdefghijkl")


def options(members):
    """Chances of three answers that move with the parts of a prompt."""
    yes = F(len(members), 20) + F("a" in members and "b" in members, 4)
    no = F("c" in members, 10)
    return yes, no, 1 - yes - no


def one(k):
    return lambda members: options(members)[k]


@pytest.mark.parametrize(
    "words",
    [
        {"budget": 300, "seed": 3},
        {"budget": 300, "seed": 3, "estimator": "regression"},
        {"budget": 500, "replicates": 2},
    ],
    ids=["orders", "regression", "replicates"],
)
def test_each_output_is_as_if_it_were_alone(words):
    asked = []

    def counted(members):
        asked.append(members)
        return options(members)

    found = attribute_outputs(NAMES, counted, **words)
    assert len(found) == 3
    for k, attribution in enumerate(found):
        alone = attribute(NAMES, one(k), **words)
        assert attribution == alone
        assert sum(attribution.values) == options(NAMES)[k] - options("")[k]
    assert len(asked) == found[0].evaluations


def test_all_coalitions_are_exact():
    found = attribute_outputs("abc", options)
    assert [a.exact for a in found] == [True] * 3
    assert found[0].values == (F(7, 40), F(7, 40), F(1, 20))
    assert found[1].values == (0, 0, F(1, 10))
    # The outputs sum to 1 whatever the prompt, so what each part adds to them sums to 0.
    assert all(sum(values) == 0 for values in zip(*(a.values for a in found), strict=True))


def test_matrices_in_and_out():
    def many(asked):
        return [options({NAMES[i] for i in np.flatnonzero(row)}) for row in asked]

    words = {"budget": 300, "seed": 1}
    assert attribute_outputs(NAMES, by_matrix(many, 16), **words) == attribute_outputs(
        NAMES, options, **words
    )


def test_a_killed_run_asks_nothing_twice(tmp_path):
    words = {"budget": 200, "seed": 2}
    whole = attribute_outputs(NAMES, options, **words)
    path, asked = tmp_path / "answers.jsonl", []

    def dies(members):
        if len(asked) == 120:
            raise RuntimeError("the power is gone")
        asked.append(members)
        return options(members)

    with pytest.raises(InvalidInputError, match="the power is gone"):
        attribute_outputs(NAMES, dies, journal=path, **words)
    asked_before = len(asked)
    rest = []

    def lives(members):
        rest.append(members)
        return options(members)

    found = attribute_outputs(NAMES, lives, journal=path, **words)
    assert [a.values for a in found] == [a.values for a in whole]
    assert found[0].recalled == asked_before
    assert len(rest) + asked_before == found[0].evaluations
    # A journal of several outputs is none of one.
    with pytest.raises(InvalidInputError, match="hold answers"):
        attribute(NAMES, one(0), journal=path, **words)


def test_answers_of_other_lengths_are_refused():
    with pytest.raises(InvalidInputError, match="return 3 numbers, as before"):
        attribute_outputs("ab", lambda s: [1] * (len(s) + 1))
    with pytest.raises(InvalidInputError, match="some numbers"):
        attribute_outputs("ab", lambda s: [])
    with pytest.raises(InvalidInputError, match="value"):
        attribute_outputs("ab", len)
    with pytest.raises(InvalidInputError, match="value"):
        attribute("ab", lambda s: (1, 2))
    with pytest.raises(InvalidInputError, match="finite"):
        attribute_outputs("ab", lambda s: [1, float("nan")])
    with pytest.raises(InvalidInputError, match="options"):
        attribute_outputs("ab", lambda s: [1], level=0.9)


def test_a_journal_is_a_file(tmp_path):
    for path in (tmp_path, tmp_path / "nowhere" / "answers.jsonl"):
        with pytest.raises(InvalidInputError, match="journal"):
            attribute("ab", len, journal=path)
