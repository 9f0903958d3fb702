"""What a count returns: the stages with their votes, the transfers between them, the ties."""

from __future__ import annotations

import itertools
from dataclasses import replace
from fractions import Fraction
from typing import Literal, TypeAlias, get_args

from mechdesign.aggregation.counting_rounds.rule_sets import CountRule
from mechdesign.aggregation.profiles.ranking import Label
from mechdesign.errors import InvalidInputError
from mechdesign.io.table import Table
from mechdesign.model import FrozenMap, Number, Outcome, serializable, show
from mechdesign.records import dataclass

__all__ = ["Count", "CountTie", "Stage"]

#: Totals with changes, totals alone, or the columns of tabulators in the United States.
TableStyle: TypeAlias = Literal["stages", "short", "us"]


@serializable("aggregation.CountTie")
@dataclass(frozen=True)
class CountTie:
    """Candidates with the same votes where one of them had to be chosen.

    Parameters
    ----------
    about : {"exclusion", "surplus", "seat"}
        What was decided.
    candidates : tuple of labels
        Who was tied.
    chosen : label
        On whom it fell.
    how : str
        What decided: ``stage 2``, ``order``, ``lots`` or ``open``.
    """

    about: str
    candidates: tuple[Label, ...]
    chosen: Label
    how: str


@serializable("aggregation.Stage")
@dataclass(frozen=True)
class Stage:
    """One stage of a count.

    Parameters
    ----------
    number : int
        From 1.
    action : {"first", "surplus", "exclusion", "parcel", "keep"}
        What was counted: first choices, the surplus of a candidate, the papers of those excluded,
        more papers of these where they move in parcels, or all papers again with other keep values.
    of : tuple of labels
        Whose papers were moved.
    votes : mapping of label to number
        What every candidate has at the end of the stage.
    quota : number
        In force at its end.
    exhausted : mapping of str to number
        Votes of nobody by reason: ``no further choice``, ``several at one rank``.
    rounding : number
        What was lost so far by cutting off decimals.
    elected, excluded : tuple of labels
        Who is elected after the stage, and who was excluded in it.
    moved : tuple of (from, to, amount)
        The transfers; to None for votes that are exhausted.
    ties : tuple of CountTie
        What had to be decided.
    """

    number: int
    action: str
    of: tuple[Label, ...]
    votes: FrozenMap[Label, Number]
    quota: Number
    exhausted: FrozenMap[str, Number]
    rounding: Number
    elected: tuple[Label, ...]
    excluded: tuple[Label, ...]
    moved: tuple[tuple[Label, Label | None, Number], ...]
    ties: tuple[CountTie, ...]

    @property
    def title(self) -> str:
        """What was done, in words."""
        names = ", ".join(map(str, self.of))
        words = {
            "first": "first choices",
            "surplus": f"surplus of {names}",
            "exclusion": f"exclusion of {names}",
            "parcel": f"further papers of {names}",
            "keep": f"papers kept by {names}",
        }
        return words[self.action]


