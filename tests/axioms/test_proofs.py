"""Proofs on the continuum: the oracles, rules that are broken on purpose, and traps."""

import copy
import gc
import itertools
import json
import random
from fractions import Fraction

import numpy as np
import pytest

from mechdesign import axioms, facility
from mechdesign.axioms import Verdict, verify_verdict
from mechdesign.errors import InvalidInputError
from mechdesign.model import FunctionMechanism

F = Fraction
LINE = facility.line(0, 1)
SP = "strategyproofness"


def prove(axiom, rule, agents, setting=LINE, **options):
    return axioms.check(axiom, rule, setting=setting, agents=agents, method="proof", **options)


def confirmed(rule, verdict, setting=LINE):
    """Written, read and checked by the kernel."""
    again = Verdict.from_dict(json.loads(json.dumps(verdict.to_dict())))
    found = verify_verdict(FunctionMechanism(rule, setting), again)
    return found.answer, found.reason


def average(x):
    return sum(x) / len(x)


def median(x):
    return sorted(x)[len(x) // 2]


def numpy_median(x):
    return np.median(np.array(x, dtype=object))


def uniform_phantom(x):
    n = len(x)
    return sorted([*x, *(F(k, n) for k in range(1, n))])[n - 1]


def moved_phantom(x):
    n = len(x)
    return sorted([*x, *(F(k, n) + F(1, 1000) for k in range(1, n))])[n - 1]


def secretly_average(x):
    if max(x) - min(x) < F(1, 1009):
        return sum(x) / len(x)
    return sorted(x)[1]


# ------------------------------------------------------------------------- oracles


@pytest.mark.parametrize(
    ("rule", "agents"),
    [
        (median, 1),
        (median, 3),
        (numpy_median, 3),
        (uniform_phantom, 2),
        (uniform_phantom, 3),
        (moved_phantom, 3),
    ],
)
def test_strategyproof_rules_are_proved_and_the_kernel_confirms(rule, agents):
    verdict = prove(SP, rule, agents)
    assert verdict.holds, verdict
    assert verdict.evidence.kind == "proof"
    assert verdict.exact
    assert confirmed(rule, verdict)[0] == "confirmed"


@pytest.mark.parametrize(
    ("rule", "agents"), [(average, 2), (average, 3), (numpy_median, 2), (secretly_average, 3)]
)
def test_manipulable_rules_are_refuted_at_an_exact_point(rule, agents):
    verdict = prove(SP, rule, agents)
    assert verdict.violated, verdict
    assert verdict.witness.replay(FunctionMechanism(rule, LINE))
    assert verdict.exact
    assert verdict.witness.gap > 0


def test_the_counterexample_is_simple():
    witness = prove(SP, average, 2).witness
    numbers = [*witness.problem.types, *witness.variant.types]
    assert max(number.denominator for number in numbers) <= 3


def test_a_rule_that_every_grid_accepts_is_refuted_between_its_points():
    for steps in (2, 3, 4, 6):
        assert axioms.check(SP, secretly_average, setting=LINE, agents=3, grid=steps).holds
    assert prove(SP, secretly_average, 3).violated


def test_a_check_without_a_grid_tries_a_proof():
    verdict = axioms.check(SP, uniform_phantom, setting=LINE, agents=3)
    assert verdict.holds
    assert verdict.evidence.kind == "proof"
    assert axioms.check(SP, average, setting=LINE, agents=3).violated


def test_several_numbers_of_agents_are_proved_each_and_verified_each():
    verdict = prove(SP, median, [1, 3])
    assert verdict.holds
    assert confirmed(median, verdict)[0] == "confirmed"


def test_other_segments_and_single_peaked_preferences():
    setting = facility.line(-2, 3, preferences="single_peaked")
    assert prove(SP, median, 3, setting).holds
    # Between its phantoms the mean of two is no phantom rule.
    assert prove(SP, lambda x: (min(x) + max(x)) / 2, 2, setting).violated


# ------------------------------------------------------------------------- traps


class Counter:
    calls = 0


def counting(x):
    Counter.calls += 1
    return sorted(x)[1]


seen = []


def remembering(x):
    seen.append(1)
    return sorted(x)[1] if len(seen) < 40 else sum(x) / 3


def drawing(x):
    return sorted(x)[1] if random.random() < 0.999 else x[0]


def asking_for_the_type(x):
    return x[0] if type(x[0]) is int else sorted(x)[1]


def by_isinstance(x):
    return sum(x) / 3 if any(isinstance(v, int) for v in x) else sorted(x)[1]


def hiding(x):
    try:
        return sorted(x)[1] + 0 * int(x[0])
    except BaseException:
        return sorted(x)[1]


def by_hash(x):
    return sorted(set(x))[0] if len(set(x)) == 1 else sorted(x)[1]


def by_index(x):
    return [0, 1][x[0] > F(1, 2)] if x[0] in (0, 1) else sorted(x)[int(x[0])]


def product(x):
    return sorted(x)[1] + x[0] * x[1] * (1 - x[0]) * 0


def rounding(x):
    return round(sorted(x)[1], 3)


def by_text(x):
    return sorted(x)[1] if "7" not in f"{x[0]}" else x[0]


def kept_counter():
    calls = 0

    def rule(x):
        nonlocal calls
        calls += 1
        return sorted(x)[1]

    return rule


ticks = itertools.count()


def ticking(x):
    next(ticks)
    return sorted(x)[1]


def by_identity(x):
    return sum(x) / 3 if x[0] is x[1] else sorted(x)[1]


def by_dtype(x):
    values = np.array(x)
    return sorted(x)[1] if values.dtype == object else values.mean()


def by_type_in_disguise(x, kind=type):
    return x[0] if kind(x[0]) is int else sorted(x)[1]


def keeping_numbers(x, kept={}):  # noqa: B006
    return kept.setdefault(len(x), sorted(x)[1])


def compiled(x):
    return float(np.median(np.asarray(x, dtype=float)))


TRAPS = [
    counting,
    remembering,
    drawing,
    asking_for_the_type,
    by_isinstance,
    hiding,
    by_hash,
    by_index,
    product,
    rounding,
    by_text,
    kept_counter(),
    ticking,
    by_identity,
    by_dtype,
    by_type_in_disguise,
    keeping_numbers,
    compiled,
]


@pytest.mark.parametrize("rule", TRAPS, ids=lambda f: f.__name__)
def test_code_that_is_not_a_linear_function_of_its_reports_never_holds(rule):
    verdict = prove(SP, rule, 3)
    assert verdict.status is axioms.UNKNOWN, verdict
    assert verdict.evidence.text


def test_the_reason_names_the_operation_and_the_line():
    text = prove(SP, product, 3).evidence.text
    assert "a product with another number that depends on reports" in text
    assert "x[0] * x[1]" in text
    assert "int()" in prove(SP, by_index, 3).evidence.text
    assert "isinstance()" in prove(SP, by_isinstance, 3).evidence.text


def test_floats_in_the_code_are_the_rationals_that_they_are():
    verdict = prove(SP, lambda x: min(max(sorted(x)[1], 0.1), 0.9), 3)
    assert verdict.holds
    assert not verdict.exact
    assert 0 < verdict.tolerance <= 1e-6
    assert prove(SP, lambda x: 0.9 * sorted(x)[1], 3).violated


def test_a_rule_that_fails_somewhere_fails_as_it_does_when_it_is_called():
    with pytest.raises(InvalidInputError, match="choice"):
        prove(SP, lambda x: min(x) if x[0] != x[1] else x[0] + x[1] + 1, 2)
    with pytest.raises(ZeroDivisionError):
        prove(SP, lambda x: min(x) if x[0] != x[1] else 1 / 0, 2)


def test_a_budget_that_runs_out_says_how_much_was_covered():
    verdict = prove(SP, median, 5, max_checks=30)
    assert verdict.status is axioms.UNKNOWN
    assert verdict.evidence.kind == "budget"
    assert "max_checks=30" in verdict.evidence.text
    assert "% of the whole" in verdict.evidence.text
    assert prove(SP, median, 9, time_limit=0.2).status is axioms.UNKNOWN


def test_a_proof_needs_the_number_of_agents_and_no_grid():
    assert "agents" in axioms.check(SP, median, setting=LINE, method="proof").evidence.text
    with pytest.raises(InvalidInputError, match="method"):
        axioms.check(SP, median, setting=LINE, agents=3, grid=2, method="proof")
    with pytest.raises(InvalidInputError, match="method"):
        axioms.check(SP, median, setting=LINE, agents=3, method="guess")


# ------------------------------------------------------------------------- documents


def documents():
    verdict = prove(SP, uniform_phantom, 2)
    return verdict, json.loads(json.dumps(verdict.to_dict()))


def answer(data, rule=uniform_phantom):
    try:
        return verify_verdict(FunctionMechanism(rule, LINE), Verdict.from_dict(data))
    except InvalidInputError as error:
        return error


def places(data, path=()):
    """Every leaf of a document, by its path."""
    if isinstance(data, dict):
        for key, part in data.items():
            yield from places(part, (*path, key))
    elif isinstance(data, list):
        for key, part in enumerate(data):
            yield from places(part, (*path, key))
    else:
        yield path, data


def changed(data, path, value):
    data = copy.deepcopy(data)
    place = data
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return data


def others(value):
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, int):
        return [value + 1, value - 1]
    if value == "|":
        return [0]
    try:
        return [str(F(value) + F(1, 7)), str(-F(value) - F(9, 8))]
    except (ValueError, TypeError):
        return ["strategy", None]


