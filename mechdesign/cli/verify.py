"""The verb ``verify``."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

from mechdesign.axioms import Consistency, Impossibility, Verdict, Witness
from mechdesign.errors import InvalidInputError
from mechdesign.io import Table
from mechdesign.io.documents import read_document
from mechdesign.model import as_mechanism, decode
from mechdesign.model.serialize import check_schema

__all__ = ["Replays", "configure"]


_PROOFS = ("axioms.Consistency", "axioms.Impossibility")


class Replays:
    """The outcome of replaying witnesses.

    Parameters
    ----------
    rows : list of (mechanism, axiom, bool)
        What was replayed, and whether the violation was met again.
    """

    def __init__(self, rows: list[tuple[str, str, bool]]) -> None:
        self.rows = rows

    @property
    def exit_code(self) -> int:
        """0 if every counterexample stands, 1 if one does not."""
        return 0 if all(confirmed for _, _, confirmed in self.rows) else 1

    def table(self) -> Table:
        """One row for each counterexample."""
        rows = [[m, a, "confirmed" if ok else "NOT confirmed"] for m, a, ok in self.rows]
        return Table(["mechanism", "axiom", "evidence"], rows)

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return self.table().to_dict()

    def __str__(self) -> str:
        return self.table().to_text()


def configure(parser: argparse.ArgumentParser) -> Callable[[argparse.Namespace], Replays]:
    """Replay the counterexamples and proofs of a JSON file, from the definitions alone."""
    parser.add_argument(
        "file", help="JSON of a witness, a verdict, an audit, or an answer of `consistent`"
    )
    parser.add_argument("--mechanism", help="identifier; by default the one that the file names")
    return _run


def _run(args: argparse.Namespace) -> Replays:
    """Replay every counterexample of the file."""
    data = read_document(args.file, decimals=float)
    proof = _proof(data)
    if proof is not None:
        names = ", ".join(dict.fromkeys([*(case.axiom for case in proof.cases), *proof.demands]))
        return Replays([("every rule", names, proof.replay())])
    rows = []
    for witness, name in _witnesses(data):
        mechanism = as_mechanism(args.mechanism or name)
        rows.append((mechanism.name, witness.axiom, witness.replay(mechanism)))
    if not rows:
        raise InvalidInputError("file", "hold at least one counterexample", args.file)
    return Replays(rows)


def _proof(data: Any) -> Impossibility | None:
    """The impossibility proof of a file, if it holds one."""
    if not isinstance(data, dict) or data.get("$object") not in _PROOFS:
        return None
    content = dict(data)
    check_schema(content.pop("schema", None))
    found = decode(content)
    return found.proof if isinstance(found, Consistency) else found


def _witnesses(data: Any) -> list[tuple[Witness, str]]:
    if not isinstance(data, dict):
        raise InvalidInputError("file", "hold a witness, a verdict or an audit", type(data))
    content = dict(data)
    check_schema(content.pop("schema", None))
    if "verdicts" in content:
        found = [Verdict.from_dict(cell) for row in content["verdicts"] for cell in row]
        return [(v.found, v.mechanism) for v in found if v.found is not None]
    item = decode(content)
    if isinstance(item, Verdict):
        return [(item.found, item.mechanism)] if item.found is not None else []
    if isinstance(item, Witness):
        return [(item, "")]
    raise InvalidInputError("file", "hold a witness, a verdict or an audit", type(item).__name__)
