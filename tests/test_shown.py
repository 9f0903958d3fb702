"""Results are short where a session shows them, whole where they are printed, HTML in notebooks."""

import importlib.util
import inspect
import pkgutil
from fractions import Fraction

import numpy as np
import pytest

import mechdesign
from mechdesign import aggregation, auctions, axioms, bargaining, experiments, facility, matching
from mechdesign.io import Table
from mechdesign.records import ten_lines


def result_classes():
    found = {}
    for module in pkgutil.walk_packages(mechdesign.__path__, "mechdesign."):
        if module.name.endswith("__main__"):
            continue
        for name, cls in vars(importlib.import_module(module.name)).items():
            if not inspect.isclass(cls) or cls.__module__ != module.name:
                continue
            if inspect.isfunction(getattr(cls, "table", None)) or hasattr(cls, "to_dict"):
                found[f"{module.name}.{name}"] = cls
    # The base of what is written as a document is no result of its own.
    del found["mechdesign.model.serialize.Document"]
    return found


CLASSES = result_classes()


def test_there_are_many():
    assert len(CLASSES) > 30


@pytest.mark.parametrize("name", CLASSES)
def test_every_result_has_html_and_a_bounded_repr(name):
    cls = CLASSES[name]
    assert callable(cls._repr_html_)
    assert cls.__repr__ is object.__repr__ or "_show" in cls.__repr__.__qualname__


def results():
    rng = np.random.default_rng(0)
    scores = rng.integers(0, 50, (60, 40)).tolist()
    yield "comparison", aggregation.compare(scores, rules=["mean", "borda"])
    yield "ranking", aggregation.borda(scores)
    yield "kemeny", aggregation.kemeny(scores[:6])
    yield "bootstrap", aggregation.bootstrap(scores, samples=20)
    yield "fit", aggregation.bradley_terry_fit({f"{a} > {b}": 1 for a in "abcdefghijkl"
                                                for b in "abcdefghijkl" if a != b})  # fmt: skip
    wanted = ["strategyproofness", "unanimity"]
    scope = {"preferences": "winner", "agents": 2, "alternatives": 3}
    if importlib.util.find_spec("pysat"):
        yield "consistent", axioms.consistent(wanted, aggregation.rankings(), **scope)
    yield "audit", axioms.audit([auctions.gsp, auctions.vcg], agents=2, grid=3, slots=(2, 1))
    yield "simulation", matching.simulate(matching.complete(30, 30, 0.5), ["greedy"] * 1, runs=20)
    yield "benchmark", matching.bounds(matching.complete(3, 3, 0.5))
    menu = bargaining.menu({f"p{k}": [k, 30 - k] for k in range(30)})
    yield "report", bargaining.report(menu, bargaining.nash(menu))
    yield "sweep", experiments.sweep(len_of, {"x": list(range(40))})
    yield "table", Table(["x"], [[k] for k in range(100)])
    yield "lottery", facility.random_rank([k / 40 for k in range(40)])
    yield "outcome", facility.average([k / 40 for k in range(40)])


def len_of(x, rng=None):
    return {"y": x}


@pytest.mark.parametrize("found", [pytest.param(r, id=name) for name, r in results()])
def test_shown(found):
    text = repr(found)
    assert text.count("\n") < 10
    assert len(text) < 6000
    assert found._repr_html_().lstrip().startswith("<")


def test_what_is_left_out_is_said_and_printed():
    table = Table(["x"], [[k] for k in range(100)])
    assert repr(aggregation.compare([[k] for k in range(30)])).endswith("more lines: print it)")
    assert str(table).count("\n") == 101
    assert ten_lines("a\n" * 30).count("\n") == 9
    assert len(ten_lines("a" * 10_000)) < 500


def test_results_with_arrays_are_compared():
    graph = matching.complete(3, 3, 0.5)
    first, again = (matching.simulate(graph, ["greedy", "ranking"], runs=20) for _ in range(2))
    other = matching.simulate(graph, ["greedy", "ranking"], runs=20, rng=1)
    assert first == again
    assert first != other
    assert first != 3


def test_long_fractions_are_decimals_on_the_screen_and_exact_in_data():
    long, huge = Fraction(10**30 + 1, 3 * 10**30), Fraction(10**400 + 1, 7)
    table = Table(["what", "value"], [["a", long], ["b", huge], ["c", Fraction(1, 3)]])
    assert table.to_text().splitlines()[2:] == [
        "a     ~0.333333",
        "b     ~1.42857e+399",
        "c     1/3",
    ]
    assert "~0.333333" in table.to_html()
    assert table.to_dict()["rows"][0] == ["a", str(long)]
    assert str(long) in table.to_csv()
