"""Episodes from logs: the same as those that were played, and nothing dropped in silence."""

import re
import sys
from fractions import Fraction as F

import pytest

from mechdesign.errors import InvalidInputError
from mechdesign.games import (
    DivisionGame,
    DonorGame,
    OffersGame,
    RepeatedTable,
    finite,
    from_axelrod,
    from_open_spiel,
    measure,
    play,
    random_agent,
    replay,
)

DILEMMA = RepeatedTable(
    finite([[(8, 8), (0, 10)], [(10, 0), (5, 5)]], "AB", "CD"), rounds=3, cooperate="C"
)


def same(one, other):
    return [(e.history, e.payoffs, e.ended) for e in one.episodes] == [
        (e.history, e.payoffs, e.ended) for e in other.episodes
    ]


@pytest.mark.parametrize(
    "game", [DILEMMA, OffersGame(horizon=3, units=5), DivisionGame(4, reply=True), DonorGame(4)]
)
def test_what_was_played_is_replayed(game, tmp_path):
    found = play(game, {"x": random_agent, "y": random_agent}, episodes=4)
    chance = {str(k): one.nature for k, one in enumerate(found.episodes)}
    nature = chance if chance["0"] is not None else None
    found.moves().to_csv(tmp_path / "log.csv")
    again = replay(tmp_path / "log.csv", None, game, nature=nature)
    assert same(found, again)
    assert again.agents == found.agents
    if nature is None:
        values = [[m.value for m in measure(x, samples=5).measured][:5] for x in (found, again)]
        assert values[0] == values[1]


def rows(*moves, **more):
    return [{"episode": e, "round": r, "player": p, "action": a, **more} for e, r, p, a in moves]


LOG = rows(
    *((1, r, p, a) for r, both in enumerate(["coop defect", "defect coop", "coop coop"], 1)
      for p, a in zip(("ann", "bob"), both.split(), strict=True))
)  # fmt: skip
WORDS = {"coop": "C", "defect": "D"}


def test_labels_and_players_of_a_log():
    found = replay(LOG, WORDS, DILEMMA)
    assert found.episodes[0].history == (("C", "D"), ("D", "C"), ("C", "C"))
    assert found.agents == ("ann", "bob")
    assert found.decisions == ("players take the seats in the order of their first moves",)
    # Rows may come in another order, and who moves at the same time, too.
    assert same(replay(LOG[::-1], WORDS, DILEMMA), replay(LOG, WORDS, DILEMMA)) is False
    mixed = [LOG[1], LOG[0], *LOG[2:]]
    named = [{**row, "player": {"ann": "A", "bob": "B"}[row["player"]]} for row in mixed]
    assert same(replay(named, WORDS, DILEMMA), found)
    assert replay(named, WORDS, DILEMMA).decisions == ()
    agents = [{**row, "agent": "model"} for row in named]
    assert replay(agents, WORDS, DILEMMA).agents == ("model",)


def test_all_unknown_labels_are_listed():
    log = [dict(row) for row in LOG]
    log[0]["action"], log[3]["action"] = "maybe", "never"
    with pytest.raises(InvalidInputError, match=re.escape("'maybe', 'never'")):
        replay(log, WORDS, DILEMMA)


def test_payoffs_of_the_log_are_compared():
    log = [{**row, "payoff": p} for row, p in zip(LOG, (0, 10, 10, 0, 8, 8), strict=True)]
    assert len(replay(log, WORDS, DILEMMA).decisions) == 1
    log[0]["payoff"] = 3
    told = replay(log, WORDS, DILEMMA).decisions[1]
    assert told == "payoffs of ann in episode 1 add up to 21, by the rules to 18"


def test_a_log_that_ends_early_is_told():
    found = replay(LOG[:5], WORDS, DILEMMA)
    assert found.episodes[0].ended == "log"
    assert len(found.episodes[0].history) == 2
    assert "1 moves of the last round are left out" in found.decisions[-1]


@pytest.mark.parametrize(
    ("log", "named"),
    [
        ([], "table"),
        ([3], "table"),
        (rows((1, 1, "ann", "C"), (1, 1, "ann", "C")), "players"),
        (rows((1, 1, "A", "C"), (1, 2, "B", "C")), "next"),
        (rows((1, "x", "A", "C")), "round"),
        (rows((1, 1, "", "C")), "player"),
        (rows((1, 1, "A", "E"), (1, 1, "B", "C")), "legal"),
        (rows(*((1, t, p, "C") for t in range(4) for p in "AB")), "end episode"),
        (rows((1, 1, "A", "C"), colour="red"), "columns"),
    ],
    ids=str,
)
def test_bad_logs_are_refused(log, named):
    with pytest.raises(InvalidInputError, match=named):
        replay(log, None, DILEMMA)


