"""The one reader of JSON and YAML: exact numbers, distinct keys, and what every verb refuses."""

import json
from fractions import Fraction as F

import numpy as np
import pytest

import mechdesign as md
from mechdesign import bargaining, model
from mechdesign.cli import main
from mechdesign.errors import InvalidInputError
from mechdesign.io.documents import DEPTH, DIGITS, as_written, parse_document, read_document
from mechdesign.model import decode, encode

TWICE = '{"a": [{"b": 1, "c": 2, "b": 3}]}'
BAD = {
    "empty": (b" \n", "not be empty"),
    "latin": (b'{"name": "caf\xe9"}', "be UTF-8 text"),
    "broken": (b'{"a": ', "be JSON"),
    "twice": (TWICE.encode(), "distinct keys; got 'b'"),
    "nan": (b'{"a": [1, NaN]}', "finite numbers; got 'NaN'"),
    "infinite": (b'{"a": -Infinity}', "finite numbers; got '-Infinity'"),
    "deep": (b"[" * 5000 + b"]" * 5000, f"nested at most {DEPTH} deep"),
    "long": (b"[" + b"7" * 9999 + b"]", f"numbers of at most {DIGITS} characters"),
}
VERBS = {
    "rank": ["rank"],
    "solve bargaining": ["solve", "bargaining"],
    "solve auctions": ["solve", "auctions"],
    "simulate auctions": ["simulate", "auctions"],
    "report": ["report"],
    "verify": ["verify"],
    "sweep": ["sweep"],
    "convert": ["convert"],
}


