"""Speed of lotteries over compared alternatives, beside a linear program in floats."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import numpy as np
from harness import Timing, main, side_by_side

from mechdesign import preference_games as pg
from mechdesign.solvers.linear.matrix_games import solve_game


def random_rates(n: int, games: int | None = None) -> np.ndarray:
    """Uniform rates; with a number of games as many of them."""
    draws = np.random.default_rng(1).uniform(size=(games or 1, n, n))
    upper = np.triu(draws, 1)
    lower = np.tril(1 - draws.transpose(0, 2, 1), -1)
    rates = upper + lower + np.eye(n) / 2
    return rates if games else rates[0]


def one_game(n: int) -> list[Timing]:
    """The exact maximal lottery and the regularised one, beside the program of the first."""
    rates = random_rates(n)
    cases: dict[str, Callable[[], object]] = {
        "linear program": lambda: solve_game(rates - rates.T),
        "exact": lambda: pg.maximal_lottery(rates),
        "regularised": lambda: pg.regularised(rates, beta=0.05),
    }
    if n > 200:
        del cases["exact"]
    return side_by_side(f"{n} alternatives", cases, reference="linear program", repeat=2)


def many_games() -> list[Timing]:
    """Ten thousand games of size 8 at once, and a hundredth of them one by one."""
    rates = random_rates(8, 10_000)
    cases = {
        "10,000 at once": lambda: pg.regularised_many(rates, beta=0.1),
        "100 one by one": lambda: [pg.regularised(one, beta=0.1) for one in rates[:100]],
    }
    return side_by_side("games of size 8", cases, reference="10,000 at once", repeat=2)


TABLES = {f"n{n}": lambda n=n: one_game(n) for n in (20, 50, 100, 300)}
TABLES |= {"many": many_games}

if __name__ == "__main__":
    main(TABLES)
