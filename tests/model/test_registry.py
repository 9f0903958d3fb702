"""Names of settings."""

import pytest

from mechdesign import axioms, facility
from mechdesign.errors import InvalidInputError
from mechdesign.model import as_setting


def test_settings_have_names():
    assert as_setting("facility.line(0, high=2)") == facility.line(0, 2)
    named = axioms.check("unanimity", max, setting="facility.line", agents=2, grid=2)
    assert named == axioms.check("unanimity", max, setting=facility.line(), agents=2, grid=2)
    for wrong in (3, object(), "line", "facility.nothing", "facility.line(", "facility.line(z=1)"):
        with pytest.raises(InvalidInputError, match="setting"):
            axioms.check("unanimity", max, setting=wrong, agents=2, grid=2)
        with pytest.raises(InvalidInputError, match="setting"):
            axioms.audit(max, ["unanimity"], setting=wrong, agents=2, grid=2)
        with pytest.raises(InvalidInputError, match="setting"):
            axioms.consistent(["unanimity"], wrong, agents=2, grid=2)
