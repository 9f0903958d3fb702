"""Tables as people hand them in: what is a task, in which direction, and what a cell says."""

from __future__ import annotations

import io
import json
from fractions import Fraction
from pathlib import Path

import pytest

from mechdesign import aggregation as ag
from mechdesign.cli import main
from mechdesign.errors import InvalidInputError
from mechdesign.io.grids import decimal_mark, parse_cell

F = Fraction


@pytest.fixture
def table(tmp_path):
    """Read a table of the given text."""

    def read(text, name="t.csv", **options):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return ag.score_table(path, **options)

    return read


def told(found, *words):
    return any(all(word in line for word in words) for line in found.decisions)


# ----------------------------------------------------------------------------- averages


def test_a_task_near_the_mean_of_the_others_stays_a_task(table):
    found = table("system,qa,nli,mt,sum\nA,.71,.70,.75,.66\nB,.70,.72,.74,.69\nC,.60,.71,.73,.68\n")
    assert found.tasks == ("qa", "nli", "mt", "sum")
    assert ag.borda(found).scores == {"A": 4, "B": 6, "C": 2}


def test_an_average_within_its_printed_rounding_is_one():
    rows = {f"M{k}": [60 + 3 * k, 50 + (7 * k) % 11, 71 - (5 * k) % 13] for k in range(8)}
    text = "model,overview,x,y,z\n"
    for name, row in rows.items():
        text += f"{name},{sum(row) / 3:.1f},{','.join(map(str, row))}\n"
    from mechdesign.io.score_tables import read_text

    assert ag.score_table(read_text(text)).tasks == ("x", "y", "z")
    # One row that is not its mean is enough to make it a task.
    wrong = text.replace("M3,", "M3,9")
    assert ag.score_table(read_text(wrong)).tasks == ("overview", "x", "y", "z")


def test_a_long_table_has_no_average(table):
    rows = [("x", 1, 4, 9), ("y", 2, 8, 5), ("z", 6, 3, 10), ("agg", 3, 5, 8)]
    text = "system,task,score\n"
    text += "".join(f"{s},{t},{v}\n" for t, *vs in rows for s, v in zip("ABC", vs, strict=True))
    assert table(text).tasks == ("x", "y", "z", "agg")
    named = table(text.replace("agg", "Average"))
    assert named.tasks == ("x", "y", "z", "Average")
    assert told(named, "`Average`", "counts as a task")


# ----------------------------------------------------------------------------- no tasks


@pytest.mark.parametrize(
    "name",
    [
        "Mean win rate",
        "Average ⬆️",
        "Average ↑",
        "Overall score",
        "#Params (B)",
        "Year",
        "Likes",
        "Votes",
        "Tokens",
        "Context length",
        "img_size",
        "Rank",
        "Hub ❤️",
        "param_count",
        "Size",
        "Training tokens",
        "Downloads",
        "# votes",
        "Model size (M)",
        "Release date",
        "crop_pct",
    ],
)
def test_columns_that_are_no_tasks(table, name):
    text = f"Model,{name},MMLU,GSM8K\nA,2020,61.5,70\nB,2021,70.25,60\nC,2019,50,65.5\n"
    found = table(text)
    assert found.tasks == ("MMLU", "GSM8K")
    assert told(found, f"`{name}`")
    assert table(text, keep=[name]).tasks == (name, "MMLU", "GSM8K")


def test_a_nameless_number_of_the_row_is_no_task(table):
    rows = [("C", 70), ("A", 90), ("B", 80), ("D", 60)]
    body = "".join(f"{k},{s},{v},{v - 1}.5\n" for k, (s, v) in enumerate(rows))
    found = table(",model,x,y\n" + body)
    assert found.tasks == ("x", "y")
    assert told(found, "numbers of rows")
    assert ag.borda(found).choice.alternatives == ("A", "B", "C", "D")


def test_the_only_numbers_of_a_table_are_its_scores(table):
    assert table("candidate,votes\nA,10\nB,20\n").tasks == ("votes",)