@serializable("aggregation.Count")
@dataclass(frozen=True, repr=False, eq=False)
class Count(Outcome[frozenset[Label]]):
    """The outcome of a count: :attr:`choice` is the set of those elected.

    Examples
    --------
    >>> from mechdesign import aggregation
    >>> found = aggregation.stv({"A > B": 7, "A > C": 3, "C": 4, "D > B": 3}, seats=2)
    >>> found.elected, found.stages[0].quota, len(found.stages)
    (('A', 'C'), 6, 4)
    """

    # The generated __eq__ would compare classes; equality is that of outcomes.
    __hash__ = Outcome.__hash__

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Outcome):
            return NotImplemented
        return (self.choice, self.payments, self.cost) == (
            other.choice,
            other.payments,
            other.cost,
        )

    def with_cost(self, cost: Number) -> Count:
        """The same count with what its outcome costs."""
        return replace(self, cost=cost)

    @property
    def stages(self) -> tuple[Stage, ...]:
        """The stages; where a tie is open, those of one way to break it."""
        found: tuple[Stage, ...] = self.details["stages"]
        return found

    @property
    def elected(self) -> tuple[Label, ...]:
        """Those elected, in the order of their election."""
        return tuple(label for stage in self.stages for label in stage.elected)

    @property
    def committees(self) -> tuple[frozenset[Label], ...]:
        """Whom the ways of breaking open ties elect; one set where that does not matter."""
        found: tuple[frozenset[Label], ...] = self.details["committees"]
        return found

    @property
    def complete(self) -> bool:
        """Whether every way to break open ties was followed."""
        return bool(self.details["complete"])

    @property
    def rule(self) -> CountRule:
        """The parts of the rule that counted."""
        found: CountRule = self.details["rule"]
        return found

    @property
    def ties(self) -> tuple[tuple[int, CountTie], ...]:
        """All ties with the number of their stage."""
        return tuple((stage.number, tie) for stage in self.stages for tie in stage.ties)

    def closest(self) -> tuple[int, Label, Label, Number] | None:
        """The exclusion that was decided by the fewest votes.

        Returns
        -------
        tuple or None
            The stage, who was excluded, who was next, and by how many votes; None where nobody was
            excluded by himself.
        """
        found = None
        for before, stage in itertools.pairwise(self.stages):
            if stage.action != "exclusion" or len(stage.excluded) != 1:
                continue
            out = {c for earlier in self.stages[: stage.number] for c in earlier.excluded}
            safe = {c for earlier in self.stages[: before.number] for c in earlier.elected}
            left = [c for c in before.votes if c not in out | safe]
            if left:
                (gone,) = stage.excluded
                next_one = min(left, key=lambda c: before.votes[c])
                margin = before.votes[next_one] - before.votes[gone]
                if found is None or margin < found[3]:
                    found = (stage.number, gone, next_one, margin)
        return found

    def table(self, *, style: TableStyle = "stages") -> Table:
        """Candidates by stages, as returning officers print them.

        Parameters
        ----------
        style : {"stages", "short", "us"}
            With a column of what changed before the new totals; the totals alone; or the columns of
            tabulators in the United States: votes, their share, and what comes next, with lines of
            who goes, who is elected, and of ballots that count for nobody.
        """
        if style not in get_args(TableStyle):
            told = f"be one of {', '.join(get_args(TableStyle))}"
            raise InvalidInputError("style", told, style)
        if style == "us":
            return self._rounds()
        changes = style == "stages"
        labels = tuple(self.stages[0].votes)
        columns, header = [[*map(str, labels), *_FOOT]], ["candidate"]
        places = 5 if self.rule.decimals is None else self.rule.decimals
        before: Stage | None = None
        gone: set[Label] = set()
        for stage in self.stages:
            amounts, lasts = _amounts(stage), [] if before is None else _amounts(before)
            if before is not None and changes:
                header.append(f"{stage.number} {stage.title}")
                steps = [a - b for a, b in zip(amounts, lasts, strict=True)]
                columns.append([_signed(step, places) for step in steps] + ["", ""])
            gone.update(stage.excluded)
            shown = [_decimal(a, places) for a in amounts]
            for k, label in enumerate(labels):
                if label in gone and not amounts[k]:
                    shown[k] = "-"
            total = _decimal(Fraction(sum(amounts)), places)
            columns.append([*shown, total, _decimal(Fraction(stage.quota), places)])
            header.append(f"stage {stage.number}")
            before = stage
        result = {label: f"elected {s.number}" for s in self.stages for label in s.elected}
        result |= {label: f"excluded {s.number}" for s in self.stages for label in s.excluded}
        columns.append([*(result.get(label, "not elected") for label in labels), *[""] * 4])
        rows = [list(row) for row in zip(*columns, strict=True)]
        return Table([*header, "result"], rows, "votes by stage", self.provenance.decisions)

    def _rounds(self) -> Table:
        """The rounds as tabulators sum them up: a transfer stands where it starts."""
        places = 5 if self.rule.decimals is None else self.rule.decimals
        labels = tuple(self.stages[0].votes)
        reasons = list(dict.fromkeys(r for stage in self.stages for r in stage.exhausted))
        first = ["Eliminated", "Elected", *map(str, labels), "Active Ballots"]
        first += ["Current Round Threshold", *(f"Inactive Ballots: {r}" for r in reasons)]
        columns, header = [[*first, "Inactive Ballots Total", "Residual surplus"]], ["Rounds"]
        for stage, after in itertools.zip_longest(self.stages, self.stages[1:]):
            votes = [Fraction(stage.votes[c]) for c in labels]
            active = sum(votes, Fraction(0))
            inactive = [Fraction(stage.exhausted.get(r, 0)) for r in reasons]
            lost = sum(inactive, Fraction(0))
            gone = "; ".join(map(str, after.excluded)) if after else ""
            amounts = [*votes, active, Fraction(stage.quota), *inactive, lost]
            shown = [_decimal(v, places) for v in (*amounts, Fraction(stage.rounding))]
            columns.append([gone, "; ".join(map(str, stage.elected)), *shown])
            parts = [_decimal(100 * v / active, 2) + "%" if active else "" for v in votes]
            blank = [""] * (len(columns[0]) - 2 - len(labels))
            columns.append(["", "", *parts, *blank])
            steps = [Fraction(after.votes[c]) - stage.votes[c] if after else 0 for c in labels]
            moved = [_decimal(Fraction(step), places) for step in steps]
            columns.append(["", "", *moved, *blank])
            name = f"Round {stage.number}"
            header += [f"{name} Votes", f"{name} % of vote", f"{name} transfer"]
        rows = [list(row) for row in zip(*columns, strict=True)]
        return Table(header, rows, "votes by round", self.provenance.decisions)

    def _rows(self) -> list[tuple[str, str]]:
        rows = [("elected", ", ".join(map(str, self.elected)))]
        if len(self.committees) > 1:
            shown = " or ".join(
                "{" + ", ".join(sorted(map(str, one))) + "}" for one in self.committees[:4]
            )
            rows.append(("tied", shown))
        rows.append(("quota", show(self.stages[-1].quota)))
        rows.append(("stages", str(len(self.stages))))
        if self.ties:
            rows.append(("ties", str(len(self.ties))))
        rows += [("computed", line) for line in self._how()]
        return rows


_FOOT = ("not transferable", "rounding", "votes", "quota")


def _amounts(stage: Stage) -> list[Fraction]:
    lost = sum(stage.exhausted.values())
    return [Fraction(v) for v in (*stage.votes.values(), lost, stage.rounding)]


def _decimal(value: Fraction, places: int) -> str:
    """A number as it is printed: whole, or to so many decimals."""
    if value.denominator == 1:
        return str(value.numerator)
    scaled = round(value * 10**places)
    sign, scaled = "-" if scaled < 0 else "", abs(scaled)
    if not places:
        return f"{sign}{scaled}"
    return f"{sign}{scaled // 10**places}.{scaled % 10**places:0{places}d}"


def _signed(step: Fraction, places: int) -> str:
    return "" if not step else ("+" if step > 0 else "") + _decimal(step, places)
