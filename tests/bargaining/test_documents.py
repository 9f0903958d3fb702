"""Problems from rubrics, dicts, data frames, JSON and YAML, and what is refused."""

import json
from fractions import Fraction as F

import pytest

from mechdesign import bargaining
from mechdesign.bargaining import from_document, menu, modules, rubric, to_document
from mechdesign.bargaining.datasets import montreal_reconstruction
from mechdesign.errors import InvalidInputError

LISTED = menu({"park": {"x": 1, "y": F(1, 3)}, "plaza": {"x": 2, "y": 0}}, costs=[3, 1], budget=3)
ADDITIVE = modules(
    {"street": 5},
    {"p": 1, "q": F(1, 2)},
    {"x": {"p": 1}, "y": {"q": 2, "street": 1}},
    conflicts=[{"p", "q"}],
    requirements=[("q", "p")],
    reserve={"y": 1},
    weights={"x": 2},
    budget=6,
)


@pytest.mark.parametrize(
    "problem", [LISTED, ADDITIVE, montreal_reconstruction()], ids=["menu", "modules", "rubric"]
)
def test_round_trip(problem, tmp_path):
    path = tmp_path / "problem.json"
    bargaining.write_problem(problem, path)
    again = bargaining.read_problem(path)
    assert to_document(again) == to_document(problem)
    assert again.types == problem.types
    assert again.data == problem.data


def test_yaml_and_decimals(tmp_path):
    pytest.importorskip("yaml")
    path = tmp_path / "problem.yaml"
    path.write_text(
        "budget: 0.3\npackages:\n  park: {cost: 0.1, utilities: {x: 0.1, y: 1/3}}\n", "utf-8"
    )
    problem = bargaining.read_problem(path)
    assert problem.budget == F(3, 10)
    assert problem.types == ((F(1, 10),), (F(1, 3),))
    path.write_text("a: [", "utf-8")
    with pytest.raises(InvalidInputError, match="line"):
        bargaining.read_problem(path)


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_data_frames(library):
    pd = pytest.importorskip(library)

    def frame(labels, **columns):
        if library == "pandas":
            return pd.DataFrame(columns, index=labels)
        return pd.DataFrame({"name": labels, **columns})

    problem = rubric(
        frame(["street"], cost=[60], access=[3], looks=[4]),
        frame(["ramp", "paint"], cost=[20, 5], access=[1, None], looks=[None, 2]),
        frame(["a", "b"], access=[3, 1], looks=[1, 1]),
        scale=(1, 5),
        budget=80,
    )
    assert bargaining.nash(problem).choice == ("street", ("ramp",))
    table = menu(frame(["park", "plaza"], x=[3, 1], y=[1, 3]))
    assert table.types == ((3, 1), (1, 3))
    assert table.data.packages == ("park", "plaza")


BASES = {"s": {"cost": 1, "k": 2}}
GOOD = {"bases": {"s": {"cost": 1}}, "utilities": {"x": {"s": 1}}}


@pytest.mark.parametrize(
    ("call", "match"),
    [
        (lambda: rubric({"s": {"k": 1}}, {}, {"x": {"k": 1}}, scale=(1, 5)), "cost"),
        (lambda: rubric({"s": {"cost": 1}}, {}, {"x": {"k": 1}}, scale=(1, 5)), "every criterion"),
        (
            lambda: rubric(BASES, {"m": {"cost": 1, "z": 1}}, {"x": {"k": 1}}, scale=(1, 5)),
            "scored",
        ),
        (lambda: rubric(BASES, {"m": {"cost": -1}}, {"x": {"k": 1}}, scale=(1, 5)), "cost"),
        (lambda: rubric(BASES, {}, {"x": {"k": -1}}, scale=(1, 5)), "at least 0"),
        (lambda: rubric(BASES, {}, {"x": {"k": 0}}, scale=(1, 5)), "positive"),
        (lambda: rubric(BASES, {}, {}, scale=(1, 5)), "group"),
        (lambda: rubric(BASES, {}, {"x": {"k": 1}}, scale=(5, 1)), "scale"),
        (lambda: rubric(BASES, {}, {"x": {"k": 1}}, scale=3), "scale"),
        (lambda: rubric(BASES, {"s": {"cost": 1}}, {"x": {"k": 1}}, scale=(1, 5)), "names other"),
        (lambda: rubric(3, {}, {"x": {"k": 1}}, scale=(1, 5)), "bases"),
        (lambda: from_document([]), "object"),
        (lambda: from_document({}), "packages, or bases"),
        (lambda: from_document({**GOOD, "colour": 1}), "keys"),
        (lambda: from_document({**GOOD, "priorities": {}}), "either"),
        (lambda: from_document({"bases": BASES, "priorities": {"x": {"k": 1}}}), "scale"),
        (lambda: from_document({**GOOD, "conflicts": [["a", "b"]]}), "known modules"),
        (lambda: from_document({**GOOD, "budget": -1}), "budget"),
        (lambda: from_document({**GOOD, "bases": {"s": {"cost": -1}}}), "base_costs"),
        (lambda: from_document({"packages": []}), "object"),
        (lambda: from_document({"packages": {"a": {"cost": 1}}}), "utilities"),
        (lambda: from_document({"packages": {"a": {"price": 1}}}), "cost and utilities"),
        (
            lambda: from_document(
                {"packages": {"a": {"utilities": {"x": 1}}, "b": {"utilities": {"y": 1}}}}
            ),
            "agents",
        ),
        (lambda: from_document({"packages": {"a": {"utilities": {"x": "many"}}}}), "number"),
        (lambda: from_document({"packages": {"a": {"utilities": {"x": True}}}}), "number"),
        (lambda: from_document({"packages": {"a": {"utilities": {"x": float("nan")}}}}), "number"),
    ],
)
def test_refused(call, match):
    with pytest.raises(InvalidInputError, match=match):
        call()


def test_refused_files(tmp_path):
    path = tmp_path / "problem.json"
    for text, match in (('{"a": ', "line 1"), ('{"a": 1, "a": 2}', "distinct"), ("[]", "object")):
        path.write_text(text, "utf-8")
        with pytest.raises(InvalidInputError, match=match):
            bargaining.read_problem(path)
    path.write_bytes("{'é': 1}".encode("latin-1"))
    with pytest.raises(InvalidInputError, match="UTF-8"):
        bargaining.read_problem(path)
    path.write_text("\ufeff" + json.dumps(to_document(LISTED)), "utf-8")
    assert bargaining.read_problem(path) == LISTED
