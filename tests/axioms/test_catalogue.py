"""The catalogue is data; every cell of it is computed again here."""

import itertools
import json
from pathlib import Path

import pytest

from mechdesign.axioms.catalogue import catalogue_entries, catalogue_table
from mechdesign.axioms.question.implications import implies
from mechdesign.errors import InvalidInputError

ENTRIES = list(catalogue_entries())
# What the reference shows beside each status.
KINDS = Path(__file__).resolve().parents[2] / "docs" / "_ext" / "evidence.json"
EVIDENCE = json.loads(KINDS.read_text(encoding="utf-8"))
ROWS = [
    (key, list(cells))
    for key, cells in itertools.groupby(ENTRIES, key=lambda e: (e.mechanism, e.words))
]


# Rows that take longest: of a rule, or of a rule on one domain; smaller ones of most of them stay.
LONG = (
    *("aggregation.antiplurality agents=3", "aggregation.baldwin agents=3"),
    *("aggregation.bipartisan", "aggregation.dodgson", "aggregation.irv agents=7"),
    *("aggregation.kemeny agents=3", "aggregation.minimax agents=7"),
    *("aggregation.minimal_covering agents=3", "aggregation.plurality agents=7"),
    *("aggregation.ranked_pairs agents=3", "aggregation.slater"),
    *("aggregation.smith_irv agents=3", "aggregation.stv"),
    *("allocation.boston agents=5", "allocation.deferred_acceptance agents=5"),
    *("allocation.efficiency_adjusted agents=5", "allocation.leximin agents=2"),
    *("allocation.max_nash_welfare agents=2", "allocation.round_robin agents=2, goods=3"),
    *(
        "allocation.top_trading_cycles agents=5",
        "allocation.top_trading_cycles agents=3, objects=3",
    ),
    *("coalitional.prenucleolus agents=3", "coalitional.serial_cost agents=2"),
    *("committees.leximax_phragmen", "committees.monroe"),
    *("facility.average_or_random_rank agents=3", "facility.left_right_middle agents=3, grid=6"),
    *("facility.nash agents=4", "facility.random_rank agents=3, grid=6"),
    *("preference_games.maximal_lotteries", "preference_games.nash_averaging"),
    *("preference_games.regularised_lottery",),
)
# Bargaining: domains of three packages in three values, and lotteries over two.
LARGE = ("agents=2, packages=3, utilities=(0, 1, 2)", "agents=2, packages=2, utilities=(0, 1, 2)")


def row(key, cells):
    name = " ".join(key)
    large = LARGE if "lottery" in key[0] else LARGE[:1]
    long = name.startswith(LONG) or (name.startswith("bargaining.") and key[1].startswith(large))
    return pytest.param(cells, id=name, marks=[pytest.mark.slow] if long else [])


@pytest.mark.parametrize("cells", [row(*one) for one in ROWS])
def test_every_cell_is_what_the_check_answers(cells):
    found = {entry.axiom: entry.check() for entry in cells}
    for entry in cells:
        verdict = found[entry.axiom]
        assert verdict.status is entry.status, verdict
        kept = EVIDENCE[f"{entry.mechanism} | {entry.axiom} | {entry.words}"]
        assert str(verdict.evidence.kind) == kept, "run `python docs/_ext/field.py`"
        if verdict.witness is not None:
            assert verdict.witness.replay(entry.mechanism)


def test_cells_respect_the_implications():
    cells = {(e.mechanism, e.words, e.axiom): str(e.status) for e in ENTRIES}
    for (rule, scope, strong), status in cells.items():
        if status != "HOLDS":
            continue
        for (other, where, weak), found in cells.items():
            if (other, where) == (rule, scope) and implies(strong, weak):
                assert found == "HOLDS", (rule, strong, weak)


def test_table():
    table = catalogue_table("facility")
    assert len(table) == sum(e.mechanism.startswith("facility") for e in ENTRIES)
    assert set(table.column("status")) == {"HOLDS", "VIOLATED", "UNKNOWN"}
    with pytest.raises(InvalidInputError, match="family"):
        catalogue_table("cooking")
