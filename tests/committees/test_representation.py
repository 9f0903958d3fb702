"""Axioms of committees: fixtures, brute force over groups of voters, the command line."""

import itertools
import json
import random
from fractions import Fraction

import pytest

from mechdesign import axioms, committees
from mechdesign.axioms import HOLDS, VIOLATED
from mechdesign.cli import main
from mechdesign.errors import InvalidInputError

NOTIONS = (
    "justified_representation",
    "committee_pjr",
    "committee_ejr",
    "committee_fjr",
    "ejr_plus",
    "committee_core",
)


def objection(notion, ballots, candidates, seats, chosen):
    """Whether a group of voters has a claim, group by group."""
    n = len(ballots)
    groups = (g for size in range(1, n + 1) for g in itertools.combinations(ballots, size))
    for group in groups:
        common = set(candidates).intersection(*group)
        got = [len(own & chosen) for own in group]
        for level in range(1, seats + 1):
            if len(group) * seats < level * n:
                continue
            if notion == "justified_representation" and common and not any(got):
                return True
            if notion == "ejr_plus" and common - chosen and max(got) < level:
                return True
            if notion == "committee_ejr" and len(common) >= level and max(got) < level:
                return True
            together = len(set().union(*group) & chosen)
            if notion == "committee_pjr" and len(common) >= level and together < level:
                return True
            if notion == "committee_fjr":
                for wanted in itertools.combinations(candidates, level):
                    if min(len(own & set(wanted)) for own in group) > max(got):
                        return True
            if notion == "committee_core":
                for wanted in itertools.combinations(candidates, level):
                    pairs = zip(group, got, strict=True)
                    if all(len(own & set(wanted)) > have for own, have in pairs):
                        return True
    return False


@pytest.mark.parametrize("notion", NOTIONS)
def test_groups_are_found_as_by_brute_force(notion):
    rng = random.Random(notion)
    found = {HOLDS: 0, VIOLATED: 0}
    for _ in range(100):
        candidates = "abcde"[: rng.randint(3, 5)]
        seats = rng.randint(1, len(candidates) - 1)
        ballots = [{c for c in candidates if rng.random() < 0.4} for _ in range(5)]
        popular = sorted(candidates, key=lambda c: sum(c in own for own in ballots))
        chosen = set(popular[:seats] if rng.random() < 0.8 else rng.sample(candidates, seats))
        problem = committees.approvals().problem(ballots, seats=seats, candidates=tuple(candidates))
        verdict = axioms.check(
            notion, lambda _, w=chosen: w, setting=committees.approvals(), problem=problem
        )
        expected = objection(notion, ballots, candidates, seats, chosen)
        assert verdict.status is (VIOLATED if expected else HOLDS)
        found[verdict.status] += 1
    assert min(found.values()) > 5


def test_weights_are_voters():
    problem = committees.approvals().problem({"b, c, d": 2, "a": 1}, seats=3, candidates="abcd")
    for notion in NOTIONS:
        verdict = axioms.check(notion, committees.approval, problem=problem)
        assert verdict.witness.agents == (1,)
        assert verdict.witness.replay(committees.approval)
        assert "deserve" in str(verdict)
    fewer = committees.approvals().problem({"b, c, d": Fraction(21, 10), "a": 1}, seats=3)
    assert axioms.check("justified_representation", committees.approval, problem=fewer).holds


def test_known_failures():
    cc = committees.approvals().problem({"a, b": 4, "c": 1, "d": 1}, seats=3)
    assert axioms.check("committee_pjr", committees.chamberlin_courant, problem=cc).violated
    assert axioms.check("committee_ejr", committees.pav, problem=cc).holds
    apart = committees.approvals().problem({"a, c, d, e": 1, "b": 1}, seats=2, candidates="acdeb")
    rule = committees.minimax_approval
    assert axioms.check("justified_representation", rule, problem=apart).violated
    split = committees.approvals().problem({"a, c": 1, "b, d, e": 2}, seats=3, candidates="bdeac")
    rule = committees.satisfaction_approval
    assert axioms.check("justified_representation", rule, problem=split).violated


