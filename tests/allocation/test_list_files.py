"""Files of preference lists, and files that hold none."""

import pytest

from mechdesign import allocation
from mechdesign.cli import main
from mechdesign.errors import InvalidInputError


@pytest.mark.parametrize("kind", ["stable", "school", "objects"])
def test_a_table_without_choices_is_refused(tmp_path, capfd, kind):
    """Agents without a column of choices would all be left without anything, and nobody told."""
    (tmp_path / "s.csv").write_text("skill\n1\n2\n3\n")
    assert main(["solve", "allocation", kind, str(tmp_path / "s.csv")]) == 2
    out, err = capfd.readouterr()
    assert out == ""
    assert "agent, choice1, choice2" in err


HEAD = """# FILE NAME: {name}
# TITLE: a side
# DESCRIPTION:
# DATA TYPE: toi
# MODIFICATION TYPE: original
# RELATES TO:
# RELATED FILES:
# PUBLICATION DATE: 2020-01-01
# MODIFICATION DATE: 2020-01-01
# NUMBER ALTERNATIVES: 2
# NUMBER VOTERS: {voters}
# NUMBER UNIQUE ORDERS: 2
# ALTERNATIVE NAME 1: {first}
# ALTERNATIVE NAME 2: {second}
"""


def test_two_files_of_preflib_are_two_sides(tmp_path):
    one, two = tmp_path / "one.toi", tmp_path / "two.toi"
    one.write_text(HEAD.format(name="one", voters=2, first="v", second="w") + "1: 1,2\n1: 2\n")
    two.write_text(HEAD.format(name="two", voters=2, first="m", second="n") + "1: {1,2}\n1: 1\n")
    problem = allocation.two_sided().problem(one, receivers=two)
    assert problem == allocation.two_sided().problem(
        {"m": ["v", "w"], "n": ["w"]}, receivers={"v": [("m", "n")], "w": ["m"]}
    )
    alone = allocation.objects().problem(one)
    assert alone == allocation.objects().problem([["v", "w"], ["w"]], objects=["v", "w"])
    two.write_text(HEAD.format(name="two", voters=3, first="m", second="n") + "2: 1,2\n1: 1\n")
    with pytest.raises(InvalidInputError, match="alternatives of the other file"):
        allocation.two_sided().problem(one, receivers=two)
    with pytest.raises(InvalidInputError, match="PrefLib"):
        allocation.two_sided().problem(one, receivers={"v": ["m"]})
