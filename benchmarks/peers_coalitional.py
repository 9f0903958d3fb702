"""What shapiq does, run by the Python of its own environment: prints seconds as JSON.

``python peers_coalitional.py PLAYERS``
"""

import json
import random
import sys
import time


def table(n: int) -> list[int]:
    """The worth of each coalition, by the bits of its number."""
    draw = random.Random(0)
    return [0, *(draw.randrange(1000) for _ in range(2**n - 1))]


def shapiq_exact(n: int) -> float:
    """Exact Shapley values of a game whose worths are looked up in a table."""
    import numpy as np
    import shapiq

    worth, weights = np.array(table(n), dtype=float), 1 << np.arange(n)

    def game(coalitions: object) -> object:
        return worth[np.asarray(coalitions) @ weights]

    start = time.perf_counter()
    shapiq.ExactComputer(n_players=n, game=game)("SV")
    return time.perf_counter() - start


if __name__ == "__main__":
    print(json.dumps(shapiq_exact(int(sys.argv[1]))))
