"""Play: bad agents, limits, the same bytes for the same seed, journals that survive."""

import json
import os
import signal
import subprocess
import sys
import textwrap
import threading
from fractions import Fraction as F
from pathlib import Path

import numpy as np
import pytest

from mechdesign.errors import InvalidInputError
from mechdesign.games import (
    CallLimits,
    DivisionGame,
    DonorGame,
    Environment,
    OffersGame,
    RepeatedTable,
    TradeGame,
    finite,
    from_strategy,
    measure,
    play,
    random_agent,
    read_episodes,
)
from mechdesign.games.agents.protocol import observe
from mechdesign.parallel import CallFailed, LimitedCalls
from tests.games import bad_agents as bad

DILEMMA = finite([[(8, 8), (0, 10)], [(10, 0), (5, 5)]], "AB", "CD")
ROUNDS = RepeatedTable(DILEMMA, rounds=4, cooperate="C")
ROOT = Path(__file__).resolve().parents[2]


def content(episodes):
    return json.dumps(episodes.to_dict(), sort_keys=True)


def test_an_observation_has_these_parts_and_cannot_be_changed():
    seen = observe(ROUNDS, None, (("C", "D"),), 1, "hi")
    assert list(seen) == ["game", "role", "round", "history", "legal", "payoffs", "message"]
    assert seen["history"] == ({"A": "C", "B": "D"},)
    assert (seen["role"], seen["round"], seen["legal"]) == ("B", 2, ("C", "D"))
    assert ({"A": "C", "B": "D"}, 10) in seen["payoffs"]["table"]
    with pytest.raises(TypeError):
        seen["role"] = "A"
    hash(seen)


@pytest.mark.parametrize("kind", ["raises", "illegal", "exits"])
@pytest.mark.parametrize("policy", ["retry", "forfeit"])
def test_bad_answers_are_counted_and_end_in_a_forfeit(kind, policy):
    agents = [bad.first, getattr(bad, kind)]
    found = play(ROUNDS, agents, episodes=3, limits=CallLimits(policy))
    tries = 3 if policy == "retry" else 1
    for one in found.episodes:
        assert (one.ended, one.forfeited, one.history) == ("forfeit", 1, ())
        assert one.refused(1) == tries
        assert one.payoffs == (0, 0)
        assert " at 0x" not in str(one.calls)
    rates = measure(found)
    assert rates.of(kind, "refused answers").value == 1
    assert rates.of(kind, "forfeits").value == 1
    assert rates.of("first", "forfeits").value == 0
    assert found.unreliable == ()


def test_a_second_try_may_help():
    found = play(ROUNDS, [bad.first, bad.second_try], episodes=40, limits=CallLimits(retries=8))
    assert {one.ended for one in found.episodes} == {"over"}
    assert 0.2 < measure(found).of("second_try", "refused answers").value < 0.6


@pytest.mark.parametrize(
    ("kind", "outcome"),
    [("hangs", "timeout"), ("hangs_in_c", "timeout"), ("stops", "timeout"), ("leaves", "died")],
)
def test_an_agent_that_hangs_or_dies_is_killed(kind, outcome):
    found = play(
        DivisionGame(4, reply=True),
        [bad.first, getattr(bad, kind)],
        episodes=1,
        limits=CallLimits(retries=0, time_limit=0.3),
    )
    one = found.episodes[0]
    assert (one.ended, one.forfeited, one.payoffs) == ("forfeit", 1, (0, 0))
    assert [c.outcome for c in one.calls] == ["move", outcome]


def test_a_hanging_agent_in_a_worker_is_killed_too(tmp_path):
    agents = {"good": bad.first, "bad": bad.hangs}
    words = {"episodes": 2, "limits": CallLimits(retries=0, time_limit=0.3)}
    here = play(DivisionGame(4, reply=True), agents, journal=tmp_path / "a", **words)
    there = play(DivisionGame(4, reply=True), agents, journal=tmp_path / "b", workers=2, **words)
    assert content(here) == content(there)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    assert len((tmp_path / "a.times").read_text().splitlines()) == 2


