"""The same bytes for any number of workers, limits that limit, and what cannot be sent."""

import json
import threading
from fractions import Fraction

import joblib
import pytest

from mechdesign import aggregation, axioms, facility
from mechdesign.axioms.question import evaluator
from mechdesign.axioms.question.evaluator import Budget, BudgetExhausted
from mechdesign.errors import InvalidInputError
from mechdesign.parallel import stream_tasks

# A thread of loky's (joblib 1.5) looks for tasks that it has just given up, if a result arrives
# while its workers are killed.  Nobody waits for these results; `stream_tasks` makes it rare.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
LINE = facility.line(0, 1)


def median(x):
    return sorted(x)[len(x) // 2]


def phantoms(x):
    return sorted([*x, Fraction(1, 3), Fraction(2, 3)])[2]


def mean(x):
    return sum(x) / len(x)


def broken(x):
    if x[0] == x[1] == x[2] == 1:
        raise RuntimeError("three ones")
    return sorted(x)[1]


def by_check(axiom, rule, **options):
    return lambda workers: axioms.check(axiom, rule, setting=LINE, workers=workers, **options)


PROOF = {"method": "proof"}
QUESTIONS = {
    "proof": by_check("strategyproofness", phantoms, agents=3, **PROOF),
    "proof of an axiom that tells agents apart": by_check("participation", median, agents=3),
    "proof, violated": by_check("strategyproofness", mean, agents=3, **PROOF),
    "proof, ended by max_checks": by_check(
        "strategyproofness", phantoms, agents=3, max_checks=150, **PROOF
    ),
    "proof, not linear": by_check("strategyproofness", lambda x: x[0] * x[1], agents=3, **PROOF),
    "tables": by_check("strategyproofness", median, agents=4, grid=3),
    "tables, violated": by_check("strategyproofness", lambda x: max(x) / 2, agents=4, grid=3),
    "loop": by_check("anonymity", median, agents=4, grid=3),
    "loop, violated late": by_check(
        "anonymity", lambda x: x[0] if len(set(x)) == 4 else median(x), agents=4, grid=3
    ),
    "loop, ended by max_checks": by_check("anonymity", median, agents=4, grid=3, max_checks=400),
    "beyond the domain": by_check("participation", median, agents=4, grid=3),
    "audit": lambda workers: axioms.audit(
        [median, mean, facility.median], setting=LINE, agents=3, grid=3, workers=workers
    ),
    "audit, common limit": lambda workers: axioms.audit(
        [median, mean], setting=LINE, agents=3, grid=3, max_checks=3000, workers=workers
    ),
    "neutrality": lambda workers: axioms.check(
        "neutrality",
        lambda ballots: ballots[0],
        setting=aggregation.rankings("winner"),
        agents=4,
        alternatives=3,
        workers=workers,
    ),
}


@pytest.mark.parametrize("name", QUESTIONS)
def test_the_same_bytes(name):
    one, two = (json.dumps(QUESTIONS[name](workers).to_dict()) for workers in (1, 2))
    assert one == two


def test_the_same_worst_gap():
    for options in ({"agents": 3, "grid": 7}, {"agents": 3}):
        found = [
            axioms.worst("strategyproofness", mean, setting=LINE, workers=workers, **options)
            for workers in (1, 2)
        ]
        assert found[0] == found[1]
        assert found[0].value == Fraction(2, 9) or "grid" in options


def test_the_same_ranks():
    scores = {f"s{k}": [(7 * k * t + k * k) % 11 for t in range(9)] for k in range(5)}
    found = [
        aggregation.bootstrap(scores, "copeland", samples=40, workers=workers).ranks.tolist()
        for workers in (1, 2)
    ]
    assert found[0] == found[1]


def test_the_same_rule():
    pytest.importorskip("pysat")
    found = [
        axioms.consistent(
            ["strategyproofness", "anonymity"],
            aggregation.rankings("winner"),
            agents=2,
            alternatives=3,
            workers=workers,
        )
        for workers in (1, 2)
    ]
    assert json.dumps(found[0].to_dict()) == json.dumps(found[1].to_dict())


@pytest.mark.parametrize("workers", [1, 2])
def test_an_error_of_the_rule_is_raised(workers):
    for options in ({"agents": 3, "grid": 6}, {"agents": 3, "method": "proof"}):
        with pytest.raises(RuntimeError, match="three ones"):
            axioms.check("strategyproofness", broken, setting=LINE, workers=workers, **options)


def test_a_state_that_stays_in_a_worker_is_seen():
    def drifting_after(limit):
        calls = 0

        def drifting(x):
            nonlocal calls
            calls += 1
            return sorted(x)[1 if calls < limit else 0]

        return drifting

    # At these calls the first worker that drifts has seen nothing yet that contradicts it.
    for axiom, limit in [("anonymity", 150), ("anonymity", 300), ("strategyproofness", 300)]:
        options = {"setting": LINE, "agents": 4, "grid": 3, "workers": 2}
        assert not axioms.check(axiom, drifting_after(limit), **options).holds


def test_random_numbers_drawn_in_a_worker_are_seen():
    import random

    def lucky(x):
        return sorted(x)[random.randrange(10**9) < 1]

    for options in ({"grid": 4}, {"method": "proof"}):
        verdict = axioms.check(
            "strategyproofness", lucky, setting=LINE, agents=4, workers=2, **options
        )
        assert not verdict.holds


def test_a_cache_of_the_rule_is_no_obstacle():
    known = {}

    def cached(x):
        return known.setdefault(tuple(x), sorted(x)[1])

    verdict = axioms.check("anonymity", cached, setting=LINE, agents=4, grid=3, workers=2)
    assert verdict.holds


def test_what_cannot_be_sent_is_refused():
    lock = threading.Lock()

    def locked(x):
        with lock:
            return sorted(x)[1]

    with pytest.raises(InvalidInputError, match="`workers` must be 1 for what cannot be sent"):
        axioms.check("anonymity", locked, setting=LINE, agents=4, grid=3, workers=2)
    with joblib.parallel_config("threading"):  # where nothing is sent
        assert axioms.check("anonymity", locked, setting=LINE, agents=4, grid=3, workers=2).holds


def test_results_that_cannot_be_sent_are_refused():
    with pytest.raises(InvalidInputError, match="results that cannot be sent"):
        list(stream_tasks(lambda _: threading.Lock(), [1, 2], workers=2))


def test_errors_come_in_the_order_of_the_tasks():
    def work(k):
        if k == 3:
            raise ValueError("three")
        return k

    found = []
    with pytest.raises(ValueError, match="three"):
        found.extend(stream_tasks(work, range(6), workers=2))
    assert list(stream_tasks(work, [0, 1, 2], workers=2)) == [0, 1, 2]


def test_the_time_is_over_for_workers_too():
    def slow(x):
        return sorted(x)[sum(range(20_000)) > 0]

    for options in ({"grid": 12}, {"method": "proof"}):
        verdict = axioms.check(
            "anonymity", slow, setting=LINE, agents=5, workers=2, time_limit=0.3, **options
        )
        assert "time_limit=0.3" in verdict.evidence.text


def test_a_budget_travels_with_the_time_that_is_left():
    import pickle

    budget = Budget(time_limit=50, workers=3, progress=print)
    sent = pickle.loads(pickle.dumps(budget))
    assert (sent.workers, sent.progress) == (1, None)
    assert abs(sent.remaining - budget.remaining) < 1
    with pytest.raises(BudgetExhausted, match="max_checks=2"):
        Budget(max_checks=2).spend(3)


def test_progress_is_told(monkeypatch):
    monkeypatch.setattr(evaluator, "_TICK", 0)
    told = []
    for options in ({"workers": 1}, {"workers": 2}):
        axioms.check(
            "anonymity",
            median,
            setting=LINE,
            agents=4,
            grid=3,
            **options,
            progress=lambda: told.append(1),
        )
        assert told
        told.clear()
    axioms.audit(
        [median],
        ["anonymity", "strategyproofness"],
        setting=LINE,
        agents=2,
        grid=2,
        progress=lambda: told.append(1),
    )
    assert len(told) == 2


@pytest.mark.parametrize("word", [{"workers": 0}, {"workers": "two"}, {"progress": 3}])
def test_bad_words_are_refused(word):
    with pytest.raises(InvalidInputError, match=next(iter(word))):
        axioms.check("anonymity", median, setting=LINE, agents=3, grid=2, **word)


@pytest.mark.slow
def test_a_cluster_gives_the_same_bytes():
    distributed = pytest.importorskip("distributed")
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=None
        ) as cluster,
        distributed.Client(cluster),
        joblib.parallel_config(backend="dask"),
    ):
        for name in ("proof", "tables", "loop", "audit"):
            one, two = (json.dumps(QUESTIONS[name](workers).to_dict()) for workers in (1, 2))
            assert one == two