@pytest.mark.parametrize("many", [40, pytest.param(120, marks=pytest.mark.slow)])
def test_a_proof_with_any_field_changed_is_refused(many):
    """Wherever a number, a word or an answer of the tree is changed."""
    _, data = documents()
    assert answer(data).answer == "confirmed"
    proof = [p for p, _ in places(data) if "forms" in p or "tokens" in p]
    rng = random.Random(1)
    for path in rng.sample(proof, many):
        value = data
        for key in path:
            value = value[key]
        for other in others(value):
            found = answer(changed(data, path, other))
            inside = "tokens" in path and isinstance(value, str) and value != "at"
            if getattr(found, "answer", "refused") == "confirmed":
                # Another point of the same cell, or a larger multiple, proves as much.
                assert inside, (path, value, other)


@pytest.mark.parametrize("number", [True, 1.0, "1.0", "1e99999999", None, [1]])
def test_numbers_of_a_proof_are_written_exactly(number):
    _, data = documents()
    for path in [p for p, _ in places(data) if "forms" in p][:3]:
        found = answer(changed(data, path, number))
        assert getattr(found, "answer", "refused") != "confirmed"


@pytest.mark.parametrize("cut", [slice(0, -1), slice(1, None), slice(0, 0)])
def test_a_tree_with_a_part_missing_is_refused(cut):
    verdict, data = documents()
    path = next(p for p, _ in places(data) if "tokens" in p)
    path = path[: path.index("tokens") + 1]
    tokens = data
    for key in path:
        tokens = tokens[key]
    found = answer(changed(data, path, tokens[cut]))
    assert getattr(found, "answer", "refused") != "confirmed"
    assert verdict.holds