def test_limited_calls_answer_raise_and_start_anew():
    def half(x):
        sys.stdout.write("not on standard output")
        return {1: lambda: 1 / 0, 2: lambda: input(), 3: lambda: threading.Lock()}.get(
            x, lambda: x / 2
        )()

    calls = LimitedCalls(half, 30)
    assert calls(8) == 4
    for x in (1, 2, 3):
        with pytest.raises(CallFailed) as failed:
            calls(x)
        assert failed.value.kind == "raised"
    calls.close()
    assert calls(4) == 2
    calls.close()
    with pytest.raises(InvalidInputError, match="time_limit"):
        play(ROUNDS, [bad.first, with_lock(threading.Lock())], limits=CallLimits(time_limit=1))


class Unreadable:
    """Cannot be unpacked in another process."""

    def __reduce__(self):
        return int, ("not a number",)

    def __call__(self, observation, rng):
        return observation["legal"][0]


def test_an_agent_that_cannot_be_unpacked_has_raised():
    found = play(
        DivisionGame(4),
        [Unreadable(), bad.first],
        episodes=1,
        limits=CallLimits(retries=1, time_limit=30),
    )
    calls = found.episodes[0].calls
    assert [c.outcome for c in calls] == ["raised", "raised"]
    assert "invalid literal" in calls[1].answer


def with_lock(lock):
    def act(observation, rng):
        with lock:
            return observation["legal"][0]

    return act


@pytest.mark.parametrize(
    "environment",
    [
        ROUNDS,
        OffersGame((F(9, 10), F(4, 5)), horizon=3, units=10),
        TradeGame(range(60, 100, 10), range(80, 120, 10), horizon=3),
        DonorGame(rounds=5),
        DivisionGame(6, reply=True),
    ],
    ids=lambda e: e.name,
)
def test_the_same_seed_gives_the_same_bytes(environment, tmp_path):
    agents = {"x": bad.steady, "y": random_agent}
    found = [
        play(environment, agents, episodes=6, rng=5, lineups="all", journal=tmp_path / f"{k}", **w)
        for k, w in enumerate(({}, {"workers": 2}))
    ]
    assert content(found[0]) == content(found[1])
    assert (tmp_path / "0").read_bytes() == (tmp_path / "1").read_bytes()
    again = read_episodes(tmp_path / "0")
    assert again.episodes == found[0].episodes
    assert again.environment == environment
    assert content(play(environment, agents, episodes=6, rng=6, lineups="all")) != content(again)
    assert measure(again).to_dict() == measure(found[1]).to_dict()


def test_a_limit_changes_no_byte():
    agents = {"x": bad.steady, "y": bad.first}
    assert content(play(ROUNDS, agents, episodes=2)) == content(
        play(ROUNDS, agents, episodes=2, limits=CallLimits(time_limit=30))
    )


