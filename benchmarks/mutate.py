"""Mutation runs: change one thing in a file, run the tests that look at it, count who notices.

``make mutate FOLDERS="mechdesign/solvers/linear" BUDGET=20`` draws 20 mutants.  A copy of the
package is changed, never the checkout.  Mutants that nobody can notice are listed with the reason
in ``mutants.toml``; those do not count.
"""

from __future__ import annotations

import argparse
import ast
import os
import random
import shutil
import signal
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
import scipy.optimize
import scipy.sparse
import scipy.stats  # noqa: F401

ROOT = Path(__file__).resolve().parent.parent
KNOWN = tomllib.loads((Path(__file__).parent / "mutants.toml").read_text(encoding="utf-8"))

COMPARISONS: dict[type[ast.cmpop], tuple[str, ...]] = {
    ast.Lt: ("<=", ">"),
    ast.LtE: ("<", ">="),
    ast.Gt: (">=", "<"),
    ast.GtE: (">", "<="),
    ast.Eq: ("!=",),
    ast.NotEq: ("==",),
    ast.In: ("not in",),
    ast.NotIn: ("in",),
}
OPERATORS: dict[type[ast.operator], str] = {
    ast.Add: "-",
    ast.Sub: "+",
    ast.Mult: "/",
    ast.Div: "*",
}
NAMES = {"min": "max", "max": "min", "any": "all", "all": "any"}


class Mutant(NamedTuple):
    """One change: where, and what stands there then."""

    path: str
    line: int
    old: str
    new: str
    start: int
    end: int

    @property
    def key(self) -> str:
        """What it is known by, also where lines move."""
        return f"{self.path}: {self.old} -> {self.new}"


def mutants(path: Path) -> Iterator[Mutant]:
    """Every change of a file that is tried, outside of messages and annotations."""
    text = path.read_text(encoding="utf-8")
    data, name = text.encode(), str(path.relative_to(ROOT))
    starts = [0]
    for line in data.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))

    def place(node: ast.expr) -> tuple[int, int]:
        end = starts[(node.end_lineno or 1) - 1] + (node.end_col_offset or 0)
        return starts[node.lineno - 1] + node.col_offset, end

    def made(node: ast.expr, new: str) -> Mutant:
        a, b = place(node)
        return Mutant(name, node.lineno, " ".join(data[a:b].decode().split()), new, a, b)

    def source(node: ast.expr) -> str:
        a, b = place(node)
        return data[a:b].decode()

    # `strict=True` of a zip only guards against what no caller does.
    skipped: set[ast.AST] = {
        node.value
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.keyword) and node.arg == "strict"
    }
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.Raise, ast.AnnAssign, ast.arg, ast.JoinedStr)):
            kept = node.value if isinstance(node, ast.AnnAssign) else None
            skipped |= {inner for inner in ast.walk(node) if inner is not kept}
            if kept is not None:
                skipped -= set(ast.walk(kept))
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.returns:
            skipped |= set(ast.walk(node.returns))
    for node in ast.walk(ast.parse(text)):
        if any(type(node) is type(s) and place_of(node) == place_of(s) for s in skipped):
            continue
        if isinstance(node, ast.Compare) and len(node.ops) == 1:
            left, right = source(node.left), source(node.comparators[0])
            for sign in COMPARISONS.get(type(node.ops[0]), ()):
                yield made(node, f"{left} {sign} {right}")
        elif isinstance(node, ast.BinOp) and type(node.op) in OPERATORS:
            if isinstance(node.left, ast.Constant) and isinstance(node.left.value, str):
                continue
            left, right = source(node.left), source(node.right)
            yield made(node, f"(({left}) {OPERATORS[type(node.op)]} ({right}))")
        elif isinstance(node, ast.BoolOp):
            word = " or " if isinstance(node.op, ast.And) else " and "
            yield made(node, "(" + word.join(f"({source(v)})" for v in node.values) + ")")
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.Not, ast.USub)):
            yield made(node, f"({source(node.operand)})")
        elif isinstance(node, ast.Constant) and type(node.value) is int:
            yield made(node, str(node.value + 1))
        elif isinstance(node, ast.Constant) and type(node.value) is bool:
            yield made(node, str(not node.value))
        elif isinstance(node, ast.Name) and node.id in NAMES and isinstance(node.ctx, ast.Load):
            yield made(node, NAMES[node.id])


