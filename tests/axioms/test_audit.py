"""Audits: the table of mechanisms against axioms."""

import csv
import io
import json

import pytest

from mechdesign import axioms, facility
from mechdesign.axioms import Verdict
from mechdesign.errors import InvalidInputError

RULES = [facility.uniform_phantom, facility.average, facility.median]
AXIOMS = ["strategyproofness", "unanimity", "weak_pareto", "pareto_efficiency"]


@pytest.fixture(scope="module")
def table():
    return axioms.audit(RULES, AXIOMS, agents=3, grid=4)


def test_cells(table):
    assert table.axioms == tuple(AXIOMS)
    assert table.verdict("facility.average", "strategyproofness").violated
    assert table.verdict("facility.median", "strategyproofness").holds
    assert [v.holds for v in table] == [True] * 4 + [False] + [True] * 7


def test_implied_verdicts_say_so(table):
    verdict = table.verdict("facility.median", "weak_pareto")
    assert verdict.evidence.kind == "implied"
    assert verdict.axiom == "weak_pareto"
    direct = axioms.check("weak_pareto", facility.median, agents=3, grid=4)
    assert direct.holds


def test_text_names_the_scope(table):
    text = table.to_text()
    assert "VIOLATED" in text
    assert "grid 1/4 of [0, 1], n=3" in text
    assert repr(table) == text


def test_exports(table):
    rows = list(csv.DictReader(io.StringIO(table.to_csv())))
    assert len(rows) == 12
    assert rows[4]["status"] == "VIOLATED"
    assert "gains" in rows[4]["text"]
    assert table.to_latex().count(r"\\") == 4
    assert "<table>" in table._repr_html_()
    data = json.loads(json.dumps(table.to_dict()))
    again = Verdict.from_dict(data["verdicts"][1][0])
    assert again.witness.replay(facility.average)


def test_frame(table):
    pd = pytest.importorskip("pandas")
    frame = table.to_frame()
    assert isinstance(frame, pd.DataFrame)
    assert list(frame["status"]).count("VIOLATED") == 1


def test_counterexamples_in_words(table):
    (text,) = table.counterexamples()
    assert "facility.average violates strategyproofness" in text
    assert "reports" in text


def test_default_axioms_are_those_that_apply():
    table = axioms.audit(facility.median, agents=2, grid=2)
    assert "strategyproofness" in table.axioms
    assert "core" not in table.axioms


@pytest.mark.parametrize(
    ("mechanisms", "chosen", "match"),
    [
        ([], None, "mechanisms"),
        ([facility.median], [], "axioms"),
        ([facility.median], ["unanimity", "unanimity"], "distinct"),
        ([facility.median], ["monotonicity"], "allocation_monotonicity"),
    ],
)
def test_bad_input(mechanisms, chosen, match):
    with pytest.raises(InvalidInputError, match=match):
        axioms.audit(mechanisms, chosen, agents=2, grid=2)


def test_no_such_cell(table):
    with pytest.raises(InvalidInputError, match="mechanism"):
        table.verdict("facility.nothing", "unanimity")
    with pytest.raises(InvalidInputError, match="axiom"):
        table.verdict("facility.median", "core")


def test_verdicts_that_rest_on_floats_are_marked() -> None:
    def mean(reports):
        return sum(map(float, reports)) / len(reports)

    line = facility.line()
    table = axioms.audit([facility.average, mean], ["unanimity"], setting=line, agents=2, grid=2)
    told = table.to_text()
    assert "holds*" in told
    assert "* rests on floating point" in told
    exact = axioms.audit(facility.average, ["unanimity"], agents=2, grid=2)
    assert "*" not in exact.to_text()
