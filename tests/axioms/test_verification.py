"""Documents are verified by definition and recount: the true stand, the forged do not."""

import ast
import json
import random
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

import mechdesign
from mechdesign import aggregation, auctions, axioms, bargaining, facility, matching
from mechdesign.axioms import (
    Status,
    Verdict,
    Witness,
    verify_consistency,
    verify_impossibility,
    verify_verdict,
    verify_witness,
)
from mechdesign.cli.verify import verified
from mechdesign.errors import InvalidInputError
from mechdesign.model import FrozenMap, Outcome, as_mechanism, decode, encode, mechanisms
from mechdesign.model.serialize import check_schema

ROOT = Path(mechdesign.__file__).parent


def answer(rule, verdict):
    return verify_verdict(as_mechanism(rule), verdict).answer


# ------------------------------------------------------------------------- what it shares

SEARCH = ("evaluator", "lift", "profiles", "question.question", "solvers", "consistency")


def imported(name, seen):
    """The files of the package that a file needs when it is imported, without packages' faces."""
    path = ROOT.joinpath(*name.split(".")[1:]).with_suffix(".py")
    if name in seen or not path.exists():
        return
    seen.add(name)
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ImportFrom) and node.module.startswith("mechdesign."):
            imported(node.module, seen)


def test_the_verifier_shares_nothing_with_the_search():
    files = sorted((ROOT / "axioms" / "verification").glob("*.py"))
    seen = set()
    for path in files:
        imported(f"mechdesign.axioms.verification.{path.stem}", seen)
    assert "mechdesign.axioms.question.witness" in seen
    for name in seen:
        inner = name.removeprefix("mechdesign.axioms.")
        assert not any(word in inner for word in SEARCH), name
        if inner.startswith("methods."):
            assert inner == "methods.certificates"
    lines = sum(len(path.read_text(encoding="utf-8").splitlines()) for path in files)
    assert lines < 1060


# ------------------------------------------------------------------------- genuine documents

SCOPES = [
    (facility.average, {"agents": 2, "grid": 2}),
    (facility.median, {"agents": 3, "grid": 2}),
    (aggregation.borda, {"agents": 2, "alternatives": 3}),
    (auctions.gsp, {"agents": 2, "grid": 2, "slots": 2}),
    (bargaining.nash, {"agents": 2, "packages": 2, "utilities": (0, 1, 2)}),
    (matching.greedy, {"agents": 2, "weights": (1, 2), "arrivals": 2, "p": Fraction(1, 2)}),
]


@pytest.fixture(scope="module")
def genuine():
    """Verdicts of every family as they come back from JSON, with their mechanisms."""
    return [
        (rule, Verdict.from_dict(json.loads(json.dumps(verdict.to_dict()))))
        for rule, scope in SCOPES
        for verdict in axioms.audit(rule, **scope)
    ]


def test_what_is_true_is_never_refused(genuine):
    answers = {Status.HOLDS: [], Status.VIOLATED: [], Status.UNKNOWN: []}
    for rule, verdict in genuine:
        finding = verify_verdict(rule, verdict)
        assert finding.answer != "NOT confirmed", (finding, verdict)
        answers[verdict.status].append(finding.answer)
    assert set(answers[Status.VIOLATED]) == {"confirmed"}
    assert answers[Status.HOLDS].count("confirmed") > 30
    assert set(answers[Status.UNKNOWN]) == {"not verified"}


def test_certificates_are_made_again():
    verdict = axioms.check("strategyproofness", facility.median)
    assert verdict.certificate is not None
    assert answer(facility.median, verdict) == "confirmed"
    other = replace(verdict.certificate, text="trust me")
    assert answer(facility.median, replace(verdict, certificate=other)) == "NOT confirmed"
    assert answer(facility.average, verdict) == "NOT confirmed"


def test_a_large_domain_is_not_verified():
    verdict = axioms.check("strategyproofness", facility.median, agents=2, grid=2)
    asked = FrozenMap({**verdict.scope.asked, "words": FrozenMap(grid=500)})
    scope = replace(verdict.scope, asked=asked)
    finding = verify_verdict(facility.median, replace(verdict, scope=scope))
    assert finding.answer == "not verified"
    assert "200,000" in finding.reason


