"""Speed of bargaining: packages, integer programs, and equal shares beside pabutools.

pabutools is timed where its environment exists: ``python -m venv ENV && ENV/bin/pip install -r
benchmarks/requirements-pabutools.txt``, then ``MECHDESIGN_PEER_PABUTOOLS=ENV/bin/python``.  The
election is Warszawa Praga-Poludnie 2020 of pabulib where ``MECHDESIGN_DATA`` (or
``../shared/data``) has it, else a synthetic one of its size.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))

from harness import Timing, main, side_by_side

from mechdesign import bargaining
from mechdesign.bargaining.ballots.election_files import from_pabulib
from mechdesign.bargaining.ballots.grouped_ballots import supporters
from mechdesign.bargaining.projects.method_of_equal_shares import buy
from mechdesign.errors import LimitReachedError
from mechdesign.io.pabulib import read_pabulib

RULES = (
    bargaining.utilitarian,
    bargaining.nash,
    bargaining.egalitarian,
    bargaining.kalai_smorodinsky,
)


def random_modules(m: int, budget: int) -> object:
    """Six agents, m modules, integer costs and utilities."""
    rng = np.random.default_rng(0)
    names = [f"m{k}" for k in range(m)]
    costs = {x: int(rng.integers(5, 30)) for x in names}
    worth = {f"g{i}": {x: int(rng.integers(0, 20)) for x in names} for i in range(6)}
    return bargaining.modules({"base": 0}, costs, worth, budget=budget)


def packages() -> list[Timing]:
    """Enumeration and four solutions; required: 17,083 packages under 50 ms together."""
    clear = sys.modules["mechdesign.bargaining.menus.package_lists"].packages.cache_clear
    problem = random_modules(15, 127)
    large = random_modules(20, 10**6)
    print(f"{len(bargaining.packages(problem)):,} and {len(bargaining.packages(large)):,} packages")

    def everything(which: object) -> None:
        clear()
        for rule in RULES:
            rule(which)

    return side_by_side(
        "enumerate, then utilitarian, Nash, leximin and Kalai-Smorodinsky",
        {
            "15 modules": lambda: everything(problem),
            "20 modules, enumeration": lambda: (clear(), bargaining.packages(large)),
            "20 modules": lambda: everything(large),
        },
        reference="15 modules",
        repeat=5,
    )


def programs() -> list[Timing]:
    """Integer programs with 200 modules; required: maximin under 3 s."""
    problem = random_modules(200, 1500)
    solved: dict[str, object] = {}

    def run(name: str, rule: str, refine: bool = True) -> None:
        solved[name] = bargaining.program(problem, rule, refine=refine)

    rows = side_by_side(
        "200 modules, 6 agents",
        {
            "maximin": lambda: run("maximin", "egalitarian", False),
            "leximin": lambda: run("leximin", "egalitarian"),
            "nash": lambda: run("nash", "nash"),
            "kalai_smorodinsky": lambda: run("kalai_smorodinsky", "kalai_smorodinsky"),
            "utilitarian": lambda: run("utilitarian", "utilitarian"),
        },
        reference="maximin",
        repeat=1,
    )
    for name, outcome in solved.items():
        print(f"  {name}: {outcome.provenance.status}")
    return rows


def _election() -> Path:
    default = Path(__file__).resolve().parents[2] / "shared" / "data"
    folder = Path(os.environ.get("MECHDESIGN_DATA", default)) / "pabulib"
    path = folder / "Poland_Warszawa_2020_Praga-Poludnie.pb"
    if path.is_file():
        return path
    rng = np.random.default_rng(0)
    popular = rng.pareto(1.2, 134) + 0.2
    popular /= popular.sum()
    lines = ["META", "key;value", "description;synthetic", "country;Nowhere", "unit;Nowhere"]
    lines += ["instance;2026", "num_projects;134", "num_votes;14897", "budget;5900907"]
    lines += ["vote_type;approval", "rule;greedy", "date_begin;2026", "date_end;2026"]
    lines += ["PROJECTS", "project_id;cost"]
    lines += [f"{k};{int(rng.integers(5_000, 400_000))}" for k in range(134)]
    lines += ["VOTES", "voter_id;vote"]
    for voter in range(14_897):
        chosen = rng.choice(134, size=int(rng.integers(1, 16)), replace=False, p=popular)
        lines.append(f"{voter};{','.join(map(str, chosen))}")
    made = Path(tempfile.mkdtemp()) / "synthetic.pb"
    made.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return made


def election() -> list[Timing]:
    """Equal shares; required: 250 times pabutools, and 50 times with reading and grouping."""
    path = _election()
    problem = from_pabulib(read_pabulib(path))
    votes = supporters(problem)
    peer = os.environ.get("MECHDESIGN_PEER_PABUTOOLS")
    seconds: dict[str, list[float]] = {}

    def note(name: str, taken: float) -> None:
        seconds.setdefault(name, []).append(taken)

    funded = None
    buy(votes, "cost")  # warm up
    for _ in range(3):
        for name, run in (
            ("equal shares", lambda: buy(votes, "cost")),
            ("greedy", lambda: bargaining.greedy(problem)),
            (
                "read, group, equal shares",
                lambda: bargaining.equal_shares(from_pabulib(read_pabulib(path))),
            ),
        ):
            start = time.perf_counter()
            run()
            note(name, time.perf_counter() - start)
        if peer is None:
            continue
        command = [peer, str(Path(__file__).parent / "peers_bargaining.py"), str(path)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        answer = json.loads(done.stdout.strip().splitlines()[-1])
        funded = answer["funded"]
        note("pabutools: equal shares", answer["equal shares"])
        note("pabutools: greedy", answer["greedy"])
        note("pabutools: read, equal shares", answer["parse"] + answer["equal shares"])
    if funded is not None:
        assert sorted(bargaining.equal_shares(problem).choice) == funded
        print("the same projects are funded")
    base = min(seconds["equal shares"])
    rows = [Timing(n, min(s), sorted(s)[1], min(s) / base) for n, s in seconds.items()]
    print(f"\n{path.stem}: {len(problem):,} voters  (best of 3 interleaved rounds)")
    for row in rows:
        print(f"  {row.name:<32}{row.best * 1e3:12.2f} ms  x{row.ratio:.3g}")
    for ours in ("equal shares", "greedy"):
        if f"pabutools: {ours}" in seconds:
            ratio = min(seconds[f"pabutools: {ours}"]) / min(seconds[ours])
            print(f"  {ours}: {ratio:.0f} times as fast")
    if peer is not None:
        slow, fast = seconds["pabutools: read, equal shares"], seconds["read, group, equal shares"]
        print(f"  with reading and grouping: {min(slow) / min(fast):.0f} times as fast")
    return rows


def official() -> list[Timing]:
    """Equal shares with Add1, hundreds of runs: a synthetic election of 2,000 voters."""
    rng = np.random.default_rng(1)
    costs = [int(c) for c in rng.integers(1_000, 40_000, 40)]
    ballots = [set(rng.choice(40, size=5, replace=False).tolist()) for _ in range(2_000)]
    problem = bargaining.election(ballots, costs=costs, budget=200_000)
    return side_by_side(
        "Add1, 2,000 voters, 40 projects",
        {
            "overspend": lambda: bargaining.equal_shares(problem, completion="add1"),
            "exhaustive": lambda: bargaining.equal_shares(
                problem, completion="add1", stop="exhaustive"
            ),
        },
        reference="overspend",
        repeat=3,
    )


def objections() -> list[Timing]:
    """Whether any group deserves better, in one large election; None is a proof."""
    problem = from_pabulib(read_pabulib(_election()))
    chosen = {
        "greedy": bargaining.greedy(problem).choice,
        "equal shares": bargaining.equal_shares(problem, completion="add1").choice,
        "Phragmen": bargaining.sequential_phragmen(problem).choice,
    }

    def run(rule: str, notion: str, satisfaction: str) -> None:
        try:
            found = bargaining.objection(
                problem, chosen[rule], notion=notion, satisfaction=satisfaction, time_limit=60
            )
        except LimitReachedError as error:
            print(f"{rule}, {notion}, {satisfaction}: {error}")
        else:
            answer = f"{len(found.voters)} voters" if found else "nobody"
            print(f"{rule}, {notion}, {satisfaction}: {answer}")

    cases = [
        (rule, notion, satisfaction)
        for satisfaction in ("cost", "cardinality")
        for rule in chosen
        for notion in bargaining.NOTIONS
    ]
    return side_by_side(
        f"objections, {len(problem):,} voters, {len(problem.data.ids)} projects",
        {", ".join(case): (lambda case=case: run(*case)) for case in cases},
        reference="greedy, core, cost",
        repeat=1,
    )


def largest_product() -> list[Timing]:
    """The largest Nash welfare in one large election, proved or with its gap."""
    problem = from_pabulib(read_pabulib(_election()))

    def run(satisfaction: str) -> None:
        how = bargaining.max_nash_welfare(problem, satisfaction=satisfaction).provenance
        print(f"{satisfaction}: {how.status}, logarithm at most {how.bound:.4f}, gap {how.gap:.4g}")

    return side_by_side(
        f"largest product, {len(problem):,} voters, {len(problem.data.ids)} projects",
        {"cardinality": lambda: run("cardinality"), "cost": lambda: run("cost")},
        reference="cardinality",
        repeat=1,
    )


if __name__ == "__main__":
    main(
        {
            "packages": packages,
            "programs": programs,
            "election": election,
            "official": official,
            "objections": objections,
            "largest_product": largest_product,
        }
    )
