"""The verb ``verify``."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from mechdesign.axioms import (
    Consistency,
    Finding,
    Ground,
    Impossibility,
    Status,
    Verdict,
    VerifiesItself,
    Witness,
    implies,
    verify_consistency,
    verify_impossibility,
    verify_verdict,
    verify_witness,
)
from mechdesign.cli.scope import own_modules
from mechdesign.errors import InvalidInputError, require
from mechdesign.io import Table
from mechdesign.io.documents import read_document
from mechdesign.model import Mechanism, Outcome, as_mechanism, decode, encode
from mechdesign.model.serialize import check_schema
from mechdesign.records import Shown

__all__ = ["Findings", "configure"]


class Findings(Shown):
    """What verifying every claim of a document found.

    Parameters
    ----------
    found : list of Finding
        One for each claim.
    """

    def __init__(self, found: list[Finding]) -> None:
        self.found = found

    @property
    def exit_code(self) -> int:
        """0 if every claim stands, 1 if one does not, 3 if some could not be verified."""
        answers = {finding.answer for finding in self.found}
        return 1 if "NOT confirmed" in answers else 3 if "not verified" in answers else 0

    def table(self) -> Table:
        """One row for each claim."""
        rows = [[one.mechanism, one.axiom, one.answer, one.reason] for one in self.found]
        return Table(["mechanism", "axiom", "evidence", "reason"], rows)

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return self.table().to_dict()

    def __str__(self) -> str:
        return self.table().to_text()


def configure(parser: argparse.ArgumentParser) -> Callable[[argparse.Namespace], Findings]:
    """Verify every claim of a JSON file from the definitions alone.

    Counterexamples are met again, finite HOLDS are counted again, certificates and proofs are made
    or checked again.  Exit code 0: all confirmed; 1: one is not; 3: one could not be verified.
    """
    parser.add_argument(
        "file", help="JSON of a witness, a verdict, an audit, a proof, or an answer of `consistent`"
    )
    parser.add_argument(
        "--mechanism", help="identifier or module:function; by default the one that the file names"
    )
    return _run


def _run(args: argparse.Namespace) -> Findings:
    own_modules()
    data = read_document(args.file, decimals=float)
    if not isinstance(data, dict):
        raise InvalidInputError("file", "hold a witness, a verdict or an audit", type(data))
    content = dict(data)
    check_schema(content.pop("schema", None))
    found = list(verified(content, args.mechanism))
    if not found:
        raise InvalidInputError("file", "hold at least one claim", args.file)
    return Findings(found)


def verified(content: dict[str, Any], named: str | None) -> Iterator[Finding]:
    """What verifying each claim of a document finds, with the mechanism that is named, if any."""
    if "$object" not in content:
        yield from _audited(list(_cells(content)), named)
        return
    item = decode(content)
    if isinstance(item, Consistency):
        yield verify_consistency(item)
    elif isinstance(item, Impossibility):
        yield verify_impossibility(item)
    elif isinstance(item, Verdict):
        yield verify_verdict(_mechanism(item, named), item)
    elif isinstance(item, Witness):
        made = item.before.provenance.mechanism if isinstance(item.before, Outcome) else ""
        yield verify_witness(as_mechanism(named or made, item.setting), item)
    elif isinstance(item, VerifiesItself):
        yield item.verify()
    else:
        raise InvalidInputError(
            "file", "hold a witness, a verdict, an audit or a proof", type(item).__name__
        )


def _audited(cells: list[Verdict], named: str | None) -> Iterator[Finding]:
    """The findings of an audit; what is left open stands where a confirmed verdict implies it."""
    found = [verify_verdict(_mechanism(one, named), one) for one in cells]
    stands = [
        one
        for one, finding in zip(cells, found, strict=True)
        if finding.answer == "confirmed" and one.status is Status.HOLDS
    ]
    for one, finding in zip(cells, found, strict=True):
        strong = next((other for other in stands if _implies(other, one)), None)
        if strong is not None and finding.answer == "not verified":
            reason = f"{strong.axiom}, which implies it, is confirmed"
            yield replace(finding, answer="confirmed", reason=reason)
        else:
            yield finding


def _implies(strong: Verdict, weak: Verdict) -> bool:
    """Whether a verdict implies another, of the same mechanism over the same scope."""
    return (
        weak.evidence.kind is Ground.IMPLIED
        and (strong.mechanism, strong.exact, strong.tolerance)
        == (weak.mechanism, weak.exact, weak.tolerance)
        and implies(strong.axiom, weak.axiom)
        and encode(strong.scope) == encode(weak.scope)
    )


def _mechanism(verdict: Verdict, named: str | None) -> Mechanism[Any]:
    """The mechanism of a verdict; a function of the user's is in the setting that it names."""
    require(verdict.scope.asked, Mapping, "asked")
    setting = verdict.scope.asked.get("setting")
    if setting is None and verdict.witness is not None:
        setting = verdict.witness.setting
    return as_mechanism(named or verdict.mechanism, setting)


def _cells(content: dict[str, Any]) -> Iterator[Verdict]:
    """The verdicts of an audit, each in the row and the column that name it."""
    rows, names, axioms = (content.get(key) for key in ("verdicts", "mechanisms", "axioms"))
    shaped = (
        isinstance(names, list)
        and isinstance(axioms, list)
        and isinstance(rows, list)
        and len(rows) == len(names)
        and all(isinstance(row, list) and len(row) == len(axioms) for row in rows)
    )
    if not shaped or set(content) != {"verdicts", "mechanisms", "axioms"}:
        raise InvalidInputError("file", "have a verdict for each mechanism and axiom", "others")
    for name, row in zip(names or (), rows or (), strict=True):
        for axiom, cell in zip(axioms or (), row, strict=True):
            if not isinstance(cell, dict):
                raise InvalidInputError("verdicts", "be verdicts", cell)
            verdict = Verdict.from_dict(cell)
            if (verdict.mechanism, verdict.axiom) != (name, axiom):
                raise InvalidInputError("verdicts", f"be {axiom} of {name} here", verdict.axiom)
            yield verdict