@pytest.mark.parametrize("words", [{"grid": 10**9}, {"grid": 4, "colour": 3}])
def test_words_of_a_domain_are_looked_at(words):
    verdict = axioms.check("strategyproofness", facility.median, agents=2, grid=2)
    asked = FrozenMap({**verdict.scope.asked, "words": FrozenMap(words)})
    forged = replace(verdict, scope=replace(verdict.scope, asked=asked))
    assert answer(facility.median, forged) in ("not verified", "NOT confirmed")


def test_every_setting_reads_its_own_problems_again():
    settings = {encode_key(rule.setting): rule.setting for rule in mechanisms()}
    count = 0
    for setting in settings.values():
        sizes = {domain.agents for domain in setting.small_domains()}
        for domain in list(setting.small_domains())[:3]:
            for types in {tuple(listed[:1] + listed[-1:])[-1:] for listed in domain.reports}:
                problem = domain.base.report(domain.base.agents[0], types[0])
                assert setting.reread(problem) == problem, setting.id
                count += 1
                if len(problem) > 1 and sizes != {2}:  # two raters are not one
                    left = problem.without(problem.agents[0])
                    assert setting.reread(left) == left, setting.id
    assert count > 20


def encode_key(setting):
    return json.dumps(encode(setting), sort_keys=True, default=str)


# ------------------------------------------------------------------------- forgeries


@pytest.fixture(scope="module")
def witness():
    return axioms.check("strategyproofness", facility.average, agents=2, grid=2).witness


def test_forged_fields_of_a_witness(witness):
    assert verify_witness(facility.average, witness).answer == "confirmed"
    after, before = witness.after, witness.before
    for changes in (
        {"tolerance": -1},
        {"tolerance": float("nan")},
        {"tolerance": 5.0},
        {"gap": witness.gap * 2},
        {"gap": -1},
        {"before": replace(before, choice=Fraction(1, 3))},
        {"after": replace(after, choice=Fraction(1, 3))},
        {"after": None},
        {"before": after, "after": before},
        {"agents": ()},
        {"agents": (1,) if witness.agents == (0,) else (0,)},
        {"variant": None},
        {"variant": witness.problem},
        {"lift": "trust"},
        {"axiom": "pareto_efficiency"},
        {"setting": facility.line(0, 2)},
        {"problem": replace(witness.problem, reserve=(0, 5))},
        {"problem": replace(witness.problem, types=(-5, 7))},
    ):
        finding = verify_witness(facility.average, replace(witness, **changes))
        assert finding.answer == "NOT confirmed", changes
        assert finding.reason


def test_a_tolerance_of_minus_one_makes_no_violation():
    """A truthful report would 'gain' 0, which is more than -1."""
    verdict = axioms.check("strategyproofness", facility.average, agents=2, grid=2)
    problem = verdict.witness.problem.with_types({0: 0, 1: 0})
    variant = problem.report(0, 1)
    forged = replace(
        verdict.witness,
        problem=problem,
        variant=variant,
        agents=(0,),
        before=facility.median.solve(problem),
        after=facility.median.solve(variant),
        gap=0,
        tolerance=-1,
    )
    assert verify_witness(facility.median, forged).answer == "NOT confirmed"


def test_problems_that_the_setting_refuses():
    verdict = axioms.check("strategyproofness", auctions.gsp, agents=2, grid=2, slots=2)
    found = verdict.witness
    for changes in ({"reserve": -1}, {"ctr": (1, 2)}, {"ctr": (-1, -2)}):
        data = replace(found.problem.data, **changes)
        problem, variant = (replace(p, data=data) for p in (found.problem, found.variant))
        forged = replace(
            found,
            problem=problem,
            variant=variant,
            before=auctions.gsp.solve(problem),
            after=auctions.gsp.solve(variant),
        )
        finding = verify_witness(auctions.gsp, forged)
        assert finding.answer == "NOT confirmed", changes
        assert "refuses" in finding.reason
    raised = replace(found.problem, reserve=(9, 9))
    forged = Witness(
        "individual_rationality",
        found.setting,
        raised,
        auctions.gsp.solve(raised),
        agents=(0,),
        gap=9,
    )
    assert verify_witness(auctions.gsp, forged).answer == "NOT confirmed"


def test_equals_who_exchange_their_types_are_no_case_of_anonymity():
    problem = auctions.position().problem([1, 1], ctr=[1])
    chosen = auctions.gsp.solve(problem)
    told = Witness(
        "anonymity",
        problem=problem,
        setting=auctions.position(),
        before=chosen,
        variant=problem,
        after=chosen,
        details=FrozenMap(order=(1, 0)),
    )
    assert not told.replay(auctions.gsp)


