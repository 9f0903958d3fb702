"""Click-through rates from a table: positions keep their names."""

from __future__ import annotations

from fractions import Fraction

import pytest

from mechdesign import auctions
from mechdesign.cli import main
from mechdesign.errors import InvalidInputError

F = Fraction
WIDE = "advertiser,bid,top,side\nHuts,2,10%,0.05\nBoots,3,0.08,0.04\n"
LONG = (
    "advertiser,bid,position,ctr\nHuts,2,top,0.1\nHuts,2,side,0.05\n"
    "Boots,3,side,0.04\nBoots,3,top,0.08\n"
)


@pytest.mark.parametrize("text", [WIDE, LONG], ids=["wide", "long"])
def test_both_shapes(text, tmp_path, capsys):
    path = tmp_path / "ads.csv"
    path.write_text(text)
    problem = auctions.read_instance(str(path), model="independent")
    assert problem.agents == ("Huts", "Boots")
    assert problem.data.positions == ("top", "side")
    assert [ad.rates for ad in problem.types] == [(F(1, 10), F(1, 20)), (F(2, 25), F(1, 25))]
    # 2 x .05 + 3 x .08 beats 2 x .1 + 3 x .04.
    assert auctions.content_vcg(problem).details["welfare"] == F(17, 50)
    assert main(["solve", "auctions", str(path), "--model", "independent", "--csv"]) == 0
    rows = capsys.readouterr().out.splitlines()
    assert rows[1].startswith("Huts,2,side,")
    assert rows[2].startswith("Boots,3,top,")


@pytest.mark.parametrize(
    ("text", "match"),
    [
        (WIDE.replace("0.05", "often"), r"`side`.*line 2"),
        (WIDE.replace("bid", "budget"), "advertiser, value"),
        (WIDE.replace("0.08", "1.2"), r"\[0, 1\]"),
        (LONG.replace("Boots,3,top,0.08\n", ""), "Boots at top"),
        (LONG.replace("Boots,3,top", "Boots,4,top"), "be 3 as before"),
        (LONG.replace("Boots,3,top", "Boots,3,side"), "once"),
    ],
)
def test_bad_tables(text, match, tmp_path):
    path = tmp_path / "ads.csv"
    path.write_text(text)
    with pytest.raises(InvalidInputError, match=match):
        auctions.read_instance(str(path))
