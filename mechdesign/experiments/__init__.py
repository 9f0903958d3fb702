"""Experiments that can be repeated: seeded, resumable sweeps, and published figures computed again.

Sweeps
    :func:`sweep` runs a function on a grid of parameters, the same bytes under any number of
    workers; :func:`read_sweep` reads its file.
Ready experiments (:data:`EXPERIMENTS`)
    :func:`facility_ratio`, :func:`auctions_revenue`, :func:`matching_ratio`,
    :func:`aggregation_recovery`, :func:`aggregation_agreement`, :func:`bargaining_price`.
Reproductions
    :func:`reproduce` computes the figures of :func:`claims` and says where they differ.

Examples
--------
>>> from mechdesign import experiments
>>> found = experiments.sweep("facility_ratio", {"agents": [3, 5]}, replications=4, workers=1)
>>> len(found.runs)
8
"""

from mechdesign.experiments.claim import Claim, Finding
from mechdesign.experiments.grid import read_grid
from mechdesign.experiments.registry import EXPERIMENTS, experiment, experiments_table
from mechdesign.experiments.reproduce import Reproduction, claims, reproduce
from mechdesign.experiments.run import Run, RunError
from mechdesign.experiments.study_aggregation import (
    aggregation_agreement,
    aggregation_recovery,
    mallows,
)
from mechdesign.experiments.study_auctions import auctions_revenue
from mechdesign.experiments.study_bargaining import bargaining_price
from mechdesign.experiments.study_facility import facility_ratio
from mechdesign.experiments.study_matching import matching_ratio
from mechdesign.experiments.sweep import Sweep, read_sweep, sweep

__all__ = [
    # sweeps
    "sweep",
    "read_sweep",
    "read_grid",
    "Sweep",
    "Run",
    "RunError",
    # ready experiments
    "EXPERIMENTS",
    "experiment",
    "experiments_table",
    "facility_ratio",
    "auctions_revenue",
    "matching_ratio",
    "aggregation_recovery",
    "aggregation_agreement",
    "mallows",
    "bargaining_price",
    # reproductions
    "reproduce",
    "claims",
    "Reproduction",
    "Claim",
    "Finding",
]
