"""Agents of files, good and bad, that other processes can import."""

import itertools
import os
import signal
import time

COUNT = itertools.count()


def steady(observation, rng):
    return observation["legal"][int(rng.integers(len(observation["legal"])))]


def first(observation, rng):
    return observation["legal"][0], "hello"


def raises(observation, rng):
    raise RuntimeError(f"no answer from {object()}")


def exits(observation, rng):
    raise SystemExit(3)


def illegal(observation, rng):
    return "nonsense"


def hangs(observation, rng):
    time.sleep(1000)


def hangs_in_c(observation, rng):
    return sum(range(10**13))


def stops(observation, rng):
    os.kill(os.getpid(), signal.SIGSTOP)


def leaves(observation, rng):
    os._exit(7)


def counts(observation, rng):
    return observation["legal"][next(COUNT) % len(observation["legal"])]


def second_try(observation, rng):
    """Now and then no move, by the seed."""
    return "nonsense" if rng.random() < 0.4 else observation["legal"][0]