def test_forged_statuses(genuine):
    for rule, verdict in genuine:
        if verdict.status is Status.VIOLATED:
            hidden = replace(verdict, status=Status.HOLDS)
            assert answer(rule, hidden) != "confirmed"
            hidden = replace(hidden, found=None, exact=True, tolerance=0.0)
            for kind in ("exhaustive", "theorem", "certificate", "implied", "witness"):
                evidence = replace(verdict.evidence, kind=kind)
                assert answer(rule, replace(hidden, evidence=evidence)) != "confirmed"
        else:
            for status in (Status.VIOLATED, Status.HOLDS, Status.UNKNOWN):
                if status is not verdict.status:
                    assert answer(rule, replace(verdict, status=status)) != "confirmed"


def test_a_holds_that_speaks_of_other_problems():
    verdict = axioms.check("unanimity", facility.average, agents=2, grid=2)
    assert answer(facility.average, verdict) == "confirmed"
    scope = verdict.scope
    for changes in (
        {"domain": "all problems"},
        {"domain": "grid 1/3 of [0, 1]"},
        {"agents": (3, True)},
        {"setting": "facility.circle"},
        {"preferences": "single_peaked"},
        {"lift": "trust"},
        {"asked": FrozenMap()},
    ):
        forged = replace(verdict, scope=replace(scope, **changes))
        assert answer(facility.average, forged) != "confirmed", changes
    for changes in ({"tolerance": 1e9}, {"exact": False, "tolerance": 1e9}, {"tolerance": -1}):
        assert answer(facility.average, replace(verdict, **changes)) != "confirmed", changes


# ------------------------------------------------------------------------- impossibilities


@pytest.fixture(scope="module")
def impossible():
    pytest.importorskip("pysat")
    setting = aggregation.rankings().with_preferences("winner")
    names = ["strategyproofness", "onto", "anonymity"]
    return axioms.consistent(names, setting, agents=2, alternatives=3)


def test_an_impossibility_is_checked_again(impossible):
    finding = verify_consistency(impossible)
    assert finding.answer == "confirmed", finding


def test_forged_impossibilities(impossible):
    proof, core = impossible.proof, impossible.core
    first, second = proof.problems[0], proof.problems[1]
    lonely = ((first[0], ()), *proof.problems[1:])
    for changes in (
        {"problems": (first, *proof.problems)},
        {"problems": (*proof.problems, (first[0], second[1]))},
        {"problems": lonely},
        {"problems": lonely, "restricted": True},
        {"restricted": True},
        {"problems": ((first[0], first[1][:1]), *proof.problems[1:])},
        {"demands": FrozenMap({"onto": ((),)})},
        {"demands": FrozenMap({"trust": ()})},
        {"demands": FrozenMap({"onto": (((first[0], first[1][0]),),)})},
        {"lines": ((),)},
        {"lines": ()},
        {"cases": proof.cases[:1]},
        {"cases": (*proof.cases, replace(proof.cases[0], choices=()))},
    ):
        forged = replace(impossible, proof=replace(proof, **changes))
        try:
            finding = verify_consistency(forged)
        except InvalidInputError:
            continue
        assert finding.answer != "confirmed", list(changes)
    for changes in (
        {"core": ("anonymity",)},
        {"core": ("unanimity",), "axioms": ("unanimity",)},
        {"status": Status.HOLDS},
        {"status": Status.UNKNOWN},
        {"without": FrozenMap()},
        {"without": FrozenMap({name: next(iter(impossible.without.values())) for name in core})},
    ):
        assert verify_consistency(replace(impossible, **changes)).answer != "confirmed", changes
    twice = ((first[0], (*first[1], first[1][0])), *proof.problems[1:])
    strange = ((first[0], (*first[1], Outcome("nobody"))), *proof.problems[1:])
    for problems in (lonely, twice, strange):
        forged = replace(proof, problems=problems, restricted=True)
        assert verify_impossibility(forged).answer == "NOT confirmed"
    for name, rest in (("demands", FrozenMap()), ("cases", ())):
        assert verify_impossibility(replace(proof, **{name: rest})).answer != "confirmed"


