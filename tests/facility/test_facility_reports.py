"""Assessments, tables of agents, the command line and the plots."""

import itertools
import json
from fractions import Fraction as F
from pathlib import Path

import pytest

from mechdesign import facility
from mechdesign.cli.entry import main
from mechdesign.errors import InvalidInputError, UndecidedError
from mechdesign.facility.proofs.assessment import assess
from mechdesign.facility.segment.files import read_table

STREET = Path(__file__).resolve().parents[2] / "examples" / "data" / "facility_street.csv"


def test_assessment():
    report = assess(facility.median([0, 0, 1]))
    assert report.measures["welfare ratio"] == 1
    lines = {line.axiom: line for line in report.fairness}
    assert lines["pareto_efficiency"].holds
    assert not lines["unanimous_fair_share"].holds
    assert lines["unanimous_fair_share"].slack == -F(1, 3)
    assert "agent 2 is 1 away" in str(report)
    assert report.table().to_csv().splitlines()[1] == "0,0,0,1"
    weighted = assess(facility.median([0, 1], weights=[1, 3]))
    assert weighted.measures["total cost"] == 1
    assert "weight" in weighted.table().columns
    obnoxious = assess(
        facility.obnoxious_optimum(objective="utilitarian", fairness="2-UFS")([0, F(1, 4)])
    )
    assert all(line.holds for line in obnoxious.fairness)
    floats = assess(facility.uniform_phantom([0.1, 0.2, 0.9]))
    assert all(line.holds for line in floats.fairness[:4])
    with pytest.raises(InvalidInputError, match="one location"):
        assess(facility.random_rank([0, 1]))


def test_command_line(capsys):
    assert main(["solve", "facility", "--reports", "0,0.1,0.4,1"]) == 0
    assert "2/5 = 0.4" in capsys.readouterr().out
    code = main(["solve", "facility", "--mechanism", "average", "--reports", "0,1/3", "--json"])
    assert code == 0
    found = json.loads(capsys.readouterr().out)
    assert found["location"] == {"$fraction": "1/6"}
    assert found["fairness"][0]["axiom"] == "pareto_efficiency"
    many = ["solve", "facility", "--mechanism"]
    assert main([*many, "random_rank", "--reports", "0,1", "--weights", "1,3"]) == 0
    assert "3/4" in capsys.readouterr().out
    assert main([*many, "median", "--set", "side=upper", "--reports", "0,1", "--csv"]) == 0
    assert capsys.readouterr().out.splitlines()[1] == "0,0,1,0"
    phantoms = [*many, "phantoms", "--set", "locations=0,1/4,3/4,1", "--reports", "0,0,1"]
    assert main(phantoms) == 0
    assert "1/4" in capsys.readouterr().out
    percentiles = [*many, "percentiles", "--reports", "0,2,5", "--domain", "0,5"]
    assert main([*percentiles, "--set", "shares=0,1"]) == 0
    assert main([*many, "obnoxious_optimum", "--reports", "1/4"]) == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ["--reports", "0,2"],
        ["--reports", "0,x"],
        ["--reports", ""],
        ["--reports", "0,1", "--domain", "1"],
        ["--reports", "0,1", "--mechanism", "nothing"],
        ["--reports", "0,1", "--mechanism", "auctions.vcg"],
        ["--reports", "0,1", "--set", "side"],
        ["--reports", "0,1", "--set", "colour=1"],
        ["--reports", "0,1", "--weights", "1"],
        ["--file", "missing.csv"],
    ],
)
def test_command_line_refuses(arguments, capsys):
    assert main(["solve", "facility", *arguments]) == 2
    assert "error" in capsys.readouterr().err


def test_street_of_thousands(capsys):
    arguments = ["--file", str(STREET), "--domain", "0,20"]
    assert main(["solve", "facility", *arguments]) == 0
    captured = capsys.readouterr()
    assert "3000 agents" in captured.out
    assert "people" in captured.err
    locations, weights, _ = read_table(STREET)
    line = facility.line(0, 20)
    place = facility.uniform_phantom(setting=line)(locations, weights=weights).choice
    total = sum(weights)
    right = sum(w for x, w in zip(locations.values(), weights, strict=True) if x > place)
    reach = sum(w for x, w in zip(locations.values(), weights, strict=True) if x >= place)
    assert right <= total * place / 20 <= reach


def test_tables_of_agents(tmp_path):
    path = tmp_path / "agents.csv"
    path.write_text("who,place\nann,0.1\nbob,1/3\n", encoding="utf-8")
    locations, weights, decisions = read_table(path, name="who")
    assert locations == {"ann": F(1, 10), "bob": F(1, 3)}
    assert weights is None
    assert "place" in decisions[-1]
    with pytest.raises(InvalidInputError, match="column"):
        read_table(path, column="home")
    path.write_text("agent,x\nann,0.1\nann,0.2\n", encoding="utf-8")
    with pytest.raises(InvalidInputError, match="distinct"):
        read_table(path)
    path.write_text("agent,x\nann,far\n", encoding="utf-8")
    with pytest.raises(InvalidInputError, match="number"):
        read_table(path)
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(InvalidInputError, match="name the column"):
        read_table(path)


def test_plots():
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    from matplotlib import pyplot

    from mechdesign.facility import plots

    ax = plots.profile(facility.uniform_phantom, [0, 0.05, 0.1, 0.1, 0.9])
    assert ax.get_title() == "facility.uniform_phantom"
    assert plots.profile(facility.random_rank, [0, 1], ax=ax) is ax
    assert len(plots.welfare_ratio(20).lines) == 3
    assert plots.option_set(min, [0.2, 0.3], setting=facility.line()).get_ylabel() == "location"
    drawn = plots.cells(lambda x: sorted([*x, F(1, 3)])[1], setting=facility.line())
    formulas = {patch.get_label() for patch in drawn.patches} - {"_"}
    assert formulas == {"1/3", "x", "y"}
    area = sum(
        abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in itertools.pairwise(p.get_xy()))) / 2
        for p in drawn.patches
    )
    assert area == pytest.approx(1)
    with pytest.raises(UndecidedError, match="product"):
        plots.cells(lambda x: x[0] * x[1], setting=facility.line())
    with pytest.raises(InvalidInputError):
        plots.option_set(facility.random_rank, [0, 1])
    with pytest.raises(InvalidInputError):
        plots.profile(facility.ladder, [[1, 0]])
    pyplot.close("all")
