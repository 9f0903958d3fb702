"""Optimal mechanisms over finite type spaces by linear programming."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import field
from typing import Any, TypeAlias

from mechdesign.errors import InvalidInputError, LimitReachedError, require
from mechdesign.io import Table
from mechdesign.model import Number, as_numbers, show
from mechdesign.records import dataclass
from mechdesign.solvers.linear.linear_model import LinearModel

__all__ = ["DesignedMechanism", "optimal_mechanism"]

Profile: TypeAlias = tuple[Any, ...]
#: Worth of an outcome to an agent: ``value(agent, type, outcome)``.
Value: TypeAlias = Callable[[Any, Any, Any], Number]

MAX_VARIABLES = 2_000_000


@dataclass(frozen=True)
class DesignedMechanism:
    """What :func:`optimal_mechanism` found: a lottery and payments for every profile.

    Parameters
    ----------
    objective : str
        What was maximised.
    value : float
        The expected objective.
    bound : float
        A proved bound on it; above `value` only where a time limit ended a deterministic search.
    incentive, participation : str
        The constraints.
    agents : tuple
        The agents.
    types : mapping of agent to tuple of types
        The type space.
    lotteries : mapping of profile to mapping of outcome to probability
        What is chosen.
    payments : mapping of profile to tuple of numbers
        What each agent pays, in the agents' order.
    model : LinearModel
        The program; ``model.pulp`` is the PuLP model.
    """

    objective: str
    value: float
    bound: float
    incentive: str
    participation: str
    agents: tuple[Any, ...]
    types: Mapping[Any, tuple[Any, ...]]
    lotteries: Mapping[Profile, Mapping[Any, float]]
    payments: Mapping[Profile, tuple[float, ...]]
    worth: Value = field(repr=False)
    chances: Mapping[Profile, float] = field(repr=False)
    model: LinearModel = field(repr=False, compare=False)

    def utility(self, agent: object, true_type: object, profile: Profile) -> float:
        """Expected utility of an agent of a type, when the profile is reported."""
        k = self.agents.index(agent)
        gained = sum(
            p * float(self.worth(agent, true_type, outcome))
            for outcome, p in self.lotteries[profile].items()
        )
        return float(gained) - self.payments[profile][k]

    def regret(self) -> float:
        """The most that any type of any agent gains by a lie, recomputed from the definition.

        In dominant strategies the largest gain at any profile; in expectation the largest gain
        over the others' types.  0 up to the solver's tolerance.
        """
        worst = 0.0
        for k, agent in enumerate(self.agents):
            for own, lie in itertools.permutations(self.types[agent], 2):
                gains = []
                for profile, chance in self.chances.items():
                    if profile[k] == own:
                        other = (*profile[:k], lie, *profile[k + 1 :])
                        gain = self.utility(agent, own, other) - self.utility(agent, own, profile)
                        gains.append((chance, gain))
                if self.incentive == "dominant":
                    worst = max(worst, *(gain for _, gain in gains))
                else:
                    mass = sum(chance for chance, _ in gains)
                    worst = max(worst, sum(c * g for c, g in gains) / mass)
        return worst

    def table(self) -> Table:
        """The mechanism as a table: profile, lottery, payments."""
        rows = [
            (
                show(profile),
                "; ".join(f"{show(p)}: {outcome}" for outcome, p in lottery.items()),
                show(tuple(self.payments[profile])),
            )
            for profile, lottery in self.lotteries.items()
        ]
        return Table(("profile", "lottery", "payments"), rows, f"{self.objective} {self.value:.6g}")


def optimal_mechanism(
    types: Mapping[Any, Sequence[Any]],
    outcomes: Sequence[Hashable],
    value: Value,
    *,
    probabilities: Mapping[Any, Sequence[Number]] | Callable[[Profile], Number] | None = None,
    objective: str | Callable[[Profile, Any], Number] = "revenue",
    incentive: str = "dominant",
    participation: str = "",
    deterministic: bool = False,
    money: bool = True,
    no_deficit: bool = False,
    time_limit: float | None = None,
) -> DesignedMechanism:
    """The best of all mechanisms on a finite type space.

    Parameters
    ----------
    types : mapping of agent to sequence of types
        The possible types of each agent.
    outcomes : sequence
        The feasible outcomes, distinct.
    value : callable
        ``value(agent, type, outcome)``: what an outcome is worth to a type of an agent.
    probabilities : mapping of agent to sequence, or callable, optional
        Independent probabilities of the types, or the probability of a profile (correlated
        types); uniform by default.
    objective : {"revenue", "welfare"} or callable
        What to maximise in expectation; a callable takes a profile and an outcome.
    incentive : {"dominant", "bayesian"}
        Whether truth is a best reply at every profile, or in expectation over the others.
    participation : {"ex_post", "interim", "none"}
        When an agent must not lose; by default ``ex_post`` with ``dominant`` and ``interim`` with
        ``bayesian``.
    deterministic : bool
        Exclude lotteries; the program then has integer variables.
    money : bool
        Whether payments are possible.
    no_deficit : bool
        Demand that payments never sum to less than 0.
    time_limit : float, optional
        Seconds for the solver.

    Returns
    -------
    DesignedMechanism
        In floating point, with the proved bound; its ``regret`` recomputes the incentives.

    Raises
    ------
    InvalidInputError
        On empty types or outcomes, probabilities that are none, unknown words.
    InfeasibleError
        If no mechanism satisfies the constraints.
    LimitReachedError
        If there are more than two million variables.

    Notes
    -----
    One variable for every profile and outcome and one payment for every profile and agent:
    with n agents of k types and o outcomes, ``k^n (o + n)`` variables and ``n k^(n+1)`` incentive
    constraints (``n k^2`` in expectation).

    Examples
    --------
    One buyer whose value is 1 or 2 with the same probability: any price from 1 to 2 earns 1.

    >>> found = optimal_mechanism({"ann": (1, 2)}, ("keep", "sell"),
    ...                           lambda agent, t, outcome: t * (outcome == "sell"))
    >>> round(found.value, 6), found.regret() < 1e-7
    (1.0, True)
    """
    require(types, Mapping, "types")
    agents = tuple(types)
    spaces = {agent: tuple(types[agent]) for agent in agents}
    chosen = tuple(outcomes)
    participation = participation or ("ex_post" if incentive == "dominant" else "interim")
    _check(spaces, chosen, objective, incentive, participation)
    size = math.prod(len(space) for space in spaces.values()) * (len(chosen) + len(agents))
    if size > MAX_VARIABLES:
        raise LimitReachedError(f"{size} variables are too many for the linear program")
    profiles = list(itertools.product(*spaces.values()))
    chances = _chances(agents, spaces, profiles, probabilities)
    if objective == "revenue" and not money:
        raise InvalidInputError("money", "be True to maximise revenue", money)

    model = LinearModel("optimal_mechanism")
    show_it = {
        (p, o): model.variable(f"x_{p}_{o}", high=1, integral=deterministic)
        for p in range(len(profiles))
        for o in range(len(chosen))
    }
    pays = {
        (p, k): model.variable(f"t_{p}_{k}", low=None) if money else 0
        for p in range(len(profiles))
        for k in range(len(agents))
    }
    index = {profile: p for p, profile in enumerate(profiles)}

    def utility(k: int, true_type: object, p: int) -> Any:
        worth = (float(value(agents[k], true_type, o)) for o in chosen)
        terms = [v * show_it[p, o] for o, v in enumerate(worth) if v]
        return model.total([*terms, -1 * pays[p, k]])

    model.maximise(
        model.total(
            float(chances[profile]) * term
            for p, profile in enumerate(profiles)
            for term in _objective(objective, value, agents, profile, chosen, show_it, pays, p)
        )
    )
    for p in range(len(profiles)):
        model.require(model.total(show_it[p, o] for o in range(len(chosen))) == 1)
        if no_deficit and money:
            model.require(model.total(pays[p, k] for k in range(len(agents))) >= 0)
    for k, agent in enumerate(agents):
        for own in spaces[agent]:
            mine = [profile for profile in profiles if profile[k] == own]
            truth = {profile: utility(k, own, index[profile]) for profile in mine}
            mean = _mean(model, truth, chances)
            if participation == "ex_post":
                for expression in truth.values():
                    model.require(expression >= 0)
            elif participation == "interim":
                model.require(mean >= 0)
            for lie in spaces[agent]:
                if lie == own:
                    continue
                false = {
                    profile: utility(k, own, index[(*profile[:k], lie, *profile[k + 1 :])])
                    for profile in mine
                }
                if incentive == "dominant":
                    for profile in mine:
                        model.require(truth[profile] - false[profile] >= 0)
                else:
                    model.require(mean - _mean(model, false, chances) >= 0)
    solved = model.solve(time_limit=time_limit)
    if solved.value is None:
        raise LimitReachedError("the time limit came before any mechanism was found")
    name = objective if isinstance(objective, str) else "objective"
    return DesignedMechanism(
        name, solved.value, max(solved.bound, solved.value), incentive, participation,
        agents, spaces, _lotteries(model, profiles, chosen, show_it),
        _payments(model, profiles, pays), value, chances, model,
    )  # fmt: skip


def _objective(
    objective: str | Callable[[Profile, Any], Number],
    value: Value,
    agents: tuple[Any, ...],
    profile: Profile,
    outcomes: tuple[Any, ...],
    shown: Mapping[tuple[int, int], Any],
    pays: Mapping[tuple[int, int], Any],
    p: int,
) -> list[Any]:
    """The terms of the objective at one profile."""
    if objective == "revenue":
        return [pays[p, k] for k in range(len(agents))]
    if objective == "welfare":
        return [
            float(sum(value(a, t, o) for a, t in zip(agents, profile, strict=True))) * shown[p, k]
            for k, o in enumerate(outcomes)
        ]
    assert callable(objective)
    return [float(objective(profile, o)) * shown[p, k] for k, o in enumerate(outcomes)]


def _mean(
    model: LinearModel, expressions: Mapping[Profile, Any], chances: Mapping[Profile, float]
) -> Any:
    """The expectation over the others' types, scaled by the probability of one's own."""
    return model.total(chances[profile] * one for profile, one in expressions.items())


def _chances(
    agents: tuple[Any, ...],
    spaces: Mapping[Any, tuple[Any, ...]],
    profiles: Sequence[Profile],
    given: Mapping[Any, Sequence[Number]] | Callable[[Profile], Number] | None,
) -> dict[Profile, float]:
    if callable(given):
        numbers = as_numbers([given(profile) for profile in profiles], "probabilities", low=0)
    else:
        single = []
        for agent in agents:
            space = spaces[agent]
            listed = [1 / len(space)] * len(space) if given is None else given.get(agent, ())
            row = as_numbers(listed, f"probabilities[{agent!r}]", low=0)
            if len(row) != len(space):
                raise InvalidInputError(
                    f"probabilities[{agent!r}]", f"have {len(space)} entries", row
                )
            single.append([float(x) for x in row])
        numbers = tuple(math.prod(row) for row in itertools.product(*single))
    if abs(float(sum(numbers)) - 1) > 1e-9 or not all(numbers):
        raise InvalidInputError("probabilities", "be positive and sum to 1", show(sum(numbers)))
    return {profile: float(x) for profile, x in zip(profiles, numbers, strict=True)}


def _check(
    spaces: Mapping[Any, tuple[Any, ...]],
    outcomes: tuple[Any, ...],
    objective: object,
    incentive: str,
    participation: str,
) -> None:
    if not spaces or any(not space for space in spaces.values()):
        raise InvalidInputError("types", "list at least one type for every agent", spaces)
    for agent, space in spaces.items():
        if len(set(space)) != len(space):
            raise InvalidInputError(f"types[{agent!r}]", "be distinct", space)
    if not outcomes or len(set(outcomes)) != len(outcomes):
        raise InvalidInputError("outcomes", "be distinct and at least one", outcomes)
    if objective not in ("revenue", "welfare") and not callable(objective):
        raise InvalidInputError("objective", "be 'revenue', 'welfare' or a function", objective)
    if incentive not in ("dominant", "bayesian"):
        raise InvalidInputError("incentive", "be 'dominant' or 'bayesian'", incentive)
    if participation not in ("ex_post", "interim", "none"):
        raise InvalidInputError("participation", "be 'ex_post', 'interim' or 'none'", participation)


def _lotteries(
    model: LinearModel,
    profiles: Sequence[Profile],
    outcomes: tuple[Any, ...],
    shown: Mapping[tuple[int, int], Any],
) -> dict[Profile, dict[Any, float]]:
    return {
        profile: {
            o: model.value(shown[p, k])
            for k, o in enumerate(outcomes)
            if model.value(shown[p, k]) > 1e-9
        }
        for p, profile in enumerate(profiles)
    }


def _payments(
    model: LinearModel, profiles: Sequence[Profile], pays: Mapping[tuple[int, int], Any]
) -> dict[Profile, tuple[float, ...]]:
    found = {key: 0.0 if isinstance(paid, int) else model.value(paid) for key, paid in pays.items()}
    return {
        profile: tuple(found[p, k] for k in range(len(profile)))
        for p, profile in enumerate(profiles)
    }
