"""Logs with judges and prompts, noisy scores, sensitivity, and what regularisation buys."""

from fractions import Fraction as F

import numpy as np
import pytest

from mechdesign import axioms, experiments
from mechdesign import preference_games as pg
from mechdesign.axioms import HOLDS, VIOLATED
from mechdesign.cli import main
from mechdesign.errors import InvalidInputError
from mechdesign.model import Lottery, Outcome, mechanism
from mechdesign.preference_games.claims import three
from mechdesign.stats.many_tests import corrected, rejections

LOG = """left,right,winner,judge,prompt
a,b,left,ann,p
a,b,left,bob,p
b,c,left,ann,p
b,c,tie,bob,p
c,a,left,ann,p
c,a,right,bob,p
a,b,left,ann,q
a,b,right,bob,q
b,c,left,ann,q
b,c,tie,bob,q
c,a,left,ann,q
c,a,right,bob,q
"""


@pytest.fixture
def log(tmp_path):
    path = tmp_path / "log.csv"
    path.write_text(LOG)
    return path


def test_a_column_names_the_judges(log):
    found = pg.by_judge(log)
    ann = [("a", "b", "left")] * 2 + [("b", "c", "left")] * 2 + [("c", "a", "left")] * 2
    bob = [("a", "b", "left"), ("a", "b", "right")] + [("b", "c", "tie")] * 2
    bob += [("c", "a", "right")] * 2
    wanted = pg.by_judge({"ann": ann, "bob": bob})
    assert found.together.probabilities == wanted.together.probabilities
    assert found.gain == wanted.gain
    with pytest.raises(InvalidInputError, match="column"):
        pg.by_judge(log, by="rater")
    pandas = pytest.importorskip("pandas")
    assert pg.by_judge(pandas.read_csv(log)).gain == wanted.gain


def test_prompts_are_solved_one_by_one_and_never_mixed(log):
    found = pg.by_prompt(log, beta=0.1)
    first = [row.rsplit(",", 2) for row in LOG.splitlines()[1:]]
    for prompt in "pq":
        own = [tuple(text.split(",")) for text, _, which in first if which == prompt]
        alone = pg.regularised(own, beta=0.1).probabilities
        assert found.lottery(prompt) == pytest.approx(dict(alone), abs=1e-12)
        test = pg.estimate(own, model="bradley_terry").p_value
        assert found.p_values[prompt] == pytest.approx(test)
    assert found.rejected.tests == 2
    assert "Benjamini-Hochberg" in str(found)
    with pytest.raises(InvalidInputError, match="prompt z"):
        pg.by_prompt(_written(log, "left,right,winner,prompt\na,b,left,z\nb,c,left,z\n"))
    with pytest.raises(InvalidInputError, match="every row"):
        pg.by_prompt(_written(log, "left,right,winner,prompt\na,b,left,\n"))
    uneven = "left,right,winner,prompt\na,b,left,z\nb,c,left,z\nc,a,left,z\nx,y,tie,w\n"
    two = pg.by_prompt(_written(log, uneven))
    assert list(two.lottery("w")) == ["x", "y"]
    assert sum(two.lottery("w").values()) == pytest.approx(1)


def _written(path, text):
    path.write_text(text)
    return path


def test_corrections_of_many_tests():
    """A figure of the definition: the largest k with p_(k) <= k q / m is what is rejected."""
    rng = np.random.default_rng(0)
    for _ in range(50):
        p = (rng.random(12) ** 3).tolist()
        ordered = sorted(p)
        most = max((k for k in range(1, 13) if ordered[k - 1] <= 0.05 * k / 12), default=0)
        found = rejections(p)
        assert found.benjamini_hochberg == most
        assert found.bonferroni == sum(x <= 0.05 / 12 for x in p)
        assert all(a >= b for a, b in zip(corrected(p, "bonferroni"), corrected(p), strict=True))
    assert rejections([]).tests == 0
    for bad in ([2], ["x"], [-0.1]):
        with pytest.raises(InvalidInputError):
            corrected(bad)
    with pytest.raises(InvalidInputError, match="level"):
        rejections([0.5], 1)