def test_chance_must_be_known():
    found = play(DonorGame(2), {"x": random_agent, "y": random_agent}, episodes=1)
    log = [dict(zip(found.moves().columns, row, strict=True)) for row in found.moves().rows]
    with pytest.raises(InvalidInputError, match="nature"):
        replay(log, None, DonorGame(2), nature={"other": ("A", "B")})
    with pytest.raises(InvalidInputError, match="nature"):
        replay(log, None, DonorGame(2))


class Action:
    """Stands for axelrod's."""

    C, D = "C", "D"


class Player:
    """Grim with the interface of axelrod's players."""

    def __init__(self, actions=None):
        self.history, self.angry, self.seed = [], False, None

    def clone(self):
        return type(self)()

    def set_seed(self, seed):
        self.seed = seed

    def strategy(self, opponent):
        self.angry = self.angry or Action.D in opponent.history
        return Action.D if self.angry else Action.C

    def update_history(self, play, coplay):
        self.history.append(play)


def test_players_of_axelrod_move_as_they_do(monkeypatch):
    class Module:
        pass

    Module.Action, Module.MockPlayer = Action, Player
    monkeypatch.setitem(sys.modules, "axelrod", Module)

    def once(observation, rng):
        return "D" if observation["round"] == 2 else "C"

    game = RepeatedTable(DILEMMA.game, rounds=10)
    for seat in (0, 1):
        agents = [from_axelrod(Player()), once]
        found = play(game, agents[:: 1 - 2 * seat], episodes=2)
        assert found.unreliable == ()
        assert "".join(joint[seat] for joint in found.episodes[1].history) == "CC" + "D" * 8
    with pytest.raises(InvalidInputError, match="player"):
        from_axelrod("TitForTat")


def test_players_of_axelrod_itself():
    axelrod = pytest.importorskip("axelrod")
    game = RepeatedTable(DILEMMA.game, rounds=10)
    for name, totals in (("TitForTat", (45, 55)), ("Grudger", (45, 55))):
        agents = [from_axelrod(getattr(axelrod, name)()), from_axelrod(axelrod.Defector())]
        assert play(game, agents, episodes=1).episodes[0].payoffs == totals


class State:
    """Stands for a state of open_spiel."""

    def __init__(self, moves=()):
        self.moves = moves

    def is_simultaneous_node(self):
        return not self.moves

    def legal_actions(self, player):
        return [0, 1]

    def action_to_string(self, player, action):
        return ("Cooperate", "Defect")[action]

    def clone(self):
        return State(self.moves)

    def apply_actions(self, moves):
        self.moves = tuple(moves)

    def is_terminal(self):
        return bool(self.moves)

    def returns(self):
        return {(0, 0): (8.0, 8.0), (0, 1): (0.0, 10.0), (1, 0): (10.0, 0.0)}.get(
            self.moves, (5.0, 5.0)
        )


class Spiel:
    """Stands for a matrix game of open_spiel."""

    short_name = "matrix_pd"

    def num_players(self):
        return 2

    def new_initial_state(self):
        return State()

    def get_type(self):
        return self


def test_matrix_games_of_open_spiel_are_tables():
    game = from_open_spiel(Spiel(), rounds=2, cooperate="Cooperate")
    assert game.game.payoffs == DILEMMA.game.payoffs
    assert game.game.actions == (("Cooperate", "Defect"),) * 2
    assert (game.name, game.rounds) == ("matrix_pd", 2)

    class InTurn(Spiel):
        def new_initial_state(self):
            return State((0, 0))

    with pytest.raises(InvalidInputError, match="same time"):
        from_open_spiel(InTurn())


def test_games_of_open_spiel_itself():
    pytest.importorskip("pyspiel")
    assert from_open_spiel("matrix_pd").stage(("Cooperate", "Defect")) == (0, 10)
    assert len(from_open_spiel("blotto").roles) == 2
    with pytest.raises(InvalidInputError, match="same time"):
        from_open_spiel("tic_tac_toe")


def test_shares_of_replayed_offers():
    log = rows((1, 1, "A", 60), (1, 1, "B", "reject"), (1, 2, "B", 50), (1, 2, "A", "accept"))
    game = OffersGame((F(1, 2), F(1, 2)), horizon=5)
    found = measure(replay(log, None, game))
    assert found.of("A", "efficiency").value == F(1, 2)
    assert found.of("B", "regret").value == F(40) - 25


def test_missing_rounds_and_changing_agents_are_not_passed_over():
    short = [row for row in LOG if row["round"] != 2]
    assert any(
        "rounds of episode 1 are missing" in d for d in replay(short, WORDS, DILEMMA).decisions
    )
    assert not any("missing" in told for told in replay(LOG, WORDS, DILEMMA).decisions)
    changed = [{**row, "agent": f"m{row['round']}"} for row in LOG]
    with pytest.raises(InvalidInputError, match="one agent for player ann"):
        replay(changed, WORDS, DILEMMA)