def test_a_truncated_journal_is_completed_to_the_same_bytes(tmp_path):
    agents = {"x": bad.steady, "y": bad.first}
    whole = tmp_path / "whole"
    play(ROUNDS, agents, episodes=8, journal=whole)
    written = whole.read_bytes()
    for cut in (0, 10, len(written) // 3, len(written) // 2, len(written) - 1, len(written)):
        torn = tmp_path / "torn"
        torn.write_bytes(written[:cut])
        play(ROUNDS, agents, episodes=8, journal=torn)
        assert torn.read_bytes() == written
    # A longer run begins with the shorter one.
    play(ROUNDS, agents, episodes=3, journal=tmp_path / "short")
    assert written.startswith((tmp_path / "short").read_bytes())
    play(ROUNDS, agents, episodes=8, journal=tmp_path / "short")
    assert (tmp_path / "short").read_bytes() == written


def test_what_is_in_the_journal_is_not_asked_again(tmp_path):
    asked = []

    def act(observation, rng):
        asked.append(observation)
        return observation["legal"][0]

    first = play(ROUNDS, {"a": act, "b": bad.first}, episodes=3, journal=tmp_path / "j")
    # The first episode is asked twice.
    assert len(asked) == 4 * 4
    again = play(ROUNDS, {"a": act, "b": bad.first}, episodes=3, journal=tmp_path / "j")
    assert len(asked) == 4 * 4
    assert again == first


def test_a_journal_with_a_line_missing_or_twice_is_not_read(tmp_path):
    path = tmp_path / "j"
    play(ROUNDS, {"x": bad.steady, "y": bad.first}, episodes=4, journal=path)
    lines = path.read_bytes().splitlines(keepends=True)
    assert len(read_episodes(path)) == 4
    for edited in (lines[:2] + lines[3:], [*lines, lines[-1]], [lines[0], *lines[:0:-1]]):
        path.write_bytes(b"".join(edited))
        with pytest.raises(InvalidInputError, match="have episode"):
            read_episodes(path)


def test_a_journal_of_something_else_is_refused(tmp_path):
    path = tmp_path / "j"
    agents = {"x": bad.steady, "y": bad.first}
    play(ROUNDS, agents, episodes=2, journal=path)
    for change in (
        {"rng": 1},
        {"agents": {"x": bad.steady, "z": bad.first}},
        {"environment": RepeatedTable(DILEMMA, rounds=5, cooperate="C")},
        {"limits": CallLimits(retries=0)},
        {"lineups": [("y", "x")]},
    ):
        words = {"environment": ROUNDS, "agents": agents, "episodes": 2, **change}
        with pytest.raises(InvalidInputError, match="journal"):
            play(words.pop("environment"), words.pop("agents"), journal=path, **words)
    written = path.read_bytes()
    path.write_bytes(written.replace(b'"move"', b'"died"', 1))
    with pytest.raises(InvalidInputError, match="checksums"):
        play(ROUNDS, agents, episodes=2, journal=path)
    path.write_text("my diary")
    with pytest.raises(InvalidInputError, match="journal"):
        play(ROUNDS, agents, episodes=2, journal=path)
    assert path.read_text() == "my diary"


SCRIPT = """
    import os, signal, sys
    from mechdesign.games import RepeatedTable, finite, play, random_agent
    stop = int(sys.argv[2])
    asked = 0

    def act(observation, rng):
        global asked
        asked += 1
        if asked == stop:
            os.kill(os.getpid(), signal.SIGKILL)
        return observation["legal"][int(rng.integers(2))]

    game = RepeatedTable(finite([[(8, 8), (0, 10)], [(10, 0), (5, 5)]]), rounds=3)
    play(game, {"a": act, "b": random_agent}, episodes=9, lineups="all", journal=sys.argv[1])
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no such signal here")
def test_a_killed_tournament_resumes(tmp_path):
    script = tmp_path / "run.py"
    script.write_text(textwrap.dedent(SCRIPT))

    def run(name, stop):
        words = [sys.executable, str(script), str(tmp_path / name), str(stop)]
        env = {**os.environ, "PYTHONPATH": str(ROOT)}
        return subprocess.run(words, env=env, capture_output=True, text=True).returncode

    assert run("j", 40) == run("j", 30) == -signal.SIGKILL
    assert 4 < len((tmp_path / "j").read_bytes().splitlines()) < 37
    assert run("j", 0) == run("whole", 0) == 0
    assert (tmp_path / "j").read_bytes() == (tmp_path / "whole").read_bytes()


def test_agents_whose_answers_the_seed_does_not_determine_are_named():
    agents = {"counts": bad.counts, "steady": bad.steady}
    found = play(RepeatedTable(DILEMMA, rounds=5), agents, episodes=2)
    assert found.unreliable == ("counts",)
    assert "counts is not reproducible" in found.decisions[0]
    assert measure(found).decisions == found.decisions


def test_calls_are_capped():
    found = play(
        RepeatedTable(DILEMMA, rounds=50),
        [bad.first, bad.steady],
        limits=CallLimits(max_calls=7),
        episodes=1,
    )
    one = found.episodes[0]
    assert (one.ended, len(one.calls), len(one.history)) == ("calls", 7, 3)


def test_messages_reach_the_other_side():
    heard = []

    def listens(observation, rng):
        heard.append(observation["message"])
        return observation["legal"][0], "half \ud800 a letter"

    found = play(RepeatedTable(DILEMMA, rounds=3), [bad.first, listens], episodes=1)
    assert heard[:3] == [None, "hello", "hello"]
    assert found.episodes[0].message(0, 1) == "half ? a letter"
    json.dumps(found.to_dict()).encode()


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (np.int64(2), "move"),
        (2.0, "move"),
        ((2, None), "move"),
        ((2, "why"), "move"),
        (True, "illegal"),
        (np.array([1, 2]), "illegal"),
        ((2, 3), "illegal"),
        ((2, "x", "y"), "illegal"),
        (None, "illegal"),
        ("2", "illegal"),
        (float("nan"), "illegal"),
        (99, "illegal"),
    ],
    ids=repr,
)
def test_what_counts_as_a_move(answer, outcome):
    found = play(
        DivisionGame(4),
        [lambda o, rng: answer, bad.first],
        episodes=1,
        limits=CallLimits("forfeit"),
    )
    assert found.episodes[0].calls[0].outcome == outcome
    if outcome == "move":
        assert type(found.episodes[0].history[0][0]) is int


class Guess(Environment):
    """An environment of a user: A guesses what chance drew."""

    name = "guess"
    roles = ("A",)

    def nature(self, rng):
        return int(rng.integers(3))

    def movers(self, nature, history):
        return (0,) if not history else ()

    def legal(self, nature, history, seat):
        return (0, 1, 2)

    def payoffs(self, nature, history):
        return (int(bool(history) and history[0][0] == nature),)

    def told(self, nature, history, seat):
        return "guess"


def test_an_environment_of_ones_own(tmp_path):
    found = play(Guess(), [bad.first], episodes=30, journal=tmp_path / "j")
    assert {u for one in found.episodes for u in one.payoffs} == {0, 1}
    rates = measure(found)
    assert rates.of("first", "gain").value + rates.of("first", "regret").value == 1
    with pytest.raises(InvalidInputError, match="environment"):
        read_episodes(tmp_path / "j")
    assert read_episodes(tmp_path / "j", Guess()).episodes == found.episodes


@pytest.mark.parametrize(
    "words",
    [
        {"agents": [bad.first]},
        {"agents": {}},
        {"agents": 3},
        {"agents": {"a": 1, "b": bad.first}},
        {"environment": "dilemma"},
        {"episodes": 0},
        {"limits": 3},
        {"lineups": "some"},
        {"lineups": [("first",)]},
        {"lineups": [("first", "nobody")]},
        {"rng": "seed"},
        {"workers": 0},
        {"journal": "/nowhere/at/all"},
        {"progress": 3},
    ],
    ids=lambda words: "-".join(words),
)
def test_bad_input_is_one_error(words):
    given = {"environment": ROUNDS, "agents": [bad.first, bad.steady], **words}
    with pytest.raises(InvalidInputError):
        play(given.pop("environment"), given.pop("agents"), **given)


@pytest.mark.parametrize(
    "wrong",
    [{"illegal": "ignore"}, {"retries": -1}, {"max_calls": 0}, {"time_limit": 0}],
    ids=lambda wrong: "".join(wrong),
)
def test_bad_limits_of_calls(wrong):
    with pytest.raises(InvalidInputError, match="".join(wrong)):
        CallLimits(**wrong)
    with pytest.raises(InvalidInputError, match="time_limit"):
        CallLimits(time_limit="long")


def test_names_of_agents_are_made_different():
    found = play(ROUNDS, [bad.first, bad.first], episodes=1)
    assert found.agents == ("first", "first #2")


@pytest.mark.parametrize(
    ("names", "totals"),
    [
        (("tit_for_tat", "all_d"), (45, 55)),
        (("grim", "grim"), (80, 80)),
    ],
)
def test_strategies_of_the_library_play_as_agents(names, totals):
    agents = {f"{k}": from_strategy(name) for k, name in enumerate(names)}
    game = RepeatedTable(DILEMMA, rounds=10)
    assert play(game, agents, episodes=1).episodes[0].payoffs == totals