def possible():
    """A rule that satisfies two axioms, as it was found."""
    pytest.importorskip("pysat")
    return axioms.consistent(
        ["strategyproofness", "unanimity"],
        facility.line(),
        agents=2,
        grid=2,
        outcomes=[0, Fraction(1, 2), 1],
    )


def test_a_rule_that_satisfies_is_recounted():
    found = possible()
    assert verify_consistency(found).answer == "confirmed"
    problem = next(p for p in found.rule.choices if p.types == (1, 1))
    wrong = found.rule.solve(problem.with_types({0: 0, 1: 0}))
    rule = replace(found.rule, choices=FrozenMap({**found.rule.choices, problem: wrong}))
    assert verify_consistency(replace(found, rule=rule)).answer == "NOT confirmed"


# ------------------------------------------------------------------------- fuzz

# Not part of the claim: counts, words, and what is said of how a counterexample was found.
ASIDE = {"stats", "text", "minimal", "tie_induced", "details", "provenance"}
JUNK = [None, True, -1, 10**6, 0.5, "x", [], {}, {"$tuple": 5}, {"$fraction": "1/0"}, {"$map": []}]


def places(node, path=()):
    """Where something may be changed."""
    items = node.items() if isinstance(node, dict) else enumerate(node)
    for key, part in items:
        if key in ASIDE:
            continue
        yield (*path, key)
        if isinstance(part, (dict, list)):
            yield from places(part, (*path, key))


def tampered(document, rng):
    """A copy with one place changed to something that is not equal to what was there."""
    copy = json.loads(json.dumps(document))
    *path, last = rng.choice(list(places(copy)))
    node = copy
    for key in path:
        node = node[key]
    old = node[last]
    new = rng.choice([one for one in JUNK if one != old or type(one) is not type(old)])
    node[last] = new
    return copy, (*path, last), new


@pytest.mark.parametrize(
    "seed", [0, *(pytest.param(k, marks=pytest.mark.slow) for k in range(1, 21))]
)
def test_nothing_raises_but_bad_input(genuine, impossible, seed):
    """Copies of every kind of document, 200 in an ordinary run and 4,000 more in a slow one."""
    rng = random.Random(seed)
    documents = [(rule, verdict.to_dict()) for rule, verdict in genuine]
    witnesses = [(rule, verdict.found) for rule, verdict in genuine if verdict.found]
    documents += [(rule, witness.to_dict()) for rule, witness in rng.sample(witnesses, 8)]
    certified = axioms.check("strategyproofness", facility.median)
    votes = {"A > B > C": 4, "B > C > A": 3, "C > A > B": 2}
    proved = axioms.check("strategyproofness", facility.median, agents=2, method="proof")
    audit = axioms.audit([facility.median, facility.average], agents=2, grid=2)
    audited = sum(cell.answer == "confirmed" for cell in verified(claims(audit), None))
    graph = matching.complete(2, 3, Fraction(1, 2))
    others = [impossible, impossible.proof, possible(), aggregation.prove_median(votes)]
    others += [proved, audit, matching.prove_bound(graph)]
    documents += [(None, one.to_dict()) for one in others] * 5
    documents += [(facility.median, certified.to_dict())] * 5
    answers = {"bad input": 0}
    for rule, document in rng.sample(documents, 50):
        for _ in range(4):
            copy, where, new = tampered(document, rng)
            try:
                check_schema(copy.pop("schema"))
                item = decode(copy)
                if isinstance(item, Verdict) and rule is not None:
                    findings = [verify_verdict(rule, item)]
                elif isinstance(item, Witness):
                    findings = [verify_witness(rule, item)]
                else:
                    findings = list(verified(copy, None))
            except InvalidInputError:
                answers["bad input"] += 1
                continue
            # Of the claims of an audit those stand that nobody touched.
            stand = sum(finding.answer == "confirmed" for finding in findings)
            known = audited if "verdicts" in document else 1
            finding = min(findings, key=lambda one: one.answer != "NOT confirmed")
            answers[finding.answer] = answers.get(finding.answer, 0) + 1
            assert stand < known or harmless(where, new), (where, new, findings)
    assert answers["bad input"] > 15
    assert answers["NOT confirmed"] > 10


def claims(document):
    """What a document says without the version of its form."""
    return {key: part for key, part in document.to_dict().items() if key != "schema"}


