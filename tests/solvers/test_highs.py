"""Standard output belongs to the result: no engine writes to it."""

import sys

import numpy as np

from mechdesign.solvers.highs import highs_engine
from mechdesign.solvers.linear.linear_model import LinearModel
from mechdesign.solvers.linear.packing import ColumnMaster


def test_making_an_engine_writes_nothing(capfd):
    highs_engine().run()
    sys.stdout.write("after")
    assert capfd.readouterr().out == "after"


def test_models_write_nothing_and_keep_to_their_constraints(capfd):
    model = LinearModel("diet")
    x, y = model.variable("x", high=4), model.variable("y", integral=True, high=3)
    model.maximise(2 * x + 3 * y)
    model.require(x + y <= 5.5)
    assert np.isclose(model.solve().value, 14, rtol=1e-9)
    master = ColumnMaster([1.0])
    master.add(2.0, [(0, 1.0)])
    master.solve()
    assert capfd.readouterr().out == ""
