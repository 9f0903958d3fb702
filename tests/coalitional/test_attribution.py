"""Attribution of costly functions: exactness, coverage, journals that survive, bad functions."""

import math
import os
import signal
import subprocess
import sys
import textwrap
from fractions import Fraction as F
from pathlib import Path

import numpy as np
import pytest

from mechdesign import coalitional
from mechdesign.coalitional import Estimator, attribute, by_matrix
from mechdesign.errors import InvalidInputError, LimitReachedError
from mechdesign.io.documents import line_of

NAMES = tuple("abcdefghijkl")


def synergy(s):
    """Sizes, and two players who need each other."""
    return len(s) ** 2 + 5 * ({"a", "b"} <= s) + F(len(s & {"c"}), 3)


def prompt(s):
    """The toy prompt of parts that are substitutes."""
    a, b, c, d = (float(x in s) for x in "abcd")

    def logistic(x):
        return 1 / (1 + math.exp(-x))

    return logistic(-1 + 1.5 * a + 0.8 * b + 0.6 * c - a * b + 0.9 * d) - logistic(-1)


def test_all_coalitions_give_the_shapley_value():
    found = attribute("abcd", synergy)
    one = coalitional.game(synergy, players="abcd")
    assert found.values == coalitional.shapley(one).choice
    assert found.exact
    assert found.low == found.high == found.values
    assert found.evaluations == 18
    toy = attribute("abcd", prompt)
    assert toy.values == pytest.approx(
        (0.212401628513, 0.075721727051, 0.118542795580, 0.182541362586), abs=1e-11
    )
    assert toy.without[1] == pytest.approx(-0.022648142878, abs=1e-11)
    assert toy.alone[0] == pytest.approx(0.353517909832, abs=1e-11)


def test_a_baseline_is_subtracted():
    shifted = attribute("abc", lambda s: 7 + len(s))
    assert shifted.values == (1, 1, 1)


@pytest.mark.parametrize("seed", range(10))
def test_every_estimate_is_efficient_exactly(seed):
    found = attribute(NAMES, synergy, budget=120, seed=seed)
    assert not found.exact
    assert sum(found.values) == synergy(set(NAMES)) - synergy(set())
    assert found.evaluations <= 120
    assert found.stopped == "budget"
    assert all(a <= v <= b for a, v, b in zip(found.low, found.values, found.high, strict=True))


def test_intervals_cover_as_often_as_they_say():
    def worth(s):
        return math.sqrt(sum(ord(x) - 96 for x in s)) + 2 * ({"a", "b"} <= s)

    names = "abcdefgh"
    truth = attribute(names, worth).values
    inside = [
        [lo <= v <= hi for lo, v, hi in zip(one.low, truth, one.high, strict=True)]
        for one in (attribute(names, worth, budget=200, seed=seed) for seed in range(150))
    ]
    assert 0.85 < np.mean(inside) < 0.98
    # A declared range bounds the error for any number of samples.
    wide = attribute(names, worth, budget=200, estimator=Estimator(spread=4))
    assert all(lo <= v <= hi for lo, v, hi in zip(wide.low, truth, wide.high, strict=True))
    assert wide.unseparated


def test_nothing_is_asked_twice():
    asked = []

    def counted(s):
        asked.append(s)
        return len(s)

    found = attribute(NAMES, counted, budget=150)
    # All and none are asked once more, to see whether the function changes its mind.
    assert len(asked) == len(set(asked)) + 2 == found.evaluations


