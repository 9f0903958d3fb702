"""Games as nested lists, arrays and files; what is no game is refused by name."""

import itertools
from fractions import Fraction as F

import numpy as np
import pytest

from mechdesign import games
from mechdesign.errors import InvalidInputError
from mechdesign.io.documents import dumps, loads


def test_arrays_and_floats():
    table = np.array([[[6, 6], [2, 7]], [[7, 2], [0, 0]]])
    assert games.finite(table) == games.finite(table.tolist())
    found = games.finite([[(0.1, 1)]])
    assert found.payoffs == ((F(1, 10),), (1,))
    assert "decimals" in found.decisions[0]
    assert games.finite(found) is found


def test_documents_give_the_game_back():
    game = games.finite([[(F(1, 3), 1), (2, 0)]], "AB", [["x"], ["y", "z"]])
    for value in (game, games.best_correlated(game), games.eliminate(game)):
        assert loads(dumps(value)) == value


def test_csv(tmp_path):
    file = tmp_path / "game.csv"
    file.write_text("row,column,payoff1,payoff2\nC,C,6,6\nD,C,7,2.5\nC,D,2,7\nD,D,0,1/3\n")
    found = games.read_game(file)
    assert found.actions == (("C", "D"), ("C", "D"))
    assert found.payoff(("D", "C")) == (7, F(5, 2))
    assert found.payoff(("D", "D")) == (0, F(1, 3))


def test_nfg_there_and_back(tmp_path):
    rng = np.random.default_rng(0)
    file = tmp_path / "game.nfg"
    for shape in ((2, 3), (3, 1, 2), (1,), (2, 2, 2, 2)):
        table = rng.integers(-3, 4, (*shape, len(shape)))
        game = games.finite(table)
        file.write_text(games.to_nfg(game, 'a "title"'))
        again = games.read_game(file)
        assert again.payoffs == game.payoffs
        assert again.shape == game.shape


def test_nfg_of_three_players_by_hand(tmp_path):
    file = tmp_path / "game.nfg"
    # The first player's actions change fastest.
    cells = " ".join(f"{a}{b}{c} 0 0" for c, b, a in itertools.product((1, 2), repeat=3))
    file.write_text(f'NFG 1 R "" {{ "A" "B" "C" }} {{ 2 2 2 }}\n{cells}')
    assert games.read_game(file).payoff((1, 2, 1)) == (121, 0, 0)
    file.write_text(
        'NFG 1 R "t" { "A" "B" } { { "x" "y" } { "z" } } "comment"\n'
        '{ { "both" 1, 2 } { "" -1 1/2 } }\n2 0'
    )
    found = games.read_game(file)
    assert found.payoff(("x", "z")) == (-1, F(1, 2))
    assert found.payoff(("y", "z")) == (0, 0)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("", "empty"),
        ("row,column,payoff1\nC,C,1\n", "payoff2"),
        ("row,column,payoff1,payoff2\nC,C,1,1\nC,C,2,1\n", "once"),
        ("row,column,payoff1,payoff2\nC,C,1,1\nD,E,2,1\n", "have a row for"),
        ("row,column,payoff1,payoff2\nC,C,1,much\n", "payoff2"),
        ("row,column,payoff1,payoff2\nC,,1,1\n", "named"),
    ],
)
def test_bad_tables(tmp_path, text, named):
    file = tmp_path / "game.csv"
    file.write_text(text)
    with pytest.raises(InvalidInputError, match=named):
        games.read_game(file)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("EFG 2 R", "NFG"),
        ('NFG 1 R "" { "A" } { 2 2 } 1 2', "actions of 1 players"),
        ('NFG 1 R "" { "A" "B" } { 2 1 } 1 2 3', "number here"),
        ('NFG 1 R "" { "A" "B" } { 2 1 } 1 2 3 4 5', "end after"),
        ('NFG 1 R "" { "A" "B" } { 2 1 } 1 2 3 x', "'x' in line 1"),
        ('NFG 1 R "" { "A" "B" } { 2 1 } { { "" 1 2 } } 1 2', "outcome"),
        ('NFG 1 R "" { "A" "B" } { 99999 99999 } 1', "profiles"),
        ('NFG 1 R "" { "A" "A" } { 1 1 } 1 2', "distinct"),
        ('NFG 1 R "" { "A" "B" } { { "x" "x" } 1 } 1 2 3 4', "distinct"),
    ],
)
def test_bad_nfg(tmp_path, text, named):
    file = tmp_path / "game.nfg"
    file.write_text(text)
    with pytest.raises(InvalidInputError, match=named):
        games.read_game(file)


