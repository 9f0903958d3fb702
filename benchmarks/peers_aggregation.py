"""What the peers do, each run by the Python of its own environment: prints seconds as JSON.

``python peers_aggregation.py PEER CASE``; `bench_aggregation.py` calls it between its own rounds.
"""

import json
import sys
import time

import numpy as np


def orders(voters: int, m: int) -> np.ndarray:
    """Uniform rankings, the same as in `bench_aggregation.py`: row v lists alternatives."""
    return np.argsort(np.random.default_rng(0).random((voters, m)), axis=1)


def svvamp_pairs(voters: int, m: int) -> float:
    import svvamp

    table = orders(voters, m)
    start = time.perf_counter()
    profile = svvamp.Profile(preferences_rk=table)
    _ = profile.matrix_duels_rk
    return time.perf_counter() - start


def pref_voting_pairs(voters: int, m: int) -> float:
    from pref_voting.profiles import Profile

    table = orders(voters, m).tolist()
    start = time.perf_counter()
    profile = Profile(table)
    _ = profile.margin_matrix
    return time.perf_counter() - start


def corankco_kemeny(voters: int, m: int) -> float:
    from corankco.algorithms.exact.exactalgorithmpulp import ExactAlgorithmPulp
    from corankco.dataset import Dataset
    from corankco.scoringscheme import ScoringScheme

    table = orders(voters, m).tolist()
    data = Dataset.from_raw_list([[{x} for x in row] for row in table])
    scheme = ScoringScheme.get_unifying_scoring_scheme()
    start = time.perf_counter()
    ExactAlgorithmPulp().compute_consensus_rankings(data, scheme, False)
    return time.perf_counter() - start


PEERS = {
    "svvamp": svvamp_pairs,
    "pref_voting": pref_voting_pairs,
    "corankco": corankco_kemeny,
}

if __name__ == "__main__":
    print(json.dumps(PEERS[sys.argv[1]](int(sys.argv[2]), int(sys.argv[3]))))
