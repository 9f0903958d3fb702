"""The small faults that a mutation run makes in a file: what is changed, and into what."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent

COMPARISONS: dict[type[ast.cmpop], tuple[str, ...]] = {
    ast.Lt: ("<=", ">"),
    ast.LtE: ("<", ">="),
    ast.Gt: (">=", "<"),
    ast.GtE: (">", "<="),
    ast.Eq: ("!=",),
    ast.NotEq: ("==",),
    ast.In: ("not in",),
    ast.NotIn: ("in",),
    ast.Is: ("is not",),
    ast.IsNot: ("is",),
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
    text: str

    @property
    def keys(self) -> set[str]:
        """What it may be listed by: with the text of its line, or without."""
        change = f"{self.old} -> {self.new}"
        return {f"{self.path}: {change}", f"{self.path}: {self.text}: {change}"}


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
        old, line = " ".join(data[a:b].decode().split()), text.splitlines()[node.lineno - 1]
        return Mutant(name, node.lineno, old, new, a, b, line.strip())

    def source(node: ast.expr) -> str:
        a, b = place(node)
        told = data[a:b].decode()
        loose = isinstance(node, (ast.BoolOp, ast.IfExp, ast.NamedExpr, ast.Compare, ast.Lambda))
        return f"({told})" if loose else told

    tree = ast.parse(text)
    skipped: set[ast.AST] = set()
    for node in ast.walk(tree):
        # `strict=True` and `frozen=True` only guard against what no caller does.
        if isinstance(node, ast.keyword) and node.arg in ("strict", "frozen"):
            skipped.add(node.value)
        if isinstance(node, (ast.Raise, ast.AnnAssign, ast.arg, ast.JoinedStr)):
            kept = (
                set(ast.walk(node.value))
                if isinstance(node, ast.AnnAssign) and node.value
                else set()
            )
            skipped |= set(ast.walk(node)) - kept
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.returns:
            skipped |= set(ast.walk(node.returns))
    for node in ast.walk(tree):
        # A context such as Load() is one object for the whole tree; only expressions are looked at.
        if node in skipped:
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


def functions(path: Path) -> dict[int, tuple[str, int]]:
    """The innermost function around each line, and how far below its first line that is."""
    places: dict[int, tuple[str, int]] = {}

    def visit(node: ast.AST, name: str) -> None:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            name = f"{name}.{node.name}"
            if not isinstance(node, ast.ClassDef):
                for line in range(node.body[0].lineno, (node.end_lineno or 0) + 1):
                    places[line] = (name, line - node.lineno)
        for inner in ast.iter_child_nodes(node):
            visit(inner, name)

    visit(ast.parse(path.read_text(encoding="utf-8")), "")
    return places
