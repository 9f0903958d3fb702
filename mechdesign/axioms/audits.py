"""The audit: mechanisms against axioms, one verdict in each cell."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from mechdesign.axioms.methods.answers import unknown
from mechdesign.axioms.methods.engine import decide
from mechdesign.axioms.question.axiom import Axiom, get_axiom, list_axioms
from mechdesign.axioms.question.implications import implies
from mechdesign.axioms.question.question import Question, prepare
from mechdesign.axioms.question.verdict import (
    Evidence,
    Ground,
    Reason,
    Scope,
    Status,
    Verdict,
)
from mechdesign.errors import InvalidInputError
from mechdesign.io import Table
from mechdesign.model import SCHEMA_VERSION, MechanismLike, Setting, as_mechanism, as_setting
from mechdesign.parallel import map_tasks
from mechdesign.records import dataclass

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Audit", "audit"]

_MARKS = {Status.HOLDS: "holds", Status.VIOLATED: "VIOLATED", Status.UNKNOWN: "unknown"}


@dataclass(frozen=True)
class Audit:
    """A table of verdicts.

    Parameters
    ----------
    mechanisms : tuple of str
        Names, in the order of the rows.
    axioms : tuple of str
        Identifiers, in the order of the columns.
    verdicts : tuple of tuples of Verdict
        One row for each mechanism.
    """

    mechanisms: tuple[str, ...]
    axioms: tuple[str, ...]
    verdicts: tuple[tuple[Verdict, ...], ...]

    def __iter__(self) -> Iterator[Verdict]:
        """All verdicts, row by row."""
        return (verdict for row in self.verdicts for verdict in row)

    def verdict(self, mechanism: str, axiom: str) -> Verdict:
        """The verdict in one cell.

        Parameters
        ----------
        mechanism : str
            A name as the table shows it.
        axiom : str
            An identifier.

        Raises
        ------
        InvalidInputError
            If there is no such cell.
        """
        if mechanism not in self.mechanisms:
            raise InvalidInputError("mechanism", f"be one of {self.mechanisms}", mechanism)
        if axiom not in self.axioms:
            raise InvalidInputError("axiom", f"be one of {self.axioms}", axiom)
        return self.verdicts[self.mechanisms.index(mechanism)][self.axioms.index(axiom)]

    def scopes(self) -> list[str]:
        """What the statuses are relative to, each different scope once."""
        return list(dict.fromkeys(str(verdict.scope) for verdict in self))

    def table(self) -> Table:
        """The statuses as a table, with the scopes below it."""
        rows = [
            [name, *(_MARKS[v.status] + ("" if v.exact else "*") for v in row)]
            for name, row in zip(self.mechanisms, self.verdicts, strict=True)
        ]
        notes = [f"scope: {scope}" for scope in self.scopes()]
        if not all(verdict.exact for verdict in self):
            notes.append("* rests on floating point within a tolerance")
        return Table(["mechanism", *self.axioms], rows, notes=notes)

    def evidence(self) -> Table:
        """One row for each verdict: status, scope, evidence and counterexample in words."""
        rows = [
            [
                verdict.mechanism,
                verdict.axiom,
                str(verdict.status),
                str(verdict.scope),
                verdict.evidence.kind,
                verdict.witness.explain() if verdict.witness else verdict.evidence.text,
            ]
            for verdict in self
        ]
        return Table(["mechanism", "axiom", "status", "scope", "evidence", "text"], rows)

    def counterexamples(self) -> list[str]:
        """Every violation in words."""
        return [
            f"{v.mechanism} violates {v.axiom}. {v.witness.explain()}"
            for v in self
            if v.witness is not None
        ]

    def to_text(self) -> str:
        """The table of statuses as aligned text."""
        return self.table().to_text()

    def to_csv(self, path: str | Path | None = None) -> str:
        """The evidence table as CSV: one line for each verdict, with its scope."""
        return self.evidence().to_csv(path)

    def to_latex(self) -> str:
        """The table of statuses in LaTeX."""
        return self.table().to_latex()

    def to_html(self) -> str:
        """The table of statuses in HTML."""
        return self.table().to_html()

    def to_frame(self) -> Any:
        """The evidence table as a ``pandas.DataFrame``."""
        return self.evidence().to_frame()

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON, every witness included."""
        return {
            "schema": SCHEMA_VERSION,
            "mechanisms": list(self.mechanisms),
            "axioms": list(self.axioms),
            "verdicts": [[verdict.to_dict() for verdict in row] for row in self.verdicts],
        }

    __repr__ = to_text
    _repr_html_ = to_html