def harmless(where, new=None):
    """Where another word makes another claim that may be as true."""
    # So may another alternative, where the axiom is violated by as much.
    where = where[3:] if where[0] == "verdicts" else where
    # Another point of the same cell, or a larger multiple, proves as much.
    if "tokens" in where and type(new) is int:
        return True
    # Weights that name nobody are 1 each, as those of the instance are.
    if where == ("instance", "weights") and new == {"$map": []}:
        return True
    told = where[0] in ("mechanism", "exact", "axioms", "alternative") or "asked" in where
    # A case is decided by its choices; its witness tells where, and says no more.
    beside = where[:2] == ("proof", "cases") and "witness" in where
    # A rule that chooses otherwise is another rule; where no axiom looks it is as good.
    return told or beside or (where[0] in ("rule", "without") and "choices" in where)


def test_an_alternative_is_one_of_the_same_problem():
    """Before, what else its outcome said of the problem was not looked at."""
    verdict = axioms.check("pairwise_efficiency", auctions.gsp, agents=2, grid=2, slots=2)
    document = json.loads(json.dumps(verdict.to_dict()))
    outcome = document["found"]["alternative"]
    while "choice" not in outcome:
        outcome = outcome["support"]["$tuple"][0]["$tuple"][1]
    assert verify_verdict(auctions.gsp, Verdict.from_dict(document)).answer == "confirmed"
    outcome["problem"]["types"]["$tuple"][0] = {"$fraction": "1/2"}
    with_another = Verdict.from_dict(document)
    found = verify_verdict(auctions.gsp, with_another)
    assert found.answer == "NOT confirmed"
    assert "another problem" in found.reason


def test_a_scope_that_asked_for_a_number_is_bad_input():
    proved = axioms.check("strategyproofness", facility.median, agents=2, method="proof")
    copy = json.loads(json.dumps(proved.to_dict()))
    copy["scope"]["asked"] = 7
    check_schema(copy.pop("schema"))
    with pytest.raises(InvalidInputError):
        list(verified(copy, None))


@pytest.mark.parametrize("seats", ["x", True, 0, 1.5])
def test_seats_are_counted(seats):
    proof = aggregation.prove_median({"A > B > C": 4, "B > C > A": 3, "C > A > B": 2})
    copy = claims(proof)
    copy["problem"]["data"]["seats"] = seats
    with pytest.raises(InvalidInputError, match="seats"):
        decode(copy)


@pytest.mark.parametrize("part", [True, 1.0, "1", None])
def test_a_range_has_whole_numbers(part):
    assert decode({"$range": [0, 2, 1]}) == range(2)
    with pytest.raises(InvalidInputError, match="range"):
        decode({"$range": [0, 2, part]})


@pytest.mark.parametrize("part", [True, "1", 1.0, 1.5])
def test_an_array_has_numbers_of_its_kind(part):
    assert decode({"$array": [0, 1], "dtype": "int64"}).tolist() == [0, 1]
    with pytest.raises(InvalidInputError, match="array of int64"):
        decode({"$array": [0, part], "dtype": "int64"})


@pytest.mark.parametrize(
    ("field", "word"),
    [("decisions", -1), ("decisions", []), ("overvote", {"$map": []}), ("unranked", "first")],
)
def test_fields_of_a_document_are_as_annotated(field, word):
    """Before, a proof of Kemeny was confirmed with ballots that no reader gives."""
    proof = aggregation.prove_median({"A > B > C": 4, "B > C > A": 3, "C > A > B": 2})
    document = json.loads(json.dumps(proof.to_dict()))
    document["problem"]["data"][field] = word
    document.pop("schema")
    with pytest.raises(InvalidInputError, match=field):
        list(verified(document, None))


def test_a_verdict_is_verified_before_its_witness_is_looked_at():
    """Witnesses are made when they are asked for; before, a fresh verdict was not confirmed."""
    for rule in (facility.average, auctions.gsp):
        options = {"grid": 2} if rule is facility.average else {"grid": 2, "slots": 2}
        verdict = axioms.check("strategyproofness", rule, agents=2, **options)
        assert verify_verdict(rule, verdict).answer == "confirmed"


def test_true_is_no_agent_one():
    verdict = axioms.check("strategyproofness", facility.average, agents=2, grid=2)
    witness = verdict.witness
    assert witness.agents == (1,)
    forged = replace(witness, agents=(True,))
    assert verify_witness(facility.average, forged).answer == "NOT confirmed"
