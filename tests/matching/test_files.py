"""Edge lists, click logs and the command line."""

import json
from fractions import Fraction as F
from pathlib import Path

import pytest

from mechdesign import matching
from mechdesign.cli import main
from mechdesign.errors import InvalidInputError

DATA = Path(__file__).resolve().parents[2] / "examples" / "data"


@pytest.fixture
def write(tmp_path):
    def make(text, name="graph.csv"):
        path = tmp_path / name
        path.write_text(text)
        return path

    return make


def test_edge_list(write):
    graph = matching.read_graph(
        write("offline,arrival,p,weight,capacity\na,x,1/3,2,2\nb,x,0.25,,\na,y,1,,\nc,,,,\n,z,,,\n")
    )
    assert graph.offline == ("a", "b", "c")
    assert graph.arrivals == ("x", "y", "z")
    assert graph.by_arrival == (((0, F(1, 3)), (1, F(1, 4))), ((0, 1),), ())
    assert graph.weights == (2, 1, 1)
    assert graph.capacities == (2, 1, 1)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("offline,arrival\na,x\n", "column p"),
        ("offline,arrival,p\na,x,1.5\n", "line 2"),
        ("offline,arrival,p\na,x,0.5\na,y,-0.1\n", "line 3"),
        ("offline,arrival,p\na,x,half\n", "line 2"),
        ("offline,arrival,p\na,x,nan\n", "line 2"),
        ("offline,arrival,p\na,x,\n", "line 2"),
        ("offline,arrival,p\na,x,0.5\na,x,0.5\n", "line 3` must not repeat an edge"),
        ("offline,arrival,p\na,,0.5\n", "line 2` must name both"),
        ("offline,arrival,p,weight\na,x,0.5,1\na,y,0.5,2\n", "line 3` must be 1 as given"),
        ("offline,arrival,p,weight\na,x,0.5,-1\n", "line 2"),
        ("offline,arrival,p,capacity\na,x,0.5,1.5\n", "line 2"),
        ("offline,arrival,p\na,,\n", "at least one arrival"),
        ("ad,query,impressions,clicks\na,q,3,4\n", "line 2"),
        ("ad,query,impressions,clicks\na,q,3,0\n,q,3,0\n", "line 3"),
        ("ad,query,impressions,clicks\na,q,2.5,1\n", "line 2"),
        ("ad,query,impressions\na,q,3\n", "clicks"),
    ],
)
def test_bad_files(write, text, told):
    with pytest.raises(InvalidInputError, match=told):
        matching.read_graph(write(text))


def test_click_log_keeps_its_counts(write):
    path = write("ad,query,impressions,clicks,value\na,q,10,3,2\nb,q,4,0,\na,q,10,2,\nb,r,0,0,\n")
    log = matching.read_clicks(path)
    assert log.counts["a", "q"] == (20, 5)
    assert log.probability("a", "q") == F(1, 4)
    assert log.probability("b", "q", prior=(1, 1)) == F(1, 6)
    assert log.probability("b", "r", prior=(1, 1)) == 0
    graph = log.instance(["q", "r", "q"], prior=(1, 1))
    assert graph.arrivals == ("q", "r", "q")
    assert graph.weights == (2, 1)
    assert graph.by_arrival[0] == ((0, F(3, 11)), (1, F(1, 6)))
    with pytest.raises(InvalidInputError, match="queries of the log"):
        log.instance(["s"])
    with pytest.raises(InvalidInputError, match="pair"):
        log.probability("a", "q", prior=3)
    with pytest.raises(InvalidInputError, match="impressions, clicks"):
        matching.click_log([("a", "q")])
    with pytest.raises(InvalidInputError, match="weights and capacities"):
        matching.click_log([], bids={})


def test_examples_are_readable():
    graph = matching.read_graph(DATA / "matching_ads.csv")
    assert graph.m == 40
    assert graph.exact
    assert max(graph.capacities) == 6
    assert matching.read_clicks(DATA / "matching_clicks.csv").instance().n == 4


def test_simulate_from_the_command_line(capsys):
    words = ["simulate", "matching", str(DATA / "matching_ads.csv"), "--runs", "200"]
    assert main([*words, "--mechanism", "balance", "ranking", "greedy", "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert [row["policy"] for row in data["policies"]] == ["balance", "ranking", "greedy"]
    assert data["benchmark"]["name"] == "fluid"
    assert main(words) == 0
    assert "ratio to fluid" in capsys.readouterr().out
    assert main([*words, "--mechanism", "nobody"]) == 2
    assert "such as matching.greedy" in capsys.readouterr().err
    assert main([*words, "--runs", "0"]) == 2
    assert main([*words, "--prior", "1"]) == 2


def test_bounds_from_the_command_line(capsys, write):
    path = write("offline,arrival,p\na,x,1/2\nb,x,1/2\na,y,1/2\n")
    assert main(["solve", "matching", str(path)]) == 0
    assert "clairvoyant" in capsys.readouterr().out
    assert main(["solve", "matching", str(path), "--csv"]) == 0
    assert capsys.readouterr().out.startswith("benchmark,value")


def test_columns_with_other_names(tmp_path, capsys):
    path = tmp_path / "log.csv"
    path.write_text("ad_id,term,shows,hits,ad\nboots,hike,10,3,x\ntents,hike,10,5,y\n")
    columns = {"ad": "ad_id", "query": "term", "impressions": "shows", "clicks": "hits"}
    log = matching.read_clicks(path, columns=columns)
    assert log.counts == {("boots", "hike"): (10, 3), ("tents", "hike"): (10, 5)}
    words = [word for pair in columns.items() for word in ("--column", "=".join(pair))]
    assert main(["solve", "matching", str(path), *words, "--csv"]) == 0
    assert capsys.readouterr().out
    for bad in ("ad=gone", "what=ad_id", "ad"):
        assert main(["solve", "matching", str(path), "--column", bad]) == 2
