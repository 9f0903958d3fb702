"""The prior of a check: how likely every profile of a finite domain is, and what a type infers."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from mechdesign.errors import InvalidInputError
from mechdesign.model import (
    Domain,
    FrozenMap,
    Number,
    Setting,
    all_exact,
    as_number,
    freeze,
    is_exact,
    show,
)

#: What ``prior=`` may say in a word: all profiles of the domain are equally likely.
UNIFORM = "uniform"
_WORD = "prior"
# What probabilities in floats may miss of 1.
_ROUNDING = 1e-9

#: Pairs of a probability and the profile of all reports.
Belief = tuple[tuple[Number, tuple[Any, ...]], ...]


def read_prior(given: object, domains: Sequence[Domain]) -> Any:
    """A prior in the form in which a scope keeps it: the word, or profiles and probabilities.

    Parameters
    ----------
    given : "uniform", mapping, sequence of mappings, or callable
        Probabilities of profiles (tuples of reports); or for each agent those of its reports,
        which are then independent; or a function of a profile.
    domains : sequence of Domain
        Where the profiles come from.

    Raises
    ------
    InvalidInputError
        If no finite domain is named, a profile is none of it, or a domain's chances do not sum
        to 1.
    """
    if not domains:
        raise InvalidInputError("prior", "come with a finite domain", given)
    if isinstance(given, str):
        if given != UNIFORM:
            raise InvalidInputError("prior", "be 'uniform' or give probabilities", given)
        return given
    chances: dict[tuple[Any, ...], Number] = {}
    if isinstance(given, Mapping):
        chances = {freeze(key): _chance(p) for key, p in given.items()}
    elif callable(given):
        chances = {
            types: _chance(given(types))
            for domain in domains
            for types in itertools.product(*domain.reports)
        }
    elif isinstance(given, Sequence) and all(isinstance(row, Mapping) for row in given):
        rows = [[(freeze(key), _chance(p)) for key, p in row.items()] for row in given]
        for combined in itertools.product(*rows):
            chances[tuple(key for key, _ in combined)] = math.prod(p for _, p in combined)
    else:
        told = "be 'uniform', probabilities of profiles, of each agent's reports, or a function"
        raise InvalidInputError("prior", told, given)
    for domain in domains:
        _sums_to_one(domain, chances)
    return FrozenMap((key, p) for key, p in chances.items() if p)


def _is_one(total: Number) -> bool:
    return total == 1 if is_exact(total) else abs(float(total) - 1) <= _ROUNDING


def _chance(p: Any) -> Number:
    return as_number(p, "prior", low=0)


def _sums_to_one(domain: Domain, chances: Mapping[tuple[Any, ...], Number]) -> None:
    own = {key: p for key, p in chances.items() if isinstance(key, tuple)}
    own = {key: p for key, p in own.items() if len(key) == domain.agents and p}
    known = [set(listed) for listed in domain.reports]
    for key in own:
        if any(report not in known[k] for k, report in enumerate(key)):
            raise InvalidInputError("prior", f"be about profiles of {domain.label}", key)
    total: Number = sum(own.values())
    if not _is_one(total):
        raise InvalidInputError("prior", f"sum to 1 for {domain.agents} agents", show(total))


def tell_prior(prior: object) -> str:
    """A prior in the words of a scope."""
    return "" if prior is None else f", prior {UNIFORM if prior == UNIFORM else 'as given'}"


def without_prior(words: Mapping[str, Any]) -> dict[str, Any]:
    """The words of a scope that name the domain."""
    return {word: value for word, value in words.items() if word != _WORD}


class Beliefs:
    """What each type of each agent believes of all reports, by Bayes' rule.

    Parameters
    ----------
    domains : sequence of Domain
        At most one for each number of agents.
    prior : "uniform" or mapping of profile to probability
        As :func:`read_prior` returns it.
    """

    def __init__(self, domains: Sequence[Domain], prior: Any) -> None:
        self._domains = {domain.agents: domain for domain in domains}
        self._prior = prior
        self._known: dict[tuple[int, int, Any], Belief] = {}
        self._by_type: dict[tuple[int, int], dict[Any, list[tuple[Number, Any]]]] = {}

    def agree(self, witness: Any) -> bool:
        """Whether what a witness says that its agent believes, if anything, is implied."""
        if "belief" not in witness.details:
            return True
        agent, problem = witness.agents[0], witness.problem
        position = problem.position(agent)
        known = self.of(len(problem), position, problem.types[position])
        return bool(witness.details.get("belief") == known)

    def of(self, agents: int, position: int, own: Any) -> Belief:
        """Probabilities of all profiles given that one agent has a type; empty if it never has."""
        key = agents, position, own
        if key not in self._known:
            self._known[key] = tuple(self._infer(*key))
        return self._known[key]

    def _infer(self, agents: int, position: int, own: Any) -> list[tuple[Number, Any]]:
        if self._prior == UNIFORM:
            reports = list(self._domains[agents].reports)
            if own not in reports[position]:
                return []
            reports[position] = (own,)
            size = math.prod(map(len, reports))
            return [(Fraction(1, size), types) for types in itertools.product(*reports)]
        if (agents, position) not in self._by_type:
            table: dict[Any, list[tuple[Number, Any]]] = {}
            for types, p in self._prior.items():
                if len(types) == agents:
                    table.setdefault(types[position], []).append((p, types))
            self._by_type[agents, position] = table
        found = self._by_type[agents, position].get(own, [])
        mass: Number = sum(p for p, _ in found)
        exact = all_exact(p for p, _ in found)
        return [(Fraction(p) / Fraction(mass) if exact else p / mass, types) for p, types in found]


def believable(belief: Any, position: int, own: Any, agents: int) -> bool:
    """Whether what a witness says that a type believes is a distribution over its profiles."""
    if not isinstance(belief, tuple) or not belief:
        return False
    for pair in belief:
        if not isinstance(pair, tuple) or len(pair) != 2:
            return False
        p, types = pair
        if not isinstance(p, (int, float, Fraction)) or not p > 0:
            return False
        if not isinstance(types, tuple) or len(types) != agents or types[position] != own:
            return False
    profiles = [types for _, types in belief]
    return len(set(profiles)) == len(profiles) and _is_one(sum(p for p, _ in belief))


def expects(setting: Setting) -> str:
    """Why no expectation can be taken in a setting; empty if it can."""
    if setting.cardinal:
        return ""
    return f"{setting.preferences} preferences fix no utility, so nothing can be expected"