def test_the_proof_of_one_rule_is_none_of_another():
    _, data = documents()
    found = answer(data, average)
    assert found.answer == "NOT confirmed"
    found = answer(data, lambda x: sorted([*x, F(1, 3)])[1])
    assert found.answer == "NOT confirmed"


def test_the_words_around_a_proof_are_part_of_the_claim():
    _, data = documents()
    for key, value in [("axiom", "unanimity"), ("exact", False)]:
        assert getattr(answer({**data, key: value}), "answer", "refused") != "confirmed"
    for key, value in [("agents", 3), ("ordered", True), ("axiom", "anonymity")]:
        path = next(p for p, _ in places(data) if p[-1] == key and "proofs" in str(data))
        path = [p for p, _ in places(data) if p[-1] == key][-1]
        found = answer(changed(data, path, value))
        assert getattr(found, "answer", "refused") != "confirmed", key


def test_identity_of_reports_is_not_theirs():
    def twins(x):
        return 0 if any(v is x[0] for v in x[1:]) else sorted(x)[1]

    def polite(x):
        return None if x is None else sorted(x)[1]

    options = {"setting": facility.line(0, 1), "agents": 3, "method": "proof"}
    assert axioms.check("strategyproofness", twins, **options).status is axioms.UNKNOWN
    assert axioms.check("strategyproofness", polite, **options).status is axioms.HOLDS


def test_what_runs_at_a_collection_is_no_part_of_a_rule():
    seen = []

    def at_collection(phase, info):
        seen.append(phase)

    gc.callbacks.append(at_collection)
    before = gc.get_threshold()
    gc.set_threshold(5, 1, 1)
    try:
        verdict = axioms.check(
            "strategyproofness", lambda x: sorted(x)[1], setting=facility.line(0, 1), agents=3
        )
    finally:
        gc.set_threshold(*before)
        gc.callbacks.remove(at_collection)
    assert seen
    assert verdict.holds, verdict
    assert gc.isenabled()