def test_ranks_that_follow_from_another_column_are_no_task(table):
    text = "Model,MMLU,MMLU rank,GSM8K\nA,70,1,50\nB,60,2,60\nC,50,3,55\n"
    assert table(text).tasks == ("MMLU", "GSM8K")
    other = table(text.replace("70,1", "70,2").replace("60,2", "60,1"))
    assert other.tasks == ("MMLU", "MMLU rank", "GSM8K")
    assert other.lower == {"MMLU rank"}


# ----------------------------------------------------------------------------- directions


@pytest.mark.parametrize(
    "name",
    [
        "Price",
        "Latency",
        "Perplexity",
        "WER",
        "Error rate",
        "Losses",
        "FID",
        "Variance",
        "ECE",
        "Toxic fraction",
        "Original rank",
        "IMDB - ECE (10-bin)",
        "top1_err",
        "Loss",
        "Val loss",
        "Inference time (s)",
        "RMSE",
        "Brier score",
        "CO2 cost (kg)",
        "price_per_token",
        "FPR",
    ],
)
def test_lower_is_better_by_name_and_told(table, name):
    found = table(f"Model,{name},acc\nA,3,1\nB,1,1\nC,2,1\n")
    assert found.lower == {name}
    assert told(found, "lower is better by name", f"`{name}`")
    assert table(f"Model,{name},acc\nA,3,1\nB,1,1\nC,2,1\n", higher=[name]).lower == set()
    assert ag.borda(found).winners == ("B",)


@pytest.mark.parametrize(
    "name",
    ["WER accuracy", "Error detection F1", "Time saved", "Loss ↑", "CoLA", "Clevr-Dist", "TER"],
)
def test_names_that_only_sound_like_it(table, name):
    found = table(f"Model,{name},acc\nA,3,1\nB,1,1\n")
    assert found.lower == ({"TER"} if name == "TER" else set())


