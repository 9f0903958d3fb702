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


def svvamp_elimination(rule: str):
    def run(voters: int, m: int) -> float:
        import svvamp

        profile = svvamp.Profile(preferences_rk=orders(voters, m))
        _ = profile.preferences_borda_rk
        start = time.perf_counter()
        _ = getattr(svvamp, rule)()(profile).w_
        return time.perf_counter() - start

    return run


def battle_log(count: int, m: int):
    """Battles of a Bradley-Terry model, the same as in `bench_aggregation.py`."""
    rng = np.random.default_rng(0)
    strength = rng.normal(size=m)
    left = rng.integers(0, m, count)
    right = (left + rng.integers(1, m, count)) % m
    won = rng.random(count) < 1 / (1 + np.exp(strength[right] - strength[left]))
    names = np.array([f"system {k}" for k in range(m)], dtype=object)
    return names[left], names[right], won


def evalica_fit(name: str):
    def run(count: int, m: int) -> float:
        import evalica

        left, right, won = battle_log(count, m)
        results = [evalica.Winner.X if x else evalica.Winner.Y for x in won]
        start = time.perf_counter()
        getattr(evalica, name)(left.tolist(), right.tolist(), results)
        return time.perf_counter() - start

    return run


PEERS = {
    "evalica": evalica_fit("bradley_terry"),
    "evalica_elo": evalica_fit("elo"),
    "svvamp_irv": svvamp_elimination("RuleIRV"),
    "svvamp_coombs": svvamp_elimination("RuleCoombs"),
    "svvamp_bucklin": svvamp_elimination("RuleBucklin"),
    "svvamp": svvamp_pairs,
    "pref_voting": pref_voting_pairs,
    "corankco": corankco_kemeny,
}

if __name__ == "__main__":
    print(json.dumps(PEERS[sys.argv[1]](int(sys.argv[2]), int(sys.argv[3]))))