SCRIPT = """
    import os, signal, sys
    from mechdesign.coalitional import attribute
    stop = int(sys.argv[3])
    asked = 0

    def value(s):
        global asked
        asked += 1
        if asked == stop:
            os.kill(os.getpid(), signal.SIGKILL)
        with open(sys.argv[2], "a") as log:
            log.write("".join(sorted(s)) + "\\n")
        return len(s) ** 2 + 3 * ("a" in s)

    found = attribute("abcdefghijkl", value, budget=100, journal=sys.argv[1])
    print(found.values, found.evaluations, found.pairs)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no such signal here")
def test_a_killed_run_goes_on_and_asks_nothing_twice(tmp_path):
    script = tmp_path / "run.py"
    script.write_text(textwrap.dedent(SCRIPT))
    root = Path(__file__).resolve().parents[2]
    env = {**os.environ, "PYTHONPATH": str(root)}

    def run(journal, log, stop):
        words = [sys.executable, str(script), str(tmp_path / journal), str(tmp_path / log)]
        return subprocess.run([*words, str(stop)], env=env, capture_output=True, text=True)

    assert run("j", "log", 20).returncode == -signal.SIGKILL
    assert run("j", "log", 30).returncode == -signal.SIGKILL
    # A torn line is what a killed write leaves.
    with (tmp_path / "j").open("a") as file:
        file.write('{"coalition": [0, 1], "repl')
    ended = run("j", "log", 0)
    whole = run("other", "another", 0)
    assert ended.returncode == whole.returncode == 0, ended.stderr
    assert ended.stdout == whole.stdout
    asked = (tmp_path / "log").read_text().splitlines()
    often = {one: asked.count(one) for one in asked}
    assert {one for one, k in often.items() if k > 1} == {"", "abcdefghijkl"}
    assert max(often.values()) == 2
    assert sorted(asked) == sorted((tmp_path / "another").read_text().splitlines())
    again = run("j", "never", 1)
    assert again.stdout == whole.stdout
    assert not (tmp_path / "never").exists()


def test_a_function_that_raises_keeps_what_it_answered(tmp_path):
    journal = tmp_path / "j.jsonl"
    calls = []

    def fragile(s):
        calls.append(s)
        if len(calls) == 8:
            raise ConnectionError("no answer")
        return len(s)

    with pytest.raises(InvalidInputError, match="no answer"):
        attribute("abcd", fragile, journal=journal)
    found = attribute("abcd", fragile, journal=journal)
    assert found.recalled == 7
    assert found.values == (1, 1, 1, 1)
    assert len(calls) == 8 + 11


@pytest.mark.parametrize("answer", [float("nan"), float("inf"), None, "many", [1]])
def test_what_is_no_number_is_refused_and_not_kept(answer, tmp_path):
    journal = tmp_path / "j.jsonl"
    with pytest.raises(InvalidInputError, match="value"):
        attribute("ab", lambda s: answer if len(s) == 2 else 0, journal=journal)
    assert sum(attribute("ab", len, journal=journal).values) > 0


def test_a_function_that_changes_its_mind_is_found_out():
    source = np.random.default_rng(0)
    found = attribute("abc", lambda s: len(s) + source.normal())
    assert found.noise > 0
    assert "differently" in str(found)
    many = attribute("abc", lambda s: len(s) + source.normal(), replicates=200)
    assert many.noise == pytest.approx(1, abs=0.2)
    assert many.values == pytest.approx((1, 1, 1), abs=0.4)
    assert attribute("abc", len).noise is None


def test_a_slow_function_is_ended_between_orders():
    import time

    def slow(s):
        time.sleep(0.001)
        return len(s)

    found = attribute(NAMES, slow, budget=4000, time_limit=1.5)
    assert found.stopped == "time"
    assert sum(found.values) == 12
    with pytest.raises(LimitReachedError):
        attribute(NAMES, slow, budget=4000, time_limit=0)


def test_journals_of_others_are_refused(tmp_path):
    journal = tmp_path / "j.jsonl"
    attribute("ab", len, journal=journal)
    with pytest.raises(InvalidInputError, match="these players"):
        attribute("abc", len, journal=journal)
    journal.write_text("no json\n")
    with pytest.raises(InvalidInputError, match="journal"):
        attribute("ab", len, journal=journal)
    head = line_of({"attribution": 1, "players": ["'a'", "'b'"]})
    journal.write_bytes(head + line_of({"coalition": [9]}))
    with pytest.raises(InvalidInputError, match="answers"):
        attribute("ab", len, journal=journal)


def test_a_changed_digit_of_a_journal_is_noticed(tmp_path):
    journal = tmp_path / "j.jsonl"
    attribute("ab", lambda s: 10 * len(s), journal=journal)
    written = journal.read_bytes()
    for changed in (written.replace(b'"20"', b'"21"'), written.replace(b"[0, 1]", b"[0]")):
        assert changed != written
        journal.write_bytes(changed)
        with pytest.raises(InvalidInputError, match="checksums agree"):
            attribute("ab", lambda s: 10 * len(s), journal=journal)


@pytest.mark.parametrize(
    "wrong",
    [
        {"players": ()},
        {"players": "aa"},
        {"value": 3},
        {"budget": 3},
        {"replicates": 0},
        {"confidence": 1},
        {"estimator": "guess"},
        {"time_limit": -1},
        {"seed": -1},
        {"players": range(11)},
    ],
)
def test_bad_input(wrong):
    with pytest.raises(InvalidInputError):
        attribute(**{"players": "abcd", "value": len, **wrong})
    with pytest.raises(InvalidInputError):
        Estimator(spread=-1)
    with pytest.raises(InvalidInputError):
        Estimator("regression", spread=1)
    with pytest.raises(InvalidInputError):
        by_matrix(3)
    with pytest.raises(InvalidInputError):
        by_matrix(len, batch=0)


@pytest.mark.parametrize("seed", range(6))
def test_a_regression_is_efficient_exactly(seed):
    found = attribute(NAMES, synergy, budget=140, seed=seed, estimator="regression")
    assert (found.method, found.exact, found.stopped) == ("regression", False, "budget")
    assert sum(found.values) == synergy(set(NAMES)) - synergy(set())
    assert all(isinstance(v, (int, F)) for v in found.values)
    assert found.evaluations <= 140
    assert "pairs of coalitions" in str(found)
    floats = attribute(
        NAMES, lambda s: float(synergy(s)), budget=140, seed=seed, estimator="regression"
    )
    assert floats.values == pytest.approx([float(v) for v in found.values])
    assert floats.low == pytest.approx(found.low)
    # A game that is a sum is fitted without error by any sample.
    plain = attribute(
        NAMES, lambda s: sum(map(NAMES.index, s)), budget=100, seed=seed, estimator="regression"
    )
    assert plain.values == tuple(range(12))
    assert plain.high == pytest.approx(range(12))


def root(s):
    return math.sqrt(sum(ord(x) - 96 for x in s)) + 2 * ({"a", "b"} <= s)


def test_a_regression_comes_near_the_shapley_value_and_its_intervals_cover():
    names = "abcdefgh"
    truth = np.array(attribute(names, root).values)
    runs = [
        attribute(names, root, budget=150, seed=seed, estimator="regression") for seed in range(150)
    ]
    inside = [[np.array(one.low) <= truth, truth <= np.array(one.high)] for one in runs]
    assert 0.85 < np.all(inside, axis=1).mean() < 0.99
    errors = {
        method: np.mean([
            (np.array(attribute(names, root, budget=150, seed=s, estimator=method).values) - truth)
            ** 2 for s in range(40)
        ]) for method in ("orders", "regression")
    }  # fmt: skip
    assert errors["regression"] < 1.5 * errors["orders"]


@pytest.mark.parametrize("method", ["orders", "regression"])
@pytest.mark.parametrize("batch", [1, 7, 64, 1000])
def test_batches_change_nothing_but_the_number_of_calls(method, batch, tmp_path):
    sizes = []

    def many(asked):
        assert asked.dtype == bool
        sizes.append(len(asked))
        return [synergy({NAMES[i] for i in np.flatnonzero(row)}) for row in asked]

    options = {"budget": 150, "estimator": method, "seed": 3}
    found = attribute(NAMES, by_matrix(many, batch), journal=tmp_path / "j", **options)
    alone = attribute(NAMES, synergy, **options)
    assert found.values == alone.values
    assert found.low == alone.low
    assert sum(sizes) == found.evaluations == alone.evaluations
    assert max(sizes) <= batch
    if batch >= 64:
        assert max(sizes) > 20
    again = attribute(NAMES, by_matrix(many, batch), journal=tmp_path / "j", **options)
    assert again.recalled == again.evaluations == sum(sizes)
    assert again.values == found.values


def test_functions_of_many_coalitions_that_misbehave(tmp_path):
    journal = tmp_path / "j"
    with pytest.raises(InvalidInputError, match="return 6 numbers"):
        attribute("ab", by_matrix(lambda asked: []), journal=journal)
    with pytest.raises(InvalidInputError, match="no answer"):
        attribute("ab", by_matrix(_no), journal=journal)
    with pytest.raises(InvalidInputError, match="finite"):
        attribute("ab", by_matrix(lambda asked: [math.nan] * len(asked)), journal=journal)
    assert attribute("ab", by_matrix(lambda a: a.sum(axis=1)), journal=journal).values == (1, 1)


def _no(asked):
    raise ConnectionError("no answer")


def test_the_share_of_noise():
    found = attribute(["role", "question", "filler"], lambda s: len(s - {"filler"}) * 2)
    assert found.noise_share(["filler"]) == 0
    assert found.noise_share(["role"]) == 0.5
    assert attribute("ab", lambda s: 0).noise_share("a") == 0
    with pytest.raises(InvalidInputError):
        found.noise_share(["nobody"])


def test_the_time_ends_the_asking_of_all_coalitions_too():
    asked = []
    with pytest.raises(LimitReachedError, match="all coalitions"):
        attribute("abcde", lambda s: asked.append(s) or len(s), time_limit=0)
    assert len(asked) <= 15


def test_players_without_hash_are_refused():
    with pytest.raises(InvalidInputError, match="players"):
        attribute([["a"], ["b"]], len)