def test_the_tasks_counted_are_always_listed(table, tmp_path, capsys):
    found = table("Model,acc,Latency\nA,1.5,\nB,2,7\n")
    line = "2 tasks count: `acc` (higher is better, 1.5 to 2), `Latency` (lower is better, 7 to 7"
    assert told(found, line)
    path = str(tmp_path / "t.csv")
    assert main(["rank", path]) == 0
    out, err = capsys.readouterr()
    assert "Counted, higher is better, 1 task: acc (1.5 to 2)." in out
    assert "Counted, lower is better, 1 task: Latency (7 to 7, 1 missing)." in out
    assert line in err
    assert main(["rank", path, "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert [one["better"] for one in data["counted"]] == ["higher", "lower"]
    assert data["counted"][1] == {
        "task": "Latency", "better": "lower", "low": 7, "high": 7, "missing": 1,
    }  # fmt: skip
    assert any(line in text for text in data["decisions"])


# ----------------------------------------------------------------------------- cells


CELLS = {
    "1,203.5": F(2407, 2),
    "1,287": 1287,
    "1 287": 1287,
    "\u22121.3": F(-13, 10),
    "**71.3**": F(713, 10),
    "71.3†": F(713, 10),
    "71.3^a": F(713, 10),
    "71.3 [12]": F(713, 10),
    "<u>69.5%</u>": F(139, 2),
    "71.3 ms": F(713, 10),
    "71.3±0.2": F(713, 10),
    "2=": 2,
    "$1,200": 1200,
    "7B": 7 * 10**9,
}


@pytest.mark.parametrize("text", CELLS)
def test_what_can_be_read_is_read(text):
    assert parse_cell(text)[0] == (CELLS[text],)


@pytest.mark.parametrize("text", ["8O.1", "inf", "OOM", "71.3^2", "10^3", "1.2.3", "12,34", "v2"])
def test_what_cannot_is_text(text):
    assert parse_cell(text)[0] is None


def test_decimal_commas_where_the_file_says_so(table):
    found = table("Model;x;y\nA;82,3;1.203,5\nB;71;900\n")
    assert found.column("x") == {"A": F(823, 10), "B": 71}
    assert found.column("y") == {"A": F(2407, 2), "B": 900}
    assert told(found, "commas are decimal marks")
    both = "Model;x\nA;1,287\nB;2,345\n"
    with pytest.raises(InvalidInputError, match=r"--decimal.*1,287"):
        table(both)
    assert table(both, decimal=",").column("x") == {"A": F(1287, 1000), "B": F(469, 200)}
    assert table(both, decimal=".").column("x") == {"A": 1287, "B": 2345}
    assert decimal_mark(["0,123"], ";") == ","
    assert decimal_mark(["1,203.5"], ";") == "."


def test_thousands_in_quotes(table):
    rows = [("Alder", 8.4, "1,287"), ("Birch", 9.1, "1,240"), ("Cedar", 8.0, "1,198")]
    rows.append(("Dogwood", 7.0, "1,003"))
    text = "Model,MT-bench,Arena Elo\n" + "".join(f'{s},{a},"{b}"\n' for s, a, b in rows)
    found = table(text)
    assert found.tasks == ("MT-bench", "Arena Elo")
    assert {s: float(v) for s, v in ag.mean(found).scores.items()} == {
        "Alder": 647.7, "Birch": 624.55, "Cedar": 603, "Dogwood": 505,
    }  # fmt: skip
    assert ag.borda(found).scores["Alder"] == ag.borda(found).scores["Birch"] == 5


@pytest.mark.parametrize("cell", ["OOM", "inf", "8O.1", '"82,3"', "71.3^2"])
def test_one_cell_is_named_and_drops_no_column(table, cell):
    text = f"Model,x,y\nA,71.25,1\nB,{cell},2\nC,70.5,3\nD,60.5,4\n"
    with pytest.raises(InvalidInputError, match=r"`x` .*line 3 of t.csv") as caught:
        table(text)
    assert cell.strip('"') in str(caught.value)
    assert "--missing" in str(caught.value)
    assert table(text, drop=["x"]).tasks == ("y",)
    found = table(text, missing=[cell.strip('"')])
    assert (found.tasks, found.missing) == (("x", "y"), 1)
    assert told(found, "1 cells", "missing, as asked")


def test_several_cells_are_named_with_their_lines(table):
    text = "Model,x\nA,1\nB,OOM\nC,OOM\nD,3\nE,fail\nF,4\nG,5\n"
    with pytest.raises(InvalidInputError, match=r"line 3, .*line 4, .*line 6"):
        table(text)
    assert table(text, missing=["OOM", "fail"]).missing == 0  # without a score they are left out
    with pytest.raises(InvalidInputError, match="missing"):
        table(text, missing=["gone"])


def test_one_unit_a_column(table):
    found = table("Model,Speed,acc\nA,12 ms,1\nB,8 ms,2\n")
    assert found.lower == {"Speed"}
    assert told(found, "unit ms")
    with pytest.raises(InvalidInputError, match="one unit"):
        table("Model,Speed,acc\nA,12 ms,1\nB,8 s,2\n")


# ----------------------------------------------------------------------------- missing scores


HARD = "model,a,b,c,d,hard\nA,80,80,80,80,\nB,81,81,81,79,40\nC,60,70,50,60,30\n"


def test_a_missing_score_that_promotes_is_told(table, tmp_path, capsys):
    table(HARD)
    assert main(["rank", str(tmp_path / "t.csv")]) == 0
    out = capsys.readouterr().out
    assert "may promote under mean: A above B, who wins 3 to 1 and has 1 more" in out
    assert "under borda" not in out.split("may promote")[1]
    found = table(HARD, common=True)
    assert found.tasks == ("a", "b", "c", "d")
    assert told(found, "without hard")
    assert ag.mean(found).winners == ("B",)
    assert main(["rank", str(tmp_path / "t.csv"), "--common"]) == 0
    assert "may promote" not in capsys.readouterr().out


# ----------------------------------------------------------------------------- ties


def test_floats_that_differ_by_rounding_are_equal():
    found = ag.score_table([[0.1 + 0.2, 1.0], [0.3, 2.0]])
    assert found.values[0, 0] == found.values[1, 0]
    assert told(found, "1e-9")
    assert ag.score_table([[0.1 + 0.2], [0.3]], tie="exact").values[0, 0] != 0.3
    # Exact numbers are as exact as they were given.
    near = ag.score_table([[F(1, 3)], [F(1, 3) + F(1, 10**12)]])
    assert near.values[0, 0] < near.values[1, 0]
    tiny = ag.score_table([[1e-12], [2e-12]])
    assert tiny.values[0, 0] < tiny.values[1, 0]


def test_long_decimals_of_a_file_are_floats(table):
    found = table("model,x\nA,.3333333333333333\nB,.3333333333333334\nC,.25\n")
    assert ag.borda(found).scores == {"A": F(3, 2), "B": F(3, 2), "C": 0}
    assert told(found, "1e-9", "1 in 1 of 1")


@pytest.mark.parametrize(
    ("tie", "points"),
    [
        ("exact", (3, 2, 1, 0)),
        ("decimals=1", (F(5, 2), F(5, 2), F(1, 2), F(1, 2))),
        ("absolute=0.05", (F(5, 2), F(5, 2), 1, 0)),
        ("absolute=1/3", (F(3, 2), F(3, 2), F(3, 2), F(3, 2))),
        ("relative=0.0005", (F(5, 2), F(5, 2), 1, 0)),
    ],
)
def test_declared_tolerances(table, tie, points):
    text = "model,x\nA,90.04\nB,90.0\nC,89.74\nD,89.66\n"
    assert tuple(ag.borda(table(text, tie=tie)).scores.values()) == points


@pytest.mark.parametrize(
    "tie", ["close", "decimals=x", "decimals=-1", "absolute=-1", "relative", 3]
)
def test_bad_tolerances(table, tie):
    with pytest.raises(InvalidInputError, match=r"tie|decimals"):
        table("model,x\nA,1\nB,2\n", tie=tie)


# ----------------------------------------------------------------------------- forms


LEADERBOARD = """Results of the week

| Model | Acc ↑ | F1 (%) ↑ | Latency (ms) ↓ | Params |
|:------|------:|---------:|---------------:|-------:|
| **Alder** | **71.3** | 68.0% | 12 | 7B |
| Birch† | 70.9 | <u>69.5%</u> | 8 | 1.3B |
| [Cedar](x.html)‡ [12] | 69.0 | 66.1% | **5** | 770M |
| Dogwood | – | 64.2% | 21 | 13B |

That was it.
"""


def test_markdown(table):
    found = table(LEADERBOARD, "leaderboard.md")
    assert found.systems == ("Alder", "Birch", "Cedar", "Dogwood")
    assert found.tasks == ("Acc ↑", "F1 (%) ↑", "Latency (ms) ↓")
    assert found.lower == {"Latency (ms) ↓"}
    assert found.column("F1 (%) ↑")["Birch"] == F(139, 2)
    assert found.missing == 1
    assert told(found, "`Params`", "describes")


def test_markdown_names_that_differ_by_a_note_stay_apart(table):
    found = table("| Model | x |\n|---|---|\n| A | 1 |\n| A† | 2 |\n", "t.md")
    assert found.systems == ("A", "A†")


def test_json_lines(table):
    found = table('{"model": "A", "x": 81.20}\n{"model": "B", "x": 80}\n', "t.jsonl")
    assert found.column("x") == {"A": F(406, 5), "B": 80}
    with pytest.raises(InvalidInputError, match="line 2"):
        table('{"model": "A", "x": 1}\n[1]\n', "t.jsonl")


def test_excel(tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (["Model", "x", "Latency"], ["A", 81.2, "3 ms"], ["B", None, 2], [None, None, None]):
        sheet.append(row)
    book.create_sheet("more").append(["other"])
    book.save(tmp_path / "t.xlsx")
    found = ag.score_table(tmp_path / "t.xlsx")
    assert found.column("x") == {"A": F(406, 5), "B": None}
    assert found.lower == {"Latency"}
    assert told(found, "other sheets", "more")
    (tmp_path / "broken.xlsx").write_bytes(b"PK no workbook")
    with pytest.raises(InvalidInputError, match="Excel"):
        ag.score_table(tmp_path / "broken.xlsx")


@pytest.mark.parametrize(
    "text",
    [
        HARD,
        LEADERBOARD,
        '[{"model": "A", "a": 1}, {"model": "B", "a": 2}]',
        '{"model": "A", "a": 1}\n{"model": "B", "a": 2}\n',
    ],
)
def test_standard_input(text, monkeypatch, capsys):
    class Stdin:
        buffer = io.BytesIO(text.encode())

    monkeypatch.setattr("sys.stdin", Stdin)
    assert main(["rank", "-", "--csv"]) == 0
    assert capsys.readouterr().out.startswith("system,mean,borda,copeland,kemeny\n")


def test_a_wide_table_is_read_once_for_each_cell(table):
    """What is done for each pair of columns or rows would take minutes here."""
    tasks, systems = 1000, 112
    text = "model," + ",".join(f"t{k}" for k in range(tasks)) + "\n"
    for i in range(systems):
        text += f"M{i}," + ",".join(f"{(i * 37 + k * 11) % 101}.5" for k in range(tasks)) + "\n"
    found = table(text)
    assert (len(found.systems), len(found.tasks)) == (systems, tasks)


def test_files_that_do_not_end_are_refused():
    if not Path("/dev/zero").exists():
        pytest.skip("there is no endless file here")
    with pytest.raises(InvalidInputError, match="end within 256 MB"):
        ag.score_table("/dev/zero")


# ----------------------------------------------------------------------------- one thing wrong


@pytest.mark.parametrize("text", ["1e300", "1e309", "inf", "-Infinity", "9" * 150 + "e299"])
def test_a_number_out_of_range_drops_no_column(table, text):
    for row in (f"B,{text},1\nC,3,3", f"B,{text},1\nC,{text},3"):
        with pytest.raises(InvalidInputError, match="`T1` must hold scores"):
            table(f"Model,T1,T2\nA,1,2\n{row}\n")


def test_tiny_numbers_are_numbers(table):
    found = table("Model,T1,T2\nA,1e-300,2\nB,2e-307,1\n")
    assert found.tasks == ("T1", "T2")
    assert found.values[0][0] == F(1, 10**300)


@pytest.mark.parametrize(
    "name", ["Acc ↑↓", "Error (higher is better) ↓", "Loss ↑ (lower is better)"]
)
def test_a_name_that_contradicts_itself_is_refused(table, name):
    text = f"Model,{name},T2\nA,1,2\nB,2,1\n"
    with pytest.raises(InvalidInputError, match="--lower or --higher"):
        table(text)
    assert table(text, lower=name).lower == {name}
    assert not table(text, higher=name).lower


def test_lower_is_better_is_read(table):
    assert table("Model,Elo (lower is better),T\nA,1,2\nB,2,1\n").lower == {"Elo (lower is better)"}


def test_shares_among_percents_are_refused(table):
    with pytest.raises(InvalidInputError, match=r"percents or shares.*0\.709 in line 3"):
        table("Model,T1,T2\nA,71.3%,2\nB,0.709,1\nC,69%,3\n")
    assert table("Model,T1\nA,71.3%\nB,70.9\n").values[1][0] == F(709, 10)


def test_other_averages_are_no_tasks(table):
    for name in ("Weighted avg", "GMean", "Geometric mean", "Micro average"):
        assert table(f"system,a,b,{name}\nA,4,9,7.75\nB,1,16,12.25\n").tasks == ("a", "b")


def test_a_row_of_averages_is_no_system(table):
    text = "Model,T1,T2\nA,80.1,70.0\nB,60.0,75.3\nAverage,70.05,{}\n"
    found = table(text.format("72.65"))
    assert found.systems == ("A", "B")
    assert told(found, "`Average` is the mean of the others")
    found = table(text.format("72.75"))
    assert found.systems == ("A", "B", "Average")
    assert told(found, "`Average`", "as a system")


def test_rows_without_a_name_are_told(table):
    found = table("Model,T1,T2\n,1,2\nB,2,1\n")
    assert told(found, "1 rows have no name", "`row 1`")


def test_a_missing_cell_is_told_with_what_it_does(table):
    assert told(table("Model,T1,T2\nA,1,\nB,2,1\n"), "may pass others", "--common")


def test_a_second_markdown_table_is_told(table):
    text = "| Model | A |\n|---|---|\n| x | 1 |\n\n| Model | B |\n|---|---|\n| x | 3 |\n"
    assert told(table(text, "t.md"), "only the first of 2 tables", "line 5")
    assert not told(table(text[:34], "t.md"), "only the first")


def test_a_formula_without_a_value_is_refused(tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    for row in (["Model", "T1", "T2"], ["A", 1.1, 2], ["B", None, "=1+1"]):
        book.active.append(row)
    book.save(tmp_path / "t.xlsx")
    with pytest.raises(InvalidInputError, match=r"beside its formulas.*=1\+1 in C3"):
        ag.score_table(tmp_path / "t.xlsx")


def test_frames_as_pandas_makes_them():
    pd = pytest.importorskip("pandas")
    pytest.importorskip("narwhals")
    names = ["A", "B"]
    for columns in ([0, 1], ["t", None], pd.MultiIndex.from_tuples([("g", "t"), ("g", "u")])):
        frame = pd.DataFrame([[1, 2], [3, 1]], index=names, columns=columns)
        assert ag.mean(frame).scores == {"A": F(3, 2), "B": 2}
    frame = pd.DataFrame({"Model": names, "t": pd.array([1, None], dtype="Int64"), "u": [1, 2]})
    assert ag.mean(frame).scores == {"A": 1, "B": 2}
    index = pd.MultiIndex.from_tuples([("A", "large"), ("A", "small")])
    frame = pd.DataFrame({"t": [1, 2]}, index=index)
    assert ag.mean(frame).winners == ("A / small",)
    for columns in (["t", "t"], [1, "1"]):
        with pytest.raises(InvalidInputError, match=r"nique|distinct"):
            ag.mean(pd.DataFrame([[1, 2], [3, 1]], index=names, columns=columns))


def test_ballots_head_to_head_are_no_tasks(tmp_path, capfd):
    path = tmp_path / "t.rankings"
    path.write_text("3: A > B > C > D\n2: B > C > D > A\n", encoding="utf-8")
    main(["rank", str(path), "--mechanism", "borda,copeland"])
    assert "A beats B 3 comparisons to 2" in capfd.readouterr().out


def test_a_table_on_its_side_is_refused(tmp_path):
    path = tmp_path / "t.csv"
    for text in (
        "task,A,B,C\nmnli,80,81,79\nqnli,90,89,91\n",
        "Dataset,Metric,A\nm,acc,8\nn,f1,7\n",
    ):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(InvalidInputError, match="turn the table"):
            ag.read(path)
        assert ag.read(path, kind="scores").data
    path.write_text("task,model,score\nt1,A,1\nt1,B,2\nt2,A,2\nt2,B,1\n", encoding="utf-8")
    assert ag.read(path).data


def test_intervals_versions_and_cutoffs_are_no_tasks(table):
    found = table(
        "Model,Elo,95% CI,Knowledge Cutoff,Version,Zip code\n"
        "A,1287,+4/-5,2023/12,1.2,02139\nB,1240,+3/-3,2024/3,2.0,94301\n"
    )
    assert found.tasks == ("Elo",)


def test_seconds_in_a_header_are_lower(table):
    assert table("Model;Acc;Zeit (s)\nA;71,2;1,5\nB;70,9;0,8\n").lower == {"Zeit (s)"}
    assert not table("Model,Tokens per sec (s)\nA,71\nB,70\n").lower


def test_one_word_in_most_cells_drops_no_column(table):
    text = "Model,T1,T2\nA,1,OOM\nB,2,OOM\nC,3,5\n"
    with pytest.raises(InvalidInputError, match=r"--missing 'OOM'.*line 2"):
        table(text)
    assert table(text, missing=["OOM"]).tasks == ("T1", "T2")


def test_numbers_of_voters_are_no_scores(table):
    for text in (
        "voter,choices\n1,Ann;Bob\n2,Bob\n",
        "voter_id,vote\n1,Ann\n2,Bob\n3,Ann\n",
        "ballot_id,rank,candidate\n1,1,Ann\n1,2,Bob\n2,1,Bob\n",
    ):
        with pytest.raises(InvalidInputError, match="must have a column of scores"):
            table(text)
