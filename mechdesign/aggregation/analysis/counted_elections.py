"""An election counted: who is elected, the stages as they are printed, what others would elect."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from mechdesign.aggregation.analysis.few_ballots import Paradoxes
from mechdesign.aggregation.analysis.margins import Margin, margin_of_victory
from mechdesign.aggregation.counting_rounds.quotients import qpq
from mechdesign.aggregation.counting_rounds.rule_sets import CountRule, count_rule
from mechdesign.aggregation.counting_rounds.stages import Count, Stage
from mechdesign.aggregation.counting_rounds.transferable_votes import (
    chances_of_draws,
    election,
    stv,
)
from mechdesign.aggregation.profiles.pairwise import Pairwise
from mechdesign.aggregation.profiles.problems import profile_of
from mechdesign.aggregation.profiles.ranking import Label
from mechdesign.aggregation.rules.positional import borda, plurality
from mechdesign.errors import InvalidInputError, MechDesignError, require
from mechdesign.io.table import Table
from mechdesign.model import Outcome, Problem, Seed, encode, ratio, tidy
from mechdesign.records import Shown

__all__ = ["CountedByQuotients", "CountedElection", "count_by_quotients", "count_election"]

#: So many stages stand side by side.
_BESIDE = 4
#: Meek's method is compared up to so many ballots.
_MEEK_UP_TO = 20_000


class CountedElection(Shown):
    """A count with what is printed beside it.

    Parameters
    ----------
    count : Count
        The count.
    name : str
        The rule's name.
    others : mapping of str to tuple of labels
        What other rules elect.
    chances : Table, optional
        How often each candidate is elected, where papers are drawn.
    margin : Margin, optional
        The fewest changed ballots with another winner.
    paradoxes : Paradoxes, optional
        What a few ballots would change that should not.
    """

    def __init__(
        self,
        count: Count,
        name: str,
        others: dict[str, tuple[Label, ...]],
        chances: Table | None = None,
        margin: Margin | None = None,
        paradoxes: Paradoxes | None = None,
    ) -> None:
        require(count, Count, "count")
        self.count = count
        self.name = name
        self.others = others
        self.chances = chances
        self.margin = margin
        self.paradoxes = paradoxes
        assert count.problem is not None
        profile = profile_of(count.problem)
        cast = ratio(int(profile.counts.sum()), profile.denominator)
        #: Ballots that choose nobody.
        self.blank = tidy(cast - count.details["votes"])

    @property
    def decisions(self) -> tuple[str, ...]:
        """What was decided while reading and counting."""
        return self.count.provenance.decisions

    @property
    def exit_code(self) -> int:
        """3 where a tie that is left open decides who is elected."""
        return 3 if len(self.count.committees) > 1 or not self.count.complete else 0

    def table(self) -> Table:
        """All stages in one table."""
        return self.count.table()

    def heading(self) -> str:
        """One line on what was counted and how."""
        count, rule = self.count, self.count.rule
        seats, first = count.details["seats"], count.stages[0]
        votes = _votes(count.details["votes"])
        above = "more than " if count.rule.quota in ("exact", "continuing", "last_two") else ""
        quota = (
            "no quota"
            if rule.quota == "none"
            else f"quota {above}{_votes(first.quota)} ({rule.quota})"
        )
        return (
            f"{seats} {'seat' if seats == 1 else 'seats'}, {votes} votes"
            f"{f' and {_votes(self.blank)} blank' if self.blank else ''}, {quota}, "
            f"rule {self.name}"
        )

    def winners(self) -> list[str]:
        """A line for everybody elected, and one for each tie."""
        lines = []
        for stage in self.count.stages:
            for label in stage.elected:
                votes = _votes(stage.votes[label])
                below = stage.votes[label] < stage.quota and self.count.rule.quota != "none"
                how = ", below the quota" if below else ""
                lines.append(f"elected: {label} at stage {stage.number} with {votes}{how}")
        lines += self.tie_lines()
        if not self.count.complete:
            lines.append("open: there are more ties than were followed in every way")
        if len(self.count.committees) > 1:
            shown = ["{" + ", ".join(sorted(map(str, one))) + "}" for one in self.count.committees]
            lines.append(f"tied: the open ties elect {' or '.join(shown[:6])}")
        close = self.count.closest()
        if close is not None:
            number, out, safe, margin = close
            one = "; one ballot would change this" if margin < 2 else ""
            behind = f"{_votes(margin)} behind {safe}{one}"
            lines.append(f"closest: {out} was excluded at stage {number}, {behind}")
        if self.margin is not None:
            lines.append(f"margin of victory: {self.margin}")
        if self.paradoxes is not None:
            lines += self.paradoxes.lines()
        return lines

    def tie_lines(self) -> list[str]:
        """A line for each tie."""
        how = {"open": "nothing decides it", "order": "by the given order", "lots": "by lot"}
        return [
            f"tie at stage {number} ({tie.about}): {', '.join(map(str, tie.candidates))}; it fell "
            f"on {tie.chosen}, {how.get(tie.how, f'by {tie.how}')}"
            for number, tie in self.count.ties
        ]

    def stage_lines(self) -> list[str]:
        """A line for each stage."""
        return [_said(stage) for stage in self.count.stages]

    def others_line(self) -> str:
        """What other rules elect, in a line."""
        return _others_line(self.others)

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        count = self.count
        close = count.closest()
        return {
            "seats": count.details["seats"],
            "votes": encode(count.details["votes"]),
            "blank": encode(self.blank),
            "rule": self.name,
            "parts": {
                name: getattr(count.rule, name)
                for name in (
                    *("quota", "transfer", "papers", "divided", "decimals", "exclusion"),
                    *("ties", "equal_ranks", "full", "least_first", "parcels", "cut"),
                )
            },
            "elected": [str(label) for label in count.elected],
            "committees": [sorted(map(str, one)) for one in count.committees],
            "stages": [_stage(stage) for stage in count.stages],
            "closest": None
            if close is None
            else {
                "stage": close[0],
                "excluded": str(close[1]),
                "behind": str(close[2]),
                "by": encode(close[3]),
            },
            "margin": None
            if self.margin is None
            else {
                "low": self.margin.low,
                "high": self.margin.high,
                "other": None if self.margin.other is None else str(self.margin.other),
                "changes": [
                    {"from": str(a), "to": str(b), "ballots": n} for a, b, n in self.margin.changes
                ],
            },
            "paradoxes": None if self.paradoxes is None else self.paradoxes.to_dict(),
            "others": {rule: list(map(str, who)) for rule, who in self.others.items()},
            "chances": None
            if self.chances is None
            else {str(who): encode(share) for who, share in self.chances.rows},
            "decisions": list(self.decisions),
        }

    def blocks(self) -> list[Table]:
        """The stages as returning officers print them, a few side by side."""
        stages = self.count.stages
        whole = self.count.table()
        tables = []
        for low in range(0, len(stages), _BESIDE):
            block = stages[low : low + _BESIDE]
            # Before each stage but the first stands what changed.
            columns = [0]
            for stage in block:
                at = 1 + 2 * (stage.number - 1)
                columns += [at - 1, at] if stage.number > 1 else [at]
            if low + _BESIDE >= len(stages):
                columns.append(len(whole.columns) - 1)
            names = [whole.columns[k] for k in columns]
            names = [f"{n.split()[0]} +/-" if n[:1].isdigit() else n for n in names]
            rows = [[row[k] for k in columns] for row in whole.rows]
            tables.append(Table(names, rows))
        return tables

    def __str__(self) -> str:
        lines = [self.heading(), ""]
        for block, low in zip(
            self.blocks(), range(0, len(self.count.stages), _BESIDE), strict=True
        ):
            lines += self.stage_lines()[low : low + _BESIDE]
            lines += ["", str(block), ""]
        lines += self.winners()
        if self.chances is not None:
            lines += ["", str(self.chances), ""]
        if self.others:
            lines.append(self.others_line())
        return "\n".join(lines)


class CountedByQuotients(Shown):
    """A count by quotients with what is printed beside it.

    Parameters
    ----------
    outcome : Outcome
        Of :func:`qpq`.
    committees : sequence of sets of labels
        Whom the ways of breaking ties elect.
    others : mapping of str to tuple of labels
        What other rules elect.
    """

    def __init__(
        self,
        outcome: Outcome,
        committees: Sequence[frozenset[Label]],
        others: dict[str, tuple[Label, ...]],
    ) -> None:
        require(outcome, Outcome, "outcome")
        self.outcome, self.committees, self.others = outcome, tuple(committees), others

    @property
    def decisions(self) -> tuple[str, ...]:
        """What was decided while reading."""
        return self.outcome.provenance.decisions

    @property
    def exit_code(self) -> int:
        """3 where ties decide who is elected."""
        return 3 if len(self.committees) > 1 else 0

    def table(self) -> Table:
        """Every election and exclusion; after an exclusion the count starts again."""
        steps = self.outcome.details["steps"]
        rows = [
            [k, str(who), action, _votes(quotient), _votes(quota)]
            for k, (action, who, quotient, quota) in enumerate(steps, 1)
        ]
        return Table(["step", "candidate", "is", "quotient", "quota"], rows)

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {
            "rule": "qpq",
            "elected": sorted(map(str, self.outcome.choice)),
            "committees": [sorted(map(str, one)) for one in self.committees],
            "steps": [
                {
                    "action": action,
                    "candidate": str(who),
                    "quotient": encode(quotient),
                    "quota": encode(quota),
                }
                for action, who, quotient, quota in self.outcome.details["steps"]
            ],
            "others": {rule: list(map(str, who)) for rule, who in self.others.items()},
            "decisions": list(self.decisions),
        }

    def __str__(self) -> str:
        problem = self.outcome.problem
        assert problem is not None
        seats = problem.data.seats
        lines = [
            f"{seats} {'seat' if seats == 1 else 'seats'}, rule qpq; after an exclusion the count "
            "starts again",
            "",
            str(self.table()),
            "",
            f"elected: {', '.join(str(x) for x in _known(problem) if x in self.outcome.choice)}",
        ]
        if len(self.committees) > 1:
            shown = ["{" + ", ".join(sorted(map(str, one))) + "}" for one in self.committees]
            lines.append(f"tied: the open ties elect {' or '.join(shown[:6])}")
        if self.others:
            lines.append(_others_line(self.others))
        return "\n".join(lines)


def _known(problem: Problem) -> tuple[Label, ...]:
    return tuple(problem.data.alternatives)


def count_by_quotients(
    data: object, *, compare: bool = True, seats: int | None = None, **options: Any
) -> CountedByQuotients:
    """Count an election by :func:`qpq`, and say what other rules would elect.

    Parameters
    ----------
    data, compare, seats, **options
        As of :func:`count_election`.

    Examples
    --------
    >>> found = count_by_quotients({"A > B": 7, "A > C": 3, "C": 4, "D > B": 3}, seats=2)
    >>> found.table().rows[0]
    (1, 'A', 'elected', '10', '5.66667')
    """
    problem = election(data, seats=seats, **options)
    outcome = qpq.solve(problem)
    rule: Any = qpq
    committees = [one.choice for one in rule.winners(problem)]
    others = _others(problem, "qpq", plurality(problem).scores) if compare else {}
    return CountedByQuotients(outcome, committees, others)


def count_election(
    data: object,
    *,
    rule: str | CountRule = "wigm",
    compare: bool = True,
    counts: int = 0,
    rng: Seed = None,
    seats: int | None = None,
    order: Sequence[Label] | None = None,
    margin: float | None = None,
    **options: Any,
) -> CountedElection:
    """Count an election, and say what other rules would elect.

    Parameters
    ----------
    data : ballots
        See :func:`election`.
    rule : str or CountRule
        See :func:`stv`.
    compare : bool
        Whether other rules are asked.
    counts : int
        Where papers are drawn: how many counts say who is elected how often.
    rng : numpy.random.Generator or int, optional
        Draws papers and lots.
    seats : int, optional
        How many are elected; by default as many as the file says.
    order : sequence of labels, optional
        For ties, as in :func:`stv`.
    margin : float, optional
        Seconds for the margin of victory, which is asked for where it is given: of an instant
        runoff.
    **options
        Of :func:`election`.

    Examples
    --------
    >>> print(count_election({"A > B": 7, "A > C": 3, "C": 4, "D > B": 3}, seats=2).winners()[0])
    elected: A at stage 1 with 10
    """
    problem = election(data, seats=seats, **options)
    count = stv(problem, rule=rule, order=order, rng=rng)
    drawn = count.rule.transfer in ("drawn", "apportioned")
    chances = (
        chances_of_draws(problem, rule=rule, counts=counts, rng=rng) if drawn and counts else None
    )
    name = count_rule(rule).name
    first = count.stages[0].votes
    others = _others(problem, name, first) if compare else {}
    safe = None
    if margin is not None:
        if name != "irv" or order is not None:
            raise InvalidInputError("margin", "be of the rule irv as it is", name)
        safe = margin_of_victory(problem, time_limit=margin)
    return CountedElection(count, name, others, chances, safe)


def _others_line(others: dict[str, tuple[Label, ...]]) -> str:
    named = [f"{rule}: {', '.join(map(str, who)) or 'nobody'}" for rule, who in others.items()]
    return "others would elect: " + "; ".join(named)


def _others(problem: Problem, own: str, first: Mapping[Label, Any]) -> dict[str, tuple[Label, ...]]:
    """Whom other rules elect; `first` is the number of first choices of each candidate."""
    seats = problem.data.seats
    labels = problem.data.alternatives
    found: dict[str, tuple[Label, ...]] = {}
    for name in ("irv",) if seats == 1 else ("wigm", "scottish", "meek"):
        if name == own or (name == "meek" and len(problem) > _MEEK_UP_TO):
            continue
        try:
            found[name] = stv(problem, rule=name).elected
        except MechDesignError:  # the rule does not take these ballots
            continue
    pairs = Pairwise.of(profile_of(problem))
    order = sorted(range(len(labels)), key=lambda k: -int(pairs.beats[k].sum()))
    inside, outside = order[:seats], order[seats:]
    beats = all(pairs.beats[a, b] for a in inside for b in outside)
    what = "Condorcet winner" if seats == 1 else "Condorcet committee"
    found[what] = tuple(labels[k] for k in inside) if beats else ()
    for title, scores in (("most first choices", first), ("Borda", borda(problem).scores)):
        ranked = sorted(labels, key=lambda x: -scores[x])
        found[title] = tuple(ranked[:seats])
    return found


def _stage(stage: Stage) -> dict[str, Any]:
    return {
        "number": stage.number,
        "action": stage.action,
        "of": [str(label) for label in stage.of],
        "votes": {str(label): encode(v) for label, v in stage.votes.items()},
        "quota": encode(stage.quota),
        "exhausted": {reason: encode(v) for reason, v in stage.exhausted.items()},
        "rounding": encode(stage.rounding),
        "elected": [str(label) for label in stage.elected],
        "excluded": [str(label) for label in stage.excluded],
        "moved": [
            {"from": str(a), "to": None if b is None else str(b), "votes": encode(x)}
            for a, b, x in stage.moved
        ],
        "ties": [
            {
                "about": tie.about,
                "candidates": [str(label) for label in tie.candidates],
                "chosen": str(tie.chosen),
                "how": tie.how,
            }
            for tie in stage.ties
        ],
    }


def _said(stage: Stage) -> str:
    """A stage in a line."""
    line = f"stage {stage.number}: {stage.title}"
    return f"{line}; elected: {', '.join(map(str, stage.elected))}" if stage.elected else line


def _votes(value: Any) -> str:
    """A number of votes to at most five decimals."""
    exact = Fraction(value)
    if exact.denominator == 1:
        return str(exact.numerator)
    return f"{float(exact):.5f}".rstrip("0")
