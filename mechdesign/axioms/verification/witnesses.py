"""A witness is true if the violation is met again and every field is what is recomputed."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from mechdesign.axioms.question.registry import find
from mechdesign.axioms.question.verifier import choose
from mechdesign.axioms.question.witness import Witness
from mechdesign.axioms.verification.findings import (
    Finding,
    Open,
    Refused,
    WrongTypeError,
    agree,
    found,
    must,
)
from mechdesign.errors import InvalidInputError, require
from mechdesign.model import Lottery, Mechanism, Outcome, Problem, Setting, encode, is_exact
from mechdesign.model.setting import EnumeratesOutcomes

__all__ = ["verify_witness"]

BY_ORDER = ("dominance", "possible", "pairwise")
KNOWN_LIFTS = ("", "expectation", "ex_post", "optimist", "pessimist", *BY_ORDER)
_ROUNDING = 1e-12


def verify_witness(mechanism: Mechanism[Any], witness: Witness) -> Finding:
    """Whether a counterexample stands, every field recomputed.

    Whether it is minimal, or due to the breaking of a tie, is not part of the claim.

    Parameters
    ----------
    mechanism : Mechanism
        The mechanism that the witness refutes.
    witness : Witness
        The counterexample.

    Raises
    ------
    InvalidInputError
        If the witness holds values that the mechanism or the setting cannot read.
    """
    require(witness, Witness, "witness")
    require(mechanism, Mechanism, "mechanism")
    return found(mechanism.name, str(witness.axiom), lambda: _stands(mechanism, witness))


def _stands(mechanism: Mechanism[Any], witness: Witness) -> str:
    for parameter, value, wanted in (
        ("axiom", witness.axiom, str),
        ("setting", witness.setting, Setting),
        ("problem", witness.problem, Problem),
        ("variant", witness.variant, (Problem, type(None))),
        ("agents", witness.agents, tuple),
        ("lift", witness.lift, str),
        ("tolerance", witness.tolerance, (int, float)),
        ("alternative", witness.alternative, (Outcome, Lottery, type(None))),
    ):
        must_be(parameter, value, wanted)
    setting, problem, variant = witness.setting, witness.problem, witness.variant
    must(0 <= witness.tolerance < math.inf, "the tolerance is not a nonnegative number")
    must(witness.lift in KNOWN_LIFTS, f"there is no lift {witness.lift!r}")
    axiom = find(witness.axiom)
    must(not axiom.applies(setting), axiom.applies(setting))
    must(_family(setting) in ("", _family(mechanism.setting)), "the setting is of another family")
    legitimate(setting, problem)
    if variant is not None:
        legitimate(setting, variant)
    names = (*problem.agents, *(variant.agents if variant else ()))
    same = (type(a) is type(b) for a in witness.agents for b in names if a == b)
    must(all(same), "an agent is written in another way")
    results = [choose(mechanism, one, witness.lift) for one in (problem, variant) if one]
    rankable(setting, results, witness.lift)
    possible(setting, problem if variant is None else variant, witness.alternative, results[0])
    gap = axiom.verify(mechanism, setting, witness)
    must(gap is not None, f"it is not of the form of a counterexample to {axiom.id}")
    scale = float(setting.scale(problem) or 1)
    near = max(witness.tolerance, _ROUNDING * scale)
    least = witness.tolerance if is_exact(gap) else near
    must(gap > least, f"the axiom is not violated there: the gap is {gap}")
    must(agree(encode(witness.gap), encode(gap), near), f"the gap is {gap}, not {witness.gap}")
    both = (("before", witness.before), ("after", witness.after))
    for (when, told), now in zip(both, [*results, None], strict=False):
        now = tuple(now) if isinstance(now, list) else now
        must(agree(encode(told), encode(now), near), f"`{when}` is not what the mechanism chooses")
    return "the violation is met again"


def must_be(parameter: str, value: Any, wanted: Any) -> None:
    """Refuse a document whose field is of another type."""
    if not isinstance(value, wanted) or isinstance(value, bool):
        names = wanted if isinstance(wanted, tuple) else (wanted,)
        told = f"be of type {' or '.join(one.__name__ for one in names)}"
        raise WrongTypeError(parameter, told, type(value).__name__)


def legitimate(setting: Setting, problem: Problem) -> None:
    """Refuse a problem that the setting would not have read."""
    try:
        same = setting.reread(problem) == problem
    except InvalidInputError as error:
        raise Refused(f"the setting refuses the problem: {error}") from None
    must(same, "the setting reads the problem in another way")


def rankable(setting: Setting, results: Iterable[Any], lift: str) -> None:
    """Refuse comparisons of lotteries or sets that preferences do not make, and ignored money."""
    for result in results:
        outcomes = outcomes_of(result)
        by_order = lift in BY_ORDER
        if not isinstance(result, Outcome) and not setting.cardinal and not by_order:
            raise Open(f"{setting.preferences} preferences do not rank lotteries or sets")
        if not setting.money and any(any((one.payments or {}).values()) for one in outcomes):
            raise Open(f"utilities of {setting.id} do not count the payments")


def outcomes_of(result: Any) -> list[Outcome]:
    """The outcomes that may come about."""
    if isinstance(result, Lottery):
        return [outcome for _, outcome in result]
    return [result] if isinstance(result, Outcome) else list(result)


def possible(setting: Setting, problem: Problem, alternative: Any, chosen: Any) -> None:
    """Refuse an alternative that says other costs or payments than the setting does."""
    if alternative is None:
        return
    listed, drawn = outcomes_of(alternative), outcomes_of(chosen)
    if all(outcome in drawn for outcome in listed):
        return  # it names what was chosen
    cost: Any = getattr(setting, "cost", None)
    for outcome in listed:
        same = outcome.problem is None or encode(outcome.problem) == encode(problem)
        must(same, "the alternative is one of another problem")
        must(setting.feasible(problem, outcome), "the alternative is not feasible")
        if cost is not None and outcome.cost is not None:
            must(outcome.cost == cost(problem, outcome.choice), "the alternative costs another sum")
        elif isinstance(setting, EnumeratesOutcomes) and not setting.money:
            must(outcome in list(setting.outcomes(problem)), "the alternative is not as listed")
    if any(outcome.payments is not None for outcome in listed):
        short = _revenue(chosen) - _revenue(alternative)
        rounding = 0 if is_exact(short) else 1e-9 * float(setting.scale(problem) or 1)
        must(short <= rounding, "the alternative is paid for from outside")


def _revenue(result: Any) -> Any:
    """What all agents together pay, on average; at most, where several outcomes tie."""
    if isinstance(result, Lottery):
        return sum(p * sum((outcome.payments or {}).values()) for p, outcome in result)
    return max(sum((outcome.payments or {}).values()) for outcome in outcomes_of(result))


def _family(setting: Setting) -> str:
    return setting.id.split(".")[0]