def test_whole_prompts_are_drawn(log):
    """Copies of one comparison within a prompt make intervals no shorter."""
    rng = np.random.default_rng(1)
    rows = [(k, *(("a", "b") if rng.random() < 0.6 else ("b", "a"))) for k in range(30)]
    widths = []
    for copies in (1, 5):
        text = "prompt,winner,loser\n" + "\n".join(",".join(map(str, r)) for r in rows * copies)
        table = pg.resampled_prompts(_written(log, text + "\n"), samples=100, rng=3)
        widths.append([row[1:] for row in table.rows])
        assert "beaten at most" in table.notes[0]
    assert widths[0] == widths[1]


def test_scores_make_a_game_and_noise_blurs_it():
    scores = {"x": [70, 80, 60], "y": [69, 60, 60], "z": [90, 10, 61]}
    game = pg.from_scores(scores)
    assert game.rate("x", "y") == F(5, 6)
    assert game.rate("y", "z") == F(1, 3)
    from math import erf, sqrt

    noisy = pg.from_scores(scores, noise=2)
    wanted = np.mean([(1 + erf(d / sqrt(8) / sqrt(2))) / 2 for d in (1, 20, 0)])
    assert noisy.rate("x", "y") == pytest.approx(wanted)
    assert pg.from_scores(scores, noise={k: [0, 0, 0] for k in scores}).exact
    one_sure = pg.from_scores({"x": [1, 2], "y": [0, 2]}, noise={"x": [0, 1], "y": [0, 0]})
    assert one_sure.rate("x", "y") == pytest.approx(0.75)
    for bad in (
        {"table": {}},
        {"table": {"x": [1], "y": [1, 2]}},
        {"table": {"x": {"t": 1}, "y": {"u": 1}}},
        {"table": {"x": [float("nan")], "y": [1]}},
        {"table": scores, "noise": -1},
        {"table": scores, "noise": {"x": [1, 1, 1]}},
        {"table": 3},
    ):
        with pytest.raises(InvalidInputError):
            pg.from_scores(bad["table"], noise=bad.get("noise", 0))


def test_scores_from_a_file(log):
    path = _written(log, "system,t,u\nx,70,80\ny,69,60\n")
    assert pg.from_scores(path).rate("x", "y") == 1
    with pytest.raises(InvalidInputError, match="u of y"):
        pg.from_scores(_written(log, "system,t,u\nx,70,80\ny,69,\n"))


def test_pairs_of_winner_and_loser_are_a_log_when_said():
    rows = [("a", "b"), ("a", "b"), ("b", "a")]
    assert pg.game(rows, kind="battles").rate("a", "b") == F(2, 3)


def test_how_fast_a_lottery_moves():
    """The worked derivatives, the strength at which raising begins to help, and differences."""
    for beta, wanted in (
        (0.1, (0.0154735, -0.5761777, 0.5607042)),
        (0.05, (-0.2889789, -0.4847390, 0.7737178)),
    ):
        found = list(pg.sensitivity(three(), 0, 1, beta=beta).values())
        assert found == pytest.approx(wanted, abs=5e-8)
        step = 1e-6
        ends = []
        for sign in (1, -1):
            rates = np.array(three(), dtype=float)
            rates[0, 1] += sign * step
            rates[1, 0] -= sign * step
            ends.append(list(pg.regularised(rates, beta=beta).probabilities.values()))
        assert (np.array(ends[0]) - ends[1]) / (2 * step) == pytest.approx(found, abs=1e-6)
    turn = 0.0967597240
    assert pg.sensitivity(three(), 0, 1, beta=turn - 1e-8)[0] < 0
    assert pg.sensitivity(three(), 0, 1, beta=turn + 1e-8)[0] > 0
    with pytest.raises(InvalidInputError, match="down"):
        pg.sensitivity(three(), 0, 0, beta=0.1)