def audit(
    mechanisms: Iterable[MechanismLike] | MechanismLike,
    axioms: Iterable[str | Axiom] | None = None,
    *,
    setting: Setting | str | None = None,
    workers: int = 1,
    progress: Callable[[], object] | None = None,
    **options: Any,
) -> Audit:
    """Check mechanisms against axioms.

    Parameters
    ----------
    mechanisms : iterable
        Mechanisms, functions or identifiers.
    axioms : iterable of str, optional
        Identifiers; by default every axiom that the setting of the first mechanism can decide.
    setting : Setting or str, optional
        For functions of one's own.
    workers : int
        How many processes may work at the same time: at different cells, or at one large cell.
        The answer is the same for any number.
    progress : callable, optional
        Called after each verdict.
    **options
        As in :func:`~mechdesign.axioms.check`: ``agents``, ``grid``, ``problem``, ``lift``,
        ``max_checks`` ...  Its ``time_limit``, and ``max_checks`` where it is given, are for the
        whole audit.

    Returns
    -------
    Audit
        A verdict for every pair.  An axiom that a stronger one implies over the same scope is not
        computed again; its evidence says so.

    Examples
    --------
    >>> from mechdesign import axioms, facility
    >>> print(axioms.audit([facility.median, facility.average],
    ...                    ["strategyproofness", "unanimity"], agents=3, grid=2))
    mechanism         strategyproofness  unanimity
    ----------------  -----------------  ---------
    facility.median   holds              holds
    facility.average  VIOLATED           holds
    scope: grid 1/2 of [0, 1], n=3, euclidean preferences
    """
    single = isinstance(mechanisms, str) or not isinstance(mechanisms, Iterable)
    listed: Any = [mechanisms] if single else list(mechanisms)  # type: ignore[arg-type]
    if not listed:
        raise InvalidInputError("mechanisms", "not be empty", mechanisms)
    rules = [as_mechanism(one, setting) for one in listed]
    chosen = _axioms(axioms, rules[0].setting if setting is None else as_setting(setting))
    if progress is not None and not callable(progress):
        raise InvalidInputError("progress", "be callable", progress)
    start, used = time.monotonic(), 0
    questions = [prepare(chosen[0], r, setting=setting, workers=workers, **options) for r in rules]
    questions = [replace(q, limits=replace(q.limits, start=start)) for q in questions]
    # Strong axioms first, so that what they imply needs no work.
    ordered = sorted(chosen, key=lambda a: -_strength(a, chosen))
    most = options.get("max_checks")
    # How far a cell is looked at under a common limit depends on the cells before it.
    alone = workers == 1 or most is not None
    ready = {} if alone else _by_workers(questions, ordered, progress)
    rows = []
    for k, question in enumerate(questions):
        done: dict[str, Verdict] = {}
        for axiom in ordered:
            found = _implied(axiom, done)
            if found is None:
                asked = replace(question, axiom=axiom)
                found = ready.get((k, axiom.id))
                found = _within(asked, most, used) if found is None else found
                used += found.stats.get("checks", 0)
            done[axiom.id] = found
            if progress is not None and (k, axiom.id) not in ready:
                progress()
        rows.append(tuple(done[axiom.id] for axiom in chosen))
    names = tuple(rule.name for rule in rules)
    return Audit(names, tuple(axiom.id for axiom in chosen), tuple(rows))


def _by_workers(
    questions: list[Question], ordered: list[Axiom], progress: Callable[[], object] | None
) -> dict[tuple[int, str], Verdict]:
    """Verdicts that may be needed, where there are cells enough for all workers at a time."""
    ready: dict[tuple[int, str], Verdict] = {}
    done: list[dict[str, Verdict]] = [{} for _ in questions]
    left = [(k, axiom) for k in range(len(questions)) for axiom in ordered]
    while left:
        # Those that wait for no stronger axiom of their row.
        now = [
            (k, axiom)
            for place, (k, axiom) in enumerate(left)
            if not any(j == k and implies(one.id, axiom.id) for j, one in left[:place])
        ]
        left = [cell for cell in left if cell not in now]
        implied = [(k, axiom, _implied(axiom, done[k])) for k, axiom in now]
        for k, axiom, found in implied:
            if found is not None:
                done[k][axiom.id] = found
        now = [(k, axiom) for k, axiom, found in implied if found is None]
        if len(now) < questions[0].limits.workers:
            continue
        asked = [replace(questions[k], axiom=axiom) for k, axiom in now]
        verdicts = map_tasks(_verdict, asked, workers=asked[0].limits.workers, step=progress)
        for (k, axiom), verdict in zip(now, verdicts, strict=True):
            if verdict is not None:
                ready[k, axiom.id] = done[k][axiom.id] = verdict
    return ready


def _verdict(question: Question) -> Verdict | None:
    """The answer to a question; None where it is an error, which is raised in its turn."""
    try:
        return decide(question)
    except Exception:  # whatever a rule raises
        return None


def _within(question: Question, most: int | None, used: int) -> Verdict:
    """Decide with what is left of the time and of the comparisons of the whole audit."""
    limits = question.limits
    ended = f"time_limit={limits.time_limit:g}" if limits.budget().over else ""
    if most is not None and used >= most:
        ended = f"max_checks={most}"
    if ended:
        label = "; ".join(domain.label for domain in question.domains) or "all problems"
        text = f"{ended} of the audit ended before this check"
        return unknown(question, label, Reason.BUDGET, text)
    if most is not None:
        limits = replace(limits, max_checks=most - used)
    return decide(replace(question, limits=limits))


def _axioms(axioms: Iterable[str | Axiom] | None, setting: Setting) -> list[Axiom]:
    if axioms is None:
        family = setting.id.split(".")[0]
        return [axiom for axiom in list_axioms(family) if not axiom.applies(setting)]
    listed = [axioms] if isinstance(axioms, (str, Axiom)) else list(axioms)
    chosen = [get_axiom(one) for one in listed]
    if not chosen or len({axiom.id for axiom in chosen}) != len(chosen):
        raise InvalidInputError("axioms", "be distinct and not empty", listed)
    return chosen


def _strength(axiom: Axiom, among: list[Axiom]) -> int:
    return sum(implies(axiom.id, other.id) for other in among)


def _implied(axiom: Axiom, done: dict[str, Verdict]) -> Verdict | None:
    for strong, verdict in done.items():
        if verdict.status is Status.HOLDS and implies(strong, axiom.id):
            scope: Scope = verdict.scope
            text = f"{strong} holds ({verdict.evidence.text}) and implies it"
            return replace(
                verdict,
                axiom=axiom.id,
                scope=scope,
                evidence=Evidence(Ground.IMPLIED, text),
                certificate=None,
            )
    return None
