"""The verb ``verify``: forged documents end in 1, malformed ones in 2, and open ones in 3."""

import json

import pytest

from mechdesign.cli import main


def call(capsys, *words):
    code = main(list(words))
    got = capsys.readouterr()
    return code, got.out, got.err


@pytest.fixture
def audit(capsys):
    words = ("audit", "facility.average", "--agents", "2", "--grid", "2", "--json")
    return json.loads(call(capsys, *words, "--axioms", "strategyproofness,unanimity")[1])


def verified(capsys, path, document):
    path.write_text(document if isinstance(document, str) else json.dumps(document))
    return call(capsys, "verify", str(path))


def test_witness_and_holds_of_an_audit(capsys, tmp_path, audit):
    code, out, _ = verified(capsys, tmp_path / "a.json", audit)
    assert code == 0
    assert "the violation is met again" in out
    assert "none of 9 cases at 9 problems violates it" in out
    # A verdict alone, and a witness alone, whose outcome names its mechanism.
    lying, agreeing = audit["verdicts"][0]
    assert verified(capsys, tmp_path / "a.json", agreeing)[0] == 0
    witness = {"schema": 1, **lying["found"]}
    assert verified(capsys, tmp_path / "a.json", witness)[0] == 0


def test_a_cell_forged_beside_a_true_witness(capsys, tmp_path, audit):
    lying, agreeing = audit["verdicts"][0]
    forged = dict(agreeing, axiom="strategyproofness")
    audit["verdicts"][0] = [forged, agreeing]
    code, out, _ = verified(capsys, tmp_path / "a.json", audit)
    assert code == 1
    assert "it is violated" in out
    audit["verdicts"][0] = [lying, dict(lying, axiom="unanimity")]
    assert verified(capsys, tmp_path / "a.json", audit)[0] == 1
    audit["verdicts"][0] = [agreeing, lying]
    assert verified(capsys, tmp_path / "a.json", audit)[0] == 2


def test_what_cannot_be_verified_is_3(capsys, tmp_path, audit):
    audit["verdicts"][0][1]["scope"].pop("asked")
    code, out, _ = verified(capsys, tmp_path / "a.json", audit)
    assert code == 3
    assert "does not say which problems" in out


@pytest.mark.parametrize(
    "document",
    [
        {"schema": 1, "$tuple": 5},
        {"schema": 1, "$fraction": "1/0"},
        {"schema": 1, "$fraction": "1e99999999"},
        {"schema": 1, "$fraction": 5},
        {"schema": 1, "$range": [0, 10**15]},
        {"schema": 1, "$array": [[1], [1, 2]], "dtype": "int64"},
        {"schema": 1, "$array": ["x"], "dtype": "object"},
        {"schema": 1, "$enum": ["axioms.Status", "MAYBE"]},
        {"schema": 1, "$enum": 3},
        {"schema": 1, "$map": [[1]]},
        {"schema": 1, "$set": [[]]},
        {"schema": 1, "$object": "axioms.Witness"},
        {"schema": 1, "$object": ["axioms"]},
        {"schema": 1, "$object": "model.Problem", "agents": 3, "types": 4},
        {"schema": True, "$tuple": []},
        {"schema": 1, "verdicts": 5, "mechanisms": [], "axioms": []},
        {"schema": 1, "verdicts": [[5]], "mechanisms": ["x"], "axioms": ["y"]},
        {"schema": 1},
        [],
        '{"schema": 1, "$tuple": ' + "[" * 50_000 + "]" * 50_000 + "}",
        '{"schema": 1, "$tuple": ' + "[" * 150 + "]" * 150 + "}",
    ],
    ids=lambda document: str(document)[:40],
)
def test_malformed_documents_are_bad_input(capsys, tmp_path, document):
    code, out, err = verified(capsys, tmp_path / "bad.json", document)
    assert code == 2
    assert not out
    assert err.count("error:") == 1
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("field", "value"),
    [("axiom", 5), ("setting", 3), ("problem", None), ("agents", 7), ("tolerance", "x")],
)
def test_fields_of_other_types_are_bad_input(capsys, tmp_path, audit, field, value):
    witness = {"schema": 1, **audit["verdicts"][0][0]["found"], field: value}
    code, _, err = verified(capsys, tmp_path / "bad.json", witness)
    assert code == 2
    assert err.count("error:") == 1


def test_a_parameter_beyond_all_bounds_is_bad_input(capsys, tmp_path, audit):
    verdict = dict(audit["verdicts"][0][1], mechanism="facility.quantile(q=1e9999999)")
    code, _, err = verified(capsys, tmp_path / "bad.json", verdict)
    assert code == 2
    assert err.count("error:") == 1