@pytest.mark.parametrize(
    ("beta", "voters", "compare", "pays"),
    [
        (0.05, 3, "dominance", False),
        (0.05, 4, "dominance", True),
        (0.08, 4, "dominance", False),
        (0.06, 5, "dominance", False),
        (0.1, 6, "dominance", False),
        (0.1, 3, "expectation", True),
        (0.5, 5, "expectation", False),
    ],
)
def test_how_much_regularisation_buys_truthfulness(beta, voters, compare, pays):
    found = pg.best_lie(beta, voters, compare=compare)
    assert (found.gain > 0) is pays
    assert (found.manipulable > 0) is pays


def test_the_best_lies_are_lies_for_the_engine():
    found = pg.best_lie(0.05, 4)
    problem = pg.comparers().problem(list(found.profile))
    rule = pg.regularised_lottery(beta=F(1, 20))
    verdict = axioms.check("strategyproofness", rule, problem=problem, lift="dominance")
    assert verdict.status is VIOLATED
    known = pg.comparers().problem(["A > B > C", "A > C > B", "C > B > A", "C > B > A"])
    lie = pg.comparers().problem(["A > C > B", "A > C > B", "C > B > A", "C > B > A"])
    for one, wanted in (
        (known, (0.444490321148, 0.032524839249, 0.522984839602)),
        (lie, (0.490701263426, 0.003107835513, 0.506190901061)),
    ):
        chances = {o.choice: p for p, o in rule(one)}
        assert [chances[a] for a in "ABC"] == pytest.approx(wanted, abs=1e-10)
    in_expectation = pg.best_lie(0.1, 3, compare="expectation")
    assert in_expectation.gain == pytest.approx(0.00101931577, abs=1e-10)
    assert pg.best_lie(0.1, 3, alternatives=4).gain == 0


def test_the_strength_above_which_no_lie_was_found():
    four = pg.truthful_strength(4, points=12)
    assert 0.078 < four.last_lie < four.none_found < 0.0785
    assert pg.truthful_strength(3) == (0.0, 0.01)
    # Small strengths hide lies in expectation that larger ones show.
    three_voters = pg.truthful_strength(3, compare="expectation")
    assert three_voters.last_lie > 0.1
    assert pg.best_lie(0.05, 3, compare="expectation").gain == 0
    for bad in ({"low": 0}, {"low": 3}, {"tolerance": 0}, {"compare": "luck"}):
        with pytest.raises(InvalidInputError):
            pg.truthful_strength(3, **bad)
    with pytest.raises(InvalidInputError, match="utilities"):
        pg.best_lie(0.1, 3, compare="expectation", utilities=(0, 1, 2))


@mechanism("tests.last_first", setting=pg.comparers(), anonymous=True)
def last_first(problem, *, beta: F = F(0)):
    """The alternative that loses most: it breaks what the others keep."""
    won = [sum(row) for row in pg.population_game(problem).rates.tolist()]
    return Lottery([(1, Outcome(problem.data.alternatives[won.index(min(won))]))])


@pytest.mark.parametrize(
    "axiom", ["dominated_ratio", "uniform_improvement", "regularised_participation"]
)
def test_axioms_of_lotteries_are_refuted_and_kept(axiom):
    verdict = axioms.check(axiom, last_first, agents=2, alternatives=3)
    assert verdict.status is VIOLATED
    assert verdict.witness.replay(last_first)
    for rule in (pg.maximal_lotteries, pg.regularised_lottery(beta=F(1, 5))):
        assert axioms.check(axiom, rule, agents=2, alternatives=3).status is HOLDS


