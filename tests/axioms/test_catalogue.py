"""The catalogue is data; every cell of it is computed again here."""

import itertools

import pytest

from mechdesign.axioms.catalogue import catalogue_entries, catalogue_table
from mechdesign.axioms.question.implications import implies
from mechdesign.errors import InvalidInputError

ENTRIES = list(catalogue_entries())
ROWS = [
    (key, list(cells))
    for key, cells in itertools.groupby(ENTRIES, key=lambda e: (e.mechanism, e.words))
]


# Rows that take longest, beside those of bargaining on a domain that has a smaller one as well.
LARGE = "agents=2, packages=3, utilities=(0, 1, 2)"
LONG = (
    *("committees.monroe", "aggregation.dodgson", "aggregation.bipartisan", "aggregation.slater"),
    *("preference_games.nash_averaging", "preference_games.maximal_lotteries"),
    *("allocation.max_nash_welfare agents=2", "allocation.efficiency_adjusted agents=5"),
    *("allocation.deferred_acceptance agents=5", "aggregation.minimax agents=7"),
)


def row(key, cells):
    name = " ".join(key)
    long = (key[0].startswith("bargaining.") and key[1] == LARGE) or name.startswith(LONG)
    return pytest.param(cells, id=name, marks=[pytest.mark.slow] if long else [])


@pytest.mark.parametrize("cells", [row(*one) for one in ROWS])
def test_every_cell_is_what_the_check_answers(cells):
    found = {entry.axiom: entry.check() for entry in cells}
    for entry in cells:
        verdict = found[entry.axiom]
        assert verdict.status is entry.status, verdict
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
