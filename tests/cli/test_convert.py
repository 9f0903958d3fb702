"""``mechdesign convert``: round trips, what would be lost, and what is refused."""

import json
from pathlib import Path

import pytest

from mechdesign import bargaining
from mechdesign.cli import main
from mechdesign.errors import InvalidInputError
from mechdesign.io.json_tables import parse_json_table
from mechdesign.io.pabulib import read_pabulib
from mechdesign.io.parquet_tables import format_parquet_table
from mechdesign.io.preflib import read_preflib
from mechdesign.io.ranking_lists import format_rankings, parse_rankings
from mechdesign.io.score_tables import Grid, read_grid
from mechdesign.io.writing import write_files

DATA = Path(__file__).parents[2] / "examples" / "data"
NEW = """# TITLE: Tea time
# DATA TYPE: toc
# FILE NAME: x.toc
# NUMBER ALTERNATIVES: 3
# NUMBER VOTERS: 4
# NUMBER UNIQUE ORDERS: 3
# ALTERNATIVE NAME 1: Tea, green
# ALTERNATIVE NAME 2: Milk > water
# ALTERNATIVE NAME 3: "Juice"
2: 1,2,3
1: 2,{1,3}
1: {1,2},3
"""


@pytest.fixture
def call(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def run(*words):
        code = main(["convert", *map(str, words)])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


def cells(path):
    grid = read_grid(path)
    return grid.columns, [["" if v is None else str(v) for v in row] for row in grid.rows]


@pytest.mark.parametrize("name", ["roberta_glue.csv", "bert_glue.csv", "bargaining_ratings.csv"])
def test_tables_there_and_back(call, tmp_path, name):
    assert call(DATA / name, "a.tsv")[0] == 0
    assert call("a.tsv", "a.json")[0] == 0
    assert call("a.json", "a.csv")[0] == 0
    assert cells(tmp_path / "a.csv") == cells(DATA / name)


def test_tables_through_parquet(call, tmp_path):
    pytest.importorskip("pyarrow")
    text = 'name,whole,decimal,long,"mixed, odd"\nA,1,0.1,0.12345678901234567890,1/3\nB,,2.50,1,x\n'
    (tmp_path / "a.csv").write_text(text)
    assert call("a.csv", "a.parquet")[0] == 0
    assert call("a.parquet", "b.csv")[0] == 0
    assert (tmp_path / "b.csv").read_text() == text.replace("2.50", "2.5")


def test_numbers_of_json_stay_digit_by_digit(call, tmp_path):
    (tmp_path / "a.json").write_text('[{"s": "A", "x": 81.20}, {"s": "007", "x": 1e-3}]')
    assert call("a.json", "a.csv")[0] == 0
    assert (tmp_path / "a.csv").read_text() == "s,x\nA,81.20\n007,1e-3\n"
    assert call("a.csv", "b.json")[0] == 0
    assert '"x": 81.20' in (tmp_path / "b.json").read_text()
    assert json.loads((tmp_path / "b.json").read_text())[1]["s"] == "007"


def test_layouts_of_json_tables():
    records = parse_json_table('[{"s": "A", "x": 1}, {"s": "B", "x": null}]')
    split = parse_json_table('{"columns": ["s", "x"], "rows": [["A", 1], ["B", null]]}')
    keyed = parse_json_table('{"A": {"x": 1}, "B": {"x": null}}')
    assert records.rows == split.rows == keyed.rows == (("A", "1"), ("B", ""))
    assert keyed.columns == ("system", "x")
    for text in (
        "3",
        "[]",
        "[3]",
        '[{"a": [1]}]',
        '{"columns": ["a"], "rows": [[1, 2]]}',
        "{",
        " ",
    ):
        with pytest.raises(InvalidInputError):
            parse_json_table(text)


def test_columns_of_the_same_name(call, tmp_path):
    (tmp_path / "a.csv").write_text("s,x,x\nA,1,2\n")
    assert call("a.csv", "a.json")[0] == 0
    assert call("a.json", "b.csv")[0] == 0
    assert (tmp_path / "b.csv").read_text() == "s,x,x\nA,1,2\n"
    pytest.importorskip("pyarrow")
    with pytest.raises(InvalidInputError, match="distinct"):
        format_parquet_table(Grid(("x", "x"), (("1", "2"),)))


def test_tables_for_papers(call, tmp_path):
    (tmp_path / "a.csv").write_text("s,x_y\nA|B & C,1%\n")
    assert call("a.csv", "a.md")[0] == 0
    assert (tmp_path / "a.md").read_text().split("\n")[2] == r"| A\|B \& C | 1% |"
    code, out, _ = call("a.csv", "-", "--to", "latex")
    assert code == 0
    assert r"A|B \& C & 1\% \\" in out
    assert out.startswith(r"\begin{tabular}")


def test_rankings_there_and_back(call, tmp_path):
    (tmp_path / "a.toc").write_text(NEW)
    assert call("a.toc", "a.rankings")[0] == 0
    assert call("a.rankings", "b.toc")[0] == 0
    assert read_preflib(tmp_path / "b.toc") == read_preflib(tmp_path / "a.toc")
    assert call("a.toc", "a.toi")[0] == 0


def test_the_old_format_has_no_title(call, tmp_path):
    (tmp_path / "a.toc").write_text(NEW)
    code, _, err = call("a.toc", "b.toc", "--style", "old")
    assert code == 2
    assert "the title and the metadata" in err
    assert not (tmp_path / "b.toc").exists()
    assert call("a.toc", "b.toc", "--style", "old", "--lossy")[0] == 0
    assert (tmp_path / "b.toc").read_text().startswith("3\n1,Tea, green\n")
    assert read_preflib(tmp_path / "b.toc").orders == read_preflib(tmp_path / "a.toc").orders
    assert call("b.toc", "c.toc", "--style", "old")[0] == 0
    assert (tmp_path / "c.toc").read_text() == (tmp_path / "b.toc").read_text()


def test_orders_that_do_not_fit_are_refused_or_left_out(call, tmp_path):
    (tmp_path / "a.toc").write_text(NEW)
    code, _, err = call("a.toc", "a.soc")
    assert code == 2
    assert "2 of 4 voters" in err
    code, _, err = call("a.toc", "a.soc", "--lossy")
    assert code == 0
    assert "note: lost: 2 of 4 voters" in err
    assert read_preflib(tmp_path / "a.soc").orders == ((2, ((1,), (2,), (3,))),)


def test_scores_become_rankings_with_lossy(call, tmp_path):
    code, _, err = call(DATA / "roberta_glue.csv", "a.toc")
    assert code == 2
    assert "scores" in err
    assert call(DATA / "roberta_glue.csv", "a.toc", "--lossy")[0] == 0
    assert read_preflib(tmp_path / "a.toc").voters == 10


def test_text_of_rankings():
    text = '# title: T\n# alternatives: A, "B, C"\n3: A > "B, C"\n"B, C" = A\n'
    ballots = parse_rankings(text)
    assert ballots.orders == ((3, ((1,), (2,))), (1, ((2, 1),)))
    assert parse_rankings(format_rankings(ballots)) == ballots
    for wrong in (
        "",
        "A >",
        "A > A",
        '"A > B',
        "# alternatives: A\nB",
        "A\n# alternatives: A",
        "0: A",
    ):
        with pytest.raises(InvalidInputError):
            parse_rankings(wrong)


def test_elections_there_and_back(call, tmp_path):
    assert call(DATA / "bargaining_election.pb", "a.json")[0] == 0
    assert json.loads((tmp_path / "a.json").read_text())["votes"][0] == {
        "voter_id": "1",
        "vote": ["park", "playground", "trees"],
    }
    assert call("a.json", "a.pb")[0] == 0
    assert read_pabulib(tmp_path / "a.pb") == read_pabulib(DATA / "bargaining_election.pb")


@pytest.mark.parametrize("key", ["meta", "projects", "votes"])
def test_broken_elections_are_refused(call, tmp_path, key):
    assert call(DATA / "bargaining_election.pb", "a.json")[0] == 0
    document = json.loads((tmp_path / "a.json").read_text())
    document[key] = 3
    (tmp_path / "b.json").write_text(json.dumps(document))
    assert call("b.json", "b.pb")[0] == 2
    assert not (tmp_path / "b.pb").exists()


def test_problems_there_and_back(call, tmp_path):
    pytest.importorskip("yaml")
    source = DATA / "bargaining_street.json"
    assert call(source, "a.yaml")[0] == 0
    assert call("a.yaml", "a.json")[0] == 0
    assert json.loads((tmp_path / "a.json").read_text()) == json.loads(source.read_text())
    assert bargaining.read_problem(tmp_path / "a.yaml") == bargaining.read_problem(source)


def test_long_decimals_of_problems_stay_exact(call, tmp_path):
    pytest.importorskip("yaml")
    text = '{"packages": {"a": {"utilities": {"x": 0.12345678901234567890123}}}, "budget": "1/3"}'
    (tmp_path / "a.json").write_text(text)
    assert call("a.json", "a.yaml")[0] == 0
    read = bargaining.read_problem
    assert read(tmp_path / "a.yaml") == read(tmp_path / "a.json")


def test_labels_that_json_lacks(call, tmp_path):
    pytest.importorskip("yaml")
    (tmp_path / "a.yaml").write_text("packages:\n  2020:\n    utilities: {x: 1}\n")
    code, _, err = call("a.yaml", "a.json")
    assert code == 2
    assert "2020" in err
    assert call("a.yaml", "a.json", "--lossy")[0] == 0


def test_what_is_no_problem_is_refused(call, tmp_path):
    (tmp_path / "a.json").write_text('{"packages": {"a": {"colour": 1}}}')
    code, _, err = call("a.json", "a.yaml")
    assert code == 2
    assert "utilities" in err
    assert not (tmp_path / "a.yaml").exists()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("missing.csv", "a.tsv"), "existing file"),
        (("folder", "a.tsv"), "not a folder"),
        (("empty.csv", "a.tsv"), "empty"),
        (("odd.xyz", "a.tsv"), "end in one of"),
        (("table.csv", "a.xyz"), "end in one of"),
        (("table.csv", "no/a.tsv"), "existing folder"),
        (("table.csv", "folder"), "not a folder"),
        (("table.csv", "table.csv", "--force"), "another file"),
        (("table.csv", "./link.csv", "--force"), "another file"),
        (("table.csv", "there.tsv"), "--force"),
        (("table.csv", "a.pb"), "for a file of table"),
        (("table.csv", "-"), "--to"),
        (("table.csv", "a.feather"), "written"),
        (("audit.json", "a.yaml"), "for a file of verdicts"),
        (("table.tex", "a.csv"), "read"),
    ],
)
def test_bad_input_is_one_error_and_no_file(call, tmp_path, words, told):
    (tmp_path / "folder").mkdir()
    (tmp_path / "empty.csv").touch()
    (tmp_path / "odd.xyz").write_text("x")
    (tmp_path / "table.csv").write_text("system,x\nA,1\n")
    (tmp_path / "there.tsv").write_text("mine")
    (tmp_path / "table.tex").write_text("| a |\n")
    (tmp_path / "audit.json").write_text('{"schema": 1, "verdicts": []}')
    (tmp_path / "link.csv").symlink_to("table.csv")
    before = {file: file.is_dir() or file.read_bytes() for file in tmp_path.iterdir()}
    code, out, err = call(*words)
    assert code == 2
    assert out == ""
    assert told in err
    assert len(err.strip().split("\n")) == 1
    assert {file: file.is_dir() or file.read_bytes() for file in tmp_path.iterdir()} == before


