"""Pareto improvements where money can be exchanged."""

from __future__ import annotations

from typing import Any

from mechdesign.model import Number, Outcome, Problem, is_exact, ratio

_TOLERANCE = 1e-9


def better_trade(setting: Any, problem: Problem, outcome: Outcome, best: Outcome) -> Outcome | None:
    """An outcome that every agent prefers and that leaves the seller its revenue.

    With payments such an outcome exists if and only if welfare is not yet the largest possible:
    the agents share what is gained.

    Parameters
    ----------
    setting : Setting
        What values the outcomes; utilities are worth less payment.
    problem : Problem
        The problem.
    outcome : Outcome
        What was chosen.
    best : Outcome
        An outcome of largest welfare; its payments do not matter.

    Returns
    -------
    Outcome or None
        None where `outcome` is efficient, floats to within 1e-9 of the largest welfare.
    """
    worth: dict[Any, Number] = {}
    surplus: Number = 0
    for agent, own in zip(problem.agents, problem.types, strict=True):
        worth[agent] = setting.utility(problem, agent, own, best) + best.pay(agent)
        now = setting.utility(problem, agent, own, outcome) + outcome.pay(agent)
        surplus += worth[agent] - now
    rounding = 0 if is_exact(surplus) else _TOLERANCE * float(sum(worth.values()))
    if not surplus > rounding:
        return None
    share = ratio(surplus, len(problem))
    payments = {
        agent: worth[agent]
        - setting.utility(problem, agent, problem.type_of(agent), outcome)
        - share
        for agent in problem.agents
    }
    return Outcome(best.choice, payments, problem=problem, setting=setting)