@pytest.mark.parametrize(
    ("call", "named"),
    [
        (lambda: games.finite([]), "payoffs"),
        (lambda: games.finite([[1, 2], [3]]), "payoffs"),
        (lambda: games.finite([[1, 2], [3, 4]]), "levels"),
        (lambda: games.finite([[(1, float("nan"))]]), "payoffs"),
        (lambda: games.finite([[(1, True)]]), "payoffs"),
        (lambda: games.finite([[(1, 2)]], players=["A"]), "players"),
        (lambda: games.finite([[(1, 2)]], players=["A", "A"]), "players"),
        (lambda: games.finite([[(1, 2)]], actions=[["x"], ["y", "z"]]), "actions"),
        (lambda: games.bimatrix([[1]], [[1, 2]]), "second"),
        (lambda: games.ring([[[1, 2]], [[1]]]), "matrices"),
        (lambda: games.mixed_equilibria([[(1, 2)]]), "game"),
        (lambda: games.best_replies([[(1, 2)]], 2, (0, 0)), "player"),
        (lambda: games.best_replies([[(1, 2)]], 0, (0, 1)), "profile"),
        (lambda: games.regrets([[(1, 2)]], [[1]]), "strategies"),
        (lambda: games.regrets([[(1, 2)]], [[1], [F(1, 2)]]), "strategies"),
        (lambda: games.dominated([[(1, 2)]], 0, kind="strong"), "kind"),
        (lambda: games.best_correlated([[(1, 2)]], "fair"), "objective"),
        (lambda: games.obedience_gaps([[(1, 2)]], {(0, 0): F(1, 2)}), "lottery"),
        (lambda: games.obedience_gaps([[(1, 2)]], [1]), "lottery"),
        (lambda: games.ordinal_games(np.zeros(2)), "players_alike"),
        (lambda: games.MemoryOne((1, 0, 2, 0)), "after"),
        (lambda: games.long_run([[(1, 2)]], "grim", "grim"), "game"),
        (lambda: games.long_run_shares([[1, 1], [0, 1]], [1, 0]), "chain"),
        (lambda: games.repeat([[(1, 2)] * 2] * 2, "nice", "grim"), "first"),
        (lambda: games.round_robin([[(1, 2)] * 2] * 2), "symmetric"),
        (lambda: games.defect_once(0), "round"),
        (lambda: games.alternating_offers(2, 0), "first"),
        (lambda: games.alternating_offers(0, 0, 3).offer(4), "round"),
        (lambda: games.share_fairness(2), "share"),
        (lambda: games.trade_by_offers(1, 2, 0), "rounds"),
        (lambda: games.donor_game(2), "share"),
        (lambda: games.donor_game(1, roles="fixed"), "roles"),
        (lambda: games.fehr_schmidt([1]), "payoffs"),
        (lambda: games.public_good(12, 1, levels=9), "levels"),
        (lambda: games.nash_welfare([[(1, 2)]], disagreement="none"), "disagreement"),
        (lambda: games.nash_welfare([[(1, 2)]], disagreement=[1]), "disagreement"),
        (lambda: games.selection().domain(2, payoffs=(0, 1), games="strict"), "payoffs"),
        (lambda: games.selection().outcome(games.selection().problem([[(1, 2)]]), "00"), "outcome"),
    ],
)
def test_bad_input_is_named(call, named):
    with pytest.raises(InvalidInputError, match=named):
        call()
