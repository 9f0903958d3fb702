"""Large files are read column by column, with the answers of the readers that go row by row."""

import random
from fractions import Fraction

import numpy as np
import pytest

from mechdesign import aggregation
from mechdesign.aggregation.tables import long_tables
from mechdesign.aggregation.tables.long_tables import pivot, read_long
from mechdesign.errors import InvalidInputError
from mechdesign.io import preflib, ranking_lists
from mechdesign.io.large.order_arrays import OrderArray
from mechdesign.io.score_tables import read_grid

SYSTEMS = ["Alder", "Birch 2", "Zed", "Ébène", "m-10"]
TASKS = ["qa", "nli", "Latency (ms)", "mean", "t/1"]


@pytest.fixture
def by_columns(monkeypatch):
    pytest.importorskip("pyarrow")
    monkeypatch.setattr(long_tables, "_LONG_FILE", 0)
    monkeypatch.setattr(long_tables, "_HEAD_ROWS", 1)


def rows(rng, style):
    names = SYSTEMS[: rng.randint(2, 5)]
    tasks = TASKS[: rng.randint(1, 5)]
    keys = [(s, t) for s in names for t in tasks]
    if rng.random() < 0.5:
        keys = [rng.choice(keys) for _ in range(rng.randint(4, 40))]
    rng.shuffle(keys)
    scores = {
        "plain": lambda: f"{rng.uniform(0, 99):.{rng.randint(0, 4)}f}",
        "whole": lambda: str(rng.randint(-3, 3)),
        "gaps": lambda: rng.choice(["", "NA", "-", "1.5", "2", "nan", "7e2", "-.25"]),
        "odd": lambda: rng.choice(["71.3%", "1,5", "**3**", "x", "1.25", '"4"', "0.123456789012"]),
    }[style]
    return [(s, t, scores()) for s, t in keys]


def same(a, b):
    assert (a.agents, a.data, a.weights) == (b.agents, b.data, b.weights)
    if isinstance(a.types, np.ndarray):
        return np.array_equal(a.types, b.types, equal_nan=True)
    kinds = [[type(x) for x in column] for column in a.types]
    return a.types == b.types and kinds == [[type(x) for x in column] for column in b.types]