def test_an_exact_maximal_lottery_can_lose_by_support():
    """In a cycle with margins x, y, z the chances are (y, z, x): raising a over b helps c."""
    found = [
        list(
            pg.maximal_lottery(
                [
                    [F(1, 2), F(1, 2) + x, F(1, 2) - z],
                    [F(1, 2) - x, F(1, 2), F(1, 2) + y],
                    [F(1, 2) + z, F(1, 2) - y, F(1, 2)],
                ]
            ).probabilities.values()
        )
        for x, y, z in ((F(3, 10), F(1, 5), F(1, 10)), (F(4, 10), F(1, 5), F(1, 10)))
    ]
    assert found[0] == [F(1, 3), F(1, 6), F(1, 2)]
    assert found[1][0] < found[0][0]


def test_a_lie_with_unique_lotteries_and_its_gain():
    honest = ["A > B > C"] * 2 + ["B > C > A"] + ["C > A > B"] * 2
    told = ["B > C > A", "A > B > C", "B > C > A", "C > A > B", "C > A > B"]
    first, second = (
        pg.maximal_lottery(pg.population_game(pg.comparers().problem(one)))
        for one in (honest, told)
    )
    assert first.unique
    assert second.unique
    p, q = (one.probabilities for one in (first, second))
    assert [p[a] for a in "ABC"] == [F(1, 5), F(1, 5), F(3, 5)]
    assert [q[a] for a in "ABC"] == [F(1, 5), F(3, 5), F(1, 5)]
    order = "ABC"
    gain = sum(
        q[x] * p[y] * (F(order.index(x) < order.index(y)) - F(order.index(x) > order.index(y)))
        for x in order
        for y in order
    )
    assert gain / 2 == F(4, 25)


def test_no_rule_without_lotteries_is_truthful_and_condorcet():
    pytest.importorskip("pysat")
    found = axioms.consistent(
        ["condorcet_lottery", "strategyproofness"],
        pg.comparers(),
        agents=3,
        alternatives=3,
    )
    assert not found
    assert found.core == ("condorcet_lottery", "strategyproofness")
    assert found.proof.replay()
    some = axioms.consistent(
        ["condorcet_lottery", "participation"],
        pg.comparers(),
        agents=2,
        alternatives=3,
    )
    assert some
    assert some.rule is not None


WORDS = [
    (("--judges",), 0, "gain by taking part"),
    (("--prompts", "--beta", "0.1"), 0, "Bonferroni"),
    (("--prompts", "prompt", "--samples", "20"), 0, "in the support"),
    (("--estimate", "bradley_terry"), 0, "cyclic triples"),
    (("--estimate", "empirical", "--samples", "20"), 0, "in the support"),
    (("--prompts",), 2, "--beta"),
    (("--judges", "nobody"), 2, "column"),
    (("--judges", "--prompts"), 2, "--prompts"),
    (("--judges", "--kind", "rates"), 2, "--kind"),
]


@pytest.mark.parametrize(("words", "code", "told"), WORDS)
def test_evidence_on_the_command_line(log, capsys, words, code, told):
    assert main(["solve", "preference_games", str(log), *words]) == code
    out, err = capsys.readouterr()
    assert told in (err if code else out)
    assert not (code and out)


def test_the_claims_agree():
    found = experiments.reproduce("preference_games")
    assert all(one.agrees for one in found.findings)
    assert {one.claim.standing for one in found.findings} <= {"published", "derived"}


def test_positions_are_told_by_left_and_right_alone(log):
    text = "left,right,winner,judge\n" + "a,b,left,ann\n" * 3 + "b,a,left,ann\n" * 3
    found = pg.by_judge(_written(log, text + "a,b,left,bob\nb,a,right,bob\n"))
    assert found.bias == {"ann": 0.5, "bob": 0.0}
    assert "bias of ann towards the left: +0.500" in str(found)
    lost = _written(log, "winner,loser,judge\na,b,ann\nb,a,ann\na,b,bob\n")
    assert pg.estimate(lost).position_bias is None
    assert not pg.by_judge(lost).bias
