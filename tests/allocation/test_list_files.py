"""Files of preference lists that hold none."""

import pytest

from mechdesign.cli import main


@pytest.mark.parametrize("kind", ["stable", "school", "objects"])
def test_a_table_without_choices_is_refused(tmp_path, capfd, kind):
    """Agents without a column of choices would all be left without anything, and nobody told."""
    (tmp_path / "s.csv").write_text("skill\n1\n2\n3\n")
    assert main(["solve", "allocation", kind, str(tmp_path / "s.csv")]) == 2
    out, err = capfd.readouterr()
    assert out == ""
    assert "agent, choice1, choice2" in err
