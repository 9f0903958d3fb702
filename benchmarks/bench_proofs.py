"""Proofs for all reports against a plain search: Fractions, one path at a time from the start.

Run ``python benchmarks/bench_proofs.py``; every ratio is measured in one run.
"""

from __future__ import annotations

from fractions import Fraction

from harness import Timing, main, side_by_side

from mechdesign import axioms, facility

LINE = facility.line(0, 1)


class Plain:
    """Coordinates compared by difference bounds in Fractions, each path run from its start."""

    def __init__(self, size: int, script: list[bool]) -> None:
        self.script, self.taken = script, list[bool]()
        zero = Fraction(0)
        bound = [[(Fraction(1), True)] * (size + 1) for _ in range(size + 1)]
        for k in range(size + 1):
            bound[k][k] = (zero, True)
            bound[0][k] = (zero, True)
            bound[k][0] = (Fraction(int(k > 0)), True)
        self.bound = bound
        self.forks = list[list[bool]]()

    def add(self, i: int, j: int, value: Fraction, closed: bool) -> None:
        size = range(len(self.bound))
        for p in size:
            for q in size:
                a, b = self.bound[p][i], self.bound[j][q]
                total = (a[0] + value + b[0], a[1] and closed and b[1])
                old = self.bound[p][q]
                if total[0] < old[0] or (total[0] == old[0] and old[1] and not total[1]):
                    self.bound[p][q] = total

    def less(self, i: int, j: int, value: Fraction) -> bool:
        """Whether ``x_i - x_j < value``."""
        high, low = self.bound[i][j], self.bound[j][i]
        if high[0] < value or (high[0] == value and not high[1]):
            return True
        if low[0] <= -value:
            return False
        if len(self.taken) < len(self.script):
            answer = self.script[len(self.taken)]
        else:
            answer = True
            self.forks.append([*self.taken, False])
        self.taken.append(answer)
        if answer:
            self.add(i, j, value, False)
        else:
            self.add(j, i, -value, True)
        return answer


class Place:
    """A coordinate of the plain search, or a constant."""

    def __init__(self, run: Plain, index: int, shift: Fraction = Fraction(0)) -> None:
        self.run, self.index, self.shift = run, index, shift

    def __lt__(self, other: Place) -> bool:
        return self.run.less(self.index, other.index, other.shift - self.shift)


def plain_paths(size: int, phantoms: list[Fraction], rank: int) -> int:
    """Paths of one agent's truth and lie under a phantom rule, by the plain search."""
    waiting, paths = [list[bool]()], 0
    while waiting:
        run = Plain(size + 1, waiting.pop())
        fixed = [Place(run, 0, value) for value in phantoms]
        reports = [Place(run, k + 1) for k in range(size)]
        first = sorted([*reports, *fixed])[rank]
        second = sorted([Place(run, size + 1), *reports[1:], *fixed])[rank]
        for one in (first, second):
            _ = one < reports[0]
        _ = first < second
        paths += 1
        waiting += run.forks
    return paths


def ours(rule: object, agents: int) -> axioms.Verdict:
    """A proof from the code of a function."""
    verdict = axioms.check("strategyproofness", rule, setting=LINE, agents=agents, method="proof")
    assert verdict.holds
    return verdict


def median(x: list[Fraction]) -> Fraction:
    return sorted(x)[len(x) // 2]


def uniform(x: list[Fraction]) -> Fraction:
    n = len(x)
    return sorted([*x, *(Fraction(k, n) for k in range(1, n))])[n - 1]


def proofs() -> list[Timing]:
    """Row 2 and 5 of the oracles: ours is for every agent, with plain calls and a document."""
    rows = []
    for name, rule, n, phantoms, rank in [
        ("median", median, 3, [], 1),
        ("median", median, 5, [], 2),
        ("uniform phantom", uniform, 3, [Fraction(1, 3), Fraction(2, 3)], 2),
    ]:
        rows += side_by_side(
            f"{name}, n = {n}: strategyproofness for all reports",
            {
                "plain, one agent": lambda n=n, p=phantoms, r=rank: plain_paths(n, p, r),
                "proof, all agents": lambda rule=rule, n=n: ours(rule, n),
            },
            reference="plain, one agent",
            repeat=3,
        )
    return rows


def larger() -> list[Timing]:
    """Where anonymity is known: required at most 5 seconds each."""
    return side_by_side(
        "the package's own, by their code",
        {
            "median, n = 7": lambda: ours(facility.median, 7),
            "uniform phantom, n = 4": lambda: ours(facility.uniform_phantom, 4),
            "uniform phantom, n = 5": lambda: ours(facility.uniform_phantom, 5),
        },
        reference="median, n = 7",
        repeat=1,
    )


if __name__ == "__main__":
    main({"proofs": proofs, "larger": larger})