def place_of(node: ast.AST) -> tuple[int, int, int]:
    """Where a node stands."""
    return (
        getattr(node, "lineno", -1),
        getattr(node, "col_offset", -1),
        getattr(node, "end_col_offset", -1),
    )


def tests_of(path: str) -> list[str]:
    """The tests that are mapped to a file, by the longest beginning of its path."""
    best = max((key for key in KNOWN["tests"] if path.startswith(key)), key=len, default="")
    if not best:
        raise SystemExit(f"mutants.toml maps no tests to {path}")
    return list(KNOWN["tests"][best])


def answer(copy: Path, tests: list[str], limit: float, *, write: bool = False) -> str:
    """Whether the tests notice: killed, survived, or out of time (which is noticed, too).

    They run in a fork of this process, which has loaded what is slow to load.
    """
    child = os.fork()
    if not child:
        os.setsid()
        os.chdir(copy)
        os.environ["PYTHONPATH"] = str(copy)
        sys.path.insert(0, str(copy))
        sys.dont_write_bytecode = not write
        for stream in (1, 2):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream)
        run = ["-q", "-x", "-m", "not slow", "-p", "no:cacheprovider"]
        os._exit(pytest.main([*run, *tests]))
    end = time.monotonic() + limit
    while time.monotonic() < end:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return "survived" if status == 0 else "killed"
        time.sleep(0.02)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return "out of time"


def main() -> None:
    """Draw mutants, run their tests, print the score and those that survived."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("folders", nargs="+", help="folders or files of the package")
    parser.add_argument("--budget", type=int, default=20, help="how many mutants")
    parser.add_argument("--seconds", type=float, default=3600.0, help="stop drawing after this")
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    files = sorted(
        file
        for folder in args.folders
        for file in ([ROOT / folder] if folder.endswith(".py") else (ROOT / folder).rglob("*.py"))
        if file.name != "__init__.py"
    )
    drawn = [one for file in files for one in mutants(file)]
    random.Random(args.seed).shuffle(drawn)
    equal = set(KNOWN["equivalent"])
    counts = {"killed": 0, "survived": 0, "out of time": 0, "equivalent": 0}
    begun, usual = time.monotonic(), {}
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        for name in ("mechdesign", "tests", "docs", "pyproject.toml", "conftest.py", "examples"):
            source = ROOT / name
            if source.is_dir():
                shutil.copytree(source, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(source, copy / name)
        for one in drawn:
            asked = counts["killed"] + counts["survived"] + counts["out of time"]
            if asked >= args.budget or time.monotonic() - begun > args.seconds:
                break
            if one.key in equal:
                counts["equivalent"] += 1
                continue
            tests = tests_of(one.path)
            if tuple(tests) not in usual:
                start = time.monotonic()
                if answer(copy, tests, 3600, write=True) != "survived":
                    raise SystemExit(f"the tests fail without any change: {' '.join(tests)}")
                usual[tuple(tests)] = time.monotonic() - start
            target, data = copy / one.path, (ROOT / one.path).read_bytes()
            target.write_bytes(data[: one.start] + one.new.encode() + data[one.end :])
            found = answer(copy, tests, 3 * usual[tuple(tests)] + 20)
            shutil.copy2(ROOT / one.path, target)
            counts[found] += 1
            if found == "survived":
                print(f"survived  {one.path}:{one.line}  {one.old}  ->  {one.new}", flush=True)
    noticed = counts["killed"] + counts["out of time"]
    share = noticed / max(1, noticed + counts["survived"])
    told = ", ".join(f"{count} {word}" for word, count in counts.items())
    print(f"{' '.join(args.folders)}: {share:.0%} of {noticed + counts['survived']} ({told})")


if __name__ == "__main__":
    main()
