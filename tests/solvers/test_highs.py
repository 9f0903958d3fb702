"""Standard output belongs to the result: no engine writes to it."""

import sys
from fractions import Fraction

from mechdesign.solvers.highs import highs_engine
from mechdesign.solvers.linear.certified_programs import CertifiedProgram
from mechdesign.solvers.linear.packing import ColumnMaster


def test_making_an_engine_writes_nothing(capfd):
    highs_engine().run()
    sys.stdout.write("after")
    assert capfd.readouterr().out == "after"


def test_models_write_nothing_and_keep_to_their_constraints(capfd):
    program = CertifiedProgram()
    x, y = program.variable(2, high=4), program.variable(3, high=3)
    program.row([(x, 1), (y, 1)], high=Fraction(11, 2))
    assert program.maximise().value == 14
    master = ColumnMaster([1.0])
    master.add(2.0, [(0, 1.0)])
    master.solve()
    assert capfd.readouterr().out == ""