@pytest.mark.parametrize("kind", BAD)
@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_refuses_it_in_one_line(verb, kind, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    content, reason = BAD[kind]
    (tmp_path / "file.json").write_bytes(content)
    words = [*VERBS[verb], "file.json", *(["out.csv"] if verb == "convert" else [])]
    assert main(words) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert reason in told.err
    assert "file.json" in told.err
    assert told.err.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["file.json"]


def test_numbers_are_what_is_written():
    text = '{"a": [0.1, 1e-3, 2.0, -7, 1e400, 0.10000000000000000000000000001]}'
    found = parse_document(text)["a"]
    assert found == [F(1, 10), F(1, 1000), 2, -7, 10**400, F(1, 10) + F(1, 10**29)]
    assert [type(x) for x in found[2:5]] == [int, int, int]
    assert parse_document("[0.1, 2]", decimals=float) == [0.1, 2]
    assert parse_document("[0.10, 2]", decimals=str, integers=str) == ["0.10", "2"]
    assert parse_document("[0.10, 0.3000000000000000000001]", decimals=as_written) == [
        0.1,
        "0.3000000000000000000001",
    ]
    for huge in ("[1e400]", "[-1e999]"):
        with pytest.raises(InvalidInputError, match="finite numbers"):
            parse_document(huge, decimals=float)
    with pytest.raises(InvalidInputError, match="numbers of ordinary size; got '1e999999999'"):
        parse_document("[1e999999999]")


def test_where_a_key_stands_twice():
    with pytest.raises(InvalidInputError, match=r"`a\[0\]` of x.json must have distinct keys"):
        parse_document(TWICE, "x.json")
    with pytest.raises(InvalidInputError, match=r"`document` of x.json must have distinct"):
        parse_document('{"a": 1, "a": 1}', "x.json")


def test_depth_is_allowed_up_to_the_limit():
    deep = "[" * DEPTH + "]" * DEPTH
    assert parse_document(deep) is not None
    with pytest.raises(InvalidInputError, match="nested"):
        parse_document(f"[{deep}]")
    with pytest.raises(InvalidInputError, match="nested"):
        parse_document('{"a":' * (DEPTH + 1) + "1" + "}" * (DEPTH + 1))


def test_the_models_own_json():
    assert md.loads(md.dumps((F(1, 3), 0.1, float("inf")))) == (F(1, 3), 0.1, float("inf"))
    for text in (BAD["nan"][0], BAD["twice"][0], b"[" * 5000):
        with pytest.raises(InvalidInputError):
            md.loads(text.decode())


class TestYaml:
    @pytest.fixture(autouse=True)
    def needs_yaml(self):
        pytest.importorskip("yaml")

    def read(self, text):
        return parse_document(text, "x.yaml", form="yaml")

    def test_numbers_are_what_is_written(self):
        found = self.read("[0.1, 2.0, -7, .5, 0.10000000000000000000000000001, 1.5e+3]")
        assert found == [F(1, 10), 2, -7, F(1, 2), F(1, 10) + F(1, 10**29), 1500]
        assert not any(isinstance(x, float) for x in found)

    def test_nothing_is_guessed(self):
        """Words and times of day are text; other notations of numbers stay as they are written."""
        text = "[yes, no, on, 12:30, 0x1f, 010, 1_000, true, False, null, ~]"
        words = ["yes", "no", "on", "12:30", "0x1f", "010", "1_000"]
        assert self.read(text) == [*words, True, False, None, None]
        assert self.read("no: 1\nyes: 2") == {"no": 1, "yes": 2}

    def test_keys_are_distinct(self):
        with pytest.raises(
            InvalidInputError, match=r"`line 3` of x.yaml .* distinct keys; got 'p'"
        ):
            self.read("packages:\n  p: 1\n  p: 2\n")
        assert self.read("a: &x {k: 1, l: 2}\nb: {<<: *x, k: 3}")["b"] == {"k": 3, "l": 2}
        with pytest.raises(InvalidInputError, match="no lists"):
            self.read("[1, 2]: 3")

    def test_a_package_that_is_named_twice(self, tmp_path, capsys):
        path = tmp_path / "street.yaml"
        park = "  park: {cost: 1, utilities: {x: 1}}\n"
        path.write_text(f"budget: 3\npackages:\n{park}  pool: {{utilities: {{x: 2}}}}\n{park}")
        with pytest.raises(InvalidInputError, match=r"`line 5` of street.yaml .* got 'park'"):
            bargaining.read_problem(path)
        assert main(["solve", "bargaining", str(path)]) == 2
        assert "got 'park'" in capsys.readouterr().err

    def test_digits_are_kept(self, tmp_path):
        path = tmp_path / "street.yaml"
        digits = "0.10000000000000000000000000001"
        path.write_text(f"budget: {digits}\npackages:\n  park: {{utilities: {{x: 1}}}}\n")
        assert bargaining.read_problem(path).budget == F(1, 10) + F(1, 10**29)
        out = tmp_path / "street.json"
        assert main(["convert", str(path), str(out)]) == 0
        assert json.loads(out.read_text())["budget"] == digits

    @pytest.mark.parametrize(
        ("text", "reason"),
        [
            ("", "not be empty"),
            ("a: [", "be YAML"),
            ("a: .nan", "finite numbers"),
            ("a: -.INF", "finite numbers"),
            ("a: !!python/object:os.system x", "be YAML"),
            ("a: " + "[" * 500 + "]" * 500, "nested"),
            ("a: " + "7" * 2000, "numbers of at most"),
            ("&a [*a]", "nested"),
            ("a: 1\n---\nb: 2", "be YAML"),
        ],
    )
    def test_refused(self, text, reason):
        with pytest.raises(InvalidInputError, match=reason):
            self.read(text)

    def test_aliases_that_explode_are_refused(self):
        lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
        lines += [f"a{k}: &a{k} [{', '.join([f'*a{k - 1}'] * 10)}]" for k in range(1, 30)]
        with pytest.raises(InvalidInputError, match="aliases"):
            self.read("\n".join(lines))

    def test_by_the_name_of_the_file(self, tmp_path):
        path = tmp_path / "x.yml"
        path.write_text("a: 0.1")
        assert read_document(path) == {"a": F(1, 10)}
        path = tmp_path / "sweep.yaml"
        path.write_text("experiment: facility_ratio\ngrid: {agents: [2]}\n")
        assert main(["sweep", str(path)]) == 0


@pytest.mark.parametrize("name", ["gone.json", "."])
def test_a_path_that_is_no_file(name, tmp_path, capsys):
    with pytest.raises(InvalidInputError, match="`path` must be an existing file"):
        read_document(tmp_path / name)
    assert main(["sweep", str(tmp_path / name)]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_records_that_took_lists_are_read_back():
    from mechdesign.bargaining import Menu, Modules, Projects, Rubric
    from mechdesign.facility import IntervalUnion
    from mechdesign.games import FiniteGame

    rubric = Rubric(["cost"], 0, 10, [[1], [2]], [[3], [4]])
    for record in (
        Menu(["a", "b"], [1, 2]),
        Modules(["a", "b"], [1, 2], ["x", "y"], [0, 1], [{"x", "y"}], [["x", "y"]], rubric),
        Projects(["a", "b"], [1, 2], ["park", "road"], []),
        IntervalUnion([[0, 1], [2, 3]]),
        FiniteGame(["a", "b"], [["x", "y"], ["u"]], [[1, 2], [3, 4]]),
        model.RandomAssignment(["a"], ["x"], np.array([[0.5]])),
    ):
        again = decode(json.loads(json.dumps(encode(record))))
        assert again == record
        assert hash(again) == hash(record)


def test_a_truth_value_of_numpy_is_written():
    assert decode(encode({"fits": np.bool_(True)})) == {"fits": True}
