"""A file of the user's own on the command line: audited, written, verified."""

import json

import pytest

from mechdesign import axioms, facility
from mechdesign.cli import main
from mechdesign.errors import InvalidInputError
from mechdesign.model import as_mechanism

RULES = """
from fractions import Fraction

def rule(x):
    return sorted([*x, Fraction(1, 3), Fraction(2, 3)])[2]

def mean(x):
    return sum(x) / len(x)
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    (tmp_path / "rules_of_a_user.py").write_text(RULES)
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path


def audit(*words):
    scope = ["--setting", "facility.line", "--agents", "3"]
    return main(["audit", *words, *scope, "--axioms", "strategyproofness,unanimity"])


def test_a_users_rule_is_audited_and_its_document_verified(folder, capsys):
    assert audit("rules_of_a_user:rule", "-o", "proved.json") == 0
    document = json.loads((folder / "proved.json").read_text())
    assert document["verdicts"][0][0]["evidence"]["kind"]
    assert main(["verify", "proved.json"]) == 0
    assert capsys.readouterr().out.count("confirmed") == 2
    # The same document is no proof of another rule.
    assert main(["verify", "proved.json", "--mechanism", "rules_of_a_user:mean"]) == 1


def test_a_rule_that_is_refuted_exits_with_one(folder, capsys):
    assert audit("rules_of_a_user:mean", "-o", "refuted.json") == 1
    assert main(["verify", "refuted.json"]) == 0
    capsys.readouterr()


def test_what_a_proof_implies_is_verified_with_it(folder, capsys):
    words = ["--setting", "facility.line", "--agents", "3", "-o", "proved.json", "--axioms"]
    names = "strategyproofness,proportional_fairness,unanimity,individual_fair_share"
    assert main(["audit", "rules_of_a_user:rule", *words, names]) == 0
    document = json.loads((folder / "proved.json").read_text())
    kinds = {cell["axiom"]: cell["evidence"]["kind"] for cell in document["verdicts"][0]}
    assert kinds["proportional_fairness"] == "proof"
    assert kinds["unanimity"] == kinds["individual_fair_share"] == "implied"
    capsys.readouterr()
    assert main(["verify", "proved.json"]) == 0
    assert "proportional_fairness, which implies it" in capsys.readouterr().out
    # Nothing is implied by a proof that does not stand.
    for cell in document["verdicts"][0]:
        if cell["axiom"] == "proportional_fairness":
            cell["tolerance"] = 1
    (folder / "forged.json").write_text(json.dumps(document))
    assert main(["verify", "forged.json"]) == 1
    assert "which implies it" not in capsys.readouterr().out


def test_settings_have_arguments(folder, capsys):
    words = ["audit", "rules_of_a_user:mean", "--agents", "2", "--axioms", "unanimity"]
    assert main([*words, "--setting", "facility.line(0, high=2)"]) == 0
    for wrong in ("facility.nothing", "facility", "facility.line(0,1,2,3,4)", "nobody.line"):
        assert main([*words, "--setting", wrong]) == 2
        assert "`setting` must" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["os:remove", "nobody_knows:rule", "fractions:Fraction"])
def test_names_that_are_no_rule_of_the_users_are_refused(name):
    with pytest.raises(InvalidInputError, match="mechanism"):
        as_mechanism(name, facility.line())


def test_names_of_modules_stand_for_their_functions(folder):
    rule = as_mechanism("rules_of_a_user:rule", facility.line())
    assert rule.name == "rules_of_a_user:rule"
    verdict = axioms.check(
        "strategyproofness", "rules_of_a_user:rule", setting=facility.line(), agents=3
    )
    assert verdict.evidence.kind == "proof"
    with pytest.raises(InvalidInputError, match="setting"):
        as_mechanism("rules_of_a_user:rule")