@pytest.mark.parametrize("style", ["plain", "whole", "gaps", "odd"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_both_ways_read_the_same(style, delimiter, tmp_path, monkeypatch, by_columns):
    rng = random.Random(f"{style}{delimiter}")
    header = ["system", "task", "score"] if rng.random() < 0.5 else ["Model", "Dataset", "value"]
    read = 0
    for number in range(30):
        file = tmp_path / f"{number}.csv"
        lines = [delimiter.join(row) for row in [header, *rows(rng, style)]]
        end = rng.choice(["\n", "\r\n"])
        file.write_bytes(end.join(lines + rng.choice([[], [""], ["", ""]])).encode())

        def answer(file=file):
            try:
                return aggregation.read(file)
            except InvalidInputError as error:
                return str(error)

        read += read_long(file) is not None
        fast = answer()
        with monkeypatch.context() as patch:
            patch.setattr(long_tables, "_LONG_FILE", 1 << 40)
            slow = answer()
        assert fast == slow if isinstance(fast, str) else same(fast, slow), lines
    assert read > 10 or style == "odd"


def test_several_columns_of_tasks_and_inputs(tmp_path, by_columns):
    file = tmp_path / "t.csv"
    file.write_text(
        "model,dataset,metric,instance,score\n"
        + "".join(
            f"m{s},d{d},{m},{i},{(s * 7 + d * 3 + i * 5) % 11}.{s}\n"
            for i in range(3)
            for s in range(3)
            for d in range(2)
            for m in ("acc", "f1")
        )
    )
    fast, slow = read_long(file), pivot(read_grid(file))
    assert fast.columns == slow.columns == ("system", "d0 / acc", "d0 / f1", "d1 / acc", "d1 / f1")
    assert fast.rows == slow.rows
    assert fast.decisions == slow.decisions
    assert any(isinstance(cell, Fraction) for row in fast.rows for cell in row)


def test_many_scores_are_the_floats_that_are_nearest(tmp_path, monkeypatch, by_columns):
    monkeypatch.setattr(long_tables, "FAST_CELLS", 1)
    file = tmp_path / "t.csv"
    rng = random.Random(1)
    file.write_text(
        "system,task,score\n"
        + "".join(f"s{rng.randint(0, 9)},t{rng.randint(0, 9)},{rng.uniform(0, 1):.7f}\n"
                  for _ in range(300))
    )  # fmt: skip
    fast, slow = read_long(file), pivot(read_grid(file))
    for k, row in enumerate(slow.rows):
        assert fast.rows[k] == row[:1]
        expected = [float("nan") if v is None else float(v) for v in row[1:]]
        assert np.array_equal(fast.matrix[k], expected, equal_nan=True)
    assert fast.decisions == slow.decisions


@pytest.mark.parametrize(
    "text",
    [
        'system,task,score\nA,x,1\nA,y,"2"\nB,x,3\nB,y,4\n',
        "system,task,score\nA,x,1\nA,y,2,9\nB,x,3\nB,y,4\n",
        "system,task,score\nA,x,1\n,y,2\nB,x,3\nB,y,4\n",
        "system,task,score\nA,system,1\nA,y,2\nB,system,3\nB,y,4\n",
        "system,task,score\nA,x,1\nA,y,twelve\nB,x,3\nB,y,4\n",
        "system,task,score\n1,x,1\n1,y,2\n2,x,3\n2,y,4\n",
        "system,task,score\nA,x,1\nA ,x,2\nB  b,x,3\nB b,x,4\n",
        "task,system,score\nx,A,1\ny,A,2\nx,B,3\ny,B,4\n",
        "system,task,score\nA,x,123456789012345678\nA,x,2\nB,x,3\nB,x,4\n",
        "system,task,left,right,winner,score\nA,x,a,b,a,1\nB,x,a,b,b,2\nB,y,a,b,b,2\n",
        "system,task,score\nA,x,0\nA,y,1\nB,x,1\nB,y,0\n",
    ],
)
def test_what_is_odd_is_left_to_the_slow_reader(text, tmp_path, monkeypatch, by_columns):
    file = tmp_path / "t.csv"
    file.write_text(text)

    def answer():
        try:
            return aggregation.read(file)
        except InvalidInputError as error:
            return str(error)

    fast = answer()
    monkeypatch.setattr(long_tables, "_LONG_FILE", 1 << 40)
    slow = answer()
    assert fast == slow if isinstance(fast, str) else same(fast, slow)


def test_options_are_those_of_the_slow_reader(tmp_path, monkeypatch, by_columns):
    file = tmp_path / "t.csv"
    file.write_text(
        "system,task,score\n"
        + "".join(f"{s},{t},{len(s) * 3 + len(t)}\n" for s in SYSTEMS for t in TASKS)
    )
    for options in (
        {"lower": ["qa"]},
        {"weights": {"qa": 2}},
        {"missing": ["7"]},
        {"keep": ["score"], "name": "system", "drop": ["task"]},
        {"common": True},
        {"tie": "absolute=5"},
        {"decimal": "."},
        {"kind": "scores", "header": True},
    ):
        try:
            fast = aggregation.read(file, **options)
        except InvalidInputError as error:
            fast = str(error)
        with monkeypatch.context() as patch:
            patch.setattr(long_tables, "_LONG_FILE", 1 << 40)
            try:
                slow = aggregation.read(file, **options)
            except InvalidInputError as error:
                slow = str(error)
        assert fast == slow if isinstance(fast, str) else same(fast, slow), options


def order_lines(rng, style, mark):
    names = "ABCDE"
    lines = []
    for _ in range(rng.randint(3, 12)):
        order = rng.sample(range(1, 6), 5 if style == "complete" else rng.randint(1, 5))
        count = rng.choice((0, 1, 1, 7, 30))
        if style == "odd" and rng.random() < 0.3:
            lines.append(
                rng.choice(
                    (
                        f"{count}{mark} {{1,2}},3",
                        f"{count}{mark} 1,1",
                        f"{count}{mark} 1,9",
                        f"{count}{mark} 1,2,",
                        f"{count}.0{mark} 1,2",
                        f"{count}{mark}",
                        "# a word",
                        f"1 {count}{mark} 2",
                        f"{count},1{mark} 2",
                        "3,2,1",
                        "",
                    )
                )
            )
        lines.append(f"{count}{mark}{rng.choice(('', ' '))}" + ",".join(map(str, order)))
    return names, lines


def answered(read, text):
    try:
        found = read(text)
    except InvalidInputError as error:
        return str(error)
    return found.names, tuple(found.orders), found.title, found.metadata, found.decisions, (
        found.voters, found.kind, found.blank
    )  # fmt: skip


@pytest.mark.parametrize("style", ["complete", "some", "odd"])
def test_large_preflib_files_in_the_old_format(style, monkeypatch):
    rng = random.Random(style)
    arrays = 0
    for number in range(150):
        names, lines = order_lines(rng, style, ",")
        total = sum(int(x.partition(",")[0]) for x in lines if x.partition(",")[0].isdecimal())
        head = ["5", *(f"{k},{name}" for k, name in enumerate(names, number % 4 == 0 or 0))]
        if number % 2:
            head = ["5", *(f"{k},{name}" for k, name in enumerate(names, 1))]
        head.append(f"{total},{total - (number % 5 == 0)},{len(lines)}")
        text = "\n".join([*head, *lines]) + rng.choice(("", "\n", "\n\n"))
        monkeypatch.setattr(preflib, "MANY_LINES", 1 << 40)
        slow = answered(preflib.parse_preflib, text)
        monkeypatch.setattr(preflib, "MANY_LINES", 1)
        assert answered(preflib.parse_preflib, text) == slow, text
        if not isinstance(slow, str):
            arrays += isinstance(preflib.parse_preflib(text).orders, OrderArray)
    assert arrays > 20 or style == "odd"


@pytest.mark.parametrize("style", ["complete", "some", "odd"])
def test_large_preflib_files_are_read_as_small_ones(style, monkeypatch):
    rng = random.Random(style)
    arrays = 0
    for number in range(150):
        names, lines = order_lines(rng, style, ":")
        head = ["# TITLE: t", "# KEY: value", f"# NUMBER ALTERNATIVES: {len(names)}"]
        if number % 3 == 0:
            # Right where every line counts once, wrong elsewhere.
            head.append(f"# NUMBER VOTERS: {len(lines)}")
        if number % 7 == 0:
            head.append("# MODIFICATION TYPE: imbued")
        head += [f"# ALTERNATIVE NAME {k}: {name}" for k, name in enumerate(names, 1)]
        text = "\n".join([*head, *lines]) + rng.choice(("", "\n", "\n\n"))
        monkeypatch.setattr(preflib, "MANY_LINES", 1 << 40)
        slow = answered(preflib.parse_preflib, text)
        monkeypatch.setattr(preflib, "MANY_LINES", 1)
        assert answered(preflib.parse_preflib, text) == slow, text
        if not isinstance(slow, str):
            arrays += isinstance(preflib.parse_preflib(text).orders, OrderArray)
    assert arrays > 40 or style == "odd"


@pytest.mark.parametrize("style", ["plain", "counted", "stated", "odd"])
def test_large_files_of_rankings_are_read_as_small_ones(style, monkeypatch):
    pytest.importorskip("pyarrow")
    rng = random.Random(style)
    arrays = 0
    for _ in range(150):
        names = ["Ann A", "B", "Cé", "d,e", "F"][: rng.randint(1, 5)]
        lines = []
        for _ in range(rng.randint(2, 10)):
            order = rng.sample(names, rng.randint(1, len(names)))
            line = rng.choice((">", " > ", "> ")).join(order)
            lines.append(f"{rng.randint(0, 9)}: {line}" if style == "counted" else line)
        if style == "odd":
            odd = ["A = B", "2: A", "1/3: B", '"A:b" > B', "B > B", "B > ", "", "# x: y", "3:",
                   "Q > R", " A", "x: y"]  # fmt: skip
            lines.insert(rng.randrange(len(lines)), rng.choice(odd))
        head = ["# title: T", "", "# k: v"] if rng.random() < 0.5 else []
        if style == "stated" or (style == "odd" and rng.random() < 0.3):
            head.append("# alternatives: " + ", ".join(f'"{name}"' for name in reversed(names)))
        text = "\n".join(head + lines) + rng.choice(("", "\n", "\n\n"))
        monkeypatch.setattr(ranking_lists, "MANY_LINES", 1 << 40)
        slow = answered(ranking_lists.parse_rankings, text)
        monkeypatch.setattr(ranking_lists, "MANY_LINES", 1)
        assert answered(ranking_lists.parse_rankings, text) == slow, text
        if not isinstance(slow, str):
            arrays += isinstance(ranking_lists.parse_rankings(text).orders, OrderArray)
    assert arrays > 60 or style == "odd"


def test_an_array_of_orders_is_a_sequence_of_them():
    orders = OrderArray(np.array([3, 1]), np.array([[0, 1, -1], [-1, -1, 0]], dtype=np.int8))
    plain = ((3, ((1,), (2,))), (1, ((3,),)))
    assert (tuple(orders), orders[0], orders[-1], orders[:1]) == (
        plain, plain[0], plain[1], plain[:1]
    )  # fmt: skip
    assert orders == plain
    assert orders == OrderArray(orders.counts, orders.places)
    assert orders != plain[:1]
    assert hash(orders) == hash(plain)
    ballots = preflib.Ballots(("A", "B", "C"), orders)
    assert preflib.parse_preflib(preflib.format_preflib(ballots)).orders == plain


def test_policies_and_counts_of_large_files(tmp_path, monkeypatch):
    monkeypatch.setattr(preflib, "MANY_LINES", 1)
    file = tmp_path / "t.soi"
    file.write_text(
        "# NUMBER ALTERNATIVES: 3\n" + "".join(f"# ALTERNATIVE NAME {k}: {x}\n"
        for k, x in enumerate("ABC", 1)) + "5: 1,2\n0: 3\n4: 3,2,1\n2: 2\n"
    )  # fmt: skip
    fast = aggregation.read(file)
    policy = aggregation.read(file, write_in="pool")
    monkeypatch.setattr(preflib, "MANY_LINES", 1 << 40)
    slow = aggregation.read(file)
    assert same(fast, slow)
    assert policy.types == slow.types
    assert aggregation.irv(fast) == aggregation.irv(slow)