def test_price_systems_are_found_or_refuted():
    """Against a program in floats over payments of single voters."""
    from scipy.optimize import linprog

    rng = random.Random(7)
    found = {HOLDS: 0, VIOLATED: 0}
    for _ in range(60):
        names = "abcde"[: rng.randint(3, 5)]
        chosen = set(rng.sample(names, rng.randint(1, len(names) - 1)))
        ballots = [{c for c in names if rng.random() < 0.45} for _ in range(rng.randint(2, 5))]
        pairs = [(k, c) for k, own in enumerate(ballots) for c in sorted(own & chosen)]
        paid = [[float(c == d) for _, d in pairs] + [0] for c in sorted(chosen)]
        spent = [[float(j == k) for j, _ in pairs] + [-1] for k in range(len(ballots))]
        left = [
            [-float(d in ballots[k]) for k, _ in pairs] + [sum(d in own for own in ballots)]
            for d in names
            if d not in chosen
        ]
        there = linprog(
            [0] * (len(pairs) + 1),
            A_ub=spent + left,
            b_ub=[0] * len(spent) + [1] * len(left),
            A_eq=paid,
            b_eq=[1] * len(paid),
        )
        problem = committees.approvals().problem(
            ballots, seats=len(chosen), candidates=tuple(names)
        )
        system = committees.price_system(problem, chosen)
        everybody = set().union(*ballots) <= chosen
        assert (system is not None) == (there.status == 0 or everybody)
        rule = lambda _, w=frozenset(chosen): w  # noqa: E731
        setting = committees.approvals()
        verdict = axioms.check("priceability", rule, setting=setting, problem=problem)
        assert verdict.status is (VIOLATED if system is None else HOLDS)
        if system is None:
            assert verdict.witness.replay(rule)
        else:
            assert system.flaws(problem, chosen) == []
            if set().union(*ballots) == set(names):
                assert system.flaws(problem, set(names))
        found[verdict.status] += 1
    assert min(found.values()) > 10


def test_what_is_wrong_with_a_price_system():
    votes = committees.approvals().problem({"a, b": 5, "c": 4, "d": 3}, seats=2)
    system = committees.price_system(votes, "ac")
    assert "out of 1/4" in str(system.table())
    assert system.flaws(votes, "ac") == []
    rich = committees.PriceSystem(2, system.payments)
    assert any("left" in flaw for flaw in rich.flaws(votes, "ac"))
    poor = committees.PriceSystem(Fraction(1, 9), system.payments)
    assert any("cannot" in flaw for flaw in poor.flaws(votes, "ac"))
    with pytest.raises(InvalidInputError, match="committee"):
        committees.price_system(votes, "az")


def test_members_without_a_voter_cost_nothing_where_all_others_are_elected():
    votes = committees.approvals().problem({"a": 2}, seats=2, candidates="abc")
    system = committees.price_system(votes, "ab")
    assert system.flaws(votes, "ab") == []
    assert committees.price_system(votes, "bc") is None


def test_multiples_that_prove_nothing_are_no_witness():
    from mechdesign.committees.prices import unpaid

    votes = committees.approvals().problem({"a, b": 5, "c": 4, "d": 3}, seats=2)
    for multiples in ({}, dict.fromkeys("abcd", 1), {"c": -1}, {"c": 0, "d": 0, "a": 1}):
        assert unpaid(votes, {"a", "c"}, multiples) == 0
    assert unpaid(votes, {"c", "d"}, {"c": 0, "d": 0, "a": 0, "b": 0}) == 0


def test_monotonicity_of_committees():
    scope = {"agents": 2, "candidates": 3, "seats": 1}
    verdict = axioms.check("committee_monotonicity", committees.chamberlin_courant, **scope)
    assert verdict.violated
    assert verdict.witness.replay(committees.chamberlin_courant)
    assert "for 1 seats, but" in str(verdict)
    assert axioms.check("committee_monotonicity", committees.sequential_pav, **scope).holds


