"""Whether a proof on the continuum stands: the mechanism runs again along every path of its tree.

The kernel searches nothing and solves nothing.  A tree is a list of tokens, the first side of a
fork before the second:

* a number k: the sign of form k of the table decides, and both sides follow, ``form < 0`` first;
* ``[k, answer, sum]``: the other answer contradicts the rows of this path, and the sum of rows says
  why: nonnegative multiples, row -1 for the answer itself, that add up to ``0 < 0`` or worse;
* ``"|"``: cases that stand alone, this one and then the others;
* ``["at", ...]``: the path ends with the property fulfilled, and a point of its cell.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any, TypeAlias

from mechdesign.axioms.continuum.forms import Form, normal, opposite
from mechdesign.axioms.continuum.guards import NotLinear

#: A form in normal order, and whether it is below 0 rather than at most 0.
Row: TypeAlias = "tuple[tuple[Any, ...], bool]"


class Broken(Exception):  # noqa: N818 - the proof does not stand, for this reason
    """The proof does not stand."""


class Kernel:
    """Answers the comparisons of a run from the tree of a proof.

    Parameters
    ----------
    forms : list
        The table of forms: the constant, then pairs of coordinate and coefficient.
    tokens : list
        The tree.
    """

    def __init__(self, forms: list[Any], tokens: list[Any]) -> None:
        self.forms = [
            (Fraction(form[0]), *((key, Fraction(value)) for key, value in form[1:]))
            for form in forms
        ]
        self.tokens: Iterator[Any] = iter(tokens)
        self.script: list[Any] = []
        self.waiting: list[list[Any]] = [[]]
        self.refused = ""
        self.context: Any = None
        self.demands, self.exact = 0, True

    def check(self, program: Callable[[Kernel], Any]) -> int:
        """Run the program along every path; the number of paths.

        Parameters
        ----------
        program : callable
            Runs the mechanism and the axiom with the numbers of this kernel; returns a violation,
            or None.

        Raises
        ------
        Broken
            With what does not stand.
        """
        paths = 0
        while self.waiting:
            self.script = self.waiting.pop()
            self.place, self.rows, self.count = 0, list[Row](), 0
            try:
                if program(self) is not None:
                    raise Broken("the axiom is violated on a path")
            except NotLinear as reason:
                raise Broken(str(reason)) from None
            self._must(not self.refused, self.refused)
            self._must(self.place >= len(self.script), "a path ends before its comparisons")
            self._must(not self.context.undecided_because, "the axiom leaves a path undecided")
            self.demands += self.context.demands
            self.exact = self.exact and self.context.exact
            self._leaf(next(self.tokens, None))
            paths += 1
        self._must(next(self.tokens, None) is None, "the tree goes on after its last path")
        return paths

    def _leaf(self, token: Any) -> None:
        ends = isinstance(token, list) and token[:1] == ["at"]
        self._must(ends, "a path ends, and the tree goes on")
        point = dict(enumerate(map(Fraction, token[1:])))
        self._must(len(point) == self.count, "a point has other coordinates than its path")
        for (constant, *pairs), strict in self.rows:
            total = constant + sum(value * point[key] for key, value in pairs)
            self._must(total < 0 or (total == 0 and not strict), "a point is outside of its cell")
        agree = all(self.context.agrees(*run, point)[0] for run in self.context.results)
        self._must(agree, "a plain call at a point of a cell chooses otherwise")

    def _must(self, holds: object, reason: str) -> None:
        if not holds:
            raise Broken(reason)

    def _next(self) -> tuple[Any, Any]:
        """The next token, and the answer to it where this path was here before."""
        self.place += 1
        if self.place <= len(self.script):
            known: tuple[Any, Any] = self.script[self.place - 1]
            return known
        return next(self.tokens, None), None

    def _fork(self, token: Any, answer: Any) -> bool:
        if answer is None:
            self.waiting.append([*self.script, (token, False)])
            self.script.append((token, True))
        return answer is not False

    def less(self, one: Form, other: Any, swapped: bool = False) -> bool:
        """The answer of the tree to a comparison, once it is known to be about it."""
        gap = other - one if swapped else one - other
        if type(gap) is not Form:
            return bool(gap < 0)
        token, answer = self._next()
        form, new = normal(gap), answer is None
        implied = isinstance(token, list) and len(token) == 3 and isinstance(token[1], bool)
        key = token[0] if implied else token
        self._must(
            type(key) is int and 0 <= key < len(self.forms), "the tree compares nothing here"
        )
        self._must(self.forms[key] == form, "a comparison is another than in the tree")
        below, above = (form, True), (opposite(form), False)
        if implied:
            if new:
                self._contradicts(token[2], above if token[1] else below)
                self.script.append((token, token[1]))
            return bool(token[1])
        holds = self._fork(token, answer)
        self.rows.append(below if holds else above)
        return holds

    def _contradicts(self, multiples: Any, other: Row) -> None:
        """Refuse a sum of rows that does not read 0 < 0 or worse."""
        total: dict[int, Any] = {}
        constant, strictly = Fraction(0), False
        for entry in multiples:
            row, many = entry if isinstance(entry, list) else (entry, 1)
            many = Fraction(many)
            known = type(row) is int and -1 <= row < len(self.rows)
            self._must(known and many > 0, "a contradiction uses a row that is not there")
            (add, *pairs), strict = other if row == -1 else self.rows[row]
            constant, strictly = constant + many * add, strictly or strict
            for key, value in pairs:
                total[key] = total.get(key, 0) + many * value
        left = any(total.values())
        beyond = constant > 0 or (constant == 0 and strictly)
        self._must(not left and beyond, "a side of a comparison is closed without a contradiction")

    def choose(self) -> bool:
        """Whether to look at this case now, or at the others."""
        token, answer = self._next()
        self._must(token == "|", "the tree has no cases here")
        return self._fork(token, answer)

    def assume(self, form: Form) -> None:
        """A row of the domain: the form is at most 0."""
        self.rows.append((normal(form), False))

    def number(self, low: Any, high: Any) -> Form:
        """A fresh coordinate between its bounds."""
        self.count += 1
        fresh = Form(self, {self.count - 1: 1})
        for bound in ([] if low is None else [low - fresh], [] if high is None else [fresh - high]):
            self.rows += [(normal(form), False) for form in bound]
        return fresh

    def recall(self, index: int) -> None:
        """Nothing: the mechanism runs on every path."""

    def remember(self, found: Any) -> None:
        """Nothing is kept from path to path."""

    def refuse(self, reason: str) -> None:
        """Remember that a rule did what is not linear, in case it hides it."""
        self.refused = reason
