"""What the heat map of strict games shows."""

import pytest

from mechdesign import games
from mechdesign.errors import InvalidInputError

matplotlib = pytest.importorskip("matplotlib")
matplotlib.use("Agg")


@pytest.mark.parametrize("measure", ["pure", "dominant", "loss"])
def test_every_game_has_a_cell(measure):
    from mechdesign.games.plots import ordinal_heat_map

    ax = ordinal_heat_map(measure)
    shown = ax.images[0].get_array().ravel().tolist()
    assert len(shown) == 78
    if measure != "loss":
        assert shown == [getattr(games.classify(one), measure) for one in games.ordinal_games()]
    assert len(ax.texts) == len(games.NAMED)
    assert ax.get_xlabel()
    assert ax.get_ylabel()
    with pytest.raises(InvalidInputError, match="measure"):
        ordinal_heat_map("best")
