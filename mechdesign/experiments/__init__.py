"""Experiments that can be repeated: seeded, resumable sweeps, and published figures computed again.

Sweeps
    :func:`sweep` runs a function on a grid of parameters, the same bytes under any number of
    workers; :func:`read_sweep` reads its file.
Ready experiments
    :func:`experiments_table` lists those of the families, which are in their ``studies``.
Reproductions
    :func:`reproduce` computes the figures of :func:`claims` and says where they differ.

Examples
--------
>>> from mechdesign import experiments
>>> found = experiments.sweep("facility_ratio", {"agents": [3, 5]}, replications=4, workers=1)
>>> len(found.runs)
8
"""

from mechdesign.experiments.claim import *
from mechdesign.experiments.grid import *
from mechdesign.experiments.registry import *
from mechdesign.experiments.reproduction import *
from mechdesign.experiments.run import *
from mechdesign.experiments.sweeping import *
from mechdesign.faces import face

face(__name__)
