"""Conjoint choices of simulated respondents whose effects are known."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from mechdesign.elections.surveys.paired_profiles import Conjoint, Level
from mechdesign.errors import InvalidInputError
from mechdesign.model import Seed, as_count, as_numbers, generator

__all__ = ["simulate_conjoint"]


def _meetings(effects: Mapping[str, Mapping[Level, float]], given: object) -> dict[Any, float]:
    """What two levels add where they meet, checked."""
    if given is None:
        return {}
    told = "map (attribute, level, attribute, level) to numbers"
    if not isinstance(given, Mapping):
        raise InvalidInputError("interactions", told, given)
    for key in given:
        if not isinstance(key, tuple) or len(key) != 4:
            raise InvalidInputError("interactions", told, key)
        a, x, b, y = key
        if a not in effects or b not in effects or x not in effects[a] or y not in effects[b]:
            raise InvalidInputError("interactions", told, key)
    values = as_numbers(given.values(), "interactions", labels=given)
    return {key: float(x) for key, x in zip(given, values, strict=True)}


def simulate_conjoint(
    effects: Mapping[str, Mapping[Level, float]],
    respondents: int,
    tasks: int,
    *,
    interactions: Mapping[tuple[str, Level, str, Level], float] | None = None,
    rng: Seed = None,
) -> Conjoint:
    """Choices of a logit with known effects, all levels equally likely to be shown.

    Parameters
    ----------
    effects : mapping of attribute to mapping of level to number
        Utilities of the levels.
    respondents, tasks : int
        How many, and how many tasks each has.
    interactions : mapping of (attribute, level, attribute, level) to number, optional
        What two levels add where they meet.
    rng : generator or int
        Source of random numbers.

    Examples
    --------
    >>> simulate_conjoint({"age": {"old": 0, "young": 1}}, 10, 5, rng=0)
    Conjoint of 50 choices by 10 respondents; attributes: age
    """
    people = as_count(respondents, "respondents", low=1, high=10**6)
    each = as_count(tasks, "tasks", low=1, high=10**4)
    if not isinstance(effects, Mapping) or not effects:
        raise InvalidInputError("effects", "map attributes to levels with numbers", effects)
    for name, own in effects.items():
        if not isinstance(own, Mapping) or not own:
            raise InvalidInputError(f"effects[{name!r}]", "map levels to numbers", own)
        as_numbers(own.values(), f"effects[{name!r}]", labels=own)
    draw, n = generator(rng), people * each
    names = tuple(effects)
    extras = _meetings(effects, interactions)
    levels = tuple(tuple(own) for own in effects.values())
    worth = [np.array([float(x) for x in own.values()]) for own in effects.values()]
    shown = [np.column_stack([draw.integers(0, len(own), n) for own in levels]) for _ in range(2)]
    utilities = []
    for side in shown:
        u = sum((w[side[:, d]] for d, w in enumerate(worth)), np.zeros(n))
        for (a, x, b, y), extra in extras.items():
            d, e = names.index(a), names.index(b)
            meet = (side[:, d] == levels[d].index(x)) & (side[:, e] == levels[e].index(y))
            u = u + extra * meet
        utilities.append(u)
    chance = 0.5 * (1 + np.tanh((utilities[0] - utilities[1]) / 2))
    won = (draw.random(n) < chance).astype(np.int64)
    return Conjoint(
        names,
        levels,
        shown[0],
        shown[1],
        won,
        np.repeat(np.arange(people), each),
        np.ones(n),
        ("",),
        np.zeros(n, dtype=np.int64),
    )