def test_formats_of_files_without_suffix(call, tmp_path):
    (tmp_path / "table").write_text("system\tx\nA\t1\n")
    code, out, _ = call("table", "-", "--from", "tsv", "--to", "csv")
    assert code == 0
    assert out == "system,x\nA,1\n"


def test_all_files_or_none(tmp_path):
    (tmp_path / "b").mkdir()
    with pytest.raises(InvalidInputError):
        write_files({tmp_path / "a": "1", tmp_path / "b": "2"})
    assert not (tmp_path / "a").exists()
    write_files({tmp_path / "a": "1"})
    (tmp_path / "a").chmod(0o640)
    write_files({tmp_path / "a": b"2"}, force=True)
    assert (tmp_path / "a").read_text() == "2"
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o640
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a", "b"]


@pytest.mark.shared_data
def test_real_files(call, shared_data, tmp_path):
    for file in sorted((shared_data / "preflib").rglob("*.soc")):
        assert call(file, "a.rankings", "--force")[0] == 0
        assert call("a.rankings", "a.soc", "--force")[0] == 0
        assert read_preflib(tmp_path / "a.soc") == read_preflib(file)
    for name in ("Netherlands_Assen_2024.pb", "Poland_Swiecie_2023.pb"):
        assert call(shared_data / "pabulib" / name, "a.json", "--force")[0] == 0
        assert call("a.json", "a.pb", "--force")[0] == 0
        assert read_pabulib(tmp_path / "a.pb") == read_pabulib(shared_data / "pabulib" / name)