def test_documents_of_witnesses_are_verified(tmp_path, capsys):
    problem = committees.approvals().problem({"b, c, d": 2, "a": 1}, seats=3, candidates="abcd")
    verdict = axioms.check("ejr_plus", committees.approval, problem=problem)
    path = tmp_path / "verdict.json"
    path.write_text(json.dumps(verdict.to_dict()))
    assert main(["verify", str(path)]) == 0
    assert "confirmed" in capsys.readouterr().out


def test_files_and_the_command(tmp_path, capsys):
    path = tmp_path / "votes.csv"
    path.write_text("voter,Ann,Bob,Cy,Dee\n1,1,1,0,0\n2,1,1,0,0\n3,1,1,0,0\n4,0,0,1,0\n5,,,,1\n")
    assert main(["solve", "committees", str(path), "--seats", "2", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    rows = {row[0]: row[1] for row in told["rows"]}
    assert rows["approval"] == "{Ann, Bob}"
    assert rows["chamberlin_courant"] == "{Ann, Cy}"
    assert main(["solve", "committees", str(path), "--seats", "9"]) == 2
    assert "seats" in capsys.readouterr().err
    ranked = tmp_path / "a.rankings"
    ranked.write_text("2: A > B\n1: B\n")
    assert main(["solve", "committees", str(ranked), "--seats", "1"]) == 2
    assert "one rank" in capsys.readouterr().err
    scores = tmp_path / "scores.csv"
    scores.write_text("system,x,y\na,1.5,2\nb,3,4\n")
    assert main(["solve", "committees", str(scores), "--seats", "1"]) == 2
    assert "approvals" in capsys.readouterr().err


def test_categories_are_approvals(tmp_path):
    path = tmp_path / "a.cat"
    path.write_text(
        "# FILE NAME: a.cat\n# NUMBER ALTERNATIVES: 3\n# NUMBER VOTERS: 3\n"
        "# NUMBER CATEGORIES: 2\n# CATEGORY NAME 1: Yes\n# CATEGORY NAME 2: No\n"
        "# ALTERNATIVE NAME 1: A\n# ALTERNATIVE NAME 2: B\n# ALTERNATIVE NAME 3: C\n"
        "2: {1,2},{3}\n1: {3},{1,2}\n"
    )
    problem = committees.approvals().problem(path, seats=2)
    assert problem.types == (("A", "B"), ("C",))
    assert problem.weights == (2, 1)


def test_rules_of_other_families_are_refused():
    problem = committees.approvals().problem(["a", "b"], seats=1)
    with pytest.raises(InvalidInputError, match="rules of committees"):
        committees.compare_committees(problem, ["aggregation.borda"])


def test_a_member_with_more_support_may_lose_its_seat():
    """Whoever stands for one voter more takes away others than before."""
    scope = {"agents": 2, "candidates": 3, "seats": 2}
    axiom = "committee_support_monotonicity"
    verdict = axioms.check(axiom, committees.greedy_monroe, **scope)
    assert verdict.status is VIOLATED
    assert verdict.witness.replay(committees.greedy_monroe)
    assert "approves of" in str(verdict)
    assert axioms.check(axiom, committees.pav, **scope).status is HOLDS
    assert axioms.check(axiom, committees.sequential_phragmen, **scope).status is HOLDS
    # A voter who says more than that is no counterexample.
    problem = committees.approvals().problem(["a, b", "c"], seats=1, candidates="abc")
    other = committees.approvals().problem(["a, b", "b, c"], seats=1, candidates="abc")
    found = committees.approval.solve(problem)
    witness = axioms.Witness(
        axiom, problem_setting(), problem, found, (1,), other, details={"member": "a"}
    )
    assert axioms.get_axiom(axiom).verify(committees.approval, problem_setting(), witness) is None


def problem_setting():
    return committees.approvals()
